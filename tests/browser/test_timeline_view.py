"""The timeline in a browser: filters, the address, the picture, the keyboard, and without scripts."""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from browsers import Visitor, _Handler
from timelinebook import timeline_site

__all__ = ["timeline_site"]

pytestmark = pytest.mark.browser

PLACES = """() => [...document.querySelectorAll("a.mb-mark, .mb-lanes__lines path, .mb-lanes__names text")].map(
  (each) => [each.getAttribute("transform"), each.getAttribute("d"), each.getAttribute("y"),
    each.querySelector("text")?.outerHTML, each.querySelector("rect")?.getAttribute("width")].join(" "))"""


@pytest.fixture(scope="module")
def timeline_address(timeline_site: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Handler, directory=str(timeline_site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/shapes/"
        server.shutdown()


@pytest.fixture
def reader(browser: Browser, timeline_address: str) -> Iterator[Visitor]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield Visitor(context, timeline_address)
    context.close()


def places(page: Page) -> tuple[str, list[float]]:
    """What is in the picture, and where, as numbers."""
    number = r"-?\d+(?:\.\d+)?"
    found = "\n".join(page.evaluate(PLACES))
    return re.sub(number, "#", found), [float(each) for each in re.findall(number, found)]


def numbers(page: Page) -> tuple[int, int]:
    """How many entries and how many marks are shown."""
    return page.locator(".mb-event:not([hidden])").count(), page.locator("a.mb-mark:visible").count()


def status(page: Page) -> str:
    return page.locator(".mb-facets [role=status]").inner_text()


def test_list_and_picture_are_filtered_together_and_the_address_says_how(reader: Visitor) -> None:
    page = reader.open("timeline/")
    whole = status(page)
    total = int(whole.split()[0])
    assert numbers(page) == (total, total)
    page.locator(".mb-facets__type", has_text="leak").click()
    expect(page).to_have_url(re.compile(r"/timeline/\?type=leak$"))
    assert numbers(page) == (10, 10)
    assert status(page) == f"10 of {total} entries shown"
    page.locator(".mb-facets__type", has_text="paper").click()
    page.locator("[name=modality]").select_option("image")
    expect(page).to_have_url(re.compile(r"\?type=leak,paper&modality=image$"))
    assert numbers(page) == (10, 10)
    page.locator("[name=openness]").select_option("open")
    assert numbers(page) == (0, 0)
    assert not any(title.is_visible() for title in page.locator("article h2").all())
    page.go_back()
    assert numbers(page) == (10, 10)
    page.go_back()
    page.go_back()
    assert numbers(page) == (10, 10)
    expect(page.locator("[name=modality]")).to_have_value("")
    page.go_back()
    assert (numbers(page), status(page)) == ((total, total), whole)
    page.go_forward()
    expect(page.locator("[name=type][value=leak]")).to_be_checked()
    page.get_by_role("button", name="Clear all").click()
    expect(page).to_have_url(re.compile(r"/timeline/$"))
    assert numbers(page) == (total, total)
    assert (reader.errors, reader.strangers) == ([], [])


def test_an_address_restores_what_it_says_and_leaves_nonsense(reader: Visitor) -> None:
    page = reader.open("zh/timeline/?organization=lab-03&importance=2&lanes=family&year=2022&openness=nonsense")
    shown = page.locator(".mb-event:not([hidden])")
    entries = [entry.get_attribute("data-organization") for entry in shown.all()]
    assert entries
    assert all("lab-03" in (organizations or "").split() for organizations in entries)
    assert all("2022" in (time.get_attribute("datetime") or "") for time in shown.locator("time").all())
    assert page.locator(".mb-event--3:not([hidden])").count() == 0
    assert status(page).startswith("显示 ")
    expect(page.locator("[name=lanes]")).to_have_value("family")
    expect(page.locator(".mb-lanes__names text").first).to_have_text(re.compile("^Shape"))
    expect(page.locator(".mb-lanes__ticks")).to_contain_text("12月")
    assert reader.errors == []


def test_the_script_draws_what_the_build_drew(reader: Visitor) -> None:
    page = reader.open("timeline/")
    built, at = places(page)
    page.locator("[name=lanes]").select_option("modality")
    expect(page.locator(".mb-lanes__names text")).to_have_text(["images", "text", "multimodal"])
    assert places(page)[1] != at
    page.locator("[name=lanes]").select_option("")
    drawn, now_at = places(page)
    assert drawn == built
    assert now_at == pytest.approx(at, abs=0.11)  # halves are rounded otherwise


def test_a_year_in_the_picture_zooms_and_zooms_out(reader: Visitor) -> None:
    page = reader.open("timeline/")
    width = page.locator(".mb-lanes__drawing").get_attribute("width")
    page.locator(".mb-lanes__ticks a", has_text="2023").click()
    expect(page).to_have_url(re.compile(r"\?year=2023$"))
    assert [title.is_visible() for title in page.locator("article h2").all()] == [False, False, False, True, False]
    expect(page.locator(".mb-lanes__ticks")).to_contain_text("Dec")
    page.locator(".mb-lanes__ticks a", has_text="2023").click()
    expect(page.locator(".mb-lanes__drawing")).to_have_attribute("width", str(width))


def test_a_mark_leads_to_its_entry_however_folded_or_filtered(reader: Visitor) -> None:
    page = reader.open("timeline/#release-shape-003")
    expect(page.locator("#release-shape-003")).to_be_in_viewport()
    page.locator("[name=year]").select_option("2022")
    page.evaluate("location.hash = 'release-shape-010-small'")
    expect(page.locator("#release-shape-010-small")).to_be_in_viewport()
    expect(page.locator("[name=year]")).to_have_value("")
    assert reader.errors == []


def test_marks_are_one_stop_for_the_keyboard_and_arrows_lead_on(reader: Visitor) -> None:
    page = reader.open("timeline/?year=2022&lanes=modality")
    expect(page.locator("a.mb-mark[tabindex='0']")).to_have_count(1)
    page.locator("a.mb-mark[tabindex='0']").focus()
    first = page.evaluate("document.activeElement.href.baseVal")
    page.keyboard.press("ArrowRight")
    second = page.evaluate("document.activeElement.href.baseVal")
    assert second not in (first, None)
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.href.baseVal") == first
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.href.baseVal") not in (first, None)
    page.keyboard.press("End")
    last = page.evaluate("document.activeElement.href.baseVal")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(re.escape(str(last)) + "$"))


def test_a_mark_shows_what_it_goes_back_to_and_what_goes_back_to_it(reader: Visitor) -> None:
    page = reader.open("timeline/")
    expect(page.locator(".mb-lanes__lines .is-on")).to_have_count(0)
    page.evaluate("document.querySelector('a.mb-mark[*|href=\"#release-shape-060\"]').focus()")
    expect(page.locator(".mb-lanes__lines .is-on")).to_have_count(3)
    expect(page.locator("a.mb-mark.is-on")).to_have_count(4)
    page.locator("[name=year]").focus()
    expect(page.locator(".mb-lanes__lines .is-on")).to_have_count(0)


def test_without_scripts_everything_is_there_and_folds(browser: Browser, timeline_address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(timeline_address + "timeline/")
    expect(page.locator(".mb-facets")).to_be_hidden()
    expect(page.locator(".mb-legend")).to_be_visible()
    expect(page.locator("#release-shape-003")).to_be_hidden()
    page.locator("h2#y2021 + div summary").first.click()
    expect(page.locator("#release-shape-003")).to_be_visible()
    context.close()


@pytest.mark.parametrize("path", ["timeline/", "zh/timeline/?year=2021"])
def test_what_is_folded_is_printed(reader: Visitor, path: str) -> None:
    page = reader.open(path)
    page.emulate_media(media="print")
    expect(page.locator("#release-shape-003")).to_be_visible()
    expect(page.locator(".mb-variants li").first).to_be_visible() if "?" not in path else None
    expect(page.locator(".mb-facets")).to_be_hidden()
    expect(page.locator(".mb-lanes")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["timeline/?year=2022", "zh/timeline/", "part/", "zh/part/"])
def test_axe_finds_nothing_grave(browser: Browser, timeline_address: str, path: str, scheme: str) -> None:
    context = browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
    page = Visitor(context, timeline_address).open(path)
    found = Axe().run(page).response["violations"]
    grave = [(each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] in ("serious", "critical")]
    assert grave == []
    context.close()


@pytest.mark.parametrize("path", ["timeline/", "zh/timeline/?lanes=family", "part/"])
def test_a_phone_does_not_scroll_sideways(browser: Browser, timeline_address: str, path: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = Visitor(context, timeline_address).open(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()
