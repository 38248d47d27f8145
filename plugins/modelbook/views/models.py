"""`::: models`: the index of all models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from modelbook.book import Book
from modelbook.catalogue import Subject
from modelbook.languages import Language
from modelbook.records import Model
from modelbook.views.cells import Cell, make_cell
from modelbook.views.comparison import column_title
from modelbook.views.grids import Grid, grid
from modelbook.views.marks import first_date

FIELDS = ("name", "organizations", "released", "sizes", "openness.weights", "license.weights", "commercial_use")


def models(book: Book, language: Language) -> Grid:
    """All models by year, the newest first."""
    years: dict[str, list[Model]] = {}
    for model in newest(book.catalogue.all(Model), language):
        date = first_date(Subject(model))
        years.setdefault(str(date.first.year) if date else language.gettext("undated"), []).append(model)
    return model_grid(book, language, years, FIELDS)


def newest(models: Iterable[Model], language: Language) -> list[Model]:
    """*models* by date, the newest first and those without a date last; of one date by name."""
    named = sorted(models, key=lambda model: (language.sort_key(language.plain(model.name)), model.id))
    dates = {model.id: date.sort_key for model in named if (date := first_date(Subject(model)))}
    dated = sorted((model for model in named if model.id in dates), key=lambda model: dates[model.id], reverse=True)
    return [*dated, *(model for model in named if model.id not in dates)]


def model_grid(book: Book, language: Language, groups: Mapping[str, Sequence[Model]], fields: Sequence[str]) -> Grid:
    """A table of *groups* of models, with *fields* for columns."""
    headings = [column_title(field, language) for field in fields]
    return grid(headings, groups, partial(_cells, book, fields), language)


def _cells(book: Book, fields: Sequence[str], model: Model) -> list[Cell]:
    return [
        _date_cell(book, model) if field == "released" else make_cell(book, Subject(model), field) for field in fields
    ]


def _date_cell(book: Book, model: Model) -> Cell:
    """When it was released, or else announced, or what the first of its variants says."""
    date = first_date(Subject(model))
    return Cell("date", date) if date else make_cell(book, Subject(model), "released")
