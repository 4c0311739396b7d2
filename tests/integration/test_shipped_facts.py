"""Every collected fact is in the tables: row by row, with its source, its numbers and its words.

The facts are read from the folder that ``CE_GRAPH_FACTS`` names, else from ``shared/facts`` beside the checkout. Where
there is none, the tests are skipped: the tables are the source, and the facts only what they were carried over from.
"""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from pathlib import Path

import pytest
from babel import Locale

from ce_graph import resources

FACTS = Path(os.environ.get("CE_GRAPH_FACTS") or Path(__file__).resolve().parents[3] / "shared" / "facts")

pytestmark = pytest.mark.skipif(
    not FACTS.is_dir(), reason="the collected facts are not here; name them in CE_GRAPH_FACTS"
)

NAMES = {"id": "id", "name_fi": "name_fi", "name_en": "name_en"}
TAIL = {"confidence": "confidence", "note": "note"}
CARRIED: dict[str, tuple[str, dict[str, str]]] = {
    "actors": (
        "actors",
        NAMES
        | {
            "name_sv": "name_sv",
            "type": "actor_type_stated",
            "business_id": "business_id",
            "municipality": "location",
            "website": "homepage",
            "role_notes": "description",
        },
    ),
    "places": (
        "places",
        NAMES
        | {
            "name_sv": "name_sv",
            "population": "population",
            "population_date": "population_date",
            "lat": "latitude",
            "lon": "longitude",
        },
    ),
    "projects": (
        "projects",
        NAMES
        | {
            "start_stated": "start_stated",
            "end_stated": "end_stated",
            "start": "start",
            "end": "end",
            "total_budget_eur": "budget",
            "coordinator": "coordinator",
            "themes": "themes_stated",
            "status": "status_stated",
        },
    ),
    "participations": ("participations", {"project_id": "project", "actor_id": "actor", "role": "role_stated"}),
    "funding": (
        "funding",
        {
            "project_id": "project",
            "funder_id": "funder",
            "programme": "programme_stated",
            "amount_eur": "amount",
            "share": "share_stated",
            "period": "period_stated",
        },
    ),
    "events": (
        "events",
        NAMES
        | {
            "date_stated": "date_stated",
            "date": "date",
            "place": "location_stated",
            "organiser": "organiser",
            "project_id": "project",
            "type": "event_type_stated",
            "description": "description",
        },
    ),
    "outcomes": (
        "outcomes",
        {
            "id": "id",
            "project_id": "project",
            "event_id": "event",
            "kind": "outcome_kind_stated",
            "theme": "theme_stated",
            "statement": "statement",
        },
    ),
    "facilities": (
        "facilities",
        NAMES
        | {
            "operator": "operator",
            "municipality": "location",
            "activity": "facility_type_stated",
            "capacity_t_per_year": "capacity_stated",
            "capacity_year": "capacity_year",
            "inputs": "accepts_stated",
            "outputs": "produces_stated",
            "status": "status_stated",
        },
    ),
    "flows": (
        "flows",
        {
            "id": "id",
            "year": "period_stated",
            "from": "origin_stated",
            "to": "target_stated",
            "material": "material_stated",
            "waste_code": "waste_class_stated",
            "quantity": "amount_stated",
            "unit": "unit_stated",
            "treatment": "treatment_stated",
            "region": "region_stated",
            "basis": "basis_stated",
            "method": "method",
        },
    ),
    "indicators": (
        "observations",
        {
            "id": "id",
            "region": "region_stated",
            "year": "year_stated",
            "indicator": "indicator_stated",
            "value": "value_stated",
            "unit": "unit_stated",
        },
    ),
}
"""Facts file → table, and for each column of the facts the column that keeps its words."""

WITHOUT_AUTHORS = {"hagg": "a blog", "subtract_bg": "Metropolitan Area Reuse Centre", "rinki_cmu": "Rinki"}
"""What is left of publishers that the facts give with the names of persons: the tables name no people."""

ROWS = {
    "actors": 123, "places": 43, "projects": 65, "participations": 111, "funding": 44, "events": 21, "outcomes": 79,
    "facilities": 39, "flows": 666, "indicators": 223, "sources": 221,
}  # fmt: skip
ELSEWHERE = {
    "source_url", "source_title", "source_date", "quote_lang",  # in sources
    "kind", "code", "nuts_code", "sub_region", "area_membership",  # of places: tested on their own
}  # fmt: skip
REWORDED = [
    (
        re.compile(r"later Eurostat table in codes/: (.+)"),
        r"a later release of the same table (source estat_cmu) has \1",
    ),
]
"""Notes that named a file of the collection name the source in the tables."""


def facts(name: str) -> list[dict[str, str]]:
    with (FACTS / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def table(name: str) -> list[dict[str, str]]:
    with (resources.data() / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def source_of() -> dict[str, str]:
    """Address of a page → key of the source."""
    return {row["url"]: row["key"] for row in table("sources")}


@pytest.fixture(scope="module")
def place_of() -> dict[str, str]:
    """Name of a place in the facts → its id."""
    return {row["name_fi"]: row["id"] for row in reversed(table("places")) if row["name_fi"]}


def expected(column: str, value: str, place_of: dict[str, str]) -> str:
    """How the tables write what the facts write in a column."""
    if column == "municipality":
        return place_of[value] if value else ""
    if column == "website" and value and "://" not in value:
        return f"http://{value}"  # an address without a scheme is no IRI
    if column == "id" and value == "uusimaa-2014":
        return "uusimaa"  # an older statement about the same region
    for pattern, replacement in REWORDED if column == "note" else ():
        value = pattern.sub(replacement, value)
    return value


@pytest.mark.parametrize("name", ROWS)
def test_the_facts_have_the_rows_that_were_counted(name: str) -> None:
    assert len(facts(name)) == ROWS[name]


@pytest.mark.parametrize("name", CARRIED)
def test_every_row_is_carried_over_word_for_word(
    name: str, source_of: dict[str, str], place_of: dict[str, str]
) -> None:
    target, columns = CARRIED[name]
    columns = columns | TAIL
    have = Counter((row["source"], *(row[column] for column in columns.values())) for row in table(target))
    need = Counter(
        (source_of[row["source_url"]], *(expected(column, row[column], place_of) for column in columns))
        for row in facts(name)
    )
    assert need - have == Counter()


@pytest.mark.parametrize("name", CARRIED)
def test_no_column_with_words_in_it_is_left_behind(name: str) -> None:
    _, columns = CARRIED[name]
    found = facts(name)
    used = {column for column in found[0] if any(row[column] for row in found)}
    assert used - columns.keys() - TAIL.keys() - ELSEWHERE == set()


def test_every_source_is_carried_over(source_of: dict[str, str]) -> None:
    columns = {"key": "key", "title": "title", "publisher": "publisher", "url": "url", "date": "issued"}
    columns |= {"language": "language", "licence": "licence_stated"}
    have = {tuple(row[column] for column in columns.values()) for row in table("sources")}
    need = {
        tuple((row | {"publisher": WITHOUT_AUTHORS.get(row["key"], row["publisher"])})[column] for column in columns)
        for row in facts("sources")
    }
    assert need - have == set()


def test_a_source_of_an_actor_leads_to_it() -> None:
    named = {
        name: row["id"] for row in table("actors") for name in (row["name_fi"], row["name_sv"], row["name_en"]) if name
    }
    for row in table("sources"):
        if row["publisher"] in named:
            assert row["publisher_actor"] == named[row["publisher"]], row["key"]


@pytest.mark.parametrize("name", CARRIED)
def test_the_source_of_a_row_has_the_title_date_and_language_that_the_row_gives_it(
    name: str, source_of: dict[str, str]
) -> None:
    sources = {row["key"]: row for row in table("sources")}
    for row in facts(name):
        source = sources[source_of[row["source_url"]]]
        assert (source["title"], source["issued"], source["language"]) == (
            row["source_title"],
            row["source_date"],
            row["quote_lang"],
        )


def test_numbers_are_the_words_read_as_numbers() -> None:
    for row in table("flows"):
        lower, upper = row["amount_lower"], row["amount_upper"]
        assert row["amount_stated"] == (f"{lower}-{upper}" if upper else row["amount"]), row["id"]
    for row in table("observations"):
        lower, upper = row["value_lower"], row["value_upper"]
        assert row["value_stated"] == (f"{lower}-{upper}" if upper else row["value"]), row["id"]
    for row in table("facilities"):
        lower, upper = row["capacity_lower"], row["capacity_upper"]
        assert row["capacity_stated"] == (f"{lower}-{upper}" if upper else row["capacity"]), row["id"]


def test_a_figure_that_follows_from_two_others_is_of_medium_confidence() -> None:
    """So that it is told from a figure that the source prints."""
    derived = [row for name in ("flows", "observations") for row in table(name) if row["note"].startswith("derived")]
    assert sorted(row["id"] for row in derived) == ["f0005", "i0017", "i0078", "i0093", "i0112"]
    assert {row["confidence"] for row in derived} == {"medium"}


def test_one_word_of_the_facts_means_one_code() -> None:
    """Only the treatment of a material recovery depends on the material as well."""
    for name, stated, code in [
        ("flows", "material_stated", "material"),
        ("flows", "unit_stated", "unit"),
        ("flows", "basis_stated", "basis"),
        ("flows", "region_stated", "region"),
        ("flows", "origin_stated", "origin"),
        ("flows", "target_stated", "target"),
        ("flows", "treatment_stated", "stage"),
        ("flows", "treatment_stated", "treatment_category"),
        ("observations", "indicator_stated", "indicator"),
        ("observations", "unit_stated", "unit"),
        ("observations", "region_stated", "region"),
        ("actors", "actor_type_stated", "actor_type"),
        ("projects", "status_stated", "status"),
        ("participations", "role_stated", "role"),
        ("events", "event_type_stated", "event_type"),
        ("outcomes", "outcome_kind_stated", "outcome_kind"),
        ("facilities", "facility_type_stated", "facility_type"),
        ("facilities", "status_stated", "status"),
    ]:
        meanings: dict[str, set[str]] = {}
        for row in table(name):
            meanings.setdefault(row[stated], set()).add(row[code])
        assert {word: codes for word, codes in meanings.items() if len(codes) > 1} == {}, (name, stated)


@pytest.mark.parametrize("name", ["projects", "facilities"])
def test_what_is_only_said_to_be_finished_is_not_said_to_work(name: str) -> None:
    for row in table(name):
        if row["status_stated"].partition(" ")[0] in ("completed", "built"):
            assert row["status"] == "completed", row["id"]


def test_a_grant_is_money_that_somebody_is_said_to_get() -> None:
    """Not the expected volume of a programme, what a call has to share out, or help of a kind that no page names."""
    stated = {row["programme_stated"] for row in table("funding") if row["instrument"] == "grant"}
    assert stated & {"innovation funding", "circular economy investment grant", "EU co-funding"} == set()


def test_places_keep_their_codes_and_what_they_lie_in(source_of: dict[str, str]) -> None:
    places = {(row["id"], row["source"]): row for row in table("places")}
    within = {(row["place"], row["within"]) for row in table("place-relations")}
    areas = {"KUUMA": "kuuma-alue", "Helsinki Metropolitan Area": "paakaupunkiseutu"}
    regions = {"Helsinki": "helsingin-seutukunta", "Raasepori": "raaseporin-seutukunta"}
    for row in facts("places"):
        name = expected("id", row["id"], {})
        place = places[name, source_of[row["source_url"]]]
        assert row["code"] in (place["municipality_code"], place["region_code"])
        if row["kind"] == "municipality":
            assert (name, "uusimaa") in within
        else:
            assert row["nuts_code"] == place["nuts_code"]
        if row["sub_region"]:
            assert (name, regions[row["sub_region"]]) in within
        if row["area_membership"]:
            assert (name, areas[row["area_membership"]]) in within


def test_municipalities_keep_their_land_area_and_population() -> None:
    places = {row["municipality_code"]: row for row in table("places") if row["source"] == "municipalities"}
    counted = {
        (row["region"], row["year"], row["value"]) for row in table("observations") if row["indicator"] == "population"
    }
    for row in facts("codes/uusimaa_municipalities"):
        place = places[row["municipality_code"]]
        assert (place["name_fi"], place["name_sv"], place["land_area"]) == (
            row["name_fi"],
            row["name_sv"],
            row["land_area_km2"],
        )
        for year in ("2019", "2020"):
            assert (place["id"], year, row[f"population_{year}_12_31"]) in counted


def test_the_circular_material_use_rates_are_carried_over_with_their_flags() -> None:
    have = Counter(
        (row["region_stated"], row["year_stated"], row["value_stated"], row["status_flag"])
        for row in table("observations")
        if row["source"] == "estat_cmu"
    )
    found = facts("codes/eurostat_cei_srm030_cmu")
    assert have == Counter((row["geo"], row["year"], row["cmu_percent"], row["flag"]) for row in found)


@pytest.mark.parametrize("name", ["actors", "projects", "events", "facilities"])
def test_no_name_is_invented(name: str) -> None:
    columns = [column for column in ("name_fi", "name_sv", "name_en") if column in table(name)[0]]
    given = {(row["id"], column, row[column]) for row in facts(name) for column in columns if column in row}
    used = {(row["id"], column, row[column]) for row in table(name) for column in columns if row[column]}
    assert used - given == set()


def test_no_name_of_a_place_is_invented() -> None:
    """Places that rows only name have that name; countries, which a table gives by code, have the names of CLDR."""
    given = {
        (expected("id", row["id"], {}), row[f"name_{tag}"]) for row in facts("places") for tag in ("fi", "sv", "en")
    }
    words = {row["municipality"] for name in ("actors", "facilities") for row in facts(name)}
    words |= {row["region"] for name in ("flows", "indicators") for row in facts(name)}
    words |= {row["to"] for row in facts("flows")} | {row["place"] for row in facts("events")}
    words = {word.partition(" (")[0].casefold() for word in words} | {"european union (27 countries)"}
    for row in table("places"):
        for tag in ("fi", "sv", "en"):
            name = row[f"name_{tag}"]
            if row["source"] == "cldr":
                assert name in Locale(tag).territories.values(), (row["id"], name)
            elif name and (row["id"], name) not in given:
                assert name.casefold() in words, (row["id"], name)


def test_no_programme_is_invented() -> None:
    said = " ".join(
        row[column]
        for name, columns in (("funding", ("programme", "note")), ("projects", ("name_en", "name_fi")))
        for row in facts(name)
        for column in columns
    ).casefold()
    for row in table("programmes"):
        for name in (row["name_fi"], row["name_en"]):
            for word in re.split(r"[\s()]+", name.casefold()):
                assert word in said, name
