"""A question's file is read whole or refused with file, line and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from ce_graph import resources
from ce_graph.errors import DataError, NotFoundError
from ce_graph.query.columns import columns
from ce_graph.query.questions import GROUPS, Questions, load
from ce_graph.query.texts import LANGUAGES, listed, text_in

HEADER = """\
# number = 7
# group = "company"
# answer = "data"
# title.en = "A"
# title.fi = "B"
# title.sv = "C"
# description.en = "D"
# description.fi = "E"
# description.sv = "F"
"""
PARAMETER = """\
#
# [parameter.theme]
# type = "code/theme"
# default = "plastics"
# offers = "?x ce:theme ?value"
# label.en = "theme"
# label.fi = "teema"
# label.sv = "tema"
"""
BODY = """\
PREFIX ce: <https://w3id.org/ce-graph/ontology#>
SELECT ?x WHERE {
  # parameters: ?theme
  ?x ce:theme ?theme
}
"""


def write(folder: Path, text: str, name: str = "07-a-question.rq") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def refused(folder: Path, text: str, name: str = "07-a-question.rq") -> str:
    with pytest.raises(DataError) as caught:
        load(write(folder, text, name))
    return str(caught.value)


def test_a_file_becomes_a_question(tmp_path: Path) -> None:
    (question,) = load(write(tmp_path, HEADER + PARAMETER + BODY))
    assert (question.number, question.name, question.group) == (7, "a-question", "company")
    assert question.title == {"en": "A", "fi": "B", "sv": "C"}
    assert question.columns == ("x",)
    assert question.reason is None
    assert question.graph is None
    (parameter,) = question.parameters
    assert (parameter.name, parameter.type, parameter.default) == ("theme", "code/theme", "plastics")
    assert parameter.label["fi"] == "teema"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("# number = 7", "# number = 8"), "number is 8 in the header and 7 in the file's name"),
        (('"company"', '"nobody"'), "group is 'nobody'; write one of coordinator"),
        (('answer = "data"', 'answer = "maybe"'), "answer is 'maybe'; write 'data' or 'in part' or 'no data yet'"),
        (('answer = "data"', 'answer = "no data yet"'), "reason needs a text in en, fi, sv"),
        (("# title.sv", "# tilte.sv"), "unknown tilte in the header; known are answer"),
        (('# title.sv = "C"\n', ""), "title needs a text in en, fi, sv"),
        (("# description.sv =", "#description.sv ="), "line 9: put a space after the #"),
        (('"D"', '"D'), "the header is not TOML"),
        (('"code/theme"', '"theme"'), "parameter theme: type is 'theme'; write date, year"),
        (("# default", "# defualt"), "parameter theme: unknown defualt; known are default"),
        (('default = "plastics"', "default = 3"), "default and offers are texts in quotes"),
        (("?value", "?other"), "offers is a graph pattern with ?value"),
        (('# label.sv = "tema"\n', ""), "parameter theme: label needs a text"),
        (("[parameter.theme]", "[parameter.lang]"), "parameter lang: a name has small letters and digits"),
        (("?theme\n  ?x", "?them\n  ?x"), "the query takes them, which the header does not declare"),
        (("# parameters: ?theme", ""), "no line '# parameters: ?theme' in the query"),
        (("ontology#>", "ontology/>"), "prefix ce: is <https://w3id.org/ce-graph/ontology/>; the graph's is"),
        (("?theme\n}", "?theme\n"), "line 23: the query is not SPARQL"),
        (("SELECT ?x", "ASK"), "a question is a SELECT query"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    message = refused(tmp_path, (HEADER + PARAMETER + BODY).replace(*change))
    assert message.startswith("07-a-question.rq")
    assert said in message


def test_bounds_and_order_are_checked(tmp_path: Path) -> None:
    text = HEADER + '# ordered = [["from", "to"]]\n' + PARAMETER + BODY
    assert "ordered lists pairs of parameters" in refused(tmp_path, text)
    number = PARAMETER.replace("code/theme", "decimal").replace("# default", '# minimum = "low"\n# default')
    assert "minimum is a number" in refused(tmp_path, HEADER + number + BODY)


def test_a_reason_beside_an_answer_is_a_contradiction(tmp_path: Path) -> None:
    assert "leave one out" in refused(
        tmp_path, HEADER + '# reason.en = "none"\n' + BODY.replace("# parameters: ?theme", "")
    )


def test_a_file_without_a_header_is_refused(tmp_path: Path) -> None:
    assert "line 1: no header" in refused(tmp_path, BODY)


def test_names_and_numbers_are_unique(tmp_path: Path) -> None:
    write(tmp_path, HEADER + PARAMETER + BODY, "07-other.rq")
    assert "have the same number" in refused(tmp_path, HEADER + PARAMETER + BODY)
    assert "call a question's file NN-name.rq" in refused(tmp_path, HEADER + BODY, "7-a.rq")


def test_two_numbers_with_one_name_are_refused(tmp_path: Path) -> None:
    write(tmp_path, HEADER.replace("7", "8", 1) + PARAMETER + BODY, "08-a-question.rq")
    assert "two questions have the same name" in refused(tmp_path, HEADER + PARAMETER + BODY)


def test_a_folder_that_is_none_and_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no folder of questions here"):
        load(tmp_path / "none")
    (tmp_path / "07-a.rq").write_bytes(b"# \xff")
    with pytest.raises(DataError, match=r"07-a\.rq: cannot be read"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("graph", "said"),
    [
        ("CONSTRUCT { ?x a ?y } WHERE { ?x a ?y }", "needs one line '# rows'"),
        ("CONSTRUCT { ?x a ?y WHERE {\n# rows\n}", "the .rdf.rq file is not SPARQL"),
        ("SELECT ?x WHERE {\n# rows\n}", "is no CONSTRUCT query"),
    ],
)
def test_an_answer_as_rdf_is_a_construct_query_over_the_rows(tmp_path: Path, graph: str, said: str) -> None:
    write(tmp_path, graph, "07-a-question.rdf.rq")
    assert said in refused(tmp_path, HEADER + PARAMETER + BODY)


SHIPPED = load(resources.queries())


def test_there_are_forty_questions_of_five_groups() -> None:
    assert [question.number for question in SHIPPED] == list(range(1, 41))
    assert len(SHIPPED) == 40
    by_group = {group: [question.number for question in SHIPPED if question.group == group] for group in GROUPS}
    assert by_group == {
        "coordinator": list(range(1, 11)),
        "company": list(range(11, 21)),
        "funder": list(range(21, 31)),
        "researcher": list(range(31, 38)),
        "developer": list(range(38, 41)),
    }


def test_every_column_has_a_heading_in_every_language_and_no_heading_is_left_over() -> None:
    used = {column for question in SHIPPED for column in question.columns}
    assert used == set(columns())
    for name, texts in columns().items():
        assert set(texts) == set(LANGUAGES), name


@pytest.mark.parametrize(
    "wanted", [5, "5", "05", "strengths-barriers-potentials", "05-strengths-barriers-potentials", " 5 "]
)
def test_a_question_is_found_by_number_and_by_name(wanted: str | int) -> None:
    assert SHIPPED.find(wanted).number == 5


def test_a_question_that_is_not_there_is_answered_with_its_neighbours() -> None:
    with pytest.raises(NotFoundError, match="did you mean flows-leaving") as caught:
        SHIPPED.find("flows-leavin")
    assert "numbers are 1 to 40" in str(caught.value)
    with pytest.raises(NotFoundError, match=r"no question '5-other'"):
        SHIPPED.find("5-other")
    with pytest.raises(NotFoundError, match="their numbers are 0 to 0"):
        Questions([]).find("x")


def test_a_parameter_that_is_not_there_is_answered_with_those_that_are() -> None:
    assert SHIPPED.find(8).parameter("place").type == "id/place"
    with pytest.raises(NotFoundError, match="has no parameter 'tema'; its parameters: theme"):
        SHIPPED.find(1).parameter("tema")
    with pytest.raises(NotFoundError, match=r"has no parameter .x., and no other"):
        SHIPPED.find(10).parameter("x")


def test_texts_fall_back_and_lists_are_cut() -> None:
    assert text_in({"en": "a", "sv": "b"}, "sv") == "b"
    assert text_in({"en": "a", "sv": "b"}, "fi") == "a"
    assert text_in({}, "fi") == ""
    assert listed(["a", "b"], 2) == "a, b"
    assert listed(["a", "b", "c"], 2) == "a, b … and 1 more"
