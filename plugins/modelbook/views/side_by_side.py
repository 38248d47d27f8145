"""`::: side-by-side llama-2`: a model beside its bases, its successors and its rivals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from modelbook.book import Book
from modelbook.catalogue import Subject, released
from modelbook.families import bases_of
from modelbook.languages import Language
from modelbook.records import DerivedField, Model, Relation, field_titles
from modelbook.selection import variants_of
from modelbook.views.cells import Cell, make_cell
from modelbook.views.comparison import column_title

FIELDS = (
    "name",
    "organizations",
    *(field for field in field_titles() if field not in ("license.weights", "license.code", "license.data")),
    "license.weights",
    "commercial_use",
    "license.code",
    "license.data",
    DerivedField.TECHNIQUES.value,
    DerivedField.CHECKPOINTS.value,
)
"""The facts that are set side by side, in their order."""

BASE, SUCCESSOR, RIVAL = "base", "successor", "rival"

MOST_RIVALS = 3
RIVAL_MONTHS = 12
RIVAL_SIZES = Decimal(3)
"""Rivals are of about the same time, and at most so many times larger or smaller."""


@dataclass(frozen=True)
class Companion:
    """A model that another is often compared with, and as what."""

    role: str
    subject: Subject


@dataclass(frozen=True)
class Line:
    """A fact of each of several models."""

    label: str
    cells: list[Cell]
    shares: list[int | None]
    """The length of a bar for each, in percent of the longest; None where there is no number."""
    differs: bool


@dataclass(frozen=True)
class SideBySide:
    subjects: list[Subject]
    lines: list[Line]


@dataclass(frozen=True)
class Companions:
    """What a model is compared with: links, and the tables of those with its bases and successors."""

    subject: Subject
    companions: list[Companion]
    pairs: list[tuple[Companion, SideBySide]]


def side_by_side(book: Book, language: Language, model: str) -> Companions:
    """The model *model* beside those that readers compare it with."""
    found = book.catalogue.find(Model, model)
    subject = main_variant(found)
    companions = list(companions_of(book, found))
    pairs = [
        (each, table(book, language, [subject, each.subject])) for each in companions if each.role in (BASE, SUCCESSOR)
    ]
    return Companions(subject, companions, pairs)


def companions_of(book: Book, model: Model) -> Iterable[Companion]:
    """Its bases, its successors, and models like it of other makers."""
    bases = bases_of(book.catalogue, model)
    successors: dict[str, Model] = {}
    for other, _, derivation in book.catalogue.derivatives(model):
        if derivation.relation is Relation.SUCCESSOR:
            successors.setdefault(other.id, other)
    for role, found in ((BASE, bases), (SUCCESSOR, list(successors.values()))):
        yield from (Companion(role, main_variant(each)) for each in found)
    near = {each.id for each in bases} | set(successors) | {model.id}
    yield from (Companion(RIVAL, subject) for subject in _rivals(book, model, near))


def main_variant(model: Model) -> Subject:
    """The variant that stands for a model: the largest; the model itself, if no size is known."""

    def size(subject: Subject) -> Decimal:
        claim = subject.value("parameters")
        return claim.known.value if claim and claim.known else Decimal(0)

    variants = variants_of(model)
    largest = max(variants, key=size)
    return largest if len(variants) == 1 or size(largest) else Subject(model)


def _rivals(book: Book, model: Model, without: set[str]) -> list[Subject]:
    """Models of the same purpose and output by other makers, of about the same time and size; the nearest first."""
    mine = main_variant(model)
    date = _month(mine)
    if date is None:
        return []
    found = []
    for other in book.catalogue.all(Model):
        if (
            other.id in without
            or other.purpose != model.purpose
            or set(other.modality.output) != set(model.modality.output)
            or set(other.organizations) & set(model.organizations)
        ):
            continue
        subject = main_variant(other)
        month, ratio = _month(subject), _ratio(mine, subject)
        if month is not None and abs(month - date) <= RIVAL_MONTHS and ratio is not None and ratio <= RIVAL_SIZES:
            found.append((ratio, abs(month - date), other.id, subject))
    return [subject for *_, subject in sorted(found, key=lambda each: each[:3])][:MOST_RIVALS]


def _month(subject: Subject) -> int | None:
    claim = released(subject)
    return claim.known.first.year * 12 + claim.known.first.month if claim and claim.known else None


def _ratio(one: Subject, other: Subject) -> Decimal | None:
    """How many times larger the larger is; 1 if the size of neither is known, None if that of one."""
    claims = [subject.value("parameters") for subject in (one, other)]
    sizes = [claim.known.value if claim and claim.known else None for claim in claims]
    if None in sizes:
        return Decimal(1) if sizes == [None, None] else None
    small, large = sorted(size for size in sizes if size is not None)
    return large / small if small else None


def table(book: Book, language: Language, subjects: Sequence[Subject]) -> SideBySide:
    """What is recorded of any of *subjects*, fact by fact."""
    lines = []
    for field in FIELDS[1:]:
        cells = [make_cell(book, subject, field) for subject in subjects]
        if any(cell.kind != "absent" for cell in cells):
            lines.append(Line(column_title(field, language), cells, _shares(cells), len({*map(_said, cells)}) > 1))
    return SideBySide(list(subjects), lines)


def _said(cell: Cell) -> str:
    return repr((cell.kind, cell.value))


def _shares(cells: Sequence[Cell]) -> list[int | None]:
    """The lengths of bars, where there are two numbers at least."""
    numbers = [cell.value.value if cell.kind == "quantity" else None for cell in cells]
    known = [number for number in numbers if number is not None]
    most = max(known, default=Decimal(0))
    if len(known) < 2 or not most:
        return [None] * len(cells)
    return [None if number is None else int((100 * number / most).to_integral_value()) for number in numbers]
