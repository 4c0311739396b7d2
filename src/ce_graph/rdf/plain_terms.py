"""Makes canonical N-Triples of the distinct tokens of a plain file: the common kinds here, all others by the parser."""

from __future__ import annotations

import re
from typing import TypeAlias

import numpy as np
import pyoxigraph as ox

from ce_graph.rdf.dictionary import PADDING, Bytes, Dictionary, Ids, Mask, Places, gather

Slot: TypeAlias = "Places | None"

_XSD = b"http://www.w3.org/2001/XMLSchema#"
_TYPE = b"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_IRI = (
    rb"<https?://[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*(?::\d{1,5})?"
    rb"(?:/(?:[A-Za-z0-9_~!$&'()*+,;=:@-][A-Za-z0-9._~!$&'()*+,;=:@-]*)?)*(?:\?[A-Za-z0-9._~!$&'()*+,;=:@/?-]*)?"
    rb"(?:#[A-Za-z0-9._~!$&'()*+,;=:@/?-]*)?>"
)
_SIMPLE_IRI = re.compile(_IRI)
_LOCAL = re.compile(rb"(?:[A-Za-z0-9_][A-Za-z0-9_-]*)?")
_LANGUAGE = re.compile(rb"@[a-z]{2,3}(?:-[a-z]{2})?")
_BRACKETS = re.compile(rb"[\[\](){}]")
_RDF = b"<http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_NOT_AS_IT_IS = {b"<" + _XSD + b"string>", _RDF + b"langString>", _RDF + b"dirLangString>"}
"""Datatypes that canonical N-Triples do not write, or do not allow."""
_QUOTE, _COLON, _HYPHEN, _PLUS, _DOT, _SLASH, _HASH, _GREATER, _ZERO, _NINE = b'":-+./#>09'

_IRI_KIND, _BLANK_KIND, _LITERAL_KIND, _KEYWORD_KIND, _NUMBER_KIND, _WORD_KIND = range(6)
_KIND_OF_BYTE = np.full(256, _WORD_KIND, np.uint8)
"""By the first byte of a token, or of a term."""
_KIND_OF_BYTE[ord("<")], _KIND_OF_BYTE[ord("_")], _KIND_OF_BYTE[ord('"')] = _IRI_KIND, _BLANK_KIND, _LITERAL_KIND
_KIND_OF_BYTE[list(b"0123456789+-.")] = _NUMBER_KIND
_TERM_KIND = np.array([_IRI_KIND, _BLANK_KIND, _LITERAL_KIND, _KEYWORD_KIND, _LITERAL_KIND, _IRI_KIND], np.uint8)
_NAME_BYTES = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-"
_NO_ESCAPE = bytes(byte for byte in range(32, 256) if byte not in b"\\\x7f\xef")
"""Bytes that are in a string of canonical N-Triples as they are."""


class UnplainError(Exception):
    """From here on the source is not plain."""


class Terms:
    """The tokens of one source in the order of their numbers, as canonical terms."""

    def __init__(self, header: bytes, prefixes: dict[str, str], base: str | None, *, turtle: bool) -> None:
        """``header``: the text that declares ``prefixes``; ``base``: for relative IRIs."""
        self._header = header
        self._base = base
        self._turtle = turtle
        self._simple = {
            prefix.encode(): namespace.encode()
            for prefix, namespace in prefixes.items()
            if namespace.endswith(("/", "#")) and _SIMPLE_IRI.fullmatch(f"<{namespace}x>".encode())
        }
        self._endings: dict[bytes, bytes | None] = {}
        self._heads: dict[bytes, bool] = {}
        self._texts: list[bytes] = []
        self._lengths: list[Places] = []
        self._kinds = np.empty(0, np.uint8)

    def add(self, data: bytes, start: Places, length: Places) -> None:
        """Append terms for new tokens, given by their places in ``data`` (which ends with ``PADDING`` spare bytes).

        Raises:
            UnplainError: one of them is no term.
        """
        work = _Work(data, start, length)
        self._strings(work)
        self._words(work)
        self._iris(work)
        _numbers(work, turtle=self._turtle)
        blank = work.of(_BLANK_KIND)
        work.take(blank[~work.outside(_NAME_BYTES, start[blank] + 2, work.end[blank]) & (length[blank] > 2)])
        kinds = _TERM_KIND[work.kinds]
        doubtful = np.flatnonzero(~work.sure)
        tokens = [
            data[low:high] for low, high in zip(start[doubtful].tolist(), work.end[doubtful].tolist(), strict=True)
        ]
        for index, token, term in zip(doubtful.tolist(), tokens, self._ask_parser(tokens), strict=True):
            work.replace(index, term)
            kinds[index] = _KEYWORD_KIND if token == b"a" and self._turtle else _KIND_OF_BYTE[term[0]]
        text, lengths = work.text()
        self._texts.append(text)
        self._lengths.append(lengths)
        self._kinds = np.concatenate((self._kinds, kinds))

    def _strings(self, work: _Work) -> None:
        """Strings without escapes, with nothing, a language or a known datatype behind them."""
        index = work.of(_LITERAL_KIND)
        quotes = np.append(np.flatnonzero(work.array == _QUOTE), [len(work.array)] * 2)
        at = np.searchsorted(quotes, work.start[index])
        close = quotes[at + 1]
        fine = (np.searchsorted(quotes, work.end[index]) - at == 2) & ~work.outside(
            _NO_ESCAPE, work.start[index], close
        )
        index, close = index[fine], close[fine]
        codes, endings = work.groups(close + 1, work.end[index] - close - 1)
        posts = [work.constant(made) if (made := self._ending(ending)) is not None else -1 for ending in endings]
        post = np.array(posts, np.int64)[codes]
        known = post >= 0
        work.take(index[known], stop=close[known] + 1, post=post[known])

    def _ending(self, ending: bytes) -> bytes | None:
        if not ending or _LANGUAGE.fullmatch(ending):
            return ending
        if ending not in self._endings:
            made: bytes | None = None
            datatype = self._datatype(ending[2:]) if ending.startswith(b"^^") else None
            if datatype is not None and datatype not in _NOT_AS_IT_IS:
                made = b"^^" + datatype
            self._endings[ending] = made
        return self._endings[ending]

    def _datatype(self, token: bytes) -> bytes | None:
        if token.startswith(b"<"):
            return token if _SIMPLE_IRI.fullmatch(token) is not None else None
        prefix, colon, local = token.partition(b":")
        if self._turtle and colon and prefix in self._simple and _LOCAL.fullmatch(local):
            return b"<" + self._simple[prefix] + local + b">"
        return None

    def _words(self, work: _Work) -> None:
        """Names with a prefix."""
        if not self._turtle:
            return
        index = work.of(_WORD_KIND)
        colons = np.append(np.flatnonzero(work.array == _COLON), len(work.array))
        colon = colons[np.searchsorted(colons, work.start[index])]
        fine = (colon < work.end[index]) & ~work.outside(_NAME_BYTES, colon + 1, work.end[index])
        fine &= work.array[np.minimum(colon + 1, len(work.array) - 1)] != _HYPHEN
        index, colon = index[fine], colon[fine]
        codes, prefixes = work.groups(work.start[index], colon - work.start[index])
        pres = [work.constant(b"<" + self._simple[prefix]) if prefix in self._simple else -1 for prefix in prefixes]
        pre = np.array(pres, np.int64)[codes]
        known = pre >= 0
        work.take(index[known], begin=colon[known] + 1, pre=pre[known], post=work.constant(b">"))

    def _iris(self, work: _Work) -> None:
        """IRIs of which all up to the last slash or hash is known to be fine, and the rest is a name."""
        index = work.of(_IRI_KIND)
        marks = np.concatenate(([-1], np.flatnonzero((work.array == _SLASH) | (work.array == _HASH))))
        last = marks[np.searchsorted(marks, work.end[index]) - 1] + 1
        fine = (last > work.start[index]) & ~work.outside(_NAME_BYTES, last, work.end[index] - 1)
        fine &= work.array[work.end[index] - 1] == _GREATER
        index, last = index[fine], last[fine]
        codes, heads = work.groups(work.start[index], last - work.start[index])
        for head in heads:
            if head not in self._heads:
                self._heads[head] = _SIMPLE_IRI.fullmatch(head + b"x>") is not None
        good = np.array([self._heads[head] for head in heads], bool)
        work.take(index[good[codes]])

    def _ask_parser(self, tokens: list[bytes]) -> list[bytes]:
        """Terms by the parser; a token must be exactly one term."""
        if not tokens:
            return []
        lines = []
        for index, token in enumerate(tokens):
            if token == b"a" and self._turtle:
                token = _TYPE  # noqa: PLW2901 - what it means where it is allowed, as a predicate
            if token[0] not in b'"<' and _BRACKETS.search(token):
                raise UnplainError
            lines.append(b"<x:%d> <x:> %s .\n" % (index, token))
        form = ox.RdfFormat.TURTLE if self._turtle else ox.RdfFormat.N_TRIPLES
        try:
            quads = list(
                ox.parse((self._header if self._turtle else b"") + b"".join(lines), format=form, base_iri=self._base)
            )
        except SyntaxError as error:
            raise UnplainError from error
        if [quad.subject.value for quad in quads] != [f"x:{index}" for index in range(len(tokens))]:
            raise UnplainError
        made = ox.serialize(quads, format=ox.RdfFormat.N_TRIPLES) or b""
        terms = [line[len(b"<x:%d> <x:> " % index) : -2] for index, line in enumerate(made.split(b"\n")[:-1])]
        if any(term.startswith(b"_:") != token.startswith(b"_:") for term, token in zip(terms, tokens, strict=True)):
            raise UnplainError
        return terms

    def check_role(self, ids: Ids, role: int) -> None:
        """Refuse terms that cannot be subjects (0), predicates (1), objects (2) or graph names (3)."""
        used = np.bincount(self._kinds[ids], minlength=4)
        if any(used[kind] for kind in _REFUSED[role]):
            raise UnplainError

    def distinct(self) -> tuple[bytes, Places, Ids, Dictionary]:
        """The distinct terms, back to back, their lengths, the term number of each token, the table."""
        text = b"".join(self._texts) + bytes(PADDING)
        length = np.concatenate(self._lengths) if self._lengths else np.empty(0, np.int64)
        start = np.cumsum(length) - length
        table = Dictionary()
        numbers, fresh = table.number(text, start, length)
        if len(fresh) == len(length):
            return text, length, numbers, table
        kept = gather(np.frombuffer(text, np.uint8), start[fresh], length[fresh]).tobytes()
        return kept + bytes(PADDING), length[fresh], numbers, table


def _numbers(work: _Work, *, turtle: bool) -> None:
    """Integers and decimals."""
    if not turtle:
        return
    index = work.of(_NUMBER_KIND)
    length = work.end[index] - work.start[index]
    text = gather(work.array, work.start[index], length)  # of the chunk, nearly every byte is no digit
    end = np.cumsum(length)
    begin = end - length
    first, last = text[begin], text[end - 1]
    odd = np.append(np.flatnonzero((text < _ZERO) | (text > _NINE)), len(text))
    at = np.searchsorted(odd, begin + ((first == _PLUS) | (first == _HYPHEN)))
    others = np.searchsorted(odd, end) - at
    final = (last >= _ZERO) & (last <= _NINE)
    whole = (others == 0) & final
    decimal = (others == 1) & final & (np.append(text, 0)[odd[at]] == _DOT)
    for wanted, datatype in ((whole, b"integer"), (decimal, b"decimal")):
        work.take(index[wanted], pre=work.constant(b'"'), post=work.constant(b'"^^<' + _XSD + datatype + b">"))


class _Work:
    """New tokens of a chunk on their way to terms: each becomes a constant, a slice of the chunk, another constant."""

    def __init__(self, data: bytes, start: Places, length: Places) -> None:
        self.data = data
        self.array: Bytes = np.frombuffer(data, np.uint8)
        self.start = start
        self.end = start + length
        self.kinds = _KIND_OF_BYTE[self.array[start]]
        self.sure: Mask = np.zeros(len(start), bool)
        self._begin, self._stop = start.copy(), self.end.copy()
        self._pre: Places = np.zeros(len(start), np.int64)
        self._post: Places = np.zeros(len(start), np.int64)
        self._constants: list[bytes] = [b""]
        self._known: dict[bytes, int] = {b"": 0}
        self._odd: dict[bytes, Places] = {}

    def of(self, kind: int) -> Places:
        """Tokens of a kind."""
        return np.flatnonzero(self.kinds == kind)

    def odd(self, allowed: bytes) -> Places:
        """Places of the bytes that are not allowed."""
        if allowed not in self._odd:
            table = bytes(byte not in allowed for byte in range(256))
            self._odd[allowed] = np.flatnonzero(np.frombuffer(self.data.translate(table), bool))
        return self._odd[allowed]

    def outside(self, allowed: bytes, begin: Places, end: Places) -> Mask:
        """Which slices hold a byte that is not allowed."""
        odd = self.odd(allowed)
        return np.searchsorted(odd, begin) < np.searchsorted(odd, end)

    def groups(self, start: Places, length: Places) -> tuple[Ids, list[bytes]]:
        """For each slice the number of its text, and the texts."""
        codes, fresh = Dictionary().number(self.data, start, length)
        low, high = start[fresh].tolist(), (start[fresh] + length[fresh]).tolist()
        return codes, [self.data[first:last] for first, last in zip(low, high, strict=True)]

    def constant(self, text: bytes) -> int:
        """The number of a constant."""
        if text not in self._known:
            self._known[text] = len(self._constants)
            self._constants.append(text)
        return self._known[text]

    def take(
        self, index: Places, begin: Slot = None, stop: Slot = None, pre: Places | int = 0, post: Places | int = 0
    ) -> None:
        """Say what tokens become: constant ``pre``, the slice from ``begin`` to ``stop``, constant ``post``."""
        self.sure[index] = True
        self._pre[index], self._post[index] = pre, post
        if begin is not None:
            self._begin[index] = begin
        if stop is not None:
            self._stop[index] = stop

    def replace(self, index: int, term: bytes) -> None:
        """Say that a token becomes a term of its own."""
        self._pre[index] = len(self._constants)
        self._constants.append(term)
        self._stop[index] = self._begin[index]

    def text(self) -> tuple[bytes, Places]:
        """All terms back to back, and their lengths."""
        sizes = np.fromiter(map(len, self._constants), np.int64, len(self._constants))
        places = np.cumsum(sizes) - sizes + len(self.array)
        source = np.frombuffer(self.data + b"".join(self._constants), np.uint8)
        start = np.stack((places[self._pre], self._begin, places[self._post]), axis=1)
        length = np.stack((sizes[self._pre], self._stop - self._begin, sizes[self._post]), axis=1)
        return gather(source, start.ravel(), length.ravel()).tobytes(), length.sum(axis=1)


_REFUSED = {
    0: (_LITERAL_KIND, _KEYWORD_KIND),
    1: (_LITERAL_KIND, _BLANK_KIND),
    2: (_KEYWORD_KIND,),
    3: (_LITERAL_KIND, _KEYWORD_KIND),
}
