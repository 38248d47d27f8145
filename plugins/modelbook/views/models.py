"""`::: models`: the index of all models."""

from __future__ import annotations

from dataclasses import dataclass

from modelbook.book import Book
from modelbook.catalogue import Subject
from modelbook.languages import Language
from modelbook.records import Model
from modelbook.views.cells import Cell, make_cell
from modelbook.views.comparison import column_title

FIELDS = ("name", "organizations", "released", "sizes", "license.weights", "commercial_use")


@dataclass(frozen=True)
class ModelIndex:
    headings: list[str]
    rows: list[list[Cell]]


def models(book: Book, language: Language) -> ModelIndex:
    """All models by name."""
    found = sorted(book.catalogue.all(Model), key=lambda model: (language.plain(model.name).casefold(), model.id))
    rows = []
    for model in found:
        subject = Subject(model)
        date = "released" if model.released else "announced"
        rows.append([make_cell(book, subject, date if field == "released" else field) for field in FIELDS])
    return ModelIndex([column_title(field, language) for field in FIELDS], rows)
