"""How a report names things: IRIs and terms in short, labels, shapes, and what tables have words for."""

from __future__ import annotations

import dataclasses
import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ce_graph.check.labels import in_language
from ce_graph.report.texts import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ce_graph.check.findings import Finding, Term
    from ce_graph.check.outcome import Outcome
    from ce_graph.check.positions import Position
    from ce_graph.check.tables_words import Words

_PREFIXES = {
    "sh": "http://www.w3.org/ns/shacl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "ce": "https://w3id.org/ce-graph/ontology#",
    "ces": "https://w3id.org/ce-graph/shapes#",
}
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[\w.-]*[\w-])?\Z")
_IRI = re.compile(r"<([^<>\s]+)>")
_BARE = re.compile(r"https?://[^\s<>\"'(){}]*[\w]")
_COMPACT = re.compile(r"\b([a-z]+):([A-Za-z][\w-]*)( \w+ @([a-z]{2})\b)?")
"""A name with a prefix, perhaps with its language: ``skos:prefLabel with @sv``."""
_NAME, _LABEL = "http://www.w3.org/ns/shacl#name", "http://www.w3.org/2000/01/rdf-schema#label"
_LONGEST_VALUE = 120
_PLAIN = {"xsd:integer": r"[+-]?[0-9]+", "xsd:decimal": r"[+-]?[0-9]*\.?[0-9]+", "xsd:boolean": "true|false"}
"""Literals that Turtle writes without quotes."""


@dataclasses.dataclass(frozen=True)
class Names:
    """The names in an outcome, in a language."""

    outcome: Outcome
    language: str = "en"

    def text(self, key: str, **values: object) -> str:
        """A text in the language."""
        return text(key, self.language, **values)

    def tidy(self, finding: Finding, message: str) -> str:
        """A message in one line, IRIs in it in short, or as the table has them that the finding stands in."""
        tidy = _IRI.sub(lambda found: self._word(finding, found[1]), " ".join(message.split()))
        tidy = _BARE.sub(lambda found: word if (word := self._word(finding, found[0]))[0] != "<" else found[0], tidy)
        words = self._words(finding)
        return tidy if words is None else _COMPACT.sub(lambda found: self._in_words(finding, words, found), tidy)

    def _in_words(self, finding: Finding, words: Words, found: re.Match[str]) -> str:
        prefix, name, tail, language = found.groups()
        if prefix not in _PREFIXES:
            return found[0]
        iri = _PREFIXES[prefix] + name
        if column := words.columns.get(f"{iri}@{language}"):
            return self.text("quoted", text=column)
        return self._word(finding, iri) + (tail or "")

    @cached_property
    def _prefixes(self) -> Mapping[str, str]:
        return {**_PREFIXES, **{name: iri for name, iri in self.outcome.prefixes.items() if iri}}

    @cached_property
    def _short(self) -> dict[str, str]:
        return {}

    @cached_property
    def _root(self) -> str:
        return Path.cwd().as_uri() + "/"

    @cached_property
    def _names_of_shapes(self) -> dict[Term, str]:
        return {}

    @cached_property
    def _by_length(self) -> list[tuple[str, str]]:
        return sorted(((iri, name) for name, iri in self._prefixes.items()), key=lambda pair: (-len(pair[0]), pair[1]))

    def iri(self, iri: str) -> str:
        """An IRI with a prefix where one fits; a file's own IRI as a path."""
        if iri not in self._short:
            self._short[iri] = self._shortened(iri)
        return self._short[iri]

    def _shortened(self, iri: str) -> str:
        for namespace, prefix in self._by_length:
            if iri.startswith(namespace) and _LOCAL.match(iri[len(namespace) :]):
                return f"{prefix}:{iri[len(namespace) :]}"
        return f"<{iri.removeprefix(self._root)}>"

    def term(self, term: Term | None) -> str:
        """A term in short."""
        if term is None:
            return ""
        if isinstance(term, ox.NamedNode):
            return self.iri(term.value)
        if isinstance(term, ox.Literal):
            return self._literal(term)
        if isinstance(term, ox.BlankNode):
            return f"_:{term.value}"
        return str(term)

    def _literal(self, term: ox.Literal) -> str:
        value = term.value if len(term.value) <= _LONGEST_VALUE else term.value[:_LONGEST_VALUE] + "…"
        quoted = '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r") + '"'
        if term.language:
            return f"{quoted}@{term.language}"
        kind = self.iri(term.datatype.value)
        if kind in _PLAIN and re.fullmatch(_PLAIN[kind], term.value):
            return term.value
        return quoted if kind == "xsd:string" else f"{quoted}^^{kind}"

    def path(self, finding: Finding) -> str:
        """The path of a finding in short; ``""`` when it has none."""
        return _IRI.sub(lambda found: self._word(finding, found[1]), finding.path) if finding.path else ""

    def focus(self, finding: Finding) -> str:
        """What a finding is about, in short; the key of the row when it is in a table."""
        return self._term_of(finding, finding.focus)

    def value(self, finding: Finding) -> str:
        """The offending value in short; ``""`` when there is none of its own. In a table it is what the cell has."""
        place = self._tables.get(finding)
        if place and place.cell and place.cell != self.focus(finding):
            return self.text("quoted", text=place.cell)
        if finding.value is None or finding.value == finding.focus:
            return ""
        return self._term_of(finding, finding.value)

    def property(self, finding: Finding) -> str:
        """The path of a finding in short; ``""`` when it has none, or when the place of the finding tells already."""
        place, words = self._tables.get(finding), self._words(finding)
        told = words.columns.get((finding.path or "").strip("<>"), "") if words else ""
        return "" if place and (place.heading or place.column_name) in told.split("/") else self.path(finding)

    def _term_of(self, finding: Finding, term: Term) -> str:
        if finding in self._tables and isinstance(term, ox.Literal):
            return self.text("quoted", text=term.value)
        return self._word(finding, term.value) if isinstance(term, ox.NamedNode) else self.term(term)

    @cached_property
    def _tables(self) -> dict[Finding, Position]:
        """The findings that stand in a cell, with it."""
        found: dict[Finding, Position] = {}
        todo = list(self.outcome.results)
        while todo:
            item = todo.pop()
            todo += item.details
            if item.position is not None and item.position.row:
                found[item.finding] = item.position
        return found

    def _words(self, finding: Finding) -> Words | None:
        place = self._tables.get(finding)
        return self.outcome.words.get(place.file) if place else None

    def _word(self, finding: Finding, iri: str) -> str:
        """An IRI as the table has it that a finding stands in; in short when the table has no word for it."""
        words = self._words(finding)
        if words is None:
            return self.iri(iri)
        if iri in words.columns:
            return self.text("quoted", text=words.columns[iri])
        label = self.label(ox.NamedNode(iri)) if iri.startswith(_PREFIXES["ce"]) else ""
        return words.of(iri) or (self.text("quoted", text=label) if label else self.iri(iri))

    def label(self, term: Term) -> str:
        """The name of a thing in the language of the view; ``""`` when it has none."""
        return self.outcome.labels.of(term, self.language)

    def shape(self, node: Term) -> str:
        """The name of a shape: its IRI in short; one without by the shape that uses it."""
        if node not in self._names_of_shapes:
            self._names_of_shapes[node] = self._name_of_shape(node)
        return self._names_of_shapes[node]

    def _name_of_shape(self, node: Term) -> str:
        if not isinstance(node, ox.BlankNode):
            return self.term(node)
        steps: list[str] = []
        seen: set[object] = set()
        while isinstance(node, ox.BlankNode) and node in self._users and node not in seen:
            seen.add(node)
            own = self.outcome.statements.of(node, "path")
            node, predicate = self._users[node]
            if not predicate.endswith(("#rest", "#first")):
                steps.append(self.iri(predicate) + (f" {self._path_of(own[0].object)}" if own else ""))
        start = self.text("without-shape") if isinstance(node, ox.BlankNode) else self.term(node)
        return " → ".join([start, *reversed(steps)])

    def _path_of(self, node: Term) -> str:
        """A path of the shapes graph, when it is an IRI, the inverse of one or a sequence of those; else ``…``."""
        if isinstance(node, ox.NamedNode):
            return self.term(node)
        statements = self.outcome.statements
        if inverse := statements.of(node, "inversePath"):
            return f"^{self._path_of(inverse[0].object)}"
        return "/".join(map(self._path_of, statements.items(node))) or "…"

    @cached_property
    def _users(self) -> Mapping[Term, tuple[Term, str]]:
        found: dict[Term, tuple[Term, str]] = {}
        for item in self.outcome.statements:
            found.setdefault(item.object, (item.subject, item.predicate))
        return found

    def shape_name(self, node: Term) -> str:
        """What the shape calls itself (``sh:name`` or ``rdfs:label``); ``""`` when it does not."""
        for predicate in (_NAME, _LABEL):
            said = [item.object for item in self.outcome.statements.of(node, predicate)]
            if literals := [item for item in said if isinstance(item, ox.Literal)]:
                return in_language(literals, self.language)
        return ""
