"""MyST as blocks and inline constructs that know where they stand.

The only module that knows markdown-it-py and its plugins, on which MyST's own parser is built: what is code, what
is in a list and where a directive ends is theirs to say. https://myst-parser.readthedocs.io/
"""

from __future__ import annotations

import csv
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.myst_blocks import myst_block_plugin
from mdit_py_plugins.myst_role import myst_role_plugin
from mdit_py_plugins.substitution import substitution_plugin

from modelbook.errors import InvalidBookError, Location, Problem
from modelbook.sources import parse_document

MAX_NESTING = 20
"""How deep directives may stand in one another."""

_QUOTED = r"(?:[ ]{0,3}>[ ]?)*"
_DIRECTIVE = re.compile(r"\{(?P<name>[^\s{}]+)\}[ \t]*(?P<argument>.*)", re.S)
_OPTION = re.compile(r":(?P<name>[A-Za-z][\w-]*):[ \t]*(?P<value>.*)")


@dataclass(frozen=True)
class Source:
    """A text, and where each of its lines stands in a file."""

    text: str
    path: str
    places: tuple[tuple[int, int], ...] = ()
    """For each line its line in the file, from 1, and how many columns stand before it; all one if there are less."""

    @cached_property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    @cached_property
    def starts(self) -> list[int]:
        """Where each line begins."""
        starts = [0]
        for line in self.lines[:-1]:
            starts.append(starts[-1] + len(line) + 1)
        return starts

    def locate(self, offset: int) -> Location:
        line = bisect_right(self.starts, offset) - 1
        return self.locate_line(line, offset - self.starts[line])

    def locate_line(self, line: int, column: int = 0) -> Location:
        """Where *column* of a line stands, both from 0."""
        if not self.places:
            return Location(self.path, line + 1, column + 1)
        number, before = self.places[min(line, len(self.places) - 1)]
        return Location(self.path, number, max(before + column, 0) + 1)

    def part(self, texts: Sequence[str], first: int) -> Source:
        """Lines that are the ends of those from *first* on."""
        places = []
        for line, text in enumerate(texts, first):
            whole = self.lines[line] if line < len(self.lines) else ""
            place = self.locate_line(line, len(whole) - len(text) if text else 0)
            places.append((place.line, place.column - 1))
        return Source("\n".join(texts), self.path, tuple(places) or ((self.locate_line(first).line, 0),))

    def put(self, text: str, place: Location) -> Source:
        """Another text that comes to stand at *place*."""
        return Source(text, self.path, ((place.line, place.column - 1),))


@dataclass(frozen=True)
class Directive:
    """A directive: what it is called, what it says behind its name, its options and what is in it."""

    name: str
    argument: Source
    options: Mapping[str, str]
    body: Source
    written: str
    """All of it, without what the lines around it are indented by."""
    location: Location
    wrong: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Inline:
    """An inline construct: its kind as markdown-it calls it, and from where to where it stands in the source."""

    kind: str
    start: int
    end: int
    content: str = ""
    name: str = ""
    """Of a role."""
    address: str = ""
    """Of a link or an image."""
    label_end: int = 0
    """Where the `]` of a link or an image stands."""
    context: Context = field(default_factory=lambda: Context())


@dataclass(frozen=True)
class Context:
    """Around an inline construct."""

    in_cell: bool = False
    in_heading: bool = False
    indentation: str = ""
    """What the next line of the paragraph begins with."""


@dataclass(frozen=True)
class Block:
    """A block that is more than text: its kind as markdown-it calls it, and its lines."""

    kind: str
    start: int
    end: int
    """The line behind it."""
    content: str = ""
    info: str = ""
    level: int = 0
    """Of a heading; of a list, how many it stands in."""
    inlines: tuple[Inline, ...] = ()
    """Of a heading, a paragraph or a table."""
    texts: tuple[tuple[int, int], ...] = ()
    """From where to where plain text stands in it."""
    title_end: int = 0
    """Of a heading: where its words end in the source."""


def read(source: Source) -> list[Block]:
    """The blocks of a text, in order; those in lists and quotations, too."""
    tokens = _PARSER.parse(source.text + "\n")
    return list(_blocks(tokens, source))


def directive(block: Block, source: Source) -> Directive | None:
    """The directive that a fence is, if it is one."""
    match = _DIRECTIVE.fullmatch(block.info.strip())
    if not match:
        return None
    first = block.start
    opening = source.lines[first]
    written_argument = match["argument"].strip()
    column = opening.rfind(written_argument) if written_argument else len(opening)
    place = source.locate_line(first, max(column, 0))
    argument = source.put(written_argument, place)
    body = source.part(block.content.removesuffix("\n").split("\n") if block.content else [], first + 1)
    options, rest, wrong = _options(body)
    marker = column_of(opening)
    lines = [
        opening[marker:],
        *(line[marker:] if not line[:marker].strip(" >") else line for line in source.lines[first + 1 : block.end]),
    ]
    return Directive(
        match["name"], argument, options, rest, "\n".join(lines).rstrip(), source.locate_line(first, marker), wrong
    )


def place_of(block: Block, source: Source) -> Location:
    """Where a block begins in the file."""
    return source.locate_line(block.start, column_of(source.lines[block.start]))


def column_of(line: str) -> int:
    """Where a line's own text begins, behind indentation, marks of quotations and of lists."""
    found = re.match(rf"{_QUOTED}[ \t]*(?:(?:[*+-]|\d{{1,9}}[.)])[ \t]+{_QUOTED})*", line)
    return found.end() if found else 0


def indentation_below(line: str) -> str:
    """What a line begins with that continues the block which begins in *line*: four columns for each list."""
    lead = line[: column_of(line)]
    quoted = re.match(_QUOTED, lead)
    marks = quoted[0] if quoted else ""
    rest = re.sub(r"[^>\s]", " ", lead[len(marks) :])
    return marks + (" " * (-(-len(rest) // 4) * 4) if re.search(r"[^>\s]", lead) else rest)


def _options(body: Source) -> tuple[dict[str, str], Source, tuple[Problem, ...]]:
    """The options at the top of a directive, and what is below them.

    https://myst-parser.readthedocs.io/en/latest/syntax/roles-and-directives.html#parameterising-directives
    """
    lines = body.lines
    at = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    options: dict[str, str] = {}
    if at < len(lines) and re.fullmatch(r"-{3,}\s*", lines[at]):
        end = next((n for n in range(at + 1, len(lines)) if re.fullmatch(r"-{3,}\s*", lines[n])), len(lines))
        options, wrong = yaml_options("\n".join(lines[at + 1 : end]), body.locate_line(at + 1))
        return options, body.part(lines[end + 1 :], end + 1), wrong
    last = ""
    end = at
    for end in range(at, len(lines) + 1):
        if end == len(lines):
            break
        if match := _OPTION.fullmatch(lines[end].strip()):
            last = match["name"]
            options[last] = match["value"].strip()
        elif last and lines[end].startswith((" ", "\t")) and lines[end].strip():
            options[last] = f"{options[last]} {lines[end].strip()}".strip()
        else:
            break
    return options, body.part(lines[end:], end), ()


def yaml_options(text: str, place: Location) -> tuple[dict[str, str], tuple[Problem, ...]]:
    """Options written in YAML, as text; lists with commas."""
    if not text.strip():
        return {}, ()
    try:
        values = parse_document("\n" * (place.line - 1) + text, place.path).values
    except InvalidBookError as error:
        return {}, tuple(error.problems)
    return {
        key: ", ".join(map(str, said)) if isinstance(said, list) else str(said or "") for key, said in values.items()
    }, ()


def csv_rows(text: str, delimiter: str = ",") -> list[list[str]]:
    """The rows of a table of comma-separated values. Raises csv.Error."""
    rows = csv.reader(text.splitlines(), delimiter=delimiter, skipinitialspace=True, strict=True)
    return [row for row in rows if row]


def with_wide_lists(source: Source) -> Source:
    """*source* with what stands in lists indented by four columns, as Python-Markdown has it; MyST wants two or three.

    What follows the first paragraph of an item moves; lines and words stay.
    https://python-markdown.github.io/#differences
    """
    shifts: dict[int, int] = {}
    for node in SyntaxTreeNode(_PARSER.parse(source.text + "\n")).walk(include_self=False):
        if node.type in ("bullet_list", "ordered_list") and not _is_in_list(node):
            _widen(node, 0, source.lines, shifts)
    if not any(shifts.values()):
        return source
    lines, places = [], []
    for number, line in enumerate(source.lines):
        lead = _quotes(line)
        bare = line[len(lead) :].lstrip(" ")
        width = len(line) - len(lead) - len(bare)
        shift = max(shifts.get(number, 0), -width) if bare else 0
        lines.append(lead + " " * (width + shift) + bare)
        place = source.locate_line(number)
        places.append((place.line, place.column - 1 - shift))
    return Source("\n".join(lines), source.path, tuple(places))


def _is_in_list(node: SyntaxTreeNode) -> bool:
    above = node.parent
    while above is not None and above.type != "list_item":
        above = above.parent
    return above is not None


def _quotes(line: str) -> str:
    found = re.match(r"(?:[ ]{0,3}>[ ]?)*", line)
    return found[0] if found else ""


def _indent(line: str) -> int:
    bare = line[len(_quotes(line)) :]
    return len(bare) - len(bare.lstrip(" "))


def _widen(node: SyntaxTreeNode, to: int, lines: Sequence[str], shifts: dict[int, int]) -> None:
    """Move a list so that its marks stand in column *to*, and what is in its items behind them."""
    for item in node.children:
        first, _ = item.map or (0, 0)
        line = lines[first]
        mark = re.match(r"(?P<before> *)(?P<mark>[*+-]|\d{1,9}[.)])(?P<after> *)", line[len(_quotes(line)) :])
        if not mark:
            continue
        shifts[first] = to - len(mark["before"])
        content = len(mark["before"] + mark["mark"]) + (len(mark["after"]) if 1 <= len(mark["after"]) <= 4 else 1)
        inner = to + max(4, len(mark["mark"]) + 1)
        for child in item.children:
            start, end = child.map or (first, first)
            if start == first:
                if child.type != "paragraph":  # what goes on below the mark moves with it
                    for number in range(start + 1, min(end, len(lines))):
                        if _indent(lines[number]) >= content:
                            shifts[number] = shifts[first]
                continue
            if child.type in ("bullet_list", "ordered_list"):
                _widen(child, inner, lines, shifts)
                continue
            column = content if child.type == "code_block" else _indent(lines[start])
            for number in range(start, min(end, len(lines))):
                if _indent(lines[number]) >= min(column, content):
                    shifts[number] = inner - column


# --- reading -----------------------------------------------------------------------------


def _parser() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"maxNesting": 100}).enable("table")
    md.use(footnote_plugin).disable(["footnote_inline", "footnote_tail"])
    md.use(colon_fence_plugin).use(myst_block_plugin).use(myst_role_plugin).use(substitution_plugin)
    md.use(deflist_plugin).use(dollarmath_plugin, allow_labels=True, double_inline=True).use(amsmath_plugin)
    for name in md.inline.ruler.get_all_rules():
        rule = next(rule for rule in md.inline.ruler.__rules__ if rule.name == name)
        md.inline.ruler.at(name, _located(rule.fn))
    # Joined text would have no place, and entities are text.
    return md.disable(["fragments_join", "text_join"], ignoreInvalid=True)


def _located(rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    """*rule*, saying from where to where in its text each token stands."""

    def located(state: StateInline, silent: bool) -> bool:
        start, count = state.pos, len(state.tokens)
        if not rule(state, silent):
            return False
        if not silent:
            for token in state.tokens[count:]:
                if token.type == "text" or "span" in token.meta:
                    continue
                token.meta = {**token.meta, "span": (start, state.pos)}
                if token.type in ("link_open", "image"):
                    bracket = start + (token.type == "image")
                    is_link = state.src.startswith("[", bracket)
                    token.meta["label_end"] = _label_end(state, bracket) if is_link else 0
        return True

    return located


def _label_end(state: StateInline, bracket: int) -> int:
    """Where the `]` stands that closes the `[` at *bracket*."""
    position, length = state.pos, state.posMax
    state.posMax = len(state.src)
    end = int(state.md.helpers.parseLinkLabel(state, bracket))
    state.pos, state.posMax = position, length
    return end


_PARSER = _parser()

_LEAVES = {
    "amsmath",
    "code_block",
    "colon_fence",
    "fence",
    "html_block",
    "math_block",
    "math_block_label",
    "myst_block_break",
    "myst_line_comment",
    "myst_target",
    "substitution_block",
}

_OPENED = {"bullet_list_open", "ordered_list_open", "dl_open", "table_open", "blockquote_open", "list_item_open"}


def _blocks(tokens: Sequence[Token], source: Source) -> Iterator[Block]:
    level = 0
    table: tuple[int, int] | None = None
    cells = _Cells()
    lists = 0
    for position, token in enumerate(tokens):
        start, end = token.map or (0, 0)
        if token.type == "amsmath":  # which does not count its last line
            end = start + token.content.strip("\n").count("\n") + 1
        if token.type in _LEAVES:
            yield Block(token.type, start, _last(source, start, end), token.content, token.info)
        elif token.type in _OPENED:
            if token.type == "table_open":
                table, cells = (start, end), _Cells()
            yield Block(token.type.removesuffix("_open"), start, end, info=token.markup, level=lists)
            lists += token.type == "list_item_open"
        elif token.type == "list_item_close":
            lists -= 1
        elif token.type == "table_close":
            table = None
        elif token.type == "heading_open":
            level = int(token.tag[1])
        elif token.type == "tr_open" and token.map:
            cells.row(token.map[0])
        elif token.type == "inline":
            if table:
                offsets = cells.offsets(token.content, source)
                kind = "cell"
            else:
                offsets = _offsets(token.content, start, source)
                is_heading = tokens[position - 1].type == "heading_open"
                kind = "heading" if is_heading else "paragraph"
            yield _text_block(token, kind, offsets, source, level if kind == "heading" else 0)


def _last(source: Source, start: int, end: int) -> int:
    """The line behind a block, blank lines that the parser counts to it left out."""
    while end > start + 1 and (end > len(source.lines) or not source.lines[end - 1].strip(" >\t")):
        end -= 1
    return end


class _Cells:
    """Where the cells of a table stand, asked for from left to right."""

    def __init__(self) -> None:
        self.line = 0
        self.at = 0

    def row(self, line: int) -> None:
        self.line, self.at = line, 0

    def offsets(self, content: str, source: Source) -> list[int]:
        """Where each character of a cell stands; bars in cells are written `\\|`."""
        line = source.lines[self.line] if self.line < len(source.lines) else ""
        pattern = "".join(r"\\?\|" if sign == "|" else re.escape(sign) for sign in content)
        found = re.compile(pattern).search(line, self.at)
        if not found:
            return []
        offsets, at = [], found.start()
        for sign in content:
            at += line.startswith("\\|", at) and sign == "|"
            offsets.append(source.starts[self.line] + at)
            at += 1
        self.at = at
        return [*offsets, source.starts[self.line] + at]


def _offsets(content: str, start: int, source: Source) -> list[int]:
    """Where each character of a paragraph or a heading stands in the source; none if it is not found there."""
    offsets: list[int] = []
    for number, text in enumerate(content.split("\n"), start):
        if number >= len(source.lines):
            return []
        line, bare = source.lines[number], text.rstrip()
        at = line.rstrip().rfind(bare) if line.rstrip().endswith(bare) else line.find(bare)
        if at < 0:
            bare = bare.lstrip()  # tabs have become spaces
            at = line.find(bare)
        if at < 0:
            return []
        lead = len(text.rstrip()) - len(bare)
        offsets += [source.starts[number] + at] * lead
        offsets += [source.starts[number] + at + column for column in range(len(text) - lead)]
        offsets.append(source.starts[number] + len(line))
    return offsets


def _text_block(token: Token, kind: str, offsets: list[int], source: Source, level: int) -> Block:
    start, end = token.map or (0, 0)
    if not offsets:
        return Block(kind, start, end, token.content, level=level)
    indentation = indentation_below(source.lines[start]) if kind != "heading" else ""
    context = Context(kind == "cell", kind == "heading", indentation)
    inlines = list(_inlines(token.children or [], offsets, context))
    covered = sorted((each.start, each.end) for each in inlines if each.kind not in ("link_open",))
    texts, at = [], offsets[0]
    for first, last in covered:
        if first > at:
            texts.append((at, first))
        at = max(at, last)
    title_end = offsets[len(token.content) - 1] + 1 if token.content else offsets[-1]
    if at < title_end:
        texts.append((at, title_end))
    return Block(kind, start, end, token.content, token.markup, level, tuple(inlines), tuple(texts), title_end)


_INLINES = {
    "myst_role",
    "substitution_inline",
    "html_inline",
    "code_inline",
    "math_inline",
    "math_inline_double",
    "image",
    "link_open",
    "text_special",
    "hardbreak",
    "footnote_ref",
}


def _inlines(tokens: Sequence[Token], offsets: list[int], context: Context) -> Iterator[Inline]:
    for token in tokens:
        span = token.meta.get("span")
        if not span or token.type not in _INLINES:
            continue
        start, end = span
        label_end = token.meta.get("label_end", 0)
        yield Inline(
            "autolink" if token.type == "link_open" and token.info == "auto" else token.type,
            offsets[start],
            offsets[start if token.type == "hardbreak" else end - 1] + 1,
            token.content,
            str(token.meta.get("name", "")),
            str(token.attrGet("href") or token.attrGet("src") or ""),
            offsets[label_end] if label_end > 0 else 0,
            context,
        )
