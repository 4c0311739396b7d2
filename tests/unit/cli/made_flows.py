"""A small dataset for the tests of the commands that compute: made up, and small enough to add up by hand."""

from __future__ import annotations

import re
from pathlib import Path

PREFIXES = {
    "ce": "https://w3id.org/ce-graph/ontology#",
    "code": "https://w3id.org/ce-graph/code/",
    "id": "https://example.org/id/",
    "graph": "https://example.org/graph/",
    "prov": "http://www.w3.org/ns/prov#",
    "qudt": "http://qudt.org/vocab/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
}

STATEMENTS = """
code:material/waste skos:inScheme code:material ; skos:prefLabel "waste"@en, "jäte"@fi .
code:material/paper skos:inScheme code:material ; skos:broader code:material/waste ; skos:prefLabel "paper"@en .
code:treatment/R3 skos:inScheme code:treatment ; skos:prefLabel "recycling"@en ; ce:circularityRank 2 .
code:treatment/D1 skos:inScheme code:treatment ; skos:prefLabel "landfill"@en ; ce:circularityRank 6 .
code:sector/homes skos:inScheme code:sector ; skos:prefLabel "homes"@en .
qudt:unit/TONNE ce:quantityKind qudt:quantitykind/Mass ; ce:factor 1.0 .
qudt:unit/KiloTONNE ce:quantityKind qudt:quantitykind/Mass ; ce:factor 1000.0 .
id:place/area a ce:Place ; skos:prefLabel "Wide Area"@en, "Laaja alue"@fi .
id:place/town a ce:Place ; skos:prefLabel "Town"@en ; ce:within id:place/area .
id:facility/mill skos:prefLabel "The Mill"@en ; ce:operator id:actor/owner .
id:actor/owner skos:prefLabel "The Owner"@en .
"""
FLOWS = (
    ("all", "waste", "", "100", "TONNE", "2020", "ce:isTotal true ; ce:completeBy ce:detailByTreatmentOf"),
    ("kept", "waste", "R3", "60", "TONNE", "2020", "ce:detailByTreatmentOf id:flow/all"),
    ("dumped", "waste", "D1", "40", "TONNE", "2020", "ce:detailByTreatmentOf id:flow/all"),
    ("later", "paper", "R3", "0.5", "KiloTONNE", "2021", ""),
)


def write_dataset(folder: Path, more: str = "") -> Path:
    """Write ``dataset.nq`` and return the folder."""
    import pyoxigraph as ox

    prefixes = "\n".join(f"PREFIX {name}: <{iri}>" for name, iri in PREFIXES.items())
    text = [STATEMENTS, more]
    for name, material, treatment, amount, unit, year, more in FLOWS:
        treated = f"; ce:treatment code:treatment/{treatment}" if treatment else ""
        text.append(
            f"""id:flow/{name} a ce:Flow ; ce:source code:sector/homes ; ce:target id:facility/mill ;
            ce:material code:material/{material} {treated} ; ce:amount {amount}.0 ; ce:unit qudt:unit/{unit} ;
            ce:year "{year}"^^<http://www.w3.org/2001/XMLSchema#gYear> ; ce:stage code:stage/treatment ;
            ce:region id:place/town ; ce:basis code:basis/measured ; prov:wasDerivedFrom graph:doc
            {"; " + more if more else ""} .""".replace(".5.0", ".5")
        )
    slashed = "\n".join(text)
    for name, iri in PREFIXES.items():  # names with a slash are no prefixed names of Turtle
        slashed = re.sub(rf"(?<![\w:/<]){name}:([\w/-]+)", rf"<{iri}\1>", slashed)
    data = f"{prefixes}\n{slashed}".encode()
    graph = ox.NamedNode(PREFIXES["graph"] + "doc")
    quads = (ox.Quad(t.subject, t.predicate, t.object, graph) for t in ox.parse(data, ox.RdfFormat.TURTLE))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dataset.nq").write_bytes(ox.serialize(sorted(quads, key=str), format=ox.RdfFormat.N_QUADS))
    return folder
