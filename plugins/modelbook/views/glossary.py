"""`::: glossary`: every term of the book, in the alphabetical order of the page's language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from modelbook.book import Book
from modelbook.languages import Language
from modelbook.markdown_extension import inline
from modelbook.records import Term
from modelbook.terms import Matcher, anchor, linked_terms, matcher, plain


@dataclass(frozen=True)
class Entry:
    """One term."""

    anchor: str
    term: Term
    other_names: list[tuple[str, str]]
    """Codes of the other languages with what it is called in them."""
    see_also: list[Term]
    """The terms that its text names."""


@dataclass(frozen=True)
class Letter:
    """The terms under one letter."""

    letter: str
    entries: list[Entry]


def glossary(book: Book, language: Language) -> list[Letter]:
    """All terms, under their letters."""

    def letter(term: Term) -> str:
        return language.initial(language.plain(term.name))

    terms = book.catalogue.all(Term)
    names = matcher(terms, language)
    in_order = sorted(terms, key=lambda term: (letter(term), language.sort_key(language.plain(term.name))))
    return [
        Letter(initial, [_entry(book, language, names, term) for term in group])
        for initial, group in groupby(in_order, key=letter)
    ]


def _entry(book: Book, language: Language, names: Matcher, term: Term) -> Entry:
    text = inline(language.plain(term.text))
    named = dict.fromkeys([*linked_terms(text), *(id for _, id in names.find(plain(text)))])
    see_also = [other for id in named if id != term.id and (other := book.catalogue.get(Term, id))]
    return Entry(anchor(term.id), term, list(_other_names(book, language, term)), see_also)


def _other_names(book: Book, language: Language, term: Term) -> Iterator[tuple[str, str]]:
    """The name in each other language; of a name that is the same in all, the expansion."""
    text = term.expansion if "" in term.name.by_language else term.name
    for code in book.languages:
        if text is not None and code != language.code and code in text.by_language:
            yield code, text.by_language[code]
