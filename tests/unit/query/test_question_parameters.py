"""What a user writes becomes a term, or the message says what to write."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pyoxigraph as ox
import pytest

from ce_graph.errors import NotFoundError, UsageError
from ce_graph.query.parameters import LONGEST, Context, bound
from ce_graph.query.questions import Parameter, Question
from ce_graph.query.running import on_store

BASE = "https://w3id.org/ce-graph/"
XSD = "http://www.w3.org/2001/XMLSchema#"
TEXTS = {"en": "x", "fi": "x", "sv": "x"}
DATA = """
@prefix ce: <https://w3id.org/ce-graph/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@base <https://w3id.org/ce-graph/> .
<graph/codes> {
    <code/theme/plastics> a skos:Concept ; skos:prefLabel "plastics"@en , "muovit"@fi .
    <code/theme/food> a skos:Concept ; skos:prefLabel "food"@en .
    <code/theme/food-loss> a skos:Concept ; skos:prefLabel "food"@sv .
    <code/ewc/170106> a skos:Concept ; skos:prefLabel "mixtures"@en .
    <id/place/north> a ce:Municipality , ce:InstanceRegion ; skos:prefLabel "Pohjola"@fi .
    <id/place/bare> a ce:Municipality .
}
"""


def context(data: str = DATA, **more: str) -> Context:
    store = ox.Store()
    store.load(data, format=ox.RdfFormat.TRIG)
    return Context(run=on_store(store), today=dt.date(2026, 11, 24), **more)


def question(*parameters: Parameter, ordered: tuple[tuple[str, str], ...] = ()) -> Question:
    return Question(
        number=1,
        name="q",
        group="company",
        title=TEXTS,
        description=TEXTS,
        parameters=parameters,
        body="",
        columns=(),
        ordered=ordered,
    )


def parameter(type_: str, name: str = "p", **more: object) -> Parameter:
    return Parameter(name=name, type=type_, label=TEXTS, **more)  # type: ignore[arg-type]


def term(type_: str, raw: str, data: str = DATA, **more: object) -> ox.NamedNode | ox.Literal:
    return bound(question(parameter(type_, **more)), {"p": raw}, context(data))["p"]


@pytest.mark.parametrize(
    ("type_", "raw", "text", "datatype"),
    [
        ("date", "2024-02-29", "2024-02-29", "date"),
        ("date", "today", "2026-11-24", "date"),
        ("year", "2021", "2021", "gYear"),
        ("year", "today", "2026", "gYear"),
        ("integer", "12", "12", "integer"),
        ("integer", "-3", "-3", "integer"),
        ("decimal", "12.50", "12.50", "decimal"),
        ("decimal", ".5", "0.5", "decimal"),
        ("decimal", "100000000000000", "100000000000000", "decimal"),
        ("string", " a b ", "a b", "string"),
    ],
)
def test_simple_values_become_literals_of_their_type(type_: str, raw: str, text: str, datatype: str) -> None:
    assert term(type_, raw) == ox.Literal(text, datatype=ox.NamedNode(XSD + datatype))


@pytest.mark.parametrize(
    ("type_", "raw", "said"),
    [
        ("date", "31.11.2021", "p: '31.11.2021' is no day of the calendar; write YYYY-MM-DD"),
        ("date", "2021-11-31", "no day of the calendar"),
        ("date", "20211130", "no day of the calendar"),
        ("date", "2021-11-30T00:00:00", "no day of the calendar"),
        ("year", "21", "p: '21' is no year; write four digits, such as 2021"),
        ("year", "2021-01", "is no year"),
        ("year", "٢٠٢١", "is no year"),
        ("integer", "1.5", "p: '1.5' is no whole number; write digits only"),
        ("integer", "1e3", "is no whole number"),
        ("decimal", "12,5", "p: '12,5' is no number; write digits with a point, such as 12.5"),
        ("decimal", "NaN", "is no number"),
        ("decimal", "1e9", "is no number"),
        ("string", "\ud800", "not valid Unicode"),
        ("string", "a" * (LONGEST + 1), "has 501 characters; write at most 500"),
    ],
)
def test_a_value_of_the_wrong_type_is_answered_with_what_to_write(type_: str, raw: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        term(type_, raw)
    assert said in str(caught.value)


def test_numbers_keep_within_their_bounds() -> None:
    bounds = {"minimum": Decimal(0), "maximum": Decimal(9)}
    assert term("decimal", "9", **bounds).value == "9"
    with pytest.raises(UsageError, match="p: -1 is too small; the smallest value is 0"):
        term("integer", "-1", **bounds)
    with pytest.raises(UsageError, match=r"p: 9.1 is too large; the largest value is 9"):
        term("decimal", "9.1", **bounds)


@pytest.mark.parametrize(
    ("type_", "raw", "iri"),
    [
        ("code/theme", "plastics", "code/theme/plastics"),
        ("code/theme", BASE + "code/theme/plastics", "code/theme/plastics"),
        ("code/theme", "Muovit", "code/theme/plastics"),
        ("code/ewc", "17 01 06*", "code/ewc/170106"),
        ("code/ewc", "170106", "code/ewc/170106"),
        ("id/place", "north", "id/place/north"),
        ("id/place", "pohjola", "id/place/north"),
        ("id/place", "bare", "id/place/bare"),
        ("id/place", "instance-region", "id/place/north"),
    ],
)
def test_things_are_found_by_short_name_by_iri_and_by_label(type_: str, raw: str, iri: str) -> None:
    assert term(type_, raw) == ox.NamedNode(BASE + iri)


def test_an_unknown_thing_is_answered_with_what_there_is() -> None:
    with pytest.raises(NotFoundError) as caught:
        term("code/theme", "plastic")
    assert str(caught.value) == (
        "p: 'plastic' is not of the list theme; did you mean plastics? There are 3: food, food-loss, plastics"
    )
    with pytest.raises(NotFoundError, match="p: 'hsy' is not known; the data has nothing of the kind actor"):
        term("id/actor", "hsy")
    with pytest.raises(NotFoundError, match="does not say which region it is about"):
        term("id/place", "instance-region", data="")


def test_a_name_of_two_things_is_refused() -> None:
    data = DATA.replace('"food"@en', '"Food"@en')
    with pytest.raises(UsageError, match="'FOOD' can be several: food, food-loss; write one of these"):
        term("code/theme", "FOOD", data)


@pytest.mark.parametrize(
    "raw",
    [BASE + "code/material/plastics", "https://example.org/plastics", BASE + "code/theme/a/b", BASE + "code/theme/> }"],
)
def test_an_iri_of_another_list_is_refused(raw: str) -> None:
    with pytest.raises(UsageError, match="is not of the list theme; write a short name, or an IRI that begins with"):
        term("code/theme", raw)


def test_entities_are_sought_under_the_base_of_the_instance() -> None:
    data = DATA.replace("id/place", "https://example.org/ce/id/place")
    found = bound(question(parameter("id/place")), {"p": "bare"}, context(data, base="https://example.org/ce/"))
    assert found["p"] == ox.NamedNode("https://example.org/ce/id/place/bare")


def test_defaults_are_taken_and_the_language_is_a_parameter_of_every_question() -> None:
    asked = question(
        parameter("code/theme", default="plastics"), parameter("year", "y"), parameter("date", "d", default="today")
    )
    found = bound(asked, {"p": " "}, context(language="sv"))
    assert found == {
        "p": ox.NamedNode(BASE + "code/theme/plastics"),
        "d": ox.Literal("2026-11-24", datatype=ox.NamedNode(XSD + "date")),
        "lang": ox.Literal("sv"),
    }


def test_a_default_of_another_instance_counts_as_none() -> None:
    optional = question(parameter("id/place", default="helsinki"))
    assert "p" not in bound(optional, {}, context())
    with pytest.raises(UsageError, match=r"needs p \(id/place\); its default helsinki is not in this data"):
        bound(question(parameter("id/place", default="helsinki", required=True)), {}, context())


def test_what_is_required_and_what_is_unknown_is_said() -> None:
    with pytest.raises(UsageError, match=r"question 1 \(q\) needs p \(year\); it has no default"):
        bound(question(parameter("year", required=True)), {}, context())
    with pytest.raises(NotFoundError, match="question 1 \\(q\\) has no parameter 'x'; its parameters: p"):
        bound(question(parameter("year")), {"x": "1"}, context())
    with pytest.raises(UsageError, match="'de' is no language of the interface; write en, fi, sv"):
        context(language="de")


def test_contradictory_values_are_refused() -> None:
    years = question(parameter("year", "from"), parameter("year", "to"), ordered=(("from", "to"),))
    assert len(bound(years, {"from": "2020", "to": "2020"}, context())) == 3
    assert len(bound(years, {"from": "2020"}, context())) == 2
    with pytest.raises(
        UsageError, match=r"from \(2022\) is after to \(2019\), so nothing can be between them; swap them"
    ):
        bound(years, {"from": "2022", "to": "2019"}, context())
    numbers = question(parameter("decimal", "low"), parameter("decimal", "high"), ordered=(("low", "high"),))
    assert bound(numbers, {"low": "9", "high": "10"}, context())["low"].value == "9"
