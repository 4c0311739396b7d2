"""The table of rewritten literals in the decision record is what the store does."""

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "decisions" / "0005-engine.md"
XSD = "http://www.w3.org/2001/XMLSchema#"
ROWS = re.findall(r'^\| `(".*?)` \| `(".*?)` \|$', DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.fixture(scope="module", params=["memory", "disk"])
def store(request, tmp_path_factory):
    return ox.Store() if request.param == "memory" else ox.Store(str(tmp_path_factory.mktemp("store")))


def literal(text):
    value, datatype, language = re.fullmatch(r'"(.*)"(?:\^\^xsd:(\w+)|@([\w-]+))', text).groups()
    return (
        ox.Literal(value, language=language) if language else ox.Literal(value, datatype=ox.NamedNode(XSD + datatype))
    )


def kept(store, stated):
    store.clear()
    store.add(ox.Quad(ox.NamedNode("a:s"), ox.NamedNode("a:p"), stated))
    return next(iter(store)).object


@pytest.mark.parametrize(("stated", "expected"), ROWS)
def test_rewritten(store, stated, expected):
    assert kept(store, literal(stated)) == literal(expected)


@pytest.mark.parametrize(
    "stated",
    [
        '"2020"^^xsd:gYear',
        '"2020-01"^^xsd:gYearMonth',
        '"2020-01-31"^^xsd:date',
        '"1.5"^^xsd:decimal',
        '"0.1234567890123456789"^^xsd:decimal',
        '"9223372036854775808"^^xsd:integer',
        '"abc"^^xsd:integer',
        '"ä"@fi',
    ],
)
def test_kept(store, stated):
    assert kept(store, literal(stated)) == literal(stated)


def test_the_table_is_there():
    assert len(ROWS) >= 20
