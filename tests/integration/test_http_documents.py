"""Documents of the shipped graph say what the query service says, in every format alike."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from shipped_pages import app, engine

from ce_graph.rdf.namespaces import DCTERMS, ONTOLOGY
from ce_graph.settings import VOCABULARY
from ce_graph.web.documents import csv_statements
from ce_graph.web.documents.signposting import FORMATS
from ce_graph.web.documents.statements import HELPERS

THINGS = (
    "id/project/kiertotalouslaakso-esiselvitys",
    "id/actor/hsy",
    "id/place/vantaa",
    "id/flow/f0665",
    "id/indicator/population",
    "code/material/waste",
    "code/ewc/170101",
    "ontology#Flow",
)
COMPLETE = """CONSTRUCT {{ {0} ?p ?o . ?s ?q {0} . ?helper ?hp ?ho }} WHERE {{
  {{ {0} ?p ?o }} UNION {{ ?s ?q {0} }} UNION
  {{ {{ ?helper ?link {0} }} UNION {{ {0} ?link ?helper }} VALUES ?class {{ {1} }} ?helper a ?class ; ?hp ?ho }}
}}"""


def triples(body: bytes, extension: str) -> set[str]:
    if extension == "csv":
        quads = csv_statements.read(body)
    else:
        quads = ox.parse(body, next(item for item in FORMATS if item.extension == extension).rdf)
    return {str(quad.triple) for quad in quads}


@pytest.mark.parametrize("path", THINGS)
def test_a_document_says_what_the_query_service_says(path: str) -> None:
    iri = ox.NamedNode(VOCABULARY + path)
    query = COMPLETE.format(iri, " ".join(map(str, HELPERS)))
    client = app().test_client()
    asked = client.get("/sparql", query_string={"query": query}, headers={"Accept": "application/n-triples"})
    wanted = triples(asked.data, "nt")
    described = client.get(
        "/sparql", query_string={"query": f"DESCRIBE {iri}"}, headers={"Accept": "application/n-triples"}
    )
    assert triples(described.data, "nt") <= wanted
    address = path.removeprefix("id/").replace("#", "/")
    for form in FORMATS:
        assert triples(client.get(f"/data/{address}.{form.extension}").data, form.extension) == wanted, form.name


def test_every_kind_of_thing_has_its_documents() -> None:
    client = app().test_client()
    rows = ox.parse_query_results(
        engine()
        .query(
            f'SELECT (MIN(STR(?s)) AS ?first) {{ ?s a ?c FILTER(STRSTARTS(STR(?c), "{ONTOLOGY}")) }} GROUP BY ?c',
            "application/sparql-results+json",
        )
        .read(),
        ox.QueryResultsFormat.JSON,
    )
    for row in rows:
        path = row["first"].value.removeprefix(VOCABULARY)
        for accept in ("text/html", "text/turtle"):
            answer = client.get(f"/{path}", headers={"Accept": accept}, follow_redirects=True)
            assert answer.status_code == 200, (path, accept)


def test_a_source_document_is_its_graph() -> None:
    client = app().test_client()
    quads = set(ox.parse(client.get("/data/graph/seed.nq").data, ox.RdfFormat.N_QUADS))
    assert {quad.graph_name.value for quad in quads} == {f"{VOCABULARY}graph/seed"}
    page = client.get("/graph/seed", headers={"Accept": "text/html"})
    title = f"SELECT ?t {{ <{VOCABULARY}graph/seed> <{DCTERMS.title}> ?t }}"
    said = client.get("/sparql", query_string={"query": title}, headers={"Accept": "application/sparql-results+json"})
    assert said.get_json()["results"]["bindings"][0]["t"]["value"][:30] in page.text
