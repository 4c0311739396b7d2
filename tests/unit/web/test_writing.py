from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ce_graph.store.engine import Limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from memory_engine import MemoryEngine

TOKEN = "a-token-for-the-tests"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
TURTLE = "<urn:a> <urn:b> <urn:c> ."
UPDATE = "INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:b> <urn:c> } }"


def put(client: FlaskClient, address: str, body: str = TURTLE, **more: Any):
    return client.put(address, data=body, content_type=more.pop("content_type", "text/turtle"), headers=BEARER | more)


def test_without_a_token_in_the_settings_nothing_can_be_written(client: FlaskClient) -> None:
    assert client.post("/update", data={"update": UPDATE}, headers=BEARER).status_code == 404
    for method in ("PUT", "POST", "DELETE", "PATCH"):
        answer = client.open("/graphs?default", method=method, headers=BEARER, data=TURTLE, content_type="text/turtle")
        assert answer.status_code == 405
        assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_an_empty_token_opens_nothing(make_app: Callable[..., Flask]) -> None:
    client = make_app(update_token="").test_client()
    answer = client.post("/update", data={"update": UPDATE}, headers={"Authorization": "Bearer "})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "given", [None, "", "Bearer", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", f"Bearer {TOKEN} x"]
)
def test_only_the_right_token_writes(writer: FlaskClient, engine: MemoryEngine, given: str | None) -> None:
    headers = {} if given is None else {"Authorization": given}
    answer = writer.post("/update", data={"update": UPDATE}, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="ce-graph"')
    answer = writer.put("/graphs?default", data=TURTLE, content_type="text/turtle", headers=headers)
    assert answer.status_code == 401
    assert engine.generation == "g0"


def test_an_update_is_seen_by_the_next_query(writer: FlaskClient) -> None:
    asked = {"query": "ASK { GRAPH <urn:g> { <urn:a> ?p ?o } }"}
    assert writer.get("/sparql", query_string=asked).get_json(force=True)["boolean"] is False
    assert writer.post("/update", data={"update": UPDATE}, headers=BEARER).status_code == 204
    assert writer.get("/sparql", query_string=asked).get_json(force=True)["boolean"] is True


def test_updates_take_post_and_nothing_else(writer: FlaskClient) -> None:
    answer = writer.get("/update", query_string={"update": UPDATE}, headers=BEARER)
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    answer = writer.post("/update", data="ASK {}", content_type="application/sparql-update", headers=BEARER)
    assert answer.status_code == 400
    answer = writer.post("/update", data="CLEAR XYZ", content_type="application/sparql-update", headers=BEARER)
    assert answer.status_code == 400
    assert answer.get_json(force=True)["line"] == 1


def test_a_dataset_is_named_once(writer: FlaskClient) -> None:
    text = "WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }"
    direct = {"data": text, "content_type": "application/sparql-update", "headers": BEARER}
    assert writer.post("/update?using-graph-uri=urn:h", **direct).status_code == 400
    assert writer.post("/update", **direct).status_code == 204


def test_a_graph_can_be_put_read_extended_and_removed(writer: FlaskClient) -> None:
    for address in ("/graphs?graph=urn:g", "/graphs/mine"):
        assert put(writer, address).status_code == 201
        assert put(writer, address).status_code == 204
        answer = writer.get(address, headers={"Accept": "application/n-triples"})
        assert answer.text == "<urn:a> <urn:b> <urn:c> .\n"
        more = writer.post(address, data="<urn:a> <urn:b> <urn:d> .", content_type="text/turtle", headers=BEARER)
        assert more.status_code == 204
        assert len(writer.get(address, headers={"Accept": "application/n-triples"}).text.splitlines()) == 2
        assert writer.head(address).status_code == 200
        assert writer.delete(address, headers=BEARER).status_code == 204
        assert writer.get(address).status_code == 404
        assert writer.head(address).status_code == 404
        assert writer.delete(address, headers=BEARER).status_code == 404


def test_the_name_in_the_address_is_that_of_the_graph(writer: FlaskClient) -> None:
    put(writer, "/graphs/mine")
    same = writer.get("/graphs", query_string={"graph": "https://w3id.org/ce-graph/graph/mine"})
    assert same.status_code == 200
    assert writer.get("/graphs", query_string={"graph": "http://localhost/graphs/mine"}).data == same.data
    assert writer.get("/graphs/beta").status_code == 200


def test_a_new_graph_gets_a_name(writer: FlaskClient) -> None:
    answer = writer.post("/graphs", data=TURTLE, content_type="text/turtle", headers=BEARER)
    assert answer.status_code == 201
    location = answer.headers["Location"]
    assert location.startswith("http://localhost/graphs/")
    assert writer.get(location.removeprefix("http://localhost")).status_code == 200


def test_the_default_graph_is_not_the_union(writer: FlaskClient) -> None:
    assert writer.get("/graphs?default", headers={"Accept": "application/n-triples"}).data == b""
    put(writer, "/graphs?default")
    assert writer.get("/graphs?default", headers={"Accept": "application/n-triples"}).data.count(b"\n") == 1


@pytest.mark.parametrize(
    "address", ["/graphs", "/graphs?graph=urn:a&default", "/graphs?graph=urn:a&graph=urn:b", "/graphs/mine?default",
                "/graphs?graph=relative", "/graphs?graph="],
)  # fmt: skip
def test_a_request_names_one_graph(writer: FlaskClient, address: str) -> None:
    assert writer.get(address).status_code == 400
    assert put(writer, address).status_code == 400


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/sparql-results+json", "text/turtle; charset=iso-8859-1"]
)
def test_what_is_no_rdf_is_not_read(writer: FlaskClient, content_type: str) -> None:
    answer = put(writer, "/graphs?default", content_type=content_type)
    assert answer.status_code == 415
    assert "text/turtle" in answer.get_json(force=True)["detail"]


def test_rdf_with_a_mistake_is_refused_and_changes_nothing(writer: FlaskClient, engine: MemoryEngine) -> None:
    answer = put(writer, "/graphs?default", "<urn:a> <urn:b>\n <urn:c> ;;; nonsense")
    assert answer.status_code == 400
    assert answer.get_json(force=True)["line"] == 2
    assert engine.generation == "g0"


def test_the_parts_of_a_form_are_one_graph(writer: FlaskClient) -> None:
    parts = {
        "one": (_file("_:x <urn:p> 1 ."), "one.ttl", "text/turtle"),
        "two": (_file("_:x <urn:p> 2 ."), "two.nt", "application/n-triples"),
    }
    parts["two"] = (_file('_:x <urn:p> "2" .'), "two.nt", "application/n-triples")
    answer = writer.post("/graphs?graph=urn:form", data=parts, headers=BEARER)
    assert answer.status_code == 201
    lines = writer.get("/graphs?graph=urn:form", headers={"Accept": "application/n-triples"}).text.splitlines()
    assert len({line.split(" ")[0] for line in lines}) == 2


def _file(text: str) -> Any:
    import io

    return io.BytesIO(text.encode())


def test_a_body_past_the_limit_is_refused(make_app: Callable[..., Flask], engine: MemoryEngine) -> None:
    engine.limits = Limits(update_bytes=100)
    client = make_app(update_token=TOKEN).test_client()
    big = "<urn:a> <urn:b> '" + "x" * 200 + "' ."
    assert put(client, "/graphs?default", big).status_code == 413
    update = f"INSERT DATA {{ {big} }}"
    direct = {"data": update, "content_type": "application/sparql-update", "headers": BEARER}
    assert client.post("/update", **direct).status_code == 413
    assert client.post("/update", data={"update": update}, headers=BEARER).status_code == 413
    assert engine.generation == "g0"


def test_a_graph_is_not_overwritten_unseen(writer: FlaskClient) -> None:
    put(writer, "/graphs?graph=urn:g")
    tag = writer.get("/graphs?graph=urn:g").headers["ETag"]
    assert put(writer, "/graphs?graph=urn:g", **{"If-Match": tag}).status_code == 204
    assert put(writer, "/graphs?graph=urn:g", **{"If-Match": tag}).status_code == 412
    assert put(writer, "/graphs?graph=urn:g", **{"If-Match": "*"}).status_code == 204


def test_a_graph_that_the_client_has_is_not_sent_again(writer: FlaskClient) -> None:
    tag = writer.get("/graphs/beta").headers["ETag"]
    assert writer.get("/graphs/beta", headers={"If-None-Match": tag}).status_code == 304
    assert writer.get("/graphs/beta", headers={"Accept": "image/png"}).status_code == 406


def test_the_token_is_in_no_answer_and_no_representation(writer: FlaskClient, make_app: Callable[..., Flask]) -> None:
    app = make_app(update_token=TOKEN)
    assert TOKEN not in repr(app.extensions["ce_graph"].settings)
    for path in ("/metrics", "/sparql", "/health", "/update"):
        assert TOKEN not in writer.get(path, headers=BEARER).text
