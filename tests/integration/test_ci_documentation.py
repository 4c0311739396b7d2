"""What docs/ci.md tells a newcomer to write works when it is written exactly so."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", (ROOT / "docs" / "ci.md").read_text(encoding="utf-8"), re.DOTALL)
BIN = Path(sys.executable).parent


def blocks(kind: str) -> list[str]:
    return [text for name, text in BLOCKS if name == kind]


def snippet(key: str) -> Any:
    return next(found for text in blocks("yaml") if key in (found := yaml.safe_load(text)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in zip(("shapes", "data"), blocks("turtle"), strict=True):
        (tmp_path / name).mkdir()
        (tmp_path / name / "people.ttl").write_text(text, encoding="utf-8")
    return tmp_path


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    words = shlex.split(command)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CE_GRAPH_")}
    return subprocess.run(
        [BIN / Path(words[0]).name, *words[1:]],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_first_command_says_what_the_page_shows(folder: Path) -> None:
    command = next(line for text in blocks("sh") for line in text.splitlines() if "ce-graph validate" in line)
    done = run(command, folder)
    assert done.returncode == 1
    assert done.stdout == blocks("text")[0]
    file = folder / "data" / "people.ttl"
    file.write_text(file.read_text().replace('"9.8.1914"', '"1914-08-09"^^xsd:date'))
    assert run(command, folder).returncode == 0


def test_the_gitlab_job_runs(folder: Path) -> None:
    job = snippet("validate")["validate"]
    install, check = job["script"]
    assert install.startswith("pip install")
    assert run(check, folder).returncode == 1
    assert (folder / job["artifacts"]["reports"]["junit"]).read_text().startswith("<?xml")
    assert (folder / job["artifacts"]["paths"][0]).is_file()


def test_the_workflow_uses_inputs_that_there_are() -> None:
    steps = snippet("jobs")["jobs"]["validate"]["steps"]
    (step,) = [step for step in steps if "ce-graph" in step["uses"]]
    inputs = yaml.safe_load((ROOT / "action.yml").read_text())["inputs"]
    assert set(step["with"]) <= set(inputs)
    documented = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    assert [name for name in inputs if f"| `{name}` |" not in documented] == []


def test_the_hook_of_the_page_is_the_hook_there_is() -> None:
    (repo,) = snippet("repos")["repos"]
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert [item["id"] for item in repo["hooks"]] == [hook["id"]]


def test_the_baseline_of_the_page_works(folder: Path) -> None:
    write = next(line for text in blocks("sh") for line in text.splitlines() if "--write-baseline" in line)
    assert run(write, folder).returncode == 0
    assert run(write.replace(" --write-baseline", ""), folder).returncode == 0


def test_the_hook_without_shapes_of_ones_own_does_not_pass(folder: Path, tmp_path: Path) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    command = " ".join([hook["entry"], *hook["args"], "--no-context"])
    assert run(command, folder).returncode == 1
