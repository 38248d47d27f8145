"""`::: lineage`: which model comes from which, as family trees; `::: lineage llama`: the relatives of one model."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from modelbook.book import Book
from modelbook.catalogue import Subject
from modelbook.families import Base, kin_of
from modelbook.languages import Language
from modelbook.records import Model, Relation
from modelbook.scales import Time, rounded, text_width
from modelbook.schema import PartialDate
from modelbook.views.marks import MARKS, access_mark, first_date

WIDTH, EXCERPT_WIDTH = 1160, 680
"""Of the picture of all models, and of the relatives of one: what fits a wide page, and one with navigation."""

MOST_RELATIVES = 24
"""Of more descendants an excerpt shows those that came first, and says how many there are."""

SMALLEST_FAMILY = 3
"""Families with fewer models share a band."""

FONT, ROW, RADIUS, MARGIN, HEADER = 10.5, 17, 4.0, 12, 22
COLORS = 6

FAR = 560
"""After so much of a tall picture the years are said again."""

LEAST = 2.5
"""A year with fewer models is as wide as if it had so many."""

# --- who comes from whom -----------------------------------------------------------------


@dataclass(frozen=True)
class Tree:
    """A model with those whose branch begins at it, in the order of their dates."""

    model: Model
    date: PartialDate | None
    base: Base | None
    """Where its branch begins."""
    others: Sequence[Base]
    """What else it derives from."""
    children: Sequence[Tree]

    def __iter__(self) -> Iterator[Tree]:
        yield self
        for child in self.children:
            yield from child

    @property
    def relations(self) -> Sequence[Relation]:
        """How it comes from where its branch begins."""
        return self.base.relations if self.base else ()

    @property
    def size(self) -> int:
        return sum(1 for _ in self)


class Genealogy:
    """Bases and derivatives of all models of a book."""

    def __init__(self, models: Iterable[Model]) -> None:
        self.models = {model.id: model for model in models}
        self.dates = {id: date for id, model in self.models.items() if (date := first_date(Subject(model)))}
        self.bases = {model.id: kin_of(model, self.models.get) for model in self.models.values()}
        self.derivatives: dict[str, list[str]] = {id: [] for id in self.models}
        for id in sorted(self.models, key=self._when):
            for base in self.bases[id]:
                self.derivatives[base.model.id].append(id)

    def _when(self, id: str) -> tuple[str, str, str]:
        date = self.dates.get(id)
        first, last = date.sort_key if date else ("9", "9")
        return str(first), str(last), id

    def ancestors(self, id: str) -> list[str]:
        """All that *id* derives from, the nearest first."""
        return _reach(id, lambda each: [base.model.id for base in self.bases[each]])

    def descendants(self, id: str) -> list[str]:
        """All that derive from *id*, by generation and then by date."""
        return _reach(id, lambda each: self.derivatives[each])

    def trees(self, ids: Iterable[str] | None = None, *, by_family: bool = True) -> list[Tree]:
        """The family trees of the models *ids*, or of all, those of the oldest roots first.

        If *by_family*, a model that another is only a part of begins a tree of its own.
        """
        chosen = set(self.models if ids is None else ids)
        main: dict[str, Base] = {}
        for id in chosen:
            fitting = (each for each in self.bases[id] if each.model.id in chosen)
            base = next((each for each in fitting if not (by_family and each.is_component)), None)
            if base and id not in _reach(base.model.id, lambda each: [main[each].model.id] if each in main else []):
                main[id] = base
        children: dict[str, list[str]] = {}
        for id in sorted(chosen, key=self._when):
            if id in main:
                children.setdefault(main[id].model.id, []).append(id)

        def tree(id: str) -> Tree:
            base = main.get(id)
            others = [each for each in self.bases[id] if each is not base and each.model.id in chosen]
            return Tree(
                self.models[id], self.dates.get(id), base, others, [tree(child) for child in children.get(id, [])]
            )

        return [tree(id) for id in sorted(chosen - set(main), key=self._when)]


_known: dict[tuple[int, ...], Genealogy] = {}


def genealogy_of(models: Sequence[Model]) -> Genealogy:
    """The genealogy of *models*, made once for the same records: every page of a model asks for it.

    It keeps the records, and so no others can have their identities.
    """
    key = tuple(map(id, models))
    if key not in _known:
        _known.clear()
        _known[key] = Genealogy(models)
    return _known[key]


def _reach(id: str, following: Callable[[str], Iterable[str]]) -> list[str]:
    """All that is reached from *id* by going on and on, generation by generation; each once, *id* itself left out."""
    seen = {id: None}
    generation = [id]
    while generation:
        generation = [each for each in dict.fromkeys(chain(*map(following, generation))) if each not in seen]
        seen |= dict.fromkeys(generation)
    return list(seen)[1:]


# --- the picture -------------------------------------------------------------------------


def is_exact(date: PartialDate) -> bool:
    """Whether the day is known."""
    return date.precision == "day" and date.end is None


@dataclass(frozen=True)
class Node:
    """A model in the picture: a mark at its date, its name to the right of it."""

    model: Model
    date: PartialDate
    left: float
    right: float
    """A month is a month wide."""
    end: float
    """Where the name ends."""
    y: float
    color: int
    access: str

    @property
    def x(self) -> float:
        return rounded((self.left + self.right) / 2)

    @property
    def is_exact(self) -> bool:
        return is_exact(self.date)


@dataclass(frozen=True)
class Branch:
    """A line from a base to what derives from it, which leaves the base's row at `turn`.

    One without a turn is no part of the tree: it shows what else a model derives from.
    """

    base: str
    derivative: str
    relation: Relation
    color: int
    start: tuple[float, float]
    turn: float | None
    end: tuple[float, float]

    @property
    def path(self) -> str:
        """Its path, as SVG writes it."""
        (x, y), (end, below) = self.start, self.end
        if self.turn is None:
            return f"M{x} {y}Q{x} {below} {end} {below}"
        if y == below:
            return f"M{x} {y}H{end}"
        bend, slope = rounded(max(0.0, min(6.0, end - self.turn))), 6 if below > y else -6
        turn = rounded(self.turn)
        return f"M{x} {y}H{turn}V{rounded(below - slope)}q0 {slope} {bend} {slope}H{end}"


@dataclass(frozen=True)
class Family:
    """A band of the picture; `root` is None where small families share one."""

    root: Model | None
    color: int
    top: float
    bottom: float
    size: int


@dataclass(frozen=True)
class Picture:
    width: float
    height: float
    years: Sequence[tuple[int, float]]
    """Each with where it begins."""
    headers: Sequence[float]
    """Where the years are written, again and again in a tall picture."""
    families: Sequence[Family]
    branches: Sequence[Branch]
    nodes: Sequence[Node]
    first: PartialDate
    last: PartialDate

    @property
    def kinds(self) -> list[str]:
        """The kinds of mark that occur."""
        return [kind for kind in MARKS if any(node.access == kind for node in self.nodes)]

    @property
    def has_components(self) -> bool:
        return any(branch.relation is Relation.COMPONENT and branch.turn is not None for branch in self.branches)

    @property
    def has_sides(self) -> bool:
        return any(branch.turn is None for branch in self.branches)


@dataclass
class _Rows:
    """What stands in the rows of a band: stretches of marks, labels and lines, and the lines that cross rows."""

    stretches: list[list[tuple[float, float]]] = field(default_factory=list)
    crossings: list[list[float]] = field(default_factory=list)

    def is_free(self, row: int, start: float, end: float) -> bool:
        if row >= len(self.stretches):
            return True
        return all(end <= left or start >= right for left, right in self.stretches[row]) and not any(
            start < x < end for x in self.crossings[row]
        )

    def take(self, row: int, start: float, end: float) -> None:
        while row >= len(self.stretches):
            self.stretches.append([])
            self.crossings.append([])
        self.stretches[row].append((start, end))

    def cross(self, rows: Iterable[int], x: float) -> None:
        for row in rows:
            self.take(row, x, x)
            self.crossings[row].append(x)

    def is_clear(self, rows: Iterable[int], x: float) -> bool:
        return all(row >= len(self.stretches) or all(not a < x < b for a, b in self.stretches[row]) for row in rows)

    def first_free(self, above: int, x: float, start: float, end: float) -> int:
        """The first row below *above* with room from *start* to *end*, to which a line at *x* can go down."""
        last = len(self.stretches)
        for clear in (True, False):
            for row in range(above + 1, max(last, above + 1) + 1):
                if self.is_free(row, start, end) and (not clear or self.is_clear(range(above + 1, row), x)):
                    return row
        return max(last, above + 1)


class _Layout:
    """Puts the trees of one band into rows: a line of descent keeps its row as long as its names have room."""

    GAP = 10.0

    def __init__(self, scale: Time, dates: Mapping[str, PartialDate], language: Language) -> None:
        self.scale = scale
        self.dates = dates
        self.language = language
        self.rows = _Rows()
        self.placed: dict[str, tuple[Tree, int, float, float]] = {}
        self.turns: dict[str, float] = {}

    def span(self, tree: Tree) -> tuple[float, float]:
        """From where to where the mark of a model reaches."""
        date = self.dates[tree.model.id]
        if is_exact(date):
            x = self.scale(date.first)
            return x - RADIUS, x + RADIUS
        left, right = self.scale.span(date.first, date.last)
        spare = max(0.0, RADIUS - (right - left) / 2)
        return left - spare, right + spare

    def end(self, tree: Tree) -> float:
        """Where the name of a model ends."""
        return self.span(tree)[1] + 3 + text_width(self.language.plain(tree.model.name), FONT) + 5

    def place_root(self, tree: Tree, above: int = -1) -> None:
        start = self.span(tree)[0] - self.GAP
        self._place(tree, self.rows.first_free(above, start, start, self.end(tree)), start)

    def _place(self, tree: Tree, row: int, start: float) -> None:
        left, right = self.span(tree)
        middle = (left + right) / 2
        children = tree.children
        heir = self._heir(tree, row)
        limit = self.span(heir)[0] - self.GAP if heir else math.inf
        turns = {child.model.id: self._turn(middle, child, limit) for child in children if child is not heir}
        # The line goes on to where the last branch leaves it.
        self.rows.take(row, start, max(self.end(tree), limit if heir else 0, *turns.values(), 0))
        self.placed[tree.model.id] = (tree, row, left, right)
        if heir:
            self.turns[heir.model.id] = self.span(heir)[0]
            self._place(heir, row, limit)
        for child in sorted(children, key=lambda child: -turns.get(child.model.id, 0)):
            if child is heir:
                continue
            turn = turns[child.model.id]
            below = self.rows.first_free(row, turn, turn - 1, self.end(child))
            self.rows.cross(range(row + 1, below), turn)
            self.turns[child.model.id] = turn
            self._place(child, below, turn - 1)

    def _turn(self, base: float, child: Tree, limit: float) -> float:
        """Where the branch of *child* leaves the row of its *base*: just before its own date, and before the heir's."""
        before = self.span(child)[0] - 0.6 * self.GAP
        if self.span(child)[1] < base:  # a part of it, or a variant, came later
            return before
        return min(max(base, before), max(base, limit))

    def has_room_for(self, root: Model | None) -> bool:
        """Whether the name of a family can stand in its first row."""
        if root is None:
            return False
        first = min(left for _, row, left, _ in self.placed.values() if row == 0)
        return first > MARGIN + 1.2 * text_width(self.language.plain(root.name), FONT) + self.GAP

    def _heir(self, tree: Tree, row: int) -> Tree | None:
        """The derivative that stays in the row: the successor with the most descendants, if the names have room."""
        fitting = [
            child
            for child in tree.children
            if Relation.COMPONENT not in child.relations
            and self.span(child)[0] - self.GAP >= self.end(tree)
            and self.rows.is_free(row, self.end(tree), self.end(child))
        ]
        return max(fitting, key=lambda child: (Relation.SUCCESSOR in child.relations, child.size), default=None)


def draw(
    genealogy: Genealogy, ids: Iterable[str], language: Language, width: float, *, by_family: bool
) -> Picture | None:
    """The picture of the models *ids*, those without a date left out; None if none has one.

    If *by_family* each family has a band of its own, and small families share the last.
    """
    trees = genealogy.trees((id for id in ids if id in genealogy.dates), by_family=by_family)
    dates = [genealogy.dates[tree.model.id] for root in trees for tree in root]
    if not dates:
        return None
    last = max(date.last.year for date in dates)
    late = [tree.model for root in trees for tree in root if genealogy.dates[tree.model.id].last.year == last]
    scale = _scale(dates, [language.plain(model.name) for model in late], width)
    large = [root for root in trees if by_family and root.size >= SMALLEST_FAMILY]
    small = [root for root in trees if root not in large]
    bands: list[tuple[Model | None, list[Tree]]] = [(root.model, [root]) for root in large]
    if small:
        bands.append((None, small))

    families: list[Family] = []
    branches: list[Branch] = []
    nodes: dict[str, Node] = {}
    headers = [0.0]
    top = float(HEADER)
    for number, (model, roots) in enumerate(bands):
        layout = _Layout(scale, genealogy.dates, language)
        for root in roots:
            layout.place_root(root)
        if top > headers[-1] + FAR:
            headers.append(top)
            top += HEADER
        color = number % COLORS if model or not by_family else COLORS
        first = top + (ROW if by_family and not layout.has_room_for(model) else 0)
        for id, (tree, row, left, right) in layout.placed.items():
            nodes[id] = Node(
                tree.model,
                genealogy.dates[id],
                rounded(left),
                rounded(right),
                rounded(layout.end(tree)),
                rounded(first + (row + 0.5) * ROW),
                color,
                access_mark(Subject(tree.model)),
            )
        for id, (tree, *_) in layout.placed.items():
            if tree.base:
                branches.append(_branch(tree.base, nodes, id, layout.turns[id]))
        bottom = first + len(layout.rows.stretches) * ROW + 6
        families.append(Family(model, color, top, bottom, len(layout.placed)))
        top = bottom
    shown = {(branch.base, branch.derivative) for branch in branches}
    branches += [
        _branch(base, nodes, id)
        for id in nodes
        for base in genealogy.bases[id]
        if base.model.id in nodes and (base.model.id, id) not in shown
    ]
    return Picture(
        width,
        rounded(top),
        [(year, rounded(x)) for year, x in scale.years[:-1]],
        headers,
        families,
        branches,
        list(nodes.values()),
        min(dates, key=lambda date: date.sort_key),
        max(dates, key=lambda date: date.sort_key),
    )


def _scale(dates: Sequence[PartialDate], names: Iterable[str], width: float) -> Time:
    """Years, the wider the more models came in them: the first had few, and would leave the others no room.

    Behind the last there is room for the *names* of what came then.
    """
    counts = Counter(date.first.year for date in dates)
    years = range(min(counts), max(date.last.year for date in dates) + 1)
    longest = min(max(text_width(name, FONT) for name in names), 0.2 * width)
    weights = [(year, math.sqrt(max(counts[year], LEAST))) for year in years]
    return Time.weighted(weights, MARGIN, width - MARGIN - longest)


def _branch(base: Base, nodes: Mapping[str, Node], id: str, turn: float | None = None) -> Branch:
    """The line from a base to the model *id*; it begins behind the base's name, or below it."""
    start, end = nodes[base.model.id], nodes[id]
    if turn is None:
        return Branch(base.model.id, id, base.relations[0], start.color, (start.x, start.y), None, (end.x, end.y))
    x, y = min(start.end, rounded(turn)), start.y
    if start.right < turn < start.end and y != end.y:
        y = rounded(y + math.copysign(FONT / 2, end.y - y))
    elif turn < start.left:
        x = start.left
    elif turn <= start.right:
        x = rounded(turn)
    return Branch(base.model.id, id, base.relations[0], end.color, (x, y), turn, (end.x, end.y))


# --- what is shown -----------------------------------------------------------------------


@dataclass(frozen=True)
class Lineage:
    """Family trees as lists, and their picture."""

    subject: Model | None
    """Whose relatives these are, if not those of all models."""
    families: Sequence[Tree]
    """Trees of several models."""
    singles: Sequence[Tree]
    """Models without known relatives, and those of small families."""
    picture: Picture | None
    undated: Sequence[Model]
    """What the picture leaves out."""
    more: int
    """How many further descendants there are."""


def lineage(book: Book, language: Language, model: str = "") -> Lineage:
    """The family trees of all models, or the ancestors and descendants of one *model*."""
    genealogy = genealogy_of(book.catalogue.all(Model))
    if model:
        return relatives(genealogy, book.catalogue.find(Model, model), language)
    trees = genealogy.trees()
    return Lineage(
        None,
        [tree for tree in trees if tree.size >= SMALLEST_FAMILY],
        [tree for tree in trees if tree.size < SMALLEST_FAMILY],
        draw(genealogy, genealogy.models, language, WIDTH, by_family=True),
        [model for id, model in genealogy.models.items() if id not in genealogy.dates],
        0,
    )


def relatives(genealogy: Genealogy, model: Model, language: Language) -> Lineage:
    """The ancestors of *model*, and of its descendants the nearest."""
    descendants = genealogy.descendants(model.id)
    ids = dict.fromkeys([*genealogy.ancestors(model.id), model.id, *descendants[:MOST_RELATIVES]])
    picture = draw(genealogy, ids, language, EXCERPT_WIDTH, by_family=False) if len(ids) > 1 else None
    undated = [genealogy.models[id] for id in ids if id not in genealogy.dates]
    return Lineage(model, genealogy.trees(ids), [], picture, undated, max(0, len(descendants) - MOST_RELATIVES))
