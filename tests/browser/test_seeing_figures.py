"""References' previews, pictures enlarged and formulas, in a browser."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from browsers import Visitor, _Handler
from figurebook import figures_site

__all__ = ["figures_site"]

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def figures_address(figures_site: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Handler, directory=str(figures_site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/shapes/"
        server.shutdown()


@pytest.fixture
def reader(browser: Browser, figures_address: str) -> Iterator[Visitor]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield Visitor(context, figures_address)
    context.close()


def test_a_reference_shows_what_it_leads_to(reader: Visitor) -> None:
    page = reader.open("open/")
    page.locator("p a.mb-crossref", has_text="Figure 1").hover()
    preview = page.locator(".mb-preview")
    expect(preview).to_contain_text("A circle")
    page.keyboard.press("Escape")
    expect(preview).to_have_count(0)
    page.locator("p a.mb-crossref", has_text="Circle").focus()
    expect(preview).to_contain_text("A section about it.")
    assert reader.errors == []


def test_a_reference_shows_what_stands_on_another_page(reader: Visitor) -> None:
    page = reader.open("zh/open/")
    page.locator("a.mb-crossref", has_text="图 2").focus()
    picture = page.locator(".mb-preview img").first
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    page.locator("a.mb-crossref", has_text="表 2").focus()
    expect(page.locator(".mb-preview")).to_contain_text("Circle 7B")
    assert (reader.errors, reader.strangers) == ([], [])


def test_a_picture_opens_enlarged_and_gives_the_focus_back(reader: Visitor) -> None:
    page = reader.open("open/")
    link = page.locator("a.mb-picture")
    link.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="A *round* circle")
    expect(dialog.get_by_role("img")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(link).to_be_focused()
    expect(page).to_have_url(reader.address + "open/")


def test_a_picture_is_larger_than_on_the_page_and_fits_the_window(browser: Browser, figures_address: str) -> None:
    """On a phone it is too large for the window, to be moved about in its frame."""
    for width in (1280, 390):
        context = browser.new_context(viewport={"width": width, "height": 800})
        page = context.new_page()
        page.goto(figures_address + "open/", wait_until="networkidle")
        before = page.locator("a.mb-picture img").bounding_box()
        page.locator("a.mb-picture").click()
        dialog = page.locator("dialog.mb-lightbox")
        after, frame = dialog.locator("img").bounding_box(), dialog.bounding_box()
        assert before
        assert after
        assert frame
        assert after["width"] > 1.5 * before["width"]
        assert frame["x"] >= 0
        assert frame["x"] + frame["width"] <= width
        assert frame["y"] + frame["height"] <= 800
        expect(dialog.get_by_role("button", name="Close")).to_be_in_viewport(ratio=1)
        context.close()


def test_a_preview_has_room_in_the_window_and_no_second_ids_or_links(reader: Visitor) -> None:
    reader.page.set_viewport_size({"width": 1280, "height": 420})
    page = reader.open("open/")
    for text in ("Figure 2", "Table 2"):
        page.locator("p a.mb-crossref", has_text=text).first.evaluate("link => link.focus({focusVisible: true})")
        preview = page.locator(".mb-preview")
        expect(preview).to_be_visible()
        box = preview.bounding_box()
        assert box
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 420
        assert preview.locator("[id], a[href], .citation").count() == 0
        page.keyboard.press("Escape")
        expect(preview).to_have_count(0)


def test_a_tap_opens_a_preview_and_the_next_follows_the_reference(browser: Browser, figures_address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True)
    page = context.new_page()
    page.goto(figures_address + "open/", wait_until="networkidle")
    link = page.locator("p a.mb-crossref", has_text="Figure 2").first
    link.tap()
    expect(page.locator(".mb-preview img")).to_have_count(2)
    expect(page).to_have_url(figures_address + "open/")
    link.tap()
    expect(page).to_have_url(figures_address + "timeline/#fig-parts")
    context.close()


def test_formulas_are_to_be_seen(reader: Visitor) -> None:
    page = reader.open("timeline/")
    box = page.locator("#eq-area math").bounding_box()
    assert box is not None
    assert box["width"] > 30
    square = page.locator("#eq-area msup").evaluate("element => element.getBoundingClientRect().height")
    assert square > 10


@pytest.mark.parametrize("path", ["open/", "zh/timeline/"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_figures_stand_in_nobodys_way(browser: Browser, figures_address: str, path: str, scheme: str) -> None:
    context = browser.new_context(
        color_scheme="light" if scheme == "light" else "dark", viewport={"width": 390, "height": 800}
    )
    page = context.new_page()
    page.goto(figures_address + path, wait_until="networkidle")
    violations = Axe().run(page).response["violations"]
    assert [each["id"] for each in violations if each["impact"] in ("serious", "critical")] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()
