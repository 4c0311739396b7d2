"""The whole site: every link leads somewhere, every page is small and well formed, and valid HTML."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from crawling import BROWSER, Site, faults
from shipped_pages import app

from ce_graph.store.text.guard import inspect

CHECKER = os.environ.get("CE_GRAPH_VNU", "")
"""The ``vnu.jar`` of the Nu Html Checker."""


@pytest.fixture(scope="module")
def site() -> Site:
    found = Site(app().test_client())
    found.crawl("/")
    return found


def test_every_link_of_every_page_leads_somewhere_and_every_page_is_small_and_well_formed(site: Site) -> None:
    assert site.faults == []
    assert len(site.statuses) > 6000


def test_every_query_that_a_page_leads_to_is_sparql(site: Site) -> None:
    assert len(site.queries) > 1000
    for query in site.queries:
        inspect(query)


def test_files_of_every_kind_can_be_had(site: Site) -> None:
    client = app().test_client()
    assert len(site.files) > 50
    for address in site.files.values():
        answer = client.get(address, follow_redirects=True)
        answer.close()
        assert (address, answer.status_code) == (address, 200)


def test_a_page_with_faults_is_noticed() -> None:
    broken = '<h1 id="a"></h1><p id="a" style="color: red" onclick="x()"><div aria-labelledby="b"><main>'
    assert set(faults(broken)) == {
        "two of id a", "no id b", "a style attribute", "a script attribute", "<div> is not closed",
    }  # fmt: skip


@pytest.mark.skipif(not Path(CHECKER).is_file(), reason="CE_GRAPH_VNU does not name the vnu.jar of the Nu Html Checker")
def test_pages_of_every_kind_are_valid_html(site: Site, tmp_path: Path) -> None:
    client = app().test_client()
    pages = dict(site.examples)
    for address in (
        "/doc/project/kiertotalouslakso",
        "/flows?region=atlantis",
        "/search?q=kiertotalouslakso",
        "/sparql?query=SELECT",
    ):
        pages[address] = client.get(address, headers=BROWSER).get_data(as_text=True)
    names = {}
    for number, (name, text) in enumerate(sorted(pages.items())):
        names[f"{number}.html"] = name
        (tmp_path / f"{number}.html").write_text(text, encoding="utf-8")
    command = ["java", "-jar", CHECKER, "--stdout", "--format", "json", *map(str, sorted(tmp_path.iterdir()))]
    said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    messages = json.loads(said.stdout)["messages"]
    assert [
        (names[message["url"].rpartition("/")[2]], message["message"], message.get("extract", ""))
        for message in messages
    ] == []
