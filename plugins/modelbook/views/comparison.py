"""`::: comparison under-15b`: the table that a record of `data/comparisons/` describes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from modelbook.book import Book
from modelbook.catalogue import Subject
from modelbook.languages import Language
from modelbook.records import Column, Comparison, DerivedField, field_titles
from modelbook.selection import select
from modelbook.views.cells import Cell, make_cell
from modelbook.views.sorting import SortedCell, ranks, sorted_cells

_UNITS = {"K": Decimal(10**3), "M": Decimal(10**6), "B": Decimal(10**9), "T": Decimal(10**12)}

_DERIVED_TITLES = {
    DerivedField.NAME: "Model",
    DerivedField.ORGANIZATIONS: "Organization",
    DerivedField.TECHNIQUES: "Techniques",
    DerivedField.SIZES: "Sizes",
    DerivedField.CHECKPOINTS: "Checkpoints",
    DerivedField.RELEASE: "Release details",
    DerivedField.COMMERCIAL_USE: "Commercial use",
    DerivedField.PAGE: "Details",
}


@dataclass(frozen=True)
class Heading:
    """The head of a column."""

    field: str
    label: str
    unit: Decimal | None
    numeric: bool


@dataclass(frozen=True)
class Group:
    """Rows that share a value, which stands above them; all rows, if it is None."""

    shared: Cell | None
    rows: list[Sequence[SortedCell]]


@dataclass(frozen=True)
class Table:
    comparison: Comparison
    headings: list[Heading]
    groups: list[Group]
    size: int


def column_title(field: str, language: Language) -> str:
    """What a field is called in a language."""
    title = _DERIVED_TITLES[DerivedField(field)] if field in list(DerivedField) else field_titles()[field]
    return language.gettext(title)


def comparison(book: Book, language: Language, id: str) -> Table:
    """The table of the comparison *id*."""
    found = book.catalogue.find(Comparison, id)
    subjects = _sorted(book, language, select(book.catalogue, found), found.sort)
    columns = [[make_cell(book, subject, column.field) for subject in subjects] for column in found.columns]
    rows: list[Sequence[SortedCell]] = list(zip(*(sorted_cells(cells, language) for cells in columns), strict=True))
    return Table(
        found,
        [_heading(column, cells, language) for column, cells in zip(found.columns, columns, strict=True)],
        _groups(book, language, subjects, rows, found.group),
        len(rows),
    )


def _sorted(book: Book, language: Language, subjects: list[Subject], fields: list[str]) -> list[Subject]:
    """*subjects* by the first of *fields*, then by the second; missing values last."""
    for field in reversed(fields):
        places = ranks([make_cell(book, subject, field.removeprefix("-")) for subject in subjects], language)
        sign = -1 if field.startswith("-") else 1
        keys = [(place is None, sign * (place or 0)) for place in places]
        subjects = [subjects[place] for place in sorted(range(len(subjects)), key=keys.__getitem__)]
    return subjects


def _groups(
    book: Book, language: Language, subjects: list[Subject], rows: list[Sequence[SortedCell]], field: str | None
) -> list[Group]:
    """*rows* by what their *subjects* have in a field; those without a value last."""
    if field is None:
        return [Group(None, rows)]
    cells = [make_cell(book, subject, field).bare for subject in subjects]
    places = ranks(cells, language)
    groups: dict[tuple[bool, int, str], Group] = {}
    for cell, place, row in zip(cells, places, rows, strict=True):
        key = (place is None, place or 0, str(cell.value) if place is None else "")
        groups.setdefault(key, Group(cell, [])).rows.append(row)
    return [groups[key] for key in sorted(groups)]


def _heading(column: Column, cells: list[Cell], language: Language) -> Heading:
    return Heading(
        column.field,
        language.plain(column.label) if column.label else column_title(column.field, language),
        _UNITS[column.unit] if column.unit else None,
        any(cell.kind == "quantity" for cell in cells),
    )
