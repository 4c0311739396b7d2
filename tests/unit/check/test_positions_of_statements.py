"""Every statement that the parser yields has a place, and the terms of the statement are written there."""

from __future__ import annotations

import os
import random
import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from ce_graph import resources
from ce_graph.rdf.formats import GRAPHS, Format
from ce_graph.rdf.positions import Lines, Spot, placed, read
from ce_graph.rdf.sources import Source, of_bytes, of_path

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
W3C = Path(os.environ.get("CE_GRAPH_W3C_TESTS") or Path(__file__).parents[4] / "shared" / "w3c") / "shacl"
FORMATS: dict[str, Format] = {form.name: form for form in GRAPHS}
HEAD = "@prefix ex: <http://example.org/> .\n"


def spots(text: str, form: str = "turtle") -> list[tuple[str, str, str]]:
    """What is written at the places of the subject, predicate and object of each statement."""
    data = text.encode()
    source = of_bytes(data, FORMATS[form], "test", "http://example.org/base/")
    return [tuple(word(data, offset) for offset in spot) for _, spot in placed(source, data)]  # type: ignore[misc]


def word(data: bytes, offset: int) -> str:
    found = re.match(rb'"[^"]*"|<[^>]*>|[\[(]|[^\s;,\]){}]+', data[offset:])
    return found[0].decode() if found else data[offset : offset + 1].decode()


def fits(term: object, data: bytes, offset: int) -> bool:
    """Whether what is written at a place can be the term."""
    written = data[offset : offset + 400]
    if isinstance(term, ox.Literal):
        start = term.value[:6].encode()
        return b"\\" in written[:40] or start in written[:40]
    if isinstance(term, ox.BlankNode):
        return written[:1] in b"[(" or written[:2] == b"_:" or written[:2] in (b"<<", b"{|") or written[:1] == b"~"
    if isinstance(term, ox.NamedNode) and not term.value.startswith(RDF):
        if written.startswith(b"<"):  # a relative IRI, or a whole one
            return (
                b"\\u" in written
                or term.value.endswith(written[1 : written.index(b">")].decode())
                or written[:3] in (b"<.>", b"<..")
            )
        local = re.split(r"[/#:]", term.value)[-1]
        return local.encode() in written.replace(b"\\", b"") or b"\\u" in written
    return True


def check(source: Source) -> int:
    data = read(source)
    nodes: dict[object, int] = {}
    number = 0
    for quad, spot in placed(source, data):
        number += 1
        parts = ((quad.subject, spot.subject), (quad.predicate, spot.predicate), (quad.object, spot.object))
        lists = quad.predicate.value in (RDF + "first", RDF + "rest")
        for term, offset in parts:
            # The node of an element has no words of its own: its place is that of the element.
            assert lists or fits(term, data, offset), (source.name, str(quad), data[offset : offset + 60])
        for term, offset in parts[::2]:
            anonymous = isinstance(term, ox.BlankNode) and data[offset : offset + 1] == b"["
            assert not anonymous or nodes.setdefault(term, offset) == offset or lists
    return number


def test_a_simple_statement_has_three_places() -> None:
    assert spots(HEAD + 'ex:a ex:b "c" ; ex:d <e> , 1.5 .') == [
        ("ex:a", "ex:b", '"c"'),
        ("ex:a", "ex:d", "<e>"),
        ("ex:a", "ex:d", "1.5"),
    ]


def test_a_statement_inside_brackets_has_its_own_place() -> None:
    assert spots(HEAD + "ex:a ex:b [ ex:c [ ex:d 1 ] ; ex:e 2 ] .") == [
        ("[", "ex:d", "1"),
        ("[", "ex:c", "["),
        ("[", "ex:e", "2"),
        ("ex:a", "ex:b", "["),
    ]


def test_the_items_of_a_list_stand_where_they_are_written() -> None:
    found = spots(HEAD + 'ex:a ex:b ( 1 "two" ( 3 ) ) .')
    assert ("(", "1", "1") in found
    assert ('"two"', '"two"', '"two"') in found
    assert ("(", "3", "3") in found


@pytest.mark.parametrize(
    "body",
    [
        'ex:a ex:b ("a"@en "b"^^ex:x [ ex:q "c" ]) , "z".',
        "ex:a ex:b (()) . ((1) 2) ex:p 1 . ([ex:a 1]) ex:p 1 .",
        '[ex:p (1)] ex:q 1. [ ex:p "a" ] . [] ex:p [] .',
        'ex:a ex:b "o" {| ex:q "1" ; ex:r [ ex:s "2" ] |} {| ex:t "3" |}, "p" ~ ex:x ~ ex:y {| ex:a ex:b |} .',
        'ex:a ex:b "o" ~ , "k" ~ex:z . ex:a ex:b [ ex:q ex:r ~ ] ~ . ex:a ex:b "x" ~ _:r {| ex:a ex:b |} ~ _:s .',
        '<< ex:a ex:b "c" ~ >> ex:p << << ex:d ex:e "f" >> ex:g <<( ex:h ex:i "j" )>> >> .',
        'ex:a ex:b ( << ex:a ex:b ex:c >> <<( ex:a ex:b "c" )>> "d" ) .',
        "_:n.1 ex:b _:n.1 . ex:a ex:b .5, -1.0e3 ,1.e4, +7;; ex:c true; .",
        "ex:a.b ex:c.d ex:e. # ex:x ex:y ex:z .\nPREFIX e: <http://example.org/#> e:a a e:b .",
        "@base <http://other/> .\nBASE <x> <a> <b> <c> .",
        'ex:a ex:b "x" # so\n ^^ # what\n ex:z , """ a "" b\n""\\"""", \'\'\'it\'s\'\'\' , ex:esc\\,ape\\.d .',
        "prefix prefix: <http://example.org/p#> prefix:base a prefix:graph .",
        'ex:ä ex:b "ääö€😀" ; ex:u <http://example.org/\\u00e5> .',
    ],
)
def test_the_scan_follows_the_parser_through_all_of_turtle(body: str) -> None:
    assert check(of_bytes((HEAD + body).encode(), FORMATS["turtle"], "test", "http://example.org/")) > 0


def test_trig_graphs_do_not_disturb_the_places() -> None:
    text = HEAD + (
        'ex:g { ex:a ex:b (1 2), "a" . ex:c ex:d "d" } ex:x ex:y "z" . GRAPH ex:h { [] ex:p 1 . [ex:q 1] }'
        ' { ex:a ex:b ex:c } [] { ex:a ex:b ("c") } _:g { ex:a ex:b "c" } (1) ex:p 1 . GRAPH <i> { ex:e ex:f "last" }'
    )
    assert check(of_bytes(text.encode(), FORMATS["trig"], "test", "http://example.org/")) > 15
    assert spots(text, "trig")[-1] == ("ex:e", "ex:f", '"last"')


def test_n_triples_and_n_quads_are_scanned_too() -> None:
    line = '<http://a> <http://b> "x \\" <http://c> ."'
    assert [found[:2] for found in spots(f"{line} .\n# none\n{line}@en.\n", "ntriples")] == [
        ("<http://a>", "<http://b>")
    ] * 2
    text = f"{line} <http://g> .\n_:b <http://b> _:c _:g .\n{line}^^<http://t> <http://g>.\n{line}.\n"
    assert [found[0] for found in spots(text, "nquads")] == ["<http://a>", "_:b", "<http://a>", "<http://a>"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_a_byte_order_mark_do_not_shift_lines_and_columns(end: str, mark: str, tmp_path: Path) -> None:
    file = tmp_path / "a.ttl"
    file.write_bytes((mark + HEAD.replace("\n", end) + f'ex:a ex:b """ä{end}€""" ;{end}  ex:c "ö" , "d" .').encode())
    source = of_path(file)
    data = read(source)
    lines = Lines(data)
    places = [lines.at(spot.object) for _, spot in placed(source, data)]
    assert places == [(2, 11), (4, 8), (4, 14)]
    assert lines.text(4) == '  ex:c "ö" , "d" .'


class RandomTurtle:
    """Statements of every kind, nested at random, with odd space between tokens."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def document(self) -> str:
        return HEAD + "\n".join(self.statement() for _ in range(12))

    def statement(self) -> str:
        subjects = (self.resource, self.resource, lambda: self.node(1), lambda: self.items(1), lambda: "[]")
        return f"{self.chance.choice(subjects)()}{self.space()}{self.pairs(3)}{self.space()}."

    def space(self) -> str:
        return self.chance.choice([" ", "  ", "\n", "\t", " # a . comment ; [\n", "\r\n"])

    def literal(self) -> str:
        quote = self.chance.choice(['"', "'", '"""', "'''"])
        ending = self.chance.choice(["", "", "@en", "@fi-FI", "^^ex:t", "^^<http://t>"])
        return f"{quote}v{self.chance.randrange(99)}{quote}{ending}"

    def resource(self) -> str:
        number = self.chance.randrange(99)
        return self.chance.choice([f"ex:r{number}", f"<http://example.org/i{number}>", "_:b1", "_:b2"])

    def term(self, depth: int) -> str:
        kinds = [self.resource, self.literal, lambda: self.chance.choice(["1", "2.5", "-3e4", "true"])]
        if depth:
            kinds += [lambda: self.node(depth - 1), lambda: self.items(depth - 1), lambda: "[]", lambda: "()"]
        return self.chance.choice(kinds)()

    def items(self, depth: int) -> str:
        inside = self.space().join(self.term(depth) for _ in range(self.chance.randrange(4)))
        return f"({self.space()}{inside}{self.space()})"

    def pairs(self, depth: int) -> str:
        said = []
        for _ in range(self.chance.randrange(1, 4)):
            objects = [self.term(depth) + self.note(depth) for _ in range(self.chance.randrange(1, 3))]
            said.append(f"ex:p{self.chance.randrange(99)}{self.space()}{f'{self.space()},'.join(objects)}")
        return f"{self.space()};{self.chance.choice(['', ' ;'])}{self.space()}".join(said)

    def note(self, depth: int) -> str:
        if not depth:
            return ""
        return self.chance.choice([""] * 8 + [" ~ ex:reifier", " ~ ", f" {{| {self.pairs(0)} |}}"])

    def node(self, depth: int) -> str:
        return f"[{self.space()}{self.pairs(depth)}{self.space()}]"


@pytest.mark.parametrize("seed", range(60))
def test_random_documents_are_followed_to_the_last_statement(seed: int) -> None:
    assert check(of_bytes(RandomTurtle(seed).document().encode(), FORMATS["turtle"], f"seed {seed}")) > 12


PLAIN = re.compile(
    rb"""(?:"{3}|'{3}|["'])v\d+(?:"{3}|'{3}|["'])(?:@[\w-]+|\^\^(?:ex:t|<[^>]*>))?|<[^>]*>|[\w:+.-]*\w""",
)


def test_the_places_of_a_statement_say_the_same_as_the_statement() -> None:
    """Cut out at its places, a statement of plain terms parses to the quad that it was paired with."""
    plain = 0
    for seed in range(60, 100):
        data = RandomTurtle(seed).document().encode()
        for quad, spot in placed(of_bytes(data, FORMATS["turtle"], "test"), data):
            words = [found[0] for offset in spot if (found := PLAIN.match(data, offset))]
            named = isinstance(quad.subject, ox.NamedNode) and not isinstance(quad.object, ox.BlankNode | ox.Triple)
            if named and len(words) == 3 and not quad.predicate.value.startswith(RDF):
                text = HEAD.encode() + b" ".join(words) + b" ."
                assert next(iter(ox.parse(text, format=ox.RdfFormat.TURTLE))) == quad
                plain += 1
    assert plain > 100


@pytest.mark.parametrize("path", sorted(W3C.rglob("*.ttl")), ids=lambda path: str(path.relative_to(W3C)))
def test_every_statement_of_the_w3c_suite_has_a_place(path: Path) -> None:
    check(of_path(path))


def test_the_w3c_suite_is_there_or_its_absence_is_told() -> None:
    if not W3C.is_dir():
        pytest.skip("the W3C suite is not here; CE_GRAPH_W3C_TESTS names its folder")


@pytest.mark.parametrize(
    "path",
    [
        path
        for folder in (resources.ontology(), resources.shapes(), resources.data())
        for path in sorted([*folder.glob("*.ttl"), *folder.glob("*.trig")])
    ],
    ids=lambda path: path.name,
)
def test_every_statement_that_ships_has_a_place(path: Path) -> None:
    assert check(of_path(path)) > 0


def test_a_disagreement_with_the_parser_is_told() -> None:
    from ce_graph.rdf.positions.turtle import spots as scan

    with pytest.raises(ValueError, match="cannot read"):
        list(scan(b"<a> <b> [ <c> <d> ."))
    with pytest.raises(ValueError, match="not opened"):
        list(scan(b"<a> <b> <c> ) ."))


def test_a_deep_document_needs_no_recursion() -> None:
    depth = 20_000
    data = b"<a> <b> " + b"[ <c> " * depth + b"1" + b"]" * depth + b" ."
    source = of_bytes(data, FORMATS["turtle"], "deep", "http://example.org/")
    last = Spot(0, 4, 8)
    assert [spot for _, spot in placed(source, data)][-1] == last
