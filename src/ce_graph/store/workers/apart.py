"""Sees in the text of a dataset that no two of its graphs can state the same triple, at less than a query's price."""

from __future__ import annotations

import mmap
import re
from pathlib import Path

_IRI = rb"<[^<>\"\\\x00-\x20]*+>"
_NODE = rb"(?:" + _IRI + rb"|_:[A-Za-z0-9]++)"
_LITERAL = rb'"[^"\\\r\n]*+(?:\\.[^"\\\r\n]*+)*+"(?:@[A-Za-z0-9-]++|\^\^' + _IRI + rb")?"
# A line that can be written in one way only: no escapes outside of literals, one space between terms.
_LINE = re.compile(
    rb"(" + _NODE + rb") " + _IRI + rb" (?:" + _NODE + rb"|" + _LITERAL + rb") (?:(" + _NODE + rb") )?\.\n"
)


def subjects_apart(path: Path) -> bool:
    """Whether each subject of an N-Quads file surely stands in one graph only; ``False`` also when that is not sure."""
    graphs: dict[bytes, bytes | None] = {}
    with path.open("rb") as file:
        if not path.stat().st_size:
            return True
        with mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as text:
            match, position, end = _LINE.match, 0, len(text)
            while position < end:
                if (found := match(text, position)) is None:
                    return False
                subject, graph = found.groups()
                if graphs.setdefault(subject, graph) != graph:
                    return False
                position = found.end()
    return True
