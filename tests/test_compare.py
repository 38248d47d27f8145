"""Comparisons: which rows they have, their order, the files of the table of all models, models side by side."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from comparebook import ROWS, write_book
from conftest import run_mkdocs
from modelbook.book import Book, load_book
from modelbook.catalogue import Subject
from modelbook.families import family_of
from modelbook.records import Comparison, Filter, Model, read_record
from modelbook.selection import matches, row_subjects, select
from modelbook.sources import parse_document
from modelbook.views.cells import Cell, make_cell
from modelbook.views.compare import compare, compare_data
from modelbook.views.comparison import comparison
from modelbook.views.side_by_side import companions_of, table
from modelbook.views.sorting import natural, ranks, sorted_cells
from sites import article, broken_links, table_text

LANGUAGES = {"en": {"name": "English"}, "zh": {"name": "中文"}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_book(tmp_path_factory.mktemp("compare") / "book")


@pytest.fixture(scope="module")
def book(folder: Path) -> Book:
    found = load_book(folder, data_dir=folder / "data", references=folder / "references.bib", languages=LANGUAGES)
    assert found.problems == []
    return found


@pytest.fixture(scope="module")
def site(folder: Path) -> Path:
    result = run_mkdocs(folder, "build", "--strict")
    assert result.returncode == 0, result.stderr
    return folder / "site"


def found_by(book: Book, wanted: str) -> list[str]:
    text = f"name: A\ncolumns: [name]\n{wanted}\n"
    record = read_record(Comparison, parse_document(text, "data/comparisons/a.yaml"))
    assert isinstance(record, Comparison)
    return [subject.id for subject in select(book.catalogue, record) if not subject.id.startswith("square:v")]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("filter: {purpose: base}", ["circle:7b", "circle:70b"]),
        ("filter: {purpose: base}\neach: model", ["circle"]),
        ("filter: {parameters: 5B-10B}", ["circle:7b"]),
        ("filter: {parameters: 8B+, purpose: base}", ["circle:70b"]),
        ("filter: {parameters: 7B, purpose: base}", ["circle:7b"]),
        ("filter: {released: '2024-06'}", ["circle:70b"]),
        ("filter: {released: 2024, purpose: base}", ["circle:7b", "circle:70b"]),
        ("filter: {modality: {output: image}}", ["ellipse"]),
        ("filter: {commercial_use: [conditional, 'no'], organizations: round-labs}", ["ellipse"]),
        ("filter: {openness: {weights: open}, training: {tokens: 1T+}}", ["circle:7b", "circle:70b"]),
        ("filter: {family: circle}", ["circle:7b", "circle:70b", "ellipse"]),
        ("filter: {family: ellipse}", ["ellipse"]),
        ("filter: {}", ["circle:7b", "circle:70b", "ellipse"]),
        ("rows: [ellipse, circle]", ["ellipse", "circle"]),
    ],
)
def test_a_filter_is_written_as_a_model_is(book: Book, wanted: str, found: list[str]) -> None:
    assert found_by(book, wanted) == found


def test_what_is_not_known_passes_no_filter(book: Book) -> None:
    ellipse = Subject(book.catalogue.find(Model, "ellipse"))
    assert not matches(book.catalogue, ellipse, Filter.model_validate({"parameters": "1-9T"}))
    assert matches(book.catalogue, ellipse, Filter())


def test_rows_are_sorted_and_grouped(book: Book) -> None:
    made = comparison(book, book.languages["en"], "grouped")
    assert [group.shared.value for group in made.groups if group.shared] == ["base", "chat"]
    base, chat = ([row[1].cell.value for row in group.rows] for group in made.groups)
    assert [each.written for each in base] == ["70B", "7B"]
    assert (chat[0].written, chat[-1]) == ("320B", "undisclosed")  # what is missing is last
    assert made.size == ROWS


def test_what_is_missing_has_no_rank(book: Book) -> None:
    subjects = [Subject(book.catalogue.find(Model, "circle"), "70b"), Subject(book.catalogue.find(Model, "ellipse"))]
    cells = [make_cell(book, subject, "parameters") for subject in subjects]
    assert ranks([*cells, *cells], book.languages["en"]) == [0, None, 0, None]
    assert [each.key for each in sorted_cells(cells, book.languages["en"])] == [0, ""]
    names = [make_cell(book, subject, "name") for subject in subjects]
    assert [each.key for each in sorted_cells([*names, Cell("absent")], book.languages["en"])] == [None, None, ""]


def test_numbers_in_words_sort_by_their_size(book: Book) -> None:
    for language in book.languages.values():
        names = ["Circle 70B", "Circle 7B", "Circle 13B", "圆", "circle"]
        assert sorted(names[:3], key=lambda name: natural(name, language)) == ["Circle 7B", "Circle 13B", "Circle 70B"]
        sorted(names, key=lambda name: natural(name, language))  # compares whatever it meets


def test_the_page_has_the_newest_rows_and_says_how_many_there_are(book: Book) -> None:
    view = compare(book, book.languages["en"])
    assert (len(view.rows), view.total) == (100, ROWS)
    assert [row[0].value.id for row in view.rows[:2]] == ["square:v1", "square:v2"]
    assert len(row_subjects(book.catalogue)) == ROWS


def test_a_column_says_where_each_row_stands(book: Book) -> None:
    for language in book.languages.values():
        data = compare_data(book, language)
        columns = {column.heading.field: column for column in data.columns}
        parameters = columns["parameters"]
        assert parameters.known == len(parameters.cells) - 1
        assert parameters.places[-4:] == [319, 69, 6, parameters.known]  # v320, circle:70b, circle:7b, ellipse
        assert columns["training.tokens"].remarkable == [ROWS - 3, ROWS - 2]
        assert "vram" in columns
        assert "training.cost" not in columns  # nobody has recorded any
    assert data.texts[0].startswith("square\n正方形\nquadrat\n")
    assert data.names[0] == "square:v1\nsquare 1"


def test_facets_have_what_there_is_and_why_there_is_nothing(book: Book) -> None:
    data = compare_data(book, book.languages["en"])
    facets = {facet.field: facet for facet in data.facets}
    assert facets["purpose"].options == [("base", "base model"), ("chat", "chat")]
    assert [id for id, _ in facets["openness.weights"].options] == ["open", "absent"]
    assert facets["family"].options == [("circle", "Circle")]
    assert [len(places) for places in facets["output"].places[-2:]] == [1, 2]
    assert family_of(book.catalogue, book.catalogue.find(Model, "square")).id == "circle"


def test_models_have_companions(book: Book) -> None:
    circle, ellipse = (book.catalogue.find(Model, id) for id in ("circle", "ellipse"))
    assert [(each.role, each.subject.id) for each in companions_of(book, circle)] == [("successor", "square:v320")]
    assert [(each.role, each.subject.id) for each in companions_of(book, ellipse)] == [("base", "circle:70b")]


def test_facts_stand_side_by_side(book: Book) -> None:
    circle, square = (book.catalogue.find(Model, id) for id in ("circle", "square"))
    made = table(book, book.languages["en"], [Subject(circle, "70b"), Subject(square, "v320")])
    lines = {line.label: line for line in made.lines}
    assert lines["Parameters"].shares == [22, 100]
    assert lines["Active parameters"].shares == [None, None]
    assert not lines["Organization"].differs
    assert lines["Released"].differs
    assert "Training cost (US$)" not in lines


# --- the site --------------------------------------------------------------------------


def read(site: Path, name: str) -> Any:
    return json.loads((site / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("prefix", ["", "zh/"])
def test_the_file_of_all_rows_agrees_with_the_page(site: Path, prefix: str) -> None:
    made = read(site, f"{prefix}compare/rows.json")
    assert len(made["ids"]) == ROWS
    shown = table_text(article(site, f"{prefix}compare/").select("table")[0])
    assert [column["label"] for column in made["columns"][: len(shown[0])]] == shown[0]
    for column in made["columns"]:
        assert len(column["rows"]) == ROWS
        assert len(column["missing"]) == len(column["html"]) - column["known"]
    name = made["columns"][0]
    assert 'href="../models/circle/"' in name["html"][name["rows"][-2]]


@pytest.mark.parametrize("prefix", ["", "zh/"])
def test_a_file_for_each_model_says_what_is_said_of_its_values(site: Path, prefix: str) -> None:
    made = read(site, f"{prefix}compare/models/circle.json")
    facts = made["subjects"]["circle:7b"]["facts"]
    value, sources, more, number, is_reported = made["values"][facts["training.tokens"]]
    assert "2T" in value or "2万亿" in value
    assert number == 2 * 10**12
    assert is_reported
    assert "references/#ref-round2024announcement" in sources
    assert " id=" not in sources
    assert "ref-noy2023shapes" in more
    disputed = made["values"][facts["openness.data"]]
    assert not disputed[4]
    assert "training.cost" not in facts


def test_groups_have_heads_and_keys(site: Path) -> None:
    table = article(site, "grouped/").select("#tbl-grouped")[0]
    assert [head.get_text(strip=True) for head in table.select("tr.mb-group th")] == ["base model", "chat"]
    cells = table.select("tbody")[0].select("tr:not(.mb-group)")[0].find_all(["th", "td"])
    assert cells[0].get("data-sort") is None
    assert cells[1]["data-sort"] == "69"


def test_pairs_are_static_tables(site: Path) -> None:
    for prefix, label in (("", "Parameters"), ("zh/", "参数量")):
        pair = article(site, f"{prefix}grouped/").select("details.mb-pair")[0]
        rows = table_text(pair.select("table")[0])
        assert label in [row[0] for row in rows]
        link = article(site, f"{prefix}grouped/").select(".mb-companions a")[0]
        assert link["href"] == "../compare/?m=ellipse,circle:70b"


def test_the_table_leads_nowhere_wrong(site: Path) -> None:
    assert [link for link in broken_links(site) if "?m=" not in link] == []
