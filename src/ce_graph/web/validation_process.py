"""The process that checks what a client has sent: no network, bounded memory, ended when it takes too long."""

from __future__ import annotations

import dataclasses
import errno
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ce_graph.store.workers import confine
from ce_graph.wording import told

if TYPE_CHECKING:
    from ce_graph.check.outcome import Outcome
    from ce_graph.rdf.formats import Format
    from ce_graph.rdf.sources import Source

OUT_OF_MEMORY = 77
"""Exit code of a check that would take more memory than it may."""


def main() -> None:
    """Carry out the order on standard input, in the folder with the files; the reply is the last line written."""
    order = json.load(sys.stdin.buffer)
    confine.end_with_parent(order["parent"])
    confine.cap_memory(order["memory"])
    confine.give_up_network()
    tempfile.tempdir = order["scratch"]  # goes with the request's folder, also when this process is killed
    try:
        reply = _carry_out(order)
    except (MemoryError, ImportError, OSError) as error:  # a module that finds no memory for itself is not imported
        if isinstance(error, OSError) and error.errno != errno.ENOMEM:
            raise
        os.write(2, f"a check was ended, out of memory: {error!r}\n".encode())  # there may be none for a traceback
        os._exit(OUT_OF_MEMORY)
    sys.stdout.buffer.write(json.dumps(reply, ensure_ascii=False).encode("utf-8", "replace"))


def _carry_out(order: dict[str, Any]) -> dict[str, Any]:
    from ce_graph.check.files import METADATA
    from ce_graph.check.validation import validate
    from ce_graph.errors import CeGraphError

    try:
        shapes = [_source(item, order["base"]) for item in order["shapes"]]
        names = {item["name"] for item in order["data"]}
        data = [
            _input(item, order["base"], order["table"])
            for item in order["data"]
            if item["name"].replace(METADATA, ".csv") not in names - {item["name"]}  # it describes that table
        ]
        tables = any(isinstance(item, str) for item in data)  # these bring what they refer to
        outcome = validate(
            data,
            shapes=shapes or None,
            context=[order["context"]] if order["context"] and not shapes and not tables else None,
            base=order["base"],
            fail_on=order["fail_on"],
            strict=order["strict"],
            instance=order["instance"],
            table=order["table"],
            processes=1,  # to start another is refused
        )
    except CeGraphError as error:
        return {"status": error.status, "detail": told(error, order["language"])}
    if not shapes:
        outcome = _without_shipped(outcome)
    return _told(outcome, order["format"], order["language"])


def _without_shipped(outcome: Outcome) -> Outcome:
    """Without remarks about the shipped shapes, which the client has not written, and their places on this machine."""
    outcome.statements.sources = tuple(
        dataclasses.replace(source, name=f"{Path(source.name).parent.name}/{Path(source.name).name}")
        for source in outcome.statements.sources
    )
    return dataclasses.replace(outcome, notices=tuple(item for item in outcome.notices if not item.about_shapes))


def _told(outcome: Outcome, form: str, language: str) -> dict[str, Any]:
    from ce_graph.check.outcome import DATA_UNREADABLE, FAILS
    from ce_graph.report.view import View

    view = View(outcome, language, first=0)
    if outcome.exit_code > FAILS:
        faults = [
            {
                "detail": view.notice(item.notice),
                "file": item.notice.position.file if item.notice.position else "",
                "line": (item.notice.position.line if item.notice.position else 0) or None,
                "column": (item.notice.position.column if item.notice.position else 0) or None,
            }
            for item in outcome.failing_notices
        ]
        from ce_graph.report.shown import shown

        status = 422 if outcome.exit_code == DATA_UNREADABLE else 400
        return {"status": status, "faults": faults, "page": shown(view) if form == "html" else None}
    return {"status": 200, "conforms": outcome.conforms, **_report(view, form)}


def _report(view: Any, form: str) -> dict[str, Any]:
    import pyoxigraph as ox

    from ce_graph.rdf.formats import GRAPHS
    from ce_graph.report import render
    from ce_graph.report.shown import shown

    if form == "html":
        return {"page": shown(view)}
    graph = next((item for item in GRAPHS if item.name == form and form != "turtle"), None)
    text = render(view.outcome, "turtle" if graph else form, language=view.language, first=0)
    if graph is not None:
        assert graph.rdf is not None
        quads = ox.parse(text.encode(), ox.RdfFormat.TURTLE)
        written = ox.serialize((quad.triple for quad in quads), format=graph.rdf)
        text = (written or b"").decode()
    return {"report": text}


def _source(item: dict[str, str], base: str) -> Source:
    from ce_graph.check.files import guess
    from ce_graph.rdf.sources import of_bytes

    data = Path(item["name"]).read_bytes()
    return of_bytes(data, _format(item) or guess(data), item["name"], base)


def _input(item: dict[str, str], base: str, table: str | None) -> Source | str:
    """RDF as bytes, a table as the name of its file: in this folder, so that messages have no other path."""
    path = Path(item["name"])
    if item["kind"] in ("csv", "xlsx") or (item["kind"] == "" and (table or _is_table(path))):
        wanted = path.with_suffix("." + (item["kind"] or "csv"))
        if path.suffix.lower() not in (".csv", ".xlsx"):
            path = path.rename(wanted)
        return str(path)
    return _source(item, base)


def _is_table(path: Path) -> bool:
    """Whether a text of unknown kind is a table: its first line has headings of one that ships."""
    first = path.read_bytes()[:4096].lstrip().partition(b"\n")[0]
    if any(sign in first for sign in (b"<", b"@", b"{", b"_:", b"#")) or not any(map(first.count, (b",", b";", b"\t"))):
        return False
    from ce_graph.check.tables_overlay import fitting
    from ce_graph.errors import CeGraphError
    from ce_graph.ingest.tables import Table

    try:
        copy = Path(tempfile.gettempdir()) / "guess.csv"
        copy.write_bytes(path.read_bytes())
        return isinstance(fitting(copy), Table)
    except CeGraphError:
        return False


def _format(item: dict[str, str]) -> Format | None:
    from ce_graph.rdf.formats import GRAPHS

    return next((form for form in GRAPHS if form.name == item["kind"]), None)


if __name__ == "__main__":
    main()
