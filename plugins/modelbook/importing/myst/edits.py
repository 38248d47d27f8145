"""Replacements in a text, and how blocks are written so that Python-Markdown reads them."""

from __future__ import annotations

import re

from modelbook.importing.myst.syntax import Block, Source, column_of, indentation_below


class Edits:
    """Replacements in a source; of two that overlap the first counts."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.edits: list[tuple[int, int, str]] = []
        self.separated: set[int] = set()
        """The lines before which a blank line comes."""
        self.list_end = 0
        """The line behind the last list."""
        self.items: dict[int, int] = {}
        """Where the items of lists begin, by the line behind them."""

    def add(self, start: int, end: int, text: str) -> None:
        self.edits.append((start, end, text))

    def text(self) -> str:
        said, at = [], 0
        for start, end, text in sorted(self.edits, key=lambda edit: edit[:2]):
            if start >= at:
                said += [self.source.text[at:start], text]
                at = end
        return "".join([*said, self.source.text[at:]])

    def follows_list(self, block: Block) -> bool:
        """Whether a list stands behind another one with nothing in between."""
        before, self.list_end = self.list_end, block.end
        lines = self.source.lines
        if not 0 < before <= block.start or any(map(is_text, lines[before : block.start])):
            return False
        return quote_marks(lines[before - 1]) == quote_marks(lines[block.start])

    def separate_item(self, block: Block) -> None:
        """A blank line before an item behind one of several blocks, the last of which would go on otherwise."""
        before = self.items.get(block.start)
        if before is not None and not all(map(is_text, self.source.lines[before : block.start])):
            self.separate(block.start)
        self.items.setdefault(block.end, block.start)

    def separate(self, line: int) -> None:
        """A blank line before *line*, if there is none and text on both sides."""
        lines = self.source.lines
        if line in self.separated or not 0 < line < len(lines):
            return
        if is_text(lines[line - 1]) and is_text(lines[line]):
            at = self.source.starts[line]
            self.add(at, at, f"{quote_marks(lines[line])}\n")
            self.separated.add(line)

    def replace(self, block: Block, text: str, *, tight: bool = False) -> None:
        """Put *text* in the place of the lines of a block, as far indented, and blank lines around it.

        *tight* text has a blank line only behind it.
        """
        lines, starts = self.source.lines, self.source.starts
        end = min(block.end, len(lines))
        first = lines[block.start]
        lead, below = first[: column_of(first)], indentation_below(first)
        is_item = bool(re.search(r"[^>\s]", lead))
        before = not is_item and block.start > 0 and is_text(lines[block.start - 1])
        after = end < len(lines) and is_text(lines[end])
        start, stop = starts[block.start], starts[end] if end < len(lines) else len(self.source.text)
        blank = quote_marks(first) + "\n"
        if not text.strip():
            if is_item:
                self.add(start + len(lead), stop - 1 if end < len(lines) else stop, "")
            elif before and after:
                self.add(start, stop, blank)
            else:
                # Of the blank lines on both sides one is enough.
                while not before and end < len(lines) and not is_text(lines[end]):
                    end += 1
                self.add(start, starts[end] if end < len(lines) else len(self.source.text), "")
            return
        if is_item and text.startswith(("```", "~~~")):  # which Python-Markdown does not find behind a mark
            text = f"&nbsp;\n\n{text}"
        if is_item and text.startswith(":::"):  # whose body it would not take for its own
            text = text.replace("\n", "\n\n", 1)
        said = [f"{below}{line}".rstrip() for line in text.split("\n")]
        said[0] = f"{lead}{said[0].removeprefix(below)}" if said[0].startswith(below) else lead
        before = before and block.start not in self.separated
        if after:
            self.separated.add(end)
        written = "\n".join(said) + ("\n" if end < len(lines) else "")
        self.add(start, stop, (blank if before and not tight else "") + written + (blank if after else ""))


def is_text(line: str) -> bool:
    return bool(line.strip(" >\t"))


def indent_of(line: str) -> int:
    """Where a line's text begins, behind marks of quotations, but not of lists."""
    found = re.match(r"(?:[ ]{0,3}>[ ]?)*[ \t]*", line)
    return found.end() if found else 0


def quote_marks(line: str) -> str:
    """The marks of quotations that a blank line between two lines of the same has."""
    found = re.match(r"(?:[ ]{0,3}>[ ]?)*", line)
    return found[0].rstrip() if found and ">" in found[0] else ""


def indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() if line.strip() else "" for line in text.split("\n"))


def dedented(text: str) -> str:
    lines = text.strip("\n").split("\n")
    least = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[least:].rstrip() for line in lines if line.strip())


def fenced(text: str, info: str) -> str:
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", text) or [""]))
    return f"{fence}{info}\n{text}\n{fence}"


def comment(text: str) -> str:
    return f"<!-- {text.strip().replace('-->', '--&gt;')} -->"
