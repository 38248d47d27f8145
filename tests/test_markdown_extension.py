"""The book's Markdown: citations, views, comments, and nothing that runs."""

from __future__ import annotations

import random
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from modelbook.blocks import Mark, mask_code, mask_unread
from modelbook.citations import MARK, marked
from modelbook.markdown_extension import BookExtension, convert, escaped, inline, wrong_in
from modelbook.schema import Citation, is_safe_url

EXTENSIONS = [
    "abbr",
    "admonition",
    "attr_list",
    "def_list",
    "footnotes",
    "tables",
    "toc",
    "pymdownx.details",
    "pymdownx.superfences",
    "pymdownx.tabbed",
]


def marked_keys(page: str) -> list[str]:
    return [citation.key for mark in MARK.finditer(page) for citation in marked(mark)]


class Recorder:
    """A reader that keeps what it is told, and whose views say their names."""

    def __init__(self) -> None:
        self.views: list[tuple[str, str, str]] = []
        self.citations: list[Citation] = []
        self.rejections: list[tuple[str, str]] = []

    def view(self, directive: str, name: str, arguments: str) -> str:
        self.views.append((directive, name, arguments))
        return f'<div class="view">{name} [@inside] *raw* {{{{ x }}}}</div>'

    def cited(self, written: str, citations: list[Citation]) -> None:
        self.citations += citations

    def named(self, key: str, written: str) -> str | None:
        return {"zhao2023": "Zhao et al.", "约翰2023": "约翰"}.get(key)

    def rejected(self, written: str, message: str) -> None:
        self.rejections.append((written, message))

    def terms(self) -> None:
        return None

    def linked(self, term: str) -> None:
        pass

    def target(self, written: str, id: str) -> None:
        pass

    def referred(self, written: str, id: str) -> None:
        pass

    def image_size(self, source: str) -> tuple[int, int] | None:
        return None

    def blocks(self) -> list[Mark]:
        return []

    def value(self, written: str, row: str, field: str) -> str:
        return f"<b>{row} {field}</b>"


def read(text: str) -> tuple[str, Recorder]:
    reader = Recorder()
    settings = {"pymdownx.tabbed": {"alternate_style": True}, "toc": {"permalink": "#"}}
    return convert(text, [*EXTENSIONS, BookExtension(lambda: reader)], settings), reader


# --- citations -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("One [@a] and [@b; @c, p. 7].", ["a", "b", "c"]),
        ("# Heading [@a] {#id}", ["a"]),
        ("- item [@a]\n- [@b]\n\n    1. deeper [@c]", ["a", "b", "c"]),
        ("| a | b |\n|---|---|\n| [@a] | `[@no]` |", ["a"]),
        ('!!! note "Title [@a]"\n    Body [@b]', ["a", "b"]),
        ('=== "Tab [@a]"\n    Body [@b]', ["a", "b"]),
        ("> quote [@a]", ["a"]),
        ("term\n:   definition [@a]", ["a"]),
        ("Note[^1]\n\n[^1]: Foot [@a]", ["a"]),
        ("*[@a]* **[@b]** ([@c]) [[@d]] 中文[@e]。", ["a", "b", "c", "d", "e"]),
        ("[text [@a]](https://a.example)", ["a"]),
        ("[@a;\n@b] and [@c, p.\n7]", ["a", "b", "c"]),
        ("[@a] (aside)", ["a"]),
        ("[@DBLP:conf/x.y+z]", ["DBLP:conf/x.y+z"]),
        ("中文【@a；@b，第 7 页】。", ["a", "b"]),
        ("See @zhao2023 [p. 7], *@zhao2023* and 如@zhao2023指出 [sic]", ["zhao2023", "zhao2023", "zhao2023"]),
        ("# Heading of @zhao2023 {#id}", ["zhao2023"]),
        ("| a |\n|---|\n| @zhao2023 |", ["zhao2023"]),
        ('!!! note "@zhao2023"\n    Body of @约翰2023', ["zhao2023", "约翰2023"]),
        ("Note[^1]\n\n[^1]: See @zhao2023", ["zhao2023"]),
    ],
)
def test_citations(text: str, keys: list[str]) -> None:
    html, reader = read(text)
    assert marked_keys(html) == keys
    assert [citation.key for citation in reader.citations] == keys
    assert reader.rejections == []


def test_locators_are_plain_text() -> None:
    html, reader = read(r"[@a, p. 7; @b, `code` and 1\_2; @c, <i> & *x*]")
    assert [citation.locator for citation in reader.citations] == ["p. 7", "code and 1_2", "<i> & *x*"]
    assert "\x02" not in html


def test_locators_of_citations_in_sentences() -> None:
    _, reader = read("@zhao2023 [p. 7], @zhao2023 [sic] and @zhao2023 [p. 7](a.md).")
    assert [citation.locator for citation in reader.citations] == ["p. 7", "", ""]


def test_the_table_of_contents_has_names_and_no_numbers() -> None:
    html, _ = read("[TOC]\n\n# What @zhao2023 say [@a] {#x}")
    assert '<a href="#x">What Zhao et al. say</a>' in html


@pytest.mark.parametrize(
    "text",
    [
        "`[@a]` and ``[@b] ` ``",
        "```text\n[@a]\n```",
        "~~~\n[@a]\n~~~",
        "- item\n\n    ```\n    [@a]\n    ```",
        "    [@a]\n    ::: view",
        r"\[@a] \[@b\]",
        "[@a](https://a.example) [text @a](b.md) [@a][ref]\n\n[ref]: https://a.example",
        "me@a.example <me@a.example> [me@a.example] [see @a] @a",
        "https://a.example/@a <https://a.example/@a>",
        "![@a](a.png)",
        "<!-- [@a] -->",
        "`@zhao2023` me@zhao2023 https://a.example/@zhao2023 <https://a.example/@zhao2023> @zhao2023@a.social",
        r"\@zhao2023 \[@zhao2023] \【@zhao2023】 [the @zhao2023](a.md) ![@zhao2023](a.png)",
        "@nobody",
    ],
)
def test_what_is_no_citation(text: str) -> None:
    html, reader = read(text)
    assert marked_keys(html) == []
    assert (reader.citations, reader.views, reader.rejections) == ([], [], [])


def test_citations_that_are_none_are_said() -> None:
    html, reader = read("[@a b] and `[@c d]`")
    assert marked_keys(html) == []
    assert "[@a b]" in html
    assert [written for written, _ in reader.rejections] == ["[@a b]"]


# --- views -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "views"),
    [
        ("::: models", [("::: models", "models", "")]),
        ("::: comparison under-15b x=1  ", [("::: comparison under-15b x=1", "comparison", "under-15b x=1")]),
        ("A line\n::: a\nand another\n::: b", [("::: a", "a", ""), ("::: b", "b", "")]),
        ("- item\n\n    ::: a\n\n    after", [("::: a", "a", "")]),
        ("- item\n    ::: a", [("::: a", "a", "")]),
        ("1. one\n\n    ::: a\n\n2. two", [("::: a", "a", "")]),
        ("!!! note\n    text\n\n    ::: a b", [("::: a b", "a", "b")]),
        ('??? note "x"\n    ::: a', [("::: a", "a", "")]),
        ('=== "Tab"\n    ::: a\n\n=== "Other"\n    ::: b', [("::: a", "a", ""), ("::: b", "b", "")]),
        ("> quote\n> ::: a", [("::: a", "a", "")]),
        ("# Heading\n::: a", [("::: a", "a", "")]),
    ],
)
def test_views(text: str, views: list[tuple[str, str, str]]) -> None:
    html, reader = read(text)
    assert reader.views == views
    for _, name, _ in views:
        assert f'<div class="view">{name} [@inside] *raw* {{{{ x }}}}</div>' in html
    assert "<p><div" not in html
    assert ":::" not in html
    assert reader.citations == []


@pytest.mark.parametrize(
    "text", ["```\n::: a\n```", "`::: a`", "    ::: a", "- item\n\n        ::: a", "text ::: a", "<!--\n\n::: a\n\n-->"]
)
def test_what_is_no_view(text: str) -> None:
    assert read(text)[1].views == []


def test_headings_of_views_are_headings_of_the_page() -> None:
    class Headings(Recorder):
        def view(self, directive: str, name: str, arguments: str) -> str:
            return '<h2 id="own">A *star* &amp; [@x] `c`</h2>\n<p>text</p>\n<h3>Other</h3>'

    reader = Headings()
    html = convert("[TOC]\n\n::: a", ["toc", BookExtension(lambda: reader)], {})
    assert '<h2 id="own">A *star* &amp; [@x] `c`</h2>' in html
    assert '<a href="#own">A *star* &amp; [@x] `c`</a>' in html
    assert '<h3 id="own-other">Other</h3>' in html
    assert reader.citations == []


# --- templates, raw HTML, comments -----------------------------------------------------


def test_braces_stay() -> None:
    assert read("{{ x }} {% raw %} ${x}")[0] == "<p>{{ x }} {% raw %} ${x}</p>"


@pytest.mark.parametrize(
    ("text", "html", "rejected"),
    [
        ("a <b>c</b>", "<p>a &lt;b&gt;c&lt;/b&gt;</p>", ["<b>", "</b>"]),
        ("<div>\n*x*\n</div>", "<p>&lt;div&gt;\n<em>x</em>\n&lt;/div&gt;</p>", ["<div>", "</div>"]),
        ("<img src=x onerror=alert(1)>", "<p>&lt;img src=x onerror=alert(1)&gt;</p>", ["<img src=x onerror=alert(1)>"]),
        ("<svg/onload=alert(1)>", "<p>&lt;svg/onload=alert(1)&gt;</p>", ["<svg/onload=alert(1)>"]),
        ("<script>1</script>", "<p>&lt;script&gt;1&lt;/script&gt;</p>", ["<script>", "</script>"]),
        ("# <u>x</u>", None, ["<u>", "</u>"]),
        ("`<b>` a < b > c &lt;b&gt; 1<2", "<p><code>&lt;b&gt;</code> a &lt; b &gt; c &lt;b&gt; 1&lt;2</p>", []),
        ("<https://a.example>", '<p><a href="https://a.example">https://a.example</a></p>', []),
        ("<javascript:alert(1)>", "<p>&lt;javascript:alert(1)&gt;</p>", []),
    ],
)
def test_raw_html_is_text(text: str, html: str | None, rejected: list[str]) -> None:
    found, reader = read(text)
    assert html is None or found == html
    assert [written for written, _ in reader.rejections] == rejected
    for written, message in reader.rejections:
        assert message == f"raw HTML '{written}'; expected Markdown, or `{written}` to show it as code"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a<!-- b -->c", "<p>ac</p>"),
        ("<!-- b\n\nc <b> -->\nd", "<p>d</p>"),
        ("<!-- `b` --> c", "<p>c</p>"),
        ("`<!-- b -->`", "<p><code>&lt;!-- b --&gt;</code></p>"),
        ("- a\n\n    <!-- b -->\n\n    c", "<ul>\n<li>\n<p>a</p>\n<p>c</p>\n</li>\n</ul>"),
    ],
)
def test_comments_are_dropped(text: str, html: str) -> None:
    found, reader = read(text)
    assert found == html
    assert reader.rejections == []


def test_comments_in_code_stay() -> None:
    assert "&lt;!-- b --&gt;" in read("```text\n<!-- b -->\n```")[0]


# --- what could run --------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScript:alert(1)",
        "&#106;avascript:alert(1)",
        "&#x6A;avascript:alert(1)",
        "javascript&colon;alert(1)",
        "java&Tab;script:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://a.example",
    ],
)
def test_addresses_that_are_not_allowed(address: str) -> None:
    for text in (f"[a]({address})", f"![a]({address})", f"[a](<{address}>)", f"[a]\n\n[a]: {address}"):
        html, reader = read(text)
        assert "href=" not in html
        assert "src=" not in html
        assert [written for written, _ in reader.rejections] == [address]
        assert wrong_in(text.partition("\n")[0]) or "\n" in text


def test_addresses_that_are_allowed() -> None:
    text = "[a](https://a.example) [b](b.md#c:d) [c](mailto:a@b.example) [d](#e) [f](?a=b:c) ![g](../h.png)"
    assert read(text)[1].rejections == []


@pytest.mark.parametrize(
    "attribute",
    ["onclick=x", "ONCLICK=x", 'onmouseover="alert(1)"', "style=x", "srcset=x", "formaction=x", "srcdoc=x", "action=x"],
)
def test_attributes_that_are_not_allowed(attribute: str) -> None:
    for text in (f"*a*{{{attribute}}}", f"# a {{{attribute}}}", f"[a](b.md){{{attribute}}}", f"a\n{{: {attribute}}}"):
        html, reader = read(text)
        assert attribute.partition("=")[0].casefold() not in html.casefold()
        assert [written for written, _ in reader.rejections] == [attribute.partition("=")[0] + "="]
        assert "is not allowed; expected classes and ids only" in reader.rejections[0][1]


def test_attributes_that_are_allowed() -> None:
    html, reader = read("*a*{.b #c data-d=e title='f'}\n\n| a |\n|:-:|\n| b |")
    assert '<em class="b" data-d="e" id="c" title="f">' in html
    assert 'style="text-align: center;"' in html
    assert reader.rejections == []


def test_attributes_cannot_be_hidden_by_capitals() -> None:
    html, reader = read("[a](b.md){HREF=javascript:alert(1)} [a](javascript:x){Href=javascript:y}")
    assert "javascript" not in html.casefold()
    assert len(reader.rejections) == 3


# --- texts of records ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("A *round* **model** `x`", "A <em>round</em> <strong>model</strong> <code>x</code>"),
        ("[a](https://a.example)", '<a href="https://a.example">a</a>'),
        ("cited [@a, p. 7]", 'cited <cite data-keys="a, p. 7"></cite>'),
        ("# no heading", "# no heading"),
        ("- no\n- list", "- no - list"),
        ("> no quote", "&gt; no quote"),
        ("    no code", "no code"),
        ("::: models", "::: models"),
        ("1. no\n\n2. blocks\n\n***", "1. no 2. blocks ***"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("[a](javascript:alert(1))", "<span>a</span>"),
        ("[a](&#106;avascript:alert(1))", "<span>a</span>"),
        ("{{ x }} {: onclick=x}", "{{ x }} {: onclick=x}"),
    ],
)
def test_inline(text: str, html: str) -> None:
    assert inline(text) == html


def test_escaped_text_says_just_what_it_is() -> None:
    text = r"a <b> $x$ @noy2023 [y](z) # {: .z} C++ *q* `k` \d AT&amp;T R&D &#36; 【@a】 <!--x--> <https://a.example>"
    assert unescape(inline(escaped(text))) == text
    assert wrong_in(escaped(text)) == []


def test_what_is_wrong_in_a_text() -> None:
    assert wrong_in("fine [a](https://a.example) [@b]") == []
    for text in ("<b>", "[a](javascript:x)", "[a](b.md)", "[@a b]"):
        assert len(wrong_in(text)) == 1


# --- places ----------------------------------------------------------------------------


def test_masks_keep_places() -> None:
    text = "a `b` c\n\n```x\n[@d]\n```\n<!-- e\nf --> g ``h ` i`` `<!--`\n"
    for mask in (mask_code, mask_unread):
        masked = mask(text)
        assert [len(line) for line in masked.split("\n")] == [len(line) for line in text.split("\n")]
        assert not set("bdhi") & set(masked)
    assert set("aceg") <= set(mask_code(text))
    assert not {"e", "f"} & set(mask_unread(text))


# --- any text --------------------------------------------------------------------------


class Inspector(HTMLParser):
    """Finds what a browser would run in HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.dangers: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag in ("script", "iframe", "object", "svg", "style", "base", "meta", "form"):
            self.dangers.append(tag)
        for name, value in attributes:
            if name.startswith("on") or (name in ("href", "src") and not is_safe_url(value or "")):
                self.dangers.append(f"{name}={value}")


PIECES = [
    *"[]()<>{}`*_#|!:;@=\"'&\\/- \n",
    "\n\n",
    "    ",
    "[@a]",
    "::: a\n",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "javascript:alert(1)",
    "&#106;avascript:x",
    "](javascript:x)",
    "[x]: javascript:x\n",
    "{onclick=x}",
    "{: HREF=javascript:x}",
    "<!--",
    "-->",
    "```\n",
    "!!! note\n",
    '=== "t"\n',
    "| a |\n|---|\n",
    "\x02klzzwxh:0000\x03",
    "\x02wzxhzdk:0\x03",
    "text",
    "中文",
    "https://a.example",
]


def test_no_text_makes_a_page_run_something() -> None:
    """Seeded noise of dangerous pieces: nothing raises, nothing runs, records have no blocks."""
    dice = random.Random(11)  # noqa: S311 (no secret)
    for _ in range(600):
        text = "".join(dice.choice(PIECES) for _ in range(dice.randrange(1, 25)))
        page, record = Inspector(), Inspector()
        page.feed(read(text)[0])
        assert page.dangers == [], repr(text)
        record.feed(str(inline(text)))
        assert record.dangers == [], repr(text)
        assert record.tags <= {"a", "cite", "code", "em", "img", "span", "strong", "br"}, repr(text)


def test_the_book_has_no_raw_html() -> None:
    """What the extension promises holds for the pages of the small book, too."""
    for path in sorted((Path(__file__).parent / "books/minimal/content").rglob("*.md")):
        html, reader = read(re.sub(r"\A---\n.*?\n---\n", "", path.read_text(encoding="utf-8"), flags=re.S))
        assert reader.rejections == []
        assert html
