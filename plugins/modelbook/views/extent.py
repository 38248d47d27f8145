"""`::: extent`: how large the book is, in numbers that lead to what they count."""

from __future__ import annotations

from modelbook.book import Book
from modelbook.languages import Language
from modelbook.records import KINDS
from modelbook.selection import row_subjects

COUNTED = ("models", "organizations", "licenses", "datasets", "benchmarks", "techniques", "tools", "events", "terms")


def extent(book: Book, language: Language) -> dict[str, int]:
    """How many records of each kind there are, and how many variants and works."""
    counts = {folder: len(book.catalogue.all(KINDS[folder])) for folder in COUNTED}
    return counts | {"variants": len(row_subjects(book.catalogue)), "references": len(book.bibliography)}
