"""A published table of models beside those of the book: what is new, what differs, what could be filled in.

Nothing is written here: `changes` says what the files of records would be.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

from modelbook.authoring.edits import add_alternative, add_field
from modelbook.authoring.record_layout import write_record
from modelbook.authoring.skeletons import put, slug
from modelbook.book import Book, unknown_key
from modelbook.catalogue import Catalogue, Subject, check_catalogue
from modelbook.errors import InvalidBookError, Location, Problem, did_you_mean, quoted
from modelbook.importing.tables import (
    NEW,
    Meaning,
    NameKey,
    Reading,
    RowReader,
    Table,
    TableMapping,
    TableRow,
    name_key,
)
from modelbook.markdown_extension import escaped
from modelbook.records import (
    Model,
    Variant,
    is_claim,
    read_record,
)
from modelbook.schema import (
    Claim,
    Missing,
    PartialDate,
    Quantity,
    Status,
    Text,
    Value,
)
from modelbook.sources import parse_document

MAX_DIFFERENCE = Decimal("0.1")
"""Numbers further apart than this part of the larger are not the same, however few digits are written."""

_DAYS = {"day": 3, "month": 31, "year": 366}
"""How far about a date is, by its precision."""

# --- which model a row is ---------------------------------------------------------------


class _Names:
    """The models and variants of the book by the keys of their names."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._said: dict[NameKey, dict[str, Subject]] = {}
        composed: dict[NameKey, dict[str, Subject]] = {}
        for model in catalogue.all(Model):
            names = [model.id, *model.name, *model.aliases]
            self._put(self._said, names, Subject(model))
            for id, variant in model.variants.items():
                self._put(self._said, variant.name or (), Subject(model, id))
                self._put(composed, [f"{name} {id}" for name in names], Subject(model, id))
        for key, subjects in composed.items():
            self._said.setdefault(key, subjects)

    @staticmethod
    def _put(index: dict[NameKey, dict[str, Subject]], names: Iterable[str], subject: Subject) -> None:
        for name in names:
            index.setdefault(name_key(name), {})[subject.id] = subject

    def find(self, name: str) -> list[Subject]:
        """What is called so: the variant, where a model and one of its variants are; several if it is not clear."""
        found = list(self._said.get(name_key(name), {}).values())
        if len({subject.model.id for subject in found}) > 1:
            return found
        variants = [subject for subject in found if subject.variant]
        return variants if len(variants) == 1 else found[:1]

    def near(self, name: str) -> Subject | None:
        """The model with whose name *name* begins."""
        key = name_key(name)
        for length in range(len(key) - 1, 0, -1):
            if len("".join(key[:length])) > 1 and (found := self._said.get(key[:length])):
                return Subject(next(iter(found.values())).model)
        return None


# --- what differs -----------------------------------------------------------------------


def agree(ours: Any, theirs: Any) -> bool:
    """Whether two values of a field say the same, as far as each is precise."""
    if isinstance(ours, Quantity) and isinstance(theirs, Quantity):
        return _agree_quantities(ours, theirs)
    if isinstance(ours, PartialDate) and isinstance(theirs, PartialDate):
        away = max(_away(ours), _away(theirs))
        return (theirs.first - ours.last).days <= away and (ours.first - theirs.last).days <= away
    if isinstance(ours, Text) and isinstance(theirs, Text):
        words = [set(name_key(text)) for text in theirs]
        return any(set(name_key(text)) <= each or each <= set(name_key(text)) for text in ours for each in words)
    if isinstance(ours, list) and isinstance(theirs, list):
        return set(ours) == set(theirs)
    return bool(ours == theirs)


def _agree_quantities(ours: Quantity, theirs: Quantity) -> bool:
    slack = max(_half_a_digit(ours), _half_a_digit(theirs))
    largest = max(ours.upper or ours.value, theirs.upper or theirs.value)
    slack = largest * MAX_DIFFERENCE if ours.about or theirs.about else min(slack, largest * MAX_DIFFERENCE)
    gap = max(theirs.value - (ours.upper or ours.value), ours.value - (theirs.upper or theirs.value))
    is_beyond = (ours.at_least and theirs.value > ours.value) or (theirs.at_least and ours.value > theirs.value)
    return is_beyond or gap <= slack


def _half_a_digit(number: Quantity) -> Decimal:
    """Half of the last digit that is written: of 6.7B, 50 million."""
    written = number.written.strip("~+").partition("-")[0]
    letter = written[-1:] if written[-1:] in "KMBT" else number.written[-1:].strip("0123456789+")
    digits = written.rstrip("KMBT").partition(".")[2]
    return Quantity.parse(f"1{letter}").value / 2 / Decimal(10) ** len(digits)


def _away(date: PartialDate) -> int:
    return _DAYS[date.precision] if date.about else 0


class State(StrEnum):
    """How a value of a table stands to the book."""

    SAME = "same"
    DIFFERENT = "different"
    """The book has another, and not this one as an alternative."""
    MISSING = "missing"
    """The book has none."""
    OUTDATED = "outdated"
    """The book has another that it cites from this table."""
    UNCLEAR = "unclear"
    """The variants of the model differ in it, and the row names none of them; or the field does not apply."""


@dataclass(frozen=True)
class Finding:
    """A value of a table beside what the book has."""

    state: State
    reading: Reading
    place: Location
    """Of the book's value, or where one is missing."""
    path: tuple[str, ...]
    """From the root of the record to that value."""
    ours: str = ""
    is_inherited: bool = False
    """Whether the book's value is of the whole model, and the row is a variant."""


@dataclass(frozen=True)
class Match:
    """A row that is a model or variant of the book."""

    row: TableRow
    subject: Subject
    findings: Sequence[Finding]


@dataclass(frozen=True)
class NewModel:
    """A row that the book does not have, with the file that would be written."""

    row: TableRow
    path: str
    text: str
    lacking: Sequence[str]
    """What keeps it from being a record."""


@dataclass
class Report:
    """What a table says, beside the book."""

    table: Table
    mapping: TableMapping
    matches: list[Match] = field(default_factory=list)
    new: list[NewModel] = field(default_factory=list)
    unclear: list[tuple[TableRow, Subject]] = field(default_factory=list)
    """Rows that may be variants of a model, whose name they begin with."""
    ignored: list[tuple[TableRow, str]] = field(default_factory=list)
    """Rows with the reason why they are left out."""
    problems: list[Problem] = field(default_factory=list)

    def found(self, *states: State) -> list[tuple[Match, Finding]]:
        """The findings in any of *states*."""
        return [(match, each) for match in self.matches for each in match.findings if each.state in states]

    @property
    def unused(self) -> list[str]:
        """The columns that the mapping does not name."""
        return [column for column in self.table.columns if column not in self.mapping.columns]


def compare_table(
    table: Table,
    mapping: TableMapping,
    places: Mapping[str, Location],
    book: Book,
    *,
    data_path: str,
    month: str,
    only: Sequence[str] = (),
) -> Report:
    """What *table* says, beside what *book* does.

    *places* are those of the mapping's `rows`; *data_path* is the folder of the records from the root of the book;
    *month* is when new records say that they were checked; *only* are patterns (`Qwen*`) of the rows that are wanted.
    """
    report = Report(table, mapping, problems=list(table.problems))
    if mapping.cite and mapping.cite.key not in book.bibliography:
        report.problems.append(unknown_key(mapping.cite.key, Location(table.path), book))
    names, reader = _Names(book.catalogue), RowReader(table, mapping, book)
    pairs = _pairs(mapping, places, table, book, report.problems)
    ids = {model.id for model in book.catalogue.all(Model)} | {id for _, id in book.catalogue.broken}
    for row in table.rows:
        if only and not any(fnmatchcase(row.name, pattern) for pattern in only):
            continue
        paired = pairs.get(row.name)
        found = [paired] if paired else names.find(row.name) if row.name not in mapping.rows else []
        reason = _reason(row, reader)
        if len(found) > 1:
            several = quoted(subject.id for subject in found)
            reader.refuse(row, str(mapping.name), f"'{row.name}' may be {several}; expected one in `rows`")
        elif found:
            findings = [_judge(found[0], reading, mapping) for reading in reader.readings(row)]
            report.matches.append(Match(row, found[0], [each for each in findings if each]))
        elif reason is not None and row.name not in mapping.rows:
            report.ignored.append((row, reason))
        elif row.name not in mapping.rows and (near := names.near(row.name)):
            report.unclear.append((row, near))
        elif mapping.rows.get(row.name, NEW) == NEW:
            report.new.append(_new_model(row, reader, data_path, month, ids))
    report.problems = sorted({*report.problems, *reader.problems})
    return report


def _pairs(
    mapping: TableMapping, places: Mapping[str, Location], table: Table, book: Book, problems: list[Problem]
) -> dict[str, Subject]:
    """The models and variants that the mapping names for rows."""
    rows = {row.name for row in table.rows}
    pairs: dict[str, Subject] = {}
    for name, target in mapping.rows.items():
        id, _, variant = target.partition(":")
        model = book.catalogue.get(Model, id)
        if name not in rows:
            problems.append(Problem(places[name], f"no row '{name}' in the table{did_you_mean(name, rows)}"))
        elif target == NEW:
            continue
        elif model is None:
            ids = [each.id for each in book.catalogue.all(Model)]
            near = did_you_mean(id, ids) or "; expected the id of a model, or 'new'"
            problems.append(Problem(places[name], f"no model '{id}'{near}"))
        elif variant and variant not in model.variants:
            near = did_you_mean(variant, model.variants) or f"; expected one of {quoted(model.variants) or 'none'}"
            problems.append(Problem(places[name], f"model '{id}' has no variant '{variant}'{near}"))
        else:
            pairs[name] = Subject(model, variant or None)
    return pairs


def _reason(row: TableRow, reader: RowReader) -> str | None:
    """Why a row is left out, if it is."""
    for each in reader.mapping.ignore:
        words = [row.name] if each.column == reader.mapping.name else reader.words(row, each.column)
        if set(words) <= set(each.words):
            return each.reason
    return None


def _judge(subject: Subject, reading: Reading, mapping: TableMapping) -> Finding | None:
    """How a value stands to what the book says of *subject*; None in fields that are no claims."""
    if not is_claim(reading.field):
        return None
    keys = tuple(reading.field.split("."))
    key = mapping.cite.key if mapping.cite else ""
    own = _claim(subject, reading.field, own=True)
    claim, cite = subject.find(reading.field)
    level = tuple(map(str, subject.path)) if own or claim is None else ()
    path, record = (*level, *keys), subject.model
    others = [subject.value(each) for each in mapping.fields[reading.field].also]
    variants = () if subject.variant else [Subject(record, id) for id in record.variants]
    below = [value for each in variants if (value := _claim(each, reading.field, own=True))]
    if any(_says(each, value) for each in (claim, *others, *below) if each for value in reading.values):
        return Finding(State.SAME, reading, record.locate(path), path, _shown(claim))
    if claim is None:
        state = State.UNCLEAR if below else State.MISSING
        return Finding(state, reading, record.locate(path), path)
    if not mapping.fields[reading.field].compare:
        return None
    if claim.value is Missing.NOT_APPLICABLE:
        return Finding(State.UNCLEAR, reading, record.locate(path), path, _shown(claim))
    cited = [citation.key for each in (claim, *claim.alternatives) for citation in each.cite]
    is_from_here = key in cited or (bool(cite) and all(citation.key == key for citation in cite))
    state = State.OUTDATED if is_from_here else State.DIFFERENT
    return Finding(state, reading, record.locate(path), path, _shown(claim), bool(subject.variant and not own))


def _claim(subject: Subject, name: str, *, own: bool) -> Claim[Any] | None:
    value: Any = subject.variant if own and subject.variant else subject.model
    for part in name.split("."):
        value = getattr(value, part, None)
    return value if isinstance(value, Claim) else None


def _says(claim: Claim[Any], value: Any) -> bool:
    said = [claim.known, *(alternative.value for alternative in claim.alternatives)]
    return any(each is not None and agree(each, value) for each in said)


def _shown(claim: Claim[Any] | None) -> str:
    """The value of a claim in one line."""
    value = claim.value if claim else ""
    if isinstance(value, Quantity | PartialDate):
        return value.written
    if isinstance(value, Text):
        return next(iter(value))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


# --- new models -------------------------------------------------------------------------


def _new_model(row: TableRow, reader: RowReader, data_path: str, month: str, ids: set[str]) -> NewModel:
    mapping = reader.mapping
    id = slug(row.name)
    values: dict[str, Any] = {"name": row.name}
    for reading in reader.readings(row):
        put(values, reading.field.split("."), _said(reading, reader.book))
    for name, value in mapping.new.items():
        values.setdefault(name, _filled(value, row, reader))
    values.setdefault("checked", month)
    if mapping.cite:
        values.setdefault("cite", [mapping.cite.key])
    path = f"{data_path}/models/{id}.yaml"
    text = write_record(values, Model)
    lacking = [f"id '{id}' is taken; expected a name that makes another"] if id in ids else []
    try:
        read_record(Model, parse_document(text, path))
    except InvalidBookError as error:
        lacking += [problem.message for problem in error.problems]
    if not lacking:
        ids.add(id)
    return NewModel(row, path, text, lacking)


def _said(reading: Reading, book: Book) -> Any:
    """A value as a record whose source is the table has it."""
    if reading.meaning == Meaning() or not is_claim(reading.field):
        return reading.written
    return {"value": reading.written, **_status(reading.meaning, book)}


def _status(meaning: Meaning, book: Book) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if meaning.status is not Status.REPORTED:
        said["status"] = meaning.status.value
    if meaning.note:
        said["note"] = _in_languages(meaning.note, book)
    return said


def _in_languages(text: Text, book: Book) -> dict[str, str]:
    """A text in the languages that the book has; in all, if it has none of them."""
    return {code: said for code, said in text.by_language.items() if code in book.languages} or text.by_language


def _filled(value: Any, row: TableRow, reader: RowReader) -> Any:
    """What a mapping says of new models, with the cells that it names in the place of their columns."""
    if isinstance(value, dict):
        languages = reader.book.languages
        is_text = set(value) & set(languages)
        return {key: _filled(each, row, reader) for key, each in value.items() if not is_text or key in languages}
    if isinstance(value, list):
        return [_filled(each, row, reader) for each in value]

    def cell(match: re.Match[str]) -> str:
        return escaped(", ".join(reader.words(row, match[1]))) if match[1] in row.cells else match[0]

    return re.sub(r"\{([^{}]+)\}", cell, str(value))


# --- what would be written --------------------------------------------------------------

PARTS = ("values", "alternatives", "models")
"""What an import can be limited to: missing values, differing ones, new models."""


@dataclass(frozen=True)
class Change:
    """The file of a record as it would be."""

    path: str
    text: str
    values: int = 0
    alternatives: int = 0
    is_new: bool = False


def changes(report: Report, book: Book, parts: Collection[str] = PARTS) -> tuple[list[Change], list[Problem]]:
    """The files that would be written, and what would be wrong between records then that is not now.

    Raises InvalidBookError if a record could not be read afterwards.
    """
    states = [state for state, part in ((State.MISSING, "values"), (State.DIFFERENT, "alternatives")) if part in parts]
    by_model: dict[str, list[tuple[Match, Finding]]] = {}
    for match, finding in report.found(*states):
        by_model.setdefault(match.subject.model.id, []).append((match, finding))
    found = [_change(each, report, book) for each in by_model.values()]
    if "models" in parts:
        found += [Change(each.path, each.text, is_new=True) for each in report.new if not each.lacking]
    found.sort(key=lambda change: change.path)
    models = [read_record(Model, parse_document(_plain(change.text), change.path)) for change in found]
    changed = {model.id for model in models}
    others = [record for record in book.catalogue if not (isinstance(record, Model) and record.id in changed)]
    wrong = set(check_catalogue(Catalogue([*others, *models], book.catalogue.broken)))
    known = {problem.message for problem in check_catalogue(book.catalogue)}
    return found, sorted(problem for problem in wrong if problem.message not in known)


def _plain(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def _change(found: Sequence[tuple[Match, Finding]], report: Report, book: Book) -> Change:
    path = found[0][0].subject.model.path
    text = (book.root / path).read_bytes().decode("utf-8")
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    text = text.removeprefix(mark)
    given: dict[tuple[str, ...], list[Any]] = {}
    count = {True: 0, False: 0}
    for match, finding in found:
        reading, said = finding.reading, given.setdefault(finding.path, [])
        if any(agree(each, reading.values[0]) for each in said):  # of another row
            continue
        is_value = finding.state is State.MISSING and not said
        if is_value:
            text = add_field(text, finding.path, _claimed(reading, report.mapping, book), _order)
        else:
            text = add_alternative(text, finding.path, _alternative(match, finding, report.mapping, book))
        said.append(reading.values[0])
        count[is_value] += 1
    return Change(path, mark + text, count[True], count[False])


def _order(path: Sequence[str]) -> list[str]:
    """The fields of the mapping at *path* in a model, in the order of its class."""
    is_variant = path[:1] == ("variants",)
    kind: type[Value] = Variant if is_variant else Model
    for name in path[2:] if is_variant else path:
        nested = kind.model_fields[name].annotation
        if isinstance(nested, type) and issubclass(nested, Value):
            kind = nested
    return list(kind.model_fields)


def _claimed(reading: Reading, mapping: TableMapping, book: Book) -> dict[str, Any]:
    said = _status(reading.meaning, book)
    note = {"note": said.pop("note")} if "note" in said else {}
    return {"value": reading.written, **said, "cite": [str(mapping.cite and mapping.cite.key)], **note}


def _alternative(match: Match, finding: Finding, mapping: TableMapping, book: Book) -> dict[str, Any]:
    """A value of the table beside the book's, saying whose it is where the book's is of the whole model."""
    meaning = finding.reading.meaning
    note = _in_languages(meaning.note, book) if meaning.note else {}
    if finding.is_inherited:
        for code, language in book.languages.items():
            of = language.gettext("Of %(name)s.", name=escaped(match.row.name))
            more = note.get(code, "")
            note[code] = f"{of} {more}" if more and of.isascii() else of + more
    said = {"value": finding.reading.written, "cite": [str(mapping.cite and mapping.cite.key)]}
    return said | ({"note": note} if note else {})
