"""What the views share: the settings of the instance, its engine, and what is counted, cached and limited."""

from __future__ import annotations

import dataclasses
import threading
from typing import TYPE_CHECKING, cast

from flask import current_app

from ce_graph.web.addresses import Addresses
from ce_graph.web.asking import Asker

if TYPE_CHECKING:
    from ce_graph.settings import Settings
    from ce_graph.store.engine import Engine
    from ce_graph.web.changes import Changes
    from ce_graph.web.checking import Checking
    from ce_graph.web.dumps import Dumps
    from ce_graph.web.metrics import Metrics
    from ce_graph.web.once import OncePerGeneration
    from ce_graph.web.queries.results import Results
    from ce_graph.web.region import Region
    from ce_graph.web.searching import Searching
    from ce_graph.web.server.gate import Gate
    from ce_graph.web.sizes import Sizes

KEY = "ce_graph"
FRONT = "ce_graph.front"
"""Where the application keeps its service and its front door, in ``app.extensions``."""


@dataclasses.dataclass(frozen=True, slots=True)
class Service:
    """One running instance."""

    settings: Settings
    engine: Engine
    results: Results
    gate: Gate
    metrics: Metrics
    changes: Changes
    dumps: Dumps
    searching: Searching
    sizes: OncePerGeneration[Sizes]
    region: Region
    checking: Checking
    draining: threading.Event = dataclasses.field(default_factory=threading.Event)
    """Set once the service is asked to stop: no longer ready, still answering."""

    @property
    def addresses(self) -> Addresses:
        """Where the resources of the instance are found."""
        return Addresses.of(self.settings)

    @property
    def asker(self) -> Asker:
        """The pages' questions, on the engine."""
        return Asker(self.results)

    def dataset(self) -> str | None:
        """The IRI of the dataset that the instance serves: the one described that is no part of another."""
        rows = self.asker.ask("datasets")
        own = (row["dataset"].value for row in rows if "whole" not in row and "dataset" in row)
        return next((iri for iri in own if iri.startswith(self.settings.base)), None)

    @property
    def writable(self) -> bool:
        """Whether updates exist here: the engine takes them, and there is a token to send with them."""
        return self.engine.writable and bool(self.settings.update_token)


def service() -> Service:
    """The service of the application that is answering."""
    return cast("Service", current_app.extensions[KEY])
