"""Cells become canonical literals: equal values are written in one way."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ce_graph.ingest.cells import Cell
from ce_graph.ingest.columns import canonical, exists, literal, shown

XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("1.50", "1.5"),
        ("1.0", "1"),
        ("100", "100"),
        ("1E+3", "1000"),
        ("1E-7", "0.0000001"),
        ("-0", "0"),
        ("-0.0", "0"),
        ("+5", "5"),
        ("007", "7"),
        (".5", "0.5"),
        ("-.50", "-0.5"),
        ("123456789012345678901234567890.1234567890", "123456789012345678901234567890.123456789"),
    ],
)
def test_a_decimal_has_no_exponent_no_trailing_zeros_and_no_negative_zero(number: str, text: str) -> None:
    assert canonical(Decimal(number)) == text


@pytest.mark.parametrize(
    ("text", "type_name", "expected"),
    [
        ("2021", "partialDate", f'"2021"^^<{XSD}gYear>'),
        ("2021-11", "partialDate", f'"2021-11"^^<{XSD}gYearMonth>'),
        ("2021-11-30", "partialDate", f'"2021-11-30"^^<{XSD}date>'),
        ("2021", "gYear", f'"2021"^^<{XSD}gYear>'),
        ("2021-11-30", "date", f'"2021-11-30"^^<{XSD}date>'),
        ("1", "boolean", f'"true"^^<{XSD}boolean>'),
        ("false", "boolean", f'"false"^^<{XSD}boolean>'),
        ("1.50", "decimal", f'"1.5"^^<{XSD}decimal>'),
        ("+007", "integer", f'"7"^^<{XSD}integer>'),
        ("5", "nonNegativeInteger", f'"5"^^<{XSD}integer>'),
        ("1" * 5000, "integer", f'"{"1" * 5000}"^^<{XSD}integer>'),
    ],
)
def test_a_date_is_as_precise_as_it_is_written_and_a_number_canonical(text: str, type_name: str, expected: str) -> None:
    assert literal(text, type_name) == expected


def test_text_is_escaped_so_that_a_statement_stays_on_its_line() -> None:
    assert literal('two\nlines, a "quote", a \\ and a\ttab', "string") == (
        r'"two\nlines, a \"quote\", a \\ and a\ttab"'
    )
    assert literal("Käringmossen", "string", "sv") == '"Käringmossen"@sv'


@pytest.mark.parametrize("date", ["2020-02-29", "2020-02", "2020", "0001", "9999-12-31"])
def test_days_of_the_calendar_exist(date: str) -> None:
    assert exists(date)


@pytest.mark.parametrize("date", ["2021-02-29", "2021-11-31", "2021-13", "2021-00-01", "0000"])
def test_other_days_do_not(date: str) -> None:
    assert not exists(date)


def test_a_message_repeats_no_more_of_a_cell_than_is_needed_to_find_it() -> None:
    assert shown("short") == "'short'"
    assert len(shown("x" * 10_000)) == 82
    assert shown("x" * 10_000).endswith("…'")


@pytest.mark.parametrize(("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (703, "AAA")])
def test_columns_are_lettered_as_spreadsheets_do(number: int, letters: str) -> None:
    assert Cell("f.csv", 2, 1, "x", number, "").letter == letters


def test_a_cell_names_its_place_for_an_editor_and_for_a_spreadsheet() -> None:
    assert str(Cell("t/flows.csv", 12, 9, "amount", 13, "x")) == "t/flows.csv:12: column 'amount' (cell M10)"
