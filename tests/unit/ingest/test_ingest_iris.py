"""URI templates expand as RFC 6570 says; compact names and other bases are written out."""

from __future__ import annotations

import pytest
import uritemplate

from ce_graph.ingest.iris import Template, full, rebase

VALUES = [
    "plain-1.0_~",
    "two words",
    "Käringmossen",
    "a/b?c#d",
    "100%",
    "%C3%A4",
    "50%25",
    "a&b=c",
    "[x]",
    "+",
    "",
    "'",
]


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize(
    "text", ["https://a.example/{x}", "{+x}", "https://a.example/{x}/of/{y}#z", "https://a.example/"]
)
def test_templates_expand_as_the_reference_implementation_does(text: str, value: str) -> None:
    expected = uritemplate.expand(text, {"x": value, "y": "b"})
    if "{+" in text and value == "100%":
        expected = "100%25"  # a percent sign that escapes nothing is escaped itself, as the RFC asks
    assert Template(text).expand({"x": value, "y": "b"}) == expected


def test_a_template_knows_what_it_is_made_of() -> None:
    template = Template("https://a.example/{kind}/{+id}")
    assert template.prefix == "https://a.example/"
    assert template.names == ("kind", "id")


def test_a_name_without_a_value_leaves_nothing() -> None:
    assert Template("https://a.example/{x}-{y}").expand({"y": "1"}) == "https://a.example/-1"


@pytest.mark.parametrize("text", ["{?x}", "{x,y}", "{x*}", "{x:3}", "{#x}", "{", "}", "{x", "{}"])
def test_other_expressions_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="may only have expressions such as"):
        Template(text)


@pytest.mark.parametrize(
    ("compact", "expected"),
    [
        ("skos:prefLabel", "http://www.w3.org/2004/02/skos/core#prefLabel"),
        ("dc:title", "http://purl.org/dc/terms/title"),
        ("http://a.example/b", "http://a.example/b"),
        ("nothing:known", "nothing:known"),
        ("unit://t", "unit://t"),
    ],
)
def test_compact_names_with_known_prefixes_are_written_out(compact: str, expected: str) -> None:
    assert full(compact) == expected


@pytest.mark.parametrize("part", ["id/actor/hsy", "graph/seed", "dataset/uusimaa"])
def test_another_base_takes_the_instance_along(part: str) -> None:
    assert rebase(f"https://w3id.org/ce-graph/{part}", "https://a.example/") == f"https://a.example/{part}"


@pytest.mark.parametrize("part", ["ontology#Flow", "shapes#FlowShape", "code/ewc/170101", "", "identity"])
def test_another_base_leaves_the_vocabulary_where_it_is(part: str) -> None:
    iri = f"https://w3id.org/ce-graph/{part}"
    assert rebase(iri, "https://a.example/") == iri
