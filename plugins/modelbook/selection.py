"""Which models and variants are rows of a comparison, by its rows or its filter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from modelbook.catalogue import Catalogue, Subject
from modelbook.families import line_of
from modelbook.records import Comparison, Filter, License, Model
from modelbook.schema import Claim, PartialDate, Quantity, Value


def row_subjects(catalogue: Catalogue) -> list[Subject]:
    """Every variant of every model, and the models that have no variants."""
    return [subject for model in catalogue.all(Model) for subject in variants_of(model)]


def variants_of(model: Model) -> list[Subject]:
    """The variants of a model; the model, if it has none."""
    return [Subject(model, id) for id in model.variants] or [Subject(model)]


def select(catalogue: Catalogue, comparison: Comparison) -> list[Subject]:
    """What the rows of *comparison* are about: as they are listed, or else what its filter finds."""
    if comparison.filter is None:
        listed = ((catalogue.get(Model, row.id), row.variant) for row in comparison.rows or ())
        return [
            Subject(model, variant) for model, variant in listed if model and (not variant or variant in model.variants)
        ]
    if comparison.each == "model":
        candidates: Iterable[Subject] = map(Subject, catalogue.all(Model))
    else:
        candidates = row_subjects(catalogue)
    return [subject for subject in candidates if matches(catalogue, subject, comparison.filter)]


def matches(catalogue: Catalogue, subject: Subject, wanted: Filter) -> bool:
    """Whether *subject* is as *wanted* says in every field that it names."""
    return all(_has(_value(catalogue, subject, field), condition) for field, condition in _conditions(wanted))


def _conditions(wanted: Value, path: str = "") -> Iterable[tuple[str, Any]]:
    """The fields that a filter names, by their paths, and what is wanted of them."""
    for name in type(wanted).model_fields:
        condition = getattr(wanted, name)
        if isinstance(condition, Value):
            yield from _conditions(condition, f"{path}{name}.")
        elif condition:
            yield path + name, condition


def _value(catalogue: Catalogue, subject: Subject, field: str) -> Any:
    if field == "family":
        return [model.id for model in line_of(catalogue, subject.model)]
    if field == "commercial_use":
        return commercial_use(catalogue, subject)
    value = subject.value(field)
    if value is None:  # of the model alone: its organizations, its modality
        value = subject.model
        for name in field.split("."):
            value = getattr(value, name, None)
    return value.known if isinstance(value, Claim) else value


def commercial_use(catalogue: Catalogue, subject: Subject) -> str | None:
    """What the license of the weights says of commercial use; None if it is not known."""
    claim = subject.value("license.weights")
    license = catalogue.get(License, claim.known) if claim and claim.known else None
    return license.commercial_use if license else None


def _has(value: Any, condition: Any) -> bool:
    if value is None:
        return False
    if isinstance(condition, Quantity):
        return _lies_in(value, condition)
    if isinstance(condition, PartialDate):
        return bool(condition.first <= value.first and value.last <= condition.last)
    held = value if isinstance(value, list) else [value]
    return any(one in condition for one in held)


def _lies_in(value: Quantity, wanted: Quantity) -> bool:
    if wanted.at_least:
        return value.value >= wanted.value
    return wanted.value <= value.value <= (wanted.upper or wanted.value)
