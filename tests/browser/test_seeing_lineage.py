"""The picture of family trees and the charts in a browser: focus, keyboard, address, phone, print, accessibility."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from browsers import Visitor, _Handler
from drawnbook import drawn_site

__all__ = ["drawn_site"]

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def drawn_address(drawn_site: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Handler, directory=str(drawn_site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/shapes/"
        server.shutdown()


@pytest.fixture
def reader(browser: Browser, drawn_address: str) -> Iterator[Visitor]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield Visitor(context, drawn_address)
    context.close()


def mark(page: Page, id: str) -> Locator:
    return page.locator(f"#lineage-{id}")


def standing_out(page: Page) -> list[str]:
    ids = page.locator(".mb-tree-picture a.mb-on").evaluate_all("links => links.map(link => link.id)")
    return sorted(str(id).removeprefix("lineage-") for id in ids)


def test_a_model_in_focus_stands_out_with_its_relatives(reader: Visitor) -> None:
    page = reader.open("lineage/")
    mark(page, "ray").click()
    assert standing_out(page) == ["arrow", "line", "point", "ray"]
    expect(page).to_have_url(reader.address + "lineage/?focus=ray")
    expect(page.locator(".mb-lineage__said")).to_have_text("Ray: ancestors 2, descendants 1")
    expect(page.locator(".mb-branch.mb-on")).to_have_count(3)
    mark(page, "plane").click()
    page.go_back()
    assert standing_out(page) == ["arrow", "line", "point", "ray"]
    page.go_back()
    assert standing_out(page) == []
    page.go_forward()
    assert standing_out(page) == ["arrow", "line", "point", "ray"]
    page.locator(".mb-lineage__focus button").click()
    expect(page).to_have_url(reader.address + "lineage/")
    assert standing_out(page) == []
    assert (reader.errors, reader.strangers) == ([], [])


def test_a_model_is_found_by_its_name_and_leads_to_its_page(reader: Visitor) -> None:
    page = reader.open("zh/lineage/")
    search = page.locator(".mb-lineage__focus input")
    search.fill("nobody")
    search.press("Enter")
    expect(page.locator(".mb-lineage__said")).to_have_text("没有名为“nobody”的模型")
    search.fill("line")
    search.press("Enter")
    expect(page).to_have_url(reader.address + "zh/lineage/?focus=line")
    expect(page.locator(".mb-lineage__page")).to_be_visible()
    mark(page, "line").click()  # chosen again
    expect(page).to_have_url(reader.address + "zh/models/line/")
    assert reader.errors == []


def test_an_address_with_a_focus_opens_so(reader: Visitor) -> None:
    page = reader.open("lineage/?focus=plane")
    assert standing_out(page) == ["line", "plane", "point"]
    page = reader.open("lineage/?focus=nobody")
    assert standing_out(page) == []


def test_the_keyboard_leads_from_model_to_model(reader: Visitor) -> None:
    page = reader.open("lineage/")
    expect(page.locator(".mb-tree-picture a[tabindex='0']")).to_have_count(1)
    page.locator(".mb-tree-picture").focus()
    page.keyboard.press("Tab")
    expect(mark(page, "point")).to_be_focused()
    assert standing_out(page) == ["arrow", "line", "plane", "point", "ray"]  # while it has the focus
    page.keyboard.press("ArrowRight")
    expect(mark(page, "line")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(reader.address + "lineage/?focus=line")
    page.keyboard.press("ArrowLeft")
    expect(mark(page, "point")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Home")
    expect(mark(page, "point")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page).to_have_url(reader.address + "lineage/")
    assert reader.errors == []


def test_pointing_at_a_model_shows_its_relatives_for_the_moment(reader: Visitor) -> None:
    page = reader.open("lineage/")
    mark(page, "plane").hover()
    assert standing_out(page) == ["line", "plane", "point"]
    page.mouse.move(5, 5)
    assert standing_out(page) == []
    expect(page).to_have_url(reader.address + "lineage/")


def test_without_scripts_marks_are_links(browser: Browser, drawn_address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(drawn_address + "lineage/?focus=line")
    expect(page.locator(".mb-lineage__focus")).to_be_hidden()
    mark(page, "line").click()
    expect(page).to_have_url(drawn_address + "models/line/")
    page.goto(drawn_address + "charts/")
    page.locator("#fig-parameters-over-time svg a", has_text="Line").first.click()
    expect(page).to_have_url(drawn_address + "models/line/")
    context.close()


@pytest.mark.parametrize("path", ["lineage/", "zh/charts/"])
def test_a_phone_scrolls_the_picture_not_the_page(browser: Browser, drawn_address: str, path: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True)
    page = context.new_page()
    page.goto(drawn_address + path, wait_until="networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    picture = page.locator(".mb-tree-picture, .mb-chart__picture").first
    assert picture.evaluate("region => region.scrollWidth > region.clientWidth")
    context.close()


@pytest.mark.parametrize("path", ["lineage/?focus=line", "charts/"])
def test_on_paper_pictures_are_whole(reader: Visitor, path: str) -> None:
    page = reader.open(path)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 720, "height": 1000})
    widths = page.locator(":is(.mb-tree-picture, .mb-chart__picture) svg").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().width)"
    )
    assert widths
    assert max(widths) <= 720


def test_the_data_of_a_chart_is_a_table(reader: Visitor) -> None:
    page = reader.open("charts/")
    figure = page.locator("#fig-parameters-over-time")
    expect(figure.locator("table")).to_be_hidden()
    figure.locator("summary").first.click()
    expect(figure.locator("tbody tr")).to_have_count(4)
    assert reader.errors == []


@pytest.mark.parametrize("path", ["lineage/", "zh/lineage/?focus=line", "charts/", "zh/charts/"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, drawn_address: str, path: str, scheme: str) -> None:
    context = browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
    page = context.new_page()
    page.goto(drawn_address + path, wait_until="networkidle")
    for summary in page.locator("details.mb-data > summary").all():
        summary.click()
    found = Axe().run(page).response["violations"]
    assert [f"{each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]] == []
    context.close()
