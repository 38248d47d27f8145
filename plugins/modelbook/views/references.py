"""`::: references` and `::: page-references`: what the book or one page cites, filled in once every page is read."""

from __future__ import annotations

from dataclasses import dataclass

from modelbook.book import Book
from modelbook.languages import Language


@dataclass(frozen=True)
class ReferenceList:
    """Numbers are known only when every page is read, so that this holds none."""

    of_page: bool = False


def references(book: Book, language: Language) -> ReferenceList:
    return ReferenceList()


def page_references(book: Book, language: Language) -> ReferenceList:
    return ReferenceList(of_page=True)
