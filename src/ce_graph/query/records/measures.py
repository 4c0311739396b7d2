"""Observations, indicators, breaks, places, projects and money, read from a dataset."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

from ce_graph.model.balance.capacity import Capacity
from ce_graph.model.flows.amounts import MASS
from ce_graph.model.indicators.definitions import Definition
from ce_graph.model.indicators.facts import Facts
from ce_graph.model.indicators.money import FundingShare, Project
from ce_graph.model.indicators.observations import Break, Observation
from ce_graph.model.indicators.wider import Decision
from ce_graph.model.names import short
from ce_graph.model.themes import Outcome
from ce_graph.model.trees import Tree
from ce_graph.query.records.flows import flow_table
from ce_graph.query.records.reading import Reader, instances, names, ontology, texts_of
from ce_graph.rdf.namespaces import CODE, DCTERMS, PROV, SKOS

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_OBSERVED = ("indicator", "region", "value", "valueLower", "valueUpper", "unit", "year", "valueKind", "derivation",
             "valueStated", "yearStated", "amountQualifier", "statusFlag", "confidence")  # fmt: skip


def one_each(reader: Reader, property_: str) -> dict[str, str]:
    """Subject → value; the first by text where there are several."""
    return dict(reversed(list(texts_of(reader, property_))))


def many_each(reader: Reader, property_: str) -> dict[str, tuple[str, ...]]:
    """Subject → values, sorted."""
    found: dict[str, list[str]] = {}
    for subject, value in texts_of(reader, property_):
        found.setdefault(subject, []).append(value)
    return {subject: tuple(values) for subject, values in found.items()}


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def observations(reader: Reader) -> list[Observation]:
    """Every observation that has a value or a range, by IRI."""
    said = {name: one_each(reader, ontology(name)) for name in _OBSERVED}
    document = one_each(reader, str(PROV.wasDerivedFrom))
    found = []
    for iri in reader.texts(instances(reader, ontology("Observation"))):
        value, lower, upper = (_decimal(said[name].get(iri)) for name in ("value", "valueLower", "valueUpper"))
        if value is None and lower is not None and upper is not None:
            value = (lower + upper) / 2
        if value is None or iri not in said["indicator"] or iri not in said["region"]:
            continue
        found.append(
            Observation(
                iri=iri,
                indicator=said["indicator"][iri],
                region=said["region"][iri],
                value=value,
                unit=said["unit"].get(iri, ""),
                year=said["year"].get(iri, ""),
                time_stated=said["yearStated"].get(iri, ""),
                kind=short(said["valueKind"].get(iri, "actual")),
                derivation=short(said["derivation"].get(iri, "published")),
                lower=lower,
                upper=upper,
                stated=said["valueStated"].get(iri, ""),
                qualifier=short(said["amountQualifier"].get(iri, "")),
                flags=said["statusFlag"].get(iri, ""),
                document=document.get(iri, ""),
                confidence=short(said["confidence"].get(iri, "")),
            )
        )
    return found


def breaks(reader: Reader) -> list[Break]:
    """Every break of a series, of an indicator or of a flow; reasons in English."""
    indicator, region = one_each(reader, ontology("indicatorOf")), one_each(reader, ontology("region"))
    flow = one_each(reader, ontology("flowOf"))
    start, end = one_each(reader, ontology("fromYear")), one_each(reader, ontology("toYear"))
    reason = in_english(reader, str(DCTERMS.description))
    return [
        Break(
            indicator.get(iri, ""), start[iri], end[iri], region.get(iri, ""), reason.get(iri, ""), iri,
            flow.get(iri, ""),
        )
        for iri in reader.texts(instances(reader, ontology("SeriesBreak")))
        if (iri in indicator or iri in flow) and iri in start and iri in end
    ]  # fmt: skip


def by_language(reader: Reader, property_: str) -> dict[str, dict[str, str]]:
    """Subject → language → text, the first by text where there are several; what has no language counts as English."""
    pairs = reader.pairs(property_)
    rows = zip(reader.texts(pairs.subjects), reader.texts(pairs.values), reader.languages(pairs.values), strict=True)
    found: dict[str, dict[str, str]] = {}
    for subject, text, language in sorted(rows):
        found.setdefault(subject, {}).setdefault(language or "en", text)
    return found


def in_english(reader: Reader, property_: str) -> dict[str, str]:
    """Subject → its text in English, or without a language."""
    return {subject: texts["en"] for subject, texts in by_language(reader, property_).items() if "en" in texts}


def definitions(reader: Reader) -> list[Definition]:
    """Every indicator that the dataset describes, by IRI."""
    names = {"unit": ontology("unit"), "formula": ontology("formula"), "source": str(DCTERMS.source),
             "computed_by": ontology("computedByFunction")}  # fmt: skip
    said = {name: one_each(reader, property_) for name, property_ in names.items()}
    direction, meaning = one_each(reader, ontology("direction")), by_language(reader, str(SKOS.definition))
    return [
        Definition(
            iri=iri,
            direction=short(direction.get(iri, "none")),
            meaning=meaning.get(iri, {}),
            **{name: found.get(iri, "") for name, found in said.items()},
        )
        for iri in reader.texts(instances(reader, ontology("Indicator")))
    ]


def facts(reader: Reader) -> Facts:
    """All that indicators are computed from."""
    return Facts(
        table=flow_table(reader),
        names=names(reader),
        observations=observations(reader),
        breaks=breaks(reader),
        indicators={iri: short(one) for iri, one in one_each(reader, ontology("direction")).items()},
        about=next(iter(reader.texts(instances(reader, ontology("InstanceRegion")))), None),
        municipalities=frozenset(reader.texts(instances(reader, ontology("Municipality")))),
    )


def projects(reader: Reader) -> list[Project]:
    """Every project with its themes and budgets."""
    themes, budgets = many_each(reader, ontology("theme")), many_each(reader, ontology("budget"))
    leads, seats = many_each(reader, ontology("coordinator")), many_each(reader, ontology("location"))
    complete = one_each(reader, ontology("sharesComplete"))
    return [
        Project(
            iri=iri,
            themes=themes.get(iri, ()),
            budgets=tuple(map(Decimal, budgets.get(iri, ()))),
            shares_complete=complete.get(iri) == "true",
            places=tuple(sorted({place for actor in leads.get(iri, ()) for place in seats.get(actor, ())})),
        )
        for iri in reader.texts(instances(reader, ontology("Project")))
    ]


def funding_shares(reader: Reader) -> list[FundingShare]:
    """Every funding share."""
    said = {
        name: one_each(reader, ontology(name))
        for name in ("project", "funder", "instrument", "programme", "amount", "currency", "sharePercent")
    }
    document = one_each(reader, str(PROV.wasDerivedFrom))
    return [
        FundingShare(
            iri=iri,
            project=said["project"].get(iri, ""),
            funder=said["funder"].get(iri, ""),
            instrument=said["instrument"].get(iri, ""),
            programme=said["programme"].get(iri, ""),
            amount=_decimal(said["amount"].get(iri)),
            currency=said["currency"].get(iri, ""),
            percent=_decimal(said["sharePercent"].get(iri)),
            document=document.get(iri, ""),
        )
        for iri in reader.texts(instances(reader, ontology("FundingShare")))
    ]


def capacities(reader: Reader) -> list[Capacity]:
    """The capacities of facilities in tonnes, one for each figure stated; those without a unit of mass are left out."""
    kinds, factors = one_each(reader, ontology("quantityKind")), one_each(reader, ontology("factor"))
    units = many_each(reader, ontology("capacityUnit"))
    documents = many_each(reader, str(PROV.wasDerivedFrom))
    found = []
    for property_ in ("capacity", "capacityUpper"):
        for facility, value in texts_of(reader, ontology(property_)):
            unit = units.get(facility, ("",))
            if len(unit) == 1 and kinds.get(unit[0]) == MASS:
                document = documents.get(facility, ("",))
                tonnes = Decimal(value) * Decimal(factors[unit[0]])
                found.append(Capacity(facility, tonnes, document[0] if len(document) == 1 else ""))
    return found


def decisions(reader: Reader) -> list[Decision]:
    """All funding decisions with the programme that the application was made to, itself or by its call."""
    application, programme = one_each(reader, ontology("application")), one_each(reader, ontology("programme"))
    call, document = one_each(reader, ontology("call")), one_each(reader, str(PROV.wasDerivedFrom))

    def of(made: str) -> str:
        return programme.get(made) or programme.get(call.get(made, ""), "")

    return [
        Decision(iri, outcome, of(application.get(iri, "")), document.get(iri, ""))
        for iri, outcome in texts_of(reader, ontology("decisionOutcome"))
    ]


def participations(reader: Reader) -> list[tuple[str, str]]:
    """Actor and project of every participation, and of everyone who coordinates a project."""
    actor, project = one_each(reader, ontology("actor")), one_each(reader, ontology("project"))
    found = reader.texts(instances(reader, ontology("Participation")))
    pairs = {(actor[iri], project[iri]) for iri in found if iri in actor and iri in project}
    every = set(reader.texts(instances(reader, ontology("Project"))))
    pairs |= {(lead, iri) for iri, lead in texts_of(reader, ontology("coordinator")) if iri in every}
    return sorted(pairs)


def last_read(reader: Reader) -> datetime.date | None:
    """The last day on which a source document was read; ``None`` where none says when."""
    days = [text for _, text in texts_of(reader, ontology("retrievalDate")) if _DAY.fullmatch(text)]
    return datetime.date.fromisoformat(max(days)) if days else None


def interim_operations(reader: Reader) -> frozenset[str]:
    """Operations that come before another one."""
    return frozenset(code for code, text in texts_of(reader, ontology("interim")) if text == "true")


def theme_tree(reader: Reader) -> Tree:
    """The themes with their broader ones."""
    start = CODE + "theme/"
    pairs = [pair for pair in texts_of(reader, str(SKOS.broader)) if pair[0].startswith(start)]
    return Tree(pairs, [thing for thing, _ in texts_of(reader, str(SKOS.inScheme)) if thing.startswith(start)])


def theme_materials(reader: Reader) -> list[tuple[str, str]]:
    """Pairs of a theme and a material, in either order, that ``skos:relatedMatch`` links."""
    return [
        pair
        for pair in texts_of(reader, str(SKOS.relatedMatch))
        if all(term.startswith((CODE + "theme/", CODE + "material/")) for term in pair)
    ]


def outcomes(reader: Reader) -> list[Outcome]:
    """Strengths, barriers, potentials and the other outcomes, with their themes."""
    themes, statement = many_each(reader, ontology("theme")), one_each(reader, ontology("statement"))
    kind = one_each(reader, ontology("outcomeKind"))
    document = one_each(reader, str(PROV.wasDerivedFrom))
    return [
        Outcome(
            iri=iri,
            kind=short(kind[iri]),
            themes=themes.get(iri, ()),
            statement=statement.get(iri, ""),
            document=document.get(iri, ""),
        )
        for iri in sorted(kind)
    ]
