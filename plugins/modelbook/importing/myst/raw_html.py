"""Simple HTML as Markdown: tables, lists, links, pictures, emphasis."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from modelbook.importing.myst.edits import fenced
from modelbook.importing.myst.vocabulary import in_script
from modelbook.schema import is_safe_url

_VOID = {"br", "img", "hr", "wbr", "col", "input", "meta", "link", "source"}
_MARKS = {
    "b": "**",
    "strong": "**",
    "i": "*",
    "em": "*",
    "cite": "*",
    "dfn": "*",
    "var": "*",
    "code": "`",
    "kbd": "`",
    "tt": "`",
    "samp": "`",
}
_FRAMES = {
    "div",
    "center",
    "section",
    "article",
    "figure",
    "figcaption",
    "p",
    "span",
    "font",
    "thead",
    "tbody",
    "tfoot",
    "small",
    "big",
    "u",
    "caption",
    "colgroup",
    "col",
    "wbr",
    "main",
    "header",
    "footer",
    "abbr",
}
_SCRIPTS = {"sup", "sub"}
_MAX_DEPTH = 50


@dataclass
class Element:
    """An element, its attributes, and the elements and texts in it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    def find(self, *tags: str) -> list[Element]:
        """The elements of some kinds below it, in order."""
        found: list[Element] = []
        for child in self.children:
            if isinstance(child, Element):
                found += [child] if child.tag in tags else child.find(*tags)
        return found


class UnreadableHtmlError(Exception):
    """HTML that Markdown has no words for; its text says what."""


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len(self.open) > _MAX_DEPTH:
            raise UnreadableHtmlError(f"elements nested deeper than {_MAX_DEPTH}")
        # These may be left open in HTML: the next one of their kind closes them.
        for closing in {"li": ["li"], "tr": ["td", "th", "tr"], "td": ["td", "th"], "th": ["td", "th"], "p": ["p"]}.get(
            tag, []
        ):
            if self.open[-1].tag == closing:
                self.open.pop()
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        above = [element.tag for element in self.open[1:]]
        if tag not in above:
            raise UnreadableHtmlError(f"'</{tag}>' that closes nothing")
        while self.open[-1].tag != tag:
            if self.open[-1].tag not in ("li", "td", "th", "tr", "p", "tbody", "thead"):
                raise UnreadableHtmlError(f"'<{self.open[-1].tag}>' that is not closed")
            self.open.pop()
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read_html(text: str) -> Element:
    """The elements of a text. Raises UnreadableHtmlError if they are not closed in order."""
    builder = _Builder()
    bare = re.sub(r"<!--.*?-->", "", text, flags=re.S)
    if "<!" in bare or "<?" in bare:
        raise UnreadableHtmlError("a comment or a declaration that is not closed")
    try:
        builder.feed(bare)
        builder.close()
    except (AssertionError, ValueError) as error:  # of the library, for declarations that it does not know
        raise UnreadableHtmlError(str(error)) from None
    if len(builder.open) > 1 and builder.open[-1].tag not in ("p", "li"):
        raise UnreadableHtmlError(f"'<{builder.open[-1].tag}>' that is not closed")
    return builder.root


def to_markdown(text: str, path: Callable[[str], str]) -> str:
    """HTML as blocks of Markdown; *path* says where a picture stands now.

    Raises UnreadableHtmlError if there is anything in it that Markdown does not have.
    """
    root = read_html(text)
    for image in root.find("img"):
        image.attributes["src"] = path(image.attributes.get("src", ""))
    return "\n\n".join(_blocks(root.children))


def is_frame(text: str) -> bool:
    """Whether a text is nothing but tags that frame what stands before or behind it, such as `<div class="hero">`."""
    tags = re.findall(r"</?([A-Za-z][A-Za-z0-9]*)[^<>]*>", text)
    return bool(tags) and set(tags) <= _FRAMES and not re.sub(r"<[^<>]*>", "", text).strip()


def _blocks(children: Iterable[Element | str]) -> list[str]:
    blocks: list[str] = []
    run: list[Element | str] = []

    def flush() -> None:
        if said := _inline(run).strip():
            blocks.append(said)
        run.clear()

    for child in children:
        block = _block(child) if isinstance(child, Element) else None
        if block is None:
            run.append(child)
        else:
            flush()
            blocks += block
    flush()
    return blocks


def _block(element: Element) -> list[str] | None:
    """An element as blocks; None if it stands within a line."""
    match element.tag:
        case "table":
            return _table(element)
        case "ul" | "ol":
            return ["\n".join(_items(element))]
        case "hr":
            return ["---"]
        case "blockquote":
            said = "\n\n".join(_blocks(element.children))
            return ["\n".join(f"> {line}".rstrip() for line in said.split("\n"))]
        case "pre":
            said = "".join(_texts(element)).strip("\n")
            return [fenced(said, "text")]
        case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
            return [f"{'#' * int(element.tag[1])} {_inline(element.children).strip()}"]
        case tag if tag in _FRAMES and tag not in ("span", "font", "small", "big", "u", "wbr", "abbr"):
            return _blocks(element.children)
        case _:
            return None


def _texts(element: Element) -> list[str]:
    texts: list[str] = []
    for child in element.children:
        texts += [child] if isinstance(child, str) else _texts(child)
    return texts


def _items(element: Element) -> list[str]:
    lines: list[str] = []
    for item in element.children:
        if isinstance(item, str):
            if item.strip():
                raise UnreadableHtmlError(f"text in '<{element.tag}>' outside of its items")
            continue
        if item.tag != "li":
            raise UnreadableHtmlError(f"'<{item.tag}>' in '<{element.tag}>'")
        mark = "-" if element.tag == "ul" else f"{len(lines) + 1}."
        first, *rest = "\n\n".join(_blocks(item.children)).split("\n")
        lines.append("\n".join([f"{mark} {first}", *(f"    {line}".rstrip() for line in rest)]))
    return lines


def _table(element: Element) -> list[str]:
    rows = [[cell for cell in row.children if isinstance(cell, Element)] for row in element.find("tr")]
    if not rows or any(cell.tag not in ("td", "th") for row in rows for cell in row):
        raise UnreadableHtmlError("a table without rows and cells")
    if any(cell.attributes.get(name, "1") != "1" for row in rows for cell in row for name in ("rowspan", "colspan")):
        raise UnreadableHtmlError("a table with cells that span others")
    texts = [[_cell(cell) for cell in row] for row in rows]
    has_head = bool(rows[0]) and all(cell.tag == "th" for cell in rows[0])
    captions = [_inline(each.children).strip() for each in element.find("caption")]
    return [*captions, table(texts if has_head else [[], *texts])]


def _cell(cell: Element) -> str:
    if cell.find("table", "ul", "ol", "pre"):
        raise UnreadableHtmlError("a table with blocks in its cells")
    return " ".join(" ".join(_blocks(cell.children)).split())


def table(rows: Sequence[Sequence[str]], alignments: Sequence[str] = ()) -> str:
    """A table in Markdown, its first row the head."""
    width = max(map(len, rows))
    lines = [_row(row, width) for row in rows]
    marks = [{"left": ":--", "right": "--:", "center": ":-:"}.get(each, "---") for each in alignments]
    return "\n".join([lines[0], _row([*marks, *["---"] * (width - len(marks))][:width], width), *lines[1:]])


def _row(cells: Sequence[str], width: int) -> str:
    said = [re.sub(r"(?<!\\)\|", r"\\|", " ".join(cell.split())) for cell in cells]
    return "| " + " | ".join([*said, *[""] * (width - len(said))]) + " |"


def _inline(children: Iterable[Element | str]) -> str:
    return re.sub(r" *\n[ \n]*", "  \n", "".join(map(_said, children)))


def _said(child: Element | str) -> str:
    if isinstance(child, str):
        return re.sub(r"\s+", " ", child)
    said = _inline(child.children)
    if mark := _MARKS.get(child.tag):
        return marked(said, mark)
    match child.tag:
        case "br":
            return "  \n"
        case "img":
            return picture(child.attributes)
        case "a":
            return link(said, child.attributes)
        case "sup" | "sub":
            if (raised := in_script(said, child.tag)) is None:
                raise UnreadableHtmlError(f"'<{child.tag}>{said}</{child.tag}>'")
            return raised
        case tag if tag in _FRAMES:
            return said
        case tag:
            raise UnreadableHtmlError(f"'<{tag}>'")


def marked(said: str, mark: str) -> str:
    """Words between marks of emphasis or code, the spaces at their ends outside."""
    bare = said.strip()
    if not bare:  # an icon
        return said
    return said.replace(bare, f"{mark}{bare}{mark}", 1)


def link(said: str, attributes: dict[str, str]) -> str:
    address = attributes.get("href", "")
    if not address:  # an anchor
        return said
    if not is_safe_url(address) or re.search(r"[\s<>]", address):
        raise UnreadableHtmlError(f"address '{address}'")
    return f"[{said.strip() or address}]({address})"


def picture(attributes: dict[str, str]) -> str:
    """An image with its size. Raises UnreadableHtmlError without an address that is allowed."""
    source = attributes.get("src", "")
    if not source or not is_safe_url(source) or re.search(r"[\s<>]", source):
        raise UnreadableHtmlError(f"address '{source}'")
    sizes = " ".join(f"{name}={size}" for name in ("width", "height") if (size := length(attributes.get(name, ""))))
    alt = re.sub(r"[\[\]]", "", " ".join(attributes.get("alt", "").split()))
    return f"![{alt}]({source})" + (f"{{{sizes}}}" if sizes else "")


def length(text: str) -> str:
    """A length as our pictures have it: pixels, or percents; empty for others."""
    match = re.fullmatch(r"(\d{1,5})(?:\.\d+)?\s*(px|%)?", text.strip())
    return match[1] + (match[2] or "").replace("px", "") if match else ""


_TAG = re.compile(r"</?[A-Za-z][^<>]*>", re.S)


def read_tag(written: str) -> tuple[str, dict[str, str], bool] | None:
    """The name of one tag, its attributes, and whether it closes; None if it is none, such as a comment."""
    if not _TAG.fullmatch(written):
        return None
    if written.startswith("</"):
        return written[2:-1].strip().lower(), {}, True
    builder = _Builder()
    builder.feed(written)
    element = builder.root.children[0] if builder.root.children else ""
    return (element.tag, element.attributes, False) if isinstance(element, Element) else None


def around(tag: str, attributes: dict[str, str], inner: str) -> tuple[str | None, str]:
    """What stands around words in the place of a tag and its end; None for one that goes without a trace.

    Raises UnreadableHtmlError if there is no such thing.
    """
    if mark := _MARKS.get(tag):
        return (mark, mark) if inner.strip() else ("", "")
    if tag == "a" and (address := attributes.get("href", "")):
        if not is_safe_url(address) or re.search(r"[\s<>]", address):
            raise UnreadableHtmlError(f"address '{address}'")
        return "[", f"]({address})"
    if tag in _FRAMES or tag == "a":
        return None, ""
    raise UnreadableHtmlError(f"'<{tag}>'")
