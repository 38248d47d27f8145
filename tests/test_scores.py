"""`::: scores`: like is set beside like."""

from __future__ import annotations

from conftest import MakeBook, problems_of, run_mkdocs
from sites import article, table_text

SQUARE = """
name: Square
organizations: [round-labs]
purpose: base
modality: {input: [text], output: [text]}
summary: {en: A square., zh: 正方形。}
cite: [noy2023shapes]
checked: "2025-02"
scores:
  - {benchmark: roundness, value: "12", by: developer, cite: [noy2023shapes]}
  - benchmark: roundness
    value: "34"
    setting: {en: after rounding, zh: 圆角之后}
    by: developer
    cite: [noy2023shapes]
"""


def test_scores_of_one_setting_share_a_row(make_book: MakeBook) -> None:
    pages = {
        f"content/{code}/open/index.md": "# Open {#open}\n\n::: scores roundness\n\n@tbl-scores-roundness\n"
        for code in ("en", "zh")
    }
    book = make_book(pages | {"data/models/square.yaml": SQUARE})
    assert run_mkdocs(book, "build", "--strict").returncode == 0
    rows = table_text(article(book / "site", "zh/open/").select("table")[0])
    assert rows == [["测试设置", "Circle 7B", "Square"], ["—", "99.5", "12"], ["圆角之后", "—", "34"]]


def test_scores_that_are_not_there_are_said(make_book: MakeBook) -> None:
    text = "# Open {#open}\n\n::: scores roundness models=ellipse\n\n::: scores rondness\n"
    assert problems_of(make_book({"content/en/open/index.md": text})) == [
        "content/en/open/index.md:3:1: no score of 'roundness' in these models; expected models that have one",
        "content/en/open/index.md:5:1: no benchmark 'rondness'; did you mean 'roundness'?",
    ]
