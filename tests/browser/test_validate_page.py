"""The page that checks files: with a file or a text, in three languages, without script, for everybody."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from live_server import LiveServer

SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <http://example.org/> .
e:NamedShape a sh:NodeShape ; sh:targetClass e:Thing ; sh:property [ sh:path e:name ; sh:maxLength 5 ] .
"""
DATA = '@prefix e: <http://example.org/> .\ne:one a e:Thing ; e:name "<b>long</b>" .\n'
HEADINGS = {"en": ("What to check", "Check"), "fi": ("Mitä tarkastetaan", "Tarkasta"),
            "sv": ("Vad som ska kontrolleras", "Kontrollera")}  # fmt: skip


@contextmanager
def visiting(browser: Any, server: LiveServer, **options: Any) -> Iterator[Any]:
    context = browser.new_context(base_url=server.address, **options)
    try:
        yield context.new_page()
    finally:
        context.close()


@pytest.mark.parametrize("language", HEADINGS)
def test_a_pasted_text_is_checked_without_script(browser: Any, server: LiveServer, language: str) -> None:
    heading, check = HEADINGS[language]
    with visiting(browser, server, java_script_enabled=False) as page:
        page.goto(f"/validate?lang={language}")
        assert page.get_by_role("heading", name=heading).is_visible()
        page.locator("#text").fill(DATA)
        page.locator("summary").click()
        page.locator("textarea#shapes").fill(SHAPES)
        page.get_by_role("button", name=check, exact=True).click()
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("pre.excerpt mark").inner_text() == '"<b>long</b>"'
        assert page.locator("#text").input_value().strip() == DATA.strip()
        page.get_by_role("button", name="JSON", exact=True).click()
        assert '"results"' in page.content()


def test_an_uploaded_table_is_told_by_cells(browser: Any, server: LiveServer, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("id,origin,target,material,unit,stage,region,basis,source,confidence\nnew-1,,,,furlong,,,,,\n")
    with visiting(browser, server, locale="fi-FI") as page:
        page.goto("/validate")
        page.locator("#data").set_input_files(file)
        page.get_by_role("button", name="Tarkasta", exact=True).click()
        assert page.get_by_text("solu B2").is_visible()
        assert page.get_by_text("solu on tyhjä, mutta arvo vaaditaan").first.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_form_and_a_report_are_for_everybody(browser: Any, server: LiveServer, axe: str, scheme: str) -> None:
    with visiting(
        browser, server, color_scheme=scheme, bypass_csp=True, viewport={"width": 320, "height": 700}
    ) as page:
        page.goto("/validate")
        for _ in range(2):
            page.evaluate(axe)
            found = page.evaluate("axe.run()")["violations"]
            assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
            assert page.evaluate("document.documentElement.scrollWidth") <= 320
            page.locator("#text").fill(DATA)
            page.locator("details").evaluate("node => { node.open = true; }")
            page.locator("textarea#shapes").fill(SHAPES)
            page.get_by_role("button", name="Check", exact=True).click()
