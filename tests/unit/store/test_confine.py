"""What a worker gives up stays given up; each in a process of its own."""

import subprocess
import sys

import pytest

from ce_graph.store.workers import confine

linux = pytest.mark.skipif(sys.platform != "linux", reason="a feature of Linux")


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)


@linux
def test_without_network_no_socket_and_no_program_can_be_started():
    found = run("""
import os, socket
from ce_graph.store.workers import confine
assert confine.give_up_network()
for attempt in (socket.socket, lambda: socket.socket(socket.AF_UNIX), lambda: os.execv("/bin/sh", ["sh"])):
    try:
        attempt()
    except PermissionError:
        print("refused")
""")
    assert found.stdout == "refused\n" * 3, found.stderr


@linux
def test_the_evaluator_cannot_reach_a_listener_without_network():
    found = run("""
import socket, threading
import pyoxigraph as ox
from ce_graph.store.workers import confine
listener = socket.create_server(("127.0.0.1", 0))
listener.settimeout(0.3)
address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
def work():
    assert confine.give_up_network()
    for attempt in (
        lambda: bool(ox.Store().query("ASK { SERVICE <%s> { ?s ?p ?o } }" % address)),
        lambda: ox.Store().update("LOAD <%s>" % address),
        lambda: ox.Store().update("LOAD <%s>" % address.replace("127.0.0.1", "localhost")),
    ):
        try:
            attempt()
        except OSError:
            print("refused")
confine.with_deep_stack(work)
try:
    listener.accept()
    print("contact")
except TimeoutError:
    print("no contact")
""")
    assert found.stdout == "refused\n" * 3 + "no contact\n", found.stderr


def test_memory_past_the_cap_is_refused():
    found = run("""
from ce_graph.store.workers import confine
confine.cap_memory(50 << 20)
kept = bytearray(20 << 20)
try:
    bytearray(100 << 20)
except MemoryError:
    print("refused")
""")
    assert found.stdout == "refused\n", found.stderr


def test_the_deep_stack_carries_any_text_that_the_guard_lets_pass():
    found = run("""
import pyoxigraph as ox
from ce_graph.store.workers import confine
def work():
    for text in ("ASK {" + "MINUS{?x ?y 3}" * 15_000 + "}", "ASK { FILTER(" + "ABS(" * 190 + "1" + ")" * 190 + ") }"):
        print(bool(ox.Store().query(text)))
confine.with_deep_stack(work)
""")
    assert found.stdout == "True\nTrue\n", found.stderr


@linux
def test_a_process_whose_parent_has_ended_already_ends_at_once():
    found = run("from ce_graph.store.workers import confine; confine.end_with_parent(1); print('still here')")
    assert found.stdout == ""
    assert found.returncode == 0


def test_the_stack_is_what_the_documentation_says():
    assert confine.STACK == 512 << 20
