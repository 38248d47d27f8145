"""Text files as values that remember where they stand.

YAML is read without its implicit types (`no`, `12:30` and `7e9` stay text; the
schema gives types) and without aliases, so that neither a surprise nor a
"billion laughs" document can come in. https://yaml.org/spec/1.2.2/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from modelbook.errors import InvalidBookError, Location, Problem

MAX_BYTES = 5_000_000
MAX_DEPTH = 20

ValuePath = tuple[str | int, ...]
"""Keys and list positions from the root of a document to a value."""

Mark = tuple[int, int]
"""Line and column, from 1."""

# libyaml is some ten times as fast as the pure parser and reports the same marks.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_PASSING = re.compile(
    r"""\..*             # hidden: .index.md.swp of Vim, .#index.md of Emacs, .DS_Store
    | \#.*\#             # Emacs saves by itself
    | 4913               # Vim tries whether it may write
    | .*(~|\.tmp|\.sw[nopx]|___jb_(tmp|old)___)""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Document:
    """A YAML mapping, all scalars as text, with the place of each key and value."""

    path: str
    values: Mapping[str, Any]
    _places: Mapping[ValuePath, Mark] = field(default_factory=dict, repr=False, compare=False)
    _keys: Mapping[ValuePath, Mark] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def id(self) -> str:
        """The name of the file without its ending."""
        return PurePosixPath(self.path).stem

    def locate(self, path: ValuePath = (), *, key: bool = False) -> Location:
        """Where the value at *path* stands (its key, if *key*); else the nearest place above it.

        Parts of *path* that the document does not have are passed over, because a
        schema may name a step that is not written (a bare value for a claim).
        """
        known: ValuePath = ()
        for part in path:
            if (*known, part) in self._places:
                known = (*known, part)
        places = self._keys if key and known in self._keys else self._places
        return Location(self.path, *places.get(known, (1, 1)))


def is_passing(name: str) -> bool:
    """Whether a file of this name is what an editor leaves beside files while it works, not the book's."""
    return _PASSING.fullmatch(name) is not None


def leads_out(path: Path, root: Path) -> bool:
    """Whether *path* below *root* is, by a symbolic link, somewhere else: what stands there is not to be published."""
    try:
        return path.is_relative_to(root) and not path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # a loop of links, which is said where it is read
        return False


def link_out(path: Path, root: Path) -> Problem:
    """The problem of a file that `leads_out`."""
    return Problem(Location(relative(path, root)), "link out of the book; expected the file itself")


def read_text(path: Path, root: Path) -> str:
    """The text of a UTF-8 file of at most `MAX_BYTES` bytes.

    Raises InvalidBookError, with paths relative to *root*.
    """
    name = relative(path, root)
    if leads_out(path, root):
        raise InvalidBookError([link_out(path, root)])
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise InvalidBookError(
                [Problem(Location(name), f"{size:,} bytes; expected at most {MAX_BYTES:,} in one file")]
            )
        data = path.read_bytes()
    except OSError as error:
        raise InvalidBookError([Problem(Location(name), f"cannot be read: {error.strerror}")]) from None
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode("utf-8")
        message = f"byte 0x{error.object[error.start]:02x} is not UTF-8; expected a file saved as UTF-8"
        raise InvalidBookError([Problem(_place(before, len(before), name), message)]) from None


def _place(text: str, position: int, name: str) -> Location:
    """The line and column at which *position* of *text* stands."""
    return Location(name, text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position))


def relative(path: Path, root: Path) -> str:
    """*path* as written in problems: from *root*, with forward slashes."""
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()


def read_document(path: Path, root: Path) -> Document:
    """Read one YAML file whose root is a mapping.

    Raises InvalidBookError for what is not UTF-8, not YAML, larger than
    `MAX_BYTES`, deeper than `MAX_DEPTH`, or uses tabs, aliases or repeated keys.
    """
    name = relative(path, root)
    return parse_document(read_text(path, root), name)


def parse_document(text: str, name: str) -> Document:
    """Like `read_document`, of *text* said to stand in the file *name*."""
    builder = _Builder(name)
    try:
        builder.build(yaml.parse(text, Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        raise InvalidBookError([*builder.problems, _syntax_problem(error, name, text)]) from None
    except yaml.reader.ReaderError as error:
        raise InvalidBookError([*builder.problems, _character_problem(error, name, text)]) from None
    if builder.problems:
        raise InvalidBookError(builder.problems)
    return Document(name, builder.root, builder.places, builder.keys)


def syntax_problem(text: str, name: str) -> Problem | None:
    """What is wrong with *text* as YAML of any kind, said to stand in the file *name*; None if nothing is."""
    try:
        for _ in yaml.parse(text, Loader=_Loader):
            pass
    except yaml.MarkedYAMLError as error:
        return _syntax_problem(error, name, text)
    except yaml.reader.ReaderError as error:
        return _character_problem(error, name, text)
    return None


class _Builder:
    """Builds values and their places from the events of the YAML parser."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.root: dict[str, Any] = {}
        self.places: dict[ValuePath, Mark] = {}
        self.keys: dict[ValuePath, Mark] = {}
        self.problems: list[Problem] = []

    def build(self, events: Iterator[Any]) -> None:
        root = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent) and root:
                self._problem(event, "second YAML document; expected one mapping in a file")
                return
            if isinstance(event, yaml.NodeEvent):
                root = event
                value = self._value(event, events, ())
        if root is None:
            self.problems.append(Problem(Location(self.name), "empty file; expected a mapping of fields to values"))
        elif isinstance(value, dict):
            self.root = value
        elif not self.problems:
            self._problem(root, "no mapping; expected fields with their values, each as `name: value`")

    def _value(self, event: Any, events: Iterator[Any], path: ValuePath) -> Any:
        if isinstance(event, yaml.AliasEvent):
            self._problem(
                event, f"YAML alias '*{event.anchor}'; expected the value itself, in quotes if it starts with '*'"
            )
            return None
        self.places[path] = _mark(event)
        self._require_plain(event)
        if len(path) > MAX_DEPTH:
            # Reading on would end at Python's own limit.
            self._problem(event, f"nested deeper than {MAX_DEPTH} levels; expected a record, which is flatter")
            raise InvalidBookError(self.problems)
        if isinstance(event, yaml.ScalarEvent):
            empty = event.implicit[0] and event.value in ("", "~", "null")
            return None if empty else event.value
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, path)
        return self._mapping(events, path)

    def _sequence(self, events: Iterator[Any], path: ValuePath) -> list[Any]:
        items: list[Any] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._value(event, events, (*path, len(items))))
        return items

    def _mapping(self, events: Iterator[Any], path: ValuePath) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent):
                if not isinstance(event, yaml.AliasEvent):
                    self._problem(event, "key is not text; expected `key: value`, in quotes if it starts with [ or {")
                self._value(event, events, (*path, ""))
                self._value(next(events), events, (*path, ""))
                continue
            self._require_plain(event)
            key = event.value
            place = _mark(event)
            value = self._value(next(events), events, (*path, key))
            if key in mapping:
                first, _ = self.keys[*path, key]
                self._problem(event, f"key '{key}' is repeated; first used on line {first}")
                continue
            self.keys[*path, key] = place
            mapping[key] = value
        return mapping

    def _require_plain(self, event: Any) -> None:
        if event.anchor is not None:
            self._problem(
                event, f"YAML anchor '&{event.anchor}'; expected a plain value, in quotes if it starts with '&'"
            )
        if event.tag is not None and event.tag != "!":
            written = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._problem(event, f"YAML tag '{written}'; expected a plain value, in quotes if it starts with '!'")

    def _problem(self, event: Any, message: str) -> None:
        self.problems.append(Problem(Location(self.name, *_mark(event)), message))


def _mark(event: Any) -> Mark:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _syntax_problem(error: yaml.MarkedYAMLError, name: str, text: str) -> Problem:
    """Say a parser's error at the place where a writer would look for it."""
    mark, message = _explain(error, text)
    if mark and (tab := _tab_near(text, mark.line)) and "opened here" not in message:
        return Problem(Location(name, *tab), "tab used for indentation; expected spaces")
    return Problem(Location(name, mark.line + 1, mark.column + 1) if mark else Location(name), message)


def _character_problem(error: yaml.reader.ReaderError, name: str, text: str) -> Problem:
    # Its position counts bytes or characters, depending on the parser.
    where = _place(text, text.find(chr(error.character)), name)
    return Problem(where, f"character U+{error.character:04X} is not allowed in YAML; expected printable text")


def _explain(error: yaml.MarkedYAMLError, text: str) -> tuple[Any, str]:
    """What is wrong in a writer's words, and its mark."""
    context, said = error.context or "", error.problem or ""
    found, opened = error.problem_mark or error.context_mark, error.context_mark or error.problem_mark
    before, after = _around(text, found)
    if "quoted scalar" in context and "escape" in said:
        return opened, "backslash in double quotes; expected single quotes around the value"
    if "quoted scalar" in context:
        return opened, "quote is opened here and never closed"
    if "cannot start" in said or re.search("(entries|keys) are not allowed", said):
        return found, f"value starts with '{after[:1]}'; expected quotes around it"
    if re.search("alias|anchor|tag|block scalar", context):
        return opened, f"value starts with '{_around(text, opened)[1][:1]}'; expected quotes around it"
    if found and before.rstrip()[-1:] in ("'", '"') and (quote := _quote_closed_at(text, found)):
        return quote, f"quote is opened here and closed only in line {found.line + 1}; expected it closed before"
    if "mapping values are not allowed" in said and re.search(r":\s", before):
        return found, "a second ':' in one value; expected quotes around text that has ': ' in it"
    if "mapping values are not allowed" in said:
        return found, (
            "':' in a second line of one value; expected the indentation of the line above, and a space after its ':'"
        )
    if "could not find expected ':'" in said:
        return opened, "no ':' after a key; expected `key: value`, or more indentation for a line of the value above"
    if re.search("expected key|<block end>|'-' indicator", said) and not before.strip(" -"):
        return found, "indentation does not fit the lines above; expected the same indentation for what stands together"
    if re.search("expected key|<block end>|'-' indicator|<document start>", said) or before.rstrip()[-1:] in ("'", '"'):
        word = after.split(maxsplit=1)[0] if after.strip() else ""
        return found, f"'{word}' after the end of a value; expected quotes around the whole of it"
    if re.search(r"',' or '[]}]'", said):
        closing = "]" if _around(text, opened)[1].startswith("[") else "}"
        return opened, (
            f"bracket is opened here and not closed; expected '{closing}', or quotes around text with , [ ] {{ }}"
        )
    return found, f"not valid YAML: {said}"


def _quote_closed_at(text: str, mark: Any) -> Any:
    """Where the quoted value opens that ends right before *mark*, if that is in an earlier line."""
    opened = None
    try:
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            if token.start_mark.line >= mark.line and token.start_mark.column >= mark.column:
                break
            if isinstance(token, yaml.ScalarToken) and not token.plain and token.end_mark.line == mark.line:
                opened = token.start_mark
    except yaml.YAMLError:
        pass  # what is wrong there is being explained
    return opened if opened and opened.line < mark.line else None


def _around(text: str, mark: Any) -> tuple[str, str]:
    """The line of a mark, before and after it."""
    lines = text.split("\n")
    line = lines[mark.line] if mark and mark.line < len(lines) else ""
    return line[: mark.column], line[mark.column :]


def _tab_near(text: str, line: int) -> tuple[int, int] | None:
    """Line and column (from 1) of a tab in the indentation of *line* (from 0) or of the line above it."""
    lines = text.split("\n")
    for number in (line, line - 1):
        if 0 <= number < len(lines):
            indentation = lines[number][: len(lines[number]) - len(lines[number].lstrip())]
            if "\t" in indentation:
                return number + 1, indentation.index("\t") + 1
    return None
