"""What the records say and do not say: values by their presence, and values without a source."""

from __future__ import annotations

import typing
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from modelbook.catalogue import Catalogue
from modelbook.records import Model, Record, field_titles
from modelbook.schema import Claim, Missing, PartialDate, Value
from modelbook.sources import ValuePath


class Presence(StrEnum):
    """Whether a record has a value in a field."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    """Looked for and not found."""
    UNDISCLOSED = "undisclosed"
    """Withheld by those who know it."""
    NOT_APPLICABLE = "not-applicable"
    ABSENT = "absent"
    """Nobody has looked yet."""


@dataclass(frozen=True)
class FieldCoverage:
    """How many records of a kind have which presence of a field."""

    field: str
    """By its path: `training.tokens`."""
    title: str
    counts: Mapping[Presence, int]


@dataclass(frozen=True)
class KindCoverage:
    kind: type[Record]
    records: int
    fields: Sequence[FieldCoverage]
    oldest: PartialDate | None
    """When the record that was checked longest ago was."""


def coverage(catalogue: Catalogue, kinds: Iterable[type[Record]]) -> list[KindCoverage]:
    """What the records of each of *kinds* say."""
    found = []
    for kind in kinds:
        records = catalogue.all(kind)
        if not records:
            continue
        fields = [
            FieldCoverage(field, title, Counter(_presence(record, field) for record in records))
            for field, title in claim_fields(kind).items()
        ]
        checked = [record.checked for record in records if isinstance(record, Model)]
        found.append(
            KindCoverage(kind, len(records), fields, min(checked, key=lambda date: date.sort_key, default=None))
        )
    return found


def claim_fields(kind: type[Record]) -> dict[str, str]:
    """The fields of a kind whose values say where they come from, by path, each with its title."""
    if kind is Model:
        return field_titles()
    return {
        name: field.title or name.replace("_", " ").capitalize()
        for name, field in kind.model_fields.items()
        if any(
            isinstance(part, type) and issubclass(part, Claim)
            for part in (field.annotation, *typing.get_args(field.annotation))
        )
    }


def _presence(record: Record, field: str) -> Presence:
    """The best that a record or one of its variants says in a field."""
    levels: list[Value] = [record, *(record.variants.values() if isinstance(record, Model) else ())]
    found = set()
    for level in levels:
        value: object = level
        for name in field.split("."):
            value = getattr(value, name, None)
        if isinstance(value, Claim):
            found.add(Presence(value.value) if isinstance(value.value, Missing) else Presence.KNOWN)
        elif value is not None:
            found.add(Presence.KNOWN)
    return next((presence for presence in Presence if presence in found), Presence.ABSENT)


def claims(record: Record) -> Iterator[tuple[ValuePath, Claim[typing.Any]]]:
    """Every claim in a record with its path."""
    for path, value in record.values:
        if isinstance(value, Claim):
            yield path, value


def unsourced(record: Record) -> Iterator[ValuePath]:
    """The paths of values that say neither themselves nor by anything above them where they come from."""
    sourced = {path for path, value in record.values if isinstance(value, Value) and getattr(value, "cite", None)}
    for path, claim in claims(record):
        is_missing = isinstance(claim.value, Missing)
        if not is_missing and not any(path[:length] in sourced for length in range(len(path) + 1)):
            yield path
