"""Boundaries of places from a GeoJSON file, for maps that shade areas."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ce_graph.errors import DataError
from ce_graph.model.names import slug

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from ce_graph.draw.map import Ring

_KEYS = ("municipality_code", "municipalitycode", "code", "kunta", "natcode", "nuts_id", "id", "name_fi", "name_sv",
         "name_en", "name", "nimi", "namn")  # fmt: skip
"""Properties that may name the place, in the order they are tried; small letters."""


def read(path: Path) -> list[tuple[dict[str, str], list[Ring]]]:
    """The polygons of a file: the properties that may name the place, and the rings.

    Raises:
        DataError: the file is no GeoJSON in WGS 84 with polygons; the message says where and what to do.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise DataError(f"boundaries {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"boundaries {path}: not UTF-8 at byte {error.start}; save it as UTF-8") from error
    except json.JSONDecodeError as error:
        raise DataError(
            f"boundaries {path}, line {error.lineno}, column {error.colno}: no JSON: {error.msg}"
        ) from error
    features = told.get("features") if isinstance(told, dict) else None
    if not isinstance(features, list):
        raise DataError(f"boundaries {path}: no GeoJSON FeatureCollection; export one with the places as features")
    found = []
    for number, feature in enumerate(features, start=1):
        where = f"boundaries {path}, feature {number}"
        rings = list(_rings(feature.get("geometry") or {}, where))
        if rings:
            properties = {str(key).lower(): str(value) for key, value in (feature.get("properties") or {}).items()}
            if "id" in feature:
                properties.setdefault("id", str(feature["id"]))
            found.append(({key: properties[key] for key in _KEYS if properties.get(key)}, rings))
    if not found:
        raise DataError(f"boundaries {path}: none of its {len(features)} features is a Polygon or MultiPolygon")
    return found


def _rings(geometry: Mapping[str, Any], where: str) -> Iterator[Ring]:
    try:
        if geometry.get("type") == "Polygon":
            polygons = [geometry["coordinates"]]
        elif geometry.get("type") == "MultiPolygon":
            polygons = geometry["coordinates"]
        else:
            return
        for polygon in polygons:
            for ring in polygon:
                corners = [(float(corner[0]), float(corner[1])) for corner in ring]
                wrong = next((each for each in corners if not (-180 <= each[0] <= 180 and -90 <= each[1] <= 90)), None)
                if wrong is not None:
                    raise DataError(
                        f"{where}: {wrong[0]:g}, {wrong[1]:g} is no longitude and latitude;"
                        " save the file in WGS 84 (EPSG:4326)"
                    )
                yield corners
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise DataError(f"{where}: its coordinates are no rings of [longitude, latitude]") from error


def of_places(path: Path, known: Mapping[str, str]) -> tuple[dict[str, list[Ring]], list[str]]:
    """Place → rings, and the features that are no known place; ``known``: code or name in small letters → place.

    Raises:
        DataError: see ``read``; or no feature is a known place.
    """
    found: dict[str, list[Ring]] = {}
    others = []
    for properties, rings in read(path):
        place = next((known[key] for value in properties.values() if (key := slug(value)) in known), None)
        if place is None:
            others.append(next(iter(properties.values()), "?"))
        else:
            found.setdefault(place, []).extend(rings)
    if not found:
        some = ", ".join(others[:5])
        raise DataError(
            f"boundaries {path}: no feature is a place of the data ({some} …); they are matched by"
            f" {', '.join(_KEYS[:3])} or name"
        )
    return found, others
