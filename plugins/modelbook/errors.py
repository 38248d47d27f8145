"""What can be wrong with a book, said so that a contributor can mend it.

The tree of errors: `BookError` is the base of everything raised on purpose;
`InvalidBookError` carries a list of problems, `MissingRecordError` is a record
that is asked for in vain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def printable(text: str) -> str:
    """*text* without the control characters by which something that it quotes would rule a terminal."""
    return _CONTROL.sub("\ufffd", text)


@dataclass(frozen=True, order=True)
class Location:
    """A place in a source file: its path from the root of the book, line and column from 1."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{printable(self.path)}:{self.line}:{self.column}"


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to mend, and where."""

    location: Location
    message: str

    def __str__(self) -> str:
        # A problem takes one line, whatever it quotes.
        return f"{self.location}: {printable(' '.join(self.message.split()))}"


class BookError(Exception):
    """Base class of every error that this package raises on purpose."""


class InvalidBookError(BookError):
    """The sources do not make a valid book; `problems` lists everything found, in order of place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


class MissingRecordError(BookError):
    """A record is asked for that is not there; `said_already` if its file is, and could not be read."""

    def __init__(self, message: str, *, said_already: bool = False) -> None:
        self.said_already = said_already
        super().__init__(message)


def counted(count: int, noun: str) -> str:
    """`1 problem`, `2 problems`."""
    return f"{count:,} {noun}{'s' * (count != 1)}"


def quoted(words: Iterable[str], conjunction: str = "or") -> str:
    """`'a', 'b' or 'c'`."""
    *rest, last = [f"'{word}'" for word in words]
    return f"{', '.join(rest)} {conjunction} {last}" if rest else last


def did_you_mean(word: str, known: Iterable[str], count: int = 3) -> str:
    """The end of a message: up to *count* known words near *word*, or nothing."""
    known = list(known)
    near = get_close_matches(word, known, n=count, cutoff=0.6)
    if not near:
        folded = {name.casefold(): name for name in sorted(known)}
        near = [folded[name] for name in get_close_matches(word.casefold(), folded, n=count, cutoff=0.6)]
    if not near:
        last_parts = {name.rpartition(".")[2]: name for name in sorted(known) if "." in name}
        near = [last_parts[name] for name in get_close_matches(word, last_parts, n=count, cutoff=0.8)]
    return f"; did you mean {quoted(near)}?" if near else ""
