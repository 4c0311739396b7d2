"""Where each statement of Turtle or TriG is written, in the order in which the parser yields the statements.

This is no parser: it runs on text that the parser has accepted and only counts. It mirrors the one habit of the parser
that is not obvious: of several statements that one token completes, the last comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from ce_graph.rdf.positions.spots import Spot
from ce_graph.rdf.positions.tokens import DIRECTIVE, END, MARK, PAIR, SUFFIX, TERM, TEXT, TOKEN, VALUE

if TYPE_CHECKING:
    import re

_SUBJECT, _PREDICATE, _OBJECT, _AFTER, _REIFIER = range(5)
_TOP, _NODE, _LIST, _NOTE, _REIFIED, _TRIPLE = range(6)

_NEXT = {b".": _SUBJECT, b";": _PREDICATE, b",": _OBJECT, b"{": _SUBJECT, b"}": _SUBJECT}
"""What comes after a mark that neither opens nor closes a node."""


class _Frame:
    """An open bracket, or the document: what has been read of the statement in it and what comes next."""

    __slots__ = ("at", "expect", "kind", "object", "predicate", "reifier", "subject")

    def __init__(self, kind: int, at: int, expect: int) -> None:
        self.kind = kind
        self.at = at
        self.expect = expect
        self.subject = at
        self.predicate = at
        self.object = at
        self.reifier: int | None = None


def spots(data: bytes) -> Iterator[Spot]:
    """Yield where each statement of a document is written.

    Raises:
        ValueError: the text is not what a parser would accept.
    """
    return _Scan(data).run()


class _Scan:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._stack = [_Frame(_TOP, 0, _SUBJECT)]
        self._out: list[Spot] = []
        self._text: int | None = None  # a literal whose end is known only at the next token
        self._marks: dict[bytes, Callable[[int], None]] = {
            b"[": self._open_node, b"]": self._close, b"(": self._open_list, b")": self._close_list,
            **{mark: partial(self._expect, expect) for mark, expect in _NEXT.items()},
            b"~": self._reify, b"{|": self._open_note, b"|}": self._close_note,
            b"<<": self._open_reified, b">>": self._close, b"<<(": self._open_triple, b")>>": self._close,
        }  # fmt: skip

    def run(self) -> Iterator[Spot]:
        match = TOKEN.match
        data, out, stack = self._data, self._out, self._stack
        end = 0
        while True:
            while quick := self._quick(stack[-1], end):
                end, spot = quick
                yield spot
            found = match(data, end)
            if found is None:
                break
            end = found.end()
            self._token(found)
            yield from reversed(out)
            out.clear()
            if found.lastindex == SUFFIX and self._text is not None:
                self._flush()
                yield out.pop()
        self._finish(end)

    def _quick(self, frame: _Frame, end: int) -> tuple[int, Spot] | None:
        """The next statement at once, when it is one of the two kinds that nearly all are, and where it ends."""
        if frame.kind >= _LIST or self._text is not None:
            return None
        if frame.expect == _PREDICATE and (found := PAIR.match(self._data, end)):
            frame.predicate, frame.expect = found.start(1), _NEXT[found[3]]
            return found.end(), Spot(frame.subject, frame.predicate, found.start(2))
        if frame.expect == _OBJECT and (found := VALUE.match(self._data, end)):
            frame.expect = _NEXT[found[2]]
            return found.end(), Spot(frame.subject, frame.predicate, found.start(1))
        return None

    def _token(self, found: re.Match[bytes]) -> None:
        if self._text is not None:
            self._flush()
        frame = self._stack[-1]
        kind = found.lastindex
        if kind == TERM:
            self._term(frame, found.start(TERM))
        elif kind == MARK:
            self._mark(found.start(MARK), found[MARK])
        elif kind != DIRECTIVE:
            self._literal(frame, found.start(TEXT))

    def _finish(self, end: int) -> None:
        if len(self._stack) > 1 or END.match(self._data, end) is None:
            raise ValueError(f"cannot read the text at byte {end}")

    def _flush(self) -> None:
        at, self._text = self._text, None
        if at is not None:
            self._complete(self._stack[-1], at)

    def _mark(self, at: int, mark: bytes) -> None:
        frame = self._stack[-1]
        if frame.expect == _REIFIER and mark != b"~" and frame.kind < _REIFIED:
            self._name_reifier(frame, frame.reifier or at)
        self._marks[mark](at)

    # Terms

    def _term(self, frame: _Frame, at: int) -> None:
        if frame.kind == _LIST:
            self._begin_element(frame, at)
        self._complete(frame, at)

    def _literal(self, frame: _Frame, at: int) -> None:
        if frame.kind == _LIST:
            self._begin_element(frame, at)
        if frame.kind >= _REIFIED:
            self._complete(frame, at)
        else:
            self._text = at

    def _emit(self, subject: int, predicate: int, object_: int) -> None:
        self._out.append(Spot(subject, predicate, object_))

    def _complete(self, frame: _Frame, at: int) -> None:
        """A term, or a bracket that has closed, is the next part of the statement in a frame."""
        if frame.kind == _LIST:
            self._emit(frame.subject, at, at)
        elif frame.expect == _SUBJECT:
            frame.subject, frame.expect = at, _PREDICATE
        elif frame.expect == _PREDICATE:
            frame.predicate, frame.expect = at, _OBJECT
        elif frame.expect == _OBJECT:
            frame.object, frame.expect, frame.reifier = at, _AFTER, None
            if frame.kind < _REIFIED:
                self._emit(frame.subject, frame.predicate, at)
        elif frame.expect == _REIFIER and frame.kind < _REIFIED:
            self._name_reifier(frame, at)

    def _name_reifier(self, frame: _Frame, at: int) -> None:
        self._emit(at, at, frame.object)
        frame.reifier, frame.expect = at, _AFTER

    # Lists: ``subject`` of the frame is the node of the current element, ``expect`` is _SUBJECT before the first.

    def _begin_element(self, frame: _Frame, at: int) -> None:
        if frame.expect == _SUBJECT:
            frame.expect = _OBJECT
            parent = self._stack[-2]
            if parent.kind == _LIST or parent.expect == _OBJECT:
                self._complete(parent, frame.at)
        else:
            self._emit(frame.subject, at, at)
            frame.subject = at

    def _open(self, kind: int, at: int, expect: int) -> None:
        if self._stack[-1].kind == _LIST:
            self._begin_element(self._stack[-1], at)
        self._stack.append(_Frame(kind, at, expect))

    def _open_node(self, at: int) -> None:
        self._open(_NODE, at, _PREDICATE)

    def _open_list(self, at: int) -> None:
        self._open(_LIST, at, _SUBJECT)

    def _open_reified(self, at: int) -> None:
        self._open(_REIFIED, at, _SUBJECT)

    def _open_triple(self, at: int) -> None:
        self._open(_TRIPLE, at, _SUBJECT)

    def _pop(self) -> _Frame:
        if len(self._stack) == 1:
            raise ValueError("a bracket closes that was not opened")
        return self._stack.pop()

    def _close(self, _at: int) -> None:
        frame = self._pop()
        if frame.kind == _REIFIED:
            self._emit(frame.at, frame.at, frame.object)
        self._complete(self._stack[-1], frame.at)

    def _close_list(self, at: int) -> None:
        frame = self._pop()
        parent = self._stack[-1]
        if frame.expect == _SUBJECT:
            self._complete(parent, frame.at)
            return
        self._emit(frame.subject, at, at)
        if parent.kind != _LIST and parent.expect == _SUBJECT:
            self._complete(parent, frame.at)

    # The rest of the punctuation

    def _expect(self, expect: int, _at: int) -> None:
        self._stack[-1].expect = expect

    def _reify(self, at: int) -> None:
        frame = self._stack[-1]
        if frame.expect == _REIFIER and frame.kind < _REIFIED:
            self._name_reifier(frame, frame.reifier or at)
        frame.reifier, frame.expect = at, _REIFIER

    def _open_note(self, at: int) -> None:
        frame = self._stack[-1]
        subject = frame.reifier
        if subject is None:
            subject = at
            self._emit(at, at, frame.object)
        frame.reifier = None
        note = _Frame(_NOTE, at, _PREDICATE)
        note.subject = subject
        self._stack.append(note)

    def _close_note(self, _at: int) -> None:
        self._pop()
