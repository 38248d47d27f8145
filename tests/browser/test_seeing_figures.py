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
