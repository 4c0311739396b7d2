"""The views of projects, funding, matches, disagreements, quality and reuse, over the shipped data."""

from __future__ import annotations

import csv
import io
import re

import pyoxigraph as ox
import pytest
from shipped_pages import app

BROWSER = {"Accept": "text/html"}
VIEWS = ("/projects", "/funding", "/matches", "/disagreements", "/quality", "/gaps", "/strengths", "/data")
LINES = re.compile(r'<a href="([^"]+)" type="text/csv">')


def rows(address: str) -> list[dict[str, str]]:
    answer = app().test_client().get(address)
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    return list(csv.DictReader(io.StringIO(answer.text)))


@pytest.mark.parametrize("path", VIEWS)
def test_every_part_of_a_page_has_its_table_as_a_file_and_its_query_runs(path: str) -> None:
    client = app().test_client()
    page = client.get(path, headers=BROWSER)
    assert page.status_code == 200
    assert len(page.data) < 100_000
    files = [address.replace("&amp;", "&") for address in LINES.findall(page.text)]
    assert files
    assert all(rows(address) for address in files)
    told = client.get(path, query_string={"format": "json"}).get_json()
    assert len(told["parts"]) == len(files)
    for part in told["parts"]:
        if part["query"]:
            answer = client.get("/sparql", query_string={"query": part["query"]}, headers={"Accept": "text/csv"})
            assert answer.status_code == 200, part["name"]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("path", [*VIEWS, "/about", "/"])
def test_pages_come_in_three_languages(path: str, language: str) -> None:
    page = app().test_client().get(f"{path}?lang={language}", headers=BROWSER)
    assert page.status_code == 200
    assert f'<html lang="{language}">' in page.text


def test_projects_are_narrowed_by_each_criterion() -> None:
    every = {row["project"] for row in rows("/projects?format=csv")}
    assert len(every) > 50
    for asked in ("theme=construction", "status=completed", "actor=hsy", "place=vantaa", "year=2021", "programme=akke"):
        some = {row["project"] for row in rows(f"/projects?format=csv&{asked}")}
        assert some
        assert some < every, asked
    running = {row["project"].rpartition("/")[2] for row in rows("/projects?format=csv&year=2021")}
    assert "kiertotalouslaakso-esiselvitys" in running
    assert "kiertotalouslaakso-esiselvitys" not in {
        row["project"].rpartition("/")[2] for row in rows("/projects?format=csv&year=2024")
    }


def test_the_end_that_is_in_no_calendar_is_shown_as_printed() -> None:
    (line,) = [
        row for row in rows("/projects?format=csv") if row["project"].endswith("/kiertotalouslaakso-esiselvitys")
    ]
    assert "31.11.2021" in line["end"]
    assert "31.10.2021" in line["end"]


def test_shares_of_unknown_amount_are_unknown_and_not_zero() -> None:
    shares = rows("/funding?format=csv")
    unknown = [row for row in shares if row["known"] == "false"]
    assert unknown
    assert {row["amount"] for row in unknown} == {""}
    ours = rows("/funding?format=csv&part=shares-per-project")
    assert {row["sums"] for row in ours} == {"true", "false", ""}


def test_the_page_of_matches_and_the_command_find_the_same() -> None:
    from click.testing import CliRunner
    from shipped_pages import folder

    from ce_graph.cli.match import command

    said = CliRunner().invoke(command, ["--format", "csv", "--data", folder().name]).stdout
    assert said == app().test_client().get("/matches?format=csv&lang=en").text
    near = rows("/matches?format=csv&part=near&lang=en")
    assert near
    assert all(row["failed"] for row in near)


def test_disagreements_are_a_list_of_claims_and_rdf() -> None:
    claims = rows("/disagreements?format=csv&lang=en")
    assert {"about", "property", "value", "source", "group"} <= set(claims[0])
    groups = {row["group"] for row in claims}
    assert all(len({row["source"] for row in claims if row["group"] == group}) > 1 for group in groups)
    answer = app().test_client().get("/disagreements", headers={"Accept": "text/turtle"})
    assert answer.mimetype == "text/turtle"
    assert list(ox.parse(answer.data, ox.RdfFormat.TURTLE))


@pytest.mark.parametrize(
    "path", ["/disagreements", "/data", "/questions/projects-running?date=2021-10-01", "/questions/several-programmes"]
)
def test_pages_write_days_and_months_as_the_language_does_and_files_as_iso_8601(path: str) -> None:
    more = "&" if "?" in path else "?"
    page = app().test_client().get(f"{path}{more}lang=fi", headers=BROWSER).text
    told = dict(re.findall(r'<time datetime="([^"]+)">([^<]+)</time>', page))
    assert told
    for iso, shown in told.items():
        year, month, day = (*iso.split("-"), "")[:3]
        assert shown == f"{int(day)}.{int(month)}.{year}" if day else shown.endswith(f"kuu {year}"), iso
    assert not re.search(r">\d{4}-\d\d(-\d\d)?<", page)
    part = "&part=documents" if path == "/data" else ""
    listed = rows(f"{path}{more}format=csv{part}")
    assert set(told) & {cell for row in listed for cell in row.values()}


def test_statements_in_another_language_are_marked_with_it() -> None:
    client = app().test_client()
    for language, mark in (("fi", ' lang="en"'), ("en", "")):
        page = client.get(f"/strengths?lang={language}", headers=BROWSER).text
        assert f'<th scope="row"><bdi{mark}>lack of cooperation' in page


def test_what_is_not_known_leads_to_the_questions_that_it_leaves_open() -> None:
    page = app().test_client().get("/gaps?lang=sv", headers=BROWSER).text
    for row in rows("/gaps?part=questions&format=csv"):
        assert f'<a href="/questions/{row["question"].rpartition("/")[2]}?lang=sv">' in page


def test_names_that_differ_come_after_numbers_and_dates() -> None:
    found = [row["property"].endswith("#prefLabel") for row in rows("/disagreements?format=csv")]
    assert found == sorted(found)
    assert set(found) == {False, True}


def test_quality_tells_the_cause_of_every_violation() -> None:
    found = rows("/quality?format=csv&part=findings&lang=en")
    violations = [row for row in found if row["severity"] == "violation"]
    assert violations
    assert all(row["cause"] for row in violations)


def test_the_data_page_has_the_checksums_of_the_dumps_that_it_links() -> None:
    import hashlib

    client = app().test_client()
    page = client.get("/data", headers=BROWSER).text
    found = re.findall(r'href="(/dumps/[^"]+)">.*?<code>([0-9a-f]{64})</code>', page)
    assert len(found) == 6
    for address, digest in found:
        with client.get(address) as answer:
            assert hashlib.sha256(answer.data).hexdigest() == digest


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/projects?theme=nonsense", 404, "there is no theme &#39;nonsense&#39;; there are"),
        ("/projects?status=nonsense", 404, "there is no status"),
        ("/projects?actor=hzy", 404, "did you mean"),
        ("/projects?year=soon", 400, "soon is no year"),
        ("/projects?theme=textiles&actor=nesteoyj", 404, "actor"),
        ("/projects?year=1900", 404, "No project fits all of this: year: 1900"),
        ("/funding?funder=nobody-at-all", 404, "there is no funder"),
        ("/matches?material=gold-bars", 404, "there is no material"),
        ("/matches?within=far", 400, "which is no number"),
        ("/matches?actor=nobody-at-all", 404, "there is no actor with offers or needs"),
    ],
)
def test_bad_criteria_are_answered_above_the_form_with_what_there_is(address: str, status: int, said: str) -> None:
    page = app().test_client().get(f"{address}&lang=en", headers=BROWSER)
    assert page.status_code == status
    assert 'role="alert"' in page.text
    assert said in page.text
    assert 'class="fields"' in page.text
    value = address.partition("=")[2].partition("&")[0]
    assert f'value="{value}"' in page.text


def test_the_about_page_is_true_about_cookies() -> None:
    client = app().test_client()
    for path in (*VIEWS, "/about", "/"):
        assert "Set-Cookie" not in client.get(path, headers=BROWSER).headers
    assert "No access log is kept" in client.get("/about?lang=en", headers=BROWSER).text
