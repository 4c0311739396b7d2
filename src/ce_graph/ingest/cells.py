"""Where in a table something stands, and why a row or a file is refused."""

from __future__ import annotations

import dataclasses

from ce_graph.wording import DEFAULT, say, told


@dataclasses.dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: ``line`` is the line in the file, ``row`` the row below the header, both from 1."""

    file: str
    line: int
    row: int
    column: str
    column_number: int
    """From 1; 0 for a column that the file leaves out."""
    value: str
    heading: str = ""
    """What the file writes above the column, where that is not its name."""

    @property
    def letter(self) -> str:
        """The column as spreadsheets name it: A, B … Z, AA …; ``""`` for one that is left out."""
        number, letters = self.column_number, ""
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(65 + rest) + letters
        return letters

    @property
    def name(self) -> str:
        """The cell as spreadsheets name it, ``C7``, the header being row 1; ``""`` where the column is left out."""
        return f"{self.letter}{self.row + 1}" if self.letter else ""

    def __str__(self) -> str:
        """``file:line: column 'heading' (cell C7)``."""
        return self.told()

    def told(self, language: str = DEFAULT) -> str:
        """The same in a language."""
        column = repr(self.heading or self.column)
        where = say("column %(column)s", column=column)
        if self.name:
            where = say("column %(column)s (cell %(cell)s)", column=column, cell=self.name)
        return f"{self.file}:{self.line}: {where.told(language)}"


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
    unreadable: bool = False
    """Whether the file cannot be read, from the line on or at all."""

    @property
    def place(self) -> tuple[str, int, int]:
        """File, line and column, to sort by."""
        return self.file, self.line or 0, self.cell.column_number if self.cell else 0

    def __str__(self) -> str:
        """One line for the user, in English."""
        return self.told()

    def told(self, language: str = DEFAULT) -> str:
        """One line for the user, in a language."""
        where = self.cell.told(language) if self.cell else self.file + (f":{self.line}" if self.line else "")
        return f"{where}: {told(self.reason, language)}" + (f"; {told(self.hint, language)}" if self.hint else "")

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
