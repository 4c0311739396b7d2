"""The query page as people use it: without script, with the editor, by keyboard, in three languages."""

from __future__ import annotations

import re
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from ce_graph.web import assets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from live_server import LiveServer

needs_editor = pytest.mark.skipif(assets.find() is None, reason="npm has not built the editor")
SELECT = """PREFIX ce: <https://w3id.org/ce-graph/ontology#>
SELECT ?p ?end { ?p ce:endDateStated ?end } ORDER BY ?end LIMIT 5"""
WRONG = "SELECT * WHERE {\n  ?s ?p\n}"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
EDITOR = ".CodeMirror-code"


class Visit:
    """A person with a browser, and what the browser did behind the page."""

    def __init__(self, context: Any, address: str) -> None:
        self.address = address.rstrip("/")
        self.requests: list[str] = []
        self.faults: list[str] = []
        self.page = context.new_page()
        context.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._heard)

    def _heard(self, message: Any) -> None:
        if message.type in ("error", "warning") and "favicon" not in message.location.get("url", ""):
            self.faults.append(message.text)

    def go(self, path: str) -> Any:
        self.page.goto(self.address + path)
        return self.page

    def write(self, text: str) -> None:
        self.page.locator(EDITOR).click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.press("Delete")
        self.page.keyboard.type(text)

    def complete(self, text: str) -> None:
        """Take the suggestion, and see that it is there: the editor may need a frame for it."""
        self.page.keyboard.press("Enter")
        self.page.locator(".CodeMirror-line", has_text=text).wait_for()

    @property
    def query(self) -> str:
        return str(self.page.locator("#query").input_value())

    @property
    def asked(self) -> str:
        """The query in the address."""
        return parse_qs(urlsplit(self.page.url).query).get("query", [""])[0]


@pytest.fixture
def visiting(browser: Any, server: LiveServer) -> Iterator[Any]:
    """Opens visits, and afterwards sees that nothing went elsewhere and nothing failed unseen."""
    opened = []

    @contextmanager
    def visit(*, faults: bool = False, **options: Any) -> Iterator[Visit]:
        given = {"viewport": {"width": 1100, "height": 800}, "locale": "en"} | options
        context = browser.new_context(**given)
        try:
            found = Visit(context, server.address)
            opened.append(found)
            yield found
            assert faults or found.faults == []
        finally:
            context.close()

    yield visit
    for one in opened:
        assert [url for url in one.requests if not url.startswith(one.address + "/")] == []


def test_without_script_a_query_is_sent_and_its_answer_is_a_table(visiting: Any) -> None:
    with visiting(faults=True, java_script_enabled=False, locale="fi") as visit:
        page = visit.go("/sparql")
        assert page.locator(".CodeMirror").count() == 0
        assert not page.locator("#query-note").is_visible()
        page.locator("#query").fill(SELECT)
        page.get_by_role("button", name="Suorita").click()
        assert page.locator("#answer").inner_text() == "5 riviä"
        assert page.locator("table.solutions tbody tr").count() == 5
        assert visit.asked.splitlines() == SELECT.splitlines()
        assert visit.query == SELECT
        page.locator("#query").fill(WRONG)
        page.get_by_role("button", name="Suorita").click()
        assert "Rivi 3, sarake" in page.get_by_role("alert").inner_text()
        assert page.locator("#query").input_value() == WRONG


def test_without_script_an_example_opens_with_its_answer(visiting: Any) -> None:
    with visiting(java_script_enabled=False, locale="sv") as visit:
        page = visit.go("/sparql")
        page.get_by_role("link", name="Aktörer inom ett tema").click()
        assert visit.query.startswith("# Aktörer inom ett tema\n")
        assert "VALUES (?theme) { (<https://w3id.org/ce-graph/code/theme/plastics>) }" in visit.query
        assert re.fullmatch(r"\d+ rader", page.locator("#answer").inner_text())


@needs_editor
@pytest.mark.parametrize("width", [320, 1280])
def test_the_editor_takes_the_place_of_the_form_and_nothing_shifts(visiting: Any, width: int) -> None:
    with visiting(viewport={"width": width, "height": 800}) as visit:
        page = visit.page
        page.route("**/query.js*", lambda route: (time.sleep(0.4), route.continue_()))
        path = "/sparql?query=" + quote(SELECT)
        page.goto(visit.address + path, wait_until="commit")
        page.locator("#query").wait_for(state="visible")
        places = """["h1", "button[type=submit]", "#answer", "#examples"]
            .map(found => document.querySelector(found).getBoundingClientRect().top)"""
        page.locator("#examples").wait_for()
        before = page.evaluate(places)
        page.locator(".CodeMirror").wait_for()
        assert page.evaluate(places) == before
        assert not page.locator("#query").is_visible()
        shifts = """new Promise(done => new PerformanceObserver(list => done(list.getEntries().map(e => e.value)))
            .observe({type: "layout-shift", buffered: true}) || setTimeout(() => done([]), 300))"""
        assert page.evaluate(shifts) == []


@needs_editor
@pytest.mark.parametrize(
    ("locale", "word", "label"), [("fi", "hank", "hanke"), ("sv", "projekt", "projekt"), ("en", "proj", "project")]
)
def test_classes_are_found_by_their_names_in_the_readers_language(
    visiting: Any, locale: str, word: str, label: str
) -> None:
    with visiting(locale=locale) as visit:
        page = visit.go("/sparql")
        visit.write("SELECT * WHERE { ?x a " + word)
        page.locator(".CodeMirror-hint", has_text=re.compile(rf"^ce:Project {label}")).click()
        assert visit.query == "PREFIX ce: <https://w3id.org/ce-graph/ontology#>\nSELECT * WHERE { ?x a ce:Project"


@needs_editor
def test_properties_and_prefixes_are_completed_by_keyboard(visiting: Any) -> None:
    with visiting() as visit:
        page = visit.go("/sparql")
        visit.write("SELECT * WHERE { ?x ce:endDateSt")
        page.locator(".CodeMirror-hint", has_text="ce:endDateStated").wait_for()
        visit.complete("ce:endDateStated")
        page.keyboard.type(" ?end ; ")
        page.keyboard.press("Control+Space")
        page.locator(".CodeMirror-hint", has_text="skos:prefLabel").wait_for()
        page.keyboard.type("skos:prefL")
        page.locator(".CodeMirror-hints:not(:has(:nth-child(2)))", has_text="skos:prefLabel").wait_for()
        visit.complete("skos:prefLabel")
        page.keyboard.type(" ?name }")
        assert visit.query.splitlines() == [
            "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>",
            "PREFIX ce: <https://w3id.org/ce-graph/ontology#>",
            "SELECT * WHERE { ?x ce:endDateStated ?end ; skos:prefLabel ?name }",
        ]
        page.keyboard.press("Control+Enter")
        page.locator("table.solutions").wait_for()
        assert visit.asked == visit.query


@needs_editor
def test_an_answer_comes_in_place_with_an_address_of_its_own(visiting: Any) -> None:
    with visiting() as visit:
        page = visit.go("/sparql")
        page.evaluate("window.stayed = true")
        first = visit.query
        visit.write("ASK {}")
        page.keyboard.press("Control+Enter")
        page.locator("#answer-area .lead", has_text="Yes").wait_for()
        assert visit.asked == "ASK {}"
        assert page.locator("#query-status").inner_text() == "Answer: Yes true"
        assert page.locator("nav.languages button[lang=sv]").get_attribute("form") == "answered"
        assert page.locator("#answered input[name=query]").input_value() == "ASK {}"
        page.get_by_role("link", name="Actors taking part in a theme").click()
        page.locator("table.solutions").wait_for()
        assert visit.query == visit.asked
        assert visit.query.startswith("# Actors taking part in a theme\n")
        page.go_back()
        page.locator("#answer-area .lead").wait_for()
        assert visit.query == "ASK {}"
        page.go_back()
        page.locator("#answer").wait_for(state="detached")
        assert visit.query == first
        assert page.evaluate("window.stayed")


@needs_editor
def test_what_is_wrong_is_marked_where_it_is(visiting: Any) -> None:
    with visiting(faults=True, locale="sv") as visit:
        page = visit.go("/sparql")
        visit.write("SELECT * WHERE { ?s ?p }")
        page.locator("#query-note", has_text="Rad 1: ").wait_for()
        assert page.locator(".fault").count() == 1
        page.keyboard.press("Control+Enter")
        page.get_by_role("alert").wait_for()
        assert "Frågan besvarades inte." in page.locator("#query-status").inner_text()
        visit.write("ASK {}")
        assert page.locator(".fault").count() == 0
        assert page.locator("#query-note").inner_text().startswith("Ctrl+Enter")


@needs_editor
def test_a_running_query_can_be_stopped_and_then_it_runs_no_longer(visiting: Any, server: LiveServer) -> None:
    cancelled = 'ce_graph_queries_total{form="select",outcome="cancelled"} '
    before = server.ask("GET", "/metrics").text.partition(cancelled)[2].partition("\n")[0] or "0"
    with visiting() as visit:
        page = visit.go("/sparql")
        visit.write(SLOW)
        page.keyboard.press("Control+Enter")
        page.get_by_role("button", name="Stop").click()
        page.locator("#query-status", has_text="The query was stopped.").wait_for(state="attached")
        page.get_by_role("button", name="Run").wait_for()
        for _ in range(100):
            after = server.ask("GET", "/metrics").text.partition(cancelled)[2].partition("\n")[0] or "0"
            if float(after) > float(before):
                break
            time.sleep(0.05)
        assert float(after) == float(before) + 1


@needs_editor
def test_the_tab_key_leads_out_of_the_editor(visiting: Any) -> None:
    with visiting() as visit:
        page = visit.go("/sparql")
        page.locator(".CodeMirror").wait_for()
        focused = (
            "document.activeElement.matches('.CodeMirror *') ? 'editor' : document.activeElement.textContent.trim()"
        )
        for _ in range(20):
            page.keyboard.press("Tab")
            if page.evaluate(focused) == "editor":
                break
        assert page.evaluate(focused) == "editor"
        page.keyboard.press("Tab")
        assert page.evaluate(focused) == "Run"
        page.keyboard.press("Shift+Tab")
        assert page.evaluate(focused) == "editor"
        page.keyboard.press("Shift+Tab")
        assert page.evaluate(focused) != "editor"


@needs_editor
def test_a_table_sorts_by_its_columns(visiting: Any) -> None:
    with visiting() as visit:
        page = visit.go("/sparql?query=" + quote("SELECT * { VALUES (?n ?t) { (10 'b') (9 'a') (UNDEF 'c') } }"))
        head = page.get_by_role("button", name="n", exact=True)
        column = "[...document.querySelectorAll('table.solutions tbody tr')].map(r => r.cells[0].innerText.trim())"
        head.click()
        assert page.evaluate(column) == ["9", "10", ""]
        assert page.locator("th[aria-sort=ascending]").inner_text().startswith("n")
        head.click()
        assert page.evaluate(column) == ["10", "9", ""]


@needs_editor
def test_a_long_table_is_leafed_through_in_place(visiting: Any) -> None:
    with visiting() as visit:
        page = visit.go("/sparql?query=" + quote("SELECT ?s { ?s ?p ?o } LIMIT 250"))
        page.evaluate("window.stayed = true")
        page.get_by_role("button", name="Next").click()
        page.locator(".pager [aria-current]", has_text="Page 2").wait_for()
        assert page.locator("table.solutions tbody tr").count() == 100
        assert page.locator("table.solutions button").count() == 0
        page.get_by_role("button", name="Next").click()
        page.locator(".pager [aria-current]", has_text="Page 3").wait_for()
        assert page.locator("table.solutions tbody tr").count() == 50
        page.go_back()
        page.locator(".pager [aria-current]", has_text="Page 2").wait_for()
        assert page.evaluate("window.stayed")


def test_every_format_can_be_taken_away(visiting: Any) -> None:
    forms = {
        SELECT: {"json", "xml", "csv", "tsv"},
        "DESCRIBE <https://w3id.org/ce-graph/id/actor/hsy>": {"ttl", "jsonld", "nt", "rdf", "trig", "nq"},
        "ASK {}": {"json", "xml"},
    }
    with visiting(java_script_enabled=False) as visit:
        for query, extensions in forms.items():
            page = visit.go("/sparql?query=" + quote(query))
            found = set()
            for button in page.locator("#answered button[name=format]").all():
                with page.expect_download() as download:
                    button.click()
                found.add(download.value.suggested_filename.removeprefix("answer."))
                assert Path(download.value.path()).stat().st_size > 0
            assert found == extensions


@needs_editor
@pytest.mark.parametrize(
    ("locale", "width", "scheme"),
    [("fi", 320, "dark"), ("sv", 1280, "light"), ("en", 320, "light"), ("fi", 1280, "dark")],
)
def test_nobody_is_kept_out(visiting: Any, axe: str, locale: str, width: int, scheme: str) -> None:
    options = {"locale": locale, "color_scheme": scheme, "viewport": {"width": width, "height": 800}}
    with visiting(faults=True, **options) as visit:
        for path in ("/sparql", "/sparql?query=" + quote(SELECT), "/sparql?query=" + quote(WRONG)):
            page = visit.go(path)
            page.locator(".CodeMirror").wait_for()
            assert found_by(axe, page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        visit.write("SELECT * WHERE { ?x a ce:")
        page.locator(".CodeMirror-hint").first.wait_for()
        assert found_by(axe, page) == []


@pytest.mark.parametrize("width", [320, 1280])
def test_nobody_is_kept_out_without_script(
    visiting: Any, axe: str, width: int, browser: Any, server: LiveServer
) -> None:
    # axe is a script itself: the page is shown to it as it is without the editor.
    with visiting(faults=True, viewport={"width": width, "height": 800}) as visit:
        visit.page.route("**/static/build/*", lambda route: route.abort())
        for query in (SELECT, WRONG):
            page = visit.go("/sparql?query=" + quote(query))
            assert found_by(axe, page) == []


def found_by(axe: str, page: Any) -> list[str]:
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)")
    return [f"{one['id']}: {node['html'][:120]} {node['failureSummary']}" for one in found for node in one["nodes"]]
