"""The glossary: every term in both languages, in alphabetical order, with the pages that use it."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import Tag

from conftest import BOOKS, MakeBook, run_mkdocs
from modelbook.book import Book, load_book
from modelbook.index import ReadPage, build_index
from modelbook.languages import load_languages
from modelbook.pages import Page
from modelbook.views.glossary import glossary
from sites import article, broken_links

TERMS = {
    "data/terms/corner.yaml": (
        "name: {en: corner, zh: 角}\naliases: [corners, 顶角]\ncite: [noy2023shapes]\n"
        "text: {en: Where two sides meet., zh: 两条边相交之处。}\n"
    ),
    "data/terms/side.yaml": (
        "name: {en: side, zh: 边长}\naliases: [sides]\ntext: {en: A line of a shape., zh: 形状的一条线。}\n"
    ),
    "data/terms/pi.yaml": (
        "name: Pi\nexpansion: {en: perimeter, zh: 周长}\n"
        "text: {en: 'About 3; <b> & [x](term:side).', zh: '约为 3；见[边](term:side)。'}\n"
    ),
    "data/terms/chang.yaml": "name: {en: 2D length, zh: 长度}\ntext: {en: How long., zh: 有多长。}\n",
    "content/en/timeline.md": "# Timeline {#timeline}\n\n## Some sides {#sides}\n\nThe sides, the *corners* and Pi.\n",
    "content/zh/timeline.md": "# 时间线 {#timeline}\n\n顶角与边长。\n",
    "content/en/comparisons.md": "---\nlink_terms: false\n---\n# Comparisons {#comparisons}\n\nSides; [Pi](term:pi).\n",
    "content/zh/comparisons.md": "---\nlink_terms: false\n---\n# 比较 {#comparisons}\n\n边长。\n",
    "data/comparisons/shapes.yaml": None,
}


@pytest.fixture
def site(make_book: MakeBook) -> Path:
    book = make_book({**TERMS, "content/en/open/early.md": "# Early\n", "content/zh/open/early.md": "# 早\n"})
    result = run_mkdocs(book, "build")
    assert result.returncode == 0, result.stderr
    return book / "site"


def links(part: Tag) -> list[tuple[str, str]]:
    return [(link.get_text(), str(link["href"])) for link in part.select("a.mb-term-link")]


def said(part: Tag) -> str:
    return " ".join(part.get_text().split())


def test_terms_lead_to_the_glossary_of_the_language(site: Path) -> None:
    timeline = article(site, "timeline/")
    assert links(timeline) == [
        ("sides", "../glossary/#term-side"),
        ("corners", "../glossary/#term-corner"),
        ("Pi", "../glossary/#term-pi"),
    ]
    assert [link["id"] for link in timeline.select("a.mb-term-link")] == ["use-side", "use-corner", "use-pi"]
    assert [link["title"] for link in timeline.select("a.mb-term-link")][::2] == [
        "A line of a shape.",
        "About 3; <b> & x.",
    ]
    assert links(article(site, "zh/timeline/")) == [
        ("顶角", "../glossary/#term-corner"),
        ("边长", "../glossary/#term-side"),
    ]
    assert broken_links(site) == []


def test_a_page_can_do_without_automatic_links(site: Path) -> None:
    assert links(article(site, "comparisons/")) == [("Pi", "../glossary/#term-pi")]
    assert links(article(site, "zh/comparisons/")) == []


def test_a_book_can_do_without_automatic_links(make_book: MakeBook) -> None:
    config = (BOOKS / "minimal/mkdocs.yml").read_text(encoding="utf-8")
    book = make_book({"mkdocs.yml": config.replace("- modelbook:\n", "- modelbook:\n      link_terms: false\n")})
    assert run_mkdocs(book, "build", "--strict").returncode == 0
    assert links(article(book / "site", "")) == []
    assert links(article(book / "site", "zh/")) == [("角", "glossary/#term-corner")]


def test_a_book_without_a_glossary_has_no_links_to_it(make_book: MakeBook) -> None:
    empty = {f"content/{code}/glossary.md": "# Glossary\n" for code in ("en", "zh")}
    book = make_book(empty)
    assert run_mkdocs(book, "build", "--strict").returncode == 0
    assert "Every corner of a shape" in said(article(book / "site", ""))
    assert links(article(book / "site", "")) == []


def test_the_glossary_is_in_the_alphabetical_order_of_the_language(site: Path) -> None:
    def headings(address: str) -> list[str]:
        return [said(tag).removesuffix(" #").removesuffix("#") for tag in article(site, address).select("h2, h3")]

    assert headings("glossary/") == ["#", "2D length", "C", "corner", "P", "Pi", "S", "side"]
    # biān, cháng (not zhǎng), jiǎo, and Latin letters among them
    assert headings("zh/glossary/") == ["B", "边长", "C", "长度", "J", "角", "P", "Pi"]


def test_an_entry_says_names_text_sources_and_who_uses_it(site: Path) -> None:
    def entry(address: str, id: str) -> Tag:
        heading = article(site, address).find(id=f"term-{id}")
        assert isinstance(heading, Tag)
        found = heading.find_next_sibling("div")
        assert isinstance(found, Tag)
        return found

    corner = entry("glossary/", "corner")
    assert said(corner) == "角 Where two sides meet. [1] See also: side Used in: Shapes, Timeline"
    assert [link["href"] for link in corner.select(".mb-term__more a")] == [
        "#term-side",
        "../#use-corner",
        "../timeline/#use-corner",
    ]
    pi = entry("zh/glossary/", "pi")
    assert said(pi).startswith("周长 · perimeter 约为 3；见边。")
    assert said(entry("glossary/", "pi")).startswith(
        "perimeter · 周长 About 3; <b> & x. See also: side Used in: Comparisons, Timeline"
    )
    assert said(entry("glossary/", "side")).endswith("Used in: Timeline")
    assert not entry("glossary/", "chang").select(".mb-term__more")


@pytest.fixture(scope="module")
def book() -> Book:
    minimal = BOOKS / "minimal"
    languages = {"en": {"name": "English"}, "zh": {"name": "中文"}}
    return load_book(minimal, data_dir=minimal / "data", references=minimal / "references.bib", languages=languages)


def test_the_index_knows_where_each_page_first_links_a_term(book: Book) -> None:
    def read(language: str, name: str, html: str) -> ReadPage:
        return ReadPage(Page(book.languages[language], name, f"content/{language}/{name}.md", ""), name.title(), html)

    mark = '<dfn data-term="{}">x</dfn>'
    pages = [
        read(
            "en",
            "one",
            f'<h1 id="t">One</h1>{mark.format("a")}<h2 id="s">Part</h2>{mark.format("a")}{mark.format("b")}',
        ),
        read("en", "two", f"<p>{mark.format('a')}</p>"),
        read("zh", "one", '<span data-term-uses="a"></span>'),
    ]
    index = build_index(pages, book)
    assert {
        key: [(place.title, place.section, place.id) for place in places] for key, places in index.using.items()
    } == {
        ("en", "a"): [("One", "", "use-a"), ("Two", "", "use-a")],
        ("en", "b"): [("One", "Part", "use-b")],
    }
    assert {code: page.name for code, page in index.glossaries.items()} == {"zh": "one"}


def test_a_glossary_without_terms_is_empty(book: Book) -> None:
    languages, _ = load_languages({"en": {}}, [], Path())
    assert [letter.letter for letter in glossary(book, book.languages["zh"])] == ["J"]
    assert languages["en"].initial("élan") == "#"
