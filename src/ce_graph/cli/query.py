"""``ce-graph query``: a SPARQL query on the built dataset, or on any endpoint."""

from __future__ import annotations

import ast
import contextlib
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_graph.rdf.formats import Format

_TABLES = ("table", "csv", "tsv", "json", "xml")
_GRAPHS = ("turtle", "jsonld", "ntriples", "rdfxml", "trig", "nquads")
_WIDEST = 60


@click.command()
@click.argument("query", required=False)
@click.option(
    "-f",
    "--file",
    type=click.Path(dir_okay=False, allow_dash=True),
    help="Read the query from a file; - is standard input.",
)
@click.option("--endpoint", metavar="URL", help="Ask this SPARQL endpoint instead of the built dataset.")
@click.option(
    "--data", type=click.Path(path_type=Path), help="Folder with the dataset.nq to ask; by default the shipped data."
)
@click.option(
    "--format", "format_name", type=click.Choice((*_TABLES, *_GRAPHS)),
    help="SELECT and ASK: table, csv, tsv, json, xml.  CONSTRUCT and DESCRIBE: turtle, jsonld, ….",
)  # fmt: skip
def command(
    query: str | None, file: str | None, endpoint: str | None, data: Path | None, format_name: str | None
) -> None:
    """Run a SPARQL query on the built dataset or on any endpoint.

    The default graph is the union of all graphs; GRAPH ?source { … } tells who says so. The prefixes of the graph
    (ce:, code:, skos:, dcterms:, …) need no declaration.
    """
    from ce_graph.errors import UsageError
    from ce_graph.store.text.guard import inspect

    text = _text(query, file)
    if not re.sub(r"#.*", "", text).strip():
        raise UsageError("the query is empty; give it as an argument, with --file, or - for standard input")
    inspection = inspect(text)
    if inspection.form == "update":
        raise UsageError("this is an update; 'ce-graph query' only reads")
    if endpoint and data:
        raise UsageError("--endpoint and --data exclude each other: name one place to ask")
    graph = inspection.form in ("construct", "describe")
    wanted = format_name or ("turtle" if graph else "table")
    fitting = _GRAPHS if graph else ("table", "json", "xml") if inspection.form == "ask" else _TABLES
    if wanted not in fitting:
        raise UsageError(f"{inspection.form.upper()} has no answer as {wanted}; there is {', '.join(fitting)}")
    serialized = _format("json" if wanted == "table" else wanted)
    body = _from_endpoint(endpoint, text, serialized) if endpoint else _from_data(text, data, serialized)
    if wanted == "table":
        body = _as_table(body).encode()
    click.echo(body, nl=False)


def _text(query: str | None, file: str | None) -> str:
    from ce_graph.errors import UsageError

    if query is not None and file is not None:
        raise UsageError("there are two queries, one as an argument and one with --file; give one")
    if query is None and file is None:
        raise UsageError("there is no query; give it as an argument, with --file, or - for standard input")
    try:
        if query == "-" or file == "-":
            raw = sys.stdin.buffer.read()
        elif file is not None:
            raw = Path(file).read_bytes()
        else:
            return str(query)
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{file or 'standard input'} is not UTF-8 (at byte {error.start})") from error


def _format(name: str) -> Format:
    from ce_graph.rdf.formats import GRAPHS, RESULTS

    return next(item for item in (*RESULTS, *GRAPHS) if item.name == name)


def _from_data(text: str, data: Path | None, wanted: Format) -> bytes:
    """Ask the built dataset, loaded into this process."""
    import pyoxigraph as ox

    from ce_graph.errors import QueryError
    from ce_graph.rdf.namespaces import PREFIXES
    from ce_graph.settings import load
    from ce_graph.store.opening import in_memory
    from ce_graph.web.documents.statements import prefixes
    from ce_graph.web.opening import dataset

    store = in_memory(dataset(load({"data": data})))
    # The union as a graph: the union option of pyoxigraph counts a triple once for each graph it stands in.
    store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")
    try:
        found = store.query(text, prefixes=PREFIXES)
        if isinstance(found, ox.QueryTriples):
            triples = list(found)
            return ox.serialize(triples, format=wanted.rdf, prefixes=prefixes(triples)) or b""
        return found.serialize(format=wanted.results) or b""
    except SyntaxError as error:
        raise _query_error(str(error), text) from error
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryError(f"the query failed: {error}") from error


def _query_error(message: str, text: str) -> Exception:
    """What is wrong with a query, where, and the line with the place marked."""
    from ce_graph.errors import QueryError
    from ce_graph.store.text.wanted import wanted

    where = re.match(r"error at (\d+):(\d+):?\s*", message)
    if where is None:
        return QueryError(message)
    line, column = int(where[1]), int(where[2])
    lines = text.split("\n")
    shown = lines[line - 1].replace("\t", " ") if line <= len(lines) else ""
    told = f"line {line}, column {column}: {wanted(message[where.end() :])}"
    if shown and len(shown) <= 200:
        told += f"\n  {shown}\n  {' ' * (column - 1)}^"
    return QueryError(told, line=line, column=column)


def _from_endpoint(url: str, text: str, wanted: Format) -> bytes:
    """Ask an endpoint by the SPARQL protocol."""
    from http.client import HTTPException
    from urllib.error import HTTPError, URLError

    from SPARQLWrapper import GET, POST, SPARQLWrapper
    from SPARQLWrapper.SPARQLExceptions import QueryBadFormed, SPARQLWrapperException

    from ce_graph.errors import EndpointError, QueryError, UsageError
    from ce_graph.rdf.formats import by_media_type

    if not url.startswith(("http://", "https://")):
        raise UsageError(f"--endpoint takes an http or https address, not {url!r}")
    wrapper = SPARQLWrapper(url, agent="ce-graph")
    wrapper.setQuery(declared(text))
    wrapper.setMethod(GET if len(text) < 2000 else POST)
    wrapper.addCustomHttpHeader("Accept", wanted.media_type)
    wrapper.setOnlyConneg(True)
    wrapper.setTimeout(120)
    try:
        response: Any = wrapper.query().response
        with response:
            body: bytes = response.read()
    except QueryBadFormed as error:
        raise QueryError(f"{url} refuses the query: {_said(error)}") from error
    except SPARQLWrapperException as error:
        raise EndpointError(f"{url} failed: {_said(error)}") from error
    except HTTPError as error:
        error.close()
        reason = str(error.reason).partition("\n")[0]
        raise EndpointError(f"{url} answers {error.code} {reason}") from error
    except HTTPException as error:
        raise EndpointError(f"{url} breaks off, or does not speak HTTP: {error!r}") from error
    except (URLError, OSError, ValueError) as error:
        raise EndpointError(f"{url} cannot be reached: {getattr(error, 'reason', error)}") from error
    got = response.headers.get("Content-Type", "")
    if by_media_type(got, (wanted,)) is None:
        raise EndpointError(
            f"{url} answered with {got or 'no Content-Type'} instead of {wanted.media_type}; is it a SPARQL endpoint?"
        )
    return body


def declared(text: str) -> str:
    """A query with the prefixes that it uses and does not declare, on its first line: lines keep their numbers."""
    from ce_graph.rdf.namespaces import PREFIXES

    own = set(re.findall(r"\bPREFIX\s+([\w.-]*):", text, re.IGNORECASE))
    used = set(re.findall(r"(?<![\w:?$@])([A-Za-z][\w-]*):", text)) & set(PREFIXES) - own
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in sorted(used)) + text


def _said(error: Exception) -> str:
    """What an endpoint said, without SPARQLWrapper's preamble."""
    if (answer := error.__context__) is not None and hasattr(answer, "close"):
        answer.close()  # SPARQLWrapper has read it and left it open
    text = str(error.args[0]) if error.args else str(error)
    said = text.partition("Response:")[2].strip() or text
    if said.startswith(("b'", 'b"')):
        with contextlib.suppress(ValueError, SyntaxError):  # SPARQLWrapper shows the bytes of the answer
            said = ast.literal_eval(said).decode(errors="replace")
    return said.strip()[:2000]


def _as_table(body: bytes) -> str:
    """Solutions as lines of aligned columns; the truth of ASK as one word."""
    import pyoxigraph as ox

    from ce_graph.errors import EndpointError

    try:
        found = ox.parse_query_results(body, ox.QueryResultsFormat.JSON)
        if isinstance(found, ox.QueryBoolean):
            return "true\n" if found else "false\n"
        names = [variable.value for variable in found.variables]
        rows = [[_shown(solution[name]) for name in names] for solution in found]
    except (SyntaxError, ValueError) as error:
        raise EndpointError(f"the answer is no SPARQL result in JSON: {error}") from error
    widths = _widths([names, *rows])
    lines = [_line(cells, widths) for cells in [names, *rows]]
    lines.insert(1, "  ".join("-" * width for width in widths))
    count = "1 row" if len(rows) == 1 else f"{len(rows)} rows"
    return "\n".join([*lines, f"({count})", ""])


def _widths(table: Sequence[Sequence[str]]) -> list[int]:
    return [min(_WIDEST, max(map(len, column))) for column in zip(*table, strict=True)]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    """A line of a table; a cell that is too wide pushes the rest of its line, so that nothing is cut."""
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _shown(term: Any) -> str:
    import pyoxigraph as ox

    from ce_graph.rdf.namespaces import PREFIXES

    if term is None:
        return ""
    if isinstance(term, ox.Literal):
        return " ".join(term.value.split())
    if not isinstance(term, ox.NamedNode):
        return str(term)
    best = max(
        (name for name, start in PREFIXES.items() if term.value.startswith(start)),
        key=lambda name: len(PREFIXES[name]),
        default="",
    )
    rest = term.value[len(PREFIXES[best]) :] if best else ""
    return f"{best}:{rest}" if re.fullmatch(r"[\w.-]*\w", rest) else term.value
