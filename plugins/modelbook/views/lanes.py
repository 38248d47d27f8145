"""The picture of a timeline: a lane for each organization (or whatever else), marks in it by date, lines between them.

`theme/assets/modelbook/timeline.js` lays out again by the same rules what a reader filters.
"""

from __future__ import annotations

import datetime
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from modelbook.scales import Linear, Time, pack, text_width
from modelbook.schema import PartialDate

OTHERS = ""
"""The key of the lane for what is in no other."""

MOST_LANES = 12
NAMES_WIDTH = 108
"""Of the column with the names of lanes."""

SIZE = 12
"""Of the text; a little more than it is drawn in (timeline.css), since some of it is bold."""

_ROW = 13
_RADIUS = 7
_AXIS = 24
_PADDING = 6
_LABEL_GAP = 3
_GAP = 2
_LONGEST_LABEL = 165


@dataclass(frozen=True)
class Item:
    """What is to be marked."""

    id: str
    date: PartialDate
    lane: str
    label: str = ""


@dataclass(frozen=True)
class Mark:
    """A mark in its place; a date that is not known to the day reaches from `start` to `end`, relative to `x`."""

    x: float
    y: float
    start: float
    end: float
    label: str

    @property
    def is_span(self) -> bool:
        return self.end > self.start

    @property
    def label_x(self) -> float:
        """Where the label begins, relative to `x`."""
        return max(self.end, _RADIUS) + _LABEL_GAP


@dataclass(frozen=True)
class Lane:
    key: str
    name: str
    top: float
    height: float


@dataclass(frozen=True)
class Tick:
    """The first day of a year or month, and where it is."""

    date: datetime.date
    x: float
    is_named: bool


@dataclass(frozen=True)
class Axis:
    """Where the days are."""

    width: float
    place: Callable[[datetime.date], float]
    ticks: list[Tick]
    years: Sequence[tuple[int, float]] = ()


@dataclass(frozen=True)
class Picture:
    width: float
    height: float
    axis: Axis
    lanes: list[Lane]
    marks: Mapping[str, Mark]
    lines: list[tuple[str, str, str]]
    """From which mark to which, and the path of the line."""


def picture(
    items: Sequence[Item], axis: Axis, names: Mapping[str, str], pairs: Iterable[tuple[str, str]] = ()
) -> Picture:
    """*items* in order of time in their lanes, which *names* names, with lines between the *pairs* of them."""
    lanes: list[Lane] = []
    marks: dict[str, Mark] = {}
    top = float(_AXIS)
    width = axis.width
    for key, members in _lanes(items):
        spots = [_spot(item, axis) for item in members]
        rows = pack([(left, right) for _, _, _, left, right in spots], _GAP)
        for item, (x, start, end, _, right), row in zip(members, spots, rows, strict=True):
            y = top + _PADDING + (row + 0.5) * _ROW
            marks[item.id] = Mark(x, y, round(start - x, 1), round(end - x, 1), item.label)
            width = max(width, math.ceil(right))
        height = 2 * _PADDING + (max(rows) + 1) * _ROW
        lanes.append(Lane(key, shortened(names[key], NAMES_WIDTH), top, height))
        top += height
    lines = [(one, two, line(marks[one], marks[two])) for one, two in pairs if one in marks and two in marks]
    return Picture(width, top, axis, lanes, marks, lines)


def _lanes(items: Sequence[Item]) -> list[tuple[str, list[Item]]]:
    """The most active lanes, then all others as one."""
    counts = Counter(item.lane for item in items if item.lane != OTHERS)
    keys = sorted(counts, key=lambda key: (-counts[key], key))
    if len(keys) > MOST_LANES + 1:
        keys = keys[:MOST_LANES]
    members: dict[str, list[Item]] = {key: [] for key in [*keys, OTHERS]}
    for item in items:
        members[item.lane if item.lane in members else OTHERS].append(item)
    return [(key, found) for key, found in members.items() if found]


def _spot(item: Item, axis: Axis) -> tuple[float, float, float, float, float]:
    """Where an item stands: its middle, the ends of its date, and the ends of all that is drawn of it."""
    start, end = axis.place(item.date.first), axis.place(item.date.last + datetime.timedelta(days=1))
    x = round((start + end) / 2, 1)
    if item.date.precision == "day" and item.date.end is None:
        start = end = x
    left, right = min(start, x - _RADIUS), max(end, x + _RADIUS)
    if item.label:
        right += _LABEL_GAP + text_width(item.label, SIZE)
    return x, start, end, left, right


def line(base: Mark, derivative: Mark) -> str:
    """The path from a mark to another, a little raised so that it does not run through what is between them."""
    middle = round((base.x + derivative.x) / 2, 1)
    bend = f"{middle:g} {base.y - 9:g} {middle:g} {derivative.y - 9:g}"
    return f"M{base.x:g} {base.y:g}C{bend} {derivative.x:g} {derivative.y:g}"


def shortened(text: str, width: float = _LONGEST_LABEL, size: float = SIZE) -> str:
    """*text*, cut where it would be wider than *width*."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(f"{text}…", size) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


# --- axes ------------------------------------------------------------------------------

_NARROWEST_YEAR, _WIDEST_YEAR, _PER_ENTRY, _EMPTY_YEARS, _NARROWEST = 48, 560, 6, 24, 640


def axis_of_years(dates: Sequence[PartialDate]) -> Axis:
    """Busy years get more room than quiet ones; years without a date hardly any."""
    counts = Counter(date.first.year for date in dates)
    counts.update({date.last.year: 0 for date in dates if date.last.year not in counts})
    widths = {year: min(max(_NARROWEST_YEAR, _PER_ENTRY * count), _WIDEST_YEAR) for year, count in counts.items()}
    factor = max(1.0, _NARROWEST / sum(widths.values()))
    places: list[tuple[int, float]] = []
    ticks = []
    x = 0
    for year in sorted(widths):
        if places and places[-1][0] + 1 < year:
            places.append((places[-1][0] + 1, x))
            x += _EMPTY_YEARS
        places.append((year, x))
        ticks.append(Tick(datetime.date(year, 1, 1), x, is_named=True))
        x += round(widths[year] * factor)
    places.append((max(widths) + 1, x))
    return Axis(x, Time(places), ticks, places)


def axis_of_part(dates: Sequence[PartialDate], width: float = 520) -> Axis:
    """The months of a short time, each as wide as it has days, or the years of a longer one."""
    first, last = min(date.first for date in dates), max(date.last for date in dates)
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if months > 24:
        return axis_of_years(dates)
    over = _month(first, months)
    days = Linear(first.replace(day=1).toordinal(), over.toordinal(), 0, width)
    step = math.ceil(months / 9)
    starts = [_month(first, number) for number in range(months)]
    ticks = [Tick(date, round(days(date.toordinal()), 1), number % step == 0) for number, date in enumerate(starts)]
    return Axis(width, lambda date: days(date.toordinal()), ticks)


def _month(date: datetime.date, later: int) -> datetime.date:
    """The first day of the month that is so many months *later*."""
    years, month = divmod(date.month - 1 + later, 12)
    return datetime.date(date.year + years, month + 1, 1)
