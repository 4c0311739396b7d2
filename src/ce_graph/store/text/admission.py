"""What every engine checks before anything parses a query, an update or the name of a format."""

from __future__ import annotations

from ce_graph.errors import NotAcceptableError, QueryError, TooLargeError
from ce_graph.rdf.formats import GRAPHS, RESULTS, Format, by_media_type
from ce_graph.store.engine import Limits
from ce_graph.store.text import guard


def admit_query(text: str, limits: Limits) -> guard.Inspection:
    """Look at a query before anything else does.

    Raises:
        TooLargeError, QueryError, ForbiddenError: it is not evaluated.
    """
    if len(text) > limits.query_bytes or len(text.encode(errors="replace")) > limits.query_bytes:
        raise TooLargeError(f"the query is longer than {limits.query_bytes} bytes")
    found = guard.inspect(text, depth=limits.depth)
    if found.form == "update":
        raise QueryError("this is an update, not a query")
    found.allow(limits.services)
    return found


def format_for(form: guard.Form, media_type: str) -> Format:
    """The format that a form of query is answered in.

    Raises:
        NotAcceptableError: the media type cannot hold it.
    """
    found = by_media_type(media_type, RESULTS if form in {"select", "ask"} else GRAPHS)
    if found is None or (form == "ask" and found.name in {"csv", "tsv"}):
        raise NotAcceptableError(f"{media_type} cannot hold the result of {form.upper()}")
    return found


def admit_update(text: str, limits: Limits) -> guard.Inspection:
    """Look at an update before anything else does.

    Raises:
        TooLargeError, QueryError, ForbiddenError: it is not carried out.
    """
    if len(text) > limits.update_bytes or len(text.encode(errors="replace")) > limits.update_bytes:
        raise TooLargeError(f"the update is longer than {limits.update_bytes} bytes")
    found = guard.inspect(text, depth=limits.depth)
    if found.form != "update":
        raise QueryError(f"this is a {found.form.upper()} query, not an update")
    found.allow(limits.services)
    return found
