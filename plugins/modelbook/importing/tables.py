"""Tables that others publish, read by a mapping file.

A mapping says which column names the model, which columns hold which fields, and what their words mean; those that
come with the package are in `mappings/`. A cell is read as the type of its field in `records.py` wants it.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from modelbook.book import Book
from modelbook.errors import BookError, InvalidBookError, Location, Problem, counted, did_you_mean, quoted
from modelbook.records import (
    KINDS,
    AnyOf,
    DataShare,
    field_titles,
    field_type,
    is_claim,
    read_field,
    read_value,
)
from modelbook.schema import (
    ID_PATTERN,
    NEEDS_NOTE,
    Citation,
    Link,
    PartialDate,
    Quantity,
    Status,
    Text,
    Value,
    Words,
    shorten,
)
from modelbook.sources import Document, ValuePath, read_document, read_text, relative

MAPPINGS = Path(__file__).parent / "mappings"
"""Mapping files that come with the package, called by their names without the ending."""

NEW = "new"
"""What a mapping says of a row that is no model of the book, though its name begins like that of one."""

_PLAIN_FIELDS = ("organizations", "purpose", "modality.input", "modality.output", "techniques", "links")
"""Fields of models that are no claims, and can be read from a cell: they are for new models only."""


# --- mappings ---------------------------------------------------------------------------


class Meaning(Value):
    """How a value came to be known."""

    status: Status = Status.REPORTED
    note: Text | None = None


class StatusColumn(Value):
    """A column that says how sure the values of its row are."""

    column: Words
    values: dict[str, Meaning]


class Source(Value):
    """Where in the table the values of a field stand, and how they are read."""

    column: Words
    words: dict[str, AnyOf[str]] = {}
    """What words of the table are in the book; nothing, if the list is empty. Where a field has one value, the first
    of a list is written, and the others say the same. Of links, their types by host, `*` being any."""
    where: dict[str, AnyOf[str]] = {}
    """Other columns, each with words of which one must stand in it."""
    also: list[str] = []
    """Fields of which the value may be instead: the date of a table may be one of several of the book."""
    compare: bool = True
    """Whether values that differ are wanted, too; else only missing ones."""
    digits: int = 4
    """Significant digits of numbers that are not whole, or from a million on."""
    status: Meaning | None = None
    """How the values of this column came to be known, whatever the status of their row."""


class Ignored(Value):
    """Rows that are none of the book's business: all words of a column are among these."""

    column: Words
    words: AnyOf[str]
    reason: Words


class TableMapping(Value):
    """How a table becomes fields of models."""

    extends: Words | None = None
    """The name or path of another mapping, to which this one adds."""
    name: Words | None = None
    """The column that names the model."""
    cite: Citation | None = None
    """The source of every value in the table."""
    separator: str = ","
    """What parts the words of a cell."""
    delimiter: Literal[",", ";", "\t", "|"] = ","
    """What parts the cells of a row."""
    status: StatusColumn | None = None
    fields: dict[str, Source] = {}
    new: dict[str, Any] = {}
    """Fields of new models that the table does not say; `{Column}` in their texts is the cell of that column."""
    rows: dict[str, str] = {}
    """Which model a row is, as `model` or `model:variant`; or `new`."""
    ignore: list[Ignored] = []

    @property
    def columns(self) -> Sequence[str]:
        """The columns that it names, each once."""
        named = [self.name, self.status and self.status.column, *(each.column for each in self.ignore)]
        for source in self.fields.values():
            named += [source.column, *source.where]
        return list(dict.fromkeys(each for each in named if each))


def mapping_names() -> list[str]:
    """The names of the mappings that come with the package."""
    return sorted(path.stem for path in MAPPINGS.glob("*.yaml"))


def read_mapping(name: str, root: Path) -> tuple[TableMapping, Mapping[str, Location]]:
    """The mapping of a name or path, with what it extends, and the place of each of its `rows`.

    Raises BookError if there is none, InvalidBookError with what is wrong in it.
    """
    found, places = _read_mappings(name, root, [])
    missing = [field for field in ("name", "cite") if getattr(found, field) is None]
    if missing:
        raise InvalidBookError([Problem(Location(name), f"field '{each}' is missing") for each in missing])
    return found, places


def _read_mappings(name: str, root: Path, above: list[str]) -> tuple[TableMapping, dict[str, Location]]:
    path = MAPPINGS / f"{name}.yaml"
    if not re.fullmatch(ID_PATTERN, name) or not path.exists():
        path = Path(name)
    if not path.is_file():
        near = did_you_mean(name, mapping_names()) or f"; expected {quoted(mapping_names())} or the path of a file"
        raise BookError(f"no mapping '{name}'{near}")
    if name in above:
        raise BookError(f"mapping '{name}' extends itself; expected another one under `extends`")
    document = read_document(path, root)
    mapping = read_value(TableMapping, document)
    if problems := list(_check_mapping(mapping, document)):
        raise InvalidBookError(problems)
    places = {row: document.locate(("rows", row), key=True) for row in mapping.rows}
    if mapping.extends is None:
        return mapping, places
    base, others = _read_mappings(mapping.extends, root, [*above, name])
    said = {field: getattr(mapping, field) for field in mapping.model_fields_set}
    for name in ("fields", "new", "rows"):
        said[name] = getattr(base, name) | getattr(mapping, name)
    said["ignore"] = [*base.ignore, *mapping.ignore]
    return base.model_copy(update=said), others | places


def _check_mapping(mapping: TableMapping, document: Document) -> Iterator[Problem]:
    known = [field for field in field_titles() if is_claim(field) and field_type(field) != list[DataShare]]
    known += _PLAIN_FIELDS
    for name, source in mapping.fields.items():
        paths: list[tuple[ValuePath, str]] = [(("fields", name), name)]
        paths += [(("fields", name, "also", number), each) for number, each in enumerate(source.also)]
        for path, each in paths:
            if each not in known:
                near = did_you_mean(each, known) or f"; expected {quoted(sorted(known))}"
                place = document.locate(path, key=path[-1] == name)
                yield Problem(place, f"no field '{each}' that a cell can hold{near}")
        if source.status:
            yield from _check_meaning(source.status, ("fields", name, "status"), document)
    for word, meaning in mapping.status.values.items() if mapping.status else ():
        yield from _check_meaning(meaning, ("status", "values", word), document)


def _check_meaning(meaning: Meaning, path: ValuePath, document: Document) -> Iterator[Problem]:
    if meaning.status in NEEDS_NOTE and meaning.note is None:
        yield Problem(document.locate(path), f"status '{meaning.status}' needs a note; expected `note` to say why")


# --- tables -----------------------------------------------------------------------------


@dataclass(frozen=True)
class TableRow:
    name: str
    line: int
    """Where it begins in the file."""
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Table:
    path: str
    columns: Sequence[str]
    rows: Sequence[TableRow]
    problems: Sequence[Problem] = ()
    """Rows that could not be read."""

    def place(self, row: TableRow, column: str) -> Location:
        """The line in which *row* begins, and the number of *column* in the table."""
        return Location(self.path, row.line, self.columns.index(column) + 1)


def read_table(path: Path, root: Path, mapping: TableMapping) -> Table:
    """A table in CSV (https://www.rfc-editor.org/rfc/rfc4180) with a row of headings.

    Raises InvalidBookError if it is none, or lacks columns that *mapping* names.
    """
    name = relative(path, root)
    reader = csv.reader(io.StringIO(read_text(path, root), newline=""), delimiter=mapping.delimiter, strict=True)
    try:
        columns = [" ".join(cell.split()) for cell in next(reader, [])]
        if problems := list(_check_columns(columns, name, mapping)):
            raise InvalidBookError(problems)
        return _read_rows(reader, columns, name, str(mapping.name))
    except csv.Error as error:
        raise InvalidBookError([Problem(Location(name, reader.line_num), f"not valid CSV: {error}")]) from None


def _check_columns(columns: Sequence[str], name: str, mapping: TableMapping) -> Iterator[Problem]:
    if not any(columns):
        yield Problem(Location(name), "no headings; expected a first row with the names of the columns")
        return
    for number, column in enumerate(columns, 1):
        if column and column in columns[: number - 1]:
            yield Problem(Location(name, 1, number), f"column '{column}' is repeated; expected names that differ")
    for column in mapping.columns:
        if column not in columns:
            near = did_you_mean(column, columns) or f"; expected it among {quoted(columns, 'and')}"
            yield Problem(Location(name), f"no column '{column}', which the mapping names{near}")


def _read_rows(reader: Any, columns: Sequence[str], name: str, naming: str) -> Table:
    rows: dict[str, TableRow] = {}
    problems = []
    begin = reader.line_num + 1
    for cells in reader:
        line, begin = begin, reader.line_num + 1
        if not any(cells):
            continue
        if len(cells) != len(columns):
            problems.append(Problem(Location(name, line), f"{len(cells)} cells; expected {len(columns)}, as above"))
            continue
        row = dict(zip(columns, cells, strict=True))
        said = " ".join(row[naming].split())
        place = Location(name, line, columns.index(naming) + 1)
        if not said:
            problems.append(Problem(place, f"no '{naming}'; expected the name of a model"))
        elif said in rows:
            problems.append(Problem(place, f"row '{said}' is repeated; first on line {rows[said].line}"))
        else:
            rows[said] = TableRow(said, line, row)
    return Table(name, columns, list(rows.values()), problems)


# --- names ------------------------------------------------------------------------------

NameKey = tuple[str, ...]


def name_key(name: str) -> NameKey:
    """The words and numbers of a name, however they are put together: Llama 2-7B is llama2 7b."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return tuple(re.findall(r"\d+(?:\.\d+)*|[^\W\d_]+|\+", folded))


# --- what a row says --------------------------------------------------------------------


@dataclass(frozen=True)
class Reading:
    """What a row says in a field."""

    field: str
    column: str
    written: Any
    """As it would stand in a record."""
    values: Sequence[Any]
    """What is written, and what says the same."""
    meaning: Meaning


def quantity(cell: str, digits: int) -> str:
    """A number of a table as the book writes it: 13000000000.0 is 13B. Raises ValueError if it is none."""
    text = cell.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", cell) else cell
    try:
        number = Decimal(text)
    except InvalidOperation:
        return Quantity.parse(cell).written
    # Beyond these, what is meant is no quantity of a model; 1e-999999 would be written in a million digits.
    if not number.is_finite() or not (number == 0 or Decimal("1e-9") <= number < Decimal("1e18")):
        raise ValueError(f"'{shorten(cell)}' is not a quantity; expected a number such as 7000000000")
    number = Decimal(f"{number:.{digits}g}") if number >= 10**6 or number % 1 else number
    for letter, scale in (("T", 10**12), ("B", 10**9), ("M", 10**6)):
        if number >= scale:
            return f"{(number / scale).normalize():f}{letter}"
    return f"{number.normalize():f}"


class RowReader:
    """Reads the cells of a table as a mapping says, and keeps what it cannot read."""

    def __init__(self, table: Table, mapping: TableMapping, book: Book) -> None:
        self.table = table
        self.mapping = mapping
        self.book = book
        self._unread: dict[tuple[str, str], list[TableRow]] = {}
        self._ids: dict[str, dict[NameKey, str]] = {}

    @property
    def problems(self) -> Iterator[Problem]:
        """Each thing that could not be read once, where it stands first."""
        for (column, message), rows in self._unread.items():
            others = len(rows) - 1
            more = f"; also in {counted(others, 'other row')}" if others else ""
            yield Problem(self.table.place(rows[0], column), f"{message}{more}")

    def refuse(self, row: TableRow, column: str, message: str) -> None:
        rows = self._unread.setdefault((column, message), [])
        if row not in rows:
            rows.append(row)

    def words(self, row: TableRow, column: str) -> list[str]:
        """What a cell has between its separators; one empty word if it is empty."""
        parts = [" ".join(part.split()) for part in row.cells[column].split(self.mapping.separator)]
        return [part for part in parts if part] or [""]

    def readings(self, row: TableRow) -> list[Reading]:
        """What *row* says in each field."""
        found = [self._read(row, name, source) for name, source in self.mapping.fields.items()]
        return [reading for reading in found if reading]

    def _read(self, row: TableRow, name: str, source: Source) -> Reading | None:
        cell = row.cells[source.column].strip()
        if not cell or any(not set(self.words(row, column)) & set(any_of) for column, any_of in source.where.items()):
            return None
        try:
            candidates = self._candidates(row, name, source, cell)
            values = candidates if name == "links" else [read_field(name, each) for each in candidates]
        except ValueError as error:
            self.refuse(row, source.column, f"column '{source.column}': {error}")
            return None
        if not values:
            return None
        return Reading(name, source.column, candidates[0], values, source.status or self._meaning(row))

    def _meaning(self, row: TableRow) -> Meaning:
        if self.mapping.status is None:
            return Meaning()
        column, known = self.mapping.status.column, self.mapping.status.values
        said = row.cells[column].strip()
        if said and said not in known:
            near = did_you_mean(said, known) or f"; expected {quoted(known)}"
            self.refuse(row, column, f"column '{column}': '{shorten(said)}' is no status that the mapping names{near}")
        return known.get(said, Meaning())

    def _candidates(self, row: TableRow, name: str, source: Source, cell: str) -> list[Any]:
        """What *cell* may be in a field, the best first; none if it says nothing, or something in it is not known."""
        kind: Any = field_type(name)
        if name == "links":
            links = _links(cell, source)
            return [links] if links else []
        if cell in source.words and kind in (Quantity, PartialDate):
            return list(source.words[cell])
        if kind is Quantity:
            return [quantity(cell, source.digits)]
        if kind is PartialDate:
            return [cell]
        is_list = getattr(kind, "__origin__", None) is list
        found = [
            self._meanings(row, source, word, kind.__args__[0] if is_list else kind)
            for word in self.words(row, source.column)
        ]
        if None in found:
            return []
        if is_list:
            every = list(dict.fromkeys(each for meanings in found for each in meanings or ()))
            return [every] if every else []
        if issubclass(kind, Text):
            return [", ".join(each for meanings in found for each in meanings or ())]
        return next((meanings for meanings in found if meanings), [])

    def _meanings(self, row: TableRow, source: Source, word: str, kind: Any) -> list[str] | None:
        """What *word* is in the book, names of records being their ids; None if there is no such record."""
        meant = source.words.get(word, [word])
        if not (isinstance(kind, type) and issubclass(kind, Link)):
            return list(meant)
        ids = [self._id(kind.kind, each) for each in meant]
        if None not in ids:
            return [id for id in ids if id]
        noun = KINDS[kind.kind].singular
        self.refuse(
            row,
            source.column,
            f"column '{source.column}': no {noun} is called '{shorten(word)}'; expected the name of one, "
            "or what it means under `words` in the mapping",
        )
        return None

    def _id(self, folder: str, name: str) -> str | None:
        """The id of the record of a kind that is called *name*, or what *name* has in brackets, or before them."""
        if folder not in self._ids:
            self._ids[folder] = {
                name_key(each): record.id
                for record in self.book.catalogue.all(KINDS[folder])
                for each in (record.id, *record.name, *record.aliases)
            }
        bare = re.sub(r"\s*\([^)]*\)", "", name)
        candidates = [name, bare, *re.findall(r"\(([^)]*)\)", name), *re.split(r"\s/\s", bare)]
        return next((id for each in candidates if (id := self._ids[folder].get(name_key(each)))), None)


def _links(cell: str, source: Source) -> list[dict[str, str]]:
    found = []
    for url in re.findall(r"https?://[^\s,]+", cell):
        host = (urlsplit(url).hostname or "").removeprefix("www.")
        kinds = source.words.get(host, source.words.get("*", []))
        found += [{"type": kind, "url": url} for kind in kinds[:1]]
    return found
