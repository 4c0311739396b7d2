from __future__ import annotations

import pytest

from ce_graph.errors import NotAcceptableError
from ce_graph.web.negotiate import (
    GRAPH_OFFERS,
    PAGE,
    TABLE_OFFERS,
    TRUTH_OFFERS,
    asked,
    by_name,
    choose,
    prefers_page,
)

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "application/sparql-results+json"),
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("text/csv", "text/csv"),
        ("text/csv;q=0.5, application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv, application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/*", "text/csv"),
        ("application/json", "application/json"),
        ('application/json;profile="http://a.example/";q=0.4, text/csv;q=0.3', "application/json"),
        ("TEXT/CSV", "text/csv"),
        ("text/csv;charset=utf-8", "text/csv"),
        ("*/*, application/sparql-results+json;q=0", "application/sparql-results+xml"),
        ("image/png, text/tab-separated-values;q=0.001", "text/tab-separated-values"),
    ],
)
def test_the_best_offer_is_chosen(accept: str | None, chosen: str) -> None:
    assert choose(accept, TABLE_OFFERS).media_type == chosen


@pytest.mark.parametrize("accept", ["image/png", "text/turtle", "*/*;q=0", "application/sparql-results+json;q=0"])
def test_what_is_refused_is_not_sent(accept: str) -> None:
    with pytest.raises(NotAcceptableError, match="application/sparql-results"):
        choose(accept, TABLE_OFFERS)


def test_ask_has_no_csv() -> None:
    with pytest.raises(NotAcceptableError):
        choose("text/csv", TRUTH_OFFERS)


def test_a_browser_gets_the_page_and_a_program_the_data() -> None:
    assert choose(BROWSER, (*TABLE_OFFERS, PAGE)) == PAGE
    assert choose("text/html, */*", (*TABLE_OFFERS, PAGE)) == PAGE
    assert choose("*/*", (*TABLE_OFFERS, PAGE)).media_type == "application/sparql-results+json"
    assert prefers_page(BROWSER)
    assert not prefers_page("*/*")
    assert not prefers_page(None)
    assert not prefers_page("text/html;q=0.1, text/turtle")


def test_texts_say_that_they_are_utf8() -> None:
    assert choose("text/turtle", GRAPH_OFFERS).content_type == "text/turtle; charset=utf-8"
    assert choose("application/n-triples", GRAPH_OFFERS).content_type == "application/n-triples"


def test_a_format_is_found_by_name_extension_and_media_type() -> None:
    assert by_name(["ntriples"], GRAPH_OFFERS) == by_name(["nt"], GRAPH_OFFERS)
    assert by_name(["text/csv"], TABLE_OFFERS) == choose("text/csv", TABLE_OFFERS)
    assert by_name(["html"], (*TABLE_OFFERS, PAGE)) == PAGE


def test_names_that_mean_nothing_here_say_nothing() -> None:
    assert by_name(["pdf"], TABLE_OFFERS) is None
    assert by_name([], TABLE_OFFERS) is None
    assert by_name(["xml"], GRAPH_OFFERS) is None
    assert by_name(["pdf", "text/tab-separated-values"], TABLE_OFFERS) == choose(
        "text/tab-separated-values", TABLE_OFFERS
    )


def test_a_format_that_is_named_comes_before_the_header_and_an_unknown_one_is_told() -> None:
    offered = (PAGE, *TABLE_OFFERS)
    assert asked(["csv"], "text/html", offered).media_type == "text/csv"
    assert asked([""], "text/csv", offered).media_type == "text/csv"
    with pytest.raises(NotAcceptableError, match="There is no format “xlsx” here; there is html, json, xml, csv, tsv"):
        asked(["xlsx"], "text/csv", offered)
