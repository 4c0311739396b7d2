"""Grouped flows become nodes and links, circles included."""

from __future__ import annotations

import pytest

from ce_graph.errors import UsageError
from ce_graph.model.flows.grouping import group
from ce_graph.model.flows.links import ends, links


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (["source", "target"], ("source", "target")),
        (["target", "source", "year"], ("source", "target")),
        (["target", "material", "source"], ("source", "material", "target")),
        (["material", "treatment"], ("material", "treatment")),
        (["treatment", "year"], None),
    ],
)
def test_two_dimensions_make_a_diagram(by, expected):
    assert ends(by) == expected


def test_an_actor_is_one_node_at_both_ends(table):
    made = table(
        {
            "a": {"amount": 10, "source": "x", "target": "y"},
            "b": {"amount": 4, "source": "y", "target": "x"},
        }
    )
    found = links(group(made, made.known, "source,target"), ("source", "target"))
    short = [(link.source[-1], link.target[-1], link.amount) for link in found.links]
    assert short == [("x", "y", 10), ("y", "x", 4)]
    assert len(found.nodes) == 2


def test_values_of_two_dimensions_are_nodes_of_their_columns(table):
    made = table({"a": {"amount": 10, "material": "paper", "treatment": "R3"}, "b": {"amount": 5, "material": "paper"}})
    found = links(group(made, made.known, "source,material,treatment"), ("source", "material", "treatment"))
    assert sorted((link.source.split("/")[-1], link.target.split("/")[-1], link.amount) for link in found.links) == [
        ("home", "paper", 15),
        ("paper", "R3", 10),
        ("paper", "treatment ", 5),
    ]


def test_what_is_kept_apart_stays_apart(table):
    made = table({"a": {"amount": 10}, "b": {"amount": 4, "stage": "collection"}})
    found = links(group(made, made.known, "source,target"), ("source", "target"))
    assert [link.note[0].rpartition("/")[2] for link in found.links] == ["treatment", "collection"]


def test_several_years_do_not_fit_one_diagram(table):
    made = table({"a": {"amount": 10}, "b": {"amount": 4, "year": None}})
    with pytest.raises(UsageError, match="choose one: not stated, 2020"):
        links(group(made, made.known, "source,target"), ("source", "target"))
