"""What a first visit to a page costs: requests, and bytes as a server would compress them."""

from __future__ import annotations

import gzip

import pytest
from playwright.sync_api import Browser, Response

pytestmark = pytest.mark.browser

MOST_BYTES = 250_000
MOST_REQUESTS = 20

PAGES = ["", "open/early/", "zh/open/early/", "models/circle/", "zh/models/circle/", "organizations/round-labs/"]


@pytest.mark.parametrize("path", PAGES)
def test_a_first_visit_is_light(browser: Browser, address: str, path: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response))
    page.goto(address + path, wait_until="networkidle")
    weights = {response.url.removeprefix(address): len(gzip.compress(response.body())) for response in responses}
    context.close()
    assert sum(weights.values()) <= MOST_BYTES, weights
    assert len(responses) <= MOST_REQUESTS, sorted(weights)
    # Material asks for it when the search is used.
    assert not [url for url in weights if "search_index" in url]
