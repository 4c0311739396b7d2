"""A data folder of four small tables; nothing in it is true."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ce_graph.ingest import build
from ce_graph.settings import VOCABULARY

ID = VOCABULARY + "id/"
CODE = VOCABULARY + "code/"
CE = VOCABULARY + "ontology#"
GRAPH = VOCABULARY + "graph/"
PARTIAL_DATE = {"@id": CE + "partialDate", "base": "string"}
SLUG = {"base": "string", "format": "[a-z0-9]+(-[a-z0-9]+)*"}

THINGS = "id,name_en,name_fi,kind,amount,count,bought,year,seen,useful,near,page,weighed_in,source\n"


def column(name: str, property_: str = "", **more: Any) -> dict[str, Any]:
    """A column with a title; without a property it states nothing."""
    described: dict[str, Any] = {"name": name, "titles": {"en": name.replace("_", " ").capitalize()}, **more}
    return described | ({"propertyUrl": property_} if property_ else {"suppressOutput": True})


def virtual(name: str, property_: str, value: str) -> dict[str, Any]:
    return {"name": name, "virtual": True, "propertyUrl": property_, "valueUrl": value}


def refers(column_: str, table: str, key: str) -> dict[str, Any]:
    return {"columnReference": column_, "reference": {"resource": table, "columnReference": key}}


def codes(name: str, *columns: dict[str, Any], about: str | None = None) -> dict[str, Any]:
    """The metadata of a code list."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": f"{name}.csv",
        "dc:title": [{"@value": f"List {name}", "@language": "en"}],
        CE + "graph": GRAPH + "codes",
        "tableSchema": {
            "columns": [
                column("notation", "skos:notation", required=True),
                column("label_en", "skos:prefLabel", lang="en"),
                column("broader", "skos:broader", valueUrl=CODE + name + "/{broader}"),
                *columns,
                virtual("type", "rdf:type", "skos:Concept"),
                virtual("in_scheme", "skos:inScheme", CODE + name),
            ],
            "primaryKey": "notation",
            "foreignKeys": [refers("broader", f"{name}.csv", "notation")],
            "aboutUrl": about or CODE + name + "/{notation}",
        },
    }


def table(url: str, graph: str, about: str, columns: list[dict[str, Any]], **schema: Any) -> dict[str, Any]:
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": url,
        CE + "graph": GRAPH + graph,
        "tableSchema": {"columns": columns, "primaryKey": "id", "aboutUrl": about, **schema},
    }


METADATA: dict[str, dict[str, Any]] = {
    "things": table(
        "things.csv",
        "{source}",
        ID + "thing/{id}",
        [
            column("id", datatype=SLUG, required=True),
            column("name_en", "skos:prefLabel", lang="en"),
            {
                "name": "name_fi",
                "titles": {"en": "Name in Finnish", "fi": "Nimi suomeksi", "sv": "Namn på finska"},
                "propertyUrl": "skos:prefLabel",
                "lang": "fi",
            },
            column("kind", CE + "kind", valueUrl=CODE + "kind/{kind}", required=True),
            column("amount", CE + "amount", datatype={"base": "decimal", "minimum": "0"}),
            column("count", CE + "count", datatype="integer"),
            column("bought", CE + "bought", datatype="date"),
            column("year", CE + "year", datatype="gYear"),
            column("seen", CE + "seen", datatype=PARTIAL_DATE),
            column("useful", CE + "useful", datatype="boolean"),
            column("near", CE + "near", valueUrl=ID + "thing/{near}", separator=";"),
            column("page", "foaf:homepage", valueUrl="{+page}"),
            column("weighed_in", CE + "weighedIn"),
            column("source", required=True),
            virtual("type", "rdf:type", CE + "Thing"),
            virtual("derived_from", "prov:wasDerivedFrom", GRAPH + "{source}"),
        ],
        foreignKeys=[
            refers("kind", "codes/kind.csv", "notation"),
            refers("weighed_in", "codes/measure.csv", "notation"),
            refers("source", "sources.csv", "id"),
        ],
    ),
    "sources": table(
        "sources.csv",
        "catalog",
        GRAPH + "{id}",
        [
            column("id", CE + "sourceKey", required=True),
            column("heading", "dc:title"),
            virtual("type", "rdf:type", CE + "SourceGraph"),
        ],
    ),
    "codes/kind": codes("kind"),
    "codes/measure": codes("measure", column("iri", required=True), about="{+iri}"),
}

ROWS = {
    "things": THINGS
    + "lamp,Lamp,Lamppu,light,1.50,3,2021-11-30,2021,2021-11,true,stool,https://example.org/lamp,kg,fair\n"
    + "stool,Stool,,seat,,,,,2020,,,,,market\n",
    "sources": "id,heading\nfair,The fair\nmarket,The market\n",
    "codes/kind": "notation,label_en,broader\nthing,Thing,\nlight,Light,thing\nseat,Seat,thing\n",
    "codes/measure": "notation,label_en,broader,iri\nkg,kilogram,,http://qudt.org/vocab/unit/KiloGM\n",
}


class Instance:
    """A data folder that a test can spoil."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "tables" / "codes").mkdir(parents=True)
        for name, metadata in METADATA.items():
            self.describe(name, metadata)
            self.rows(name, ROWS[name])

    def path(self, name: str) -> Path:
        return self.root / "tables" / f"{name}.csv"

    def describe(self, name: str, metadata: dict[str, Any]) -> None:
        self.root.joinpath("tables", f"{name}-metadata.json").write_text(json.dumps(metadata), encoding="utf-8")

    def described(self, name: str) -> dict[str, Any]:
        """The metadata of a table, to be changed and given to ``describe``."""
        found: dict[str, Any] = json.loads(self.root.joinpath("tables", f"{name}-metadata.json").read_text("utf-8"))
        return found

    def rows(self, name: str, text: str | bytes) -> None:
        self.path(name).write_bytes(text if isinstance(text, bytes) else text.encode())

    def add(self, name: str, *rows: str) -> None:
        """Add lines to a table."""
        with self.path(name).open("a", encoding="utf-8", newline="") as stream:
            stream.writelines(f"{row}\n" for row in rows)

    def model(self, name: str, text: str) -> None:
        """Write a hand-modelled file."""
        (self.root / name).write_text(text, encoding="utf-8")

    def build(self, base: str = VOCABULARY, *, inference: bool = False) -> build.Built:
        return build.read(self.root, base, inference=inference)

    def said(self) -> list[str]:
        """What the build refuses, in words, with paths below the data folder."""
        return [str(refusal).replace(f"{self.root}/", "") for refusal in self.build().refusals]
