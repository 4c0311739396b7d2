"""Reads a question from its file: the comments at its top are TOML, the rest is SPARQL."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ce_graph.errors import DataError
from ce_graph.query.binding import ROWS, markers
from ce_graph.query.questions import GROUPS, Parameter, Question
from ce_graph.query.texts import LANGUAGES, Texts
from ce_graph.rdf.namespaces import PREFIXES

SIMPLE_TYPES = ("date", "year", "decimal", "integer", "string")
_TYPE = re.compile(r"(?:code|id)/[a-z0-9.-]+")
_FILE = re.compile(r"(\d\d)-([a-z0-9]+(?:-[a-z0-9]+)*)\.rq")
_KEYS = {"number", "group", "title", "description", "answer", "reason", "ordered", "parameter"}
_PARAMETER_KEYS = {"type", "label", "default", "required", "minimum", "maximum", "offers"}
_ANSWERS = ("data", "in part", "no data yet")
_PROLOGUE = re.compile(r"^PREFIX\s+([\w.-]*):\s*<([^>]*)>\s*$", re.MULTILINE)
LANGUAGE = "lang"
"""The parameter that every question may use without declaring it: the reader's language."""


def read_question(file: Path) -> Question:
    """The question of a file.

    Raises:
        DataError: with file, line and what to do.
    """
    named = _FILE.fullmatch(file.name)
    if named is None:
        raise DataError(f"{file.name}: call a question's file NN-name.rq, with two digits and small letters")
    try:
        text = file.read_text(encoding="utf-8")
        beside = file.with_name(f"{file.stem}.rdf.rq")
        graph = beside.read_text(encoding="utf-8") if beside.is_file() else None
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{file.name}: cannot be read: {error}") from error
    return _Reader(file.name).question(int(named[1]), named[2], text, graph)


class _Reader:
    """Reads one file and names it in every fault."""

    def __init__(self, file: str) -> None:
        self._file = file

    def fault(self, what: str, line: int | None = None) -> DataError:
        return DataError(f"{self._file}{f', line {line}' if line else ''}: {what}")

    def question(self, number: int, name: str, text: str, graph: str | None) -> Question:
        lines = text.splitlines()
        height = next((place for place, line in enumerate(lines) if not line.startswith("#")), len(lines))
        header = self._header(lines[:height])
        while height < len(lines) and not lines[height].strip():
            height += 1
        body = "\n".join(lines[height:]) + "\n"
        if unknown := sorted(set(header) - _KEYS):
            raise self.fault(f"unknown {', '.join(unknown)} in the header; known are {', '.join(sorted(_KEYS))}")
        if header.get("number") != number:
            raise self.fault(f"number is {header.get('number')!r} in the header and {number} in the file's name")
        group = header.get("group")
        if group not in GROUPS:
            raise self.fault(f"group is {group!r}; write one of {', '.join(GROUPS)}")
        parameters = tuple(self._parameter(key, value) for key, value in self._table(header, "parameter").items())
        self._check_prefixes(body)
        self._check_markers(body, parameters)
        if graph is not None:
            self._check_graph(graph)
        return Question(
            number=number,
            name=name,
            group=group,
            title=self._texts(header, "title"),
            description=self._texts(header, "description"),
            parameters=parameters,
            body=body,
            columns=self._columns(body, height),
            reason=self._reason(header),
            partly=header.get("answer") == "in part",
            ordered=self._ordered(header, {parameter.name for parameter in parameters}),
            graph=graph,
        )

    def _header(self, lines: list[str]) -> dict[str, Any]:
        if not lines:
            raise self.fault("no header; begin with comments such as '# group = \"coordinator\"'", 1)
        for place, line in enumerate(lines, 1):
            if line != "#" and not line.startswith("# "):
                raise self.fault("put a space after the # of a header's line", place)
        try:
            return tomllib.loads("\n".join(line[2:] for line in lines))
        except tomllib.TOMLDecodeError as error:
            raise self.fault(f"the header is not TOML: {error}") from error

    def _table(self, header: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        value = header.get(key, {})
        if not isinstance(value, dict):
            raise self.fault(f"{key} is a table, such as [{key}.theme]")
        return value

    def _texts(self, header: Mapping[str, Any], key: str, where: str = "") -> Texts:
        value = header.get(key)
        if (
            not isinstance(value, dict)
            or set(value) != set(LANGUAGES)
            or not all(isinstance(one, str) and one for one in value.values())
        ):
            raise self.fault(f'{where}{key} needs a text in {", ".join(LANGUAGES)}, such as {key}.en = "…"')
        return dict(value)

    def _reason(self, header: Mapping[str, Any]) -> Texts | None:
        answer = header.get("answer")
        if answer not in _ANSWERS:
            raise self.fault(f"answer is {answer!r}; write {' or '.join(map(repr, _ANSWERS))}")
        if answer == "data":
            if "reason" in header:
                raise self.fault('reason tells what data is missing, but answer is "data"; leave one out')
            return None
        return self._texts(header, "reason")

    def _ordered(self, header: Mapping[str, Any], names: set[str]) -> tuple[tuple[str, str], ...]:
        pairs = header.get("ordered", [])
        if not isinstance(pairs, list) or not all(
            isinstance(pair, list) and len(pair) == 2 and set(pair) <= names for pair in pairs
        ):
            raise self.fault('ordered lists pairs of parameters, such as [["from", "to"]]')
        return tuple((first, second) for first, second in pairs)

    def _parameter(self, name: str, told: object) -> Parameter:
        where = f"parameter {name}: "
        if not re.fullmatch(r"[a-z][a-z0-9]*", name) or name == LANGUAGE:
            raise self.fault(f"{where}a name has small letters and digits and is not {LANGUAGE!r}")
        if not isinstance(told, dict):
            raise self.fault(f"{where}it is a table, such as [parameter.{name}]")
        if unknown := sorted(set(told) - _PARAMETER_KEYS):
            raise self.fault(f"{where}unknown {', '.join(unknown)}; known are {', '.join(sorted(_PARAMETER_KEYS))}")
        type_ = told.get("type")
        if not isinstance(type_, str) or not (type_ in SIMPLE_TYPES or _TYPE.fullmatch(type_)):
            raise self.fault(f"{where}type is {type_!r}; write {', '.join(SIMPLE_TYPES)}, code/LIST or id/KIND")
        default, offers, required = told.get("default"), told.get("offers"), told.get("required", False)
        if not isinstance(default, str | None) or not isinstance(offers, str | None) or not isinstance(required, bool):
            raise self.fault(f"{where}default and offers are texts in quotes, required is true or false")
        if offers is not None and "?value" not in offers:
            raise self.fault(f"{where}offers is a graph pattern with ?value")
        bounds = {key: self._bound(told, key, where) for key in ("minimum", "maximum")}
        return Parameter(
            name=name, type=type_, label=self._texts(told, "label", where), default=default, required=required,
            minimum=bounds["minimum"], maximum=bounds["maximum"], offers=offers,
        )  # fmt: skip

    def _bound(self, told: Mapping[str, Any], key: str, where: str) -> Decimal | None:
        value = told.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.fault(f"{where}{key} is a number")
        return Decimal(str(value))

    def _check_prefixes(self, body: str) -> None:
        for name, iri in _PROLOGUE.findall(body):
            if PREFIXES.get(name) != iri:
                raise self.fault(f"prefix {name}: is <{iri}>; the graph's is <{PREFIXES.get(name, 'not known')}>")

    def _check_markers(self, body: str, parameters: tuple[Parameter, ...]) -> None:
        marked = {name for names in markers(body) for name in names}
        declared = {parameter.name for parameter in parameters}
        if stray := sorted(marked - declared - {LANGUAGE}):
            raise self.fault(f"the query takes {', '.join(stray)}, which the header does not declare")
        if unused := sorted(declared - marked):
            raise self.fault(f"no line '# parameters: ?{unused[0]}' in the query says where {', '.join(unused)} goes")

    def _columns(self, body: str, before: int) -> tuple[str, ...]:
        try:
            found = ox.Store().query(body)
        except SyntaxError as error:
            where = re.match(r"error at (\d+):\d+: ", str(error))
            line = int(where[1]) + before if where else None
            raise self.fault(f"the query is not SPARQL: {str(error)[where.end() if where else 0 :]}", line) from error
        if not isinstance(found, ox.QuerySolutions):
            raise self.fault("a question is a SELECT query; CONSTRUCT stands beside it in a file .rdf.rq")
        return tuple(variable.value for variable in found.variables)

    def _check_graph(self, graph: str) -> None:
        if len(ROWS.findall(graph)) != 1:
            raise self.fault("the .rdf.rq file needs one line '# rows' where the solutions go")
        try:
            found = ox.Store().query(graph)
        except SyntaxError as error:
            raise self.fault(f"the .rdf.rq file is not SPARQL: {error}") from error
        if not isinstance(found, ox.QueryTriples):
            raise self.fault("the .rdf.rq file is no CONSTRUCT query")
