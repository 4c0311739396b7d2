"""The distinct terms of a dataset by number: their kinds, datatypes and languages as columns, their texts on demand."""

from __future__ import annotations

import bisect
import dataclasses
import re
import threading
from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyoxigraph as ox

from ce_graph.rdf.dictionary import PADDING, Dictionary, Ids, Mask, Places, hash_tokens
from ce_graph.rdf.term_texts import Term, literal, token, unescape

IRI, BLANK, LITERAL, TRIPLE, NONE = range(5)
"""Values of ``Terms.kind``; ``NONE`` stands for the default graph where graph names are kept."""

_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
_DIR_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#dirLangString"
_GENERATED = re.compile(r"[0-9a-f]{24,32}")
_ANONYMOUS = re.compile(r"genid([0-9]{1,10})")
_SOURCE = re.compile(r"\.f([0-9]{1,9})$")
_MADE = re.compile(r"genid[0-9]+|.*\.(?:l|f[0-9]+)")
"""Labels that look like names made here; they get another ending, so that no two blank nodes have one name."""


@dataclasses.dataclass(frozen=True, slots=True)
class Origin:
    """Where a blank node comes from."""

    source: int
    """Index into ``Columns.sources``."""
    label: str | None
    """Its label in the source; ``None`` for an anonymous one."""
    ordinal: int
    """Its rank, from 0, among the source's blank nodes in the order in which the parser's quads name them."""


@dataclasses.dataclass(frozen=True, slots=True)
class Described:
    """What terms are, as it can be kept with them."""

    kind: npt.NDArray[np.uint8]
    suffix: Ids
    value_stop: Places
    """Where the text of each term ends, without its ending, in the text of all."""
    endings: list[str]
    """The distinct endings of literals, in the order of ``suffix``."""


class Terms:
    """Terms numbered from 0. Arrays are indexed by number and may have spare room beyond ``size``.

    ``kind`` is ``uint8``; ``suffix`` is ``int32``, an index into ``datatypes`` and ``languages`` (one entry for each
    distinct ending of a literal). Terms that the data does not have can be added; the numbers of others stay.
    """

    def __init__(
        self,
        text: bytes,
        length: Places,
        table: Dictionary,
        bounds: Sequence[int] = (0,),
        described: Described | None = None,
    ) -> None:
        """Terms as N-Triples ``text`` back to back; ``bounds`` are the numbers at which each source's terms begin."""
        self.size = len(length)
        self.text = text
        self._stop: Places = np.cumsum(length)
        self._start: Places = self._stop - length
        self._count = self.size
        self._table = table
        self._bounds = list(bounds)
        self._added: dict[Term, int] = {}
        self._more: list[Term] = []
        self._escapes = b"\\" in text
        self._more_bytes: tuple[Places, Places] | None = None
        self._lock = threading.RLock()
        self.datatypes: list[str] = [""]
        self.languages: list[str | None] = [None]
        self._suffixes: dict[bytes, int] = {b"": 0}
        self.kind: npt.NDArray[np.uint8]
        self.suffix: Ids
        self._value_stop: Places
        if described is None:
            self._describe(length)
        else:
            self.kind, self.suffix, self._value_stop = described.kind, described.suffix, described.value_stop
            for ending in described.endings:
                self._suffix(ending.encode(), literal=True)
        self._value_start: Places = self._start + np.array([1, 2, 1, 0, 0], np.int64)[self.kind]

    def described(self) -> Described:
        """What the data's own terms are."""
        endings = [key.decode() if key != b'"' else "" for key in self._suffixes if key]
        return Described(self.kind, self.suffix, self._value_stop, endings)

    def _describe(self, length: Places) -> None:
        data = np.frombuffer(self.text, np.uint8)
        first, second = data[self._start], data[np.minimum(self._start + 1, len(data) - 1)]
        self.kind = np.full(self.size, IRI, np.uint8)
        self.kind[first == ord("_")] = BLANK
        self.kind[first == ord('"')] = LITERAL
        self.kind[(first == ord("<")) & (second == ord("<"))] = TRIPLE
        self.kind[length == 0] = NONE
        self.suffix = np.zeros(self.size, np.int32)
        self._value_stop = self._stop - (self.kind == IRI)
        literals = np.flatnonzero(self.kind == LITERAL)
        if len(literals):
            quotes = np.flatnonzero(data == ord('"'))
            close = quotes[np.searchsorted(quotes, self._stop[literals]) - 1]
            self._value_stop[literals] = close
            rest = self._stop[literals] - close - 1
            codes, fresh = Dictionary().number(self.text, close + 1, rest)
            ends = (close[fresh] + 1).tolist(), self._stop[literals[fresh]].tolist()
            known = [self._suffix(self.text[start:stop], literal=True) for start, stop in zip(*ends, strict=True)]
            self.suffix[literals] = np.array(known, np.int32)[codes]

    def _suffix(self, ending: bytes, *, literal: bool) -> int:
        if not literal:
            return 0
        key = ending or b'"'
        if key not in self._suffixes:
            self._suffixes[key] = len(self.datatypes)
            text = ending.decode()
            if text.startswith("@"):
                language, _, direction = text[1:].partition("--")
                self.datatypes.append(_DIR_LANG_STRING if direction else _LANG_STRING)
                self.languages.append(language)
            else:
                self.datatypes.append(text[3:-1] if text else _XSD_STRING)
                self.languages.append(None)
        return self._suffixes[key]

    def per_suffix(self, test: Callable[[str, str | None], bool]) -> Mask:
        """For each value of ``suffix``: does ``test(datatype, language)`` hold? It does not for what is no literal."""
        found = [False, *(test(*pair) for pair in zip(self.datatypes[1:], self.languages[1:], strict=True))]
        return np.array(found, bool)

    def values(self, ids: Ids) -> list[str]:
        """The texts of terms: an IRI, a blank node's label, a literal's lexical form."""
        beyond = self._beyond(ids)
        stored = np.minimum(ids, self._count - 1) if beyond else ids
        found = [str(text, "utf-8") for text in self._slices(stored)] if self._count else [""] * len(ids)
        if self._escapes:
            found = [unescape(value) if "\\" in value else value for value in found]
        for place in np.flatnonzero(ids >= self._count).tolist() if beyond else ():
            found[place] = self._value(int(ids[place]))
        return found

    def lengths(self, ids: Ids) -> Places:
        """Number of characters of each text."""
        if self._beyond(ids):
            return np.array([len(value) for value in self.values(ids)], np.int64)
        start, stop = self._value_start[ids], self._value_stop[ids]
        data = np.frombuffer(self.text, np.uint8)
        if self._more_bytes is None:
            continued = np.flatnonzero((data & 0xC0) == 0x80)
            self._more_bytes = continued, np.flatnonzero(data == ord("\\"))
        continued, escapes = self._more_bytes
        found: Places = stop - start - (np.searchsorted(continued, stop) - np.searchsorted(continued, start))
        escaped = np.flatnonzero(np.searchsorted(escapes, stop) > np.searchsorted(escapes, start))
        found[escaped] = [len(value) for value in self.values(ids[escaped])]
        return found

    def raw(self, ids: Ids) -> list[bytes]:
        """The texts of literals in UTF-8 with the escapes of N-Triples, thus without line feeds."""
        if not self._beyond(ids):
            return self._slices(ids)
        found = self._slices(np.minimum(ids, self._count - 1)) if self._count else [b""] * len(ids)
        for place in np.flatnonzero(ids >= self._count).tolist():
            found[place] = token(self.term(int(ids[place])))[1:].rpartition(b'"')[0]
        return found

    def _slices(self, ids: Ids) -> list[bytes]:
        text = self.text
        ends = zip(self._value_start[ids].tolist(), self._value_stop[ids].tolist(), strict=True)
        return [text[start:stop] for start, stop in ends]

    def _beyond(self, ids: Ids) -> bool:
        return bool(self._more) and len(ids) > 0 and int(ids.max()) >= self._count

    def _value(self, number: int) -> str:
        if number < self._count:
            value = str(self.text[self._value_start[number] : self._value_stop[number]], "utf-8")
            return unescape(value) if "\\" in value else value
        term = self._more[number - self._count]
        return "" if isinstance(term, ox.Triple) else term.value

    def term(self, number: int) -> Term:
        """The term of a number; a blank node has its label, or ``genid`` and its ordinal when anonymous."""
        if number >= self._count:
            return self._more[number - self._count]
        kind = self.kind[number]
        if kind == IRI:
            return ox.NamedNode(self._value(number))
        if kind == BLANK:
            return ox.BlankNode(self._name(number))
        if kind == LITERAL:
            return literal(
                self._value(number), str(self.text[self._value_stop[number] + 1 : self._stop[number]], "utf-8")
            )
        line = b"<x:> <x:> " + self.text[self._start[number] : self._stop[number]] + b" ."
        found: Term = next(iter(ox.parse(line, format=ox.RdfFormat.N_TRIPLES))).object
        return found

    def is_of_data(self, number: int) -> bool:
        """Whether a term is the data's own, not one that was added."""
        return number < self._count

    @cached_property
    def _blank(self) -> Places:
        """Numbers of the data's blank nodes, ascending."""
        return np.flatnonzero(self.kind[: self._count] == BLANK)

    @cached_property
    def _first_blank(self) -> Places:
        """For each source the place of its first blank node in ``_blank``."""
        return np.searchsorted(self._blank, self._bounds)

    def origin(self, number: int) -> Origin:
        """Where a blank node of the data comes from."""
        source = bisect.bisect_right(self._bounds, number) - 1
        before = int(np.searchsorted(self._blank, number) - self._first_blank[source])
        label = self._value(number)
        return Origin(source, None if _GENERATED.fullmatch(label) else label, before)

    def of_origin(self, source: int, ordinal: int) -> int | None:
        """The number of a blank node by its source and its rank there; ``None`` when there are not so many."""
        place = int(self._first_blank[source]) + ordinal
        return int(self._blank[place]) if place < len(self._blank) else None

    def _name(self, number: int) -> str:
        origin = self.origin(number)
        name = f"genid{origin.ordinal}" if origin.label is None else origin.label
        if origin.label is not None and _MADE.fullmatch(name):
            name += ".l"
        return f"{name}.f{origin.source}" if origin.source else name

    def blank(self, node: ox.BlankNode) -> int | None:
        """The number of a blank node by the name that ``term`` gives it."""
        ending = _SOURCE.search(node.value)
        mark = int(ending[1]) if ending else 0
        name = node.value[: ending.start()] if ending else node.value
        if mark >= len(self._bounds):
            return None
        if made := _ANONYMOUS.fullmatch(name):
            number = self.of_origin(mark, int(made[1]))
        else:
            number = self._find(b"_:" + name.removesuffix(".l").encode(), mark)
        return number if number is not None and self._name(number) == node.value else None

    def find(self, term: Term) -> int | None:
        """The number of an IRI, literal or triple term, or of a blank node that was added; ``None`` when unknown."""
        if (known := self._added.get(term)) is not None or isinstance(term, ox.BlankNode):
            return known
        return self._find(token(term))

    def _find(self, token: bytes, mark: int = 0) -> int | None:
        one, two = hash_tokens(
            token + bytes(PADDING), np.zeros(1, np.int64), np.array([len(token)], np.int64), self._table.key
        )
        return self._table.find(int(one[0]), int(two[0]) ^ mark)

    def add(self, term: Term) -> int:
        """The number of a term, which is added when the data does not have it."""
        with self._lock:
            if (known := self.find(term)) is not None:
                self._added[term] = known
                return known
            number = self.size
            if number >= len(self.kind):
                room = max(64, number // 8)
                self.kind = np.concatenate((self.kind, np.zeros(room, np.uint8)))
                self.suffix = np.concatenate((self.suffix, np.zeros(room, np.int32)))
            ending = token(term).rpartition(b'"')[2] if isinstance(term, ox.Literal) else b""
            self.suffix[number] = self._suffix(ending, literal=isinstance(term, ox.Literal))
            self.kind[number] = _KINDS[type(term)]
            self._more.append(term)
            self._added[term] = number
            self.size += 1
            return number


_KINDS: dict[type, int] = {ox.NamedNode: IRI, ox.BlankNode: BLANK, ox.Literal: LITERAL, ox.Triple: TRIPLE}
