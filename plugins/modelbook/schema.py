"""The types of values in records: dates known in part, quantities as written, claims with their sources.

Annotations are the schema: pydantic validates, and `describe` turns each of its
errors into a message for a contributor.
"""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag, model_validator
from pydantic_core import CoreSchema, ErrorDetails, PydanticCustomError, core_schema

from modelbook.errors import did_you_mean, quoted
from modelbook.sources import ValuePath

T = TypeVar("T")

ID_PATTERN = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")
"""What the id of a record looks like: `llama-2`, `qwen-1.5`."""

Slug = Annotated[str, StringConstraints(pattern=rf"^{ID_PATTERN.pattern}$")]

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""Plain text that is the same in every language."""


class Value(BaseModel):
    """A mapping of named fields inside a record; the docstring of a field is its description for contributors.

    What only a validator can check may be said as JSON Schema, too, for editors, in `json_schema_extra`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    shorthand: ClassVar[str] = ""
    """The field that a value stands for which is no mapping; none if empty."""


class _Scalar:
    """A value written as one scalar; subclasses read it in `parse`, which raises ValueError."""

    expected: ClassVar[str]
    """What to write, for messages."""

    @classmethod
    def parse(cls, text: str) -> Self:
        raise NotImplementedError

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(cls._validate)

    @classmethod
    def _validate(cls, value: Any) -> Self:
        if isinstance(value, cls):
            return value
        if not isinstance(value, str):
            raise PydanticCustomError("wrong_type", cls.expected)
        return cls.parse(value)


def wrong_part(message: str, part: str) -> PydanticCustomError:
    """A mapping is wrong because of one *part* of it, which is where to look."""
    return PydanticCustomError("wrong_part", "{message}", {"message": message, "part": part})


# --- text ------------------------------------------------------------------------------


class Text(_Scalar):
    """Text by language: `{en: ..., zh: ...}`. Inline Markdown and citations are allowed in it."""

    expected = "text by language, `{en: ..., zh: ...}`"
    bare: ClassVar[bool] = False
    """Whether plain text, the same in every language, is allowed."""

    def __init__(self, by_language: Mapping[str, str]) -> None:
        self.by_language = dict(by_language)

    @classmethod
    def _validate(cls, value: Any) -> Self:
        if isinstance(value, cls):
            return value
        if isinstance(value, str) and value.strip() and cls.bare:
            return cls({"": value})
        if not isinstance(value, dict) or not value:
            raise PydanticCustomError("wrong_type", cls.expected)
        for code, text in value.items():
            if text is None and not LANGUAGE_PATTERN.fullmatch(code):
                raise wrong_part(f"'{code}' has no text; expected quotes around a text with a comma in it", code)
            if isinstance(text, dict | list):
                raise wrong_part(f"{said(text)}; expected text in language '{code}'", code)
            if text is None or not text.strip():
                raise wrong_part(f"no text for language '{code}'; expected text in every language", code)
        return cls(value)

    def find(self, languages: list[str]) -> tuple[str, str]:
        """The text in the first of *languages* that it has, and that language's code.

        The code is empty if the text is the same in every language.
        """
        for code in ("", *languages):
            if code in self.by_language:
                return self.by_language[code], code
        code, text = next(iter(self.by_language.items()))
        return text, code

    def __iter__(self) -> Iterator[str]:
        return iter(self.by_language.values())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and self.by_language == other.by_language

    def __hash__(self) -> int:
        return hash(tuple(self.by_language.items()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.by_language!r})"


class Name(Text):
    """A name: plain where it is the same in every language, else `{en: ..., zh: ...}`."""

    expected = "text by language, `{en: ..., zh: ...}`, or plain text"
    bare = True


# --- dates -----------------------------------------------------------------------------

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


@dataclass(frozen=True)
class PartialDate(_Scalar):
    """A date known to the year, month or day, perhaps about or doubtful, or an interval of such.

    Written in a subset of EDTF: `2023`, `2023-07`, `2023-07-18`, `2023-07~` (about),
    `2023-07?` (doubtful), `2023-01/2023-07`. https://www.loc.gov/standards/datetime/
    """

    expected = "a date such as 2023-07"

    written: str
    first: datetime.date
    precision: str  # "year", "month" or "day"
    about: bool = False
    doubtful: bool = False
    end: PartialDate | None = None

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        start, slash, end = text.partition("/")
        date = cls._parse_one(start, text)
        if not slash:
            return date
        last = cls._parse_one(end, text)
        if last.first < date.first:
            raise ValueError(f"interval '{text}' ends before it begins; expected the earlier date first")
        return cls(text, date.first, date.precision, date.about, date.doubtful, last)

    @classmethod
    def _parse_one(cls, text: str, whole: str) -> PartialDate:
        match = _DATE.fullmatch(text.rstrip("~?"))
        if not match or len(text) - len(text.rstrip("~?")) > 1:
            raise ValueError(
                f"'{whole}' is not a date; expected 2023, 2023-07 or 2023-07-18, with ~ (about) or ? "
                "(doubtful) at the end, or an interval 2023-01/2023-07"
            )
        year, month, day = match.groups()
        try:
            first = datetime.date(int(year), int(month or 1), int(day or 1))
        except ValueError:
            message = f"'{whole}' is not in the calendar; expected a month from 01 to 12, and a day that it has"
            raise ValueError(message) from None
        precision = "day" if day else "month" if month else "year"
        return cls(text, first, precision, text.endswith("~"), text.endswith("?"))

    @property
    def last(self) -> datetime.date:
        """The last day that the date can mean."""
        if self.end:
            return self.end.last
        if self.precision == "day":
            return self.first
        year, month = self.first.year, 12 if self.precision == "year" else self.first.month
        return datetime.date(year, month, calendar.monthrange(year, month)[1])

    @property
    def sort_key(self) -> tuple[datetime.date, datetime.date]:
        """Dates sort by their first day; of those that begin together, the more precise comes first."""
        return self.first, self.last


# --- quantities ------------------------------------------------------------------------

_SCALE = {"": 1, "K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}
_NUMBER = r"([0-9]{1,15}(?:\.[0-9]{1,10})?)([KMBT]?)"  # no more digits than Decimal keeps
QUANTITY_PATTERN = re.compile(rf"(~?){_NUMBER}(?:(\+)|-{_NUMBER})?")


@dataclass(frozen=True)
class Quantity(_Scalar):
    """A number with the way it was written: `7B`, `~2T` (about), `15.8+` (at least), `2.2T-3T`."""

    expected = "a quantity such as 7B"

    written: str
    value: Decimal
    about: bool = False
    at_least: bool = False
    upper: Decimal | None = None

    @classmethod
    def parse(cls, text: str) -> Quantity:
        match = QUANTITY_PATTERN.fullmatch(text)
        if not match:
            near = re.sub(r"[\s,]", "", text).upper()
            raise ValueError(
                f"'{text}' is not a quantity"
                + (
                    f"; did you mean '{near}'?"
                    if QUANTITY_PATTERN.fullmatch(near)
                    else "; expected a number such as 7B, 860M, ~2T (about), 15.8+ (at least) or 2.2T-3T, "
                    "with K, M, B or T for thousands to trillions"
                )
            )
        about, number, scale, more, upper, upper_scale = match.groups()
        value = Decimal(number) * _SCALE[scale or upper_scale or ""]
        top = Decimal(upper) * _SCALE[upper_scale] if upper else None
        if top is not None and top < value:
            raise ValueError(f"quantity '{text}' ends below its beginning; expected the smaller number first")
        return cls(text, value, bool(about), bool(more), top)

    def __lt__(self, other: Quantity) -> bool:
        return self.value < other.value


# --- references to other things --------------------------------------------------------


class Link(str, _Scalar):
    """The id of another record; each subclass links to one kind."""

    expected = "the id of a record"
    kind: ClassVar[str]
    """The folder of the kind under `data/`."""

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(text)

    @property
    def id(self) -> str:
        return str(self)

    @property
    def variant(self) -> str | None:
        """Which variant of a model is meant, where that can be said."""
        return None


@dataclass(frozen=True)
class Citation(_Scalar):
    """A key of `references.bib`, perhaps with the place meant: `touvron2023llama, table 1`."""

    expected = "a key of references.bib"

    key: str
    locator: str = ""

    @classmethod
    def parse(cls, text: str) -> Citation:
        key, _, locator = re.sub("[,，]", ",", text.removeprefix("@"), count=1).partition(",")
        if not re.fullmatch(r"[^\s,;，；\[\]【】@{}]+", key.strip()) or locator.strip().startswith("@"):
            raise ValueError(
                f"'{text}' is not a citation; expected a key of references.bib, "
                "or a key and a place in quotes, such as 'zhao2023survey, table 1'"
            )
        return cls(key.strip(), locator.strip())


class Url(str, _Scalar):
    """An address that readers may be sent to."""

    expected = "an address such as https://example.org"

    @classmethod
    def parse(cls, text: str) -> Url:
        if not is_safe_url(text) or not re.fullmatch(r"https?://[^\s/?#]\S*|mailto:\S+", text):
            raise ValueError(
                f"'{text}' is not an allowed address; expected one without spaces "
                "that starts with https://, http:// or mailto:"
            )
        return cls(text)


def is_safe_url(url: str) -> bool:
    """Whether *url* is relative, or of a scheme that runs nothing: http, https, mailto."""
    # Browsers drop control characters and spaces before they look for a scheme.
    bare = "".join(character for character in url if character > " ")
    scheme = re.match(r"([^/?#]*?):", bare)
    return not scheme or scheme[1].casefold() in ("http", "https", "mailto")


LANGUAGE_PATTERN = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
"""What a language tag looks like: `en`, `pt-BR`. https://www.rfc-editor.org/info/bcp47"""


class LanguageTag(str, _Scalar):
    """A language by its BCP 47 tag (`en`, `zh-Hant`) or the word `multiple`."""

    expected = "a language tag such as en"

    @classmethod
    def parse(cls, text: str) -> LanguageTag:
        if text != "multiple" and not LANGUAGE_PATTERN.fullmatch(text):
            raise ValueError(f"'{text}' is not a language tag; expected one such as en, zh or pt-BR, or 'multiple'")
        return cls(text)


class Country(str, _Scalar):
    """A country by its ISO 3166-1 alpha-2 code."""

    expected = "a country code such as FR"

    @classmethod
    def parse(cls, text: str) -> Country:
        if not re.fullmatch(r"[A-Z]{2}", text):
            raise ValueError(f"'{text}' is not a country code; expected two capital letters (ISO 3166-1) such as FR")
        return cls(text)


# --- claims ----------------------------------------------------------------------------


class Missing(StrEnum):
    """Why there is no value. An absent field is a fourth case: nobody has looked yet.

    `unknown` is looked for and not found, `undisclosed` withheld, `not-applicable` what it says.
    """

    UNKNOWN = "unknown"
    UNDISCLOSED = "undisclosed"
    NOT_APPLICABLE = "not-applicable"


class Status(StrEnum):
    """How a value came to be known.

    `reported` by those who made it, `measured` or `derived` by others, `estimated`, `rumored` or `disputed`.
    """

    REPORTED = "reported"
    MEASURED = "measured"
    DERIVED = "derived"
    ESTIMATED = "estimated"
    RUMORED = "rumored"
    DISPUTED = "disputed"


NEEDS_NOTE = (Status.ESTIMATED, Status.RUMORED, Status.DISPUTED)


class Alternative(Value, Generic[T]):
    """Another published value, kept beside the one that is shown."""

    value: T
    """What others have published, such as `1.5T`."""
    cite: list[Citation] = Field(min_length=1)
    """Where they published it."""
    note: Text | None = None
    """Why it differs."""


def _presence(value: Any) -> str:
    return "missing" if isinstance(value, str) and value in list(Missing) else "known"


class Claim(Value, Generic[T]):
    """A value with where it comes from. Written bare (`7B`) or as a mapping with `value`."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"status": {"enum": [*NEEDS_NOTE]}}, "required": ["status"]},
            "then": {"properties": {"note": {"type": "object"}}, "required": ["note"]},
        }
    )
    shorthand = "value"

    # Told apart by the word, so that other text is judged by the value's own type alone.
    value: Annotated[Annotated[T, Tag("known")] | Annotated[Missing, Tag("missing")], Discriminator(_presence)]
    """The value that is shown; or `unknown` (looked for and not found), `undisclosed` or `not-applicable`."""
    status: Status = Status.REPORTED
    """How the value came to be known; `reported` if left out."""
    cite: list[Citation] = []
    """Where the value comes from, such as `["touvron2023llama, table 1"]`; the record's own `cite` if left out."""
    note: Text | None = None
    """Why it is so; required if the value is `estimated`, `rumored` or `disputed`."""
    alternatives: list[Alternative[T]] = []
    """What others have published, kept beside the value that is shown."""

    @model_validator(mode="before")
    @classmethod
    def _accept_bare_value(cls, data: Any) -> Any:
        kind = cls.__pydantic_generic_metadata__["args"][0]
        takes_text = isinstance(kind, type) and issubclass(kind, Text)
        if isinstance(data, dict) and not (takes_text and all(map(LANGUAGE_PATTERN.fullmatch, data))):
            return data
        return {cls.shorthand: data}

    @model_validator(mode="after")
    def _require_note(self) -> Self:
        if self.status in NEEDS_NOTE and self.note is None:
            raise wrong_part(f"status '{self.status}' needs a note; expected `note` to say why", "status")
        return self

    @property
    def known(self) -> T | None:
        """The value, or None if it is missing."""
        return None if isinstance(self.value, Missing) else self.value


# --- walking and describing ------------------------------------------------------------


def walk(value: Any, path: ValuePath = ()) -> Iterator[tuple[ValuePath, Any]]:
    """Every value in *value*, itself first, with its path."""
    yield path, value
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            if (child := getattr(value, name)) is not None:
                yield from walk(child, (*path, name))
    elif isinstance(value, dict):
        for key, child in value.items():
            yield from walk(child, (*path, key))
    elif isinstance(value, list):
        for position, child in enumerate(value):
            yield from walk(child, (*path, position))


def describe(error: ErrorDetails, fields: list[str]) -> str:
    """A pydantic error as `what is wrong; what is expected`, *fields* being the known names at its place."""
    kind, written, context = error["type"], error["input"], error.get("ctx", {})
    name = str(error["loc"][-1]) if error["loc"] else ""
    if kind == "extra_forbidden":
        return f"unknown field '{name}'" + (did_you_mean(name, fields) or f"; expected {quoted(sorted(fields))}")
    if kind == "missing":
        return f"field '{name}' is missing"
    if kind in ("enum", "literal_error"):
        allowed = re.findall(r"'([^']+)'", str(context.get("expected", "")))
        if not isinstance(written, str):
            return f"{said(written)}; expected {quoted(allowed)}"
        return f"'{written}' is not allowed here" + (did_you_mean(written, allowed) or f"; expected {quoted(allowed)}")
    if kind == "value_error":
        return str(context["error"])
    if kind == "wrong_part":
        return error["msg"]
    if kind == "string_pattern_mismatch":
        return f"'{written}' is not an id; expected lower case letters, digits, '-' and '.', such as '7b-chat'"
    if kind == "string_too_short":
        return "empty text; expected some, or none at all"
    expected_type = {
        "wrong_type": error["msg"],
        "string_type": "text",
        "list_type": "a list",
        "dict_type": "a mapping",
        "model_type": "a mapping of fields",
        "model_attributes_type": "a mapping of fields",
        "bool_parsing": "yes or no",
        "bool_type": "yes or no",
        "int_parsing": "a whole number",
        "int_type": "a whole number",
        "decimal_parsing": "a number",
        "decimal_type": "a number",
    }.get(kind)
    if expected_type:
        return f"{said(written)}; expected {expected_type}"
    if written is None:
        return "no value; expected one, or no such field at all"
    if kind == "too_short":
        return "empty list; expected at least one item"
    return error["msg"][:1].lower() + error["msg"][1:]


def said(written: Any) -> str:
    """What stands at a place, for a message."""
    if written is None:
        return "no value"
    if isinstance(written, dict):
        return "a mapping stands here"
    if isinstance(written, list):
        return "a list stands here"
    return f"'{shorten(written)}' stands here" if written else "empty text stands here"


def shorten(text: str, length: int = 60) -> str:
    """*text*, cut if it is long."""
    return text if len(text) <= length else text[: length - 1] + "…"
