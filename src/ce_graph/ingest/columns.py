"""What a column of a table means: how its cells are read and which literal or IRI they stand for."""

from __future__ import annotations

import dataclasses
import datetime
import re
from decimal import Decimal
from typing import Any

import pyoxigraph as ox
from csvw.metadata import Column as Description
from csvw.metadata import Datatype, Schema

from ce_graph.ingest import ranges
from ce_graph.ingest.cells import CellError
from ce_graph.ingest.iris import Template, full
from ce_graph.rdf.namespaces import ONTOLOGY, XSD
from ce_graph.wording import DEFAULT, Given, say

PARTIAL_DATE = ONTOLOGY + "partialDate"
"""A year, a month or a day: as precise as the source and no more."""

_KEPT = 20_000
"""Distinct cells that a column remembers; free text would otherwise be held twice."""
_SHOWN = 80
"""Characters of a cell that a message repeats."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_CHOICE = re.compile(r"\(?([\w-]+(?:\|[\w-]+)+)\)?")
_YEAR = r"(?!0000)[0-9]{4}"
_FORMS = {
    "string": re.compile(r".*", re.DOTALL),
    "decimal": re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"),
    "integer": re.compile(r"[+-]?[0-9]+"),
    "nonNegativeInteger": re.compile(r"\+?[0-9]+"),
    "boolean": re.compile(r"true|false|1|0"),
    "date": re.compile(_YEAR + r"-[0-9]{2}-[0-9]{2}"),
    "gYear": re.compile(_YEAR),
    "partialDate": re.compile(_YEAR + r"(-[0-9]{2}(-[0-9]{2})?)?"),
}
"""The datatypes that a column can have, and how their values are written."""
_IMPOSSIBLE = say("leave this cell empty, and keep the date as the source has it in the column for its words")
_ADVICE = {
    "decimal": say("write digits with a point, such as 1234.5, without blanks or units"),
    "integer": say("write digits only"),
    "nonNegativeInteger": say("write digits only"),
    "boolean": say("write true or false"),
    "date": say("write year-month-day, such as 2021-11-30"),
    "gYear": say("write a year of four digits"),
    "partialDate": say(
        "write a year, year-month or year-month-day, such as 2021, 2021-11 or 2021-11-30; else %(otherwise)s",
        otherwise=_IMPOSSIBLE,
    ),
}


@dataclasses.dataclass(slots=True)
class Column:
    """A column; ``property`` is ``""`` where its cells give no statement of their own."""

    name: str
    number: int
    titles: dict[str, list[str]]
    description: str
    required: bool
    separator: str
    property: str
    template: Template | None
    lang: str
    type_name: str
    datatype: Datatype | None
    pattern: re.Pattern[str] | None
    form: Given | None
    """The pattern in plain words."""
    _cells: dict[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    _terms: dict[str, str] = dataclasses.field(default_factory=dict)

    def split(self, text: str) -> tuple[str, ...]:
        """The checked values of a cell; none when it is empty.

        Raises:
            CellError: the cell is not what the column holds.
        """
        found = self._cells.get(text)
        if found is None:
            found = self._values(text)
            for value in found:
                self.term(value)
            if len(self._cells) >= _KEPT:
                self._cells.clear()
            self._cells[text] = found
        return found

    def _values(self, text: str) -> tuple[str, ...]:
        if not text:
            if self.required:
                raise CellError(say("the cell is empty, but a value is required"))
            return ()
        if not self.separator:
            return (text,)
        values = tuple(part.strip() for part in text.split(self.separator))
        if "" in values or len(set(values)) < len(values):
            raise CellError(
                say("%(value)s: the list has an empty or a repeated item", value=shown(text)),
                say("put one %(sign)s between two items", sign=repr(self.separator)),
            )
        return values

    def term(self, value: str) -> str:
        """The literal or IRI that a value stands for, in N-Triples syntax.

        Raises:
            CellError: the value is not what the column holds.
        """
        found = self._terms.get(value)
        if found is None:
            self._check(value)
            found = self._iri(self.template, value) if self.template else literal(value, self.type_name, self.lang)
            if len(self._terms) >= _KEPT:
                self._terms.clear()
            self._terms[value] = found
        return found

    def _iri(self, template: Template, value: str) -> str:
        try:
            return str(ox.NamedNode(template.expand({self.name: value})))
        except ValueError as error:
            raise CellError(
                say("%(value)s does not make an IRI", value=shown(value)), say("look for blanks, brackets and accents")
            ) from error

    def _check(self, text: str) -> None:
        if control := _CONTROL.search(text):
            raise CellError(
                say("the cell holds a control character (%(code)s)", code=f"U+{ord(control[0]):04X}"), say("delete it")
            )
        if not _FORMS[self.type_name].fullmatch(text):
            raise CellError(
                say("%(value)s is not a valid %(kind)s", value=shown(text), kind=_name(self.type_name)),
                _ADVICE[self.type_name],
            )
        if self.type_name in ("date", "partialDate") and not exists(text):
            raise CellError(say("%(value)s does not exist in the calendar", value=shown(text)), _IMPOSSIBLE)
        if self.pattern and not self.pattern.fullmatch(text):
            raise CellError(
                say("%(value)s does not have the form that the column asks for", value=shown(text)), self._form()
            )
        if self.datatype is not None and (fault := ranges.fault(self.datatype, text, shown(text))):
            raise CellError(*fault)

    def _form(self) -> str:
        """What to write in place of a value that does not match the pattern."""
        if self.form:
            return self.form
        pattern = self.pattern.pattern if self.pattern else ""
        choice = _CHOICE.fullmatch(pattern)
        if choice:
            return say("write one of %(names)s", names=choice[1].replace("|", ", "))
        return say("it must match %(pattern)s", pattern=pattern)


def shown(text: str) -> str:
    """A value between quotation marks, for a message; cut when it is long."""
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")


def number(text: str) -> Decimal | None:
    """A decimal, or ``None`` when the text is none."""
    return Decimal(text) if _FORMS["decimal"].fullmatch(text) else None


def is_day(text: str) -> bool:
    """Whether a text is a day of the calendar."""
    return bool(_FORMS["date"].fullmatch(text)) and exists(text)


def is_language(tag: str) -> bool:
    """Whether a text can be the language of a literal."""
    return bool(_LANGUAGE.fullmatch(tag))


def exists(date: str) -> bool:
    """Whether a year, month or day is in the calendar."""
    try:
        datetime.date.fromisoformat(date + "-01-01"[len(date) - 4 :] if len(date) < 10 else date)
    except ValueError:
        return False
    return True


def literal(text: str, type_name: str, lang: str = "") -> str:
    """A literal in N-Triples syntax; numbers and dates in their canonical form.

    Raises:
        ValueError: a decimal that is none.
    """
    if lang:
        return str(ox.Literal(text, language=lang))
    if type_name == "string":
        return str(ox.Literal(text))
    if type_name == "partialDate":
        type_name = {4: "gYear", 7: "gYearMonth"}.get(len(text), "date")
    elif type_name in ("decimal", "integer", "nonNegativeInteger"):
        text, type_name = canonical(Decimal(text)), "decimal" if type_name == "decimal" else "integer"
    elif type_name == "boolean":
        text = {"1": "true", "0": "false"}.get(text, text)
    return str(ox.Literal(text, datatype=ox.NamedNode(str(XSD) + type_name)))


def canonical(number: Decimal) -> str:
    """A decimal without exponent, trailing zeros or sign of zero."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def columns_of(schema: Schema) -> dict[str, Column]:
    """The columns that stand in the file, by name.

    Raises:
        ValueError: a column has a datatype or a template that the build does not know.
    """
    found = [_column(column, number) for number, column in enumerate(schema.columns, start=1) if not column.virtual]
    return {column.name: column for column in found}


def virtual_columns_of(schema: dict[str, Any]) -> list[tuple[str, Template]]:
    """Property and object template of the columns that have no cells."""
    return [
        (full(column["propertyUrl"]), Template(full(column["valueUrl"])))
        for column in schema["columns"]
        if column.get("virtual")
    ]


def _column(described: Description, number: int) -> Column:
    datatype, name = described.datatype, described.name
    type_name = datatype.base if datatype is not None else "string"
    if datatype is not None and datatype.at_props.get("id") == PARTIAL_DATE:
        type_name = "partialDate"
    if type_name not in _FORMS or (type_name != "string" and datatype.format and type_name != "partialDate"):
        known = ", ".join(_FORMS)
        raise ValueError(
            say(
                "column %(name)s: datatypes are %(known)s; only string can have a format, not %(datatype)s",
                name=repr(name),
                known=known,
                datatype=repr(type_name),
            )
        )
    lang = described.lang if described.lang and described.lang != "und" else ""
    if lang and not is_language(lang):
        said = say("column %(name)s: %(tag)s is not the tag of a language", name=repr(name), tag=repr(lang))
        raise ValueError(said)
    value, property_ = described.valueUrl, described.propertyUrl
    template = Template(full(str(value.uri))) if value is not None else None
    if template is not None and set(template.names) - {name}:
        own = f"{{{name}}}"
        raise ValueError(
            say("column %(name)s: its valueUrl may only use the column's own value, %(own)s", name=repr(name), own=own)
        )
    return Column(
        name=name,
        number=number,
        titles={tag or "und": list(titles) for tag, titles in (described.titles or {}).items()},
        description=_text(described.common_props.get("dc:description", "")),
        required=bool(described.required),
        separator=described.separator or "",
        property="" if described.suppressOutput or property_ is None else full(str(property_.uri)),
        template=template,
        lang=lang,
        type_name=type_name,
        datatype=datatype,
        pattern=re.compile(datatype.format) if datatype is not None and datatype.format else None,
        form=_given(datatype.common_props.get("dc:description")) if datatype is not None else None,
    )


_NAMES: dict[str, str] = {
    "partialDate": say("date"),
    "date": say("date"),
    "gYear": say("year"),
    "nonNegativeInteger": say("number"),
    "integer": say("integer"),
    "decimal": say("decimal"),
    "boolean": say("truth value"),
}


def _name(type_name: str) -> str:
    return _NAMES.get(type_name, type_name)


def _given(described: Any) -> Given | None:
    """Texts with their languages, as a common property of CSVW has them."""
    items = described if isinstance(described, list) else [described]
    texts = {item.get("@language", DEFAULT): str(item["@value"]) for item in items if isinstance(item, dict)}
    return Given(texts) if texts else None


def _text(described: Any) -> str:
    return str(described["@value"] if isinstance(described, dict) else described)
