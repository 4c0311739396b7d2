from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from ce_graph.cli import doctor, serve
from ce_graph.errors import UsageError
from ce_graph.settings import load

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "dataset.nq").write_text("<urn:a> <urn:b> <urn:c> <urn:g> .\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--data", "/nowhere/at/all"], "is no folder"),
        (["--host", "not-an-address.invalid"], "cannot listen on not-an-address.invalid"),
        (["--host", "192.0.2.1"], "cannot listen on 192.0.2.1"),
    ],
)
def test_what_cannot_be_served_is_a_mistake_of_the_call(data: Path, options: list[str], message: str) -> None:
    ended = CliRunner().invoke(serve.command, ["--port", "0", "--data", str(data), *options])
    assert isinstance(ended.exception, UsageError)
    assert message in str(ended.exception)


def test_a_folder_without_a_dataset_is_told_what_to_do(tmp_path: Path) -> None:
    ended = CliRunner().invoke(serve.command, ["--port", "0", "--data", str(tmp_path)])
    assert isinstance(ended.exception, UsageError)
    assert "has no dataset.nq" in str(ended.exception)
    assert "ce-graph build" in str(ended.exception)


@pytest.mark.parametrize("options", [["--port", "70000"], ["--port", "x"], ["--default-graph", "all"]])
def test_options_have_their_values(options: list[str]) -> None:
    assert CliRunner().invoke(serve.command, options).exit_code == 2


def test_the_doctor_finds_a_healthy_service_healthy(data: Path) -> None:
    ended = CliRunner().invoke(doctor.command, ["--data", str(data), "--port", "0"])
    assert ended.exit_code == 0, ended.output
    assert "ok    store" in ended.output
    assert "with 1 statements" in ended.output
    assert "fail" not in ended.output


def test_the_doctor_names_what_is_missing(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CE_GRAPH_UPDATE_TOKEN", "short")
    ended = CliRunner().invoke(doctor.command, ["--data", str(data / "none"), "--host", "192.0.2.1"])
    assert ended.exit_code == 1
    assert "fail  build" in ended.output
    assert "fail  address" in ended.output
    assert "warn  token" in ended.output
    assert "short" not in ended.output


def test_a_file_that_is_no_data_is_named(tmp_path: Path) -> None:
    (tmp_path / "dataset.nq").write_text("this is no N-Quads", encoding="utf-8")
    ended = CliRunner().invoke(doctor.command, ["--data", str(tmp_path), "--port", "0"])
    assert ended.exit_code == 1
    assert "fail  store" in ended.output


def test_settings_come_from_option_environment_and_file_in_this_order(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('port = 1\nclient_queries = 2\naccess_log = false\nstore = "/a"\n', encoding="utf-8")
    found = load({"port": 3}, {"CE_GRAPH_CLIENT_QUERIES": "9", "CE_GRAPH_SETTINGS": str(file)})
    assert (found.port, found.client_queries, found.access_log, str(found.store)) == (3, 9, False, "/a")


@pytest.mark.parametrize(
    ("name", "value"), [("ACCESS_LOG", "perhaps"), ("PORT", "x"), ("BODY_SECONDS", "soon"), ("DEFAULT_GRAPH", "all")]
)
def test_a_setting_of_the_wrong_kind_is_named(name: str, value: str) -> None:
    with pytest.raises(UsageError, match=name.lower() if name == "DEFAULT_GRAPH" else name):
        load(environment={f"CE_GRAPH_{name}": value})
