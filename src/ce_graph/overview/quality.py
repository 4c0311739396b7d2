"""What the validator finds in the data: by rule, by source, and one by one, with the cause where it was looked into."""

from __future__ import annotations

import dataclasses
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from ce_graph import resources
from ce_graph.check.reviewed import FILE, Reviews
from ce_graph.overview.view import Column, Link, Part, Table, View
from ce_graph.query.records.measures import many_each
from ce_graph.rdf.namespaces import DCTERMS, PROV
from ce_graph.wording import mark

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ce_graph.overview.records import Records
    from ce_graph.query.records import Reader
    from ce_graph.wording import Wording

SEVERITIES = {"violation": mark("violation"), "warning": mark("warning"), "info": mark("information")}
_SHOWN = 200
_QUERY = """# What a finding is about, with its sources: put the thing in the place of ?thing.
SELECT ?thing ?property ?value ?source WHERE { GRAPH ?source { ?thing ?property ?value } } LIMIT 100
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """One finding; IRIs and texts as the report of the validation has them."""

    severity: str
    shape: str
    focus: str
    value: str
    message: str


def quality(records: Records, wording: Wording, findings: Sequence[Finding], names: Mapping[str, str]) -> View:
    """The findings of a validation; ``names`` are the names of the shapes in the reader's language."""
    say = wording.gettext
    counts = Counter(one.severity for one in findings)
    said = ", ".join(f"{say(name)}: {wording.number(counts[key])}" for key, name in SEVERITIES.items())
    return View(
        name="quality",
        title=say("Quality of the data"),
        lead=say("What the quality rules find in the data as they are served now: %(counts)s.", counts=said),
        parts=(
            _by_rule(wording, findings, names),
            _by_source(records, wording, findings),
            _listed(records, wording, findings, names),
        ),
    )


def _by_rule(wording: Wording, findings: Sequence[Finding], names: Mapping[str, str]) -> Part:
    say = wording.gettext
    counts = Counter((one.shape, one.severity) for one in findings)
    order = list(SEVERITIES)
    rows = [
        (Link(shape, names.get(shape, shape.rpartition("#")[2])), say(SEVERITIES[severity]), count)
        for (shape, severity), count in sorted(
            counts.items(), key=lambda item: (order.index(item[0][1]), -item[1], item[0])
        )
    ]
    columns = (
        Column("rule", say("rule"), linked=True),
        Column("severity", say("severity")),
        Column("findings", say("findings"), numeric=True),
    )
    return Part(name="rules", title=say("By rule"), table=Table(columns, rows), query=_QUERY)


def _by_source(records: Records, wording: Wording, findings: Sequence[Finding]) -> Part:
    say = wording.gettext
    documents = records.read(_documents)
    counts: Counter[tuple[str, str]] = Counter()
    for one in findings:
        for document in documents.get(one.focus, (one.focus,) if "/graph/" in one.focus else ("",)):
            counts[document, one.severity] += 1
    sources = sorted(
        {document for document, _ in counts}, key=lambda one: (-counts[one, "violation"], -counts[one, "warning"], one)
    )
    rows = [
        (
            Link(document, records.names.label(document, wording.language)) if document else say("tables of our own"),
            *(counts[document, severity] for severity in SEVERITIES),
        )
        for document in sources
    ]
    columns = (
        Column("source", say("source"), linked=True),
        *(Column(severity, say(name), numeric=True) for severity, name in SEVERITIES.items()),
    )
    return Part(name="sources", title=say("By source"), table=Table(columns, rows), query=_QUERY)


def _listed(records: Records, wording: Wording, findings: Sequence[Finding], names: Mapping[str, str]) -> Part:
    say = wording.gettext
    grave = [one for one in findings if one.severity != "info"]
    order = list(SEVERITIES)
    grave.sort(key=lambda one: (order.index(one.severity), one.shape, one.focus, one.value))
    rows = [
        (
            Link(one.focus, records.names.label(one.focus, wording.language)),
            say(SEVERITIES[one.severity]),
            Link(one.shape, names.get(one.shape, one.shape.rpartition("#")[2])),
            one.message,
            _cause(one),
        )
        for one in grave[:_SHOWN]
    ]
    columns = (
        Column("focus", say("what it is about"), linked=True),
        Column("severity", say("severity")),
        Column("rule", say("rule"), linked=True),
        Column("message", say("what was found")),
        Column("cause", say("likely cause")),
    )
    notes = [say("Information (missing names in Finnish or Swedish) is counted above and not listed.")]
    if len(grave) > _SHOWN:
        notes.append(say("The first %(shown)s of %(all)s are shown.", shown=_SHOWN, all=len(grave)))
    title = say("Violations and warnings")
    return Part(name="findings", title=title, table=Table(columns, rows), notes=notes, query=_QUERY)


def _documents(reader: Reader) -> dict[str, tuple[str, ...]]:
    """The graphs that things are from; a project is an activity, which PROV derives from nothing."""
    return many_each(reader, str(DCTERMS.source)) | many_each(reader, str(PROV.wasDerivedFrom))


def _cause(one: Finding) -> str:
    """The cause of a finding in the shipped data that was looked into; ``""`` when it was not."""
    review = _reviews().of(one.severity, one.shape, one.focus, one.value, one.message)
    return review.reason if review else ""


@cache
def _reviews() -> Reviews:
    return Reviews(resources.data() / FILE)
