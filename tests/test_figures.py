"""Figures, tables, equations, formulas, and references to them."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import MakeBook, run_mkdocs
from figurebook import SVG, figures_site
from modelbook.crossrefs import find_references
from modelbook.formulas import FormulaError, formula
from modelbook.images import image_size
from sites import article, broken_links

__all__ = ["figures_site"]


def labels(site: Path, address: str) -> list[str]:
    return [tag.get_text() for tag in article(site, address).select("a.mb-label")]


def references(site: Path, address: str) -> dict[str, str]:
    return {str(tag["href"]): tag.get_text() for tag in article(site, address).select("p a.mb-crossref")}


def test_what_has_a_number_is_counted_by_kind_over_all_pages_of_a_language(figures_site: Path) -> None:
    assert labels(figures_site, "open/") == ["Figure 1", "Table 1"]
    assert labels(figures_site, "open/early/") == ["Table 2"]
    assert labels(figures_site, "timeline/") == ["Figure 2", "(1)"]
    assert labels(figures_site, "zh/open/") == ["图 1", "表 1"]
    assert labels(figures_site, "zh/timeline/") == ["图 2", "(1)"]


def test_a_view_shown_again_is_the_same_table(figures_site: Path) -> None:
    assert labels(figures_site, "comparisons/") == ["Table 2"]


def test_references_lead_there_in_the_words_of_the_language(figures_site: Path) -> None:
    assert references(figures_site, "open/") == {
        "./#fig-circle": "Figure 1",
        "../timeline/#fig-parts": "Figure 2",
        "./#tbl-corners": "Table 1",
        "early/#tbl-shapes": "Table 2",
        "../timeline/#eq-area": "Equation 1",
        "./#circle": "Circle",
    }
    assert list(references(figures_site, "zh/open/").values()) == ["图 1", "图 2", "表 1", "表 2", "式 (1)", "圆"]
    assert broken_links(figures_site) == []


def test_a_figure_has_its_picture_size_and_caption(figures_site: Path) -> None:
    figure = article(figures_site, "open/").select_one("li figure#fig-circle")
    assert figure is not None
    image, link, caption = figure.img, figure.select_one("a.mb-picture"), figure.figcaption
    assert image is not None
    assert link is not None
    assert caption is not None
    assert [image[key] for key in ("width", "height", "loading")] == ["200", "100", "lazy"]
    assert link["href"] == image["src"] == "../en/images/circle.svg"
    assert link["title"] == "Enlarge"
    assert caption.get_text().startswith("Figure 1 A circle [1")
    assert "@fig-none" in article(figures_site, "open/").get_text()


def test_parts_of_a_figure_have_letters_and_ids(figures_site: Path) -> None:
    parts = article(figures_site, "timeline/").select("#fig-parts figure.mb-part")
    assert [(part["id"], part.get_text(strip=True)) for part in parts] == [
        ("fig-parts-a", "(a) Left"), ("fig-parts-b", "(b) Right"),
    ]  # fmt: skip


def test_permalinks_are_named_in_the_language_of_the_page(figures_site: Path) -> None:
    for prefix, hint in (("", "Link to this place"), ("zh/", "此处的链接")):
        links = article(figures_site, f"{prefix}open/").select("a.headerlink, a.mb-label")
        assert {link["title"] for link in links} == {hint}
        assert len(links) == 4


def test_formulas_are_mathml(figures_site: Path) -> None:
    math = article(figures_site, "zh/open/").select("td math")
    assert [element["alttext"] for element in math] == ["n_0"]


# --- parts -----------------------------------------------------------------------------


def test_references_in_a_text() -> None:
    assert find_references("@fig-a, (@tbl-b.c) 见@sec-d。 `@eq-e` \\@fig-f x@fig-g /@fig-h @figure @fig-") == [
        "fig-a", "tbl-b.c", "sec-d",
    ]  # fmt: skip


def test_a_formula_is_safe() -> None:
    element = formula(r"\href{javascript:alert(1)}{x} < 1")
    assert not [part for part in element.iter() if "href" in part.attrib]
    assert "<" in "".join(element.itertext())


@pytest.mark.parametrize(
    ("latex", "message"),
    [
        ("", "formula is empty"),
        (r"\frac{1}{2", "braces of a formula do not match"),
        (r"\foo{x}", r"formula has the unknown command '\foo'"),
        ("x^", "formula cannot be read (missing super script or subscript)"),
    ],
)
def test_what_is_wrong_with_a_formula(latex: str, message: str) -> None:
    with pytest.raises(FormulaError) as raised:
        formula(latex)
    assert str(raised.value).startswith(message)


def test_sizes_of_images(tmp_path: Path) -> None:
    svg, png, other = tmp_path / "a.svg", tmp_path / "a.png", tmp_path / "a.txt"
    svg.write_text(SVG, encoding="utf-8")
    png.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\0\x20")
    other.write_text("text", encoding="utf-8")
    assert [image_size(path) for path in (svg, png, other, tmp_path / "none")] == [(400, 200), (256, 32), None, None]


# --- headings --------------------------------------------------------------------------


def test_headings_without_an_id_get_one_from_the_heading_above(make_book: MakeBook) -> None:
    headings = [
        "# A {#early-shapes}",
        "## Circle",
        "### Uniqueness",
        "## `x` {#oval}",
        "### Uniqueness",
        "#### Of *it*",
    ]
    book = make_book({"content/en/open/early.md": "\n\n".join(headings)})
    assert run_mkdocs(book, "build", "--strict").returncode == 0
    ids = [str(tag["id"]) for tag in article(book / "site", "open/early/").select("h1, h2, h3, h4")]
    assert ids == ["early-shapes", "circle", "circle-uniqueness", "oval", "oval-uniqueness", "oval-uniqueness-of-it"]


def test_headings_are_numbered_by_option(make_book: MakeBook) -> None:
    book = make_book({})
    config = (book / "mkdocs.yml").read_text(encoding="utf-8")
    (book / "mkdocs.yml").write_text(
        config.replace("  - modelbook:\n", "  - modelbook:\n      number_headings: true\n"), encoding="utf-8"
    )
    assert run_mkdocs(book, "build", "--strict").returncode == 0
    assert "numbered-headings.css" in (book / "site/index.html").read_text(encoding="utf-8")
