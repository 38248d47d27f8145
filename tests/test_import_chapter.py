"""`modelbook import chapter`: a chapter of a Jupyter Book, imported into the small book."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner

from conftest import BOOKS, MakeBook, problems_of, run_mkdocs
from modelbook.cli import main
from modelbook.errors import BookError
from modelbook.importing.myst.importing import with_anchors

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 200"><circle cx="200" cy="100" r="80"/></svg>\n'

CONFIG = """\
title: Solids
parse:
  myst_substitutions:
    unfinished: Not all of this is finished; write to {{ editor }}.
    editor: the [editor](https://editor.example)
  myst_enable_extensions: [dollarmath, linkify, substitution]
"""

CHAPTER = """\
---
jupytext:
  formats: md:myst
title: Solids
---

(solids)=
# Solids

```{admonition} Work in progress
:class: attention
{{ unfinished }}

- read https://shapes.example/reading
- one more {cite}`euler1758elementa`
```

% TODO: say more about edges

Of flat shapes ({numref}`shape-tree`) much has been said {cite:p}`noy2023shapes,euler1758elementa`.
{cite:t}`noy2023shapes` compare them in {numref}`sizes-table`, and {eq}`euler` holds for [all of them](#round-ones).[^1]

[^1]: All that have no holes {cite}`euler1758elementa`.

:::{figure} images/tree.svg
:name: shape tree
:width: 80%
:alt: A tree of shapes

How shapes *descend* from one another {cite}`noy2023shapes`
:::

## Flat ones

A {term}`corner` is where sides meet.
What matters:
- Corners, of which
  - a circle has none
  - an ellipse has none either

    ```{figure} images/corner.svg
    :alt: A corner

    [A corner](https://corner.example), seen from above
    ```
- Sides

### Uniqueness

:::{table} Sizes of shapes {cite}`noy2023shapes`
:name: sizes-table

Shape | Area/[m²] | Notes
--|--:|--
[Circle](https://round.example) | 3.1 | {term}`no corner <corner>`
Ellipse | ~2 | x<sup>2</sup>
:::

## Round ones

### Uniqueness

```{math}
:label: euler
V - E + F = 2
```

::::{tab-set}
:::{tab-item} Circle
Round {cite}`round2024announcement`.
:::
:::{tab-item} Ellipse
Less round.
:::
::::

```{subfigure} AB
:name: both-fig
:subcaptions: below

![The circle](images/tree.svg)
![The ellipse](images/corner.svg)

Both {cite}`noy2023shapes`.
```

<table>
<tr><th>Solid</th><th>Faces</th></tr>
<tr><td><b>Cube</b></td><td>6</td></tr>
</table>

````{dropdown} How it is computed
```{code-block} python
:linenos:
faces = 2 - vertices + edges  # {cite}`nothing`
```
````

See {ref}`solids`, {doc}`early`, {ref}`the start <solids>` and {numref}`Figure %s <both-fig>`.
"""

FILES: dict[str, str | bytes | None] = {
    "jupyter/_config.yml": CONFIG,
    "jupyter/solids.md": CHAPTER,
    "jupyter/images/tree.svg": SVG,
    "jupyter/images/corner.svg": SVG.replace(b"circle", b"ellipse"),
    "mkdocs.yml": (BOOKS / "minimal/mkdocs.yml").read_text(encoding="utf-8")
    + "  - footnotes\n  - pymdownx.details\n  - pymdownx.highlight\n",
}


@pytest.fixture
def book(make_book: MakeBook, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small book beside a Jupyter Book, in which commands run."""
    book = make_book(FILES)
    monkeypatch.chdir(book)
    return book


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["import", "chapter", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def test_a_chapter_keeps_numbers_anchors_and_captions(book: Path, tmp_path: Path) -> None:
    code, out, _ = run("jupyter/solids.md", "--output", "content/en/open/solids.md", "--write")
    assert (code, out.splitlines()[0]) == (
        0,
        "content/en/open/solids.md: 2 admonitions, 9 citations, 1 code block, 1 equation, 3 figures, "
        "1 footnote reference, 5 headings, 1 HTML block, 2 links, 6 references, 2 substitutions, 2 tabs, 1 table, "
        "2 terms; no problem",
    )
    assert problems_of(book) == []
    result = run_mkdocs(book, "build", "--strict", "--site-dir", str(tmp_path / "site"))
    assert result.returncode == 0, result.stderr
    page = BeautifulSoup((tmp_path / "site/open/solids/index.html").read_text(encoding="utf-8"), "html.parser")
    article = page.article
    assert article is not None
    captions = [" ".join(each.get_text(" ", strip=True).split()) for each in article.select(".mb-figure > figcaption")]
    assert captions == [
        "Figure 1 How shapes descend from one another [ 1 ]",
        "Figure 2 A corner , seen from above",
        "Table 2 Sizes of shapes [ 1 ]",
        "Figure 3 Both [ 1 ] .",
    ]
    assert [each.get_text(strip=True) for each in article.select(".mb-part figcaption")] == [
        "(a) The circle",
        "(b) The ellipse",
    ]
    assert [each["id"] for each in article.select("h1, h2, h3")] == [
        "solids",
        "flat-ones",
        "uniqueness",
        "round-ones",
        "round-ones-uniqueness",
    ]
    ids = {each["id"] for each in page.select("[id]")}
    # As Sphinx had them: names, then the numbers of what has none.
    assert {"shape-tree", "sizes-table", "equation-euler", "both-fig", "flat-ones", "uniqueness", "id9", "id12"} <= ids
    moved = {each["id"]: str(each.a["href"]) for each in article.select(".mb-succeeded li") if each.a}
    assert moved["shape-tree"].endswith("#fig-shape-tree")
    assert moved["id9"].endswith("#round-ones-uniqueness")
    assert moved["id12"].endswith("#fig-corner")
    words = " ".join(article.get_text(" ", strip=True).split())
    assert "Of flat shapes ( Figure 1 ) much has been said" in words
    assert "compare them in Table 2 , and Equation 1 holds" in words
    assert "See Solids , Early shapes , the start and Figure 3 ." in words
    assert len(article.select("li li figure")) == 1
    assert (book / "content/en/open/images/tree.svg").read_bytes() == SVG


def test_without_write_the_page_is_printed_and_nothing_written(book: Path) -> None:
    before = sorted(book.rglob("*"))
    code, out, err = run("jupyter/solids.md")
    assert code == 1
    assert err.startswith("with --write, ")
    assert "jupyter/solids.md:99:20: no page 'early'; did you mean 'open/early'?\n" in err
    assert "# Solids {#solids}\n" in out
    assert "with --write, content/anchors.yml has:\nsolids.md:\n  id1: solids.md#solids\n" in err
    assert err.splitlines()[-1].startswith("content/en/solids.md (not written): ")
    assert sorted(book.rglob("*")) == before


def test_what_could_not_be_carried_over_is_listed_with_its_line(book: Path) -> None:
    (book / "jupyter/odd.md").write_text("# Odd\n\n{cite}`noy2023shape`\n\n```{odd} x\n```\n", encoding="utf-8")
    expected = [
        "jupyter/odd.md:3:1: no entry 'noy2023shape' in references.bib; did you mean 'noy2023shapes'?",
        "jupyter/odd.md:5:1: directive 'odd' is not known here and stands as code; "
        "expected Markdown or a view in its place",
    ]
    code, out, err = run("jupyter/odd.md")
    assert code == 1
    assert out == "# Odd {#odd}\n\n[@noy2023shape]\n\n````text\n```{odd} x\n```\n````\n"
    assert err.splitlines()[:2] == expected
    assert err.splitlines()[-1] == "content/en/odd.md (not written): 1 citation, 1 heading; 2 problems"
    code, _, err = run("jupyter/odd.md", "--format", "github")
    assert code == 1
    assert err.splitlines()[0].startswith("::error file=jupyter/odd.md,line=3,col=1::no entry 'noy2023shape'")
    code, out, _ = run("jupyter/odd.md", "--format", "json", "--write")
    said = json.loads(out)
    assert [problem["line"] for problem in said["problems"]] == [3, 5]
    assert (code, said["page"], said["written"]) == (1, "content/en/odd.md", True)
    assert said["carried"] == {"citation": 1, "heading": 1}


def test_a_page_that_is_there_is_replaced_by_force_only(book: Path) -> None:
    page = book / "content/en/open/early.md"
    before = page.read_bytes()
    arguments = ("jupyter/solids.md", "--output", "content/en/open/early.md", "--write")
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    expected = "expected another path in --output, or --force to replace it\n"
    assert err == f"content/en/open/early.md exists; {expected}"
    assert page.read_bytes() == before
    code, _, _ = run(*arguments, "--force")
    assert code == 0
    assert page.read_text(encoding="utf-8").startswith("---\ntitle: Solids\n---\n\n# Solids {#solids}\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--language", "eng"], "the book has no language 'eng'; did you mean 'en'?"),
        (["--output", "solids.md"], "'solids.md' is no page in 'en'; expected a path such as content/en/solids.md"),
        (["--output", "content/zh/solids.md"], "'content/zh/solids.md' is no page in 'en'; expected a path such as"),
        (["--output", "content/en/a b.md"], "'a b' cannot be the name of a page; expected letters, digits, '-' and"),
        (
            ["--output", "content/en/models.md"],
            "'models.md' would stand at the address of 'models/index.md'; expected another path in --output",
        ),
    ],
)
def test_where_a_page_cannot_stand_is_said(book: Path, arguments: list[str], message: str) -> None:
    code, out, err = run("jupyter/solids.md", "--write", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith(message)


def test_a_chapter_that_is_no_text_is_said(book: Path) -> None:
    (book / "jupyter/solids.md").write_bytes(b"\xff")
    code, out, err = run("jupyter/solids.md")
    assert (code, out) == (2, "")
    assert err == "jupyter/solids.md:1:1: byte 0xff is not UTF-8; expected a file saved as UTF-8\n"


def test_pictures_that_are_not_copied_are_said(book: Path) -> None:
    (book / "secret.png").write_bytes(b"x")
    (book / "jupyter/notes.txt").write_bytes(b"x")
    os.symlink(book / "secret.png", book / "jupyter/link.png")
    (book / "content/en/images").mkdir()
    (book / "content/en/images/tree.svg").write_bytes(b"other")
    names = ["../secret.png", "link.png", "notes.txt", "none.png", "images/tree.svg", "/images/corner.svg"]
    (book / "jupyter/pictures.md").write_text("".join(f"![a]({name})\n" for name in names), encoding="utf-8")
    code, out, err = run("jupyter/pictures.md", "--write")
    assert code == 1
    assert sorted(out.splitlines()) == sorted(
        [
            "jupyter/pictures.md:1:1: picture '../secret.png' stands outside of the Jupyter Book and is not copied; "
            "expected it inside",
            "jupyter/pictures.md:1:1: picture 'link.png' stands outside of the Jupyter Book and is not copied; "
            "expected it inside",
            "jupyter/pictures.md:1:1: 'notes.txt' is not copied as a picture; expected '.avif', '.gif', '.jpeg', "
            "'.jpg', '.png', '.svg' or '.webp'",
            "jupyter/pictures.md:1:1: no picture 'none.png'; expected a file beside the chapter",
            "jupyter/pictures.md:1:1: picture 'content/en/images/tree.svg' is there and differs from "
            "'images/tree.svg', which is not copied; expected another name",
        ]
    )
    assert sorted(each.name for each in (book / "content/en/images").iterdir()) == ["corner.svg", "tree.svg"]
    assert (book / "content/en/images/tree.svg").read_bytes() == b"other"
    assert err.splitlines()[-1].endswith("5 problems")


def test_pictures_are_bounded(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("modelbook.importing.myst.importing.MAX_IMAGE_BYTES", 10)
    code, out, _ = run("jupyter/solids.md", "--output", "content/en/open/solids.md", "--write")
    assert code == 1
    message = "has more than 10 bytes and is not copied; expected less"
    assert f"jupyter/solids.md:1:1: picture 'images/tree.svg' {message}\n" in out


def test_labels_of_chapters_that_were_imported_before_lead_to_their_pages(book: Path) -> None:
    (book / "jupyter/flat.md").write_text(
        "# Flat\n\n:::{table} Flat shapes\n:name: flat-shapes\n\n| a |\n|---|\n| b |\n:::\n", encoding="utf-8"
    )
    (book / "jupyter/next.md").write_text("# Next\n\n{numref}`flat-shapes` [so](flat-shapes)\n", encoding="utf-8")
    code, _, err = run("jupyter/next.md")
    assert code == 1
    assert "jupyter/next.md:3:1: no page 'flat'; expected its chapter to be imported, too" in err
    assert run("jupyter/flat.md", "--output", "content/en/open/flat.md", "--write")[0] == 0
    (book / "content/anchors.yml").write_text("flat.md:\n  flat-shapes: open/flat.md#tbl-flat-shapes\n", "utf-8")
    code, out, _ = run("jupyter/next.md")
    assert code == 0
    assert out == "# Next {#next}\n\n@tbl-flat-shapes [so](open/flat.md#tbl-flat-shapes)\n"


def test_ids_that_other_pages_have_are_not_given_again(book: Path) -> None:
    page = "::: figure fig-tree\n    ![a](images/tree.svg)\n\n    A tree.\n"
    (book / "content/en/tree.md").write_text(page, encoding="utf-8")
    (book / "jupyter/own.md").write_text("```{figure} images/tree.svg\n:name: tree\n:alt: a\n\nB\n```\n", "utf-8")
    code, out, _ = run("jupyter/own.md")
    assert code == 0
    assert out.startswith("::: figure fig-tree-2\n")


def test_settings_of_a_jupyter_book_that_cannot_be_read_are_said(book: Path) -> None:
    (book / "jupyter/_config.yml").write_text("a: [\n", encoding="utf-8")
    code, _, err = run("jupyter/solids.md")
    assert code == 1
    assert "jupyter/_config.yml:2:1: not valid YAML" in err


def test_what_reads_myst_may_be_missing(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("modelbook.importing.myst")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "markdown_it", None)
    code, out, err = run("jupyter/solids.md")
    assert (code, out) == (2, "")
    assert err == "'markdown-it-py' is not installed, which reads MyST; expected `pip install 'modelbook[import]'`\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "page.md:\n  a: page.md#b\n  id1: page.md#c\n"),
        (
            "# Why.\nother.md:\n  x: y.md#z\n",
            "# Why.\nother.md:\n  x: y.md#z\npage.md:\n  a: page.md#b\n  id1: page.md#c\n",
        ),
        (
            "page.md:\n    a: away.md#home # stays\n\n# Others.\nother.md:\n  x: y.md#z\n",
            "page.md:\n    a: away.md#home # stays\n    id1: page.md#c\n\n# Others.\nother.md:\n  x: y.md#z\n",
        ),
        ("page.md:\n  id1: x.md#y\n  a: x.md#y\n", "page.md:\n  id1: x.md#y\n  a: x.md#y\n"),
    ],
)
def test_anchors_are_added_and_nothing_else_changes(before: str, after: str) -> None:
    assert with_anchors(before, "page", {"a": "b", "id1": "c"}) == after


@pytest.mark.parametrize(
    ("before", "message"),
    [
        ("page.md: {x: y.md#z}\n", "anchors.yml: 'page.md' stands in one line; expected one anchor a line below it"),
        ("page.md: x\n", "anchors.yml: 'page.md' has no anchors; expected `<anchor>: <page>.md#<id>` below it"),
    ],
)
def test_anchors_in_another_layout_are_left_alone(before: str, message: str) -> None:
    with pytest.raises(BookError) as raised:
        with_anchors(before, "page", {"a": "b"})
    assert str(raised.value) == message
