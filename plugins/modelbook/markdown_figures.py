"""Blocks with a number: figures, tables with a caption, equations; and references to them.

    ::: figure fig-landscape
        ![What is to be seen](images/landscape.svg){width=640}

        The caption, with *Markdown* and citations.

The body is Markdown, indented by four spaces. Several images are parts of one figure, their titles
the parts' captions. Beside `markdown_extension`, of which it is a part, the only module that knows
Python-Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any, Protocol
from xml.etree import ElementTree

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions.toc import render_inner_html, slugify, strip_tags
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from modelbook.crossrefs import ID, SYNTAX
from modelbook.formulas import FormulaError, formula

_PREFIXES = {"figure": "fig", "table": "tbl", "equation": "eq"}


class FigureReader(Protocol):
    """What is told of targets and of references to them."""

    def target(self, written: str, id: str) -> None:
        """What stands here, *written* so, can be referred to by *id*."""

    def referred(self, written: str, id: str) -> None:
        """A reference to *id* stands in the page, *written* so."""

    def rejected(self, written: str, message: str) -> None:
        """Something in the page, *written* so, is not allowed."""

    def image_size(self, source: str) -> tuple[int, int] | None:
        """The width and height of an image beside the page, if known."""


def register(md: Markdown, reader: Callable[[], FigureReader]) -> None:
    """Add the syntax to a Markdown instance; *reader* gives the reader of the page at hand."""
    # Before indented code (80) and lists' continuations (90), like admonitions: the body is indented.
    md.parser.blockprocessors.register(_FigureBlock(md, reader), "modelbook-figure", 106)
    # After code spans (190) and escapes (180), before citations (175).
    md.inlinePatterns.register(_Reference(SYNTAX, md, reader), "modelbook-reference", 178)
    # After inline patterns (20) and attribute lists (8), headings before they get ids by themselves (5);
    # formulas before addresses are checked (2).
    md.treeprocessors.register(_Headings(md, reader), "modelbook-headings", 6)
    md.treeprocessors.register(_Figures(md, reader), "modelbook-figures", 4)
    md.treeprocessors.register(_Formulas(md, reader), "modelbook-formulas", 2.5)


class _Reference(InlineProcessor):
    def __init__(self, pattern: str, md: Markdown, reader: Callable[[], FigureReader]) -> None:
        super().__init__(pattern, md)
        self.reader = reader

    def handleMatch(self, m: re.Match[str], data: str) -> Any:  # type: ignore[override]  # noqa: N802
        self.reader().referred(m[0], m[1])
        return ElementTree.Element("span", {"data-ref": m[1]}), m.start(0), m.end(0)


class _FigureBlock(BlockProcessor):
    opening = re.compile(r"(?:^|\n) {0,3}(?P<written>:::[ ]*(?P<name>figure|table|equation)\b(?P<id>[^\n]*))(?:\n|$)")

    def __init__(self, md: Markdown, reader: Callable[[], FigureReader]) -> None:
        super().__init__(md.parser)
        self.reader = reader

    def test(self, parent: ElementTree.Element, block: str) -> bool:
        return bool(self.opening.search(block)) or self._continues(parent, block)

    def _continues(self, parent: ElementTree.Element, block: str) -> bool:
        sibling = self.lastChild(parent)
        return sibling is not None and sibling.tag == "figure" and block.startswith(" " * self.tab_length)

    def run(self, parent: ElementTree.Element, blocks: list[str]) -> None:
        block = blocks.pop(0)
        if match := self.opening.search(block):
            if before := block[: match.start()].strip("\n"):
                self.parser.parseBlocks(parent, [before])
            figure = self._open(parent, match)
            block = block[match.end() :]
        else:
            figure = parent[-1]
        body, after = self.detab(block)
        if figure.get("data-kind") == "equation":  # LaTeX, not to be read as Markdown
            figure.text = AtomicString(f"{figure.text or ''}\n{body}")
        else:
            self.parser.parseChunk(figure, body)
        if after:
            blocks.insert(0, after)

    def _open(self, parent: ElementTree.Element, match: re.Match[str]) -> ElementTree.Element:
        name, id, written = match["name"], match["id"].strip(), match["written"].rstrip()
        figure = ElementTree.SubElement(parent, "figure", {"data-kind": name, "data-written": written})
        if ID.fullmatch(id) and id.startswith(f"{_PREFIXES[name]}-"):
            self.reader().target(written, id)
            figure.set("id", id)
        else:
            said = f"'{id}' is not the id of a {name}" if id else f"{name} without an id"
            self.reader().rejected(written, f"{said}; expected `::: {name} {_PREFIXES[name]}-…`")
        return figure


class _Headings(Treeprocessor):
    """Notes the ids of headings, and gives one to those that say none: the id of the heading above and their words."""

    def __init__(self, md: Markdown, reader: Callable[[], FigureReader]) -> None:
        super().__init__(md)
        self.reader = reader

    def run(self, root: ElementTree.Element) -> None:
        above: dict[int, str] = {}
        for element in root.iter():
            if not re.fullmatch("h[1-6]", str(element.tag)):
                continue
            level, id = int(element.tag[1]), element.get("id")
            written = f"{{#{id}"
            if not id and level > 1:
                written = unescape(strip_tags(render_inner_html(element, self.md)))
                id = self._derived(written, next((above[up] for up in range(level - 1, 1, -1) if up in above), ""))
                if id:
                    element.set("id", id)
            above = {up: known for up, known in above.items() if up < level} | ({level: id} if id else {})
            if id:
                self.reader().target(written, f"sec-{id}")

    def _derived(self, text: str, above: str) -> str:
        """An id in Latin letters from the words of a heading; empty, and said, if it has none."""
        if words := slugify(text, "-"):
            return f"{above}-{words}" if above else words
        expected = "expected one in words of the first language, the same in all, such as {#llama}"
        self.reader().rejected(text, f"heading '{text}' has no id; {expected}")
        return ""


class _Figures(Treeprocessor):
    """Gives figures and tables their form: pictures, or a table, and a caption that begins with the number."""

    def __init__(self, md: Markdown, reader: Callable[[], FigureReader]) -> None:
        super().__init__(md)
        self.reader = reader

    def run(self, root: ElementTree.Element) -> None:
        for figure in list(root.iter("figure")):
            kind, written = figure.attrib.pop("data-kind", ""), figure.attrib.pop("data-written", "")
            if not kind:
                continue
            figure.set("class", f"mb-figure mb-figure--{kind}")
            if kind == "equation":
                self._equation(figure, written)
            elif kind == "table":
                self._table(figure, written)
            else:
                self._figure(figure, written)

    def _figure(self, figure: ElementTree.Element, written: str) -> None:
        pictures = [paragraph for paragraph in figure if _has_only_images(paragraph)]
        images = [image for paragraph in pictures for image in paragraph.iter("img")]
        if not images:
            self.reader().rejected(written, "figure without a picture; expected a line `![what it shows](file.svg)`")
        caption = [child for child in figure if child not in pictures]
        for child in list(figure):
            figure.remove(child)
        parts = ElementTree.SubElement(figure, "div", {"class": "mb-pictures"}) if len(images) > 1 else figure
        for position, image in enumerate(images):
            self._picture(parts, image, chr(ord("a") + position) if len(images) > 1 else "", figure.get("id", ""))
        self._caption(figure, caption, written)

    def _picture(self, parent: ElementTree.Element, image: ElementTree.Element, letter: str, id: str) -> None:
        source = image.get("src", "")
        if not image.get("alt", "").strip():
            message = f"image '{source}' says nothing to those who cannot see it; expected `![what it shows]({source})`"
            self.reader().rejected(f"![]({source}", message)
        if size := self.reader().image_size(source):
            width = image.get("width", "")
            if not width:
                image.set("width", str(size[0]))
                image.set("height", str(size[1]))
            elif width.isdecimal() and not image.get("height"):
                image.set("height", str(round(int(width) * size[1] / size[0])))
        image.set("loading", "lazy")
        image.tail = None
        said = image.attrib.pop("title", "")
        if letter:
            parent = ElementTree.SubElement(parent, "figure", {"class": "mb-part"})
            if id:
                parent.set("id", f"{id}-{letter}")
        # The file itself for those without scripts; with them it opens enlarged.
        ElementTree.SubElement(parent, "a", {"class": "mb-picture", "href": source}).append(image)
        if letter:
            ElementTree.SubElement(parent, "figcaption").text = AtomicString(f"({letter}) {unescape(said)}".strip())

    def _table(self, figure: ElementTree.Element, written: str) -> None:
        tables = [child for child in figure if child.tag == "table"]
        if len(tables) != 1:
            self.reader().rejected(written, "table block without one table; expected a Markdown table and a caption")
        caption = [child for child in figure if child not in tables]
        for child in list(figure):
            figure.remove(child)
        self._caption(figure, caption, written)
        figure.extend(tables)

    def _caption(self, figure: ElementTree.Element, content: list[ElementTree.Element], written: str) -> None:
        if not content:
            self.reader().rejected(written, "no caption; expected a paragraph that says what is shown")
        caption = ElementTree.SubElement(figure, "figcaption")
        if id := figure.get("id"):
            ElementTree.SubElement(caption, "span", {"data-label": id}).tail = " "
        if len(content) == 1 and content[0].tag == "p":
            if len(caption):
                caption[-1].tail = f" {content[0].text or ''}"
            else:
                caption.text = content[0].text
            caption.extend(content[0])
        else:
            caption.extend(content)

    def _equation(self, figure: ElementTree.Element, written: str) -> None:
        latex, figure.text = str(figure.text or ""), None
        figure.set("role", "group")
        try:
            figure.append(formula(latex, block=True))
        except FormulaError as error:
            self.reader().rejected(written, str(error))
            ElementTree.SubElement(figure, "code").text = AtomicString(latex.strip())
        if id := figure.get("id"):
            ElementTree.SubElement(figure, "span", {"data-label": id})


def _has_only_images(paragraph: ElementTree.Element) -> bool:
    texts = [paragraph.text, *(child.tail for child in paragraph)]
    return (
        paragraph.tag == "p"
        and len(paragraph) > 0
        and all(child.tag == "img" for child in paragraph)
        and not any(text and text.strip() for text in texts)
    )


class _Formulas(Treeprocessor):
    """What arithmatex has found, in its generic form, as MathML."""

    def __init__(self, md: Markdown, reader: Callable[[], FigureReader]) -> None:
        super().__init__(md)
        self.reader = reader

    def run(self, root: ElementTree.Element) -> None:
        for element in root.iter():
            if element.get("class") != "arithmatex" or not element.text:
                continue
            is_block = element.tag == "div"
            latex = element.text.strip()[2:-2]
            latex = unescape(latex) if is_block else latex  # blocks come escaped
            try:
                made = formula(latex, block=is_block)
            except FormulaError as error:
                self.reader().rejected(latex.strip() or element.text.strip(), str(error))
                element.text = AtomicString(latex)
                continue
            element.text = None
            element.append(made)
