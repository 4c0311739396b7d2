"""The report: chapters, every figure with its query, the same bytes each time; the region is made up."""

from __future__ import annotations

import re
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pyoxigraph as ox
import pytest

from ce_graph.errors import NotFoundError
from ce_graph.overview import Column, Link, Part, Records, Table, View, document, document_html, document_markdown
from ce_graph.overview.document import compose
from ce_graph.query.records import from_file
from ce_graph.query.running import on_store
from ce_graph.wording import Wording

DATA = """
@prefix ce: <https://w3id.org/ce-graph/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix : <https://example.org/graph/> .
<https://example.org/id/place/made-up> a ce:Place , ce:InstanceRegion ; skos:prefLabel "Made-up"@en , "Keksitty"@fi .
:report skos:prefLabel "A report"@en ; dcterms:issued "2024" ; prov:hadPrimarySource "https://example.org/report.pdf" ;
  ce:retrievalDate "2026-01-31"^^<http://www.w3.org/2001/XMLSchema#date> .
:older ce:retrievalDate "2025-12-01"^^<http://www.w3.org/2001/XMLSchema#date> .
"""
QUERY = "SELECT * WHERE { ?flow ?property ?value } # <&>"
SOURCE = Link("https://example.org/graph/report", "A report")
HOSTILE = '<script>alert("|x")</script>'


def chapter(_records: Records, wording: Wording, region: str) -> View:
    table = Table(
        (Column("what", "What", linked=True), Column("tonnes", "Amount", "t", numeric=True), Column("said", "Said")),
        [(Link("https://example.org/id/flow/1", HOSTILE), Decimal("1234.5"), (SOURCE,)), (None, None, HOSTILE)],
    )
    drawn = "<svg xmlns='http://www.w3.org/2000/svg'><title>Drawn</title></svg>"
    parts = (
        Part(
            name="first", title="First", table=table, picture=drawn, notes=("A note.",), query=QUERY, sources=(SOURCE,)
        ),
        Part(name="again", title="Again", table=Table((Column("a", "A"),), []), query=QUERY),
    )
    return View(name="made", title="Made " + region.rpartition("/")[2], lead="Led.", parts=parts)


def nothing(_records: Records, _wording: Wording, _region: str) -> View:
    return View(name="nothing", title="Nothing", lead="", parts=())


@pytest.fixture
def records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Records:
    path = tmp_path / "data.ttl"
    path.write_text(DATA, encoding="utf-8")
    monkeypatch.setattr(document, "CHAPTERS", (chapter, nothing))
    store = ox.Store()
    store.bulk_load(path=path, format=ox.RdfFormat.TURTLE)
    return Records(from_file(path), on_store(store))


def test_the_report_has_the_chapters_that_say_something_and_the_sources_they_name(records: Records) -> None:
    found = compose(records, Wording("en"))
    assert found.title == "The circular economy of the region: Made-up"
    assert [one.name for one in found.chapters] == ["made", "sources"]
    sources = found.chapters[1].parts[0].table
    assert sources is not None
    assert sources.rows == [(SOURCE, None, "2024", "2026-01-31", None, "https://example.org/report.pdf")]


def test_each_query_stands_once_and_its_figures_point_to_it(records: Records) -> None:
    found = compose(records, Wording("en"))
    assert [query.title for query in found.queries] == ["Made made-up: First", "Sources: Source documents"]
    assert found.queries[0].text == QUERY
    page = document_html.write(found, Wording("en"))
    assert page.count('href="#query-1"') == 2
    assert page.count('id="query-1"') == 1
    assert "# &lt;&amp;&gt;" in page
    text = document_markdown.write(found, Wording("en"))
    assert text.count("(#query-1)") == 2
    assert f"```sparql\n{QUERY}\n```" in text


def test_the_page_needs_nothing_else_and_shows_hostile_text_as_text(records: Records) -> None:
    page = document_html.write(compose(records, Wording("fi")), Wording("fi"))
    assert '<html lang="fi">' in page
    assert "<h1>Alueen kiertotalous: Keksitty</h1>" in page
    assert not re.search(r"<(script|link|img|iframe)\b|\bsrc=|@import|url\(", page)
    assert "&lt;script&gt;" in page
    assert page.count("<svg") == 1
    assert re.search(r'<td class="number">1\s234,5</td>', page)
    parser = HTMLParser()
    parser.feed(page)
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


def test_markdown_keeps_cells_in_their_columns_and_names_its_pictures(records: Records) -> None:
    found = compose(records, Wording("en"))
    text = document_markdown.write(found, Wording("en"), "report-")
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert rows[:2] == ["| What | Amount (t) | Said |", "| --- | ---: | --- |"]
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 4 for row in rows[:4])
    assert "![First](report-made-first.svg)" in text
    assert [name for name, _ in document_markdown.drawn(found)] == ["made-first.svg"]
    assert "![" not in document_markdown.write(found, Wording("en"))


def test_the_same_data_give_the_same_bytes(records: Records) -> None:
    once, again = (document_html.write(compose(records, Wording("sv")), Wording("sv")) for _ in range(2))
    assert once == again


def test_the_day_of_the_report_is_the_last_on_which_a_source_was_read(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    def days(records: Records, _wording: Wording, _region: str) -> View:
        said = str(records.today)
        return View(name="days", title=said, lead="", parts=(Part(name="day", title=said),))

    monkeypatch.setattr(document, "CHAPTERS", (days,))
    found = compose(records, Wording("sv"))
    assert found.chapters[0].title == "2026-01-31"
    assert "Läget 31 jan. 2026" in found.lead


def test_a_region_that_is_not_there_is_told(records: Records) -> None:
    with pytest.raises(NotFoundError, match="there is no region 'atlantis'; there are made-up"):
        compose(records, Wording("en"), "atlantis")
