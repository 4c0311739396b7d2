"""Places the nodes and links of a Sankey diagram; a circular economy has circles, so links may run back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

BAR, GAP, SMALLEST = 14.0, 14.0, 2.0
_TURNS = 16


@dataclass(eq=False)
class Node:
    """Something that flows enter and leave."""

    key: str
    label: str
    column: int = 0
    value: float = 0.0
    x: float = 0.0
    y: float = 0.0
    height: float = 0.0
    into: list[Link] = field(default_factory=list)
    out: list[Link] = field(default_factory=list)

    @property
    def middle(self) -> float:
        """Where the node's middle is."""
        return self.y + self.height / 2


@dataclass(eq=False)
class Link:
    """A flow between two nodes; ``back`` when it closes a circle."""

    source: Node
    target: Node
    value: float
    title: str
    back: bool = False
    width: float = 0.0
    y_source: float = 0.0
    y_target: float = 0.0


def layout(
    flows: Sequence[tuple[str, str, float, str]], labels: dict[str, str], width: float, height: float
) -> tuple[list[Node], list[Link]]:
    """Nodes in columns by the longest way to them, heights by value, each pulled towards its neighbours.

    ``flows`` are source, target, value above 0 and title; the order of the flows decides where values do not.
    """
    nodes: dict[str, Node] = {}
    links = []
    for source, target, value, title in flows:
        ends = [nodes.setdefault(key, Node(key, labels.get(key, key))) for key in (source, target)]
        links.append(Link(ends[0], ends[1], value, title))
        ends[0].out.append(links[-1])
        ends[1].into.append(links[-1])
    _mark_back(list(nodes.values()))
    _assign_columns(list(nodes.values()))
    columns: dict[int, list[Node]] = {}
    for node in nodes.values():
        node.value = max(sum(link.value for link in node.into), sum(link.value for link in node.out))
        columns.setdefault(node.column, []).append(node)
    room = max(height, *(len(column) * (GAP + 8) for column in columns.values()))
    scale = min((room - GAP * (len(column) - 1)) / sum(n.value for n in column) for column in columns.values())
    step = (width - BAR) / max(1, *columns)
    for place, column in columns.items():
        top = 0.0
        for node in column:
            node.x, node.y, node.height = place * step, top, max(SMALLEST, node.value * scale)
            top += node.height + GAP
    for link in links:
        link.width = link.value * scale
    for turn in range(_TURNS):
        for place in sorted(columns, reverse=turn % 2 == 0):
            _relax(columns[place], room)
    for node in nodes.values():
        _attach(node)
    return list(nodes.values()), links


def _mark_back(nodes: list[Node]) -> None:
    """Mark the links that lead back to a node on the way; without them there is no circle."""
    done: set[int] = set()
    for start in sorted(nodes, key=lambda node: sum(link.value for link in node.into if link.source is not node)):
        if id(start) in done:
            continue
        way, on_way = [(start, iter(start.out))], {id(start)}
        while way:
            node, rest = way[-1]
            link = next(rest, None)
            if link is None:
                way.pop()
                on_way.discard(id(node))
                done.add(id(node))
            elif id(link.target) in on_way:
                link.back = True
            elif id(link.target) not in done:
                way.append((link.target, iter(link.target.out)))
                on_way.add(id(link.target))


def _assign_columns(nodes: list[Node]) -> None:
    """The length of the longest way from a node that nothing enters."""
    open_ = {id(node): sum(not link.back for link in node.into) for node in nodes}
    ready = [node for node in nodes if not open_[id(node)]]
    while ready:
        node = ready.pop()
        for link in node.out:
            if not link.back:
                link.target.column = max(link.target.column, node.column + 1)
                open_[id(link.target)] -= 1
                if not open_[id(link.target)]:
                    ready.append(link.target)


def _relax(column: list[Node], height: float) -> None:
    for node in column:
        near = [(link.source, link.value) for link in node.into if not link.back]
        near += [(link.target, link.value) for link in node.out if not link.back]
        total = sum(value for _, value in near)
        if total:
            node.y = sum(other.middle * value for other, value in near) / total - node.height / 2
    column.sort(key=lambda node: node.y)
    top = 0.0
    for node in column:
        node.y = max(node.y, top)
        top = node.y + node.height + GAP
    bottom = height
    for node in reversed(column):
        node.y = max(0.0, min(node.y, bottom - node.height))
        bottom = node.y - GAP
    top = 0.0
    for node in column:  # what did not fit is pushed down rather than drawn over another
        node.y = max(node.y, top)
        top = node.y + node.height + GAP


def _attach(node: Node) -> None:
    """Where on the node each link begins or ends, so that they do not cross there; links back go lowest."""
    for links, far in ((node.out, "target"), (node.into, "source")):
        offset = node.y
        for link in sorted(links, key=lambda link: (link.back, getattr(link, far).y, getattr(link, far).key)):
            middle, offset = offset + link.width / 2, offset + link.width
            if far == "target":
                link.y_source = middle
            else:
                link.y_target = middle


def back_links(links: Iterable[Link]) -> list[Link]:
    """The links that need a lane below the columns, the widest first."""
    return sorted((link for link in links if link.back), key=lambda link: -link.width)
