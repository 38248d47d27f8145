"""What a page loads of the book's own: one style sheet, and one script that loads what the page needs.

A first visit asks for few files; the parts stay files of their own where they are written.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

FOLDER = "assets/modelbook"
"""Where they stand below the root of the site, and of the theme."""

STYLE_SHEET = f"{FOLDER}/book.css"
SCRIPT = f"{FOLDER}/book.js"

STYLES = (
    "modelbook",
    "card",
    "terms",
    "figures",
    "citations",
    "references",
    "reading",
    "pictures",
    "timeline",
    "compare",
    "pages",
    "colophon",
)
"""The parts of the style sheet, in their order."""


def first_script(theme: Path) -> str:
    """What has to run before Material's own scripts, to stand in every page: without comments, and small."""
    lines = (theme / FOLDER / "late-search.js").read_text(encoding="utf-8").splitlines()
    return "\n".join(line.strip() for line in lines if not line.startswith("//"))


def style_sheet(theme: Path, names: Iterable[str]) -> str:
    """The parts of the style sheet as one."""
    return "\n".join((theme / FOLDER / f"{name}.css").read_text(encoding="utf-8") for name in names)
