"""`::: scores mmlu models=llama,llama-2`: the scores of a benchmark, a column for each model or variant.

A row holds what was measured alike: with the same setting and harness, and on a leaderboard, which moves, at the
same time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from modelbook.book import Book
from modelbook.catalogue import Subject
from modelbook.errors import BookError
from modelbook.languages import Language
from modelbook.records import Benchmark, Model, Score
from modelbook.schema import Name, PartialDate


@dataclass(frozen=True)
class ScoreRow:
    setting: Name | None
    harness: Name | None
    date: PartialDate | None
    """Of a leaderboard."""
    scores: Sequence[Score | None]
    """In the order of the table's subjects."""


@dataclass(frozen=True)
class ScoreTable:
    id: str
    """Of the table, by which it can be referred to."""
    benchmark: Benchmark
    subjects: Sequence[Subject]
    rows: Sequence[ScoreRow]


def scores(book: Book, language: Language, benchmark: str, models: str = "") -> ScoreTable:
    """The scores of *benchmark*, of all models or of those named, separated by commas."""
    found = book.catalogue.find(Benchmark, benchmark)
    chosen = [book.catalogue.find(Model, id) for id in models.split(",")] if models else book.catalogue.all(Model)
    measured: dict[tuple[Name | None, Name | None, PartialDate | None], dict[str, Score]] = {}
    subjects: dict[str, Subject] = {}
    for model in chosen:
        for score in model.scores:
            if score.benchmark == benchmark:
                subject = Subject(model, score.variant)
                subjects[subject.id] = subject
                date = score.date if found.type == "leaderboard" else None
                measured.setdefault((score.setting, score.harness, date), {})[subject.id] = score
    if not subjects:
        raise BookError(f"no score of '{benchmark}' in these models; expected models that have one")
    return ScoreTable(
        "-".join(["tbl-scores", benchmark, *models.split(",")]) if models else f"tbl-scores-{benchmark}",
        found,
        list(subjects.values()),
        [
            ScoreRow(setting, harness, date, [by_subject.get(id) for id in subjects])
            for (setting, harness, date), by_subject in measured.items()
        ],
    )
