"""The stored questions as the service asks and describes them."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ce_graph import resources
from ce_graph.query.answers import Answer, ask, ask_graph, offered, today
from ce_graph.query.labels import labels_of
from ce_graph.query.parameters import Context, default
from ce_graph.query.questions import GROUPS, load
from ce_graph.query.texts import text_in
from ce_graph.rdf.namespaces import PREFIXES, RDFS, SH
from ce_graph.web.i18n import gettext, mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ce_graph.query.labels import Labels
    from ce_graph.query.questions import Question, Questions
    from ce_graph.web.service import Service

GROUP_NAMES = {
    "coordinator": mark("For those who coordinate"),
    "company": mark("For companies"),
    "funder": mark("For funders"),
    "researcher": mark("For researchers"),
    "developer": mark("For those who work with the data"),
}
_OFFERED = 300
_SCHEMA = "https://schema.org/"


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """A parameter as the form shows it, with the value that it has and those that the data has something for."""

    name: str
    label: str
    type: str
    required: bool
    value: str
    offered: tuple[tuple[str, str], ...]
    """Short name and name, for the reader to choose from."""


@functools.cache
def questions() -> Questions:
    """All stored questions."""
    return load(resources.queries())


def context(service: Service, language: str) -> Context:
    """Where and for whom a question is asked."""
    return Context(run=service.asker.run, today=today(), base=service.settings.base, language=language)


def answer(service: Service, question: Question, given: Mapping[str, str], language: str) -> Answer:
    """The answer to a question."""
    return ask(question, given, context(service, language))


def graph(service: Service, question: Question, given: Mapping[str, str], language: str) -> list[ox.Triple]:
    """The answer to a question as RDF."""
    return ask_graph(question, given, context(service, language))


def fields(service: Service, question: Question, given: Mapping[str, str], language: str) -> list[Field]:
    """The form of a question."""
    asked = context(service, language)
    choices = {
        item.name: [term for term in offered(question, item.name, asked)[:_OFFERED] if not isinstance(term, ox.Triple)]
        for item in question.parameters
    }
    labels = labels_of((term for terms in choices.values() for term in terms), language, asked.run)
    return [
        Field(
            item.name,
            text_in(item.label, language),
            item.type,
            item.required,
            given.get(item.name) or default(item, asked),
            tuple(_choice(term, labels) for term in choices[item.name]),
        )
        for item in question.parameters
    ]


def grouped() -> list[tuple[str, list[Question]]]:
    """The questions by who asks them."""
    return [(gettext(GROUP_NAMES[group]), [one for one in questions() if one.group == group]) for group in GROUPS]


def described(service: Service, endpoint: str) -> Iterator[ox.Triple]:
    """The questions as ``sh:SPARQLExecutable`` examples for an endpoint, and the prefixes as ``sh:declare``."""
    whole = ox.NamedNode(service.settings.base + "questions")
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    yield ox.Triple(whole, kind, ox.NamedNode("http://www.w3.org/2002/07/owl#Ontology"))
    for name, start in sorted(PREFIXES.items()):
        declared = ox.NamedNode(f"{whole.value}#prefix-{name}")
        yield ox.Triple(whole, _sh("declare"), declared)
        yield ox.Triple(declared, kind, _sh("PrefixDeclaration"))
        yield ox.Triple(declared, _sh("prefix"), ox.Literal(name))
        any_uri = ox.NamedNode("http://www.w3.org/2001/XMLSchema#anyURI")
        yield ox.Triple(declared, _sh("namespace"), ox.Literal(start, datatype=any_uri))
    for one in questions():
        example = ox.NamedNode(f"{whole.value}/{one.name}")
        yield ox.Triple(example, kind, _sh("SPARQLExecutable"))
        yield ox.Triple(example, kind, _sh("SPARQLSelectExecutable"))
        yield ox.Triple(example, _sh("prefixes"), whole)
        yield ox.Triple(example, _sh("select"), ox.Literal(one.body))
        yield ox.Triple(example, ox.NamedNode(_SCHEMA + "target"), ox.NamedNode(endpoint))
        for language, said in one.title.items():
            yield ox.Triple(example, ox.NamedNode(str(RDFS.label)), ox.Literal(said, language=language))
        for language, said in one.description.items():
            yield ox.Triple(example, ox.NamedNode(str(RDFS.comment)), ox.Literal(said, language=language))


def _choice(term: ox.NamedNode | ox.BlankNode | ox.Literal, labels: Labels) -> tuple[str, str]:
    if isinstance(term, ox.NamedNode):
        return term.value.rsplit("/", 1)[-1], labels.of(term)
    return term.value, ""


def _sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(str(SH) + name)
