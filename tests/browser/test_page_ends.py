"""The end of a page, what stands beside a value, and comments, as readers meet them."""

from __future__ import annotations

import functools
import http.server
import json
import shutil
import threading
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from browsers import Visitor
from conftest import BOOKS, run_mkdocs

pytestmark = pytest.mark.browser

SCRIPTS = {
    "giscus": "https://giscus.app/client.js",
    "utterances": "https://utteranc.es/client.js",
}

SETTINGS = {
    "giscus": {"repo": "a/shapes", "repo_id": "R_1", "category": "Comments", "category_id": "D_1"},
    "utterances": {"repo": "a/shapes"},
}


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module", params=SETTINGS)
def commented(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Who keeps the comments of a book, and where its site is served."""
    book = tmp_path_factory.mktemp("commented") / "book"
    shutil.copytree(BOOKS / "minimal", book)
    config = book / "mkdocs.yml"
    settings = json.dumps({"provider": request.param, **SETTINGS[request.param]})
    text = config.read_text(encoding="utf-8").replace(
        "  - modelbook:\n", f"  - modelbook:\n      comments: {settings}\n"
    )
    text = text.replace("features: [", "features: [navigation.instant, ")
    handler = functools.partial(_Quiet, directory=str(book / "site"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        address = f"http://127.0.0.1:{server.server_port}/"
        config.write_text(text.replace("https://book.example/shapes/", address), encoding="utf-8")
        result = run_mkdocs(book, "build", "--strict")
        assert result.returncode == 0, result.stderr
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield request.param, address
        server.shutdown()


@pytest.fixture
def reader(browser: Browser, commented: tuple[str, str]) -> Iterator[Visitor]:
    """A reader whose browser reaches nobody but the site: the script of the third party is ours."""
    context = browser.new_context(color_scheme="light")
    context.route(lambda url: not url.startswith(commented[1]), _answer)
    yield Visitor(context, commented[1])
    context.close()


def _answer(route: Route) -> None:
    if route.request.url in SCRIPTS.values():
        route.fulfill(content_type="text/javascript", body=CLIENT)
    else:
        route.abort()


CLIENT = """
const script = document.currentScript;
const frame = document.createElement("iframe");
frame.title = "Comments";
frame.className = script.hasAttribute("data-repo") ? "giscus-frame" : "utterances-frame";
frame.dataset.told = JSON.stringify(Object.fromEntries([...script.attributes].map(({ name, value }) => [name, value])));
script.after(frame);
window.messages = [];
frame.contentWindow.postMessage = (message, origin) => window.messages.push([message, origin]);
"""


def told(page: Page) -> dict[str, str]:
    frame = page.locator("iframe[data-told]")
    expect(frame).to_have_count(1)
    found = json.loads(frame.get_attribute("data-told") or "")
    assert isinstance(found, dict)
    return found


def button(page: Page) -> None:
    page.locator(".mb-comments button").click()


@pytest.mark.parametrize("path", ["open/early/", "zh/models/circle/"])
def test_nobody_is_asked_before_the_reader_wants_comments(reader: Visitor, path: str) -> None:
    page = reader.open(path)
    page.locator(".mb-comments").scroll_into_view_if_needed()
    expect(page.locator(".mb-comments button")).to_be_visible()
    assert reader.strangers == []


def test_comments_are_those_of_the_page_in_its_language_and_colors(reader: Visitor, commented: tuple[str, str]) -> None:
    provider, _ = commented
    page = reader.open("zh/open/early/")
    page.locator(".mb-comments button").focus()
    page.keyboard.press("Enter")
    said = told(page)
    assert said["src"] == SCRIPTS[provider]
    if provider == "giscus":
        assert (said["data-term"], said["data-lang"], said["data-theme"]) == ("open/early", "zh-CN", "light")
    else:
        assert (said["issue-term"], said["theme"]) == ("open/early", "github-light")
    expect(page.locator(".mb-comments button")).to_have_count(0)
    page.locator("label[for=__palette_1]").click()
    page.wait_for_function("window.messages.length > 0")
    assert page.evaluate("window.messages.at(-1)") == (
        [{"giscus": {"setConfig": {"theme": "dark"}}}, "https://giscus.app"]
        if provider == "giscus"
        else [{"type": "set-theme", "theme": "github-dark"}, "https://utteranc.es"]
    )


def test_another_page_asks_anew(reader: Visitor) -> None:
    page = reader.open("open/")
    button(page)
    told(page)
    page.locator("a.md-nav__link[href$='open/early/'], article a[href$='early/']").first.evaluate(
        "link => link.click()"
    )
    page.wait_for_url("**/open/early/")
    expect(page.locator(".mb-comments button")).to_be_visible()
    expect(page.locator("iframe[data-told]")).to_have_count(0)


def test_comments_that_cannot_be_had_can_be_asked_for_again(browser: Browser, commented: tuple[str, str]) -> None:
    context = browser.new_context()
    context.route(lambda url: not url.startswith(commented[1]), lambda route: route.abort())
    page = Visitor(context, commented[1]).open("open/early/")
    button(page)
    expect(page.locator(".mb-comments button")).to_be_enabled()
    expect(page.locator(".mb-comments script")).to_have_count(0)
    context.close()


def test_without_scripts_the_links_remain(browser: Browser, commented: tuple[str, str]) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(commented[1] + "models/circle/")
    expect(page.locator(".mb-comments button")).to_be_hidden()
    expect(page.locator(".mb-comments a")).to_be_visible()
    expect(page.locator(".mb-colophon a[rel=edit]")).to_be_visible()
    ways = page.locator("tr[id='training.tokens'] .mb-ways")
    ways.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(ways.locator("a")).to_have_count(2)
    expect(ways.locator("a").first).to_be_visible()
    context.close()


@pytest.mark.parametrize("path", ["open/early/", "models/circle/", "zh/licenses/angular/"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_in_the_way_of_anybody(browser: Browser, commented: tuple[str, str], path: str, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme, reduced_motion="reduce", viewport={"width": 390, "height": 800})  # type: ignore[arg-type]
    page = Visitor(context, commented[1]).open(path)
    for ways in page.locator(".mb-ways").all():
        ways.evaluate("element => { element.open = true; }")
    rules = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}}
    for part in (".mb-colophon", ".mb-comments", ".mb-facts, .mb-essentials"):
        if page.locator(part).count():
            found = Axe().run(page, context=part, options=rules)
            assert found.violations_count == 0, found.generate_report()
    # The page is not wider than the window.
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def test_a_mark_beside_a_value_shows_when_it_is_looked_for(visitor: Visitor) -> None:
    page = visitor.open("models/circle/")
    row = page.locator("tr[id='training.tokens']")
    mark = row.locator(".mb-ways summary")
    assert mark.evaluate("element => getComputedStyle(element).opacity") == "0"
    row.hover()
    expect(mark).to_have_css("opacity", "1")
    page.mouse.move(0, 0)
    mark.focus()
    expect(mark).to_have_css("opacity", "1")
    expect(mark).to_have_accessible_name("Report or look up: Training tokens")


@pytest.mark.parametrize("path", ["models/circle/", "zh/open/early/"])
def test_what_only_a_screen_can_use_is_not_printed(visitor: Visitor, path: str) -> None:
    page = visitor.open(path)
    page.emulate_media(media="print")
    for part in (".mb-colophon__links", ".mb-ways"):
        assert not any(each.is_visible() for each in page.locator(part).all())
