"""Every text of the pages is there in every language, and no other."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import ce_graph
from ce_graph.web import i18n

FOLDER = Path(ce_graph.__file__).parent
METHODS = [("**/templates/**.html", "jinja2.ext:babel_extract")]
KEYWORDS = {"_": None, "gettext": None, "say": None, "ngettext": (1, 2), "mark": None}
OPTIONS = {"**/templates/**.html": {"silent": "false"}}


def used() -> set[str | tuple[str, ...]]:
    return {message for _, _, message, _, _ in extract_from_dir(FOLDER, METHODS, OPTIONS, keywords=KEYWORDS)} | {
        message
        for file in FOLDER.rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and (message := text_of(call))
    }


def text_of(call: ast.Call) -> str | tuple[str, ...] | None:
    """The text that a call asks for, also within an f-string, where Babel looks only on some versions of Python."""
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    if name not in KEYWORDS:
        return None
    texts = [each.value for each in call.args[: len(KEYWORDS[name] or "1")] if isinstance(each, ast.Constant)]
    return None if not texts else texts[0] if KEYWORDS[name] is None else tuple(texts)


def catalog(language: str) -> Catalog:
    with (FOLDER / "translations" / f"{language}.po").open("rb") as stream:
        return read_po(stream, locale=language, abort_invalid=True)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_text_is_translated_and_no_translation_is_left_over(language: str) -> None:
    known = {message.id for message in catalog(language) if message.id}
    assert sorted(map(str, used() - known)) == []
    assert sorted(map(str, known - used())) == []


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_translations_are_whole(language: str) -> None:
    for message in catalog(language):
        if not message.id:
            continue
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        wanted = set(re.findall(r"%\(\w+\)s", "".join(ids)))
        for text in texts:
            assert text, f"{message.id} has no {language} text"
            assert set(re.findall(r"%\(\w+\)s", text)) == wanted, f"{message.id}: other placeholders in {language}"
        assert not message.fuzzy


@pytest.mark.parametrize(
    ("header", "wanted", "chosen"),
    [
        (None, None, "en"),
        ("fi", None, "fi"),
        ("fi-FI,fi;q=0.9,en;q=0.8", None, "fi"),
        ("sv-FI;q=0.9, de", None, "sv"),
        ("de", None, "en"),
        ("en;q=0.1, sv;q=0.2", None, "sv"),
        ("fi", "sv", "sv"),
        ("fi", "xx", "fi"),
        (";;;=", None, "en"),
    ],
)
def test_the_language_is_the_one_asked_for(header: str | None, wanted: str | None, chosen: str) -> None:
    assert i18n.choose(header, wanted) == chosen


def test_the_wanted_language_comes_first_and_the_others_follow() -> None:
    assert i18n.preference("sv") == ["sv", "en", "fi"]
