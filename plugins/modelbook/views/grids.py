"""Tables of records, in groups, that can be sorted by their columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from modelbook.languages import Language
from modelbook.views.cells import Cell
from modelbook.views.sorting import SortedCell, sorted_cells

R = TypeVar("R")


@dataclass(frozen=True)
class Group:
    """Rows below a heading of their own; of all rows, if it is empty."""

    title: str
    rows: Sequence[Sequence[SortedCell]]


@dataclass(frozen=True)
class Grid:
    headings: Sequence[str]
    groups: Sequence[Group]

    @property
    def size(self) -> int:
        return sum(len(group.rows) for group in self.groups)


def grid(
    headings: Sequence[str], groups: Mapping[str, Sequence[R]], cells: Callable[[R], Sequence[Cell]], language: Language
) -> Grid:
    """The table of *groups* of records by their titles, whose rows *cells* makes."""
    columns = zip(*(cells(record) for records in groups.values() for record in records), strict=True)
    rows = iter(list(zip(*(sorted_cells(column, language) for column in columns), strict=True)))
    return Grid(headings, [Group(title, [next(rows) for _ in records]) for title, records in groups.items()])
