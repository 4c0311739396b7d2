"""The names in code, shapes, queries, tables and documentation are terms of the ontology."""

from __future__ import annotations

import ast
import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rdflib import OWL, RDF, RDFS, Graph, URIRef

from ce_graph import resources
from ce_graph.rdf.namespaces import ONTOLOGY
from ce_graph.rdf.vocabulary import CE

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[3]
SOURCES = ROOT / "src"
NAME = re.compile(r"(?:(?<![\w-])ce:|https://w3id\.org/ce-graph/ontology#)([A-Za-z]\w*)(?![\w{])")
TEMPLATE = re.compile(r"https://w3id\.org/ce-graph/ontology#(\w*)\{(\w+)\}(\w*)")
"""The same with a column of a CSVW table in it."""
KINDS = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDFS.Datatype}


def terms_of(*paths: Path) -> set[str]:
    """Local names of the classes, properties and datatypes that the files define."""
    graph = Graph()
    for path in paths:
        graph.parse(path)
    subjects = {str(subject) for kind in KINDS for subject in graph.subjects(RDF.type, kind)}
    return {subject.removeprefix(ONTOLOGY) for subject in subjects if subject.startswith(ONTOLOGY)}


def listed() -> dict[str, list[str]]:
    """Module of the ontology → names under its heading in vocabulary.py."""
    text = (SOURCES / "ce_graph" / "rdf" / "vocabulary.py").read_text(encoding="utf-8")
    sections = (section.partition("\n") for section in text.split("\n    # ")[1:])
    return {heading: re.findall(r"^    (\w+): URIRef$", body, re.MULTILINE) for heading, _, body in sections}


def names_in_code(text: str) -> Iterator[str]:
    """Names that Python text takes from CE, as an attribute or by a literal key."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.Attribute, ast.Subscript)):
            owner = node.value
            if (isinstance(owner, ast.Name) and owner.id == "CE") or (
                isinstance(owner, ast.Attribute) and owner.attr == "CE"
            ):
                if isinstance(node, ast.Attribute):
                    yield node.attr
                elif isinstance(node.slice, ast.Constant):
                    yield str(node.slice.value)


def names_in_text(text: str) -> set[str]:
    return set(NAME.findall(text))


def written_files() -> list[Path]:
    patterns = (
        "shapes/*.ttl",
        "queries/**/*.rq",
        "data/**/*.json",
        "data/*.trig",
        "data/*.ttl",
        "src/**/*.rq",
        "src/**/*.py",
        "src/**/*.html",
        "src/**/*.po",
        "docs/**/*.md",
        "frontend/src/*.js",
        "README.md",
    )
    return sorted(path for pattern in patterns for path in ROOT.glob(pattern) if "shipped" not in path.parts)


@pytest.fixture(scope="module")
def terms() -> set[str]:
    return terms_of(*resources.ontology().glob("*.ttl"))


def test_the_names_are_exactly_the_terms_of_the_ontology(terms: set[str]) -> None:
    names = {name for name in CE.__annotations__ if not name.startswith("_")}
    assert names - terms == set(), "in vocabulary.py, but not in ontology/*.ttl"
    assert terms - names == set(), "in ontology/*.ttl, but not in vocabulary.py"


def test_the_names_stand_in_order_under_the_module_that_defines_them() -> None:
    modules = {path.stem: sorted(terms_of(path)) for path in resources.ontology().glob("*.ttl")}
    assert listed() == {module: names for module, names in modules.items() if names}


def test_a_name_is_the_iri_of_its_term() -> None:
    assert URIRef("https://w3id.org/ce-graph/ontology#massTonnes") == CE.massTonnes


def test_a_misspelt_name_is_an_error() -> None:
    with pytest.raises(AttributeError, match="massTons"):
        _ = CE.massTons


def test_the_code_uses_terms_only(terms: set[str]) -> None:
    unknown = {
        f"{path.relative_to(ROOT)}: CE.{name}"
        for path in SOURCES.rglob("*.py")
        for name in names_in_code(path.read_text(encoding="utf-8"))
        if not name.startswith("_") and name not in terms
    }
    assert unknown == set()


def test_the_code_never_renames_the_vocabulary() -> None:
    renamed = {
        f"{path.relative_to(ROOT)}: {alias.asname}"
        for path in SOURCES.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name == "CE" and alias.asname not in {None, "CE"}
    }
    assert renamed == set(), "the scan for misspelt terms looks for the name CE"


def test_shapes_queries_tables_code_and_documentation_name_terms_only(terms: set[str]) -> None:
    unknown = {
        f"{path.relative_to(ROOT)}: ce:{name}"
        for path in written_files()
        for name in names_in_text(path.read_text(encoding="utf-8")) - terms
    }
    assert unknown == set()


def test_names_made_from_cells_are_terms(terms: set[str]) -> None:
    unknown = set()
    for path in (ROOT / "data" / "tables").rglob("*-metadata.json"):
        templates = set(TEMPLATE.findall(path.read_text(encoding="utf-8")))
        if not templates:
            continue
        with path.with_name(path.name.replace("-metadata.json", ".csv")).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for before, column, after in templates:
            names = {before + part.strip() + after for row in rows for part in row[column].split(";") if part.strip()}
            unknown |= {f"{path.relative_to(ROOT)}: {column} makes ce:{name}" for name in names - terms}
    assert unknown == set()


def test_the_scan_of_code_sees_attributes_and_keys() -> None:
    text = "x = CE.amont\ny = vocabulary.CE.yeer\nz = CE['unitt']\nw = other.amount"
    assert sorted(names_in_code(text)) == ["amont", "unitt", "yeer"]


def test_the_scan_of_text_sees_prefixed_names_and_whole_iris() -> None:
    text = 'source:x ce:amont 1 ; <https://w3id.org/ce-graph/ontology#yeer> 2 . "ce:unitt" ce:part{x}Of PREFIX ce: <>'
    assert names_in_text(text) == {"amont", "yeer", "unitt"}
