"""Cutting Markdown into blocks, and what changes the fingerprint of one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from bs4 import BeautifulSoup

from modelbook.blocks import Mark, fingerprint, split_blocks
from modelbook.markdown_extension import BookExtension, convert
from test_markdown_extension import EXTENSIONS, Recorder

CASES = Path(__file__).parent / "cases" / "blocks.yml"


def cases() -> list[Any]:
    return [pytest.param(case, id=case["case"]) for case in yaml.safe_load(CASES.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("case", cases())
def test_markdown_is_cut_as_in_the_case(case: dict[str, Any]) -> None:
    found = [f"{block.line} {block.key} {block.kind}" for block in split_blocks(case["markdown"])]
    assert found == case["blocks"]


@pytest.mark.parametrize("case", cases())
def test_blocks_are_marked_in_the_html_and_change_nothing_else(case: dict[str, Any]) -> None:
    """The library makes the same of a page with marks as of one without."""

    class Marking(Recorder):
        def blocks(self) -> list[Mark]:
            return [Mark(block.key) for block in split_blocks(case["markdown"])]

    settings = {"pymdownx.tabbed": {"alternate_style": True}, "toc": {"permalink": "#"}}
    plain = convert(case["markdown"], [*EXTENSIONS, BookExtension(Recorder)], settings)
    marked = convert(case["markdown"], [*EXTENSIONS, BookExtension(Marking)], settings)
    soup = BeautifulSoup(marked, "html.parser")
    keys = list(dict.fromkeys(str(tag["data-block"]) for tag in soup.select("[data-block]")))
    unseen = {block.key for block in split_blocks(case["markdown"]) if block.kind == "footnote"}
    assert keys == [key for key in dict.fromkeys(line.split()[1] for line in case["blocks"]) if key not in unseen]
    for tag in soup.select("div[data-block]"):
        if list(tag.attrs) == ["data-block", "id"]:
            tag.unwrap()
    for tag in soup.select("[data-block]"):
        del tag["data-block"]
        if str(tag.get("id", "")).startswith("b-"):
            del tag["id"]
    assert _squeezed(str(soup)) == _squeezed(str(BeautifulSoup(plain, "html.parser")))


def _squeezed(html: str) -> str:
    return "".join(html.split())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Two  words\nhere", "Two words here"),
        ("“Two” words’", '"Two" words\''),
        ("- one\n- two", "* one\n* two"),
        ("an _old_ __word__", "an *old* **word**"),
        ("[a](./b.md)", "[a](b.md)"),
        ("[a](<b.md>)", "[a](b.md 'a title')"),
        ("[a](b%20c.md)", "[a](<b c.md>)".replace("<b c.md>", "b%20c.md")),
        ("## Heading {#id}", "## Heading"),
    ],
)
def test_layout_does_not_change_a_fingerprint(one: str, other: str) -> None:
    assert fingerprint(one) == fingerprint(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Two words", "Three words"),
        ("Two words", "Two words."),
        ("a *word*", "a word"),
        ("7B", "7.3B"),
        ("[a](b.md)", "[a](c.md)"),
        ("A claim.", "A claim [@noy2023shapes]."),
        ("snake_case_name", "snake*case*name"),
    ],
)
def test_words_change_a_fingerprint(one: str, other: str) -> None:
    assert fingerprint(one) != fingerprint(other)
