"""`::: timeline`: events, and the release of every model, by year and month; with arguments a part of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from modelbook.book import Book
from modelbook.catalogue import Subject
from modelbook.errors import BookError, did_you_mean, quoted
from modelbook.families import base_of, family_of
from modelbook.languages import Language
from modelbook.records import Event, Model, Organization, Purpose, Record
from modelbook.schema import Citation, Claim, PartialDate, Text
from modelbook.views.cells import Cell, claim_cell, resolve
from modelbook.views.lanes import OTHERS, Item, Picture, axis_of_part, axis_of_years, picture, shortened
from modelbook.words import WORDS

FOLD_FROM = 400
"""So many entries that years are folded."""

VARIANTS_SHOWN = 2
"""So many releases of variants in a month are shown; more are folded."""

LANES = ("organization", "modality", "family")

_MODALITIES = {**WORDS["medium"], "multimodal": WORDS["purpose"]["multimodal"]}
_DETAIL = 3
_LABELED_MODELS = 40


@dataclass(frozen=True)
class Entry:
    """One line of the timeline."""

    id: str
    type: str
    date: PartialDate
    cell: Cell
    """The date with its doubts and sources."""
    importance: int
    headline: Text | None
    subject: Subject | None
    """The model whose release this is."""
    text: Text | None
    models: list[Record | str]
    cite: list[Citation]
    facets: Mapping[str, list[str]]
    """What it can be found by: its organizations, modalities, families, how open its weights are, its models."""

    @property
    def is_variant(self) -> bool:
        """Whether this is the release of a variant only."""
        return self.subject is not None and self.subject.variant_id is not None


@dataclass(frozen=True)
class Month:
    """Entries of a month; of a year whose month is not known, if `date` is None."""

    date: PartialDate | None
    entries: list[Entry]

    @property
    def main(self) -> list[Entry]:
        return [entry for entry in self.entries if not entry.is_variant]

    @property
    def variants(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.is_variant]

    @property
    def is_folded(self) -> bool:
        """Whether there are so many variants that they are folded."""
        return len(self.variants) > VARIANTS_SHOWN


@dataclass(frozen=True)
class Year:
    number: int
    months: list[Month]

    @property
    def entries(self) -> list[Entry]:
        return [entry for month in self.months for entry in month.entries]


@dataclass(frozen=True)
class Timeline:
    """All of the timeline in years; a part of it as a plain list, and then without `facets`."""

    entries: list[Entry]
    years: list[Year]
    picture: Picture | None
    lane_names: Mapping[str, Mapping[str, str]]
    """What the lanes are called, by what they are for."""
    facets: Mapping[str, Mapping[str, int]]
    """How many entries have each value of what they can be filtered by."""

    @property
    def is_folded(self) -> bool:
        return len(self.entries) > FOLD_FROM


def timeline(
    book: Book,
    language: Language,
    year: str = "",
    *,
    from_: str = "",
    to: str = "",
    models: str = "",
    organizations: str = "",
    types: str = "",
    importance: str = "",
    latest: str = "",
) -> Timeline:
    """All of the timeline, or the part that meets every argument; the *latest* entries with the newest first."""
    entries = sorted(
        [*_events(book), *_releases(book)], key=lambda entry: (*entry.date.sort_key, entry.importance, entry.id)
    )
    if not any((year, from_, to, models, organizations, types, importance, latest)):
        return Timeline(entries, _years(entries), *_drawn(book, language, entries), _facets(entries))
    number = _count("latest", latest) if latest else 0
    tests = [
        *_date_tests(entries, year, from_, to),
        *_record_tests(book, models, organizations),
        *_word_tests(types, importance or ("2" if latest else "")),
    ]
    part = [entry for entry in entries if all(test(entry) for test in tests)]
    if not part:
        raise BookError("nothing in the timeline meets all arguments; expected fewer or wider ones")
    if latest:
        return Timeline(part[: -number - 1 : -1], [], None, {}, {})
    return Timeline(part, [], _drawn_part(book, language, part), {}, {})


# --- arguments ---------------------------------------------------------------------------

Test = Callable[[Entry], bool]


def _date_tests(entries: Sequence[Entry], year: str, from_: str, to: str) -> Iterator[Test]:
    if year:
        known = dict.fromkeys(str(entry.date.first.year) for entry in entries)
        if year not in known:
            raise BookError(f"nothing in the timeline in '{year}'; expected {quoted(known) if known else 'an event'}")
        yield lambda entry: str(entry.date.first.year) == year
    first, last = (_date("from", from_) if from_ else None), (_date("to", to) if to else None)
    if first and last and last.last < first.first:
        raise BookError(f"'to' is '{to}', before 'from'; expected '{from_}' or later")
    if first:
        yield lambda entry: entry.date.last >= first.first
    if last:
        yield lambda entry: entry.date.first <= last.last


def _date(name: str, written: str) -> PartialDate:
    try:
        date = PartialDate.parse(written)
    except ValueError:
        date = None
    if date is None or date.end or date.about or date.doubtful:
        raise BookError(f"'{name}' is '{written}'; expected a date such as 2023, 2023-07 or 2023-07-18")
    return date


def _record_tests(book: Book, models: str, organizations: str) -> Iterator[Test]:
    for facet, written, kind in (("models", models, Model), ("organization", organizations, Organization)):
        if written:
            wanted = {book.catalogue.find(kind, id).id for id in written.split(",")}
            yield lambda entry, facet=facet, wanted=wanted: not wanted.isdisjoint(entry.facets[facet])  # type: ignore[misc]


def _word_tests(types: str, importance: str) -> Iterator[Test]:
    if types:
        wanted = types.split(",")
        for type in wanted:
            if type not in WORDS["event"]:
                near = did_you_mean(type, WORDS["event"]) or f"; expected {quoted(WORDS['event'])}"
                raise BookError(f"no event of type '{type}'{near}")
        yield lambda entry: entry.type in wanted
    if importance:
        if importance not in ("1", "2", "3"):
            raise BookError(f"'importance' is '{importance}'; expected 1 (turning points), 2 or 3 (everything)")
        yield lambda entry: entry.importance <= int(importance)


def _count(name: str, written: str) -> int:
    if not (written.isascii() and written.isdigit() and int(written)):
        raise BookError(f"'{name}' is '{written}'; expected how many, such as 8")
    return int(written)


# --- entries -----------------------------------------------------------------------------


def _years(entries: list[Entry]) -> list[Year]:
    return [
        Year(number, _months(list(group)))
        for number, group in groupby(entries, key=lambda entry: entry.date.first.year)
    ]


def _months(entries: list[Entry]) -> list[Month]:
    months: dict[int, list[Entry]] = {}
    for entry in entries:
        months.setdefault(0 if entry.date.precision == "year" else entry.date.first.month, []).append(entry)
    return [Month(group[0].date if month else None, group) for month, group in sorted(months.items())]


def _events(book: Book) -> Iterator[Entry]:
    for event in book.catalogue.all(Event):
        if event.date.known:
            models = [model for link in event.models if (model := book.catalogue.get(Model, link.id))]
            yield Entry(
                id=f"event-{event.id}",
                type=event.type,
                date=event.date.known,
                cell=claim_cell(book, event.date, event.cite),
                importance=int(event.importance),
                headline=event.name,
                subject=None,
                text=event.text,
                models=[resolve(book, link) for link in event.models],
                cite=event.cite,
                facets=_facets_of(book, [Subject(model) for model in models], event.organizations),
            )


def _releases(book: Book) -> Iterator[Entry]:
    """The release of each model, and of variants that came at another time."""
    for model in book.catalogue.all(Model):
        seen = set()
        for subject in (Subject(model), *(Subject(model, id) for id in model.variants)):
            level = subject.variant or model
            claim: Claim[PartialDate] | None = level.released or level.announced
            if claim is None or claim.known is None or claim.known.sort_key in seen:
                continue
            seen.add(claim.known.sort_key)
            yield Entry(
                id=_release_id(subject),
                type="release" if level.released else "announcement",
                date=claim.known,
                cell=claim_cell(book, claim, level.cite or model.cite),
                importance=2 if subject.variant is None else _DETAIL,
                headline=None,
                subject=subject,
                text=model.summary if subject.variant is None else None,
                models=[],
                cite=claim.cite or level.cite or model.cite,
                facets=_facets_of(book, [subject]),
            )


def _release_id(subject: Subject) -> str:
    return f"release-{subject.id.replace(':', '-')}"


def _facets_of(book: Book, subjects: Sequence[Subject], organizations: Iterable[str] = ()) -> dict[str, list[str]]:
    models = [subject.model for subject in subjects]
    weights = [subject.value("openness.weights") for subject in subjects]
    found = {
        "organization": [*map(str, organizations), *(str(link) for model in models for link in model.organizations)],
        "modality": [modality_of(model) for model in models],
        "family": [family_of(book.catalogue, model).id for model in models],
        "openness": [str(claim.known) for claim in weights if claim and claim.known],
        "models": [model.id for model in models],
    }
    return {name: list(dict.fromkeys(values)) for name, values in found.items()}


def modality_of(model: Model) -> str:
    """The one thing that a model is chiefly for: text, code, image, audio, video; or multimodal."""
    taken, given = model.modality.input, model.modality.output
    if "text" not in given:
        return next(medium for medium in ("video", "image", "audio", "code") if medium in given)
    if "text" not in taken and "code" not in taken:
        return taken[0]
    if {*taken, *given} - {"text", "code"}:
        return "multimodal"
    return "code" if model.purpose is Purpose.CODE else "text"


def _facets(entries: Sequence[Entry]) -> dict[str, dict[str, int]]:
    """How many entries have each value: kinds and the like in the order of their words, organizations by number."""
    counts = {
        name: Counter(value for entry in entries for value in entry.facets[name])
        for name in ("organization", "modality", "openness")
    }
    counts["type"] = Counter(entry.type for entry in entries)
    words = {"modality": _MODALITIES, "openness": WORDS["access"], "type": WORDS["event"]}
    ordered = {
        name: {word: counts[name][word] for word in known if counts[name][word]} for name, known in words.items()
    }
    organizations = sorted(counts["organization"].items(), key=lambda pair: (-pair[1], pair[0]))
    return ordered | {"organization": dict(organizations)}


# --- the picture -------------------------------------------------------------------------


def _drawn(
    book: Book, language: Language, entries: Sequence[Entry]
) -> tuple[Picture | None, dict[str, dict[str, str]]]:
    if not entries:
        return None, {}
    labeled = _labeled(book, entries)
    items = [_item(entry, language, is_labeled=entry.id in labeled) for entry in entries]
    names = {sort: _lane_names(book, language, sort, entries) for sort in LANES}
    axis = axis_of_years([entry.date for entry in entries])
    return picture(items, axis, names[LANES[0]], _pairs(book, entries)), names


def _drawn_part(book: Book, language: Language, entries: Sequence[Entry]) -> Picture | None:
    """A small picture, if there is something to be seen in it."""
    if not 3 <= len(entries) <= 60:
        return None
    items = [_item(entry, language, is_labeled=not entry.is_variant) for entry in entries]
    names = _lane_names(book, language, LANES[0], entries)
    return picture(items, axis_of_part([entry.date for entry in entries]), names, _pairs(book, entries))


def _item(entry: Entry, language: Language, *, is_labeled: bool) -> Item:
    lane = (entry.facets[LANES[0]] or [OTHERS])[0]
    return Item(entry.id, entry.date, lane, shortened(title(entry, language)) if is_labeled else "")


def title(entry: Entry, language: Language) -> str:
    """The headline of an event; the name of what is released."""
    if entry.subject is None:
        return language.plain(entry.headline) if entry.headline else ""
    model, variant = entry.subject.model, entry.subject.variant
    if variant and variant.name:
        return language.plain(variant.name)
    name = language.plain(model.name)
    return f"{name} {entry.subject.variant_id}" if variant else name


def _labeled(book: Book, entries: Sequence[Entry]) -> set[str]:
    """The entries that a picture of everything names: turning points, and the models that most goes back to."""
    bases = (base_of(book.catalogue, model) for model in book.catalogue.all(Model))
    weights = Counter(base.id for base in bases if base)
    weights.update(id for entry in entries if entry.subject is None for id in entry.facets["models"])
    models = [id for id, _ in sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))[:_LABELED_MODELS]]
    return {f"release-{id}" for id in models} | {entry.id for entry in entries if entry.importance == 1}


def _pairs(book: Book, entries: Sequence[Entry]) -> list[tuple[str, str]]:
    """The releases of models and of what they derive from."""
    models = [entry.subject.model for entry in entries if entry.subject and not entry.is_variant]
    return [
        (_release_id(Subject(base)), _release_id(Subject(model)))
        for model in models
        if (base := base_of(book.catalogue, model))
    ]


def _lane_names(book: Book, language: Language, sort: str, entries: Sequence[Entry]) -> dict[str, str]:
    keys = dict.fromkeys(key for entry in entries for key in entry.facets[sort])
    others = {OTHERS: language.gettext("Others")}
    if sort == "modality":
        return {key: language.gettext(_MODALITIES[key]) for key in keys} | others
    kind: type[Record] = Organization if sort == "organization" else Model
    found = {key: book.catalogue.get(kind, key) for key in keys}
    return {key: language.plain(record.name) if record else key for key, record in found.items()} | others
