"""`::: references`: the list of everything that the book cites, filled in once every page is read."""

from __future__ import annotations

from dataclasses import dataclass

from modelbook.book import Book
from modelbook.languages import Language


@dataclass(frozen=True)
class ReferenceList:
    """Numbers are known only when every page is read, so that this holds none."""


def references(book: Book, language: Language) -> ReferenceList:
    return ReferenceList()
