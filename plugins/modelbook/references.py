"""References as rows: what a citation style shows of an entry in the words of a language. No HTML here.

A style is a function of an entry and a language; its template is `templates/styles/<name>.html`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from modelbook.bibliography import MONTHS, Entry, Name
from modelbook.citations import authors, year
from modelbook.index import Place
from modelbook.languages import Language
from modelbook.schema import PartialDate

GB_PEOPLE = 3
"""GB/T 7714 names at most three people (8.1.2)."""

SHOWN_PAGES = 10
"""Of an entry that more pages cite the list of the others is folded."""

_LANGUAGES = {
    "american": "en", "british": "en", "chinese": "zh", "english": "en", "french": "fr", "german": "de",
    "italian": "it", "japanese": "ja", "korean": "ko", "ngerman": "de", "portuguese": "pt", "russian": "ru",
    "spanish": "es", "ukenglish": "en", "usenglish": "en",
}  # fmt: skip
"""Tags of the languages that `langid` names in words."""

_SCRIPTS = {"ja": "\u3040-\u30ff", "ko": "\uac00-\ud7af", "zh": "\u3400-\u9fff"}

_IN_BOOKS = {"inbook", "incollection", "inproceedings", "conference", "suppbook", "bookinbook", "inreference"}

_PERIODICALS = {"article", "periodical", "suppperiodical"}

_TYPE_MARKS = {
    "article": "J", "periodical": "J", "suppperiodical": "J",
    "book": "M", "booklet": "M", "inbook": "M", "incollection": "M", "suppbook": "M", "bookinbook": "M",
    "mvbook": "M", "manual": "M", "reference": "M", "inreference": "M", "collection": "G",
    "proceedings": "C", "mvproceedings": "C", "inproceedings": "C", "conference": "C",
    "thesis": "D", "phdthesis": "D", "mastersthesis": "D",
    "report": "R", "techreport": "R", "patent": "P", "standard": "S", "dataset": "DS", "software": "CP",
    "legislation": "A", "jurisdiction": "A", "legal": "A", "letter": "A",
    "online": "EB", "electronic": "EB", "www": "EB",
}  # fmt: skip
"""Marks of GB/T 7714-2015, appendix B, by type of entry; what has none is EB if it has an address, else Z."""


# --- parts of an entry --------------------------------------------------------------------


def work_language(entry: Entry) -> str:
    """The tag of the language in which a work is written, from `langid` or the script of its title; '' if unknown."""
    langid = entry.get("langid").casefold()
    if langid:
        tag = re.split("[-_]", langid)[0]
        return _LANGUAGES.get(tag, tag if re.fullmatch("[a-z]{2,3}", tag) else "")
    return next((tag for tag, letters in _SCRIPTS.items() if re.search(f"[{letters}]", entry.title)), "")


def date_of(entry: Entry, name: str = "date") -> PartialDate | None:
    """The date of a field; `year` and `month` together are a date too."""
    written = entry.get(name).removesuffix("/")
    if not written and name == "date":
        month = entry.get("month").casefold()
        month = MONTHS.get(month[:3], month)
        written = entry.get("year") + (f"-{int(month):02}" if month.isdecimal() else "")
    try:
        return PartialDate.parse(written)
    except ValueError:
        return None


def _publisher(entry: Entry) -> str:
    """Who published it, unless it is named first already."""
    named = {name.full for name in entry.responsible}
    bodies = (entry.get(name) for name in ("publisher", "institution", "school", "organization"))
    return next((body for body in bodies if body and body not in named), "")


def _pages(entry: Entry) -> str:
    return re.sub(r"\s*[-–—]+\s*", "–", entry.get("pages"))


def _number(entry: Entry) -> str:
    return entry.get("number") or entry.get("issue")


_ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
"""By number; without a word it is no edition."""


def _edition(entry: Entry) -> str:
    """Which edition it is, if it is not the first: a number if it says one."""
    edition = re.sub(r"\s+ed(ition|n)?\.?$", "", entry.get("edition"), flags=re.I)
    word = edition.casefold()
    number = re.fullmatch(r"(\d+)(?:st|nd|rd|th)?|第?\s*(\d+)\s*版", word)
    if number:
        edition = number[1] or number[2]
    elif word in _ORDINALS:
        edition = str(_ORDINALS.index(word))
    return "" if edition in ("0", "1") else edition


def _ordinal(number: int, tag: str) -> str:
    """A number as it stands before a noun: `2nd` in English."""
    if tag != "en":
        return str(number)
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


# --- numeric ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Numeric:
    """Authors. Title. Venue, year. arXiv or URL: as the chapter has it that this book succeeds."""

    people: str
    title: str
    lang: str
    """The language of the title, if it is known and not the page's."""
    parts: tuple[str, ...]
    accessed: str
    entry: Entry


def numeric(entry: Entry, language: Language) -> Numeric:
    people = authors(entry, language)
    if entry.editors and not entry.authors:
        said = language.ngettext("%(names)s (ed.)", "%(names)s (eds.)", len(entry.editors))
        people = said % {"names": people}
    tag = work_language(entry)
    accessed = date_of(entry, "urldate")
    return Numeric(
        people=people,
        title=_titled(entry.title, tag, language),
        lang=tag if tag != language.code else "",
        parts=tuple(part for part in _numeric_parts(entry, tag, language) if part),
        accessed=language.date(accessed) if accessed else "",
        entry=entry,
    )


def _numeric_parts(entry: Entry, tag: str, language: Language) -> Iterator[str]:
    venue, volume, number, pages = entry.venue, entry.get("volume"), _number(entry), _pages(entry)
    if venue and entry.type in _PERIODICALS:
        issue = f"{volume}({number})" if number else volume
        periodical = " ".join(part for part in (_titled(venue, tag, language), issue) if part).replace("》 ", "》")
        yield f"{periodical}: {pages}" if pages else periodical
    else:
        yield _titled(venue, tag, language) if venue else ""
        yield language.gettext("volume %(number)s", number=volume) if volume else ""
    editors = language.join(name.full for name in entry.editors) if entry.authors else ""
    edited = language.gettext("edited by %(names)s", names=editors) if editors else ""
    yield edited if venue else ""
    if edition := _edition(entry):
        number = _ordinal(int(edition), language.locale.language) if edition.isdecimal() else ""
        yield language.gettext("%(number)s ed.", number=number) if number else edition
    yield _publisher(entry)
    yield edited if not venue else ""
    if pages and not (venue and entry.type in _PERIODICALS):
        yield language.gettext("pages %(pages)s", pages=pages)
    date = date_of(entry)
    yield language.date(date) if date else year(entry, language)


def _titled(title: str, tag: str, language: Language) -> str:
    """A title as it stands in a sentence: Chinese encloses those of Chinese works."""
    if tag == "zh" == language.locale.language and re.search(f"[{_SCRIPTS['zh']}]", title):
        return f"《{title.translate({ord('《'): '〈', ord('》'): '〉'})}》"
    return title


# --- GB/T 7714-2015 -----------------------------------------------------------------------


@dataclass(frozen=True)
class GbT7714:
    """The national standard of China, numeric: by the language of the work, not by that of the page."""

    people: str
    title: str
    lang: str
    mark: str
    container: tuple[str, ...]
    """Editors and title of the book that it is part of."""
    details: tuple[str, ...]
    """What is said of its publication, one sentence each."""
    url: str
    doi: str


def gb_t_7714(entry: Entry, language: Language) -> GbT7714:
    tag = work_language(entry)
    is_part = entry.type in _IN_BOOKS and bool(entry.venue)
    container = (_gb_people(entry.editors, tag) if entry.authors else "", entry.venue) if is_part else ()
    return GbT7714(
        people=_gb_people(entry.responsible, tag, more=entry.more_authors),
        title=entry.title,
        lang=tag if tag != language.code else "",
        mark=gb_mark(entry),
        container=tuple(part for part in container if part),
        details=tuple(part for part in _gb_details(entry, tag) if part),
        url=entry.url or (f"https://arxiv.org/abs/{entry.arxiv}" if entry.arxiv and not entry.doi else ""),
        doi=entry.doi,
    )


def gb_mark(entry: Entry) -> str:
    """Its type and carrier: J, M/OL, EB/OL."""
    online = bool(entry.link)
    mark = _TYPE_MARKS.get(entry.type, "EB" if online else "Z")
    if entry.get("entrysubtype") == "newspaper":
        mark = "N"
    return f"{mark}/OL" if online or mark == "EB" else mark


def _gb_people(names: Iterable[Name], tag: str, more: bool = False) -> str:
    """`BROWN T B, MANN B, RYDER N, et al`; bodies are called as they call themselves."""
    said = [_gb_name(name) for name in names]
    if len(said) > GB_PEOPLE or (more and said):
        said = [*said[:GB_PEOPLE], "等" if tag == "zh" else "et al"]
    return ", ".join(said)


def _gb_name(name: Name) -> str:
    if name.literal or name.is_east_asian:
        return name.full
    initials = (part[0] for part in re.split(r"[\s.‐-]+", name.given) if part)
    return " ".join([name.family.upper(), *initials]).strip()


def _gb_details(entry: Entry, tag: str) -> Iterator[str]:
    date, accessed = date_of(entry), date_of(entry, "urldate")
    visited = f"[{_iso(accessed)}]" if accessed else ""
    pages = _pages(entry).replace("–", "-")
    published = str(date.first.year) if date else f"[{accessed.first.year}]" if accessed else ""
    volume, number = entry.get("volume"), _number(entry)
    if date and gb_mark(entry).startswith("N"):
        published, volume = _iso(date), ""
    if entry.type in _PERIODICALS and entry.venue:
        issue = ", ".join(part for part in (entry.venue, published, volume) if part) + (f"({number})" if number else "")
        yield ": ".join(part for part in (issue, pages) if part) + visited
        return
    if edition := _edition(entry):
        yield _gb_edition(edition, tag)
    place = entry.get("location") or entry.get("address")
    publisher = ": ".join(part for part in (place, _publisher(entry)) if part)
    is_electronic = gb_mark(entry).startswith(("EB", "DS", "CP"))
    if publisher or pages or not (entry.link or is_electronic) or entry.type in {*_IN_BOOKS, "book", "thesis"}:
        imprint = ", ".join(part for part in (publisher, published) if part)
        yield ": ".join(part for part in (imprint, pages) if part) + visited
    else:
        yield (f"({_iso(date)})" if date else "") + visited


def _gb_edition(edition: str, tag: str) -> str:
    if not edition.isdecimal():
        return edition
    if tag == "zh":
        return f"{edition}版"
    return f"{_ordinal(int(edition), 'en')} ed"


def _iso(date: PartialDate) -> str:
    """A date at its precision as the standard writes it; of an interval both ends."""
    one = date.first.isoformat()[: {"year": 4, "month": 7, "day": 10}[date.precision]]
    return f"{one}/{_iso(date.end)}" if date.end else one


STYLES: dict[str, Callable[[Entry, Language], Any]] = {
    "numeric": numeric,
    "gb-t-7714-2015": gb_t_7714,
}


# --- where entries are cited --------------------------------------------------------------


@dataclass(frozen=True)
class CitingPage:
    """A page that cites an entry: the places by the sections that they stand in, '' before the first."""

    title: str
    sections: dict[str, list[Place]]


def by_page(places: Iterable[Place]) -> list[CitingPage]:
    """Places by the page and the section that they stand in, in reading order."""
    pages: dict[str, CitingPage] = {}
    for place in places:
        page = pages.setdefault(place.page.source_uri, CitingPage(place.title, {}))
        page.sections.setdefault(place.section, []).append(place)
    return list(pages.values())
