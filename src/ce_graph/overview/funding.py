"""Funding: who pays for which projects, what is known and unknown of it, and what became of applications."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from ce_graph.draw import sankey
from ce_graph.errors import NotFoundError
from ce_graph.overview.asked import part as asked_part
from ce_graph.overview.asked import stored
from ce_graph.overview.view import Column, Link, Part, Table, View
from ce_graph.query import records as reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ce_graph.model.indicators.money import FundingShare
    from ce_graph.overview.records import Records
    from ce_graph.wording import Wording

_DRAWN = 30
"""Bands of the diagram; the table has the others as well."""
_LETTERS = 40
"""Letters of a name in the diagram."""


def funding(records: Records, wording: Wording, funder: str = "", project: str = "", theme: str = "",
            programme: str = "") -> View:  # fmt: skip
    """Shares by funder and project, programmes with their applications, funders who act together.

    Raises:
        NotFoundError: an unknown funder, project, theme or programme, or nothing fits; the message says what there is.
    """
    say, names = wording.gettext, records.names
    shares = records.read(reading.funding_shares)
    meant: dict[str, str] = {}
    themes = {one.iri: one.themes for one in records.read(reading.projects)}
    criteria: tuple[tuple[str, str, str, Iterable[str], Callable[[FundingShare, str], bool]], ...] = (
        ("funder", say("funder"), funder, {one.funder for one in shares}, lambda one, wanted: one.funder == wanted),
        ("project", say("project"), project, {one.project for one in shares},
         lambda one, wanted: one.project == wanted),
        ("programme", say("programme"), programme, {one.programme for one in shares if one.programme},
         lambda one, wanted: one.programme == wanted),
        ("theme", say("theme"), theme, records.themes.parents,
         lambda one, wanted: not records.themes.below(wanted).isdisjoint(themes.get(one.project, ()))),
    )  # fmt: skip
    for what, heading, text, among, fits in criteria:
        if text:
            wanted = names.find(text, among, what)
            meant[heading] = names.label(wanted, wording.language)
            shares = [one for one in shares if fits(one, wanted)]
    if not shares and meant:
        told = ", ".join(f"{heading}: {value}" for heading, value in meant.items())
        raise NotFoundError(say("No funding fits all of this: %(told)s. Leave one of them out.", told=told))
    parts = [_shares(records, wording, shares)]
    if not meant:
        parts += [
            asked_part(records, wording, "shares-per-project", title=say("Do the shares make up the budget?"),
                       columns=("funded", "budgetLow", "budgetHigh", "currency", "known", "missing", "unknownShares",
                                "sums")),
            asked_part(records, wording, "applications-success",
                       columns=("programme", "applications", "granted", "rejected", "undecided", "successRate")),
            asked_part(records, wording, "granted-by-theme"),
            asked_part(records, wording, "funders-together"),
            asked_part(records, wording, "several-programmes"),
        ]  # fmt: skip
    return View(
        name="funding",
        title=say("Funding"),
        lead=say(
            "Who pays for what, with every share that a source gives; what no source gives is shown as unknown, not as"
            " zero."
        ),
        parts=[one for one in parts if one.table and one.table.rows],
        meant=meant,
    )


def _shares(records: Records, wording: Wording, shares: Sequence[FundingShare]) -> Part:
    say, names, language = wording.gettext, records.names, wording.language
    budgets = {one.iri: one for one in records.read(reading.projects)}
    kinds = {one.currency for one in shares if one.currency}
    only = next(iter(kinds)) if len(kinds) == 1 else ""
    columns = (
        Column("funder", say("funder"), linked=True),
        Column("project", say("project"), linked=True),
        Column("instrument", say("kind of money"), linked=True),
        Column("programme", say("programme"), linked=True),
        Column("amount", say("amount"), only, numeric=True),
        Column("currency", say("currency"), detail=bool(only)),
        Column("percent", say("share"), "%", numeric=True),
        Column("known", say("amount known")),
        Column("budget", say("budget of the project"), only, numeric=True),
        Column("document", say("source"), linked=True),
    )

    def link(iri: str) -> Link | None:
        return Link(iri, names.label(iri, language)) if iri else None

    ordered = sorted(shares, key=lambda one: (-(one.amount or Decimal(0)), names.label(one.funder, language), one.iri))
    rows = [
        (
            link(one.funder), link(one.project), link(one.instrument), link(one.programme), one.amount,
            one.currency, one.percent, one.amount is not None,
            max(budgets[one.project].budgets, default=None) if one.project in budgets else None, link(one.document),
        )
        for one in ordered
    ]  # fmt: skip
    paid: dict[tuple[str, str, str], Decimal] = {}
    for one in ordered:
        if one.amount and one.currency:
            key = one.funder, one.project, one.currency
            paid[key] = max(paid.get(key, Decimal(0)), one.amount)
    currencies = {currency for _, _, currency in paid}
    drawn = sorted(paid.items(), key=lambda item: (-item[1], item[0]))[:_DRAWN] if len(currencies) == 1 else []
    bands = [sankey.Flow(f"from {payer}", f"to {taker}", amount) for (payer, taker, _), amount in drawn]
    labels = {f"from {payer}": _short(names.label(payer, language)) for (payer, _, _), _ in drawn}
    labels |= {f"to {taker}": _short(names.label(taker, language)) for (_, taker, _), _ in drawn}
    unknown = sum(one.amount is None for one in shares)
    notes = [say("Where sources give several amounts of one share, the diagram has the largest; the table has all.")]
    if len(paid) > len(drawn):
        notes.append(say("The diagram has the largest %(shown)s of %(all)s shares.", shown=len(drawn), all=len(paid)))
    if unknown:
        notes.append(
            wording.ngettext("%(n)s share has no known amount.", "%(n)s shares have no known amount.", unknown)
        )
    title = say("Who funds whom")
    return Part(
        name="shares",
        title=title,
        table=Table(columns, rows),
        picture=sankey.draw(bands, labels, title, unit=next(iter(currencies)), language=language) if bands else "",
        notes=notes,
        query=stored(records, wording, "shares-per-project"),
    )


def _short(name: str) -> str:
    """A name that fits beside its band; the table has it whole."""
    return name if len(name) <= _LETTERS else name[: _LETTERS - 1].rstrip() + "…"


def choices(records: Records) -> Mapping[str, set[str]]:
    """What the shares of the data have: funders, projects, programmes, themes of the projects with those above them."""
    shares, tree = records.read(reading.funding_shares), records.themes
    funded = {one.project for one in shares}
    themes = {theme for one in records.read(reading.projects) if one.iri in funded for theme in one.themes}
    return {
        "funder": {one.funder for one in shares} - {""},
        "project": funded - {""},
        "programme": {one.programme for one in shares} - {""},
        "theme": {above for theme in themes for above in (theme, *tree.above(theme))},
    }
