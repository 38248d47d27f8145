"""Terms in a browser: a card with the glossary's entry, and a link with a title where there is no script."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

import modelbook
from browsers import Visitor

pytestmark = pytest.mark.browser

ASSETS = Path(modelbook.__file__).parent / "theme/assets/modelbook"


@pytest.mark.parametrize(
    ("path", "term", "text"), [("", "corner", "Where two sides meet."), ("zh/", "角", "两边相交之处。")]
)
def test_a_card_explains_the_term_on_hovering(visitor: Visitor, path: str, term: str, text: str) -> None:
    page = visitor.open(path)
    link, card = page.locator("a.mb-term-link"), page.locator(".mb-term-card")
    link.hover()
    expect(card).to_be_visible()
    expect(card).to_have_attribute("aria-label", term)
    expect(card.locator(".mb-term__text")).to_have_text(text)
    card.hover()  # the card stays while the pointer is in it
    page.wait_for_timeout(400)
    expect(card).to_be_visible()
    page.mouse.move(0, 0)
    expect(card).to_have_count(0)
    assert visitor.errors == []
    assert visitor.strangers == []


def test_a_card_opens_on_focus_and_closes_by_escape(visitor: Visitor) -> None:
    page = visitor.open()
    link, card = page.locator("a.mb-term-link"), page.locator(".mb-term-card")
    link.evaluate("link => link.focus({focusVisible: true})")  # as the Tab key does
    expect(card).to_be_visible()
    expect(link).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Tab")
    expect(card.locator("a.mb-term-card__name")).to_be_focused()
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(visitor.address + "glossary/#term-corner")


def test_the_card_leads_to_the_glossary_and_the_glossary_back(visitor: Visitor) -> None:
    page = visitor.open("zh/")
    page.locator("a.mb-term-link").hover()
    page.locator("a.mb-term-card__name").click()
    expect(page).to_have_url(visitor.address + "zh/glossary/#term-corner")
    page.locator(".mb-term__more a").first.click()
    expect(page).to_have_url(visitor.address + "zh/#use-corner")


def test_a_card_fits_on_a_phone_and_opens_by_a_tap(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True)
    page = context.new_page()
    page.goto(address, wait_until="networkidle")
    page.locator("a.mb-term-link").tap()
    card = page.locator(".mb-term-card")
    expect(card).to_be_visible()
    box = card.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.url == address
    context.close()


def test_without_scripts_a_term_is_a_link_with_a_title(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    link = page.locator("a.mb-term-link")
    expect(link).to_have_attribute("title", "Where two sides meet.")
    link.click()
    expect(page).to_have_url(address + "glossary/#term-corner")
    context.close()


@pytest.mark.parametrize("name", sorted(path.name for path in ASSETS.glob("*.js")))
def test_scripts_are_small(name: str) -> None:
    assert len(gzip.compress((ASSETS / name).read_bytes())) <= 6 * 1024
