"""Writes an answer as CSV, as JSON or as aligned text."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

import pyoxigraph as ox

from ce_graph.query.answers import Answer
from ce_graph.query.columns import heading
from ce_graph.query.foreign import FOREIGN
from ce_graph.query.running import AnyTerm
from ce_graph.query.texts import text_in
from ce_graph.rdf.namespaces import XSD
from ce_graph.wording import Wording, mark

_WIDEST = 48
_LABEL = "Label"
_TERMS = {"other"}
"""Columns whose answer are terms of other vocabularies."""
_BOOLEAN = ox.NamedNode(str(XSD) + "boolean")
_TRUTH = {"true": mark("yes"), "false": mark("no")}


def as_csv(answer: Answer) -> str:
    """The rows under their variables; a column of IRIs is followed by one with their names, ``…Label``.

    The columns depend on the question and on which of them hold IRIs, and on nothing else.
    """
    named = {name for name in answer.columns if any(isinstance(row.get(name), ox.NamedNode) for row in answer.rows)}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([cell for name in answer.columns for cell in ((name, name + _LABEL) if name in named else (name,))])
    for row in answer.rows:
        cells: list[str] = []
        for name in answer.columns:
            term = row.get(name)
            cells.append(_plain(term))
            if name in named:
                cells.append(answer.labels.of(term))
        writer.writerow(cells)
    return out.getvalue()


def as_json(answer: Answer, language: str) -> str:
    """The question, the values it was asked with, the rows with names, and the note when there are none."""
    question = answer.question
    document: dict[str, Any] = {
        "question": question.number,
        "name": question.name,
        "title": text_in(question.title, language),
        "parameters": {name: _plain(term) for name, term in answer.values.items()},
        "columns": [{"name": name, "title": heading(name, language)} for name in answer.columns],
        "rows": [
            {name: _cell(term, answer) for name in answer.columns if (term := row.get(name)) is not None}
            for row in answer.rows
        ],
    }
    if answer.note:
        document |= {"note": answer.note, "noDataYet": answer.no_data}
    if answer.missing:
        document["missing"] = answer.missing
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def as_text(answer: Answer, language: str) -> str:
    """The rows as aligned columns with headings and names instead of IRIs; a column without any value is left out."""
    missing = f"\n{answer.missing}\n" if answer.missing else ""
    if not answer.rows:
        return answer.note + "\n" + missing
    used = [name for name in answer.columns if any(name in row for row in answer.rows)]
    wording = Wording(language)
    lines = [[heading(name, language) for name in used]]
    lines += [[_shown(name, row.get(name), answer, wording) for name in used] for row in answer.rows]
    widths = [min(_WIDEST, max(map(len, column))) for column in zip(*lines, strict=True)]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(_line(cells, widths) for cells in lines) + "\n" + missing


def _shown(name: str, term: AnyTerm | None, answer: Answer, wording: Wording) -> str:
    """A cell for a reader: names of things and well-known foreign terms, yes and no; foreign terms asked for stay."""
    text = answer.labels.of(term)
    if isinstance(term, ox.NamedNode) and text in FOREIGN and name not in _TERMS:
        return wording.gettext(FOREIGN[text])
    if isinstance(term, ox.Literal) and term.datatype == _BOOLEAN and text in _TRUTH:
        return wording.gettext(_TRUTH[text])
    return " ".join(text.split())


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    """A line of text; a cell that is too wide pushes the rest of its line, so that nothing is cut."""
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _plain(term: AnyTerm | None) -> str:
    if term is None:
        return ""
    return str(term) if isinstance(term, ox.Triple) else term.value


def _cell(term: AnyTerm, answer: Answer) -> str | dict[str, str]:
    """Numbers stay texts, so that no digit is lost; a thing has its IRI and its name."""
    if isinstance(term, ox.NamedNode):
        return {"iri": term.value, "label": answer.labels.label(term.value).text}
    return _plain(term)
