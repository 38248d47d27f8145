"""What each translation renders: blocks of pages and texts of records, paired with their originals, and what is stale.

`content/translations.lock` keeps the fingerprints of the originals that the translations were last said to render:
a line for each, by the file of the translation and the section or field in it, in the order of the text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cached_property
from itertools import zip_longest
from pathlib import Path

from modelbook.blocks import SHOWN_ONCE, TOP, Block, Mark, fingerprint, heading_words, split_blocks
from modelbook.book import Book
from modelbook.errors import InvalidBookError, Location, Problem, counted
from modelbook.pages import Page, original_language
from modelbook.schema import Text
from modelbook.sources import parse_document, read_text, relative

LOCK = "translations.lock"
"""The name of the lock, a file beside the languages' folders."""


class State(StrEnum):
    """How a translation stands to its original."""

    IN_STEP = "in-step"
    CHANGED = "changed"
    """The original has changed since."""
    UNSTAMPED = "unstamped"
    """Nobody has said yet that it renders the original."""
    UNPAIRED = "unpaired"
    """Its section has other blocks than the original's."""
    MISSING = "missing"
    """There is no translation."""


@dataclass(frozen=True)
class Unit:
    """What is translated as one: a block of a page, or a text of a record."""

    language: str
    location: Location
    """Of the translation; of the original, if there is none."""
    path: str
    """The file of the translation, which perhaps is to be written."""
    group: str
    """The section or field that it belongs to."""
    key: str
    """What it is called within its file: `llama.3`, `uniqueness.1`."""
    text: str
    original: str
    original_location: Location
    state: State = State.IN_STEP
    former: str = ""
    """The fingerprint of the original that it rendered, if that has changed since."""
    record_text: Text | None = None
    """Of a record: the text in all its languages."""

    @cached_property
    def is_same(self) -> bool:
        """Whether both languages have the same words, so that there is nothing to translate."""
        return fingerprint(self.text) == fingerprint(self.original)


Lock = Mapping[tuple[str, str], Sequence[str]]
"""Fingerprints of originals by file of the translation and group."""


@dataclass(frozen=True)
class Translations:
    """All translations of a book."""

    units: Sequence[Unit] = ()
    notices: Sequence[Problem] = ()
    """Where pages of one name differ in their headings or blocks."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """The language of the original by the name of a page, of those that are in more than one."""
    editions: Mapping[str, Collection[str]] = field(default_factory=dict)
    """The languages in which a page is written, by its name."""
    names: Mapping[str, str] = field(default_factory=dict)
    """The names of pages by the files of their translations."""
    titles: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """The headings at the top of pages, by name and language."""
    _unpaired: frozenset[tuple[str, str]] = frozenset()
    """Files of translations and sections that do not pair."""

    def marks(self, page: Page) -> list[Mark]:
        """What the HTML of each block of a page says, in order; empty if no other language has the page."""
        if page.original or page.record or page.name not in self.sources:
            return []
        is_original = self.sources[page.name] == page.language.code
        marks = []
        for block in split_blocks(page.markdown):
            key = block.key
            if not is_original and block.number and (page.path, block.section) in self._unpaired:
                key = block.section
            marks.append(Mark(key, block.kind in SHOWN_ONCE, (page.path, key) in self._changed))
        return marks

    @cached_property
    def _changed(self) -> set[tuple[str, str]]:
        return {(unit.path, unit.key) for unit in self.units if unit.state is State.CHANGED}

    @cached_property
    def changed_texts(self) -> set[tuple[Text, str]]:
        """Texts of records in the languages in which they render an original that has changed since."""
        return {
            (unit.record_text, unit.language) for unit in self.units if unit.state is State.CHANGED and unit.record_text
        }

    @cached_property
    def by_path(self) -> Mapping[str, Sequence[Unit]]:
        """The units of each file."""
        found: dict[str, list[Unit]] = {}
        for unit in self.units:
            found.setdefault(unit.path, []).append(unit)
        return found


def compare(pages: Iterable[Page], book: Book, lock: Lock) -> Translations:
    """How every translation in the book stands to its original."""
    by_name: dict[str, dict[str, Page]] = {}
    for page in pages:
        if not page.record:
            by_name.setdefault(page.name, {})[page.language.code] = page
    units: list[Unit] = []
    notices: list[Problem] = []
    sources: dict[str, str] = {}
    written_in: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    titles: dict[tuple[str, str], str] = {}
    unpaired: set[tuple[str, str]] = set()
    for name, editions in sorted(by_name.items()):
        written = {code: page for code, page in editions.items() if not page.original}
        original = written[original_language(written, book)]
        if len(written) > 1:
            sources[name] = original.language.code
        written_in[name] = list(written)
        names |= {page_path(original, code): name for code in book.languages}
        titles |= {(name, code): _title(page) for code, page in written.items()}
        for code in book.languages:
            if code == original.language.code:
                continue
            if code in written:
                found, wrong = _pair(original, written[code])
                notices += wrong
            else:
                found = list(_missing(original, code, book))
            units += found
            unpaired |= {(unit.path, unit.group) for unit in found if unit.state is State.UNPAIRED}
    units += _texts(book)
    groups: dict[tuple[str, str, str], list[Unit]] = {}
    for unit in units:
        groups.setdefault((unit.language, unit.path, unit.group), []).append(unit)
    return Translations(
        [unit for group in groups.values() for unit in _judge(group, lock)],
        sorted(notices),
        sources,
        written_in,
        names,
        titles,
        frozenset(unpaired),
    )


# --- pages -----------------------------------------------------------------------------


def _location(page: Page, block: Block) -> Location:
    return Location(page.path, page.first_line + block.line - 1)


def _unit(original: Page, translation: Page, first: Block, second: Block) -> Unit:
    return Unit(
        language=translation.language.code,
        location=_location(translation, second),
        path=translation.path,
        group=second.section,
        key=second.key,
        text=second.text,
        original=first.text,
        original_location=_location(original, first),
    )


def _missing(original: Page, code: str, book: Book) -> Iterator[Unit]:
    path = page_path(original, code)
    for block in split_blocks(original.markdown):
        place = _location(original, block)
        yield Unit(code, place, path, block.section, block.key, "", block.text, place, State.MISSING)


def page_path(page: Page, code: str) -> str:
    """The file of *page* in another language, from the root of the book."""
    ending = f"{page.name}.md"
    return f"{page.path.removesuffix(f'{page.text_language.code}/{ending}')}{code}/{ending}"


def _pair(original: Page, translation: Page) -> tuple[list[Unit], list[Problem]]:
    """The blocks of two pages, matched in order within their sections."""
    firsts, seconds = _sections(original), _sections(translation)
    problems = list(_compare_headings(original, translation))
    units: list[Unit] = []
    for section, blocks in seconds.items():
        others = firsts.get(section)
        if others is None:
            units.append(_whole(original, translation, [], blocks))
        elif message := _difference(others, blocks, original.language.name):
            problems.append(Problem(_location(translation, blocks[0]), message))
            units.append(_whole(original, translation, others, blocks))
        else:
            units += [_unit(original, translation, *pair) for pair in zip(others, blocks, strict=True)]
    units += [_whole(original, translation, firsts[section], []) for section in firsts if section not in seconds]
    return units, problems


def _whole(original: Page, translation: Page, firsts: Sequence[Block], seconds: Sequence[Block]) -> Unit:
    """A section that does not pair, matched as a whole; one of the two may lack it."""
    section = (firsts or seconds)[0].section
    origin = _location(original, firsts[0]) if firsts else Location(original.path)
    return Unit(
        language=translation.language.code,
        location=_location(translation, seconds[0]) if seconds else origin,
        path=translation.path,
        group=section,
        key=section,
        text="\n\n".join(block.text for block in seconds),
        original="\n\n".join(block.text for block in firsts),
        original_location=origin,
        state=State.UNPAIRED if seconds else State.MISSING,
    )


def _sections(page: Page) -> dict[str, list[Block]]:
    sections: dict[str, list[Block]] = {}
    for block in split_blocks(page.markdown):
        sections.setdefault(block.section, []).append(block)
    return sections


def _compare_headings(original: Page, translation: Page) -> Iterator[Problem]:
    """The first heading in which two pages differ."""
    firsts, seconds = _headings(original), _headings(translation)
    for first, second in zip_longest(firsts, seconds):
        if first and second and (first.section, first.level) == (second.section, second.level):
            continue
        there = f"{_location(original, first)} has {_called(first)}" if first else f"{original.path} has no more"
        here = f"{_called(second)} stands here" if second else "the page ends"
        place = _location(translation, second) if second else Location(translation.path, _last_line(translation))
        yield Problem(place, f"{here} where {there}; expected the same headings in the same order")
        return


def _title(page: Page) -> str:
    """The words of the heading at its top, or its name."""
    first = next((block for block in split_blocks(page.markdown) if block.level == 1), None)
    return heading_words(first) if first else page.name


def _headings(page: Page) -> list[Block]:
    return [block for block in split_blocks(page.markdown) if block.level and block.section != TOP]


def _called(heading: Block) -> str:
    return f"heading '{'#' * heading.level} #{heading.section}'"


def _last_line(page: Page) -> int:
    return page.first_line + page.markdown.rstrip("\n").count("\n")


def _difference(firsts: Sequence[Block], seconds: Sequence[Block], language: str) -> str:
    """In what the blocks of two sections differ; empty if they pair."""
    where = f"under #{seconds[0].section}" if seconds[0].section != TOP else "above the first section"
    counts = [sum(1 for block in blocks if block.number) for blocks in (seconds, firsts)]
    if counts[0] != counts[1]:
        return f"{counted(counts[0], 'block')} {where}, {language} has {counts[1]}"
    for first, second in zip(firsts, seconds, strict=True):
        if first.kind != second.kind:
            return f"block {second.number} {where} is a {second.kind}, in {language} a {first.kind}"
    return ""


# --- records ---------------------------------------------------------------------------


def _texts(book: Book) -> Iterator[Unit]:
    """The texts of records, each paired with its original."""
    for record in book.catalogue:
        counted: Counter[str] = Counter()
        for path, text in record.values:
            if not isinstance(text, Text) or "" in text.by_language:
                continue
            field_path = ".".join(str(part) for part in path if not isinstance(part, int))
            counted[field_path] += 1
            source = next((code for code in book.languages if code in text.by_language), None)
            if source is None:
                continue
            for code in book.languages:
                if code == source:
                    continue
                said = text.by_language.get(code, "")
                yield Unit(
                    language=code,
                    location=record.locate((*path, code) if said else path),
                    path=record.path,
                    group=f"{field_path}:{code}",
                    key=f"{'.'.join(map(str, path))}:{code}",
                    text=said,
                    original=text.by_language[source],
                    original_location=record.locate((*path, source)),
                    state=State.IN_STEP if said else State.MISSING,
                    record_text=text,
                )


# --- judging ---------------------------------------------------------------------------


def _judge(units: list[Unit], lock: Lock) -> Iterator[Unit]:
    """The units of a group with the state of each, by what the lock says of them."""
    tracked = [unit for unit in units if unit.state is State.IN_STEP and not unit.is_same]
    stamped = list(lock.get((units[0].path, units[0].group), ()))
    found = [fingerprint(unit.original) for unit in tracked]
    if stamped == found:
        yield from units
        return
    judged = {id(unit): replace(unit, state=State.UNSTAMPED) for unit in tracked}
    for operation, old, old_end, new, new_end in SequenceMatcher(None, stamped, found, False).get_opcodes():
        if operation == "equal":
            judged |= {id(unit): unit for unit in tracked[new:new_end]}
        elif operation == "replace":
            for former, unit in zip(stamped[old:old_end], tracked[new:new_end], strict=False):
                judged[id(unit)] = replace(unit, state=State.CHANGED, former=former)
    yield from (judged.get(id(unit), unit) for unit in units)


# --- the lock --------------------------------------------------------------------------

_LINE = re.compile(r"(?P<path>\S.*)#(?P<group>\S+) (?P<fingerprint>[0-9a-f]{12})")

_HEAD = """\
# Which words of the originals the translations render. Written by `modelbook translations stamp`.
"""


def read_lock(path: Path, root: Path) -> dict[tuple[str, str], list[str]]:
    """What translations were last said to render; nothing if there is no such file.

    Raises InvalidBookError with every line that is none of a lock.
    """
    lock: dict[tuple[str, str], list[str]] = {}
    problems = []
    if not path.exists():
        return lock
    for number, line in enumerate(read_text(path, root).split("\n"), 1):
        if not line or line.startswith("#"):
            continue
        if match := _LINE.fullmatch(line):
            lock.setdefault((match["path"], match["group"]), []).append(match["fingerprint"])
        else:
            message = f"'{line}' is not a line of a lock; run `modelbook translations stamp` rather than edit it"
            problems.append(Problem(Location(relative(path, root), number), message))
    if problems:
        raise InvalidBookError(problems)
    return lock


def lock_text(lock: Lock) -> str:
    """The lock as it stands in its file, sorted so that changes of different pages rarely touch."""
    lines = [f"{path}#{group} {each}" for (path, group), found in sorted(lock.items()) for each in found]
    return _HEAD + "".join(f"{line}\n" for line in lines)


def stamp(translations: Translations, chosen: Iterable[Unit]) -> dict[tuple[str, str], list[str]]:
    """The lock that says that *chosen* translations render their originals, and of the others what it said before."""
    wanted = {id(unit) for unit in chosen}
    lock: dict[tuple[str, str], list[str]] = {}
    for unit in translations.units:
        if unit.state in (State.UNPAIRED, State.MISSING) or unit.is_same:
            continue
        is_in_step = id(unit) in wanted or unit.state is State.IN_STEP
        said = fingerprint(unit.original) if is_in_step else unit.former
        if said:
            lock.setdefault((unit.path, unit.group), []).append(said)
    return lock


# --- what to say of them ---------------------------------------------------------------


@dataclass(frozen=True)
class Summary:
    """How many units of a file are in which state."""

    path: str
    language: str
    counts: Mapping[State, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def summaries(translations: Translations) -> list[Summary]:
    """A summary of each file in each language into which it is translated."""
    counted: dict[tuple[str, str], Counter[State]] = {}
    for unit in translations.units:
        counted.setdefault((unit.path, unit.language), Counter())[unit.state] += 1
    return [Summary(path, language, counts) for (path, language), counts in sorted(counted.items())]


def out_of_step(translations: Translations) -> list[Unit]:
    """The units that are not in step, in order of place."""
    return sorted(
        (unit for unit in translations.units if unit.state is not State.IN_STEP),
        key=lambda unit: (unit.path, unit.location, unit.key, unit.language),
    )


def describe(unit: Unit) -> Problem:
    """What is to be done about a unit that is not in step."""
    target = f"{unit.path}#{unit.key}"
    stamp = f"`modelbook translations stamp '{target}'`"
    messages = {
        State.CHANGED: f"original at {unit.original_location} has changed since; "
        f"expected its words here, then {stamp}; see `modelbook translations diff {unit.path}`",
        State.UNSTAMPED: f"'{unit.key}' is not stamped; expected {stamp} when it renders {unit.original_location}",
        State.UNPAIRED: f"section '{unit.key}' does not pair with {unit.original_location}; "
        "expected the same blocks in the same order",
        State.MISSING: f"no translation into '{unit.language}'; expected it in {target}",
    }
    return Problem(unit.location, messages[unit.state])


def former_original(unit: Unit, texts: Iterable[str]) -> str | None:
    """The original that a changed unit renders, found in former *texts* of its file; None if it is in none of them."""
    is_page = unit.original_location.path.endswith(".md")
    for text in texts:
        candidates = (block.text for block in split_blocks(text)) if is_page else _strings(text)
        for candidate in candidates:
            if fingerprint(candidate) == unit.former:
                return candidate
    return None


def _strings(yaml: str) -> Iterator[str]:
    """Every text in a former record; none if it could not be read."""
    try:
        waiting = [parse_document(yaml, "").values]
    except InvalidBookError:
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


_WORD = re.compile(r"[^\W_\u3040-\u30ff\u3400-\u9fff]+|\s+|.", re.S)


def word_changes(former: str, now: str) -> list[tuple[str, str]]:
    """The words of two texts, each run with what became of it: `same`, `removed` or `added`."""
    old, new = _WORD.findall(" ".join(former.split())), _WORD.findall(" ".join(now.split()))
    changes: list[tuple[str, str]] = []
    removed = added = ""

    def tell() -> None:
        changes.extend((kind, text) for kind, text in (("removed", removed), ("added", added)) if text)

    for operation, a, b, c, d in SequenceMatcher(None, old, new, False).get_opcodes():
        before, after = "".join(old[a:b]), "".join(new[c:d])
        # A space between two changed words does not part them.
        if operation == "equal" and not (before.isspace() and (removed or added) and b < len(old) and d < len(new)):
            tell()
            removed = added = ""
            changes.append(("same", before))
        else:
            removed, added = removed + before, added + after
    tell()
    return changes
