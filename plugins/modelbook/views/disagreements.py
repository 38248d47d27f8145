"""`::: disagreements`: where sources say different things, what the book shows, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from modelbook.book import Book
from modelbook.catalogue import Subject
from modelbook.coverage import claim_fields, claims
from modelbook.languages import Language
from modelbook.records import KINDS, Model, Record
from modelbook.schema import Citation
from modelbook.sources import ValuePath
from modelbook.views.cells import Cell, claim_cell


@dataclass(frozen=True)
class Disagreement:
    """One value of which others have been published."""

    label: str
    subject: Subject | None
    """The variant of a model that it is about, if not the record as a whole."""
    cell: Cell


@dataclass(frozen=True)
class Disagreements:
    """Of each record that has any."""

    groups: Sequence[tuple[Record, Sequence[Disagreement]]]
    count: int


def disagreements(book: Book, language: Language) -> Disagreements:
    """Every value with alternatives: models by name, then the records of other kinds."""
    groups = []
    for kind in KINDS.values():
        records = sorted(
            book.catalogue.all(kind), key=lambda each: (language.sort_key(language.plain(each.name)), each.id)
        )
        for record in records:
            found = [
                Disagreement(
                    _label(record, path, language),
                    Subject(record, str(path[1])) if isinstance(record, Model) and path[0] == "variants" else None,
                    claim_cell(book, claim, _sources(record, path)),
                )
                for path, claim in claims(record)
                if claim.alternatives
            ]
            if found:
                groups.append((record, found))
    return Disagreements(groups, sum(len(found) for _, found in groups))


def _label(record: Record, path: ValuePath, language: Language) -> str:
    """What the field at *path* is called, or the field that it is a part of."""
    names = [str(part) for part in (path[2:] if path[0] == "variants" else path) if not isinstance(part, int)]
    titles = claim_fields(type(record))
    known = next((field for end in range(len(names), 0, -1) if (field := ".".join(names[:end])) in titles), "")
    return language.gettext(titles[known]) if known else names[0]


def _sources(record: Record, path: ValuePath) -> list[Citation]:
    """The sources of the nearest level above *path* that has any."""
    levels = {path: value for path, value in record.values if getattr(value, "cite", None)}
    above = (path[:length] for length in range(len(path), -1, -1))
    return next((list(levels[level].cite) for level in above if level in levels), [])
