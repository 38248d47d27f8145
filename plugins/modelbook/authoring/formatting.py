"""The sources of a book in their one layout, and what in them is not laid out so."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from modelbook.authoring.bibliography_layout import format_bibliography
from modelbook.authoring.files import write_file
from modelbook.authoring.record_layout import format_record
from modelbook.errors import BookError, Location, Problem
from modelbook.records import KINDS
from modelbook.sources import read_text, relative

_EXCERPT = 60
"""Characters of a line that a message quotes at most."""


@dataclass(frozen=True)
class Layout:
    """A file as it is and as it should be."""

    path: Path
    name: str
    """The path from the root of the book."""
    before: bytes
    after: bytes

    @property
    def is_in_order(self) -> bool:
        return self.before == self.after

    @property
    def problem(self) -> Problem:
        """Where the file first differs from what it should be."""
        if self.before.startswith(b"\xef\xbb\xbf"):
            return Problem(Location(self.name), "file begins with a byte order mark; expected none")
        before, after = (text.decode("utf-8").split("\n") for text in (self.before, self.after))
        number = next(
            (number for number, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]),
            min(len(before), len(after)) - 1,
        )
        found, expected = before[number], after[number]
        column = next((at for at, pair in enumerate(zip(found, expected, strict=False)) if pair[0] != pair[1]), -1)
        column = min(len(found), len(expected)) if column < 0 else column
        place = Location(self.name, number + 1, column + 1)
        if found.rstrip("\r") == expected.rstrip("\r") and number + 1 < min(len(before), len(after)):
            endings = ("CR LF", "LF") if found.endswith("\r") else ("LF", "CR LF")
            return Problem(place, f"line ends in {endings[0]}; expected {endings[1]}, as other lines")
        if found == expected:  # one file ends where the other goes on
            return Problem(place, "end of the file; expected one line end, and nothing behind it")
        return Problem(place, f"layout is {_excerpt(found, column)}; expected {_excerpt(expected, column)}")

    def write(self) -> None:
        write_file(self.path, self.after.decode("utf-8"))


def _excerpt(line: str, column: int) -> str:
    """What stands around *column* of a line, in quotes."""
    line = line.rstrip("\r")
    if not line.strip():
        return "an empty line"
    start = 0 if len(line) <= _EXCERPT else max(0, min(column - _EXCERPT // 2, len(line) - _EXCERPT))
    shown = line[start : start + _EXCERPT]
    return f"'{'…' if start else ''}{shown.strip()}{'…' if start + _EXCERPT < len(line) else ''}'"


def find_sources(paths: Iterable[Path], root: Path, data_dir: Path, references: Path) -> list[Path]:
    """The records and the bibliography of the book, those in *paths* (files and folders) if there are any.

    Raises BookError for a path that has none in it.
    """
    everything = [*_records(data_dir), references]
    if not (asked := [Path(os.path.abspath(path)) for path in paths]):
        return everything
    found: list[Path] = []
    for path in asked:
        below = [source for source in everything if source == path or path in source.parents]
        if not below:
            expected = f"records in {relative(data_dir, root)}/<kind>/, or {relative(references, root)}"
            raise BookError(f"'{relative(path, root)}' is or has no source of the book; expected {expected}")
        found += below
    return list(dict.fromkeys(found))


def _records(data_dir: Path) -> Iterator[Path]:
    for kind in KINDS:
        yield from sorted((data_dir / kind).glob("*.yaml"))


def lay_out(path: Path, root: Path) -> Layout:
    """What a record (in the folder of its kind) or a bibliography should be.

    Line ends are left to Git: a file in which all are CR LF keeps them. Raises InvalidBookError if it cannot be read.
    """
    name = relative(path, root)
    text = read_text(path, root)
    before = path.read_bytes()
    is_record = path.suffix == ".yaml"
    after = format_record(text, name, KINDS[path.parent.name]) if is_record else format_bibliography(text, name)
    if 0 < before.count(b"\n") == before.count(b"\r\n"):
        after = after.replace("\n", "\r\n")
    return Layout(path, name, before, after.encode("utf-8"))
