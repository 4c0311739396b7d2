"""Answers of the engine as bodies of responses: small ones as bytes, large ones from their file, always whole."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ce_graph.store.engine import Answer

IN_MEMORY = 1024 * 1024
"""Bodies up to this many bytes are sent from memory."""
_CHUNK = 64 * 1024


class FileBody:
    """A complete body in an open file: the server sends the file itself, any other WSGI server reads its chunks."""

    def __init__(self, file: IO[bytes], length: int) -> None:
        """Take over the file: :meth:`close` closes it."""
        self.file = file
        self.length = length

    def __iter__(self) -> Iterator[bytes]:
        """The content in chunks."""
        while chunk := self.file.read(_CHUNK):
            yield chunk

    def close(self) -> None:
        """Close the file; called by the WSGI server."""
        self.file.close()


def body_of(answer: Answer) -> bytes | FileBody:
    """The body of an answer, from memory or from its file."""
    if answer.length <= IN_MEMORY or not _is_file(answer.body):
        return answer.read()
    return FileBody(answer.body, answer.length)


def _is_file(body: IO[bytes]) -> bool:
    try:
        body.fileno()
    except OSError:
        return False
    return True
