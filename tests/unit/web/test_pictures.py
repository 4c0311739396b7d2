"""A project's page draws its dates, each beside the words of its source."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pyoxigraph as ox
import pytest

from ce_graph.query.labels import labels_of
from ce_graph.web.documents import pictures
from ce_graph.web.documents.references import Incoming
from ce_graph.web.documents.sections import Section

if TYPE_CHECKING:
    from ce_graph.web.documents.descriptions import Description

SVG = "{http://www.w3.org/2000/svg}"
START, EVENT = ox.NamedNode("urn:start"), ox.NamedNode("urn:seminar")


def project(*rows: dict[str, ox.NamedNode | ox.Literal]) -> Description:
    section = Section("project-timeline", "Timeline", ("property", "date", "stated"), cast("Any", rows), 60, "")
    labels = labels_of([], "en", lambda *_, **__: cast("Any", []))
    found = SimpleNamespace(
        sections=(section,), labels=labels, iri="urn:p", properties=(), incoming=Incoming((), over=False)
    )
    return cast("Description", found)


def row(date: str | None, stated: str, **more: ox.NamedNode) -> dict[str, Any]:
    found = {"property": START, "stated": ox.Literal(stated), **more}
    return found | ({"date": ox.Literal(date)} if date else {})


@pytest.fixture(autouse=True)
def plain_headings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "heading", lambda name: name)


def test_the_vaguer_a_date_the_longer_its_bar() -> None:
    found = project(row("2021", "vuonna 2021"), row("2022-05", "5/2022"), row("2023-01-31", "31.1.2023"))
    root = ET.fromstring(pictures.of(found, "en")["project-timeline"])
    widths = [float(rect.get("width", "0")) for rect in root.iter(f"{SVG}rect")]
    assert widths == sorted(widths, reverse=True)
    assert widths[0] > 10 * widths[1] > 0


def test_each_date_has_its_source_s_words_beside_it() -> None:
    picture = pictures.of(project(row("2022-05", "kevät <2022>", event=EVENT)), "en")["project-timeline"]
    assert "kevät &lt;2022&gt; (date: 2022-05)" in picture


def test_dates_that_nobody_understood_are_in_the_table_alone() -> None:
    assert pictures.of(project(row(None, "myöhemmin")), "en") == {}
