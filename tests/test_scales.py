"""Scales, ticks, the width of text and places for labels."""

from __future__ import annotations

import datetime
from itertools import combinations

import pytest

from modelbook.scales import Box, Linear, Logarithmic, Time, Wanted, pack, place_labels, text_width


def test_text_is_as_wide_as_its_characters() -> None:
    assert text_width("", 10) == 0
    assert text_width("ab", 10) == pytest.approx(11.2)
    assert text_width("模型", 10) == pytest.approx(20)
    assert text_width("（a", 10) == pytest.approx(15.6)


@pytest.mark.parametrize(
    ("low", "high", "most", "ticks"),
    [
        (0, 30, 6, [0, 5, 10, 15, 20, 25, 30]),
        (0, 14, 6, [0, 5, 10]),
        (0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (3, 71, 8, [10, 20, 30, 40, 50, 60, 70]),
        (0, 0, 4, [0]),
    ],
)
def test_ticks_of_a_linear_scale_are_round(low: float, high: float, most: int, ticks: list[float]) -> None:
    assert Linear(low, high, 0, 100).ticks(most) == ticks


def test_a_linear_scale_may_run_upward() -> None:
    scale = Linear(0, 10, 200, 0)
    assert [scale(0), scale(5), scale(10)] == [200, 100, 0]


def test_a_logarithmic_scale_has_powers_of_ten() -> None:
    scale = Logarithmic(10**8, 10**12, 0, 400)
    assert scale.ticks() == [10**8, 10**9, 10**10, 10**11, 10**12]
    assert [round(scale(tick)) for tick in scale.ticks()] == [0, 100, 200, 300, 400]


def test_a_short_logarithmic_scale_has_ticks_between_them() -> None:
    assert Logarithmic(3e9, 6e10, 0, 100).ticks() == [5e9, 1e10, 2e10, 5e10]


@pytest.mark.parametrize("values", [[], [1000], [0.5], [7e9, 1.75e11]])
def test_a_logarithmic_scale_holds_its_values(values: list[float]) -> None:
    scale = Logarithmic.around(values, 0, 100)
    assert all(0 < scale(value) < 100 for value in values)


def test_days_lie_evenly_in_their_year() -> None:
    scale = Time.weighted([(2022, 1), (2023, 3)], 0, 400)
    assert scale(datetime.date(2022, 1, 1)) == 0
    assert scale(datetime.date(2023, 1, 1)) == 100
    assert scale.span(datetime.date(2023, 1, 1), datetime.date(2023, 12, 31)) == (100, 400)
    assert scale(datetime.date(2021, 1, 1)) == pytest.approx(-100)


def test_years_are_as_wide_as_they_have_days() -> None:
    scale = Time.even(2023, 2024, 0, 731)
    assert [year for year, _ in scale.years] == [2023, 2024, 2025]
    assert scale(datetime.date(2024, 1, 1)) == 365
    assert scale(datetime.date(2024, 3, 1)) == 425


def test_labels_keep_clear_of_marks_of_one_another_and_of_the_edge() -> None:
    area = Box(0, 0, 120, 60)
    wanted = [Wanted("one", 20, 30, 4, 1), Wanted("two", 24, 30, 4, 2), Wanted("three", 110, 30, 4)]
    marks = [Box(each.x - 4, each.y - 4, each.x + 4, each.y + 4) for each in wanted]
    labels = place_labels(wanted, marks, area, 10)
    boxes = [label.box for label in labels if label]
    assert [label.anchor for label in labels if label][1] == "start"  # the weightiest has the best place
    assert labels[2] is not None
    assert labels[2].anchor == "end"
    assert all(box.within(area) for box in boxes)
    assert not any(one.meets(other) for one, other in combinations([*boxes, *marks[2:]], 2))


def test_a_label_without_room_is_left_out() -> None:
    assert place_labels([Wanted("a label", 5, 5, 4)], [], Box(0, 0, 10, 10), 10) == [None]


def test_spans_are_packed_into_the_first_row_that_is_free() -> None:
    assert pack([(0, 10), (5, 15), (12, 20), (20, 30)], gap=2) == [0, 1, 0, 1]
    assert pack([]) == []
