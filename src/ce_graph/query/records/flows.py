"""The flow table and the lists it needs, read from a dataset."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from ce_graph.model.flows.amounts import NUMBERS
from ce_graph.model.flows.composition import Composition
from ce_graph.model.flows.parts import BREAKDOWNS
from ce_graph.model.flows.processes import TOLERANCE, Process
from ce_graph.model.flows.table import PROPERTIES, FlowTable, Lists, Stated, build
from ce_graph.model.trees import Tree
from ce_graph.query.records.reading import Reader, instances, ontology, texts_of
from ce_graph.rdf.namespaces import CODE, DCTERMS, PROV, SKOS

_ELSEWHERE = {"wasDerivedFrom": str(PROV.wasDerivedFrom)}
_SCHEMES = {"material": ("material",), "waste-code": ("ewc",), "category": ("treatment-category",),
            "source": ("sector",), "target": ("sector",)}  # fmt: skip
_MORE = ("year", "periodStart", "periodEnd", "unit", "density", "amountQualifier", "isTotal", "completeBy",
         "partsComplete")  # fmt: skip


def lists(reader: Reader) -> Lists:
    """Trees of codes and places, units, circularity ranks, and when documents were issued."""
    broader = list(texts_of(reader, str(SKOS.broader)))
    things = [thing for thing, _ in texts_of(reader, str(SKOS.inScheme))]
    trees = {}
    for dimension, schemes in _SCHEMES.items():
        starts = tuple(f"{CODE}{scheme}/" for scheme in schemes)
        trees[dimension] = Tree(
            [pair for pair in broader if pair[0].startswith(starts)],
            [thing for thing in things if thing.startswith(starts)],
        )
    for dimension in ("source", "target"):  # a facility stands under who runs it
        operated = list(texts_of(reader, ontology("operator")))
        sectors = trees[dimension]
        pairs = [(thing, above) for thing, several in sectors.parents.items() for above in several]
        trees[dimension] = Tree([*pairs, *operated], sectors.parents)
    within = list(texts_of(reader, ontology("within")))
    places = reader.texts(instances(reader, ontology("Place")))
    trees["region"] = Tree(within, places)
    kinds = dict(texts_of(reader, ontology("quantityKind")))
    factors = dict(texts_of(reader, ontology("factor")))
    return Lists(
        trees=trees,
        units={unit: (kinds[unit], Decimal(factor)) for unit, factor in factors.items() if unit in kinds},
        ranks={code: int(rank) for code, rank in texts_of(reader, ontology("circularityRank"))},
        issued=dict(texts_of(reader, str(DCTERMS.issued))),
        materials=_materials(reader, trees["waste-code"]),
    )


def _materials(reader: Reader, codes: Tree) -> dict[str, str]:
    """Waste code → the material that it or the nearest code above it is of; none where that is more than one."""
    own: dict[str, set[str]] = {}
    for code, other in texts_of(reader, str(SKOS.broadMatch)):
        if code in codes and other.startswith(f"{CODE}material/"):
            own.setdefault(code, set()).add(other)
    found = {}
    for code in codes.parents:
        nearest = next((own[one] for one in codes.above(code) if one in own), set[str]())
        if len(nearest) == 1:
            found[code] = next(iter(nearest))
    return found


def flow_table(reader: Reader, known: Lists | None = None) -> FlowTable:
    """Every flow of the dataset."""
    flows = instances(reader, ontology("Flow"))
    names = dict.fromkeys((*PROPERTIES.values(), *NUMBERS, *_MORE, *(property_ for property_, _ in BREAKDOWNS)))
    order = np.argsort(flows, kind="stable")
    stated = {
        name: found
        for name in names
        if (found := _stated(reader, _ELSEWHERE.get(name) or ontology(name), flows, order)) is not None
    }
    return build(list(reader.texts(flows)), stated, known or lists(reader))


def _stated(reader: Reader, property_: str, flows: np.typing.NDArray[np.int32], order: np.typing.NDArray[np.int64]
            ) -> Stated | None:  # fmt: skip
    pairs = reader.pairs(property_)
    if not len(pairs.subjects) or not len(flows):
        return None
    place = np.searchsorted(flows, pairs.subjects, sorter=order)
    rows = order[np.minimum(place, len(flows) - 1)]
    mine = flows[rows] == pairs.subjects
    if not mine.any():
        return None
    values, codes = np.unique(pairs.values[mine], return_inverse=True)
    texts = reader.texts(values)
    # Numbers of terms differ from run to run; the order of the texts does not.
    by_text = sorted(range(len(texts)), key=texts.__getitem__)
    rank = np.empty(len(by_text), np.int32)
    rank[by_text] = np.arange(len(by_text), dtype=np.int32)
    return Stated(rows[mine].astype(np.int32), rank[codes], [texts[number] for number in by_text])


def compositions(reader: Reader) -> dict[str, list[Composition]]:
    """Compositions by the flow or material that they are of."""
    material = dict(texts_of(reader, ontology("material")))
    share = dict(texts_of(reader, ontology("fractionShare")))
    date = dict(texts_of(reader, ontology("date")))
    region = dict(texts_of(reader, ontology("region")))
    fractions: dict[str, list[tuple[str, Decimal]]] = {}
    for composition, fraction in texts_of(reader, ontology("fraction")):
        if fraction in material and fraction in share:
            fractions.setdefault(composition, []).append((material[fraction], Decimal(share[fraction])))
    found: dict[str, list[Composition]] = {}
    for subject, composition in texts_of(reader, ontology("composition")):
        if composition in fractions:
            shares = tuple(sorted(fractions[composition]))
            known = Composition(composition, shares, date.get(composition, ""), region.get(composition, ""))
            found.setdefault(subject, []).append(known)
    return found


def processes(reader: Reader) -> list[Process]:
    """Every process with its flows."""
    flows: dict[str, dict[str, list[str]]] = {"inputTo": {}, "outputOf": {}}
    for property_, of in flows.items():
        for flow, process in texts_of(reader, ontology(property_)):
            of.setdefault(process, []).append(flow)
    itemised = dict(texts_of(reader, ontology("fullyItemised")))
    tolerance = dict(texts_of(reader, ontology("tolerance")))
    at = dict(texts_of(reader, ontology("processAt")))
    return [
        Process(
            iri=process,
            inputs=tuple(flows["inputTo"].get(process, ())),
            outputs=tuple(flows["outputOf"].get(process, ())),
            fully_itemised=itemised.get(process) == "true",
            tolerance=Decimal(tolerance.get(process, TOLERANCE)),
            at=at.get(process, ""),
        )
        for process in reader.texts(instances(reader, ontology("Process")))
    ]
