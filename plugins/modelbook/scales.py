"""Where things go in a picture: scales with their ticks, the width of text, places for labels.

Numbers only: what is drawn of them, templates say.
"""

from __future__ import annotations

import datetime
import math
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

WIDE = 1.0
NARROW = 0.56
"""Estimated widths in em: of a Han character and of a Latin one."""


def text_width(text: str, size: float) -> float:
    """About how wide *text* is, set in *size*."""
    return size * sum(WIDE if unicodedata.east_asian_width(each) in "WF" else NARROW for each in text)


def rounded(number: float) -> float:
    """A coordinate as exact as a screen is, without a needless `.0`."""
    short = round(number, 1)
    return int(short) if short == int(short) else short


# --- scales ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Linear:
    """Numbers from *low* to *high*, put evenly from *start* to *end*."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float | Decimal) -> float:
        part = (float(value) - self.low) / ((self.high - self.low) or 1)
        return self.start + part * (self.end - self.start)

    def ticks(self, most: int = 6) -> list[float]:
        """Round numbers within the scale (steps of 1, 2 or 5), about as many as *most* at the most."""
        span = (self.high - self.low) or 1.0
        power: float = 10 ** math.floor(math.log10(span / most))
        step = next(power * factor for factor in (1, 2, 5, 10) if span / (power * factor) <= most)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [round(number * step, 10) for number in range(first, last + 1)]


@dataclass(frozen=True)
class Logarithmic:
    """Numbers above 0 from *low* to *high*, put from *start* to *end* so that equal factors are equally far apart."""

    low: float
    high: float
    start: float
    end: float

    @classmethod
    def around(cls, values: Iterable[float | Decimal], start: float, end: float) -> Logarithmic:
        """The scale that holds all *values* with some room on both sides."""
        numbers = [float(value) for value in values] or [1.0]
        return cls(min(numbers) / 1.6, max(numbers) * 1.6, start, end)

    def __call__(self, value: float | Decimal) -> float:
        part = math.log(float(value) / self.low) / math.log(self.high / self.low)
        return self.start + part * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Powers of ten within the scale; where there are fewer than three, their doubles and fivefolds, too."""
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        for factors in ((1,), (1, 2, 5)):
            found = [round(factor * 10.0**power, 10) for power in powers for factor in factors]
            found = [tick for tick in found if self.low <= tick <= self.high]
            if len(found) > 2:
                break
        return found


@dataclass(frozen=True)
class Time:
    """Days, put evenly between the first days of years, each of which stands where *years* says."""

    years: Sequence[tuple[int, float]]
    """Years in order with where they begin; the last is the one behind the end."""
    _days: Sequence[int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_days", [datetime.date(year, 1, 1).toordinal() for year, _ in self.years])

    @classmethod
    def even(cls, first: int, last: int, start: float, end: float) -> Time:
        """The years from *first* to *last*, each as wide as it has days."""
        begin, over = datetime.date(first, 1, 1).toordinal(), datetime.date(last + 1, 1, 1).toordinal()
        unit = (end - start) / (over - begin)
        days = ((year, datetime.date(year, 1, 1).toordinal()) for year in range(first, last + 2))
        return cls([(year, start + (day - begin) * unit) for year, day in days])

    @classmethod
    def weighted(cls, widths: Sequence[tuple[int, float]], start: float, end: float) -> Time:
        """Consecutive years, each with its share of the room."""
        unit = (end - start) / sum(width for _, width in widths)
        places, place = [], start
        for year, width in widths:
            places.append((year, place))
            place += width * unit
        return cls([*places, (widths[-1][0] + 1, end)])

    def __call__(self, date: datetime.date) -> float:
        day = date.toordinal()
        position = min(max(bisect_right(self._days, day) - 1, 0), len(self._days) - 2)
        (_, start), (_, end) = self.years[position], self.years[position + 1]
        first, over = self._days[position], self._days[position + 1]
        return start + (day - first) / (over - first) * (end - start)

    def span(self, first: datetime.date, last: datetime.date) -> tuple[float, float]:
        """From where to where the days from *first* to *last* reach, both included."""
        return self(first), self(last + datetime.timedelta(days=1))


# --- labels ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Box:
    """A part of the picture."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def within(self, other: Box) -> bool:
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.top >= other.top
            and self.bottom <= other.bottom
        )


@dataclass(frozen=True)
class Label:
    """Where a label goes: the point at which its text is anchored (`start`, `middle` or `end`), on its baseline."""

    text: str
    x: float
    y: float
    anchor: str
    box: Box


@dataclass(frozen=True)
class Wanted:
    """A label that is wanted at a mark of a radius; those of the greatest weight find their places first."""

    text: str
    x: float
    y: float
    radius: float
    weight: float = 0.0


def place_labels(wanted: Sequence[Wanted], obstacles: Iterable[Box], area: Box, size: float) -> list[Label | None]:
    """A place beside each mark that meets neither obstacles nor other labels; None where there is no such place.

    The marks themselves have to be among the *obstacles*.
    """
    taken = list(obstacles)
    found: list[Label | None] = [None] * len(wanted)
    for position in sorted(range(len(wanted)), key=lambda position: (-wanted[position].weight, position)):
        for label in _places(wanted[position], size):
            if label.box.within(area) and not any(label.box.meets(box) for box in taken):
                found[position] = label
                taken.append(label.box)
                break
    return found


def _places(wanted: Wanted, size: float) -> Iterator[Label]:
    """Right, left, above and below of a mark, then at its corners."""
    width, gap = text_width(wanted.text, size), wanted.radius + 0.3 * size
    sides = [(1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1)]
    for across, down in sides:
        near = gap * (0.6 if across and down else 1)
        x = wanted.x + across * near
        middle = wanted.y + down * (near + 0.5 * size)
        left = x - width * (0.5 - 0.5 * across)
        box = Box(left, middle - 0.55 * size, left + width, middle + 0.55 * size)
        anchor = {1: "start", 0: "middle", -1: "end"}[across]
        yield Label(wanted.text, x, middle + 0.35 * size, anchor, box)


def pack(spans: Iterable[tuple[float, float]], gap: float = 0.0) -> list[int]:
    """The first row in which each span, in the order given, meets none before it and keeps a *gap*."""
    rows: list[list[tuple[float, float]]] = []
    chosen = []
    for start, end in spans:
        for number, row in enumerate(rows):
            if all(end + gap <= other or start >= last + gap for other, last in row):
                row.append((start, end))
                chosen.append(number)
                break
        else:
            rows.append([(start, end)])
            chosen.append(len(rows) - 1)
    return chosen
