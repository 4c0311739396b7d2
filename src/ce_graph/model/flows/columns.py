"""A column of a flow table that holds terms: each distinct value once, and a number for each row."""

from __future__ import annotations

import dataclasses

from ce_graph.model.exact import Ids


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """A column of terms; a code of -1 stands for nothing stated."""

    values: tuple[str, ...]
    codes: Ids

    def text(self, row: int) -> str:
        """The value in a row, or ``""``."""
        code = int(self.codes[row])
        return self.values[code] if code >= 0 else ""
