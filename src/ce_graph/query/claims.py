"""Where sources disagree: the answer to question 10, claim by claim and grouped."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator
from decimal import Decimal

import pyoxigraph as ox

from ce_graph.query.answers import Answer, ask
from ce_graph.query.parameters import Context
from ce_graph.query.questions import Questions
from ce_graph.query.running import AnyTerm

NUMBER = 10


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one source says; ``value`` is ``None`` where the source's words have no sound interpretation."""

    of: str
    """IRI of the resource that the claim is stated of."""
    value: AnyTerm | None
    stated: str
    unit: str
    """An IRI of a unit, a currency, or ``""``."""
    qualifier: str
    source: str
    """IRI of the source's graph."""

    @property
    def number(self) -> Decimal | None:
        """The value as a number, where it is one."""
        if isinstance(self.value, ox.Literal) and self.value.datatype.value.endswith(("#decimal", "#integer")):
            return Decimal(self.value.value)
        return None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Claims of several sources on one thing that differ."""

    group: str
    property: str
    about: str
    """The thing itself; of an observation its indicator, of a flow its material."""
    region: str
    period: str
    explained: bool
    """Whether all claims can be true at once, given their rounding and their words."""
    claims: tuple[Claim, ...]


def disagreements(questions: Questions, context: Context) -> list[Disagreement]:
    """All disagreements in the order of question 10."""
    return list(grouped(ask(questions.find(NUMBER), {}, context)))


def grouped(answer: Answer) -> Iterator[Disagreement]:
    """The lines of an answer to question 10, one disagreement after the other."""

    def text(term: AnyTerm | None) -> str:
        return "" if term is None or isinstance(term, ox.Triple) else term.value

    for group, lines in itertools.groupby(answer.rows, key=lambda row: text(row["group"])):
        rows = list(lines)
        first = rows[0]
        yield Disagreement(
            group=group,
            property=text(first["property"]),
            about=text(first["about"]),
            region=text(first.get("region")),
            period=text(first.get("period")),
            explained=first.value("explained") is True,
            claims=tuple(
                Claim(
                    of=text(row["claimant"]),
                    value=row.get("value"),
                    stated=text(row.get("stated")),
                    unit=text(row.get("unit")),
                    qualifier=text(row.get("qualifier")),
                    source=text(row["source"]),
                )
                for row in rows
            ),
        )
