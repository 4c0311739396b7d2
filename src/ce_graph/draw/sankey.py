"""Draws flows between nodes as a Sankey diagram, on the server and without scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from html import escape
from typing import NamedTuple

from ce_graph.draw import svg
from ce_graph.draw.sankey_layout import BAR, Link, Node, back_links, layout
from ce_graph.wording import Wording

_TEXT = 22.0
_LANE = 12.0


class Flow(NamedTuple):
    """One band; ``note`` is added to what is said of it, such as its year."""

    source: str
    target: str
    value: Decimal
    note: str = ""


def draw(
    flows: Sequence[Flow],
    labels: Mapping[str, str],
    title: str,
    *,
    unit: str = "t",
    language: str = "en",
    width: int = 960,
    height: int = 440,
) -> str:
    """The diagram as SVG: every band and bar has a title, circles are bands that run back below.

    ``labels`` are the names of the nodes. Flows of zero are left out. The same flows give the same bytes.
    """
    shown = [flow for flow in flows if flow.value > 0]
    if not shown:
        return svg.frame(width, 40, title, Wording(language).gettext("no flows"), [svg.text(0, 20, "–")])  # noqa: RUF001
    known = dict(labels)
    said = {flow: _said(flow, known, unit, language) for flow in shown}
    right = min(width * 0.4, svg.CHARACTER * max(len(_name(known, flow.target)) + 12 for flow in shown))
    placed = [(flow.source, flow.target, float(flow.value), said[flow]) for flow in shown]
    nodes, links = layout(placed, known, width - right, height)
    base = max(node.y + node.height for node in nodes) + _LANE
    parts = [_band(link) for link in links if not link.back]
    reach = 0.0
    for link in back_links(links):
        parts.append(_loop(link, base))
        base += max(1.0, link.width) + _LANE
        reach = max(reach, 24 + 2 * link.width)
    columns = sorted({node.x for node in nodes})
    step = columns[1] - columns[0] if len(columns) > 1 else float(width)
    letters, last = (int((room - BAR - 10) / svg.CHARACTER) for room in (step, right))
    parts += [_bar(node, unit, language, letters if node.x < columns[-1] else last) for node in nodes]
    back = sum(link.back for link in links)
    description = "; ".join(said[flow] for flow in shown)
    if back:
        told = Wording(language).gettext("%(back)s of %(all)s run back and close a circle.", back=back, all=len(links))
        description += f". {told}"
    return svg.frame(width + 2 * reach, base + _TEXT / 2, title, description, parts, left=-reach)


def _name(labels: Mapping[str, str], key: str) -> str:
    return labels.get(key, key)


def _said(flow: Flow, labels: Mapping[str, str], unit: str, language: str) -> str:
    ends = f"{_name(labels, flow.source)} → {_name(labels, flow.target)}"
    return f"{ends}: {svg.number(flow.value, language)} {unit}" + (f" ({flow.note})" if flow.note else "")


def _band(link: Link) -> str:
    x1, x2 = link.source.x + BAR, link.target.x
    middle = (x1 + x2) / 2
    way = (
        f"M{_at(x1, link.y_source)} C{_at(middle, link.y_source)} {_at(middle, link.y_target)} {_at(x2, link.y_target)}"
    )
    return _path(link, way, svg.LINK)


def _loop(link: Link, base: float) -> str:
    x1, x2 = link.source.x + BAR, link.target.x
    floor, turn = base + link.width / 2, 24 + link.width / 2
    way = (
        f"M{_at(x1, link.y_source)} C{_at(x1 + 2 * turn, link.y_source)} {_at(x1 + 2 * turn, floor)} {_at(x1, floor)}"
        f" L{_at(x2, floor)} C{_at(x2 - 2 * turn, floor)} {_at(x2 - 2 * turn, link.y_target)} {_at(x2, link.y_target)}"
    )
    return _path(link, way, svg.BACK)


def _path(link: Link, way: str, colour: str) -> str:
    width = svg.coordinate(max(1.0, link.width))
    return (
        f'<path d="{way}" fill="none" stroke="{colour}" stroke-opacity="0.45" stroke-width="{width}">'
        f"<title>{escape(link.title)}</title></path>"
    )


def _bar(node: Node, unit: str, language: str, letters: int) -> str:
    """A node with its label, which must fit between the columns or at the right (the title has all of it)."""
    amount = f"{svg.number(Decimal(repr(round(node.value, 3))), language)} {unit}"
    label = f"{node.label} {amount}"
    if len(label) > letters:
        label = f"{node.label[: max(1, letters - len(amount) - 2)].rstrip()}… {amount}"
    box = f'x="{svg.coordinate(node.x)}" y="{svg.coordinate(node.y)}" width="{BAR:.0f}"'
    return (
        f'<rect {box} height="{svg.coordinate(node.height)}" fill="{svg.NODE}">'
        f"<title>{escape(f'{node.label}: {amount}')}</title></rect>"
        + svg.text(node.x + BAR + 4, node.middle, label, over=True)
    )


def _at(x: float, y: float) -> str:
    return f"{svg.coordinate(x)},{svg.coordinate(y)}"
