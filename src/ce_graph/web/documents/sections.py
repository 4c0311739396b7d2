"""What a page tells about a thing of a certain class beyond its statements: tables, each by one stored query."""

from __future__ import annotations

import dataclasses
import functools
import re
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ce_graph.rdf.namespaces import CODE, ONTOLOGY, OWL, SKOS, XSD
from ce_graph.web.asking import fill, text
from ce_graph.web.documents.disagreement import Value, disagree
from ce_graph.web.i18n import gettext, mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_graph.web.asking import Asker, Row, Term

HIDDEN = {"point"}
"""What a query gives for the picture alone."""
SHORT = {"flow", "outcome"}
"""Columns of things that the rest of their row tells apart: they are shown by their key."""
_SAME = {
    "indicator-series": ("region", "year", "valueKind", "derivation", "unit"),
    "place-figures": ("indicator", "year", "valueKind", "derivation", "unit"),
}
"""Columns that tell what a value is of: rows that are alike in them speak of the same."""
BRIEF = {"unit", "capacityUnit", "currency", "date", "derivation", "valueKind", "year"}
"""Columns of a word or two, which stay on one line."""
SHOWN = 50
"""Rows of a table that are shown; its query and its download have all."""
_NUMBERS = ("decimal", "integer", "double", "float")
_VARIABLES = re.compile(r"^SELECT (?:DISTINCT )?(.*?) WHERE", re.MULTILINE)


@dataclasses.dataclass(frozen=True, slots=True)
class Spec:
    """A table that the pages of a class have; its query is ``sparql/sections/{name}.rq``."""

    name: str
    title: str
    most: int = SHOWN
    read: int = 0
    """Rows that are read for the picture, when these are more than are shown."""


@dataclasses.dataclass(frozen=True, slots=True)
class Section:
    """A table about one thing: its title, columns, the first rows, and the query that gives all of them."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    most: int
    """How many of the rows are shown; a picture is made of all of them."""
    query: str

    @property
    def shown(self) -> tuple[Row, ...]:
        """The rows that the page has."""
        return self.rows[: self.most]

    @property
    def numbers(self) -> frozenset[str]:
        """The columns that hold numbers alone."""
        return frozenset(
            name for name in self.columns if all(_is_number(row[name]) for row in self.shown if name in row)
        )

    @property
    def disputed(self) -> frozenset[int]:
        """The places of shown rows whose value differs from what another source says of the same."""
        columns = _SAME.get(self.name, ())
        said: dict[tuple[Term | None, ...], dict[Term, list[str]]] = {}
        for row in self.rows:
            if columns and {"value", "year", "source"} <= set(row):
                same = said.setdefault(tuple(row.get(name) for name in columns), {})
                same.setdefault(row["value"], []).append(row["source"].value)
        wrong = {
            same
            for same, values in said.items()
            if disagree([Value(term, tuple(sources)) for term, sources in values.items()])
        }
        return frozenset(
            place for place, row in enumerate(self.shown) if tuple(row.get(name) for name in columns) in wrong
        )

    @property
    def more(self) -> bool:
        """Whether the query gives more rows than are shown."""
        return len(self.rows) > self.most


_FLOWS = Spec("flows", mark("Material flows from and to it"))
PLACES = Spec("related-places", mark("Where it is"), 30, 400)
SPECS: dict[str, tuple[Spec, ...]] = {
    ONTOLOGY + "Project": (
        Spec("project-partners", mark("Who takes part")),
        Spec("project-funding", mark("Who pays")),
        Spec("project-timeline", mark("Timeline: as stated and as understood")),
        Spec("project-outcomes", mark("What came out of it")),
        Spec("project-continues", mark("What it continues")),
        Spec("project-continued", mark("What continues it")),
    ),
    ONTOLOGY + "Actor": (
        Spec("actor-projects", mark("Projects")),
        Spec("actor-funding", mark("What it funds")),
        Spec("actor-facilities", mark("Facilities that it runs")),
        Spec("actor-members", mark("Members")),
        _FLOWS,
    ),
    ONTOLOGY + "Facility": (Spec("facility-capacity", mark("Capacity, intake and products")), _FLOWS),
    ONTOLOGY + "Place": (
        Spec("place-actors", mark("Who and what is here")),
        Spec("place-parts", mark("Places within it")),
        Spec("place-figures", mark("Figures")),
        Spec("place-flows", mark("Material flows counted here")),
    ),
    ONTOLOGY + "SourceGraph": (
        Spec("source-kinds", mark("What the source speaks of")),
        Spec("source-things", mark("The things, one by one"), 150),
    ),
    ONTOLOGY + "FundingProgramme": (Spec("programme-projects", mark("What it pays for")),),
    ONTOLOGY + "Indicator": (
        Spec("indicator-series", mark("Values by area and year"), 120, 600),
        Spec("indicator-breaks", mark("Breaks in the series")),
    ),
}
SPECS |= dict.fromkeys(
    (str(OWL.ObjectProperty), str(OWL.DatatypeProperty)),
    (Spec("property-use", mark("How often it is used")), Spec("property-examples", mark("Examples from the data"), 8)),
)
MATERIAL = (
    Spec("material-flows", mark("Where it flows")),
    Spec("material-facilities", mark("Facilities that take it in or give it out")),
)
VIEWS = {
    "project-funding": ("/funding", "project", mark("Funding")),
    "programme-projects": ("/funding", "programme", mark("Funding")),
    "actor-projects": ("/projects", "actor", mark("Projects")),
    "actor-funding": ("/funding", "funder", mark("Funding")),
    "place-figures": ("/indicators", "region", mark("Indicators")),
    "indicator-series": ("/indicators", "indicator", mark("Published and computed values")),
}
"""The views of the region that tell more about a table: where, by which criterion, what it is called."""
HEADINGS = {
    "actor": mark("Actor"),
    "amount": mark("Amount"),
    "accepts": mark("Takes in"),
    "capacity": mark("Capacity"),
    "capacityUnit": mark("Unit"),
    "capacityYear": mark("Year"),
    "class": mark("Type"),
    "count": mark("How many"),
    "currency": mark("Currency"),
    "date": mark("As understood"),
    "derivation": mark("Published or computed"),
    "event": mark("Event"),
    "facility": mark("Facility"),
    "facilityType": mark("Type"),
    "flow": mark("Flow"),
    "fromYear": mark("Last year before"),
    "funder": mark("Funder"),
    "indicator": mark("Indicator"),
    "known": mark("Amount known"),
    "material": mark("Material"),
    "origin": mark("From"),
    "outcome": mark("Outcome"),
    "outcomeKind": mark("Type"),
    "percent": mark("Share, %"),
    "place": mark("Place"),
    "produces": mark("Gives out"),
    "programme": mark("Programme"),
    "project": mark("Project"),
    "property": mark("What"),
    "reason": mark("Why"),
    "region": mark("Area"),
    "relation": mark("Relation"),
    "role": mark("Role"),
    "source": mark("Source"),
    "sources": mark("Sources"),
    "stage": mark("Stage"),
    "stated": mark("As stated"),
    "statement": mark("What it says"),
    "target": mark("To"),
    "theme": mark("Theme"),
    "thing": mark("Thing"),
    "toYear": mark("First year after"),
    "unit": mark("Unit"),
    "value": mark("Value"),
    "valueKind": mark("Kind of value"),
    "year": mark("Year"),
}


def specs(iri: str, types: Sequence[str]) -> tuple[Spec, ...]:
    """The tables of a thing of some classes."""
    if iri.startswith(f"{CODE}material/") and str(SKOS.Concept) in types:
        return (*MATERIAL, PLACES)
    found = tuple(spec for class_, several in SPECS.items() if class_ in types for spec in several)
    return (*found, PLACES) if "/id/" in iri else found


def sections(asker: Asker, iri: str, types: Sequence[str], *, ordered: bool = True) -> tuple[Section, ...]:
    """The tables about a thing that have any rows: one query each, however many rows there are.

    Without order, the rows that are shown are the first that the store finds: of very many, that takes no time. What
    would have to be looked for through all of them, such as the places, is left out then.
    """
    wanted = [spec for spec in specs(iri, types) if ordered or spec is not PLACES]
    return tuple(section for spec in wanted if (section := _section(asker, iri, spec, ordered)) is not None)


def heading(name: str) -> str:
    """What a column is called."""
    return gettext(HEADINGS[name]) if name in HEADINGS else name


@functools.cache
def columns(name: str) -> tuple[str, ...]:
    """The columns of a table, as its query has them."""
    found = _VARIABLES.search(text(f"sections/{name}"))
    return tuple(re.findall(r"\?(\w+)(?=[ )]|$)", re.sub(r"\([^()]*\([^()]*\) AS", "", found[1]))) if found else ()


def _section(asker: Asker, iri: str, spec: Spec, ordered: bool) -> Section | None:
    thing = ox.NamedNode(iri)
    body = text(f"sections/{spec.name}")
    first = body if ordered else re.sub(r"\nORDER BY [^\n]*", "", body)
    found = asker.run(fill(first, {"thing": thing, "limit": max(spec.most + 1, spec.read)}))
    rows = [row for row in found if not isinstance(row, ox.Triple) and row and not _empty(row)]
    if not rows:
        return None
    whole = fill(re.sub(r"\nLIMIT \$limit", "", body), {"thing": thing})
    used = tuple(name for name in columns(spec.name) if name not in HIDDEN and any(name in row for row in rows))
    return Section(spec.name, gettext(spec.title), used, tuple(rows), spec.most, whole)


def _is_number(term: Term) -> bool:
    return isinstance(term, ox.Literal) and term.datatype.value.removeprefix(str(XSD)) in _NUMBERS


def _empty(row: Row) -> bool:
    """Whether a row tells nothing but its source, or a count of nothing."""
    return not set(row) - {"source"} or ("count" in row and row["count"].value == "0")
