"""Where in a table something stands, and why a row or a file is refused."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: ``line`` is the line in the file, ``row`` the row below the header, both from 1."""

    file: str
    line: int
    row: int
    column: str
    column_number: int
    value: str

    @property
    def letter(self) -> str:
        """The column as spreadsheets name it: A, B … Z, AA …"""
        number, letters = self.column_number, ""
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(65 + rest) + letters
        return letters

    def __str__(self) -> str:
        """``file:line: column 'name' (cell C7)``; the row of the cell is that of a spreadsheet."""
        return f"{self.file}:{self.line}: column {self.column!r} (cell {self.letter}{self.row + 1})"


@dataclasses.dataclass(frozen=True, slots=True)
class Refusal:
    """What is wrong and what to do; ``cell`` or at least ``line`` where that is known."""

    file: str
    reason: str
    hint: str = ""
    line: int | None = None
    cell: Cell | None = None
    follows: bool = False
    """Whether nothing is wrong with the row itself: it refers to one that was refused."""

    def __str__(self) -> str:
        """One line for the user."""
        where = str(self.cell) if self.cell else self.file + (f":{self.line}" if self.line else "")
        return f"{where}: {self.reason}" + (f"; {self.hint}" if self.hint else "")

    def as_dict(self) -> dict[str, object]:
        """For the report."""
        found: dict[str, object] = {
            "file": self.file,
            "line": self.line,
            "reason": self.reason,
            "hint": self.hint,
            "follows": self.follows,
        }
        if self.cell:
            found |= {"row": self.cell.row, "column": self.cell.column, "value": self.cell.value}
        return found


class CellError(ValueError):
    """A cell does not hold what its column asks for; ``hint`` says what to write instead."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.reason, self.hint = reason, hint
