"""The pages as people use them: without script, by keyboard, narrow and wide, light and dark, in three languages."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from live_server import LiveServer

ENTITIES = (
    "/doc/actor/hsy",
    "/doc/project/kiertotalouslaakso-esiselvitys",
    "/doc/facility/jatevoimala-vantaa",
    "/doc/place/vantaa",
    "/doc/place/suomi?via=https%3A%2F%2Fw3id.org%2Fce-graph%2Fontology%23region",
    "/doc/flow/f0012",
    "/doc/event/nat-res",
    "/doc/outcome/o17",
    "/doc/programme/eakr",
    "/doc/funding-share/plastlife.european-union",
    "/doc/application/akke-kiertotalouslaakso",
    "/doc/decision/akke-kiertotalouslaakso",
    "/doc/indicator/circular-material-use",
    "/doc/observation/i0117",
    "/doc/participation/kiertotalot.hsy.partner",
    "/doc/series-break/municipal-waste-2022",
    "/code/material/biowaste",
    "/code/ewc/170101",
    "/graph/seed",
    "/dataset/uusimaa",
    "/ontology/massTonnes",
    "/ontology/Flow",
    "/shapes/ProvenanceShape",
)
"""A page of each kind of thing."""
VIEWS = (
    "/projects",
    "/funding",
    "/flows",
    "/potential",
    "/indicators",
    "/map",
    "/quality",
    "/matches",
    "/disagreements",
    "/strengths",
    "/gaps",
)
ERRORS = (
    "/doc/project/kiertotalouslakso",
    "/doc/project?page=x",
    "/nothing",
    "/projects?theme=nonsense",
    "/flows?region=atlantis",
    "/search?q=zzzzqq",
)
PAGES = (
    *ENTITIES,
    *VIEWS,
    *ERRORS,
    "/",
    "/doc/project",
    "/doc/flow",
    "/code",
    "/code/material",
    "/code/ewc",
    "/ontology",
    "/shapes",
    "/questions",
    "/questions/actors-by-theme",
    "/search?q=kiertotalouslakso",
    "/validate",
    "/sparql",
    "/data",
    "/about",
)


@contextmanager
def visiting(browser: Any, server: LiveServer, **options: Any) -> Iterator[Any]:
    context = browser.new_context(base_url=server.address, **options)
    try:
        yield context.new_page()
    finally:
        context.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_for_everybody(browser: Any, server: LiveServer, axe: str, path: str) -> None:
    """Axe finds nothing, nothing is wider than a narrow screen, and texts can be read in light and in dark."""
    narrow = {"width": 320, "height": 700}
    with visiting(browser, server, bypass_csp=True, locale="fi-FI", viewport=narrow, color_scheme="light") as page:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.evaluate(axe)
        found = page.evaluate("axe.run(document)")["violations"]
        page.emulate_media(color_scheme="dark")
        found += page.evaluate("axe.run(document, {runOnly: ['color-contrast']})")["violations"]
        assert [(item["id"], item["nodes"][0]["html"][:200]) for item in found] == []


def test_a_person_finds_an_actor_and_follows_a_project_to_its_funder(browser: Any, server: LiveServer) -> None:
    with visiting(browser, server, locale="fi-FI", java_script_enabled=False) as page:
        page.goto("/")
        page.get_by_role("search").get_by_role("searchbox").fill("green net finlnd")
        page.get_by_role("search").get_by_role("searchbox").press("Enter")
        page.get_by_role("link", name="Green Net Finland ry").first.click()
        assert page.get_by_role("heading", level=1).inner_text() == "Green Net Finland ry"
        page.get_by_role("link", name="Uudenmaan kiertotalouslaakso (esiselvityshanke)").first.click()
        page.get_by_role("region", name="Kuka maksaa").get_by_role("link", name="Uudenmaan liitto").first.click()
        assert page.get_by_role("heading", level=1).inner_text() == "Uudenmaan liitto"
        page.get_by_role("link", name="svenska").click()
        assert page.get_by_role("heading", level=1).inner_text() == "Nylands förbund"
        page.get_by_role("link", name="Projekt", exact=True).first.click()
        assert page.locator("html").get_attribute("lang") == "sv"


def test_a_person_finds_an_actors_projects_and_who_pays_for_one(browser: Any, server: LiveServer) -> None:
    with visiting(browser, server, locale="en", java_script_enabled=False) as page:
        page.goto("/")
        page.get_by_role("link", name="Who does what with whom").click()
        page.get_by_label("Actor").select_option(label="Green Net Finland ry")
        page.get_by_role("button", name="Show").click()
        page.get_by_role("row").get_by_role("link", name="Uusimaa Circular Valley pre-study").first.click()
        assert page.get_by_role("heading", level=1).inner_text() == "Uusimaa Circular Valley pre-study"
        page.goto("/")
        page.get_by_role("link", name="Who pays for it").click()
        page.get_by_label("Project").select_option(label="Uusimaa Circular Valley pre-study")
        page.get_by_role("button", name="Show").click()
        page.get_by_role("row").get_by_role("link", name="Helsinki-Uusimaa Regional Council").first.click()
        assert page.get_by_role("heading", level=1).inner_text() == "Helsinki-Uusimaa Regional Council"


@pytest.mark.parametrize("path", ["/doc/actor/hsy", "/flows", "/map", "/code/material", "/validate"])
def test_all_that_the_keyboard_reaches_shows_that_it_is_reached(browser: Any, server: LiveServer, path: str) -> None:
    look = """() => {
        const one = document.activeElement, box = one.getBoundingClientRect(), stuck = window.before === one;
        window.before = one;
        return one === document.body ? null : [getComputedStyle(one).outlineStyle, box.width * box.height > 0, stuck];
    }"""
    with visiting(browser, server) as page:
        page.goto(path)
        for reached in range(50):
            page.keyboard.press("Tab")
            seen = page.evaluate(look)
            if seen is None:
                assert reached > 20, "the keyboard has been everywhere"
                break
            outline, visible, stuck = seen
            assert outline not in ("none", "")
            assert visible
            assert not stuck


def test_a_printed_page_has_its_content_and_nothing_to_press(browser: Any, server: LiveServer) -> None:
    paper = {"width": 720, "height": 1000}
    with visiting(browser, server, color_scheme="dark", viewport=paper) as page:
        page.emulate_media(media="print")
        for path in ("/funding", "/map", "/doc/project/kiertotalouslaakso-esiselvitys", "/projects"):
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= 720, "nothing is cut off at the right"
        assert page.get_by_role("heading", level=1).is_visible()
        assert page.locator("main table").first.is_visible()
        assert not any(one.is_visible() for one in page.locator("button, input, select, header nav").all())
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def test_a_person_sees_where_a_thing_is_and_takes_the_map(browser: Any, server: LiveServer) -> None:
    with visiting(browser, server, locale="fi-FI", java_script_enabled=False) as page:
        page.goto("/doc/actor/hsy")
        part = page.get_by_role("region", name="Missä se on")
        picture = part.locator("svg")
        assert "Missä se on: Helsingin seudun" in (picture.locator("title").first.text_content() or "")
        assert part.get_by_role("row").get_by_role("link", name="Espoo", exact=True).first.is_visible()
        address = part.get_by_role("link", name="SVG").get_attribute("href")
        assert page.request.get(address).body().startswith(b"<svg ")
        picture.get_by_role("link", name="Espoo").click()
        assert page.get_by_role("heading", level=1).inner_text() == "Espoo"


def test_the_keyboard_leads_past_the_header_and_shows_where_it_is(browser: Any, server: LiveServer) -> None:
    with visiting(browser, server) as page:
        page.goto("/doc/project")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_pages_are_dark_where_the_reader_likes_it_dark(browser: Any, server: LiveServer) -> None:
    for scheme, dark in (("light", False), ("dark", True)):
        with visiting(browser, server, color_scheme=scheme) as page:
            page.goto("/doc/project")
            ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
            brightness = sum(int(part) for part in ground[4:-1].split(",")[:3])
            assert (brightness < 200) is dark


def test_pages_ask_for_nothing_from_elsewhere_and_break_no_policy(browser: Any, server: LiveServer) -> None:
    with visiting(browser, server) as page:
        asked: list[str] = []
        said: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        for path in PAGES:
            page.goto(path)
        assert all(address.startswith(server.address) for address in asked)
        assert [text for text in said if "responded with a status of" not in text] == []


def test_a_person_reads_the_sankey_changes_the_year_and_takes_it_away(browser: Any, server: LiveServer) -> None:
    with visiting(browser, server, locale="sv-FI", java_script_enabled=False) as page:
        page.goto("/")
        page.get_by_role("navigation", name="Huvudmeny").get_by_role("link", name="Materialflöden").click()
        page.locator("select[name=region]").select_option("suomi")
        page.locator("select[name=year]").select_option("2020")
        page.get_by_role("button", name="Visa").click()
        assert page.get_by_role("heading", level=2).first.inner_text() == "Finland, behandling, 2020"
        picture = page.locator("figure svg[role=img]").first
        title = picture.locator("title").first.text_content() or ""
        assert "Finland, behandling, 2020" in title
        band = next(text for text in picture.locator("path title").all_text_contents() if "deponering" in text)
        amount = band.rpartition(": ")[2].removesuffix(" t").partition(" t (")[0]
        assert amount in page.locator("table").first.inner_text()
        for kind, start in (("CSV", b"material,material_label,"), ("SVG", b"<svg ")):
            address = page.get_by_role("link", name=kind, exact=True).first.get_attribute("href")
            assert page.request.get(address).body().startswith(start)
