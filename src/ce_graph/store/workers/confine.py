"""What a process of the engine gives up: outliving its parent, the network, memory past a cap, a small stack."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import signal
import struct
import sys
import threading
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2

# Numbers of socket, connect, execve, execveat, ptrace and io_uring_setup, after the number of the architecture.
_SYSTEM_CALLS = {
    "x86_64": (0xC000003E, (41, 42, 59, 322, 101, 425)),
    "aarch64": (0xC00000B7, (198, 203, 221, 281, 117, 425)),
}

STACK = 512 << 20
"""Bytes of address space for the stack of an evaluation: no text of 256 KiB that the guard lets pass overflows it."""


def end_with_parent(parent: int) -> None:
    """Have the system kill this process when the thread that started it ends; ``parent`` is its process's number."""
    if sys.platform == "linux":
        _libc().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it ended before the call above
        os._exit(0)


def ignore_stop_signals() -> None:
    """Leave it to the parent to end this process: a service manager signals the whole group while the parent drains."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def cap_memory(more: int) -> None:
    """Let this process take ``more`` bytes of address space beyond what it has now."""
    cap = _address_space() + more
    resource.setrlimit(resource.RLIMIT_AS, (cap, cap))


def _address_space() -> int:
    try:
        with open("/proc/self/statm", "rb") as stream:  # noqa: PTH123 - one read on the way of every fork
            return int(stream.read().split()[0]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def give_up_network() -> bool:
    """Make the system refuse new sockets and programs to this thread and all that come from it; whether it does.

    The guard refuses SERVICE and LOAD by the text of a query. This holds if the guard were wrong: pyoxigraph has an
    HTTP client inside that cannot be switched off.
    """
    if sys.platform != "linux" or platform.machine() not in _SYSTEM_CALLS:
        return False
    architecture, calls = _SYSTEM_CALLS[platform.machine()]
    count = len(calls)
    program = [  # code, instructions to skip when true and when false, operand; "refuse" is the last one
        (0x20, 0, 0, 4),  # load the architecture
        (0x15, 0, count + 3, architecture),
        (0x20, 0, 0, 0),  # load the number of the call
        (0x35, count + 1, 0, 0x40000000),  # the x32 variants of the calls
        *((0x15, count - index, 0, call) for index, call in enumerate(calls)),
        (0x06, 0, 0, 0x7FFF0000),  # allow
        (0x06, 0, 0, 0x00050000 | errno.EACCES),  # refuse
    ]
    filters = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in program))
    header = struct.pack("HxxxxxxP", len(program), ctypes.addressof(filters))
    libc = _libc()
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.c_char_p(header), 0, 0) == 0)


def with_deep_stack(work: Callable[[], None]) -> None:
    """Run something on a stack of ``STACK`` bytes; what is not used costs address space only."""
    before = threading.stack_size(STACK)
    thread = threading.Thread(target=work)
    try:
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
