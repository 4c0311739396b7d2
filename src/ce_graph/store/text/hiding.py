"""Keeps the graph of the union from queries and updates: no ``GRAPH ?g`` takes it in."""

from __future__ import annotations

from ce_graph.store.text.tokens import Unreadable, certain, closing


class Uncertain(Exception):  # noqa: N818 - not a fault: there is another way for what a text does not tell
    """A text does not tell it with certainty."""


def hide(text: str, union: str) -> str:
    """A query or an update with a condition behind each ``GRAPH ?g { … }`` that is no part of a template.

    Without a graph to hide (``""``) it is left as it is.

    Raises:
        Uncertain: its tokens do not tell where that is.
    """
    if not union or "graph" not in text.lower():
        return text
    try:
        found = certain(text)
        places: list[tuple[int, str]] = []
        position = 0
        while position + 2 < len(found):
            word = found[position].text.lower() if found[position].kind == "word" else ""
            name, brace = found[position + 1 : position + 3]
            if word in {"insert", "delete"} and name.text == "{":
                position = closing(found, position + 1)
            elif word == "delete" and name.text.lower() == "where":
                raise Uncertain  # its pattern is its template
            elif word == "graph" and name.kind == "var" and brace.text == "{":
                last = closing(found, position + 2)
                if any(token.text.lower() == "select" for token in found[position:last]):
                    raise Uncertain  # pyoxigraph leaves the name of the graph unbound where a subquery is in its group
                places.append((found[last].start + 1, f" FILTER(!sameTerm({name.text}, <{union}>)) "))
            elif word.endswith("graph") and word != "graph":
                raise Uncertain  # trueGRAPH is two words to some
            position += 1
    except Unreadable as error:
        raise Uncertain from error
    pieces: list[str] = []
    done = 0
    for end, condition in sorted(places):
        pieces += (text[done:end], condition)
        done = end
    return "".join((*pieces, text[done:]))
