"""Messages arrive whole, with their files, or not at all."""

import os
import socket
import tempfile
import threading

import pytest

from ce_graph.store.workers import wire


@pytest.fixture
def pair():
    one, other = socket.socketpair()
    with one, other:
        yield one, other


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 3_000_000])
def test_a_message_comes_as_it_was_sent(pair, size):
    body = os.urandom(size)
    sender = threading.Thread(target=wire.send, args=(pair[0], {"a": ["ä", 1]}, body))
    sender.start()
    header, received, files = wire.receive(pair[1])
    sender.join()
    assert (header, bytes(received), files) == ({"a": ["ä", 1]}, body, [])


def test_a_file_goes_along(pair):
    with tempfile.TemporaryFile() as file:
        file.write(b"content")
        file.flush()
        wire.send(pair[0], {}, b"body", (file.fileno(),))
    _, body, files = wire.receive(pair[1])
    assert bytes(body) == b"body"
    with os.fdopen(files[0], "rb") as received:
        received.seek(0)
        assert received.read() == b"content"


def test_the_other_sides_end_is_told(pair):
    pair[0].close()
    with pytest.raises(wire.Gone):
        wire.receive(pair[1])
    with pytest.raises(wire.Gone):
        wire.send(pair[1], {}, b"x" * 1_000_000)


def test_an_end_in_the_middle_is_told(pair):
    pair[0].sendall(wire._PREFIX.pack(2, 100) + b"{}" + b"half")
    pair[0].close()
    with pytest.raises(wire.Gone):
        wire.receive(pair[1])
