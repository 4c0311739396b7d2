"""The chapters of the report, in their order."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

from ce_graph.errors import NotFoundError
from ce_graph.overview.disagreements import disagreements
from ce_graph.overview.flows import flows
from ce_graph.overview.funding import funding
from ce_graph.overview.gaps import gaps
from ce_graph.overview.indicators import indicators
from ce_graph.overview.map import map_
from ce_graph.overview.matches import matches
from ce_graph.overview.potential import potential
from ce_graph.overview.projects import projects
from ce_graph.overview.strengths import strengths
from ce_graph.overview.view import Part, View
from ce_graph.wording import mark, told

if TYPE_CHECKING:
    from ce_graph.overview.records import Records
    from ce_graph.wording import Wording

Chapter = Callable[["Records", "Wording", str], View]
"""Makes a view of the region with an IRI."""


def _of_region(make: Callable[..., View], title: str, criterion: str = "region") -> Chapter:
    """A view of the region; where the data have nothing of it, a chapter that says so and what there is."""

    @functools.wraps(make)
    def chapter(records: Records, wording: Wording, region: str) -> View:
        try:
            return make(records, wording, **{criterion: region})
        except NotFoundError as error:
            heading = wording.gettext("Nothing was found")
            nothing = Part(name="nothing", title=heading, lead=told(error, wording.language))
            return View(name=make.__name__, title=wording.gettext(title), lead="", parts=(nothing,))

    return chapter


def _of_everything(make: Callable[[Records, Wording], View]) -> Chapter:
    """A view that is not of a region."""

    @functools.wraps(make)
    def chapter(records: Records, wording: Wording, region: str) -> View:  # noqa: ARG001
        return make(records, wording)

    return chapter


CHAPTERS: tuple[Chapter, ...] = (
    _of_everything(strengths),
    _of_region(indicators, mark("Indicators")),
    _of_region(flows, mark("Material flows")),
    _of_everything(potential),
    _of_everything(matches),
    _of_region(projects, mark("Projects"), "place"),
    _of_everything(funding),
    _of_everything(map_),
    _of_everything(disagreements),
    _of_region(gaps, mark("What is not known")),
)
"""Each makes a view of one region, or of everything where a region alone would say little."""
