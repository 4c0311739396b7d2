"""Asks a stored question and gives its answer: typed rows, names, and what to say when there are none."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ce_graph.errors import NotAcceptableError
from ce_graph.query.binding import Term, bind, splice
from ce_graph.query.labels import Labels, labels_of
from ce_graph.query.parameters import Context, bound
from ce_graph.query.running import AnyTerm, solutions
from ce_graph.query.texts import Texts, listed, text_in
from ce_graph.rdf.namespaces import PREFIXES, XSD
from ce_graph.settings import VOCABULARY
from ce_graph.wording import told

if TYPE_CHECKING:
    from ce_graph.query.questions import Question

_XSD = str(XSD)


@dataclasses.dataclass(frozen=True, slots=True)
class Row(Mapping[str, AnyTerm]):
    """One solution: variable → term; unbound variables are left out."""

    terms: Mapping[str, AnyTerm]

    def __getitem__(self, name: str) -> AnyTerm:
        """The term of a variable."""
        return self.terms[name]

    def __iter__(self) -> Iterator[str]:
        """The variables that have a term."""
        return iter(self.terms)

    def __len__(self) -> int:
        """How many variables have a term."""
        return len(self.terms)

    def value(self, name: str) -> str | Decimal | bool | None:
        """The term in Python: a ``Decimal``, a ``bool`` or a text; ``None`` if the variable is unbound."""
        term = self.terms.get(name)
        if not isinstance(term, ox.Literal):
            return None if term is None else term.value if isinstance(term, ox.NamedNode) else str(term)
        datatype = term.datatype.value.removeprefix(_XSD)
        if datatype == "boolean":
            return term.value in ("true", "1")
        if datatype in ("integer", "decimal", "double", "float"):
            return Decimal(term.value)
        return term.value


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to a question; ``note`` says why it is empty and what there is instead, else it is ``""``."""

    question: Question
    values: Mapping[str, Term]
    """The parameters' values, defaults included."""
    rows: tuple[Row, ...]
    labels: Labels
    note: str = ""
    no_data: bool = False
    """Whether it is empty because no data of the kind has been collected yet."""
    missing: str = ""
    """What keeps it from being the whole answer; ``""`` when nothing is known to."""
    text: str = ""
    """The query that was run."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The variables, in order."""
        return self.question.columns


def ask(question: Question, given: Mapping[str, str], context: Context) -> Answer:
    """The answer to a question.

    Args:
        question: what is asked.
        given: the parameters as a user writes them; the others take their defaults.
        context: where to run it, the reader's language, today's date and the base of the instance's IRIs.

    Raises:
        UsageError: a value that cannot be understood, or values that contradict each other.
        NotFoundError: an unknown parameter, code or entity; the message says what there is.
    """
    values = bound(question, given, context)
    text = bind(question.body, values)
    rows = tuple(Row(row) for row in solutions(context.run, text))
    labels = labels_of((term for row in rows for term in row.terms.values()), context.language, context.run)
    no_data = not rows and question.reason is not None and not question.partly
    note = "" if rows else _nothing(question, values, context)
    # What the shipped data lack says nothing of another instance's.
    shipped = context.base == VOCABULARY
    missing = _because(_IN_PART, question, context.language) if question.partly and shipped else ""
    return Answer(
        question=question,
        values=values,
        rows=rows,
        labels=labels,
        note=note,
        no_data=no_data,
        missing=missing,
        text=text,
    )


def ask_graph(question: Question, given: Mapping[str, str], context: Context) -> list[ox.Triple]:
    """The answer to a question as RDF, in the order of N-Triples.

    Raises:
        NotAcceptableError: the question has no answer as RDF.
        UsageError, NotFoundError: see ``ask``.
    """
    if question.graph is None:
        raise NotAcceptableError(
            f"question {question.number} ({question.name}) has no answer as RDF; ask for csv or json"
        )
    values = bound(question, given, context)
    triples = context.run(splice(question.graph, bind(question.body, values)))
    return sorted({triple for triple in triples if isinstance(triple, ox.Triple)}, key=str)


def query_text(question: Question, given: Mapping[str, str], context: Context) -> str:
    """The query that would be run, with the values in it, to be run elsewhere; see ``ask``."""
    return bind(question.body, bound(question, given, context))


def today() -> dt.date:
    """The day that ``today`` stands for when nothing else is said."""
    return dt.datetime.now(dt.UTC).date()


_NO_DATA = {"en": "No data yet", "fi": "Ei vielä tietoa", "sv": "Inga data ännu"}
_IN_PART = {"en": "In part", "fi": "Osittain", "sv": "Delvis"}
_NOTHING = {
    "en": "Nothing in the data fits these values.",
    "fi": "Aineistossa ei ole mitään näillä arvoilla.",
    "sv": "Inget i data passar dessa värden.",
}
_NOTHING_OFFERED = {"en": "the data has nothing", "fi": "aineistossa ei ole mitään", "sv": "data har ingenting"}
_OFFERS = {"en": "the data has", "fi": "aineistossa on", "sv": "data har"}


def _because(head: Texts, question: Question, language: str) -> str:
    return f"{text_in(head, language)}: {text_in(question.reason or {}, language)}"


def _nothing(question: Question, values: Mapping[str, Term], context: Context) -> str:
    language = context.language
    if question.reason is not None and not question.partly:
        return _because(_NO_DATA, question, language)
    lines = [text_in(_NOTHING, language)]
    for parameter in question.parameters:
        if parameter.offers is not None:
            found = offered(question, parameter.name, context)
            asked = values.get(parameter.name)
            head = f"{parameter.name}={_short(asked)}: " if asked is not None else f"{parameter.name}: "
            if found:
                lines.append(f"{head}{text_in(_OFFERS, language)} {told(listed(list(map(_short, found))), language)}.")
            else:
                lines.append(f"{head}{text_in(_NOTHING_OFFERED, language)}.")
    return "\n".join(lines)


def offered(question: Question, name: str, context: Context) -> list[AnyTerm]:
    """The values of a parameter that the data has something for, in order; empty when the question does not tell."""
    pattern = question.parameter(name).offers
    if pattern is None:
        return []
    prologue = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
    rows = solutions(context.run, f"{prologue}SELECT DISTINCT ?value WHERE {{ {pattern} }} ORDER BY ?value")
    return [row["value"] for row in rows if "value" in row]


def _short(term: AnyTerm) -> str:
    if isinstance(term, ox.NamedNode):
        return term.value.rsplit("/", 1)[-1]
    return term.value if isinstance(term, ox.Literal) else str(term)
