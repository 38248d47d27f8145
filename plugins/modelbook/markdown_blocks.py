"""Marks at the blocks of a page, by which the same block is found in another language.

Beside `markdown_extension`, of which it is a part, the only module that knows Python-Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Protocol
from xml.etree import ElementTree

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER_RE

from modelbook.blocks import Mark, block_id, split_blocks

_SIGN = "\ue000"  # of the private use area: in no text


class BlockReader(Protocol):
    """What knows the blocks of the page at hand."""

    def blocks(self) -> Sequence[Mark]:
        """What to say of each block, in order; empty if nothing is to be said."""


def register(md: Markdown, reader: Callable[[], BlockReader]) -> None:
    """Add the marks to a Markdown instance; *reader* gives the reader of the page at hand."""
    # Before snippets (32) and all else that changes lines, so that they are those of the file.
    md.preprocessors.register(_Signs(md, reader), "modelbook-signs", 35)
    md.parser.blockprocessors.register(_SignBlock(md.parser), "modelbook-sign", 200)
    # Before footnotes (50) are appended, which belong to no block.
    md.treeprocessors.register(_Marks(md, reader), "modelbook-marks", 60)


class _Signs(Preprocessor):
    """Puts a sign on a line of its own before each block."""

    def __init__(self, md: Markdown, reader: Callable[[], BlockReader]) -> None:
        super().__init__(md)
        self.reader = reader

    def run(self, lines: list[str]) -> list[str]:
        if not self.reader().blocks():
            return lines
        signed: list[str] = []
        start = 0
        for position, block in enumerate(split_blocks("\n".join(lines))):
            signed += [*lines[start : block.line - 1], "", f"{_SIGN}{position}{_SIGN}", ""]
            start = block.line - 1
        return signed + lines[start:]


class _SignBlock(BlockProcessor):
    sign = re.compile(f"{_SIGN}(\\d+){_SIGN}")

    def test(self, parent: ElementTree.Element, block: str) -> bool:
        return bool(self.sign.fullmatch(block.strip()))

    def run(self, parent: ElementTree.Element, blocks: list[str]) -> None:
        ElementTree.SubElement(parent, "mark", {"data-position": blocks.pop(0).strip().strip(_SIGN)})


class _Marks(Treeprocessor):
    """Says at the elements of each block which it is."""

    def __init__(self, md: Markdown, reader: Callable[[], BlockReader]) -> None:
        super().__init__(md)
        self.reader = reader

    def run(self, root: ElementTree.Element) -> None:
        marks = self.reader().blocks()
        mark: Mark | None = None
        seen: set[str] = set()
        elements: list[ElementTree.Element] = []
        for element in list(root):
            if element.tag == "mark" and "data-position" in element.attrib:
                mark = marks[int(element.attrib["data-position"])]
                is_first = mark.key not in seen
                seen.add(mark.key)
                if mark.is_changed:
                    elements.append(ElementTree.Element("div", {"data-changed": mark.key}))
            elif mark:
                elements.append(_marked(element, mark, is_first))
                is_first = False
            else:
                elements.append(element)
        root[:] = elements


def _marked(element: ElementTree.Element, mark: Mark, is_first: bool) -> ElementTree.Element:
    """*element* saying which block it belongs to."""
    # What is finished HTML already would not be put in the place of a paragraph with attributes.
    if element.tag == "p" and not len(element) and HTML_PLACEHOLDER_RE.fullmatch((element.text or "").strip()):
        wrapper = ElementTree.Element("div")
        wrapper.append(element)
        element = wrapper
    element.set("data-block", mark.key)
    if mark.is_shown_once:
        element.set("data-once", "")
    if is_first and element.get("id") is None and not re.fullmatch("h[1-6]", str(element.tag)):
        element.set("id", block_id(mark.key))
    return element
