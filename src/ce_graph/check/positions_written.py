"""Where statements begin, for sources whose places were seen when they were read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ce_graph.check.positions_paths import Key, Pattern
    from ce_graph.rdf.columns import Columns

_ANY, _UNKNOWN = -1, -2


def offsets(source: int, every: set[Pattern], data: Columns) -> dict[Pattern, int]:
    """The byte at which the first statement of a source that fits each pattern has what the pattern is about."""
    numbers: dict[Key | None, int] = {None: _ANY}

    def number(key: Key | None) -> int:
        if key not in numbers:
            found = _number(source, key, data)
            numbers[key] = _UNKNOWN if found is None else found
        return numbers[key]

    ways = {(number(subject), number(verb), number(end)): (subject, verb, end) for subject, verb, end in every}
    ways = {way: pattern for way, pattern in ways.items() if _UNKNOWN not in way}
    subjects = _marked(data, [way[0] for way in ways])
    objects = _marked(data, [way[2] for way in ways if way[0] == _ANY])
    found: dict[Pattern, int] = {}
    for written in data.written[source]:
        places = np.flatnonzero(subjects[written.rows[:, 0]] | objects[written.rows[:, 2]])
        rows, begins = written.rows[places, :3].tolist(), written.begins[places].tolist()
        for (subject, verb, end), (first, second, third) in zip(rows, begins, strict=True):
            for way, begin in (
                ((subject, verb, end), third),
                ((subject, verb, _ANY), second),
                ((subject, _ANY, _ANY), first),
                ((_ANY, verb, end), third),
                ((_ANY, _ANY, end), third),
            ):
                if way in ways:
                    found.setdefault(ways[way], begin)
    return found


def _number(source: int, key: Key | None, data: Columns) -> int | None:
    if isinstance(key, tuple):
        return data.terms.of_origin(*key) if key[0] == source else None
    return None if key is None else data.terms.find(key)


def _marked(data: Columns, numbers: list[int]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return data.marked(np.array([number for number in numbers if number >= 0], np.int32))
