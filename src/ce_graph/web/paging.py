"""Which page of a long list a request asks for."""

from __future__ import annotations

from flask import request

from ce_graph.errors import UsageError
from ce_graph.wording import say


def page_number() -> int:
    """The page that ``?page=`` names, from 1.

    Raises:
        UsageError: it is no such number.
    """
    raw = request.args.get("page", "1")
    if not (raw.isascii() and raw.isdecimal() and len(raw) <= 6 and int(raw) >= 1):
        raise UsageError(say("page must be a whole number from 1, not %(given)s", given=repr(raw[:40])))
    return int(raw)
