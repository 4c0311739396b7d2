"""The pre-commit hook, run by pre-commit itself on a scratch repository."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import yaml
from checkouts import ROOT, SHAPES, check_out, git


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with what this one has or would take, as pre-commit clones it."""
    target = check_out(tmp_path_factory.mktemp("hooks") / "ce-graph")
    git(target, "init", "-q")
    git(target, "add", ".")
    git(target, "commit", "-q", "-m", "all")
    return target


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


def run(folder: Path, hooks: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """``pre-commit run``; packages come from the environment of the tests, not from the network."""
    revision = subprocess.run(["git", "rev-parse", "HEAD"], cwd=hooks, capture_output=True, text=True, check=True)
    hook = {"id": "ce-graph-validate", "args": ["--shapes", "shapes", "data"]}
    repo = {"repo": str(hooks), "rev": revision.stdout.strip(), "hooks": [hook]}
    (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [repo]}))
    git(folder, "add", ".")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("CE_GRAPH_", "PIP_", "GIT_"))},
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_NO_BUILD_ISOLATION": "0",
        "PYTHONPATH": sysconfig.get_path("purelib"),
        "PRE_COMMIT_HOME": str(home),
    }
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--color=never"],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_hook_lets_good_data_pass_and_stops_bad_data(tmp_path: Path, hooks: Path, home: Path) -> None:
    (tmp_path / "shapes").mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "shapes" / "s.ttl").write_text(SHAPES)
    (tmp_path / "data" / "a.ttl").write_text("@prefix ex: <http://example.org/> .\nex:a a ex:T ; ex:p 1 .\n")
    git(tmp_path, "init", "-q")
    good = run(tmp_path, hooks, home)
    assert good.returncode == 0, good.stdout + good.stderr
    assert "Passed" in good.stdout
    (tmp_path / "data" / "b.ttl").write_text("@prefix ex: <http://example.org/> .\nex:b a ex:T .\n")
    bad = run(tmp_path, hooks, home)
    assert bad.returncode == 1
    assert "data/b.ttl:2:1: ex:b ex:p" in bad.stdout
    git(tmp_path, "-c", "commit.gpgsign=false", "commit", "-q", "-m", "all")
    (tmp_path / "notes.txt").write_text("no data")
    assert "Skipped" in run(tmp_path, hooks, home).stdout


def test_the_hooks_file_is_what_pre_commit_expects() -> None:
    subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")], check=True
    )
