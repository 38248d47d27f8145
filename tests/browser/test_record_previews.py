"""Previews of models beside links to them, and the search for what is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from browsers import Visitor

pytestmark = pytest.mark.browser


@pytest.fixture
def listing(visitor: Visitor) -> Page:
    return visitor.open("models/")


def test_a_preview_opens_on_hovering_and_says_the_essentials(visitor: Visitor, listing: Page) -> None:
    link = listing.locator("article table a", has_text="Circle").first
    link.hover()
    card = listing.locator(".mb-model-preview")
    expect(card).to_be_visible()
    expect(card).to_contain_text("The first round model")
    expect(card).to_contain_text("Weights: open")
    expect(card).to_contain_text("Round Labs")
    expect(card.locator(".citation")).to_have_count(0)
    listing.keyboard.press("Escape")
    expect(card).to_be_hidden()
    assert visitor.errors == []


def test_a_preview_opens_on_focus_and_tab_goes_through_its_one_link(listing: Page) -> None:
    listing.locator("article table a", has_text="Circle").first.focus()
    listing.keyboard.press("Shift+Tab")
    listing.keyboard.press("Tab")
    card = listing.locator(".mb-model-preview")
    expect(card).to_be_visible()
    expect(card.locator("a[href]")).to_have_count(1)


def test_other_links_have_none(listing: Page) -> None:
    listing.locator("article table a", has_text="Round Labs").first.hover()
    listing.wait_for_timeout(400)
    expect(listing.locator(".mb-model-preview")).to_have_count(0)


@pytest.fixture
def touched(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(address + "models/", wait_until="networkidle")
    yield page
    context.close()


def test_a_tap_follows_the_link_at_once(touched: Page) -> None:
    touched.locator("article table a", has_text="Circle").first.tap()
    expect(touched).to_have_url(re.compile("/models/circle/$"))


@pytest.mark.parametrize(("language", "query", "found"), [("en", "stretched", "Ellipse"), ("zh", "拉长", "椭圆")])
def test_what_is_not_there_can_be_searched_for(visitor: Visitor, language: str, query: str, found: str) -> None:
    page = visitor.open("404.html")
    # The page's addresses are those of the published site.
    page.evaluate(
        "address => document.querySelectorAll('.mb-lost form').forEach((form) => {"
        " form.action = address + (form.closest('[lang]').lang === 'zh' ? 'zh/' : ''); })",
        visitor.address,
    )
    section = page.locator(f".mb-lost[lang={language}]")
    section.locator("input[name=q]").fill(query)
    section.locator("button").click()
    expect(page.locator(".md-search-result__list")).to_contain_text(found)


def test_the_search_index_is_loaded_when_the_search_is_used(visitor: Visitor) -> None:
    page = visitor.open("open/early/")
    assert not [url for url in visitor.requests if "search_index" in url]
    with page.expect_response(re.compile("search_index")):
        page.locator("input.md-search__input").click()
