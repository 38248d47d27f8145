"""The blocks of a page's Markdown: headings, paragraphs, lists, tables…, as they stand one below the other.

Reads the syntax of Python-Markdown and of the extensions that a book uses, line by line, since the library does not
say where what it reads stands. https://python-markdown.github.io/
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from urllib.parse import unquote


class Kind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST = "list"
    TABLE = "table"
    QUOTE = "quote"
    CODE = "code"
    FIGURE = "figure"
    EQUATION = "equation"
    VIEW = "view"
    ADMONITION = "admonition"
    TABS = "tabs"
    FOOTNOTE = "footnote"
    RULE = "rule"


SHOWN_ONCE = {Kind.HEADING, Kind.TABLE, Kind.CODE, Kind.FIGURE, Kind.EQUATION, Kind.VIEW, Kind.RULE, Kind.FOOTNOTE}
"""What two languages side by side show once."""


@dataclass(frozen=True)
class Block:
    """One block of a page."""

    kind: Kind
    text: str
    line: int
    """The line of the Markdown on which it begins, from 1."""
    section: str
    """The id of the heading above it, or of itself if it is one; `top` up to the first section."""
    number: int
    """Its place in the section, the heading being 0."""
    level: int = 0
    """Of a heading: 1 to 6."""

    @property
    def key(self) -> str:
        """What it is called in its page, the same in every language: `llama.3`."""
        return f"{self.section}.{self.number}"


@dataclass(frozen=True)
class Mark:
    """What the HTML of a block says of it."""

    key: str
    is_shown_once: bool = False
    is_changed: bool = False
    """Whether it renders an original that has changed since."""


def block_id(key: str) -> str:
    """The id of a block in its page: `b-llama.3`."""
    return f"b-{key}"


TOP = "top"
"""The section before the first heading below the title."""

# --- what is no prose ------------------------------------------------------------------

COMMENT = re.compile(r"^[ \t]*<!--.*?-->[ \t]*\n|<!--.*?-->", re.M | re.S)


def mask_unread(text: str) -> str:
    """*text* with code and comments blanked out, so that what remains stands where it stood."""
    return COMMENT.sub(_blank, mask_code(text))


def mask_code(text: str) -> str:
    """*text* with code blanked out."""
    text = re.sub(r"^([ \t>]*)(`{3,}|~{3,})[^\n]*\n.*?(^[ \t>]*\2[`~]*[ \t]*$|\Z)", _blank, text, flags=re.M | re.S)
    return re.sub(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", _blank, text, flags=re.S)


def _mask_comments(text: str) -> str:
    for match in COMMENT.finditer(mask_code(text)):
        text = text[: match.start()] + _blank(match) + text[match.end() :]
    return text


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


# --- cutting ---------------------------------------------------------------------------

_HEADING = re.compile(r"(#{1,6})(.*)")
_UNDERLINE = re.compile(r"(=+|-+)[ ]*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})[^`]*")
_DIRECTIVE = re.compile(r" {0,3}:::[ ]*([\w-]*)")
_BOXED = re.compile(r" {0,3}(!!!|\?\?\?\+?|===[!+]*)[ ]")
_LIST = re.compile(r" {0,3}([*+-]|\d+\.)[ ]+\S")
_QUOTE = re.compile(r" {0,3}>")
_RULE = re.compile(r" {0,3}([*_-])[ ]?(?:\1[ ]?){2,}")
_FOOTNOTE = re.compile(r" {0,3}\[\^[^\]]*\]:")
_DEFINITION = re.compile(r" {0,3}(\[[^\]^][^\]]*\]:|\*\[[^\]]*\]:)")
_DELIMITERS = re.compile(r"[ ]*\|?[ ]*:?-+:?[ ]*(\|[ ]*:?-+:?[ ]*)*\|?[ ]*")
_ATTRIBUTES = re.compile(r"[ ]*\{:?[^{}]*\}[ ]*$")


def split_blocks(markdown: str) -> list[Block]:
    """The blocks of a page in order."""
    lines = [line.expandtabs(4).rstrip() for line in _mask_comments(markdown).split("\n")]
    blocks: list[Block] = []
    section, number = TOP, -1
    above: dict[int, str] = {}
    seen: Counter[str] = Counter()
    for kind, start, end in _cut(lines):
        text = "\n".join(lines[start:end]).strip("\n")
        level = _level(lines, start) if kind is Kind.HEADING else 0
        number += 1
        if level > 1 or (level == 1 and section != TOP):
            section, number = _heading_id(text, level, above), 0
            seen[section] += 1
            if seen[section] > 1:  # an id that stands twice is a problem that is said elsewhere
                section = f"{section}~{seen[section]}"
        elif number == 0 and not level:  # no heading above
            number = 1
        blocks.append(Block(kind, text, start + 1, section, number, level))
    return blocks


def _cut(lines: Sequence[str]) -> Iterator[tuple[Kind, int, int]]:
    """Kind, first line and the line behind the last of each block."""
    at = 0
    while at < len(lines):
        line = lines[at]
        if not line.strip() or _DEFINITION.match(line):
            at += 1
            continue
        kind, end = _block(lines, at)
        yield kind, at, end
        at = end


def _block(lines: Sequence[str], at: int) -> tuple[Kind, int]:
    """What begins at a line, and where it ends."""
    line = lines[at]
    if line.startswith("    "):
        return Kind.CODE, _indented(lines, at)
    if (fence := _FENCE.fullmatch(line)) and (end := _closing(lines, at, fence[1])):
        return Kind.CODE, end
    if directive := _DIRECTIVE.match(line):
        kind = {"figure": Kind.FIGURE, "table": Kind.TABLE, "equation": Kind.EQUATION}.get(directive[1])
        return (kind, _indented(lines, at + 1)) if kind else (Kind.VIEW, at + 1)
    if boxed := _BOXED.match(line):
        kind = Kind.TABS if boxed[1].startswith("===") else Kind.ADMONITION
        end = _indented(lines, at + 1)
        while kind is Kind.TABS and (following := _next(lines, end)) is not None:
            if not (more := _BOXED.match(lines[following])) or not more[1].startswith("==="):
                break
            end = _indented(lines, following + 1)
        return kind, end
    if _HEADING.match(line):
        return Kind.HEADING, at + 1
    if at + 1 < len(lines) and _UNDERLINE.fullmatch(lines[at + 1]):
        return Kind.HEADING, at + 2
    if _RULE.fullmatch(line):
        return Kind.RULE, at + 1
    if _FOOTNOTE.match(line):
        return Kind.FOOTNOTE, _indented(lines, _paragraph(lines, at))
    if _QUOTE.match(line):
        return Kind.QUOTE, _joined(lines, at, _QUOTE)
    if _LIST.match(line):
        return Kind.LIST, _joined(lines, at, _LIST)
    if "|" in line and at + 1 < len(lines) and "-" in lines[at + 1] and _DELIMITERS.fullmatch(lines[at + 1]):
        return Kind.TABLE, _paragraph(lines, at)
    return Kind.PARAGRAPH, _paragraph(lines, at)


def _closing(lines: Sequence[str], at: int, fence: str) -> int | None:
    """The line behind the one that closes a fence; None if nothing does."""
    for end in range(at + 1, len(lines)):
        if re.fullmatch(rf" {{0,3}}{re.escape(fence)}{fence[0]}*", lines[end]):
            return end + 1
    return None


def _next(lines: Sequence[str], at: int) -> int | None:
    """The next line that is not blank."""
    return next((place for place in range(at, len(lines)) if lines[place].strip()), None)


def _indented(lines: Sequence[str], at: int) -> int:
    """The line behind what is indented from *at* on, blank lines within it."""
    while (following := _next(lines, at)) is not None and lines[following].startswith("    "):
        at = following + 1
    return at


def _paragraph(lines: Sequence[str], at: int) -> int:
    """The line behind a paragraph that begins at *at*."""
    end = at + 1
    while end < len(lines) and lines[end].strip() and not _interrupts(lines, end):
        end += 1
    return end


def _interrupts(lines: Sequence[str], at: int) -> bool:
    """Whether a line begins a block even if no blank line stands before it."""
    line = lines[at]
    if (fence := _FENCE.fullmatch(line)) and _closing(lines, at, fence[1]):
        return True
    return any(begin.match(line) for begin in (_DIRECTIVE, _BOXED, _HEADING, _QUOTE)) or bool(_RULE.fullmatch(line))


def _joined(lines: Sequence[str], at: int, begin: re.Pattern[str]) -> int:
    """The line behind a list or a quotation: its items and what is indented below them, blank lines between."""
    end = _lazy(lines, at, begin)
    while (following := _next(lines, end)) is not None:
        line = lines[following]
        if _RULE.fullmatch(line) or not (begin.match(line) or (begin is _LIST and line.startswith("    "))):
            break
        end = _lazy(lines, following, begin)
    return end


def _lazy(lines: Sequence[str], at: int, begin: re.Pattern[str]) -> int:
    """The line behind a paragraph of a list or a quotation, which need not be indented."""
    end = at + 1
    while end < len(lines) and lines[end].strip():
        indented = begin is _LIST and lines[end].startswith("  ")
        if not indented and not begin.match(lines[end]) and _interrupts(lines, end):
            break
        end += 1
    return end


# --- headings --------------------------------------------------------------------------


def _level(lines: Sequence[str], at: int) -> int:
    if match := _HEADING.match(lines[at]):
        return len(match[1])
    return 1 if lines[at + 1].startswith("=") else 2


def _heading_id(text: str, level: int, above: dict[int, str]) -> str:
    """The id that a heading says, or that is derived from its words and the heading above it, as in the HTML."""
    title = text.split("\n")[0].strip("# ")
    said = re.search(r"\{:?[^{}]*#([\w.:-]+)[^{}]*\}\s*$", title)
    if said:
        id = said[1]
    else:
        words = _plain(title)
        latin = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
        slug = re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", latin).strip().lower())
        parent = next((above[up] for up in range(level - 1, 1, -1) if up in above), "")
        id = f"{parent}-{slug}" if parent and slug else slug or parent or TOP
    for deeper in [up for up in above if up >= level]:
        del above[deeper]
    above[level] = id
    return id


def heading_words(heading: Block) -> str:
    """The words of a heading, without its id and its links."""
    return _plain(heading.text.split("\n")[0].strip("# "))


def _plain(title: str) -> str:
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", _ATTRIBUTES.sub("", title))


# --- fingerprints ----------------------------------------------------------------------

_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "\u00a0": " "})
_TARGET = re.compile(r"\]\(\s*<?([^\s()<>]*)>?(?:\s+[\"'(].*?[\"')])?\s*\)")
_BULLET = re.compile(r"^([ ]*)[*+-][ ]+", re.M)
_EMPHASIS = re.compile(r"(?<![\w_])(__?)(?=\S)(.+?)(?<=\S)\1(?![\w_])")


def fingerprint(text: str) -> str:
    """Twelve characters that stay the same as long as the words of *text* do.

    White space, curly quotes, and how bullets, emphasis, heading ids and the addresses of links are written make
    no difference.
    """
    return sha256(normalized(text).encode()).hexdigest()[:12]


def normalized(text: str) -> str:
    """*text* as fingerprints see it."""
    text = _BULLET.sub(r"\1- ", text.translate(_QUOTES))
    text = "\n".join(_ATTRIBUTES.sub("", line) if line.startswith("#") else line for line in text.split("\n"))
    text = _TARGET.sub(lambda match: f"]({unquote(match[1]).removeprefix('./')})", text)
    text = _EMPHASIS.sub(lambda match: "*" * len(match[1]) + match[2] + "*" * len(match[1]), text)
    return " ".join(text.split())
