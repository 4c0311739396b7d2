"""The one process that has a store on disk open for writing; it can be killed at any moment.

Started as ``python -m ce_graph.store.changing.writer NUMBER PARENT``, like the holder. What it writes counts only from
the moment its checkpoint is named the current one, which the parent does.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import time
from pathlib import Path

import pyoxigraph as ox

from ce_graph.store.changing import changes, merging
from ce_graph.store.workers import confine, evaluate, wire
from ce_graph.store.workers.apart import subjects_apart
from ce_graph.store.workers.wire import Header


def _serve(channel: socket.socket) -> None:
    store: ox.Store | None = None
    while True:
        try:
            header, body, _ = wire.receive(channel)
        except wire.Gone:
            return
        try:
            if header["op"] == "open":
                if not header["network"]:
                    confine.give_up_network()
                store = ox.Store(header["folder"])
                confine.cap_memory(header["memory"])
                reply: Header = {}
            else:
                assert store is not None
                reply = _carry_out(store, header, body)
        except changes.NoSuchGraph as error:
            reply = {"error": "notfound", "message": f"there is no graph <{error}>"}
        except Exception as error:
            # Several steps may have been carried out, unless nothing could be parsed.
            reply = {**evaluate.refusal(error), "changed": not isinstance(error, SyntaxError)}
        with contextlib.suppress(wire.Gone):
            wire.send(channel, reply)


def _carry_out(store: ox.Store, header: Header, body: bytearray) -> Header:
    if header["op"] == "checkpoint":
        store.backup(header["folder"])  # writes all buffers and the log to the disk first, and waits for it
        return {}
    if header["op"] == "load":
        store.bulk_load(path=header["path"], format=ox.RdfFormat.N_QUADS)
        return {"apart": header["look"] and subjects_apart(Path(header["path"]))}
    if header["op"] == "merge":
        name: str = header["union"]
        needed = header["needed"] or merging.stated_twice(store)
        if needed:
            merging.build(store, name)
        return {"union": name if needed else ""}
    since = time.monotonic()
    created, touched = changes.apply(store, header, body)
    reply: Header = {"created": created, "seconds": time.monotonic() - since, "twice": False}
    if header["union"] == "":
        reply["twice"] = merging.stated_twice(store) if touched is None else merging.now_twice(store, touched)
    return reply


def main() -> None:
    """Entry point of the process."""
    confine.end_with_parent(int(sys.argv[2]))
    confine.ignore_stop_signals()
    channel = socket.socket(fileno=int(sys.argv[1]))
    confine.with_deep_stack(lambda: _serve(channel))
    os._exit(0)  # what is open is durable or does not count; nothing to close


if __name__ == "__main__":
    main()
