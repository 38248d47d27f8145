"""HTML from views and texts, by templates."""

from __future__ import annotations

import datetime
import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from markupsafe import Markup

from modelbook import citations, crossrefs, terms
from modelbook.anchors import Anchors
from modelbook.bibliography import Entry
from modelbook.blocks import block_id
from modelbook.book import Book, Uses
from modelbook.catalogue import Subject
from modelbook.comments import Comments
from modelbook.formulas import FormulaError, formula
from modelbook.history import History
from modelbook.index import Index, Place
from modelbook.languages import Language
from modelbook.markdown_extension import inline
from modelbook.pages import Page, page_url, record_url, relative_url
from modelbook.records import Record, Term
from modelbook.references import SHOWN_PAGES, STYLES, by_page
from modelbook.repository import WRONG_FACT, Repository
from modelbook.schema import Citation, PartialDate, Quantity, Text
from modelbook.templating import environment, interface_words, render_template
from modelbook.terms import Matcher
from modelbook.translations import State, Translations, page_path
from modelbook.views.cells import subject_name
from modelbook.words import WORDS

REFERENCES = "<!--modelbook:references-->"
"""Where the list of everything cited goes once numbers are known."""

PAGE_REFERENCES = "<!--modelbook:page-references-->"
"""Where the list of what a page cites goes."""

_DISCUSSING = re.compile(r"<!--modelbook:discussing ([\w.-]+)-->")
"""Where a model's page says which pages discuss it."""

_DATA = re.compile(r"<!--modelbook:data (\S+)-->\n?")
"""Says from which file or folder of data a view was made, for the colophon of the page."""

MOST_AUTHORS = 3
"""So many are named; of more, all but the first two are counted."""

_EVENT = re.compile(r'<a data-event="([^"]*)">')
"""Where a record's page names an event, to be led to its place in the timeline."""

_CHANGED = re.compile(r'<div data-changed="([^"]*)"></div>')

SEPARATOR = "\x1e"
"""Stands between things rendered together; no text of a book can have it."""

_ANCHOR = re.compile(r' id="(?=")"|<span id="[^"]*"></span>')

_LISTS = re.compile(f"{REFERENCES}|{PAGE_REFERENCES}")


class Renderer:
    """Renders views and texts of a book; templates in *template_dirs* stand before the book's own."""

    def __init__(
        self,
        book: Book,
        template_dirs: Sequence[Path] = (),
        *,
        link_terms: bool = True,
        uncited: str = "report",
        page_references: bool = False,
        translations: Translations | None = None,
        repository: Repository | None = None,
        site_url: str = "",
        anchors: Anchors | None = None,
        history: History | None = None,
        comments: Comments | None = None,
    ) -> None:
        """*link_terms* says whether pages link the first use of each term, unless they say otherwise.

        *uncited* says what becomes of entries that are never cited: `report` takes them for problems, `hide` is
        silent, `list` lists them below the references. *page_references* ends
        each written page with what it cites.
        """
        self.translations = translations or Translations()
        self.repository = repository or Repository()
        self.site_url = site_url
        self.anchors = anchors or {}
        self.history = history or History()
        self.comments = comments
        self.uncited = uncited
        self.page_references = page_references
        self._references: dict[tuple[str, str], Markup] = {}
        self.book = book
        self.link_terms = link_terms
        self._matchers: dict[str, Matcher] = {}
        self._summaries: dict[tuple[str, str], Markup] = {}
        self._known_words: dict[str, dict[str, Any]] = {}
        self.environment = environment(template_dirs)

    def render(self, template: str, page: Page, uses: Uses | None = None, **context: Any) -> Markup:
        """The HTML of a template for a page.

        Raises InvalidBookError if the template fails, with its place.
        """
        if uses is not None:
            uses.templates.add(template)
        scope = Scope(self, page)
        own = {"page": scope, "language": scope.language, **self._words(scope.language)}
        return render_template(self.environment, template, self.book.root, **own, **context)

    def _words(self, language: Language) -> dict[str, Any]:
        """Interface words for templates, made once for each language."""
        if language.code not in self._known_words:
            self._known_words[language.code] = interface_words(language)
        return self._known_words[language.code]

    def summary(self, entry: Entry, language: Language) -> Markup:
        """An entry in one line, made once for each language."""
        if (known := self._summaries.get((entry.key, language.code))) is None:
            known = Markup.escape(citations.summary(entry, language))
            self._summaries[entry.key, language.code] = known
        return known

    def matcher(self, language: Language) -> Matcher:
        """What finds the book's terms, made once for each language."""
        if language.code not in self._matchers:
            self._matchers[language.code] = terms.matcher(self.book.catalogue.all(Term), language)
        return self._matchers[language.code]

    def finish(self, html: str, page: Page, index: Index) -> str:
        """Fill in what depends on all pages: the numbers of citations, and the reference list."""
        data = [path for path in dict.fromkeys(_DATA.findall(html)) if path != page.path]
        html = _DATA.sub("", html)
        html = self._fill_references(html, page, index)
        scope = Scope(self, page)
        html = _DISCUSSING.sub(lambda match: self._discussing(match[1], page, index), html)
        html = _EVENT.sub(lambda match: scope.event_link(match[1], index), html)
        html = crossrefs.fill(html, lambda id: scope.label_link(id, index), lambda id: scope.reference_link(id, index))
        html = crossrefs.title_links(html, page.text_language)
        html = citations.fill(
            html,
            index.numbers,
            page.text_language,
            link=lambda key, id: scope.citation_link(key, id, index),
            name=lambda key: citations.narrative_name(self.book.bibliography[key], page.text_language),
        )
        html = terms.fill(
            html,
            link=lambda term, id, text: scope.term_link(term, id, text, index),
            uses=lambda term: self.render(
                "term-uses.html", page, places=index.using.get((page.language.code, term), [])
            ),
        )
        html = self._say_translation(self._say_draft(html, page), page)
        colophon = self._colophon(page, data)
        return f"{html}\n{self._succeeded(page, index)}{colophon}{self._comments(page)}{self._editions(page)}"

    def render_each(self, template: str, page: Page, index: Index, items: Sequence[Any], **context: Any) -> list[str]:
        """The finished HTML of each of *items*, by a template that puts a `SEPARATOR` after each.

        It is for files beside the page: citations in it are links without ids, and not counted.
        """
        html: str = self.render(template, page, items=items, separator=SEPARATOR, **context)
        scope = Scope(self, page)
        html = crossrefs.fill(html, lambda id: scope.label_link(id, index), lambda id: scope.reference_link(id, index))
        unnumbered = {key: len(index.numbers) + 1 for key in self.book.bibliography if key not in index.numbers}
        html = citations.fill(
            html,
            {**index.numbers, **unnumbered},
            page.text_language,
            link=lambda key, id: scope.source_link(key, index),
            name=lambda key: citations.narrative_name(self.book.bibliography[key], page.text_language),
        )
        html = _ANCHOR.sub("", html)
        return [part.strip() for part in html.split(SEPARATOR)[:-1]]

    def _discussing(self, model: str, page: Page, index: Index) -> str:
        places = index.discussing.get((page.language.code, model), ())
        return self.render("discussing.html", page, places=places) if places else ""

    def _succeeded(self, page: Page, index: Index) -> str:
        """The anchors that the page is asked for, each with a link to the place that has taken over."""
        edition = replace(page, original=None)
        places = []
        for anchor in self.anchors.get(page.name, ()):
            url = f"{page_url(anchor.page, page.language, self.book)}#{anchor.target}"
            target = index.targets.get((page.language.code, anchor.reference))
            # Headings of several pages may have one id.
            is_title_known = target is not None and target.url == url
            title = crossrefs.called(target, page.language) if target and is_title_known else anchor.target
            places.append((anchor.id, url, title))
        return self.render("succeeded.html", edition, places=places) if places else ""

    def _say_draft(self, html: str, page: Page) -> str:
        """Say that the page is a work in progress."""
        if not page.is_draft:
            return html
        notice = self.render("draft.html", page, issues=self.repository.issues)
        return _below_title(notice, html)

    def _say_translation(self, html: str, page: Page) -> str:
        """Say what of the page is not translated, or renders an original that has changed since."""
        if page.original:
            link = self.repository.new(page_path(page, page.language.code))
            shown = replace(page, original=None)  # the notice is in the words of the edition
            notice = self.render("untranslated.html", shown, original=page.original, link=link)
            return f'{notice}<div lang="{page.original.code}">\n{html}\n</div>'
        units = self.translations.by_path.get(page.path, ()) if page.record is None else ()
        changed = [unit for unit in units if unit.state is State.CHANGED]
        if not changed:
            return html
        source = self.book.languages[self.translations.sources[page.name]]
        url = page_url(page.name, source, self.book)

        def note(match: re.Match[str]) -> str:
            return self.render("changed-block.html", page, source=source, original=f"{url}#{block_id(match[1])}")

        html = _CHANGED.sub(note, html)
        notice = self.render("changed-blocks.html", page, source=source, original=url, count=len(changed))
        return _below_title(notice, html)

    def _colophon(self, page: Page, data: Sequence[str]) -> Markup:
        """What can be done with the page, which *data* it shows, when it was changed and by whom."""
        repository = self.repository
        links = [(path, repository.folder(path) if path.endswith("/") else repository.view(path)) for path in data]
        return self.render(
            "colophon.html",
            replace(page, original=None),
            record=page.record,
            data=[(posixpath.relpath(path, posixpath.dirname(path.rstrip("/"))), link) for path, link in links if link],
            translations=list(self._wanted_translations(page)),
            change=self.history.by_path.get(page.path),
            history_url=repository.history(page.path),
        )

    def _wanted_translations(self, page: Page) -> Iterator[tuple[Language, State, str]]:
        """The languages that lack the page, or render an original that has changed since; and where that is mended."""
        editions = self.translations.editions.get(page.name, ())
        for code, language in self.book.languages.items():
            path = page.path if page.record else page_path(page, code)
            states = {unit.state for unit in self.translations.by_path.get(path, ()) if unit.language == code}
            if not page.record and code not in editions:
                state, link = State.MISSING, self.repository.new(path)
            else:
                state = State.MISSING if page.record and State.MISSING in states else State.CHANGED
                link = self.repository.edit(path) if state in states else ""
            if link:
                yield language, state, link

    def _comments(self, page: Page) -> Markup | str:
        """Where readers comment on the page, if they can."""
        if not (self.comments and page.has_comments):
            return ""
        client = self.comments.client(page.name, page.language)
        return self.render("comments.html", replace(page, original=None), comments=self.comments, client=client)

    def _editions(self, page: Page) -> Markup:
        """Links to the page in every language, for the script that brings languages together."""
        written = self.translations.editions.get(page.name, self.book.languages)
        editions = [
            (language, page_url(page.name, language, self.book), code in written)
            for code, language in self.book.languages.items()
        ]
        return self.render("editions.html", replace(page, original=None), editions=editions)

    def _fill_references(self, html: str, page: Page, index: Index) -> str:
        """Put the lists of what is cited in their places."""
        own = PAGE_REFERENCES
        if self.page_references and page.record is None and not ({REFERENCES, own} & set(_LISTS.findall(html))):
            html += f"\n{own}"
        if own in html:
            cited = {citation.key for mark in citations.MARK.finditer(html) for citation in citations.marked(mark)}
            entries = [(number, self.book.bibliography[key]) for key, number in index.numbers.items() if key in cited]
            html = html.replace(own, self.render("views/page-references.html", page, entries=entries))
        if REFERENCES in html:
            entries = [(number, self.book.bibliography[key]) for key, number in index.numbers.items()]
            uncited = [entry for key, entry in self.book.bibliography.items() if key not in index.numbers]
            uncited = uncited if self.uncited == "list" else []
            citing = {key: by_page(index.citing.get((page.language.code, key), ())) for key in index.numbers}
            context: dict[str, Any] = {"uncited": uncited, "citing": citing, "shown": SHOWN_PAGES}
            html = html.replace(REFERENCES, self.render("views/references.html", page, entries=entries, **context))
        return html

    def reference(self, entry: Entry, page: Page) -> Markup:
        """An entry in the citation style of the page's language, made once for each."""
        language = page.text_language
        known = self._references.get((entry.key, language.code))
        if known is None:
            shown = STYLES[language.citation_style](entry, language)
            known = self.render(f"styles/{language.citation_style}.html", page, reference=shown)
            self._references[entry.key, language.code] = known
        return known


def _below_title(notice: str, html: str) -> str:
    """The HTML of a page with a notice below its title."""
    title, mark, text = html.partition("</h1>")
    return f"{title}{mark}\n{notice}{text}" if mark else f"{notice}{html}"


_FORMULA = re.compile(r"\$(?!\s)([^$]+)(?<!\s)\$(?!\d)")


def _formula(latex: str) -> Markup:
    try:
        # Made by the converter, which escapes what is in it.
        return Markup(ElementTree.tostring(formula(latex), encoding="unicode"))  # noqa: S704
    except FormulaError:
        return Markup("${}$").format(latex)


class Scope:
    """What templates say with the words of the page's language and links from its address."""

    def __init__(self, renderer: Renderer, page: Page) -> None:
        self._renderer = renderer
        self._book = renderer.book
        self._page = page
        self.language = page.text_language
        self._language = self.language
        self._edition = page.language
        self._url = page.url(renderer.book)

    def text(self, text: Text) -> Markup:
        """A text of a record: inline Markdown, marked if it is not translated, or if its original has changed since."""
        html = self._marked(text, inline)
        if (text, self._language.code) not in self._renderer.translations.changed_texts:
            return html
        hint = self._language.gettext("The original has changed since this was translated")
        return html + Markup('<span class="mb-changed-text" role="img" aria-label="{0}" title="{0}"></span>').format(
            hint
        )

    def name(self, name: Text) -> Markup:
        """A name: plain text."""
        return self._marked(name, Markup.escape)

    def _marked(self, text: Text, convert: Any) -> Markup:
        said, code = self._language.text(text)
        html: Markup = convert(said)
        if code in ("", self._language.code):
            return html
        hint = self._language.gettext("Not translated yet")
        return Markup('<span class="mb-untranslated" lang="{}" title="{}">{}</span>').format(code, hint, html)

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
        return subject_name(subject, self._language)

    def url(self, target: Record | Subject | str) -> str:
        """A link from this page to a record's page, or to an address from the root of the site."""
        if isinstance(target, Subject):
            target = target.model
        if isinstance(target, Record):
            target = record_url(target, self._edition, self._book)
        return relative_url(target, self._url) if target else ""

    def written(self, name: str) -> str:
        """A link from this page to the page *name* in the page's language; empty if the book has none."""
        editions = self._renderer.translations.editions
        return relative_url(page_url(name, self._edition, self._book), self._url) if name in editions else ""

    def discussing(self, model: Record) -> Markup:
        """The mark of which pages discuss *model*, known when every page is read."""
        return Markup("<!--modelbook:discussing {}-->").format(model.id)

    def glossary_entry(self, record: Record) -> Markup:
        """A link to the term that *record* is, as which the glossary explains it; empty if there is none."""
        term = self._book.catalogue.get(Term, record.id)
        return inline(f"[{self._language.plain(term.name)}](term:{term.id})") if term else Markup("")

    def index_of(self, folder: str) -> str:
        """A link to the list of the records of a kind (`licenses/index`, `licenses/all`); empty without one."""
        return self.written(f"{folder}/index") or self.written(f"{folder}/all")

    @cached_property
    def address(self) -> str:
        """The whole address of this page."""
        return self._renderer.site_url + self._url

    @property
    def edit_url(self) -> str:
        """Where the file of this page is edited; empty if nobody knows."""
        return self._renderer.repository.edit(self._page.path)

    def source_url(self, path: Sequence[str | int] = ()) -> str:
        """Where the file of this page is shown, at the value *path* of its record; empty if nobody knows."""
        record = self._page.record
        line = record.locate(tuple(path), key=True).line if record and path else 0
        return self._renderer.repository.view(self._page.path, line)

    def report_url(self, path: Sequence[str | int] = (), label: str = "") -> str:
        """Where an error in this page is reported, or in the value *path* of its record, which is called *label*.

        Page, file and field are filled in. Empty if nobody knows.
        """
        gettext = self._language.gettext
        name = gettext("%(field)s, %(name)s", field=label, name=self.title) if label else self.title
        field = ".".join(map(str, path))
        where = [self.address, self._page.path, field, self.source_url(path)]
        body = "\n".join([*filter(None, where), "", gettext("What is wrong, and which source says so?"), ""])
        fields = {"page": self.address, "record": self._page.path, "field": field}
        return self._renderer.repository.issue(gettext("Error in: %(name)s", name=name), body, WRONG_FACT, fields)

    @cached_property
    def title(self) -> str:
        """What the page is called: as its record is, or as its heading says."""
        page = self._page
        if page.record:
            return self._language.plain(page.record.name)
        titles = self._renderer.translations.titles
        found = (titles.get((page.name, code)) for code in (page.language.code, *page.language.fallbacks))
        return next(filter(None, found), page.name)

    def day(self, day: datetime.date) -> Markup:
        """A day, readable by machines."""
        return self.date(PartialDate(day.isoformat(), day, "day"))

    def people(self, names: Sequence[str]) -> str:
        """Names of people, of whom only a few are named if they are many."""
        if len(names) <= MOST_AUTHORS:
            return self._language.join(names)
        first = self._language.gettext(", ").join(names[: MOST_AUTHORS - 1])
        others = len(names) - MOST_AUTHORS + 1
        said = self._language.ngettext("%(names)s and %(count)s other", "%(names)s and %(count)s others", others)
        return said % {"names": first, "count": self._language.number(others)}

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

    def mathematics(self, text: str) -> Markup:
        """Text with its formulas (`$O(n)$`) as MathML; what is no formula stays as it is."""
        parts = _FORMULA.split(text)
        return Markup("").join(_formula(part) if place % 2 else part for place, part in enumerate(parts))

    def reference(self, entry: Entry) -> Markup:
        """An entry as the citation style of the language has it."""
        return self._renderer.reference(entry, self._page)

    def reference_url(self, entry: Entry) -> str:
        """A link to an entry in the list of everything cited."""
        return f"{self._references_url}#{citations.anchor(entry.key)}"

    def citation_link(self, key: str, id: str, index: Index) -> Markup:
        """The number of an entry as a link to the reference list, its summary shown on hovering."""
        url = f"{self._references_url}#{citations.anchor(key)}"
        summary = self._renderer.summary(self._book.bibliography[key], self._language)
        return Markup('<a id="%s" href="%s" title="%s">%s</a>') % (id, url, summary, index.numbers[key])

    def source_link(self, key: str, index: Index) -> Markup:
        """An entry as a link that has no id: its number, or who made it if no page cites it."""
        if key in index.numbers:
            return self.citation_link(key, "", index)
        entry = self._book.bibliography[key]
        said, hint = citations.narrative_name(entry, self._language), self._renderer.summary(entry, self._language)
        address = entry.url or entry.link
        return Markup('<a href="{}" title="{}">{}</a>').format(address, hint, said) if address else Markup.escape(said)

    def label(self, id: str) -> Markup:
        """The mark of what has a number; `id` begins with `fig-`, `tbl-` or `eq-`."""
        return crossrefs.label_mark(id)

    def label_link(self, id: str, index: Index) -> Markup:
        """What a figure, a table or an equation is called, as a link to itself."""
        target = index.targets[self._edition.code, id]
        name, hint = crossrefs.called(target, self._language), self._language.gettext("Link to this place")
        said = f"({target.number})" if id.startswith("eq-") else name
        link = Markup('<a class="mb-label" href="#{}" title="{}" aria-label="{}: {}">{}</a>')
        return link.format(id, hint, name, hint, said)

    def reference_link(self, id: str, index: Index) -> Markup:
        """A reference to something with an id, as a link."""
        if (target := index.targets.get((self._edition.code, id))) is None:
            return Markup('<span class="mb-unknown">@{}</span>').format(id)
        url = relative_url(target.url, self._url)
        return Markup('<a class="mb-crossref" href="{}">{}</a>').format(url, crossrefs.called(target, self._language))

    def term_anchor(self, term: Record) -> str:
        return terms.anchor(term.id)

    def place(self, place: Place) -> str:
        """A link from this page to a place in the book."""
        url = relative_url(place.page.url(self._book), self._url)
        return f"{url}#{place.id}" if place.id else url

    def event_link(self, id: str, index: Index) -> str:
        """The tag of a link to an event in the timeline; one that leads nowhere if that does not show it."""
        place = index.events.get((self._edition.code, id))
        return Markup('<a href="{}">').format(self.place(place)) if place else "<a>"

    def term_link(self, id: str, own_id: str, text: Markup, index: Index) -> Markup:
        """*text* as a link to a term in the glossary, its definition shown on hovering."""
        term, glossary = self._book.catalogue.get(Term, id), index.glossaries.get(self._edition.code)
        if term is None:
            return Markup('<span class="mb-unknown">{}</span>').format(text)
        if glossary is None:
            return text
        own = Markup(' id="{}"').format(own_id) if own_id else ""
        url = f"{relative_url(glossary.url(self._book), self._url)}#{terms.anchor(id)}"
        hint = terms.hint(inline(self._language.plain(term.text)))
        return Markup('<a class="mb-term-link"{} href="{}" title="{}">{}</a>').format(own, url, hint, text)

    @cached_property
    def _references_url(self) -> str:
        return relative_url(page_url("references", self._edition, self._book), self._url)
