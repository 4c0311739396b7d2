"""Bars and lines show each number and can be read without seeing them."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from decimal import Decimal

import pytest

from ce_graph.draw import bars, lines, svg

SVG = "{http://www.w3.org/2000/svg}"


def test_each_bar_has_its_label_its_number_and_a_length_by_its_value():
    root = ET.fromstring(bars.draw([bars.Bar("a", Decimal(50)), bars.Bar("b", Decimal(100))], "Bars"))
    widths = [float(rect.get("width")) for rect in root.iter(f"{SVG}rect")]
    assert widths[1] == pytest.approx(2 * widths[0], abs=0.2)
    assert [text.text for text in root.iter(f"{SVG}text")] == ["a", "50 t", "b", "100 t"]
    assert root.find(f"{SVG}desc").text == "a: 50 t; b: 100 t"


def test_a_range_has_a_whisker():
    root = ET.fromstring(bars.draw([bars.Bar("a", Decimal(50), "", Decimal(40), Decimal(60))], "Bars"))
    assert len(list(root.iter(f"{SVG}path"))) == 1


def test_no_bars_are_an_empty_drawing():
    assert ET.fromstring(bars.draw([], "Bars")).find(f"{SVG}desc").text == "no rows"


def test_a_line_stops_where_the_series_breaks():
    points = [lines.Point(2020, Decimal(1)), lines.Point(2021, Decimal(2)), lines.Point(2022, Decimal(3), joined=False)]
    text = lines.draw([lines.Series("s", points)], "Lines")
    way = next(path.get("d") for path in ET.fromstring(text).iter(f"{SVG}path") if path.get("stroke-width"))
    assert [part[0] for part in way.split()] == ["M", "L", "M"]


def test_targets_are_marks_apart_from_the_line():
    points = [lines.Point(2020, Decimal(40)), lines.Point(2025, Decimal(60), target=True)]
    root = ET.fromstring(lines.draw([lines.Series("rate", points)], "Lines", unit="%"))
    assert len(list(root.iter(f"{SVG}circle"))) == 1
    assert "rate: 2020 40, 2025 (target) 60" in root.find(f"{SVG}desc").text


def test_the_last_year_has_room_for_its_label():
    root = ET.fromstring(lines.draw([lines.Series("s", [lines.Point(y, Decimal(1)) for y in (2020, 2024)])], "Lines"))
    x = next(float(text.get("x")) for text in root.iter(f"{SVG}text") if text.text == "2024")
    assert x + len("2024") * svg.CHARACTER / 2 <= float(root.get("width"))


def test_one_year_and_no_values_can_be_drawn():
    assert "<circle" in lines.draw([lines.Series("s", [lines.Point(2020, Decimal(0))])], "Lines")
    assert "no values" in lines.draw([], "Lines")


@pytest.mark.parametrize(
    ("value", "language", "text"),
    [
        (Decimal("1234.5000"), "en", "1,234.5"),
        (Decimal("1234567.89"), "sv", "1\u00a0234\u00a0567,89"),
        (Decimal("0.00004"), "en", "0.00004"),
        (Decimal(0), "en", "0"),
        (Decimal("-2.5"), "fi", "-2,5"),
    ],
)
def test_numbers_are_written_for_people(value, language, text):
    assert svg.number(value, language) == text


def test_the_axis_has_round_numbers_and_the_unit():
    root = ET.fromstring(
        lines.draw(
            [lines.Series("s", [lines.Point(2020, Decimal("30.6")), lines.Point(2021, Decimal(4))])], "L", unit="%"
        )
    )
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert [text for text in texts if text in ("0", "10", "20", "30", "%", "30.6")] == ["0", "10", "20", "30", "%"]


def test_what_a_picture_says_is_in_the_readers_language():
    points = [lines.Point(2020, Decimal(40)), lines.Point(2025, Decimal(60), target=True)]
    assert "2025 (tavoite) 60" in lines.draw([lines.Series("aste", points)], "Viivat", language="fi")
    assert "inga rader" in bars.draw([], "Staplar", language="sv")


def test_long_numbers_of_the_axis_and_the_mark_of_targets_are_inside_the_picture():
    points = [lines.Point(2014, Decimal(1600131)), lines.Point(2030, Decimal(1800000), target=True)]
    root = ET.fromstring(lines.draw([lines.Series("s", points)], "People", language="sv"))
    texts = {text.text: text for text in root.iter(f"{SVG}text")}
    assert float(texts["1\u00a0500\u00a0000"].get("x")) >= svg.CHARACTER * len("1 500 000")
    assert float(texts["mål"].get("y")) < float(root.get("height"))
