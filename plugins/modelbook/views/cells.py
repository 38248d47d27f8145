"""Cells: one value of a model, with what a reader needs to judge it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from modelbook.book import Book
from modelbook.catalogue import Subject
from modelbook.errors import BookError, did_you_mean, quoted
from modelbook.records import (
    Access,
    DataShare,
    DerivedField,
    License,
    Model,
    Purpose,
    Record,
    WebLink,
    field_titles,
)
from modelbook.schema import Citation, Claim, Link, Missing, PartialDate, Quantity, Status, Text


@dataclass(frozen=True)
class Cell:
    """A value to show; `kind` says how."""

    kind: str
    """quantity, date, text, access, purpose, languages, record, records, data, sizes, links, release, subject, verdict,
    page, missing or absent: a macro of `cells.html`."""
    value: Any = None
    status: str = ""
    """How the value came to be known, if it is not simply reported."""
    cite: list[Citation] = field(default_factory=list)
    note: Text | None = None
    alternatives: list[Alternative] = field(default_factory=list)

    @property
    def bare(self) -> Cell:
        """The value alone, where its notes stand elsewhere."""
        return replace(self, status="", note=None, alternatives=[])

    @property
    def remarkable(self) -> bool:
        """Whether there is more to say of it than the value."""
        return bool(self.status or self.note or self.alternatives)


@dataclass(frozen=True)
class Alternative:
    """Another published value: a cell, its sources, and why it differs."""

    cell: Cell
    cite: list[Citation]
    note: Text | None


@dataclass(frozen=True)
class Share:
    """A dataset of a training mix."""

    dataset: Record | str
    share: Cell | None
    tokens: Cell | None
    partial: bool
    note: Text | None


@dataclass(frozen=True)
class Verdict:
    """Whether a license permits commercial use: yes, conditional or no."""

    answer: str
    license: License


ABSENT = Cell("absent")
"""Nobody has looked yet."""


def make_cell(book: Book, subject: Subject, field: str) -> Cell:
    """The cell of a field, by its path or as one of the derived fields."""
    if derive := _DERIVED.get(field):
        return derive(book, subject)
    value, cite = subject.find(field)
    return claim_cell(book, value, cite)


def find_value(book: Book, row: str, field: str) -> Cell:
    """The cell of `{model:llama-2:7b parameters}` in prose: a field of a model or of one of its variants.

    Raises BookError if there is no such model, variant, field or value.
    """
    id, _, variant = row.partition(":")
    model = book.catalogue.find(Model, id)
    if variant and variant not in model.variants:
        expected = f"; expected {quoted(model.variants)}" if model.variants else "; expected the model alone"
        near = did_you_mean(variant, model.variants) or expected
        raise BookError(f"model '{id}' has no variant '{variant}'{near}")
    known = [*field_titles(), *DerivedField]
    if field not in known:
        near = did_you_mean(field, known) or "; expected one such as parameters or training.tokens"
        raise BookError(f"no field '{field}' of models{near}")
    cell = make_cell(book, Subject(model, variant or None), field)
    if cell.kind == "absent":
        raise BookError(f"model '{row}' says nothing of '{field}'; expected a value in {model.path}")
    return cell


def claim_cell(book: Book, value: Any, cite: list[Citation]) -> Cell:
    """The cell of a value, bare or a claim; *cite* are its sources."""
    if value is None:
        return ABSENT
    if not isinstance(value, Claim):
        kind, shown = _shown(book, value)
        return Cell(kind, shown, cite=cite)
    kind, shown = _shown(book, value.value)
    return Cell(
        kind,
        shown,
        status="" if value.status is Status.REPORTED else value.status.value,
        cite=value.cite or cite,
        note=value.note,
        alternatives=[
            Alternative(Cell(*_shown(book, other.value)), other.cite, other.note) for other in value.alternatives
        ],
    )


def resolve(book: Book, link: Link) -> Record | str:
    """The record of a link, or its bare id if there is none."""
    return book.catalogue.target(link) or str(link)


def _shown(book: Book, value: Any) -> tuple[str, Any]:
    """The kind of a value, and what a template shows of it."""
    if isinstance(value, Missing):
        return "missing", value.value
    if isinstance(value, Quantity):
        return "quantity", value
    if isinstance(value, PartialDate):
        return "date", value
    if isinstance(value, Text):
        return "text", value
    if isinstance(value, Link):
        return "record", resolve(book, value)
    if isinstance(value, Access):
        return "access", value.value
    if isinstance(value, Purpose):
        return "purpose", value.value
    if isinstance(value, list) and value and isinstance(value[0], DataShare):
        return "data", [_share(book, share) for share in value]
    return "languages", value


def _share(book: Book, share: DataShare) -> Share:
    part, tokens = (claim_cell(book, claim, share.cite) if claim else None for claim in (share.share, share.tokens))
    return Share(resolve(book, share.dataset), part, tokens, share.partial, share.note)


# --- derived fields --------------------------------------------------------------------


def links_of(subject: Subject, type: str) -> list[WebLink]:
    """Links of one type: the variant's own, or else the model's."""
    own = [link for link in (subject.variant.links if subject.variant else []) if link.type == type]
    return own or [link for link in subject.model.links if link.type == type]


def _subject(book: Book, subject: Subject) -> Cell:
    return Cell("subject", subject)


def _organizations(book: Book, subject: Subject) -> Cell:
    return Cell("records", [resolve(book, link) for link in subject.model.organizations])


def _techniques(book: Book, subject: Subject) -> Cell:
    found = [resolve(book, link) for link in subject.model.techniques]
    return Cell("records", found, cite=subject.model.cite) if found else ABSENT


def _sizes(book: Book, subject: Subject) -> Cell:
    subjects = [Subject(subject.model, id) for id in subject.model.variants] or [subject]
    sizes = {}
    for each in subjects:
        claim, released = each.value("parameters"), each.value("released")
        kept_back = released is not None and released.value is Missing.NOT_APPLICABLE
        if claim and claim.known and not kept_back:
            sizes[claim.known.value] = claim.known
    if sizes:
        return Cell("sizes", [sizes[size] for size in sorted(sizes)])
    return make_cell(book, Subject(subject.model), "parameters")


def _checkpoints(book: Book, subject: Subject) -> Cell:
    links = links_of(subject, "weights")
    if not links and subject.variant is None:
        links = [
            link.model_copy(update={"label": link.label or variant.name})
            for variant in subject.model.variants.values()
            for link in variant.links
            if link.type == "weights"
        ]
    return Cell("links", links) if links else ABSENT


def _release(book: Book, subject: Subject) -> Cell:
    cite = (subject.variant.cite if subject.variant else []) or subject.model.cite
    return Cell("release", links_of(subject, "blog")[:1], cite=cite)


def _commercial_use(book: Book, subject: Subject) -> Cell:
    claim, cite = subject.find("license.weights")
    license = resolve(book, claim.known) if claim and claim.known else None
    if isinstance(license, License):
        return Cell("verdict", Verdict(license.commercial_use, license), cite=cite)
    return claim_cell(book, claim, cite) if claim and not claim.known else ABSENT


def _page(book: Book, subject: Subject) -> Cell:
    return Cell("page", subject.model)


_DERIVED: dict[str, Callable[[Book, Subject], Cell]] = {
    DerivedField.NAME: _subject,
    DerivedField.ORGANIZATIONS: _organizations,
    DerivedField.TECHNIQUES: _techniques,
    DerivedField.SIZES: _sizes,
    DerivedField.CHECKPOINTS: _checkpoints,
    DerivedField.RELEASE: _release,
    DerivedField.COMMERCIAL_USE: _commercial_use,
    DerivedField.PAGE: _page,
}
