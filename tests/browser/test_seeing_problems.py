"""The book in a browser while it is written: problems come and go by themselves, and the reader stays in place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from conftest import MakeBook
from test_serve import Server

pytestmark = pytest.mark.browser

PATIENCE = 60_000  # milliseconds


@pytest.fixture
def book(make_book: MakeBook) -> Path:
    filler = "\n\n".join(f"Paragraph {number}." for number in range(200))
    return make_book({f"content/{code}/long.md": f"# Long {{#long}}\n\n{filler}\n" for code in ("en", "zh")})


@pytest.fixture
def server(book: Path) -> Iterator[Server]:
    server = Server(book)
    try:
        yield server.ready()
    finally:
        server.stop()


@pytest.fixture(params=["light", "dark"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=request.param)
    yield context.new_page()
    context.close()


def test_problems_come_and_go_and_the_reader_stays_in_place(server: Server, page: Page) -> None:
    path = server.book / "data/models/circle.yaml"
    whole = path.read_text(encoding="utf-8")
    page.goto(f"http://127.0.0.1:{server.port}/shapes/long/#long")
    page.evaluate("scrollTo({top: 3000, behavior: 'instant'})")
    path.write_text('name: "<b>Circle\n', encoding="utf-8")
    panel = page.get_by_role("alert", name="Problems in the book's sources")
    expect(panel).to_be_visible(timeout=PATIENCE)
    expect(panel).to_contain_text("1 problem in the book's sources")
    expect(panel.get_by_role("heading", name="data/models/circle.yaml")).to_be_visible()
    expect(panel.locator("li")).to_contain_text("1:7 quote is opened here and never closed")
    expect(panel.locator("pre")).to_have_text('1 │ name: "<b>Circle')
    expect(panel.locator("mark")).to_have_text('"')
    assert page.url.endswith("/shapes/long/#long")
    assert abs(page.evaluate("scrollY") - 3000) < 50
    serious = [
        violation["id"]
        for violation in Axe().run(page, context=".mb-problems").response["violations"]
        if violation["impact"] in ("serious", "critical")
    ]
    assert serious == []
    # Put away, it stays so on every page, until other problems are found.
    panel.locator("summary").click()
    expect(panel.locator("li")).to_be_hidden()
    page.goto(f"http://127.0.0.1:{server.port}/shapes/zh/timeline/")
    expect(panel.locator("li")).to_be_hidden()
    path.write_text("name: [Circle\n", encoding="utf-8")
    expect(panel.locator("li")).to_be_visible(timeout=PATIENCE)
    path.write_text(whole, encoding="utf-8")
    expect(panel).to_have_count(0, timeout=PATIENCE)
    assert page.url.endswith("/shapes/zh/timeline/")


def test_a_page_that_is_not_there_yet_shows_once_it_is(server: Server, page: Page) -> None:
    page.goto(f"http://127.0.0.1:{server.port}/shapes/later/")
    for code in ("en", "zh"):
        (server.book / f"content/{code}/later.md").write_text("# Later {#later}\n", encoding="utf-8")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Later", timeout=PATIENCE)
