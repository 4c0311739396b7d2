"""Where each statement of RDF/XML is written (the element that states it), in the order of the parser."""

from __future__ import annotations

from collections.abc import Iterator
from xml.parsers import expat

from ce_graph.rdf.positions.spots import Spot

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns# "
_XML = "http://www.w3.org/XML/1998/namespace "
_NO_STATEMENT = {
    _RDF + name for name in ("about", "ID", "nodeID", "resource", "datatype", "parseType", "aboutEach", "bagID")
}
_REIFICATION = 4
"""Statements that describe a statement which has an ``rdf:ID``, besides the statement itself."""
_CHUNK = 1 << 16


class _Frame:
    """An open element: a node that has properties, or a property that has a value."""

    __slots__ = ("at", "items", "literal", "node", "object", "own", "reified")

    def __init__(self, at: int, *, node: bool) -> None:
        self.at = at
        self.node = node
        self.object = at
        self.own = 0
        self.reified = False
        self.literal = False
        self.items: list[int] | None = None


def spots(data: bytes) -> Iterator[Spot]:
    """Yield where each statement of a document is written: the offsets of elements.

    Raises:
        ValueError: the text is not XML.
    """
    scan = _Scan()
    try:
        for begin in range(0, len(data), _CHUNK):
            scan.parser.Parse(data[begin : begin + _CHUNK], False)
            yield from scan.taken()
        scan.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise ValueError(f"line {error.lineno}: {expat.ErrorString(error.code)}") from error
    yield from scan.taken()


class _Scan:
    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.ordered_attributes = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self._stack: list[_Frame | None] = []  # None: rdf:RDF, or an element inside an XML literal
        self._out: list[Spot] = []

    def taken(self) -> list[Spot]:
        out, self._out = self._out, []
        return out

    def _start(self, name: str, attributes: list[str]) -> None:
        at = self.parser.CurrentByteIndex
        outer = self._stack[-1] if self._stack else None
        if self._stack and outer is None and len(self._stack) > 1:
            self._stack.append(None)  # deeper inside an XML literal
        elif outer is None:
            self._stack.append(None if name == _RDF + "RDF" else self._node(name, attributes, at))
        elif outer.literal:
            self._stack.append(None)
        elif outer.node:
            self._stack.append(self._property(outer, attributes, at))
        else:
            if outer.items is None:
                outer.object = at
            else:
                outer.items.append(at)
            self._stack.append(self._node(name, attributes, at))

    def _node(self, name: str, attributes: list[str], at: int) -> _Frame:
        own = _own(attributes) + (name != _RDF + "Description")
        self._out += [Spot(at, at, at)] * own
        return _Frame(at, node=True)

    def _property(self, outer: _Frame, attributes: list[str], at: int) -> _Frame:
        given = dict(zip(attributes[::2], attributes[1::2], strict=True))
        way = given.get(_RDF + "parseType")
        frame = _Frame(at, node=way == "Resource")
        frame.reified = _RDF + "ID" in given
        frame.own = _own(attributes)
        frame.items = [] if way == "Collection" else None
        frame.literal = way is not None and way not in ("Resource", "Collection")
        if frame.node:
            self._state(outer.at, frame)
        return frame

    def _state(self, subject: int, frame: _Frame) -> None:
        self._out.append(Spot(subject, frame.at, frame.object))
        if frame.reified:
            self._out += [Spot(frame.at, frame.at, frame.at)] * _REIFICATION

    def _end(self, _name: str) -> None:
        frame = self._stack.pop()
        outer = self._stack[-1] if self._stack else None
        if frame is None or frame.node or outer is None:
            return
        self._out += [Spot(frame.at, frame.at, frame.at)] * frame.own
        self._state(outer.at, frame)
        for item in frame.items or ():
            self._out += [Spot(item, item, item)] * 2


def _own(attributes: list[str]) -> int:
    """How many attributes of an element state something: those of a namespace that are not the syntax's own."""
    return sum(" " in name and name not in _NO_STATEMENT and not name.startswith(_XML) for name in attributes[::2])
