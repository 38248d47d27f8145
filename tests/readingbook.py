"""A small book whose pages come in pairs, to be read in two languages at once, and its site."""

from __future__ import annotations

import shutil
from pathlib import Path

from conftest import BOOKS
from figurebook import SVG

EARLY = {
    "en": """# Early shapes {#early-shapes}

Shapes came early [@noy2023shapes]; a [corner](term:corner) is *where* two sides meet, see @fig-circle and @sec-far.
See the [timeline](../timeline.md) and [far below](#far).

- First,
- second.

## Circle {#circle}

::: model-card circle

The circle is round.[^round]

::: figure fig-circle
    ![A circle](../images/circle.svg)

    A circle.

!!! note "A note"

    Round it is.

=== "Small"

    A small circle.

=== "Large"

    A large circle.

```text
radius
```

| Shape | Corners |
| --- | --- |
| circle | 0 |

[^round]: Perfectly.

## Odd {#odd}

One.

Two.

- Three.

""",
    "zh": """# 早期的形状 {#early-shapes}

形状很早就有了 [@noy2023shapes]；[角](term:corner)是两边*相交*之处，见@fig-circle和@sec-far。
见[时间线](../timeline.md)和[下文](#far)。

- 其一，
- 其二。

## 圆 {#circle}

::: model-card circle

圆是圆的。[^round]

::: figure fig-circle
    ![圆](../images/circle.svg)

    一个圆。

!!! note "说明"

    它是圆的。

=== "小"

    小圆。

=== "大"

    大圆。

```text
radius
```

| 形状 | 角 |
| --- | --- |
| 圆 | 0 |

[^round]: 非常圆。

## 奇 {#odd}

一、二。

- 三。

""",
}

LONG = {
    "en": "Of many words that fill the lines of a page so that it has to be scrolled. ",
    "zh": "写满一页的许多文字，要滚动才能看完。",
}

TITLES = {"en": "Far", "zh": "远处"}

NAV = "  - comparisons.md\n"


def _sections(language: str) -> str:
    paragraphs = "\n\n".join(LONG[language] * (3 + 2 * number) for number in range(6))
    return "".join(f"## {TITLES[language]} {{#{id}}}\n\n{paragraphs}\n\n" for id in ("far", "farther", "farthest"))


def write_book(book: Path) -> Path:
    """The minimal book with a long page in both languages, and one that is not translated."""
    shutil.copytree(BOOKS / "minimal", book)
    files = {f"content/{code}/open/early.md": EARLY[code] + _sections(code) for code in EARLY}
    files |= {f"content/{code}/images/circle.svg": SVG for code in EARLY}
    files["content/en/only.md"] = "# Only {#only}\n\nOnly in English.\n"
    for name, text in files.items():
        path = book / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    config = (book / "mkdocs.yml").read_text(encoding="utf-8")
    config = config.replace(NAV, f"{NAV}  - only.md\n").replace("  - admonition\n", "  - admonition\n  - footnotes\n")
    (book / "mkdocs.yml").write_text(config, encoding="utf-8")
    return book
