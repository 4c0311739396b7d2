"""The ``Link`` fields of documents, after Signposting: what the document is about, in which forms, under what terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request
from werkzeug.urls import iri_to_uri

from ce_graph.rdf.formats import GRAPHS
from ce_graph.settings import VOCABULARY
from ce_graph.web.documents import csv_statements, schema_org
from ce_graph.web.documents.profiles import PROFILES, Profile, asked
from ce_graph.web.links import here
from ce_graph.web.service import service

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ce_graph.rdf.formats import Format

LICENSE = "https://creativecommons.org/licenses/by/4.0/"
"""Of the data and of the pages about them; sources keep the terms that they state."""
FORMATS: tuple[Format, ...] = (*GRAPHS, csv_statements.FORMAT)
"""What there is of every thing."""


def formats(iri: str) -> list[tuple[Format, str]]:
    """The formats of the data about an IRI with their local paths."""
    addresses = service().addresses
    return [(item, path) for item in FORMATS if (path := addresses.data(iri, item.extension)) is not None]


def canonical(iri: str) -> str:
    """The public address of the page about an IRI."""
    addresses = service().addresses
    path = addresses.page(iri) or ""
    base = VOCABULARY if iri.startswith(VOCABULARY) and path.startswith(("/code", "/ontology", "/shapes")) else None
    return (base or addresses.base) + path.removeprefix("/")


def of_page(iri: str, types: Iterable[str] = ()) -> str:
    """The links of a page about an IRI."""
    data = formats(iri)
    links = [_link(iri, "cite-as"), _link(canonical(iri), "canonical"), _link(iri, "describes")]
    links += [_link(here(path), "alternate", type=item.media_type) for item, path in data]
    if data:
        links.append(_link(here(data[0][1]), "describedby", type=data[0][0].media_type))
        for profile in PROFILES[1:]:
            address = here(data[1][1], _profile=profile.name)
            links.append(_link(address, "alternate", type=data[1][0].media_type, profile=profile.iri))
    links += [_link(word, "type") for word in ("https://schema.org/AboutPage", _type(types))]
    return ", ".join([*links, *_context(iri)])


def of_data(iri: str, types: Iterable[str], profile: Profile, further: Iterable[tuple[str, str]] = ()) -> str:
    """The links of a data document about an IRI; ``further`` are other pages of it, as (address, relation)."""
    page = service().addresses.page(iri)
    links = [_link(iri, "describes"), _link(profile.iri, "profile"), _link(_type(types), "type")]
    if page:
        links.append(_link(here(page), "alternate", type="text/html"))
    links += [
        _link(here(path, _profile=asked(profile)), "alternate", type=item.media_type)
        for item, path in formats(iri)
        if path != request.path
    ]
    links += [_link(address, relation) for address, relation in further]
    return ", ".join([*links, *_context(iri)])


def of_thing(iri: str) -> str:
    """The links of the redirect from a thing: the documents that it could lead to."""
    page = service().addresses.page(iri)
    links = [_link(here(page), "describedby", type="text/html")] if page else []
    return ", ".join(links + [_link(here(path), "describedby", type=item.media_type) for item, path in formats(iri)])


def _context(iri: str) -> list[str]:
    links = [_link(LICENSE, "license")]
    dataset = service().dataset()
    if dataset is not None and dataset != iri:
        address = service().addresses.page(dataset)
        links.append(_link(here(address) if address else dataset, "collection"))
    return links


def _type(types: Iterable[str]) -> str:
    return schema_org.NAMESPACE + schema_org.type_of(tuple(types))


def _link(address: str, relation: str, **parameters: str) -> str:
    more = "".join(f'; {name}="{value}"' for name, value in parameters.items())
    return f'<{iri_to_uri(address)}>; rel="{relation}"{more}'
