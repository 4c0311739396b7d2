"""Answers of the engine as bodies of responses: small ones as bytes, large ones from their file, always whole."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from flask import Response

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


def respond(answer: Answer, content_type: str) -> Response:
    """The response that carries an answer."""
    if answer.length <= IN_MEMORY:
        with answer.body as body:
            response = Response(body.read(), content_type=content_type)
    else:
        response = Response(FileBody(answer.body, answer.length), content_type=content_type, direct_passthrough=True)  # type: ignore[arg-type]
        response.content_length = answer.length
    if answer.rows is not None:
        response.headers["X-Row-Count"] = str(answer.rows)
    return response
