"""`::: translations`: how each translation stands to its original."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from modelbook.book import Book
from modelbook.languages import Language
from modelbook.pages import page_url
from modelbook.translations import State, Translations, summaries

STATES = (State.IN_STEP, State.CHANGED, State.UNSTAMPED, State.UNPAIRED, State.MISSING)


@dataclass(frozen=True)
class TranslationList:
    """Stands for the status, which is not a matter of the book's records alone."""


@dataclass(frozen=True)
class Row:
    """A page in a language into which it is translated, or the texts of all records if it has no title."""

    title: str
    url: str
    language: Language
    counts: Sequence[int]
    """How many blocks or texts are in each of `STATES`."""

    @property
    def is_in_step(self) -> bool:
        return not any(self.counts[1:])


@dataclass(frozen=True)
class TranslationStatus:
    rows: Sequence[Row]


def translations(book: Book, language: Language) -> TranslationList:
    """A place for the status."""
    return TranslationList()


def translation_status(found: Translations, book: Book, language: Language) -> TranslationStatus:
    """The status as readers of *language* see it: pages first, then the records of each language."""
    rows = []
    records: dict[str, Counter[State]] = {}
    for summary in summaries(found):
        own = book.languages[summary.language]
        if name := found.names.get(summary.path):
            shown = language.code if language.code in found.editions[name] else next(iter(found.editions[name]))
            title = found.titles.get((name, shown), name)
            rows.append(Row(title, page_url(name, own, book), own, [summary.counts.get(state, 0) for state in STATES]))
        else:
            records.setdefault(summary.language, Counter()).update(summary.counts)
    rows += [Row("", "", book.languages[code], [counts[state] for state in STATES]) for code, counts in records.items()]
    return TranslationStatus(rows)
