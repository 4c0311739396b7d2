"""Gives tokens of bytes their numbers, many at a time: a keyed hash and an open-addressing table in numpy.

Two tokens are taken for the same when both lanes of a 128-bit hash agree. The hash is keyed with random bits drawn
once per process (handed down to worker processes), so two tokens that collide cannot be prepared beforehand, and by
chance it happens less often than a memory error.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Bytes: TypeAlias = npt.NDArray[np.uint8]
Ids: TypeAlias = npt.NDArray[np.int32]
Places: TypeAlias = npt.NDArray[np.int64]
Begins: TypeAlias = npt.NDArray[Any]
"""``uint32``, or ``int64`` for files of 4 GB and more."""
Hashes: TypeAlias = npt.NDArray[np.uint64]
Mask: TypeAlias = npt.NDArray[np.bool_]

PADDING = 8
"""Readable bytes that must follow the last token, because tokens are read eight bytes at a time."""
_LONG = 512
"""Tokens longer than this are hashed one at a time: the loop over words would have a round for each of theirs."""
_ODD = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xC2B2AE3D27D4EB4F)
_STEP = np.uint64(0x165667B19E3779F9)
_SHIFT1, _SHIFT2 = np.uint64(32), np.uint64(29)
_TAIL = np.array([2**64 - 1, *((1 << 8 * used) - 1 for used in range(1, 8))], np.uint64)
"""Which bits of the last word belong to a token, by its length modulo 8."""

Key: TypeAlias = tuple[int, int]


class Process:
    """The key that this process hashes with; a worker process takes that of the process that started it."""

    key: Key = (secrets.randbits(64), secrets.randbits(64))


def hash_tokens(data: bytes, start: Places, length: Places, key: Key) -> tuple[Hashes, Hashes]:
    """Both lanes of the hash of ``data[start:start + length]``; ``data`` ends with ``PADDING`` spare bytes."""
    first = np.empty(len(start), np.uint64)
    second = np.empty(len(start), np.uint64)
    if not len(start):
        return first, second
    long = length > _LONG
    if long.any():
        for index in np.flatnonzero(long).tolist():
            first[index], second[index] = _hash_long(data, int(start[index]), int(length[index]), key)
        short = np.flatnonzero(~long)
        first[short], second[short] = hash_tokens(data, start[short], length[short], key)
        return first, second
    words = np.ndarray((len(data) - PADDING + 1,), "<u8", data, 0, (1,))
    counts = (length + 7) >> 3
    order = np.argsort(counts.astype(np.uint8), kind="stable")
    counts, at, tail = counts[order], start[order], _TAIL[length[order] & 7]
    one = np.full(len(start), key[0], np.uint64)
    two = length[order].astype(np.uint64) * _STEP + np.uint64(key[1])
    rounds = int(counts[-1])
    bounds = np.searchsorted(counts, np.arange(rounds + 1), side="right").tolist()
    for number in range(rounds):
        low, high = bounds[number], bounds[number + 1]  # tokens from ``low`` on have this word; up to ``high`` it ends
        word = words[at[low:] + 8 * number]
        word[: high - low] &= tail[low:high]
        lane = one[low:]
        lane ^= word
        lane *= _ODD
        lane ^= lane >> _SHIFT1
        lane = two[low:]
        lane += word
        lane *= _MIX
        lane ^= lane >> _SHIFT2
    first[order] = one
    second[order] = two
    return first, second


def _hash_long(data: bytes, start: int, length: int, key: Key) -> tuple[np.uint64, np.uint64]:
    secret = b"".join(part.to_bytes(8, "little") for part in key)
    digest = hashlib.blake2b(memoryview(data)[start : start + length], digest_size=16, key=secret).digest()
    return np.uint64(int.from_bytes(digest[:8], "little")), np.uint64(int.from_bytes(digest[8:], "little"))


def gather(data: Bytes, start: Places, length: Places) -> Bytes:
    """The slices ``data[start:start + length]``, back to back."""
    before = np.cumsum(length) - length
    return data[np.repeat(start - before, length) + np.arange(int(length.sum()))]


def escaped_quotes(data: Bytes, quotes: Places) -> Mask:
    """Which of the quotes at these places have an odd number of backslashes before them."""
    backslash = ord("\\")
    escaped: Mask = (quotes > 0) & (data[np.maximum(quotes - 1, 0)] == backslash)
    for index in np.flatnonzero(escaped & (data[np.maximum(quotes - 2, 0)] == backslash)).tolist():
        at = int(quotes[index]) - 1
        while at >= 0 and data[at] == backslash:
            at -= 1
        escaped[index] = (int(quotes[index]) - 1 - at) % 2 == 1
    return escaped


class Dictionary:
    """Numbers for hashed tokens: 0, 1, 2 … in the order of first appearance."""

    def __init__(self, key: Key | None = None) -> None:
        """Begin empty; ``key`` is the one that hashes are made with, the process's own when not given."""
        self.key = key or Process.key
        self.size = 0
        self._slots: Ids = np.full(1 << 12, -1, np.int32)
        self._first: Hashes = np.empty(1 << 11, np.uint64)
        self._second: Hashes = np.empty(1 << 11, np.uint64)

    @classmethod
    def of_hashes(cls, first: Hashes, second: Hashes, slots: Ids, key: Key) -> Dictionary:
        """One that was taken apart."""
        table = cls(key)
        table.size, table._first, table._second, table._slots = len(first), first, second, slots
        return table

    @property
    def slots(self) -> Ids:
        """The table itself."""
        return self._slots

    def number(self, data: bytes, start: Places, length: Places) -> tuple[Ids, Places]:
        """Hash the tokens ``data[start:start + length]`` and :meth:`add` them."""
        return self.add(*hash_tokens(data, start, length, self.key))

    def add(self, first: Hashes, second: Hashes) -> tuple[Ids, Places]:
        """Numbers of the tokens, and the places (ascending) in the input of those not seen before."""
        base = self.size
        self._reserve(len(first))
        fresh: list[Places] = []
        spots: list[Places] = []
        one, two = first, second
        spot = self._spots(first)
        held, owners = self._claim(spot, one, two)
        fresh.append(owners)
        spots.append(spot[owners])
        ids = held
        todo = np.flatnonzero((self._first[held] != one) | (self._second[held] != two))
        one, two, spot = one[todo], two[todo], spot[todo]
        while len(todo):
            spot = (spot + 1) & (len(self._slots) - 1)
            held, owners = self._claim(spot, one, two)
            fresh.append(todo[owners])
            spots.append(spot[owners])
            ids[todo] = held
            rest = np.flatnonzero((self._first[held] != one) | (self._second[held] != two))
            todo, one, two, spot = todo[rest], one[rest], two[rest], spot[rest]
        return self._in_order(ids, base, np.concatenate(fresh), np.concatenate(spots))

    def _claim(self, spot: Places, one: Hashes, two: Hashes) -> tuple[Ids, Places]:
        """What the slots hold, after each free one has gone to the first token that wants it; and those tokens."""
        held: Ids = self._slots[spot]
        free = np.flatnonzero(held < 0)
        if not len(free):
            return held, free
        # Written backwards, so that the first in the input stays and owns the slot.
        self._slots[spot[free[::-1]]] = -2 - free[::-1].astype(np.int32)
        owners = free[self._slots[spot[free]] == -2 - free]
        end = self.size + len(owners)
        self._first[self.size : end], self._second[self.size : end] = one[owners], two[owners]
        self._slots[spot[owners]] = np.arange(self.size, end, dtype=np.int32)
        self.size = end
        held[free] = self._slots[spot[free]]
        return held, owners

    def hashes(self) -> tuple[Hashes, Hashes]:
        """Both lanes of the hash of each token, by number."""
        return self._first[: self.size], self._second[: self.size]

    def _in_order(self, ids: Ids, base: int, fresh: Places, spots: Places) -> tuple[Ids, Places]:
        # Tokens that found their slot taken were numbered after all others; number by appearance instead.
        order = np.argsort(fresh)
        rank = np.empty(len(fresh), np.int32)
        rank[order] = np.arange(base, self.size, dtype=np.int32)
        new = ids >= base
        ids[new] = rank[ids[new] - base]
        self._slots[spots] = rank
        self._first[base : self.size] = self._first[base : self.size][order]
        self._second[base : self.size] = self._second[base : self.size][order]
        return ids, fresh[order]

    def find(self, first: int, second: int) -> int | None:
        """Number of one token, or ``None``."""
        mask = len(self._slots) - 1
        spot = first & mask
        while (held := int(self._slots[spot])) >= 0:
            if int(self._first[held]) == first and int(self._second[held]) == second:
                return held
            spot = (spot + 1) & mask
        return None

    def _spots(self, hashes: Hashes) -> Places:
        return (hashes & np.uint64(len(self._slots) - 1)).astype(np.int64)

    def _reserve(self, more: int) -> None:
        need = self.size + more
        if need > len(self._first):
            room = max(need, 2 * len(self._first))
            self._first = np.concatenate((self._first[: self.size], np.empty(room - self.size, np.uint64)))
            self._second = np.concatenate((self._second[: self.size], np.empty(room - self.size, np.uint64)))
        slots = len(self._slots)
        while need * 3 > slots * 2:
            slots *= 2
        if slots == len(self._slots):
            return
        self._slots = np.full(slots, -1, np.int32)
        todo: Ids = np.arange(self.size, dtype=np.int32)
        spot = self._spots(self._first[: self.size])
        while len(todo):
            free = self._slots[spot] < 0
            self._slots[spot[free]] = todo[free]
            rest = np.flatnonzero(self._slots[spot] != todo)
            todo, spot = todo[rest], (spot[rest] + 1) & (slots - 1)
