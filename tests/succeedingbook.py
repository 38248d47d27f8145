"""A small book that succeeds another, with a work in progress, and its site."""

from __future__ import annotations

import shutil
from pathlib import Path

from conftest import BOOKS, run_mkdocs

ANCHORS = """models/index.md:
  id7: open/early.md#circle
  old-shapes: index.md#shapes
  round: open/early.md#tbl-shapes
"""


def build_site(folder: Path) -> Path:
    """The site of the book, built strictly in *folder*."""
    book = folder / "book"
    shutil.copytree(BOOKS / "minimal", book)
    (book / "content/anchors.yml").write_text(ANCHORS, encoding="utf-8")
    for code in ("en", "zh"):
        path = book / f"content/{code}/glossary.md"
        path.write_text(f"---\ndraft: true\n---\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    result = run_mkdocs(book, "build", "--strict", "--site-dir", str(folder / "site"))
    assert result.returncode == 0, result.stderr
    return folder / "site"
