"""Hand-modelled files and the ontology become lines of the dataset, each in its graph."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_instance import GRAPH, ID, Instance

from ce_graph.ingest.documents import Document, read
from ce_graph.settings import VOCABULARY

LIST = "@prefix : <http://a.example/> .\n:a :b ( :c [ :d 1 ] ) .\n"


def lines_of(path: Path, base: str = VOCABULARY) -> list[str]:
    lines, refusal = read(path, "<http://a.example/graph>", base)
    assert refusal is None
    return sorted(lines)


def test_triples_without_a_graph_stand_in_the_graph_of_the_editors(instance: Instance) -> None:
    instance.model("more.ttl", f"<{ID}thing/lamp> <http://a.example/b> 'c' .\n")
    assert f'<{ID}thing/lamp> <http://a.example/b> "c" <{GRAPH}curated> .\n' in instance.build().lines


def test_trig_may_name_other_graphs(instance: Instance) -> None:
    instance.model("more.trig", f"<{GRAPH}fair> {{ <{ID}thing/lamp> <http://a.example/b> 1.50 }}\n")
    (line,) = [line for line in instance.build().lines if "http://a.example/b" in line]
    assert line.endswith(f'"1.50"^^<http://www.w3.org/2001/XMLSchema#decimal> <{GRAPH}fair> .\n')


def test_blank_nodes_of_different_files_are_different_nodes(tmp_path: Path) -> None:
    """Canonical labels count from 0 in every file; without the file in them, two lists would grow together."""
    for name in ("one.ttl", "two.ttl"):
        (tmp_path / name).write_text(LIST, encoding="utf-8")
    one, two = lines_of(tmp_path / "one.ttl"), lines_of(tmp_path / "two.ttl")
    assert len(one) == 6
    assert not {line.split(" ")[0] for line in one if line.startswith("_:")} & {line.split(" ")[0] for line in two}


def test_the_label_of_a_blank_node_depends_on_what_is_said_about_it_not_on_the_order_or_the_folder(
    tmp_path: Path,
) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    (tmp_path / "here" / "a.ttl").write_text("[] <http://a.example/n> 1 . [] <http://a.example/n> 2 .", "utf-8")
    (tmp_path / "there" / "a.ttl").write_text("[] <http://a.example/n> 2 . [] <http://a.example/n> 1 .", "utf-8")
    assert lines_of(tmp_path / "here" / "a.ttl") == lines_of(tmp_path / "there" / "a.ttl")


def test_blank_nodes_of_the_dataset_keep_to_their_file(instance: Instance) -> None:
    instance.model("one.ttl", LIST)
    instance.model("two.trig", LIST)
    heads = [line.split(" ")[2] for line in instance.build().lines if line.startswith("<http://a.example/a> ")]
    assert len(set(heads)) == 2


def test_another_base_applies_to_every_place_of_a_statement(tmp_path: Path) -> None:
    path = tmp_path / "a.trig"
    near = f"<{VOCABULARY}ontology#near>"
    path.write_text(f"<{GRAPH}g> {{ <{ID}a/b> {near} <{ID}c/d> }}", encoding="utf-8")
    b = "<http://b.example/"
    assert lines_of(path, b[1:]) == [f"{b}id/a/b> {near} {b}id/c/d> {b}graph/g> .\n"]


def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").mkdir()
    _, refusal = read(tmp_path / "a.ttl", "<http://a.example/g>", VOCABULARY)
    assert refusal is not None
    assert "cannot be read: Is a directory" in str(refusal)


@pytest.mark.parametrize(
    ("written", "line"),
    [("id:lamp-2\nid:lamp", 2), ("<" + ID + "thing/lamp>", 1), ("a:lamp", 1), ("nothing", None)],
)
def test_the_line_of_a_name_is_that_of_the_whole_name(tmp_path: Path, written: str, line: int | None) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(written, encoding="utf-8")
    assert Document(path, []).line_of(f"<{ID}thing/lamp>") == line
