"""Views as HTML, and what a page is made from."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import BOOKS, MakeBook, problems_of, run_mkdocs
from modelbook.book import Book, load_book
from modelbook.drafts import Draft
from modelbook.markdown_extension import BookExtension, convert
from modelbook.pages import Page
from modelbook.rendering import Renderer

MINIMAL = BOOKS / "minimal"


@pytest.fixture(scope="module")
def book() -> Book:
    return load_book(
        MINIMAL,
        data_dir=MINIMAL / "data",
        references=MINIMAL / "references.bib",
        languages={"en": {"name": "English"}, "zh": {"name": "中文"}},
    )


def read(book: Book, markdown: str) -> tuple[str, Draft]:
    draft = Draft(Renderer(book), Page(book.languages["en"], "page", "content/en/page.md", markdown))
    return convert(markdown, [BookExtension(lambda: draft)], {}), draft


def test_a_page_knows_what_it_was_made_from(book: Book) -> None:
    _, draft = read(book, "A *word* [@noy2023shapes].\n\n::: model-card ellipse\n")
    assert draft.uses.records == {"models/ellipse", "organizations/round-labs", "licenses/angular", "terms/*"}
    assert draft.uses.entries == {"noy2023shapes"}
    assert draft.uses.templates == {"views/model-card.html"}


def test_a_view_of_all_records_says_so(book: Book) -> None:
    _, draft = read(book, "::: timeline\n")
    assert {"models/*", "events/*"} <= draft.uses.records


def test_what_derives_from_a_model_is_among_its_sources(book: Book) -> None:
    _, draft = read(book, "::: model circle\n")
    assert {"models/circle", "models/circle/derivatives", "models/ellipse"} <= draft.uses.records


def test_reading_a_page_again_gives_the_same(book: Book) -> None:
    markdown = "::: comparison shapes\n\n::: timeline\n\n::: model circle\n"
    assert read(book, markdown)[0] == read(book, markdown)[0]


def own_templates(make_book: MakeBook, **files: str) -> Path:
    book = make_book({f"site_overrides/modelbook/{name}": text for name, text in files.items()})
    config = (book / "mkdocs.yml").read_text(encoding="utf-8")
    config = config.replace("  font: false\n", "  font: false\n  custom_dir: site_overrides\n")
    (book / "mkdocs.yml").write_text(config, encoding="utf-8")
    return book


def test_a_book_may_bring_its_own_template(make_book: MakeBook) -> None:
    book = own_templates(make_book, **{"views/models.html": "<p>{{ view.size }} shapes</p>\n"})
    assert run_mkdocs(book, "build", "--strict").returncode == 0
    assert "<p>2 shapes</p>" in (book / "site/models/index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("template", "place", "said"),
    [
        ("<p>\n{{ view.nothing }}\n</p>\n", "2:1", "has no attribute 'nothing'"),
        ("<p>\n{% if %}\n", "2:1", "Expected an expression, got 'end of statement block'"),
        ("{{ 1 / 0 }}\n", "1:1", "division by zero"),
        ("{{ view.__class__.__mro__ }}\n", "1:1", "access to attribute '__class__' of 'Grid' object is unsafe."),
    ],
)
def test_a_template_that_fails_is_a_problem_at_its_line(
    make_book: MakeBook, template: str, place: str, said: str
) -> None:
    book = own_templates(make_book, **{"views/models.html": template})
    # The page stands in two languages; what is wrong is said once.
    (problem,) = problems_of(book)
    assert problem.startswith(f"site_overrides/modelbook/views/models.html:{place}: template fails: ")
    assert problem.endswith(said)


def test_a_failing_list_of_references_is_a_problem_too(make_book: MakeBook) -> None:
    book = own_templates(make_book, **{"views/references.html": "{{ nothing }}\n"})
    result = run_mkdocs(book, "build", "--strict")
    assert result.returncode != 0
    assert "references.html:1:1: template fails: 'nothing' is undefined" in result.stderr
    assert "Traceback" not in result.stderr
