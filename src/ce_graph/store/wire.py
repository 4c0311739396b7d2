"""Messages between the processes of the engine: a JSON header, a body and open files, over a local socket."""

from __future__ import annotations

import json
import os
import socket
import struct
from collections.abc import Sequence
from typing import Any

_PREFIX = struct.Struct("!IQ")
_MOST_FILES = 4

Header = dict[str, Any]


class Gone(Exception):  # noqa: N818 - the other side's end is an event, not a fault of this one
    """The process on the other side has ended."""


def send(channel: socket.socket, header: Header, body: bytes | bytearray = b"", files: Sequence[int] = ()) -> None:
    """Send one message; ``files`` are file numbers that the other side gets copies of.

    Raises:
        Gone: the other side has closed the channel.
    """
    head = json.dumps(header, separators=(",", ":")).encode()
    first = _PREFIX.pack(len(head), len(body)) + head
    try:
        if files:
            sent = socket.send_fds(channel, [first], list(files))
            first = first[sent:]
        if len(body) < 65536:
            channel.sendall(first + body)
        else:
            channel.sendall(first)
            channel.sendall(body)
    except (BrokenPipeError, ConnectionResetError) as error:
        raise Gone from error


def receive(channel: socket.socket) -> tuple[Header, bytearray, list[int]]:
    """The next message, its body and the numbers of the files that came with it.

    Raises:
        Gone: the other side has closed the channel, at once or in the middle of a message.
    """
    files: list[int] = []
    try:
        try:
            start, received, _, _ = socket.recv_fds(channel, _PREFIX.size, _MOST_FILES)
        except ConnectionResetError as error:
            raise Gone from error
        files.extend(received)
        if len(start) < _PREFIX.size:
            start += _exactly(channel, _PREFIX.size - len(start))
        head_length, body_length = _PREFIX.unpack(start)
        header: Header = json.loads(_exactly(channel, head_length))
        body = _exactly(channel, body_length)
    except Gone:
        for number in files:
            os.close(number)
        raise
    return header, body, files


def _exactly(channel: socket.socket, length: int) -> bytearray:
    buffer = bytearray(length)
    view, filled = memoryview(buffer), 0
    while filled < length:
        try:
            got = channel.recv_into(view[filled:])
        except ConnectionResetError as error:
            raise Gone from error
        if not got:
            raise Gone
        filled += got
    return buffer
