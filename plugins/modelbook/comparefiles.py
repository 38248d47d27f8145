"""The files beside the page of all models: every row, and for each model what is said of its values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from modelbook.catalogue import Subject
from modelbook.index import Index
from modelbook.pages import Page
from modelbook.records import Model
from modelbook.rendering import Renderer
from modelbook.schema import PartialDate, Quantity
from modelbook.selection import variants_of
from modelbook.views.cells import Cell, make_cell, subject_name
from modelbook.views.compare import ColumnData, compare_data, missing_word
from modelbook.views.side_by_side import FIELDS

TEMPLATE = "views/compare.html"
"""What a page was made with that needs these files."""


def compare_files(renderer: Renderer, page: Page, index: Index) -> Iterator[tuple[str, str]]:
    """The files by their names from the address of *page*."""
    yield "rows.json", _json(_rows(renderer, page, index))
    for model in renderer.book.catalogue.all(Model):
        yield f"models/{model.id}.json", _json(_details(renderer, page, index, model))


def _rows(renderer: Renderer, page: Page, index: Index) -> dict[str, Any]:
    """Columns as their different cells, sorted, and which of them each row has: to sort is to compare numbers."""
    data = compare_data(renderer.book, page.text_language)
    return {
        "ids": [subject.id for subject in data.subjects],
        "columns": [_column(renderer, page, index, column) for column in data.columns],
        "facets": [
            {
                "field": facet.field,
                "options": [option for option, _ in facet.options],
                "labels": [label for _, label in facet.options],
                "rows": [row[0] if len(row) == 1 else row for row in facet.places],
            }
            for facet in data.facets
        ],
        "names": data.names,
        "texts": data.texts,
        "text": data.text_places,
    }


def _column(renderer: Renderer, page: Page, index: Index, column: ColumnData) -> dict[str, Any]:
    made = {
        "field": column.heading.field,
        "label": column.heading.label,
        "numeric": column.heading.numeric,
        "known": column.known,
        "missing": [missing_word(cell) for cell in column.cells[column.known :]],
        "html": renderer.render_each("compare/cells.html", page, index, column.cells),
        "rows": column.places,
        "remarkable": column.remarkable,
    }
    raw = [_raw(cell) for cell in column.cells]
    return made | ({"raw": raw} if any(value is not None for value in raw) else {})


def _details(renderer: Renderer, page: Page, index: Index, model: Model) -> dict[str, Any]:
    """Each value of a model and its variants: as HTML, its sources, what else is said of it, its number if it is one,
    and whether it is simply reported.
    """
    cells: list[Cell] = []
    places: dict[str, int] = {}
    subjects: dict[str, dict[str, Any]] = {}
    for subject in (Subject(model), *(each for each in variants_of(model) if each.variant_id)):
        facts = {}
        for field in FIELDS:
            cell = make_cell(renderer.book, subject, field)
            if cell.kind == "absent":
                continue
            key = repr(cell)
            if key not in places:
                places[key] = len(cells)
                cells.append(cell)
            facts[field] = places[key]
        subjects[subject.id] = {"name": subject_name(subject, page.text_language), "facts": facts}
    html = renderer.render_each("compare/details.html", page, index, cells)
    values = [
        [*html[3 * place : 3 * place + 3], _raw(cell), bool(cell.cite) and not cell.status and cell.kind != "missing"]
        for place, cell in enumerate(cells)
    ]
    return {"subjects": subjects, "values": values}


def _raw(cell: Cell) -> int | float | str | None:
    """A number as a number, a date as it is written in records; nothing of what is words."""
    if isinstance(cell.value, Quantity):
        return _number(cell.value.value)
    return cell.value.written if isinstance(cell.value, PartialDate) else None


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
