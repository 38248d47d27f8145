"""The list of references in a browser: filtering, copying, and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from browsers import Visitor


@pytest.mark.parametrize(
    ("path", "query", "shown", "said"),
    [
        ("references/", "solidorum euler", 1, "1 of 3 works shown"),
        ("references/", "ROZIERE", 1, "1 of 3 works shown"),
        ("references/", "nothing of this", 0, "0 of 3 works shown"),
        ("zh/references/", "Circle", 1, "显示 3 条中的 1 条"),
    ],
)
def test_the_filter_shows_what_has_every_word_and_says_how_many(
    visitor: Visitor, path: str, query: str, shown: int, said: str
) -> None:
    page = visitor.open(path)
    items = page.locator(".mb-references > li")
    page.locator(".mb-filter input").fill(query)
    expect(page.locator(".mb-filter [aria-live=polite]")).to_have_text(said)
    assert sum(item.is_visible() for item in items.all()) == shown
    page.locator(".mb-filter input").fill("")
    assert all(item.is_visible() for item in items.all())
    expect(page.locator(".mb-filter [aria-live=polite]")).to_have_text("")
    assert visitor.errors == []


def test_a_link_to_a_hidden_entry_shows_it(visitor: Visitor) -> None:
    page = visitor.open("references/")
    page.locator(".mb-filter input").fill("circle")
    expect(page.locator("#ref-euler1758elementa")).to_be_hidden()
    page.evaluate("location.hash = 'ref-euler1758elementa'")
    expect(page.locator("#ref-euler1758elementa")).to_be_in_viewport()


def test_a_button_copies_the_bibtex(visitor: Visitor) -> None:
    visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visitor.open("references/")
    entry = page.locator("#ref-noy2023shapes")
    entry.get_by_role("button", name="Copy BibTeX: noy2023shapes").click()
    expect(entry.locator(".mb-copy")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("@misc{noy2023shapes,")
    assert copied.rstrip().endswith("}")
    expect(entry.locator(".mb-copy")).to_have_text("Copy BibTeX")


def test_without_scripts_the_bibtex_unfolds(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "references/")
    expect(page.locator(".mb-filter")).to_be_hidden()
    expect(page.locator(".mb-copy")).to_have_count(0)
    page.locator(".mb-bibtex summary").first.click()
    expect(page.locator(".mb-bibtex code").first).to_be_visible()
    context.close()
