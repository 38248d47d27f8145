"""The MkDocs plugin: the only module that knows MkDocs.

Both languages are built in one pass: the files of the first language move to the
root of the site, and each page is rendered with the navigation, interface words
and search index of its own language.
"""

from __future__ import annotations

import copy
import functools
import gc
import gzip
import json
import logging
import os
import posixpath
import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urljoin

from markupsafe import Markup
from mkdocs.config import config_options as opt
from mkdocs.config.base import Config, load_config
from mkdocs.config.config_options import ExtraScriptValue
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, BuildError, ConfigurationError, PluginError
from mkdocs.plugins import BasePlugin, CombinedEvent, event_priority
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page as MkDocsPage

from modelbook import assets, comparefiles, exports, search
from modelbook.anchors import FILE as ANCHORS
from modelbook.anchors import check_anchors, read_anchors
from modelbook.book import Book, check_unused, load_book, record_references
from modelbook.cards import cards_json
from modelbook.comments import read_comments
from modelbook.crossrefs import Mention, check_references
from modelbook.errors import BookError, InvalidBookError, Location, Problem
from modelbook.history import History, last_changes
from modelbook.index import ReadPage, build_index
from modelbook.languages import LOCALES, Language
from modelbook.markdown_extension import BookExtension, convert
from modelbook.pages import Page, content_pages, page_url, record_pages
from modelbook.references import STYLES
from modelbook.rendering import TEMPLATES, Draft, Renderer, broken_templates
from modelbook.repository import Repository
from modelbook.serving.diagnosis import diagnose, known_problems, place
from modelbook.serving.rebuilding import Built, Preview, editor_link
from modelbook.serving.watching import Watcher, check_links, stamps
from modelbook.sources import is_passing
from modelbook.translations import LOCK, Lock, compare, read_lock
from modelbook.web.allowed_links import FILE as ALLOWED_LINKS
from modelbook.web.allowed_links import read_allowed
from modelbook.words import WORDS

log = logging.getLogger("mkdocs.plugins.modelbook")

_ALTERNATE_LINK = re.compile(r'<link rel="alternate" href="[^"]*" hreflang="[^"]*">\s*')

_SEARCH_DIALOG = '<div class="md-search" data-md-component="search" role="dialog">'

THEME = Path(__file__).parent / "theme"
"""Templates and assets that stand between the book's own theme folder and Material's."""


class LanguageConfig(Config):
    """One language of the book."""

    name = opt.Type(str)
    locale = opt.Optional(opt.Type(str))
    site_name = opt.Optional(opt.Type(str))
    site_description = opt.Optional(opt.Type(str))
    copyright = opt.Optional(opt.Type(str))
    citation_style = opt.Choice(tuple(STYLES), default="numeric")


class ModelbookConfig(Config):
    """Options of the plugin in `mkdocs.yml`."""

    languages = opt.DictOfItems(opt.SubConfig(LanguageConfig))
    data_dir = opt.Dir(exists=True, default="data")
    references = opt.File(exists=True, default="references.bib")
    link_terms = opt.Type(bool, default=True)
    uncited = opt.Choice(("report", "hide", "list"), default="report")
    page_references = opt.Type(bool, default=False)
    number_headings = opt.Type(bool, default=False)
    history = opt.Type(bool, default=True)
    comments = opt.Optional(opt.Type(dict))


class ModelbookPlugin(BasePlugin[ModelbookConfig]):
    """Makes the book's pages; all state of a build is made anew in `on_config`."""

    host: _HostLog | None = None
    config_file = Path("mkdocs.yml")

    def __init__(self) -> None:
        self.search_entries = search.Entries()

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Once, before the first build. MkDocs keeps a plugin that has this from one rebuild to the next."""
        if dirty:
            raise PluginError(
                "modelbook: --dirty leaves out the pages that did not change, and with them the numbers that they give"
                " to others; expected the command without it"
            )
        self.host = _HostLog()

    def on_shutdown(self) -> None:
        if self.host:
            self.host.stop()

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        self.config_file = Path(config.config_file_path or "mkdocs.yml").resolve()
        self.root = root = self.config_file.parent
        custom = [Path(config.theme.custom_dir)] if config.theme.custom_dir else []
        locale_dirs = [directory / "locales" for directory in custom]
        if self.host:
            self.host.listen(config)
        self.search_entries.start()
        self.problems: list[Problem] = []
        self.pages: dict[str, Page] = {}
        watched = [Path(self.config.data_dir), Path(self.config.references), *custom, TEMPLATES, LOCALES, THEME]
        config.watch.extend(str(path) for path in watched if path.exists())
        self.before = {path: stamps(path) for path in map(os.path.abspath, _watched(config))}
        try:
            check_links(Path(config.docs_dir), root)
            with _long_lived():
                self.book = load_book(
                    root,
                    data_dir=Path(self.config.data_dir),
                    references=Path(self.config.references),
                    languages={
                        code: {key: value for key, value in settings.items() if value}
                        for code, settings in self.config.languages.items()
                    },
                    locale_dirs=locale_dirs,
                )
            comments = read_comments(self.config.comments) if self.config.comments else None
        except BookError as error:
            raise PluginError(f"modelbook: {error}") from None
        self.content_dir = Path(config.docs_dir)
        written, problems = content_pages(self.content_dir, self.book)
        lock: Lock = {}
        try:
            lock = read_lock(self.content_dir / LOCK, root)
        except InvalidBookError as error:
            problems += error.problems
        anchors, found = read_anchors(self.content_dir / ANCHORS, root)
        problems += found
        self.allowed_links, found = read_allowed(self.content_dir / ALLOWED_LINKS, root)
        problems += found
        self.translations = compare(written, self.book, lock)
        history = last_changes(root) if self.config.history else History()
        if history.lacking:
            log.info("modelbook: pages do not say when they were changed: %s", history.lacking)
        self.content_path = self.content_dir.relative_to(root).as_posix()
        self.renderer = Renderer(
            self.book,
            [directory / "modelbook" for directory in custom],
            link_terms=self.config.link_terms,
            uncited=self.config.uncited,
            page_references=self.config.page_references,
            translations=self.translations,
            repository=self._repository(config),
            site_url=config.site_url or "",
            anchors=anchors,
            history=history,
            comments=comments,
        )
        self.pages.update((page.source_uri, page) for page in written)
        self.drafts: dict[str, Draft] = {}
        self.problems += [*self.book.problems, *problems]
        self.extension = BookExtension(lambda: self.draft)

        config.markdown_extensions.append(self.extension)  # type: ignore[arg-type]
        config.theme.dirs.insert(len(custom), str(THEME))
        config.extra_css.insert(0, assets.STYLE_SHEET)
        if self.config.number_headings:
            config.extra_css.append(f"{assets.FOLDER}/numbered-headings.css")
        config.extra_javascript.append(_module(assets.SCRIPT))
        self.first_script = assets.first_script(THEME)
        config.nav = self._nav_by_language(config.nav)
        return config

    def _repository(self, config: MkDocsConfig) -> Repository:
        """Where the files of the book are kept, by the settings of MkDocs; a problem if those lead elsewhere."""
        uri = str(config.edit_uri_template or "").removesuffix("{path}") or config.edit_uri or ""
        repository = Repository.of(config.repo_url or "", uri, self.content_path, self.root)
        if config.repo_url and uri and not repository.edit_base:
            expected = f"it to lead to {self.content_path}/, as in edit/main/{self.content_path}/"
            place = Location(self.config_file.name)
            self.problems.append(Problem(place, f"edit_uri is '{uri}'; expected {expected}"))
        return repository

    def _nav_by_language(self, nav: Any) -> Any:
        """The navigation of `mkdocs.yml`, written once, under one section for each language."""

        def prefixed(item: Any, code: str) -> Any:
            if isinstance(item, list):
                return [part for each in item if (part := prefixed(each, code)) is not None]
            if isinstance(item, dict):
                return {title: prefixed(value, code) for title, value in item.items()}
            if "://" in item:
                return item
            return f"{code}/{item}" if f"{code}/{item}" in self.pages else None

        return nav and [{code: prefixed(nav, code)} for code in self.book.languages]

    # --- files and navigation ------------------------------------------------------

    @event_priority(50)
    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        for page in record_pages(self.book):
            file = File.generated(config, page.source_uri, content=page.markdown, inclusion=InclusionLevel.NOT_IN_NAV)
            file.edit_uri = posixpath.relpath(page.path, self.content_dir.relative_to(self.book.root).as_posix())
            files.append(file)
            self.pages[page.source_uri] = page
        for uri, content in (
            ("data/models.json", exports.models_json(self.book.catalogue)),
            ("data/models.csv", exports.models_csv(self.book.catalogue)),
            ("references.bib", self.book.bibliography.source),
        ):
            files.append(File.generated(config, uri, content=content, inclusion=InclusionLevel.NOT_IN_NAV))
        self._leave_out_unread(files)
        self._join_styles(files, config)
        self._add_stand_ins(files, config)
        for name in (LOCK, ANCHORS, ALLOWED_LINKS):
            if unpublished := files.get_file_from_path(name):
                files.remove(unpublished)
        for file in files.documentation_pages():
            if known := self.pages.get(file.src_uri):
                url = known.url(self.book)
                file.dest_uri = posixpath.join(url, "index.html")
                file.url = url or "./"
        return files

    def _leave_out_unread(self, files: Files) -> None:
        """Pages that could not be read, which is said already, or are none of the book; and what editors leave."""
        for file in list(files):
            if is_passing(name := posixpath.basename(file.src_uri)) and not name.startswith("."):  # MkDocs knows those
                files.remove(file)
        for file in files.documentation_pages():
            if file.src_uri not in self.pages and not file.generated_by:
                files.remove(file)
                if not file.src_uri.endswith(".md"):
                    where = Location(f"{self.content_path}/{file.src_uri}")
                    self.problems.append(Problem(where, "page of another ending than the others; expected .md"))

    def _join_styles(self, files: Files, config: MkDocsConfig) -> None:
        """One style sheet in the place of its parts."""
        for name in assets.STYLES:
            if part := files.get_file_from_path(f"{assets.FOLDER}/{name}.css"):
                files.remove(part)
        joined = assets.style_sheet(THEME, assets.STYLES)
        files.append(File.generated(config, assets.STYLE_SHEET, content=joined))

    def _add_stand_ins(self, files: Files, config: MkDocsConfig) -> None:
        """Originals in the place of missing translations, and the pictures beside them."""
        stand_ins = [page for page in self.pages.values() if page.original]
        for page in stand_ins:
            file = File.generated(config, page.source_uri, abs_src_path=str(self.book.root / page.path))
            file.edit_uri = posixpath.relpath(page.path, self.content_dir.relative_to(self.book.root).as_posix())
            files.append(file)
        for original, code in sorted({(page.text_language.code, page.language.code) for page in stand_ins}):
            for file in files.media_files():
                uri = f"{code}/{file.src_uri.removeprefix(f'{original}/')}"
                if file.src_uri.startswith(f"{original}/") and not files.get_file_from_path(uri):
                    files.append(File.generated(config, uri, abs_src_path=file.abs_src_path or ""))

    def on_nav(self, nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
        """One navigation for each language, from the sections made for them."""
        self.navs = {}
        for section in nav.items:
            if not isinstance(section, Section) or section.title.casefold() not in self.book.languages:
                continue
            for item in section.children:
                item.parent = None
            own = [page for page in nav.pages if page.file.src_uri.startswith(f"{section.title.casefold()}/")]
            _keep_indexes_apart(section.children)
            for before, page, after in zip([None, *own], own, [*own[1:], None], strict=False):
                page.previous_page, page.next_page = before, after
            one = Navigation(section.children, own)
            one.homepage = own[0] if own else None
            self.navs[section.title.casefold()] = one
        return nav

    # --- pages ---------------------------------------------------------------------

    def on_page_markdown(self, markdown: str, page: MkDocsPage, config: MkDocsConfig, files: Files) -> str:
        known = self.pages.get(page.file.src_uri)
        if known is None:
            raise PluginError(f"modelbook: {page.file.src_uri} is in no language of the book")
        if known.record:  # it is not in the navigation; its tables need the room
            page.meta["hide"] = ["navigation"]
        self.draft = self.drafts[page.file.src_uri] = self.renderer.draft(known)
        return known.markdown

    @event_priority(100)
    def on_env(self, env: Any, config: MkDocsConfig, files: Files) -> Any:
        """Every page is read: give numbers, and say what is wrong."""
        pages = self._reading_order(files)
        read = [ReadPage(self.pages[page.file.src_uri], str(page.title), page.content or "") for page in pages]
        index = self.index = build_index(read, self.book)
        for page, each in zip(pages, read, strict=True):
            try:
                page.content = search.searchable(self.renderer.finish(each.html, each.page, index))
            except InvalidBookError as error:
                self.problems += error.problems
        for_views, for_theme = check_templates(config, self.renderer, env)
        found = check_drafts(self.renderer, self.drafts.values())
        self.problems = sorted({*self.problems, *for_views, *for_theme, *found})
        if for_theme or (self.problems and config.strict):
            count = len(self.problems)
            invalid = InvalidBookError(self.problems)
            raise PluginError(f"{count} problem{'s' * (count > 1)} in the book's sources\n{invalid}") from invalid
        for problem in self.problems:
            log.warning(str(problem))
        for code, nav in self.navs.items():
            _title_sections(nav.items, self.book.languages[code])
        self.search_settings = {code: _search_settings(env, code) for code in self.book.languages}
        return env

    def _reading_order(self, files: Files) -> list[MkDocsPage]:
        """Pages of the first language as navigated, then those beside the navigation, then the other languages'."""
        order: dict[str, MkDocsPage] = {}
        for code in self.book.languages:
            nav = self.navs.get(code)
            beside = sorted(
                (
                    file.page
                    for file in files.documentation_pages()
                    if file.page and file.src_uri.startswith(f"{code}/")
                ),
                key=lambda page: page.file.src_uri,
            )
            for page in [*(nav.pages if nav else []), *beside]:
                order.setdefault(page.file.src_uri, page)
        return list(order.values())

    # --- templates -----------------------------------------------------------------

    @event_priority(100)
    def _before_search(self, context: Any, page: MkDocsPage, config: MkDocsConfig, nav: Navigation) -> Any:
        """Pages whose entries in the search index are known need not be read again for it."""
        self.front_matter = page.meta
        if self.search_entries.has(page.url, page.title, page.meta, page.content):
            page.meta = {**page.meta, "search": {"exclude": True}}
        return self._localized_context(context, page, config, nav)

    @event_priority(-100)
    def _after_search(self, context: Any, page: MkDocsPage, config: MkDocsConfig, nav: Navigation) -> Any:
        page.meta = self.front_matter
        return context

    on_page_context = CombinedEvent(_before_search, _after_search)

    def _localized_context(self, context: Any, page: MkDocsPage, config: MkDocsConfig, nav: Navigation) -> Any:
        language = self.pages[page.file.src_uri].language
        page.edit_url = self.renderer.repository.edit(self.pages[page.file.src_uri].path) or None
        context["config"] = self._localized(config, language, self._alternates(page.file))
        context["nav"] = self.navs.get(language.code, nav)
        context |= self._reading_context(language)
        if self.pages[page.file.src_uri].original:
            page.canonical_url = urljoin(config.site_url or "", self._original_url(page.file))
        # Material loads the search index from here: each language has its own.
        home = page_url("index", language, self.book)
        context["base_url"] = posixpath.relpath(home or ".", posixpath.dirname(page.url) or ".")
        return context

    def on_post_page(self, output: str, page: MkDocsPage, config: MkDocsConfig) -> str:
        """Say the page's other languages with whole addresses, as search engines require.

        https://developers.google.com/search/docs/specialty/international/localized-versions
        The space in `rel` keeps Material's script from asking for a sitemap at each of them, to
        find the page that the link already leads to.
        """
        site = config.site_url or ""
        alternates = [
            (each["lang"], site + each["link"].removeprefix("./")) for each in self._alternates(page.file, written=True)
        ]
        alternates.append(("x-default", alternates[0][1]))
        links = "".join(
            Markup('<link rel="alternate " hreflang="{}" href="{}">').format(*alternate) for alternate in alternates
        )
        language = self.pages[page.file.src_uri].language
        return _amend(output, language, self.first_script).replace("</head>", f"{links}</head>", 1)

    def on_post_template(self, output: str, template_name: str, config: MkDocsConfig) -> str:
        if not template_name.endswith(".html"):
            return output
        return _amend(output, self.book.default_language, self.first_script)

    def on_template_context(self, context: Any, template_name: str, config: MkDocsConfig) -> Any:
        language = self.book.default_language
        homes = [(each, page_url("index", each, self.book)) for each in self.book.languages.values()]
        alternates = [{"name": each.name, "lang": each.code, "link": home or "."} for each, home in homes]
        context["config"] = self._localized(config, language, alternates)
        context["nav"] = self.navs.get(language.code, context["nav"])
        context |= self._reading_context(language)
        context["modelbook_homes"] = [(each, home or ".") for each, home in homes]
        context["modelbook_alternates"] = functools.partial(self._alternates, written=True)
        context["modelbook_stand_ins"] = {uri for uri, page in self.pages.items() if page.original}
        return context

    def _localized(self, config: MkDocsConfig, language: Language, alternates: list[dict[str, str]]) -> MkDocsConfig:
        """The configuration as the templates of one page see it."""
        localized = copy.copy(config)
        settings = self.config.languages[language.code]
        localized.site_name = language.site_name or config.site_name
        localized.site_description = settings.site_description or config.site_description
        localized.copyright = settings.copyright or config.copyright
        # One scope for what Material stores on the device: a reader's color scheme is the same in every language.
        localized.extra = copy.copy(config.extra)
        localized.extra.update(alternate=alternates, scope="/")
        return localized

    def _alternates(self, file: File, *, written: bool = False) -> list[dict[str, str]]:
        """The same page in every language; if *written*, in those that have it."""
        name = self.pages[file.src_uri].name
        editions = [self.pages.get(f"{code}/{name}.md") for code in self.book.languages]
        return [
            {"name": page.language.name, "lang": page.language.code, "link": page.url(self.book) or "./"}
            for page in editions
            if page and not (written and page.original)
        ]

    def _reading_context(self, language: Language) -> dict[str, Any]:
        """What Material's templates are told of the language of a page, and of those that can stand beside it."""
        others = [each for each in self.book.languages.values() if each.code != language.code]
        return {"modelbook_language": language.code, "modelbook_edition": language, "modelbook_others": others}

    def _original_url(self, file: File) -> str:
        page = self.pages[file.src_uri]
        return page_url(page.name, page.text_language, self.book)

    # --- serving -------------------------------------------------------------------

    @event_priority(100)
    def on_serve(self, server: Any, config: MkDocsConfig, builder: Any) -> Any:
        """Rebuild after changes so that nothing that is wrong stops the server, and show what is in its pages.

        The server's `builder`, `observer` and WSGI application are replaced; the rest of it is as it was.
        """
        path, content = self.config_file, self.content_dir
        host = self.host or _HostLog()

        def built() -> Built:
            """Build, and say what is wrong."""
            self.problems, self.pages = [], {}
            try:
                builder()
            except (Exception, SystemExit) as error:  # whatever it is, the writer is to see it, and to mend it
                log.debug("the build failed", exc_info=True)
                failures = diagnose(error, host.errors(), config=path, content=content)
                return Built(sorted({*failures, *self.problems, *warnings()}), failed=True)
            if not self.pages:  # it was not asked
                unused = "the book's plugin is not used; expected `modelbook` under `plugins`"
                return Built([Problem(Location(path.name), unused)], failed=True)
            return Built(sorted({*self.problems, *warnings()}), pages=len(self.pages))

        def warnings() -> Iterator[Problem]:
            broken = [f"/{folder}/{id}.md'" for folder, id in self.book.catalogue.broken]
            for message in host.warnings():
                if not any(page in message for page in broken):  # why there is no such page is said already
                    yield place(message, config=path, content=content)

        def rebuild() -> None:
            with host.heard():
                result, summary = preview.rebuild(built, watcher.take_changes())
            for problem in result.problems:
                log.warning(str(problem))
            log.log(logging.ERROR if result.failed else logging.INFO, summary)
            for added in self.before.keys() - known:  # mkdocs.yml may name other folders now
                known.add(added)
                server.watch(added)

        first = Built(sorted({*self.problems, *warnings()}), pages=len(self.pages))
        preview = Preview(self.root, Path(config.site_dir), first, editor=editor_link(os.environ))
        known = set(self.before)
        watcher = Watcher(self.before)
        taken_over = []
        for each in (config.docs_dir, config.config_file_path, *config.theme.dirs):
            with suppress(KeyError):  # the theme is watched only if that is asked for
                server.unwatch(each)
                taken_over.append(each)
        server.observer = watcher
        for each in taken_over:
            server.watch(each)
        server.builder = rebuild
        server.set_app(preview.application(server.serve_request))
        host.quiet()
        return server

    def on_build_error(self, error: Exception) -> None:
        """Say what is wrong with which file, in the place of a traceback."""
        problems = () if isinstance(error, BuildError) else known_problems(error, self.config_file)
        if problems:
            raise Abort(str(InvalidBookError(problems))) from error

    # --- after the build -----------------------------------------------------------

    @event_priority(-100)
    def on_post_build(self, config: MkDocsConfig) -> None:
        site = Path(config.site_dir)
        _split_search_index(site, self.book, self.search_settings, self.search_entries)
        for language in self.book.languages.values():
            cards = site / page_url("references", language, self.book) / "cards.json"
            cards.parent.mkdir(parents=True, exist_ok=True)
            cards.write_text(cards_json(self.book, self.index, language), encoding="utf-8")
        for uri, draft in self.drafts.items():
            if comparefiles.TEMPLATE in draft.uses.templates:
                page = self.pages[uri]
                for name, content in comparefiles.compare_files(self.renderer, page, self.index):
                    path = site / page.url(self.book) / name
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(content, encoding="utf-8")
        sitemap = site / "sitemap.xml"
        if sitemap.exists():  # compressed again without the time of day
            (site / "sitemap.xml.gz").write_bytes(gzip.compress(sitemap.read_bytes(), mtime=0))
            if _is_instant(config):  # Material looks for it where the search index of the language is
                for language in self.book.languages.values():
                    (site / page_url("index", language, self.book) / sitemap.name).write_bytes(sitemap.read_bytes())


class _HostLog(logging.Handler):
    """What MkDocs says: kept while it builds, to be said with what is wrong with the book."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._records: list[logging.LogRecord] = []
        self._builds: int | None = threading.get_ident()
        self._logger: logging.Logger | None = None

    def listen(self, config: MkDocsConfig) -> None:
        """To the program that made *config*: MkDocs or ProperDocs."""
        self._logger = logging.getLogger(type(config).__module__.partition(".")[0])
        self._logger.addHandler(self)

    def stop(self) -> None:
        if self._logger:
            self._logger.removeHandler(self)
            for handler in self._logger.handlers:
                handler.removeFilter(self._is_said)

    def quiet(self) -> None:
        """From now on only what matters is said, unless everything is to be."""
        self._builds = None
        for handler in self._logger.handlers if self._logger else ():
            if handler is not self:
                handler.addFilter(self._is_said)

    @contextmanager
    def heard(self) -> Iterator[None]:
        """While this thread builds, what is said in it is kept."""
        self._records.clear()
        self._builds = threading.get_ident()
        try:
            yield
        finally:
            self._builds = None

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._builds and record.name != log.name:
            self._records.append(record)

    def errors(self) -> list[str]:
        return [record.getMessage() for record in self._records if record.levelno >= logging.ERROR]

    def warnings(self) -> list[str]:
        return [record.getMessage() for record in self._records if record.levelno < logging.ERROR]

    def _is_said(self, record: logging.LogRecord) -> bool:
        if self._logger and self._logger.isEnabledFor(logging.DEBUG):
            return True
        if record.thread == self._builds:
            return False
        is_told = record.name == log.name or record.levelno >= logging.WARNING
        return is_told or any(said in record.getMessage() for said in ("Serving on", "Shutting down"))


def _watched(config: MkDocsConfig) -> list[str]:
    return [config.docs_dir, *([config.config_file_path] if config.config_file_path else []), *config.watch]


@contextmanager
def _long_lived() -> Iterator[None]:
    """Objects made here live as long as the build: the garbage collector need not go through them again and again.

    Without this a tenth of the time of building 1,000 models goes to looking for garbage that is not there.
    """
    gc.unfreeze()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _is_instant(config: MkDocsConfig) -> bool:
    """Whether links within the site put another page's content in place of this one's."""
    return "navigation.instant" in config.theme.get("features", [])


def _module(path: str) -> ExtraScriptValue:
    """A script of the site, loaded as an ES module."""
    script = ExtraScriptValue(path)
    script.type = "module"
    return script


def _amend(output: str, language: Language, script: str) -> str:
    """Mend what Material's templates lack: a name for the search dialog, other languages' whole addresses.

    *script* runs before Material's own.
    """
    named = Markup('role="dialog" aria-label="{}"').format(language.gettext("Search"))
    dialog = _SEARCH_DIALOG.replace('role="dialog"', named)
    output = _ALTERNATE_LINK.sub("", output).replace(_SEARCH_DIALOG, dialog, 1)
    return output.replace("</head>", f"<script>{script}</script></head>", 1)


def _keep_indexes_apart(items: list[Any]) -> None:
    """An index page is that of a section only if the section is that of its folder.

    Material takes any other for it, too, and leaves it out of the navigation.
    """
    for item in items:
        if isinstance(item, Section):
            pages = [child for child in item.children if isinstance(child, MkDocsPage)]
            folders = {posixpath.dirname(page.file.src_uri) for page in pages}
            for page in pages if len(folders) > 1 else ():
                if page.is_index:
                    page.file.name = posixpath.basename(posixpath.dirname(page.file.src_uri))
            _keep_indexes_apart(item.children)


def _title_sections(items: list[Any], language: Language) -> None:
    """A section that begins with an index page is called as that page is, others in the words of the language."""
    for item in items:
        if isinstance(item, Section):
            first = item.children[0] if item.children else None
            if isinstance(first, MkDocsPage) and first.is_index:
                item.title = str(first.title)
            elif (word := WORDS["section"].get(item.title.casefold())) is not None:
                item.title = language.gettext(word)
            _title_sections(item.children, language)


def _search_settings(env: Any, code: str) -> dict[str, Any]:
    """How a site in this language alone is searched."""
    name = f"partials/languages/{code}.html"
    if name not in env.list_templates(filter_func=name.__eq__):
        return search.settings(code)
    translate = env.get_template(name).module.t
    language, pipeline, separator = (translate(f"search.config.{key}") for key in ("lang", "pipeline", "separator"))
    return search.settings(code, language, [step for step in re.split(r"[\s,]+", pipeline) if step], separator)


def search_scripts(plugin: ModelbookPlugin, config: MkDocsConfig) -> Iterator[tuple[str, str, bool]]:
    """The scripts that read words in each language but English, and whether the theme has them."""
    env = config.theme.get_env()
    for code in plugin.book.languages:
        for language in _search_settings(env, code)["lang"]:
            script = f"assets/javascripts/lunr/min/lunr.{language}.min.js"
            if language != "en":
                yield code, script, any((Path(folder) / script).exists() for folder in config.theme.dirs)


def _split_search_index(
    site: Path, book: Book, settings: Mapping[str, dict[str, Any]], entries: search.Entries
) -> None:
    """One search index for each language, at the root of its pages."""
    whole = site / "search" / "search_index.json"
    if not whole.exists():
        return
    for language in sorted({each for one in settings.values() for each in one.get("lang", [])} - {"en"}):
        script = site / "assets" / "javascripts" / "lunr" / "min" / f"lunr.{language}.min.js"
        if not script.exists():  # the search would never answer
            raise PluginError(f"modelbook: {script} is missing; the search of a language cannot read its words without")
    index = entries.complete(json.loads(whole.read_text(encoding="utf-8")))
    prefixes = {code: page_url("index", language, book) for code, language in book.languages.items()}
    for code, part in search.split(index, prefixes, settings, search.further_names(book)).items():
        path = site / prefixes[code] / "search" / "search_index.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(part, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def check_drafts(renderer: Renderer, drafts: Any) -> Iterator[Problem]:
    """What is wrong in pages that were read, and what none of them uses."""
    book = renderer.book
    cited: set[str] = set()
    targets: dict[str, list[Mention]] = {}
    references: dict[str, list[Mention]] = {}
    known: dict[str, dict[str, set[str]]] = {}
    for draft in drafts:
        yield from draft.problems
        cited |= draft.uses.entries
        targets.setdefault(draft.page.language.code, []).extend(draft.targets)
        references.setdefault(draft.page.language.code, []).extend(draft.references)
        ids = {target.id for target in draft.targets}
        known.setdefault(draft.page.language.code, {})[draft.page.name] = ids
    for code in book.languages:
        referring = [*references.get(code, []), *record_references(book, code)]
        yield from check_references(targets.get(code, []), referring)
    yield from check_anchors(renderer.anchors, known, book)
    if renderer.uncited == "report":
        yield from check_unused(book, cited)


def check_templates(config: MkDocsConfig, renderer: Renderer, env: Any) -> tuple[list[Problem], list[Problem]]:
    """What is wrong in the syntax of the templates that the book brings: of those for views, of those for the theme.

    Without the latter nothing can be built.
    """
    if not config.theme.custom_dir:
        return [], []
    custom, root = Path(config.theme.custom_dir), renderer.book.root
    for_views = custom / "modelbook"
    return (
        list(broken_templates(renderer.environment, for_views, root)),
        list(broken_templates(env, custom, root, but=for_views)),
    )


def references_of(config: MkDocsConfig) -> tuple[Path, Path]:
    """The bibliography that *config* names, and the root of the book; nothing is read. Raises BookError."""
    root = Path(config.config_file_path or "mkdocs.yml").resolve().parent
    return Path(_plugin_of(config).config.references), root


@dataclass(frozen=True)
class Sources:
    """Where the sources of a book are; nothing is read of them."""

    root: Path
    data_dir: Path
    references: Path
    languages: list[str]


def sources_of(config: MkDocsConfig) -> Sources:
    """The sources that *config* names. Raises BookError if it does not use the plugin."""
    options = _plugin_of(config).config
    references, root = references_of(config)
    return Sources(root, Path(options.data_dir), references, list(options.languages))


def _plugin_of(config: MkDocsConfig) -> ModelbookPlugin:
    plugin = config.plugins.get("modelbook")
    if not isinstance(plugin, ModelbookPlugin):
        raise BookError("mkdocs.yml does not use the plugin; expected `modelbook` under `plugins`")
    return plugin


def read_book(config: MkDocsConfig) -> ModelbookPlugin:
    """The plugin with everything read that *config* names. Raises BookError if the book cannot be read at all."""
    plugin = _plugin_of(config)
    try:
        plugin.on_config(config)
    except PluginError as error:
        raise BookError(str(error)) from None
    return plugin


def check(config: MkDocsConfig) -> tuple[ModelbookPlugin, list[Problem]]:
    """Read and check everything that *config* names, without building a site.

    Raises BookError if the book cannot be read at all.
    """
    plugin = read_book(config)
    drafts = [plugin.draft for _ in convert_pages(plugin, config, plugin.pages.values())]
    templates = check_templates(config, plugin.renderer, config.theme.get_env())
    return plugin, sorted({*plugin.problems, *chain(*templates), *check_drafts(plugin.renderer, drafts)})


def convert_pages(plugin: ModelbookPlugin, config: MkDocsConfig, pages: Iterable[Page]) -> Iterator[tuple[Page, str]]:
    """Each of these pages with its HTML, whose marks are not filled in; `plugin.draft` is then what was read of it."""
    for page in pages:
        plugin.draft = plugin.renderer.draft(page)
        yield page, convert(page.markdown, config.markdown_extensions, config.mdx_configs)


def read_config(path: str) -> MkDocsConfig:
    """The configuration of a book. Raises BookError if it is not valid."""
    try:
        return load_config(path)
    except ConfigurationError as error:
        raise BookError(f"{path}: {error}") from None
    except Abort as error:
        raise BookError(f"{path}: not a valid configuration ({error})") from None
