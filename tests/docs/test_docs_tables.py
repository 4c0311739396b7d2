"""The document about the tables names every table, every column and every qualifier, and promises nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ce_graph import resources
from ce_graph.ingest.records import read_folder

if TYPE_CHECKING:
    from ce_graph.ingest.tables import Table

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
TABLES, _ = read_folder(resources.data() / "tables")
FACTS = sorted(name.removesuffix(".csv") for name in TABLES if not name.startswith("codes/"))


def section(name: str) -> str:
    assert f"\n### {name}\n" in DOCUMENT
    return DOCUMENT.partition(f"\n### {name}\n")[2].partition("\n### ")[0]


@pytest.mark.parametrize("name", FACTS)
def test_every_column_of_a_table_is_explained_and_no_other(name: str) -> None:
    explained = re.findall(r"^\| `(\w+)` \|( required)? \|", section(name), re.MULTILINE)
    columns = TABLES[f"{name}.csv"].columns.values()
    assert explained == [(column.name, " required" if column.required else "") for column in columns]


@pytest.mark.parametrize("name", FACTS)
def test_the_key_of_a_table_is_named(name: str) -> None:
    key = " and ".join(f"`{column}`" for column in TABLES[f"{name}.csv"].primary_key)
    assert f"Key: {key}." in section(name)


@pytest.mark.parametrize(
    "table", [table for name, table in TABLES.items() if name.startswith("codes/")], ids=lambda t: t.name
)
def test_every_code_list_and_its_columns_are_named(table: Table) -> None:
    listed = section("Code lists")
    assert f"`{Path(table.name).stem}`" in listed
    for column in table.columns:
        assert f"`{column}`" in listed, column


def test_every_qualifier_is_explained() -> None:
    for row in TABLES["codes/qualifier.csv"].rows:
        assert f"`{row.one('notation')}`" in DOCUMENT


def test_the_readme_counts_what_the_tables_hold() -> None:
    """Things, not rows: a project that three sources tell of is one project."""
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    counted = {
        name: len({row.one(TABLES[f"{name}.csv"].primary_key[0]) for row in TABLES[f"{name}.csv"].rows})
        for name in ("actors", "projects", "flows", "observations", "sources")
    }
    assert (
        "{actors} actors, {projects} projects, {flows} material flows, {observations} observations, "
        "from {sources} source documents".format_map(counted)
    ) in readme
    assert f"{counted['sources']} source documents" in (ROOT / "docs" / "questions.md").read_text(encoding="utf-8")
