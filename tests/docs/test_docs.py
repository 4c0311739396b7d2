"""The documents are as true as the code: commands, options, settings, shapes and links."""

from __future__ import annotations

import dataclasses
import importlib
import re
from pathlib import Path

import click
import pytest
from rdflib import SH, Graph

from ce_graph.cli import _COMMANDS
from ce_graph.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DOCS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])


def text(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def command(name: str) -> click.Command:
    module = importlib.import_module(f"ce_graph.cli.{name}{'_' if name == 'import' else ''}")
    found: click.Command = module.command
    return found


@pytest.mark.parametrize("name", sorted(_COMMANDS))
def test_every_command_and_option_is_documented(name: str) -> None:
    documented = text("cli.md")
    assert f"## ce-graph {name}" in documented
    section = documented.partition(f"## ce-graph {name}\n")[2].partition("\n## ")[0]
    for parameter in command(name).params:
        if isinstance(parameter, click.Option) and not parameter.hidden:
            longest = max(parameter.opts, key=len)
            assert f"`{longest}" in section, f"docs/cli.md does not name {longest} of ce-graph {name}"


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(Settings)])
def test_every_setting_is_documented(name: str) -> None:
    assert f"`CE_GRAPH_{name.upper()}`" in text("operations.md")


def test_every_shape_is_documented() -> None:
    graph = Graph()
    for path in sorted((ROOT / "shapes").glob("*.ttl")):
        graph.parse(path)
    documented = text("quality-rules.md")
    named = {
        str(shape).rpartition("#")[2] for shape in graph.subjects(predicate=SH.message) if str(shape).endswith("Shape")
    }
    assert named
    assert sorted(name for name in named if f"`{name}`" not in documented) == []


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_inside_the_project_leads_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8")):
        if "://" not in target and not target.startswith("mailto:"):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"


def test_the_ci_runs_the_test_command_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.partition("## Run the tests")[2].partition("\n## ")[0]
    block = re.search(r"```sh\n(.+?)```", section, re.DOTALL)
    assert block
    assert block[1].strip().endswith("-m pytest")
    assert "README.md" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
