"""The hooks of the plugin: when MkDocs asks, the book answers.

Both languages are built in one pass: the files of the first language move to the
root of the site, and each page is rendered with the navigation, interface words
and search index of its own language.
"""

from __future__ import annotations

import copy
import functools
import gc
import gzip
import logging
import os
import posixpath
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from html import unescape
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urljoin

from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, BuildError, PluginError
from mkdocs.plugins import BasePlugin, CombinedEvent, event_priority
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as MkDocsPage

from modelbook import assets, comparefiles, exports, search
from modelbook.anchors import FILE as ANCHORS
from modelbook.anchors import read_anchors
from modelbook.book import load_book
from modelbook.cards import cards_json
from modelbook.checking import check_drafts, check_templates
from modelbook.comments import read_comments
from modelbook.drafts import Draft
from modelbook.errors import BookError, InvalidBookError, Location, Problem, counted
from modelbook.history import History, last_changes
from modelbook.index import ReadPage, build_index
from modelbook.languages import LOCALES, Language
from modelbook.markdown_extension import BookExtension
from modelbook.mkdocs_plugin.host_log import HostLog, log
from modelbook.mkdocs_plugin.material import amend, escape_front_matter, is_instant, script_module, strip_tags
from modelbook.mkdocs_plugin.navigation import nav_by_language, part_navigation, title_sections
from modelbook.mkdocs_plugin.options import ModelbookConfig
from modelbook.mkdocs_plugin.search_index import search_settings, split_search_index
from modelbook.pages import Page, content_pages, page_url, record_pages
from modelbook.rendering import Renderer
from modelbook.repository import Repository
from modelbook.serving.diagnosis import diagnose, known_problems, place
from modelbook.serving.rebuilding import Built, Preview, editor_link
from modelbook.serving.watching import Watcher, check_links, stamps
from modelbook.sources import is_passing, leads_out, link_out
from modelbook.templating import TEMPLATES
from modelbook.translations import LOCK, Lock, compare, read_lock
from modelbook.web.allowed_links import FILE as ALLOWED_LINKS
from modelbook.web.allowed_links import read_allowed


class ModelbookPlugin(BasePlugin[ModelbookConfig]):
    """Makes the book's pages; all state of a build is made anew in `on_config`."""

    host: HostLog | None = None
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
        self.host = HostLog()

    def on_shutdown(self) -> None:
        if self.host:
            self.host.stop()

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        self.config_file = config_file_of(config)
        self.root = self.config_file.parent
        self.content_dir = Path(config.docs_dir)
        custom = [Path(config.theme.custom_dir)] if config.theme.custom_dir else []
        if self.host:
            self.host.listen(config)
        self.search_entries.start()
        self.problems: list[Problem] = []
        self.pages: dict[str, Page] = {}
        watched = [Path(self.config.data_dir), Path(self.config.references), *custom, TEMPLATES, LOCALES, assets.THEME]
        config.watch.extend(str(path) for path in watched if path.exists())
        self.before = {path: stamps(path) for path in map(os.path.abspath, _watched(config))}
        try:
            self._read(config, custom)
        except BookError as error:
            raise PluginError(f"modelbook: {error}") from None
        self.drafts: dict[str, Draft] = {}
        self._extend(config, custom)
        return config

    def _read(self, config: MkDocsConfig, custom: list[Path]) -> None:
        """Read the book, its pages and what is kept beside them. Raises BookError if there is no book to read."""
        if not self.content_dir.is_relative_to(self.root):
            raise BookError(f"docs_dir is '{self.content_dir}'; expected a folder within that of mkdocs.yml")
        self.content_path = self.content_dir.relative_to(self.root).as_posix()
        check_links(self.content_dir, self.root)
        with _long_lived():
            self.book = load_book(
                self.root,
                data_dir=Path(self.config.data_dir),
                references=Path(self.config.references),
                languages={
                    code: {key: value for key, value in settings.items() if value}
                    for code, settings in self.config.languages.items()
                },
                locale_dirs=[directory / "locales" for directory in custom],
            )
        comments = read_comments(self.config.comments) if self.config.comments else None
        written, problems = content_pages(self.content_dir, self.book)
        self.problems += [*self.book.problems, *problems]
        self.pages.update((page.source_uri, page) for page in written)
        lock: Lock = {}
        try:
            lock = read_lock(self.content_dir / LOCK, self.root)
        except InvalidBookError as error:
            self.problems += error.problems
        anchors, problems = read_anchors(self.content_dir / ANCHORS, self.root)
        self.problems += problems
        self.allowed_links, problems = read_allowed(self.content_dir / ALLOWED_LINKS, self.root)
        self.problems += problems
        self.translations = compare(written, self.book, lock)
        history = last_changes(self.root) if self.config.history else History()
        if history.lacking:
            log.info("modelbook: pages do not say when they were changed: %s", history.lacking)
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

    def _extend(self, config: MkDocsConfig, custom: list[Path]) -> None:
        """Put the book's Markdown, templates, assets and navigation into what MkDocs is told."""
        config.markdown_extensions.append(BookExtension(lambda: self.draft))  # type: ignore[arg-type]
        config.theme.dirs.insert(len(custom), str(assets.THEME))
        config.extra_css.insert(0, assets.STYLE_SHEET)
        if self.config.number_headings:
            config.extra_css.append(f"{assets.FOLDER}/numbered-headings.css")
        config.extra_javascript.append(script_module(assets.SCRIPT))
        self.first_script = assets.first_script()
        config.nav = nav_by_language(config.nav, self.book.languages, self.pages)

    def _repository(self, config: MkDocsConfig) -> Repository:
        """Where the files of the book are kept, by the settings of MkDocs; a problem if those lead elsewhere."""
        uri = str(config.edit_uri_template or "").removesuffix("{path}") or config.edit_uri or ""
        repository = Repository.of(config.repo_url or "", uri, self.content_path, self.root)
        if config.repo_url and uri and not repository.edit_base:
            expected = f"it to lead to {self.content_path}/, as in edit/main/{self.content_path}/"
            place = Location(self.config_file.name)
            self.problems.append(Problem(place, f"edit_uri is '{uri}'; expected {expected}"))
        return repository

    # --- files and navigation ------------------------------------------------------

    @event_priority(50)
    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        for page in record_pages(self.book):
            file = File.generated(config, page.source_uri, content=page.markdown, inclusion=InclusionLevel.NOT_IN_NAV)
            file.edit_uri = posixpath.relpath(page.path, self.content_path)
            files.append(file)
            self.pages[page.source_uri] = page
        for uri, content in (
            ("data/models.json", exports.models_json(self.book.catalogue)),
            ("data/models.csv", exports.models_csv(self.book.catalogue)),
            ("references.bib", self.book.bibliography.source),
        ):
            files.append(File.generated(config, uri, content=content, inclusion=InclusionLevel.NOT_IN_NAV))
        self._leave_out_links(files)
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

    def _leave_out_links(self, files: Files) -> None:
        """Pages and pictures that are links to files outside the book: those are not to be published."""
        for file in list(files):
            path = Path(file.abs_src_path or self.root)
            if not file.generated_by and leads_out(path, self.root):
                files.remove(file)
                self.problems.append(link_out(path, self.root))

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
        joined = assets.style_sheet()
        files.append(File.generated(config, assets.STYLE_SHEET, content=joined))

    def _add_stand_ins(self, files: Files, config: MkDocsConfig) -> None:
        """Originals in the place of missing translations, and the pictures beside them."""
        stand_ins = [page for page in self.pages.values() if page.original]
        for page in stand_ins:
            file = File.generated(config, page.source_uri, abs_src_path=str(self.book.root / page.path))
            file.edit_uri = posixpath.relpath(page.path, self.content_path)
            files.append(file)
        for original, code in sorted({(page.text_language.code, page.language.code) for page in stand_ins}):
            for file in files.media_files():
                uri = f"{code}/{file.src_uri.removeprefix(f'{original}/')}"
                if file.src_uri.startswith(f"{original}/") and not files.get_file_from_path(uri):
                    files.append(File.generated(config, uri, abs_src_path=file.abs_src_path or ""))

    def on_nav(self, nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
        self.navs = part_navigation(nav, self.book.languages)
        return nav

    # --- pages ---------------------------------------------------------------------

    def on_page_markdown(self, markdown: str, page: MkDocsPage, config: MkDocsConfig, files: Files) -> str:
        known = self.pages.get(page.file.src_uri)
        if known is None:
            raise PluginError(f"modelbook: {page.file.src_uri} is in no language of the book")
        if known.record:  # it is not in the navigation; its tables need the room
            page.meta["hide"] = ["navigation"]
            page.meta["title"], _ = known.language.text(known.record.name)
        escape_front_matter(page.meta)
        self.draft = self.drafts[page.file.src_uri] = Draft(self.renderer, known)
        return known.markdown

    @event_priority(100)
    def on_env(self, env: Any, config: MkDocsConfig, files: Files) -> Any:
        """Every page is read: give numbers, and say what is wrong."""
        env.filters["striptags"] = strip_tags
        pages = self._reading_order(files)
        read = [
            ReadPage(self.pages[page.file.src_uri], unescape(str(page.title)), page.content or "") for page in pages
        ]
        index = self.index = build_index(read, self.book)
        for page, each in zip(pages, read, strict=True):
            try:
                page.content = search.searchable(self.renderer.finish(each.html, each.page, index))
            except InvalidBookError as error:
                self.problems += error.problems
        for_views, for_theme = check_templates(config.theme.custom_dir, self.renderer, env)
        found = check_drafts(self.renderer, self.drafts.values())
        self.problems = sorted({*self.problems, *for_views, *for_theme, *found})
        if for_theme or (self.problems and config.strict):
            invalid = InvalidBookError(self.problems)
            said = f"{counted(len(self.problems), 'problem')} in the book's sources"
            raise PluginError(f"{said}\n{invalid}") from invalid
        for problem in self.problems:
            log.warning(str(problem))
        for code, nav in self.navs.items():
            title_sections(nav.items, self.book.languages[code])
        self.search_settings = {code: search_settings(env, code) for code in self.book.languages}
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
        return amend(output, language, self.first_script).replace("</head>", f"{links}</head>", 1)

    def on_post_template(self, output: str, template_name: str, config: MkDocsConfig) -> str:
        if not template_name.endswith(".html"):
            return output
        return amend(output, self.book.default_language, self.first_script)

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
        host = self.host or HostLog()

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
        split_search_index(site, self.book, self.search_settings, self.search_entries)
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
            if is_instant(config):  # Material looks for it where the search index of the language is
                for language in self.book.languages.values():
                    (site / page_url("index", language, self.book) / sitemap.name).write_bytes(sitemap.read_bytes())


def config_file_of(config: MkDocsConfig) -> Path:
    """The book's `mkdocs.yml`; links on the way to it stay links, as they do in the paths of MkDocs."""
    return Path(os.path.abspath(config.config_file_path or "mkdocs.yml"))


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
