"""Looks whether an address can be listened on, before anything takes its time to start."""

from __future__ import annotations

import socket

from ce_graph.errors import UsageError


def free_port(host: str, port: int) -> tuple[str, int]:
    """The numeric address and a port that can be listened on; port 0: any free one.

    Raises:
        UsageError: it is taken, or no address of this machine.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            name: tuple[str, int] = probe.getsockname()[:2]
            return name
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(
            f"cannot listen on {host} port {port}: {reason}; choose another with --host and --port"
        ) from error
