"""Finds the files that ship with the package: in the checkout, or inside the installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent.parent


def _shipped(name: str) -> Path:
    inside = _PACKAGE / "shipped" / name
    return inside if inside.is_dir() else _CHECKOUT / name


def ontology() -> Path:
    """Folder of the ontology's modules, ``*.ttl``."""
    return _shipped("ontology")


def shapes() -> Path:
    """Folder of the shapes, ``*.ttl``."""
    return _shipped("shapes")


def data() -> Path:
    """Folder of the shipped data: ``tables/``, hand-modelled ``*.trig`` and the reviewed findings."""
    return _shipped("data")


def queries() -> Path:
    """Folder of the stored queries, ``*.rq``."""
    return _shipped("queries")
