"""A store that takes updates: what is acknowledged stays, whatever is killed, and the store opens each time."""

from __future__ import annotations

import contextlib
import resource
import subprocess
import sys
import threading

import pytest
from store_engines import CSV, ENDLESS, JSON, count, descendants, kill, quick_folder, running, until, values

from ce_graph.errors import CeGraphError, LimitError, QueryError, QueryTimeout, StorageError, UsageError
from ce_graph.store.engine import Limits
from ce_graph.store.opening import open_engine

LIMITS = Limits(seconds=20, update_seconds=20, worker_memory=512 << 20, workers=1)
linux = pytest.mark.skipif(sys.platform != "linux", reason="uses what Linux has")


@pytest.fixture
def place():
    with quick_folder() as folder:
        yield folder / "store"


def opened(place, limits=LIMITS, **more):
    return open_engine(store=place, limits=limits, union_default=False, **more)


def insert(engine, number):
    return engine.update(f"INSERT DATA {{ <a:s> <a:p> {number} }}")


def numbers(engine):
    return sorted(int(value) for value in values(engine.query("SELECT ?o { <a:s> <a:p> ?o }", CSV)))


def folders(place):
    return sorted(item.name for item in place.iterdir() if item.is_dir())


def test_a_restart_goes_on_where_it_was(place):
    with opened(place) as engine:
        first = engine.generation
        second = insert(engine, 1)
        assert second != first
    with opened(place) as engine:
        assert engine.generation == second
        assert numbers(engine) == [1]
        third = insert(engine, 2)
    assert len({first, second, third}) == 3
    assert len(folders(place)) == 1


def test_a_new_store_can_begin_with_data_which_count_only_then(place, tmp_path):
    data = tmp_path / "dataset.nq"
    data.write_text("<a:s> <a:p> <a:o> .\n<a:s> <a:p> <a:x> <a:g> .\n")
    for _ in range(2):
        with open_engine(data, store=place, limits=LIMITS) as engine:
            assert engine.writable
            if count(engine, "GRAPH <a:g> { ?s ?p ?o }"):
                assert count(engine) == 2
                engine.delete_graph("a:g")
    with opened(place) as engine:
        assert count(engine) == 1
        assert count(engine, "GRAPH ?g { ?s ?p ?o }") == 0


def test_one_server_at_a_time_has_a_store_open(place):
    with opened(place), pytest.raises(UsageError, match="another server"):
        opened(place)
    opened(place).close()


def test_a_folder_with_something_else_is_left_alone(place):
    place.mkdir()
    (place / "letter.txt").write_text("dear")
    with pytest.raises(UsageError, match="neither empty nor a store"):
        opened(place)
    assert (place / "letter.txt").read_text() == "dear"


@pytest.mark.parametrize("content", ["", "{", '{"version": 99}', '{"version": 1}', "[]"])
def test_a_store_that_cannot_be_understood_is_told(place, content):
    opened(place).close()
    (place / "current").write_text(content)
    with pytest.raises(StorageError):
        opened(place)


def test_what_earlier_servers_left_behind_is_removed(place):
    opened(place).close()
    kept = folders(place)
    for name in ("live-1234", "g-7-abcd", "g-7-abcd.tmp"):
        (place / name).mkdir()
        (place / name / "000001.sst").write_text("x")
    with opened(place) as engine:
        insert(engine, 1)
    assert len(folders(place)) == len(kept) == 1


PROGRAM = """
import sys
from pathlib import Path
from ce_graph.store.engine import Limits
from ce_graph.store.opening import open_engine
engine = open_engine(store=Path(sys.argv[1]), limits=Limits(workers=1), union_default=False)
found = engine.query("SELECT ?o { <a:s> <a:p> ?o }", "text/csv").read().decode().split()[1:]
print(" ".join(found), flush=True)
number = max(map(int, found), default=0)
while True:
    number += 1
    text = f"INSERT DATA {{ <a:s> <a:p> {number} }}"
    if number % 4 == 0:  # one that the data in memory cannot repeat
        text = f"INSERT {{ <a:s> <a:p> {number} . <a:s> <a:r> ?r }} WHERE {{ BIND(RAND() AS ?r) }}"
    engine.update(text)
    print(number, flush=True)
"""


@linux
def test_kill_minus_9_during_writes_loses_nothing_that_was_acknowledged(place):
    """Twenty times, each at another moment after an acknowledgement, each time opened again by the next server."""
    acknowledged = 0
    for turn in range(20):
        with subprocess.Popen([sys.executable, "-c", PROGRAM, str(place)], stdout=subprocess.PIPE, text=True) as server:
            present = [int(number) for number in server.stdout.readline().split()]
            assert sorted(present) == list(range(1, len(present) + 1))
            assert len(present) >= acknowledged
            for _ in range(1 + turn % 3):
                acknowledged = int(server.stdout.readline())
            threading.Event().wait(turn * 0.0015)
            found = descendants(server.pid)
            server.kill()
            acknowledged = int((server.stdout.read().split() or [acknowledged])[-1])
        until(lambda found=found: not running(found))
    with opened(place) as engine:
        assert numbers(engine) == list(range(1, len(numbers(engine)) + 1))
        assert len(numbers(engine)) >= acknowledged >= 20


@linux
def test_a_writer_that_is_killed_leaves_the_store_as_it_was(place):
    with opened(place) as engine:
        insert(engine, 0)
        kept, stop = [0], threading.Event()

        def murder():
            while not stop.wait(0.03):
                if engine._writing.pid is not None:
                    kill(engine._writing.pid)

        killer = threading.Thread(target=murder)
        killer.start()
        for number in range(1, 15):
            with contextlib.suppress(CeGraphError):
                insert(engine, number)
                kept.append(number)
            assert numbers(engine) == kept
        stop.set()
        killer.join()
        insert(engine, 99)
        assert numbers(engine) == [*kept, 99]
    with opened(place) as engine:
        assert numbers(engine) == [*kept, 99]


def test_an_update_past_its_deadline_changes_nothing(place):
    limits = Limits(update_seconds=1.0, workers=1)
    with opened(place, limits) as engine:
        before = insert(engine, 1)
        engine.update("INSERT DATA {" + " ".join(f"<a:x{i}> <a:q> {i} ." for i in range(200)) + "}")
        before = engine.generation
        with pytest.raises(QueryTimeout):
            engine.update(f"INSERT {{ <a:a> <a:p> ?n }} WHERE {{ {ENDLESS} }}")
        assert engine.generation == before
        assert numbers(engine) == [1]
        insert(engine, 2)
        assert numbers(engine) == [1, 2]


def test_an_update_that_takes_too_much_memory_changes_nothing(place):
    with opened(place, Limits(worker_memory=64 << 20, workers=1)) as engine:
        insert(engine, 1)
        engine.update("INSERT DATA {" + " ".join(f"<a:x{i}> <a:q> {i} ." for i in range(3000)) + "}")
        with pytest.raises(LimitError, match="memory"):
            engine.update("INSERT { ?a ?c ?d } WHERE { ?a <a:q> ?b . ?e <a:q> ?d BIND(<a:z> AS ?c) } ")
        assert numbers(engine) == [1]
        assert count(engine, "?s <a:z> ?o") == 0
        insert(engine, 2)


def test_an_update_that_is_nested_or_chained_too_deep_does_no_harm(place):
    with opened(place, Limits(update_seconds=1, workers=1)) as engine:
        for text in ("INSERT {} WHERE " + "{" * 500, "INSERT {} WHERE { FILTER(" + "1+" * 300_000 + "1) }"):
            with pytest.raises((QueryError, QueryTimeout)):
                engine.update(text)
        insert(engine, 1)
        assert numbers(engine) == [1]


@linux
def test_a_disk_that_takes_no_more_is_told_and_changes_nothing(place):
    with opened(place) as engine:
        insert(engine, 1)
        resource.prlimit(engine._writing.pid, resource.RLIMIT_FSIZE, (100_000, 100_000))
        generation = engine.generation
        with pytest.raises(StorageError):
            engine.update("INSERT DATA {" + " ".join(f"<a:x{i}> <a:q> '{i:0>200}' ." for i in range(5000)) + "}")
        assert (engine.generation, numbers(engine)) == (generation, [1])
        insert(engine, 2)
        assert numbers(engine) == [1, 2]
        assert len(folders(place)) == 2  # the generation and the writer's copy
    with opened(place) as engine:
        assert numbers(engine) == [1, 2]


FULL = """
import sys
from pathlib import Path
from ce_graph.errors import CeGraphError
from ce_graph.store.engine import Limits
from ce_graph.store.opening import open_engine
def numbers(engine):
    return len(engine.query("SELECT ?o { <a:s> <a:p> ?o }", "text/csv").read().split()) - 1
with open_engine(store=Path(sys.argv[1]), limits=Limits(workers=1), union_default=False) as engine:
    kept = 0
    try:
        while True:
            engine.update(f"INSERT DATA {{ <a:s> <a:p> {kept} . " + " ".join(
                f"<a:s{kept}> <a:q> '{i:0>500}' ." for i in range(2000)) + "}")
            kept += 1
    except CeGraphError as error:
        print(type(error).__name__, numbers(engine) == kept)
with open_engine(store=Path(sys.argv[1]), limits=Limits(workers=1), union_default=False) as engine:
    print(numbers(engine) == kept > 0)
"""


@linux
def test_a_full_disk_is_told_and_changes_nothing(tmp_path):
    """On a small file system of its own, where the machine lets a test mount one."""
    inside = f'mount -t tmpfs -o size=24m none "{tmp_path}" && exec "$0" -c "$1" "{tmp_path}/store"'
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", inside, sys.executable, FULL]
    try:
        probe = [*command[:4], "mount", "-t", "tmpfs", "none", str(tmp_path)]
        allowed = subprocess.run(probe, capture_output=True).returncode == 0
    except FileNotFoundError:
        allowed = False
    if not allowed:
        pytest.skip("no file system can be mounted here")
    found = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert found.stdout == "StorageError True\nTrue\n", found.stderr


def test_data_that_outgrow_the_memory_are_answered_from_disk(place):
    with opened(place, Limits(memory=0, workers=1)) as engine:
        for number in range(3):
            insert(engine, number)
            assert numbers(engine) == list(range(number + 1))
            assert not engine.in_memory
        assert len(folders(place)) == 2


@linux
def test_the_holder_of_a_store_is_replaced(place):
    def kill_holder(engine):
        source = engine._source
        kill(source.pid)
        until(lambda: not source.alive)

    with opened(place) as engine:
        insert(engine, 1)
        kill_holder(engine)
        assert numbers(engine) == [1]
        insert(engine, 2)
        assert numbers(engine) == [1, 2]
        kill_holder(engine)
        insert(engine, 3)
        assert engine.query("ASK { <a:s> <a:p> 3 }", JSON).read() == b'{"head":{},"boolean":true}'
        until(lambda: engine.in_memory)
        assert numbers(engine) == [1, 2, 3]
