"""`::: comparison under-15b`: the table that a record of `data/comparisons/` describes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from modelbook.book import Book
from modelbook.catalogue import Subject
from modelbook.languages import Language
from modelbook.records import Column, Comparison, DerivedField, Model, field_titles
from modelbook.views.cells import Cell, make_cell

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
class Table:
    comparison: Comparison
    headings: list[Heading]
    rows: list[list[Cell]]


def column_title(field: str, language: Language) -> str:
    """What a field is called in a language."""
    title = _DERIVED_TITLES[DerivedField(field)] if field in list(DerivedField) else field_titles()[field]
    return language.gettext(title)


def comparison(book: Book, language: Language, id: str) -> Table:
    """The table of the comparison *id*."""
    found = book.catalogue.find(Comparison, id)
    rows = []
    for row in found.rows:
        model = book.catalogue.get(Model, row.id)
        if model is not None and (row.variant is None or row.variant in model.variants):
            rows.append([make_cell(book, Subject(model, row.variant), column.field) for column in found.columns])
    headings = [
        _heading(column, [row[position] for row in rows], language) for position, column in enumerate(found.columns)
    ]
    return Table(found, headings, rows)


def _heading(column: Column, cells: list[Cell], language: Language) -> Heading:
    return Heading(
        column.field,
        language.plain(column.label) if column.label else column_title(column.field, language),
        _UNITS[column.unit] if column.unit else None,
        any(cell.kind == "quantity" for cell in cells),
    )
