"""Maps: circles by area, boundaries by class, the same bytes each time; places and numbers are made up."""

from __future__ import annotations

import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from ce_graph.draw import map as drawing

SQUARE = [(24.0, 60.0), (25.0, 60.0), (25.0, 60.5), (24.0, 60.5), (24.0, 60.0)]
HOLE = [(24.4, 60.2), (24.6, 60.2), (24.6, 60.3), (24.4, 60.2)]


def mark(label: str, latitude: float, longitude: float, value: int, address: str = "") -> drawing.Mark:
    return drawing.Mark(label, latitude, longitude, Decimal(value), f"{label}: {value}", address)


def circles(picture: str) -> dict[str, tuple[float, float, float]]:
    root = ElementTree.fromstring(picture)
    space = "{http://www.w3.org/2000/svg}"
    return {
        one.find(f"{space}title").text: tuple(float(one.get(name)) for name in ("cx", "cy", "r"))  # type: ignore[union-attr]
        for one in root.iter(f"{space}circle")
    }


def test_the_area_of_a_circle_stands_for_the_number() -> None:
    found = circles(drawing.draw([mark("A", 60, 24, 100), mark("B", 61, 25, 25), mark("C", 60.5, 26, 0)], "Made up"))
    assert set(found) == {"A: 100", "B: 25"}
    assert found["A: 100"][2] == pytest.approx(2 * found["B: 25"][2])


def test_north_is_up_and_distances_are_true_in_the_middle() -> None:
    found = circles(
        drawing.draw([mark("south", 60, 24, 1), mark("north", 61, 24, 1), mark("east", 60, 26, 1)], "Made up")
    )
    south, north, east = (found[f"{name}: 1"] for name in ("south", "north", "east"))
    assert north[1] < south[1]
    assert north[0] == south[0]
    assert (east[0] - south[0]) / (south[1] - north[1]) == pytest.approx(2 * 0.4924, rel=0.02)  # cosine of 60.5 degrees


def test_areas_are_shaded_by_fifths_and_keep_their_holes() -> None:
    areas = [
        drawing.Area("few", [SQUARE, HOLE], Decimal(1), "few: 1"),
        drawing.Area("many", [[(x + 1, y) for x, y in SQUARE]], Decimal(9), "many: 9", "/doc/place/many"),
        drawing.Area("none", [[(x + 2, y) for x, y in SQUARE]], None, "none"),
    ]
    picture = drawing.draw([], "Made up", areas=areas)
    fills = re.findall(r'<path d="[^"]+" fill="([^"]+)" fill-rule', picture)
    assert fills[2] == "none"
    assert len({fills[0], fills[1], "none"}) == 3
    assert picture.count("Z") == 4
    assert '<a href="/doc/place/many" aria-label="many: 9">' in picture


def test_labels_do_not_lie_on_each_other_and_what_is_hostile_is_text() -> None:
    marks = [mark(f"Place {number}", 60 + number / 1000, 24, 5) for number in range(20)]
    marks += [mark("<b>&", 61, 26, 3, 'javascript:"')]
    picture = drawing.draw(marks, "<Made> up")
    assert len(re.findall(r"<text[^>]*>Place", picture)) < 20
    assert len(circles(picture)) == 21
    assert "<b>" not in picture
    assert "&lt;Made&gt; up" in picture


def test_the_same_places_give_the_same_bytes_and_none_gives_a_dash() -> None:
    marks = [mark("A", 60, 24, 100), mark("B", 61, 25, 25)]
    assert drawing.draw(marks, "Made up") == drawing.draw(marks, "Made up")
    assert "–" in drawing.draw([], "Made up")


def test_places_around_are_dots_with_a_name_and_no_link() -> None:
    marks, around = [mark("A", 60, 24, 100, "/doc/place/a")], [mark("B", 61, 25, 0, "/doc/place/b")]
    found = circles(drawing.draw(marks, "Made up", around=around, largest=7))
    assert found["A: 100"][2] == 7
    assert found["B: 0"][2] < 3
    picture = drawing.draw(marks, "Made up", around=around)
    assert "/doc/place/b" not in picture
    assert re.search(r"<text[^>]*>B</text>", picture)


def test_a_label_that_does_not_fit_at_the_right_stands_at_the_left() -> None:
    picture = drawing.draw([mark("West", 60, 24, 1), mark("Far in the east", 60, 26, 1)], "Made up")
    x = float(re.search(r'<text x="([\d.]+)"[^>]*>Far in the east', picture)[1])  # type: ignore[index]
    assert x < circles(picture)["Far in the east: 1"][0]
