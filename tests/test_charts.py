"""Charts: which models are in them, where, and what is said of the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import BOOKS
from drawnbook import drawn_site, make_drawn_book
from modelbook.book import Book, load_book
from modelbook.views.chart import CHARTS, Chart, chart
from sites import article, table_text

__all__ = ["drawn_site"]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    root = make_drawn_book(tmp_path_factory.mktemp("charts") / "book")
    languages = {"en": {"name": "English"}, "zh": {"name": "中文"}}
    return load_book(root, data_dir=root / "data", references=root / "references.bib", languages=languages)


def made(book: Book, name: str, where: str = "", code: str = "en") -> Chart:
    return chart(book, book.languages[code], name, where)


def shown(found: Chart) -> list[str]:
    return [point.subject.id for point in found.points]


def test_points_stand_at_their_dates_and_values(book: Book) -> None:
    found = made(book, "parameters-over-time")
    assert shown(found) == ["point", "line", "circle:7b", "circle:70b"]
    places = {point.subject.id: (point.x, point.y) for point in found.points}
    assert places["point"][0] < places["line"][0] < places["circle:7b"][0] < places["circle:70b"][0]
    assert places["point"][1] > places["circle:7b"][1] > places["line"][1] > places["circle:70b"][1]
    assert [point.doubtful for point in found.points] == [False, True, False, False]
    area = found.area
    assert all(area.left <= point.x <= area.right and area.top <= point.y <= area.bottom for point in found.points)


@pytest.mark.parametrize(("code", "labels"), [("en", ["1B", "10B", "100B"]), ("zh", ["10亿", "100亿", "1000亿"])])
def test_ticks_are_in_the_words_of_the_reader(book: Book, code: str, labels: list[str]) -> None:
    axis = made(book, "parameters-over-time", code=code).y
    assert axis is not None
    assert [tick.label for tick in axis.ticks] == labels


def test_what_is_missing_is_said_with_its_reason(book: Book) -> None:
    found = made(book, "parameters-over-time", "to=2023")
    assert found.missing == [("not recorded yet", 3), ("undisclosed", 1)]
    assert found.count == 2


@pytest.mark.parametrize(
    ("where", "ids"),
    [
        ("purpose=base,from=2021,to=2021-06", ["line"]),
        ("to=2021-05", ["point"]),
        ("from=2024-06", ["circle:70b"]),
        ("openness=non-commercial", ["line"]),
        ("commercial-use=yes", ["circle:7b", "circle:70b"]),
        ("commercial-use=conditional", ["line"]),
        ("modality=image", []),
        ("organization=round-labs,comparison=shapes", ["circle:7b", "circle:70b"]),
        ("purpose=audio", []),
    ],
)
def test_conditions_choose_models(book: Book, where: str, ids: list[str]) -> None:
    assert shown(made(book, "parameters-over-time", where)) == ids


def test_the_compute_optimal_line_has_twenty_tokens_per_parameter(book: Book) -> None:
    found = made(book, "tokens-against-parameters")
    assert found.line is not None
    (x, y), (end, top) = found.line.start, found.line.end
    point = next(point for point in found.points if point.subject.id == "point")  # 1B and 20B: on the line
    assert point.y == pytest.approx(y + (point.x - x) / (end - x) * (top - y), abs=0.3)
    assert found.cite == []  # the book does not have the entry


def test_bars_add_up(book: Book) -> None:
    found = made(book, "openness-over-time")
    assert sum(bar.count for bar in found.bars) == found.count
    assert [row.cells[0] for row in found.rows] == ["2020", "2021", "2022", "2023", "2024"]
    assert {bar.kind for bar in found.bars if bar.label == "2021"} == {"noncommercial", "limited"}
    assert found.missing == [("no date on record", 1)]


def test_licenses_are_grouped_by_what_they_permit(book: Book) -> None:
    found = made(book, "licenses")
    totals = {bar.kind: bar.count for bar in found.bars if bar.is_total}
    assert totals == {"yes": 2, "conditional": 2}
    assert sum(bar.count for bar in found.bars if not bar.is_total) == sum(totals.values())


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_of_nothing_is_still_a_chart(name: str) -> None:
    root = BOOKS / "minimal"
    empty = load_book(root, data_dir=root / "data", references=root / "references.bib", languages={"en": {}})
    found = chart(empty, empty.languages["en"], name, "purpose=audio")
    assert (list(found.points), list(found.bars), found.count) == ([], [], 0)


def test_labels_do_not_meet(book: Book) -> None:
    labels = made(book, "parameters-over-time").labels
    assert [label.text for label in labels]
    assert not any(one is not other and one.box.meets(other.box) for one in labels for other in labels)


# --- the page ----------------------------------------------------------------------------


def test_a_chart_is_a_numbered_figure_with_its_data(drawn_site: Path) -> None:
    page = article(drawn_site, "charts/")
    figure = page.find(id="fig-parameters-over-time")
    assert figure is not None
    caption = figure.find("figcaption")
    assert caption is not None
    assert caption.get_text().startswith("Figure 1 Parameters of models over time.")
    assert "left out: not recorded yet" in caption.get_text()
    table = figure.find("table")
    assert table is not None
    rows = table_text(table)
    assert rows[0] == ["Model", "Date", "Parameters"]
    assert rows[2] == ["Line", "June 2021", "10B"]
    assert figure.select_one(".mb-chart__doubt")
    assert figure.select_one("td details.mb-notes")
    assert [str(link["href"]) for link in page.select("p a.mb-crossref")] == ["./#fig-parameters-over-time"]


def test_a_chart_with_conditions_says_them_and_has_an_id_of_its_own(drawn_site: Path) -> None:
    figure = article(drawn_site, "zh/charts/").find(id="fig-parameters-over-time-purpose-base-to-2021")
    assert figure is not None
    caption = figure.find("figcaption")
    assert caption is not None
    assert "基础模型、至2021年。" in caption.get_text()
