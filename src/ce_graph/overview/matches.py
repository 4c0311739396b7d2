"""Who could work together: offers beside needs that they fit, flows beside facilities that would take them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from ce_graph.model.matching.entries import Rules
from ce_graph.model.matching.explaining import Explained, explain
from ce_graph.model.matching.matcher import match
from ce_graph.model.matching.standing import needs_of_facilities, offers_of_flows
from ce_graph.model.names import short
from ce_graph.overview.asked import stored
from ce_graph.overview.view import Cell, Column, Link, Part, Table, View
from ce_graph.query import records as reading
from ce_graph.rdf.namespaces import CODE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_graph.model.matching.entries import Entry
    from ce_graph.model.matching.pairwise import Trees
    from ce_graph.overview.records import Records
    from ce_graph.wording import Wording

_SHOWN = 50


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """Pairs, the best first, and how many there are in all."""

    offers: Sequence[Entry]
    needs: Sequence[Entry]
    fitting: tuple[Explained, ...]
    fitting_in_all: int
    near: tuple[Explained, ...]
    near_in_all: int


def matches(records: Records, wording: Wording, material: str = "") -> View:
    """Pairs that fit and pairs of which one condition failed, of all materials or of one.

    Raises:
        NotFoundError: an unknown material; the message says what there is.
    """
    say, names = wording.gettext, records.names
    trees = records.read(reading.matching_trees)
    meant, wanted = {}, ""
    if material:
        wanted = names.find(material, trees.material.parents, "material")
        meant[say("material")] = names.label(wanted, wording.language)
    found = records.keep(("matches", wanted, wording.language), lambda: _find(records, wording, trees, wanted))
    counted = say("%(offers)s offers and %(needs)s needs are known.", offers=len(found.offers), needs=len(found.needs))
    return View(
        name="matches",
        title=say("Who could work together"),
        lead=say(
            "Offers beside needs that they fit, by material, hazard, quality, amount, time and distance. Flows that"
            " could be treated better count as offers, facilities that accept a material as standing needs."
        ),
        parts=(
            _part(records, wording, "fitting", say("What fits"), found.fitting, found.fitting_in_all, counted),
            _part(
                records,
                wording,
                "near",
                say("What nearly fits: one condition fails"),
                found.near,
                found.near_in_all,
                counted,
            ),
        ),
        meant=meant,
    )


def _find(records: Records, wording: Wording, trees: Trees, material: str) -> Found:
    offers = [
        *records.read(_offers),
        *offers_of_flows(records.potentials, records.read(reading.points), records.names, wording.language),
    ]
    needs = [
        *records.read(_needs),
        *needs_of_facilities(records.read(reading.facilities), records.lists.ranks, CODE + "ewc/"),
    ]
    if material:
        related = trees.material.below(material) | set(trees.material.above(material))
        offers, needs = ([one for one in some if not related.isdisjoint(one.materials)] for some in (offers, needs))
    rules = Rules()
    pairs = match(offers, needs, trees, rules)

    def explained(*, near: bool) -> tuple[Explained, ...]:
        return tuple(
            explain(pair, offers[pair.offer], needs[pair.need], trees, rules, records.names, wording.language)
            for pair in pairs.best(near_misses=near, limit=_SHOWN)
        )

    fitting = int((pairs.failed == 0).sum())
    return Found(offers, needs, explained(near=False), fitting, explained(near=True), len(pairs) - fitting)


def _offers(reader: reading.Reader) -> list[Entry]:
    return reading.entries(reader, "Offer")


def _needs(reader: reading.Reader) -> list[Entry]:
    return reading.entries(reader, "Need")


def _part(records: Records, wording: Wording, name: str, title: str, pairs: Sequence[Explained], count: int,
          counted: str) -> Part:  # fmt: skip
    say = wording.gettext
    columns = (
        Column("offer", say("offer"), linked=True),
        Column("need", say("need"), linked=True),
        Column("score", say("score, 0 to 1"), numeric=True),
        Column("tonnes", say("could move a year"), "t", numeric=True),
        Column("kilometres", say("distance"), "km", numeric=True),
        Column("reasons", say("why")),
        Column("documents", say("sources"), linked=True),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            _entry(records, wording, one.offer), _entry(records, wording, one.need), one.score, one.tonnes,
            None if one.kilometres is None else round(one.kilometres), one.text,
            [Link(document, records.names.label(document, wording.language))
             for document in sorted({one.offer.document, one.need.document} - {""})],
        )
        for one in pairs
    ]  # fmt: skip
    notes = [counted]
    if count > len(pairs):
        notes.append(say("The best %(shown)s of %(all)s are shown.", shown=len(pairs), all=count))
    question = "needs-for-stream" if name == "fitting" else "alternative-suppliers"
    return Part(
        name=name, title=title, table=Table(columns, rows), notes=notes,
        query=stored(records, wording, question, {"material": "waste"}),
    )  # fmt: skip


def _entry(records: Records, wording: Wording, one: Entry) -> Link:
    """An offer or need by its label; what has none by its name, with whose it is where that tells more."""
    if one.label:
        return Link(one.iri, one.label)
    known = records.names.label(one.iri, wording.language)
    if known == short(one.iri) and one.actor:
        return Link(one.iri, f"{records.names.label(one.actor, wording.language)}: {known}")
    return Link(one.iri, known)
