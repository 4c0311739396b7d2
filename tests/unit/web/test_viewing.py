"""What a page has of a view's table."""

from __future__ import annotations

from decimal import Decimal

from ce_graph.overview.view import Column, Link, Table
from ce_graph.web.viewing import beginning


def test_a_page_has_the_first_rows_and_the_columns_that_say_something_in_them() -> None:
    columns = [Column(name, name) for name in ("name", "none", "empty", "zero", "no", "late", "links")]
    rows = [["a", None, "", Decimal(0), False, None, []] for _ in range(100)]
    rows[3][6] = [Link("urn:a", "A")]
    rows.append(["z", None, "", Decimal(1), True, "far down", []])
    found = beginning(Table(columns, rows, "caption"))
    assert [column.name for column in found.columns] == ["name", "zero", "no", "links"]
    assert len(found.rows) == 80
    assert found.rows[3] == ["a", Decimal(0), False, [Link("urn:a", "A")]]
    assert found.caption == "caption"


def test_the_first_column_stays_whatever_it_says() -> None:
    assert [column.name for column in beginning(Table([Column("name", "name")], [[None]])).columns] == ["name"]
