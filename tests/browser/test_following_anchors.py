"""Links to what the book succeeds arrive where its matter stands now."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, expect

from browsers import Visitor, _Handler
from succeedingbook import build_site

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def succeeding_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    site = build_site(tmp_path_factory.mktemp("succeeding"))
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Handler, directory=site)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/shapes/"
        server.shutdown()


@pytest.mark.parametrize("prefix", ["", "zh/"])
def test_an_old_anchor_is_followed(browser: Browser, succeeding_address: str, prefix: str) -> None:
    context = browser.new_context()
    visitor = Visitor(context, succeeding_address)
    visitor.page.goto(f"{succeeding_address}{prefix}models/#id7")
    visitor.page.wait_for_url(f"**/{prefix}open/early/#circle")
    page = visitor.open(f"{prefix}models/")
    page.evaluate("location.hash = 'round'")
    page.wait_for_url(f"**/{prefix}open/early/#tbl-shapes")
    assert visitor.errors == []
    context.close()


def test_other_fragments_stay(browser: Browser, succeeding_address: str) -> None:
    context = browser.new_context()
    page = Visitor(context, succeeding_address).open("models/#models")
    assert page.url.endswith("models/#models")
    expect(page.locator(".mb-succeeded")).not_to_have_attribute("open", "")
    context.close()


def test_without_scripts_the_list_opens_at_the_anchor(browser: Browser, succeeding_address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = Visitor(context, succeeding_address).open("models/#id7")
    expect(page.locator("#id7 a")).to_be_visible()
    page.locator("#id7 a").click()
    page.wait_for_url("**/open/early/#circle")
    context.close()
