"""What follows from several cells of a row is exact, and only there when the cells are."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from small_instance import CE, CODE, GRAPH, ID, Instance, codes, column, refers, table, virtual

from ce_graph.ingest.derived import half_width

MASS = "http://qudt.org/vocab/quantitykind/Mass"
VOLUME = "http://qudt.org/vocab/quantitykind/Volume"
NUMBER = {"base": "decimal", "minimum": "0"}
UNITS = (
    "notation,label_en,broader,iri,quantity_kind,factor\n"
    f"t,tonne,,http://a.example/t,{MASS},1\n"
    f"kt,kilotonne,,http://a.example/kt,{MASS},1000\n"
    f"kg,kilogram,,http://a.example/kg,{MASS},0.001\n"
    f"m3,cubic metre,,http://a.example/m3,{VOLUME},1\n"
    "item,item,,http://a.example/item,http://a.example/Count,1\n"
)
FLOWS = "id,amount,amount_lower,amount_upper,amount_qualifier,unit,density,source\n"


@pytest.fixture
def flows(instance: Instance) -> Instance:
    """The small instance with a table of flows and its units."""
    kind = column("quantity_kind", required=True)
    instance.describe(
        "codes/unit", codes("unit", column("iri"), kind, column("factor", datatype="decimal"), about="{+iri}")
    )
    instance.rows("codes/unit", UNITS)
    columns = [
        column("id", required=True),
        column("amount", CE + "amount", datatype=NUMBER),
        column("amount_lower", CE + "amountLower", datatype=NUMBER),
        column("amount_upper", CE + "amountUpper", datatype=NUMBER),
        column("amount_qualifier", CE + "amountQualifier"),
        column("unit", CE + "unit"),
        column("density", CE + "density", datatype=NUMBER),
        column("source", required=True),
        virtual("type", "rdf:type", CE + "Flow"),
    ]
    keys = [refers("unit", "codes/unit.csv", "notation")]
    instance.describe("flows", table("flows.csv", "{source}", ID + "flow/{id}", columns, foreignKeys=keys))
    return instance


def said(instance: Instance, row: str, name: str) -> list[str]:
    """The numbers that a row's flow has for a property."""
    instance.rows("flows", FLOWS + row + "\n")
    built = instance.build()
    assert built.complete, built.refusals
    return [line.split('"')[1] for line in built.lines if line.startswith(f"<{ID}flow/a> <{CE}{name}> ")]


@pytest.mark.parametrize(
    ("row", "mass"),
    [
        ("a,12.50,,,,t,,fair", "12.5"),
        ("a,3.376,,,,kt,,fair", "3376"),
        ("a,1,,,,kg,,fair", "0.001"),
        ("a,0.1,,,,kg,,fair", "0.0001"),
        ("a,0,,,nil,t,,fair", "0"),
        ("a,12345678901234567890123456789012345.6789,,,,kg,,fair", "12345678901234567890123456789012.3456789"),
        ("a,10,,,,m3,1.65,fair", "16.5"),
    ],
)
def test_a_mass_is_the_amount_in_tonnes_to_the_last_digit(flows: Instance, row: str, mass: str) -> None:
    assert said(flows, row, "massTonnes") == [mass]


@pytest.mark.parametrize("row", ["a,10,,,,m3,,fair", "a,10,,,,item,,fair", "a,10,,,,item,2,fair", "a,,,,,t,,fair"])
def test_there_is_no_mass_without_a_mass_unit_or_a_density(flows: Instance, row: str) -> None:
    assert said(flows, row, "massTonnes") == []


def test_both_ends_of_a_range_become_masses_and_no_middle_is_made_up(flows: Instance) -> None:
    row = "a,,100,200,range,kt,,fair"
    assert said(flows, row, "massTonnesLower") == ["100000"]
    assert said(flows, row, "massTonnesUpper") == ["200000"]
    assert said(flows, row, "massTonnes") == []
    assert said(flows, row, "rounding") == []


@pytest.mark.parametrize(
    ("row", "rounding"),
    [
        ("a,312400,,,,t,,fair", "0.5"),
        ("a,312400,,,about,t,,fair", "50"),
        ("a,3.4,,,,kt,,fair", "50"),
        ("a,2000,,,over,item,,fair", "500"),
        ("a,10,,,,m3,,fair", "0.5"),
    ],
)
def test_the_rounding_is_half_of_the_last_printed_digit(flows: Instance, row: str, rounding: str) -> None:
    assert said(flows, row, "rounding") == [rounding]


@pytest.mark.parametrize(
    ("printed", "approximate", "width"),
    [
        ("344000", False, "0.5"),
        ("344000", True, "500"),
        ("344001", True, "0.5"),
        ("3.40", False, "0.005"),
        ("3.40", True, "0.005"),
        ("3.", True, "0.5"),
        ("0", True, "0.5"),
        ("0", False, "0.5"),
        ("+500", True, "50"),
        ("00500", True, "50"),
    ],
)
def test_zeros_at_the_end_of_an_approximate_figure_are_not_printed_digits(
    printed: str, approximate: bool, width: str
) -> None:
    assert half_width(printed, approximate=approximate) == Decimal(width)


def test_a_flow_table_without_a_list_of_units_has_no_masses(flows: Instance) -> None:
    for name in ("codes/unit.csv", "codes/unit-metadata.json"):
        (flows.root / "tables" / name).unlink()
    metadata = flows.described("flows")
    metadata["tableSchema"]["foreignKeys"] = []
    flows.describe("flows", metadata)
    assert said(flows, "a,10,,,,t,,fair", "massTonnes") == []


def built_lines(instance: Instance, name: str, described: dict[str, Any], rows: str) -> list[str]:
    instance.describe(name, described)
    instance.rows(name, rows)
    built = instance.build()
    assert built.complete, built.refusals
    return built.lines


def test_a_place_has_its_point_with_the_longitude_first(instance: Instance) -> None:
    columns = [
        column("id", required=True),
        column("latitude", datatype="decimal"),
        column("longitude", datatype="decimal"),
        column("nuts_code"),
        virtual("type", "rdf:type", CE + "Place"),
    ]
    lines = built_lines(
        instance,
        "places",
        table("places.csv", "curated", ID + "place/{id}", columns),
        "id,latitude,longitude,nuts_code\na,60.20,24.900,FI1B1\nb,60.1,,\nc,-0.50,+.5,a b\n",
    )
    wkt = "http://www.opengis.net/ont/geosparql#"
    points = [line for line in lines if f"<{wkt}asWKT>" in line and "/id/place/" in line]
    assert [line.split('"', 1)[1] for line in points] == [
        f'POINT(24.9 60.2)"^^<{wkt}wktLiteral> <{GRAPH}curated> .\n',
        f'POINT(0.5 -0.5)"^^<{wkt}wktLiteral> <{GRAPH}curated> .\n',
    ]
    matches = [line.split(" ")[2] for line in lines if "exactMatch" in line.split(" ")[1] and "/id/place/" in line]
    assert matches == ["<http://data.europa.eu/nuts/code/FI1B1>", "<http://data.europa.eu/nuts/code/a%20b>"]


def test_a_municipality_is_not_the_region_whose_nuts_code_it_has(instance: Instance) -> None:
    columns = [column("id", required=True), column("class"), column("nuts_code")]
    columns.append(virtual("type", "rdf:type", CE + "Place"))
    lines = built_lines(
        instance,
        "places",
        table("places.csv", "curated", ID + "place/{id}", columns),
        "id,class,nuts_code\ntown,Municipality,FI1B1\nland,Region,FI1B1\n",
    )
    assert [line.split(" ")[0] for line in lines if "/nuts/code/" in line] == [f"<{ID}place/land>"]


def test_a_source_has_its_title_in_its_language_and_the_lowest_confidence_of_its_rows(instance: Instance) -> None:
    columns = [
        column("key", required=True),
        column("title"),
        column("language"),
        column("retrieved", datatype="date"),
        virtual("type", "rdf:type", CE + "SourceGraph"),
    ]
    described = table("sources.csv", "catalog", GRAPH + "{key}", columns, primaryKey="key")
    confidences = codes("confidence")
    claims = [column("id", required=True), column("source", required=True), column("confidence")]
    claims.append(virtual("type", "rdf:type", CE + "Thing"))
    keys = [refers("source", "sources.csv", "key"), refers("confidence", "codes/confidence.csv", "notation")]
    (instance.root / "tables" / "things-metadata.json").unlink()
    instance.path("things").unlink()
    instance.describe("codes/confidence", confidences)
    instance.rows("codes/confidence", "notation,label_en,broader\nhigh,,\nmedium,,\nlow,,\n")
    instance.describe("claims", table("claims.csv", "{source}", ID + "claim/{id}", claims, foreignKeys=keys))
    instance.rows("claims", "id,source,confidence\na,seed,high\nb,seed,medium\nc,page,high\nd,page,\n")
    lines = built_lines(
        instance,
        "sources",
        described,
        "key,title,language,retrieved\nseed,Hanke,fi,2026-11-24\npage,A page,en,2026-11-24\nunused,,,\n",
    )
    about = {line.split(" ", 1)[1] for line in lines if line.startswith(f"<{GRAPH}seed> ")}
    assert f'<http://purl.org/dc/terms/title> "Hanke"@fi <{GRAPH}catalog> .\n' in about
    assert f"<{CE}confidence> <{CODE}confidence/medium> <{GRAPH}catalog> .\n" in about
    assert any('"2026-11-24T00:00:00Z"^^' in said for said in about)
    page = {line.split(" ", 1)[1] for line in lines if line.startswith(f"<{GRAPH}page> ")}
    assert f"<{CE}confidence> <{CODE}confidence/high> <{GRAPH}catalog> .\n" in page
    assert not [line for line in lines if line.startswith(f"<{GRAPH}unused> <{CE}confidence>")]


def test_what_another_instance_keeps_as_words_is_not_computed_with(instance: Instance) -> None:
    """Its tables may be called like the shipped ones and hold something else."""
    columns = [column(name) for name in ("id", "latitude", "longitude")]
    columns.append(virtual("type", "rdf:type", CE + "Place"))
    lines = built_lines(
        instance,
        "places",
        table("places.csv", "curated", ID + "place/{id}", columns),
        "id,latitude,longitude\na,60 north,25 east\n",
    )
    assert not [line for line in lines if "asWKT" in line and "/id/place/" in line]
    columns = [column(name) for name in ("key", "title", "language", "retrieved")]
    columns.append(virtual("type", "rdf:type", CE + "SourceGraph"))
    (instance.root / "tables" / "things-metadata.json").unlink()
    instance.path("things").unlink()
    lines = built_lines(
        instance,
        "sources",
        table("sources.csv", "catalog", GRAPH + "{key}", columns, primaryKey="key"),
        "key,title,language,retrieved\na,A title,plain English,yesterday\n",
    )
    assert f'<{GRAPH}a> <http://purl.org/dc/terms/title> "A title" <{GRAPH}catalog> .\n' in lines
    assert not [line for line in lines if line.startswith(f"<{GRAPH}a> ") and "generatedAtTime" in line]


def test_a_six_digit_waste_code_is_linked_to_its_entry_elsewhere(instance: Instance) -> None:
    lines = built_lines(
        instance,
        "codes/ewc",
        codes("ewc", column("level")),
        "notation,label_en,broader,level\n17,Construction,,chapter\n170101,concrete,17,code\n",
    )
    linked = [line.split(" ")[2] for line in lines if line.startswith(f"<{CODE}ewc/") and "exactMatch" in line]
    assert linked == ["<https://w3id.org/ewc-onto/W17_01_01>"]
