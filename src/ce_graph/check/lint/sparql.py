"""Finds SPARQL in shapes that is no SPARQL, before an engine stumbles on it in the middle of a run."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyoxigraph as ox

from ce_graph.check.lint.statements import SH, Statement, Statements

_QUERIES = {SH + name for name in ("select", "ask", "construct")}
_REMOTE = re.compile(r"\bSERVICE\b", re.IGNORECASE)
_PLACE = re.compile(r"line (\d+) column (\d+)")


def broken(statements: Statements) -> Iterator[tuple[Statement, str, int, int]]:
    """Yield each statement with a query that cannot be parsed, what is wrong, and the line and column in the query."""
    store = ox.Store()
    for item in statements:
        if item.predicate not in _QUERIES or not isinstance(item.object, ox.Literal):
            continue
        if _REMOTE.search(item.object.value):
            continue  # forbidden in shapes, which the engine says; tried here, it might call the network
        prefixes = _prefixes(statements, item)
        query = item.object.value.replace("$PATH", "<urn:ce-graph:path>")
        try:
            store.query(prefixes + query)
        except (SyntaxError, ValueError) as error:
            line, column = _place(str(error))
            yield item, _said(str(error)), max(1, line - prefixes.count("\n")), column
        except RuntimeError:
            continue  # it is SPARQL, but with a function of somebody's own; whether it has that, the engine says


def _prefixes(statements: Statements, item: Statement) -> str:
    found: dict[str, str] = {}
    for use in statements.of(item.subject, "prefixes"):
        for declared in statements.of(use.object, "declare"):
            prefix = statements.of(declared.object, "prefix")
            namespace = statements.of(declared.object, "namespace")
            if prefix and namespace and isinstance(prefix[0].object, ox.Literal):
                found[prefix[0].object.value] = str(getattr(namespace[0].object, "value", ""))
    return "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in found.items())


def _place(message: str) -> tuple[int, int]:
    found = _PLACE.search(message) or re.search(r"at (\d+):(\d+)", message)
    return (int(found[1]), int(found[2])) if found else (1, 0)


def _said(message: str) -> str:
    """The sentence in a message that is for people, else nothing: the rest lists the parser's own symbols."""
    parts = re.split(r", |expected one of ", " ".join(message.split()))
    return next((part for part in parts if re.fullmatch(r"[A-Z][\w' ]+ [\w' .]+", part)), "")
