"""A book with so many rows that not all are in the page: a square with 320 variants beside the minimal shapes."""

from __future__ import annotations

import shutil
from pathlib import Path

from conftest import BOOKS

VARIANTS = 320
ROWS = VARIANTS + 3

SQUARE = """\
name: {en: Square, zh: 正方形}
aliases: [Quadrat]
organizations: [round-labs]
purpose: chat
modality: {input: [text], output: [text]}
summary: {en: A square., zh: 正方形。}
checked: "2026-11"
cite: [noy2023shapes]
released: "2024-09"
license: {weights: angular}
derived_from:
  - {model: circle, variant: 70b, relation: successor, cite: [noy2023shapes]}
variants:
"""

COMPARISON = """\
name: {en: Large and small, zh: 大与小}
columns: [name, parameters, released, openness.weights]
filter: {purpose: [base, chat], released: 2023/2024}
sort: [-parameters]
group: purpose
"""

PAGES = {
    "compare.md": "# {title} {{#compare}}\n\n::: compare\n",
    "grouped.md": "# {title} {{#grouped}}\n\n::: comparison grouped\n\n::: side-by-side ellipse\n",
}


def write_book(book: Path) -> Path:
    """The minimal book with more rows, a page that compares them all, and one of a filtered comparison."""
    shutil.copytree(BOOKS / "minimal", book)
    variants = "".join(
        f"  v{number}: {{name: Square {number}, parameters: {number}B}}\n" for number in range(1, VARIANTS + 1)
    )
    (book / "data/models/square.yaml").write_text(SQUARE + variants, encoding="utf-8")
    (book / "data/comparisons/grouped.yaml").write_text(COMPARISON, encoding="utf-8")
    for code, title in (("en", "Compare"), ("zh", "对照")):
        for name, text in PAGES.items():
            (book / f"content/{code}/{name}").write_text(text.format(title=title), encoding="utf-8")
    config = (book / "mkdocs.yml").read_text(encoding="utf-8")
    nav = "  - comparisons.md\n"
    (book / "mkdocs.yml").write_text(config.replace(nav, f"{nav}  - compare.md\n  - grouped.md\n"), encoding="utf-8")
    return book
