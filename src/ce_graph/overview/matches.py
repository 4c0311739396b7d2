"""Who could work together: offers and needs that fit, those that nearly do, and why."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from ce_graph.model.matching.combining import FEWEST, SCORES, combinations
from ce_graph.overview.asked import stored
from ce_graph.overview.pairing import Asked, find, stated_needs, stated_offers
from ce_graph.overview.view import Cell, Column, Link, Part, Table, View
from ce_graph.wording import mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_graph.model.matching.explaining import Explained
    from ce_graph.overview.pairing import Found
    from ce_graph.overview.records import Records
    from ce_graph.wording import Wording

_SHOWN = 50
WAYS = {SCORES: mark("best scores"), FEWEST: mark("fewest offers")}
CONDITIONS = {
    "MATERIAL": mark("material"),
    "TREATMENT": mark("treatment"),
    "HAZARD": mark("hazard"),
    "QUALITY": mark("quality"),
    "QUANTITY": mark("amount"),
    "PERIOD": mark("time"),
    "DISTANCE": mark("distance"),
}


def matches(records: Records, wording: Wording, material: str = "", actor: str = "", within: str = "") -> View:
    """Pairs that fit and pairs of which one condition failed: of all, of a material, of an actor, within kilometres.

    Raises:
        NotFoundError: an unknown material or actor; the message says what there is.
        UsageError: a distance that is none.
    """
    return paired(records, wording, Asked(material=material, actor=actor, within=within))


def paired(records: Records, wording: Wording, asked: Asked, *, limit: int = _SHOWN, filled: bool = False) -> View:
    """Pairs of what is asked for, at most ``limit`` of each kind; ``filled``: and combinations that fill a need.

    Raises:
        NotFoundError: an unknown material, waste code or actor; the message says what there is.
        UsageError: a distance, an amount or a day that is none.
    """
    say, names = wording.gettext, records.names
    found = find(records, asked, wording.language)
    meant, wanted = {}, "waste"
    if asked.material:
        wanted = names.find(asked.material, found.trees.material.parents, "material")
        meant[say("material")] = names.label(wanted, wording.language)
    query = stored(records, wording, "needs-for-stream", {"material": wanted})
    if asked.actor:
        meant[say("actor")] = names.label(found.actor, wording.language)
    if asked.within:
        meant[say("distance")] = f"{asked.within} km"
    parts = [_fitting(records, wording, found, query, limit), _near(wording, found, query, limit)]
    if filled:
        parts.append(_filled(wording, found, query))
    return View(
        name="matches",
        title=say("Who could work together"),
        lead=say(
            "Offers beside needs that they fit, by material, hazard, quality, amount, time and distance. Flows that"
            " could be treated better count as offers, facilities that accept a material as standing needs."
        ),
        parts=parts,
        meant=meant,
    )


def table(found: Found, wording: Wording, pairs: Sequence[Explained]) -> Table:
    """Pairs as lines: who, how well, how much, how far, why; of near misses also the condition that failed."""
    say, names = wording.gettext, found.names
    near = any(one.failed is not None for one in pairs)
    columns = [
        Column("offer", say("offer"), linked=True),
        Column("need", say("need"), linked=True),
        *([Column("failed", say("what fails"))] if near else []),
        Column("score", say("score, 0 to 1"), numeric=True),
        Column("tonnes", say("could move a year"), "t", numeric=True),
        Column("kilometres", say("distance"), "km", numeric=True),
        Column("reasons", say("why")),
        Column("documents", say("sources"), linked=True),
        *(Column(name.lower(), say(title), detail=True) for name, title in CONDITIONS.items()),
    ]

    def line(one: Explained) -> list[Cell]:
        failed = [say(CONDITIONS[one.failed.name]) if one.failed is not None else ""] if near else []
        documents = sorted({one.offer.document, one.need.document} - {""})
        return [
            Link(one.offer.iri, found.label(one.offer)),
            Link(one.need.iri, found.label(one.need)),
            *failed,
            one.score,
            one.tonnes,
            None if one.kilometres is None else Decimal(f"{one.kilometres:.1f}"),
            one.text,
            [Link(document, names.label(document, wording.language)) for document in documents],
            *(next((each.said for each in one.reasons if each.condition.name == name), None) for name in CONDITIONS),
        ]

    return Table(columns, [line(one) for one in pairs])


def _fitting(records: Records, wording: Wording, found: Found, query: str, limit: int) -> Part:
    say, (offers, needs) = wording.gettext, found.known
    pairs = found.explained(limit=limit)
    notes = [
        say(
            "%(offers)s offers and %(needs)s needs are known; %(stated)s of the offers and %(wanted)s of the needs are"
            " somebody's own, the others follow from flows and facilities.",
            offers=offers,
            needs=needs,
            stated=len(records.read(stated_offers)),
            wanted=len(records.read(stated_needs)),
        )
    ]
    if not pairs:
        notes.append(
            say(
                "Nothing fits: %(offers)s of the offers and %(needs)s of the needs are asked for; pairs that fail in"
                " one condition only: %(near)s.",
                offers=len(found.offers),
                needs=len(found.needs),
                near=found.near,
            )
        )
    return Part(
        name="fitting", title=say("What fits"), table=table(found, wording, pairs),
        notes=[*notes, *_left_out(wording, len(pairs), found.fitting)],
        query=query,
    )  # fmt: skip


def _near(wording: Wording, found: Found, query: str, limit: int) -> Part:
    say = wording.gettext
    pairs = found.explained(near_misses=True, limit=limit)
    return Part(
        name="near", title=say("What nearly fits"), lead=say("One condition fails; the others are fulfilled."),
        table=table(found, wording, pairs), notes=_left_out(wording, len(pairs), found.near),
        query=query,
    )  # fmt: skip


def _filled(wording: Wording, found: Found, query: str) -> Part:
    """Combinations of offers that fill each need of a known amount."""
    say = wording.gettext
    columns = (
        Column("need", say("need"), linked=True),
        Column("wanted", say("wanted a year"), "t", numeric=True),
        Column("why", say("best in")),
        Column("offers", say("offers"), linked=True),
        Column("amounts", say("taken of each"), "t"),
        Column("missing", say("still missing"), "t", numeric=True),
        Column("score", say("score, 0 to 1"), numeric=True),
    )
    rows: list[list[Cell]] = [
        [
            Link(need.iri, found.label(need)),
            need.tonnes,
            say(WAYS[way.why]),
            [Link(found.offers[offer].iri, found.label(found.offers[offer])) for offer, _ in way.parts],
            " + ".join(wording.number(taken.normalize()) for _, taken in way.parts),
            way.missing,
            way.score,
        ]
        for place, need in enumerate(found.needs)
        if found.actor in ("", need.actor)
        for way in combinations(need, found.pairs.of_need(place), found.offers)
    ]
    notes = [] if rows else [say("No need of a known amount has an offer of a known amount that fits.")]
    return Part(name="filled", title=say("What fills a need"), table=Table(columns, rows), notes=notes, query=query)


def _left_out(wording: Wording, shown: int, known: int) -> list[str]:
    if known <= shown:
        return []
    return [wording.gettext("The best %(shown)s of %(all)s are shown.", shown=shown, all=known)]
