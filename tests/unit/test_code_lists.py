"""The code lists: complete, well-formed, true to their sources, and described by valid CSVW metadata."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from decimal import Decimal
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from csvw import CSVW

from ce_graph import resources

if TYPE_CHECKING:
    from collections.abc import Iterator

CODE = "https://w3id.org/ce-graph/code/"
QUDT_UNIT = "http://qudt.org/vocab/unit/"

SIZES = {
    "basis": 9,
    "confidence": 3,
    "decision": 3,
    "derivation": 2,
    "direction": 3,
    "ewc": 973,
    "hazard-property": 16,
    "nace-2": 996,
    "nace-2.1": 1047,
    "qualifier": 10,
    "quantity-kind": 15,
    "status": 20,
    "strategy": 10,
    "treatment": 28,
    "unit": 33,
    "value-kind": 4,
}
TREES = ("ewc", "nace-2", "nace-2.1")
TITLE_REFERENCE = re.compile(r"others? than (?:those|that|the wastes) mentioned in (.+)$")


def _file(name: str) -> Path:
    return resources.data() / "tables" / "codes" / name


@cache
def _rows(scheme: str) -> tuple[dict[str, str], ...]:
    with _file(f"{scheme}.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))


def _by_notation(scheme: str) -> dict[str, dict[str, str]]:
    return {row["notation"]: row for row in _rows(scheme)}


def _metadata(scheme: str) -> dict[str, Any]:
    return json.loads(_file(f"{scheme}-metadata.json").read_text(encoding="utf-8"))


def _codes() -> list[dict[str, str]]:
    return [row for row in _rows("ewc") if row["level"] == "code"]


def _mirrors(row: dict[str, str]) -> list[str]:
    return row["mirror"].split(";") if row["mirror"] else []


def _referred_to(title: str) -> set[str]:
    """The six-digit codes that a title's "other than those mentioned in …" names; ranges are spelled out."""
    found = TITLE_REFERENCE.search(title)
    named: set[str] = set()
    for first, last in re.findall(r"(\d\d \d\d \d\d)(?: to (\d\d \d\d \d\d))?", found.group(1) if found else ""):
        low, high = first.replace(" ", ""), (last or first).replace(" ", "")
        named |= {row["notation"] for row in _codes() if low <= row["notation"] <= high}
    return named


# files and metadata


@pytest.mark.parametrize("scheme", sorted(path.stem for path in _file("").glob("*.csv")))
def test_every_list_is_described_by_valid_metadata_and_keeps_its_keys(scheme: str) -> None:
    table = CSVW(str(_file(f"{scheme}-metadata.json")), validate=True, strict=False)
    assert table.is_valid, table.warnings
    assert len(list(table.tables[0].iterdicts())) == len(_rows(scheme))


@pytest.mark.parametrize(("scheme", "size"), SIZES.items())
def test_every_list_has_its_number_of_codes(scheme: str, size: int) -> None:
    assert len(_rows(scheme)) == size
    assert len(_by_notation(scheme)) == size


@pytest.mark.parametrize("scheme", SIZES)
def test_files_are_utf8_with_unix_line_ends_and_no_stray_blanks(scheme: str) -> None:
    raw = _file(f"{scheme}.csv").read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    assert not [cell for row in _rows(scheme) for cell in row.values() if cell != cell.strip() or "  " in cell]


@pytest.mark.parametrize("scheme", SIZES)
def test_metadata_describes_the_concept_scheme_and_the_graph(scheme: str) -> None:
    metadata = _metadata(scheme)
    assert {title["@language"] for title in metadata["dc:title"]} == {"en", "fi", "sv"}
    assert metadata["dc:description"]["@value"].endswith(".")
    assert metadata["dc:license"]["@id"].startswith("http")
    assert metadata["dc:source"]
    assert metadata["http://www.w3.org/2002/07/owl#versionInfo"]
    assert metadata["https://w3id.org/ce-graph/ontology#graph"] == "https://w3id.org/ce-graph/graph/codes"


@pytest.mark.parametrize("scheme", SIZES)
def test_metadata_names_columns_as_the_header_does_and_titles_them_in_three_languages(scheme: str) -> None:
    columns = _metadata(scheme)["tableSchema"]["columns"]
    real = [column for column in columns if not column.get("virtual")]
    assert [column["name"] for column in real] == list(_rows(scheme)[0])
    for column in real:
        assert set(column["titles"]) == {"und", "en", "fi", "sv"}
        assert column["titles"]["und"] == column["name"]
        assert column["dc:description"].endswith(".")
        assert column.get("suppressOutput") or column["propertyUrl"]


@pytest.mark.parametrize("scheme", SIZES)
def test_metadata_makes_every_row_a_concept_of_its_scheme(scheme: str) -> None:
    schema = _metadata(scheme)["tableSchema"]
    virtual = {column["propertyUrl"]: column["valueUrl"] for column in schema["columns"] if column.get("virtual")}
    assert virtual == {"rdf:type": "skos:Concept", "skos:inScheme": CODE + scheme}
    assert schema["primaryKey"] == "notation"
    about = "{+iri}" if scheme in {"unit", "quantity-kind"} else f"{CODE}{scheme}/{{notation}}"
    assert schema["aboutUrl"] == about


@pytest.mark.parametrize("scheme", SIZES)
def test_notations_need_no_escaping_in_an_iri(scheme: str) -> None:
    assert all(re.fullmatch(r"[A-Za-z0-9.-]+", row["notation"]) for row in _rows(scheme))


def test_the_documentation_names_every_list_and_the_number_of_its_codes() -> None:
    text = (Path(__file__).parents[2] / "docs" / "code-lists.md").read_text(encoding="utf-8")
    assert not [path.stem for path in _file("").glob("*.csv") if f"`{path.stem}`" not in text]
    assert not [scheme for scheme, size in SIZES.items() if f"| `{scheme}` | {size} |" not in text]


# labels


@pytest.mark.parametrize("scheme", [scheme for scheme in SIZES if scheme != "ewc"])
def test_every_code_has_its_labels(scheme: str) -> None:
    columns = [name for name in _rows(scheme)[0] if name.startswith(("label_", "definition_", "description_"))]
    assert "label_en" in columns
    assert not [(row["notation"], name) for row in _rows(scheme) for name in columns if not row[name]]


def test_only_the_two_untitled_subchapters_of_the_list_of_waste_lack_an_english_label() -> None:
    assert [row["notation"] for row in _rows("ewc") if not row["label_en"]] == ["0104", "0105"]


def test_german_labels_of_the_list_of_waste_are_not_english_ones() -> None:
    same_in_both = {"050117", "170402"}  # bitumen, aluminium
    same = [row["notation"] for row in _rows("ewc") if row["label_de"].lower() == row["label_en"].lower() != ""]
    assert set(same) == same_in_both
    english = re.compile(r"\b(wastes?|from|other|than|the|of)\b")
    assert not [row["notation"] for row in _rows("ewc") if english.search(row["label_de"])]


@pytest.mark.parametrize("scheme", TREES)
def test_labels_have_no_digit_inside_a_word(scheme: str) -> None:
    inside = re.compile(r"[^\W\d_]\d+[^\W\d_]|\w\(\d\)")
    assert not [
        row["notation"] for row in _rows(scheme) for name in row if "label" in name and inside.search(row[name])
    ]


@pytest.mark.parametrize("scheme", [scheme for scheme in SIZES if scheme not in TREES])
def test_labels_tell_codes_of_one_list_apart(scheme: str) -> None:
    for name in ("label_en", "label_fi", "label_sv"):
        assert len({row[name] for row in _rows(scheme)}) == len(_rows(scheme))


def _line(scheme: str, start: str) -> list[str]:
    """A code and all that are broader."""
    broader = {row["notation"]: row["broader"] for row in _rows(scheme)}
    line = [start]
    while broader[line[-1]]:
        line.append(broader[line[-1]])
    return line


def _sharing(scheme: str) -> Iterator[tuple[str, str]]:
    """Pairs of codes that have a label of a language in common."""
    for name in ("label_en", "label_fi", "label_sv", "label_de"):
        found: dict[str, list[str]] = {}
        for row in _rows(scheme):
            if row.get(name):
                found.setdefault(row[name].casefold(), []).append(row["notation"])
        for codes in found.values():
            yield from combinations(sorted(codes), 2)


@pytest.mark.parametrize("scheme", ["nace-2", "nace-2.1"])
def test_activities_that_share_a_title_lie_one_below_the_other(scheme: str) -> None:
    pairs = _sharing(scheme)
    assert [
        pair for pair in pairs if pair[0] not in _line(scheme, pair[1]) and pair[1] not in _line(scheme, pair[0])
    ] == []


def test_wastes_of_one_subchapter_have_different_titles() -> None:
    broader = {row["notation"]: row["broader"] for row in _rows("ewc")}
    assert [pair for pair in _sharing("ewc") if broader[pair[0]] == broader[pair[1]]] == []
    assert {pair for pair in _sharing("ewc") if pair[0] in _line("ewc", pair[1])} == {("09", "0901"), ("12", "1201")}


# trees


@pytest.mark.parametrize("scheme", TREES)
def test_trees_end_at_a_top_code_without_a_circle(scheme: str) -> None:
    broader = {row["notation"]: row["broader"] for row in _rows(scheme)}
    for start in broader:
        path = [start]
        while broader[path[-1]]:
            path.append(broader[path[-1]])
            assert len(path) <= 4


@pytest.mark.parametrize(
    ("scheme", "levels"),
    [
        ("ewc", {"chapter": 20, "subchapter": 111, "code": 842}),
        ("nace-2", {"section": 21, "division": 88, "group": 272, "class": 615}),
        ("nace-2.1", {"section": 22, "division": 87, "group": 287, "class": 651}),
    ],
)
def test_trees_have_their_levels_one_below_the_other(scheme: str, levels: dict[str, int]) -> None:
    rows, order = _by_notation(scheme), list(levels)
    assert Counter(row["level"] for row in rows.values()) == levels
    for row in rows.values():
        above = rows[row["broader"]]["level"] if row["broader"] else None
        depth = order.index(row["level"])
        assert above == (order[depth - 1] if depth else None)


@pytest.mark.parametrize("scheme", TREES)
def test_a_narrower_code_begins_with_its_broader_one(scheme: str) -> None:
    odd = [row for row in _rows(scheme) if not row["notation"].startswith(row["broader"])]
    assert all(re.fullmatch("[A-Z]", row["broader"]) for row in odd)  # divisions stand under a lettered section


def test_the_two_versions_of_nace_are_not_mapped_to_each_other() -> None:
    for scheme in ("nace-2", "nace-2.1"):
        described = json.dumps(_metadata(scheme))
        assert "Match" not in described
        assert set(re.findall(re.escape(CODE) + r"(nace-[\d.]*\d)/", described)) == {scheme}


# the list of waste


def test_the_list_of_waste_has_842_codes_in_131_groups() -> None:
    assert len(_codes()) == 842
    assert len(_rows("ewc")) - len(_codes()) == 131


def test_the_printed_code_is_the_notation_in_pairs_with_a_star_for_hazardous_waste() -> None:
    for row in _rows("ewc"):
        star = "*" if row["hazardous"] == "true" else ""
        assert row["display_code"] == re.sub(r"(?<=\d)(?=(\d\d)+$)", " ", row["notation"]) + star


def test_entry_types_agree_with_the_hazardous_flag() -> None:
    for row in _codes():
        assert row["hazardous"] in {"true", "false"}
        assert row["entry_type"].removeprefix("absolute-").removeprefix("mirror-") == (
            "hazardous" if row["hazardous"] == "true" else "non-hazardous"
        )
    assert Counter(row["entry_type"] for row in _codes()) == {
        "absolute-hazardous": 235,
        "absolute-non-hazardous": 256,
        "mirror-hazardous": 173,
        "mirror-non-hazardous": 178,
    }


def test_groups_have_no_hazard_of_their_own() -> None:
    groups = [row for row in _rows("ewc") if row["level"] != "code"]
    assert not [row for row in groups if row["hazardous"] or row["entry_type"] or row["mirror"]]


def test_mirror_pairs_are_symmetric_and_join_a_hazardous_to_a_non_hazardous_entry_of_one_subchapter() -> None:
    rows = _by_notation("ewc")
    for row in _codes():
        for other in _mirrors(row):
            assert row["notation"] in _mirrors(rows[other])
            assert {row["entry_type"], rows[other]["entry_type"]} == {"mirror-hazardous", "mirror-non-hazardous"}
            assert row["broader"] == rows[other]["broader"]


def test_mirror_pairs_are_those_that_the_titles_name() -> None:
    hazardous = {row["notation"] for row in _codes() if row["entry_type"] == "mirror-hazardous"}
    for row in _codes():
        if row["entry_type"] == "mirror-non-hazardous":
            assert set(_mirrors(row)) == _referred_to(row["label_en"]) & hazardous


@pytest.mark.parametrize(
    ("code", "hazardous"),
    [
        ("170504", ["170503"]),
        ("170604", ["170601", "170603"]),
        ("170904", ["170901", "170902", "170903"]),
        ("160509", ["160506", "160507", "160508"]),
        ("010306", ["010305"]),  # 01 03 04, named as well, is an absolute entry
        ("070612", ["070611"]),  # misprinted in the source, see the row's note
        ("160214", []),  # an absolute entry that names others
    ],
)
def test_well_known_entries_have_the_mirrors_of_the_list(code: str, hazardous: list[str]) -> None:
    assert _mirrors(_by_notation("ewc")[code]) == hazardous


def test_mirror_entries_without_a_pair_are_as_many_as_the_documentation_says() -> None:
    unpaired = Counter(row["entry_type"] for row in _codes() if "mirror" in row["entry_type"] and not row["mirror"])
    assert unpaired == {"mirror-hazardous": 31, "mirror-non-hazardous": 37}
    assert sum(len(_mirrors(row)) for row in _codes()) == 2 * 148


def test_titles_refer_only_to_codes_that_exist() -> None:
    rows = _by_notation("ewc")
    named = {code.replace(" ", "") for row in _codes() for code in re.findall(r"\d\d \d\d \d\d", row["label_en"])}
    assert named <= set(rows)


# treatments, strategies, hazard properties


def test_treatments_are_r1_to_r13_and_d1_to_d15() -> None:
    expected = [f"R{number}" for number in range(1, 14)] + [f"D{number}" for number in range(1, 16)]
    assert [row["notation"] for row in _rows("treatment")] == expected
    assert all(row["kind"] == ("recovery" if row["notation"][0] == "R" else "disposal") for row in _rows("treatment"))


def test_every_treatment_has_a_rank_and_a_reason_and_the_first_rank_is_kept_for_reuse() -> None:
    assert {int(row["circularity_rank"]) for row in _rows("treatment")} == {2, 3, 4, 5, 6}
    assert all(row["rank_reason_en"].endswith(".") for row in _rows("treatment"))


def test_ranks_follow_the_waste_hierarchy() -> None:
    rank = {row["notation"]: int(row["circularity_rank"]) for row in _rows("treatment")}
    assert {rank[f"R{number}"] for number in range(2, 10)} == {2}
    assert rank["R3"] < rank["R10"] == rank["R11"] < rank["R1"] < rank["D10"] < rank["D1"]
    recovery = {value for code, value in rank.items() if code.startswith("R")}
    disposal = {value for code, value in rank.items() if code.startswith("D")}
    assert max(recovery) < min(disposal)


def test_interim_operations_are_those_that_another_one_follows() -> None:
    interim = {row["notation"] for row in _rows("treatment") if row["interim"] == "true"}
    assert interim == {"R12", "R13", "D13", "D14", "D15"}
    assert {row["interim"] for row in _rows("treatment")} == {"true", "false"}


def test_a_treatment_category_but_reuse_ranks_as_one_of_the_operations_it_covers() -> None:
    """Preparing for reuse comes under operations that are mostly recycling, and is better than that."""
    rank = {row["notation"]: row["circularity_rank"] for row in _rows("treatment")}
    for row in _rows("treatment-category"):
        if row["notation"] == "reuse":
            assert int(row["circularity_rank"]) < min(int(rank[code]) for code in row["operation"].split(";"))
            continue
        covered = {rank[code] for code in row["operation"].split(";") if code}
        assert not covered or not row["circularity_rank"] or row["circularity_rank"] in covered


def test_strategies_are_r0_to_r9_in_order() -> None:
    assert [(row["notation"], row["rank"]) for row in _rows("strategy")] == [(f"R{n}", str(n)) for n in range(10)]


def test_hazard_properties_are_hp1_to_hp15_and_pop() -> None:
    expected = [f"HP{number}" for number in range(1, 16)] + ["HPPOP"]
    assert [row["notation"] for row in _rows("hazard-property")] == expected
    assert all(row["display_code"] == f"HP {row['notation'][2:]}" for row in _rows("hazard-property"))


# units


def test_factors_are_exact_decimals() -> None:
    for row in _rows("unit"):
        assert re.fullmatch(r"\d+(\.\d+)?", row["factor"])
        assert Decimal(row["factor"]) > 0


def test_every_unit_has_an_iri_of_its_own_that_is_qudts_or_its_code() -> None:
    assert len({row["iri"] for row in _rows("unit")}) == len(_rows("unit"))
    for row in _rows("unit"):
        assert row["iri"] == f"{CODE}unit/{row['notation']}" or re.fullmatch(
            re.escape(QUDT_UNIT) + r"[A-Za-z0-9_-]+", row["iri"]
        )


def test_quantity_kinds_of_units_are_in_their_list_and_each_has_a_reference_unit() -> None:
    kinds = [row["iri"] for row in _rows("quantity-kind")]
    assert len(set(kinds)) == len(kinds)
    references = {row["quantity_kind"] for row in _rows("unit") if row["factor"] == "1" and row["per_year"] == "false"}
    assert references == {row["quantity_kind"] for row in _rows("unit")} == set(kinds)


@pytest.mark.parametrize(
    ("spelling", "tonnes"),
    [("t", "1"), ("1000 t", "1000"), ("kt", "1000"), ("million kg", "1000"), ("million t", "1000000"), ("kg", "0.001")],
)
def test_mass_units_as_sources_spell_them_become_tonnes(spelling: str, tonnes: str) -> None:
    found = [row for row in _rows("unit") if spelling in {row["notation"], row["symbol"], *row["alt_label"].split(";")}]
    assert [row["factor"] for row in found] == [tonnes]


def test_a_spelling_belongs_to_one_unit_only() -> None:
    spellings = [
        (spelling, row["notation"])
        for row in _rows("unit")
        for spelling in {row["notation"], row["symbol"], *row["alt_label"].split(";")} - {""}
    ]
    assert [spelling for spelling, count in Counter(name for name, _ in spellings).items() if count > 1] == []


# states and words


@pytest.mark.parametrize(
    ("scheme", "needed"),
    [
        ("basis", {"measured", "estimated", "modelled", "capacity", "planned", "calculated", "derived", "contract"}),
        ("qualifier", {"about", "over", "under", "at-least", "at-most", "nearly", "just-under", "range", "nil"}),
        ("confidence", {"high", "medium", "low"}),
        ("decision", {"granted", "rejected", "pending"}),
        ("value-kind", {"actual", "target", "scenario", "theoretical"}),
        ("derivation", {"published", "computed"}),
        ("direction", {"higher", "lower", "none"}),
        ("status", {"planned", "funded", "running", "ended", "call-open", "call-closed", "in-operation", "closed"}),
    ],
)
def test_small_lists_have_the_codes_that_the_tables_use(scheme: str, needed: set[str]) -> None:
    assert needed <= set(_by_notation(scheme))
