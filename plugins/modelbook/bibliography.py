"""The entries of `references.bib`: read once, decoded only when they are used.

Fields and types are BibLaTeX's, BibTeX's included. https://ctan.org/pkg/biblatex
"""

from __future__ import annotations

import logging
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares.names import parse_single_name_into_parts, split_multiple_persons_names
from bibtexparser.model import Entry as Block
from bibtexparser.model import Field, ImplicitComment, ParsingFailedBlock, String
from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db
from pylatexenc.latexencode import UnicodeToLatexEncoder
from pylatexenc.latexwalker import get_default_latex_context_db as get_default_parsing_db
from pylatexenc.macrospec import LatexContextDb, MacroSpec

from modelbook.errors import InvalidBookError, Location, Problem, did_you_mean
from modelbook.schema import Citation, is_safe_url
from modelbook.sources import read_text, relative

# What the parsers log is reported as problems, with places, or harmless.
for _parser in ("bibtexparser", "pylatexenc"):
    logging.getLogger(_parser).setLevel(logging.CRITICAL)

_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: str(number) for number, name in enumerate(_MONTH_NAMES, 1)}
"""The strings that every BibTeX style defines."""

_CROSSREF_RENAMED = {"title": "booktitle", "subtitle": "booksubtitle", "titleaddon": "booktitleaddon"}
"""Fields of a crossref's parent under other names in its children (BibLaTeX manual, appendix B)."""

_NOT_INHERITED = {"crossref", "ids", "label", "shorttitle", "keywords", "abstract", "url", "urldate", "doi", "eprint"}


@dataclass(frozen=True)
class Name:
    """A person (`family`, `given`) or a body (`literal`)."""

    family: str = ""
    given: str = ""
    literal: str = ""

    @property
    def full(self) -> str:
        """As in running text. East Asian names written in their own script have the family name first, unspaced."""
        if self.literal:
            return self.literal
        if self.is_east_asian:
            return self.family + self.given
        return f"{self.given} {self.family}".strip()

    @property
    def is_east_asian(self) -> bool:
        """Whether it is a person's name written in Chinese characters, kana or hangul."""
        return _is_east_asian(self.family + self.given)

    @property
    def short(self) -> str:
        return self.literal or self.family or self.given


@dataclass(frozen=True)
class Entry:
    """One work that can be cited. Fields are as in the file; properties are decoded for readers."""

    key: str
    type: str
    fields: Mapping[str, str]
    location: Location = field(compare=False)
    source: str = field(default="", compare=False)
    """Its BibTeX, to be read without the rest of the file: strings of its own replaced, the crossref's parent added."""

    def get(self, name: str) -> str:
        """The decoded text of a field, empty if it has none."""
        return decode(self.fields.get(name, ""))

    @cached_property
    def title(self) -> str:
        title = self.get("title") or self.get("booktitle")
        return f"{title}: {subtitle}" if (subtitle := self.get("subtitle")) else title

    @cached_property
    def authors(self) -> tuple[Name, ...]:
        return _names(self.fields.get("author", ""))[0]

    @cached_property
    def editors(self) -> tuple[Name, ...]:
        return _names(self.fields.get("editor", ""))[0]

    @cached_property
    def more_authors(self) -> bool:
        """Whether the list of those responsible ends in `and others`."""
        return _names(self.fields.get("author") or self.fields.get("editor", ""))[1]

    @cached_property
    def responsible(self) -> tuple[Name, ...]:
        """Who is named first: authors, else editors, else the body that published it."""
        if people := self.authors or self.editors:
            return people
        body = next((self.get(name) for name in ("organization", "institution", "publisher") if self.get(name)), "")
        return (Name(literal=body),) if body else ()

    @cached_property
    def year(self) -> str:
        """The year of `date` or `year`; empty if there is none."""
        match = re.search(r"\d{4}", self.fields.get("date", "") or self.fields.get("year", ""))
        return match[0] if match else self.get("year")

    @cached_property
    def venue(self) -> str:
        """Where it appeared: journal, proceedings, book, publisher of a report or site."""
        for name in ("journaltitle", "journal", "booktitle", "howpublished", "series"):
            venue = "" if _LINK.fullmatch(self.fields.get(name, "")) else self.get(name)
            if venue and venue != self.title and not re.search(r"\barxiv\b", venue, re.I):
                return venue
        return ""

    @cached_property
    def arxiv(self) -> str:
        """The arXiv identifier, such as `2303.18223`; empty if it has none."""
        system = self.fields.get("eprinttype", self.fields.get("archiveprefix", "")).casefold()
        eprint = re.sub(r"^arxiv:\s*", "", self.get("eprint"), flags=re.I)
        if system == "arxiv" or (not system and re.match(_ARXIV, eprint, re.I)):
            return eprint
        for name in ("url", "journal", "journaltitle", "doi", "note", "howpublished"):
            found = re.search(rf"arxiv(?:\.org/(?:abs|pdf|html)/|[:.])\s*({_ARXIV})", self.fields.get(name, ""), re.I)
            if found:
                return found[1]
        return ""

    @cached_property
    def doi(self) -> str:
        return re.sub(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", "", self._address("doi"), flags=re.I)

    @cached_property
    def url(self) -> str:
        """Its address, if readers may be sent there."""
        name = (
            "url"
            if self.fields.get("url") or not _LINK.fullmatch(self.fields.get("howpublished", ""))
            else "howpublished"
        )
        url = self._address(name)
        return url if re.match(r"https?://\S+$", url, re.I) and is_safe_url(url) else ""

    @property
    def link(self) -> str:
        """The best address: DOI, arXiv, URL."""
        if self.doi:
            return f"https://doi.org/{self.doi}"
        return f"https://arxiv.org/abs/{self.arxiv}" if self.arxiv else self.url

    def locate(self, name: str) -> Location:
        """Where a field is written, or the entry if the field is not its own."""
        depth = 0
        for found in re.finditer(rf"(?<!\\)[{{}}]|(?<![\w-])(?i:{re.escape(name)})(?=\s*=)", self.source):
            depth += {"{": 1, "}": -1}.get(found[0], 0)
            if depth == 0 and found[0] == "}":  # the end of it; that of its parent may follow
                break
            if depth == 1 and found[0] not in "{}":
                before = self.source[: found.start()]
                line = before.count("\n")
                column = len(before) - before.rfind("\n") if line else self.location.column + len(before)
                return Location(self.location.path, self.location.line + line, column)
        return self.location

    def _address(self, name: str) -> str:
        text = self.fields.get(name, "").strip()
        if wrapped := re.fullmatch(r"\\url\{(.*)\}", text):
            text = wrapped[1]
        text = re.sub(r"\{?\\textasciitilde\b(\{\}|\s*)\}?", "~", text)
        return re.sub(r"\\([_%&#~])", r"\1", text.replace("{", "").replace("}", ""))


_ARXIV = r"\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7}"
_LINK = re.compile(r"\s*(\\url\{.*\}|https?://\S+)\s*")


class Bibliography(dict[str, Entry]):
    """Entries by citation key, in the order of the file.

    One that cannot be read is there with its key for a title, so that what cites it is not wrong, too.
    """

    source: str = ""
    """The text of the file."""


class _UnreadBibliography(Bibliography):
    """Stands in for a file that cannot be read: every key may be in it."""

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: str) -> Entry:
        return _stand_in(key, Location(""))


def _stand_in(key: str, location: Location) -> Entry:
    return Entry(key, "", {"title": key}, location)


def load_bibliography(path: Path, root: Path) -> tuple[Bibliography, list[Problem]]:
    """Read a BibTeX file, with every problem found in it."""
    try:
        return parse_bibliography(read_text(path, root), relative(path, root))
    except InvalidBookError as error:
        return _UnreadBibliography(), error.problems


def parse_bibliography(text: str, path: str) -> tuple[Bibliography, list[Problem]]:
    """Like `load_bibliography`, of *text* said to stand in the file *path*."""
    reading = _Reading(text, path)
    reading.read()
    bibliography = reading.bibliography
    written = dict(bibliography)
    for key, entry in written.items():
        bibliography[key] = _inherit(entry, written, reading)
        if key not in reading.doubtful:
            reading.problems += _check(bibliography[key], reading)
    return bibliography, reading.problems


@dataclass(frozen=True)
class WrittenBlock:
    """An entry or a command of a BibTeX file as it is written."""

    type: str
    """In lower case: `article`, `string`, `preamble`, `comment`."""
    name: str
    """The key of an entry, the name of a string."""
    fields: tuple[tuple[str, tuple[str, ...]], ...]
    """Names, each with the parts of its value: in braces or quotes, or bare words. A string has its own."""
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def read_blocks(text: str, path: str) -> list[WrittenBlock]:
    """The blocks of a BibTeX file in their order; what is between them is remarks.

    Raises InvalidBookError with what is not BibTeX. What an entry lacks does not matter here.
    """
    reading = _Reading(text, path)
    reading.read()
    if reading.problems:
        raise InvalidBookError(reading.problems)
    return [_written(block, start) for start, block in _split(text) if not isinstance(block, ImplicitComment)]


def _written(block: Any, start: int) -> WrittenBlock:
    raw = block.raw or ""
    if isinstance(block, Block):
        fields = tuple((item.key, tuple(_parts(item.value))) for item in block.fields)
        return WrittenBlock(block.entry_type.lower(), block.key, fields, raw, start)
    if isinstance(block, String):
        return WrittenBlock("string", block.key, ((block.key, tuple(_parts(block.value))),), raw, start)
    return WrittenBlock(raw[1:].partition("{")[0].strip().lower(), "", (), raw, start)


def _parts(value: str) -> Iterator[str]:
    """The parts of a value that `#` joins."""
    rest = f"#{value}"
    while rest.startswith("#"):
        part, rest = _split_part(rest[1:].lstrip())
        yield part


_NAME = re.compile(r"[^\s%]+")

_TEXT = r"[^{}@\\]++|\\[^@\\]|(?<=\S)@"  # not one that may begin the next entry of a file in which a brace is missing
_BRACES = rf"\{{(?:{_TEXT})*+\}}"
for _level in range(3):
    _BRACES = rf"\{{(?:{_TEXT}|{_BRACES})*+\}}"
_PART = rf'{_BRACES}|"[^{{}}"@\\]*+"|\d++'
_PLAIN = re.compile(_PART)
"""A value of one part, as nearly every value is."""

_FIELD = rf"\s*+([a-z][\w-]*+)\s*+=\s*+({_PART}|[a-z]++)\s*+(?:,|(?=\}}))"
_FIELDS = re.compile(_FIELD, re.I)
_ENTRY = re.compile(
    rf"\s*+(?P<raw>@(?!comment|preamble|string)(?P<type>\w++)\{{(?P<key>[^\s{{}}()=,\"@%\\]++),"
    rf"(?P<fields>(?:{_FIELD})*+\s*+\}}))",
    re.I,
)
"""An entry of such values."""


def _split(text: str) -> Iterator[tuple[int, Any]]:
    """The blocks of a file, each with where it begins.

    Plain entries, as reference managers write them, are found by a pattern; from the first that is not one the
    parser, which takes four times as long, reads to the end and says what is wrong.
    """
    position = 0
    while entry := _ENTRY.match(text, position):
        fields = [Field(name, value) for name, value in _FIELDS.findall(entry["fields"])]
        yield entry.start("raw"), Block(entry["type"].lower(), entry["key"], fields, raw=entry["raw"])
        position = entry.end()
    for block in parse_string(text[position:], parse_stack=[]).blocks:
        start = text.index(block.raw or "", position)
        # A repeated key or field is an error to the parser; the entry itself is well formed.
        found = getattr(block, "ignore_error_block", None) or block
        yield start, found
        position = start + (1 if isinstance(found, ParsingFailedBlock) else len(block.raw or ""))


class _Reading:
    """Reads the blocks of a file one after the other, keeping the place of each."""

    def __init__(self, text: str, path: str) -> None:
        self.text = text
        self.path = path
        self.bibliography = Bibliography()
        self.bibliography.source = text
        self.strings = dict(MONTHS)
        self.problems: list[Problem] = []
        self.doubtful: set[str] = set()
        """Keys of entries that are partly unread, so that nothing can be said to be missing in them."""
        self._unread: dict[str, int] = {}
        self._blocks: dict[str, tuple[Block, int]] = {}
        self._lines = [0, *(match.end() for match in re.finditer("\n", text))]

    def read(self) -> None:
        blocks = list(_split(self.text))
        for start, block in blocks:  # first of all, because an entry may stand before the strings it uses
            if isinstance(block, String):
                self._string(block, start)
            elif isinstance(block, ParsingFailedBlock):
                self._broken(block, start)
        before: Any = None
        for start, block in blocks:
            if isinstance(block, Block):
                self._entry(block, start)
            elif isinstance(block, ImplicitComment) and not isinstance(before, ParsingFailedBlock):
                self._stray(block.comment, start, before)
            before = block
        for key, start in self._unread.items():
            self.bibliography.setdefault(key, _stand_in(key, self._place(start)))
            self.doubtful.add(key)

    def _place(self, position: int) -> Location:
        line = bisect_right(self._lines, position)
        return Location(self.path, line, position - self._lines[line - 1] + 1)

    def field_place(self, entry: Entry, name: str) -> Location:
        """Where a field of an entry stands, or the entry if the field is not its own."""
        block, start = self._blocks[entry.key]
        names = [item.key.casefold() for item in block.fields]
        return self._place(self._position(block, start, names.index(name))) if name in names else entry.location

    def _position(self, block: Block, start: int, number: int) -> int:
        """Where the field of a number stands; sought only where there is something to say of it."""
        position = start + (block.raw or "").index(",") + 1
        for item in block.fields[:number]:
            equals = self.text.index("=", self.text.index(item.key, position) + len(item.key))
            position = self.text.index(item.value, equals) + len(item.value)
        return self.text.index(block.fields[number].key, position)

    def _problem(self, position: int, message: str) -> None:
        self.problems.append(Problem(self._place(position), message))

    def _string(self, block: String, start: int) -> None:
        key = block.key.casefold()
        if key in self.strings and key not in MONTHS:
            self._problem(start, f"@string '{block.key}' is repeated; expected each once")
            return
        self.strings[key] = self._value(block.value, f"@string '{block.key}'", start)

    def _entry(self, block: Block, start: int) -> None:
        place = self._place(start)
        try:
            Citation.parse(f"@{block.key}")
        except ValueError:
            wrong = f"'{' '.join(block.key.split())}' is not a key" if block.key else "no key"
            self._problem(start, f"{wrong}; expected one without spaces, ';', '[', ']' and '@', such as zhao2023survey")
            return
        if block.key in self.bibliography:
            first = self.bibliography[block.key].location.line
            self._problem(start, f"key '{block.key}' is repeated; first used on line {first}")
            return
        found = len(self.problems)
        fields: dict[str, str] = {}
        source = block.raw or ""
        names = [item.key.casefold() for item in block.fields]
        for number, (name, item) in enumerate(zip(names, block.fields, strict=True)):
            if name not in fields and _NAME.fullmatch(name) and (plain := _PLAIN.fullmatch(item.value)):
                bare = plain[0] if plain[0].isdigit() else plain[0][1:-1]
                fields[name] = " ".join(bare.split())
                continue
            position = self._position(block, start, number)
            if name in fields:
                first = self._place(self._position(block, start, names.index(name))).line
                self._problem(position, f"field '{name}' of '{block.key}' is repeated; first given on line {first}")
            elif not _NAME.fullmatch(name):
                written = " ".join(item.key.split())
                self._problem(position, f"'{written}' is not the name of a field; expected remarks outside of entries")
            else:
                fields[name] = self._value(item.value, f"field '{name}'", position)
                if _is_composed(item.value):
                    source = _spell_out(source, item, fields[name])
        if len(self.problems) > found:
            self.doubtful.add(block.key)
        self._blocks[block.key] = block, start
        self.bibliography[block.key] = Entry(block.key, block.entry_type.casefold(), fields, place, source)

    def _broken(self, block: ParsingFailedBlock, start: int) -> None:
        raw = block.raw or ""
        said = str(getattr(block.error, "abort_reason", block.error))
        kind = raw[1:].partition("{")[0].strip().casefold()
        head = re.match(r"@\w*\s*[{(]\s*([^\s,{}()=]+)(?!\s*=)(?=[\s,])", raw)
        what = f"broken @{kind}" if kind in ("string", "preamble", "comment") else "broken entry"
        if head:
            what += f" '{head[1]}'"
            if kind == "string":
                self.strings.setdefault(head[1].casefold(), head[1])
            else:
                self._unread[head[1]] = start
        last_word = re.search(r"([^\s,{}()=]+)\s*[})]?$", raw)
        if "comma after entry key" in said and "found @" not in said:
            missing = "no ',' after the key" if head else "no key"
            self._problem(start, f"{what}: {missing}; expected `@type{{key,`")
        elif "equals sign" in said and "found @" not in said:
            self._problem(start, f"{what}: no '='; expected `@string{{name = {{value}}}}`")
        elif "Expected a `=`" in said and "found `@" not in said and last_word:
            name = last_word[1]
            self._problem(start + last_word.start(), f"{what}: no '=' after '{name}'; expected `{name} = {{value}},`")
        else:
            end = "the next entry or the end of the file"
            self._problem(start, f"{what}: not closed before {end}; expected '{_awaited(raw)}'")

    def _stray(self, comment: str, start: int, before: Any) -> None:
        """Text outside of entries is a remark, unless it looks like a piece of an entry."""
        comment = re.sub(r"^[ \t]*%.*", lambda remark: " " * len(remark[0]), comment, flags=re.M)
        if match := re.search(r"^[ \t]*(@?\w+)\s*\{\s*([^\s,{}=]+)\s*,", comment, re.M):
            self._problem(
                start + match.start(1),
                f"text outside of entries; expected '@{match[1].removeprefix('@')}{{' if this is an entry",
            )
            self._unread[match[2]] = start + match.start(1)
        elif (
            isinstance(before, Block)
            and before.key in self.bibliography
            and (match := re.search(r"[\w-]+\s*=\s*[{\"\w]|[{}]", comment))
        ):
            self._problem(
                start + match.start(),
                f"text outside of entries; expected one '}}' fewer before it, if it is part of '{before.key}'",
            )
            self.doubtful.add(before.key)

    def _value(self, value: str, owner: str, position: int) -> str:
        """The text of a field: braces or quotes taken off, strings replaced, parts joined by `#`."""
        texts = []
        rest = f"#{value}"
        while rest.startswith("#"):
            part, rest = _split_part(rest[1:].lstrip())
            if part[:1] in ("{", '"'):
                texts.append(part[1:-1])
            elif not part:
                self._problem(
                    position, f'no value for {owner}; expected {{...}}, "...", a number or the name of a @string'
                )
            elif part.isdigit():
                texts.append(part)
            else:
                if part.casefold() not in self.strings:
                    near = did_you_mean(part, self.strings) or "; expected {...} around text"
                    self._problem(position, f"no @string '{part}'{near}")
                texts.append(self.strings.get(part.casefold(), part))
        if re.match(r"[\w-]+\s*=", rest):
            self._problem(position, f"no ',' after {owner}; expected `name = {{value}},`")
        elif rest:
            self._problem(
                position, f"text after the value of {owner}; expected ',' or, within the value, balanced braces"
            )
        return re.sub(r"\s+", " ", "".join(texts)).strip()


def _split_part(value: str) -> tuple[str, str]:
    """The first part of a value (`{...}`, `"..."` or a bare word) and what follows it."""
    if value[:1] not in ("{", '"'):
        word = re.match(r"[^\s{}\"#]*", value)
        end = word.end() if word else 0
        return value[:end], value[end:].lstrip()
    depth = 0
    for match in re.finditer(r'(?<!\\)[{}"]', value):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth == 0 and match.start() and match[0] == ("}" if value[0] == "{" else '"'):
            return value[: match.end()], value[match.end() :].lstrip()
    return value, ""


def _is_composed(value: str) -> bool:
    """Whether a value is made from strings of the file; those for months are known everywhere."""
    first, rest = _split_part(value)
    return bool(rest) or (first[:1] not in ("{", '"') and not first.isdigit() and first.casefold() not in MONTHS)


def _spell_out(source: str, item: Field, text: str) -> str:
    """The *source* of an entry with *text* for the value of a field."""
    written = re.search(rf"(?<![\w-]){re.escape(item.key)}\s*=\s*(?={re.escape(item.value)})", source)
    if written is None:
        return source
    return f"{source[: written.end()]}{{{text}}}{source[written.end() + len(item.value) :]}"


def _awaited(raw: str) -> str:
    """The mark that would have closed what is open at the end of *raw*."""
    depth, quoted = 0, False
    for match in re.finditer(r'(?<!\\)[{}"]', raw):
        if match[0] != '"':
            depth += 1 if match[0] == "{" else -1
        elif depth == 1:
            quoted = not quoted
    return '"' if quoted else "}"


def _inherit(entry: Entry, bibliography: Mapping[str, Entry], reading: _Reading) -> Entry:
    """*entry* with the fields of the entry that its `crossref` names."""
    if not (parent_key := entry.fields.get("crossref")):
        return entry
    parent = bibliography.get(parent_key)
    if parent is None or parent is entry:
        others = [key for key in bibliography if key != entry.key]
        near = did_you_mean(parent_key, others) or "; expected the key of another entry"
        message = f"crossref of '{entry.key}': no entry '{parent_key}'{near}"
        reading.problems.append(Problem(reading.field_place(entry, "crossref"), message))
        return entry
    inherited = {
        _CROSSREF_RENAMED.get(name, name): value for name, value in parent.fields.items() if name not in _NOT_INHERITED
    }
    source = f"{entry.source}\n\n{parent.source}"
    return replace(entry, fields={**inherited, **entry.fields}, source=source)


_LISTED = re.compile(r"[、；]|[,，](?:(?:(?!\sand\s)[^,，])*+[,，]){2}", re.I)
"""What stands in a list of names that has other marks than `and` between them."""


def _check(entry: Entry, reading: _Reading) -> Iterator[Problem]:
    if not any(entry.fields.get(name) for name in ("title", "booktitle")):
        yield Problem(entry.location, f"entry '{entry.key}' has no title; expected `title = {{...}}`")
    named = ("author", "editor", "organization", "institution", "publisher", "label")
    if not any(entry.fields.get(name) for name in named):
        yield Problem(
            entry.location,
            f"entry '{entry.key}' has no author; expected author, editor, organization, institution or publisher, "
            "or for a work without an author a `label` to name it by",
        )
    if not entry.year:
        yield Problem(
            entry.location, f"entry '{entry.key}' has no year; expected `year = {{2023}}` or `date = {{2023-07-18}}`"
        )
    for name in ("author", "editor"):
        people = entry.fields.get(name, "")
        is_suspect = _LISTED.search(re.sub(r"\{[^{}]*\}", "", people))
        for written in split_multiple_persons_names(people) if is_suspect else ():
            if len(re.findall(r"[,、，；]", re.sub(r"\{.*\}", "", written))) > 2 or re.search(r"[、；]", written):
                yield Problem(
                    reading.field_place(entry, name),
                    f"{name} '{written}' of '{entry.key}' is more than one name; expected 'and' between names",
                )
    if entry.fields.get("url") and not entry.url:
        yield Problem(
            reading.field_place(entry, "url"),
            f"url of '{entry.key}' is not an allowed address; expected https:// or http://",
        )


# --- decoding --------------------------------------------------------------------------


@cache
def _latex() -> LatexNodes2Text:
    context = get_default_latex_context_db()
    context.add_context_category(
        "modelbook",
        prepend=True,
        macros=[
            *(MacroTextSpec(name, name) for name in ("BibTeX", "LaTeX", "TeX")),
            *(MacroTextSpec(f"text{name}", sign) for name, sign in (("asciicircum", "^"), ("braceleft", "{"))),
            MacroTextSpec("textbraceright", "}"),
            *(MacroTextSpec(name, sign) for name, sign in (("copyright", "©"), ("P", "¶"), ("S", "§"), ("-", ""))),
            MacroTextSpec("url", "%s"),
            MacroTextSpec("href", "%(2)s"),
        ],
    )
    # The text in a command that nobody knows is text of the author.
    context.set_unknown_macro_spec(MacroTextSpec("", discard=False))
    return LatexNodes2Text(latex_context=context, math_mode="verbatim", keep_comments=True)


@cache
def _commands() -> LatexContextDb:
    context = get_default_parsing_db()
    context.add_context_category("modelbook", prepend=True, macros=[MacroSpec("href", "{{")])
    return context


@cache
def decode(text: str) -> str:
    r"""LaTeX as plain text: `Rozi{\`e}re` → Rozière. Math between `$` stays as it is; a lone `$` is a dollar."""
    if not re.search(r"[\\$~%&`]|--|''", text):  # most titles have braces at most
        return text.replace("{", "").replace("}", "")
    if len(re.findall(r"(?<!\\)\$", text)) % 2:
        text = re.sub(r"(?<!\\)\$", r"\\$", text)
    text = re.sub(r"(?<!\\)[%&]", r"\\\g<0>", text)
    try:
        plain = str(_latex().latex_to_text(text, latex_context=_commands()))
    except (AttributeError, LookupError):  # a command without the arguments that it should have
        plain = re.sub(r"\\[a-zA-Z]+|[{}\\]", "", text)
    plain = re.sub(r"`([^`$]*?)'(?!\w)", r"‘\1’", plain)
    return re.sub(r"\s+", " ", plain).strip()


_SPECIAL = {"\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}"}
_SPECIAL |= {"~": r"\textasciitilde{}", "^": r"\textasciicircum{}"} | {sign: f"\\{sign}" for sign in "%&#_$"}


def encode(text: str, *, in_ascii: bool = False) -> str:
    r"""Plain text as LaTeX that says the same, whatever is in it; with *in_ascii*, è is written `{\`e}`."""
    said = "".join(_SPECIAL.get(sign, sign) for sign in text)
    return str(_ascii_encoder().unicode_to_latex(said)) if in_ascii else said


@cache
def _ascii_encoder() -> UnicodeToLatexEncoder:
    return UnicodeToLatexEncoder(
        non_ascii_only=True, replacement_latex_protection="braces-all", unknown_char_policy="keep"
    )


@cache
def _names(text: str) -> tuple[tuple[Name, ...], bool]:
    """The names in an author field, and whether it ends in `and others`."""
    written = [name.strip() for name in split_multiple_persons_names(text) if name.strip()]
    others = bool(written) and written[-1].strip("{} ").casefold() == "others"
    names = (_name(name) for name in (written[:-1] if others else written))
    return tuple(name for name in names if name.full), others


def read_name(text: str) -> Name:
    """A person's name in plain text, in either order: `Michiel de Jong`, `de Jong, Michiel`."""
    return _name(re.sub(r"[\\{}$%#^~]", "", text))


@cache
def _name(text: str) -> Name:
    if re.fullmatch(r"\{[^{}]*(\{[^{}]*\}[^{}]*)*\}", text) and not re.search(r"\}\s*\{", text):
        return Name(literal=decode(text))
    if _is_east_asian(text):
        family, _, given = text.partition(" ")
        return Name(family=family, given=given)
    parts = parse_single_name_into_parts(text, strict=False)
    family = " ".join([*parts.von, *parts.last, *parts.jr])
    return Name(family=decode(family), given=decode(" ".join(parts.first)))


def _is_east_asian(text: str) -> bool:
    """Whether a name is all in Chinese characters, kana or hangul."""
    return bool(re.fullmatch(r"[\u3005\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\s]+", text))
