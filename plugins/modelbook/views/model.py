"""`::: model llama-2`: everything recorded of a model; `::: model-card llama-2`: its essentials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from modelbook.book import Book
from modelbook.catalogue import Subject, derivations
from modelbook.languages import Language
from modelbook.records import Derivation, Event, Model, Record, Score, WebLink, field_titles
from modelbook.views.cells import Cell, links_of, make_cell, resolve
from modelbook.views.comparison import column_title
from modelbook.views.lineage import Lineage, lineage
from modelbook.views.marks import access_mark
from modelbook.views.record import events
from modelbook.views.side_by_side import Companions, side_by_side

CARD = (
    "organizations",
    "released",
    "announced",
    "sizes",
    "context",
    "training.tokens",
    "license.weights",
    "commercial_use",
)


SECTIONS = {
    "release": ("announced", "released", "languages"),
    "size": ("parameters", "active_parameters", "context", "vram"),
    "training": tuple(field for field in field_titles() if field.startswith("training.")),
    "architecture": (*(field for field in field_titles() if field.startswith("architecture.")), "techniques"),
    "openness": tuple(field for field in field_titles() if field.startswith("openness.")),
    "license": tuple(field for field in field_titles() if field.startswith("license.")),
}
"""The facts of a model's page, in parts, whose names are among `WORDS`."""

BADGE_LINKS = ("paper", "code", "weights", "model-card", "demo")


@dataclass(frozen=True)
class Fact:
    """A field of the model and its value."""

    field: str
    label: str
    cell: Cell


@dataclass(frozen=True)
class Relative:
    """A model that this one derives from, or that derives from it."""

    subject: Subject | str
    own_variant: Subject | None
    """Which variant of the model at hand it concerns, if not the model as a whole."""
    derivation: Derivation


@dataclass(frozen=True)
class Result:
    score: Score
    subject: Subject
    position: int
    """Of the score in the record."""


@dataclass(frozen=True)
class Badges:
    """What a reader wants to know of a model at first sight."""

    access: str
    """To the weights, as pictures show it."""
    weights: Cell
    license: Cell
    commercial_use: Cell
    links: list[WebLink]


@dataclass(frozen=True)
class ModelPage:
    model: Model
    badges: Badges
    essentials: list[Fact]
    sections: list[tuple[str, list[Fact]]]
    variants: list[tuple[Subject, list[Cell]]]
    variant_headings: list[str]
    bases: list[Relative]
    derivatives: list[Relative]
    results: list[tuple[Record | str, list[Result]]]
    """By benchmark."""
    events: list[Event]
    lineage: Lineage
    companions: Companions


@dataclass(frozen=True)
class ModelCard:
    model: Model
    facts: list[Fact]


def model(book: Book, language: Language, id: str) -> ModelPage:
    """Everything recorded of the model *id*."""
    found = book.catalogue.find(Model, id)
    variants = [Subject(found, variant) for variant in found.variants]
    fields = [field for field in field_titles() if any(_has(subject, field) for subject in variants)]
    return ModelPage(
        model=found,
        badges=_badges(book, found),
        essentials=_essentials(book, language, found),
        sections=[
            (title, facts)
            for title, section in SECTIONS.items()
            if (facts := _facts(book, language, Subject(found), section))
        ],
        variants=[(subject, [_variant_cell(book, subject, field) for field in fields]) for subject in variants],
        variant_headings=[column_title(field, language) for field in fields],
        bases=[_base(book, found, variant, derivation) for variant, derivation in derivations(found)],
        derivatives=[
            Relative(Subject(other, variant), _variant(found, derivation.variant), derivation)
            for other, variant, derivation in book.catalogue.derivatives(found)
        ],
        results=_results(book, found),
        events=events(book, found),
        lineage=lineage(book, language, id),
        companions=side_by_side(book, language, id),
    )


def model_card(book: Book, language: Language, id: str) -> ModelCard:
    """The essentials of the model *id*."""
    found = book.catalogue.find(Model, id)
    return ModelCard(found, _essentials(book, language, found))


def _essentials(book: Book, language: Language, model: Model) -> list[Fact]:
    fields = [field for field in CARD if field != "announced" or model.released is None]
    return _facts(book, language, Subject(model), fields)


def _badges(book: Book, model: Model) -> Badges:
    subject = Subject(model)
    return Badges(
        access_mark(subject),
        make_cell(book, subject, "openness.weights").bare,
        make_cell(book, subject, "license.weights").bare,
        make_cell(book, subject, "commercial_use"),
        [found[0] for type in BADGE_LINKS if (found := links_of(subject, type))],
    )


def _results(book: Book, model: Model) -> list[tuple[Record | str, list[Result]]]:
    """Its scores by benchmark; those of a benchmark, the variants in their order."""
    results: dict[str, list[Result]] = {}
    for position, score in enumerate(model.scores):
        results.setdefault(score.benchmark, []).append(Result(score, Subject(model, score.variant), position))
    return [(resolve(book, found[0].score.benchmark), found) for found in results.values()]


def _facts(book: Book, language: Language, subject: Subject, fields: Sequence[str]) -> list[Fact]:
    cells = {field: make_cell(book, subject, field) for field in fields}
    return [Fact(field, column_title(field, language), cell) for field, cell in cells.items() if cell.kind != "absent"]


def _variant_cell(book: Book, subject: Subject, field: str) -> Cell:
    """A value of a variant; what is said of an inherited one stands with the model."""
    cell = make_cell(book, subject, field)
    return cell if _has(subject, field) else cell.bare


def _has(subject: Subject, field: str) -> bool:
    """Whether the variant itself, not the model above it, has a value."""
    value: object = subject.variant
    for name in field.split("."):
        value = getattr(value, name, None)
    return value is not None


def _variant(model: Model, variant: str | None) -> Subject | None:
    return Subject(model, variant) if variant in model.variants else None


def _base(book: Book, model: Model, variant: str | None, derivation: Derivation) -> Relative:
    base = book.catalogue.get(Model, derivation.model)
    subject: Subject | str = str(derivation.model)
    if base:
        subject = _variant(base, derivation.variant) or Subject(base)
    return Relative(subject, _variant(model, variant), derivation)
