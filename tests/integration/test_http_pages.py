"""Pages of the shipped graph tell what is particular of their things; whatever a graph holds is shown harmless."""

from __future__ import annotations

import re

import pytest
from shipped_pages import app, engine

from ce_graph.rdf.namespaces import SHAPES
from ce_graph.settings import Settings
from ce_graph.web.app import create_app

CE = "https://w3id.org/ce-graph/ontology#"
HOME = "https://w3id.org/ce-graph/"


def page(path: str, language: str = "en") -> str:
    answer = app().test_client().get(path, headers={"Accept": "text/html", "Accept-Language": language})
    assert answer.status_code == 200, path
    return answer.text


def section(text: str, name: str) -> str:
    """The words of a table, a line for each row."""
    body = text.partition(f'<section aria-labelledby="{name}">')[2].partition("</section>")[0]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", body, re.DOTALL)
    return "\n".join(
        " | ".join(re.sub(r"<[^>]+>", "", cell).strip() for cell in re.split(r"</t[hd]>", row)) for row in rows
    )


def test_a_project_tells_who_pays_and_what_is_not_known() -> None:
    text = page("/doc/project/kiertotalouslaakso-esiselvitys")
    assert section(text, "project-funding").count("unknown") == 5
    partners = section(text, "project-partners")
    assert "CLIC Innovation" in partners
    assert partners.count("coordinator | Green Net Finland") == 1


def test_who_coordinates_a_project_comes_before_its_partners() -> None:
    partners = section(page("/doc/project/kiertotalouslaakso-esiselvitys"), "project-partners")
    assert partners.index("coordinator | Green Net Finland") < partners.index("partner |")


def test_a_timeline_has_dates_as_stated_and_as_understood() -> None:
    lines = section(page("/doc/project/kiertotalouslaakso-esiselvitys"), "project-timeline")
    assert "31.11.2021" in lines
    assert re.search(r"Oct 31, 2021 \| 31\.10\.2021", lines)
    assert re.search(r"November 2021 \| end of November", lines)


def test_disagreement_is_marked_on_what_the_sources_say() -> None:
    text = page("/doc/project/kiertotalouslaakso-esiselvitys")
    assert text.count('<tbody class="disputed">') >= 1


@pytest.mark.parametrize(
    ("path", "tables"),
    [
        ("/doc/actor/hsy", ["actor-projects", "flows"]),
        ("/doc/place/vantaa", ["place-actors", "place-figures"]),
        ("/doc/indicator/population", ["indicator-series"]),
        ("/code/material/waste", ["material-flows"]),
        ("/graph/seed", ["source-kinds", "source-things"]),
        ("/ontology/massTonnes", ["property-use", "property-examples", "rules"]),
        ("/code/material", ["codes"]),
        ("/dataset/uusimaa", ["files"]),
    ],
)
def test_things_have_their_tables(path: str, tables: list[str]) -> None:
    for language in ("fi", "sv", "en"):
        text = page(path, language)
        for name in tables:
            assert f'aria-labelledby="{name}"' in text
    for query in re.findall(r'href="(/sparql\?query=[^"]+)"', text)[:3]:
        answer = app().test_client().get(query.replace("&amp;", "&"), headers={"Accept": "*/*"})
        assert answer.status_code == 200


def test_every_facility_has_its_capacity_or_its_words() -> None:
    text = page("/doc/facility")
    for path in re.findall(r'href="(/doc/facility/[^"]+)"', text)[:5]:
        assert 'aria-labelledby="statements"' in page(path)


def test_a_series_is_drawn_and_has_its_table() -> None:
    text = page("/doc/indicator/circular-material-use")
    assert "<svg" in text
    assert "<title" in text
    assert 'aria-labelledby="indicator-series"' in text


def test_a_rule_is_told_in_words() -> None:
    listed = page("/shapes", "fi")
    assert 'href="/shapes/ProvenanceShape"' in listed
    text = page("/shapes/ProvenanceShape", "fi")
    assert f"{SHAPES}ProvenanceShape" in text
    assert "Tämän takana ei ole graafia" in text
    assert 'href="/ontology/Flow"' in text


def test_a_long_code_list_shows_its_upper_levels_and_can_be_searched() -> None:
    assert "below" in page("/code/ewc")
    assert 'href="/code/ewc/170107"' in page("/code/ewc?q=17 01 07")


HOSTILE = (
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "{{ 7*7 }}{% raw %}",
    "\u202egnp.exe\u2066",
    "مرحبا بالعالم",
    "x" * 20_000,
    "javascript:alert(1)",
    "a\x0b\x0cb\u2028c",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_the_data_hold_is_shown_harmless(text: str) -> None:
    made = type(engine())()
    client = create_app(Settings(access_log=False), made).test_client()
    literal = "".join(f"\\u{ord(letter):04X}" for letter in text)
    thing = f"{HOME}id/project/hostile"
    label, home = "http://www.w3.org/2004/02/skos/core#prefLabel", "http://xmlns.com/foaf/0.1/homepage"
    made.update(
        f'INSERT DATA {{ GRAPH <{HOME}graph/bad> {{ <{thing}> a <{CE}Project> ; <{label}> "{literal}" ; '
        f"<{home}> <javascript:alert(1)> ; <{home}> <data:text/html,x> . <urn:x> <{CE}project> <{thing}> }} }}"
    )
    for path in ("/doc/project/hostile", "/doc/project", "/search?q=x", "/graph/bad", "/doc/project/hostil"):
        answer = client.get(path, headers={"Accept": "text/html"})
        assert answer.status_code in (200, 404)
        body = re.sub(r'<script type="application/ld\+json">[^<]*</script>', "", answer.text)
        assert not re.search(r"<script(?![^>]* src=\"/static)|<img|onerror=(?!alert\(1\)&gt;)", body)
        assert not re.search(r'(href|src)="(javascript|data):', body)
        assert "49" not in re.findall(r"<h1>(.*?)</h1>", body, re.DOTALL)[0]
        if "\u202e" in text and path.startswith("/doc/project/hostile"):
            assert f"<bdi>{text}</bdi>" in body


PICTURED = (
    "/flows",
    "/potential",
    "/indicators?indicator=circular-material-use",
    "/map",
    "/projects",
    "/funding",
    "/doc/project/kiertotalouslaakso-esiselvitys",
    "/doc/indicator/circular-material-use",
    "/doc/actor/hsy",
    "/doc/facility/jatevoimala-vantaa",
    "/doc/place/uusimaa",
    "/doc/flow/f0012",
    "/code/material/biowaste",
)


@pytest.mark.parametrize("path", PICTURED)
def test_every_picture_has_its_table_its_query_and_its_download(path: str) -> None:
    text = page(path)
    sections = [part for part in re.findall(r"<section.*?</section>", text, re.DOTALL) if "<figure" in part]
    assert sections
    client = app().test_client()
    for part in sections:
        assert re.search(r"<svg[^>]*>\s*<title[^>]*>[^<]+</title>\s*<desc[^>]*>[^<]+</desc>", part)
        assert "<table" in part or 'aria-labelledby="neighbourhood"' in part, "whose table is the page"
        assert 'href="/sparql?query=' in part
        for kind, start in (("svg", "<svg "), ("csv", "")):
            (address,) = re.findall(rf'href="([^"]+)"[^>]*>{kind.upper()}</a>', part)
            answer = client.get(address.replace("&amp;", "&"), headers={"Accept": "*/*"})
            assert answer.status_code == 200
            assert answer.text.startswith(start)
            assert answer.text.count("\n") > (kind == "csv"), "more than its headings"


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/doc/project/kiertotalouslaakso-esiselvitys", ["/funding?project=kiertotalouslaakso-esiselvitys"]),
        ("/doc/actor/business-finland", ["/funding?funder=business-finland", "/projects?actor=business-finland"]),
        ("/doc/programme/eakr", ["/funding?programme=eakr"]),
        ("/doc/indicator/circular-material-use", ["/indicators?indicator=circular-material-use"]),
    ],
)
def test_a_table_about_a_thing_leads_on_to_the_view_that_tells_more(path: str, told: list[str]) -> None:
    text = page(path)
    for address in told:
        assert f'href="{address}"' in text
        assert page(address)


def test_the_region_itself_comes_first_in_a_series() -> None:
    lines = section(page("/doc/indicator/circular-material-use"), "indicator-series").splitlines()
    assert lines[1].startswith("Finland | 2010")


@pytest.mark.parametrize(
    ("path", "table", "marked"),
    [
        ("/doc/indicator/circular-material-use", "indicator-series", "Finland sources disagree | 2022 | 5.4"),
        (
            "/doc/project/kiertotalouslaakso-esiselvitys",
            "project-timeline",
            "end date sources disagree |  | Oct 31, 2021",
        ),
        (
            "/doc/facility/jatevoimala-vantaa",
            "facility-capacity",
            "Capacity sources disagree | Unit | As stated | Takes",
        ),
    ],
)
def test_disagreement_is_marked_in_the_tables_of_a_thing_as_well(path: str, table: str, marked: str) -> None:
    assert marked in section(page(path), table)
