"""`::: timeline`: events, and the release of every model, by year and month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from modelbook.book import Book
from modelbook.catalogue import Subject
from modelbook.errors import BookError, quoted
from modelbook.languages import Language
from modelbook.records import Event, Model, Record
from modelbook.schema import Citation, Claim, PartialDate, Text
from modelbook.views.cells import Cell, claim_cell, resolve


@dataclass(frozen=True)
class Entry:
    """One line of the timeline."""

    id: str
    type: str
    date: PartialDate
    cell: Cell
    """The date with its doubts and sources."""
    importance: int
    headline: Text | None
    subject: Subject | None
    """The model whose release this is."""
    text: Text | None
    models: list[Record | str]
    cite: list[Citation]


@dataclass(frozen=True)
class Month:
    """Entries of a month; of a year whose month is not known, if `date` is None."""

    date: PartialDate | None
    entries: list[Entry]


@dataclass(frozen=True)
class Year:
    number: int
    months: list[Month]


def timeline(book: Book, language: Language, year: str = "") -> list[Year]:
    """All of the timeline, or one *year* of it."""
    entries = sorted(
        [*_events(book), *_releases(book)], key=lambda entry: (*entry.date.sort_key, entry.importance, entry.id)
    )
    years = []
    for number, group in groupby(entries, key=lambda entry: entry.date.first.year):
        if not year or year == str(number):
            years.append(Year(number, _months(list(group))))
    if year and not years:
        known = dict.fromkeys(str(entry.date.first.year) for entry in entries)
        raise BookError(f"nothing in the timeline in '{year}'; expected {quoted(known) if known else 'an event'}")
    return years


def _months(entries: list[Entry]) -> list[Month]:
    months: dict[int, list[Entry]] = {}
    for entry in entries:
        months.setdefault(0 if entry.date.precision == "year" else entry.date.first.month, []).append(entry)
    return [Month(group[0].date if month else None, group) for month, group in sorted(months.items())]


def _events(book: Book) -> Iterator[Entry]:
    for event in book.catalogue.all(Event):
        if event.date.known:
            yield Entry(
                id=f"event-{event.id}",
                type=event.type,
                date=event.date.known,
                cell=claim_cell(book, event.date, event.cite),
                importance=int(event.importance),
                headline=event.name,
                subject=None,
                text=event.text,
                models=[resolve(book, link) for link in event.models],
                cite=event.cite,
            )


def _releases(book: Book) -> Iterator[Entry]:
    """The release of each model, and of variants that came at another time."""
    for model in book.catalogue.all(Model):
        seen = set()
        for subject in (Subject(model), *(Subject(model, id) for id in model.variants)):
            level = subject.variant or model
            claim: Claim[PartialDate] | None = level.released or level.announced
            if claim is None or claim.known is None or claim.known.sort_key in seen:
                continue
            seen.add(claim.known.sort_key)
            yield Entry(
                id=f"release-{subject.id.replace(':', '-')}",
                type="release" if level.released else "announcement",
                date=claim.known,
                cell=claim_cell(book, claim, level.cite or model.cite),
                importance=2 if subject.variant is None else 3,
                headline=None,
                subject=subject,
                text=model.summary if subject.variant is None else None,
                models=[],
                cite=claim.cite or level.cite or model.cite,
            )
