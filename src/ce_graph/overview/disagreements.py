"""Where sources disagree: each claim with its source, and dates that cannot be."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from ce_graph.overview.asked import part as asked_part
from ce_graph.overview.view import Link, Table, View
from ce_graph.rdf.namespaces import SKOS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_graph.overview.records import Records
    from ce_graph.overview.view import Cell, Part
    from ce_graph.wording import Wording

_COLUMNS = (
    "about",
    "property",
    "value",
    "unit",
    "qualifier",
    "stated",
    "source",
    "region",
    "period",
    "explained",
    "group",
)


def disagreements(records: Records, wording: Wording) -> View:
    """One list of all disagreements on dates, amounts, quantities and names."""
    say = wording.gettext
    claims = asked_part(records, wording, "disagreements", title=say("Claims that differ"), columns=_COLUMNS)
    return View(
        name="disagreements",
        title=say("Where sources disagree"),
        lead=say("The graph keeps what each source says. Lines of the same group are of one disagreement."),
        parts=(
            _in_words(claims, wording),
            asked_part(records, wording, "impossible-dates", title=say("Dates that cannot be")),
        ),
    )


def _in_words(part: Part, wording: Wording) -> Part:
    """The same claims, those on names last: what differs in numbers and dates is what most readers come for.

    That it is names that differ is said in words, for the property of names has none of its own.
    """
    names = Link(str(SKOS.prefLabel), wording.gettext("name"))
    if part.table is None:
        return part
    place = next(place for place, column in enumerate(part.table.columns) if column.name == "property")

    def named(row: Sequence[Cell]) -> bool:
        property_ = row[place]
        return isinstance(property_, Link) and property_.iri == names.iri

    ordered = sorted(part.table.rows, key=named)
    rows = [[names if named(row) and at == place else cell for at, cell in enumerate(row)] for row in ordered]
    return dataclasses.replace(part, table=Table(part.table.columns, rows))
