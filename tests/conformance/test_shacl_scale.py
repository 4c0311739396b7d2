"""At scale, against what the generator of the data has counted: an engine can pass the suite and still lose results."""

from __future__ import annotations

import runpy
from collections import Counter
from pathlib import Path

import pytest

from ce_graph.check import shapes
from ce_graph.check.engine import validate
from ce_graph.rdf.columns import read
from ce_graph.rdf.sources import of_path

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.mark.parametrize(("triples", "seed"), [(3_000, 1), (3_000, 2), (300_000, 7)])
def test_the_findings_are_the_faults_that_were_made(tmp_path: Path, triples: int, seed: int) -> None:
    write = runpy.run_path(str(BENCHMARKS / "shacl_data.py"))["write"]
    expected = write(tmp_path / "data.ttl", triples, 0.01 if triples > 10_000 else 0.1, seed)
    report = validate(read([of_path(tmp_path / "data.ttl")]), shapes.read([of_path(BENCHMARKS / "shacl_shapes.ttl")]))
    found = Counter(finding.component_name.removesuffix("ConstraintComponent") for finding in report.findings)
    assert found == expected
