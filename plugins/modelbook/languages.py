"""The languages of the book: interface words (gettext), dates and numbers (CLDR, through Babel)."""

from __future__ import annotations

import copy
import datetime
import gettext
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from babel import Locale, UnknownLocaleError, localedata
from babel.dates import format_date, format_interval, format_skeleton
from babel.lists import format_list
from babel.messages.catalog import Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.numbers import format_compact_decimal, format_decimal

from modelbook.errors import BookError, InvalidBookError, Location, Problem
from modelbook.schema import PartialDate, Quantity, Text
from modelbook.sources import read_text, relative

LOCALES = Path(__file__).parent / "locales"
"""Catalogs of interface words, `<code>.po`; the words themselves are the English of the templates."""

COMPACT_FROM = 1_000_000
"""Numbers from here on are written short: 7B, 70亿."""


@dataclass(frozen=True)
class Language:
    """One language of the book, and how it says dates, numbers and interface words."""

    code: str
    name: str
    locale: Locale
    site_name: str = ""
    fallbacks: tuple[str, ...] = ()
    """Codes of the other languages, in the order in which they stand in for a missing text."""
    citation_style: str = "numeric"
    translations: gettext.NullTranslations = field(default_factory=gettext.NullTranslations, compare=False)

    def gettext(self, message: str, **values: object) -> str:
        """An interface word or sentence; *message* is its English, with *values* put in place of `%(name)s`."""
        said = self.translations.gettext(message)
        return said % values if values else said

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        return self.translations.ngettext(singular, plural, count)

    def text(self, text: Text) -> tuple[str, str]:
        """*text* in this language, or else in another; and the code of the language found ('' if it has none)."""
        return text.find([self.code, *self.fallbacks])

    def plain(self, text: Text) -> str:
        """*text* in this language, or else in another."""
        return self.text(text)[0]

    def date(self, date: PartialDate) -> str:
        """A date at its precision: `July 2023`, `2023年7月`."""
        said = self._interval(date, date.end) if date.end else self._date(date)
        if date.about or (date.end and date.end.about):
            said = self.gettext("about %(value)s", value=said)
        if date.doubtful or (date.end and date.end.doubtful):
            said = self.gettext("%(value)s (doubtful)", value=said)
        return said

    def _date(self, date: PartialDate) -> str:
        if date.precision == "day":
            return format_date(date.first, "long", self.locale)
        return format_skeleton("y" if date.precision == "year" else "yMMMM", date.first, locale=self.locale)

    def _interval(self, start: PartialDate, end: PartialDate) -> str:
        if start.precision != end.precision:
            between = str(self.locale.interval_formats[None])
            return between.format(self._date(start), self._date(end))
        skeleton = {"year": "y", "month": "yMMMM", "day": "yMMMd"}
        return format_interval(start.first, end.first, skeleton[start.precision], locale=self.locale)

    def month(self, date: PartialDate) -> str:
        """The month of a date without its year: `July`, `七月`."""
        return format_date(date.first, "LLLL", self.locale)

    def short_month(self, date: datetime.date, *, with_year: bool = False) -> str:
        """A month in few characters: `Feb`, `2月`; `Feb 2023`, `2023年2月`."""
        return str(format_skeleton("yMMM" if with_year else "MMM", date, locale=self.locale))

    def number(self, number: Decimal | int) -> str:
        """A number in full: `4,096`."""
        return format_decimal(number, locale=self.locale, decimal_quantization=False)

    def quantity(self, quantity: Quantity, unit: Decimal | None = None) -> str:
        """A quantity: `7B`, `70亿`; in multiples of *unit*, if given: `7.3`, `15.8+`."""
        if quantity.written.isdigit() and not unit:  # in full, as in the record: a context of 1,048,576 tokens
            return self.number(quantity.value)
        if self._counts_as_written and not unit and quantity.upper is None and quantity.value >= COMPACT_FROM:
            return quantity.written
        said = self._amount(quantity.value, unit)
        if quantity.upper is not None:
            said = f"{said}–{self._amount(quantity.upper, unit)}"
        if quantity.about:
            said = f"~{said}"
        return f"{said}+" if quantity.at_least else said

    @cached_property
    def _counts_as_written(self) -> bool:
        """Whether short numbers go by K, M, B and T, as in the records: 0.5B then stays 0.5B."""
        return bool(format_compact_decimal(10**9, locale=self.locale) == "1B")

    def _amount(self, value: Decimal, unit: Decimal | None) -> str:
        if unit:
            return self.number(value / unit)
        if value < COMPACT_FROM:
            return self.number(value)
        return str(format_compact_decimal(value, locale=self.locale, fraction_digits=3))

    def join(self, items: Iterable[str]) -> str:
        """`a, b, and c`, `a、b和c`."""
        return format_list(list(items), locale=self.locale)

    def sort_key(self, text: str) -> tuple[list[str], list[str], str]:
        """Where *text* stands in an alphabetical list: Chinese by pinyin and then by tone, letters among it."""
        if self.locale.language != "zh":
            return [text.casefold()], [], text
        # Its dictionaries take an eighth of a second to load, and only a Chinese glossary needs them.
        from pypinyin import Style, lazy_pinyin

        return (
            [part.casefold() for part in lazy_pinyin(text)],
            lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True),
            text,
        )

    def initial(self, text: str) -> str:
        """The letter under which *text* stands in an alphabetical list; `#` for what begins with none."""
        first = self.sort_key(text)[0][0][:1].upper()
        return first if "A" <= first <= "Z" else "#"

    def country_name(self, code: str) -> str:
        """The name of a country by its code: `France`, `法国`."""
        return str(self.locale.territories.get(code, code))

    def language_name(self, tag: str) -> str:
        """The name of a language by its tag: `French`, `法语`."""
        if tag == "multiple":
            return self.gettext("multiple languages")
        try:
            locale = Locale.parse(tag, sep="-")
            return self.locale.languages.get(str(locale)) or locale.get_display_name(self.locale) or tag
        except (UnknownLocaleError, ValueError):
            return tag


def _keep_apart(locale: Locale) -> None:
    """Give *locale* data of its own: Babel's locales share what they inherit, and one would write into another's.

    What an alias of the root leads to in the first locale that asks is kept there for all, so that a Chinese month
    would be called as it is in Japanese. https://github.com/python-babel/babel/blob/v2.17.0/babel/localedata.py
    """
    name = str(locale)
    if name not in _apart:
        localedata._cache[name] = copy.deepcopy(localedata.load(name))
        _apart.add(name)


_apart: set[str] = set()


def load_languages(
    settings: Mapping[str, Mapping[str, str]], locale_dirs: Sequence[Path], root: Path
) -> tuple[dict[str, Language], list[Problem]]:
    """Languages by code, in order, from their settings (`name`, perhaps `locale` and `site_name`).

    Interface words come from `<code>.po` in each of *locale_dirs*, later ones over
    earlier; what cannot be read of them is left out and said in the problems.
    Raises BookError for a language that Unicode CLDR does not know.
    """
    languages = {}
    problems: list[Problem] = []
    for code, setting in settings.items():
        try:
            locale = Locale.parse(setting.get("locale", code).replace("-", "_"))
        except (UnknownLocaleError, ValueError):
            raise _unknown_language(code) from None
        _keep_apart(locale)
        translations = gettext.NullTranslations()
        for directory in locale_dirs:
            path = directory / f"{code}.po"
            if not path.exists():
                continue
            try:
                found = read_catalog(path, root)
            except InvalidBookError as error:
                problems += error.problems
                continue
            found.add_fallback(translations)
            translations = found
        languages[code] = Language(
            code=code,
            name=setting.get("name", code),
            locale=locale,
            site_name=setting.get("site_name", ""),
            fallbacks=tuple(other for other in settings if other != code),
            citation_style=setting.get("citation_style", "numeric"),
            translations=translations,
        )
    return languages, problems


_PO_LINE = re.compile(r'(#.*|((msgctxt|msgid|msgid_plural|msgstr(\[\d\])?)\s+)?"([^"\\]|\\.)*")?')
_PLACEHOLDER = re.compile(r"%(?:\(\w+\)s)?")


def read_catalog(path: Path, root: Path) -> gettext.GNUTranslations:
    """Interface words of a .po file. Raises InvalidBookError.

    https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html
    """
    text = read_text(path, root)
    name = relative(path, root)
    problems = [
        Problem(
            Location(name, number),
            f"'{line.strip()}' is not a line of a .po file; expected msgid or msgstr and text in quotes",
        )
        for number, line in enumerate(text.split("\n"), 1)
        if not _PO_LINE.fullmatch(line.strip())
    ]
    if problems:
        raise InvalidBookError(problems)
    try:
        catalog = read_po(io.StringIO(text), abort_invalid=True)
    except PoFileError as error:
        message = re.sub(r" on \d+$", "", str(error.args[0]))
        message = message[:1].lower() + message[1:]
        raise InvalidBookError(
            [Problem(Location(name, error.lineno + 1), f"not a valid .po file: {message}")]
        ) from None
    except (LookupError, ValueError) as error:
        raise InvalidBookError([Problem(Location(name), f"not a valid .po file: {error}")]) from None
    problems = [problem for message in catalog for problem in _check_placeholders(message, name)]
    if problems:
        raise InvalidBookError(problems)
    catalog.charset = "utf-8"
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    try:
        return gettext.GNUTranslations(compiled)
    except ValueError as error:
        line = text.count("\n", 0, max(text.find("Plural-Forms"), 0)) + 1
        raise InvalidBookError([Problem(Location(name, line), f"not a valid .po file: {error}")]) from None


def _check_placeholders(message: Message, name: str) -> Iterator[Problem]:
    """A translation has the placeholders of its message: others would fail when a page is made."""
    said = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    written = message.id if isinstance(message.id, (list, tuple)) else [message.id]
    expected = {place for each in written for place in _PLACEHOLDER.findall(each)}
    for each in said if expected else ():
        if each and set(_PLACEHOLDER.findall(each)) != expected:
            wanted = ", ".join(sorted(expected))
            yield Problem(
                Location(name, message.lineno or 1),
                f"'{each}' has other placeholders than its msgid; expected {wanted}",
            )


def own_name(code: str) -> str:
    """What a language calls itself: `English`, `中文`. Raises BookError if Unicode CLDR does not know it."""
    try:
        return str(Locale.parse(code, sep="-").get_display_name())
    except (UnknownLocaleError, ValueError):
        raise _unknown_language(code) from None


def _unknown_language(code: str) -> BookError:
    return BookError(f"'{code}' is not a language that Unicode CLDR knows; expected a code such as en or zh")
