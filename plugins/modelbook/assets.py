"""What a page loads of the book's own: one style sheet, and one script that loads what the page needs.

A first visit asks for few files; the parts stay files of their own where they are written.
"""

from __future__ import annotations

from pathlib import Path

THEME = Path(__file__).parent / "theme"
"""Templates and assets that stand between the book's own theme folder and Material's."""

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


def first_script() -> str:
    """What has to run before Material's own scripts, to stand in every page: without comments, and small."""
    lines = (THEME / FOLDER / "late-search.js").read_text(encoding="utf-8").splitlines()
    return "\n".join(line.strip() for line in lines if not line.startswith("//"))


def style_sheet() -> str:
    """The parts of the style sheet as one."""
    return "\n".join((THEME / FOLDER / f"{name}.css").read_text(encoding="utf-8") for name in STYLES)
