"""Indicators of money: grants by theme, inhabitant and tonne, known shares of budgets, success of applications."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ce_graph.model.indicators.computed import Computed, Gap, Input, Result, divide
from ce_graph.model.indicators.facts import Facts
from ce_graph.model.indicators.money import (
    TRANSFERS,
    FundingShare,
    Project,
    ThemeFunding,
    amount_of,
    by_theme,
    coverage,
    granted,
    success_rate,
)
from ce_graph.model.indicators.municipal import POPULATION
from ce_graph.model.indicators.observations import Observation
from ce_graph.model.indicators.shares import PERCENT
from ce_graph.model.indicators.wider import EUR, EUR_PERSON, EUR_TONNE, Decision, Wider, flow_inputs
from ce_graph.model.names import short
from ce_graph.model.themes import apart
from ce_graph.wording import Said, mark, say

_THEME, _HEAD, _TONNE = "theme-funding", "theme-funding-per-capita", "theme-funding-per-tonne"
_ALL = mark(
    "Σ known grants to the projects in the data; projects: %(projects)s, of them with a known grant: %(funded)s, grants"
    " of unknown amount: %(unknown)s"
)
_LED = mark(
    "Σ known grants to the projects led from the place; projects: %(projects)s, of them with a known grant: %(funded)s,"
    " grants of unknown amount: %(unknown)s"
)
_SUCCESS = "application-success-rate"


def funded(facts: Facts, wider: Wider, region: str) -> list[Result]:
    """Known grants by theme and in all, by inhabitant and by tonne.

    Of the region that the dataset is about these are all projects, beside the tonnes of all places; of another place
    those that are led from there, beside its own tonnes.
    """
    below = facts.table.lists.trees["region"].below(region)
    led = [one for one in wider.projects if region == facts.about or not below.isdisjoint(one.places)]
    names = {one.iri for one in led}
    mine = [one for one in wider.shares if one.project in names and short(one.instrument) in TRANSFERS]
    known = [one for one in mine if granted(one) is not None]
    if not known:
        reason = say("no amount is known of the grants to projects led from the place; projects: %(projects)s, grants:"
                     " %(grants)s", projects=len(led), grants=len(mine))  # fmt: skip
        return [Gap(name, region, "", reason) for name in (_THEME, _HEAD, _TONNE)]
    themes = by_theme(led, wider.shares, {one: wider.themes.above(one) for one in wider.themes.parents})
    every = _every(led, mine, known)
    people = _people(facts, region)
    found: list[Result] = []
    if people is None:
        found.append(Gap(_HEAD, region, "", say("no source states the population of the place")))
    for one in (*themes, every):
        if one.funded:
            found += _money(facts, wider, region, one, known, people)
    if not any(one.indicator == _TONNE for one in found):
        reason = say("of no waste of the themes' materials a treatment is known in the place that could be better")
        found.append(Gap(_TONNE, region, "", reason))
    return found


def _every(led: Sequence[Project], mine: Sequence[FundingShare], known: Sequence[FundingShare]) -> ThemeFunding:
    """All themes together, each grant once."""
    return ThemeFunding(
        theme="",
        projects=tuple(sorted(one.iri for one in led)),
        funded=tuple(sorted({one.project for one in known})),
        amount=sum((granted(one) or Decimal(0) for one in known), Decimal(0)),
        unknown=tuple(sorted(one.iri for one in mine if granted(one) is None)),
        documents=tuple(sorted({one.document for one in known if one.document})),
        shares=tuple(sorted(one.iri for one in known)),
    )


def _money(
    facts: Facts,
    wider: Wider,
    region: str,
    one: ThemeFunding,
    known: Sequence[FundingShare],
    people: Observation | None,
) -> list[Result]:
    inputs = tuple(
        Input("grant", granted(share) or Decimal(0), EUR, share.iri, share.document)
        for share in known
        if share.iri in one.shares
    )
    method = say(
        _ALL if region == facts.about else _LED,
        projects=len(one.projects), funded=len(one.funded), unknown=len(one.unknown),
    )  # fmt: skip
    found: list[Result] = [_value(_THEME, region, "", one.amount, EUR, inputs, method, one.theme)]
    if people is not None:
        head = Input("population", people.value, people.unit, people.iri, people.document, year=people.year)
        said = say("known grants / population of %(year)s", year=people.year)
        found.append(_value(_HEAD, region, people.year, divide(one.amount, people.value), EUR_PERSON, (*inputs, head),
                            said, one.theme))  # fmt: skip
    below = facts.table.lists.trees["region"].below(region)
    worse = [
        each
        for each in apart(wider.potentials, facts.table.lists.trees["region"])
        if (region == facts.about or each.region in below) and each.material in wider.materials.get(one.theme, ())
    ]
    tonnes = sum((each.worse for each in worse), Decimal(0))
    if tonnes:
        flows = tuple(entry for each in worse for entry in flow_inputs(facts.table, each.flows, "could be better"))
        places = sorted({short(each.region) for each in worse})
        said = say("known grants / tonnes of %(places)s that are treated worse than the best seen",
                   places=", ".join(places))  # fmt: skip
        found.append(_value(_TONNE, region, "", divide(one.amount, tonnes), EUR_TONNE, (*inputs, *flows), said,
                            one.theme))  # fmt: skip
    return found


def _people(facts: Facts, region: str) -> Observation | None:
    """The latest population of a place."""
    found = [
        one
        for one in facts.observations
        if short(one.indicator) == POPULATION and one.region == region and one.kind == "actual" and one.year
    ]
    return max(found, key=lambda one: (one.year, one.confidence == "high", one.iri), default=None)


def covered(facts: Facts, wider: Wider, region: str) -> list[Result]:
    """How much of the budget of each project its known shares explain, and of all budgets together."""
    name = "funding-coverage"
    if region != facts.about:
        return []
    known = coverage(wider.projects, wider.shares)
    if not known:
        return [Gap(name, region, "", say("no project has one budget that sources agree on"))]
    projects = {one.iri: one for one in wider.projects}
    inputs: dict[str, tuple[Input, ...]] = {}
    for one in known:
        mine = [share for share in wider.shares if share.project == one.project]
        amounts = [(share, amount_of(share, projects[one.project])) for share in mine]
        inputs[one.project] = (
            *(
                Input("share", amount, EUR, share.iri, share.document)
                for share, amount in amounts
                if amount is not None
            ),
            Input("budget", one.budget, EUR, one.project),
        )
    found: list[Result] = [
        _value(name, region, "", one.percent, PERCENT, inputs[one.project],
               say("known shares / budget; shares of unknown amount: %(unknown)s", unknown=len(one.unknown)),
               one.project)
        for one in known
    ]  # fmt: skip
    budgets, shares = (sum((getattr(one, what) for one in known), Decimal(0)) for what in ("budget", "known"))
    every = tuple(entry for one in known for entry in inputs[one.project])
    method = say("Σ known shares / Σ budgets, of the projects with one budget: %(count)s", count=len(known))
    found.append(_value(name, region, "", divide(100 * shares, budgets), PERCENT, every, method))
    return found


def succeeded(facts: Facts, wider: Wider, region: str) -> list[Result]:
    """Granted applications among those decided, by programme and in all."""
    if region != facts.about:
        return []
    programmes: dict[str, list[Decision]] = {}
    for one in wider.decisions:
        programmes.setdefault(one.programme, []).append(one)
    found: list[Result] = []
    for programme, several in [*((name, each) for name, each in sorted(programmes.items()) if name),
                               ("", list(wider.decisions))]:  # fmt: skip
        rate = success_rate(one.outcome for one in several)
        if rate is None:
            found.append(Gap(_SUCCESS, region, "", say("no application is decided as far as sources say"), programme))
            continue
        decided = [one for one in several if short(one.outcome) in ("granted", "rejected")]
        inputs = tuple(Input(short(one.outcome), Decimal(1), "", one.iri, one.document) for one in decided)
        method = say("granted / decided, decisions known: %(count)s; a rate of few says little", count=len(decided))
        found.append(_value(_SUCCESS, region, "", rate, PERCENT, inputs, method, programme))
    return found


def _value(
    name: str, region: str, year: str, value: Decimal, unit: str, inputs: tuple[Input, ...], method: Said,
    about: str = "",
) -> Computed:  # fmt: skip
    return Computed(indicator=name, region=region, year=year, value=value, unit=unit, inputs=inputs, method=method,
                    lower=value, upper=value, about=about)  # fmt: skip
