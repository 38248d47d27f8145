"""Chapters in MyST as pages: golden cases in `cases/myst/`, and what holds of any text."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
import yaml

from modelbook.errors import Location
from modelbook.importing.myst.chapter import Imported, import_chapter
from modelbook.importing.myst.inlines import MAX_EXPANSIONS, Setting
from modelbook.importing.myst.syntax import MAX_NESTING, Source, read, with_wide_lists
from modelbook.importing.myst.targets import find_targets, make_id

CASES = Path(__file__).parent / "cases" / "myst"

BOOK = {"keys": {"a", "b"}, "terms": {"corner": "corner"}, "pages": {"chapter": "A chapter"}}


def cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{path.stem}-{case['case']}")
        for path in sorted(CASES.glob("*.yml"))
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def convert(text: str, **settings: Any) -> Imported:
    return import_chapter(text, "chapter.md", Setting(**{**BOOK, **settings}))


@pytest.mark.parametrize("case", cases())
def test_myst_becomes_what_the_case_says(case: dict[str, Any]) -> None:
    settings = dict(case.get("setting", {}))
    if "taken" in settings:
        settings["taken"] = frozenset(settings["taken"])
    imported = convert(case["myst"], **settings)
    assert imported.markdown == case["ours"]
    assert list(map(str, imported.problems)) == case.get("problems", [])
    assert imported.anchors == case.get("anchors", {})
    assert imported.images == case.get("images", {})


PLAIN = [
    'A paragraph with *emphasis*, **strength**, `{cite}` and a [link](https://a.example/x_y "title").',
    "Two lines of words\nand a third — “quoted” ~2.1 years, <https://a.example>, 5 < 6 & so on.",
    "- a list\n- of `{term}` two\n    - four columns in",
    "1. numbers\n2. in order",
    "> a quotation\n> of two lines",
    "| a | b |\n| --- | --- |\n| 1 | `{x}` |",
    "```python\nprint('{cite}`a`')  # {{ no }} <b>\n```",
    "~~~\n(label)=\n% no comment\n:::{note}\n~~~",
    "    indented {cite}`a`\n    code",
    "---",
    "<!-- a comment {cite}`a` -->",
    "汉字与 Latin 混排，“引号”、《书名》。",
    "![A picture](https://a.example/a.png)",
]


@pytest.mark.parametrize("seed", range(40))
def test_text_without_constructs_stays_byte_for_byte(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 (a test that is the same each time)
    text = "\n\nWords.\n\n".join(chance.choices(PLAIN, k=chance.randrange(1, 12))) + "\n" * chance.randrange(3)
    imported = convert(text)
    assert imported.markdown == text
    assert imported.problems == []


PIECES = [
    *("```{note}\n", "```\n", "```{figure} a.png\n", "```{list-table} t\n", "```{csv-table} c\n", "```{glossary}\n"),
    *("```{subfigure} AB\n", "```{code-cell}\n", "```{table} T\n", "```{raw} html\n", "```{math}\n", "~~~\n"),
    *(":::{tip}\n", ":::\n", "::::{tab-set}\n", ":::{tab-item} a\n", ":name: x\n", "---\n", "===\n", "+++\n"),
    *("- ", "  - ", "* - a\n", "1. ", "> ", "    ", "\t", "\n", "\n\n", "# ", "## H\n", "%", "% c\n", "(x)=\n"),
    *("|a|b|\n|--|--|\n", "{cite}`a`", "{cite:t}`", "{term}`x <y>`", "{numref}`%s <x>`", "`", "``", "{{", "}}"),
    *("{{ a }}", "$", "$$", "$$ (e)\n", "\\", "\\begin{align}\n", "\\end{align}\n", "[a](b)", "[](x)", "![](y.png)"),
    *("<b>", "</b>", "<br>", "<table>", "<tr>", "<td>", "</table>", "<div>\n", "</div>\n", "<!--", "-->", "<a href='"),
    *("'>", "<sup>2</sup>", "[^1]", "[^1]: n\n", ": d\n", "{#id}\n", "&amp;", "@a", "https://a.example ", "word "),
    *("中文", "\0", "\r\n", "\x0b", "\u2028", "{", "}", "[", "]", "(", ")", "T\n", "  def\n"),
]


@pytest.mark.parametrize("start", range(0, 600, 60))
def test_no_input_is_too_strange(start: int) -> None:
    for seed in range(start, start + 60):
        chance = random.Random(seed)  # noqa: S311 (a test that is the same each time)
        text = "".join(chance.choices(PIECES, k=chance.randrange(1, 60)))
        if not seed % 5:
            text = f'---\nsubstitutions:\n  a: "{{{{ a }}}} {{{{ a }}}}"\n---\n{text}'
        imported = convert(text, links_bare_addresses=True)
        lines = text.replace("\r\n", "\n").count("\n") + 1
        for problem in imported.problems:
            assert problem.location.path == "chapter.md"
            assert 1 <= problem.location.line <= lines, (seed, problem)


@pytest.mark.parametrize("case", [each for each in cases() if not each.values[0]["myst"].startswith("---")])
def test_in_a_box_all_is_the_same_but_indented(case: dict[str, Any]) -> None:
    settings = dict(case.get("setting", {}))
    if "taken" in settings:
        settings["taken"] = frozenset(settings["taken"])
    settings.pop("extensions", None)
    boxed = convert(f"::::::{{note}}\n{case['myst']}::::::\n", **settings)
    body = "\n".join(f"    {line}".rstrip() for line in case["ours"].strip("\n").split("\n"))
    assert _lines(boxed.markdown) == _lines(f"!!! note\n\n{body}\n")
    said = [problem.message for problem in boxed.problems]
    expected = [problem.split(": ", 1)[1] for problem in case.get("problems", [])]
    assert sorted(said) == sorted(each for each in expected if "does not use" not in each)
    assert boxed.anchors == case.get("anchors", {})


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.split("\n")]


def test_directives_nest_no_deeper_than_allowed() -> None:
    depth = MAX_NESTING + 5
    text = "".join(f"{':' * (depth - level + 3)}{{note}}\n" for level in range(depth)) + "innermost {cite}`a`\n"
    imported = convert(text)
    assert f"nested deeper than {MAX_NESTING} levels" in str(imported.problems[-1])
    assert "innermost {cite}`a`" in imported.markdown


def test_substitutions_that_hold_one_another_end() -> None:
    front = "".join(f'  s{n}: "{{{{ s{n + 1} }}}} {{{{ s{n + 1} }}}}"\n' for n in range(18))
    imported = convert(f"---\nsubstitutions:\n{front}  s18: x\n---\n{{{{ s0 }}}}\n")
    assert imported.carried["substitution"] <= MAX_EXPANSIONS
    assert imported.problems


def test_places_are_those_of_the_file() -> None:
    text = "\n".join(
        [
            "---",
            "title: T",
            "---",
            "- a",
            "  - b",
            "",
            "    :::{note}",
            "    > word {cite}`nobody`",
            "    :::",
        ]
    )
    (problem,) = convert(text).problems
    assert problem.location == Location("chapter.md", 8, 12)


@pytest.mark.parametrize(
    ("title", "id"),
    [
        ("GPT-J 6B", "gpt-j-6b"),
        ("1.Proprietary Models 专有模型", "proprietary-models"),
        ("What's new?", "what-s-new"),
        ("Überblick", "uberblick"),
        ("形状", ""),
    ],
)
def test_ids_are_those_of_sphinx(title: str, id: str) -> None:
    assert make_id(title) == id


def test_ids_are_counted_as_sphinx_does() -> None:
    """Each citation, each footnote's mark and each title that is taken has a number; figures come last."""
    text = """\
# Models

{cite}`a,b` {cite}`a`[^1]

## Uniqueness

```{figure} a.png
Caption {cite}`a`
```

## Uniqueness

```{table} T
| a |
|---|
| {cite}`a` |
```

## Uniqueness

[^1]: A note.
"""
    targets = find_targets(Source(text, "x.md"), lambda _: None)
    found = {target.location.line: target.anchors for target in targets}
    assert found == {1: ["models"], 5: ["uniqueness"], 7: ["id8"], 11: ["id5"], 13: ["id9"], 19: ["id7"]}


def test_wider_lists_say_the_same() -> None:
    text = "- a\n  - b\n\n    c\n\n    - d\n10. e\n\n    f\n> - g\n>   - h\n"
    source = Source(text, "x.md")
    wide = with_wide_lists(source)
    assert wide.text == "- a\n    - b\n\n        c\n\n        - d\n10. e\n\n    f\n> - g\n>     - h\n"
    assert [block.kind for block in read(wide)] == [block.kind for block in read(source)]
    assert wide.locate(wide.text.index("d")) == source.locate(text.index("d"))
