"""That no triple can be stated twice is seen in the text of a dataset, or left to a query."""

import random

import pyoxigraph as ox
import pytest

from ce_graph.store.changing import merging
from ce_graph.store.workers.apart import subjects_apart


@pytest.mark.parametrize(
    ("text", "apart"),
    [
        ("", True),
        ("<a:s> <a:p> <a:o> .\n<a:s> <a:p> <a:o> .\n", True),
        ("<a:s> <a:p> <a:o> <g:1> .\n<a:t> <a:p> <a:o> <g:2> .\n", True),
        ("<a:s> <a:p> <a:o> <g:1> .\n<a:s> <a:q> <a:o> <g:2> .\n", False),
        ("<a:s> <a:p> <a:o> .\n<a:s> <a:p> <a:o> <g:1> .\n", False),
        ("<a:s> <a:p> <a:o> <g:1> .\n<a:s> <a:p> <a:o> .\n", False),
        ('_:a <a:p> "x \\" . <a:s> _:b \\n"@en-GB _:g .\n_:b <a:p> "1"^^<a:t> .\n', True),
        ('<a:s> <a:p> "x <g:1>" .\n<a:s> <a:p> "<g:1> ." .\n', True),
        ("<a:s> <a:p> <a:o> .", False),
        ("<a:s>  <a:p> <a:o> .\n", False),
        ("<a:\\u0073> <a:p> <a:o> <g:1> .\n<a:s> <a:p> <a:o> <g:2> .\n", False),
        ("# a comment\n", False),
    ],
)
def test_what_can_be_written_in_one_way_is_seen(tmp_path, text, apart):
    path = tmp_path / "dataset.nq"
    path.write_text(text)
    assert subjects_apart(path) is apart


@pytest.mark.parametrize("seed", range(40))
def test_it_is_never_said_of_data_with_a_triple_in_two_graphs(tmp_path, seed):
    dice = random.Random(seed)
    subjects = [ox.NamedNode("a:s"), ox.NamedNode("a:t"), ox.BlankNode("b")]
    objects = [*subjects, ox.Literal("x\n<g:1> ."), ox.Literal("1", language="en"), ox.Literal(1)]
    graphs = [ox.DefaultGraph(), ox.NamedNode("g:1"), ox.BlankNode("g")]
    store = ox.Store()
    for _ in range(dice.randrange(8)):
        store.add(ox.Quad(dice.choice(subjects), ox.NamedNode("a:p"), dice.choice(objects), dice.choice(graphs)))
    path = tmp_path / "dataset.nq"
    store.dump(path, ox.RdfFormat.N_QUADS)
    assert not (subjects_apart(path) and merging.stated_twice(store))
