"""`::: chart parameters-over-time`: models by their numbers, as points or bars, and the data behind them."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from modelbook.book import Book
from modelbook.catalogue import Subject
from modelbook.errors import BookError, did_you_mean, quoted
from modelbook.languages import Language
from modelbook.records import Access, Comparison, License, Model, Organization, Purpose
from modelbook.scales import Box, Label, Linear, Logarithmic, Time, Wanted, place_labels, rounded, text_width
from modelbook.schema import Citation, Claim, Missing, PartialDate, Quantity, Status
from modelbook.selection import commercial_use, row_subjects, select
from modelbook.views.cells import Cell, make_cell, subject_name
from modelbook.views.comparison import column_title
from modelbook.views.marks import MARKS, access_mark, first_date
from modelbook.words import WORDS

WIDTH, HEIGHT = 680.0, 430.0
LEFT, TOP, RIGHT, BOTTOM = 70.0, 14.0, 10.0, 46.0
FONT, RADIUS, ARROW = 10.5, 4.0, 14.0

FEW, MOST_LABELS = 12, 28
"""So many points are all named; of more, so many at the most."""

COMPUTE_OPTIMAL, TOKENS_PER_PARAMETER = "hoffmann2022training", 20
"""About so many tokens for each parameter make the best of a training budget."""

BYTES_PER_PARAMETER = 2
"""Of weights of 16 bits."""

SHAPES = {
    Purpose.CODE: "diamond",
    Purpose.IMAGE: "square",
    Purpose.MULTIMODAL: "triangle",
    Purpose.AUDIO: "wedge",
}
"""By purpose; models of language are circles."""

_DOUBTFUL = (Status.ESTIMATED, Status.RUMORED, Status.DISPUTED)

_VERDICTS = ("yes", "conditional", "no")


# --- what is shown -----------------------------------------------------------------------


@dataclass(frozen=True)
class Tick:
    place: float
    label: str


@dataclass(frozen=True)
class Axis:
    title: str
    ticks: Sequence[Tick]
    is_logarithmic: bool = False


@dataclass(frozen=True)
class Point:
    """A model or variant in a chart."""

    subject: Subject
    x: float
    y: float
    shape: str
    access: str
    doubtful: bool
    at_least: bool
    said: str
    """Its values in words."""
    reach: tuple[float, float] | None = None
    """From where to where its date can be, if that is wider than its mark."""


@dataclass(frozen=True)
class Line:
    """A straight line to compare with."""

    start: tuple[float, float]
    end: tuple[float, float]
    label: Label


@dataclass(frozen=True)
class Bar:
    """A number of models: a part of a stack, or a bar of its own."""

    kind: str
    left: float
    top: float
    width: float
    height: float
    count: int
    label: str = ""
    record: License | None = None
    is_total: bool = False


@dataclass(frozen=True)
class Row:
    """A row of the data behind a chart: cells, words or numbers."""

    cells: Sequence[Cell | str | int]


@dataclass(frozen=True)
class Chart:
    name: str
    id: str
    title: str
    conditions: Sequence[str]
    """Which models alone are in it, in words."""
    headings: Sequence[str]
    rows: Sequence[Row]
    missing: Sequence[tuple[str, int]]
    """Why models are not in it, with how many."""
    count: int
    height: float = HEIGHT
    note: str = ""
    cite: Sequence[Citation] = ()
    x: Axis | None = None
    y: Axis | None = None
    points: Sequence[Point] = ()
    labels: Sequence[Label] = ()
    line: Line | None = None
    bars: Sequence[Bar] = ()

    @property
    def width(self) -> float:
        return WIDTH

    @property
    def area(self) -> Box:
        return Box(LEFT, TOP, WIDTH - RIGHT, self.height - BOTTOM)

    @property
    def kinds(self) -> list[str]:
        """The kinds of mark that occur."""
        found = {point.access for point in self.points} | {bar.kind for bar in self.bars}
        return [kind for kind in MARKS if kind in found]

    @property
    def shapes(self) -> list[str]:
        return [shape for shape in ("circle", *SHAPES.values()) if any(point.shape == shape for point in self.points)]

    @property
    def has_doubts(self) -> bool:
        return any(point.doubtful for point in self.points)

    @property
    def has_lower_bounds(self) -> bool:
        return any(point.at_least for point in self.points)


@dataclass(frozen=True)
class _Source:
    """What a chart is made from."""

    book: Book
    language: Language
    name: str
    is_wanted: Callable[[Subject], bool]
    conditions: Sequence[str]

    @property
    def subjects(self) -> list[Subject]:
        """Variants, and models that have none."""
        return [subject for subject in row_subjects(self.book.catalogue) if self.is_wanted(subject)]

    @property
    def models(self) -> list[Subject]:
        found = (Subject(model) for model in self.book.catalogue.all(Model))
        return [subject for subject in found if self.is_wanted(subject)]


def chart(book: Book, language: Language, name: str, where: str = "") -> Chart:
    """The chart *name* of all models, or of those *where* conditions such as `purpose=base,from=2023-01` hold."""
    if name not in CHARTS:
        raise BookError(f"no chart '{name}'" + (did_you_mean(name, CHARTS) or f"; expected {quoted(CHARTS)}"))
    conditions = read_conditions(book, where)
    source = _Source(
        book,
        language,
        name,
        lambda subject: all(condition.holds(book, subject) for condition in conditions),
        [condition.say(book, language) for condition in conditions],
    )
    made = CHARTS[name](source)
    suffix = "".join(f"-{condition.field}-{re.sub('[^a-z0-9.-]', '', condition.value)}" for condition in conditions)
    return replace(made, id=f"fig-{name}{suffix}")


# --- conditions --------------------------------------------------------------------------


@dataclass(frozen=True)
class Condition:
    """`field=value`: what a model has to be, to be in a chart."""

    field: str
    value: str

    def holds(self, book: Book, subject: Subject) -> bool:
        match self.field:
            case "purpose":
                return bool(subject.value("purpose") == self.value)
            case "organization":
                return self.value in subject.model.organizations
            case "modality":
                return self.value in subject.model.modality.output
            case "comparison":
                rows = select(book.catalogue, book.catalogue.find(Comparison, self.value))
                return any(row == subject or (not subject.variant_id and row.model is subject.model) for row in rows)
            case "openness":
                claim = subject.value("openness.weights")
                return bool(claim and claim.known == self.value)
            case "commercial-use":
                return commercial_use(book.catalogue, subject) == self.value
        date = first_date(subject) or first_date(Subject(subject.model))
        bound = PartialDate.parse(self.value)
        if date is None:
            return False
        return date.last >= bound.first if self.field == "from" else date.first <= bound.last

    def say(self, book: Book, language: Language) -> str:
        """The condition in words."""
        match self.field:
            case "organization":
                found = book.catalogue.get(Organization, self.value)
                return language.plain(found.name) if found else self.value
            case "comparison":
                return language.plain(book.catalogue.find(Comparison, self.value).name)
            case "from":
                return language.gettext("from %(date)s", date=language.date(PartialDate.parse(self.value)))
            case "to":
                return language.gettext("to %(date)s", date=language.date(PartialDate.parse(self.value)))
        sort = {"modality": "medium", "openness": "access", "commercial-use": "verdict"}.get(self.field, self.field)
        said = _word(language, sort, self.value)
        return language.gettext("commercial use: %(value)s", value=said) if sort == "verdict" else said


_CONDITIONS: Mapping[str, Sequence[str]] = {
    "purpose": list(Purpose),
    "organization": (),
    "modality": list(WORDS["medium"]),
    "openness": list(Access),
    "commercial-use": _VERDICTS,
    "comparison": (),
    "from": (),
    "to": (),
}
"""The fields of conditions, with the values that they can have if these are few."""


def read_conditions(book: Book, written: str) -> list[Condition]:
    """Conditions such as `purpose=base,from=2023-01`. Raises BookError."""
    found: dict[str, Condition] = {}
    for part in written.split(",") if written else ():
        field, sign, value = part.partition("=")
        if not sign or not value:
            raise BookError(
                f"'{part}' is not a condition; expected `field=value`, such as where=purpose=base,from=2023-01"
            )
        if field not in _CONDITIONS:
            near = did_you_mean(field, _CONDITIONS) or f"; expected {quoted(_CONDITIONS)}"
            raise BookError(f"no condition '{field}'{near}")
        if field in found:
            raise BookError(f"condition '{field}' is given twice; expected one value")
        if (allowed := _CONDITIONS[field]) and value not in allowed:
            raise BookError(f"no {field} '{value}'" + (did_you_mean(value, allowed) or f"; expected {quoted(allowed)}"))
        if field in ("organization", "comparison"):
            book.catalogue.find(Organization if field == "organization" else Comparison, value)
        if field in ("from", "to"):
            try:
                PartialDate.parse(value)
            except ValueError as error:
                raise BookError(str(error)) from None
        found[field] = Condition(field, value)
    return list(found.values())


# --- points ------------------------------------------------------------------------------

AREA = Box(LEFT, TOP, WIDTH - RIGHT, HEIGHT - BOTTOM)

Scale = Linear | Logarithmic


@dataclass(frozen=True)
class _Datum:
    """What a point is made from: the claim that goes up, with a date or another claim that goes across."""

    subject: Subject
    across: PartialDate | Claim[Quantity]
    up: Claim[Quantity]

    @property
    def key(self) -> tuple[str, object, Decimal]:
        """Variants of a model with the same values are one point."""
        across = self.across if isinstance(self.across, PartialDate) else _number(self.across)
        return self.subject.model.id, across, _number(self.up)

    @property
    def doubtful(self) -> bool:
        claims = [self.up] if isinstance(self.across, PartialDate) else [self.up, self.across]
        return any(claim.status in _DOUBTFUL for claim in claims)

    @property
    def is_at_least(self) -> bool:
        return bool(self.up.known and self.up.known.at_least)


def _number(claim: Claim[Quantity]) -> Decimal:
    return claim.known.value if claim.known else Decimal(0)


def _data(source: _Source, across: str, up: str) -> list[_Datum]:
    """What the chart shows of each subject that has both values, each point once."""
    found: dict[tuple[str, object, Decimal], _Datum] = {}
    for subject in source.subjects:
        first = _date(subject) if across == DATE else _known(subject, across)
        second = _known(subject, up)
        if first and second:
            datum = _Datum(subject, first, second)
            found.setdefault(datum.key, datum)
    return list(found.values())


DATE = "date"


def _date(subject: Subject) -> PartialDate | None:
    return first_date(subject) or first_date(Subject(subject.model))


def _known(subject: Subject, field: str) -> Claim[Quantity] | None:
    claim: Claim[Quantity] | None = subject.value(field)
    return claim if claim and claim.known and claim.known.value > 0 else None


def _logarithmic(claims: Sequence[Claim[Quantity]], start: float, end: float) -> Logarithmic:
    return Logarithmic.around([_number(claim) for claim in claims], start, end)


def _linear(claims: Sequence[Claim[Quantity]], start: float, end: float) -> Linear:
    return Linear(0, 1.12 * float(max((_number(claim) for claim in claims), default=Decimal(1))), start, end)


def _over_time(source: _Source, up: str, title: str, axis: str) -> Chart:
    """A quantity, on a logarithmic scale, by date."""
    language = source.language
    data = sorted(_data(source, DATE, up), key=lambda each: (_when(each).sort_key, each.subject.id))
    y = _logarithmic([datum.up for datum in data], AREA.bottom, AREA.top)
    years = [_when(datum).first.year for datum in data] or [2023]
    x = Time.even(min(years), max(years), AREA.left, AREA.right)
    points = []
    for datum in data:
        left, right = x.span(_when(datum).first, _when(datum).last)
        point = _point(datum, (left + right) / 2, y(_number(datum.up)), language)
        points.append(replace(point, reach=(rounded(left), rounded(right))) if right - left > 2 * RADIUS else point)
    named = [(point, language.plain(point.subject.model.name)) for point in _highest(points)]
    return _chart(
        source,
        title,
        [DATE, up],
        [Row([Cell("subject", each.subject), Cell("date", each.across), _cell(source, each, up)]) for each in data],
        x=Axis(language.gettext("Released or announced"), [Tick(rounded(at), str(year)) for year, at in x.years[:-1]]),
        y=_axis(axis, y, language),
        points=points,
        labels=_labels(source, points, named),
    )


def _axis(title: str, scale: Scale, language: Language) -> Axis:
    return Axis(title, _ticks(scale, language), isinstance(scale, Logarithmic))


def _when(datum: _Datum) -> PartialDate:
    if not isinstance(datum.across, PartialDate):
        raise TypeError(datum.across)
    return datum.across


def _against(
    source: _Source,
    fields: tuple[str, str],
    title: str,
    axes: tuple[str, str],
    make: Callable[[Sequence[Claim[Quantity]], float, float], Scale],
    line: tuple[float, str],
) -> Chart:
    """A quantity by another, with the *line* of a constant ratio and what it is called."""
    language = source.language
    data = _data(source, *fields)
    across = {datum.key: datum.across for datum in data if not isinstance(datum.across, PartialDate)}
    data.sort(key=lambda datum: (_number(across[datum.key]), datum.subject.id))
    x = make(list(across.values()), AREA.left, AREA.right)
    y = make([datum.up for datum in data], AREA.bottom, AREA.top)
    points = [_point(datum, x(_number(across[datum.key])), y(_number(datum.up)), language) for datum in data]
    drawn = _line(x, y, *line)
    return _chart(
        source,
        title,
        fields,
        [Row([Cell("subject", each.subject), *(_cell(source, each, field) for field in fields)]) for each in data],
        x=_axis(axes[0], x, language),
        y=_axis(axes[1], y, language),
        points=points,
        labels=_labels(
            source, points, [(point, subject_name(point.subject, language)) for point in _highest(points)], drawn
        ),
        line=drawn,
    )


def _cell(source: _Source, datum: _Datum, field: str) -> Cell:
    return make_cell(source.book, datum.subject, field)


def _point(datum: _Datum, x: float, y: float, language: Language) -> Point:
    subject = datum.subject
    known = datum.across.known if isinstance(datum.across, Claim) else None
    said = [
        language.date(datum.across) if isinstance(datum.across, PartialDate) else "",
        known and language.quantity(known),
    ]
    if datum.up.known:
        said.append(language.quantity(datum.up.known))
    if datum.doubtful:
        said.append(_word(language, "status", datum.up.status.value))
    return Point(
        subject,
        rounded(x),
        rounded(y),
        SHAPES.get(subject.value("purpose"), "circle"),
        access_mark(subject),
        datum.doubtful,
        datum.is_at_least,
        language.gettext("; ").join(part for part in said if part),
    )


def _ticks(scale: Scale, language: Language) -> list[Tick]:
    return [Tick(rounded(scale(tick)), language.quantity(_quantity(tick))) for tick in scale.ticks()]


def _quantity(number: float) -> Quantity:
    """A round number as it would be written in a record: `10B`."""
    exact = Decimal(str(number))
    for scale, size in (("T", 10**12), ("B", 10**9), ("M", 10**6)):
        if exact >= size:
            return Quantity.parse(f"{(exact / size).normalize():f}{scale}")
    return Quantity.parse(f"{exact.normalize():f}")


def _line(x: Scale, y: Scale, ratio: float, name: str) -> Line:
    """Where *y* is *ratio* times *x*, as far as the chart reaches."""
    low, high = max(x.low, y.low / ratio), min(x.high, y.high / ratio)
    start, end = (x(low), y(ratio * low)), (x(high), y(ratio * high))
    # Its name stands below it, where it has risen a little.
    left, base = start[0] + 0.15 * (end[0] - start[0]) + 10, start[1] + 0.15 * (end[1] - start[1]) + FONT
    box = Box(left, base - FONT, left + text_width(name, FONT), base + 0.3 * FONT)
    return Line(
        (rounded(start[0]), rounded(start[1])),
        (rounded(end[0]), rounded(end[1])),
        Label(name, rounded(left), rounded(base), "start", box),
    )


def _highest(points: Sequence[Point]) -> list[Point]:
    """Of each model the highest point, in the order given; where there are few points, all."""
    if len(points) <= FEW:
        return list(points)
    found: dict[str, Point] = {}
    for point in points:
        if point.y <= found.setdefault(point.subject.model.id, point).y:
            found[point.subject.model.id] = point
    return [point for point in points if found[point.subject.model.id] is point]


def _labels(
    source: _Source, points: Sequence[Point], named: Sequence[tuple[Point, str]], line: Line | None = None
) -> list[Label]:
    """Names of the points that matter: of models from which many derive; over time, of those that set a record."""
    catalogue = source.book.catalogue
    best = -math.inf if line else math.inf
    wanted = []
    for point, name in named:
        derived = {model.id for model, *_ in catalogue.derivatives(point.subject.model)}
        wanted.append(Wanted(name, point.x, point.y, RADIUS, len(derived) + (100 if point.y < best else 0)))
        best = min(best, point.y)
    chosen = sorted(wanted, key=lambda each: -each.weight)[:MOST_LABELS]
    marks = [
        Box(each.x - RADIUS, each.y - (ARROW if each.at_least else RADIUS), each.x + RADIUS, each.y + RADIUS)
        for each in points
    ]
    obstacles = [*marks, line.label.box, *_along(line)] if line else marks
    placed = place_labels(chosen, obstacles, AREA, FONT)
    return [replace(label, x=rounded(label.x), y=rounded(label.y)) for label in placed if label]


def _along(line: Line) -> Iterator[Box]:
    """Small boxes that a line goes through, for names to keep clear of it."""
    (x, y), (right, top) = line.start, line.end
    steps = max(1, math.ceil(math.hypot(right - x, top - y) / RADIUS))
    for step in range(steps + 1):
        at, height = x + (right - x) * step / steps, y + (top - y) * step / steps
        yield Box(at - 1, height - 1, at + 1, height + 1)


def _chart(source: _Source, title: str, fields: Sequence[str], rows: Sequence[Row], **drawn: Any) -> Chart:
    """A chart of points with the data behind it."""
    language = source.language
    shown = {point.subject.model.id for point in drawn["points"]}
    titles = [language.gettext("Date") if field == DATE else column_title(field, language) for field in fields]
    missing = Counter(_reason(subject, fields, language) for subject in source.models if subject.model.id not in shown)
    return Chart(
        name=source.name,
        id="",
        title=title,
        conditions=source.conditions,
        headings=[language.gettext("Model"), *titles],
        rows=rows,
        missing=sorted(missing.items(), key=lambda each: (-each[1], each[0])),
        count=len(shown),
        **drawn,
    )


def _word(language: Language, sort: str, value: str) -> str:
    """What a value of records is called."""
    word = WORDS[sort][value]
    return language.gettext(word)


def _reason(subject: Subject, fields: Sequence[str], language: Language) -> str:
    """Why a model is not in a chart: what is said of the first of *fields* that it has no value of."""
    for field in fields:
        if field == DATE:
            claim = None if _date(subject) else subject.value("released") or subject.value("announced")
            if _date(subject):
                continue
        else:
            claim = subject.value(field)
        if claim is None:
            return _word(language, "presence", "absent")
        if isinstance(claim.value, Missing):
            return _word(language, "missing", claim.value.value)
    return _word(language, "presence", "absent")


def parameters_over_time(source: _Source) -> Chart:
    gettext = source.language.gettext
    return _over_time(source, "parameters", gettext("Parameters of models over time"), gettext("Parameters"))


def context_over_time(source: _Source) -> Chart:
    gettext = source.language.gettext
    return _over_time(source, "context", gettext("Context length over time"), gettext("Context length (tokens)"))


def tokens_against_parameters(source: _Source) -> Chart:
    gettext = source.language.gettext
    made = _against(
        source,
        ("parameters", "training.tokens"),
        gettext("Training tokens against parameters"),
        (gettext("Parameters"), gettext("Training tokens")),
        _logarithmic,
        (TOKENS_PER_PARAMETER, gettext("%(count)s tokens per parameter", count=TOKENS_PER_PARAMETER)),
    )
    note = gettext("The line is where training is compute-optimal, at about %(count)s tokens per parameter.")
    cite = [Citation(COMPUTE_OPTIMAL)] if COMPUTE_OPTIMAL in source.book.bibliography else []
    return replace(made, note=note % {"count": TOKENS_PER_PARAMETER}, cite=cite)


def vram_against_parameters(source: _Source) -> Chart:
    """Memory of models of language: of pictures it depends on other things."""
    gettext = source.language.gettext
    wanted = source.is_wanted
    source = replace(source, is_wanted=lambda each: "text" in each.model.modality.output and wanted(each))
    made = _against(
        source,
        ("parameters", "vram"),
        gettext("Memory needed against parameters"),
        (gettext("Parameters"), gettext("VRAM (GB)")),
        _linear,
        (BYTES_PER_PARAMETER / 10**9, gettext("weights of 16 bits")),
    )
    note = gettext("The line is what the weights take by themselves at 16 bits, or %(count)s bytes, per parameter.")
    return replace(made, note=note % {"count": BYTES_PER_PARAMETER})


# --- bars --------------------------------------------------------------------------------


def openness_over_time(source: _Source) -> Chart:
    """Models of each year, stacked by who can have their weights."""
    language = source.language
    dated = [(date.first.year, access_mark(subject)) for subject in source.models if (date := _date(subject))]
    counts = Counter(dated)
    years = range(min((year for year, _ in dated), default=0), max((year for year, _ in dated), default=-1) + 1)
    totals = Counter(year for year, _ in dated)
    y = Linear(0, 1.08 * max(totals.values(), default=1), AREA.bottom, AREA.top)
    step = (AREA.right - AREA.left) / max(len(years), 1)
    width = rounded(min(0.68 * step, 64))
    bars = []
    for position, year in enumerate(years):
        below = 0
        for kind in MARKS:
            count = counts[year, kind]
            top, bottom = y(below + count), y(below)
            left = AREA.left + (position + 0.5) * step - width / 2
            if count:
                bars.append(Bar(kind, rounded(left), rounded(top), width, rounded(bottom - top), count, str(year)))
            below += count
    ticks = [tick for tick in y.ticks() if tick == int(tick)]
    return Chart(
        name=source.name,
        id="",
        title=language.gettext("Openness of weights over the years"),
        conditions=source.conditions,
        headings=[language.gettext("Year"), *(_word(language, "mark", kind) for kind in MARKS)],
        rows=[Row([str(year), *(counts[year, kind] for kind in MARKS)]) for year in years],
        missing=_count(language.gettext("no date on record"), len(source.models) - len(dated)),
        count=len(dated),
        x=Axis(
            language.gettext("Released or announced"),
            [Tick(rounded(AREA.left + (number + 0.5) * step), str(year)) for number, year in enumerate(years)],
        ),
        y=Axis(
            language.gettext("Number of models"),
            [Tick(rounded(y(tick)), language.number(Decimal(int(tick)))) for tick in ticks],
        ),
        bars=bars,
    )


def _count(reason: str, number: int) -> list[tuple[str, int]]:
    return [(reason, number)] if number else []


LICENSES_SHOWN = 6
"""Of each permission, the licenses of most models."""

LINE, GAP = 19.0, 12.0


def licenses(source: _Source) -> Chart:
    """Models by what the licenses of their weights permit, and by license."""
    language, catalogue = source.language, source.book.catalogue
    missing: Counter[str] = Counter()
    records: dict[str, License] = {}
    ids: Counter[str] = Counter()
    for subject in source.models:
        claim = subject.value("license.weights")
        license = catalogue.get(License, claim.known) if claim and claim.known else None
        if license:
            records[license.id] = license
            ids[license.id] += 1
        else:
            missing[_reason(subject, ["license.weights"], language)] += 1
    groups = {
        verdict: [id for id, _ in ids.most_common() if records[id].commercial_use == verdict] for verdict in _VERDICTS
    }
    stacks: list[tuple[str, list[tuple[str, int, License | None]]]] = []
    for verdict, group in groups.items():
        stack: list[tuple[str, int, License | None]] = [
            (language.plain(records[id].name), ids[id], records[id]) for id in group[:LICENSES_SHOWN]
        ]
        if rest := group[LICENSES_SHOWN:]:
            said = language.ngettext("%(count)s more license", "%(count)s more licenses", len(rest))
            stack.append((said % {"count": len(rest)}, sum(ids[id] for id in rest), None))
        if group:
            stacks.append((verdict, stack))
    names = max((text_width(name, FONT) for _, stack in stacks for name, *_ in stack), default=0) + 12
    most = max((sum(count for _, count, _ in stack) for _, stack in stacks), default=1)
    x = Linear(0, most, rounded(names), WIDTH - RIGHT - 30)
    bars, top = [], TOP
    for verdict, stack in stacks:
        total = sum(count for _, count, _ in stack)
        whole = (_word(language, "verdict", verdict), total, None)
        for name, count, record in [whole, *stack]:
            width = rounded(max(x(count) - x.start, 1))
            is_total = not record and name == whole[0]
            bars.append(Bar(verdict, x.start, rounded(top), width, LINE - 5, count, name, record, is_total))
            top += LINE
        top += GAP
    return Chart(
        name=source.name,
        id="",
        title=language.gettext("Licenses by whether they permit commercial use"),
        conditions=source.conditions,
        headings=[
            language.gettext("License"),
            language.gettext("Commercial use"),
            language.gettext("Number of models"),
        ],
        rows=[
            Row([Cell("record", records[id]), _word(language, "verdict", verdict), ids[id]])
            for verdict, group in groups.items()
            for id in group
        ],
        missing=sorted(missing.items(), key=lambda each: (-each[1], each[0])),
        count=sum(ids.values()),
        height=rounded(max(top, 40)),
        bars=bars,
    )


CHARTS: dict[str, Callable[[_Source], Chart]] = {
    "parameters-over-time": parameters_over_time,
    "tokens-against-parameters": tokens_against_parameters,
    "context-over-time": context_over_time,
    "openness-over-time": openness_over_time,
    "licenses": licenses,
    "vram-against-parameters": vram_against_parameters,
}
