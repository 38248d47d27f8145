"""What is known only when every page is read: the numbers of citations, and where each work is cited.

A pure function of the pages in reading order, so that a build after an edit knows the same as a build from nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape

from modelbook.book import Book
from modelbook.citations import MARK, citation_id, marked
from modelbook.pages import Page

_HEADING = re.compile(r'<h(?P<level>[1-6])\b[^>]*?\bid="(?P<id>[^"]*)"[^>]*>(?P<text>.*?)</h(?P=level)>', re.S)
_TOKEN = re.compile(f"(?P<heading>{_HEADING.pattern})|(?P<mark>{MARK.pattern})", re.S)


@dataclass(frozen=True)
class ReadPage:
    """A page whose Markdown is read, its marks not yet filled in."""

    page: Page
    title: str
    html: str


@dataclass(frozen=True)
class Place:
    """Where something stands: a page, the section of it, and an id to link to."""

    page: Page
    title: str
    section: str
    """The text of the heading above it; empty before the first heading below the title."""
    id: str


@dataclass(frozen=True)
class Index:
    """What pages say of each other."""

    numbers: Mapping[str, int] = field(default_factory=dict)
    """Numbers of entries by key, in order of first citation; the same in every language."""
    citing: Mapping[tuple[str, str], Sequence[Place]] = field(default_factory=dict)
    """Where an entry is cited, by language and key, in reading order."""


def build_index(pages: Iterable[ReadPage], book: Book) -> Index:
    """The index of *pages*, which come in reading order, the first language's before the others'."""
    numbers: dict[str, int] = {}
    citing: dict[tuple[str, str], list[Place]] = {}
    for read in pages:
        for key, place in _citations(read):
            if key in book.bibliography:
                numbers.setdefault(key, len(numbers) + 1)
                citing.setdefault((read.page.language.code, key), []).append(place)
    return Index(numbers, citing)


def _citations(read: ReadPage) -> Iterator[tuple[str, Place]]:
    """The keys cited in a page, in order, with their places."""
    section = ""
    seen: Counter[str] = Counter()
    for token in _TOKEN.finditer(read.html):
        if token["heading"]:
            section = "" if token["level"] == "1" else heading_text(token["text"])
            inside = token["text"]
        else:
            inside = token[0]
        for mark in MARK.finditer(inside):
            for citation in marked(mark):
                seen[citation.key] += 1
                yield citation.key, Place(read.page, read.title, section, citation_id(citation.key, seen[citation.key]))


def heading_text(html: str) -> str:
    """The text of a heading without its permalink and its citations."""
    html = re.sub(r'<a class="headerlink".*?</a>', "", html, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())
