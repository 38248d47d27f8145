"""What changed in the book between two states of its files: records, entries, pages, tables, translations.

Records are compared as they are written, so that one that is wrong (in an old state, or in a new one) is compared,
too, as long as it is YAML.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum
from pathlib import Path
from typing import Any

from modelbook.bibliography import Bibliography, Entry, parse_bibliography
from modelbook.blocks import Block, fingerprint, heading_words, split_blocks
from modelbook.catalogue import Catalogue, Subject
from modelbook.errors import InvalidBookError, Location
from modelbook.pages import split_front_matter
from modelbook.records import KINDS, Comparison, DerivedField
from modelbook.selection import select
from modelbook.sources import Document, ValuePath, read_document, read_text, relative
from modelbook.translations import LOCK, State, Translations, out_of_step


class Change(StrEnum):
    """What became of something."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class ValueChange:
    """A value that is new, gone or another, as it is written."""

    field: str
    """Where it stands in its record or entry: `training.tokens`, `variants.7b.vram`."""
    location: Location
    """Where it stands now, or what is nearest to where it stood."""
    before: str | None
    after: str | None
    sources: Sequence[str] = ()
    """The citations that the value rests on, as they are written."""


@dataclass(frozen=True)
class Item:
    """A record or an entry that is new, gone or other than it was."""

    kind: str
    """The sort of record (`model`), or `entry`."""
    id: str
    name: str
    change: Change
    location: Location
    values: Sequence[ValueChange] = ()
    """None of what is gone, and none where one of the two states could not be read."""


@dataclass(frozen=True)
class PageChange:
    """A page of `content/`, with how many of its blocks differ in their words."""

    title: str
    change: Change
    location: Location
    """Of the first block that differs."""
    changed: int = 0
    added: int = 0
    removed: int = 0
    sections: Sequence[str] = ()
    """The ids of the headings under which they stand."""


@dataclass(frozen=True)
class FileChange:
    """Another file of the book: a picture, the configuration."""

    path: str
    change: Change


@dataclass(frozen=True)
class TableChange:
    """A comparison that shows other values, or other rows."""

    id: str
    location: Location
    values: Sequence[str] = ()
    """The cells that changed, by row and field: `circle:7b: training.tokens`."""
    rows_added: Sequence[str] = ()
    rows_removed: Sequence[str] = ()


@dataclass(frozen=True)
class OutOfStep:
    """A translation that was in step with its original and is not any more."""

    location: Location
    key: str
    state: State
    original: Location


@dataclass(frozen=True)
class Changes:
    """Everything that changed, in the order of the files."""

    since: str
    """The revision that the book is compared with."""
    records: Sequence[Item] = ()
    entries: Sequence[Item] = ()
    pages: Sequence[PageChange] = ()
    files: Sequence[FileChange] = ()
    tables: Sequence[TableChange] = ()
    translations: Sequence[OutOfStep] = ()
    layout: Sequence[str] = ()
    """Files that were written anew and say the same."""
    remarks: Sequence[str] = ()
    """What could not be compared, and why."""


@dataclass(frozen=True)
class Snapshot:
    """The book's files at one time; *catalogue* and *translations* if they could be read as a book."""

    root: Path
    data_dir: Path
    content_dir: Path
    references: Path
    config: Path
    catalogue: Catalogue | None = None
    translations: Translations | None = None


def compare_snapshots(since: str, former: Snapshot, now: Snapshot, remarks: Sequence[str] = ()) -> Changes:
    """What changed from *former*, the book at the revision *since*, to *now*; *remarks* are put before its own."""
    comparison = _Comparison(since, former, now)
    records = comparison.records()
    entries = comparison.entries()
    pages, files = comparison.content()
    return Changes(
        since,
        records,
        entries,
        pages,
        files,
        list(_tables(former.catalogue, now.catalogue, records)) if former.catalogue and now.catalogue else [],
        _went_out_of_step(former.translations, now.translations) if former.translations and now.translations else [],
        sorted(comparison.layout),
        [*remarks, *comparison.remarks],
    )


class _Comparison:
    """Compares file by file; notes what cannot be read."""

    def __init__(self, since: str, former: Snapshot, now: Snapshot) -> None:
        self.since = since
        self.former = former
        self.now = now
        self.layout: list[str] = []
        self.remarks: list[str] = []

    # --- files -------------------------------------------------------------------------

    def _differing(self, before: Path, after: Path, pattern: str = "*") -> Iterator[tuple[Path | None, Path | None]]:
        """The files of two folders that differ, each with what it was and is."""
        old, new = _files(before, pattern), _files(after, pattern)
        for name in sorted({*old, *new}):
            pair = old.get(name), new.get(name)
            if not _is_same(*pair):
                yield pair

    def _name(self, old: Path | None, new: Path | None) -> str:
        """The path of a file from the root of the book, as it is now or was."""
        return relative(new, self.now.root) if new else relative(old or Path(), self.former.root)

    def _unread(self, error: InvalidBookError, path: Path, snapshot: Snapshot) -> None:
        """Note why a file is not compared."""
        when = f" at {self.since}" if snapshot is self.former else ""
        why = "; ".join(map(str, error.problems))
        self.remarks.append(f"{relative(path, snapshot.root)} cannot be read{when}, its content is not compared: {why}")

    # --- records -----------------------------------------------------------------------

    def records(self) -> list[Item]:
        found = []
        for old, new in self._differing(self.former.data_dir, self.now.data_dir, "*.yaml"):
            item = self._record(old, new)
            if item:
                found.append(item)
            else:
                self.layout.append(self._name(old, new))
        return found

    def _record(self, old: Path | None, new: Path | None) -> Item | None:
        """What changed in a record; None if it says the same as before."""
        former, now = self._document(old, self.former), self._document(new, self.now)
        path = new or old or Path()
        change = _change(old, new)
        told = now or former or Document(self._name(old, new), {})
        folder = path.parent.name
        kind = KINDS[folder].singular if folder in KINDS else "record"
        values: list[ValueChange] = []
        if now and (former or change is Change.ADDED):
            values = list(_value_changes(former.values if former else {}, now))
            if not values:
                return None
        return Item(kind, path.stem, _name_of(told) or path.stem, change, told.locate(), values)

    def _document(self, path: Path | None, snapshot: Snapshot) -> Document | None:
        if path is None:
            return None
        try:
            return read_document(path, snapshot.root)
        except InvalidBookError as error:
            self._unread(error, path, snapshot)
            return None

    # --- entries -----------------------------------------------------------------------

    def entries(self) -> list[Item]:
        old, new = self.former.references, self.now.references
        if _is_same(old if old.exists() else None, new):
            return []
        former, now = self._bibliography(old, self.former), self._bibliography(new, self.now)
        if former is None or now is None:
            return []
        found = [item for key in dict.fromkeys([*now, *former]) if (item := self._entry(former.get(key), now.get(key)))]
        if not found:
            self.layout.append(relative(new, self.now.root))
        return found

    def _bibliography(self, path: Path, snapshot: Snapshot) -> Bibliography | None:
        try:
            return parse_bibliography(read_text(path, snapshot.root), relative(path, snapshot.root))[0]
        except InvalidBookError as error:
            self._unread(error, path, snapshot)
            return None

    def _entry(self, old: Entry | None, new: Entry | None) -> Item | None:
        """What changed in an entry; None if it says the same as before."""
        told = new or old
        if told is None or (old and new and (old.type, old.fields) == (new.type, new.fields)):
            return None
        change = _change(old, new)
        values: list[ValueChange] = []
        if any(entry and not entry.type for entry in (old, new)):  # one that could not be read
            when = "" if new and not new.type else f" at {self.since}"
            self.remarks.append(f"entry '{told.key}' cannot be read{when}, its fields are not compared")
        elif new:
            before, after = ({"entry type": e.type, **e.fields} if e else {} for e in (old, new))
            values = [
                ValueChange(name, new.location, before.get(name), after.get(name))
                for name in dict.fromkeys([*after, *before])
                if before.get(name) != after.get(name)
            ]
        return Item("entry", told.key, told.title, change, told.location, values)

    # --- pages -------------------------------------------------------------------------

    def content(self) -> tuple[list[PageChange], list[FileChange]]:
        """Pages, and other files of the book."""
        pages: list[PageChange] = []
        files: list[FileChange] = []
        if not _is_same(self.former.config if self.former.config.exists() else None, self.now.config):
            files.append(FileChange(relative(self.now.config, self.now.root), Change.CHANGED))
        for old, new in self._differing(self.former.content_dir, self.now.content_dir):
            name = self._name(old, new)
            if (new or old or Path()).suffix != ".md":
                if name.rpartition("/")[2] != LOCK:
                    files.append(FileChange(name, _change(old, new)))
            elif page := self._page(old, new):
                pages.append(page)
            else:
                self.layout.append(name)
        return pages, files

    def _page(self, old: Path | None, new: Path | None) -> PageChange | None:
        """What changed in a page; None if it has the same words and front matter as before."""
        former, now = self._text(old, self.former), self._text(new, self.now)
        change = _change(old, new)
        told = now or former
        title = next((heading_words(block) for block in told.blocks if block.level == 1), "") if told else ""
        place = Location(self._name(old, new))
        if change is not Change.CHANGED or former is None or now is None:
            return PageChange(title, change, place, added=len(now.blocks) if now and change is Change.ADDED else 0)
        found = _BlockChanges.between(former.blocks, now.blocks)
        if not found.sections and former.settings == now.settings:
            return None
        line = now.first_line + found.line - 1 if found.sections else 1
        return PageChange(
            title, change, replace(place, line=line), found.changed, found.added, found.removed, found.sections
        )

    def _text(self, path: Path | None, snapshot: Snapshot) -> _PageText | None:
        """What a page says; None if it is not there, or cannot be read."""
        if path is None:
            return None
        name = relative(path, snapshot.root)
        try:
            markdown, first_line, settings, _ = split_front_matter(read_text(path, snapshot.root), name)
        except InvalidBookError as error:
            self._unread(error, path, snapshot)
            return None
        return _PageText(settings.values, first_line, split_blocks(markdown))


@dataclass(frozen=True)
class _PageText:
    """The front matter and the blocks of a page, which begin at a line of the file."""

    settings: Mapping[str, Any]
    first_line: int
    blocks: Sequence[Block]


def _files(folder: Path, pattern: str) -> dict[str, Path]:
    """The files below a folder by their paths from it, hidden ones left out."""
    found = {path.relative_to(folder): path for path in folder.rglob(pattern) if path.is_file()}
    return {
        name.as_posix(): path for name, path in found.items() if not any(part.startswith(".") for part in name.parts)
    }


def _is_same(old: Path | None, new: Path | None) -> bool:
    """Whether two files are equal byte by byte."""
    if old is None or new is None or old.stat().st_size != new.stat().st_size:
        return False
    return old.read_bytes() == new.read_bytes()


def _change(old: object, new: object) -> Change:
    return Change.ADDED if old is None else Change.REMOVED if new is None else Change.CHANGED


def _name_of(document: Document) -> str:
    """The name of a record, in the first language that it is written in."""
    name = document.values.get("name")
    if isinstance(name, dict):
        name = next(iter(name.values()), None)
    return name if isinstance(name, str) else ""


# --- values ----------------------------------------------------------------------------

_CLAIM = {"value", "status", "cite", "note", "alternatives"}
"""The fields of a claim, which may be written as its bare value, too."""


def _value_changes(before: Mapping[str, Any], now: Document) -> Iterator[ValueChange]:
    for path, name, old, new in _differences(dict(before), dict(now.values), (), ()):
        said, sources = (old, _sources(before, path)) if new is None else (new, _sources(now.values, path))
        is_source = bool(name) and name[-1] == "cite"
        yield ValueChange(
            ".".join(name) or "record",
            now.locate(path),
            None if old is None else written(old),
            None if new is None else written(new),
            () if is_source or said is None else sources,
        )


def _differences(
    old: Any, new: Any, path: ValuePath, name: tuple[str, ...]
) -> Iterator[tuple[ValuePath, tuple[str, ...], Any, Any]]:
    """The values that differ: the path of each, what it is called, what it was and is; None if it is not there.

    A claim's `value` is called as the claim is.
    """
    if old == new:
        return
    if _is_claim(old) or _is_claim(new):
        before, after = _as_claim(old), _as_claim(new)
    elif isinstance(old, dict | None) and isinstance(new, dict | None):
        before, after = old or {}, new or {}
    elif isinstance(old, list | None) and isinstance(new, list | None) and _has_parts([*(old or ()), *(new or ())]):
        yield from _differences_of_lists(old or [], new or [], path, name)
        return
    else:
        yield path, name, old, new
        return
    is_claim = _is_claim(old) or _is_claim(new)
    for key in dict.fromkeys([*after, *before]):
        called = name if is_claim and key == "value" else (*name, str(key))
        yield from _differences(before.get(key), after.get(key), (*path, key), called)


def _differences_of_lists(
    old: list[Any], new: list[Any], path: ValuePath, name: tuple[str, ...]
) -> Iterator[tuple[ValuePath, tuple[str, ...], Any, Any]]:
    """The items that are new, gone or changed."""
    matcher = SequenceMatcher(None, list(map(written, old)), list(map(written, new)), False)
    for operation, a, b, c, d in matcher.get_opcodes():
        if operation == "equal":
            continue
        if b - a == d - c:
            for before, after, at in zip(old[a:b], new[c:d], range(c, d), strict=True):
                yield from _differences(before, after, (*path, at), (*name, str(at)))
            continue
        yield from (((*path, at), (*name, str(at)), old[at], None) for at in range(a, b))
        yield from (((*path, at), (*name, str(at)), None, new[at]) for at in range(c, d))


def _has_parts(items: list[Any]) -> bool:
    """Whether items of a list are compared one by one; a list of words differs as a whole."""
    return any(isinstance(item, dict | list) for item in items)


def _is_claim(value: Any) -> bool:
    return isinstance(value, dict) and "value" in value and value.keys() <= _CLAIM


def _as_claim(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    return value if _is_claim(value) else {"value": value}


def _sources(values: Mapping[str, Any], path: ValuePath) -> tuple[str, ...]:
    """The citations of the value at a path: its own, or those of the nearest mapping around it that has some."""
    found: Any = []
    value: Any = values
    for part in (*path, None):
        if isinstance(value, dict) and value.get("cite"):
            found = value["cite"]
        if isinstance(value, dict):
            value = value.get(str(part))
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            break
    return tuple(map(written, found)) if isinstance(found, list) else (written(found),)


def written(value: Any) -> str:
    """A value in one line, as YAML would have it, without quotes; a list of words without brackets."""
    if isinstance(value, list) and not _has_parts(value):
        return ", ".join(map(_flow, value))
    return _flow(value)


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return "" if value is None else str(value)


# --- blocks ----------------------------------------------------------------------------


@dataclass(frozen=True)
class _BlockChanges:
    """How many blocks of a page differ, the sections where, and the line of the first."""

    changed: int = 0
    added: int = 0
    removed: int = 0
    sections: Sequence[str] = ()
    line: int = 1

    @classmethod
    def between(cls, old: Sequence[Block], new: Sequence[Block]) -> _BlockChanges:
        before, after = ([fingerprint(block.text) for block in blocks] for blocks in (old, new))
        codes = [code for code in SequenceMatcher(None, before, after, False).get_opcodes() if code[0] != "equal"]
        if not codes:
            return cls()
        changed = sum(min(b - a, d - c) for _, a, b, c, d in codes)
        sections = [block.section for _, a, b, c, d in codes for block in new[c:d] or old[a:b]]
        first = codes[0][3]
        return cls(
            changed,
            sum(d - c for _, _, _, c, d in codes) - changed,
            sum(b - a for _, a, b, _, _ in codes) - changed,
            list(dict.fromkeys(sections)),
            new[min(first, len(new) - 1)].line if new else 1,
        )


# --- tables ----------------------------------------------------------------------------

_MADE_OF: Mapping[str, str] = {
    DerivedField.SIZES: "parameters",
    DerivedField.CHECKPOINTS: "links",
    DerivedField.RELEASE: "links",
    DerivedField.COMMERCIAL_USE: "license.weights",
}
"""The fields of a model that derived columns show, where they are called otherwise."""


def _tables(former: Catalogue, now: Catalogue, records: Iterable[Item]) -> Iterator[TableChange]:
    """The comparisons in which other rows stand than before, or rows with other values."""
    changed = {item.id: item for item in records if item.kind == "model" and item.change is Change.CHANGED}
    for comparison in now.all(Comparison):
        subjects = select(now, comparison)
        known = former.get(Comparison, comparison.id)
        before = [subject.id for subject in select(former, known)] if known else []
        after = [subject.id for subject in subjects]
        values = [
            f"{subject.id}: {column.field}"
            for subject in subjects
            if subject.id in before and subject.model.id in changed
            for column in comparison.columns
            if any(_shows(column.field, value.field, subject) for value in changed[subject.model.id].values)
        ]
        gone, new = [id for id in before if id not in after], [id for id in after if id not in before]
        if values or gone or new:
            yield TableChange(comparison.id, comparison.locate(), values, new, gone)


def _shows(column: str, field: str, subject: Subject) -> bool:
    """Whether a column shows a field of a model in the row of *subject*."""
    shown = _MADE_OF.get(column, column)
    if field.startswith("variants."):  # and the id of one, in which may be dots
        if subject.variant_id is None:  # derived columns of a whole model show its variants, too
            return column in _MADE_OF and f".{shown}." in f"{field}."
        own = f"variants.{subject.variant_id}."
        if not field.startswith(own):
            return False
        field = field.removeprefix(own)
    return f"{field}.".startswith(f"{shown}.") or f"{shown}.".startswith(f"{field}.")


# --- translations ----------------------------------------------------------------------


def _went_out_of_step(former: Translations, now: Translations) -> list[OutOfStep]:
    before = {(unit.path, unit.key) for unit in out_of_step(former)}
    return [
        OutOfStep(unit.location, unit.key, unit.state, unit.original_location)
        for unit in out_of_step(now)
        if (unit.path, unit.key) not in before
    ]
