"""A chapter in MyST as a page of this book, with what could not be carried over.

Constructs are replaced where they stand; all other text stays as it is, byte for byte, except for indentation in
lists and blank lines, in which Python-Markdown differs from CommonMark.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from modelbook.errors import InvalidBookError, Location, Problem
from modelbook.importing.myst import raw_html
from modelbook.importing.myst.directives import DirectiveConverter
from modelbook.importing.myst.edits import Edits, comment, fenced
from modelbook.importing.myst.inlines import Setting, Substitutions
from modelbook.importing.myst.syntax import MAX_NESTING, Block, Source, place_of, read, with_wide_lists
from modelbook.importing.myst.targets import attribute_label, make_id
from modelbook.sources import parse_document


@dataclass(frozen=True)
class Imported:
    """A page, and what is to be done about it."""

    markdown: str
    problems: list[Problem]
    anchors: Mapping[str, str]
    """The anchors of the chapter that are called otherwise on the page, with their ids there."""
    images: Mapping[str, str]
    """The pictures that the page shows from the folder beside it: their names there, and their paths as written."""
    carried: Mapping[str, int]
    """How many figures, tables, citations … there are."""


def import_chapter(text: str, path: str, setting: Setting) -> Imported:
    """Convert a chapter, which stands in the file *path*."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    front, body, first, problems, own = _front_matter(text, path)
    expand = Substitutions({**setting.substitutions, **own})
    lines = body.split("\n")
    source = Source(body, path, tuple((number, 0) for number in range(first, first + len(lines))))
    converter = _Converter(source, setting, expand)
    markdown = front + converter.convert(source)
    problems += converter.problems
    moved = converter.targets.moved(converter.shown)
    return Imported(markdown, sorted(set(problems)), moved, converter.images, converter.carried)


_DROPPED_KEYS = {"myst", "substitutions", "jupytext", "kernelspec", "jupyter", "orphan", "html_meta", "file_format"}


def _front_matter(text: str, path: str) -> tuple[str, str, int, list[Problem], dict[str, str]]:
    """What the page says at its top, the text below it, its first line, and the substitutions that are defined."""
    match = re.match(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", text, re.M | re.S)
    if not match:
        return "", text, 1, [], {}
    first = text.count("\n", 0, match.end()) + 1
    body = text[match.end() :]
    try:
        values = parse_document("\n" + match[1], path).values if match[1].strip() else {}
    except InvalidBookError as error:
        return match[0], body, first, list(error.problems), {}
    problems = []
    myst = values.get("myst")
    found = {**_texts(values.get("substitutions")), **_texts(isinstance(myst, dict) and myst.get("substitutions"))}
    kept, key = [], ""
    for number, line in enumerate(match[1].splitlines(), 2):
        key = said[1] if (said := re.match(r"['\"]?([\w.-]+)['\"]?\s*:", line)) else key
        if key not in _DROPPED_KEYS:
            kept.append(line)
        elif said and key == "html_meta":
            problems.append(Problem(Location(path, number), f"'{key}' is left out; expected `description: …`"))
    if isinstance(myst, dict) and (others := sorted(set(myst) - {"substitutions"})):
        problems.append(
            Problem(
                Location(path),
                f"settings of MyST ({', '.join(others)}) are left out; "
                "expected what the page needs of them in mkdocs.yml",
            )
        )
    front = "---\n" + "\n".join(kept) + "\n---\n" if any(line.strip() for line in kept) else ""
    return front, body, first, problems, found


def _texts(value: object) -> dict[str, str]:
    return {str(key): str(said) for key, said in value.items()} if isinstance(value, dict) else {}


class _Converter(DirectiveConverter):
    """Converts the texts of one chapter, block by block."""

    def convert(self, source: Source) -> str:
        """A text, block by block."""
        if self.depth > MAX_NESTING:
            self.say(source.locate_line(0), f"nested deeper than {MAX_NESTING} levels; expected a flatter text")
            return source.text
        self.depth += 1
        source = with_wide_lists(source)
        edits = Edits(source)
        for block in read(source):
            self._block(block, source, edits)
        self.depth -= 1
        return edits.text()

    def _block(self, block: Block, source: Source, edits: Edits) -> None:
        place = place_of(block, source)
        if block.kind in ("fence", "colon_fence"):
            self._fence(block, source, edits)
        elif block.kind == "heading":
            self._heading(block, source, edits)
        elif block.kind in ("paragraph", "cell"):
            if block.kind == "paragraph" and attribute_label(block):
                edits.replace(block, "")
            else:
                if block.content.startswith("```{"):
                    self.say(place, "a directive whose first line has '`' in it is none; expected ':::' around it")
                self._inlines(block, source, edits)
        elif block.kind in ("bullet_list", "ordered_list") and not block.level:
            edits.separate(block.start)
            if edits.follows_list(block):
                self.say(
                    place,
                    "a list right behind a list of another kind would become one with it; expected words between them",
                )
        elif block.kind == "list_item":
            edits.separate_item(block)
            if block.info == ")":
                at = source.starts[block.start] + source.lines[block.start].index(")")
                edits.add(at, at + 1, ".")
        elif block.kind == "table":
            self.need("tables", place)
            edits.separate(block.start)
        elif block.kind == "dl":
            self.say(place, "a list of definitions stays as text; expected a list, or `data/terms/` and `::: glossary`")
        elif block.kind == "myst_target":
            edits.replace(block, "")
            self._placed(block.content, place)
        elif block.kind == "myst_line_comment":
            edits.replace(block, comment(block.content.strip("\n")), tight=True)
        elif block.kind == "myst_block_break":
            edits.replace(block, comment(block.content) if block.content else "")
        elif block.kind == "substitution_block":
            if (said := self._substituted(block.content, place, source)) is not None:
                edits.replace(block, said)
        elif block.kind == "html_block":
            self._html_block(block, place, edits)
        elif block.kind in ("math_block", "math_block_label", "amsmath"):
            self._math_block(block, place, edits)

    def _heading(self, block: Block, source: Source, edits: Edits) -> None:
        self._inlines(block, source, edits)
        target = self.targets.at(place_of(block, source))
        if target is None:
            return
        self.carried["heading"] += 1
        self.shown.add(target.id)
        if re.search(r"\{[^{}]*#[\w.:-]+[^{}]*\}\s*$", block.content):
            return
        edits.add(block.title_end, block.title_end, f" {{#{target.id}}}")
        if not make_id(target.title) and not any(map(make_id, target.labels)):
            self.say(
                target.location,
                f"heading '{target.title}' has no Latin letters and is called '#{target.id}' as "
                "before; expected an id in words of the first language, the same in all",
            )
        line = source.lines[block.start]
        if (indent := len(line) - len(line.lstrip(" "))) and line.lstrip().startswith("#") and not _inside(line):
            edits.add(source.starts[block.start], source.starts[block.start] + indent, "")

    def _html_block(self, block: Block, place: Location, edits: Edits) -> None:
        content = block.content.strip("\n")
        bare = re.sub(r"<!--.*?-->", "", content, flags=re.S)
        if not bare.strip():
            return
        said = ""
        try:
            said = "" if raw_html.is_frame(bare) else raw_html.to_markdown(content, self._picture_path)
        except raw_html.UnreadableHtmlError as error:
            self.say(place, f"raw HTML cannot be Markdown for {error}; it stands as code, expected Markdown")
            edits.replace(block, fenced(content, "html"))
            return
        comments = re.findall(r"<!--.*?-->", content, re.S)
        if not said.strip():
            self.say(
                place,
                f"raw HTML '{' '.join(content.split())}' shows nothing and is left out as a comment; "
                "expected Markdown if it matters",
            )
            comments = [*comments, comment(bare)]
        else:
            self.carried["HTML block"] += 1
        edits.replace(block, "\n\n".join([*comments, said]).strip("\n"))

    def _math_block(self, block: Block, place: Location, edits: Edits) -> None:
        target = self.targets.at(place)
        if block.kind == "math_block_label" and target:
            edits.replace(block, self._equation(target, block.content))
        elif block.kind == "amsmath":
            self.need("pymdownx.arithmatex", place)
            edits.replace(block, f"$$\n{block.content.strip()}\n$$")
        else:
            self.need("pymdownx.arithmatex", place)
            edits.separate(block.start)
            edits.separate(block.end)


def _inside(line: str) -> bool:
    """Whether a heading stands in a list or a quotation."""
    return bool(re.match(r"\s*>|\s{4}", line))
