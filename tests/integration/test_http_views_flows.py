"""The views of flows, unused potential, indicators and the map: what is shown is what the model computes."""

from __future__ import annotations

import csv
import io
import json
import re
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest
from shipped_pages import app, folder

from ce_graph.cli.listing import open_records
from ce_graph.errors import DataError
from ce_graph.model.flows.criteria import Criteria, select
from ce_graph.model.flows.grouping import group
from ce_graph.overview import Records
from ce_graph.overview.boundaries import of_places
from ce_graph.overview.map import keys
from ce_graph.settings import Settings
from ce_graph.web.app import create_app
from ce_graph.web.service import KEY

BOUNDARIES = Path(__file__).resolve().parents[3] / "shared" / "geo" / "uusimaa-municipalities.geojson"
VIEWS = (
    "/flows",
    "/potential",
    "/indicators",
    "/map",
    "/projects",
    "/funding",
    "/matches",
    "/disagreements",
    "/strengths",
    "/gaps",
)
SPACE = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def records() -> Records:
    return open_records(Path(folder().name))


def get(path: str, accept: str = "text/html", language: str = "en", status: int = 200) -> str:
    answer = app().test_client().get(path, headers={"Accept": accept, "Accept-Language": language})
    text = answer.get_data(as_text=True)
    assert answer.status_code == status, text[-500:]
    return text


def rows(path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(get(path + ("&" if "?" in path else "?") + "format=csv", "*/*"))))


@pytest.mark.parametrize("by", ["material,category", "source,category", "material,treatment"])
def test_the_amounts_of_a_page_are_those_that_the_model_adds_up(records: Records, by: str) -> None:
    found = rows(f"/flows?region=suomi&year=2020&by={by}")
    criteria = Criteria(region="suomi", year="2020", stage="treatment")
    grouped = group(records.flows, select(records.flows, records.names, criteria).mask, by)
    assert len(found) == len(grouped.rows) > 5
    assert [Decimal(row["amount"]) for row in found] == [row.amount for row in grouped.rows]
    page = get(f"/flows?region=suomi&year=2020&by={by}")
    assert page.count('<th scope="row">') >= len(grouped.rows)


def test_the_sankey_has_a_band_for_each_amount_and_its_numbers_are_in_the_table() -> None:
    address = "/flows?region=suomi&year=2020&by=material,category"
    picture = ElementTree.fromstring(get(address + "&format=svg", "*/*", "fi"))
    positive = [row for row in rows(address) if Decimal(row["amount"]) > 0]
    titles = [one.findtext(f"{SPACE}title") or "" for one in picture.iter(f"{SPACE}path")]
    assert len([title for title in titles if "→" in title]) == len(positive)
    assert picture.get("role") == "img"
    assert "Suomi" in (picture.findtext(f"{SPACE}title") or "")


def test_without_a_choice_a_page_shows_the_region_of_the_data_in_a_year_with_flows() -> None:
    text = get("/flows")
    assert re.search(r"<h2 id=\"amounts\">Uusimaa, treatment, \d{4}</h2>", text)
    assert '<option value="uusimaa" selected>' in text


def test_what_would_be_counted_twice_is_told_apart() -> None:
    told = json.loads(get("/flows?region=hsy-alue&year=2021&by=source,target&format=json", "*/*"))
    parts = {part["name"]: part for part in told["parts"]}
    assert [row["amount"] for row in parts["amounts"]["rows"]] == [632000]
    assert 344000 in [row["amount"] for row in parts["inside"]["rows"]]


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/flows?region=atlantis", 404, "there is no region"),
        ("/flows?region=suomi&year=1800", 404, "there are flows of"),
        ("/flows?year=often", 400, "is no year"),
        ("/flows?by=colour", 400, "cannot be grouped by"),
        ("/flows?level=top", 400, "is no number"),
        ("/flows?material=unobtainium", 404, "there is no material"),
        ("/potential?region=espoo", 404, "no flow fits"),
        ("/potential?theme=nothing", 404, "there is no theme"),
        ("/indicators?indicator=happiness", 404, "there is no indicator"),
        ("/indicators?region=atlantis", 404, "there is no region"),
        ("/map?size=colour", 404, "A map shows"),
    ],
)
def test_what_there_is_not_is_told_with_what_there_is_and_the_form_stays(path: str, status: int, said: str) -> None:
    text = get(path, status=status)
    assert said in text
    assert '<form method="get" action="' + path.partition("?")[0] in text
    assert "Traceback" not in text
    problem = get(path + "&format=csv", "*/*", status=status)
    assert said in problem


def test_the_potential_is_ranked_and_explained_in_the_readers_language(records: Records) -> None:
    found = rows("/potential")
    worse = [Decimal(row["worse"]) for row in found]
    assert worse == sorted(worse, reverse=True)
    assert worse[0] == max(one.worse for one in records.potentials)
    assert {row["confidence"] for row in found} <= {"high", "medium", "low"}
    finnish = get("/potential", language="fi")
    assert "poltettu" in finnish
    assert " burnt" not in finnish
    assert all(Decimal(row["worse"]) <= Decimal(found[0]["worse"]) for row in rows("/potential?region=vantaa"))


def test_published_values_stand_beside_computed_ones_with_the_difference() -> None:
    found = rows("/indicators?region=hsy-alue")
    both = [row for row in found if row["published"] and row["computed"]]
    assert both
    for row in both:
        difference = Decimal(row["computed"]) - Decimal(row["published"])
        assert abs(difference - Decimal(row["difference"])) <= Decimal("0.0002")
        assert row["document"].startswith("https://w3id.org/ce-graph/graph/")


def test_values_that_are_published_and_computed_come_before_those_that_are_only_computed() -> None:
    found = rows("/indicators")
    kinds = [(bool(row["published"]), bool(row["computed"])) for row in found]
    assert kinds == sorted(kinds, reverse=True)
    assert {(True, True), (True, False), (False, True)} <= set(kinds)


def test_names_are_in_the_order_of_the_alphabet_whatever_their_capitals() -> None:
    names = [row["indicator_label"] for row in rows("/indicators?region=suomi&lang=fi")]
    assert names == sorted(names, key=str.casefold) != sorted(names)


def test_notes_and_reasons_name_things_in_the_language_of_the_reader() -> None:
    assert "HSY:n jätehuoltoalue, Vantaa" in get("/flows?region=uusimaa&year=2017", language="fi")
    told = get("/gaps", language="fi")
    assert "puuttuu: kotitalousjätteen kierrätysaste: Askola, Espoo, " in told
    assert "household-waste-recycling-rate: " not in told


def test_an_indicator_has_a_picture_of_its_series_and_its_formula() -> None:
    text = get("/indicators?indicator=circular-material-use&region=suomi")
    assert "<svg" in text
    assert "formula" in text
    years = {row["year"] for row in rows("/indicators?indicator=circular-material-use&region=suomi")}
    assert {"2015", "2020"} <= years


def test_the_map_lists_what_has_no_point_and_its_geojson_has_all_places() -> None:
    listed = rows("/map")
    told = json.loads(get("/map.geojson", "*/*"))
    assert {row["place"] for row in listed} == {one["id"] for one in told["features"]}
    nowhere = [row for row in listed if not row["latitude"]]
    assert nowhere
    page = get("/map")
    assert all(row["place_label"] in page.partition("No source gives a point for")[2] for row in nowhere)
    drawn = ElementTree.fromstring(get("/map?format=svg", "*/*"))
    somewhere = [row for row in listed if row["latitude"]]
    assert len(list(drawn.iter(f"{SPACE}circle"))) == len(somewhere), "places without projects are dots"
    assert len(list(drawn.iter(f"{SPACE}a"))) == len([row for row in somewhere if row["projects"] != "0"])


@pytest.mark.skipif(not BOUNDARIES.is_file(), reason="the boundaries of the municipalities are not at hand")
def test_boundaries_of_all_municipalities_find_their_places_and_shade_the_map(records: Records) -> None:
    found, others = of_places(BOUNDARIES, keys(records))
    assert (len(found), others) == (26, [])
    settings = Settings(access_log=False, data=Path(folder().name), boundaries=BOUNDARIES)
    mapped = create_app(settings, app().extensions[KEY].engine)
    text = mapped.test_client().get("/map", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert text.count('fill-rule="evenodd"') == 26
    assert len(set(re.findall(r'fill="(#\w+)" fill-rule', text))) > 2
    with pytest.raises(DataError, match="no feature is a place of the data"):
        of_places(BOUNDARIES, {"atlantis": "https://example.org/atlantis"})


@pytest.mark.parametrize("path", VIEWS)
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_view_speaks_the_language_and_is_not_made_twice(path: str, language: str) -> None:
    client = app().test_client()
    headers = {"Accept": "text/html", "Accept-Language": language}
    first = client.get(path, headers=headers)
    assert first.status_code == 200
    assert f'<html lang="{language}">' in first.get_data(as_text=True)
    assert {"Accept", "Accept-Language"} <= {part.strip() for part in first.headers["Vary"].split(",")}
    again = client.get(path, headers=headers | {"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    head = client.head(path, headers=headers)
    assert head.headers["ETag"] == first.headers["ETag"]


@pytest.mark.parametrize("path", VIEWS)
def test_every_part_of_a_view_can_be_taken_away(path: str) -> None:
    told = json.loads(get(path + "?format=json", "*/*"))
    assert told["parts"]
    for part in told["parts"]:
        listed = list(csv.DictReader(io.StringIO(get(f"{path}?format=csv&part={part['name']}", "*/*"))))
        assert len(listed) == len(part["rows"])
    get(path + "?format=csv&part=nothing", "*/*", status=404)


def test_a_name_that_is_not_in_the_readers_language_says_so() -> None:
    swedish, english = (
        app().test_client().get(f"/indicators?region=hsy-alue&lang={tag}", headers={"Accept": "text/html"}).text
        for tag in ("sv", "en")
    )
    assert '<a href="/doc/place/hsy-alue?lang=sv"><bdi lang="en">HSY waste service area</bdi></a>' in swedish
    assert '<a href="/doc/place/hsy-alue?lang=en">HSY waste service area</a>' in english
