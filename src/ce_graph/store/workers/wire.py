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
_write = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
_AT_ONCE = 65536
"""Most messages come with one call; never two, for a side sends its next one when it has had an answer."""

Header = dict[str, Any]


class Gone(Exception):  # noqa: N818 - the other side's end is an event, not a fault of this one
    """The process on the other side has ended."""


def send(channel: socket.socket, header: Header, body: bytes | bytearray = b"", files: Sequence[int] = ()) -> None:
    """Send one message; ``files`` are file numbers that the other side gets copies of.

    Raises:
        Gone: the other side has closed the channel.
    """
    head = _write(header).encode()
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
            start, received, _, _ = socket.recv_fds(channel, _AT_ONCE, _MOST_FILES)
        except ConnectionResetError as error:
            raise Gone from error
        files.extend(received)
        if len(start) < _PREFIX.size:
            start += _exactly(channel, _PREFIX.size - len(start))
        head_length, body_length = _PREFIX.unpack_from(start)
        begin = _PREFIX.size + head_length
        if len(start) < begin:
            start += _exactly(channel, begin - len(start))
        header: Header = json.loads(start[_PREFIX.size : begin])
        body = _exactly(channel, body_length, start[begin:])
    except Gone:
        for number in files:
            os.close(number)
        raise
    return header, body, files


def _exactly(channel: socket.socket, length: int, begun: bytes = b"") -> bytearray:
    """So many bytes, of which the first have come already."""
    if len(begun) == length:
        return bytearray(begun)
    buffer = bytearray(length)
    view, filled = memoryview(buffer), len(begun)
    view[:filled] = begun
    while filled < length:
        try:
            got = channel.recv_into(view[filled:])
        except ConnectionResetError as error:
            raise Gone from error
        if not got:
            raise Gone
        filled += got
    return buffer
