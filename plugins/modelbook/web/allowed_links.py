"""The external links that may fail: `links-allowed.yml` beside the pages, each for a reason and up to a day.

https://example.org/files/*:     # an address, or with * at its end all that begin so
  reason: answers nobody but browsers
  until: 2027-06-30
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from modelbook.errors import InvalidBookError, Location, Problem, did_you_mean
from modelbook.schema import Url
from modelbook.sources import Document, read_document

FILE = "links-allowed.yml"

_FIELDS = ("reason", "until")


@dataclass(frozen=True)
class Allowed:
    """A link, or all that begin in one way, that may fail."""

    address: str
    """Ends in `*` if it is the beginning of several."""
    until: date
    """The last day of it."""
    place: Location

    def covers(self, url: str) -> bool:
        if self.address.endswith("*"):
            return url.startswith(self.address[:-1])
        return url == self.address


def read_allowed(path: Path, root: Path) -> tuple[Sequence[Allowed], list[Problem]]:
    """The links that a book allows to fail, with what is wrong in the file; none if there is no such file."""
    if not path.exists():
        return [], []
    try:
        document = read_document(path, root)
    except InvalidBookError as error:
        return [], error.problems
    found: list[Allowed] = []
    problems: list[Problem] = []
    for address in document.values:
        wrong = list(_wrong_in(document, address))
        if wrong:
            problems += wrong
        else:
            until = date.fromisoformat(document.values[address]["until"])
            found.append(Allowed(address, until, document.locate((address,), key=True)))
    return found, problems


def _wrong_in(document: Document, address: str) -> list[Problem]:
    place, said = document.locate((address,), key=True), document.values[address]
    problems = []
    try:
        if Url.parse(address).startswith("mailto:"):
            raise ValueError(address)
    except ValueError:
        expected = "expected https:// or http:// and a host; with * at its end all addresses that begin so"
        problems.append(Problem(place, f"'{address}' is no address of the web; {expected}"))
    if not isinstance(said, dict):
        return [*problems, Problem(place, f"'{address}' has no fields; expected `reason:` and `until:` below it")]
    for name in said:
        if name not in _FIELDS:
            near = did_you_mean(name, _FIELDS) or "; expected 'reason' or 'until'"
            problems.append(Problem(document.locate((address, name), key=True), f"unknown field '{name}'{near}"))
    if not isinstance(said.get("reason"), str):
        problems.append(Problem(place, f"'{address}' has no reason; expected `reason:` and why it may fail"))
    try:
        date.fromisoformat(str(said.get("until")))
    except ValueError:
        where = document.locate((address, "until")) if "until" in said else place
        written = f"until is '{said['until']}'" if said.get("until") else f"'{address}' has no last day"
        problems.append(Problem(where, f"{written}; expected `until:` and a date such as 2027-06-30"))
    return problems
