"""What a column of a table means: how its cells are read and which literal or IRI they stand for."""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pyoxigraph as ox
import uritemplate
from csvw.metadata import Column as Description
from csvw.metadata import Datatype, Schema

from ce_graph.rdf.namespaces import ONTOLOGY, PREFIXES, XSD

PARTIAL_DATE = ONTOLOGY + "partialDate"
"""A year, a month or a day: as precise as the source and no more."""

_COMPACT = re.compile(r"([A-Za-z][\w-]*):(?!//)(.*)")
_PREFIXES = PREFIXES | {"dc": PREFIXES["dcterms"]}
_ADVICE = {
    "decimal": "write digits with a point, such as 1234.5, without blanks or units",
    "integer": "write digits only",
    "nonNegativeInteger": "write digits only",
    "boolean": "write true or false",
    "date": "write year-month-day, such as 2021-11-30",
    "gYear": "write a year of four digits",
    "partialDate": "write a year, year-month or year-month-day that exists, such as 2021, 2021-11 or 2021-11-30;"
    " an impossible date stays in the column of the literal, and this one empty",
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
    virtual: bool
    property: str
    value_template: str
    lang: str
    type_name: str
    datatype: Datatype | None
    _good: dict[str, str] = dataclasses.field(default_factory=dict)
    _expanded: dict[str, str] = dataclasses.field(default_factory=dict)

    def split(self, text: str) -> tuple[str, ...]:
        """The checked values of a cell; none when it is empty.

        Raises:
            ValueError: the cell is not what the column holds; the message says why.
        """
        if not text:
            if self.required:
                raise ValueError("the cell is empty, but a value is required")
            return ()
        if not self.separator:
            self._check(text)
            return (text,)
        values = tuple(part.strip() for part in text.split(self.separator))
        if "" in values or len(set(values)) < len(values):
            raise ValueError(f"{text!r}: the list has an empty or a repeated item")
        for value in values:
            self._check(value)
        return values

    def _check(self, text: str) -> None:
        if text not in self._good:
            self._good[text] = self._literal(text)

    def advice(self) -> str:
        """What to write instead."""
        if self.type_name in _ADVICE:
            return _ADVICE[self.type_name]
        pattern = self.datatype.format if self.datatype else None
        if pattern and re.fullmatch(r"[\w-]+(\|[\w-]+)+", pattern):
            return "write one of " + ", ".join(pattern.split("|"))
        return f"it must match {pattern}" if pattern else ""

    def _literal(self, text: str) -> str:
        if "\x00" in text:
            raise ValueError("the cell holds a NUL character")
        if self.datatype is not None:
            try:
                self.datatype.read(text)
            except (ValueError, ArithmeticError) as error:
                raise ValueError(f"{text!r} is not a valid {self.type_name}") from error
        return literal(text, self.type_name, self.lang)

    def object_of(self, value: str) -> str:
        """The literal or IRI of a value, in N-Triples syntax."""
        if not self.value_template:
            return self._good.get(value) or self._literal(value)
        if value not in self._expanded:
            self._expanded[value] = f"<{expand(self.value_template, {self.name: value})}>"
        return self._expanded[value]


def literal(text: str, type_name: str, lang: str = "") -> str:
    """A literal in N-Triples syntax; numbers and dates in their canonical form.

    Raises:
        ValueError: the text is not of that type.
    """
    if lang:
        return str(ox.Literal(text, language=lang))
    if type_name == "string":
        return str(ox.Literal(text))
    if type_name == "partialDate":
        text, type_name = _partial_date(text)
    elif type_name == "decimal":
        text = canonical(Decimal(text))
    elif type_name in ("integer", "nonNegativeInteger"):
        text, type_name = str(int(text)), "integer"
    elif type_name == "boolean":
        text = {"1": "true", "0": "false"}.get(text, text)
    return str(ox.Literal(text, datatype=ox.NamedNode(str(XSD) + type_name)))


def canonical(number: Decimal) -> str:
    """A decimal without exponent, trailing zeros or sign of zero."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _partial_date(text: str) -> tuple[str, str]:
    try:
        if len(text) == 10:
            datetime.date.fromisoformat(text)
            return text, "date"
        if len(text) == 7:
            datetime.date.fromisoformat(text + "-01")
            return text, "gYearMonth"
        if len(text) == 4 and int(text) > 0:
            return text, "gYear"
    except ValueError as error:
        raise ValueError(f"{text!r} does not exist in the calendar") from error
    raise ValueError(f"{text!r} is not a year, month or day")


def expand(template: str, values: Mapping[str, str]) -> str:
    """An IRI from a URI template (RFC 6570)."""
    return uritemplate.expand(template, dict(values))


def full(iri: str) -> str:
    """An IRI written out where it is compact (``skos:prefLabel``)."""
    match = _COMPACT.fullmatch(iri)
    return _PREFIXES[match[1]] + match[2] if match and match[1] in _PREFIXES else iri


def columns_of(schema: Schema) -> dict[str, Column]:
    """The columns that stand in the file, by name."""
    found = [_column(column, number) for number, column in enumerate(schema.columns, start=1) if not column.virtual]
    return {column.name: column for column in found}


def virtual_columns_of(schema: dict[str, Any]) -> list[tuple[str, str]]:
    """Property and object template of the columns that have no cells."""
    return [
        (full(column["propertyUrl"]), full(column["valueUrl"])) for column in schema["columns"] if column.get("virtual")
    ]


def _column(described: Description, number: int) -> Column:
    datatype = described.inherit("datatype")
    name = datatype.base if datatype is not None else "string"
    if datatype is not None and datatype.at_props.get("id") == PARTIAL_DATE:
        name = "partialDate"
    template, property_ = described.inherit("valueUrl"), described.inherit("propertyUrl")
    return Column(
        name=described.name,
        number=number,
        titles={tag or "und": list(titles) for tag, titles in (described.titles or {}).items()},
        description=str(described.common_props.get("dc:description", "")),
        required=bool(described.inherit("required")),
        separator=described.inherit("separator") or "",
        virtual=False,
        property="" if described.suppressOutput or property_ is None else full(str(property_.uri)),
        value_template=full(str(template.uri)) if template is not None else "",
        lang=described.lang if described.lang and described.lang != "und" else "",
        type_name=name,
        datatype=datatype,
    )
