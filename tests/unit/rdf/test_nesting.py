"""What is nested without end is refused before a parser sees it, at its place, and brackets in texts are no levels."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from ce_graph.errors import DataError
from ce_graph.rdf import columns, formats, nesting
from ce_graph.rdf.sources import Source, of_bytes

EX = "http://example.org/"
MANY = 200_000
START = "<x:a> <x:b> "


def source(text: str, name: str) -> Source:
    form = next(item for item in formats.GRAPHS if item.name == name)
    return of_bytes(text.encode(), form, "memory", EX)


DEEP = {
    "open lists": ("turtle", START + "(" * MANY, nesting.DEEPEST_TURTLE, 13 + 10_000),
    "whole lists": ("turtle", START + "(" * MANY + ")" * MANY + " .", nesting.DEEPEST_TURTLE, 13 + 10_000),
    "lists with spaces": ("trig", START + "( " * MANY + ") " * MANY + ".", nesting.DEEPEST_TURTLE, 13 + 20_000),
    "nodes": ("turtle", START + "[<x:b>" * MANY + "1" + "]" * MANY + ".", nesting.DEEPEST_TURTLE, 13 + 60_000),
    "notes": ("turtle", START + "<x:c>" + "{|<x:b>1" * MANY, nesting.DEEPEST_TURTLE, 18 + 80_000),
    "less": ("turtle", "<" * MANY, nesting.DEEPEST_TERMS, 401),
    "reified": ("nquads", START + "<<" * MANY, nesting.DEEPEST_TERMS, 13 + 400),
    "triple terms": ("ntriples", START + "<<( <x:a> <x:b> " * MANY, nesting.DEEPEST_TERMS, 13 + 3_200),
    "graphs": ("trig", "{" * MANY, nesting.DEEPEST_TURTLE, 10_001),
    "arrays": ("jsonld", "[" * MANY + "]" * MANY, nesting.DEEPEST_JSON, 201),
    "objects": ("jsonld", '{"x:b":' * MANY, nesting.DEEPEST_JSON, 1_401),
    "closed in a text": ("jsonld", '["]]]]", ' * MANY, nesting.DEEPEST_JSON, 1_801),
    "elements": ("rdfxml", '<a xmlns="x:">' * MANY, nesting.DEEPEST_XML, 7_001),
}


@pytest.mark.parametrize("name", DEEP)
def test_what_would_end_or_stall_the_parser_is_refused_before(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    form, text, most, column = DEEP[name]

    def never(*_: object, **__: object) -> None:
        raise AssertionError("the parser was asked")

    monkeypatch.setattr(ox, "parse", never)
    with pytest.raises(DataError, match=f"^memory:1:{column}: nested more than {most} levels deep; flatten it$"):
        columns.read([source(text, form)])


def test_what_is_less_deep_is_read() -> None:
    deep = START + "[ <x:b> " * 9_999 + "1" + " ]" * 9_999 + " ."
    assert len(columns.read([source(deep, "turtle")])) == 10_000
    deep = START + "<<( <x:a> <x:b> " * 200 + "1" + " )>>" * 200 + " ."
    assert len(columns.read([source(deep, "turtle")])) == 1
    deep = '{"x:b":' * 200 + "1" + "}" * 200
    assert len(columns.read([source(deep, "jsonld")])) == 200


IN_TEXTS = """
    <x:a> <x:b> "{0}", '{0}', \"\"\" " "" {0}\"\"\", ''' ' '' {0}''', "\\"{0}", '\\'{0}' . # " {0}
    # '{0}
    <x:a> <x:b> <x:#((> , <x:c> . <x:a><x:b>[]. <<<x:a><x:b><x:c>>> <x:b> ().
    @prefix x: <x:> . x:a x:\\(\\(\\' [ x:b ( 1 [] ( ) ) ] .
"""


@pytest.mark.parametrize("bracket", ["(", "[", "{{", "<<", "<<("])
def test_brackets_in_texts_names_and_comments_are_not_levels(bracket: str) -> None:
    text = IN_TEXTS.format(bracket * 20_000)
    assert len(list(ox.parse(text, format=ox.RdfFormat.TURTLE))) == 19
    assert nesting.deep(text.encode(), ox.RdfFormat.TURTLE) is None


def test_brackets_in_the_texts_of_json_are_not_levels() -> None:
    brackets = '{\\"[' * 3000
    assert len(columns.read([source(f'{{"@id":"x:a","x:b":"{brackets}"}}', "jsonld")])) == 1


def test_brackets_that_close_are_not_levels() -> None:
    wide = START + "[<x:b> (1)], " * 20_000 + "<<( <x:a> <x:b> 1 )>> ."
    assert nesting.deep(wide.encode(), ox.RdfFormat.TURTLE) is None


def test_xml_that_is_cut_off_or_explodes_is_refused_with_its_place() -> None:
    with pytest.raises(DataError, match=r"^memory:2:4: no element found$"):
        columns.read([source('<a xmlns="x:">\n<b>', "rdfxml")])
