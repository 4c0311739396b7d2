"""Says what the parser of SPARQL expected in words, without its classes of characters."""

from __future__ import annotations

import re

_ITEM = re.compile(r"""("(?:[^"\\]|\\.)+")|\[[^\]]*\]|([A-Z][A-Za-z ]+)""")
_SAID = {
    "Prefix not found": "this prefix is not declared",
    "IRI parsing failed": "this is not a valid IRI, or a relative one without BASE",
}
_SHOWN = 12


def wanted(message: str) -> str:
    """What is wrong, of the parser's message without its position; of what was expected the first dozen."""
    if not message.startswith("expected"):
        return message
    items = [found[1] or found[2] for found in _ITEM.finditer(message) if found[1] or found[2]]
    for item in items:
        if item in _SAID:
            return _SAID[item]
    if not items:
        return "this cannot stand here"
    return f"expected {', '.join(items[:_SHOWN])}{' …' if len(items) > _SHOWN else ''}"
