"""Tokens of SPARQL: what a parser would take as one piece."""

import pytest

from ce_graph.store.text.tokens import read, tokens


def kinds(text):
    return [(token.kind, token.text) for token in tokens(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("?a<?b", [("var", "?a"), ("op", "<"), ("var", "?b")]),
        ("?a < ?b", [("var", "?a"), ("op", "<"), ("var", "?b")]),
        ("<http://a/#b>", [("iri", "<http://a/#b>")]),
        ("<http://a/\\u00e4>", [("iri", "<http://a/\\u00e4>")]),
        ("ex:a.b.", [("pname", "ex:a.b"), ("op", ".")]),
        ("ex:a\\'b", [("pname", "ex:a\\'b")]),
        (":", [("pname", ":")]),
        ("_:b1.", [("bnode", "_:b1"), ("op", ".")]),
        ("'it''s'", [("string", "'it'"), ("string", "'s'")]),
        ("''", [("string", "''")]),
        ("'''a'b''c'''", [("string", "'''a'b''c'''")]),
        ('"""a\nb"""@en-GB', [("string", '"""a\nb"""'), ("lang", "@en-GB")]),
        ("'a'^^xsd:int", [("string", "'a'"), ("op", "^^"), ("pname", "xsd:int")]),
        ("1.5e-3SERVICE", [("number", "1.5e-3"), ("word", "SERVICE")]),
        ("1.?x", [("number", "1."), ("var", "?x")]),
        ("a#b\nc", [("word", "a"), ("word", "c")]),
        ("ex:ä", [("pname", "ex:ä")]),
        ("?ä·", [("var", "?ä·")]),
        ("<<?s ?p ?o>>", [("op", "<<"), ("var", "?s"), ("var", "?p"), ("var", "?o"), ("op", ">>")]),
    ],
)
def test_pieces(text, expected):
    assert kinds(text) == expected


def test_other_readings_begin_behind_a_doubtful_sign_and_end_where_they_meet_the_plain_one():
    plain, others = read("?a <?b#c> ?d\n ?e", lambda _: None)
    assert [token.text for token in plain] == ["?a", "<?b#c>", "?d", "?e"]
    assert [token.text for token in others] == ["?b"]


def test_iris_with_an_authority_are_not_doubtful():
    _, others = read("?s <http://a/b#type> 'x' ; <https://a/it's> 1", lambda _: None)
    assert others == []
