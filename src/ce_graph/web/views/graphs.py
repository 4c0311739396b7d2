"""``/graphs``: the Graph Store HTTP Protocol; ``?graph=``, ``?default`` or the address itself names the graph."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pyoxigraph as ox
from flask import Blueprint, Response, request
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.http import parse_options_header

from ce_graph.errors import CeGraphError, QueryError
from ce_graph.rdf.formats import GRAPHS
from ce_graph.web import conditional, headers, negotiate
from ce_graph.web.links import here
from ce_graph.web.queries import protocol, tokens
from ce_graph.web.queries.answering import counted
from ce_graph.web.responses import of_answer
from ce_graph.web.service import service

if TYPE_CHECKING:
    from ce_graph.rdf.formats import Format

view = Blueprint("graphs", __name__)

_READING = ["GET", "HEAD", "OPTIONS"]
_WRITING = [*_READING, "PUT", "POST", "DELETE"]


class _ChangedError(CeGraphError):
    """The data are no longer what the client has seen."""

    status = 412


@view.route("/graphs", defaults={"name": ""}, methods=["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH"])
@view.route("/graphs/<path:name>", methods=["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH"])
def graphs(name: str) -> Response:
    """Read, replace, extend or remove one graph."""
    allowed = _WRITING if service().writable else _READING
    if request.method not in allowed:
        raise MethodNotAllowed(allowed, f"Graphs take {', '.join(allowed)} here.")
    if request.method in ("GET", "HEAD"):
        return _read(_named(name))
    tokens.require()
    _unchanged()
    if request.method == "DELETE":
        with counted(service(), "delete_graph"):
            service().engine.delete_graph(_named(name))
        return Response(status=204)
    if request.method == "POST" and not name and not {"graph", "default"} & set(request.args):
        return _create()
    return _write(_named(name), replace=request.method == "PUT")


def _named(name: str) -> str | None:
    """The IRI of the graph that the request means; ``None`` for the default graph.

    Raises:
        QueryError: it names none, or more than one.
    """
    parameters = protocol.parameters(request.query_string)
    named = [value for key, value in parameters if key == "graph"]
    default = any(key == "default" for key, _ in parameters)
    if len(named) + default + bool(name) != 1:
        raise QueryError("Name one graph: ?graph=IRI, ?default, or its name in the address.")
    if name:
        return service().addresses.graph(name)
    return None if default else _absolute(named[0])


def _absolute(given: str) -> str:
    """A graph's IRI as it was given; one that is our own address for a graph stands for that graph."""
    own = request.host_url.rstrip("/") + request.script_root + "/graphs/"
    if given.startswith(own):
        return service().addresses.graph(given[len(own) :])
    protocol.require_iri("graph", given)
    return given


def _read(graph: str | None) -> Response:
    offer = negotiate.choose(request.headers.get("Accept"), negotiate.GRAPH_OFFERS)
    assert offer.format is not None
    wanted = offer.format

    def make() -> Response:
        return of_answer(service().engine.read_graph(graph, wanted.media_type), offer.content_type)

    response = conditional.answer(make, "graph", graph or "", offer.media_type)
    headers.vary(response, "Accept")
    return response


def _unchanged() -> None:
    """Honour ``If-Match``: the tag names a generation, so a change of any graph makes it stale.

    Raises:
        _ChangedError: the client has seen an older generation.
    """
    wanted = request.headers.get("If-Match")
    if wanted is None or wanted.strip() == "*":
        return
    present = {
        conditional.tag("graph", _named(str((request.view_args or {}).get("name", ""))) or "", offer.media_type)
        for offer in negotiate.GRAPH_OFFERS
    }
    if not any(tag is not None and headers.matches(wanted, tag) for tag in present):
        raise _ChangedError("The data have changed since you read them; read the graph again.")


def _write(graph: str | None, *, replace: bool) -> Response:
    data, form = _content()
    with counted(service(), "write_graph"):
        created = service().engine.write_graph(graph, data, form.media_type, replace=replace)
    return Response(status=201 if created else 204)


def _create() -> Response:
    """A new graph with a name that the service chooses."""
    data, form = _content()
    name = str(uuid.uuid4())
    with counted(service(), "write_graph"):
        service().engine.write_graph(service().addresses.graph(name), data, form.media_type, replace=True)
    address = request.host_url.rstrip("/") + here(f"/graphs/{name}").partition("?")[0]
    return Response(status=201, headers={"Location": address})


def _content() -> tuple[bytes, Format]:
    """The RDF in the body and its format; the parts of a form are taken together.

    Raises:
        MediaTypeError: it is no RDF that is read here.
    """
    limit = service().engine.limits.update_bytes
    content_type, options = parse_options_header(request.headers.get("Content-Type", ""))
    if content_type == "multipart/form-data":
        return _parts(limit)
    charset = options.get("charset", "utf-8").lower()
    found = negotiate.graph_format(content_type)
    if found is None or charset not in ("utf-8", "utf8", "us-ascii"):
        known = ", ".join(item.media_type for item in GRAPHS)
        raise protocol.MediaTypeError(
            f"A graph is sent in UTF-8 as one of {known}, or as multipart/form-data of these."
        )
    return protocol.read_body(request, limit), found


def _parts(limit: int) -> tuple[bytes, Format]:
    if request.content_length is not None and request.content_length > limit:
        protocol.read_body(request, limit)  # says that it is too large
    request.max_content_length = limit
    triples: list[ox.Triple] = []
    for file in [file for _, file in request.files.items(multi=True)]:
        found = negotiate.graph_format(file.content_type)
        if found is None or found.rdf is None:
            raise protocol.MediaTypeError(
                f"The part {file.name!r} is {file.content_type!r}, which is no RDF that is read here."
            )
        try:
            parsed = list(ox.parse(file.read(), found.rdf, rename_blank_nodes=True, without_named_graphs=True))
        except (SyntaxError, ValueError) as error:
            raise QueryError(f"The part {file.name!r} cannot be read: {error}") from error
        triples += [quad.triple for quad in parsed]
    if not request.files:
        raise QueryError("The form has no part with a file.")
    together = next(item for item in GRAPHS if item.name == "ntriples")
    return ox.serialize(triples, format=together.rdf) or b"", together
