"""What is known only when every page is read: the numbers of citations, and where each work is cited.

A pure function of the pages in reading order, so that a build after an edit knows the same as a build from nothing.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape

from modelbook import terms
from modelbook.blocks import mask_unread
from modelbook.book import Book
from modelbook.citations import MARK, citation_id, marked
from modelbook.crossrefs import LABEL, Target
from modelbook.pages import Page, record_url, relative_url
from modelbook.records import Model

_NAMED_MODEL = re.compile(r"\bmodels/([\w.-]+)\.md\b|^[ \t]*::: model-card[ \t]+(?:id=)?(\S+)", re.M)
"""A model that Markdown links or shows the card of."""

_MODEL_LINK = re.compile(r'<a\b[^>]*? href="([^"#]*models/[^"#]+/)(?:#[^"]*)?"|<aside\b[^>]*? data-model="([^"]*)"')

_EVENT = re.compile(r'<li class="mb-event [^>]*? id="event-([^"]+)"')
"""An event in the timeline."""

_HEADING = re.compile(r'<h(?P<level>[1-6])\b[^>]*?\bid="(?P<id>[^"]*)"[^>]*>(?P<text>.*?)</h(?P=level)>', re.S)


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
    using: Mapping[tuple[str, str], Sequence[Place]] = field(default_factory=dict)
    """Where each page first links a term, by language and id, in reading order."""
    glossaries: Mapping[str, Page] = field(default_factory=dict)
    """The page of each language that explains the terms."""
    targets: Mapping[tuple[str, str], Target] = field(default_factory=dict)
    """What can be referred to, by language and id."""
    events: Mapping[tuple[str, str], Place] = field(default_factory=dict)
    """Where the timeline shows each event, by language and id."""
    discussing: Mapping[tuple[str, str], Sequence[Place]] = field(default_factory=dict)
    """Where each written page first links a model or shows its card, by language and id, in reading order."""


def build_index(pages: Iterable[ReadPage], book: Book) -> Index:
    """The index of *pages*, which come in reading order, the first language's before the others'."""
    pages = list(pages)
    numbers: dict[str, int] = {}
    citing: dict[tuple[str, str], list[Place]] = {}
    using: dict[tuple[str, str], list[Place]] = {}
    glossaries: dict[str, Page] = {}
    discussing: dict[tuple[str, str], list[Place]] = {}
    for read in pages:
        for model, place in _discussed(read, book):
            discussing.setdefault((read.page.language.code, model), []).append(place)
        sections = list(_sections(read.html))
        for key, place in _citations(read, sections):
            if key in book.bibliography:
                numbers.setdefault(key, len(numbers) + 1)
                citing.setdefault((read.page.language.code, key), []).append(place)
        if terms.USES.search(read.html):  # what terms say of each other is no use of them
            glossaries.setdefault(read.page.language.code, read.page)
            continue
        for term, place in _term_uses(read, sections):
            using.setdefault((read.page.language.code, term), []).append(place)
    return Index(numbers, citing, using, glossaries, _targets(pages, book), _events(pages), discussing)


def _sections(html: str) -> Iterator[tuple[str, str]]:
    """The sections of a page: the text of the heading, empty above the first below the title, and the HTML."""
    section, start = "", 0
    for heading in _HEADING.finditer(html):
        yield section, html[start : heading.start()]
        section, start = "" if heading["level"] == "1" else heading_text(heading["text"]), heading.start()
    yield section, html[start:]


def _citations(read: ReadPage, sections: Iterable[tuple[str, str]]) -> Iterator[tuple[str, Place]]:
    """The keys cited in a page, in order, with their places."""
    seen: Counter[str] = Counter()
    for section, html in sections:
        for mark in MARK.finditer(html):
            for citation in marked(mark):
                seen[citation.key] += 1
                yield citation.key, Place(read.page, read.title, section, citation_id(citation.key, seen[citation.key]))


def _term_uses(read: ReadPage, sections: Iterable[tuple[str, str]]) -> Iterator[tuple[str, Place]]:
    """The terms linked in a page, each where it is linked first."""
    seen: set[str] = set()
    for section, html in sections:
        for term in terms.linked_terms(html):
            if term not in seen:
                seen.add(term)
                yield term, Place(read.page, read.title, section, terms.use_id(term))


def _discussed(read: ReadPage, book: Book) -> Iterator[tuple[str, Place]]:
    """The models that a written page links or shows the cards of, each where it does so first.

    What views of many models link does not count: only what the Markdown names.
    """
    named = set(_NAMED_MODEL.findall(mask_unread(read.page.markdown))) if read.page.record is None else set()
    wanted = {id for names in named for id in names if id}
    if not wanted:
        return
    url = read.page.url(book)
    section, anchor, start = "", "", 0
    for end, heading in [*((each.start(), each) for each in _HEADING.finditer(read.html)), (len(read.html), None)]:
        for link, card in _MODEL_LINK.findall(read.html[start:end]):
            id = card or posixpath.basename(posixpath.normpath(link))
            target = record_url(model, read.page.language, book) if (model := book.catalogue.get(Model, id)) else None
            if id in wanted and (card or relative_url(target or "", url) == link):
                wanted.discard(id)
                yield id, Place(read.page, read.title, section, anchor)
        if heading:
            start, is_title = end, heading["level"] == "1"
            section, anchor = "" if is_title else heading_text(heading["text"]), heading["id"]


def _events(pages: Iterable[ReadPage]) -> dict[tuple[str, str], Place]:
    """Where each event is shown first."""
    events: dict[tuple[str, str], Place] = {}
    for read in pages:
        for id in _EVENT.findall(read.html):
            events.setdefault((read.page.language.code, id), Place(read.page, read.title, "", f"event-{id}"))
    return events


def _targets(pages: Iterable[ReadPage], book: Book) -> dict[tuple[str, str], Target]:
    """What can be referred to: what has a number, counted by kind and language, and the headings of written pages."""
    targets: dict[tuple[str, str], Target] = {}
    counted: Counter[tuple[str, str]] = Counter()
    for read in pages:
        code, url = read.page.language.code, read.page.url(book)
        for match in LABEL.finditer(read.html):
            id = match[1]
            if (code, id) not in targets:
                kind = id.partition("-")[0]
                counted[code, kind] += 1
                targets[code, id] = Target(id, f"{url}#{id}", counted[code, kind])
        for heading in _HEADING.finditer(read.html) if read.page.record is None else ():
            id = f"sec-{heading['id']}"
            target = Target(id, f"{url}#{heading['id']}", title=heading_text(heading["text"]))
            targets.setdefault((code, id), target)
    return targets


def heading_text(html: str) -> str:
    """The text of a heading without its permalink and its citations."""
    html = re.sub(r'<a class="headerlink".*?</a>', "", html, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())
