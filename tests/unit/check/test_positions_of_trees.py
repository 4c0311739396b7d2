"""Statements of RDF/XML stand at their elements, those of JSON-LD at their keys and values."""

from __future__ import annotations

import json
import re

import pyoxigraph as ox
import pytest

from ce_graph.rdf.formats import GRAPHS
from ce_graph.rdf.nesting import DEEPEST_JSON
from ce_graph.rdf.positions import placed
from ce_graph.rdf.positions.tree import Array, tree
from ce_graph.rdf.sources import of_bytes

FORMATS = {form.name: form for form in GRAPHS}
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def written(text: str, form: str) -> list[tuple[ox.Quad, str, str, str]]:
    data = text.encode()
    source = of_bytes(data, FORMATS[form], "test", "http://base/doc")
    found = []
    for quad, spot in placed(source, data):
        words = [re.match(rb'<[\w:]+|"[^"]*"|[^\s,\]}]+', data[offset:]) for offset in spot]
        found.append((quad, *(match[0].decode() if match else "" for match in words)))
    return found


XML = (
    '<?xml version="1.0"?>\n<!-- an opening remark -->\n'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">{}</rdf:RDF>'
)


@pytest.mark.parametrize(
    "body",
    [
        '<e:C rdf:about="a" e:p="1" e:q="2"><e:r>x</e:r><e:s rdf:resource="z"/><e:t><e:D><e:u>1</e:u></e:D></e:t>'
        "</e:C>",
        '<e:C rdf:nodeID="n"><e:r rdf:parseType="Resource"><e:x>1</e:x><e:y>2</e:y></e:r><rdf:li>1</rdf:li></e:C>',
        '<e:C><e:s rdf:parseType="Collection"><e:D rdf:about="1"/><e:D><e:x>1</e:x></e:D></e:s>'
        '<e:v rdf:parseType="Collection"/></e:C>',
        '<e:C><e:l rdf:parseType="Literal"><b>x<i><j/></i></b><b/></e:l><e:k e:x="1" e:y="2"/>'
        '<e:k2 rdf:resource="f" e:x="1"/></e:C>',
        '<e:C><e:r rdf:ID="s1">x</e:r><e:s rdf:ID="s2" rdf:resource="o"/><e:t rdf:ID="s3"><e:D e:v="q"/></e:t>'
        "<e:u/></e:C>",
        '<e:C><e:m rdf:ID="s4" rdf:parseType="Resource"><e:x>1</e:x></e:m><e:w xml:lang="en"></e:w></e:C>',
        '<rdf:Description rdf:ID="k" xml:base="http://other/f" rdf:type="T"><e:p rdf:resource="#x"/></rdf:Description>',
    ],
)
def test_each_statement_of_rdf_xml_stands_at_the_element_that_makes_it(body: str) -> None:
    found = written(XML.format(body), "rdfxml")
    assert found
    for quad, _, predicate, _ in found:
        local = quad.predicate.value.removeprefix("http://e/")
        if not local.startswith(RDF):
            assert predicate in (f"<e:{local}", "<e:C", "<e:D", "<e:k", "<e:k2"), (str(quad), predicate)


def test_a_root_without_rdf_rdf_is_followed() -> None:
    found = written('<e:C xmlns:e="http://e/"><e:p><e:D/></e:p></e:C>', "rdfxml")
    assert [(subject, predicate, value) for _, subject, predicate, value in found] == [
        ("<e:C", "<e:C", "<e:C"),
        ("<e:D", "<e:D", "<e:D"),
        ("<e:C", "<e:p", "<e:D"),
    ]


def test_json_ld_points_to_keys_and_values() -> None:
    text = json.dumps(
        {
            "@context": {
                "@vocab": "http://e/",
                "ex": "http://ex/",
                "link": {"@id": "ex:link", "@type": "@id"},
                "id": "@id",
            },
            "id": "a",
            "name": ["x", {"@value": "y", "@language": "fi"}],
            "link": "ex:b",
            "inner": {"deep": 1},
            "@type": "T",
        }
    )
    found = {
        (q.predicate.value.rsplit("/", 1)[-1], getattr(q.object, "value", "")): words
        for q, *words in written(text, "jsonld")
    }
    assert found["name", "x"] == ['"id"', '"name"', '"x"']
    assert found["name", "y"] == ['"id"', '"name"', '{"@value":']
    assert found["link", "http://ex/b"][1:] == ['"link"', '"ex:b"']
    assert found["deep", "1"] == ['{"deep":', '"deep"', "1"]
    assert found["22-rdf-syntax-ns#type", "http://e/T"][2] == '"T"'


@pytest.mark.parametrize(
    "document",
    [
        {"@context": {"@vocab": "http://e/"}, "l": {"@list": [1, {"x": 2}]}, "m": [1, 2], "@id": "http://e/a"},
        {"@context": {"@vocab": "http://e/"}, "@graph": [{"@id": "y", "p": 1}, {"p": {"q": {"r": 3}}}]},
        {"@context": {"@vocab": "http://e/", "n": {"@reverse": "p"}}, "@id": "y", "n": {"@id": "z", "q": {"k": 1}}},
        {
            "@context": [{"@vocab": "http://e/"}, {"l": {"@container": "@list"}}],
            "l": [1, 2],
            "o": {"@set": [1, {"t": 1}]},
        },
        {"@context": {"@vocab": "http://e/"}, "@reverse": {"p": {"@id": "z"}}, "@included": [{"x": 1}]},
        {"@context": {"@vocab": "http://e/", "T": {"@context": {"@vocab": "http://t/"}}}, "@type": "T", "p": 1},
        {"@context": {"@vocab": "http://e/", "lang": {"@container": "@language"}}, "lang": {"fi": "yksi", "en": "one"}},
        [{"http://e/p": [{"@value": 1}], "@id": "_:x"}, {"http://e/q": [{"@id": "_:x"}]}],
    ],
)
def test_every_statement_of_json_ld_gets_the_nearest_place(document: object) -> None:
    text = json.dumps(document)
    found = written(text, "jsonld")
    assert len(found) == sum(1 for _ in ox.parse(text, format=ox.RdfFormat.JSON_LD, base_iri="http://base/doc"))
    assert found


def test_a_tree_keeps_where_things_stand() -> None:
    found = tree(b'[1, {"a": "x"}]')
    assert isinstance(found, Array)
    assert [item.at for item in found.items] == [1, 4]


def test_a_tree_that_is_too_deep_is_refused() -> None:
    with pytest.raises(ValueError, match="deep"):
        tree(b"[" * (DEEPEST_JSON + 2))
