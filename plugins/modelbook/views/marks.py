"""Marks: how a model is drawn in a picture, by its date and by who can have its weights."""

from __future__ import annotations

from modelbook.catalogue import Subject
from modelbook.records import Access
from modelbook.schema import PartialDate

ACCESS_MARKS = {
    Access.OPEN: "open",
    Access.RESTRICTED: "limited",
    Access.GATED: "limited",
    Access.NON_COMMERCIAL: "noncommercial",
    Access.LEAKED: "noncommercial",
    Access.CLOSED: "closed",
}
"""Filled, half filled, dashed, hollow."""

UNKNOWN_MARK = "unknown"

MARKS = [*dict.fromkeys(ACCESS_MARKS.values()), UNKNOWN_MARK]
"""All marks, in the order of legends."""


def access_mark(subject: Subject) -> str:
    """How open the weights are."""
    claim = subject.value("openness.weights")
    return ACCESS_MARKS[claim.known] if claim and claim.known else UNKNOWN_MARK


def first_date(subject: Subject) -> PartialDate | None:
    """When it was released, or else announced; for a model that says neither, what the first of its variants says."""
    for field in ("released", "announced"):
        claim = subject.value(field)
        if claim and claim.known:
            known: PartialDate = claim.known
            return known
    if subject.variant is not None:
        return None
    dates = [date for id in subject.model.variants if (date := first_date(Subject(subject.model, id)))]
    return min(dates, key=lambda date: date.sort_key, default=None)
