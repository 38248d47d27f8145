"""The form of the book's Chinese: spaces and punctuation. The English is spelled by codespell, see pyproject.toml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import autocorrect_py
import pytest

from modelbook.book import load_book
from modelbook.errors import Location, Problem
from modelbook.schema import Text

ROOT = Path(__file__).parent.parent

# Full-width punctuation between Latin words, as in `GPT-3：43.9%`, may be that of a Chinese sentence.
autocorrect_py.load_config('{"rules": {"halfwidth-punctuation": 0, "halfwidth-word": 0}}')  # type: ignore[attr-defined] # its stub lacks it

_HAN = r"[\u4e00-\u9fff]"

_RULES = {
    rf"{_HAN}[,;:]|[,;]{_HAN}": "half-width punctuation beside Han; expected full-width",
    r"([，。；：、])[，。；：、？！]|[？！][，。；：、]": "punctuation is doubled; expected one sign",
    rf"{_HAN}\.\.\.|\.\.\.{_HAN}|。。": "dots; expected ……",
    r"[ \t][，。；：、？！）》”]|[（《“][ \t]": "space beside full-width punctuation; expected none",
}
"""What AutoCorrect lets pass."""

_NO_PROSE = re.compile(r"```.*?```|(?<!\\)`[^`\n]*`|(?<=\])\([^)\s]*\)|<!--.*?-->|https?://\S+", re.S)


def flaws(text: str) -> Iterator[tuple[int, int, str]]:
    """What is wrong with the form of a Chinese Markdown text: line, column, message."""
    result = autocorrect_py.lint_for(text, "markdown")
    for each in result.lines:
        yield each.line, each.col, f"'{each.old.strip()}'; expected '{each.new.strip()}'"
    prose = _NO_PROSE.sub(lambda match: re.sub(r"[^\n]", "\0", match[0]), text)
    for number, line in enumerate(prose.split("\n"), 1):
        for pattern, message in _RULES.items():
            for match in re.finditer(pattern, line):
                yield number, match.start() + 1, f"'{match[0]}': {message}"


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("模型很好，GPT-4 `a,b`也是[链接](a.md)中，[一二](#b)。", []),
        ("测试GPT模型", ["'测试GPT模型'; expected '测试 GPT 模型'"]),
        ("是吗?不", ["'是吗?不'; expected '是吗？不'"]),
        ("先A,后", ["'先A,后'; expected '先 A，后'", "',后': half-width punctuation beside Han; expected full-width"]),
        ("好。，对", ["'。，': punctuation is doubled; expected one sign"]),
        ("慢慢...来", ["'慢...': dots; expected ……"]),
    ],
)
def test_flaws_are_found(text: str, messages: list[str]) -> None:
    assert [message for _, _, message in flaws(text)] == messages


def test_chinese_pages_are_well_formed() -> None:
    found = [
        str(Problem(Location(path.relative_to(ROOT).as_posix(), line, column), message))
        for path in sorted((ROOT / "content" / "zh").rglob("*.md"))
        for line, column, message in flaws(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_chinese_texts_of_records_are_well_formed() -> None:
    languages = {code: {"name": code} for code in ("en", "zh")}
    book = load_book(ROOT, data_dir=ROOT / "data", references=ROOT / "references.bib", languages=languages)
    found = [
        f"{record.locate((*path, 'zh'))}: {message}"
        for record in book.catalogue
        for path, value in record.values
        if isinstance(value, Text) and "zh" in value.by_language
        for _, _, message in flaws(value.by_language["zh"])
    ]
    assert found == []
