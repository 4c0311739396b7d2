"""The interface of an engine that answers SPARQL: whole answers or an error, within limits."""

from __future__ import annotations

import dataclasses
import io
import threading
from collections.abc import Callable, Generator
from typing import IO, Protocol, Self, TypeVar, runtime_checkable

_T = TypeVar("_T")


@dataclasses.dataclass(frozen=True, slots=True)
class Dataset:
    """The graphs that a request names (``default-graph-uri``, ``using-named-graph-uri`` …); ``None`` = not given."""

    default: tuple[str, ...] | None = None
    named: tuple[str, ...] | None = None

    @property
    def given(self) -> bool:
        """Whether the request names any graph at all, and so replaces what the query says."""
        return self.default is not None or self.named is not None


NO_DATASET = Dataset()


@dataclasses.dataclass(frozen=True, slots=True)
class Question:
    """What ``Engine.query`` takes, in one."""

    text: str
    media_type: str
    dataset: Dataset = NO_DATASET
    seconds: float | None = None
    cancel: threading.Event | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Limits:
    """What one query or update may take; the defaults are those of the settings."""

    seconds: float = 15.0
    """Evaluation time; a request may ask for less, never for more."""
    rows: int = 1_000_000
    result_bytes: int = 256 << 20
    worker_memory: int = 2 << 30
    """Bytes that one worker may allocate beyond the data that all share."""
    workers: int = 2
    """Long queries that run at once; twice as many places are kept for queries that have just come."""
    waiting: int = 64
    """Queries that may wait in each of the two lanes; the next one is told at once."""
    query_bytes: int = 256 << 10
    update_bytes: int = 16 << 20
    depth: int = 200
    """How deep brackets and prefix operators may nest."""
    update_seconds: float = 60.0
    """Time for an update or a graph that is written."""
    memory: int = 4 << 30
    """Bytes that the data may take in memory; a larger dataset is answered from disk."""
    services: tuple[str, ...] = ()
    """IRIs of the endpoints that ``SERVICE`` may name and of the documents that ``LOAD`` may fetch."""


@dataclasses.dataclass(frozen=True, slots=True)
class Load:
    """How busy an engine is."""

    running: int
    waiting: int
    workers: int
    """Long queries that can run at once."""


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; ``body`` is at its start and belongs to whoever asked, who closes it (or uses ``with``)."""

    media_type: str
    body: IO[bytes]
    length: int
    generation: str
    """What the answer was computed from; ``""`` when the engine cannot know it."""
    rows: int | None = None
    """Solutions of a SELECT; ``None`` for other forms, and for a long answer that cannot have come near the cap."""

    def read(self) -> bytes:
        """All of the body at once; closes it."""
        with self.body:
            return self.body.read()

    def __enter__(self) -> Self:
        """The answer itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the body."""
        self.body.close()


class Engine(Protocol):
    """Answers queries and keeps updates; safe to call from many threads.

    Every method raises a subclass of ``CeGraphError``: ``QueryError`` (with line and column where known),
    ``QueryTimeout``, ``QueryCancelled``, ``BusyError``, ``LimitError``, ``TooLargeError``, ``ForbiddenError``,
    ``NotFoundError``, ``NotAcceptableError``, ``UnsupportedError``, ``StorageError``, ``EndpointError``.
    """

    union_default: bool
    """Whether the default graph of a query is the union of all graphs."""
    writable: bool
    """Whether it takes updates at all."""
    limits: Limits

    @property
    def generation(self) -> str:
        """A string that is another one after each change of the data; ``""`` when the engine cannot know it."""

    @property
    def quads(self) -> int | None:
        """How many statements there were when they were last read into memory; ``None`` where nobody counted them."""

    @property
    def load(self) -> Load:
        """How many queries run and wait now."""

    def query(
        self,
        text: str,
        media_type: str,
        *,
        dataset: Dataset = NO_DATASET,
        seconds: float | None = None,
        cancel: threading.Event | None = None,
    ) -> Answer:
        """Answer a query in the given format; ``cancel``, once set, ends it within about a tenth of a second."""

    def update(self, text: str, *, using: Dataset = NO_DATASET) -> str:
        """Carry out all of an update or none of it, durably; returns the new generation."""

    def read_graph(self, graph: str | None, media_type: str) -> Answer:
        """The triples of one graph; ``None`` is the default graph, never the union."""

    def write_graph(self, graph: str | None, data: bytes, media_type: str, *, replace: bool) -> bool:
        """Add triples to a graph, or replace it by them; ``True`` when the graph was not there before."""

    def delete_graph(self, graph: str | None) -> None:
        """Remove a graph; the default graph is emptied."""

    def close(self) -> None:
        """End all that runs; calls that wait are told so."""


@runtime_checkable
class Starting(Protocol):
    """What an engine can do besides: answer without a thread that waits."""

    def start(self, question: Question, told: Callable[[Answer | Exception], None]) -> None:
        """Begin a query; ``told`` gets its answer, or the error that ``Engine.query`` raises, in a thread of its own.

        Does not wait. Raises what is known to be wrong at once; ``told`` is not called then.
        """

    def soon(self, work: Callable[[], None]) -> None:
        """Have something done, in order, by the thread that takes the answers; ``start`` costs least from there."""


def carry_out(steps: Generator[Question, Answer, _T], engine: Engine) -> _T:
    """What the steps return that ask an engine for answers on their way; errors are raised where they ask."""
    try:
        question = next(steps)
        while True:
            try:
                answer = engine.query(
                    question.text,
                    question.media_type,
                    dataset=question.dataset,
                    seconds=question.seconds,
                    cancel=question.cancel,
                )
            except Exception as error:
                question = steps.throw(error)
            else:
                question = steps.send(answer)
    except StopIteration as end:
        found: _T = end.value
        return found


def whole(body: bytes, media_type: str, generation: str, rows: int | None = None) -> Answer:
    """An answer whose body is at hand in memory."""
    return Answer(media_type, io.BytesIO(body), len(body), generation, rows)
