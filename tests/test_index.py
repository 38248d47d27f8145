"""What is known when every page is read."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from conftest import BOOKS
from modelbook.book import Book, load_book
from modelbook.citations import mark
from modelbook.index import ReadPage, build_index, heading_text
from modelbook.pages import Page
from modelbook.schema import Citation

MINIMAL = BOOKS / "minimal"
NOY, EULER, ROUND = "noy2023shapes", "euler1758elementa", "round2024announcement"


@pytest.fixture(scope="module")
def book() -> Book:
    return load_book(
        MINIMAL,
        data_dir=MINIMAL / "data",
        references=MINIMAL / "references.bib",
        languages={"en": {"name": "English"}, "zh": {"name": "中文"}},
    )


def read(book: Book, language: str, name: str, html: str) -> ReadPage:
    return ReadPage(Page(book.languages[language], name, f"content/{language}/{name}.md", ""), name.title(), html)


def cite(*keys: str) -> Markup:
    return mark(Citation(key) for key in keys)


def test_numbers_follow_the_order_of_reading_and_are_one_for_all_languages(book: Book) -> None:
    pages = [
        read(book, "en", "one", f"<p>{cite(EULER)} {cite(NOY, EULER)} {cite('nobody')}</p>"),
        read(book, "zh", "one", f"<p>{cite(ROUND)} {cite(NOY)}</p>"),
    ]
    assert build_index(pages, book).numbers == {EULER: 1, NOY: 2, ROUND: 3}
    assert build_index([], book).numbers == {}


def test_places_name_the_section_and_lead_to_the_citation(book: Book) -> None:
    html = (
        f'<h1 id="t">Title {cite(NOY)}<a class="headerlink" href="#t">#</a></h1><p>{cite(EULER)}</p>'
        f'<h2 id="a">A <em>part</em> &amp; more<a class="headerlink" href="#a">#</a></h2><p>{cite(EULER, NOY)}</p>'
    )
    index = build_index([read(book, "en", "one", html), read(book, "zh", "one", f"<p>{cite(EULER)}</p>")], book)
    assert [(place.title, place.section, place.id) for place in index.citing["en", EULER]] == [
        ("One", "", f"cite-{EULER}-1"),
        ("One", "A part & more", f"cite-{EULER}-2"),
    ]
    assert [place.id for place in index.citing["en", NOY]] == [f"cite-{NOY}-1", f"cite-{NOY}-2"]
    assert [place.page.language.code for place in index.citing["zh", EULER]] == ["zh"]


def test_the_text_of_a_heading_is_without_its_links() -> None:
    assert heading_text('A <b>b</b> &lt;c&gt; <a class="headerlink" href="#x" title="t">#</a>') == "A b <c>"


def test_pages_that_name_a_model_discuss_it_where_they_first_do(book: Book) -> None:
    markdown = "[Circle](../models/circle.md)\n\n::: model-card ellipse\n\n```\n[x](models/nobody.md)\n```\n"
    html = (
        '<h1 id="t">Title</h1><p>Nothing.</p>'
        '<h2 id="a">First</h2><p><a href="../../models/circle/">Circle</a></p>'
        '<h2 id="b">Second</h2><aside class="mb-card" data-model="ellipse"></aside>'
        '<p><a href="../../models/circle/#variants">Circle</a></p>'
    )
    listing = '<table><td><a href="../models/circle/">Circle</a></td></table>'
    pages = [
        ReadPage(Page(book.languages["en"], "open/early", "content/en/open/early.md", markdown), "Early", html),
        ReadPage(Page(book.languages["en"], "list", "content/en/list.md", "::: models"), "List", listing),
    ]
    found = build_index(pages, book).discussing
    said = {key: [(place.title, place.section, place.id) for place in places] for key, places in found.items()}
    assert said == {("en", "circle"): [("Early", "First", "a")], ("en", "ellipse"): [("Early", "Second", "b")]}
