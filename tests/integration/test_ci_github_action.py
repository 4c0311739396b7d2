"""The GitHub action, its steps run one after the other as a runner would, on a scratch repository."""

from __future__ import annotations

import os
import re
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import pytest
import yaml
from checkouts import ROOT, SHAPES, check_out, git

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())


@pytest.fixture(scope="module")
def action_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a runner checks out of this project: the files that git has or would take."""
    return check_out(tmp_path_factory.mktemp("action") / "ce-graph")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    (folder / "shapes").mkdir(parents=True)
    (folder / "data").mkdir()
    (folder / "shapes" / "s.ttl").write_text(SHAPES)
    (folder / "data" / "good.ttl").write_text("@prefix ex: <http://example.org/> .\nex:a a ex:T ; ex:p 1 .\n")
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "data")
    return folder


class Runner:
    """Runs the steps of the action; packages come from the environment of the tests, not from the network."""

    def __init__(self, action: Path, repository: Path, work: Path) -> None:
        self.repository = repository
        self.action = action
        self.summary, self.output, self.exported = work / "summary", work / "output", work / "env"
        for file in (self.summary, self.output, self.exported):
            file.touch()
        offline = {"PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0"}
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("CE_GRAPH_", "PIP_"))},
            **offline,
            "PATH": os.pathsep.join((sysconfig.get_path("scripts"), os.environ["PATH"])),
            "PYTHONPATH": sysconfig.get_path("purelib"),
            "RUNNER_TEMP": str(work),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_OUTPUT": str(self.output),
            "GITHUB_ENV": str(self.exported),
        }

    def step(self, number: int, **inputs: str) -> subprocess.CompletedProcess[str]:
        step = ACTION["runs"]["steps"][number]
        assert step["shell"] == "bash"
        given = {name: inputs.get(name.replace("-", "_"), item["default"]) for name, item in ACTION["inputs"].items()}

        def filled(text: str) -> str:
            return re.sub(r"\$\{\{ (.+?) \}\}", lambda found: self.value(found[1], given), text)

        exported = dict(line.split("=", 1) for line in self.exported.read_text().splitlines())
        environment = {**self.environment, **exported, **{name: filled(value) for name, value in step["env"].items()}}
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.repository, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def value(self, expression: str, given: dict[str, str]) -> str:
        if expression == "github.action_path":
            return str(self.action)
        context, _, name = expression.partition(".")
        assert context == "inputs"
        return given[name]


@pytest.fixture(scope="module")
def installed(action_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder into which the first step has installed the package."""
    work = tmp_path_factory.mktemp("runner")
    done = Runner(action_path, work, work).step(0)
    assert done.returncode == 0, done.stdout + done.stderr
    return work


@pytest.fixture
def runner(action_path: Path, installed: Path, repository: Path, tmp_path: Path) -> Runner:
    made = Runner(action_path, repository, tmp_path)
    made.exported.write_text((installed / "env").read_text())
    return made


def test_the_action_installs_the_package_from_its_own_path(installed: Path) -> None:
    (package,) = (installed / "ce-graph").glob("lib/python3*/site-packages/ce_graph/__init__.py")
    assert package.is_file()
    assert list((package.parent / "shipped" / "shapes").glob("*.ttl"))


def test_good_data_pass(runner: Runner) -> None:
    done = runner.step(1, data="data", shapes="shapes")
    assert done.returncode == 0, done.stdout + done.stderr
    assert runner.output.read_text() == "exit-code=0\n"
    assert "✅" in runner.summary.read_text()


def test_bad_data_fail_with_annotations_a_summary_and_sarif(runner: Runner) -> None:
    (runner.repository / "data" / "bad one.ttl").write_text("@prefix ex: <http://example.org/> .\n ex:b a ex:T .\n")
    done = runner.step(1, data="data/good.ttl\ndata/bad one.ttl", shapes="shapes\n", sarif="r.sarif", lang="fi")
    assert done.returncode == 1
    assert "::error file=data/bad one.ttl,line=2,col=2,title=" in done.stdout
    assert "arvoja on oltava vähintään 1" in runner.summary.read_text()
    assert runner.output.read_text() == "exit-code=1\n"
    assert '"version": "2.1.0"' in (runner.repository / "r.sarif").read_text()


def test_all_inputs_reach_the_command(runner: Runner) -> None:
    (runner.repository / "data" / "bad.ttl").write_text("@prefix ex: <http://example.org/> . ex:b a ex:T .")
    written = runner.step(1, shapes="shapes", baseline="known.json", args="--write-baseline")
    assert written.returncode == 0, written.stdout + written.stderr
    assert runner.step(1, shapes="shapes", baseline="known.json", fail_on="info").returncode == 0
    (runner.repository / "shapes" / "more.ttl").write_text(SHAPES.replace("ex:S", "ex:R").replace("ex:T", "ex:U"))
    assert runner.step(1, shapes="shapes", baseline="known.json", strict="true").returncode == 1


def test_words_of_a_pull_request_are_never_run(runner: Runner) -> None:
    done = runner.step(1, data="$(touch owned); `touch owned`", shapes="shapes")
    assert done.returncode == 2
    assert not (runner.repository / "owned").exists()


def test_an_old_python_is_refused_with_advice(action_path: Path, repository: Path, tmp_path: Path) -> None:
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    for name in ("python3", "python", "python3.11", "python3.12", "python3.13"):
        (bin_ / name).write_text("#!/bin/sh\nexit 1\n")
        (bin_ / name).chmod(0o755)
    runner = Runner(action_path, repository, tmp_path)
    runner.environment["PATH"] = f"{bin_}:{os.environ['PATH']}"
    done = runner.step(0)
    assert done.returncode == 4
    assert "put actions/setup-python before this step" in done.stdout


def test_every_input_is_described_and_used() -> None:
    used = (ROOT / "action.yml").read_text()
    for name, item in ACTION["inputs"].items():
        assert item["description"]
        assert f"inputs.{name} " in used
