"""Material's instant navigation, which puts another page in place of the first: everything works there, too."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from browsers import Visitor, _Handler
from conftest import run_mkdocs
from figurebook import write_book

pytestmark = pytest.mark.browser

CITED = "\n[@noy2023shapes; @euler1758elementa; @round2024announcement]; a [corner](term:corner); see @fig-circle.\n"


@pytest.fixture(scope="module")
def instant_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The book with figures, with the feature switched on."""
    folder: Path = tmp_path_factory.mktemp("instant")
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Handler, directory=folder / "site")) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/shapes/"
        book = write_book(folder / "book")
        config = (book / "mkdocs.yml").read_text(encoding="utf-8")
        # Material compares links with the sitemap's addresses.
        config = config.replace("https://book.example/shapes/", address)
        config = config.replace("navigation.prune,", "navigation.instant,")
        (book / "mkdocs.yml").write_text(config, encoding="utf-8")
        for language in ("en", "zh"):
            with (book / f"content/{language}/open/index.md").open("a", encoding="utf-8") as file:
                file.write(CITED)
            with (book / f"content/{language}/timeline.md").open("a", encoding="utf-8") as file:
                file.write("\n::: timeline\n")
        result = run_mkdocs(book, "build", "--strict", "--site-dir", str(folder / "site"))
        assert result.returncode == 0, result.stderr
        yield address
        server.shutdown()


@pytest.fixture
def reader(browser: Browser, instant_address: str) -> Iterator[Visitor]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield Visitor(context, instant_address)
    context.close()


def go(page: Page, path: str) -> None:
    """Follow a link of the navigation; nothing is loaded as a whole."""
    page.evaluate("window.isSame = true")
    page.locator(f".md-nav--primary a[href$='{path}']").first.click()
    page.wait_for_url(f"**/{path}")
    expect(page.locator("article")).to_be_visible()
    assert page.evaluate("window.isSame") is True


@pytest.mark.parametrize(("prefix", "definition"), [("", "Where two sides meet."), ("zh/", "两边相交之处。")])
def test_cards_previews_and_pictures_work_on_the_second_page(reader: Visitor, prefix: str, definition: str) -> None:
    page = reader.open(prefix + "timeline/")
    go(page, f"{prefix}open/")
    page.locator(".mb-range a").first.hover()
    expect(page.locator(".mb-citation-card")).to_contain_text("Shapes of AI")
    page.locator("a.mb-term-link").hover()
    expect(page.locator(".mb-term-card")).to_contain_text(definition)
    expect(page.locator(".mb-citation-card")).to_be_hidden()
    page.locator("a.mb-crossref[href$='#fig-parts']").first.hover()
    expect(page.locator(".mb-preview img")).to_have_count(2)
    assert page.locator(".mb-preview img").first.evaluate("image => image.decode().then(() => image.naturalWidth)")
    page.locator("a.mb-crossref[href$='#fig-circle']").last.hover()
    expect(page.locator(".mb-preview img")).to_have_count(1)
    page.keyboard.press("Escape")
    page.locator("a.mb-picture").first.click()
    expect(page.locator("dialog.mb-lightbox img")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog.mb-lightbox")).to_have_count(0)
    assert reader.errors == []


@pytest.mark.parametrize("prefix", ["", "zh/"])
def test_the_card_of_a_range_shows_each_work(reader: Visitor, prefix: str) -> None:
    page = reader.open(prefix + "open/")
    expect(page.locator(".mb-range")).to_have_text("1–3")
    for end in ("first", "last"):
        getattr(page.locator(".mb-range a"), end).hover()
        titles = page.locator(".mb-citation-card__title")
        expect(titles).to_have_text(["Shapes of AI", "Elementa doctrinae solidorum", "Announcing Circle"])
        keys = [str(link.get_attribute("href")) for link in page.locator(".mb-citation-card__reference").all()]
        assert [key.partition("#ref-")[2] for key in keys] == [
            "noy2023shapes", "euler1758elementa", "round2024announcement",
        ]  # fmt: skip
        page.keyboard.press("Escape")


@pytest.mark.parametrize("prefix", ["", "zh/"])
def test_the_filter_works_on_the_second_page_and_when_it_is_seen_again(reader: Visitor, prefix: str) -> None:
    page = reader.open(prefix + "timeline/")
    for _ in range(2):
        go(page, f"{prefix}references/")
        page.locator(".mb-filter input").fill("solidorum")
        expect(page.locator(".mb-references > li:visible")).to_have_count(1)
        go(page, f"{prefix}timeline/")
    assert reader.errors == []


@pytest.mark.parametrize("prefix", ["", "zh/"])
def test_the_timeline_works_on_the_second_page_and_when_it_is_seen_again(reader: Visitor, prefix: str) -> None:
    page = reader.open(prefix + "references/")
    for _ in range(2):
        go(page, f"{prefix}timeline/")
        page.locator(".mb-facets__type").filter(has=page.locator("[value=paper]")).click()
        expect(page).to_have_url(f"{reader.address}{prefix}timeline/?type=paper")
        expect(page.locator("a.mb-mark:visible")).to_have_count(1)
        go(page, f"{prefix}references/")
    page.go_back()
    expect(page).to_have_url(f"{reader.address}{prefix}timeline/?type=paper")
    expect(page.locator("input[name=type][value=paper]")).to_be_checked()
    assert reader.errors == []


def test_an_open_card_goes_with_its_page(reader: Visitor) -> None:
    page = reader.open("open/")
    page.locator(".mb-range a").first.evaluate("link => link.focus({focusVisible: true})")
    expect(page.locator(".mb-citation-card")).to_be_visible()
    page.evaluate("window.isSame = true")
    page.locator(".mb-citation-card__reference").first.click()
    expect(page.locator("#ref-noy2023shapes")).to_be_in_viewport()
    expect(page.locator(".mb-citation-card")).to_have_count(0)
    assert page.evaluate("window.isSame") is True
    assert reader.errors == []


def test_another_language_is_loaded_as_a_whole_for_it_has_another_search_index(reader: Visitor) -> None:
    page = reader.open("timeline/")
    page.evaluate("window.isSame = true")
    page.locator(".md-select").hover()
    page.locator("a.md-select__link[hreflang=zh]").click()
    expect(page).to_have_url(reader.address + "zh/timeline/")
    assert page.evaluate("window.isSame") is None
