"""A contributor's rows are checked as the build checks them, and go into the table all or not at all."""

from __future__ import annotations

import threading
import tracemalloc
from pathlib import Path

import pytest
from small_instance import ID, THINGS, Instance

from ce_graph.errors import DataError, StorageError, UsageError
from ce_graph.ingest.contributions import contribute
from ce_graph.ingest.records import records

NAMES = THINGS.strip().split(",")


class Contributor:
    """Hands in files to the table of things."""

    def __init__(self, instance: Instance, folder: Path) -> None:
        self.instance, self.folder = instance, folder
        self.before = instance.path("things").read_bytes()

    def file(self, text: str | bytes, name: str = "mine.csv") -> Path:
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def hands_in(self, text: str | bytes, *, dry_run: bool = False, table: str = "things") -> list[str]:
        """What is said about a file."""
        _, refusals = contribute(self.file(text), table, self.instance.root, dry_run=dry_run)
        return [str(refusal).replace(f"{self.folder}/", "") for refusal in refusals]

    @property
    def added(self) -> str:
        """What has been added to the table."""
        text = self.instance.path("things").read_bytes()
        assert text.startswith(self.before)
        return text[len(self.before) :].decode()


@pytest.fixture
def contributor(instance: Instance, tmp_path: Path) -> Contributor:
    return Contributor(instance, tmp_path)


def test_rows_under_the_columns_names_are_added_as_they_are(contributor: Contributor) -> None:
    row = 'vase,"A vase, blue",,thing,1.50,2,2021-02-01,2021,2021-02,false,lamp;stool,,kg,fair\n'
    assert contributor.hands_in(THINGS + row) == []
    assert contributor.added == row
    assert contributor.instance.build().complete


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_the_delimiter_is_seen_from_the_headings(
    contributor: Contributor, delimiter: str, mark: str, ending: str
) -> None:
    rows = [["source", "id", "kind", "name_en"], ["fair", "vase", "thing", "Vase"]]
    assert contributor.hands_in(mark + "".join(delimiter.join(row) + ending for row in rows)) == []
    assert contributor.added == "vase,Vase,,thing,,,,,,,,,,fair\n"


def test_a_heading_with_a_comma_does_not_hide_semicolons(contributor: Contributor) -> None:
    metadata = contributor.instance.described("things")
    metadata["tableSchema"]["columns"][3]["titles"] = {"en": "Kind, if any, of thing"}
    contributor.instance.describe("things", metadata)
    assert contributor.hands_in("Id;Kind, if any, of thing;Source\nvase;thing;fair\n") == []
    assert contributor.added == "vase,,,thing,,,,,,,,,,fair\n"


@pytest.mark.parametrize(
    "heading", ["name_fi", "Name in Finnish", "Nimi suomeksi", "Namn på finska", " NIMI  suomeksi "]
)
def test_a_heading_may_be_the_name_or_a_title_in_any_language(contributor: Contributor, heading: str) -> None:
    assert contributor.hands_in(f"id,kind,source,{heading}\nvase,thing,fair,Maljakko\n") == []
    assert contributor.added == "vase,,Maljakko,thing,,,,,,,,,,fair\n"


def test_blanks_around_cells_do_not_count(contributor: Contributor) -> None:
    assert contributor.hands_in("id,kind,source\n vase , thing,fair\u00a0\n") == []
    assert contributor.added.startswith("vase,,,thing,")


def test_short_rows_are_filled_up(contributor: Contributor) -> None:
    assert contributor.hands_in("id,kind,source,name_en\nvase,thing,fair\n") == []
    assert contributor.added == "vase,,,thing,,,,,,,,,,fair\n"


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (
            "id,kind,source,colour",
            "cell D1 has the heading 'colour', which the table things does not have; delete the column; ce-graph"
            " template things has all headings",
        ),
        ("id,kind,source,amuont", "cell D1 has the heading 'amuont', which the table things does not have; did you"),
        ("id,source", "the header lacks 'kind'; add a column for each"),
        ("id,kind,source,Id", "cell D1 has a second heading for the column 'id'; delete one of the two columns"),
        ("", "the header lacks 'id', 'kind', 'source'"),
    ],
)
def test_headings_that_are_not_the_tables_are_named(contributor: Contributor, header: str, said: str) -> None:
    (found,) = contributor.hands_in(f"{header}\nvase,thing,fair\n")
    assert found.startswith(f"mine.csv:1: {said}")


def test_a_fault_is_named_by_its_cell_in_the_contributors_own_file(contributor: Contributor) -> None:
    (said,) = contributor.hands_in("source,amount,id,kind\nfair,1,jug,thing\n\nfair,x,vase,thing\n")
    assert said.startswith("mine.csv:4: column 'amount' (cell B4): 'x' is not a valid decimal")
    assert contributor.added == ""


def test_a_value_below_no_heading_is_not_dropped_in_silence(contributor: Contributor) -> None:
    unnamed, beyond = contributor.hands_in("id,kind,,source\nvase,thing,lost,fair\njug,thing,,fair,too\n")
    assert unnamed == (
        "mine.csv:2: 'lost' in cell C2 stands below no heading; give the column a heading of its own"
        " (headings in merged cells do not count), or empty the cell"
    )
    assert beyond.startswith("mine.csv:3: the row has 5 cells, the header 4; look for a missing or stray separator")
    assert contributor.added == ""


def test_nothing_is_added_when_one_row_is_wrong(contributor: Contributor) -> None:
    said = contributor.hands_in("id,kind,source\nvase,thing,fair\njug,thin,fair\n")
    assert said == ["mine.csv:3: column 'kind' (cell B3): 'thin' is not in codes/kind.csv; did you mean 'thing'?"]
    assert contributor.added == ""


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("vase,thing,fare,", "(cell C2): 'fare' is not in sources.csv"),
        ("vase,thing,fair,stol", "(cell D2): 'stol' is not in things.csv; did you mean 'stool'?"),
        ("lamp,thing,fair,", "(cell A2): duplicate key: id 'lamp' stands in line 2 of the table already"),
        ("vase,,fair,", "(cell B2): the cell is empty, but a value is required"),
        ("vase,thing,fair,a;a", "(cell D2): 'a;a': the list has an empty or a repeated item"),
        ("va\0se,thing,fair,", "(cell A2): the cell holds a control character (U+0000)"),
        ('vase,thing,"fair,', "mine.csv:2: not readable as CSV: unexpected end of data"),
    ],
)
def test_a_row_is_refused_for_whatever_the_build_would_refuse_it(contributor: Contributor, row: str, said: str) -> None:
    (found,) = contributor.hands_in(f"id,kind,source,near\n{row}\n")
    assert said in found
    assert contributor.added == ""


def test_a_key_may_not_come_twice_in_one_file(contributor: Contributor) -> None:
    (said,) = contributor.hands_in("id,kind,source\nvase,thing,fair\nvase,thing,fair\n")
    assert "duplicate key: id 'vase' stands in line 2 already" in said


def test_rows_of_one_file_may_refer_to_each_other(contributor: Contributor) -> None:
    assert contributor.hands_in("id,kind,source,near\nvase,thing,fair,jug\njug,thing,fair,vase;lamp\n") == []
    assert contributor.instance.build().complete


def test_a_row_that_only_refers_to_a_wrong_row_is_said_to_follow(contributor: Contributor) -> None:
    text = "id,kind,source,near,amount\nvase,thing,fair,jug,\njug,thing,fair,,x\n"
    _, refusals = contribute(contributor.file(text), "things", contributor.instance.root)
    assert [(refusal.line, refusal.follows) for refusal in refusals] == [(3, False), (2, True)]


def test_a_dry_run_checks_and_adds_nothing(contributor: Contributor) -> None:
    assert contributor.hands_in("id,kind,source\nvase,thing,fair\n", dry_run=True) == []
    assert contributor.added == ""
    assert contributor.hands_in("id,kind,source\nvase,thin,fair\n", dry_run=True) != []


@pytest.mark.parametrize("text", ["", "id,kind,source\n", "id,kind,source\n\n,,\n"])
def test_a_file_without_rows_says_so(contributor: Contributor, text: str) -> None:
    (said,) = contributor.hands_in(text)
    assert "the file is empty" in said or "there is no row below the header; fill in at least one row" in said


def test_a_file_that_is_not_utf_8_is_named(contributor: Contributor) -> None:
    (said,) = contributor.hands_in("id,kind,source,name_en\nvase,thing,fair,Törg\n".encode("cp1252"))
    assert said.startswith("mine.csv:2: not UTF-8: byte 0xF6")


def test_a_table_without_a_last_line_ending_gets_one(contributor: Contributor) -> None:
    path = contributor.instance.path("things")
    path.write_bytes(contributor.before[:-1])
    assert contributor.hands_in("id,kind,source\nvase,thing,fair\n") == []
    assert path.read_bytes() == contributor.before + b"vase,,,thing,,,,,,,,,,fair\n"


def test_a_table_with_the_line_endings_of_windows_keeps_them(contributor: Contributor) -> None:
    path = contributor.instance.path("things")
    path.write_bytes(contributor.before.replace(b"\n", b"\r\n"))
    assert contributor.hands_in("id,kind,source\nvase,thing,fair\n") == []
    assert path.read_bytes().endswith(b"market\r\nvase,,,thing,,,,,,,,,,fair\r\n")
    assert path.read_bytes().count(b"\n") == path.read_bytes().count(b"\r\n")


def test_a_linked_table_is_changed_where_it_is(contributor: Contributor, tmp_path: Path) -> None:
    path = contributor.instance.path("things")
    real = tmp_path / "real.csv"
    path.rename(real)
    path.symlink_to(real)
    assert contributor.hands_in("id,kind,source\nvase,thing,fair\n") == []
    assert path.is_symlink()
    assert real.read_bytes().endswith(b"vase,,,thing,,,,,,,,,,fair\n")


def test_a_table_keeps_its_permissions(contributor: Contributor) -> None:
    path = contributor.instance.path("things")
    path.chmod(0o664)
    assert contributor.hands_in("id,kind,source\nvase,thing,fair\n") == []
    assert path.stat().st_mode & 0o777 == 0o664


def test_a_table_that_cannot_be_replaced_stays_as_it_is(
    contributor: Contributor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(StorageError, match=r"things\.csv: cannot be written: No space left on device"):
        contributor.hands_in("id,kind,source\nvase,thing,fair\n")
    assert contributor.added == ""
    assert not [path for path in contributor.instance.path("things").parent.iterdir() if path.name.startswith(".")]


def test_imports_at_the_same_time_wait_for_each_other_and_lose_nothing(contributor: Contributor) -> None:
    files = [contributor.file(f"id,kind,source\nvase-{n},thing,fair\n", f"{n}.csv") for n in range(6)]
    done: list[object] = []
    threads = [
        threading.Thread(target=lambda file=file: done.append(contribute(file, "things", contributor.instance.root)))  # type: ignore[misc]
        for file in files
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [(1, [])] * 6
    assert sorted(line.split(",")[0] for line in contributor.added.splitlines()) == [f"vase-{n}" for n in range(6)]


def test_of_two_imports_of_the_same_row_at_the_same_time_one_is_refused(contributor: Contributor) -> None:
    file = contributor.file("id,kind,source\nvase,thing,fair\n")
    done: list[int] = []
    threads = [
        threading.Thread(target=lambda: done.append(len(contribute(file, "things", contributor.instance.root)[1])))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [0, 1]
    assert contributor.added.count("vase") == 1


def test_data_with_faults_of_their_own_take_nothing_in(contributor: Contributor) -> None:
    contributor.instance.add("codes/kind", "pot,Pot,vessel")
    with pytest.raises(DataError, match=r"have faults of their own; mend them first:\n.*'vessel' is not in"):
        contributor.hands_in("id,kind,source\nvase,thing,fair\n")
    assert contributor.added == ""


def test_broken_hand_modelled_data_take_nothing_in(contributor: Contributor) -> None:
    contributor.instance.model("more.ttl", f"<{ID}thing/lamp> <http://a.example/b> <{ID}thing/nowhere> .\n")
    with pytest.raises(DataError, match=r"mend them first:\n.*more\.ttl:1: nothing describes"):
        contributor.hands_in("id,kind,source\nvase,thing,fair\n")


def test_an_unknown_table_is_told_which_there_are(contributor: Contributor) -> None:
    said = "there is no table 'flow'; there are codes/kind, codes/measure, sources, things"
    with pytest.raises(UsageError, match=said):
        contributor.hands_in("id\n", table="flow")


def test_other_files_than_csv_and_xlsx_are_no_contributions(contributor: Contributor, tmp_path: Path) -> None:
    (tmp_path / "mine.ods").write_bytes(b"PK")
    with pytest.raises(UsageError, match=r"mine\.ods: a contribution is a \.csv or an \.xlsx file"):
        contribute(tmp_path / "mine.ods", "things", contributor.instance.root)


def test_a_folder_without_tables_takes_nothing_in(contributor: Contributor, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no folder 'tables' here"):
        contribute(contributor.file("id\n"), "things", tmp_path / "nowhere")


def test_codes_can_be_contributed_too(contributor: Contributor) -> None:
    assert contributor.hands_in("notation,label_en,broader\npot,Pot,thing\n", table="codes/kind") == []
    assert contributor.instance.path("codes/kind").read_text(encoding="utf-8").endswith("pot,Pot,thing\n")


def test_a_large_file_is_read_as_it_comes(tmp_path: Path) -> None:
    """What the contents need is decided by whoever keeps the rows; reading alone needs next to nothing."""
    path = tmp_path / "large.csv"
    path.write_text("id,text\n" + f"a,{'x' * 1000}\n" * 20_000, encoding="utf-8")
    tracemalloc.start()
    try:
        assert sum(1 for _ in records(path)) == 20_001
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < path.stat().st_size / 10
