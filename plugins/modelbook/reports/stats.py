"""What a book has, in numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from modelbook.blocks import Kind, split_blocks
from modelbook.book import Book, check_unused
from modelbook.coverage import Presence, claims, unsourced
from modelbook.crossrefs import Mention
from modelbook.pages import Page
from modelbook.records import KINDS, Model
from modelbook.schema import Missing, Status
from modelbook.selection import row_subjects
from modelbook.translations import State, Translations

_NO_PROSE = {Kind.CODE, Kind.EQUATION, Kind.VIEW, Kind.RULE}

_MARKUP = re.compile(
    r"^ *:::.*$|\]\([^)]*\)|\[[-@][^\]]*\]|\{[^{}]*\}|<[^<>]+>|\bhttps?://\S+|`[^`]*`|\$[^$\n]+\$", re.M
)
"""What stands in Markdown and is not prose: lines of directives, addresses, citations, attributes, code, formulas."""

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"

_WORD = re.compile(rf"[^\W_{_HAN}]+(?:['’.,-][^\W_{_HAN}]+)*")


@dataclass(frozen=True)
class Prose:
    """How much there is to read: Chinese is counted in characters, other writing in words."""

    words: int = 0
    han: int = 0

    def __add__(self, other: Prose) -> Prose:
        return Prose(self.words + other.words, self.han + other.han)


@dataclass
class LanguageStats:
    """What a book has in one of its languages."""

    pages: int = 0
    stand_ins: int = 0
    """Pages that are shown in another language."""
    prose: Prose = field(default_factory=Prose)
    """Of its pages; not of records."""
    targets: Counter[str] = field(default_factory=Counter)
    """Figures, tables and equations by the prefix of their ids."""
    translations: Counter[State] = field(default_factory=Counter)
    """Blocks and texts that are translated into it, by how they stand to their originals."""


@dataclass(frozen=True)
class Stats:
    """What a book has."""

    records: Mapping[str, int]
    """By the folder of their kind."""
    variants: int
    """Models, each with its variants: the rows that a table of all would have."""
    entries: int
    uncited: int
    presence: Mapping[Presence, int]
    """Values by whether they are known."""
    status: Mapping[Status, int]
    """Known values by how they came to be known."""
    alternatives: int
    unsourced: int
    """Known values that name no source."""
    languages: Mapping[str, LanguageStats]
    checked: Mapping[str, int]
    """Models by the month in which they were last checked."""


def prose(markdown: str) -> Prose:
    """How much there is to read in a page."""
    text = " ".join(_MARKUP.sub(" ", block.text) for block in split_blocks(markdown) if block.kind not in _NO_PROSE)
    return Prose(len(_WORD.findall(text)), len(re.findall(f"[{_HAN}]", text)))


def count(
    book: Book,
    pages: Iterable[Page],
    translations: Translations,
    *,
    cited: Collection[str],
    targets: Iterable[tuple[Page, Iterable[Mention]]],
) -> Stats:
    """What *book* has; *cited* are the keys that its pages cite, *targets* what is numbered in each of them."""
    found = [claim for record in book.catalogue for _, claim in claims(record)]
    languages = {code: LanguageStats() for code in book.languages}
    for page in pages:
        language = languages[page.language.code]
        if page.original:
            language.stand_ins += 1
        elif not page.record:
            language.pages += 1
            language.prose += prose(page.markdown)
    numbered = {
        (page.language.code, mention.id) for page, mentions in targets if not page.original for mention in mentions
    }
    for code, id in numbered:
        languages[code].targets[id.partition("-")[0]] += 1
    for unit in translations.units:
        languages[unit.language].translations[unit.state] += 1
    return Stats(
        records={folder: len(book.catalogue.all(kind)) for folder, kind in KINDS.items()},
        variants=len(row_subjects(book.catalogue)),
        entries=len(book.bibliography),
        uncited=sum(1 for _ in check_unused(book, cited)),
        presence=Counter(
            Presence(claim.value) if isinstance(claim.value, Missing) else Presence.KNOWN for claim in found
        ),
        status=Counter(claim.status for claim in found if claim.known is not None),
        alternatives=sum(len(claim.alternatives) for claim in found),
        unsourced=sum(1 for record in book.catalogue for _ in unsourced(record)),
        languages=languages,
        checked=dict(sorted(Counter(f"{model.checked.first:%Y-%m}" for model in book.catalogue.all(Model)).items())),
    )
