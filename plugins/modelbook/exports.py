"""Downloads: every model and variant with every value, its status and its sources."""

from __future__ import annotations

import csv
import io
import json
import typing
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

from pydantic import BaseModel

from modelbook.catalogue import Catalogue, Subject
from modelbook.records import Model, field_titles
from modelbook.schema import Citation, Claim, PartialDate, Quantity, Text


def models_json(catalogue: Catalogue) -> str:
    """A list of models and variants, one a line; each field with value, status, sources, note and alternatives."""
    rows = [
        {
            "id": subject.id,
            "model": subject.model.id,
            "variant": subject.variant_id,
            "name": _plain(subject.variant.name if subject.variant and subject.variant.name else subject.model.name),
            "organizations": list(subject.model.organizations),
            "purpose": subject.value("purpose").value,
            "fields": {field: _claim(value, cite) for field, value, cite in _fields(subject)},
        }
        for subject in _subjects(catalogue)
    ]
    return "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n"


def models_csv(catalogue: Catalogue) -> str:
    """One row per model or variant; for each field its value, `…_status` and `…_sources`.

    Quantities stand as they were written (`~2T`), and as numbers in `…_number`.
    """
    fields = list(field_titles())
    fields.remove("purpose")
    header = ["id", "model", "variant", "name", "organizations", "purpose"]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*header, *(f"{field}{part}" for field in fields for part in _parts(field))])
    for subject in _subjects(catalogue):
        values = {field: (value, cite) for field, value, cite in _fields(subject)}
        name = subject.variant.name if subject.variant and subject.variant.name else subject.model.name
        row = [
            subject.id,
            subject.model.id,
            subject.variant_id or "",
            _flat(_plain(name)),
            " ".join(subject.model.organizations),
            subject.value("purpose").value,
        ]
        for field in fields:
            columns = _columns(*values[field]) if field in values else {}
            row += [columns.get(part, "") for part in _parts(field)]
        writer.writerow([cell and _inert(cell) for cell in row])
    return out.getvalue()


def _subjects(catalogue: Catalogue) -> Iterator[Subject]:
    for model in catalogue.all(Model):
        yield Subject(model)
        yield from (Subject(model, variant) for variant in model.variants)


def _fields(subject: Subject) -> Iterator[tuple[str, Any, list[Citation]]]:
    for field in field_titles():
        value, cite = subject.find(field)
        if value is not None and field != "purpose":
            yield field, value, cite


def _claim(claim: Claim[Any], cite: list[Citation]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "value": _plain(claim.value),
        "status": claim.status.value,
        "sources": _sources(claim.cite or cite),
    }
    if isinstance(claim.value, Quantity):
        row["written"] = claim.value.written
    if claim.note:
        row["note"] = _plain(claim.note)
    if claim.alternatives:
        row["alternatives"] = [
            {"value": _plain(other.value), "sources": _sources(other.cite)}
            | ({"note": _plain(other.note)} if other.note else {})
            for other in claim.alternatives
        ]
    return row


@cache
def _parts(field: str) -> tuple[str, ...]:
    """What the columns of a field end in."""
    annotation: Any = Model
    for name in field.split("."):
        annotation = annotation.model_fields[name].annotation
    is_quantity = Claim[Quantity] in typing.get_args(annotation)
    return ("", "_number", "_status", "_sources") if is_quantity else ("", "_status", "_sources")


def _columns(claim: Claim[Any], cite: list[Citation]) -> dict[str, str]:
    value = _flat(_plain(claim.value))
    return {
        **({"": claim.value.written, "_number": value} if isinstance(claim.value, Quantity) else {"": value}),
        "_status": claim.status.value,
        "_sources": " ".join(_sources(claim.cite or cite)),
    }


def _sources(cite: list[Citation]) -> list[str]:
    return [citation.key for citation in cite]


def _plain(value: Any) -> Any:
    """A value as JSON has it; quantities as numbers, dates as written."""
    if isinstance(value, Quantity):
        return _number(value.value)
    if isinstance(value, PartialDate):
        return value.written
    if isinstance(value, Text):
        return value.by_language.get("", value.by_language)
    if isinstance(value, Claim):
        return _plain(value.value)
    if isinstance(value, BaseModel):
        return {
            name: _plain(child)
            for name in type(value).model_fields
            if (child := getattr(value, name)) not in (None, [])
        }
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, Citation):
        return value.key
    return value


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _flat(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("en") or value.get("dataset") or next(iter(value.values())))
    return "; ".join(map(_flat, value)) if isinstance(value, list) else str(value)


def _inert(cell: str) -> str:
    """Spreadsheets run what begins like a formula. https://owasp.org/www-community/attacks/CSV_Injection"""
    return f"'{cell}" if cell.startswith(tuple("=+-@＝＋－＠\t\r\n")) else cell
