"""The pages of the book: those written in `content/`, and those that exist because of a record."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from modelbook.book import Book
from modelbook.errors import InvalidBookError, Location, Problem, did_you_mean, quoted
from modelbook.languages import Language
from modelbook.records import KINDS, Model, Record
from modelbook.sources import Document, parse_document, read_text, relative


@dataclass(frozen=True)
class Page:
    """One page in one language."""

    language: Language
    name: str
    """Its path in its language, without an ending: `open/early`. Pages of one name belong together."""
    path: str
    """The file that it comes from, from the root of the book."""
    markdown: str
    first_line: int = 1
    """The line of the file on which the Markdown begins."""
    record: Record | None = None
    """The record because of which it exists."""
    link_terms: bool = True
    """Whether the first use of each term in it is linked."""
    is_draft: bool = False
    """Whether it is a work in progress."""
    has_comments: bool = True
    """Whether readers can comment on it, if they can in this book."""
    source_language: str = ""
    """The language of the original, if the page says which."""
    original: Language | None = None
    """The language of its text, where it stands in for a translation that is missing."""

    @property
    def text_language(self) -> Language:
        """The language in which it is written."""
        return self.original or self.language

    @property
    def source_uri(self) -> str:
        """Where it stands (or would stand) under `content/`."""
        return f"{self.language.code}/{self.name}.md"

    def url(self, book: Book) -> str:
        """Its address from the root of the site."""
        return page_url(self.name, self.language, book)


def page_url(name: str, language: Language, book: Book) -> str:
    """The address of the page *name* from the root of the site; the first language has no prefix."""
    folder = "" if language is book.default_language else f"{language.code}/"
    is_index = name == "index" or name.endswith("/index")
    return folder + (name.removesuffix("index") if is_index else f"{name}/")


def relative_url(target: str, base: str) -> str:
    """*target* as a link from the page at *base*, both from the root of the site."""
    path, mark, fragment = target.partition("#")
    return _relative_path(path, base) + mark + fragment


@cache
def _relative_path(path: str, base: str) -> str:
    start = base if base.endswith("/") or not base else posixpath.dirname(base)
    found = posixpath.relpath(path or ".", start or ".")
    return found + "/" if path.endswith("/") or not path else found


def read_page(path: Path, content_dir: Path, book: Book) -> tuple[Page, list[Problem]]:
    """Read a page of `content/`; what is wrong with its front matter is returned with it.

    Raises InvalidBookError if the file cannot be read, or is in no language of the book.
    """
    text = read_text(path, book.root)
    name = relative(path, book.root)
    code, *rest = path.relative_to(content_dir).with_suffix("").parts
    if code not in book.languages:
        folders = quoted(f"{relative(content_dir, book.root)}/{known}/" for known in book.languages)
        message = f"page in no language of the book; expected it in a folder {folders}"
        raise InvalidBookError([Problem(Location(name), message)])
    markdown, first_line, settings, problems = split_front_matter(text, name)
    for key in ("link_terms", "draft", "comments"):
        if (said := settings.values.get(key, "true")) not in ("true", "false"):
            problems.append(Problem(settings.locate((key,)), f"{key} is '{said}'; expected true or false"))
    source = settings.values.get("source_language", "")
    if source and source not in book.languages:
        near = did_you_mean(str(source), book.languages) or f"; expected {quoted(book.languages)}"
        problems.append(Problem(settings.locate(("source_language",)), f"the book has no language '{source}'{near}"))
        source = ""
    page = Page(
        book.languages[code],
        "/".join(rest),
        name,
        markdown,
        first_line,
        link_terms=settings.values.get("link_terms") != "false",
        is_draft=settings.values.get("draft") == "true",
        has_comments=settings.values.get("comments") != "false",
        source_language=source,
    )
    return page, problems


def split_front_matter(text: str, name: str) -> tuple[str, int, Document, list[Problem]]:
    """The Markdown of a page, the line on which it begins, its front matter, and what is wrong with that."""
    settings = Document(name, {})
    match = re.match(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$\n?", text, re.M | re.S)
    if not match:
        unclosed = re.match(r"---[ \t]*\n[\w-]+:", text)
        message = "front matter is opened here and never closed; expected a line '---' below it"
        return text, 1, settings, [Problem(Location(name), message)] if unclosed else []
    problems = []
    try:
        if match[1].strip():
            settings = parse_document("\n" + match[1], name)
    except InvalidBookError as error:
        problems = error.problems
    return text[match.end() :], text.count("\n", 0, match.end()) + 1, settings, problems


def content_pages(content_dir: Path, book: Book) -> tuple[list[Page], list[Problem]]:
    """Every page of `content/`, with what is wrong before its Markdown is read."""
    pages, problems = [], []
    for path in sorted(content_dir.rglob("*.md")):
        try:
            page, found = read_page(path, content_dir, book)
            pages.append(page)
            problems += found
        except InvalidBookError as error:
            problems += error.problems
    problems += [*_collisions(pages, book), *_disagreements(pages)]
    return pages + list(_stand_ins(pages, book)), problems


def _collisions(pages: Iterable[Page], book: Book) -> Iterator[Problem]:
    """Pages at the address of another, as `techniques.md` and `techniques/index.md` are."""
    first: dict[str, Page] = {}
    for page in pages:
        other = first.setdefault(page.url(book), page)
        if other is not page:
            yield Problem(Location(page.path), f"page at the address of {other.path}; expected another name")


def _stand_ins(pages: list[Page], book: Book) -> Iterator[Page]:
    """For each page that a language lacks, the original in its place."""
    for editions in _editions(pages).values():
        original = editions[original_language(editions, book)]
        for code, language in book.languages.items():
            if code not in editions:
                yield replace(original, language=language, original=original.language)


def _editions(pages: Iterable[Page]) -> dict[str, dict[str, Page]]:
    """The pages of each name by language."""
    editions: dict[str, dict[str, Page]] = {}
    for page in pages:
        editions.setdefault(page.name, {})[page.language.code] = page
    return editions


def original_language(editions: Mapping[str, Page], book: Book) -> str:
    """The language in which a page was written first: as it says, or else the first of the book that has it."""
    said = next((page.source_language for page in editions.values() if page.source_language), "")
    return said if said in editions else next(code for code in book.languages if code in editions)


def _disagreements(pages: list[Page]) -> Iterator[Problem]:
    """Pages that name another original than their other language does."""
    for editions in _editions(pages).values():
        said = {page.source_language for page in editions.values() if page.source_language}
        for page in editions.values() if len(said) > 1 else ():
            message = f"source_language is '{page.source_language}', in another language it is not"
            yield Problem(Location(page.path), f"{message}; expected the same in every language, or in one alone")


PAGED = {
    KINDS[folder]: folder
    for folder in ("models", "organizations", "licenses", "datasets", "benchmarks", "techniques", "tools")
}
"""The kinds of record that have pages, each with the folder of those."""


def record_pages(book: Book) -> list[Page]:
    """The pages that exist because of records, in every language."""
    return [
        Page(language, f"{folder}/{record.id}", record.path, _record_markdown(record, folder), record=record)
        for language in book.languages.values()
        for kind, folder in PAGED.items()
        for record in book.catalogue.all(kind)
    ]


def _record_markdown(record: Record, folder: str) -> str:
    return f"::: model {record.id}\n" if isinstance(record, Model) else f"::: record {folder} {record.id}\n"


def record_url(record: Record, language: Language, book: Book) -> str:
    """The address of a record's page from the root of the site; empty if it has none."""
    folder = PAGED.get(type(record))
    return page_url(f"{folder}/{record.id}", language, book) if folder else ""
