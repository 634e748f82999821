"""A row of a data file: text by column, as it is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from ..mistakes import Place

MOST_COLUMNS = 200
LONGEST_CELL = 10_000
"""Characters."""

Cell: TypeAlias = "str | list[str]"


@dataclass(frozen=True, slots=True)
class TableRecord:
    """One row as it is written."""

    place: Place
    """Its line is the row's number where a person looks: a spreadsheet's row, a file's line."""
    cells: dict[str, Cell]
    """By column; empty cells are left out."""
    columns: frozenset[str] | None = None
    """What every row of the table has, filled in or not; None where each row says for itself."""
