"""Which rows of an answer must not be compared between years, because the years are divided by different codes."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from ce_graph.model.indicators.observations import classification_change
from ce_graph.model.names import short
from ce_graph.model.trees import Tree
from ce_graph.wording import Said, say

_NAMED = 8


def divided_differently(
    by: Sequence[str], keys: Sequence[tuple[str, ...]], trees: Mapping[str, Tree]
) -> tuple[Said, ...]:
    """A note for each dimension with codes of which neighbouring years have one the whole, the other its parts.

    ``keys`` are the values of the rows, one for each dimension of ``by``.
    """
    if "year" not in by:
        return ()
    year, notes = by.index("year"), []
    for place, name in enumerate(by):
        if name not in ("material", "waste-code", "category") or name not in trees:
            continue
        series: dict[tuple[str, ...], dict[str, set[str]]] = {}
        for key in keys:
            if key[place] and len(key[year]) == 4:
                rest = tuple(value for number, value in enumerate(key) if number not in (place, year))
                series.setdefault(rest, {}).setdefault(key[year], set()).add(key[place])
        above = {value: trees[name].above(value) for value in {key[place] for key in keys}}
        found = {
            f"{short(code)} {before}/{after}": None
            for years in series.values()
            for before, after in itertools.pairwise(sorted(years))
            for code in classification_change(years[before], years[after], above)
        }
        if found:
            told = ", ".join(list(found)[:_NAMED]) + (" …" if len(found) > _NAMED else "")
            notes.append(
                say("not to be compared between these years, which divide it differently: %(found)s", found=told)
            )
    return tuple(notes)
