"""The OpenAPI description of the service: the hand-written part, and a path for each stored question."""

from __future__ import annotations

import copy
import functools
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ce_graph import __version__
from ce_graph.query.texts import text_in
from ce_graph.web.queries.questions import questions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from ce_graph.query.questions import Parameter, Question

_TYPES: dict[str, dict[str, Any]] = {
    "date": {"type": "string", "description": "YYYY-MM-DD or today"},
    "year": {"type": "string", "pattern": r"^([12]\d{3}|today)$"},
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "string": {"type": "string", "maxLength": 500},
}
_RDF = ("text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml", "application/trig")


def document(server: str) -> dict[str, Any]:
    """The whole description, for the service at an address."""
    found = copy.deepcopy(_written())
    found["info"]["version"] = __version__
    found["servers"] = [{"url": server}]
    for one in questions():
        found["paths"][f"/questions/{one.name}"] = {"get": _operation(one)}
    return found


@functools.cache
def _written() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
    return found


def _operation(one: Question) -> dict[str, Any]:
    content: dict[str, Any] = {
        "application/json": {"schema": {"$ref": "#/components/schemas/answer"}},
        "text/csv": {},
        "text/html": {},
    }
    if one.graph is not None:
        content |= {media_type: {} for media_type in _RDF}
    problem = {"$ref": "#/components/responses/problem"}
    return {
        "operationId": re.sub(r"\W", "_", one.name),
        "tags": ["questions"],
        "summary": text_in(one.title, "en"),
        "description": text_in(one.description, "en"),
        "parameters": [
            *(_parameter(item) for item in one.parameters),
            {"$ref": "#/components/parameters/lang"},
            {"$ref": "#/components/parameters/format"},
        ],
        "responses": {
            "200": {"description": "The answer", "content": content},
            "400": problem,
            "404": problem,
            "406": problem,
        },
    }


def _parameter(item: Parameter) -> dict[str, Any]:
    kind, _, rest = item.type.partition("/")
    schema = dict(_TYPES.get(item.type, {"type": "string"}))
    if kind in ("code", "id"):
        schema["description"] = f"Short name, label or IRI of one of {kind}/{rest}"
    if item.minimum is not None:
        schema["minimum"] = _number(schema, item.minimum)
    if item.maximum is not None:
        schema["maximum"] = _number(schema, item.maximum)
    if item.default is not None:
        numeric = schema.get("type") in ("integer", "number")
        schema["default"] = _number(schema, item.default) if numeric else item.default
    required = item.required and item.default is None
    return {
        "name": item.name,
        "in": "query",
        "required": required,
        "description": text_in(item.label, "en"),
        "schema": schema,
    }


def _number(schema: Mapping[str, Any], value: Decimal | str) -> float:
    """A whole number where the schema wants one: clients send what stands in the description, and 1.0 is refused."""
    return int(value) if schema.get("type") == "integer" else float(value)
