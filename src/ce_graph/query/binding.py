"""Puts values into a query as terms, at the places that the query marks, so that no value can be read as SPARQL."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import pyoxigraph as ox

from ce_graph.errors import UsageError
from ce_graph.wording import say

Term: TypeAlias = ox.NamedNode | ox.Literal
Values: TypeAlias = Mapping[str, Term]
"""Parameter → term; a parameter without a value is left out and stays free in the query."""

_MARK = re.compile(r"^([ \t]*)# parameters: ((?:\?\w+)(?: \?\w+)*)[ \t]*$", re.MULTILINE)
ROWS = re.compile(r"^[ \t]*# rows[ \t]*$", re.MULTILINE)
_PREFIX_LINE = re.compile(r"^PREFIX\s.*$\n?", re.MULTILINE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def markers(body: str) -> list[tuple[str, ...]]:
    """The parameters that each marked place of a query takes: ``# parameters: ?theme ?lang``."""
    return [tuple(name[1:] for name in found[2].split(" ")) for found in _MARK.finditer(body)]


def written(term: Term) -> str:
    """A term as SPARQL and N-Triples write it.

    Raises:
        UsageError: a literal holds control characters, which not every endpoint takes.
    """
    if isinstance(term, ox.Literal) and _CONTROL.search(term.value):
        raise UsageError("a value holds control characters; write it without them")
    # pyoxigraph checks an IRI's characters when the term is made, and escapes quotes, backslashes and line ends here.
    return str(term)


def bind(body: str, values: Values) -> str:
    """The query with a ``VALUES`` clause at each marked place; a parameter without a value is ``UNDEF`` in it."""

    def clause(found: re.Match[str]) -> str:
        names = found[2].split(" ")
        terms = [written(values[name[1:]]) if name[1:] in values else "UNDEF" for name in names]
        return f"{found[1]}VALUES ({' '.join(names)}) {{ ({' '.join(terms)}) }}"

    return _MARK.sub(clause, body)


def splice(construct: str, select: str) -> str:
    """A CONSTRUCT query over the solutions of a SELECT query, whose prefixes it must declare itself."""
    rows = _PREFIX_LINE.sub("", select).strip()
    return ROWS.sub(lambda _: "{\n" + rows + "\n}", construct)


def unique_names(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """``name=value`` pairs as a mapping.

    Raises:
        UsageError: a name occurs twice.
    """
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise UsageError(
                say(
                    "%(name)s is given twice (%(one)s and %(other)s); give it once",
                    name=name,
                    one=repr(found[name]),
                    other=repr(value),
                )
            )
        found[name] = value
    return found
