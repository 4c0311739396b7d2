"""How long a validation takes, against the time that parsing alone takes, and against pyshacl; all in one run.

``python benchmarks/shacl_validate.py [TRIPLES …] [--pyshacl] [--repeat 3]``, by default 100 000 and 1 000 000 triples.
Each measurement is a process of its own, start-up included, and the best of so many; the number of results per
component is compared with what the generator of the data has counted. ``--pyshacl`` takes minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
from shacl_data import write

SHAPES = Path(__file__).resolve().parent / "shacl_shapes.ttl"

PARSE = """
import sys, pyoxigraph
for quad in pyoxigraph.parse(path=sys.argv[1]): pass
"""
VALIDATE = """
import json, sys, time
from collections import Counter
from pathlib import Path
from ce_graph.check import shapes
from ce_graph.check.engine import validate
from ce_graph.rdf.columns import read
from ce_graph.rdf.sources import of_path
begin = time.perf_counter()
cache = Path(sys.argv[5]) if sys.argv[5] else None
data = read([of_path(Path(sys.argv[1]))], processes=int(sys.argv[4]), cache=cache)
middle = time.perf_counter()
report = validate(data, shapes.read([of_path(Path(sys.argv[2]))]), engine=sys.argv[3])
end = time.perf_counter()
found = Counter(finding.component_name.removesuffix("ConstraintComponent") for finding in report.findings)
print(json.dumps({"read": middle - begin, "validate": end - middle, "found": found, "triples": len(data)}))
"""


# Modules are compiled before the first run and not in each, as in a package that has been installed.
COMPILED = tempfile.TemporaryDirectory()
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
ENVIRONMENT["PYTHONPYCACHEPREFIX"] = COMPILED.name


def run(code: str, *arguments: str) -> dict[str, Any]:
    """Wall and CPU seconds and peak memory of a process and its children, with what it prints."""
    begin = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, text=True, env=ENVIRONMENT
    )
    assert process.stdout is not None
    text = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"a measurement failed: {arguments}")
    found = json.loads(text) if text else {}
    cpu = usage.ru_utime + usage.ru_stime
    return {"wall": time.perf_counter() - begin, "cpu": cpu, "peak": usage.ru_maxrss * 1024, **found}


Found = dict[str, Any]


def rounds(repeat: int, measures: dict[str, tuple[str, ...]]) -> dict[str, Found]:
    """The best of several rounds of each measurement; each round has all of them, so that a noisy time hits all."""
    found: dict[str, list[Found]] = {name: [] for name in measures}
    for _ in range(repeat):
        for name, arguments in measures.items():
            found[name].append(run(*arguments))
    return {
        name: min(results, key=lambda result: result["wall"]) | {"cpu": min(result["cpu"] for result in results)}
        for name, results in found.items()
    }


def measure(triples: int, folder: Path, repeat: int, *, pyshacl: bool) -> None:
    path = folder / f"{triples}.ttl"
    expected = dict(write(path, triples))
    ours = (VALIDATE, str(path), str(SHAPES), "columns")
    cache = str(folder / "cache")
    filling = run(*ours, "1", cache)
    found = rounds(
        repeat,
        {
            "parse loop": (PARSE, str(path)),
            "one process": (*ours, "1", ""),
            "two processes": (*ours, "2", ""),
            "from the cache": (*ours, "1", cache),
        },
    )
    found["filling the cache"] = filling
    if pyshacl:
        found["pyshacl"] = run(VALIDATE, str(path), str(SHAPES), "pyshacl", "1", "")
    bare, one, again = found["parse loop"], found["one process"], found["from the cache"]
    print(f"\n{one['triples']:,} triples, {path.stat().st_size / 1e6:.0f} MB of Turtle")
    print("                       wall   / parse      cpu   / parse     read   validate   bytes/triple")
    for name, result in found.items():
        line = f"{name:18} {result['wall']:7.2f} s {result['wall'] / bare['wall']:7.2f}"
        line += f" {result['cpu']:9.2f} s {result['cpu'] / bare['cpu']:6.2f}"
        if "found" in result:
            line += f" {result['read']:7.2f} s {result['validate']:7.2f} s {result['peak'] / result['triples']:11.0f}"
            line += "   right" if result["found"] == expected else f"   WRONG: {result['found']}, not {expected}"
        print(line)
    print(
        f"from the cache: reading {one['read'] / again['read']:.1f}, all {one['wall'] / again['wall']:.1f} times faster"
    )
    if pyshacl:
        print(f"pyshacl takes {found['pyshacl']['cpu'] / one['cpu']:.0f} times the CPU")


def start_up(folder: Path, repeat: int) -> None:
    path = folder / "small.ttl"
    path.write_text(
        "@prefix : <http://example.org/> .\n" + "".join(f":a{n} :p {n} .\n" for n in range(20)), encoding="utf-8"
    )
    shapes = folder / "small-shapes.ttl"
    shapes.write_text(
        "@prefix : <http://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        ":S sh:targetSubjectsOf :p ; sh:property [ sh:path :p ; sh:maxInclusive 15 ; sh:nodeKind sh:Literal ] .",
        encoding="utf-8",
    )
    found = rounds(repeat, {"small": (VALIDATE, str(path), str(shapes), "columns", "1", "")})["small"]
    print(f"20 triples: {found['cpu']:.2f} s of CPU, {found['wall']:.2f} s, start of Python included")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("triples", nargs="*", type=float, default=[1e5, 1e6])
    parser.add_argument("--pyshacl", action="store_true", help="measure pyshacl, too, on the smallest file")
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        start_up(Path(name), options.repeat)
        for number, size in enumerate(sorted(int(triples) for triples in options.triples)):
            measure(size, Path(name), options.repeat, pyshacl=options.pyshacl and number == 0)
