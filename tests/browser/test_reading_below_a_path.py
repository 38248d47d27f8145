"""A reader of the site below a path: nothing that pages and scripts ask for is sought outside of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from browsers import Visitor
from pagesite import serve

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serve(tmp_path_factory.mktemp("below")) as found:
        yield found


@pytest.fixture
def visitor(browser: Browser, address: str) -> Iterator[Visitor]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield Visitor(context, address)
    context.close()


def astray(visitor: Visitor) -> list[str]:
    """Requests that left the path of the site."""
    return [url for url in visitor.requests if not url.startswith((visitor.address, "data:", "blob:"))]


@pytest.mark.parametrize("home", ["", "zh/"])
def test_reading_hovering_and_going_on(visitor: Visitor, home: str) -> None:
    page = visitor.open(home)
    page.evaluate("window.isSame = true")
    page.locator("article .citation > a").first.hover()
    expect(page.locator(".mb-citation-card")).to_contain_text("Shapes of AI")
    page.mouse.move(0, 0)
    page.locator(".md-nav--primary a[href*='timeline']").first.click()
    page.wait_for_url(f"{visitor.address}{home}timeline/")
    expect(page.locator(".mb-event__date").first).to_be_visible()
    page.locator(".md-nav--primary a[href*='models']").first.click()
    page.wait_for_url(f"{visitor.address}{home}models/")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.isSame") is True  # nothing was loaded as a whole
    assert astray(visitor) == []
    assert visitor.errors == []


@pytest.mark.parametrize(("home", "query"), [("", "circle"), ("zh/", "圆形")])
def test_searching(visitor: Visitor, home: str, query: str) -> None:
    page = visitor.open(f"{home}open/early/")
    page.locator("[data-md-component=search-query]").fill(query)
    result = page.locator(".md-search-result__item a").first
    result.wait_for()
    result.click()
    page.wait_for_url(f"{visitor.address}{home}**")
    page.wait_for_load_state("networkidle")
    assert astray(visitor) == []
    assert visitor.errors == []


def test_what_is_missing_leads_back(visitor: Visitor) -> None:
    page = visitor.open("zh/open/nowhere/at/all/")
    expect(page.locator("h1")).to_have_text("404")
    position = page.locator(".md-header").evaluate("header => getComputedStyle(header).position")
    assert position == "sticky"  # its style sheets were found
    section = page.locator("section[lang=zh]")
    section.locator("input[name=q]").fill("圆形")
    section.locator("button").click()
    page.wait_for_url(f"{visitor.address}zh/?q=**")
    page.locator(".md-search-result__item a").first.wait_for()
    assert astray(visitor) == []
    assert [error for error in visitor.errors if "nowhere" not in error and "404 (Not Found)" not in error] == []
