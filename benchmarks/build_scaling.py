"""Seconds and memory of the build against the rows: made-up tables of 0, 1, 10 and 100 times the shipped ones.

    python benchmarks/build_scaling.py [TIMES …]

The tables are made up: copy 0 of each row is the shipped one, every further copy has the same words and figures under
another id and refers to the rows of its own copy, sources included. The code lists and the ontology stay as shipped,
so the build of empty tables (0 times) shows what they cost on their own. Each build runs in a process of its own, the
best of the rounds is shown; CPU seconds are steadier than seconds where others use the machine as well. The import of
the libraries is included, the start of Python is not.
"""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from ce_graph import resources
from ce_graph.settings import VOCABULARY

FACTORS = (0, 1, 10, 100)
ROUNDS = {0: 3, 1: 3, 10: 2}
MEASURED = """
import resource, sys, time
begun = time.perf_counter()
from pathlib import Path
from ce_graph.ingest import build
built = build.read(Path(sys.argv[1]))
assert built.complete, built.refusals[:3]
build.write(built, Path(sys.argv[2]))
seconds = time.perf_counter() - begun
used = resource.getrusage(resource.RUSAGE_SELF)
print(built.report["rows"], built.report["quads"], seconds, used.ru_utime + used.ru_stime, used.ru_maxrss)
"""


class Measured(NamedTuple):
    """One build; memory is the peak in MiB."""

    rows: int
    quads: int
    seconds: float
    cpu: float
    memory: float


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
    columns = {schema["aboutUrl"].partition("{")[2].strip("}"): ""}
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


def measure(data: Path, rounds: int) -> Measured:
    """The best of some builds."""
    found = []
    with tempfile.TemporaryDirectory() as out:
        for _ in range(rounds):
            done = subprocess.run(
                [sys.executable, "-c", MEASURED, str(data), out], check=True, capture_output=True, text=True
            )
            rows, quads, seconds, cpu, peak = done.stdout.split()
            found.append(Measured(int(rows), int(quads), float(seconds), float(cpu), int(peak) / 1024))
    return min(found, key=lambda one: one.cpu)


def main(factors: list[int]) -> None:
    print("times     rows     quads   seconds  CPU s    MiB  CPU ms per   against the one before:")
    print("                                                 1000 quads   quads  CPU s    MiB")
    before: Measured | None = None
    for factor in factors:
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder) / "data"
            enlarge(resources.data(), data, factor)
            now = measure(data, ROUNDS.get(factor, 1))
        line = f"{factor:>5} {now.rows:>8} {now.quads:>9} {now.seconds:>9.2f} {now.cpu:>6.2f} {now.memory:>6.0f}"
        line += f" {now.cpu / now.quads * 1e6:>11.1f}"
        if before:
            ratios = (now.quads / before.quads, now.cpu / before.cpu, now.memory / before.memory)
            line += "   " + "".join(f"{ratio:>6.1f}x" for ratio in ratios)
        print(line, flush=True)
        before = now


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]] or list(FACTORS))
