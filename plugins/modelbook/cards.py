"""What a page shows of a cited work without being left: one small file of JSON for each language."""

from __future__ import annotations

import json

from modelbook.bibliography import Entry
from modelbook.book import Book
from modelbook.citations import authors, year
from modelbook.index import Index
from modelbook.languages import Language


def cards_json(book: Book, index: Index, language: Language) -> str:
    """The works cited in *language*, by key, and the words around them."""
    entries = {
        key: _card(book.bibliography[key], len(index.citing[language.code, key]), language)
        for key in index.numbers
        if (language.code, key) in index.citing
    }
    words = {"label": language.gettext("Cited work"), "reference": language.gettext("Go to the reference")}
    return json.dumps({"words": words, "entries": entries}, ensure_ascii=False, separators=(",", ":")) + "\n"


def _card(entry: Entry, times: int, language: Language) -> dict[str, object]:
    cited = language.ngettext("Cited %(count)s time in this book", "Cited %(count)s times in this book", times)
    return {
        "title": entry.title,
        "authors": authors(entry, language),
        "venue": entry.venue,
        "year": year(entry, language),
        "links": _links(entry),
        "cited": cited % {"count": times},
    }


def _links(entry: Entry) -> list[tuple[str, str]]:
    """Its addresses with what they are called."""
    links = []
    if entry.doi:
        links.append((f"doi:{entry.doi}", f"https://doi.org/{entry.doi}"))
    if entry.arxiv:
        links.append((f"arXiv:{entry.arxiv}", f"https://arxiv.org/abs/{entry.arxiv}"))
    if entry.url and entry.url not in (address for _, address in links):
        links.append((entry.url, entry.url))
    return links
