"""The timeline: its picture in numbers, its parts, its folds."""

from __future__ import annotations

import gzip
import re
from itertools import pairwise
from pathlib import Path

import pytest

from modelbook.assets import THEME
from modelbook.scales import text_width
from modelbook.schema import PartialDate
from modelbook.views.lanes import (
    MOST_LANES,
    OTHERS,
    Item,
    Picture,
    axis_of_part,
    axis_of_years,
    picture,
    shortened,
)
from sites import article, broken_links
from timelinebook import timeline_site

__all__ = ["timeline_site"]


def draw(*written: str, lanes: str = "a") -> Picture:
    """A picture of items `date` or `date label`, whose lanes are named by *lanes* in turn."""
    items = [
        Item(str(number), PartialDate.parse(date), lanes[number % len(lanes)], label)
        for number, (date, _, label) in enumerate(each.partition(" ") for each in written)
    ]
    names = {item.lane: item.lane for item in items} | {OTHERS: "others"}
    return picture(items, axis_of_years([item.date for item in items]), names, [("0", "1")])


@pytest.mark.parametrize(
    ("date", "days"), [("2023-02", 28), ("2023", 365), ("2023-01-30/2023-02-02", 4), ("2023-02-24", 0)]
)
def test_a_date_is_drawn_as_long_as_it_is_vague(date: str, days: int) -> None:
    drawn = draw(date)
    mark = drawn.marks["0"]
    assert mark.end - mark.start == pytest.approx(drawn.width * days / 365, abs=0.2)
    assert mark.is_span is (days > 0)


def test_busy_years_are_wider_and_years_without_anything_are_left_out() -> None:
    axis = axis_of_years([PartialDate.parse(date) for date in ["1758", *(["2023-05"] * 40), "2024"]])
    assert [tick.date.year for tick in axis.ticks] == [1758, 2023, 2024]
    places = dict(axis.years)
    assert list(places) == [1758, 1759, 2023, 2024, 2025]
    none, quiet, busy = places[2023] - places[1759], places[2025] - places[2024], places[2024] - places[2023]
    assert none < quiet < busy
    assert axis.width == places[2025] >= 640


def test_what_would_meet_stands_in_another_row() -> None:
    drawn = draw("2023-05-01 First", "2023-05-02", "2023-05-03 Third", "2023-12-01")
    first, second, third, last = drawn.marks.values()
    assert len({first.y, second.y, third.y}) == 3
    assert last.y == first.y
    assert drawn.height == drawn.lanes[0].top + drawn.lanes[0].height > third.y


def test_labels_stand_behind_the_bar_of_a_date_and_within_the_picture() -> None:
    drawn = draw("2023-05 Label", "2023-12-31 A label at the end")
    assert drawn.marks["0"].label_x > drawn.marks["0"].end
    last = drawn.marks["1"]
    assert last.x + last.label_x + text_width(last.label, 11) <= drawn.width


def test_the_most_active_lanes_come_first_and_the_rest_are_one() -> None:
    lanes = "abcdefghijklmnopqrst"
    drawn = draw("2023-01-01", *(f"2023-01-{day:02}" for day in range(2, 31)), lanes=lanes)
    assert [lane.key for lane in drawn.lanes] == [*lanes[:MOST_LANES], OTHERS]
    assert drawn.lanes[-1].name == "others"
    assert all(one.top + one.height == other.top for one, other in pairwise(drawn.lanes))
    assert [lane.key for lane in draw(*["2023"] * 13, lanes=lanes[:13]).lanes] == list(lanes[:13])


def test_lines_lead_from_mark_to_mark() -> None:
    drawn = draw("2023-01-01", "2023-06-01", lanes="ab")
    ((base, derivative, path),) = drawn.lines
    assert (base, derivative) == ("0", "1")
    one, two = drawn.marks.values()
    assert path.startswith(f"M{one.x:g} {one.y:g}C")
    assert path.endswith(f" {two.x:g} {two.y:g}")


def test_a_short_part_has_months_and_a_long_one_years() -> None:
    months = axis_of_part([PartialDate.parse("2023-02-24"), PartialDate.parse("2023-07")])
    assert [tick.date.month for tick in months.ticks] == [2, 3, 4, 5, 6, 7]
    assert all(tick.is_named for tick in months.ticks)
    two_years = axis_of_part([PartialDate.parse("2022"), PartialDate.parse("2023-12")])
    assert [tick.date.month for tick in two_years.ticks if tick.is_named] == [1, 4, 7, 10] * 2
    years = axis_of_part([PartialDate.parse("2017"), PartialDate.parse("2023-12")])
    assert [tick.date.year for tick in years.ticks] == [2017, 2023]


def test_text_is_cut_where_it_is_too_wide() -> None:
    assert shortened("LLaMA") == "LLaMA"
    cut = shortened("多么长的一个标题，" * 5, 100)
    assert cut.endswith("…")
    assert text_width(cut, 12) <= 100


# --- on pages ----------------------------------------------------------------------------


def test_a_long_timeline_folds_its_years_and_counts_them(timeline_site: Path) -> None:
    content = article(timeline_site, "timeline/")
    folds = content.select(".mb-year > details")
    assert [fold.has_attr("open") for fold in folds] == [False] * 4 + [True]
    counts = [int(tag.get_text()) for tag in content.select(".mb-year > details > summary .mb-count")]
    assert counts == [len(fold.select(".mb-event")) for fold in folds]
    assert [int(tag.get_text()) for tag in content.select(".mb-years .mb-count")] == counts
    assert sum(counts) == len(content.select("a.mb-mark")) > 400
    variants = content.select_one(".mb-variants")
    assert variants is not None
    assert not variants.has_attr("open")
    assert broken_links(timeline_site) == []


def test_every_entry_is_in_the_picture_once(timeline_site: Path) -> None:
    content = article(timeline_site, "zh/timeline/")
    marks = [str(mark["xlink:href"])[1:] for mark in content.select("a.mb-mark")]
    assert len(set(marks)) == len(marks)
    assert set(marks) == {str(entry["id"]) for entry in content.select(".mb-event")}
    assert len(content.select(".mb-lanes__names text")) == MOST_LANES + 1
    assert [mark["tabindex"] for mark in content.select("a.mb-mark")].count("0") == 1


def test_labels_in_the_picture_do_not_collide(timeline_site: Path) -> None:
    boxes: dict[str, list[tuple[float, float]]] = {}
    for mark in article(timeline_site, "timeline/").select("a.mb-mark"):
        x, y = re.findall(r"[\d.]+", str(mark["transform"]))
        bar, text = mark.select_one("rect"), mark.select_one("text")
        left = min(-5.0, float(str(bar["x"])) if bar else 0)
        right = max(5.0, left + float(str(bar["width"])) if bar else 0)
        right = float(str(text["x"])) + text_width(text.get_text(), 11) if text else right
        boxes.setdefault(y, []).append((float(x) + left, float(x) + right))
    for row in boxes.values():
        assert all(before[1] <= after[0] for before, after in pairwise(sorted(row)))


def test_a_part_is_a_list_without_headings_or_ids(timeline_site: Path) -> None:
    content = article(timeline_site, "part/")
    months, latest = content.select("ol.mb-timeline--part")
    dates = [str(tag["datetime"]) for tag in months.select("time")]
    assert dates == sorted(dates)
    assert all("2021-01" <= date <= "2021-04-30" for date in dates)
    assert len(latest.select("li")) == 3
    newest = [str(tag["datetime"]) for tag in latest.select("time")]
    assert newest == sorted(newest, reverse=True)
    assert content.select("h2, h3, .mb-event[id]") == []
    drawing = content.select_one(".mb-timeline-part svg[role=img]")
    assert drawing is not None
    assert drawing["aria-label"] == f"Picture of {len(months.select('li'))} entries of the timeline"
    ticks = [tag.get_text() for tag in drawing.select(".mb-lanes__ticks text")]
    assert ticks == ["Jan 2021", "Feb", "Mar", "Apr"]
    chinese = article(timeline_site, "zh/part/").select(".mb-lanes__ticks text")
    assert [tag.get_text() for tag in chinese] == ["2021年1月", "2月", "3月", "4月"]


def test_the_script_weighs_at_most_six_kilobytes() -> None:
    script = THEME / "assets/modelbook/timeline.js"
    assert len(gzip.compress(script.read_bytes())) <= 6_000
