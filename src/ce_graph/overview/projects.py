"""Projects: who runs them with whom, when by which source, on what, and for how much."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from importlib import resources
from typing import TYPE_CHECKING

from ce_graph.draw import timeline
from ce_graph.errors import NotFoundError, UsageError
from ce_graph.overview.view import Column, Link, Part, Table, View
from ce_graph.query.records.measures import funding_shares, many_each, participations
from ce_graph.query.records.reading import instances, ontology
from ce_graph.rdf.namespaces import CODE, DCTERMS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ce_graph.overview.records import Records
    from ce_graph.query.records import Reader
    from ce_graph.wording import Wording


@dataclasses.dataclass(frozen=True, slots=True)
class Project:
    """A project with all that sources say of it; several sources may say several things."""

    iri: str
    status: tuple[str, ...]
    themes: tuple[str, ...]
    coordinators: tuple[str, ...]
    actors: tuple[str, ...]
    """Everyone with a part in it, coordinators included."""
    places: frozenset[str]
    """Where these are."""
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    stated: tuple[str, ...]
    """Start and end as printed, each once."""
    budgets: tuple[Decimal, ...]
    programmes: tuple[str, ...]
    """Its own and those that its funding comes from."""
    documents: tuple[str, ...]


def known(reader: Reader) -> list[Project]:
    """All projects of a dataset, by IRI."""
    many = {name: many_each(reader, ontology(name)) for name in
            ("status", "theme", "coordinator", "startDate", "endDate", "startDateStated", "endDateStated", "budget",
             "location", "programme")}  # fmt: skip
    documents = many_each(reader, str(DCTERMS.source))
    taking: dict[str, list[str]] = {}
    for actor, project in participations(reader):
        taking.setdefault(project, []).append(actor)
    paid: dict[str, set[str]] = {}
    for share in funding_shares(reader):
        if share.programme:
            paid.setdefault(share.project, set()).add(share.programme)
    found = []
    for iri in reader.texts(instances(reader, ontology("Project"))):
        said = {name: values.get(iri, ()) for name, values in many.items()}
        actors = tuple(dict.fromkeys((*said["coordinator"], *taking.get(iri, ()))))
        found.append(
            Project(
                iri=iri,
                status=said["status"],
                themes=said["theme"],
                coordinators=said["coordinator"],
                actors=actors,
                places=frozenset(place for actor in actors for place in many["location"].get(actor, ())),
                starts=said["startDate"],
                ends=said["endDate"],
                stated=(" / ".join(said["startDateStated"]), " / ".join(said["endDateStated"])),
                budgets=tuple(Decimal(budget) for budget in said["budget"]),
                programmes=tuple(sorted({*said["programme"], *paid.get(iri, ())})),
                documents=documents.get(iri, ()),
            )
        )
    return found


def projects(records: Records, wording: Wording, theme: str = "", status: str = "", actor: str = "", place: str = "",
             year: str = "", programme: str = "") -> View:  # fmt: skip
    """The projects that fit all criteria, as a timeline and a table.

    Raises:
        NotFoundError: an unknown theme, status, actor, place or programme, or no project fits; the message
            says what there is.
        UsageError: the year is none.
    """
    say, names = wording.gettext, records.names
    everything = records.read(known)
    found, meant = list(everything), {}
    for what, heading, text, among, fits in _criteria(
        records, wording, everything, theme, status, actor, place, programme
    ):
        if text:
            wanted = names.find(text, among, what)
            meant[heading] = names.label(wanted, wording.language)
            found = [one for one in found if fits(one, wanted)]
    if year:
        if not (year.isdecimal() and len(year) == 4):
            raise UsageError(say("%(year)s is no year; write four digits, such as 2021", year=year))
        meant[say("year")] = year
        found = [one for one in found if _runs(one, year, str(records.today.year))]
    if not found and meant:
        told = ", ".join(f"{heading}: {value}" for heading, value in meant.items())
        raise NotFoundError(say("No project fits all of this: %(told)s. Leave one of them out.", told=told))
    return View(
        name="projects",
        title=say("Projects"),
        lead=say(
            "Who works on the circular economy with whom, when and on what; dates are shown as each source states them."
        ),
        parts=(_listed(records, wording, found),),
        meant=meant,
    )


def _criteria(
    records: Records,
    wording: Wording,
    everything: Sequence[Project],
    theme: str,
    status: str,
    actor: str,
    place: str,
    programme: str,
) -> tuple[tuple[str, str, str, Iterable[str], Callable[[Project, str], bool]], ...]:
    """What it is called in messages and on the page, what was asked, what it can be, and whether a project fits it."""
    say, themes, places = wording.gettext, records.themes, records.lists.trees["region"]
    return (
        ("theme", say("theme"), theme, themes.parents,
         lambda one, wanted: not themes.below(wanted).isdisjoint(one.themes)),
        ("status", say("status"), status, {code for one in everything for code in one.status},
         lambda one, wanted: wanted in one.status),
        ("actor", say("actor"), actor, {other for one in everything for other in one.actors},
         lambda one, wanted: wanted in one.actors),
        ("place", say("place"), place, records.places,
         lambda one, wanted: not places.below(wanted).isdisjoint(one.places)),
        ("programme", say("programme"), programme, {other for one in everything for other in one.programmes},
         lambda one, wanted: wanted in one.programmes),
    )  # fmt: skip


def _runs(one: Project, year: str, this_year: str) -> bool:
    """Whether a project runs in a year: of unknown start only in the year of its end, of unknown end up to now."""
    start, end = min(one.starts, default="")[:4], max(one.ends, default="")[:4]
    return bool(start or end) and (start or end) <= year <= (end or max(start, this_year))


def _listed(records: Records, wording: Wording, found: Sequence[Project]) -> Part:
    say, names, language = wording.gettext, records.names, wording.language
    found = sorted(found, key=lambda one: (min(one.starts, default="9999"), names.label(one.iri, language)))
    columns = (
        Column("project", say("project"), linked=True),
        Column("status", say("status"), linked=True),
        Column("start", say("start as stated")),
        Column("end", say("end as stated")),
        Column("coordinator", say("coordinator"), linked=True),
        Column("partners", say("others taking part"), linked=True),
        Column("themes", say("themes"), linked=True),
        Column("budget_low", say("budget, smallest stated"), "EUR", numeric=True),
        Column("budget_high", say("budget, largest stated"), "EUR", numeric=True),
        Column("documents", say("sources"), numeric=True),
    )

    def linked(iris: Iterable[str]) -> list[Link]:
        return [Link(iri, names.label(iri, language)) for iri in iris]

    rows = [
        (
            Link(one.iri, names.label(one.iri, language)), linked(one.status), *one.stated, linked(one.coordinators),
            linked(actor for actor in one.actors if actor not in one.coordinators), linked(one.themes),
            min(one.budgets, default=None),
            max(one.budgets, default=None) if len(set(one.budgets)) > 1 else None, len(one.documents),
        )
        for one in found
    ]  # fmt: skip
    dated = [one for one in found if one.starts or one.ends]
    spans = [
        timeline.Span(
            names.label(one.iri, language),
            min(map(_start, one.starts), default=None),
            max(map(_end, one.ends), default=None),
            " – ".join(text or "?" for text in one.stated),  # noqa: RUF001
            min(one.status, default=""),
            tuple(sorted({_end(end) for end in one.ends} - {max(map(_end, one.ends), default=0.0)})),
        )
        for one in dated
    ]
    undated = len(found) - len(dated)
    notes = [say("A bar that is paler has no known end or start. A diamond is an end that another source states.")]
    if undated:
        notes.append(
            wording.ngettext(
                "%(n)s project without any date is in the table only.",
                "%(n)s projects without any date are in the table only.",
                undated,
            )
        )
    title = wording.ngettext("%(n)s project", "%(n)s projects", len(found))
    query = (resources.files("ce_graph.overview") / "sparql" / "projects.rq").read_text(encoding="utf-8")
    return Part(
        name="projects",
        title=title,
        table=Table(columns, rows),
        picture=timeline.draw(spans, say("Projects by time"), today=_start(records.today.isoformat())) if spans else "",
        notes=notes,
        query=query,
    )


def _start(date: str) -> float:
    """The beginning of a day, month or year as a year with its fraction."""
    year, month, day = ([int(part) for part in date[:10].split("-")] + [1, 1])[:3]
    return year + (month - 1) / 12 + (day - 1) / 366


def _end(date: str) -> float:
    """The end of a day, month or year."""
    parts = [int(part) for part in date[:10].split("-")]
    return _start(date) + {1: 1.0, 2: 1 / 12, 3: 1 / 366}[len(parts)]


def choices(records: Records) -> Mapping[str, set[str]]:
    """What the projects of the data have: statuses, themes with those above them, actors, places."""
    everything, themes = records.read(known), records.themes
    return {
        "status": {code for one in everything for code in one.status if code.startswith(CODE)},
        "theme": {above for one in everything for theme in one.themes for above in (theme, *themes.above(theme))},
        "actor": {actor for one in everything for actor in one.actors},
        "programme": {programme for one in everything for programme in one.programmes},
        "place": {place for one in everything for place in one.places},
    }
