"""A book with a long timeline, generated, and its site."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import BOOKS, run_mkdocs

ORGANIZATIONS = 16
MODELS = 200
"""Each has a variant that came later: with the 40 events and the minimal book's, more than are shown unfolded."""
EVENTS = 40
TYPES = ("leak", "paper", "license", "tool")

PART = "# Part {#part}\n\n::: timeline from=2021-01 to=2021-04\n\n::: timeline latest=3\n"


def _records() -> Iterator[tuple[str, str]]:
    for number in range(ORGANIZATIONS):
        yield f"organizations/lab-{number:02}", f"name: Lab {number}\ntype: company\n"
    for number in range(MODELS):
        year, month = 2021 + number // 50, number % 12 + 1
        date = f"{year}-{month:02}" if number % 5 == 0 else f"{year}-{month:02}-{number % 28 + 1:02}"
        media, weights = ("text", "open") if number % 2 else ("image", "closed")
        base = f"\nderived_from: [{{model: shape-{number - 50:03}, relation: successor}}]" if number >= 50 else ""
        yield (
            f"models/shape-{number:03}",
            f"name: Shape {number}\norganizations: [lab-{(number % 40) % ORGANIZATIONS:02}]\npurpose: base\n"
            f"modality: {{input: [text], output: [{media}]}}\nsummary: {{en: A shape., zh: 形状。}}\n"
            f"cite: [noy2023shapes]\nchecked: '2026-11'\nreleased: '{date}'\nopenness: {{weights: {weights}}}\n"
            f"variants: {{small: {{name: Shape {number} small, released: '2024-12-{number % 28 + 1:02}'}}}}{base}\n",
        )
    for number in range(EVENTS):
        yield (
            f"events/event-{number:02}",
            f"name: {{en: Something happens {number}, zh: 事件 {number}}}\n"
            f"date: '202{1 + number // 10}-05-{number % 28 + 1:02}'\n"
            f"type: {TYPES[number % 4]}\nmodels: [shape-{number:03}]\nimportance: '{number % 3 + 1}'\n"
            f"cite: [noy2023shapes]\ntext: {{en: It happened., zh: 发生了。}}\n",
        )


def write_book(book: Path) -> Path:
    shutil.copytree(BOOKS / "minimal", book)
    for name, text in _records():
        path = book / f"data/{name}.yaml"
        path.write_text(text, encoding="utf-8")
    for language in ("en", "zh"):
        (book / f"content/{language}/part.md").write_text(PART, encoding="utf-8")
    config = (book / "mkdocs.yml").read_text(encoding="utf-8")
    (book / "mkdocs.yml").write_text(
        config.replace("  - timeline.md\n", "  - timeline.md\n  - part.md\n"), encoding="utf-8"
    )
    return book


@pytest.fixture(scope="session")
def timeline_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the book, built strictly."""
    book = write_book(tmp_path_factory.mktemp("timeline") / "book")
    result = run_mkdocs(book, "build", "--strict")
    assert result.returncode == 0, result.stderr
    return book / "site"
