"""HTML from views and texts, with Jinja templates: the only module that knows Jinja."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from modelbook import citations
from modelbook.bibliography import Entry
from modelbook.book import Book, Uses, unknown_key
from modelbook.catalogue import Subject
from modelbook.errors import BookError, InvalidBookError, Location, MissingRecordError, Problem
from modelbook.index import Index
from modelbook.languages import Language
from modelbook.markdown_extension import inline, mask_unread
from modelbook.pages import Page, page_url, record_url, relative_url
from modelbook.records import Record
from modelbook.schema import Citation, PartialDate, Quantity, Text
from modelbook.sources import relative
from modelbook.views import make_view
from modelbook.views.references import ReferenceList
from modelbook.words import WORDS

TEMPLATES = Path(__file__).parent / "templates"

_REFERENCES = "<!--modelbook:references-->"
"""Where the reference list of a page goes once numbers are known."""


class Renderer:
    """Renders views and texts of a book; templates in *template_dirs* stand before the book's own."""

    def __init__(self, book: Book, template_dirs: Sequence[Path] = ()) -> None:
        self.book = book
        self._summaries: dict[tuple[str, str], Markup] = {}
        # The package's templates are code like any other; those that a book brings run in a sandbox, twice as slow.
        own = any(path for directory in template_dirs for path in directory.rglob("*.html"))
        environment = ImmutableSandboxedEnvironment if own else Environment
        self.environment = environment(
            loader=FileSystemLoader([*template_dirs, TEMPLATES]),
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def draft(self, page: Page) -> Draft:
        """The reader of *page*, to be handed to the Markdown extension."""
        return Draft(self, page)

    def render(self, template: str, page: Page, uses: Uses | None = None, **context: Any) -> Markup:
        """The HTML of a template for a page.

        Raises InvalidBookError if the template fails, with its place.
        """
        if uses is not None:
            uses.templates.add(template)
        try:
            loaded: Template = self.environment.get_template(template)
            scope = Scope(self, page)
            return Markup(loaded.render(page=scope, language=page.language, **_words(page.language), **context))  # noqa: S704 (autoescaped)
        except Exception as error:  # whatever a template does wrong is its writer's to mend, not to be a traceback
            raise InvalidBookError([self._template_problem(error, template)]) from error

    def _template_problem(self, error: Exception, template: str) -> Problem:
        """What failed in a template, at the line that Jinja puts into the traceback."""
        if isinstance(error, TemplateSyntaxError):
            path, line = error.filename or template, error.lineno
        else:
            frames = traceback.extract_tb(error.__traceback__)
            places = [(frame.filename, frame.lineno or 1) for frame in frames if frame.filename.endswith(".html")]
            path, line = places[-1] if places else (template, 1)
        said = str(error) or type(error).__name__
        return Problem(Location(relative(Path(path), self.book.root), line), f"template fails: {said}")

    def summary(self, entry: Entry, language: Language) -> Markup:
        """An entry in one line, made once for each language."""
        if (known := self._summaries.get((entry.key, language.code))) is None:
            known = Markup.escape(citations.summary(entry, language))
            self._summaries[entry.key, language.code] = known
        return known

    def finish(self, html: str, page: Page, index: Index) -> str:
        """Fill in what depends on all pages: the numbers of citations, and the reference list."""
        if _REFERENCES in html:
            entries = [(number, self.book.bibliography[key]) for key, number in index.numbers.items()]
            html = html.replace(_REFERENCES, self.render("views/references.html", page, entries=entries))
        scope = Scope(self, page)
        return citations.fill(html, lambda citation, id: scope.citation_link(citation, id, index))


def _words(language: Language) -> dict[str, Any]:
    """Interface words for templates: as text they are escaped, values put into them stay HTML if they are."""

    def gettext(message: str, **values: object) -> Markup:
        said = Markup.escape(language.gettext(message))
        return said % values if values else said

    def ngettext(singular: str, plural: str, count: int) -> Markup:
        return Markup.escape(language.ngettext(singular, plural, count)) % {"count": count}

    return {"_": gettext, "ngettext": ngettext}


@dataclass
class Draft:
    """A page being read: what it uses and what is wrong with it. A `markdown_extension.Reader`."""

    renderer: Renderer
    page: Page
    uses: Uses = field(default_factory=Uses)
    problems: list[Problem] = field(default_factory=list)
    _seen: dict[str, int] = field(default_factory=dict)

    def view(self, directive: str, name: str, arguments: str) -> str:
        try:
            view = make_view(self.renderer.book.tracked(self.uses), self.page.language, name, arguments)
            if isinstance(view, ReferenceList):
                return _REFERENCES
            return self.renderer.render(f"views/{name}.html", self.page, self.uses, view=view)
        except InvalidBookError as error:
            self.problems += error.problems
            return Markup('<p class="mb-unknown">{}</p>').format(directive)
        except BookError as error:
            if not (isinstance(error, MissingRecordError) and error.said_already):
                found = self._find(directive, r"(?=[ \t]*$)")
                self.problems.append(Problem(self._place(found and found.start()), str(error)))
            return self.renderer.render("problem.html", self.page, self.uses, message=str(error), written=directive)

    def cited(self, written: str, citations: list[Citation]) -> None:
        mark = self._find(written, r"(?![\[(])", r"(?<!\\)")
        for citation in citations:
            self.uses.entries.add(citation.key)
            if citation.key not in self.renderer.book.bibliography:
                key = mark and re.search(rf"@{re.escape(citation.key)}(?=[\s,;\]])", mark[0])
                place = self._place(mark.start() + key.start() if mark and key else None)
                self.problems.append(unknown_key(citation.key, place, self.renderer.book))

    def rejected(self, written: str, message: str) -> None:
        found = self._find(written)
        self.problems.append(Problem(self._place(found and found.start()), message))

    @cached_property
    def _prose(self) -> str:
        return mask_unread(self.page.markdown)

    def _find(self, written: str, after: str = "", before: str = "") -> re.Match[str] | None:
        """The next occurrence of *written* in the prose, between what the patterns *before* and *after* require."""
        # Lines arrive without the indentation of the list or quotation that they stand in.
        lines = r"\n[ \t>]*".join(re.escape(line.strip()) for line in written.split("\n"))
        match = re.compile(before + lines + after, re.M).search(self._prose, self._seen.get(written, 0))
        if match:
            self._seen[written] = match.end()
        return match

    def _place(self, position: int | None) -> Location:
        """Where a position in the prose stands in the page's file."""
        if self.page.record:
            return Location(self.page.path)
        before = self._prose[: position or 0]
        return Location(self.page.path, self.page.first_line + before.count("\n"), len(before) - before.rfind("\n"))


class Scope:
    """What templates say with the words of the page's language and links from its address."""

    def __init__(self, renderer: Renderer, page: Page) -> None:
        self._renderer = renderer
        self._book = renderer.book
        self._page = page
        self._language = page.language
        self._url = page.url(renderer.book)

    def text(self, text: Text) -> Markup:
        """A text of a record: inline Markdown, marked with its language if that is another than the page's."""
        return self._marked(text, inline)

    def name(self, name: Text) -> Markup:
        """A name: plain text."""
        return self._marked(name, Markup.escape)

    def _marked(self, text: Text, convert: Any) -> Markup:
        said, code = self._language.text(text)
        html: Markup = convert(said)
        return Markup('<span lang="{}">{}</span>').format(code, html) if code not in ("", self._language.code) else html

    def date(self, date: PartialDate) -> Markup:
        """A date at its precision, readable by machines."""
        machine = date.first.isoformat()[: {"year": 4, "month": 7, "day": 10}[date.precision]]
        return Markup('<time datetime="{}">{}</time>').format(machine, self._language.date(date))

    def quantity(self, quantity: Quantity, unit: Decimal | None = None) -> Markup:
        """A quantity; how it was written shows on hovering, where that differs."""
        said = self._language.quantity(quantity, unit)
        if unit or said == quantity.written:
            return Markup.escape(said)
        return Markup('<span title="{}">{}</span>').format(quantity.written, said)

    def word(self, sort: str, value: str) -> str:
        """What a value of a record is called in the page's language."""
        return self._language.gettext(WORDS[sort][value])

    def subject(self, subject: Subject) -> str:
        """The name of a model or of one of its variants."""
        if subject.variant and subject.variant.name:
            return self._language.plain(subject.variant.name)
        name = self._language.plain(subject.model.name)
        return f"{name} {subject.variant_id}" if subject.variant_id else name

    def url(self, target: Record | Subject | str) -> str:
        """A link from this page to a record's page, or to an address from the root of the site."""
        if isinstance(target, Subject):
            target = target.model
        if isinstance(target, Record):
            target = record_url(target, self._language, self._book)
        return relative_url(target, self._url) if target else ""

    def home(self, record: Record) -> str:
        """The first address that a record without a page of its own gives."""
        links = getattr(record, "links", [])
        return str(links[0].url) if links else ""

    def cite(self, cited: Iterable[Citation]) -> Markup:
        """The marks of citations, to be numbered when every page is read."""
        cited = list(cited)
        return citations.mark(cited) if cited else Markup("")

    def authors(self, entry: Entry) -> str:
        return citations.authors(entry, self._language)

    def year(self, entry: Entry) -> str:
        return citations.year(entry, self._language)

    def stop(self, text: str) -> str:
        """The stop that ends *text* as a sentence in the page's language; nothing if one stands there."""
        return citations.stopped(text, self._language)[len(text) :]

    def anchor(self, entry: Entry) -> str:
        return citations.anchor(entry.key)

    def citation_link(self, citation: Citation, id: str, index: Index) -> Markup:
        """A citation as a link to the reference list, its summary shown on hovering."""
        locator = f", {citation.locator}" if citation.locator else ""
        entry, number = self._book.bibliography.get(citation.key), index.numbers.get(citation.key)
        if entry is None or number is None:
            return Markup('<span class="mb-unknown">@{}{}</span>').format(citation.key, locator)
        url = f"{self._references_url}#{citations.anchor(citation.key)}"
        summary = self._renderer.summary(entry, self._language)
        return Markup('<a id="{}" href="{}" title="{}">{}</a>{}').format(id, url, summary, number, locator)

    @cached_property
    def _references_url(self) -> str:
        return relative_url(page_url("references", self._language, self._book), self._url)
