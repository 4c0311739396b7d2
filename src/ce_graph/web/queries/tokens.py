"""Who may write: the bearer of the service's token."""

from __future__ import annotations

import hmac

from flask import request

from ce_graph.errors import CeGraphError
from ce_graph.web.service import service


class UnauthorizedError(CeGraphError):
    """The request does not carry the token."""

    status = 401

    def __init__(self, message: str, challenge: str) -> None:
        """``challenge`` is the value of ``WWW-Authenticate``."""
        super().__init__(message)
        self.headers = {"WWW-Authenticate": challenge}


def require() -> None:
    """Let only the bearer of the token pass; the comparison takes as long for a wrong one as for the right one.

    Raises:
        UnauthorizedError: no token, or a wrong one.
    """
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not given.strip():
        raise UnauthorizedError("Writing needs the service's token.", 'Bearer realm="ce-graph"')
    wanted = service().settings.update_token or ""
    if not wanted or not hmac.compare_digest(given.strip().encode("utf-8", "replace"), wanted.encode("utf-8")):
        raise UnauthorizedError("This is not the service's token.", 'Bearer realm="ce-graph", error="invalid_token"')
