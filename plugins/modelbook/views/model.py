"""`::: model llama-2`: everything recorded of a model; `::: model-card llama-2`: its essentials."""

from __future__ import annotations

from dataclasses import dataclass

from modelbook.book import Book
from modelbook.catalogue import Subject, derivations
from modelbook.languages import Language
from modelbook.records import Derivation, Model, Score, field_titles
from modelbook.views.cells import Cell, make_cell, resolve
from modelbook.views.comparison import column_title

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
    benchmark: object
    subject: Subject


@dataclass(frozen=True)
class ModelPage:
    model: Model
    facts: list[Fact]
    variants: list[tuple[Subject, list[Cell]]]
    variant_headings: list[str]
    bases: list[Relative]
    derivatives: list[Relative]
    results: list[Result]


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
        facts=_facts(
            book,
            language,
            Subject(found),
            ["organizations", *(field for field in field_titles() if field != "purpose"), "techniques"],
        ),
        variants=[(subject, [_variant_cell(book, subject, field) for field in fields]) for subject in variants],
        variant_headings=[column_title(field, language) for field in fields],
        bases=[_base(book, found, variant, derivation) for variant, derivation in derivations(found)],
        derivatives=[
            Relative(Subject(other, variant), _variant(found, derivation.variant), derivation)
            for other, variant, derivation in book.catalogue.derivatives(found)
        ],
        results=[
            Result(score, resolve(book, score.benchmark), Subject(found, score.variant)) for score in found.scores
        ],
    )


def model_card(book: Book, language: Language, id: str) -> ModelCard:
    """The essentials of the model *id*."""
    found = book.catalogue.find(Model, id)
    fields = [field for field in CARD if field != "announced" or found.released is None]
    return ModelCard(found, _facts(book, language, Subject(found), fields))


def _facts(book: Book, language: Language, subject: Subject, fields: list[str]) -> list[Fact]:
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
