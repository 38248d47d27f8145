"""`::: coverage`: per kind and field, how many records have a value, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from modelbook.book import Book
from modelbook.coverage import KindCoverage, Presence, claims, coverage, unsourced
from modelbook.languages import Language
from modelbook.records import KINDS


@dataclass(frozen=True)
class CoveragePage:
    kinds: Sequence[tuple[str, KindCoverage]]
    """With the folder of each kind."""
    presences: Sequence[Presence]
    values: int
    unsourced: int


def coverage_page(book: Book, language: Language) -> CoveragePage:
    """What the records of every kind say, those kinds left out that have no values to say of."""
    folders = {kind: folder for folder, kind in KINDS.items()}
    found = [(folders[each.kind], each) for each in coverage(book.catalogue, KINDS.values()) if each.fields]
    records = [record for kind in KINDS.values() for record in book.catalogue.all(kind)]
    return CoveragePage(
        found,
        list(Presence),
        sum(1 for record in records for _ in claims(record)),
        sum(1 for record in records for _ in unsourced(record)),
    )
