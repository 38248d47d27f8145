"""The order of cells: small before large, early before late, words by the alphabet, what is missing last."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from modelbook.catalogue import Subject
from modelbook.languages import Language
from modelbook.schema import PartialDate, Text
from modelbook.views.cells import Cell, subject_name
from modelbook.words import WORDS

_ORDERS = {kind: list(WORDS[kind]) for kind in ("access", "purpose")} | {"verdict": ["yes", "conditional", "no"]}

_BY_VALUE = {"quantity", "date", "sizes", *_ORDERS}
"""Kinds of cells whose words do not sort as their values do."""


def is_missing(cell: Cell) -> bool:
    """Whether a cell has no value to sort by."""
    return cell.kind in ("missing", "absent") or cell.value in (None, [])


def sort_key(cell: Cell, language: Language) -> Any:
    """What a cell sorts by among others of its column; only for those with a value."""
    value = cell.value
    if cell.kind in ("quantity", "sizes"):
        sizes = value if cell.kind == "sizes" else [value]
        return [(size.value, size.upper or size.value, size.at_least) for size in sizes]
    if cell.kind == "date":
        return value.sort_key
    if cell.kind in ("access", "purpose"):
        return _ORDERS[cell.kind].index(value)
    if cell.kind == "verdict":
        return _ORDERS["verdict"].index(value.answer)
    return natural(cell_text(cell, language), language)


def natural(text: str, language: Language) -> list[Any]:
    """Words by the alphabet, numbers in them by their size: 7B before 13B."""
    parts = re.split(r"(\d+(?:\.\d+)?)", text)
    return [float(part) if place % 2 else language.sort_key(part)[:2] for place, part in enumerate(parts)]


def cell_text(cell: Cell, language: Language) -> str:
    """The words of a cell that are no numbers or dates."""
    return language.gettext(", ").join(_words(cell.value, language))


def _words(value: Any, language: Language) -> list[str]:
    if isinstance(value, Subject):
        return [subject_name(value, language)]
    if isinstance(value, Text):
        return [language.plain(value)]
    if isinstance(value, PartialDate):
        return [language.date(value)]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [word for each in value for word in _words(each, language)]
    for name in ("dataset", "name", "label", "url"):
        if (part := getattr(value, name, None)) is not None:
            return _words(part, language)
    return [str(value)]


@dataclass(frozen=True)
class SortedCell:
    """A cell of a table that can be sorted by its columns."""

    cell: Cell
    key: int | str | None
    """Where it stands in its column; empty if it has no value, None if the words of the cell say it."""


def sorted_cells(cells: Sequence[Cell], language: Language) -> list[SortedCell]:
    """The cells of a column, with what to sort them by."""
    if any(cell.kind in _BY_VALUE for cell in cells):
        places = ranks(cells, language)
        return [SortedCell(cell, "" if place is None else place) for cell, place in zip(cells, places, strict=True)]
    return [SortedCell(cell, "" if is_missing(cell) else None) for cell in cells]


def ranks(cells: Sequence[Cell], language: Language) -> list[int | None]:
    """Where each cell of a column stands, from 0, equal ones alike; None for those without a value."""
    keys: list[Any] = [None if is_missing(cell) else sort_key(cell, language) for cell in cells]
    order = sorted((place for place, key in enumerate(keys) if key is not None), key=lambda place: keys[place])
    found: list[int | None] = [None] * len(cells)
    for rank, (_, places) in enumerate(groupby(order, key=lambda place: keys[place])):
        for place in places:
            found[place] = rank
    return found
