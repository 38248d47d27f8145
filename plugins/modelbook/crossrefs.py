"""Cross-references: `@fig-landscape` leads to the figure of that id and says its number.

Reading a page only leaves marks, of references and of what they lead to; numbers are known once
every page is read. What begins an id says what it is of: `fig-`, `tbl-`, `eq-`, or `sec-` and the
id of a heading.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from markupsafe import Markup

from modelbook.errors import Location, Problem, did_you_mean, quoted
from modelbook.languages import Language

NUMBERED = ("fig", "tbl", "eq")

_WORD = r"[A-Za-z0-9]+(?:[._-]+[A-Za-z0-9]+)*"

ID = re.compile(rf"(?:fig|tbl|eq)-{_WORD}")

SYNTAX = rf"(?<![A-Za-z0-9_/.@+-])@((?:fig|tbl|eq|sec)-{_WORD})"
"""A reference in Markdown, but not what looks so in an e-mail address or a URL."""

REFERENCE = re.compile(r'<span data-ref="([^"]*)"></span>')
LABEL = re.compile(r'<span data-label="([^"]*)"></span>')

_PERMALINK = re.compile(r'(<a class="headerlink" href="#[^"]*" title=")[^"]*(")')
_PICTURE = '<a class="mb-picture"'


@dataclass(frozen=True, order=True)
class Mention:
    """An id where it is written: as that of a target, or in a reference."""

    id: str
    place: Location
    is_repeatable: bool = False
    """A view may be shown on several pages: it is the same table."""


@dataclass(frozen=True)
class Target:
    """What a reference leads to."""

    id: str
    url: str
    """From the root of the site, with the anchor."""
    number: int = 0
    title: str = ""
    """The text of a heading."""


def label_mark(id: str) -> Markup:
    """Where the number of a figure, a table or an equation goes."""
    return Markup('<span data-label="{}"></span>').format(id)


def called(target: Target, language: Language) -> str:
    """What a target is called in a language: `Figure 3`, or the title of a section."""
    match target.id.partition("-")[0]:
        case "fig":
            return language.gettext("Figure %(number)s", number=target.number)
        case "tbl":
            return language.gettext("Table %(number)s", number=target.number)
        case "eq":
            return language.gettext("Equation %(number)s", number=target.number)
        case _:
            return target.title


def fill(page: str, label: Callable[[str], Markup], reference: Callable[[str], Markup]) -> str:
    """Replace the marks in the HTML of a page by what *label* and *reference* say for an id."""
    page = LABEL.sub(lambda match: label(match[1]), page)
    return REFERENCE.sub(lambda match: reference(match[1]), page)


def title_links(page: str, language: Language) -> str:
    """Say in the language of the page what the links at its headings and pictures do."""
    hint = Markup.escape(language.gettext("Link to this place"))
    page = _PERMALINK.sub(lambda match: f"{match[1]}{hint}{match[2]}", page)
    words = Markup(' title="{}" data-close="{}"').format(language.gettext("Enlarge"), language.gettext("Close"))
    return page.replace(_PICTURE, f"{_PICTURE}{words}")


def unknown_target(id: str, known: set[str]) -> str:
    """What is wrong with a reference to an id that nothing has."""
    kind = id.partition("-")[0]
    expected = {
        "fig": "expected the id of a figure (`::: figure fig-…`)",
        "tbl": "expected `tbl-` and the id of a comparison that is shown, or the id of a table (`::: table tbl-…`)",
        "eq": "expected the id of an equation (`::: equation eq-…`)",
        "sec": "expected `sec-` and the id of a heading (`{#…}`)",
    }[kind]
    near = did_you_mean(id, sorted(each for each in known if each.startswith(f"{kind}-")), 1)
    return f"nothing has the id '{id}'" + (near or f"; {expected}")


def find_references(text: str) -> list[str]:
    """The ids referred to in a short Markdown text, code spans aside."""
    return re.findall(rf"(?<!\\){SYNTAX}", re.sub(r"(`+).*?\1", "", text))


def check_references(targets: Iterable[Mention], references: Iterable[Mention]) -> Iterator[Problem]:
    """What is wrong between the targets of one language and the references to them."""
    places: dict[str, dict[str, list[Mention]]] = {}  # by id and file
    for target in sorted(targets, key=lambda target: target.place):
        before = places.setdefault(target.id, {})
        if clash := _clash(target, before):
            name = target.id.removeprefix("sec-")
            yield Problem(target.place, f"id '{name}' is repeated; first used at {clash.place}")
        before.setdefault(target.place.path, []).append(target)
    for reference in references:
        paths = sorted(places.get(reference.id, ()))
        if not paths:
            yield Problem(reference.place, unknown_target(reference.id, set(places)))
        elif reference.id.startswith("sec-") and len(paths) > 1:
            message = (
                f"'{reference.id}' could be a heading of {quoted(paths, 'and')}; expected one, or an ordinary link"
            )
            yield Problem(reference.place, message)


def _clash(target: Mention, before: Mapping[str, list[Mention]]) -> Mention | None:
    """The first, of those *before* it by file, that may not have the same id: headings may, in different files."""
    here = target.place.path
    others = before.get(here, []) if target.id.startswith("sec-") else chain.from_iterable(before.values())
    return next(
        (other for other in others if other.place.path == here or not (target.is_repeatable and other.is_repeatable)),
        None,
    )
