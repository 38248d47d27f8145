"""Pages being read: what they use, what is wrong with them, and where."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import unquote

from markupsafe import Markup

from modelbook import citations
from modelbook.blocks import Mark, mask_unread
from modelbook.book import Uses, is_meant_as_key, unknown_key, unknown_term
from modelbook.crossrefs import LABEL, Mention
from modelbook.errors import BookError, InvalidBookError, Location, MissingRecordError, Problem
from modelbook.images import image_size
from modelbook.pages import Page
from modelbook.rendering import PAGE_REFERENCES, REFERENCES, Renderer
from modelbook.schema import Citation
from modelbook.terms import SCHEME, Matcher
from modelbook.views import data_of, make_view
from modelbook.views.cells import find_value
from modelbook.views.references import ReferenceList
from modelbook.views.translations import TranslationList, translation_status


@dataclass
class Draft:
    """A page being read: what it uses and what is wrong with it. A `markdown_extension.Reader`."""

    renderer: Renderer
    page: Page
    uses: Uses = field(default_factory=Uses)
    problems: list[Problem] = field(default_factory=list)
    targets: list[Mention] = field(default_factory=list)
    references: list[Mention] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)
    """The ids of tables that are called for but cannot be shown."""
    _seen: dict[str, int] = field(default_factory=dict)

    def view(self, directive: str, name: str, arguments: str) -> str:
        try:
            view = make_view(self.renderer.book.tracked(self.uses), self.page.text_language, name, arguments)
            if isinstance(view, ReferenceList):
                return PAGE_REFERENCES if view.of_page else f"{REFERENCES}{self._data(name, arguments)}"
            if isinstance(view, TranslationList):
                view = translation_status(self.renderer.translations, self.renderer.book, self.page.text_language)
            html = self.renderer.render(f"views/{name}.html", self.page, self.uses, view=view)
            for match in LABEL.finditer(html):
                self.target(directive, match[1], is_repeatable=True)
            return html + self._data(name, arguments)
        except InvalidBookError as error:
            self._fail(name, arguments)
            self.problems += error.problems
            return Markup('<p class="mb-unknown">{}</p>').format(directive)
        except BookError as error:
            self._fail(name, arguments)
            if not (isinstance(error, MissingRecordError) and error.said_already):
                found = self._find(directive, r"(?=[ \t]*$)")
                self.problems.append(Problem(self._place(found and found.start()), str(error)))
            return self.renderer.render("problem.html", self.page, self.uses, message=str(error), written=directive)

    def _fail(self, name: str, arguments: str) -> None:
        if name == "comparison":
            self.failed.add(f"tbl-{arguments.strip()}")

    def _data(self, name: str, arguments: str) -> Markup:
        """The mark of the data that a view shows."""
        data = data_of(self.renderer.book, name, arguments)
        return Markup("<!--modelbook:data {}-->").format(data) if data else Markup("")

    def value(self, written: str, row: str, field: str) -> str:
        try:
            cell = find_value(self.renderer.book.tracked(self.uses), row, field)
        except BookError as error:
            if not (isinstance(error, MissingRecordError) and error.said_already):
                self.rejected(written, str(error))
            return Markup('<span class="mb-unknown">{}</span>').format(written)
        return str(self.renderer.render("value.html", self.page, self.uses, value=cell)).strip()

    def cited(self, written: str, citations: list[Citation]) -> None:
        self.uses.entries.update(citation.key for citation in citations)
        unknown = [citation for citation in citations if citation.key not in self.renderer.book.bibliography]
        if unknown:
            mark = self._find(written, r"(?![\[(])", r"(?<!\\)")
            for citation in unknown:
                key = mark and re.search(rf"@{re.escape(citation.key)}(?=[\s,;，；\]】])", mark[0])
                place = self._place(mark.start() + key.start() if mark and key else None)
                self.problems.append(unknown_key(citation.key, place, self.renderer.book))

    def named(self, key: str, written: str) -> str | None:
        book = self.renderer.book
        if key in book.bibliography:
            return citations.narrative_name(book.bibliography[key], self.page.text_language)
        if is_meant_as_key(key, book):
            found = self._find(f"@{key}", "(?![A-Za-z0-9_])", r"(?<![A-Za-z0-9_\\])")
            self.problems.append(unknown_key(key, self._place(found and found.start()), book))
        return None

    def target(self, written: str, id: str, *, is_repeatable: bool = False) -> None:
        found = self._find(written)
        self.targets.append(Mention(id, self._place(found and found.start()), is_repeatable))

    def referred(self, written: str, id: str) -> None:
        found = self._find(written, r"(?![A-Za-z0-9])")
        self.references.append(Mention(id, self._place(found and found.start())))

    def image_size(self, source: str) -> tuple[int, int] | None:
        if ":" in source or source.startswith("/"):
            return None
        return image_size((self.renderer.book.root / self.page.path).parent / unquote(source))

    def rejected(self, written: str, message: str) -> None:
        found = self._find(written)
        self.problems.append(Problem(self._place(found and found.start()), message))

    def terms(self) -> Matcher | None:
        if not (self.renderer.link_terms and self.page.link_terms):
            return None
        self.uses.records.add("terms/*")
        return self.renderer.matcher(self.page.text_language)

    def blocks(self) -> list[Mark]:
        return self._blocks

    @cached_property
    def _blocks(self) -> list[Mark]:
        return self.renderer.translations.marks(self.page)

    def linked(self, term: str) -> None:
        self.uses.records.add(f"terms/{term}")
        found = self._find(SCHEME + term, r"(?![\w.-])", r"(?<=[(<\s])")
        if problem := unknown_term(term, self._place(found and found.start()), self.renderer.book):
            self.problems.append(problem)

    @cached_property
    def _prose(self) -> str:
        return mask_unread(self.page.markdown)

    def _find(self, written: str, after: str = "", before: str = "") -> re.Match[str] | None:
        """The next occurrence of *written* in the prose, between what the patterns *before* and *after* require."""
        # Lines arrive without the indentation of the list or quotation that they stand in.
        lines = r"\n[ \t>]*".join(re.escape(line.strip()) for line in written.split("\n"))
        pattern = re.compile(before + lines + after, re.M)
        # Of one thing more than one may be said: then it is found again.
        match = pattern.search(self._prose, self._seen.get(written, 0)) or pattern.search(self._prose)
        if match:
            self._seen[written] = match.end()
        return match

    def _place(self, position: int | None) -> Location:
        """Where a position in the prose stands in the page's file."""
        if self.page.record:
            return Location(self.page.path)
        before = self._prose[: position or 0]
        return Location(self.page.path, self.page.first_line + before.count("\n"), len(before) - before.rfind("\n"))
