"""The anchors of what the book succeeds: where the matter of each stands now.

`content/anchors.yml` has them below the page that is asked for them: `models/index.md: {llama: open/early.md#llama}`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelbook.book import Book
from modelbook.crossrefs import NUMBERED
from modelbook.errors import InvalidBookError, Location, Problem, did_you_mean
from modelbook.sources import read_document

FILE = "anchors.yml"


@dataclass(frozen=True)
class Anchor:
    """An id that others link to, and the place that has taken over."""

    id: str
    page: str
    """The name of the page that has taken over: `open/early`."""
    target: str
    """The id on that page."""
    location: Location
    asked: Location
    """Where the page that is asked for it is named."""

    @property
    def reference(self) -> str:
        """The place as cross-references name it: `sec-llama`, `fig-gqa`."""
        return self.target if self.target.startswith(tuple(f"{kind}-" for kind in NUMBERED)) else f"sec-{self.target}"


Anchors = Mapping[str, Sequence[Anchor]]
"""The anchors that each page is asked for, by its name, in the order of the file."""


def _is_place(written: Any) -> bool:
    name, mark, id = written.partition(".md#") if isinstance(written, str) else ("", "", "")
    return bool(name and mark and id)


def read_anchors(path: Path, root: Path) -> tuple[Anchors, list[Problem]]:
    """The anchors of a book, with what is wrong with them in themselves; none if there is no such file."""
    if not path.exists():
        return {}, []
    try:
        document = read_document(path, root)
    except InvalidBookError as error:
        return {}, error.problems
    anchors: dict[str, list[Anchor]] = {}
    problems = []
    for page, entries in document.values.items():
        asked = document.locate((page,), key=True)
        if not isinstance(entries, dict):
            message = f"'{page}' has no anchors; expected `<anchor>: <page>.md#<id>` below it"
            problems.append(Problem(asked, message))
            continue
        for id, written in entries.items():
            place = document.locate((page, id))
            if not _is_place(written):
                problems.append(Problem(place, f"'{id}' leads to no place; expected `{id}: <page>.md#<id>`"))
                continue
            name, _, target = written.partition(".md#")
            anchors.setdefault(page.removesuffix(".md"), []).append(Anchor(id, name, target, place, asked))
    return anchors, problems


def check_anchors(anchors: Anchors, known: Mapping[str, Mapping[str, set[str]]], book: Book) -> Iterator[Problem]:
    """What is wrong between anchors and the pages, of which *known* are the references, by language and name."""
    for code in book.languages:
        pages = known.get(code, {})
        for asked, entries in anchors.items():
            if asked not in pages:
                near = did_you_mean(asked, pages, 1) or "; expected a page such as models/index.md"
                yield Problem(entries[0].asked, f"no page '{asked}' to ask for anchors{near}")
            for anchor in entries:
                if anchor.page not in pages:
                    near = did_you_mean(anchor.page, pages, 1) or "; expected a page such as open/early.md"
                    yield Problem(anchor.location, f"no page '{anchor.page}'{near}")
                elif anchor.reference not in pages[anchor.page]:
                    ids = {each.removeprefix("sec-") for each in pages[anchor.page]}
                    near = did_you_mean(anchor.target, sorted(ids), 1) or "; expected the id of a heading, a figure …"
                    yield Problem(
                        anchor.location, f"{code}/{anchor.page}.md has nothing with the id '{anchor.target}'{near}"
                    )
