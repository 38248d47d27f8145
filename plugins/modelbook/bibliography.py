"""The entries of `references.bib`: read once, decoded only when they are used.

Fields and types are BibLaTeX's, BibTeX's included. https://ctan.org/pkg/biblatex
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares.names import parse_single_name_into_parts, split_multiple_persons_names
from bibtexparser.model import (
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    ImplicitComment,
    ParsingFailedBlock,
)
from bibtexparser.model import Entry as Block
from pylatexenc.latex2text import LatexNodes2Text

from modelbook.errors import InvalidBookError, Location, Problem, did_you_mean
from modelbook.schema import is_safe_url
from modelbook.sources import read_text, relative

# What the parser logs is reported as problems, with places.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)

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
        if _is_han(self.family + self.given):
            return self.family + self.given
        return f"{self.given} {self.family}".strip()

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
        """Whether the list ends in `and others`."""
        return _names(self.fields.get("author", ""))[1]

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
            venue = self.get(name)
            if venue and venue != self.title and not re.search(r"\barxiv\b", venue, re.I):
                return venue
        return ""

    @cached_property
    def arxiv(self) -> str:
        """The arXiv identifier, such as `2303.18223`; empty if it has none."""
        system = self.fields.get("eprinttype", self.fields.get("archiveprefix", "")).casefold()
        eprint = self.get("eprint")
        if eprint and system in ("arxiv", ""):
            return re.sub(r"^arxiv:", "", eprint, flags=re.I)
        for name in ("url", "journal", "journaltitle", "doi", "note"):
            found = re.search(
                r"arxiv(?:\.org/(?:abs|pdf)/|[:.])\s*(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})",
                self.fields.get(name, ""),
                re.I,
            )
            if found:
                return found[1]
        return ""

    @cached_property
    def doi(self) -> str:
        return re.sub(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", "", self._address("doi"), flags=re.I)

    @cached_property
    def url(self) -> str:
        """Its address, if readers may be sent there."""
        url = self._address("url")
        return url if re.match(r"https?://", url) and is_safe_url(url) else ""

    @property
    def link(self) -> str:
        """The best address: DOI, arXiv, URL."""
        if self.doi:
            return f"https://doi.org/{self.doi}"
        return f"https://arxiv.org/abs/{self.arxiv}" if self.arxiv else self.url

    def _address(self, name: str) -> str:
        text = self.fields.get(name, "").strip()
        if wrapped := re.fullmatch(r"\\url\{(.*)\}", text):
            text = wrapped[1]
        return re.sub(r"\\([_%&#~])", r"\1", text.replace("{", "").replace("}", "") if "{" in text else text)


class Bibliography(dict[str, Entry]):
    """Entries by citation key, in the order of the file."""

    source: str = ""
    """The text of the file."""


def load_bibliography(path: Path, root: Path) -> tuple[Bibliography, list[Problem]]:
    """Read a BibTeX file; entries that cannot be read are left out and their problems returned."""
    try:
        return parse_bibliography(read_text(path, root), relative(path, root))
    except InvalidBookError as error:
        return Bibliography(), error.problems


def parse_bibliography(text: str, path: str) -> tuple[Bibliography, list[Problem]]:
    """Like `load_bibliography`, of *text* said to stand in the file *path*."""
    library = parse_string(text, parse_stack=[])
    problems: list[Problem] = []
    strings = dict(MONTHS)
    for string in library.strings:
        place = Location(path, _line(string))
        strings[string.key.casefold()] = _evaluate(string.value, strings, place, problems)
    blocks: dict[str, Block] = {}
    for block in library.blocks:
        place = Location(path, _line(block))
        if isinstance(block, Block):
            blocks[block.key] = block
        elif isinstance(block, DuplicateBlockKeyBlock):
            first = Location(path, _line(block.previous_block)).line
            problems.append(Problem(place, f"key '{block.key}' is repeated; first used on line {first}"))
        elif isinstance(block, DuplicateFieldKeyBlock):
            fields = ", ".join(f"'{name}'" for name in sorted(block.duplicate_keys))
            problems.append(
                Problem(place, f"field {fields} is repeated in entry '{_entry_key(block)}'; expected each once")
            )
        elif isinstance(block, ParsingFailedBlock):
            problems.append(Problem(place, f"broken entry{_key_of(block)}: {_reason(block)}"))
        elif isinstance(block, ImplicitComment) and (
            stray := re.search(r"^\s*(\w+)\s*\{.*=", block.comment, re.M | re.S)
        ):
            problems.append(Problem(place, f"text outside of entries; expected '@{stray[1]}{{' if this is an entry"))
    bibliography = Bibliography()
    bibliography.source = text
    for key, block in blocks.items():
        bibliography[key] = _entry(block, strings, path, problems)
    for key, entry in bibliography.items():
        bibliography[key] = _inherit(entry, bibliography, problems)
        problems += _check(bibliography[key])
    return bibliography, problems


def _entry_key(block: DuplicateFieldKeyBlock) -> str:
    entry = block.ignore_error_block
    return entry.key if isinstance(entry, Block) else ""


def _line(block: Any) -> int:
    return (block.start_line or 0) + 1


def _key_of(block: ParsingFailedBlock) -> str:
    match = re.match(r"@\w+\s*[{(]\s*([^\s,{}=]+)\s*,", block.raw or "")
    return f" '{match[1]}'" if match else ""


def _reason(block: ParsingFailedBlock) -> str:
    said = str(getattr(block.error, "abort_reason", block.error))
    if "end of file" in said.casefold() or "block start" in said:
        return "not closed before the next entry or the end of the file; expected '}'"
    if "Expected a `=`" in said:
        return "a field has no '='; expected `name = {value},`"
    if "after a closed entry field value" in said:
        return "no ',' after a field; expected `name = {value},`"
    if "comma after entry key" in said:
        return "no ',' after the key; expected `@type{key,`"
    return said


def _entry(block: Block, strings: Mapping[str, str], path: str, problems: list[Problem]) -> Entry:
    fields = {}
    for item in block.fields:
        place = Location(path, (item.start_line or 0) + 1)
        fields[item.key.casefold()] = _evaluate(item.value, strings, place, problems)
    return Entry(block.key, block.entry_type.casefold(), fields, Location(path, _line(block)))


_PART = re.compile(r'\{(?P<braced>.*)\}|"(?P<quoted>.*)"|(?P<bare>[^\s{}"#]+)', re.S)


def _evaluate(value: str, strings: Mapping[str, str], place: Location, problems: list[Problem]) -> str:
    """The text of a field: braces or quotes taken off, strings replaced, parts joined by `#`."""
    texts = []
    for part in _concatenated(value):
        match = _PART.fullmatch(part.strip())
        if match and match["braced"] is not None and _closes_early(match["braced"]):
            problems.append(Problem(place, "text after the '}' that ends the value; expected ',' between fields"))
        elif match is None:
            problems.append(
                Problem(
                    place,
                    f"'{part.strip()}' is not a value; expected {{...}}, \"...\", a number or the name of a @string",
                )
            )
        elif (bare := match["bare"]) is None:
            texts.append(match["braced"] if match["braced"] is not None else match["quoted"])
        elif bare.isdigit() or bare.casefold() in strings:
            texts.append(strings.get(bare.casefold(), bare))
        else:
            problems.append(
                Problem(place, f"no @string '{bare}'" + (did_you_mean(bare, strings) or "; expected {...} around text"))
            )
            texts.append(bare)
    return re.sub(r"\s+", " ", "".join(texts)).strip()


def _closes_early(inside: str) -> bool:
    """Whether a brace closes the value before its end: `{a} b = {c}` without the outer pair."""
    depth = 0
    for character in re.sub(r"\\.", "", inside):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth < 0:
            return True
    return False


def _concatenated(value: str) -> Iterator[str]:
    """Split at `#` outside of braces and quotes."""
    depth, quoted, start = 0, False, 0
    for position, character in enumerate(value):
        if character in "{}":
            depth += 1 if character == "{" else -1
        elif character == '"' and depth == 0:
            quoted = not quoted
        elif character == "#" and depth == 0 and not quoted:
            yield value[start:position]
            start = position + 1
    yield value[start:]


def _inherit(entry: Entry, bibliography: Bibliography, problems: list[Problem]) -> Entry:
    """*entry* with the fields of the entry that its `crossref` names."""
    if not (parent_key := entry.fields.get("crossref")):
        return entry
    parent = bibliography.get(parent_key)
    if parent is None:
        near = did_you_mean(parent_key, bibliography) or "; expected the key of another entry"
        problems.append(Problem(entry.location, f"crossref of '{entry.key}': no entry '{parent_key}'{near}"))
        return entry
    inherited = {
        _CROSSREF_RENAMED.get(name, name): value for name, value in parent.fields.items() if name not in _NOT_INHERITED
    }
    return replace(entry, fields={**inherited, **entry.fields})


def _check(entry: Entry) -> Iterator[Problem]:
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
    for name in ("url", "doi"):
        if name == "url" and entry.fields.get("url") and not entry.url:
            yield Problem(
                entry.location, f"url of '{entry.key}' is not an allowed address; expected https:// or http://"
            )


# --- decoding --------------------------------------------------------------------------


@cache
def _latex() -> LatexNodes2Text:
    return LatexNodes2Text(math_mode="verbatim", keep_comments=True)


@cache
def decode(text: str) -> str:
    r"""LaTeX as plain text: `Rozi{\`e}re` → Rozière. Math between `$` stays as it is; a lone `$` is a dollar."""
    if not re.search(r"[\\{}$~%]|--|``|''", text):
        return text
    if len(re.findall(r"(?<!\\)\$", text)) % 2:
        text = re.sub(r"(?<!\\)\$", r"\\$", text)
    text = re.sub(r"(?<!\\)%", r"\\%", text)
    return re.sub(r"\s+", " ", str(_latex().latex_to_text(text))).strip()


@cache
def _names(text: str) -> tuple[tuple[Name, ...], bool]:
    """The names in an author field, and whether it ends in `and others`."""
    written = [name.strip() for name in split_multiple_persons_names(text) if name.strip()]
    others = bool(written) and written[-1].strip("{} ").casefold() == "others"
    return tuple(_name(name) for name in (written[:-1] if others else written)), others


def _name(text: str) -> Name:
    if re.fullmatch(r"\{[^{}]*(\{[^{}]*\}[^{}]*)*\}", text) and not re.search(r"\}\s*\{", text):
        return Name(literal=decode(text))
    parts = parse_single_name_into_parts(text, strict=False)
    family = " ".join([*parts.von, *parts.last, *parts.jr])
    return Name(family=decode(family), given=decode(" ".join(parts.first)))


def _is_han(text: str) -> bool:
    return bool(text) and all("\u3400" <= character <= "\u9fff" for character in text if not character.isspace())
