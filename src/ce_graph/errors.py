"""Everything that can go wrong for a user, each with its exit code and its HTTP status."""

from __future__ import annotations


class CeGraphError(Exception):
    """A mistake or a limit that the user is told about in one message, without a stack trace.

    ``exit_code`` is what a command ends with, ``status`` what the service answers.
    """

    exit_code = 1
    status = 500


class UsageError(CeGraphError):
    """The call itself cannot be carried out: a wrong option, a missing file, a folder that is none."""

    exit_code = 2
    status = 400


class DataError(CeGraphError):
    """The data cannot be read, or refers to what is not there."""

    exit_code = 2
    status = 422


class ShapesError(CeGraphError):
    """The shapes cannot be read, or are not shapes."""

    exit_code = 3
    status = 422


class QueryError(CeGraphError):
    """The query is not SPARQL, or asks for what the service does not do; ``line`` and ``column`` count from 1."""

    exit_code = 2
    status = 400

    def __init__(self, message: str, *, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class BodyError(QueryError):
    """The RDF that was sent cannot be parsed as what it is said to be."""


class QueryTimeout(CeGraphError):  # noqa: N818 - the name that operators know it by
    """A query or an update ran past its deadline and was ended; nothing of it was answered or kept."""

    exit_code = 5
    status = 504


class QueryCancelled(CeGraphError):  # noqa: N818 - not a fault: whoever asked has gone
    """Whoever asked has gone, and the query was ended."""

    exit_code = 5
    status = 499


class BusyError(CeGraphError):
    """No worker came free; ``retry_after`` (seconds) says when to try again."""

    exit_code = 5
    status = 503

    def __init__(self, message: str, *, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class LimitError(CeGraphError):
    """The answer would pass a cap; ``limit`` names it: ``rows``, ``bytes`` or ``memory``. Nothing was answered."""

    exit_code = 5
    status = 422

    def __init__(self, message: str, *, limit: str) -> None:
        super().__init__(message)
        self.limit = limit


class TooLargeError(CeGraphError):
    """What was sent is larger than the service takes."""

    exit_code = 2
    status = 413


class ForbiddenError(CeGraphError):
    """What was asked for is not allowed here."""

    exit_code = 2
    status = 403


class UnsupportedError(CeGraphError):
    """What was sent is in a format that is not read here."""

    exit_code = 2
    status = 415


class StorageError(CeGraphError):
    """The store could not write, or cannot be read: a full disk, a folder that is no store."""

    exit_code = 4
    status = 507


class EndpointError(CeGraphError):
    """A SPARQL endpoint did not answer, or answered with an error."""

    exit_code = 4
    status = 502


class NotFoundError(CeGraphError):
    """Nothing is known under that name."""

    exit_code = 2
    status = 404


class NotAcceptableError(CeGraphError):
    """None of the formats that the client accepts can be produced."""

    exit_code = 2
    status = 406
