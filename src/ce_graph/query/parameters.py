"""Turns what a user writes for a parameter into a term, or says what to write instead."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal

import pyoxigraph as ox

from ce_graph.errors import UsageError
from ce_graph.query.binding import Term
from ce_graph.query.questions import Parameter, Question
from ce_graph.query.running import Run, solutions
from ce_graph.query.texts import LANGUAGES
from ce_graph.query.things import UnknownThingError, find_thing
from ce_graph.rdf.namespaces import CODE, ONTOLOGY, XSD
from ce_graph.settings import VOCABULARY

TODAY, REGION = "today", "instance-region"
LONGEST = 500
"""Characters of a text parameter."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a value means beyond its text: where, when and for whom it is asked."""

    run: Run
    today: dt.date
    base: str = VOCABULARY
    language: str = LANGUAGES[0]

    def __post_init__(self) -> None:
        """Refuse a language that the interface does not have."""
        if self.language not in LANGUAGES:
            raise UsageError(f"lang: {self.language!r} is no language of the interface; write {', '.join(LANGUAGES)}")


def bound(question: Question, given: Mapping[str, str], context: Context) -> dict[str, Term]:
    """The terms of all parameters of a question, defaults filled in, the reader's language as ``lang``.

    Raises:
        UsageError: a value of the wrong type, or values that contradict each other.
        NotFoundError: an unknown parameter, code or entity; the message says what there is.
    """
    for name in given:
        question.parameter(name)
    found: dict[str, Term] = {}
    for parameter in question.parameters:
        term = _value(parameter, given.get(parameter.name, "").strip(), context)
        if term is not None:
            found[parameter.name] = term
        elif parameter.required:
            raise UsageError(
                f"question {question.number} ({question.name}) needs {parameter.name} ({parameter.type}); "
                + (f"its default {parameter.default} is not in this data" if parameter.default else "it has no default")
            )
    _check_order(question, found)
    return {**found, "lang": ox.Literal(context.language)}


def _value(parameter: Parameter, raw: str, context: Context) -> Term | None:
    """The term of what is given, else of the default; ``None`` without either, or when the data lacks the default."""
    if raw:
        return _term(parameter, raw, context)
    if parameter.default is None:
        return None
    try:
        return _term(parameter, parameter.default, context)
    except UnknownThingError:
        return None


def _term(parameter: Parameter, raw: str, context: Context) -> Term:
    kind, _, rest = parameter.type.partition("/")
    if kind == "code":
        return find_thing(raw, f"{CODE}{rest}/", f"the list {rest}", context.run, parameter.name)
    if kind == "id":
        if raw == REGION:
            return _region(parameter, context)
        return find_thing(raw, f"{context.base}id/{rest}/", f"the kind {rest}", context.run, parameter.name)
    return _SIMPLE[parameter.type](parameter, raw, context)


def _region(parameter: Parameter, context: Context) -> Term:
    rows = solutions(context.run, f"SELECT DISTINCT ?value {{ ?value a <{ONTOLOGY}InstanceRegion> }} ORDER BY ?value")
    if rows and isinstance(value := rows[0]["value"], ox.NamedNode):
        return value
    raise UnknownThingError(f"{parameter.name}: the data does not say which region it is about (ce:InstanceRegion)")


def _date(parameter: Parameter, raw: str, context: Context) -> Term:
    try:
        day = (
            context.today
            if raw == TODAY
            else dt.date.fromisoformat(raw if re.fullmatch(r"\d{4}-\d\d-\d\d", raw) else "")
        )
    except ValueError as error:
        raise UsageError(
            f"{parameter.name}: {raw!r} is no day of the calendar; write YYYY-MM-DD, such as 2026-11-24, or today"
        ) from error
    return _literal(day.isoformat(), "date")


def _year(parameter: Parameter, raw: str, context: Context) -> Term:
    text = str(context.today.year) if raw == TODAY else raw
    if not re.fullmatch(r"[12]\d{3}", text):
        raise UsageError(f"{parameter.name}: {raw!r} is no year; write four digits, such as 2021")
    return _literal(text, "gYear")


def _integer(parameter: Parameter, raw: str, context: Context) -> Term:  # noqa: ARG001
    if not re.fullmatch(r"[+-]?\d{1,15}", raw):
        raise UsageError(f"{parameter.name}: {raw!r} is no whole number; write digits only, such as 5")
    return _literal(str(_within(parameter, Decimal(raw))), "integer")


def _decimal(parameter: Parameter, raw: str, context: Context) -> Term:  # noqa: ARG001
    if not re.fullmatch(r"[+-]?(\d{1,15}(\.\d{0,9})?|\.\d{1,9})", raw):
        raise UsageError(f"{parameter.name}: {raw!r} is no number; write digits with a point, such as 12.5")
    return _literal(f"{_within(parameter, Decimal(raw)):f}", "decimal")


def _within(parameter: Parameter, value: Decimal) -> Decimal:
    if parameter.minimum is not None and value < parameter.minimum:
        raise UsageError(f"{parameter.name}: {value} is too small; the smallest value is {parameter.minimum}")
    if parameter.maximum is not None and value > parameter.maximum:
        raise UsageError(f"{parameter.name}: {value} is too large; the largest value is {parameter.maximum}")
    return value


def _string(parameter: Parameter, raw: str, context: Context) -> Term:  # noqa: ARG001
    if len(raw) > LONGEST:
        raise UsageError(f"{parameter.name}: the text has {len(raw)} characters; write at most {LONGEST}")
    try:
        return ox.Literal(raw)
    except ValueError as error:  # half of a surrogate pair
        raise UsageError(f"{parameter.name}: the text is not valid Unicode") from error


_SIMPLE: Mapping[str, Callable[[Parameter, str, Context], Term]] = {
    "date": _date,
    "year": _year,
    "integer": _integer,
    "decimal": _decimal,
    "string": _string,
}


def _literal(text: str, datatype: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(str(XSD) + datatype))


def _check_order(question: Question, found: Mapping[str, Term]) -> None:
    for first, second in question.ordered:
        one, other = found.get(first), found.get(second)
        if one is None or other is None:
            continue
        numeric = question.parameter(first).type in ("decimal", "integer")
        wrong = Decimal(one.value) > Decimal(other.value) if numeric else one.value > other.value
        if wrong:
            said = f"{first} ({one.value}) is after {second} ({other.value})"
            raise UsageError(f"{said}, so nothing can be between them; swap them or leave one out")
