"""Turns what a process of the engine replies into an answer or an error."""

from __future__ import annotations

import io
import os
from typing import IO

from ce_graph.errors import LimitError, NotAcceptableError, NotFoundError, QueryError, StorageError
from ce_graph.rdf.formats import Format
from ce_graph.store.engine import Answer
from ce_graph.store.workers.orders import Reply
from ce_graph.store.workers.wire import Header


def answer_of(reply: Reply, format_: Format) -> Answer:
    """The answer in a worker's reply.

    Raises:
        CeGraphError: the reply says that there is none.
    """
    header = reply.header
    if "error" in header:
        raise error_of(header)
    body: IO[bytes] = os.fdopen(reply.files[0], "rb") if reply.files else io.BytesIO(reply.body)
    body.seek(0)
    return Answer(format_.media_type, body, header["length"], reply.generation, header.get("rows"))


def error_of(header: Header) -> Exception:
    """What a process's message about a failure means to the caller."""
    message = header["message"]
    match header["error"]:
        case "limit":
            return LimitError(message, limit=header["limit"])
        case "notfound":
            return NotFoundError(message)
        case "format":
            return NotAcceptableError(message)
        case "storage":
            return StorageError(message)
        case _:
            return QueryError(message, line=header.get("line"), column=header.get("column"))
