"""Wheel and source archive have all that the package needs, and the build goes on without npm."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ("ontology", "shapes", "data", "queries")
pytest.importorskip("hatchling", reason="hatchling is not installed")


def archive(source: Path, target: str, folder: Path) -> Path:
    """Build without npm: what has been built is taken as it is."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)]
    given = os.environ | {"CE_GRAPH_NO_FRONTEND": "1"}
    ended = subprocess.run(command, cwd=source, env=given, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    (made,) = folder.iterdir()
    return made


def files_in(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not {"__pycache__", "node_modules"} & set(path.parts) and ".build-" not in str(path)
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    return set(zipfile.ZipFile(archive(ROOT, "wheel", tmp_path_factory.mktemp("wheel"))).namelist())


def test_the_wheel_has_the_code_the_pages_and_the_data(wheel: set[str]) -> None:
    wanted = {f"ce_graph/{name}" for name in files_in(ROOT / "src" / "ce_graph")}
    for name in SHIPPED:
        wanted |= {f"ce_graph/shipped/{name}/{file}" for file in files_in(ROOT / name)}
    assert sorted(wanted - wheel) == []
    for part in ("web/templates/", "translations/fi.po", "web/static/style.css", "web/sparql/", "shipped/queries/"):
        assert any(name.startswith(f"ce_graph/{part}") for name in wheel), part
    extra = {name for name in wheel if not name.startswith("ce_graph/") and ".dist-info/" not in name}
    assert extra == set()
    assert not any("node_modules" in name or "__pycache__" in name for name in wheel)


def test_the_wheel_of_the_source_archive_is_the_same(wheel: set[str], tmp_path: Path) -> None:
    made = archive(ROOT, "sdist", tmp_path / "sdist")
    with tarfile.open(made) as packed:
        names = packed.getnames()
        packed.extractall(tmp_path / "unpacked", filter="data")
    assert not any("node_modules" in name for name in names)
    (source,) = (tmp_path / "unpacked").iterdir()
    assert (source / "frontend" / "package-lock.json").is_file()
    again = zipfile.ZipFile(archive(source, "wheel", tmp_path / "wheel")).namelist()
    assert set(again) == wheel
    built = ROOT / hook().BUILT
    if hook().is_current(ROOT / "frontend", built):
        assert hook().is_current(source / "frontend", source / hook().BUILT)


def test_the_lock_names_no_place_to_fetch_from() -> None:
    assert "resolved" not in (ROOT / "frontend" / "package-lock.json").read_text(encoding="utf-8")


def test_what_is_built_names_its_authors_and_asks_nobody_else() -> None:
    built = ROOT / hook().BUILT
    if not built.is_dir():
        pytest.skip("npm has not built the editor")
    told = (built / "THIRD-PARTY.txt").read_text(encoding="utf-8")
    for name in ("@zazuko/yasqe", "codemirror", "dompurify", "lodash-es", "query-string", "events"):
        assert f"\n{name} " in told
    script = (built / "query.js").read_text(encoding="utf-8")
    assert [place for place in ("lov.linkeddata", "dbpedia", "api.", "cdn.") if place in script] == []


def hook() -> ModuleType:
    """The build hook, which is no part of the package."""
    described = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert described
    assert described.loader
    module = importlib.util.module_from_spec(described)
    described.loader.exec_module(module)
    return module


class App:
    """What the hook tells its builder."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def display_warning(self, text: str) -> None:
        self.warnings.append(text)


class Checkout:
    """A project with a frontend whose npm is a shell script."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self._set = folder, monkeypatch.setenv
        self.module = hook()
        self.sources, self.built = folder / "frontend", folder / self.module.BUILT
        (self.sources / "node_modules").mkdir(parents=True)
        (self.sources / "source.js").write_text("one", encoding="utf-8")
        monkeypatch.delenv(self.module.SWITCH, raising=False)
        self.npm(None)

    def npm(self, script: str | None) -> None:
        bin_ = self.folder / "bin"
        bin_.mkdir(exist_ok=True)
        (bin_ / "npm").unlink(missing_ok=True)
        if script is not None:
            (bin_ / "npm").write_text(f'#!/bin/sh\necho "$@" >> {self.folder}/calls\n{script}\n', encoding="utf-8")
            (bin_ / "npm").chmod(0o755)
        self._set("PATH", f"{bin_}")

    def run(self) -> list[str]:
        app = App()
        made: Any = self.module.FrontendHook(str(self.folder), {}, None, None, str(self.folder), "wheel", app)
        made.initialize("standard", {})
        return app.warnings

    @property
    def calls(self) -> int:
        file = self.folder / "calls"
        return len(file.read_text(encoding="utf-8").splitlines()) if file.is_file() else 0


BUILDS = 'if [ "$1" = run ]; then /bin/mkdir -p "$4"; echo built > "$4/query.js"; fi'


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    return Checkout(tmp_path, monkeypatch)


def test_the_editor_is_built_once_for_the_same_sources(checkout: Checkout) -> None:
    checkout.npm(BUILDS)
    assert checkout.run() == []
    assert (checkout.built / "query.js").read_text(encoding="utf-8") == "built\n"
    assert checkout.calls == 2
    assert checkout.run() == []
    assert checkout.calls == 2
    (checkout.sources / "source.js").write_text("two", encoding="utf-8")
    assert checkout.run() == []
    assert checkout.calls == 4


def test_without_npm_the_build_goes_on_and_says_so(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    (warning,) = checkout.run()
    assert "npm, of Node 18 or newer, is not installed" in warning
    assert "the page works without it" in warning
    assert not checkout.built.exists()
    monkeypatch.setenv(checkout.module.SWITCH, "0")
    with pytest.raises(RuntimeError, match="npm"):
        checkout.run()


def test_an_npm_that_fails_leaves_what_was_built_before(checkout: Checkout) -> None:
    checkout.npm(BUILDS)
    checkout.run()
    (checkout.sources / "source.js").write_text("two", encoding="utf-8")
    checkout.npm("echo no network >&2; exit 1")
    (warning,) = checkout.run()
    assert "ci failed: no network" in warning
    assert (checkout.built / "query.js").is_file()
    assert not checkout.module.is_current(checkout.sources, checkout.built)


def test_npm_is_not_called_where_that_is_asked_for(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    checkout.npm(BUILDS)
    monkeypatch.setenv(checkout.module.SWITCH, "1")
    assert checkout.run() == []
    assert checkout.calls == 0
