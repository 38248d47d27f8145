"""Terms: found by their names in both languages, linked at their first use, and only in prose."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from modelbook.blocks import Mark
from modelbook.markdown_extension import BookExtension, convert, inline, wrong_in
from modelbook.schema import Citation
from modelbook.terms import Matcher, fill, hint, linked_terms

NAMES = [
    ("attention", "attention"),
    ("注意力", "attention"),
    ("multi-head attention", "mha"),
    ("多头注意力", "mha"),
    ("foundation model", "foundation-model"),
    ("foundation models", "foundation-model"),
    ("基础模型", "foundation-model"),
    ("MoE", "moe"),
    ("token", "token"),
    ("词元", "token"),
    ("BT 种子", "torrent"),
    ("角", "corner"),
]
MATCHER = Matcher(NAMES)


class Reader:
    """A reader that links terms and keeps which are linked by hand."""

    def __init__(self, terms: Matcher | None) -> None:
        self.matcher = terms
        self.links: list[str] = []

    def view(self, directive: str, name: str, arguments: str) -> str:
        return '<h2 id="a">An attention heading</h2>\n<p>A token in a view</p>'

    def cited(self, written: str, citations: list[Citation]) -> None:
        pass

    def named(self, key: str, written: str) -> str | None:
        return None

    def rejected(self, written: str, message: str) -> None:
        raise AssertionError(message)

    def terms(self) -> Matcher | None:
        return self.matcher

    def linked(self, term: str) -> None:
        self.links.append(term)

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


def read(text: str, terms: Matcher | None = MATCHER) -> str:
    extensions = ["admonition", "attr_list", "footnotes", "tables", "toc", "pymdownx.superfences", "pymdownx.tabbed"]
    settings = {"pymdownx.tabbed": {"alternate_style": True}}
    return convert(text, [*extensions, BookExtension(lambda: Reader(terms))], settings)


def found(text: str) -> list[tuple[str, str]]:
    return [(match[0], term) for match, term in MATCHER.find(text)]


# --- finding ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("multi-head attention and attention", [("multi-head attention", "mha"), ("attention", "attention")]),
        ("多头注意力与注意力", [("多头注意力", "mha"), ("注意力", "attention")]),
        ("Attention. Foundation models, foundation model", ["Attention", "Foundation models", "foundation model"]),
        ("a foundation\n  model", ["foundation\n  model"]),
        ("用MoE模型、BT 种子", ["MoE", "BT 种子"]),
        ("(token), “token”/token.", ["token", "token", "token"]),
    ],
)
def test_names_are_found(text: str, expected: list[str | tuple[str, str]]) -> None:
    wanted = [each[0] if isinstance(each, tuple) else each for each in expected]
    assert [name for name, _ in found(text)] == wanted
    for name, each in zip(found(text), expected, strict=True):
        assert isinstance(each, str) or name == each


@pytest.mark.parametrize(
    "text",
    [
        "tokens tokenizer detoken token_id token-level pre-token token2 token.py",  # other words
        "moe MOE Moe MoEs",  # an abbreviation is written one way
        "ATTENTION FOUNDATION MODEL Foundation Model",
        "foundation-model self-attention",
        "《多头注意力》",  # the title of a work
        "三角形的角",  # one character is a part of other words
    ],
)
def test_what_only_looks_like_a_name_is_not(text: str) -> None:
    assert found(text) == []


def test_of_equal_names_the_first_counts_and_no_names_find_nothing() -> None:
    assert [term for _, term in Matcher([("one", "a"), ("one", "b")]).find("one")] == ["a"]
    assert list(Matcher([]).find("one")) == []


# --- linking ---------------------------------------------------------------------------


def test_the_first_use_on_a_page_is_linked() -> None:
    html = read("A token, *attention*, a token.\n\n- Attention\n- multi-head attention and 词元")
    assert html.startswith(
        '<p>A <dfn data-term="token">token</dfn>, <em><dfn data-term="attention">attention</dfn></em>, a token.</p>'
    )
    assert linked_terms(html) == ["token", "attention", "mha"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a token and MoE, attention\nhere", ["token", "moe", "attention"]),
        ("multi-head attention, multi-head attention", ["mha"]),
        ("| a token |\n|---|\n| MoE |", ["token", "moe"]),
        ("> a token\n\n!!! note\n    MoE", ["token", "moe"]),
        ("*em* token `code` MoE [link](#x) attention", ["token", "moe", "attention"]),
        ("Note[^1], token\n\n[^1]: Foot MoE", ["token", "moe"]),
        ("<!-- token -->", []),
    ],
)
def test_prose_of_every_kind_is_linked(text: str, expected: list[str]) -> None:
    assert linked_terms(read(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "`token`",
        "```text\ntoken\n```",
        "    token",
        "[a token](https://a.example) <https://token.example/token>",
        "# A token\n\n## 词元 token\n\nMoEs\n===",
        "![token](token.png)",
        "::: view token",
        "[@token]",
        '!!! note "A token"\n    Body',
        '=== "token"\n    Body',
        "*em*{: .token title='a token' }",
    ],
)
def test_code_links_headings_and_the_like_are_left_alone(text: str) -> None:
    assert linked_terms(read(text)) == []


def test_a_page_without_automatic_links_keeps_those_made_by_hand() -> None:
    assert linked_terms(read("A token, [words *here*](term:moe).", terms=None)) == ["moe"]


def test_a_link_made_by_hand_is_a_first_use() -> None:
    html = read("## [Heading](term:moe)\n\n[pieces](term:token) and token, then MoE")
    assert linked_terms(html) == ["moe", "token"]
    assert '<dfn data-term="token">pieces</dfn> and token' in html


def test_texts_of_records_link_by_hand_only() -> None:
    assert inline("a token, [x](term:token)") == 'a token, <dfn data-term="token">x</dfn>'
    assert wrong_in("[x](term:token)") == []


# --- filling in ------------------------------------------------------------------------


def test_marks_become_links_the_first_of_each_term_with_an_id() -> None:
    page = '<dfn data-term="a">x <em>y</em></dfn> <dfn data-term="a">z</dfn> <span data-term-uses="a"></span>'
    filled = fill(
        page,
        link=lambda term, id, text: Markup("[{}|{}|{}]").format(term, id, text),
        uses=lambda term: Markup("<p>{}</p>").format(term),
    )
    assert filled == "[a|use-a|x <em>y</em>] [a||z] <p>a</p>"


def test_a_hint_is_short_plain_text() -> None:
    assert hint(str(inline("A *b* [@c], `d` & <e")).strip()) == "A b, d & <e"
    assert hint("word " * 100) == "word " * 39 + "word…"
    assert hint("词" * 300) == "词" * 200 + "…"
