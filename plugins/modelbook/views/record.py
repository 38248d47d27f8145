"""`::: record licenses llama-2`: everything recorded of an organization, a license, a dataset, a benchmark, …"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from modelbook.book import Book
from modelbook.catalogue import Subject
from modelbook.errors import BookError, did_you_mean, quoted
from modelbook.languages import Language
from modelbook.pages import PAGED
from modelbook.records import (
    KINDS,
    Benchmark,
    Dataset,
    Event,
    License,
    Model,
    Organization,
    Record,
    Score,
    Technique,
    Tool,
)
from modelbook.schema import Text
from modelbook.views.cells import Cell, Verdict, claim_cell, resolve
from modelbook.views.grids import Grid
from modelbook.views.models import model_grid, newest

MODEL_FIELDS = ("name", "organizations", "released", "sizes", "openness.weights")


@dataclass(frozen=True)
class Fact:
    """Something said of a record: its field, what that is called, and its value."""

    field: str
    label: str
    cell: Cell


@dataclass(frozen=True)
class Result:
    score: Score
    subject: Subject


@dataclass(frozen=True)
class Board:
    """Scores that compare: of one benchmark, in one setting, with one harness; the best first."""

    setting: Text | None
    harness: Text | None
    results: Sequence[Result]

    @property
    def is_dated(self) -> bool:
        return any(result.score.date for result in self.results)


@dataclass(frozen=True)
class RecordPage:
    record: Record
    folder: str
    lead: Text | None
    facts: Sequence[Fact]
    models: Grid | None
    """The models that have to do with it."""
    related: Sequence[tuple[str, Sequence[Record]]]
    """Records of other kinds, by the folder of their kind."""
    boards: Sequence[Board]
    events: Sequence[Event]


def record(book: Book, language: Language, kind: str, id: str) -> RecordPage:
    """Everything recorded of the record *id* of a kind other than models."""
    folders = [folder for folder in PAGED.values() if folder != "models"]
    if kind not in folders:
        raise BookError(f"no pages of '{kind}'" + (did_you_mean(kind, folders) or f"; expected {quoted(folders)}"))
    found = book.catalogue.find(KINDS[kind], id)
    models = book.catalogue.referring(found, Model)
    if isinstance(found, Tool):
        models = [model for link in found.runs if (model := book.catalogue.get(Model, link))]
    parts = _parts(found, newest(models, language), language)
    fields = [field for field in MODEL_FIELDS if kind != "organizations" or field != "organizations"]
    return RecordPage(
        record=found,
        folder=kind,
        lead=found.conditions if isinstance(found, License) else getattr(found, "summary", None),
        facts=[fact for fact in facts(book, language, found) if fact.cell.kind != "absent"],
        models=model_grid(book, language, parts, fields) if parts else None,
        related=[
            (folder, _by_name(others, language))
            for other, folder in PAGED.items()
            if other is not Model and (others := book.catalogue.referring(found, other))
        ],
        boards=_boards(found, models) if isinstance(found, Benchmark) else [],
        events=events(book, found),
    )


def events(book: Book, record: Record) -> list[Event]:
    """What happened that has to do with *record*, the latest first."""

    def day(event: Event) -> Any:
        return (event.date.known.sort_key if event.date.known else (), event.id)

    return sorted(book.catalogue.referring(record, Event), key=day, reverse=True)


def _by_name(records: Iterable[Record], language: Language) -> list[Record]:
    return sorted(records, key=lambda each: (language.sort_key(language.plain(each.name)), each.id))


def _parts(record: Record, models: Sequence[Model], language: Language) -> dict[str, Sequence[Model]]:
    """The models under a license by what of them is; of other records, all together."""
    if not isinstance(record, License):
        return {"": models} if models else {}
    groups = {
        language.gettext("Their weights"): "license.weights",
        language.gettext("Their code"): "license.code",
        language.gettext("Their training data"): "license.data",
    }
    parts = {title: [model for model in models if _is_under(model, field, record)] for title, field in groups.items()}
    return {title: part for title, part in parts.items() if part}


def _is_under(model: Model, field: str, license: License) -> bool:
    """Whether a model, or one of its variants, says *license* in a field."""
    claims = (Subject(model, variant).value(field) for variant in (None, *model.variants))
    return any(claim and claim.known == license.id for claim in claims)


def _boards(benchmark: Benchmark, models: Iterable[Model]) -> list[Board]:
    """The scores in a benchmark, only like with like; the fullest board first."""
    boards: dict[tuple[Text | None, Text | None], list[Result]] = {}
    for model in models:
        for score in model.scores:
            if score.benchmark == benchmark.id:
                result = Result(score, Subject(model, score.variant))
                boards.setdefault((score.setting, score.harness), []).append(result)
    for results in boards.values():
        results.sort(key=lambda each: each.score.value.value, reverse=benchmark.higher_is_better)
    found = [Board(setting, harness, results) for (setting, harness), results in boards.items()]
    return sorted(found, key=lambda board: (-len(board.results), board.setting is not None))


# --- what is said of each kind ---------------------------------------------------------


def facts(book: Book, language: Language, record: Record) -> list[Fact]:
    """What is said of a record."""
    return _FACTS[type(record)](book, language, record)


def _claim(book: Book, record: Record, field: str) -> Cell:
    return claim_cell(book, getattr(record, field), record.cite)


def _makers(book: Book, record: Any) -> Cell:
    found = [resolve(book, link) for link in record.organizations]
    return Cell("records", found) if found else Cell("absent")


def _type(record: Any, sort: str) -> Cell:
    return Cell("word", (sort, record.type))


def _organization(book: Book, language: Language, record: Any) -> list[Fact]:
    country = Cell("plain", language.country_name(record.country)) if record.country else Cell("absent")
    return [
        Fact("type", language.gettext("Kind"), _type(record, "organization-type")),
        Fact("country", language.gettext("Country"), country),
    ]


def _license(book: Book, language: Language, record: Any) -> list[Fact]:
    return [
        Fact(
            "commercial_use",
            language.gettext("Commercial use"),
            Cell("verdict", Verdict(record.commercial_use, record)),
        ),
        Fact(
            "osi_approved",
            language.gettext("Approved by the OSI"),
            Cell("verdict", Verdict("yes" if record.osi_approved else "no", record)),
        ),
        Fact(
            "spdx", language.gettext("SPDX identifier"), Cell("plain", record.spdx) if record.spdx else Cell("absent")
        ),
    ]


def _dataset(book: Book, language: Language, record: Any) -> list[Fact]:
    return [
        Fact("organizations", language.gettext("Organization"), _makers(book, record)),
        Fact("released", language.gettext("Released"), _claim(book, record, "released")),
        Fact("tokens", language.gettext("Tokens"), _claim(book, record, "tokens")),
        Fact("openness", language.gettext("Openness"), _claim(book, record, "openness")),
        Fact("license", language.gettext("License"), _claim(book, record, "license")),
    ]


def _benchmark(book: Book, language: Language, record: Any) -> list[Fact]:
    direction = language.gettext("higher is better") if record.higher_is_better else language.gettext("lower is better")
    unit = Cell("plain", record.unit) if record.unit else Cell("absent")
    return [
        Fact("organizations", language.gettext("Organization"), _makers(book, record)),
        Fact("released", language.gettext("Released"), _claim(book, record, "released")),
        Fact("type", language.gettext("Kind"), _type(record, "benchmark-type")),
        Fact("metric", language.gettext("Measure"), Cell("text", record.metric)),
        Fact("unit", language.gettext("Unit"), unit),
        Fact("higher_is_better", language.gettext("Direction"), Cell("plain", direction)),
    ]


def _technique(book: Book, language: Language, record: Any) -> list[Fact]:
    return [
        Fact("type", language.gettext("Kind"), _type(record, "technique-type")),
        Fact("introduced", language.gettext("Introduced"), _claim(book, record, "introduced")),
        Fact("organizations", language.gettext("Organization"), _makers(book, record)),
    ]


def _tool(book: Book, language: Language, record: Any) -> list[Fact]:
    return [
        Fact("type", language.gettext("Kind"), _type(record, "tool-type")),
        Fact("organizations", language.gettext("Organization"), _makers(book, record)),
        Fact("released", language.gettext("Released"), _claim(book, record, "released")),
        Fact("license", language.gettext("License"), _claim(book, record, "license")),
    ]


_FACTS: dict[type[Record], Callable[[Book, Language, Any], list[Fact]]] = {
    Organization: _organization,
    License: _license,
    Dataset: _dataset,
    Benchmark: _benchmark,
    Technique: _technique,
    Tool: _tool,
}
