"""Whatever is wrong with a table is named with its file, line, column and cell, and what to do about it."""

from __future__ import annotations

import pytest
from small_instance import CODE, ID, THINGS, Instance, column

from ce_graph.errors import DataError

GOOD = "lamp,Lamp,,light,,,,,,,,,,fair"


def row(**cells: str) -> str:
    """A row of the table of things, right but for the cells given."""
    names = THINGS.strip().split(",")
    values = {"id": "vase", "kind": "thing", "source": "fair"} | cells
    return ",".join(values.get(name, "") for name in names)


def only(instance: Instance) -> str:
    """The one thing that the build says."""
    (said,) = instance.said()
    return said


def test_a_small_instance_without_faults_is_complete(instance: Instance) -> None:
    built = instance.build()
    assert built.complete
    assert built.report["rows"] == 8
    assert built.report["refused"] == 0


@pytest.mark.parametrize(
    ("cell", "place", "said"),
    [
        ("amount", "E4", "'12,5' is not a valid decimal; write digits with a point, such as 1234.5"),
        ("count", "F4", "'many' is not a valid integer; write digits only"),
        ("bought", "G4", "'1.2.2021' is not a valid date; write year-month-day, such as 2021-11-30"),
        ("year", "H4", "'21' is not a valid year; write a year of four digits"),
        ("useful", "J4", "'TOSI' is not a valid truth value; write true or false"),
        ("id", "A4", "'Vase No 1' does not have the form that the column asks for; it must match"),
        ("page", "L4", "'https://a.example/?x[]=1' does not make an IRI; look for blanks, brackets and accents"),
        ("page", "L4", "'not a page' does not make an IRI; look for blanks, brackets and accents"),
    ],
)
def test_a_wrong_cell_is_named_with_its_place_and_what_to_write(
    instance: Instance, cell: str, place: str, said: str
) -> None:
    wrong = said.split("'")[1]
    instance.add("things", row(**{cell: f'"{wrong}"'}))
    assert only(instance).startswith(f"tables/things.csv:4: column '{cell}' (cell {place}): {said}")


@pytest.mark.parametrize("text", ["NaN", "INF", "Infinity", "1e3", "5%", "1_000", " 5", "٣", "1 000", "--1", "."])
def test_a_decimal_is_digits_and_a_point_and_nothing_else(instance: Instance, text: str) -> None:
    instance.add("things", row(amount=text))
    assert "is not a valid decimal" in only(instance)


@pytest.mark.parametrize("text", ["5.0", "1_000", "٣", "1e3", "0x10"])
def test_an_integer_is_digits_and_nothing_else(instance: Instance, text: str) -> None:
    instance.add("things", row(count=text))
    assert "is not a valid integer" in only(instance)


def test_a_number_out_of_bounds_says_the_bound(instance: Instance) -> None:
    instance.add("things", row(amount="-1"))
    assert only(instance) == "tables/things.csv:4: column 'amount' (cell E4): '-1' is too small; write 0 or more"


@pytest.mark.parametrize("text", ["2021-02-29", "2021-11-31", "2021-13", "2021-00"])
def test_an_impossible_date_stays_out_of_the_column_that_interprets_it(instance: Instance, text: str) -> None:
    instance.add("things", row(seen=text))
    said = only(instance)
    assert f"'{text}' does not exist in the calendar" in said
    assert "leave this cell empty, and keep the date as the source has it in the column for its words" in said


@pytest.mark.parametrize("text", ["2021-W01-1", "20210101", "2021-1", "31.11.2021", "0000", "２０２１", "2021-11-30\n"])
def test_a_date_of_another_form_is_no_date(instance: Instance, text: str) -> None:
    instance.add("things", row(seen=f'"{text}"'))
    assert "is not a valid date; write a year, year-month or year-month-day" in only(instance)


def test_a_required_cell_that_is_empty_is_named(instance: Instance) -> None:
    instance.add("things", row(kind=""))
    assert only(instance) == (
        "tables/things.csv:4: column 'kind' (cell D4): the cell is empty, but a value is required"
    )


def test_every_wrong_cell_of_a_row_is_named(instance: Instance) -> None:
    instance.add("things", row(amount="x", count="y"))
    assert [said.split(": ")[1] for said in instance.said()] == [
        "column 'amount' (cell E4)",
        "column 'count' (cell F4)",
    ]


def test_a_missing_key_is_a_fault_even_where_the_metadata_do_not_require_it(instance: Instance) -> None:
    instance.rows("sources", "id,heading\nfair,\nmarket,\n,Nameless\n")
    metadata = instance.described("sources")
    del metadata["tableSchema"]["columns"][0]["required"]
    instance.describe("sources", metadata)
    assert only(instance) == "tables/sources.csv:4: column 'id' (cell A4): the cell is empty, but a value is required"


def test_a_duplicate_key_names_the_line_that_has_it_already(instance: Instance) -> None:
    instance.add("things", GOOD)
    assert only(instance) == (
        "tables/things.csv:4: column 'id' (cell A4): duplicate key: id 'lamp' stands in line 2 already;"
        " change one of them or delete one"
    )


@pytest.mark.parametrize("cells", [13, 15])
def test_a_row_with_too_few_or_too_many_cells_says_how_many(instance: Instance, cells: int) -> None:
    instance.add("things", "vase" + "," * (cells - 1))
    assert only(instance) == (
        f"tables/things.csv:4: the row has {cells} cells, the header 14; look for a missing or stray separator,"
        " a decimal comma, or a text with commas that is not quoted"
    )


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        ("id,heading,extra", "header: unknown 'extra'"),
        ("id", "header: missing 'heading'"),
        ("id,id,heading", "header: twice 'id'"),
        ("heading,id", "header: the columns stand in another order"),
        ("Id,Heading", "this line has none of the columns' names"),
        ("", "this line has none of the columns' names"),
    ],
)
def test_a_header_that_is_not_that_of_the_metadata_says_what_differs(
    instance: Instance, header: str, fault: str
) -> None:
    instance.rows("sources", f"{header}\n")
    said = instance.said()
    assert said[0] == f"tables/sources.csv:1: {fault}; the header must have the columns of the metadata, in their order"


@pytest.mark.parametrize("sign", [";", "\t"])
def test_a_table_that_is_not_separated_by_commas_says_so(instance: Instance, sign: str) -> None:
    instance.rows("sources", f"id{sign}heading\nfair{sign}The fair\n")
    assert instance.said()[0] == (
        f"tables/sources.csv:1: the cells are separated by {sign!r} instead of commas;"
        " save the file as CSV with commas, or add its rows with ce-graph import"
    )


def test_rows_that_refer_to_a_row_with_too_few_cells_follow_from_it(instance: Instance) -> None:
    instance.add("things", "vase,,", row(id="jug", kind="thing", near="vase", source="fair"))
    assert [(refusal.line, refusal.follows) for refusal in instance.build().refusals] == [(4, False), (5, True)]


def test_a_row_with_a_wrong_cell_is_told_of_its_unknown_codes_as_well(instance: Instance) -> None:
    instance.add("things", row(id="vase", kind="thin", amount="x", source="fair"))
    cell, code = instance.said()
    assert "'x' is not a valid decimal" in cell
    assert code == (
        "tables/things.csv:4: column 'kind' (cell D4): 'thin' is not in codes/kind.csv; did you mean 'thing'?"
    )


def test_blanks_around_a_code_do_not_keep_from_suggesting_it(instance: Instance) -> None:
    instance.add("things", row(id="vase", kind="\u00a0thing    ", source="fair"))
    assert only(instance).endswith("did you mean 'thing'?")


def test_what_depends_on_a_file_that_cannot_be_read_is_not_called_wrong_itself(instance: Instance) -> None:
    instance.rows("codes/kind", "notation,label\n")
    first, *others = instance.build().refusals
    assert not first.follows
    assert len(others) == 2
    assert all(refusal.follows and "was refused itself" in refusal.reason for refusal in others)


def test_an_unclosed_quotation_mark_names_the_line_on_which_it_opens(instance: Instance) -> None:
    instance.add("things", row(id="vase", name_en='"never closed'), row(id="jug"))
    assert only(instance) == (
        "tables/things.csv:4: not readable as CSV: unexpected end of data; check the quotation marks from this line on"
    )


def test_text_after_a_closing_quotation_mark_is_a_fault(instance: Instance) -> None:
    instance.add("things", row(name_en='"A" vase'))
    assert only(instance).startswith("tables/things.csv:4: not readable as CSV: ',' expected after '\"'")


def test_an_endless_cell_ends_the_reading(instance: Instance) -> None:
    instance.add("things", row(name_en='"' + "x" * 200_000))
    assert "tables/things.csv:4: not readable as CSV: field larger than field limit" in only(instance)


@pytest.mark.parametrize(("character", "name"), [("\0", "U+0000"), ("\a", "U+0007"), ("\x0b", "U+000B")])
def test_a_control_character_is_named_by_its_number(instance: Instance, character: str, name: str) -> None:
    instance.add("things", row(name_en=f"A{character}vase"))
    assert only(instance) == (
        f"tables/things.csv:4: column 'name_en' (cell B4): the cell holds a control character ({name}); delete it"
    )


def test_a_file_that_is_not_utf_8_names_the_byte_and_its_line(instance: Instance) -> None:
    instance.rows("sources", "id,heading\nfair,Fair\nmarket,Törg\n".encode("latin-1"))
    assert instance.said()[0] == (
        "tables/sources.csv:3: not UTF-8: byte 0xF6 cannot be decoded; save the file as CSV UTF-8"
    )


def test_a_bad_byte_far_down_a_large_file_is_found_on_its_line(instance: Instance) -> None:
    rows = "".join(f"s{number},\n" for number in range(5000))
    instance.rows("sources", b"id,heading\nfair,\nmarket,\n" + rows.encode() + b"last,\xff\n")
    assert only(instance).startswith("tables/sources.csv:5004: not UTF-8: byte 0xFF")


def test_utf_16_is_not_utf_8(instance: Instance) -> None:
    instance.rows("sources", "id,heading\nfair,\nmarket,\n".encode("utf-16"))
    assert instance.said()[0].startswith("tables/sources.csv:1: not UTF-8: byte 0xFF")


@pytest.mark.parametrize("mark", ["\ufeff", ""])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_a_byte_order_mark_and_any_line_ending_are_fine(instance: Instance, mark: str, ending: str) -> None:
    expected = instance.build().lines
    for name in ("things", "sources", "codes/kind", "codes/measure"):
        text = instance.path(name).read_text(encoding="utf-8")
        instance.rows(name, mark + text.replace("\n", ending))
    assert instance.build().lines == expected


def test_lines_and_cells_count_as_an_editor_and_a_spreadsheet_count_them(instance: Instance) -> None:
    """A text of three lines is one row of a spreadsheet, a blank line is one as well."""
    instance.add("things", row(id="jug", name_en='"of\nthree\nlines"'), "", row(amount="x"))
    assert only(instance).startswith("tables/things.csv:8: column 'amount' (cell E6)")


def test_blank_rows_are_no_rows(instance: Instance) -> None:
    instance.add("things", "", "," * 13)
    built = instance.build()
    assert built.complete
    assert built.report["rows"] == 8


def test_an_empty_file_needs_a_header(instance: Instance) -> None:
    instance.rows("things", "")
    assert only(instance) == "tables/things.csv: the file is empty; it needs at least a header line"


def test_a_missing_file_is_named(instance: Instance) -> None:
    instance.path("things").unlink()
    assert only(instance) == "tables/things.csv: cannot be read: No such file or directory"


def test_a_list_with_an_empty_or_a_repeated_item_is_a_fault(instance: Instance) -> None:
    instance.add("things", row(id="jug", near="lamp;;stool"), row(near="lamp; lamp"))
    empty, repeated = instance.said()
    assert empty == (
        "tables/things.csv:4: column 'near' (cell K4): 'lamp;;stool': the list has an empty or a repeated item;"
        " put one ';' between two items"
    )
    assert "(cell K5): 'lamp; lamp'" in repeated


def test_an_unknown_code_is_refused_with_a_suggestion(instance: Instance) -> None:
    instance.add("things", row(kind="lihgt"))
    assert only(instance) == (
        "tables/things.csv:4: column 'kind' (cell D4): 'lihgt' is not in codes/kind.csv; did you mean 'light'?"
    )


def test_a_value_like_no_other_is_told_what_there_is(instance: Instance) -> None:
    instance.add("things", row(kind="xyzzy"))
    assert only(instance).endswith("'xyzzy' is not in codes/kind.csv; known are thing, light, seat")


def test_a_foreign_key_to_nowhere_is_refused_also_where_it_makes_no_statement(instance: Instance) -> None:
    instance.add("things", row(source="fairr"))
    assert only(instance) == (
        "tables/things.csv:4: column 'source' (cell N4): 'fairr' is not in sources.csv; did you mean 'fair'?"
    )


def test_a_foreign_key_without_a_template_is_refused_as_well(instance: Instance) -> None:
    instance.add("things", row(weighed_in="kgs"))
    assert "(cell M4): 'kgs' is not in codes/measure.csv; did you mean 'kg'?" in only(instance)


def test_a_reference_to_nowhere_through_a_template_is_refused(instance: Instance) -> None:
    instance.add("things", row(near="lamp;stol"))
    assert only(instance) == (
        "tables/things.csv:4: column 'near' (cell K4): 'stol' is not in things.csv; did you mean 'stool'?"
    )


def test_a_row_may_refer_to_a_row_below_it_and_to_itself(instance: Instance) -> None:
    instance.add("things", row(id="jug", near="vase;jug"), row(id="vase"))
    assert instance.build().complete


def test_a_code_whose_broader_code_is_missing_is_refused(instance: Instance) -> None:
    instance.add("codes/kind", "pot,Pot,vesel")
    assert "'vesel' is not in codes/kind.csv" in only(instance)


def test_rows_that_refer_to_a_refused_row_go_with_it(instance: Instance) -> None:
    instance.add("things", row(id="jug", amount="x"), row(id="tray", near="jug"), row(id="shelf", near="tray"))
    built = instance.build()
    assert [(refusal.line, refusal.follows) for refusal in built.refusals] == [(4, False), (5, True), (6, True)]
    assert "'tray' was refused itself" in str(built.refusals[2])
    assert not any(f"{ID}thing/{name}" in line for line in built.lines for name in ("jug", "tray", "shelf"))


def test_a_long_chain_of_references_to_a_refused_row_is_followed_to_its_end(instance: Instance) -> None:
    instance.add("things", row(id="n0", kind="nothing"), *(row(id=f"n{n}", near=f"n{n - 1}") for n in range(1, 3000)))
    built = instance.build()
    assert len(built.refusals) == 3000
    assert sum(not refusal.follows for refusal in built.refusals) == 1
    assert len([line for line in built.lines if f"{ID}thing/" in line]) > 0


def test_many_unknown_names_are_all_refused_but_not_all_compared_with_every_name(instance: Instance) -> None:
    instance.add("things", *(row(id=f"n{n}", kind=f"kind-{n}") for n in range(300)))
    said = instance.said()
    assert len(said) == 300
    assert sum("known are" in line or "did you mean" in line for line in said) == 100


def test_broken_turtle_is_named_with_its_line(instance: Instance) -> None:
    instance.model("more.ttl", "@prefix a: <http://example.org/> .\na:b a:c a:d .\na:e a:f .\n")
    assert only(instance).startswith("more.ttl:3: ")


def test_turtle_that_is_not_utf_8_is_named(instance: Instance) -> None:
    (instance.root / "more.ttl").write_bytes(b"<http://a.example/b> <http://a.example/c> 'T\xf6rg' .\n")
    assert only(instance).startswith("more.ttl")


def test_a_relative_iri_in_turtle_is_an_error_as_its_meaning_would_depend_on_the_folder(instance: Instance) -> None:
    instance.model("more.ttl", "<#a> <http://a.example/b> <http://a.example/c> .\n")
    assert only(instance).startswith("more.ttl:1: ")


def test_a_hand_modelled_reference_to_nowhere_is_named_with_its_line(instance: Instance) -> None:
    instance.model(
        "more.trig",
        f"@prefix thing: <{ID}thing/> .\n"
        f"<{CODE}kind/light> <http://a.example/near> thing:lamp .\n"
        f"thing:stool <http://a.example/near>\n  thing:lampp .\n",
    )
    assert only(instance) == (f"more.trig:4: nothing describes <{ID}thing/lampp>; did you mean 'lamp'?")


def test_a_hand_modelled_reference_to_a_refused_row_follows_from_it(instance: Instance) -> None:
    instance.rows("things", THINGS + row(id="lamp", amount="x") + "\n")
    instance.model("more.ttl", f"<{CODE}kind/light> <http://a.example/of> <{ID}thing/lamp> .\n")
    wrong, following = instance.build().refusals
    assert not wrong.follows
    assert following.follows
    assert "was refused itself" in following.reason


def test_hand_modelled_things_can_be_referred_to_from_tables(instance: Instance) -> None:
    instance.model("more.ttl", f"<{ID}thing/sofa> a <http://a.example/Sofa> .\n")
    instance.add("things", row(near="sofa"))
    assert instance.build().complete


def test_a_file_without_metadata_is_not_passed_over(instance: Instance) -> None:
    instance.rows("notes", "id\n1\n")
    with pytest.raises(
        DataError, match=r"notes\.csv: a table without metadata; write .*notes-metadata\.json beside it"
    ):
        instance.build()


def test_a_folder_without_tables_is_none(tmp_path_factory: pytest.TempPathFactory, instance: Instance) -> None:
    for path in sorted(instance.root.rglob("*-metadata.json")):
        path.unlink()
    with pytest.raises(DataError, match=r"no tables here \(looked for \*-metadata\.json\)"):
        instance.build()
    with pytest.raises(DataError, match="no folder 'tables' here"):
        Instance.build(type("Elsewhere", (), {"root": tmp_path_factory.mktemp("empty")})())  # type: ignore[arg-type]


def test_an_empty_column_of_one_table_does_not_hide_one_of_another(instance: Instance) -> None:
    metadata = instance.described("things")
    metadata["tableSchema"]["columns"].insert(14, column("colour", "http://a.example/colour"))
    instance.describe("things", metadata)
    assert instance.said()[0].startswith("tables/things.csv:1: header: missing 'colour'")


def test_an_impossible_month_is_told_in_words_also_where_the_column_has_a_pattern(instance: Instance) -> None:
    described = instance.described("things")
    seen = next(column for column in described["tableSchema"]["columns"] if column["name"] == "seen")
    seen["datatype"]["format"] = r"\d{4}(-(0[1-9]|1[0-2]))?"
    instance.describe("things", described)
    instance.add("things", row(seen="2021-13"))
    assert "'2021-13' does not exist in the calendar" in only(instance)


def test_a_relative_iri_in_a_hand_modelled_file_says_what_to_write(instance: Instance) -> None:
    instance.model("more.ttl", "<a> <b> <c> .\n")
    assert only(instance).endswith("write the IRI in full or with a prefix: a relative one depends on the folder")
