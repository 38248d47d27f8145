"""`modelbook stats`: what a book has, in numbers."""

from __future__ import annotations

import json

from click.testing import CliRunner

from conftest import BOOKS, MakeBook
from modelbook.cli import main
from modelbook.reports.stats import Prose, prose


def test_words_and_characters_are_those_of_prose() -> None:
    assert prose(
        "# Llama 2 {#llama-2}\n\nIt's a [model](x/y.md) [@key, p. 7] of `code` $x^2$ 1,048 words.\n\n::: timeline\n\n"
        "```text\nnot these\n```\n\n::: figure fig-a\n    ![Alt text](a.svg)\n\n    The caption.\n"
    ) == Prose(words=12)
    assert prose("# 圆 {#circle}\n\n圆有 7B 参数 [@key]。\n") == Prose(words=1, han=5)


def test_a_book_is_counted(make_book: MakeBook) -> None:
    figure = "# A {#a}\n\n::: figure fig-a\n    ![A](a.svg)\n\n    A circle.\n"
    picture = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'
    book = make_book({"content/en/a.md": figure, "content/en/a.svg": picture})
    result = CliRunner().invoke(main, ["stats", "--format", "json", "-f", str(book / "mkdocs.yml")])
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    assert found["records"] | {"models": 2, "terms": 1} == found["records"]
    assert found["rows"] == 3
    assert found["entries"] == {"cited": 3, "uncited": 0}
    assert sum(found["values"]["presence"].values()) == 20
    assert found["values"]["presence"]["undisclosed"] == 1
    assert found["values"]["status"]["disputed"] == 1
    assert found["values"]["alternatives"] == 1
    english, chinese = found["languages"]["en"], found["languages"]["zh"]
    assert (english["pages"], english["figures"], english["han_characters"]) == (9, 1, 0)
    assert (chinese["pages"], chinese["stand_ins"], chinese["figures"]) == (8, 1, 0)
    assert chinese["han_characters"] > 50
    assert chinese["translations"]["missing"] == 2
    assert found["checked"] == {"2026-11": 2}


def test_numbers_are_for_people_too() -> None:
    result = CliRunner().invoke(main, ["stats", "-f", str(BOOKS / "minimal/mkdocs.yml")])
    lines = result.stdout.splitlines()
    assert lines[0] == "Records"
    assert lines[1].split() == ["models", "2"]
    assert "中文 (zh)" in lines
