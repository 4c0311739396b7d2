"""Puts the pages' own questions, kept as ``.rq`` files, to the engine and reads the answer as RDF terms."""

from __future__ import annotations

import dataclasses
import functools
import re
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from ce_graph.rdf.namespaces import PREFIXES
from ce_graph.store.engine import NO_DATASET, Dataset
from ce_graph.store.text.guard import inspect

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ce_graph.web.queries.results import Results

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal
Row: TypeAlias = "Mapping[str, Term]"
Parameter: TypeAlias = "Term | int | Iterable[Term]"

JSON = "application/sparql-results+json"
NTRIPLES = "application/n-triples"
_FOLDER = Path(__file__).parent / "sparql"
_PARAMETER = re.compile(r"\$(\w+)")


@functools.cache
def text(name: str) -> str:
    """The text of a stored question, with the prefixes that it uses declared."""
    body = (_FOLDER / f"{name}.rq").read_text(encoding="utf-8")
    used = [prefix for prefix in PREFIXES if re.search(rf"(?<![\w:]){prefix}:", body)]
    return "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in used) + body


def fill(question: str, parameters: Mapping[str, Parameter]) -> str:
    """A question with each ``$name`` replaced by terms as N-Triples writes them: nothing else can get in.

    Raises:
        KeyError: the question has a parameter that is not given.
    """
    written = {name: _write(value) for name, value in parameters.items()}
    return _PARAMETER.sub(lambda found: written[found.group(1)], question)


@dataclasses.dataclass(frozen=True, slots=True)
class Asker:
    """The questions of the pages; their answers are remembered like those of any query."""

    results: Results

    def ask(self, name: str, **parameters: Parameter) -> list[Row]:
        """The solutions of a stored question."""
        return list(self.rows(fill(text(name), parameters)))

    def run(self, query: str) -> list[Row | ox.Triple]:
        """The solutions of a SELECT query, or the triples of a CONSTRUCT query, on the union of all graphs.

        Whatever the engine's default graph is.
        """
        dataset = self._everything()
        if inspect(query).form == "construct":
            answer, _ = self.results.query(query, NTRIPLES, dataset=dataset)
            with answer.body as body:
                return [quad.triple for quad in ox.parse(body.read(), format=ox.RdfFormat.N_TRIPLES)]
        return list(self.rows(query, dataset))

    def table(self, query: str) -> bytes:
        """The answer to a SELECT query on the union of all graphs, as SPARQL results in JSON."""
        answer, _ = self.results.query(query, JSON, dataset=self._everything())
        with answer.body as body:
            return body.read()

    def _everything(self) -> Dataset:
        """The dataset whose default graph is the union of all graphs."""
        if self.results.union_default:
            return NO_DATASET
        graphs = tuple(row["graph"].value for row in self.ask("graphs") if "graph" in row)
        return Dataset(default=graphs, named=graphs)

    def rows(self, query: str, dataset: Dataset = NO_DATASET) -> Iterator[Row]:
        """The solutions of a SELECT query."""
        answer, _ = self.results.query(query, JSON, dataset=dataset)
        with answer.body as body:
            yield from read_rows(body.read())


def read_rows(data: bytes) -> Iterator[Row]:
    """The solutions in a JSON result; unbound variables are left out."""
    found = ox.parse_query_results(data, ox.QueryResultsFormat.JSON)
    if isinstance(found, ox.QueryBoolean):
        return
    names = [variable.value for variable in found.variables]
    for solution in found:
        yield {name: value for name in names if (value := solution[name]) is not None}


def _write(value: Parameter) -> str:
    if isinstance(value, int):
        return str(value)
    if isinstance(value, ox.NamedNode | ox.BlankNode | ox.Literal):
        return str(value)
    return " ".join(str(term) for term in value)
