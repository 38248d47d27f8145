"""Two languages together: the menu in the header, side by side, interleaved, one block in the other language."""

from __future__ import annotations

import functools
import gzip
import re
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

import modelbook
from browsers import Visitor, _Handler
from conftest import run_mkdocs
from readingbook import write_book

pytestmark = pytest.mark.browser

ASSETS = Path(modelbook.__file__).parent / "theme/assets/modelbook"

PATHS = {"en": "open/early/", "zh": "zh/open/early/"}
OTHER = {"en": "zh", "zh": "en"}
LANGUAGES = ["en", "zh"]
MODES = ["side", "interleaved"]


# --- the site --------------------------------------------------------------------------


def serve(folder: Path, *, instant: bool = False) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Handler, directory=folder / "site")) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/shapes/"
        book = write_book(folder / "book")
        if instant:
            config = (book / "mkdocs.yml").read_text(encoding="utf-8")
            # Material compares links with the sitemap's addresses.
            config = config.replace("https://book.example/shapes/", address)
            config = config.replace("navigation.prune,", "navigation.instant,")
            (book / "mkdocs.yml").write_text(config, encoding="utf-8")
        result = run_mkdocs(book, "build", "--site-dir", str(folder / "site"))
        assert result.returncode == 0, result.stderr
        yield address
        server.shutdown()


@pytest.fixture(scope="module")
def paired_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    yield from serve(tmp_path_factory.mktemp("paired"))


@pytest.fixture(scope="module")
def instant_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The book with `navigation.instant`."""
    yield from serve(tmp_path_factory.mktemp("instant"), instant=True)


@pytest.fixture
def reader(browser: Browser, paired_address: str) -> Iterator[Visitor]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield Visitor(context, paired_address)
    context.close()


@pytest.fixture
def phone(browser: Browser, paired_address: str) -> Iterator[Visitor]:
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True)
    yield Visitor(context, paired_address)
    context.close()


@pytest.fixture
def instant(browser: Browser, instant_address: str) -> Iterator[Visitor]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield Visitor(context, instant_address)
    context.close()


def menu_button(page: Page) -> Locator:
    return page.locator(".mb-languages .md-select > button")


def choice(page: Page, view: str) -> Locator:
    return page.locator(f".mb-reading button[data-view={view}]")


def language_link(page: Page, language: str) -> Locator:
    return page.locator(f".mb-languages a[hreflang={language}]")


def shown(page: Page) -> str:
    return str(page.evaluate("document.body.dataset.mbView ?? 'single'"))


def has_rows(page: Page, view: str) -> None:
    """Wait until the page is shown in a mode."""
    if view == "single":
        expect(page.locator("body")).not_to_have_attribute("data-mb-view", re.compile("."))
        expect(page.locator(".mb-row")).to_have_count(0)
    else:
        expect(page.locator("body")).to_have_attribute("data-mb-view", view)
        expect(page.locator(".mb-row").first).to_be_visible()


def top_of(locator: Locator) -> float:
    return float(locator.evaluate("element => element.getBoundingClientRect().top"))


# --- the menu --------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_menu_offers_four_ways_to_read_by_mouse(reader: Visitor, language: str) -> None:
    page = reader.open(PATHS[language])
    expect(choice(page, "side")).to_be_hidden()
    menu_button(page).hover()
    words = {
        "en": ["English", "中文", "Side by side with Chinese", "Interleaved with Chinese"],
        "zh": ["English", "中文", "与英语并排对照", "与英语逐段对照"],
    }
    expect(page.locator(".mb-languages li:visible")).to_have_text(words[language])
    menu_button(page).click()  # who clicks finds it open still
    status = page.locator(".mb-languages [role=status]")
    for view, text in zip(MODES, words[language][2:], strict=True):
        choice(page, view).click()
        has_rows(page, view)
        expect(choice(page, view)).to_have_attribute("aria-pressed", "true")
        expect(page.locator(".mb-languages [aria-pressed=true]")).to_have_count(1)
        expect(page.locator(".mb-languages [aria-current]")).to_have_count(0)
        expect(status).to_have_text(text)
        assert page.url.endswith(f"?view={view}")
    language_link(page, language).click()
    has_rows(page, "single")
    expect(language_link(page, language)).to_have_attribute("aria-current", "true")
    expect(page.locator(".mb-languages [aria-pressed=true]")).to_have_count(0)
    expect(status).to_have_text({"en": "English", "zh": "中文"}[language])
    assert page.url == reader.address + PATHS[language]
    page.mouse.move(10, 500)
    expect(choice(page, "side")).to_be_hidden()
    assert (reader.errors, reader.strangers) == ([], [])


def test_the_menu_works_by_keyboard_alone(reader: Visitor) -> None:
    page = reader.open(PATHS["en"])
    button = menu_button(page)
    button.focus()
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(choice(page, "side")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(language_link(page, "en")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(choice(page, "interleaved")).to_be_focused()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Space")
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(choice(page, "side")).to_be_focused()
    page.keyboard.press("Space")
    has_rows(page, "side")
    expect(button).to_be_focused()
    expect(choice(page, "side")).to_be_hidden()
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Tab")  # away
    expect(button).to_have_attribute("aria-expanded", "false")
    assert reader.errors == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_menu_works_by_touch_and_fits_on_a_phone(phone: Visitor, language: str) -> None:
    page = phone.open(PATHS[language])
    menu_button(page).tap()
    box = page.locator(".mb-languages .md-select__inner").bounding_box()
    assert box is not None
    assert box["x"] >= 4
    assert box["x"] + box["width"] <= 386
    menu_button(page).tap()
    expect(choice(page, "side")).to_be_hidden()
    menu_button(page).tap()
    page.touchscreen.tap(20, 700)
    expect(choice(page, "side")).to_be_hidden()
    menu_button(page).tap()
    choice(page, "side").tap()
    has_rows(page, "side")
    expect(choice(page, "side")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert phone.errors == []


def test_a_key_goes_through_the_modes(reader: Visitor) -> None:
    page = reader.open(PATHS["en"])
    expect(choice(page, "side")).to_have_attribute("aria-keyshortcuts", "v")
    for view in ("side", "interleaved", "single"):
        page.keyboard.press("v")
        has_rows(page, view)
    for modified in ("Control+v", "Alt+v", "Meta+v"):
        page.keyboard.press(modified)
    page.locator("input.md-search__input").click()
    page.keyboard.type("v")
    page.wait_for_timeout(200)
    assert shown(page) == "single"
    expect(page.locator("input.md-search__input")).to_have_value("v")


@pytest.mark.parametrize("path", ["models/circle/", "zh/models/circle/", "only/", "zh/only/", "404.html"])
def test_where_there_is_nothing_to_put_together_no_mode_is_offered(reader: Visitor, path: str) -> None:
    page = reader.open(f"{path}?view=side")
    menu_button(page).hover()
    expect(language_link(page, "en")).to_be_visible()
    expect(choice(page, "side")).to_be_hidden()
    page.keyboard.press("v")
    page.wait_for_timeout(200)
    assert shown(page) == "single"
    page.locator("article h1").hover()
    expect(page.locator(".mb-peek")).to_have_count(0)
    assert reader.errors == []


def test_a_page_opened_from_a_file_has_its_language_links(
    browser: Browser, paired_address: str, tmp_path: Path
) -> None:
    book = write_book(tmp_path / "book")
    config = (book / "mkdocs.yml").read_text(encoding="utf-8")
    (book / "mkdocs.yml").write_text(f"use_directory_urls: false\n{config}", encoding="utf-8")
    assert run_mkdocs(book, "build").returncode == 0
    page = browser.new_page()
    page.goto((book / "site/open/early.html").as_uri() + "?view=side")
    menu_button(page).hover()
    expect(choice(page, "side")).to_be_hidden()
    page.locator("article p").first.hover()
    expect(page.locator(".mb-peek")).to_have_count(0)
    language_link(page, "zh").click()
    expect(page.locator("h1")).to_contain_text("早期的形状")
    page.close()


def test_without_scripts_the_language_links_remain(browser: Browser, paired_address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(paired_address + PATHS["en"])
    menu_button(page).focus()
    expect(page.locator(".mb-languages li:visible")).to_have_text(["English", "中文"])
    language_link(page, "zh").click()
    expect(page.locator("h1")).to_contain_text("早期的形状")
    context.close()


# --- where a mode is kept --------------------------------------------------------------


@pytest.mark.parametrize("view", MODES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_address_opens_in_its_mode(reader: Visitor, language: str, view: str) -> None:
    page = reader.open(f"{PATHS[language]}?view={view}")
    has_rows(page, view)
    expect(choice(page, view)).to_have_attribute("aria-pressed", "true")
    assert page.url == f"{reader.address}{PATHS[language]}?view={view}"
    page.goto(reader.address + PATHS[language])  # what somebody else shared is not remembered
    page.wait_for_load_state("networkidle")
    has_rows(page, "single")


def test_the_device_remembers(reader: Visitor) -> None:
    page = reader.open(PATHS["en"])
    page.keyboard.press("v")
    has_rows(page, "side")
    page = reader.open("")
    has_rows(page, "side")
    assert page.url.endswith("/?view=side")
    page = reader.open("zh/")
    has_rows(page, "side")
    page = reader.open("?view=single")
    has_rows(page, "single")
    page.go_back()
    has_rows(page, "side")
    page.go_back()
    has_rows(page, "side")
    assert page.url == f"{reader.address}?view=side"


def test_who_chooses_the_other_language_reads_it_alone(reader: Visitor) -> None:
    page = reader.open(PATHS["en"])
    page.keyboard.press("v")
    has_rows(page, "side")
    menu_button(page).hover()
    language_link(page, "zh").click()
    expect(page).to_have_url(reader.address + PATHS["zh"])
    page.wait_for_load_state("networkidle")
    has_rows(page, "single")


def test_a_device_that_keeps_nothing_works(browser: Browser, paired_address: str) -> None:
    context: BrowserContext = browser.new_context()
    context.add_init_script(
        """Object.defineProperty(window, "localStorage", {get() { throw new DOMException("no", "SecurityError"); }});"""
    )
    visitor = Visitor(context, paired_address)
    page = visitor.open(PATHS["en"])
    page.keyboard.press("v")
    has_rows(page, "side")
    assert page.url.endswith("?view=side")
    page.reload()
    has_rows(page, "side")
    context.close()


def test_what_is_stored_by_others_does_no_harm(reader: Visitor) -> None:
    page = reader.open(PATHS["en"])
    for stored in ("{", "null", "5", '"side"', '{"view": "up"}', '{"view": "side", "with": "xx"}'):
        page.evaluate("stored => localStorage.setItem('modelbook.view', stored)", stored)
        page.reload(wait_until="networkidle")
        has_rows(page, "side" if "xx" in stored else "single")
    assert reader.errors == []


def test_the_other_language_is_fetched_once_and_only_when_it_is_wanted(reader: Visitor) -> None:
    page = reader.open(PATHS["en"])
    other = reader.address + PATHS["zh"]
    page.locator("article p").first.hover()
    assert other not in reader.requests
    for view in ("side", "interleaved", "single", "side"):
        page.keyboard.press("v")
        has_rows(page, view)
    assert reader.requests.count(other) == 1
    assert reader.strangers == []


def test_what_cannot_be_fetched_leaves_the_page_or_leads_to_the_other(reader: Visitor) -> None:
    page = reader.page
    page.route(
        "**/zh/open/early/",
        lambda route: route.abort() if route.request.resource_type == "fetch" else route.continue_(),
    )
    reader.open(f"{PATHS['en']}?view=side")
    has_rows(page, "single")
    expect(choice(page, "side")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("v")
    expect(page).to_have_url(reader.address + PATHS["zh"])


# --- the reader's place ----------------------------------------------------------------


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_place_is_kept_in_every_mode(browser: Browser, paired_address: str, language: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 700})
    page = Visitor(context, paired_address).open(PATHS[language])
    block = page.locator("[data-block='farther.3']")
    block.evaluate(
        "element => scrollTo({top: element.getBoundingClientRect().top + scrollY - 90, behavior: 'instant'})"
    )
    for view in ("side", "interleaved", "single", "side", "interleaved"):
        before = top_of(block)
        page.keyboard.press("v")
        has_rows(page, view)
        page.wait_for_timeout(150)
        assert abs(top_of(block) - before) <= 5
    context.close()


@pytest.mark.parametrize("view", ["single", *MODES])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("id", ["far", "farther", "b-farther.3", "fig-circle"])
def test_an_anchor_is_landed_at_in_every_mode(reader: Visitor, language: str, view: str, id: str) -> None:
    page = reader.open(f"{PATHS[language]}?view={view}#{id}")
    has_rows(page, view)
    page.wait_for_timeout(200)
    assert 40 <= top_of(page.locator(f"[id='{id}']")) <= 130


@pytest.mark.parametrize("view", ["single", *MODES])
def test_the_other_language_opens_at_the_same_block(reader: Visitor, view: str) -> None:
    page = reader.open(f"{PATHS['en']}?view={view}")
    has_rows(page, view)
    page.locator("[data-block='farther.3']").evaluate("element => element.scrollIntoView()")
    menu_button(page).hover()
    language_link(page, "zh").click()
    expect(page).to_have_url(f"{reader.address}{PATHS['zh']}#b-farther.3")
    assert 40 <= top_of(page.locator("[data-block='farther.3']")) <= 130
    page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
    menu_button(page).hover()
    language_link(page, "en").click()
    expect(page).to_have_url(reader.address + PATHS["en"])


def test_a_block_that_a_language_lacks_leads_to_its_section(reader: Visitor) -> None:
    page = reader.open(f"{PATHS['zh']}#b-odd.3")
    assert 40 <= top_of(page.locator("#odd")) <= 130
    page = reader.open(f"{PATHS['en']}#b-odd")
    assert 40 <= top_of(page.locator("#odd")) <= 130


# --- side by side ----------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_blocks_stand_beside_their_partners(reader: Visitor, language: str) -> None:
    page = reader.open(f"{PATHS[language]}?view=side")
    has_rows(page, "side")
    rows = page.locator(".mb-row")
    pairs = rows.evaluate_all(
        """rows => rows.map((row) => [...row.children].map((column) => {
          const block = column.firstElementChild;
          const { top, left, right } = block.getBoundingClientRect();
          return { lang: column.lang, tag: block.tagName, top, left, right };
        }))"""
    )
    assert len(pairs) == 2 + 3 + 1 + 18
    for own, other in pairs:
        assert (own["lang"], other["lang"]) == (language, OTHER[language])
        assert abs(own["top"] - other["top"]) <= 1
        assert own["right"] < other["left"]
        assert abs((own["right"] - own["left"]) - (other["right"] - other["left"])) <= 2
    assert page.locator("article > .mb-row").count() == len(pairs)
    for once in ("h1", "h2#circle", "#fig-circle", ".mb-card", "table:has(th:nth-child(2))", "div.highlight"):
        expect(page.locator(f"article {once}")).to_have_count(1)
    odd = page.locator(".mb-row", has=page.locator("[data-block^='odd']"))
    expect(odd).to_have_count(1)
    expect(odd.locator(".mb-row__own, .mb-row__other").filter(has_text="Two.")).to_contain_text("Three.")
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((element) => element.id)")
    assert len(ids) == len(set(ids))
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


@pytest.mark.parametrize("view", MODES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phone_shows_one_below_the_other(phone: Visitor, language: str, view: str) -> None:
    page = phone.open(f"{PATHS[language]}?view={view}")
    has_rows(page, view)
    own, other = (page.locator(f".mb-row__{name}").first.bounding_box() for name in ("own", "other"))
    assert own is not None
    assert other is not None
    assert own["y"] + own["height"] <= other["y"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("view", MODES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_links_lead_where_their_language_leads(reader: Visitor, language: str, view: str) -> None:
    page = reader.open(f"{PATHS[language]}?view={view}")
    has_rows(page, view)
    other = page.locator(".mb-row__other").first
    root = {"en": reader.address, "zh": reader.address + "zh/"}[OTHER[language]]

    def target(selector: str) -> str:
        return str(other.locator(selector).evaluate("link => link.href"))

    assert target(".citation a").startswith(f"{root}references/#ref-")
    assert target("a.mb-term-link") == f"{root}glossary/#term-corner"
    assert target("a[href$='timeline/']") == f"{root}timeline/"
    for anchor in ("fig-circle", "far"):
        assert other.locator(f"a[href='#{anchor}']").count()
    other.locator("a[href='#far']").last.click()
    assert page.url.endswith(f"?view={view}#far")
    expect(page.locator("#far")).to_be_in_viewport()
    has_rows(page, view)
    broken = page.evaluate(
        """[...document.querySelectorAll("article a[href^='#']")].map((link) => link.getAttribute("href"))
        .filter((anchor) => !document.getElementById(decodeURIComponent(anchor.slice(1))))"""
    )
    assert broken == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_cards_open_in_both_columns(reader: Visitor, language: str) -> None:
    page = reader.open(f"{PATHS[language]}?view=side")
    has_rows(page, "side")
    terms = {"en": "Where two sides meet.", "zh": "两边相交之处。"}
    captions = {"en": "A circle.", "zh": "一个圆。"}
    for column, code in (("own", language), ("other", OTHER[language])):
        texts = page.locator(f".mb-row__{column}").first
        texts.locator(".citation a").hover()
        expect(page.locator(".mb-citation-card")).to_contain_text("Shapes of AI")
        assert texts.locator("a.mb-term-link").get_attribute("title") is None
        texts.locator("a.mb-term-link").hover()
        expect(page.locator(".mb-term-card")).to_contain_text(terms[code])
        texts.locator("a.mb-crossref").first.hover()
        expect(page.locator(".mb-preview")).to_contain_text(captions[language])  # shown once, in the page's language
        texts.locator("a.mb-crossref").last.hover()
        expect(page.locator(".mb-preview p")).to_have_count(2)
        page.keyboard.press("Escape")
    assert (reader.errors, reader.strangers) == ([], [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_footnotes_and_tabs_work_in_both_columns(reader: Visitor, language: str) -> None:
    page = reader.open(f"{PATHS[language]}?view=side")
    has_rows(page, "side")
    other = page.locator(".mb-row__other")
    other.locator("a.footnote-ref").click()
    expect(page.locator("[id='fn:round']")).to_be_in_viewport()
    tabs = page.locator(".mb-row", has=page.locator(".tabbed-set"))
    own, copy = tabs.locator(".mb-row__own"), tabs.locator(".mb-row__other")
    copy.locator("label").last.click()
    expect(copy.locator(".tabbed-block").last).to_be_visible()
    expect(copy.locator(".tabbed-block").first).to_be_hidden()
    expect(own.locator(".tabbed-block").first).to_be_visible()
    own.locator("label").last.click()
    expect(own.locator(".tabbed-block").last).to_be_visible()
    expect(copy.locator(".tabbed-block").last).to_be_visible()
    page.keyboard.press("v")
    page.keyboard.press("v")
    has_rows(page, "single")
    expect(page.locator(".tabbed-block").last).to_be_visible()  # as it was left
    assert reader.errors == []


def test_each_language_looks_as_it_does_at_home(reader: Visitor) -> None:
    def style(selector: str) -> tuple[str, str, str]:
        script = "element => { const s = getComputedStyle(element); return [s.fontStyle, s.fontWeight, s.lineHeight]; }"
        one, two, three = page.locator(selector).first.evaluate(script)
        return one, two, three

    page = reader.open(PATHS["en"])
    english = style("article p em")
    page = reader.open(f"{PATHS['zh']}?view=side")
    has_rows(page, "side")
    assert style(".mb-row__other em") == english
    chinese = style(".mb-row__own em")
    assert (chinese[0], int(chinese[1])) == ("normal", 600)
    page = reader.open(f"{PATHS['en']}?view=side")
    has_rows(page, "side")
    assert style(".mb-row__other em") == chinese
    assert "Noto Sans SC" in page.locator(".mb-row__other").first.evaluate("e => getComputedStyle(e).fontFamily")


def test_the_page_is_as_it_was_when_a_mode_is_left(reader: Visitor) -> None:
    page = reader.open(PATHS["en"])
    before = page.locator("article").inner_html()
    for view in ("side", "interleaved", "single"):
        page.keyboard.press("v")
        has_rows(page, view)
    assert page.locator("article").inner_html() == before


def test_focus_stays_where_it_was(reader: Visitor) -> None:
    page = reader.open(PATHS["en"])
    link = page.locator("article p a[href$='timeline/']").first
    link.focus()
    for view in ("side", "interleaved", "single"):
        page.keyboard.press("v")
        has_rows(page, view)
        expect(link).to_be_focused()


# --- instant navigation ----------------------------------------------------------------


def go(page: Page, path: str) -> None:
    """Follow a link of the navigation; nothing is loaded as a whole."""
    page.evaluate("window.isSame = true")
    page.locator(f".md-nav--primary a[href$='{path}']").first.click()
    page.wait_for_url(f"**/{path}**")
    expect(page.locator("article")).to_be_visible()
    assert page.evaluate("window.isSame") is True


@pytest.mark.parametrize("prefix", ["", "zh/"])
def test_modes_go_along_from_page_to_page(instant: Visitor, prefix: str) -> None:
    page = instant.open(f"{prefix}models/circle/")  # a page that offers no mode
    go(page, f"/{prefix}open/early/")
    menu_button(page).hover()
    choice(page, "side").click()
    has_rows(page, "side")
    page.mouse.move(10, 500)
    go(page, f"/{prefix}comparisons/")
    expect(page).to_have_url(re.compile(r"comparisons/(\?view=side)?$"))
    go(page, f"/{prefix}open/early/")
    has_rows(page, "side")
    assert page.url.endswith("open/early/?view=side")
    assert page.locator("article > .mb-row").count() == 24
    page.keyboard.press("v")
    has_rows(page, "interleaved")
    page.go_back()
    expect(page.locator("h1")).to_contain_text({"": "Comparisons", "zh/": "比较"}[prefix])
    page.go_back()
    expect(page.locator("h1")).to_contain_text({"": "Early", "zh/": "早期"}[prefix])
    has_rows(page, "side")
    assert page.locator("article > .mb-row").count() == 24
    page.locator(".mb-row__other a[href='#far']").first.click()
    expect(page.locator("#far")).to_be_in_viewport()
    has_rows(page, "side")
    assert page.evaluate("window.isSame") is True
    assert instant.errors == []


def test_the_header_leads_to_the_page_at_hand(instant: Visitor) -> None:
    page = instant.open("timeline/")
    go(page, "/open/early/")
    page.locator("[data-block='farther.3']").evaluate("element => element.scrollIntoView()")
    menu_button(page).hover()
    language_link(page, "zh").click()
    expect(page).to_have_url(f"{instant.address}zh/open/early/#b-farther.3")
    assert page.evaluate("window.isSame") is None
    page = instant.open("open/early/")
    go(page, "/only/")
    menu_button(page).hover()
    expect(choice(page, "side")).to_be_hidden()
    assert language_link(page, "zh").evaluate("link => link.href") == f"{instant.address}zh/only/"


def test_pages_of_the_other_language_are_loaded_as_a_whole(instant: Visitor) -> None:
    page = instant.open("open/early/?view=side")
    has_rows(page, "side")
    page.evaluate("window.isSame = true")
    page.locator(".mb-row__other a[href$='/zh/timeline/']").click()
    expect(page).to_have_url(re.compile(r"/zh/timeline/"))
    expect(page.locator("h1")).to_contain_text("时间线")
    assert page.evaluate("window.isSame") is None


# --- one block -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "name", "label", "hide", "text"),
    [
        ("en", "Chinese", "Show this in Chinese", "Hide", "其一，"),
        ("zh", "英语", "显示这一段的英语", "收起", "First,"),
    ],
)
def test_one_block_is_shown_in_the_other_language(
    reader: Visitor, language: str, name: str, label: str, hide: str, text: str
) -> None:
    page = reader.open(PATHS[language])
    block, peek = page.locator("[data-block='top.2']"), page.locator(".mb-peek")
    block.hover()
    expect(page.get_by_role("button", name=label, exact=True)).to_have_text(name)
    peek.click()
    other = page.locator("[data-block='top.2'] + .mb-other")
    expect(other).to_contain_text(text)
    expect(other).to_have_attribute("lang", OTHER[language])
    expect(page.get_by_role("button", name=hide, exact=True)).to_be_visible()
    page.locator("[data-block='circle.2']").hover()
    expect(other).to_be_visible()
    other.hover()  # at what was shown it can be hidden
    expect(peek).to_have_text(hide)
    peek.click()
    expect(other).to_have_count(0)
    page.locator("figure").hover()  # shown once
    expect(peek).to_have_text(name)
    page.locator("label[for=__search]").last.hover()
    expect(peek).to_have_count(0)
    assert reader.errors == []


def test_one_block_is_offered_behind_its_links(reader: Visitor) -> None:
    page = reader.open(PATHS["en"])
    page.locator("[data-block='top.1'] a[href='#far']").last.focus()
    page.keyboard.press("Tab")
    peek = page.locator(".mb-peek")
    expect(peek).to_be_focused()
    page.keyboard.press("Enter")
    other = page.locator(".mb-other")
    expect(other).to_contain_text("形状很早就有了")
    expect(peek).to_be_focused()
    other.locator("a.mb-term-link").hover()
    expect(page.locator(".mb-term-card")).to_contain_text("两边相交之处。")
    page.keyboard.press("Space")
    expect(other).to_have_count(0)
    assert reader.errors == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_block_is_offered_by_a_tap(phone: Visitor, language: str) -> None:
    page = phone.open(PATHS[language])
    for key in ("top.2", "circle.4", "circle.5", "far.2"):
        block = page.locator(f"[data-block='{key}']")
        block.tap(position={"x": 150, "y": 5})
        peek = page.locator(".mb-peek")
        box = peek.bounding_box()
        assert box is not None
        assert box["height"] >= 24
        assert box["x"] + box["width"] <= 390
        # In the gap above the block, not on its words: half of the leading at most.
        assert box["y"] + box["height"] <= top_of(block) + 5
        peek.tap()
        expect(page.locator(f"[data-block='{key}'] + .mb-other")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert phone.errors == []


def test_a_block_without_a_partner_shows_the_section(reader: Visitor) -> None:
    page = reader.open(PATHS["en"])
    page.locator("[data-block='odd.2']").hover()
    page.locator(".mb-peek").click()
    other = page.locator("[data-block='odd.2'] + .mb-other")
    expect(other).to_contain_text("一、二。")
    expect(other).to_contain_text("三。")
    page.keyboard.press("v")
    has_rows(page, "side")
    expect(page.locator(".mb-other")).to_have_count(0)


# --- print, schemes, everybody ---------------------------------------------------------


@pytest.mark.parametrize("view", MODES)
def test_a_mode_is_printed_as_it_is_shown(reader: Visitor, view: str) -> None:
    page = reader.open(f"{PATHS['en']}?view={view}")
    has_rows(page, view)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 700, "height": 900})
    own, other = (page.locator(f".mb-row__{name}").first.bounding_box() for name in ("own", "other"))
    assert own is not None
    assert other is not None
    assert (own["y"] == other["y"]) == (view == "side")
    expect(page.locator(".mb-peek")).to_have_count(0)


def test_an_offer_is_not_printed(reader: Visitor) -> None:
    page = reader.open(PATHS["en"])
    page.locator("[data-block='top.1']").hover()
    expect(page.locator(".mb-peek")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".mb-peek")).to_be_hidden()


def test_who_asked_for_less_motion_sees_none(browser: Browser, paired_address: str) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = Visitor(context, paired_address).open(PATHS["en"])
    menu_button(page).hover()
    choice(page, "side").click()
    has_rows(page, "side")
    page.mouse.move(10, 500)
    assert page.evaluate("document.getAnimations().length") == 0
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", ["single", *MODES])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_serious_stands_in_the_way_of_anybody(
    browser: Browser, paired_address: str, language: str, view: str, scheme: str
) -> None:
    context = browser.new_context(color_scheme="light" if scheme == "light" else "dark")
    visitor = Visitor(context, paired_address)
    page = visitor.open(f"{PATHS[language]}?view={view}")
    has_rows(page, view)
    if view == "single":  # with all that can be open
        page.locator("[data-block='top.1']").hover()
        page.locator(".mb-peek").click()
        expect(page.locator(".mb-other")).to_be_visible()
    menu_button(page).focus()
    page.keyboard.press("Enter")
    results = Axe().run(page)
    serious = [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in results.response["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]
    assert serious == []
    assert (visitor.errors, visitor.strangers) == ([], [])
    context.close()


@pytest.mark.parametrize("path", sorted(ASSETS.glob("*.js")), ids=lambda path: path.name)
def test_scripts_are_small(path: Path) -> None:
    assert len(gzip.compress(path.read_bytes())) <= 6 * 1024
