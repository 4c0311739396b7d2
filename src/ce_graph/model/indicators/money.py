"""Funding: by theme, inhabitant and tonne; how much of a budget is known; how many applications succeed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from ce_graph.model.indicators.computed import divide

TRANSFERS = frozenset({"grant"})
"""Instruments that count as funding of a project; loans, equity and own investments do not."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project as far as money is concerned; several documents may give it several budgets."""

    iri: str
    themes: tuple[str, ...] = ()
    budgets: tuple[Decimal, ...] = ()
    shares_complete: bool = False
    places: tuple[str, ...] = ()
    """Where those who coordinate it are."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FundingShare:
    """What one funder puts into one project; ``amount`` is ``None`` where no document gives it."""

    iri: str
    project: str
    funder: str
    instrument: str = ""
    programme: str = ""
    amount: Decimal | None = None
    currency: str = ""
    percent: Decimal | None = None
    document: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class ThemeFunding:
    """Money of a theme. A project of several themes counts in each, so that themes must not be added."""

    theme: str
    projects: tuple[str, ...]
    funded: tuple[str, ...]
    """Projects with a known amount of funding."""
    amount: Decimal
    """In euros."""
    unknown: tuple[str, ...]
    """Shares whose amount is not known: the sum is at least what is given, not what was paid."""
    documents: tuple[str, ...]
    shares: tuple[str, ...] = ()
    """The shares that are added up."""

    def per(self, number: Decimal) -> Decimal | None:
        """Euros per inhabitant, tonne …; ``None`` when there are none."""
        return divide(self.amount, number) if number else None


def by_theme(
    projects: Sequence[Project],
    shares: Sequence[FundingShare],
    above: Mapping[str, Sequence[str]],
    instruments: frozenset[str] = TRANSFERS,
) -> list[ThemeFunding]:
    """Funding of each theme, with what belongs to narrower themes; ``above`` is each theme with all above it.

    Only amounts in euros that a source states count. What a percentage makes of a budget is no amount that was granted.
    """
    themes: dict[str, list[Project]] = {}
    for project in projects:
        for theme in sorted({broad for one in project.themes for broad in above.get(one, (one,))}):
            themes.setdefault(theme, []).append(project)
    found = []
    for theme, members in sorted(themes.items()):
        known = {project.iri: project for project in members}
        mine = [share for share in shares if share.project in known and _name(share.instrument) in instruments]
        counted = [share for share in mine if granted(share) is not None]
        found.append(
            ThemeFunding(
                theme=theme,
                projects=tuple(sorted(known)),
                funded=tuple(sorted({share.project for share in counted})),
                amount=sum((granted(share) or Decimal(0) for share in counted), Decimal(0)),
                unknown=tuple(sorted(share.iri for share in mine if granted(share) is None)),
                shares=tuple(sorted(share.iri for share in counted)),
                documents=tuple(sorted({share.document for share in counted if share.document})),
            )
        )
    return found


def granted(share: FundingShare) -> Decimal | None:
    """The amount that a source states in euros; ``None`` where there is none."""
    return share.amount if share.currency in ("EUR", "") else None


def amount_of(share: FundingShare, project: Project) -> Decimal | None:
    """The amount as stated, else the percentage of the budget where there is one budget."""
    if share.amount is not None:
        return share.amount
    if share.percent is not None and len(set(project.budgets)) == 1:
        return project.budgets[0] * share.percent / 100
    return None


@dataclasses.dataclass(frozen=True, slots=True)
class Coverage:
    """Known shares of a project against its budget."""

    project: str
    budget: Decimal
    known: Decimal
    unknown: tuple[str, ...]

    @property
    def percent(self) -> Decimal:
        """Per cent of the budget whose source is known."""
        return divide(self.known * 100, self.budget) if self.budget else Decimal(0)


def coverage(projects: Iterable[Project], shares: Sequence[FundingShare]) -> list[Coverage]:
    """How much of each budget the known shares explain; projects without a budget, or with several, are left out."""
    found = []
    for project in sorted(projects, key=lambda one: one.iri):
        if len(set(project.budgets)) != 1 or not project.budgets[0]:
            continue
        mine = [share for share in shares if share.project == project.iri]
        amounts = {share.iri: amount_of(share, project) for share in mine}
        known = sum((amount for amount in amounts.values() if amount is not None), Decimal(0))
        unknown = tuple(sorted(iri for iri, amount in amounts.items() if amount is None))
        found.append(Coverage(project.iri, project.budgets[0], known, unknown))
    return found


def success_rate(decisions: Iterable[str]) -> Decimal | None:
    """Granted applications among those decided, per cent; ``None`` when nothing is decided."""
    outcomes = [_name(outcome) for outcome in decisions]
    decided = [outcome for outcome in outcomes if outcome in ("granted", "rejected")]
    return divide(Decimal(100 * decided.count("granted")), Decimal(len(decided))) if decided else None


def _name(iri: str) -> str:
    return iri.rpartition("/")[2]
