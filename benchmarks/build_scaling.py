"""Seconds and memory of the build against the number of rows: made-up tables with 0, 1, 10 and 100 times the shipped rows.

    python benchmarks/build_scaling.py [FACTOR …]

The tables are made up: copy 0 of each row is the shipped one, every further copy has the same words and figures under
another id and refers to the rows of its own copy, sources included. The code lists and the ontology stay as shipped,
so the build of empty tables (factor 0) shows what they cost on their own. Each build runs in a process of its own;
the best of the rounds is shown.
"""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from ce_graph import resources
from ce_graph.settings import VOCABULARY

FACTORS = (0, 1, 10, 100)
ROUNDS = {0: 3, 1: 3, 10: 2}
MEASURED = """
import resource, sys, time
from pathlib import Path
from ce_graph.ingest import build
begun = time.perf_counter()
built = build.read(Path(sys.argv[1]))
assert built.complete, built.refusals[:3]
build.write(built, Path(sys.argv[2]))
seconds = time.perf_counter() - begun
print(built.report["rows"], built.report["quads"], seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def kinds(folder: Path) -> dict[str, dict[str, Any]]:
    """The metadata of the fact tables, by the name of their file."""
    found = {}
    for path in sorted(folder.glob("*-metadata.json")):
        metadata = json.loads(path.read_text(encoding="utf-8"))
        found[metadata["url"]] = metadata
    return found


def referring(metadata: dict[str, Any], facts: dict[str, dict[str, Any]]) -> dict[str, str]:
    """The columns that hold ids of facts, with what stands before the id in their cells."""
    subjects = {described["tableSchema"]["aboutUrl"].partition("{")[0] for described in facts.values()}
    schema = metadata["tableSchema"]
    columns = {name: "" for name in (schema["aboutUrl"].partition("{")[2].strip("}"),)}
    for column in schema["columns"]:
        value = column.get("valueUrl", "")
        if value.partition("{")[0] in subjects and not column.get("virtual"):
            columns[column["name"]] = ""
        elif value == VOCABULARY + "{+" + column["name"] + "}":
            columns[column["name"]] = "id/"
    for key in schema.get("foreignKeys", []):
        if key["reference"]["resource"] in facts:
            columns[key["columnReference"]] = ""
    return columns


def enlarge(data: Path, target: Path, factor: int) -> None:
    """A data folder with ``factor`` times the rows of ``data`` in its fact tables."""
    shutil.copytree(data, target)
    if not factor:
        for path in target.glob("*.trig"):
            path.unlink()  # what is modelled by hand refers to the rows
    facts = kinds(target / "tables")
    for name, metadata in facts.items():
        path = target / "tables" / name
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            header, rows = list(reader.fieldnames or ()), list(reader)
        ids = referring(metadata, facts)
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, header, lineterminator="\n")
            writer.writeheader()
            for number in range(factor):
                writer.writerows(copy(row, ids, number) for row in rows)


def copy(row: dict[str, str], ids: dict[str, str], number: int) -> dict[str, str]:
    """The made-up row of a copy; copy 0 is the row itself."""
    if not number:
        return row
    made = dict(row)
    for column, prefix in ids.items():
        values = [value for value in row[column].split(";") if value]
        made[column] = ";".join(f"{value}-k{number}" if value.startswith(prefix) else value for value in values)
    return made


def measure(data: Path, rounds: int) -> tuple[int, int, float, float]:
    """Rows, quads, seconds and peak memory in MiB of the best of some builds."""
    best = (0, 0, float("inf"), 0.0)
    with tempfile.TemporaryDirectory() as out:
        for _ in range(rounds):
            done = subprocess.run(
                [sys.executable, "-c", MEASURED, str(data), out], check=True, capture_output=True, text=True
            )
            rows, quads, seconds, memory = done.stdout.split()
            best = min(best, (int(rows), int(quads), float(seconds), float(memory)), key=lambda found: found[2])
    return best


def main(factors: list[int]) -> None:
    print(f"{'times':>6} {'rows':>9} {'quads':>10} {'seconds':>9} {'MiB':>7} {'ms/row':>8} {'quads/s':>9}  against ×1")
    base: tuple[int, int, float, float] | None = None
    for factor in factors:
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder) / "data"
            enlarge(resources.data(), data, factor)
            rows, quads, seconds, memory = measure(data, ROUNDS.get(factor, 1))
        if factor == 1:
            base = (rows, quads, seconds, memory)
        ratio = (
            f"rows ×{rows / base[0]:.1f}, seconds ×{seconds / base[2]:.1f}, memory ×{memory / base[3]:.1f}"
            if base
            else ""
        )
        print(
            f"{factor:>6} {rows:>9} {quads:>10} {seconds:>9.2f} {memory:>7.0f} {seconds / rows * 1000:>8.3f}"
            f" {quads / seconds:>9.0f}  {ratio}"
        )


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]] or list(FACTORS))
