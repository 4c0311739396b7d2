from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from ce_graph.errors import QueryError, TooLargeError
from ce_graph.store.engine import Dataset
from ce_graph.web.queries.protocol import (
    FORM,
    QUERY,
    UPDATE,
    MediaTypeError,
    places_as_sent,
    read_query,
    read_update,
    with_base,
)

LIMIT = 1000


def request(method: str, target: str, body: bytes = b"", content_type: str | None = None) -> Request:
    path, _, query = target.partition("?")
    options: dict[str, Any] = {"method": method, "path": path, "query_string": query}
    if method not in ("GET", "HEAD"):
        options |= {"data": body, "content_type": content_type}
    return Request(EnvironBuilder(**options).get_environ())


def test_a_query_is_read_from_the_address_a_form_or_the_body() -> None:
    for asked in (
        request("GET", "/sparql?query=ASK%20%7B%7D"),
        request("HEAD", "/sparql?query=ASK%20%7B%7D"),
        request("POST", "/sparql", b"query=ASK+%7B%7D", FORM),
        request("POST", "/sparql", b"query=ASK+%7B%7D", FORM + "; charset=UTF-8"),
        request("POST", "/sparql", b"ASK {}", QUERY),
        request("QUERY", "/sparql", b"ASK {}", QUERY),
        request("QUERY", "/sparql", b"query=ASK+%7B%7D", FORM),
        request("POST", "/sparql", b"\xef\xbb\xbfASK {}", QUERY),
    ):
        assert read_query(asked, LIMIT).text == "ASK {}"


def test_no_query_is_no_mistake_with_get() -> None:
    assert read_query(request("GET", "/sparql"), LIMIT).text is None


def test_the_dataset_comes_from_the_address_and_the_form_together() -> None:
    asked = request(
        "POST",
        "/sparql?default-graph-uri=http://a.example/",
        b"query=ASK{}&named-graph-uri=urn:b&named-graph-uri=urn:c",
        FORM,
    )
    assert read_query(asked, LIMIT).dataset == Dataset(("http://a.example/",), ("urn:b", "urn:c"))


def test_letters_of_every_script_arrive() -> None:
    text = "SELECT ?päivä { ?s ?p '日本' }"
    assert read_query(request("POST", "/sparql", text.encode(), QUERY), LIMIT).text == text
    assert read_query(request("GET", "/sparql?query=p%C3%A4iv%C3%A4"), LIMIT).text == "päivä"


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (("GET", "/sparql?query=ASK{}&query=ASK{}"), "2 parameters query"),
        (("GET", "/sparql?update=CLEAR+ALL"), "goes to /update"),
        (("POST", "/sparql?query=ASK{}", b"ASK {}", QUERY), "two queries"),
        (("POST", "/sparql", b"", FORM), "no query in the body"),
        (("QUERY", "/sparql", b"a=b", FORM), "no query in the body"),
        (("GET", "/sparql?query=ASK{}&using-graph-uri=urn:a"), "belongs to an update"),
        (("GET", "/sparql?query=ASK{}&default-graph-uri=relative"), "must be an absolute IRI"),
        (("GET", "/sparql?query=ASK{}&default-graph-uri=urn:a%3E"), "must be an absolute IRI"),
        (("GET", "/sparql?query=%FF"), "not UTF-8"),
        (("POST", "/sparql", b"ASK { ?s ?p '\xff' }", QUERY), "not UTF-8"),
        (("GET", "/sparql?query=ASK{}&timeout=-1"), "timeout"),
        (("GET", "/sparql?query=ASK{}&timeout=inf"), "timeout"),
        (("GET", "/sparql?query=ASK{}&timeout=soon"), "timeout"),
        (("GET", "/sparql?" + "a=b&" * 3000), "more than 2000 parameters"),
    ],
)
def test_what_does_not_fit_together_is_refused(asked: tuple[Any, ...], message: str) -> None:
    with pytest.raises(QueryError, match=message):
        read_query(request(*asked), LIMIT)


@pytest.mark.parametrize(
    "content_type", [None, "text/plain", UPDATE, "multipart/form-data; boundary=x", QUERY + "; charset=UTF-16"]
)
def test_other_kinds_of_bodies_are_not_read(content_type: str | None) -> None:
    with pytest.raises(MediaTypeError):
        read_query(request("POST", "/sparql", b"ASK {}", content_type), LIMIT)


@pytest.mark.parametrize(
    "asked",
    [
        ("GET", "/sparql?query=" + "x" * (LIMIT + 1)),
        ("POST", "/sparql", b"x" * (LIMIT + 1), QUERY),
        ("POST", "/sparql", b"query=" + b"x" * (LIMIT + 1), FORM),
        ("POST", "/sparql", b"query=" + "ä".encode() * (LIMIT // 2 + 1), FORM),
        ("POST", "/sparql", b"x" * 1_000_000, FORM),
    ],
)
def test_a_query_past_the_limit_is_refused(asked: tuple[Any, ...]) -> None:
    with pytest.raises(TooLargeError):
        read_query(request(*asked), LIMIT)


def test_an_update_is_read_from_a_form_or_the_body() -> None:
    assert read_update(request("POST", "/update", b"update=CLEAR+ALL", FORM), LIMIT).text == "CLEAR ALL"
    asked = request("POST", "/update?using-graph-uri=urn:a&using-named-graph-uri=urn:b", b"CLEAR ALL", UPDATE)
    assert read_update(asked, LIMIT).using == Dataset(("urn:a",), ("urn:b",))


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (("POST", "/update?update=CLEAR+ALL", b"", FORM), "in the body, not in the address"),
        (("POST", "/update", b"query=ASK{}", FORM), "goes to /sparql"),
        (("POST", "/update", b"update=a&update=b", FORM), "2 parameters update"),
        (("POST", "/update?default-graph-uri=urn:a", b"CLEAR ALL", UPDATE), "belongs to a query"),
        (("POST", "/update", b"", FORM), "no update in the body"),
    ],
)
def test_an_update_that_does_not_fit_together_is_refused(asked: tuple[Any, ...], message: str) -> None:
    with pytest.raises(QueryError, match=message):
        read_update(request(*asked), LIMIT)


def test_relative_iris_get_the_base_of_the_service() -> None:
    assert (
        with_base("ASK { <id/actor/a> ?p ?o }", "http://b.example/")
        == "BASE <http://b.example/> ASK { <id/actor/a> ?p ?o }"
    )
    assert with_base("ASK { <http://a.example/> ?p ?o }", "http://b.example/").startswith("ASK")
    assert with_base("ASK { FILTER(1 < 2 && 3 > 2) }", "http://b.example/").startswith("ASK")


@pytest.mark.parametrize(
    ("text", "error", "told"),
    [
        (
            "ASK { <a> }",
            QueryError("line 1, column 37: expected", line=1, column=37),
            ("line 1, column 12: expected", 12),
        ),
        ("ASK { <a> }", QueryError("error at 1:37: no", line=1, column=37), ("error at 1:12: no", 12)),
        ("ASK {\n<a> }", QueryError("line 2, column 37: no", line=2, column=37), ("line 2, column 37: no", 37)),
        ("ASK { <a:a> }", QueryError("line 1, column 37: no", line=1, column=37), ("line 1, column 37: no", 37)),
        ("ASK { <a> }", QueryError("no"), ("no", None)),
    ],
)
def test_places_in_errors_are_those_of_the_text_as_it_was_sent(
    text: str, error: QueryError, told: tuple[str, int | None]
) -> None:
    with pytest.raises(QueryError) as found, places_as_sent(text, "http://b.example/"):
        raise error
    assert (str(found.value), found.value.column) == told
