"""Comparing models in a browser: sorting, filtering, opening cells, side by side, downloads, the address."""

from __future__ import annotations

import csv
import functools
import gzip
import json
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Response, expect

import modelbook
from browsers import Visitor, _Handler
from comparebook import ROWS, write_book
from conftest import run_mkdocs

pytestmark = pytest.mark.browser

MOST_BYTES = 350_000
"""What a first visit may weigh as a server compresses it."""

MOST_REQUESTS = 20

ASSETS = Path(modelbook.__file__).parent / "theme/assets/modelbook"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the site of the book of many rows is served."""
    book = write_book(tmp_path_factory.mktemp("comparing") / "book")
    result = run_mkdocs(book, "build", "--strict")
    assert result.returncode == 0, result.stderr
    handler = functools.partial(_Handler, directory=book / "site")
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/shapes/"
        server.shutdown()


@pytest.fixture
def reader(browser: Browser, site: str) -> Iterator[Visitor]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    yield Visitor(context, site)
    context.close()


def first_names(page: Page, count: int = 3) -> list[str]:
    return [name.strip() for name in page.locator("tbody tr:not(.mb-gap) th").all_inner_texts()[:count]]


def status(page: Page) -> str:
    return page.locator(".mb-compare__count").inner_text()


def test_sorting_goes_both_ways_with_what_is_missing_last(reader: Visitor) -> None:
    page = reader.open("compare/")
    button = page.get_by_role("button", name="Parameters", exact=True)
    head = page.locator("thead th").filter(has=button)
    button.click()
    assert first_names(page, 2) == ["Square 1", "Square 2"]
    expect(head).to_have_attribute("aria-sort", "ascending")
    button.press("Enter")
    assert first_names(page, 2) == ["Square 320", "Square 319"]
    expect(head).to_have_attribute("aria-sort", "descending")
    assert page.url.endswith("compare/?sort=-parameters")
    for _ in range(2):
        page.locator(".mb-compare__table").evaluate("region => { region.scrollTop = region.scrollHeight; }")
        expect(page.locator(".mb-compare__table tr:not(.mb-gap) th").last).to_contain_text("Ellipse")
        page.go_back()
    assert reader.errors == []
    assert reader.strangers == []


def test_only_rows_near_what_is_seen_are_in_the_page(reader: Visitor) -> None:
    page = reader.open("compare/")
    expect(page.locator("table[role=grid]")).to_have_attribute("aria-rowcount", str(ROWS + 1))
    assert page.locator("tbody tr:not(.mb-gap)").count() < 80
    page.locator(".mb-compare__table").evaluate("region => { region.scrollTop = region.scrollHeight; }")
    expect(page.locator(f"tbody tr[aria-rowindex='{ROWS + 1}']")).to_have_count(1)
    assert page.locator("tbody tr:not(.mb-gap)").count() < 80


@pytest.mark.parametrize(
    ("prefix", "query", "found", "said"),
    [
        ("", "quadrat 31", 13, f"13 of {ROWS} models and variants"),
        ("", "正方形 320", 1, f"1 of {ROWS} models and variants"),
        ("zh/", "ZERO", 2, f"共 {ROWS} 个模型与版本，符合条件的有 2 个"),
        ("", "nothing of this", 0, f"0 of {ROWS} models and variants"),
    ],
)
def test_the_filter_knows_both_languages_and_aliases(
    reader: Visitor, prefix: str, query: str, found: int, said: str
) -> None:
    page = reader.open(f"{prefix}compare/")
    page.locator(".mb-compare__query").fill(query)
    expect(page.locator(".mb-compare__count")).to_have_text(said)
    assert page.locator("tbody tr:not(.mb-gap)").count() == found
    assert reader.errors == []


def test_facets_stand_in_the_address_and_back_takes_them_back(reader: Visitor) -> None:
    page = reader.open("compare/")
    page.locator("[data-facet=purpose] summary").click()
    page.get_by_label("base model").check()
    expect(page.locator(".mb-compare__count")).to_have_text(f"2 of {ROWS} models and variants")
    assert page.url.endswith("?purpose=base")
    page.get_by_label("chat").check()
    assert page.url.endswith("?purpose=base,chat")
    page.go_back()
    expect(page.locator("tbody tr:not(.mb-gap)")).to_have_count(2)
    page.go_forward()
    expect(page.locator(".mb-compare__count")).to_have_text(f"{ROWS} of {ROWS} models and variants")
    page.keyboard.press("Escape")
    page.reload(wait_until="networkidle")
    expect(page.locator("[data-facet=purpose] .mb-facet__count")).to_have_text("2")
    page.get_by_role("button", name="Clear all").click()
    assert page.url.endswith("compare/")
    expect(page.get_by_role("button", name="Clear all")).to_be_hidden()


def test_ranges_are_of_numbers_and_dates(reader: Visitor) -> None:
    page = reader.open("compare/?parameters=6..8")
    assert sorted(first_names(page, 9)) == ["Circle 7B", "Square 6", "Square 7", "Square 8"]
    page = reader.open("compare/?released=..2024-06")
    assert sorted(first_names(page)) == ["Circle 70B", "Circle 7B", "Ellipse"]


def test_columns_are_chosen(reader: Visitor) -> None:
    page = reader.open("compare/?columns=vram,name,nothing")
    assert page.locator("thead th").all_inner_texts() == ["Model", "VRAM (GB)"]
    page.locator("[data-facet=columns] summary").click()
    page.locator("[data-facet=columns]").get_by_label("Purpose").check()
    expect(page.locator("thead th")).to_have_text(["Model", "Purpose", "VRAM (GB)"])
    assert page.url.endswith("?columns=purpose,vram")


def test_a_cell_opens_what_is_said_of_its_value(reader: Visitor) -> None:
    page = reader.open("compare/?find=circle+70b&sort=name")
    cell = page.locator("tbody tr", has_text="Circle 70B").locator("td").nth(4)
    cell.click()
    detail = page.locator(".mb-detail")
    expect(detail).to_contain_text("Training tokens")
    expect(detail).to_contain_text("reported")
    expect(detail).to_contain_text("an early count")
    assert detail.locator("a[href*='references/#ref-']").count() >= 2
    page.keyboard.press("Escape")
    expect(detail).to_be_hidden()


def test_arrow_keys_go_through_the_table(reader: Visitor) -> None:
    page = reader.open("compare/?sort=-parameters")
    page.locator("tbody th").first.focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.textContent") == "319B"
    page.keyboard.press("Control+End")
    assert page.evaluate("document.activeElement.parentElement.ariaRowIndex") == str(ROWS + 1)
    page.keyboard.press("Enter")
    expect(page.locator(".mb-detail")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Home")
    page.keyboard.press(" ")
    expect(page.locator(".mb-tray li")).to_have_text(["Square 320×"])
    assert page.locator("tbody [tabindex='0']").count() == 1


def test_ticked_models_stand_side_by_side(reader: Visitor) -> None:
    page = reader.open("compare/?find=circle")
    for box in page.locator("tbody input").all():
        box.check()
    page.get_by_role("button", name="Compare side by side").click()
    assert page.url.endswith("m=circle:70b,circle:7b")
    table = page.locator(".mb-beside__table")
    expect(table.locator("thead th")).to_have_count(2)
    expect(table.locator("tr", has_text="Parameters").first.locator(".mb-bar")).to_have_count(2)
    every = table.locator("tbody tr:visible").count()
    page.get_by_label("differences only").check()
    assert 0 < table.locator("tbody tr:visible").count() < every
    expect(table.locator("tr", has_text="Organization")).to_be_hidden()
    assert page.url.endswith("&differences=yes")
    page.go_back()
    page.go_back()
    expect(page.locator(".mb-compare__table")).to_be_visible()
    page = reader.open("zh/compare/?m=circle:7b,ellipse,nobody")
    expect(page.locator(".mb-beside__table thead th")).to_have_count(2)
    expect(page.locator(".mb-beside__table")).to_contain_text("未公开")
    page = reader.open("compare/?m=circle,ellipse")
    expect(page.locator(".mb-beside__table thead th").first).to_contain_text("Circle")
    expect(page.locator(".mb-beside__table thead th")).to_have_count(2)
    assert reader.errors == []


@pytest.mark.parametrize("prefix", ["", "zh/"])
def test_what_is_shown_can_be_taken_along(reader: Visitor, prefix: str) -> None:
    page = reader.open(f"{prefix}compare/?family=circle&parameters=7..7&columns=parameters,released,openness.weights")
    with page.expect_download() as download:
        page.get_by_role("button", name="JSON").click()
    rows = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert [row["id"] for row in rows] == ["square:v7", "circle:7b"]
    circle = {"id": "circle:7b", "name": "Circle 7B", "parameters": 7 * 10**9, "released": "2024-03-05"}
    assert rows[1].items() >= circle.items()
    assert rows[0]["openness.weights"] is None
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    lines = list(csv.reader(Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()))
    assert lines[2] == ["circle:7b", "Circle 7B", "7000000000", "2024-03-05", lines[2][4]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["compare/", "zh/compare/", "compare/?m=circle:7b,ellipse", "zh/grouped/", "grouped/"])
def test_nothing_serious_stands_in_the_way_of_anybody(browser: Browser, site: str, path: str, scheme: str) -> None:
    context = browser.new_context(color_scheme="light" if scheme == "light" else "dark")
    page = context.new_page()
    page.goto(site + path, wait_until="networkidle")
    if path == "compare/":
        page.locator("[data-facet=purpose] summary").click()
    results = Axe().run(page)
    serious = [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in results.response["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]
    context.close()
    assert serious == []


@pytest.mark.parametrize("path", ["compare/", "zh/compare/", "zh/compare/?m=circle:7b,ellipse", "grouped/"])
def test_a_phone_shows_tables_without_scrolling_the_page_sideways(browser: Browser, site: str, path: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True)
    page = context.new_page()
    page.goto(site + path, wait_until="networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def test_without_scripts_the_newest_rows_and_pairs_are_there(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + "compare/")
    assert page.locator("tbody tr").count() == 100
    expect(page.locator(".mb-compare__rest")).to_contain_text(f"newest 100 of {ROWS}")
    expect(page.locator(".mb-compare__bar")).to_be_hidden()
    expect(page.locator(".mb-beside")).to_be_hidden()
    page.goto(site + "grouped/")
    page.locator(".mb-pair summary").first.click()
    expect(page.locator(".mb-pair table").first).to_be_visible()
    context.close()


def test_all_that_is_shown_is_printed_and_no_more(reader: Visitor) -> None:
    page = reader.open("compare/?parameters=..200")
    rows = page.locator("tbody tr:not(.mb-gap)")
    expect(page.locator("table[role=grid]")).to_have_attribute("aria-rowcount", "203")
    assert rows.count() < 100
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(rows).to_have_count(202)
    page.emulate_media(media="print")
    assert not page.locator(".mb-compare__bar").is_visible()
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert rows.count() < 100
    assert reader.errors == []


def test_without_the_file_of_all_rows_those_in_the_page_stay(reader: Visitor) -> None:
    reader.page.route("**/rows.json", lambda route: route.fulfill(status=503))
    page = reader.open("compare/")
    expect(page.locator("tbody tr:visible")).to_have_count(100)


def test_a_first_visit_is_light(browser: Browser, site: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response))
    page.goto(f"{site}compare/", wait_until="networkidle")
    weight = sum(len(gzip.compress(response.body())) for response in responses)
    context.close()
    assert weight <= MOST_BYTES
    assert len(responses) <= MOST_REQUESTS, sorted(response.url for response in responses)


def test_any_table_is_sorted_and_long_ones_are_filtered(reader: Visitor) -> None:
    page = reader.open("comparisons/")
    table = page.locator("#tbl-shapes")
    button = table.locator("thead button").nth(1)
    last = table.locator("tbody tr th").last
    button.click()
    expect(last).to_have_text("Ellipse")
    expect(table.locator("thead th").nth(1)).to_have_attribute("aria-sort", "ascending")
    button.click()
    expect(last).to_have_text("Ellipse")
    expect(table.locator("tbody tr th").first).to_have_text("Circle 70B")
    expect(page.locator(".mb-filter")).to_have_count(0)
    page = reader.open("grouped/")
    page.locator(".mb-filter input").first.fill("circle")
    expect(page.locator(".mb-filter__count")).to_have_text(f"2 of {ROWS} rows")
    page.locator("#tbl-grouped thead button").nth(1).click()
    expect(page.locator("#tbl-grouped tbody").first.locator("tr:not(.mb-group) th").first).to_have_text("Circle 7B")
    assert reader.errors == []


def test_scripts_are_small() -> None:
    for path in (*ASSETS.glob("compare*.js"), ASSETS / "side-by-side.js", ASSETS / "tables.js"):
        assert len(gzip.compress(path.read_bytes())) <= 6000, path.name
