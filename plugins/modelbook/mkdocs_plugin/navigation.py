"""One navigation for each language of the book, from the one in `mkdocs.yml`."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Mapping
from typing import Any

from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page

from modelbook.languages import Language
from modelbook.words import WORDS


def nav_by_language(nav: Any, languages: Collection[str], pages: Collection[str]) -> Any:
    """The navigation of `mkdocs.yml`, written once, under one section for each language that has its *pages*."""

    first = next(iter(languages))

    def prefixed(item: Any, code: str) -> Any:
        if isinstance(item, list):
            return [part for each in item if (part := prefixed(each, code)) is not None]
        if isinstance(item, dict):
            return {title: prefixed(value, code) for title, value in item.items()}
        if "://" in item:
            return item
        if f"{code}/{item}" in pages or (code == first and not any(f"{each}/{item}" in pages for each in languages)):
            return f"{code}/{item}"  # of a page that no language has MkDocs says so
        return None

    return nav and [{code: prefixed(nav, code)} for code in languages]


def part_navigation(nav: Navigation, languages: Collection[str]) -> Mapping[str, Navigation]:
    """The navigation of each language, from the sections made for them."""
    navs = {}
    for section in nav.items:
        if not isinstance(section, Section) or section.title.casefold() not in languages:
            continue
        code = section.title.casefold()
        for item in section.children:
            item.parent = None
        own = [page for page in nav.pages if page.file.src_uri.startswith(f"{code}/")]
        _keep_indexes_apart(section.children)
        for before, page, after in zip([None, *own], own, [*own[1:], None], strict=False):
            page.previous_page, page.next_page = before, after
        navs[code] = Navigation(section.children, own)
        navs[code].homepage = own[0] if own else None
    return navs


def _keep_indexes_apart(items: list[Any]) -> None:
    """An index page is that of a section only if the section is that of its folder.

    Material takes any other for it, too, and leaves it out of the navigation.
    """
    for item in items:
        if isinstance(item, Section):
            pages = [child for child in item.children if isinstance(child, Page)]
            folders = {posixpath.dirname(page.file.src_uri) for page in pages}
            for page in pages if len(folders) > 1 else ():
                if page.is_index:
                    page.file.name = posixpath.basename(posixpath.dirname(page.file.src_uri))
            _keep_indexes_apart(item.children)


def title_sections(items: list[Any], language: Language) -> None:
    """A section that begins with an index page is called as that page is, others in the words of the language."""
    for item in items:
        if isinstance(item, Section):
            first = item.children[0] if item.children else None
            if isinstance(first, Page) and first.is_index:
                item.title = str(first.title)
            elif (word := WORDS["section"].get(item.title.casefold())) is not None:
                item.title = language.gettext(word)
            title_sections(item.children, language)
