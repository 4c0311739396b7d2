"""What workers are asked and what they answer."""

from __future__ import annotations

import dataclasses
import re
import threading
from typing import NamedTuple

from ce_graph.store.workers.sources import Worker
from ce_graph.store.workers.wire import Gone, Header

_NUMBERS = re.compile(rb"\d+")


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    """What a worker is asked, and how long it has."""

    header: Header
    body: bytes
    seconds: float
    cancel: threading.Event | None = None
    network: bool = False
    """Whether the worker may open connections; it is used once then."""

    @property
    def key(self) -> bytes:
        """What two requests have in common that take about as long: the text, whatever numbers are in it."""
        return _NUMBERS.sub(b"0", self.body) or str(self.header.get("graph")).encode()


class Reply(NamedTuple):
    """What a worker answered; ``files`` are open file numbers that now belong to the receiver."""

    header: Header
    body: bytearray
    files: list[int]
    generation: str


class Begun(NamedTuple):
    """A request that a worker has been sent, in the quick lane, and when that was by ``time.monotonic``."""

    request: Request
    worker: Worker
    since: float


class Killed(Gone):
    """A worker was killed from outside: by an operator, or by a system short of memory."""
