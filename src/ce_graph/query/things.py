"""Finds the code or entity that a user means, by IRI, short name or label."""

from __future__ import annotations

import difflib
import re

import pyoxigraph as ox

from ce_graph.errors import NotFoundError, UsageError
from ce_graph.query.running import Run, solutions
from ce_graph.query.texts import listed
from ce_graph.rdf.namespaces import DCTERMS, RDFS, SKOS


class UnknownThingError(NotFoundError):
    """A value names nothing that is in the data; the message says what there is."""


_SHORT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def find_thing(raw: str, start: str, where: str, run: Run, name: str) -> ox.NamedNode:
    """The thing whose IRI is ``start`` and a short name; ``where`` and ``name`` (of the parameter) are for messages.

    A code of the List of Waste may have its spaces and its asterisk.

    Raises:
        UsageError: an IRI of another list, or an ambiguous label.
        UnknownThingError: no such thing; the message says what there is.
    """
    if "://" in raw:
        if not raw.startswith(start) or not _SHORT.fullmatch(raw[len(start) :]):
            raise UsageError(
                f"{name}: <{raw}> is not of {where}; write a short name, or an IRI that begins with {start}"
            )
        short = raw[len(start) :]
    else:
        short = re.sub(r"[ *]", "", raw) if start.endswith("/ewc/") else raw
    if _SHORT.fullmatch(short):
        node = ox.NamedNode(start + short)
        if solutions(run, f"SELECT ?property {{ {node} ?property ?value }} LIMIT 1"):
            return node
    return _by_label(raw, start, where, run, name)


def _by_label(raw: str, start: str, where: str, run: Run, name: str) -> ox.NamedNode:
    known = _all(start, run)
    wanted = raw.strip().casefold()
    fitting = sorted(iri for iri, labels in known.items() if wanted in (label.casefold() for label in labels))
    if len(fitting) == 1:
        return ox.NamedNode(fitting[0])
    shorts = {iri: iri[len(start) :] for iri in known}
    if fitting:
        raise UsageError(f"{name}: {raw!r} can be {' or '.join(shorts[iri] for iri in fitting)}; write one of these")
    if not known:
        raise UnknownThingError(f"{name}: {raw!r} is not known; the data has nothing of {where}")
    spellings = {text.casefold(): shorts[iri] for iri, labels in known.items() for text in (shorts[iri], *labels)}
    near = list(dict.fromkeys(spellings[text] for text in difflib.get_close_matches(wanted, spellings, 5, 0.7)))
    hint = f"did you mean {' or '.join(near)}? " if near else ""
    raise UnknownThingError(
        f"{name}: {raw!r} is not of {where}; {hint}There are {len(known)}: {listed(sorted(shorts.values()))}"
    )


def _all(start: str, run: Run) -> dict[str, list[str]]:
    """Everything whose IRI is ``start`` and a short name, with its labels."""
    text = f"""
        SELECT DISTINCT ?thing ?label {{
          ?thing a ?class FILTER(STRSTARTS(STR(?thing), {ox.Literal(start)}))
          OPTIONAL {{ ?thing <{SKOS.prefLabel}>|<{SKOS.altLabel}>|<{RDFS.label}>|<{DCTERMS.title}> ?label }}
        }} ORDER BY ?thing ?label"""
    found: dict[str, list[str]] = {}
    for row in solutions(run, text):
        thing, label = row["thing"], row.get("label")
        if isinstance(thing, ox.NamedNode) and _SHORT.fullmatch(thing.value[len(start) :]):
            labels = found.setdefault(thing.value, [])
            if isinstance(label, ox.Literal):
                labels.append(label.value)
    return found
