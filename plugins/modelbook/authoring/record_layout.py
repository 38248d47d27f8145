"""The one layout of records: what `modelbook format` makes of YAML.

Fields stand in the order of their classes; what fits in one line stands in one; quotes are there
where YAML needs them, and around dates and numbers, which other programs would not read as text.
Comments stay with what they stand above or beside. https://yaml.org/spec/1.2.2/
"""

from __future__ import annotations

import re
import sys
import typing
import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import UnionType
from typing import Annotated, Any, Union

import yaml

from modelbook.errors import InvalidBookError, Location, Problem
from modelbook.schema import Claim, Text, Value
from modelbook.sources import parse_document

WIDTH = 120
"""Columns that a line may have where it can be broken. Texts are never broken."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class _Node:
    """A value with the comments that belong to it."""

    value: str | list[_Node] | dict[str, _Node] | None
    above: list[str] = field(default_factory=list)
    """Comments on lines of their own, and empty lines (as "") between and around them."""
    beside: list[str] = field(default_factory=list)
    """Comments behind it, or behind its key."""
    below: list[str] = field(default_factory=list)
    """Comments behind the last part of a collection."""
    is_boolean: bool = False
    is_text: bool = False
    """Whether it is text by language."""
    is_table: bool = False
    """Whether its parts are as records are and stand one below the other."""

    @property
    def parts(self) -> list[_Node]:
        if isinstance(self.value, dict):
            return list(self.value.values())
        return self.value if isinstance(self.value, list) else []


def format_record(text: str, path: str, kind: type[Value]) -> str:
    """*text*, a record of *kind* in the file *path*, in the layout of the book.

    Raises InvalidBookError if it cannot be read, or would not be the same record with the same comments afterwards.
    """
    before = parse_document(text, path)
    root, comments = _compose(text)
    written = _write(_arrange(root, (kind,)))
    after = parse_document(written, path)
    if before.values != after.values or sorted(comments) != sorted(_compose(written)[1]):
        raise InvalidBookError([Problem(Location(path), "cannot be laid out without loss; it is left as it is")])
    return written


def write_record(values: Mapping[str, Any], kind: type[Value]) -> str:
    """A record of *kind* in the layout of the book, from *values* as `Document.values` has them."""
    return _write(_arrange(_node(values), (kind,)))


def write_inline(value: Any) -> str:
    """A value (text, a list, a mapping, as `Document.values` has them) on one line, to stand within a record."""
    return _flow(_node(value), at_any_cost=True) or "null"


def _node(value: Any) -> _Node:
    if isinstance(value, Mapping):
        return _Node({key: _node(part) for key, part in value.items()})
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _Node([_node(part) for part in value])
    return _Node(value)


# --- reading ---------------------------------------------------------------------------


@dataclass(frozen=True)
class _Comment:
    text: str
    start: int
    column: int
    is_alone: bool
    """Whether nothing stands before it on its line."""
    follows_gap: bool
    precedes_gap: bool
    """Whether an empty line is before, behind it."""


def _compose(text: str) -> tuple[_Node, list[str]]:
    """The tree of a document that `parse_document` reads, and its comments."""
    comments = list(_comments(text))
    root = _Reader(text, comments).read(yaml.compose(text, Loader=_Loader))
    return root, [comment.text for comment in comments]


def _comments(text: str) -> Iterator[_Comment]:
    """Comments are what stands between the tokens; that of a block scalar is in its first line."""
    end = 0
    for token in yaml.scan(text, Loader=_Loader):
        yield from _comments_between(text, end, token.start_mark.index)
        end = max(end, token.end_mark.index)
        if isinstance(token, yaml.ScalarToken) and token.style in ("|", ">"):
            header = re.compile(".*").match(text, token.start_mark.index)
            yield from _comments_between(text, *header.span()) if header else ()
    yield from _comments_between(text, end, len(text))


_COMMENT = re.compile(r"#[^\n\r\x85\u2028\u2029]*")
_GAP = re.compile(r"[ \t]*\n[ \t]*(\n|$)")


def _comments_between(text: str, start: int, end: int) -> Iterator[_Comment]:
    for match in _COMMENT.finditer(text, start, end):
        first, last = match.span()
        line = text.rfind("\n", 0, first) + 1
        yield _Comment(
            match[0].rstrip(),
            first,
            first - line,
            not text[line:first].strip(),
            not text[text.rfind("\n", 0, max(line - 1, 0)) + 1 : max(line, 1) - 1].strip() if line else False,
            bool(_GAP.match(text, last)),
        )


class _Reader:
    """Gives each comment to the value that it stands above, beside or below."""

    def __init__(self, text: str, comments: Iterable[_Comment]) -> None:
        self.text = text
        self.waiting = deque(comments)

    def read(self, written: Any) -> _Node:
        root, end = self._value(written)
        root.below += _lines(self._keep_near(_Part(root, written, end), -1, len(self.text)))
        if root.parts:
            first = root.parts[0]
            if "" in first.above:  # what an empty line parts from the first field is said of the whole file
                split = len(first.above) - first.above[::-1].index("")
                root.above, first.above = first.above[:split], first.above[split:]
        return root

    def _value(self, written: Any) -> tuple[_Node, int]:
        """The tree of what PyYAML read, and where it ends."""
        if isinstance(written, yaml.ScalarNode):
            return self._scalar(written), written.end_mark.index
        is_mapping = isinstance(written, yaml.MappingNode)
        node = _Node({} if is_mapping else [])
        column = sys.maxsize if written.flow_style else written.start_mark.column
        end = written.start_mark.index
        previous = None
        for key, value in written.value if is_mapping else zip(written.value, written.value, strict=True):
            above = self._keep_near(previous, column, key.start_mark.index)
            if previous is None and written.flow_style:
                above = _give(node, above)
            between = self._take(value.start_mark.index)
            part, end = self._value(value)
            part.above[:0] = _lines(above)
            inner = part.parts[0] if part.parts and not value.flow_style else part
            inner.above[:0] = _lines(_give(part, between))
            if isinstance(node.value, dict):
                node.value[key.value] = part
            elif isinstance(node.value, list):
                node.value.append(part)
            previous = _Part(part, value, end)
        if written.flow_style:
            end = written.end_mark.index
            rest = self._keep_near(previous, column, end)
            (node.below if node.parts else node.above).extend(_lines(rest))
        return node, end

    def _scalar(self, written: Any) -> _Node:
        is_empty = not written.style and written.value in ("", "~", "null")
        node = _Node(None if is_empty else written.value)
        node.beside += [comment.text for comment in self._take(written.end_mark.index)]
        return node

    def _take(self, end: int) -> list[_Comment]:
        """The comments before *end* that nobody has yet."""
        taken = []
        while self.waiting and self.waiting[0].start < end:
            taken.append(self.waiting.popleft())
        return taken

    def _keep_near(self, previous: _Part | None, column: int, end: int) -> list[_Comment]:
        """Give comments before *end* to the *previous* part of a collection at *column*, if they stand beside it or,
        further in than the collection, below its own parts; return the others.
        """
        rest = []
        for comment in self._take(end):
            if previous is None:
                rest.append(comment)
            elif not comment.is_alone and "\n" not in self.text[previous.end : comment.start]:
                *_, innermost = previous.endings()
                innermost.node.beside.append(comment.text)
            elif comment.is_alone and previous.column <= comment.column > column:
                *_, innermost = (part for part in previous.endings() if part.column <= comment.column)
                innermost.node.below += _lines([comment])
            else:
                rest.append(comment)
        return rest


@dataclass(frozen=True)
class _Part:
    """A part of a collection, as read and as written."""

    node: _Node
    written: Any
    end: int

    @property
    def is_block(self) -> bool:
        """Whether it has parts on lines of their own."""
        return bool(self.node.parts) and not self.written.flow_style

    @property
    def column(self) -> int:
        """Where its own parts begin; beyond all columns if they are not on lines of their own."""
        return self.written.start_mark.column if self.is_block else sys.maxsize

    def endings(self) -> Iterator[_Part]:
        """It, its last part, the last part of that, and so on, as far as they are on lines of their own."""
        yield self
        if self.is_block:
            last = self.written.value[-1]
            yield from _Part(self.node.parts[-1], last[1] if isinstance(last, tuple) else last, self.end).endings()


def _give(node: _Node, comments: list[_Comment]) -> list[_Comment]:
    """Put *comments* that share a line with something beside *node*; return the others."""
    node.beside[:0] = [comment.text for comment in comments if not comment.is_alone]
    return [comment for comment in comments if comment.is_alone]


def _lines(comments: Iterable[_Comment]) -> list[str]:
    lines: list[str] = []
    for comment in comments:
        if comment.follows_gap and lines[-1:] != [""]:
            lines.append("")
        lines.append(comment.text)
        if comment.precedes_gap:
            lines.append("")
    return lines


# --- arranging -------------------------------------------------------------------------


def _arrange(node: _Node, annotations: Iterable[Any]) -> _Node:
    """*node*, which has one of the types *annotations*, with its fields in order."""
    types = [found for annotation in annotations for found in types_of(annotation)]
    if isinstance(node.value, list):
        inner = [argument for found in types if typing.get_origin(found) is list for argument in typing.get_args(found)]
        node.is_table = any(isinstance(part.value, dict) and part.value for part in node.value)
        for part in node.value:
            _lift(_arrange(part, inner))
    elif isinstance(node.value, dict):
        _arrange_fields(node, node.value, types)
    else:
        node.is_boolean = bool in types
    return node


def _lift(item: _Node) -> None:
    """Take comments above an item that stand before its first part, for which there is no place behind the dash."""
    for first in item.parts[:1]:
        is_inner_item = isinstance(item.value, list) and first.parts
        item.above += first.above + (first.beside if is_inner_item else [])
        first.above = []
        first.beside = [] if is_inner_item else first.beside


def _arrange_fields(node: _Node, parts: dict[str, _Node], types: list[Any]) -> None:
    classes = [found for found in types if isinstance(found, type) and issubclass(found, Value)]
    kind = max(classes, key=lambda found: len(parts.keys() & found.model_fields.keys()), default=None)
    if kind and parts.keys() & kind.model_fields.keys():
        order = list(kind.model_fields)
        known = sorted(parts.keys() & kind.model_fields.keys(), key=order.index)
        node.value = {name: parts[name] for name in [*known, *(name for name in parts if name not in known)]}
        for name, part in parts.items():
            _arrange(part, [kind.model_fields[name].annotation] if name in known else [])
        return
    node.is_text = any(isinstance(found, type) and issubclass(found, Text) for found in types)
    tables = [typing.get_args(found)[1] for found in types if typing.get_origin(found) is dict]
    node.is_table = bool(tables) and any(isinstance(part.value, dict) for part in parts.values())
    for part in parts.values():
        _arrange(part, tables)


def types_of(annotation: Any) -> Iterator[Any]:
    """What a value of type *annotation* may be: classes, `list[...]` and `dict[...]`."""
    origin = typing.get_origin(annotation)
    if origin is Annotated:
        yield from types_of(typing.get_args(annotation)[0])
    elif origin in (Union, UnionType):
        for argument in typing.get_args(annotation):
            yield from types_of(argument)
    else:
        yield annotation
        if isinstance(annotation, type) and issubclass(annotation, Claim):
            yield from types_of(annotation.model_fields["value"].annotation)


# --- writing ---------------------------------------------------------------------------


def _write(root: _Node) -> str:
    lines: list[str] = []
    _add_comments(lines, root.above, "")
    if root.parts:
        _add_parts(lines, root, "")
    else:
        lines.append("{}")
        _add_comments(lines, root.beside + root.below, "")
    return "\n".join(lines).strip("\n") + "\n"


def _add_parts(lines: list[str], node: _Node, indent: str) -> None:
    """Write the parts of a collection one below the other."""
    if isinstance(node.value, dict):
        for key, part in node.value.items():
            _add_part(lines, f"{indent}{_scalar(key)}:", part, indent)
    else:
        for part in node.parts:
            _add_part(lines, f"{indent}-", part, indent)
    _add_comments(lines, node.below, indent)


def _add_part(lines: list[str], label: str, part: _Node, indent: str) -> None:
    *others, beside = part.beside or [""]
    _add_comments(lines, part.above + others, indent)
    is_item = label.endswith("-")
    if literal := _literal(part.value):
        head, *body = literal
        lines.append(f"{label} {head} {beside}".rstrip())
        lines += [f"{indent}  {line}".rstrip() for line in body]
    elif (text := _one_line(part, label)) is not None:
        lines.append(" ".join(piece for piece in (label, text or ("null" if is_item else ""), beside) if piece))
    elif is_item:
        inner: list[str] = []
        _add_parts(inner, part, f"{indent}  ")
        _add_comments(lines, [beside] if beside else [], indent)
        lines += [f"{label} {inner[0].lstrip()}", *inner[1:]]
    else:
        lines.append(f"{label} {beside}".rstrip())
        _add_parts(lines, part, f"{indent}  ")


def _add_comments(lines: list[str], comments: Iterable[str], indent: str) -> None:
    for comment in comments:
        if comment or lines[-1:] != [""]:
            lines.append(indent + comment if comment else "")


def _one_line(node: _Node, label: str) -> str | None:
    """What stands behind *label*, unless it is a collection that should be on lines of its own."""
    if not isinstance(node.value, dict | list):
        return _scalar(node.value, is_boolean=node.is_boolean)
    is_prominent = label.endswith("-") or not label.startswith(" ")
    if node.below or (is_prominent and node.is_text and any(_SENTENCE.search(str(part.value)) for part in node.parts)):
        return None
    text = _flow(node)
    return text if text is not None and (not node.parts or _width(f"{label} {text}") <= WIDTH) else None


_SENTENCE = re.compile(r"[.!?。！？][”’\"')）」』]*$")


def _flow(node: _Node, *, at_any_cost: bool = False) -> str | None:
    """A value within one line; None if something in it should have more."""
    if not isinstance(node.value, dict | list):
        is_long = _literal(node.value) and not at_any_cost
        return None if is_long else _scalar(node.value, in_flow=True, is_boolean=node.is_boolean)
    if node.is_table or node.below or any(part.above or part.beside for part in node.parts):
        return None
    texts = [_flow(part, at_any_cost=at_any_cost) for part in node.parts]
    if None in texts or (isinstance(node.value, dict) and "" in texts and not at_any_cost):
        return None
    written = [text or "null" for text in texts]
    if isinstance(node.value, list):
        return f"[{', '.join(written)}]"
    pairs = zip(node.value, written, strict=True)
    return f"{{{', '.join(f'{_scalar(key, in_flow=True)}: {text}' for key, text in pairs)}}}"


def _width(text: str) -> int:
    """Columns that *text* takes; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


_IMPLICIT = re.compile(
    r"[-+]?\.?\d[\d_.,:/~?-]*|\d{4}-\d\d?-\d\d?[t ].*|[-+]?\.?\d[\d_]*\.?[\d_]*e[-+]?\d+"
    r"|0x[0-9a-f_]+|0o[0-7]+|[-+]?\.(inf|nan)|~|null|true|false|yes|no|on|off|y|n|=|<<",
    re.I,
)
"""What programs that know the types of YAML 1.1 or 1.2 read as no text; all dates, for the sake of being alike."""

_INDICATOR = re.compile(r"---|\.\.\.|[?:,\[\]{}#&*!|>'\"%@`]|-(?![^\s,\[\]{}])")
"""How text begins that YAML would take for something else."""

_PRINTABLE = re.compile("[\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]+")


def _scalar(text: str | None, *, in_flow: bool = False, is_boolean: bool = False) -> str:
    if text is None:
        return ""
    if (is_boolean and text in ("true", "false")) or _is_plain(text, in_flow):
        return text
    if not _PRINTABLE.fullmatch(text):
        return f'"{"".join(map(_escaped, text))}"'
    if '"' in text or "\\" in text:
        return "'{}'".format(text.replace("'", "''"))
    return f'"{text}"'


def _is_plain(text: str, in_flow: bool) -> bool:
    """Whether YAML reads *text* as it is, without quotes. Addresses and what else has a colon within a word are
    quoted all the same, because few know which colons YAML takes for its own.
    """
    return bool(
        _PRINTABLE.fullmatch(text)
        and text == text.strip()
        and not _IMPLICIT.fullmatch(text)
        and not _INDICATOR.match(text)
        and not re.search(r":\s|:$|\s#", text)
        and not re.fullmatch(r"\S*:\S*", text)
        and not (in_flow and re.search(r"[,?\[\]{}]", text))
    )


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if _PRINTABLE.fullmatch(character):
        return character
    if character in "\n\t":
        return {"\n": "\\n", "\t": "\\t"}[character]
    return f"\\U{ord(character):08x}"


def _literal(text: Any) -> list[str] | None:
    """A text of several lines as YAML's literal block, its head first; None if it is no such text."""
    if not isinstance(text, str) or "\n" not in text.rstrip("\n"):
        return None
    lines = text.removesuffix("\n").split("\n")
    is_clean = all(line == line.rstrip() and (not line or _PRINTABLE.fullmatch(line)) for line in lines)
    if not is_clean or not lines[0].strip() or lines[0] != lines[0].lstrip() or not lines[-1]:
        return None
    return ["|" if text.endswith("\n") else "|-", *lines]
