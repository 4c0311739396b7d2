"""Offers and needs as they are asked for, paired and explained: the same for the page, the command and the report."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from ce_graph.errors import UsageError
from ce_graph.model.matching.entries import Rules
from ce_graph.model.matching.explaining import Explained, explain
from ce_graph.model.matching.matcher import match
from ce_graph.model.matching.partitioned import match_on_dask
from ce_graph.model.matching.standing import needs_of_facilities, offers_of_flows
from ce_graph.model.names import short
from ce_graph.query import records as reading
from ce_graph.rdf.namespaces import CODE
from ce_graph.wording import mark, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_graph.model.matching.entries import Entry
    from ce_graph.model.matching.matcher import Matches
    from ce_graph.model.matching.pairwise import Pair, Trees
    from ce_graph.model.names import Names
    from ce_graph.overview.records import Records

_PARTS = 16
"""Slices of the offers, where workers of Dask compute the pairs."""


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """What pairs are looked for; ``""`` leaves a criterion out."""

    material: str = ""
    waste_code: str = ""
    actor: str = ""
    within: str = ""
    """Kilometres."""
    tonnes: str = ""
    """Smallest amount that a pair must move in a year."""
    on: str = ""
    """A day on which both hold, as ``2025-11-30``."""
    offers: str = "all"
    """``all``, ``stated`` or ``flows``."""
    needs: str = "all"
    """``all``, ``stated`` or ``facilities``."""
    scheduler: str = ""
    """Address of a Dask scheduler that has the pairs computed in parts; ``""``: they are computed here."""


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """The pairs, with what is needed to explain them."""

    offers: Sequence[Entry]
    needs: Sequence[Entry]
    pairs: Matches
    trees: Trees
    rules: Rules
    names: Names
    language: str
    known: tuple[int, int]
    """How many offers and needs there are before a material, a code, an actor or a day narrows them."""
    actor: str = ""

    @property
    def fitting(self) -> int:
        """How many pairs fit."""
        return len(self.best())

    @property
    def near(self) -> int:
        """How many pairs fail in one condition."""
        return len(self.best(near_misses=True))

    def best(self, *, near_misses: bool = False) -> list[Pair]:
        """The pairs that fit, or that nearly do, the best first."""
        pairs = self.pairs.best(near_misses=near_misses)
        if not self.actor:
            return pairs
        return [pair for pair in pairs if self.actor in (self.offers[pair.offer].actor, self.needs[pair.need].actor)]

    def explained(self, *, near_misses: bool = False, limit: int | None = None) -> tuple[Explained, ...]:
        """The best pairs with their reasons."""
        return tuple(self._explain(pair) for pair in self.best(near_misses=near_misses)[:limit])

    def label(self, one: Entry) -> str:
        """The label of an offer or need; of what has none the name, with whose it is where that tells more."""
        if one.label:
            return one.label
        known = self.names.label(one.iri, self.language)
        if known != short(one.iri) or not one.actor:
            return known
        return f"{self.names.label(one.actor, self.language)}: {known}"

    def _explain(self, pair: Pair) -> Explained:
        offer, need = self.offers[pair.offer], self.needs[pair.need]
        return explain(pair, offer, need, self.trees, self.rules, self.names, self.language)


def find(records: Records, asked: Asked, language: str) -> Found:
    """The pairs of what is asked for; worked out once for the same question.

    Raises:
        NotFoundError: an unknown material, waste code or actor; the message says what there is.
        UsageError: a distance, an amount or a day that is none.
    """
    return records.keep(("pairs", asked, language), lambda: _find(records, asked, language))


def actors(records: Records) -> set[str]:
    """Everyone who offers or needs something, by facilities as well."""
    every = [*every_offer(records), *every_need(records)]
    return {one.actor for one in every if one.actor}


def materials(records: Records) -> set[str]:
    """The materials that something is offered or needed of, and those above them."""
    tree = records.read(reading.matching_trees).material
    named = {one for entry in (*every_offer(records), *every_need(records)) for one in entry.materials}
    return {above for one in named for above in (one, *tree.above(one))}


def _find(records: Records, asked: Asked, language: str) -> Found:
    trees, names = records.read(reading.matching_trees), records.names
    rules = Rules(kilometres=_number("distance", asked.within), tonnes=_decimal("amount", asked.tonnes))
    actor = names.find(asked.actor, actors(records), mark("actor with offers or needs")) if asked.actor else ""
    every = every_offer(records, asked.offers, language), every_need(records, asked.needs)
    offers, needs = (_narrowed(entries, trees, names, asked) for entries in every)
    if asked.scheduler:
        pairs = match_on_dask(offers, needs, trees, rules, _PARTS, asked.scheduler)
    else:
        pairs = match(offers, needs, trees, rules)
    return Found(offers, needs, pairs, trees, rules, names, language, (len(every[0]), len(every[1])), actor)


def every_offer(records: Records, which: str = "all", language: str = "en") -> list[Entry]:
    """The offers that somebody made (``stated``), those of ``flows`` that could be treated better, or ``all``."""
    found = list(records.read(stated_offers)) if which != "flows" else []
    if which != "stated":
        found += offers_of_flows(records.potentials, records.read(reading.points), records.names, language)
    return found


def every_need(records: Records, which: str = "all") -> list[Entry]:
    """The needs that somebody has (``stated``), those of ``facilities``, or ``all``."""
    found = list(records.read(stated_needs)) if which != "facilities" else []
    if which != "stated":
        found += needs_of_facilities(records.read(reading.facilities), records.lists.ranks, CODE + "ewc/")
    return found


def stated_offers(reader: reading.Reader) -> list[Entry]:
    """The offers that somebody made."""
    return reading.entries(reader, "Offer")


def stated_needs(reader: reading.Reader) -> list[Entry]:
    """The needs that somebody has."""
    return reading.entries(reader, "Need")


def _narrowed(entries: Sequence[Entry], trees: Trees, names: Names, asked: Asked) -> list[Entry]:
    found = list(entries)
    if asked.material:
        wanted = names.find(asked.material, trees.material.parents, "material")
        related = trees.material.below(wanted) | set(trees.material.above(wanted))
        found = [one for one in found if not related.isdisjoint(one.materials)]
    if asked.waste_code:
        wanted = names.find(asked.waste_code, trees.code.parents, "waste code")
        related = trees.code.below(wanted) | set(trees.code.above(wanted))
        found = [one for one in found if not related.isdisjoint(one.codes)]
    if asked.on:
        try:
            day = dt.date.fromisoformat(asked.on)
        except ValueError as error:
            raise UsageError(say("%(day)s is no day; write it as 2025-11-30", day=repr(asked.on))) from error
        found = [one for one in found if one.period[0] <= day <= one.period[1]]
    return found


def _number(what: str, text: str) -> float | None:
    number = _decimal(what, text)
    return None if number is None else float(number)


def _decimal(what: str, text: str) -> Decimal | None:
    if not text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise UsageError(
            say("the %(what)s is %(text)s, which is no number", what=say(what), text=repr(text))
        ) from error
    if not number.is_finite():
        raise UsageError(say("the %(what)s is %(text)s, which is no number", what=say(what), text=repr(text)))
    return number
