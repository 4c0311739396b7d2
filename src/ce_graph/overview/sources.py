"""The source documents: who published them, when, when they were read, and the terms of reuse that they state."""

from __future__ import annotations

from collections import Counter
from importlib import resources
from typing import TYPE_CHECKING

from ce_graph.overview.view import Column, Date, Link, Part, Table, View
from ce_graph.query.records.measures import one_each
from ce_graph.query.records.reading import instances, ontology
from ce_graph.rdf.namespaces import DCTERMS, PROV

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ce_graph.overview.records import Records
    from ce_graph.query.records import Reader
    from ce_graph.wording import Wording

_SAID = {
    "publisher": str(DCTERMS.publisher),
    "publisher_name": ontology("publisherName"),
    "issued": str(DCTERMS.issued),
    "retrieved": ontology("retrievalDate"),
    "terms": str(DCTERMS.rights),
    "address": str(PROV.hadPrimarySource),
}


def sources(records: Records, wording: Wording) -> View:
    """All sources, and how many state which terms."""
    say = wording.gettext
    known = records.read(_documents)
    return View(
        name="sources",
        title=say("Sources"),
        lead=say("The documents that the data were taken from."),
        parts=(_by_terms(records, wording, known), documents(records, wording, known)),
    )


def documents(records: Records, wording: Wording, iris: Iterable[str]) -> Part:
    """Source documents by IRI, in the order of their names."""
    say, said = wording.gettext, records.read(_said)
    names = {iri: records.names.label(iri, wording.language) for iri in iris}
    rows = [
        (
            Link(iri, name),
            records.names.label(publisher, wording.language)
            if (publisher := said["publisher"].get(iri))
            else said["publisher_name"].get(iri),
            *(Date(day) if (day := said[name].get(iri)) else None for name in ("issued", "retrieved")),
            said["terms"].get(iri),
            said["address"].get(iri),
        )
        for iri, name in sorted(names.items(), key=lambda item: (item[1].casefold(), item[0]))
    ]
    columns = (
        Column("source", say("Source"), linked=True),
        Column("publisher", say("Publisher")),
        Column("issued", say("Published")),
        Column("retrieved", say("Read on")),
        Column("terms", say("Terms of reuse")),
        Column("address", say("Address")),
    )
    return Part(name="documents", title=say("Source documents"), table=Table(columns, rows), query=_query())


def _by_terms(records: Records, wording: Wording, iris: Iterable[str]) -> Part:
    say, terms = wording.gettext, records.read(_said)["terms"]
    counts = Counter(terms.get(iri, "") for iri in iris)
    rows = [
        (stated or say("none stated"), count)
        for stated, count in sorted(counts.items(), key=lambda one: (-one[1], one))
    ]
    columns = (
        Column("terms", say("Terms of reuse, as stated")),
        Column("sources", say("Sources"), numeric=True),
    )
    return Part(name="terms", title=say("Terms of the sources"), table=Table(columns, rows), query=_query())


def _query() -> str:
    return (resources.files("ce_graph.overview") / "sparql" / "sources.rq").read_text(encoding="utf-8")


def _documents(reader: Reader) -> tuple[str, ...]:
    return tuple(reader.texts(instances(reader, ontology("SourceGraph"))))


def _said(reader: Reader) -> Mapping[str, Mapping[str, str]]:
    return {name: one_each(reader, iri) for name, iri in _SAID.items()}
