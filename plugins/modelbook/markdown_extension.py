"""The book's Markdown: `[@key]` cites an entry, `[words](term:id)` links a term, `::: view arguments` inserts a view.

Raw HTML is text. The only module that knows Python-Markdown. Citations and terms are left as marks; views are
asked of a `Reader`, so that reading a page knows nothing of how views are made.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Protocol
from xml.etree import ElementTree

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor, ParagraphProcessor
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import ETX, STX, AtomicString, Registry
from markupsafe import Markup

from modelbook import markdown_blocks, markdown_figures
from modelbook.blocks import COMMENT, Mark, mask_code
from modelbook.citations import NARRATIVE, SYNTAX, keys_attribute, parse_citations, parse_narrative
from modelbook.schema import Citation, is_safe_url
from modelbook.terms import SCHEME, Matcher


class Reader(markdown_blocks.BlockReader, markdown_figures.FigureReader, Protocol):
    """What reads a page: it makes its views and is told what is found in it."""

    def view(self, directive: str, name: str, arguments: str) -> str:
        """The HTML of a view. A heading alone on a line becomes a heading of the page."""

    def value(self, written: str, row: str, field: str) -> str:
        """The HTML of a field of a model or one of its variants, asked for by `{llama-2:7b parameters}`."""

    def cited(self, written: str, citations: list[Citation]) -> None:
        """Citations stand in the page, *written* so."""

    def named(self, key: str, written: str) -> str | None:
        """Who is cited by `@key` in a sentence, *written* so; None if the word is no key."""

    def rejected(self, written: str, message: str) -> None:
        """Something in the page, *written* so, is not allowed."""

    def terms(self) -> Matcher | None:
        """What finds the terms to link at their first use; None if none is to be."""

    def linked(self, term: str) -> None:
        """A link in the page leads to *term*."""


class BookExtension(Extension):
    """Adds the book's syntax to a Markdown instance; *reader* gives the reader of the page at hand."""

    def __init__(self, reader: Callable[[], Reader]) -> None:
        super().__init__()
        self.reader = reader

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the host's name)
        # After indented code (80), before headings (70): code is left alone, and the text of
        # list items, admonitions and tabs arrives here already dedented.
        md.parser.blockprocessors.register(_ViewProcessor(md, self), "modelbook-view", 75)
        # Before links (160), after code spans (190) and escapes (180).
        md.inlinePatterns.register(_CitationProcessor(SYNTAX, md, self), "modelbook-citation", 175)
        md.inlinePatterns.register(_ValueProcessor(_ValueProcessor.SYNTAX, md, self), "modelbook-value", 176)
        # After links (160) and addresses (120, 110), which are no prose.
        md.inlinePatterns.register(_NarrativeProcessor(NARRATIVE, md, self), "modelbook-narrative", 105)
        # A backslash keeps these from beginning a citation, as it does brackets.
        md.ESCAPED_CHARS += ["@", "【"]
        markdown_blocks.register(md, lambda: self.reader())
        markdown_figures.register(md, lambda: self.reader())
        _forbid_raw_html(md, self)
        # After attribute lists (8), whose braces are no prose, and before addresses are checked (2).
        md.treeprocessors.register(_TermProcessor(md, self), "modelbook-term", 3)
        # After attribute lists (8) and the table of contents (5), before MkDocs resolves links (0).
        md.treeprocessors.register(_SafetyProcessor(md, self), "modelbook-safety", 2)


class _CitationProcessor(InlineProcessor):
    def __init__(self, pattern: str, md: Markdown, extension: BookExtension) -> None:
        super().__init__(pattern, md)
        self.extension = extension

    def handleMatch(self, m: re.Match[str], data: str) -> Any:  # type: ignore[override]  # noqa: N802
        citations = parse_citations(_written(self, m[1]))
        if citations is None:
            expected = "expected `[@key]`, `[@key, p. 7]` or `[@key; @other]`"
            self.extension.reader().rejected(m[0], f"'{_written(self, m[0])}' is not a citation; {expected}")
            return None, None, None
        self.extension.reader().cited(m[0], citations)
        return ElementTree.Element("cite", {"data-keys": keys_attribute(citations)}), m.start(0), m.end(0)


class _ValueProcessor(InlineProcessor):
    SYNTAX = r"(?<!\\)\{model:(?P<row>[^\s{}]*)[ ]+(?P<field>[^\s{}]+)[ ]*\}"

    def __init__(self, pattern: str, md: Markdown, extension: BookExtension) -> None:
        super().__init__(pattern, md)
        self.extension = extension

    def handleMatch(self, m: re.Match[str], data: str) -> Any:  # type: ignore[override]  # noqa: N802
        html = self.extension.reader().value(m[0], m["row"], m["field"])
        return self.md.htmlStash.store(html), m.start(0), m.end(0)


class _NarrativeProcessor(InlineProcessor):
    ANCESTOR_EXCLUDES = ("a",)

    def __init__(self, pattern: str, md: Markdown, extension: BookExtension) -> None:
        super().__init__(pattern, md)
        self.extension = extension

    def handleMatch(self, m: re.Match[str], data: str) -> Any:  # type: ignore[override]  # noqa: N802
        citation, end = parse_narrative(m)
        written = data[m.start() : end]
        name = self.extension.reader().named(citation.key, written)
        if name is None:
            return None, None, None
        self.extension.reader().cited(written, [citation])
        mark = ElementTree.Element("cite", {"data-keys": keys_attribute([citation]), "data-narrative": ""})
        mark.text = AtomicString(name)
        return mark, m.start(), end


def _written(processor: InlineProcessor, text: str) -> str:
    """*text* with what code spans and escapes before it have put away."""
    return re.sub(f"{STX}(\\d+){ETX}", lambda match: chr(int(match[1])), str(processor.unescape(text)))


class _ViewProcessor(BlockProcessor):
    # Indented as far as it likes: code has been found before, and a list item need not begin a block.
    directive = re.compile(r"^[ ]*(?P<written>:::[ ]*(?P<name>[\w-]*)(?P<arguments>[^\n]*))$", re.M)
    heading = re.compile(r"^(<h[1-6][ >].*</h[1-6]>)$", re.M)

    def __init__(self, md: Markdown, extension: BookExtension) -> None:
        super().__init__(md.parser)
        self.md = md
        self.extension = extension

    def test(self, parent: ElementTree.Element, block: str) -> bool:
        return bool(self.directive.search(block))

    def run(self, parent: ElementTree.Element, blocks: list[str]) -> None:
        block = blocks.pop(0)
        match = self.directive.search(block)
        if match is None:
            raise AssertionError(block)  # `test` matched the same block
        if before := block[: match.start()].strip("\n"):
            self.parser.parseBlocks(parent, [before])
        written = match["written"].rstrip()
        self._insert(parent, self.extension.reader().view(written, match["name"], match["arguments"].strip()))
        if after := block[match.end() :].strip("\n"):
            blocks.insert(0, after)

    def _insert(self, parent: ElementTree.Element, html: str) -> None:
        for position, part in enumerate(self.heading.split(html)):
            if position % 2:
                element = ElementTree.fromstring(part)
                _protect(element)
                parent.append(element)
            elif part.strip():
                ElementTree.SubElement(parent, "p").text = self.md.htmlStash.store(part.strip())


def _protect(element: ElementTree.Element) -> None:
    """Keep inline Markdown from being read in text that is already finished."""
    for part in element.iter():
        part.text = AtomicString(part.text) if part.text else part.text
        part.tail = AtomicString(part.tail) if part.tail else part.tail


def _forbid_raw_html(md: Markdown, extension: BookExtension) -> None:
    md.preprocessors.deregister("html_block")
    md.inlinePatterns.deregister("html")
    # Where HTML blocks would be read: fenced code has been put aside.
    md.preprocessors.register(_CommentProcessor(md), "modelbook-comment", 20)
    pattern = r"<!--|</?[a-zA-Z][a-zA-Z0-9-]*([\s/][^<>]*)?>"
    md.inlinePatterns.register(_RawHtmlProcessor(pattern, md, extension), "modelbook-html", 90)


class _CommentProcessor(Preprocessor):
    """Drops comments, whatever is in them."""

    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines) + "\n"
        for match in reversed(list(COMMENT.finditer(mask_code(text)))):
            text = text[: match.start()] + text[match.end() :]
        return text.removesuffix("\n").split("\n")


class _RawHtmlProcessor(InlineProcessor):
    def __init__(self, pattern: str, md: Markdown, extension: BookExtension) -> None:
        super().__init__(pattern, md)
        self.extension = extension

    def handleMatch(self, m: re.Match[str], data: str) -> Any:  # type: ignore[override]  # noqa: N802
        written = _written(self, m[0])
        self.extension.reader().rejected(
            written, f"raw HTML '{written}'; expected Markdown, or `{written}` to show it as code"
        )
        return AtomicString(written), m.start(0), m.end(0)


class _TermProcessor(Treeprocessor):
    """Leaves marks at links to terms, and at the first use of each term that is not linked."""

    closed_tags = {
        "a",
        "abbr",
        "button",
        "caption",
        "cite",
        "code",
        "dfn",
        "figcaption",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
    }
    closed_tags |= {"kbd", "label", "pre", "samp", "script", "style", "summary"}
    closed_classes = {"admonition-title", "arithmatex"}

    def __init__(self, md: Markdown, extension: BookExtension) -> None:
        super().__init__(md)
        self.extension = extension

    def run(self, root: ElementTree.Element) -> None:
        self._read(root, self.extension.reader().terms(), set())

    def _read(self, element: ElementTree.Element, terms: Matcher | None, seen: set[str]) -> None:
        if element.tag == "a" and element.get("href", "").startswith(SCHEME):
            term = element.attrib["href"].removeprefix(SCHEME)
            self.extension.reader().linked(term)
            element.tag, element.attrib = "dfn", {"data-term": term}
            seen.add(term)
        if element.tag in self.closed_tags or self.closed_classes & set(element.get("class", "").split()):
            terms = None
        element.text, parts = _link_terms(element.text, terms, seen)
        for child in list(element):
            self._read(child, terms, seen)
            child.tail, links = _link_terms(child.tail, terms, seen)
            parts += [child, *links]
        element[:] = parts


def _link_terms(
    text: str | None, terms: Matcher | None, seen: set[str]
) -> tuple[str | None, list[ElementTree.Element]]:
    """*text* up to the first mark, and the marks at terms not *seen* before, each with the text behind it."""
    marks: list[ElementTree.Element] = []
    if not text or terms is None or isinstance(text, AtomicString):
        return text, marks
    before, end = text, 0
    for match, term in terms.find(text):
        if term in seen:
            continue
        seen.add(term)
        if marks:
            marks[-1].tail = text[end : match.start()]
        else:
            before = text[: match.start()]
        mark = ElementTree.Element("dfn", {"data-term": term})
        mark.text, end = match[0], match.end()
        marks.append(mark)
    if marks:
        marks[-1].tail = text[end:]
    return before, marks


class _SafetyProcessor(Treeprocessor):
    """Drops what could run a script: attributes such as `onclick`, addresses such as `javascript:`."""

    def __init__(self, md: Markdown, extension: BookExtension) -> None:
        super().__init__(md)
        self.extension = extension

    def run(self, root: ElementTree.Element) -> None:
        for element in root.iter():
            for name, value in list(element.attrib.items()):
                if message := _danger(name.casefold(), str(value)):
                    del element.attrib[name]
                    if name == _ADDRESS_OF.get(element.tag):
                        # MkDocs expects an address of each link and picture; their words stay.
                        element.tag, element.text = "span", element.attrib.pop("alt", element.text)
                    written = str(value) if name.casefold() in _ADDRESSES else f"{name}="
                    self.extension.reader().rejected(written, message)


_ADDRESSES = ("href", "src")
_ADDRESS_OF = {"a": "href", "img": "src"}
_ACTIVE_ATTRIBUTES = {"srcdoc", "formaction", "action", "srcset", "poster", "data"}


def _danger(name: str, value: str) -> str:
    """What is wrong with an attribute; empty if nothing is."""
    if name in _ADDRESSES:
        # Browsers read the entities that Markdown leaves as they are.
        is_safe = is_safe_url(html.unescape(value))
        return "" if is_safe else f"address '{value}' is not allowed; expected https://, http:// or mailto:"
    is_alignment = name == "style" and value.startswith("text-align:")  # as tables have it
    if name.startswith("on") or name in _ACTIVE_ATTRIBUTES or (name == "style" and not is_alignment):
        return f"attribute '{name}' is not allowed; expected classes and ids only"
    return ""


class _TextReader:
    """The reader of texts in records: it has no views, and keeps what is wrong."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def view(self, directive: str, name: str, arguments: str) -> str:
        return str(Markup.escape(directive))

    def value(self, written: str, row: str, field: str) -> str:
        return str(Markup.escape(written))

    def cited(self, written: str, citations: list[Citation]) -> None:
        pass

    def named(self, key: str, written: str) -> str | None:
        return written  # which are keys is known when the mark is filled in

    def rejected(self, written: str, message: str) -> None:
        self.messages.append(message)

    def target(self, written: str, id: str) -> None:
        pass

    def referred(self, written: str, id: str) -> None:
        pass

    def image_size(self, source: str) -> tuple[int, int] | None:
        return None

    def terms(self) -> Matcher | None:
        return None

    def blocks(self) -> Sequence[Mark]:
        return ()

    def linked(self, term: str) -> None:
        pass


@cache
def _inline_markdown() -> tuple[Markdown, _TextReader]:
    reader = _TextReader()
    md = Markdown(extensions=[BookExtension(lambda: reader)], output_format="html")
    # A text of a record is one paragraph, whatever it looks like.
    md.parser.blockprocessors = Registry()
    md.parser.blockprocessors.register(ParagraphProcessor(md.parser), "paragraph", 10)
    return md, reader


def inline(text: str) -> Markup:
    """A text of a record as HTML: emphasis, code, links and citation marks, no blocks."""
    return _read_inline(text)[0]


def escaped(text: str) -> str:
    """Plain *text* as Markdown that says just this, in records and in pages."""
    marked = re.sub(r"([\\`*_{}\[\]#@【])", r"\\\1", re.sub(r"&(?=#?\w+;)", "&amp;", text))
    return marked.replace("<", "&lt;").replace("$", "&#36;")  # no backslash keeps these from being what they are


def wrong_in(text: str) -> list[str]:
    """What is wrong with a text of a record, as messages."""
    said, messages = _read_inline(text)
    addresses = map(html.unescape, re.findall(r'<(?:a|img) [^>]*?(?:href|src)="([^"]*)"', said))
    return [
        *messages,
        *(
            f"address '{address}' is not allowed in a record; expected https://, http:// or mailto:"
            for address in addresses
            if not address.casefold().startswith(("https://", "http://", "mailto:"))
        ),
    ]


@cache
def _read_inline(text: str) -> tuple[Markup, list[str]]:
    md, reader = _inline_markdown()
    md.reset()
    reader.messages = []
    said = md.convert(" ".join(text.split()))
    # Made by Markdown, raw HTML forbidden.
    return Markup(said.removeprefix("<p>").removesuffix("</p>")), reader.messages  # noqa: S704


def convert(text: str, extensions: list[Any], settings: dict[str, Any]) -> str:
    """Markdown as HTML with the extensions of a site and their settings."""
    return Markdown(extensions=extensions, extension_configs=settings).convert(text)
