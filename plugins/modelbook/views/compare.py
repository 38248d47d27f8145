"""`::: compare`: the whole catalogue in one table, one row per variant, and what scripts sort and filter it by."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from modelbook.book import Book
from modelbook.catalogue import Subject
from modelbook.families import family_of
from modelbook.languages import Language
from modelbook.records import DerivedField, Model, Record, field_titles
from modelbook.selection import row_subjects
from modelbook.views.cells import Cell, Share, Verdict, make_cell, resolve
from modelbook.views.comparison import column_title
from modelbook.views.sorting import is_missing, natural, ranks, sort_key
from modelbook.words import WORDS

WHOLE_UP_TO = 300
"""Tables of more rows than this are not whole in the page: a browser would be slow with them."""

FIRST = 100
"""How many rows of those are in the page; the others come from a file when a script asks for them."""

COLUMNS = (
    "name",
    "organizations",
    "released",
    "parameters",
    "active_parameters",
    "training.tokens",
    "context",
    "openness.weights",
    "license.weights",
    "commercial_use",
)
"""Columns that are shown unless the reader chooses others."""

FACETS = tuple(WORDS["facet"])
"""What the table can be filtered by."""


@dataclass(frozen=True)
class Heading:
    field: str
    label: str
    numeric: bool


@dataclass(frozen=True)
class Compare:
    """The table as it stands in the page."""

    headings: list[Heading]
    rows: list[list[Cell]]
    total: int
    facets: list[tuple[str, str]]


@dataclass(frozen=True)
class ColumnData:
    """A column of all rows: its different cells in their order, those without a value last."""

    heading: Heading
    cells: list[Cell]
    known: int
    """How many of `cells` have a value."""
    places: list[int]
    """Which of `cells` each row has."""
    remarkable: list[int]
    """The rows about whose cells there is more to say."""


@dataclass(frozen=True)
class FacetData:
    """What rows are filtered by: options by id and label, and which of them each row has."""

    field: str
    label: str
    options: list[tuple[str, str]]
    places: list[list[int]]


@dataclass(frozen=True)
class CompareData:
    """All rows of the table with all columns, for scripts."""

    subjects: list[Subject]
    columns: list[ColumnData]
    facets: list[FacetData]
    names: list[str]
    """What each row is called, to be found by."""
    texts: list[str]
    """What else it can be found by, the same for all variants of a model."""
    text_places: list[int]


def compare(book: Book, language: Language) -> Compare:
    """The newest rows of the table, or all if they are few."""
    subjects = newest_first(book, language)
    shown = subjects if len(subjects) <= WHOLE_UP_TO else subjects[:FIRST]
    columns = [[make_cell(book, subject, field) for subject in shown] for field in COLUMNS]
    return Compare(
        [_heading(field, cells, language) for field, cells in zip(COLUMNS, columns, strict=True)],
        [list(row) for row in zip(*columns, strict=True)],
        len(subjects),
        [(field, _word(language, "facet", field)) for field in FACETS],
    )


def newest_first(book: Book, language: Language) -> list[Subject]:
    """All rows by date of release, the latest first, those without one last."""
    subjects = row_subjects(book.catalogue)
    places = ranks([make_cell(book, subject, "released") for subject in subjects], language)
    keys = [(place is None, -(place or 0), subject.model.id) for place, subject in zip(places, subjects, strict=True)]
    return [subjects[place] for place in sorted(range(len(subjects)), key=keys.__getitem__)]


def compare_data(book: Book, language: Language) -> CompareData:
    """Everything that the table can show."""
    subjects = newest_first(book, language)
    fields = dict.fromkeys([*COLUMNS, *field_titles(), DerivedField.TECHNIQUES.value, DerivedField.CHECKPOINTS.value])
    columns = [_column(book, language, subjects, field) for field in fields]
    models = {subject.model.id: subject.model for subject in subjects}
    position = {id: place for place, id in enumerate(models)}
    return CompareData(
        subjects,
        [column for column in columns if column.known],
        [facet for field in FACETS if (facet := _facet(book, language, subjects, field)).options],
        [searchable([subject.id, *_row_names(subject)]) for subject in subjects],
        [searchable(_names(book, model)) for model in models.values()],
        [position[subject.model.id] for subject in subjects],
    )


def _heading(field: str, cells: Iterable[Cell], language: Language) -> Heading:
    return Heading(field, column_title(field, language), any(cell.kind == "quantity" for cell in cells))


def _column(book: Book, language: Language, subjects: Sequence[Subject], field: str) -> ColumnData:
    cells = [make_cell(book, subject, field) for subject in subjects]
    identities = [_identity(cell) for cell in cells]
    different = dict(zip(identities, cells, strict=True))

    def order(identity: Hashable) -> tuple[bool, Any]:
        cell = different[identity]
        if is_missing(cell):
            return True, list(WORDS["presence"]).index(missing_word(cell))
        return False, sort_key(cell, language)

    found = sorted(different, key=order)
    places = {identity: place for place, identity in enumerate(found)}
    return ColumnData(
        _heading(field, different.values(), language),
        [different[identity].bare for identity in found],
        sum(not is_missing(different[identity]) for identity in found),
        [places[identity] for identity in identities],
        [row for row, cell in enumerate(cells) if cell.remarkable],
    )


def missing_word(cell: Cell) -> str:
    """Why a cell has no value."""
    return str(cell.value) if cell.kind == "missing" else "absent"


def _identity(cell: Cell) -> Hashable:
    """What two cells that look alike have in common."""
    return cell.kind, _identify(cell.value)


def _identify(value: Any) -> Hashable:
    if isinstance(value, list):
        return tuple(map(_identify, value))
    if isinstance(value, Subject | Record):
        return value.id
    if isinstance(value, Share):
        return _identify(value.dataset), value.partial
    if isinstance(value, Verdict):
        return value.answer
    return value if isinstance(value, Hashable) else repr(value)


def searchable(words: Iterable[str]) -> str:
    """*words* without capitals and accents, each once, as the script makes of what is looked for."""
    plain = (unicodedata.normalize("NFKD", word) for word in words)
    bare = ("".join(each for each in word if not unicodedata.combining(each)).lower() for word in plain)
    return "\n".join(dict.fromkeys(bare))


def _names(book: Book, model: Model) -> Iterable[str]:
    yield from _all(model)
    for link in model.organizations:
        found = resolve(book, link)
        yield from _all(found) if isinstance(found, Record) else [found]


def _row_names(subject: Subject) -> Iterable[str]:
    return subject.variant.name or () if subject.variant else ()


def _all(record: Record) -> Iterable[str]:
    yield from record.name
    yield from record.aliases


# --- facets ----------------------------------------------------------------------------


def _facet(book: Book, language: Language, subjects: Sequence[Subject], field: str) -> FacetData:
    rows = [_options(book, language, subject, field) for subject in subjects]
    labels = {id: label for row in rows for id, label in row}
    counts = Counter(id for row in rows for id, _ in row)
    if field == "family":  # of which there is more than one model
        models = {(id, subject.model.id) for subject, row in zip(subjects, rows, strict=True) for id, _ in row}
        sizes = Counter(id for id, _ in models)
        labels = {id: label for id, label in labels.items() if sizes[id] > 1}
    order = _ORDERS.get(field.partition(".")[0], [])

    def rank(id: str) -> tuple[int, Any]:
        return (order.index(id), []) if order else (-counts[id], natural(labels[id], language))

    places = {id: place for place, id in enumerate(sorted(labels, key=rank))}
    return FacetData(
        field,
        _word(language, "facet", field),
        [(id, labels[id]) for id in places],
        [[places[id] for id, _ in row if id in places] for row in rows],
    )


_ORDERS = {
    "purpose": list(WORDS["purpose"]),
    "input": list(WORDS["medium"]),
    "output": list(WORDS["medium"]),
    "commercial_use": ["yes", "conditional", "no", *WORDS["presence"]],
    "openness": [*WORDS["access"], *WORDS["presence"]],
}
"""Options that have an order of their own; others come by how many rows have them."""


def _options(book: Book, language: Language, subject: Subject, field: str) -> list[tuple[str, str]]:
    """What a row has of a facet, by id and label."""
    if field == "organizations":
        found = [(str(link), resolve(book, link)) for link in subject.model.organizations]
        return [(id, language.plain(each.name) if isinstance(each, Record) else each) for id, each in found]
    if field == "family":
        root = family_of(book.catalogue, subject.model)
        return [(root.id, language.plain(root.name))]
    if field in ("input", "output"):
        media = getattr(subject.model.modality, field)
        return [(each, _word(language, "medium", each)) for each in dict.fromkeys(media)]
    cell = make_cell(book, subject, field)
    if is_missing(cell):
        id = missing_word(cell)
        return [(id, _word(language, "presence", id))]
    id = cell.value.answer if cell.kind == "verdict" else cell.value
    return [(id, _word(language, cell.kind, id))]


def _word(language: Language, sort: str, value: str) -> str:
    return language.gettext(WORDS[sort][value])
