"""Finds the code or entity that a user means, by IRI, short name or label."""

from __future__ import annotations

import difflib
import re

import pyoxigraph as ox

from ce_graph.errors import NotFoundError, UsageError
from ce_graph.query.running import Run, solutions
from ce_graph.query.texts import listed
from ce_graph.rdf.namespaces import DCTERMS, RDFS, SKOS
from ce_graph.wording import say


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
            wrong = say(
                "%(name)s: <%(given)s> is not of %(where)s; write a short name, or an IRI that begins with %(start)s",
                name=name,
                given=raw,
                where=where,
                start=start,
            )
            raise UsageError(wrong)
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
        wrong = say(
            "%(name)s: %(given)s can be several: %(which)s; write one of these",
            name=name,
            given=repr(raw),
            which=", ".join(shorts[iri] for iri in fitting),
        )
        raise UsageError(wrong)
    if not known:
        raise UnknownThingError(
            say(
                "%(name)s: %(given)s is not known; the data has nothing of %(where)s",
                name=name,
                given=repr(raw),
                where=where,
            )
        )
    spellings = {text.casefold(): shorts[iri] for iri, labels in known.items() for text in (shorts[iri], *labels)}
    near = list(dict.fromkeys(spellings[text] for text in difflib.get_close_matches(wanted, spellings, 5, 0.7)))
    told = {
        "name": name,
        "given": repr(raw),
        "where": where,
        "number": len(known),
        "known": listed(sorted(shorts.values())),
    }
    if near:
        raise UnknownThingError(
            say(
                "%(name)s: %(given)s is not of %(where)s; did you mean %(near)s? There are %(number)s: %(known)s",
                near=", ".join(near),
                **told,
            )
        )
    raise UnknownThingError(say("%(name)s: %(given)s is not of %(where)s; there are %(number)s: %(known)s", **told))


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
