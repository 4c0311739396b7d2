"""Statements by property, as numbers of terms: from a file of RDF or from the answers to SPARQL queries."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np

from ce_graph.model.exact import Ids
from ce_graph.model.names import Names
from ce_graph.query import running
from ce_graph.rdf.namespaces import DCTERMS, ONTOLOGY, RDF, SKOS


class Pairs(NamedTuple):
    """Subjects and values of one property, by number, in no particular order, each pair once."""

    subjects: Ids
    values: Ids


class Reader(Protocol):
    """Gives the statements of a dataset property by property; numbers of terms hold for one reader."""

    def pairs(self, property_: str) -> Pairs:
        """All pairs of a property given by IRI."""

    def texts(self, terms: Ids) -> Sequence[str]:
        """IRIs and lexical forms."""

    def languages(self, terms: Ids) -> Sequence[str]:
        """Language tags, ``""`` for terms without one."""


class _FileReader:
    """Reads from the columns of a file."""

    def __init__(self, path: Path) -> None:
        from ce_graph.rdf import columns, sources

        self._columns = columns.read([sources.of_path(path)], graphs=True)

    def pairs(self, property_: str) -> Pairs:
        import pyoxigraph as ox

        return Pairs(*self._columns.of(ox.NamedNode(property_)))

    def texts(self, terms: Ids) -> Sequence[str]:
        return self._columns.terms.values(terms)

    def languages(self, terms: Ids) -> Sequence[str]:
        found = self._columns.terms
        return [found.languages[int(number)] or "" for number in found.suffix[terms]]


class _AnswerReader:
    """Asks one SPARQL query for each property, of very many statements part by part, and keeps the answer."""

    def __init__(self, ask: Callable[[str], bytes]) -> None:
        self._ask = ask
        self._terms: dict[tuple[str, str, str], int] = {}
        self._known: list[tuple[str, str, str]] = []
        self._pairs: dict[str, Pairs] = {}

    def _number(self, term: dict[str, str]) -> int:
        key = (term["value"], term.get("xml:lang", ""), term["type"])
        number = self._terms.setdefault(key, len(self._known))
        if number == len(self._known):
            self._known.append(key)
        return number

    def pairs(self, property_: str) -> Pairs:
        if property_ not in self._pairs:
            found: list[tuple[int, int]] = []
            for part in running.parts(_template().replace("?property", f"<{property_}>")):
                rows = json.loads(self._ask(part))["results"]["bindings"]
                found += ((self._number(row["subject"]), self._number(row["value"])) for row in rows)
                if len(rows) < running.AT_ONCE:
                    break
            columns = np.array(found, np.int32).reshape(-1, 2)
            self._pairs[property_] = Pairs(columns[:, 0], columns[:, 1])
        return self._pairs[property_]

    def texts(self, terms: Ids) -> Sequence[str]:
        return [self._known[number][0] for number in terms.tolist()]

    def languages(self, terms: Ids) -> Sequence[str]:
        return [self._known[number][1] for number in terms.tolist()]


@cache
def _template() -> str:
    text = (resources.files("ce_graph.query.records") / "pairs.rq").read_text(encoding="utf-8")
    return "\n".join(line for line in text.splitlines() if not line.startswith("#"))


def from_file(path: Path) -> Reader:
    """A reader of a file, such as the ``dataset.nq`` of a build.

    Raises:
        DataError: the file cannot be read.
    """
    return _FileReader(path)


def from_answers(ask: Callable[[str], bytes]) -> Reader:
    """A reader that asks: ``ask`` takes a SELECT query and returns the answer as SPARQL results in JSON."""
    return _AnswerReader(ask)


def ontology(name: str) -> str:
    """The IRI of a term of the ontology, which must exist."""
    from ce_graph.rdf.vocabulary import CE

    return str(getattr(CE, name))


def texts_of(reader: Reader, property_: str) -> Iterable[tuple[str, str]]:
    """Subjects and values as texts, sorted."""
    pairs = reader.pairs(property_)
    return sorted(zip(reader.texts(pairs.subjects), reader.texts(pairs.values), strict=True))


def instances(reader: Reader, class_: str) -> Ids:
    """The numbers of the things of a class, in the order of their IRIs."""
    types = reader.pairs(str(RDF.type))
    codes, inverse = np.unique(types.values, return_inverse=True)
    hit = np.array([text == class_ for text in reader.texts(codes)], bool)
    found = np.unique(types.subjects[hit[inverse]]) if len(codes) else types.subjects
    order = sorted(range(len(found)), key=reader.texts(found).__getitem__)
    return found[np.array(order, np.int64)]


def names(reader: Reader) -> Names:
    """Labels of everything, titles of documents, and for places the words of the sources as well."""
    labels: dict[str, dict[str, str]] = {}
    for property_ in (SKOS.prefLabel, DCTERMS.title):
        pairs = reader.pairs(str(property_))
        rows = zip(
            reader.texts(pairs.subjects), reader.languages(pairs.values), reader.texts(pairs.values), strict=True
        )
        for subject, language, text in sorted(rows):  # of several labels in one language the first is taken
            labels.setdefault(subject, {}).setdefault(language, text)
    aliases: dict[str, set[str]] = {}
    for words, place in (("regionStated", "region"), ("locationStated", "location")):
        where: dict[str, list[str]] = {}
        for subject, value in texts_of(reader, ONTOLOGY + place):
            where.setdefault(subject, []).append(value)
        for subject, text in texts_of(reader, ONTOLOGY + words):
            if len(where.get(subject, ())) == 1:
                aliases.setdefault(where[subject][0], set()).add(text)
    return Names(labels, aliases)
