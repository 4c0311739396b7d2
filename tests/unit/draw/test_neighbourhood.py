"""A thing in the middle of what it is linked with; the things are made up."""

from __future__ import annotations

from xml.etree import ElementTree

from ce_graph.draw.neighbourhood import Neighbour, draw

SPACE = "{http://www.w3.org/2000/svg}"
BEFORE = [Neighbour(f"Project {number}", "coordinator", f"/doc/project/{number}") for number in range(20)]
AFTER = [Neighbour("Town", "location", "/doc/place/town"), Neighbour("<b>Hub</b> & co", "member of")]


def test_neighbours_stand_under_their_relation_and_lead_to_their_pages() -> None:
    picture = draw("The middle", BEFORE[:3], AFTER, "Made up")
    root = ElementTree.fromstring(picture)
    assert [one.get("href") for one in root.iter(f"{SPACE}a")] == [
        "/doc/project/0", "/doc/project/1", "/doc/project/2", "/doc/place/town",
    ]  # fmt: skip
    assert picture.count('font-style="italic"') == len({"coordinator", "location", "member of"})
    assert len(list(root.iter(f"{SPACE}path"))) == 5
    assert root.get("role") == "group"
    assert root.findtext(f"{SPACE}desc") == (
        "coordinator: Project 0; coordinator: Project 1; coordinator: Project 2;"
        " location: Town; member of: <b>Hub</b> & co"
    )


def test_what_is_left_out_is_told() -> None:
    picture = draw("The middle", BEFORE, AFTER, "Made up", most=5, more="and %s more")
    assert ">and 15 more<" in picture
    assert ">Project 5<" not in picture
    assert draw("The middle", BEFORE, AFTER, "Made up", most=5, more="and %s more") == picture


def test_long_names_are_cut_with_the_whole_in_their_title_and_nothing_alone_is_drawn() -> None:
    picture = draw("x" * 300, [Neighbour("y" * 300, "z" * 300)], [], "Made up")
    assert f"<title>{'x' * 300}</title>" in picture
    assert f"<title>{'y' * 300}</title>" in picture
    assert "…" in picture
    assert ElementTree.fromstring(draw("alone", [], [], "Made up")).get("role") == "img"
