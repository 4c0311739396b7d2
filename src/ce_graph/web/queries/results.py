"""A bounded memory of answers, keyed by query, dataset, format and generation, so that no answer is computed twice."""

from __future__ import annotations

import dataclasses
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, TypeAlias

from ce_graph.store.engine import NO_DATASET, Answer, Dataset, Engine, Question, carry_out, whole

if TYPE_CHECKING:
    from collections.abc import Generator

Key: TypeAlias = "tuple[str, Dataset, str, str]"
Asked: TypeAlias = "tuple[str | bytes | None, ...]"
"""What tells a request from others: its query in the address and Accept, of a POST the body and its kind besides."""

LARGEST = 1024 * 1024
"""Bodies longer than this are not kept."""
_OVERHEAD = 1024
"""What an entry is counted as, on top of its body and its query."""


@dataclasses.dataclass(slots=True)
class Entry:
    """A remembered answer; ``ready`` is what the front door sends without asking anybody."""

    body: bytes
    rows: int | None
    ready: dict[Asked, tuple[str, list[tuple[str, str]]]] = dataclasses.field(default_factory=dict)
    """Request (query string, Accept) → its entity tag and its headers."""


class Results:
    """Answers of one engine, the least recently used forgotten first; safe to use from many threads."""

    def __init__(self, engine: Engine, capacity: int) -> None:
        """Remember up to ``capacity`` bytes; 0: nothing."""
        self._engine = engine
        self._capacity = capacity
        self._lock = threading.Lock()
        self._entries: OrderedDict[Key, Entry] = OrderedDict()
        self._requests: dict[Asked, Key] = {}
        self.size = 0
        self.hits = 0
        self.misses = 0

    @property
    def union_default(self) -> bool:
        """Whether the default graph of a query is the union of all graphs."""
        return self._engine.union_default

    def __len__(self) -> int:
        """How many answers are remembered."""
        return len(self._entries)

    def query(
        self,
        text: str,
        media_type: str,
        *,
        dataset: Dataset = NO_DATASET,
        seconds: float | None = None,
        cancel: threading.Event | None = None,
        keep: bool = True,
    ) -> tuple[Answer, bool]:
        """The answer to a query and whether it was remembered; ``keep`` is false for one that may change by itself."""
        return carry_out(self.asking(Question(text, media_type, dataset, seconds, cancel), keep=keep), self._engine)

    def asking(self, question: Question, *, keep: bool = True) -> Generator[Question, Answer, tuple[Answer, bool]]:
        """The steps of ``query``: asks the engine on its way unless the answer is remembered."""
        text, media_type, dataset = question.text, question.media_type, question.dataset
        generation = self._engine.generation
        key = (text, dataset, media_type, generation)
        if keep and generation and (entry := self._find(key)):
            return whole(entry.body, media_type, generation, entry.rows), True
        answer = yield question
        if keep and answer.generation and answer.length <= min(LARGEST, self._capacity):
            body = answer.read()
            self._keep((text, dataset, media_type, answer.generation), Entry(body, answer.rows))
            answer = whole(body, answer.media_type, answer.generation, answer.rows)
        return answer, False

    def remember(self, request: Asked, key: Key, tag: str, headers: list[tuple[str, str]]) -> None:
        """Let a later request that is the same be answered at the front door from the entry of a key."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None and len(entry.ready) < 8 and request not in entry.ready:
                entry.ready[request] = (tag, headers)
                self._requests[request] = key
                self.size += _length(request)
                self._forget(key)

    def ready(self, request: Asked) -> tuple[str, list[tuple[str, str]], bytes] | None:
        """Tag, headers and body for a request that has been answered in this generation, or ``None``."""
        key = self._requests.get(request)
        if key is None or key[3] != self._engine.generation:
            return None
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            self._entries.move_to_end(key)
            self.hits += 1
            tag, headers = entry.ready[request]
            return tag, headers, entry.body

    def _find(self, key: Key) -> Entry | None:
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                self.misses += 1
            else:
                self.hits += 1
                self._entries.move_to_end(key)
            return entry

    def _keep(self, key: Key, entry: Entry) -> None:
        with self._lock:
            if key in self._entries:
                return
            self._entries[key] = entry
            self.size += _weight(key, entry)
            self._forget(key)

    def _forget(self, key: Key) -> None:
        """Make room, and let go of what belongs to another generation than a key's."""
        while self._entries and (self.size > self._capacity or key[3] != next(iter(self._entries))[3]):
            old, forgotten = self._entries.popitem(last=False)
            self.size -= _weight(old, forgotten)
            for request in forgotten.ready:
                self._requests.pop(request, None)


def _weight(key: Key, entry: Entry) -> int:
    return len(key[0]) + len(entry.body) + sum(map(_length, entry.ready)) + _OVERHEAD


def _length(request: Asked) -> int:
    return sum(len(part) for part in request if part)
