"""A small book with figures, tables, equations and references to them, and its site."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from conftest import BOOKS, run_mkdocs

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 200"><circle cx="200" cy="100" r="80"/></svg>\n'

OPEN = {
    "en": r"""# Open shapes {#open-shapes}

Openness matters: see @fig-circle, @fig-parts, @tbl-corners, @tbl-shapes, @eq-area and @sec-circle.
Not `@fig-none`, \@fig-none, a@fig-none.example or <https://a.example/@fig-none>.

- In a list:

    ::: figure fig-circle
        ![A *round* circle](../images/circle.svg){width=200}

        A **circle** [@noy2023shapes]; compare @fig-parts.

    and on.

::: table tbl-corners
    | Shape | Corners |
    | --- | --- |
    | circle | $n_0$ |

    Corners.

## Circle {#circle}

A section about it.
""",
    "zh": r"""# 开放的形状 {#open-shapes}

开放很重要：见@fig-circle、@fig-parts、@tbl-corners、@tbl-shapes、@eq-area和@sec-circle。

::: figure fig-circle
    ![圆](../images/circle.svg)

    **圆** [@noy2023shapes]。

::: table tbl-corners
    | 形状 | 角 |
    | --- | --- |
    | 圆 | $n_0$ |

    角的数目。

## 圆 {#circle}

关于圆的一节。
""",
}

PARTS = """
::: figure fig-parts
    ![left](images/circle.svg "Left") ![right](images/circle.svg "Right")

    {caption}

::: equation eq-area
    A = \\pi r^2
"""

EARLY = "# {title} {{#early-shapes}}\n\n::: comparison shapes\n"

FILES = {
    "content/en/images/circle.svg": SVG,
    "content/zh/images/circle.svg": SVG,
    "content/en/open/index.md": OPEN["en"],
    "content/zh/open/index.md": OPEN["zh"],
    "content/en/open/early.md": EARLY.format(title="Early shapes"),
    "content/zh/open/early.md": EARLY.format(title="早期的形状"),
    "content/en/timeline.md": "# Timeline {#timeline}\n" + PARTS.replace("{caption}", "Two parts."),
    "content/zh/timeline.md": "# 时间线 {#timeline}\n" + PARTS.replace("{caption}", "两部分。"),
}


def write_book(book: Path) -> Path:
    shutil.copytree(BOOKS / "minimal", book)
    for name, text in FILES.items():
        path = book / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return book


@pytest.fixture(scope="session")
def figures_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the book, built strictly."""
    book = write_book(tmp_path_factory.mktemp("figures") / "book")
    result = run_mkdocs(book, "build", "--strict")
    assert result.returncode == 0, result.stderr
    return book / "site"
