"""Names for a page: the graph's own, and for things that have none, such as flows, one made of what they join."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from ce_graph.query.labels import Label, Labels, labels_of
from ce_graph.rdf.namespaces import ONTOLOGY
from ce_graph.web.asking import fill, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ce_graph.web.asking import Asker, Term

_LONGEST = 120
"""Characters of a statement that stand for the thing that states it."""


def names_of(terms: Iterable[Term], language: str, asker: Asker) -> Labels:
    """The names of the IRIs among some terms, in the reader's language; at most three queries."""
    nodes = [term for term in terms if isinstance(term, ox.NamedNode)]
    labels = labels_of(nodes, language, asker.run)
    nameless = [node for node in nodes if "/id/" in node.value and not labels.label(node.value).known]
    if not nameless:
        return labels
    parts: dict[str, dict[str, list[Term]]] = {}
    for row in asker.run(fill(text("name-parts"), {"things": nameless})):
        if isinstance(row, ox.Triple):
            continue
        of_thing = parts.setdefault(row["thing"].value, {})
        of_thing.setdefault(row["property"].value.removeprefix(ONTOLOGY), []).append(row["part"])
    joined = {term for found in parts.values() for terms in found.values() for term in terms}
    known = labels_of(joined, language, asker.run)
    made = {iri: label for iri, found in parts.items() if (label := _made(found, known, language)) is not None}
    return Labels({**labels.found, **made})


def _made(parts: Mapping[str, Sequence[Term]], labels: Labels, language: str) -> Label | None:
    """A name for a thing by what is known of it; ``None`` when that is too little."""
    if "statement" in parts:
        return _stated(parts["statement"], language)

    def one(name: str) -> str:
        return " / ".join(dict.fromkeys(labels.of(term) for term in parts.get(name, ())))

    where = " ".join(filter(None, (one("region"), one("year"))))
    inside = f" ({where})" if where else ""
    if "material" in parts:
        way = " → ".join(filter(None, (one("source"), one("target"))))
        said = f"{one('material')}{': ' if way else ''}{way}{inside}"
    elif "indicator" in parts:
        said = f"{one('indicator')}{inside}"
    elif "fromYear" in parts and "toYear" in parts:
        broken = one("indicatorOf")
        said = ", ".join(filter(None, (broken, one("region"), f"{one('fromYear')} → {one('toYear')}")))
    elif "funder" in parts or "programme" in parts:
        payer = one("funder") or one("programme")
        said = " → ".join(filter(None, (payer, one("project") or (one("programme") if "funder" in parts else ""))))
    elif "actor" in parts and "project" in parts:
        said = f"{one('actor')} – {one('project')}{' (' + one('role') + ')' if 'role' in parts else ''}"  # noqa: RUF001
    else:
        return None
    return Label(said)


def _stated(texts: Sequence[Term], language: str) -> Label:
    """A statement as a name, in the reader's language where it is told in it."""
    literals = [term for term in texts if isinstance(term, ox.Literal)]
    if not literals:
        return Label(texts[0].value)
    best = min(literals, key=lambda literal: (literal.language != language, literal.language != "en", literal.value))
    said = best.value if len(best.value) <= _LONGEST else best.value[: _LONGEST - 1] + "…"
    return Label(said, best.language or "")
