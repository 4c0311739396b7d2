"""What the tests of the model share."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from made_tables import code, make_table, plain

from ce_graph.model.flows.table import FlowTable
from ce_graph.model.names import Names


@pytest.fixture
def table() -> Callable[..., FlowTable]:
    return make_table


@pytest.fixture
def names() -> Names:
    labels = {
        code(name): {"en": name.replace("-", " ")}
        for name in ("land", "county", "town", "waste", "paper", "plastic", "R1", "R3", "D1", "homes", "measured")
    }
    labels[code("area")] = {"en": "the joint area", "fi": "yhteinen alue"}
    return Names(labels, {code("area"): ["joint area (town and village)"]})


@pytest.fixture(name="plain")
def _plain() -> Callable[..., dict[tuple[str, ...], Decimal]]:
    return plain


@pytest.fixture(name="code")
def _code() -> Callable[[str], str]:
    return code
