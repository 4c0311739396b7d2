"""Lines and columns are those of a text editor, and the length of a line costs nothing."""

from __future__ import annotations

import random

import pytest

from ce_graph.rdf.positions import spots


def counted(text: str, at: int) -> tuple[int, int]:
    """Line and column of a character, one character after the other."""
    line = column = 1
    for before, here in zip(text[:at], f"{text[1:]} ", strict=False):
        if before == "\n" or (before == "\r" and here != "\n"):
            line, column = line + 1, 1
        else:
            column += 1
    return line, column


@pytest.mark.parametrize("alphabet", ["ab \n", "aä€𝄞\r\n", "ä€𝄞"])
def test_places_are_those_of_characters(alphabet: str) -> None:
    pick = random.Random(1)
    for size in (0, 5, 1023, 1024, 1025, 3000):
        text = "".join(pick.choice(alphabet) for _ in range(size)).replace("\r\n", "\n" if size % 2 else "\r\n")
        data = text.encode()
        lines = spots.Lines(data)
        for at in [*pick.sample(range(size), min(size, 40)), size]:
            if text[at - 1 : at + 1] == "\r\n":
                continue  # between the two, there is no place
            offset = len(text[:at].encode())
            assert lines.at(offset) == spots.line_of(data, offset) == counted(text, at)


def test_a_long_line_is_not_counted_from_its_beginning_each_time() -> None:
    class Slices(bytes):
        taken = 0

        def __getitem__(self, key: object) -> bytes:  # type: ignore[override]
            found: bytes = super().__getitem__(key)  # type: ignore[index]
            Slices.taken += len(found)
            return found

    data = Slices(b"x" * 1_000_000)
    lines = spots.Lines(data)
    assert [lines.at(offset)[1] for offset in range(0, len(data), 1000)] == list(range(1, 1_000_001, 1000))
    assert Slices.taken < 3 * len(data)
