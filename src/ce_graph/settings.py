"""What can be set: an option of a command wins over ``CE_GRAPH_*``, that over a TOML file, that over the default."""

from __future__ import annotations

import dataclasses
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args, get_type_hints

from ce_graph.errors import UsageError

VOCABULARY = "https://w3id.org/ce-graph/"
"""Where the ontology, the shapes and the code lists live; the same for every instance."""


def _default_build() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "ce-graph" / "build"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of one instance; frozen, and passed to what needs them."""

    base: str = VOCABULARY
    """Base of the instance's own IRIs (``id/``, ``graph/``, ``dataset/``); ends with ``/``."""
    build: Path = dataclasses.field(default_factory=_default_build)
    """Folder of the built dataset."""
    host: str = "127.0.0.1"
    port: int = 8080

    # The web service.
    data: Path | None = None
    """Folder with the ``dataset.nq`` to serve; not set: the shipped data, built when it is missing or stale."""
    store: Path | None = None
    """Folder of a store that keeps updates; made of the data when it is new. Not set: the data are only read."""
    empty: bool = False
    """Whether a new store starts with nothing in it instead of the data."""
    engine: str | None = None
    """Address of a SPARQL endpoint that answers instead of this machine; not set: data or store."""
    engine_update: str | None = None
    """Address of that endpoint's updates; not set: it is only read."""
    engine_graphs: str | None = None
    """Address of that endpoint's Graph Store Protocol; not set: single graphs are not served."""
    default_graph: str = "union"
    """What a query without FROM asks: the ``union`` of all graphs, or the store's ``own`` default graph."""
    update_token: str | None = dataclasses.field(default=None, repr=False)
    """Bearer token of ``/update`` and of writes to ``/graphs``; not set or empty: neither exists."""
    body_seconds: float = 10.0
    """Time in which a request's body must have arrived."""
    client_queries: int = 4
    """Queries of one client at a time; more are answered with 429."""
    cache_bytes: int = 64 * 1024 * 1024
    """Memory of the result cache; 0 switches it off."""
    boundaries: Path | None = None
    """GeoJSON file with the boundaries of places, in WGS 84, for the map; not set: points only."""
    trusted_proxies: int = 0
    """How many reverse proxies stand in front; their ``X-Forwarded-*`` headers count only then."""
    drain_seconds: float = 20.0
    """How long running requests may take to end after SIGTERM."""
    access_log: bool = True
    """Whether each request is logged on standard error, as a line of JSON without the query."""

    # What one query may take.
    query_seconds: float = 15.0
    """Deadline of a query; a client may ask for less, never for more."""
    query_rows: int = 1_000_000
    """Most rows of a result; a query with more is refused as a whole."""
    result_bytes: int = 256 * 1024 * 1024
    """Most bytes of a result."""
    query_bytes: int = 256 * 1024
    """Longest text of a query."""
    update_bytes: int = 16 * 1024 * 1024
    """Largest body of an update or of a graph that is written."""
    update_seconds: float = 60.0
    """Deadline of an update or of a graph that is written."""
    validate_bytes: int = 16 * 1024 * 1024
    """Largest body that ``/validate`` checks."""
    validate_seconds: float = 60.0
    """Deadline of a check by ``/validate``."""
    workers: int = dataclasses.field(default_factory=lambda: os.cpu_count() or 1)
    """Long queries that run at once."""
    waiting: int = 64
    """Queries that may wait for a worker; the next one is answered with 503."""
    worker_memory: int = 2 * 1024 * 1024 * 1024
    """Bytes that one query may take beyond the data."""
    memory: int = 4 * 1024 * 1024 * 1024
    """Bytes that the data may take in memory; larger data are answered from disk."""
    services: str = ""
    """Addresses, with spaces between them, that SERVICE may ask and LOAD may fetch; none by default."""

    def __post_init__(self) -> None:
        """Refuse values that cannot work."""
        if not re.fullmatch(r"""https?://[^\s<>"{}|\\^`]+/""", self.base):
            raise UsageError(f"base must be an http(s) IRI that ends with '/', not {self.base!r}")
        if not 0 <= self.port <= 65535:
            raise UsageError(f"port must be between 0 and 65535, not {self.port}")
        if self.default_graph not in ("union", "own"):
            raise UsageError(f"default_graph must be union or own, not {self.default_graph!r}")


def load(
    options: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
    file: Path | None = None,
) -> Settings:
    """Settings from a TOML file, the environment and options; a later one wins, ``None`` counts as not given.

    Raises:
        UsageError: an unknown name in the file, a value of the wrong type, or a file that cannot be read.
    """
    environment = os.environ if environment is None else environment
    named = environment.get("CE_GRAPH_SETTINGS")
    if file is None and named:
        file = Path(named)
    values: dict[str, Any] = _from_file(file) if file else {}
    for name in _types():
        if (raw := environment.get(f"CE_GRAPH_{name.upper()}")) is not None:
            values[name] = _convert(name, raw, f"CE_GRAPH_{name.upper()}")
    values.update({name: value for name, value in (options or {}).items() if value is not None})
    return Settings(**values)


def _types() -> dict[str, Any]:
    return get_type_hints(Settings)


def _from_file(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as stream:
            found = tomllib.load(stream)
    except OSError as error:
        raise UsageError(f"settings file {file}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"settings file {file}: {error}") from error
    unknown = sorted(set(found) - set(_types()))
    if unknown:
        raise UsageError(f"settings file {file}: unknown {', '.join(unknown)}; known are {', '.join(sorted(_types()))}")
    return {name: _convert(name, value, f"{file}: {name}") for name, value in found.items()}


def _convert(name: str, value: Any, where: str) -> Any:
    wanted = _types()[name]
    wanted = next((part for part in get_args(wanted) if part is not type(None)), wanted)
    try:
        return _truth(value) if wanted is bool else wanted(value)
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{where}: {value!r} is not a valid {wanted.__name__}") from error


def _truth(value: Any) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    return value if isinstance(value, bool) else words[str(value).strip().lower()]
