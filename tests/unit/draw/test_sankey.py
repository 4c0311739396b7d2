"""A Sankey diagram shows every flow, circles included, and can be read without seeing it."""

from __future__ import annotations

import itertools
import random
import re
import xml.etree.ElementTree as ET
from decimal import Decimal

import pytest

from ce_graph.draw import svg
from ce_graph.draw.sankey import Flow, draw
from ce_graph.draw.sankey_layout import layout

SVG = "{http://www.w3.org/2000/svg}"
ECONOMY = [
    ("Extraction", "Manufacturing", 90),
    ("Manufacturing", "Use", 100),
    ("Manufacturing", "Waste", 30),
    ("Use", "Waste", 70),
    ("Waste", "Recycling", 55),
    ("Waste", "Landfill", 45),
    ("Recycling", "Manufacturing", 55),
]


def flows(pairs):
    return [Flow(source, target, Decimal(value)) for source, target, value in pairs]


def drawn(pairs, **options):
    return ET.fromstring(draw(flows(pairs), {}, "Flows", **options))


def test_each_flow_is_a_band_with_a_title():
    titles = [path.find(f"{SVG}title").text for path in drawn(ECONOMY).iter(f"{SVG}path")]
    assert sorted(titles) == sorted(f"{source} → {target}: {value} t" for source, target, value in ECONOMY)


def test_the_drawing_has_a_title_and_a_description_that_tell_the_numbers():
    root = drawn(ECONOMY)
    ids = root.get("aria-labelledby").split()
    said = {element.get("id"): element.text for element in root if element.get("id")}
    assert root.get("role") == "img"
    assert said[ids[0]] == "Flows"
    assert "Use → Waste: 70 t" in said[ids[1]]
    assert said[ids[1]].endswith("1 of 7 run back and close a circle.")


def test_a_circle_is_a_band_that_runs_back():
    _, links = layout([(*pair, "") for pair in ECONOMY], {}, 800, 400)
    assert [(link.source.key, link.target.key) for link in links if link.back] == [("Recycling", "Manufacturing")]
    for link in links:
        assert link.back or link.source.column < link.target.column


def test_a_flow_to_oneself_is_drawn():
    root = drawn([("a", "a", 5), ("a", "b", 1)])
    assert len(list(root.iter(f"{SVG}path"))) == 2


def test_the_same_flows_give_the_same_bytes_and_equal_values_do_not_matter():
    assert draw(flows(ECONOMY), {}, "x") == draw(flows(ECONOMY), {}, "x")


def test_flows_of_nothing_are_left_out_and_none_at_all_is_said():
    assert len(list(drawn([("a", "b", 1), ("a", "c", 0)]).iter(f"{SVG}path"))) == 1
    assert "no flows" in draw([], {}, "x")


def test_labels_and_numbers_are_in_the_language_and_escaped():
    text = draw([Flow("a", "b", Decimal("1234567.5"), "2021")], {"a": "Öljy & <rasva>"}, "x", language="fi")
    assert "Öljy &amp; &lt;rasva&gt; → b: 1\u00a0234\u00a0567,5 t (2021)" in text


@pytest.mark.parametrize("seed", range(8))
def test_nodes_of_a_column_never_cover_each_other(seed):
    dice = random.Random(seed)
    pairs = [(f"n{dice.randrange(14)}", f"n{dice.randrange(14)}", float(dice.randrange(1, 500)), "") for _ in range(40)]
    nodes, links = layout(pairs, {}, 900, 300)
    for column in {node.column for node in nodes}:
        placed = sorted((node for node in nodes if node.column == column), key=lambda node: node.y)
        for one, other in itertools.pairwise(placed):
            assert one.y + one.height <= other.y + 1e-6
    assert all(link.width > 0 for link in links)


def test_no_number_of_a_drawing_has_an_exponent_or_is_nan():
    text = draw(flows([("a", "b", "0.0000001"), ("a", "c", "99999999999")]), {}, "x")
    assert not re.search(r'="[^"]*(nan|inf|\de[-+]\d)', text)


def test_labels_of_the_last_column_end_inside_the_picture() -> None:
    name = (
        "a name that is far longer than the room that a picture has at the right of its last column, whatever it says"
    )
    root = ET.fromstring(draw([Flow("a", "b", Decimal(88890))], {"a": "A", "b": name}, "Long"))
    label = next(text for text in root.iter(f"{SVG}text") if (text.text or "").startswith("a name"))
    assert (label.text or "").endswith("… 88,890 t")
    assert float(label.get("x", "0")) + len(label.text or "") * svg.CHARACTER <= float(root.get("width", "0"))
