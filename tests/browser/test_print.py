"""The book on paper: nothing that only a screen can use, everything to be read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from browsers import Visitor

pytestmark = pytest.mark.browser

BRIGHTNESS = """element => {
  const canvas = document.createElement("canvas").getContext("2d");
  canvas.fillStyle = getComputedStyle(element).color;
  canvas.fillRect(0, 0, 1, 1);
  const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
  return (red + green + blue) / 765;
}"""


@pytest.fixture(params=["light", "dark"])
def paper(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Visitor]:
    """A reader who prints, whatever the scheme on the screen."""
    context = browser.new_context(color_scheme=request.param)
    yield Visitor(context, address)
    context.close()


def is_readable(element: Locator) -> bool:
    """Dark enough for white paper."""
    return float(element.evaluate(BRIGHTNESS)) < 0.5


def printed(page: Page) -> Page:
    page.emulate_media(media="print")
    return page


@pytest.mark.parametrize("path", ["", "zh/"])
def test_an_open_card_is_not_printed(paper: Visitor, path: str) -> None:
    page = paper.open(path)
    page.locator(".citation > a").first.hover()
    card = page.locator(".mb-citation-card")
    expect(card).to_be_visible()
    printed(page)
    expect(card).to_be_hidden()


@pytest.mark.parametrize("path", ["references/", "zh/references/"])
def test_references_are_printed_without_what_only_a_screen_can_use(paper: Visitor, path: str) -> None:
    page = printed(paper.open(path))
    for tool in (".mb-filter", ".mb-copy", ".mb-bibtex", ".mb-permalink"):
        assert page.locator(tool).count()
        assert not any(each.is_visible() for each in page.locator(tool).all())
    for text in (".mb-reference", ".mb-reference a:visible", ".mb-cited a:visible", "h1"):
        for each in page.locator(text).all():
            expect(each).to_be_visible()
            assert is_readable(each)
    # An address is there to be typed.
    expect(page.locator("#ref-round2024announcement .mb-reference")).to_contain_text("https://round.example/circle")


@pytest.mark.parametrize("path", ["", "zh/", "zh/glossary/", "comparisons/"])
def test_links_and_headings_are_dark_on_paper(paper: Visitor, path: str) -> None:
    page = printed(paper.open(path))
    parts = page.locator("article :is(h1, h2, h3, p a, td a):visible")
    assert parts.count()
    assert all(is_readable(part) for part in parts.all())


def test_who_asked_for_less_motion_sees_none(browser: Browser, address: str) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = Visitor(context, address).open()
    page.locator(".citation > a").first.hover()
    expect(page.locator(".mb-citation-card")).to_be_visible()
    assert page.evaluate("document.getAnimations().length") == 0
    context.close()
