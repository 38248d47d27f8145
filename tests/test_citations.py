"""Citations: what is read as one, marks and their numbers, and entries in one line."""

from __future__ import annotations

import re

import pytest
from markupsafe import Markup

from conftest import BOOKS
from modelbook.bibliography import Entry, parse_bibliography
from modelbook.citations import (
    MARK,
    authors,
    fill,
    find_citations,
    find_narratives,
    mark,
    marked,
    narrative_name,
    parse_citations,
    stopped,
    summary,
)
from modelbook.languages import LOCALES, Language, load_languages
from modelbook.schema import Citation

LANGUAGES = load_languages({"en": {"name": "English"}, "zh": {"name": "中文"}}, [LOCALES], BOOKS)[0]
EN, ZH = LANGUAGES["en"], LANGUAGES["zh"]

STRANGE = [
    "DBLP:journals/corr/abs-1706.03762",
    "a.b+c/d",
    "köpf2023",
    "约翰2023",
    "<b>&amp;\"'",
    "x&lt;y",
    "a'b",
    "key\\x",
]


def entry(fields: str, author: str = "Leonhard Euler") -> Entry:
    written = f"author = {{{author}}}, " if author else ""
    return parse_bibliography(f"@misc{{key, {written}{fields}}}", "r.bib")[0]["key"]


def people(count: int) -> str:
    return " and ".join(f"A. No{position}" for position in range(1, count + 1))


# --- reading ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "citations"),
    [
        ("@a", [Citation("a")]),
        ("@a; @b", [Citation("a"), Citation("b")]),
        ("@a;@b, p. 7 ; @c", [Citation("a"), Citation("b", "p. 7"), Citation("c")]),
        ("@a, pp. 7, 9", [Citation("a", "pp. 7, 9")]),
        ("@a\n; @b", [Citation("a"), Citation("b")]),
        ("@a，第 7 页；@b", [Citation("a", "第 7 页"), Citation("b")]),
        *((f"@{key}", [Citation(key)]) for key in STRANGE if ";" not in key),
        ("a", None),
        ("@", None),
        ("@a b", None),
        ("@a; b", None),
        ("@a;", None),
        ("see @a", None),
        ("", None),
    ],
)
def test_parse_citations(text: str, citations: list[Citation] | None) -> None:
    assert parse_citations(text) == citations


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("One [@a] and two [@b; @c, p. 7].", ["a", "b", "c"]),
        ("`[@a]` and ``[@b] ` `` and [@c]", ["c"]),
        (r"\[@a] [text @b](https://c.example) [@d](e) [@f][g]", []),
        ("me@example.org [me@example.org] @a", []),
        ("中文[@a]。", ["a"]),
        ("中文【@a；@b，第 7 页】【图 1】", ["a", "b"]),
        ("[@a】 【@b] 【见 @c】", []),
    ],
)
def test_find_citations(text: str, keys: list[str]) -> None:
    assert [citation.key for citation in find_citations(text)] == keys


# --- marks and numbers -----------------------------------------------------------------


def marked_keys(page: str) -> list[str]:
    return [citation.key for mark in MARK.finditer(page) for citation in marked(mark)]


def test_marks_are_read_as_they_were_written() -> None:
    cited = [
        Citation(key, locator) for key in STRANGE if ";" not in key for locator in ("", 'p. 7; see <b>"x" & y', "§ 5")
    ]
    page = f"<p>{mark(cited)} and {mark(cited[:1])}</p>"
    assert marked_keys(page) == [citation.key for citation in (*cited, cited[0])]
    found: list[str] = []
    ids: list[str] = []

    def link(key: str, id: str) -> Markup:
        found.append(key)
        ids.append(id)
        return Markup("<a>{}</a>").format(key)

    # Numbers far from one another: nothing is collapsed.
    numbers = {citation.key: 10 * number for number, citation in enumerate(cited)}
    filled = fill(page, numbers, EN, link, str)
    assert found == [*(citation.key for citation in cited), cited[0].key]
    assert len(set(ids)) == len(ids)
    assert "<cite" not in filled
    assert "<b>" not in filled
    assert filled.startswith('<p><span class="citation">[<a>DBLP:journals')


def test_pages_without_marks_stay() -> None:
    page = "<p><cite>A title</cite> [@a]</p>"
    assert marked_keys(page) == []
    assert fill(page, {}, EN, lambda key, id: Markup(), str) == page


NUMBERS = {key: number for number, key in enumerate("abcdefg", 1)}


def label(written: str, language: Language = EN) -> str:
    """What citations written so are shown as: ids in braces, in front of their numbers."""
    citations = parse_citations(written)
    assert citations is not None
    filled = fill(
        mark(citations), NUMBERS, language, lambda key, id: Markup("{{{}}}{}").format(id[5:], NUMBERS[key]), str
    )
    return re.sub("<[^>]*>", "", re.sub(r'<span id="cite-([^"]*)"></span>', r"{\1}", filled))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("@a", "[{a-1}1]"),
        ("@c; @a", "[{a-1}1, {c-1}3]"),
        ("@b; @a", "[{a-1}1, {b-1}2]"),
        ("@c; @a; @b", "[{a-1}1{b-1}–{c-1}3]"),
        ("@g; @c; @e; @d; @a", "[{a-1}1, {c-1}3{d-1}–{e-1}5, {g-1}7]"),
        ("@a; @b; @c, p. 3; @d", "[{a-1}1, {b-1}2; {c-1}3, p. 3; {d-1}4]"),
        ("@b, p. 7; @a", "[{a-1}1; {b-1}2, p. 7]"),
        ("@a; @a", "[{a-1}1{a-2}]"),
        ("@a; @b; @b; @c", "[{a-1}1{b-1}{b-2}–{c-1}3]"),
        ("@a, p. 7; @a", "[{a-2}1; {a-1}1, p. 7]"),
        ("@x; @b, p. 1", "[{b-1}2, p. 1; @x]"),
        ("@x, p. 1", "[@x, p. 1]"),
    ],
)
def test_labels_are_sorted_and_runs_collapsed_and_every_id_is_there(written: str, shown: str) -> None:
    assert label(written) == shown


def test_locators_are_said_in_the_language_of_the_page() -> None:
    assert label("@a, pp. 3-5", ZH) == "[{a-1}1, 第 3–5 页]"
    assert label("@a，第 7 页；@b", EN) == "[{a-1}1, p. 7; {b-1}2]"
    assert label("@a, <here>", ZH) == "[{a-1}1, &lt;here&gt;]"


def test_a_range_knows_all_its_keys() -> None:
    citations = [Citation(key) for key in "cab"]
    filled = fill(mark(citations), NUMBERS, EN, lambda key, id: Markup("{}").format(NUMBERS[key]), str)
    assert '<span class="mb-range" data-keys="a b c">' in filled


def test_citations_in_sentences() -> None:
    page = (
        '<cite data-keys="a, p. 7" data-narrative="">@a</cite> <cite data-keys="x" data-narrative="">@x &amp; y</cite>'
    )
    filled = fill(page, NUMBERS, ZH, lambda key, id: Markup("<a>{}</a>").format(NUMBERS[key]), lambda key: f"<{key}>")
    assert filled == (
        '<span class="mb-narrative">&lt;a&gt; <span class="citation">[<a>1</a>, 第 7 页]</span></span> @x &amp; y'
    )


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("@a, @b. (@c) 如@d指出，@约翰2023。“@e”", ["a", "b", "c", "d", "约翰2023", "e"]),
        ("@DBLP:conf/x.y+z: @a's", ["DBLP:conf/x.y+z", "a"]),
        ("me@a.example <me@a> https://a.example/@a @a@b.social x.@a", []),
        (r"`@a` \@a \[@a] [@a] 【@a】 [text @a](https://a.example) [@a][ref] <https://@a>", []),
        ("@", []),
    ],
)
def test_find_narratives(text: str, keys: list[str]) -> None:
    assert find_narratives(text) == keys


@pytest.mark.parametrize(
    ("author", "english", "chinese"),
    [
        ("Wayne Xin Zhao and Kun Zhou and Junyi Li", "Zhao et al.", "Zhao 等"),
        ("Shakked Noy and Whitney Zhang", "Noy and Zhang", "Noy 和 Zhang"),
        ("Leonhard Euler", "Euler", "Euler"),
        ("Leonhard Euler and others", "Euler et al.", "Euler 等"),
        ("{Shape Consortium}", "Shape Consortium", "Shape Consortium"),
        ("王小云 and 李, 明 and 张三", "王小云 et al.", "王小云等"),
        ("王小云 and 李, 明", "王小云 and 李明", "王小云和李明"),
        ("", "T", "T"),
    ],
)
def test_who_is_cited_in_a_sentence(author: str, english: str, chinese: str) -> None:
    found = entry("title = {T}", author)
    assert (narrative_name(found, EN), narrative_name(found, ZH)) == (english, chinese)


# --- entries in one line ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "english", "chinese"),
    [
        (people(1), "A. No1", "A. No1"),
        (people(2), "A. No1 and A. No2", "A. No1和A. No2"),
        (people(3), "A. No1, A. No2, and A. No3", "A. No1、A. No2和A. No3"),
        (
            people(9),
            ", ".join(f"A. No{i}" for i in range(1, 9)) + ", and A. No9",
            "、".join(f"A. No{i}" for i in range(1, 9)) + "和A. No9",
        ),
        (
            people(10),
            ", ".join(f"A. No{i}" for i in range(1, 9)) + ", and others",
            "、".join(f"A. No{i}" for i in range(1, 9)) + "等",
        ),
        (people(2) + " and others", "A. No1, A. No2, and others", "A. No1、A. No2等"),
        (people(9) + " and others", ", ".join(f"A. No{i}" for i in range(1, 9)) + ", and others", None),
        ("王小云 and 李, 明 and {智源研究院}", "王小云, 李明, and 智源研究院", "王小云、李明和智源研究院"),
        ("", "", ""),
    ],
)
def test_authors(written: str, english: str, chinese: str | None) -> None:
    found = entry("title = {T}", written)
    assert authors(found, EN) == english
    if chinese is not None:
        assert authors(found, ZH) == chinese


@pytest.mark.parametrize(
    ("fields", "author", "english", "chinese"),
    [
        (
            "title = {Shapes of {AI}}, year = 2023, eprint = {2301.00001}, url = {https://a.example}",
            "Shakked Noy and Whitney Zhang",
            "Shakked Noy and Whitney Zhang. Shapes of AI. 2023. arXiv:2301.00001",
            "Shakked Noy和Whitney Zhang。Shapes of AI。2023。arXiv:2301.00001",
        ),
        (
            "title = {形状研究}, year = 2023, url = {https://a.example/b.}",
            "王小云 and others",
            "王小云, and others. 形状研究. 2023. https://a.example/b.",
            "王小云等。形状研究。2023。https://a.example/b.",
        ),
        (
            "title = {What Is It?}, year = 2023, doi = {10.1000/x}",
            "{Shapes, Inc.}",
            "Shapes, Inc. What Is It? 2023. https://doi.org/10.1000/x",
            "Shapes, Inc. What Is It? 2023。https://doi.org/10.1000/x",
        ),
        ("title = {什么是形状？}, year = {n.d.}", "", "什么是形状？undated", "什么是形状？无日期"),
        ("title = {Wait...}, year = 2023", "A. One et al.", "A. One et al. Wait... 2023", "A. One et al. Wait... 2023"),
        ("title = {Alone}", "", "Alone", "Alone"),
        ("year = {}", "", "", ""),
    ],
)
def test_summary(fields: str, author: str, english: str, chinese: str) -> None:
    found = entry(fields, author)
    assert summary(found, EN) == english
    assert summary(found, ZH) == chinese


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [("A", "A. ", "A。"), ("A.", "A. ", "A. "), ("A?", "A? ", "A? "), ("A！", "A！", "A！"), ("甲", "甲. ", "甲。")],
)
def test_sentences_end_once(text: str, english: str, chinese: str) -> None:
    def said(language: Language) -> str:
        return stopped(text, language)

    assert (said(EN), said(ZH)) == (english, chinese)
