"""The bounds that the datatype of a column sets: least and greatest value, length of a text."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any

from csvw.metadata import Datatype

from ce_graph.wording import mark, say

_LEAST, _ABOVE = mark("write %(bound)s or more"), mark("write more than %(bound)s")
_MOST, _BELOW = mark("write %(bound)s or less"), mark("write less than %(bound)s")
_SMALL, _LARGE = mark("%(value)s is too small"), mark("%(value)s is too large")
_VALUES: tuple[tuple[str, Callable[[Any, Any], bool], str, str], ...] = (
    ("minimum", operator.ge, _SMALL, _LEAST),
    ("minInclusive", operator.ge, _SMALL, _LEAST),
    ("minExclusive", operator.gt, _SMALL, _ABOVE),
    ("maximum", operator.le, _LARGE, _MOST),
    ("maxInclusive", operator.le, _LARGE, _MOST),
    ("maxExclusive", operator.lt, _LARGE, _BELOW),
)
_SHORT, _LONG = mark("%(value)s is too short"), mark("%(value)s is too long")
_LENGTHS: tuple[tuple[str, Callable[[Any, Any], bool], str, str], ...] = (
    ("length", operator.ge, _SHORT, mark("write exactly %(bound)s characters")),
    ("length", operator.le, _LONG, mark("write exactly %(bound)s characters")),
    ("minLength", operator.ge, _SHORT, mark("write at least %(bound)s characters")),
    ("maxLength", operator.le, _LONG, mark("write at most %(bound)s characters")),
)


def fault(datatype: Datatype, text: str, shown: str) -> tuple[str, str] | None:
    """What is wrong with a text of the right form, and what to write instead; ``None`` when it is within all bounds.

    ``shown`` is the text as messages repeat it.
    """
    try:
        value = datatype.parse(text)
    except (ValueError, ArithmeticError) as error:
        return say("%(value)s: %(why)s", value=shown, why=error), ""
    return next(_faults(datatype, value, text, shown), None)


def _faults(datatype: Datatype, value: Any, text: str, shown: str) -> Iterator[tuple[str, str]]:
    for bounds, measured in ((_VALUES, value), (_LENGTHS, len(text))):
        for name, holds, said, hint in bounds:
            bound = getattr(datatype, name)
            if bound is not None and not holds(measured, bound):
                yield say(said, value=shown), say(hint, bound=bound)
