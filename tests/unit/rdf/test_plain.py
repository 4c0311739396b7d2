"""What is read without a parser is what the parser would have read, on files of every kind."""

from __future__ import annotations

import random
from typing import Any

import pyoxigraph as ox
import pytest

from ce_graph.errors import DataError
from ce_graph.rdf import columns, formats, plain
from ce_graph.rdf.sources import Source, of_bytes

BASE = "http://base.example/dir/file"
HEADER = (
    "@prefix ex: <http://example.org/ns#> .\nPREFIX : <http://example.org/>\n# a comment, @prefix ex: <http://no/>\n"
    "@prefix odd: <http://example.org/?q=> .\n"
)
SUBJECTS = [
    "ex:a",
    ":b",
    "<http://x.example/c>",
    "_:d",
    "<rel>",
    "odd:e",
    ":",
    "ex:a-b_c",
    "ex:1",
    "<http://x.example/a/../b>",
]
PREDICATES = ["ex:p", "a", "<http://x.example/p#q>", ":q", "odd:r"]
OBJECTS = [
    *SUBJECTS,
    '"plain"', '"with space"@en', '"Gr\u00fc\u00dfe"@de-AT',
    '"x"@EN', '"1"^^xsd:int', '"2020-01-01"^^ex:date', '""', '"a\\"b"', '"\\\\"',
    '"\\u00e9"', '"t\tt"', '"\u007f"', '"\uffff"', '"; , ."', '"# no comment"',
    '"it\'s"', "12", "-3", "+4.5", ".5", "1e3", "1.0E-2",
    "true", "false", '"s"^^<http://www.w3.org/2001/XMLSchema#string>', '"d"^^<http://x.example/dt>', "ex:a.b",
    "ex:%41", "ex:a\\-b", "odd:",
    '"x"^^<rel>', "<http://x.example/\u00e9>", "<http://x.example/\\u00e9>", "_:d1", "_:a.b",
]  # fmt: skip
STRANGE = [
    "[]", "[ ex:p 1 ]", "( 1 2 )",
    '"""long "one" """', "'single'", "'''three'''", "<bad iri>", '"open', "ex:a,", "nope:x", "@en", "^^",
    "ex:a ex:b", "a", "# comment",
    '"x" @en', "<http://x.example/", "\\", "<<( ex:a ex:b ex:c )>>", "'\"'", '"\n"', "1.2.3", "\u0001",
    "@prefix ex: <http://other.example/> .", "[", ")",
    "''", '""""""', "ex:a#b", "ex:a;ex:b", "_:", "-", "a.", "<http://[>", "\u00e9",
]  # fmt: skip
ENDS = [" .\n", ".\n", " . ", "\n.\n", "  .\r\n", " .\n\n# between\n", " ; .\n", ";.\n", " .\t"]


def _document(pick: random.Random, strange: float) -> str:
    def term(choices: list[str]) -> str:
        return pick.choice(STRANGE) if pick.random() < strange else pick.choice(choices)

    text = HEADER if pick.random() < 0.9 else "@base <http://b.example/> .\n" + HEADER
    if pick.random() < 0.9:
        text = "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n" + text
    for _ in range(pick.randrange(8)):
        lists = [
            f"{term(PREDICATES)} "
            + pick.choice([" , ", ", ", ","]).join(term(OBJECTS) for _ in range(pick.randrange(1, 4)))
            for _ in range(pick.randrange(1, 4))
        ]
        text += f"{term(SUBJECTS)} " + pick.choice([" ; ", ";\n  ", " ;; "]).join(lists) + pick.choice(ENDS)
    return text


def _source(text: str | bytes, name: str = "turtle") -> Source:
    form = next(form for form in formats.GRAPHS if form.name == name)
    return of_bytes(text.encode() if isinstance(text, str) else text, form, "file", BASE)


def _canonical(triples: Any) -> str:
    dataset = ox.Dataset(ox.Quad(*triple) for triple in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return "\n".join(sorted(map(str, dataset)))


def _by_columns(source: Source) -> str | None:
    try:
        data = columns.read([source])
    except DataError:
        return None
    rows = zip(data.subjects.tolist(), data.predicates.tolist(), data.objects.tolist(), strict=True)
    return _canonical(tuple(map(data.terms.term, row)) for row in rows)


def _by_parser(source: Source) -> str | None:
    try:
        quads = list(ox.parse(source.data, format=source.format.rdf, base_iri=source.base))
    except SyntaxError:
        return None
    return _canonical((quad.subject, quad.predicate, quad.object) for quad in quads)


@pytest.mark.parametrize("strange", [0, 0.02, 0.2])
def test_turtle_means_what_the_parser_says(strange: float) -> None:
    pick = random.Random(int(strange * 100))
    for number in range(400):
        source = _source(_document(pick, strange))
        assert _by_columns(source) == _by_parser(source), (number, source.data)


def test_a_damaged_file_is_refused_when_the_parser_refuses_it() -> None:
    pick = random.Random(5)
    whole = "".join(_document(pick, 0) for _ in range(3))
    for number in range(400):
        at = pick.randrange(len(whole))
        text = pick.choice(
            [
                whole[:at],
                whole[:at] + pick.choice("\"'<>.;,#[]()\\@^:_ \n\t\u00e9") + whole[at:],
                whole[:at] + whole[at + 1 :],
            ]
        )
        source = _source(text)
        assert _by_columns(source) == _by_parser(source), (number, at, text)


@pytest.mark.parametrize("name", ["ntriples", "nquads"])
def test_lines_of_triples_mean_what_the_parser_says(name: str) -> None:
    pick = random.Random(3)
    nodes = ["<http://x.example/a>", "<http://x.example/b#c>", "_:b0", "<http://x.example/\u00e9>", "<urn:x:y>"]
    values = [
        *nodes,
        '"x"',
        '"a b"@en',
        '"\\n\\"q\\""',
        '"1"^^<http://www.w3.org/2001/XMLSchema#byte>',
        '"<g> ."',
        '"_:b"',
        "12",
        "ex:a",
        "a",
    ]
    for number in range(400):
        text = "# first\n" if pick.random() < 0.2 else ""
        for _ in range(pick.randrange(6)):
            line = [pick.choice(nodes), pick.choice(nodes[:2]), pick.choice(values)]
            if name == "nquads" and pick.random() < 0.5:
                line.append(pick.choice(nodes))
            if pick.random() < 0.05:
                line[pick.randrange(3)] = pick.choice([*values, ";", "", "@prefix"])
            ends = [" .\n", ".\n", " .\r\n", " .\n"]
            odd = [" . # end\n", " . ", " .\r", "\n.\n", " .\n\n"]
            text += pick.choice(["\n", "\t"] if pick.random() < 0.03 else [" "]).join(line)
            text += pick.choice(odd if pick.random() < 0.1 else ends)
        source = _source(text, name)
        assert _by_columns(source) == _by_parser(source), (number, text)


def test_a_file_that_a_program_wrote_is_read_without_the_parser() -> None:
    text = (
        HEADER + 'ex:a a ex:C ; ex:p "x"@en , 12 , 1.50 , "2020-01-01"^^ex:date , <http://x.example/y> .\n' * 1000
    ).encode()
    assert plain.encode_plain(text, turtle=True, quads=False, base=BASE).consumed == len(text)


def test_what_follows_a_place_that_is_not_plain_is_read_by_the_parser() -> None:
    text = HEADER + "".join(f"ex:a ex:p {n} .\n" for n in range(100_000)) + "ex:b ex:p [ ex:q 2 ] .\nex:c ex:p 3 .\n"
    consumed = plain.encode_plain(text.encode(), turtle=True, quads=False, base=BASE).consumed
    assert 1_000_000 < consumed < len(text)
    data = columns.read([_source(text)])
    assert len(data) == 100_003
    assert len(data.of(ox.NamedNode("http://example.org/ns#q"))[0]) == 1


def test_an_error_far_into_a_file_has_its_place() -> None:
    text = HEADER + "ex:a ex:p 1 .\n" * 50 + "ex:b ex:p [ ex:q 2 ] .\n" + "ex:c nope:p 3 .\n"
    with pytest.raises(DataError, match=r"^file:56:"):
        columns.read([_source(text)])
