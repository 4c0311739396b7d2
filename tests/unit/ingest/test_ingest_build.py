"""The build is deterministic to the byte, writes all or nothing, and says in its report what it did."""

from __future__ import annotations

import gc
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from small_instance import GRAPH, ID, Instance

from ce_graph import resources
from ce_graph.errors import DataError, StorageError
from ce_graph.ingest import build
from ce_graph.settings import VOCABULARY, Settings

PROGRAM = """
import sys
from pathlib import Path
from ce_graph.ingest import build
built = build.read(Path(sys.argv[1]))
build.write(built, Path(sys.argv[2]))
"""


def test_two_builds_in_one_process_are_the_same(instance: Instance) -> None:
    assert instance.build(inference=True).lines == instance.build(inference=True).lines


def test_builds_in_processes_with_other_hashes_folders_and_paths_are_the_same_to_the_byte(
    instance: Instance, tmp_path: Path
) -> None:
    instance.model("more.ttl", "[] <http://a.example/b> [ <http://a.example/c> 1 ] , 'x' , 2.50 .\n")
    copy = tmp_path / "elsewhere" / "data"
    shutil.copytree(instance.root, copy)
    found = []
    for number, (data, cwd, seed) in enumerate(
        [(str(instance.root), tmp_path, "1"), ("data", copy.parent, "2"), (str(copy), Path("/"), "random")]
    ):
        out = tmp_path / f"out-{number}"
        environment = os.environ | {"PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", PROGRAM, data, str(out)], cwd=cwd, env=environment, check=True)
        found.append([(out / name).read_bytes() for name in (build.DATASET, build.REPORT)])
    assert found[0] == found[1] == found[2]
    assert len(found[0][0]) > 1000


def test_the_lines_are_sorted_each_once_and_valid(instance: Instance, tmp_path: Path) -> None:
    instance.add("things", 'vase,"A ""vase""\nof two lines, with \\ and \t",,thing,,,,,,,,https://a.example/?q=ä,,fair')
    built = instance.build(inference=True)
    assert built.lines == sorted(set(built.lines))
    build.write(built, tmp_path)
    parsed = list(ox.parse(path=tmp_path / build.DATASET, format=ox.RdfFormat.N_QUADS))
    assert len(parsed) == len(built.lines)
    assert [f"{quad.subject} {quad.predicate} {quad.object} {quad.graph_name} .\n" for quad in parsed] == built.lines


def test_the_report_counts_rows_statements_and_graphs(instance: Instance, tmp_path: Path) -> None:
    build.write(instance.build(), tmp_path)
    report = json.loads((tmp_path / build.REPORT).read_text(encoding="utf-8"))
    assert report["complete"] is True
    assert report["refusals"] == []
    assert report["base"] == VOCABULARY
    assert (report["rows"], report["refused"]) == (8, 0)
    data = (tmp_path / build.DATASET).read_bytes()
    assert report["quads"] == data.count(b"\n") == sum(report["graphs"].values())
    assert report["sha256"] == hashlib.sha256(data).hexdigest()
    things = next(table for table in report["tables"] if table["table"] == "things.csv")
    assert things == {"table": "things.csv", "rows": 2, "refused": 0, "triples": 19}
    assert report["graphs"][GRAPH + "fair"] == 14


def test_the_report_names_refused_rows_with_their_cells(instance: Instance) -> None:
    instance.add("things", "vase,,,thing,x,,,,,,,,,fair", "jug,,,thing,,,,,,,vase,,,fair")
    built = instance.build()
    assert not built.complete
    assert built.report["complete"] is False
    assert (built.report["rows"], built.report["refused"]) == (10, 2)
    wrong, following = built.report["refusals"]  # type: ignore[misc]
    assert wrong == {
        "file": str(instance.path("things")),
        "line": 4,
        "row": 3,
        "column": "amount",
        "value": "x",
        "reason": "'x' is not a valid decimal",
        "hint": "write digits with a point, such as 1234.5, without blanks or units",
        "follows": False,
    }
    assert following["follows"] is True
    assert sum(1 for line in built.lines if line.startswith(f"<{ID}thing/")) == 19


def test_what_is_inferred_stands_in_a_graph_of_its_own(instance: Instance) -> None:
    instance.model("more.ttl", f"<{ID}place/a> a <{VOCABULARY}ontology#Place> .\n")
    inferred = [line for line in instance.build(inference=True).lines if line.endswith(f"<{GRAPH}inferred> .\n")]
    assert any(line.startswith(f"<{ID}place/a> ") and "geosparql#Feature" in line for line in inferred)


def test_a_folder_that_cannot_be_written_is_an_error_that_leaves_nothing_behind(
    instance: Instance, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StorageError, match="cannot be written"):
        build.write(instance.build(), tmp_path / "file" / "folder")
    (tmp_path / "out" / build.DATASET).mkdir(parents=True)
    with pytest.raises(StorageError, match="cannot be written: Is a directory"):
        build.write(instance.build(), tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == [build.DATASET]


@pytest.fixture
def shipped(instance: Instance, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    """Settings of an instance whose shipped data are the small ones."""
    monkeypatch.setattr(resources, "data", lambda: instance.root)
    return Settings(build=tmp_path / "build")


def test_the_current_build_is_made_when_there_is_none_and_kept_while_nothing_changes(shipped: Settings) -> None:
    dataset = build.current(shipped) / build.DATASET
    made = dataset.stat().st_mtime_ns
    assert (build.current(shipped) / build.DATASET).stat().st_mtime_ns == made


@pytest.mark.parametrize("change", ["row", "document", "base", "report", "dataset"])
def test_the_current_build_is_made_anew_when_anything_changes(
    shipped: Settings, instance: Instance, change: str
) -> None:
    dataset = build.current(shipped) / build.DATASET
    made = dataset.stat().st_ino
    settings = shipped
    if change == "row":
        instance.add("things", "vase,,,thing,,,,,,,,,,fair")
    elif change == "document":
        instance.model("more.ttl", "<http://a.example/a> <http://a.example/b> 1 .")
    elif change == "base":
        settings = Settings(build=shipped.build, base="https://a.example/")
    elif change == "report":
        (shipped.build / build.REPORT).write_text("{", encoding="utf-8")
    else:
        dataset.rename(shipped.build / "kept")
    assert (build.current(settings) / build.DATASET).stat().st_ino != made


def test_the_current_build_is_not_made_of_refused_rows(shipped: Settings, instance: Instance) -> None:
    instance.add("things", "vase,,,thing,x,,,,,,,,,fair")
    with pytest.raises(DataError, match=r"1 refused:\n.*things\.csv:4: column 'amount' \(cell E4\)"):
        build.current(shipped)
    assert not (shipped.build / build.DATASET).exists()


def test_an_incomplete_build_never_passes_for_the_current_one(shipped: Settings, instance: Instance) -> None:
    good = instance.path("things").read_bytes()
    instance.add("things", "vase,,,thing,x,,,,,,,,,fair")
    build.write(instance.build(), shipped.build)
    with pytest.raises(DataError):
        build.current(shipped)
    instance.rows("things", good)
    report = json.loads((build.current(shipped) / build.REPORT).read_text(encoding="utf-8"))
    assert report["complete"] is True


@pytest.mark.parametrize("was_on", [True, False])
def test_the_collector_of_cycles_is_left_as_it_was(instance: Instance, was_on: bool) -> None:
    before = gc.isenabled()
    try:
        (gc.enable if was_on else gc.disable)()
        instance.build()
        assert gc.isenabled() == was_on
    finally:
        (gc.enable if before else gc.disable)()
