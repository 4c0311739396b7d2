"""One generation after the other while queries go on: none fails, none sees half of one; backup and restore."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from store_engines import CSV, ENDLESS, JSON, count, quick_folder, until, values

from ce_graph.errors import BusyError, QueryTimeout, StorageError, UsageError
from ce_graph.store.changing import copies
from ce_graph.store.engine import Limits
from ce_graph.store.opening import open_engine

LIMITS = Limits(seconds=30, update_seconds=30, workers=2)
UNSTEADY = "INSERT {{ <a:s> <a:p> {} . <a:s> <a:r> ?r }} WHERE {{ BIND(RAND() AS ?r) }}"


@pytest.fixture
def place():
    with quick_folder() as folder:
        yield folder / "store"


@pytest.fixture
def engine(place):
    with open_engine(store=place, limits=LIMITS, union_default=False) as engine:
        yield engine


def insert(engine, number):
    return engine.update(f"INSERT DATA {{ <a:s> <a:p> {number} }}")


def numbers(engine):
    return sorted(int(value) for value in values(engine.query("SELECT ?o { <a:s> <a:p> ?o }", CSV)))


def test_answers_carry_the_generation_that_they_come_from(engine):
    before = engine.query("ASK {}", JSON).generation
    assert before == engine.generation
    after = insert(engine, 1)
    assert engine.query("ASK {}", JSON).generation == after == engine.generation != before


@pytest.mark.parametrize("change", ["INSERT DATA {{ <a:s> <a:p> {} }}", UNSTEADY], ids=["steady", "unsteady"])
def test_a_change_is_seen_at_once_whichever_way_readers_follow(engine, change):
    for number in range(4):
        engine.update(change.format(number))
        assert numbers(engine) == list(range(number + 1))
    until(lambda: engine.in_memory)
    assert numbers(engine) == [0, 1, 2, 3]
    assert count(engine, "?s <a:r> ?r") in {0, 4}


def test_changes_while_the_data_are_read_into_memory_are_not_forgotten(engine):
    engine.update("INSERT DATA {" + " ".join(f"<a:x{i}> <a:q> {i} ." for i in range(20_000)) + "}")
    engine.update(UNSTEADY.format(0))
    kept = [0]
    while not engine.in_memory:
        kept.append(len(kept))
        insert(engine, kept[-1])
        assert numbers(engine) == kept
        if len(kept) == 6:
            engine.update(UNSTEADY.format(6))
            kept.append(6)
    assert numbers(engine) == kept
    insert(engine, len(kept))
    assert len(numbers(engine)) == len(kept) + 1


def test_memory_and_disk_agree_after_many_changes(engine, place):
    """The data in memory carry out changes by themselves; the disk is what counts."""
    for text in (
        "INSERT DATA { <a:a> <a:p> 1.50, '1'^^<http://www.w3.org/2001/XMLSchema#byte>, _:b . _:b <a:q> [ <a:r> 'x' ] }",
        "INSERT { ?s <a:copy> ?o } WHERE { ?s <a:p> ?o FILTER(isNumeric(?o)) }",
        "DELETE { ?s <a:p> ?o } INSERT { GRAPH <a:g> { ?s <a:p> ?o } } WHERE { ?s <a:p> ?o FILTER(?o < 1.2) }",
        "COPY DEFAULT TO <a:h> ; MOVE <a:g> TO <a:i>",
        "DELETE WHERE { ?s <a:copy> 1 }",
    ):
        engine.update(text)
        engine.write_graph("a:j", b"<a:a> <a:p> [ <a:q> 2 ] .", "text/turtle", replace=False)
    assert engine.in_memory
    everything = (
        "SELECT ?g ?p (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } } GROUP BY ?g ?p ORDER BY ?g ?p"
    )
    in_memory = engine.query(everything, CSV).read()
    engine.close()
    with open_engine(store=place, limits=Limits(memory=0, workers=1), union_default=False) as on_disk:
        assert not on_disk.in_memory
        assert on_disk.query(everything, CSV).read() == in_memory


def test_no_reader_fails_or_goes_back_while_generations_come(engine):
    problems, stop = [], threading.Event()

    def read():
        last = 0
        while not stop.is_set():
            try:
                found = numbers(engine)
            except BusyError:
                continue
            except Exception as error:
                problems.append(error)
                return
            if found != list(range(len(found))) or len(found) < last:
                problems.append((last, found))
            last = len(found)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(16):
        engine.update(UNSTEADY.format(number)) if number % 5 == 2 else insert(engine, number)
    stop.set()
    for reader in readers:
        reader.join()
    assert problems == []
    assert numbers(engine) == list(range(16))


def test_a_reader_finishes_on_the_generation_that_it_began_with(engine):
    engine.update("INSERT DATA {" + " ".join(f"<a:x{i}> <a:q> {i} ." for i in range(1500)) + "}")
    text = (
        "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?a) AS ?m) { ?a <a:q> ?b . ?c <a:q> ?d . OPTIONAL { ?a <a:new> ?e } }"
    )
    before, found = engine.generation, []
    reader = threading.Thread(target=lambda: found.append(engine.query(text, CSV)))
    reader.start()
    until(lambda: engine.load.running == 1 or found)
    for number in range(3):
        engine.update(UNSTEADY.format(number))
    reader.join()
    assert found[0].generation == before
    assert values(found[0]) == ["2250000,1500"]
    assert engine.generation != before


def test_a_generation_that_is_read_stays_until_its_last_reader_has_finished(engine, place):
    engine.update("INSERT DATA {" + " ".join(f"<a:x{i}> <a:q> {i} ." for i in range(300)) + "}")
    engine.update(UNSTEADY.format(0))
    outcome = []

    def ask():
        try:
            engine.query(ENDLESS, JSON, seconds=1.5)
        except QueryTimeout as error:
            outcome.append(error)

    reader = threading.Thread(target=ask)
    reader.start()
    until(lambda: engine.load.running == 1 or outcome)
    for number in range(1, 4):
        engine.update(UNSTEADY.format(number))
    reader.join()
    assert len(outcome) == 1
    until(lambda: engine.in_memory)
    until(lambda: len([item for item in place.iterdir() if item.name.startswith("g-")]) == 1)


def test_a_backup_is_a_store_of_its_own(engine, place, tmp_path):
    insert(engine, 1)
    engine.write_graph("a:g", b"<a:s> <a:p> 5 .", "text/turtle", replace=True)
    assert engine.backup(tmp_path / "backup") == engine.generation
    insert(engine, 2)
    with open_engine(store=tmp_path / "backup", limits=LIMITS, union_default=False) as other:
        assert numbers(other) == [1]
        assert count(other, "GRAPH <a:g> { ?s ?p ?o }") == 1
        assert other.generation != engine.generation
        insert(other, 3)
    assert numbers(engine) == [1, 2]


def test_a_restore_is_the_next_generation(engine, tmp_path):
    insert(engine, 1)
    generations = [engine.generation]
    engine.backup(tmp_path / "backup")
    generations.append(insert(engine, 2))
    generations.append(engine.restore(tmp_path / "backup"))
    assert numbers(engine) == [1]
    generations.append(insert(engine, 3))
    assert numbers(engine) == [1, 3]
    assert len(set(generations)) == 4
    assert engine.restore(tmp_path / "backup") not in generations
    assert numbers(engine) == [1]


def test_backup_and_restore_by_another_process_while_serving(engine, place, tmp_path):
    """What ``ce-graph backup`` and ``ce-graph restore`` do beside a running server."""

    def run(code):
        imports = "import sys\nfrom pathlib import Path\nfrom ce_graph.store.changing.copies import backup, restore\n"
        arguments = [sys.executable, "-c", imports + code, str(place), str(tmp_path / "backup")]
        return subprocess.run(arguments, capture_output=True, text=True, check=True).stdout.strip()

    insert(engine, 1)
    assert run("print(backup(Path(sys.argv[1]), Path(sys.argv[2])).generation)") == engine.generation
    insert(engine, 2)
    assert numbers(engine) == [1, 2]
    restored = run("print(restore(Path(sys.argv[1]), Path(sys.argv[2])).generation)")
    assert numbers(engine) == [1]
    assert engine.generation == restored
    insert(engine, 3)
    assert numbers(engine) == [1, 3]
    until(lambda: engine.in_memory)
    assert numbers(engine) == [1, 3]


def test_backups_are_whole_while_updates_go_on(engine, place, tmp_path):
    stop = threading.Event()

    def write():
        number = 0
        while not stop.is_set():
            insert(engine, number)
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    for number in range(5):
        copies.backup(place, tmp_path / f"backup-{number}")
    stop.set()
    writer.join()
    for number in range(5):
        with open_engine(store=tmp_path / f"backup-{number}", limits=LIMITS, union_default=False) as other:
            found = numbers(other)
            assert found == list(range(len(found)))


def test_what_cannot_be_backed_up_or_restored_is_told(engine, place, tmp_path):
    (tmp_path / "there").mkdir()
    with pytest.raises(UsageError, match="there already"):
        engine.backup(tmp_path / "there")
    with pytest.raises(UsageError, match="no backup"):
        engine.restore(tmp_path / "there")
    with pytest.raises(UsageError, match="no store"):
        copies.backup(tmp_path / "there", tmp_path / "new")
    engine.backup(tmp_path / "backup")
    for item in next(item for item in (tmp_path / "backup").iterdir() if item.is_dir()).iterdir():
        if item.name.startswith("MANIFEST"):
            item.write_bytes(b"broken")
    insert(engine, 1)
    with pytest.raises(StorageError):
        engine.restore(tmp_path / "backup")
    (tmp_path / "backup" / "current").write_text("broken")
    with pytest.raises(StorageError):
        engine.restore(tmp_path / "backup")
    assert numbers(engine) == [1]
    assert not list(place.glob("read-*"))


def test_what_cannot_be_removed_is_told_and_stops_nothing(engine, tmp_path, caplog, monkeypatch):
    def refuse(folder):
        raise PermissionError(13, "Permission denied", str(folder))

    monkeypatch.setattr("ce_graph.store.changing.durable.shutil.rmtree", refuse)
    engine.backup(tmp_path / "backup")
    assert "could not be removed" in caplog.text
    assert (tmp_path / "backup" / "current").is_file()
