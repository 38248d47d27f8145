"""`::: records licenses`: the index of all organizations, licenses, datasets, benchmarks, techniques or tools."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from modelbook.book import Book
from modelbook.errors import BookError, did_you_mean, quoted
from modelbook.languages import Language
from modelbook.records import KINDS, Model, Record
from modelbook.views.cells import Cell
from modelbook.views.grids import Grid, grid
from modelbook.views.record import facts
from modelbook.words import WORDS


@dataclass(frozen=True)
class RecordIndex:
    folder: str
    grid: Grid


def records(book: Book, language: Language, kind: str) -> RecordIndex:
    """All records of a kind other than models, in groups."""
    if kind not in _GROUPS:
        near = did_you_mean(kind, _GROUPS) or f"; expected {quoted(_GROUPS)}"
        raise BookError(f"no index of '{kind}'{near}")
    sort, value_of, order = _GROUPS[kind]
    found = sorted(
        book.catalogue.all(KINDS[kind]), key=lambda each: (language.sort_key(language.plain(each.name)), each.id)
    )
    groups: dict[str, list[Record]] = {value: [] for value in order}
    for each in found:
        groups.setdefault(value_of(each), []).append(each)
    if not order:  # large groups first, those who say nothing last
        groups = dict(sorted(groups.items(), key=lambda group: (not group[0], -len(group[1]), group[0])))
    titled = {_title(sort, value, language): group for value, group in groups.items() if group}
    said = _said_of(book, language, kind)
    headings = [title for title, _ in said]
    return RecordIndex(kind, grid(headings, titled, lambda each: [of(each) for _, of in said], language))


def _said_of(book: Book, language: Language, kind: str) -> list[tuple[str, Callable[[Any], Cell]]]:
    """The columns of an index: what they are called, and the cell of a record."""

    def fact(label: str) -> tuple[str, Callable[[Any], Cell]]:
        return label, lambda each: {fact.label: fact.cell for fact in facts(book, language, each)}[label]

    def count(each: Record) -> Cell:
        models = getattr(each, "runs", None) if kind == "tools" else book.catalogue.referring(each, Model)
        return Cell("plain", len(models or ()))

    labels = {
        "organizations": [language.gettext("Kind")],
        "licenses": [language.gettext("Approved by the OSI"), language.gettext("SPDX identifier")],
        "datasets": [language.gettext("Organization"), language.gettext("Released"), language.gettext("Tokens")],
        "benchmarks": [language.gettext("Measure"), language.gettext("Released")],
        "techniques": [language.gettext("Introduced")],
        "tools": [language.gettext("Organization"), language.gettext("License")],
    }
    columns = [(language.gettext("Name"), lambda each: Cell("record", each)), *map(fact, labels[kind])]
    if kind not in ("organizations", "licenses"):
        columns.append((language.gettext("Summary"), lambda each: Cell("text", each.summary)))
    return [*columns, (language.gettext("Models"), count)]


def _title(sort: str, value: str, language: Language) -> str:
    """The heading of the group of records that have *value*."""
    if sort == "country":
        return language.country_name(value) if value else language.gettext("Without a country")
    title = language.gettext(WORDS[sort][value]) if value else language.gettext("not recorded yet")
    if sort == "verdict":
        title = language.gettext("Commercial use: %(answer)s", answer=title)
    return title[:1].upper() + title[1:]


def _access(record: Any) -> str:
    claim = record.openness
    return str(claim.known) if claim and claim.known else ""


_GROUPS: dict[str, tuple[str, Callable[[Any], str], Sequence[str]]] = {
    "organizations": ("country", lambda each: each.country or "", ()),
    "licenses": ("verdict", lambda each: each.commercial_use, ("yes", "conditional", "no")),
    "datasets": ("access", _access, tuple(WORDS["access"])),
    "benchmarks": ("benchmark-type", lambda each: each.type, tuple(WORDS["benchmark-type"])),
    "techniques": ("technique-type", lambda each: each.type, tuple(WORDS["technique-type"])),
    "tools": ("tool-type", lambda each: each.type, tuple(WORDS["tool-type"])),
}
"""The value by which each kind is grouped: its sort, how it is found, and the order of groups if it has one."""
