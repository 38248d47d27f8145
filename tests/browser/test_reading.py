"""Reading the book in a browser."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from browsers import Visitor

pytestmark = pytest.mark.browser

KINDS = [
    "",
    "open/early/",
    "comparisons/",
    "timeline/",
    "models/",
    "models/circle/",
    "organizations/round-labs/",
    "licenses/angular/",
    "datasets/plane/",
    "benchmarks/roundness/",
    "techniques/rolling/",
    "tools/compass/",
    "glossary/",
    "references/",
    "404.html",
]
PATHS = [prefix + kind for prefix in ("", "zh/") for kind in KINDS if prefix + kind != "zh/404.html"]


@pytest.mark.parametrize("path", PATHS)
def test_no_request_leaves_the_site_and_nothing_goes_wrong(visitor: Visitor, path: str) -> None:
    visitor.open(path)
    visitor.page.locator("label[for=__search]").first.focus()
    assert visitor.strangers == []
    assert visitor.errors == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PATHS)
def test_nothing_serious_stands_in_the_way_of_anybody(browser: Browser, address: str, path: str, scheme: str) -> None:
    context = browser.new_context(color_scheme="light" if scheme == "light" else "dark")
    page = context.new_page()
    page.goto(address + path, wait_until="networkidle")
    results = Axe().run(page)
    serious = [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in results.response["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]
    context.close()
    assert serious == []


@pytest.mark.parametrize("path", PATHS)
def test_a_phone_shows_pages_without_scrolling_sideways(browser: Browser, address: str, path: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(address + path, wait_until="networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def test_the_language_switch_keeps_the_page(visitor: Visitor) -> None:
    page = visitor.open("open/early/")
    page.locator(".md-select").hover()
    page.locator("a.md-select__link[hreflang=zh]").click()
    expect(page).to_have_url(visitor.address + "zh/open/early/")
    expect(page.locator("h1")).to_contain_text("早期的形状")


@pytest.mark.parametrize(
    ("path", "query", "found"),
    [("timeline/", "stretched", "Ellipse"), ("zh/timeline/", "拉长", "椭圆"), ("zh/timeline/", "Circle", "Circle")],
)
def test_search_finds_pages_of_the_language(visitor: Visitor, path: str, query: str, found: str) -> None:
    page = visitor.open(path)
    page.locator("input.md-search__input").click()
    page.keyboard.type(query)
    page.keyboard.press("End")  # Material searches on a key's release, which text put in as a whole lacks
    results = page.locator(".md-search-result__link")
    expect(results.first).to_be_visible()
    expect(page.locator(".md-search-result__list")).to_contain_text(found)
    language = "zh/" if path.startswith("zh/") else ""
    for link in results.all():
        where = str(link.get_attribute("href")).removeprefix(visitor.address)
        assert where.startswith("zh/") == bool(language)


def test_notes_at_a_value_open_by_keyboard(visitor: Visitor) -> None:
    page = visitor.open("comparisons/")
    note = page.locator("details.mb-notes").first
    body = note.locator(".mb-notes__body")
    expect(body).to_be_hidden()
    note.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(body).to_be_visible()
    expect(body).to_contain_text("1.5T")


def test_a_citation_leads_to_its_reference(visitor: Visitor) -> None:
    page = visitor.open("zh/")
    page.locator(".citation a").first.click()
    expect(page).to_have_url(visitor.address + "zh/references/#ref-noy2023shapes")
    expect(page.locator("#ref-noy2023shapes")).to_be_in_viewport()


def test_everything_is_there_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "zh/comparisons/")
    expect(page.get_by_role("cell", name="2万亿").first).to_be_visible()
    page.locator("details.mb-notes summary").first.click()
    expect(page.locator(".mb-notes__body").first).to_be_visible()
    context.close()
