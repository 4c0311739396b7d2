"""What a client wants checked, and the check itself: in a process of its own, with a deadline."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import RequestEntityTooLarge

from ce_graph.errors import (
    BusyError,
    CeGraphError,
    LimitError,
    QueryCancelled,
    QueryTimeout,
    TooLargeError,
    UnsupportedError,
    UsageError,
)
from ce_graph.rdf.formats import GRAPHS, by_media_type, of_file
from ce_graph.web.queries.protocol import read_body
from ce_graph.web.validation_process import OUT_OF_MEMORY
from ce_graph.wording import mark, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask import Request

    from ce_graph.settings import Settings

KINDS = {"turtle": "Turtle", "trig": "TriG", "ntriples": "N-Triples", "nquads": "N-Quads", "rdfxml": "RDF/XML",
         "jsonld": "JSON-LD", "csv": "CSV", "xlsx": "XLSX"}  # fmt: skip
"""What can be sent, by the names that ``syntax`` knows."""
_TABLES = {
    "text/csv": "csv",
    "text/tab-separated-values": "csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}
_ANY = ("", "application/octet-stream", "text/plain")
"""Media types that say nothing about what was sent."""
_UNSAFE = re.compile(r"[^\w. -]+")
_LONGEST_NAME = 80
_SLOW = mark("the check took more than %(seconds)s s and was ended; send less, or run ce-graph validate")
_SOON = 0.1
_WAIT = 5.0
"""Seconds that a check waits for another to end before the client is told to come again."""


@dataclasses.dataclass(frozen=True, slots=True)
class Upload:
    """One document: a name to show, its kind (``""``: to be guessed), its bytes."""

    name: str
    kind: str
    data: bytes


@dataclasses.dataclass(frozen=True, slots=True)
class Call:
    """What is to be checked against what."""

    data: tuple[Upload, ...]
    shapes: tuple[Upload, ...]
    table: str | None
    base: str | None
    fail_on: str
    strict: bool


def read_call(request: Request, largest: int) -> Call:
    """What a request asks for.

    Raises:
        TooLargeError: the body has more than ``largest`` bytes.
        UsageError: nothing was sent, or a parameter has no such value.
        UnsupportedError: a body of a kind that is not read.
    """
    try:
        fields, data, shapes = _parts(request, largest)
    except (RequestEntityTooLarge, TooLargeError) as error:
        raise TooLargeError(say("more than the %(n)s bytes that are checked here", n=largest)) from error
    if not data:
        raise UsageError(
            say("nothing to check was sent; send RDF or a table:"
                " a file in the field data, a text in the field text, or either as the whole body")
        )  # fmt: skip
    fail_on = fields.get("fail_on") or "violation"
    if fail_on not in ("violation", "warning", "info"):
        raise UsageError(say("fail_on is violation, warning or info, not %(given)s", given=repr(fail_on)))
    table, base = fields.get("table") or None, fields.get("base") or None
    return Call(tuple(data), tuple(shapes), table, base, fail_on, fields.get("strict", "") in ("1", "true", "on"))


def _parts(request: Request, largest: int) -> tuple[Mapping[str, str], list[Upload], list[Upload]]:
    """The fields of a request, the data and the shapes."""
    if request.mimetype in ("multipart/form-data", "application/x-www-form-urlencoded"):
        # Only here: a body in chunks would end at the limit as if it were whole.
        request.max_content_length = request.max_form_memory_size = largest
        fields: Mapping[str, str] = request.form
        syntax = _syntax(fields.get("syntax", ""))
        data = [*_files(request, "data", syntax), *_text(fields.get("text", ""), "data", syntax)]
        return fields, data, [*_files(request, "shapes", ""), *_text(fields.get("shapes", ""), "shapes", "")]
    fields = request.args
    body = read_body(request, largest)
    kind = _syntax(fields.get("syntax", "")) or _kind("", request.mimetype, strict=True)
    return fields, [Upload(_safe(fields.get("name", "")) or "data", kind, body)] if body else [], []


def _files(request: Request, field: str, syntax: str) -> Iterator[Upload]:
    for file in request.files.getlist(field):
        data = file.read()
        name = _safe(file.filename or "")
        if data or name:
            yield Upload(name or field, syntax or _kind(name, file.mimetype), data)


def _text(text: str, name: str, syntax: str) -> list[Upload]:
    return [Upload(name, syntax, text.encode("utf-8", "replace"))] if text.strip() else []


def _syntax(name: str) -> str:
    if name and name not in KINDS:
        raise UsageError(say("syntax is one of %(known)s, not %(given)s", known=", ".join(KINDS), given=repr(name)))
    return name


def _kind(name: str, media_type: str, *, strict: bool = False) -> str:
    """The kind of a document by its name, else by its media type; ``""`` when neither tells."""
    suffix = PurePosixPath(name).suffix.lower().lstrip(".")
    if suffix in ("csv", "tsv", "xlsx"):
        return "csv" if suffix == "tsv" else suffix
    with contextlib.suppress(CeGraphError):
        return of_file(PurePosixPath(name)).name
    if media_type in _TABLES:
        return _TABLES[media_type]
    found = by_media_type(media_type, GRAPHS)
    if found is None and strict and media_type not in _ANY:
        known = ", ".join([*(item.media_type for item in GRAPHS), *_TABLES, "multipart/form-data"])
        raise UnsupportedError(say("%(type)s is not read here; send %(known)s", type=media_type, known=known))
    return found.name if found else ""


def _safe(name: str) -> str:
    """The last part of a file's name, without anything that is more than a name."""
    last = re.split(r"[/\\]", name)[-1]
    return _UNSAFE.sub("_", last).strip(" .")[-_LONGEST_NAME:]


class Validations:
    """Checks what clients send, a few at a time."""

    def __init__(self, settings: Settings) -> None:
        """``settings`` say how long a check may take, how much memory, and how many run at once."""
        self._settings = settings
        self._places = threading.BoundedSemaphore(max(1, settings.workers))

    def run(self, call: Call, form: str, language: str, cancel: threading.Event | None) -> dict[str, Any]:
        """The reply of the process: a report in the format ``form``, or why there is none.

        Raises:
            BusyError: no place came free.
            LimitError: the check would have taken too much memory.
            QueryTimeout: it took too long.
            QueryCancelled: the client has gone.
        """
        if not self._places.acquire(timeout=_WAIT):
            raise BusyError(say("other files are being checked; try again in a moment"), retry_after=int(_WAIT))
        try:
            with tempfile.TemporaryDirectory(prefix="ce-graph-validate-") as folder:
                return self._run(Path(folder), self._order(call, Path(folder), form, language), cancel)
        finally:
            self._places.release()

    def _order(self, call: Call, folder: Path, form: str, language: str) -> dict[str, Any]:
        settings = self._settings
        (folder / "files" / "shapes").mkdir(parents=True)
        (folder / "scratch").mkdir()
        context = settings.data / "dataset.nq" if settings.data else None
        return {
            "parent": os.getpid(),
            "memory": settings.worker_memory,
            "scratch": str(folder / "scratch"),
            "data": _stored(call.data, folder / "files", ""),
            "shapes": _stored(call.shapes, folder / "files", "shapes/"),
            "context": str(context.absolute()) if context and context.is_file() else None,
            "table": call.table,
            "base": call.base or settings.base,
            "instance": settings.base,
            "fail_on": call.fail_on,
            "strict": call.strict,
            "format": form,
            "language": language,
        }

    def _run(self, folder: Path, order: dict[str, Any], cancel: threading.Event | None) -> dict[str, Any]:
        (folder / "order").write_text(json.dumps(order), encoding="utf-8")
        end = time.monotonic() + self._settings.validate_seconds
        with (folder / "order").open("rb") as given, (folder / "reply").open("wb") as reply:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "ce_graph.web.validation_process"],
                stdin=given, stdout=reply, cwd=folder / "files",
            )  # fmt: skip
            try:
                self._wait(process, end, cancel)
            finally:
                process.kill()
                process.wait()
        if process.returncode == OUT_OF_MEMORY or process.returncode < 0:
            raise LimitError(say("the check would take more memory than it may; send less at once"), limit="memory")
        if process.returncode:
            raise RuntimeError(f"the process of a check ended with {process.returncode}")
        told: dict[str, Any] = json.loads((folder / "reply").read_bytes())
        return told

    def _wait(self, process: subprocess.Popen[bytes], end: float, cancel: threading.Event | None) -> None:
        while process.poll() is None:
            if cancel is not None and cancel.is_set():
                raise QueryCancelled("the client has gone")
            if time.monotonic() > end:
                seconds = f"{self._settings.validate_seconds:g}"
                raise QueryTimeout(say(_SLOW, seconds=seconds))
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_SOON)


def _stored(uploads: tuple[Upload, ...], folder: Path, below: str) -> list[dict[str, str]]:
    """Write documents into the folder of the process, each under a name of its own."""
    stored: list[dict[str, str]] = []
    taken: set[str] = {"shapes"}
    for upload in uploads:
        name = upload.name
        while name in taken:
            name = f"{len(taken)}-{upload.name}"
        taken.add(name)
        (folder / below / name).write_bytes(upload.data)
        stored.append({"name": below + name, "kind": upload.kind})
    return stored
