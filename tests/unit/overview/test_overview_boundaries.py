"""Boundaries from GeoJSON: matched to places by code or name, and what is wrong with a file is told; all made up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ce_graph.errors import DataError
from ce_graph.overview.boundaries import of_places, read

RING = [[24.0, 60.0], [25.0, 60.0], [25.0, 61.0], [24.0, 60.0]]
KNOWN = {
    "049": "https://example.org/espoo",
    "esbo": "https://example.org/espoo",
    "vantaa": "https://example.org/vantaa",
}


def file(folder: Path, *features: dict[str, object]) -> Path:
    path = folder / "areas.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def feature(kind: str = "Polygon", coordinates: object = None, **properties: str) -> dict[str, object]:
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": kind, "coordinates": coordinates or [RING]},
    }


def test_features_are_matched_by_code_or_by_name_in_any_writing(tmp_path: Path) -> None:
    path = file(
        tmp_path,
        feature(municipality_code="049", name_fi="Espoo"),
        feature("MultiPolygon", [[RING], [RING, RING]], Name="VANTAA"),
        feature(name="Atlantis"),
    )
    found, others = of_places(path, KNOWN)
    assert {place: len(rings) for place, rings in found.items()} == {
        "https://example.org/espoo": 1,
        "https://example.org/vantaa": 3,
    }
    assert others == ["Atlantis"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "line 1, column 2: no JSON"),
        ("[]", "no GeoJSON FeatureCollection"),
        (json.dumps({"features": [feature("Point", [24.0, 60.0])]}), "none of its 1 features is a Polygon"),
        (json.dumps({"features": [feature(coordinates=[[[385000.0, 6670000.0]]])]}), "feature 1: 385000, 6.67e"),
        (json.dumps({"features": [feature(coordinates=[[["x", "y"]]])]}), "feature 1: its coordinates are no rings"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "wrong.geojson"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=said):
        read(path)


def test_a_file_that_is_not_there_or_not_of_these_places_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="No such file"):
        read(tmp_path / "nowhere.geojson")
    with pytest.raises(DataError, match=r"no feature is a place of the data \(Atlantis"):
        of_places(file(tmp_path, feature(name="Atlantis")), KNOWN)
    latin = tmp_path / "latin.geojson"
    latin.write_bytes(b'{"a": "\xe4"}')
    with pytest.raises(DataError, match="not UTF-8 at byte 7"):
        read(latin)
