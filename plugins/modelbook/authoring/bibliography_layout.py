"""The one layout of `references.bib`: what `modelbook format` makes of BibTeX.

Strings first, then entries by their keys, fields in the order in which references name them, one a line,
values in braces. Remarks stay above the entry that they stand above. https://ctan.org/pkg/biblatex
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from modelbook.bibliography import WrittenBlock, parse_bibliography, read_blocks
from modelbook.errors import InvalidBookError, Location, Problem

FIELDS = (
    *("author", "shortauthor", "editor", "editora", "editortype", "translator"),
    *("title", "subtitle", "titleaddon", "shorttitle", "maintitle", "mainsubtitle"),
    *("booktitle", "booksubtitle", "booktitleaddon", "eventtitle", "eventdate", "venue"),
    *("journal", "journaltitle", "journalsubtitle", "shortjournal", "series"),
    *("institution", "organization", "school", "type"),
    *("volume", "number", "issue", "part", "chapter", "pages", "pagetotal", "publisher", "address", "location"),
    *("edition", "version", "howpublished", "label"),
    *("date", "year", "month", "day", "origdate", "pubstate"),
    *("isbn", "issn", "doi", "eprint", "eprinttype", "archiveprefix", "eprintclass", "primaryclass"),
    *("url", "urldate", "langid", "language", "crossref", "xref", "related", "ids"),
    *("note", "addendum", "annotation", "keywords", "abstract", "file"),
)
"""The fields in the order in which they are written; others follow by name."""


@dataclass(frozen=True)
class _Piece:
    """A block with the remarks that belong to it."""

    block: WrittenBlock
    above: str
    beside: str

    @property
    def lines(self) -> str:
        above = f"{self.above}\n" if self.above else ""
        return above + " ".join(part for part in (_layout(self.block), self.beside) if part)


def sort_key(key: str) -> tuple[str, str]:
    """What entries are sorted by."""
    return key.casefold(), key


def format_bibliography(text: str, path: str = "references.bib") -> str:
    """*text* in the layout of the book.

    Raises InvalidBookError if it cannot be read, or something would be lost.
    """
    head, pieces, tail = _pieces(text, path)
    strings = [piece for piece in pieces if piece.block.type in ("string", "preamble")]
    entries = sorted((piece for piece in pieces if piece not in strings), key=lambda piece: sort_key(piece.block.name))
    groups = [head, *_grouped(strings), *(piece.lines for piece in entries), tail]
    written = "".join(f"{group}\n\n" for group in groups if group)
    written = f"{written.rstrip()}\n" if written else ""
    if _content(text, path) != _content(written, path):
        raise InvalidBookError([Problem(Location(path), "cannot be laid out without loss; it is left as it is")])
    return written


def insert_entry(text: str, entry: str, key: str) -> str:
    """The text of a bibliography with another entry: at its place if entries are in the order of their keys, or last.

    Nothing else changes; remarks right above an entry stay with it.
    """
    eol = "\r\n" if "\r\n" in text else "\n"
    entry = entry.replace("\n", eol)
    bibliography, _ = parse_bibliography(text.replace("\r\n", "\n"), "")
    keys = list(map(sort_key, bibliography))
    after = next((other for other in bibliography.values() if sort_key(other.key) > sort_key(key)), None)
    if after is None or keys != sorted(keys):
        gap = "" if not text.strip() else eol if text.endswith("\n") else 2 * eol
        return f"{text}{gap}{entry}"
    lines = text.split("\n")
    number = after.location.line - 1
    while number and lines[number - 1].lstrip().startswith("%") and "".join(lines[: number - 1]).strip():
        number -= 1
    before = "".join(f"{line}\n" for line in lines[:number])
    return f"{before}{entry}{eol}" + "\n".join(lines[number:])


def _grouped(pieces: Sequence[_Piece]) -> list[str]:
    """Strings one below the other; a remark begins a new group."""
    groups: list[str] = []
    for piece in pieces:
        if groups and not piece.above:
            groups[-1] += f"\n{piece.lines}"
        else:
            groups.append(piece.lines)
    return groups


def _pieces(text: str, path: str) -> tuple[str, list[_Piece], str]:
    """Remarks on the whole file, the blocks with theirs, and the remarks at the end."""
    blocks = read_blocks(text, path)
    comments = [block for block in blocks if block.type == "comment"]
    head = ""
    pieces: list[_Piece] = []
    end = 0
    for block in blocks:
        if block.type == "comment":
            continue
        beside, start = _beside(text, end, block.start) if pieces else ("", end)
        if pieces:
            pieces[-1] = replace(pieces[-1], beside=beside)
        else:
            start = _end_of_head(text, block.start, comments)
            head = _tidy(text[:start])
        pieces.append(_Piece(block, _tidy(text[start : block.start]), ""))
        end = block.end
    beside, end = _beside(text, end, len(text)) if pieces else ("", end)
    if pieces:
        pieces[-1] = replace(pieces[-1], beside=beside)
    return head, pieces, _tidy(text[end:])


def _beside(text: str, start: int, end: int) -> tuple[str, int]:
    """The remark on the line on which a block ends, and where it ends."""
    line = re.compile(r"[^\n@]*(?=\n|$)").match(text, start, end)
    return (line[0].strip(), line.end()) if line else ("", start)


def _end_of_head(text: str, end: int, comments: Sequence[WrittenBlock]) -> int:
    """Where the remarks on the whole file end: an empty line parts them from those on what follows."""
    for gap in reversed(list(re.finditer(r"\n[ \t]*\n", text[:end]))):
        if not any(comment.start < gap.end() < comment.end for comment in comments):
            return gap.end()
    return 0


def _tidy(remarks: str) -> str:
    return "\n".join(line.rstrip() for line in remarks.split("\n")).strip("\n")


def _layout(block: WrittenBlock) -> str:
    if block.type == "preamble":
        return block.text
    if block.type == "string":
        return f"@string{{{block.name} = {_value(block.fields[0][1], is_whole=False)}}}"
    fields = [(name.lower(), _value(parts)) for name, parts in block.fields]
    fields.sort(key=lambda item: (FIELDS.index(item[0]) if item[0] in FIELDS else len(FIELDS), item[0]))
    lines = "".join(f"  {name} = {value},\n" for name, value in fields)
    return f"@{block.type}{{{block.name},\n{lines}}}"


def _value(parts: Sequence[str], *, is_whole: bool = True) -> str:
    """The parts of a value; spaces at the ends count if something may be joined to them."""
    return " # ".join(_part(part, is_whole=is_whole and len(parts) == 1) for part in parts)


def _part(part: str, *, is_whole: bool) -> str:
    if part.isdigit():
        return f"{{{part}}}"
    if part[:1] not in ("{", '"'):
        return part
    text = re.sub("[ \t\r\n]+", " ", part[1:-1])  # BibTeX reads any white space as one space
    return f"{{{text.strip(' ') if is_whole else text}}}"


def _content(text: str, path: str) -> tuple[object, ...]:
    """What must be the same before and after: entries, strings, preambles, and the words of remarks."""
    bibliography, _ = parse_bibliography(text, path)
    blocks = read_blocks(text, path)
    fixed = [block.text.split() for block in blocks if block.type == "preamble"]
    strings = [(block.name, _value(block.fields[0][1], is_whole=False)) for block in blocks if block.type == "string"]
    ends = [0, *(block.end for block in blocks if block.type != "comment")]
    starts = [*(block.start for block in blocks if block.type != "comment"), len(text)]
    remarks = sorted(word for end, start in zip(ends, starts, strict=True) for word in text[end:start].split())
    entries = {entry.key: (entry.type, dict(entry.fields)) for entry in bibliography.values()}
    return entries, fixed, strings, remarks
