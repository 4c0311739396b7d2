"""Turns what a user writes for a parameter into a term, or says what to write instead."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal

import pyoxigraph as ox

from ce_graph.errors import UsageError
from ce_graph.model.names import short
from ce_graph.query.binding import Term
from ce_graph.query.questions import Parameter, Question
from ce_graph.query.running import Run, solutions
from ce_graph.query.texts import LANGUAGES
from ce_graph.query.things import UnknownThingError, find_thing
from ce_graph.rdf.namespaces import CODE, ONTOLOGY, XSD
from ce_graph.settings import VOCABULARY
from ce_graph.wording import say

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
            raise UsageError(_needed(question, parameter))
    _check_order(question, found)
    return {**found, "lang": ox.Literal(context.language)}


def default(parameter: Parameter, context: Context) -> str:
    """The default of a parameter as a form shows it: the day itself, the short name of the region; ``""`` for none."""
    if parameter.default not in (TODAY, REGION):
        return parameter.default or ""
    term = _value(parameter, "", context)
    return short(term.value) if isinstance(term, ox.NamedNode) else term.value if isinstance(term, ox.Literal) else ""


def _needed(question: Question, parameter: Parameter) -> str:
    which = {"number": question.number, "question": question.name, "name": parameter.name, "type": parameter.type}
    if not parameter.default:
        return say("question %(number)s (%(question)s) needs %(name)s (%(type)s); it has no default", **which)
    return say(
        "question %(number)s (%(question)s) needs %(name)s (%(type)s); its default %(default)s is not in this data",
        default=parameter.default,
        **which,
    )


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
    if len(raw) > LONGEST:
        wrong = say(
            "%(name)s: the text has %(length)s characters; write at most %(limit)s",
            name=parameter.name,
            length=len(raw),
            limit=LONGEST,
        )
        raise UsageError(wrong)
    kind, _, rest = parameter.type.partition("/")
    if kind == "code":
        return find_thing(raw, f"{CODE}{rest}/", say("the list %(name)s", name=rest), context.run, parameter.name)
    if kind == "id":
        if raw == REGION:
            return _region(parameter, context)
        return find_thing(
            raw, f"{context.base}id/{rest}/", say("the kind %(name)s", name=rest), context.run, parameter.name
        )
    return _SIMPLE[parameter.type](parameter, raw, context)


def _region(parameter: Parameter, context: Context) -> Term:
    rows = solutions(context.run, f"SELECT DISTINCT ?value {{ ?value a <{ONTOLOGY}InstanceRegion> }} ORDER BY ?value")
    if rows and isinstance(value := rows[0]["value"], ox.NamedNode):
        return value
    raise UnknownThingError(
        say("%(name)s: the data does not say which region it is about (ce:InstanceRegion)", name=parameter.name)
    )


def _date(parameter: Parameter, raw: str, context: Context) -> Term:
    try:
        day = (
            context.today
            if raw == TODAY
            else dt.date.fromisoformat(raw if re.fullmatch(r"\d{4}-\d\d-\d\d", raw) else "")
        )
    except ValueError as error:
        wrong = say(
            "%(name)s: %(given)s is no day of the calendar; write YYYY-MM-DD, such as 2026-11-24, or today",
            name=parameter.name,
            given=repr(raw),
        )
        raise UsageError(wrong) from error
    return _literal(day.isoformat(), "date")


def _year(parameter: Parameter, raw: str, context: Context) -> Term:
    text = str(context.today.year) if raw == TODAY else raw
    if not re.fullmatch(r"[12]\d{3}", text):
        raise UsageError(
            say("%(name)s: %(given)s is no year; write four digits, such as 2021", name=parameter.name, given=repr(raw))
        )
    return _literal(text, "gYear")


def _integer(parameter: Parameter, raw: str, context: Context) -> Term:  # noqa: ARG001
    if not re.fullmatch(r"[+-]?\d{1,15}", raw):
        wrong = say(
            "%(name)s: %(given)s is no whole number; write digits only, such as 5", name=parameter.name, given=repr(raw)
        )
        raise UsageError(wrong)
    return _literal(str(_within(parameter, Decimal(raw))), "integer")


def _decimal(parameter: Parameter, raw: str, context: Context) -> Term:  # noqa: ARG001
    if not re.fullmatch(r"[+-]?(\d{1,15}(\.\d{0,9})?|\.\d{1,9})", raw):
        wrong = say(
            "%(name)s: %(given)s is no number; write digits with a point, such as 12.5",
            name=parameter.name,
            given=repr(raw),
        )
        raise UsageError(wrong)
    return _literal(f"{_within(parameter, Decimal(raw)):f}", "decimal")


def _within(parameter: Parameter, value: Decimal) -> Decimal:
    if parameter.minimum is not None and value < parameter.minimum:
        wrong = say(
            "%(name)s: %(given)s is too small; the smallest value is %(limit)s",
            name=parameter.name,
            given=value,
            limit=parameter.minimum,
        )
        raise UsageError(wrong)
    if parameter.maximum is not None and value > parameter.maximum:
        wrong = say(
            "%(name)s: %(given)s is too large; the largest value is %(limit)s",
            name=parameter.name,
            given=value,
            limit=parameter.maximum,
        )
        raise UsageError(wrong)
    return value


def _string(parameter: Parameter, raw: str, context: Context) -> Term:  # noqa: ARG001
    try:
        return ox.Literal(raw)
    except ValueError as error:  # half of a surrogate pair
        raise UsageError(say("%(name)s: the text is not valid Unicode", name=parameter.name)) from error


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
            raise UsageError(
                say(
                    "%(first)s (%(one)s) is after %(second)s (%(other)s), so nothing can be between them; "
                    "swap them or leave one out",
                    first=first,
                    one=one.value,
                    second=second,
                    other=other.value,
                )
            )
