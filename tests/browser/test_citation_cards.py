"""The card of a citation: by mouse, keyboard and finger, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from browsers import Visitor

pytestmark = pytest.mark.browser

CITATION = "article .citation > a"
CARD = ".mb-citation-card"


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Visitor]:
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    yield Visitor(context, address)
    context.close()


def focus_by_keyboard(page: Page) -> None:
    """Focus the first citation of a page as the Tab key does."""
    page.locator(CITATION).first.evaluate("link => link.focus({focusVisible: true})")


@pytest.mark.parametrize(
    ("path", "authors", "cited", "link"),
    [
        ("", "and Shape Consortium", "in this book", "Go to the reference"),
        ("zh/", "和Shape Consortium", "本书引用", "转到参考文献"),
    ],
)
def test_hovering_opens_a_card_and_leaving_closes_it(
    visitor: Visitor, path: str, authors: str, cited: str, link: str
) -> None:
    page = visitor.open(path)
    page.locator(CITATION).first.hover()
    card = page.locator(CARD)
    expect(card).to_contain_text("Shapes of AI")
    for text in (authors, "2023", cited, link):
        expect(card).to_contain_text(text)
    expect(card.get_by_role("link", name="arXiv:2301.00001")).to_have_attribute(
        "href", "https://arxiv.org/abs/2301.00001"
    )
    card.hover()
    page.wait_for_timeout(400)
    expect(card).to_be_visible()
    page.locator("h1").hover()
    expect(card).to_be_hidden()
    page.locator(CITATION).nth(1).hover()
    expect(card).to_contain_text("Elementa doctrinae solidorum")
    assert len([url for url in visitor.requests if url.endswith("cards.json")]) == 1
    assert visitor.strangers == []
    assert visitor.errors == []


def test_titles_become_descriptions_so_that_nothing_shows_twice(visitor: Visitor) -> None:
    link = visitor.open().locator(CITATION).first
    assert link.get_attribute("title") is None
    assert "Shapes of AI" in (link.get_attribute("aria-description") or "")


def test_the_keyboard_opens_a_card_goes_through_it_and_closes_it(visitor: Visitor) -> None:
    page = visitor.open()
    focus_by_keyboard(page)
    card = page.locator(CARD)
    expect(card).to_be_visible()
    page.keyboard.press("Tab")
    expect(card.get_by_role("link").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(page.locator(CITATION).first).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(CITATION).nth(1)).to_be_focused()
    expect(card).to_contain_text("Elementa")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(card).to_be_hidden()


def test_the_card_leads_to_the_reference(visitor: Visitor) -> None:
    page = visitor.open("zh/")
    page.locator(CITATION).first.hover()
    page.locator(CARD).get_by_role("link", name="转到参考文献").click()
    expect(page).to_have_url(visitor.address + "zh/references/#ref-noy2023shapes")


def test_a_tap_opens_a_card_within_the_screen_and_another_closes_it(phone: Visitor) -> None:
    page = phone.open()
    page.locator(CITATION).first.tap()
    card = page.locator(CARD)
    expect(card).to_be_visible()
    expect(page).to_have_url(phone.address)
    box = card.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("h1").tap()
    expect(card).to_be_hidden()
    page.locator(CITATION).nth(1).tap()
    card.get_by_role("link", name="Go to the reference").tap()
    expect(page).to_have_url(phone.address + "references/#ref-euler1758elementa")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_open_card_stands_in_nobodys_way(browser: Browser, address: str, scheme: str) -> None:
    context = browser.new_context(color_scheme="light" if scheme == "light" else "dark")
    page = context.new_page()
    page.goto(address, wait_until="networkidle")
    focus_by_keyboard(page)
    expect(page.locator(CARD)).to_be_visible()
    violations = Axe().run(page).response["violations"]
    context.close()
    assert [each["id"] for each in violations if each["impact"] in ("serious", "critical")] == []


def test_without_cards_a_citation_is_a_link(visitor: Visitor) -> None:
    visitor.page.route("**/cards.json", lambda route: route.abort())
    page = visitor.open()
    page.locator(CITATION).first.hover()
    page.wait_for_timeout(300)
    expect(page.locator(CARD)).to_be_hidden()
    page.locator(CITATION).first.click()
    expect(page).to_have_url(visitor.address + "references/#ref-noy2023shapes")
