"""What a chapter can be referred to: how it was called in the Jupyter Book, and how it is called here.

Sphinx gives an id to each heading, figure and table: that of its name or title, or, if that is taken or has no Latin
letters, `id` and a number. References and footnotes take part in the count, so it is made here, too: links from
elsewhere are to lead where they led. https://docutils.sourceforge.io/docs/ref/rst/directives.html#identifier-normalization
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from modelbook.crossrefs import ID
from modelbook.errors import Location
from modelbook.importing.myst.syntax import (
    MAX_NESTING,
    Block,
    Directive,
    Source,
    csv_rows,
    directive,
    place_of,
    read,
    with_wide_lists,
)
from modelbook.importing.myst.vocabulary import (
    CITING,
    CITING_IN_PART,
    CODE,
    FIGURES,
    MATH,
    TABLES,
    TITLED,
    WITH_MARKDOWN,
)

Expand = Callable[[str], str | None]
"""The text that a substitution stands for."""

_PREFIX = {"figure": "fig", "table": "tbl", "equation": "eq"}
_KIND_WORDS = {
    "fig": r"fig|figs|figure|img|image",
    "tbl": r"tbl|tab|table",
    "eq": r"eq|eqn|equation",
}


@dataclass
class Target:
    """A place that can be referred to."""

    kind: str
    """`section`, `figure`, `table`, `equation`, or `place` for anything else."""
    location: Location
    labels: list[str] = field(default_factory=list)
    """Its names in MyST, as written."""
    title: str = ""
    """The words of a heading, the caption of a figure."""
    anchors: list[str] = field(default_factory=list)
    """The ids that Sphinx gave it."""
    id: str = ""
    """Its id in this book; of a place, that of the section around it."""
    level: int = 0
    stem: str = ""
    """The name of a figure's file."""
    section: str = ""
    """The id of the heading above it."""

    @property
    def reference(self) -> str:
        """How cross-references name it: `fig-circle`, `sec-shapes`."""
        return self.id if self.kind in _PREFIX else f"sec-{self.id}"


class Targets:
    """The targets of a chapter, by place and by what they are called."""

    def __init__(self, found: Sequence[Target]) -> None:
        self._all = found
        self._by_place = {target.location: target for target in found}
        self._by_name: dict[str, Target] = {}
        slugs: dict[str, int] = {}
        for target in found:
            for label in target.labels:
                self._by_name.setdefault(normal(label), target)
        for target in found:
            if target.kind == "section":
                slug = heading_slug(target.title)
                count = slugs.get(slug, -1) + 1
                slugs[slug] = count
                self._by_name.setdefault(normal(f"{slug}-{count}" if count else slug), target)
        for target in found:
            for name in (*map(make_id, target.labels), *target.anchors):
                self._by_name.setdefault(name, target)

    def __iter__(self) -> Iterator[Target]:
        return iter(self._all)

    def at(self, place: Location) -> Target | None:
        return self._by_place.get(place)

    def named(self, label: str) -> Target | None:
        return self._by_name.get(normal(label))

    @property
    def names(self) -> list[str]:
        return sorted(self._by_name)

    def moved(self, shown: Collection[str]) -> dict[str, str]:
        """The anchors that are called otherwise now, with the ids that have taken over, of those that are *shown*."""
        moved: dict[str, str] = {}
        for target in self._all:
            id = target.id if target.id in shown else target.section
            for anchor in target.anchors:
                if anchor not in shown and id:
                    moved.setdefault(anchor, id)
        return moved


def normal(label: str) -> str:
    """A label as Sphinx compares it."""
    return " ".join(label.casefold().split())


def make_id(name: str) -> str:
    """The id that Sphinx makes of a name; empty if it has no Latin letters."""
    latin = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"^[-0-9]+|-+$", "", re.sub(r"[^a-z0-9]+", "-", " ".join(latin.split())))


def heading_slug(title: str) -> str:
    """What MyST calls a heading in links of its own chapter, as GitHub does."""
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", title.strip().lower()))


def plain(markdown: str) -> str:
    """The words of a short text in MyST."""
    text = re.sub(r"\s*\{(?:cite|footcite)[^{}]*\}(`+).*?\1", "", markdown)
    text = re.sub(r"\{[\w:+-]+\}(`+)(?P<said>.*?)\s*(?:<[^<>]*>)?\1", r"\g<said>", text, flags=re.S)
    text = re.sub(r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\](?:\([^()]*(?:\([^()]*\)[^()]*)*\))?", r"\1", text)
    text = re.sub(r"<[^<>]+>|(?<!\\)[*`]", "", text)
    text = re.sub(r"(?<!\w)(_{1,2})(?=\S)(.+?)(?<=\S)\1(?!\w)", r"\2", text)
    return " ".join(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text).split())


def find_targets(source: Source, expand: Expand, taken: frozenset[str] = frozenset()) -> Targets:
    """The targets of a chapter; of its figures, tables and equations none takes an id that is *taken* in the book."""
    finder = _Finder(expand)
    finder.read(source)
    finder.finish()
    _name(finder.found, taken)
    return Targets(finder.found)


class _Finder:
    """Reads a chapter in order, and counts ids as Sphinx does."""

    def __init__(self, expand: Expand) -> None:
        self.found: list[Target] = []
        self.expand = expand
        self.ids: set[str] = set()
        self.count = 0
        self.pending: list[tuple[str, Location]] = []
        self.unnamed: list[Target] = []
        """Those that get their ids when all is read."""

    def read(self, source: Source, depth: int = 0) -> None:
        if depth > MAX_NESTING:
            return
        source = with_wide_lists(source)
        for block in read(source):
            if block.kind == "myst_target":
                self._label(block.content, place_of(block, source))
            elif block.kind == "paragraph" and (label := attribute_label(block)):
                self._label(label, place_of(block, source))
            elif block.kind == "heading":
                self._heading(block, source, depth)
            elif block.kind in ("fence", "colon_fence") and (found := directive(block, source)):
                self._directive(found, depth)
            elif block.kind == "math_block_label":
                self._settle("equation", place_of(block, source), [block.info])
            elif block.kind == "substitution_block":
                self._expand(block.content, place_of(block, source), source, depth)
            elif block.kind not in ("myst_line_comment", "list_item", "myst_block_break"):
                self._settle("place", place_of(block, source), [])
                self._inline(block, source, depth)

    def finish(self) -> None:
        self._settle("place", Location("", 0), [])
        for target in self.unnamed:
            target.anchors.append(self._next_id())

    def _label(self, label: str, place: Location) -> None:
        self.pending.append((label, place))
        if id := make_id(label):
            self.ids.add(id)

    def _settle(self, kind: str, place: Location, labels: list[str], title: str = "") -> Target | None:
        """What stands at *place* is what the labels above it, and those of its own, name."""
        named = [label for label, _ in self.pending] + [label for label in labels if label]
        self.pending = []
        if kind == "place" and not named:
            return None
        prefix = "equation-" if kind == "equation" else ""
        anchors = [prefix + id for label in named if (id := make_id(label))]
        self.ids.update(anchors)
        target = Target(kind, place, named, title, anchors)
        self.found.append(target)
        return target

    def _heading(self, block: Block, source: Source, depth: int) -> None:
        written = re.search(r"\s*\{[^{}]*#([\w.:-]+)[^{}]*\}\s*$", block.content)
        title = plain(block.content[: written.start()] if written else block.content)
        target = self._settle("section", place_of(block, source), [written[1]] if written else [], title)
        if target is None:
            raise AssertionError(title)  # a section needs no label
        target.level = block.level
        id = make_id(title)
        if not id or id in self.ids:
            id = self._next_id()
        self.ids.add(id)
        target.anchors.append(id)
        self._inline(block, source, depth)

    def _next_id(self) -> str:
        while True:
            self.count += 1
            if (id := f"id{self.count}") not in self.ids:
                self.ids.add(id)
                return id

    def _inline(self, block: Block, source: Source, depth: int) -> None:
        for each in block.inlines:
            cites = each.kind == "myst_role" and (each.name in CITING or each.name in CITING_IN_PART)
            if cites or each.kind == "footnote_ref":
                self._next_id()
            elif each.kind == "substitution_inline":
                self._expand(each.content, source.locate(each.start), source, depth)

    def _expand(self, name: str, place: Location, source: Source, depth: int) -> None:
        if (text := self.expand(name)) is not None:
            self.read(source.put(text, place), depth + 1)

    def _directive(self, found: Directive, depth: int) -> None:
        label = found.options.get("name") or found.options.get("label") or ""
        kind = "place"
        title = found.argument.text
        if found.name in FIGURES:
            label = found.argument.text if found.name == "figure-md" else label
            title = caption_of(found)
            kind = "figure" if title else "place"
        elif found.name in TABLES:
            kind = "table" if title else "place"
        elif found.name in MATH:
            kind = "equation" if label or self.pending else "place"
        elif found.name in CODE:
            title = found.options.get("caption", "")
        target = self._settle(kind, found.location, [label], plain(title))
        if target and kind == "figure":
            target.stem = PurePosixPath(found.argument.text.partition("?")[0]).stem if found.name == "figure" else ""
        if target and kind in ("figure", "table") and not target.labels:
            self.unnamed.append(target)
        if found.name in CODE and title and not label:
            self._next_later(found.location)
        if found.name in TITLED or found.name in TABLES or found.name == "glossary":
            self.read(found.argument, depth + 1)
        if found.name == "csv-table":
            self._rows(found, depth)
        elif found.name == "glossary":
            for names, text in glossary_entries(found.body):
                self.found.append(Target("place", found.location, [], "", list(map(_term_anchor, names))))
                self.read(text, depth + 1)
        elif found.name in WITH_MARKDOWN:
            self.read(found.body, depth + 1)

    def _next_later(self, place: Location) -> None:
        target = Target("place", place)
        self.found.append(target)
        self.unnamed.append(target)

    def _rows(self, found: Directive, depth: int) -> None:
        try:
            rows = csv_rows(found.body.text)
        except csv.Error:
            return
        for row in rows:
            for cell in row:
                self.read(found.body.put(cell, found.location), depth + 1)


def _term_anchor(name: str) -> str:
    """The id of a term in a glossary of Sphinx, which keeps capitals."""
    return re.sub(r"[^a-zA-Z0-9._]+", "-", f"term-{name}").strip("-")


def attribute_label(block: Block) -> str:
    """The id in a line `{#id}`, which stands for the block below it."""
    match = re.fullmatch(r"\{[^{}]*#([\w.:-]+)[^{}]*\}", block.content.strip())
    return match[1] if match else ""


def caption_of(found: Directive) -> str:
    """The caption of a figure: the first paragraph that is no picture."""
    for paragraph in re.split(r"\n[ \t]*\n", found.body.text):
        if paragraph.strip() and not is_pictures(paragraph, found.name):
            return " ".join(paragraph.split())
    return ""


_PICTURE = r"(?:!\[[^\[\]]*\]\([^()]*(?:\([^()]*\)[^()]*)*\)(?:\{[^{}]*\})?|<img\s[^<>]*>)"


def is_pictures(paragraph: str, name: str) -> bool:
    """Whether a paragraph of a figure of pictures has nothing else in it."""
    return name != "figure" and bool(re.fullmatch(rf"\s*(?:{_PICTURE}\s*)+", paragraph))


def glossary_entries(body: Source) -> list[tuple[list[str], Source]]:
    """The terms of a glossary, those of one entry together, and the text of each; none if it begins with no term."""
    entries: list[tuple[list[str], Source]] = []
    names: list[str] = []
    lines = body.lines
    if body.text.lstrip("\n").startswith((" ", "\t")):
        return []
    at = 0
    while at < len(lines):
        if not lines[at].strip() or lines[at].startswith((" ", "\t")):
            at += 1
            continue
        names.append(lines[at].partition(" : ")[0].strip())
        first = at = at + 1
        while at < len(lines) and (not lines[at].strip() or lines[at].startswith((" ", "\t"))):
            at += 1
        texts = _dedented(lines[first:at])
        if any(texts):
            entries.append((names, body.part(texts, first)))
            names = []
    return entries + ([(names, body.put("", body.locate_line(0)))] if names else [])


def _dedented(lines: Sequence[str]) -> list[str]:
    least = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return [line[least:] if line.strip() else "" for line in lines]


# --- names in this book ------------------------------------------------------------------


def _name(found: Sequence[Target], taken: frozenset[str]) -> None:
    """Give each target its id here: that of its label, else its title, below that of the heading above if repeated."""
    used = set(taken)
    above: dict[int, str] = {}
    section = ""
    for target in found:
        if target.kind == "section":
            above = {level: id for level, id in above.items() if level < target.level}
            parent = next((above[level] for level in sorted(above, reverse=True) if level > 1), "")
            target.id = _free(_section_ids(target, parent), used)
            above[target.level] = section = target.id
            target.section = section
        elif target.kind in _PREFIX:
            target.id, target.section = _free(_numbered_ids(target), used), section
        else:
            target.id = target.section = section


def _section_ids(target: Target, parent: str) -> Iterator[str]:
    for name in (*target.labels, target.title):
        if id := make_id(name):
            yield f"section-{id}" if ID.fullmatch(id) else id
    words = make_id(target.title)
    if parent and words:
        yield f"{parent}-{words}"
    yield target.anchors[-1]


def _numbered_ids(target: Target) -> Iterator[str]:
    prefix = _PREFIX[target.kind]
    words = _KIND_WORDS[prefix]
    labels = [id for id in map(make_id, target.labels) if id]
    # `circle-fig` and `fig-circle` are both `fig-circle`, unless that is taken.
    yield from (f"{prefix}-{re.sub(rf'^(?:{words})-(?=.)|(?<=.)-(?:{words})$', '', id)}" for id in labels[:1])
    yield from (f"{prefix}-{id}" for id in labels)
    if not labels:
        titles = map(make_id, (target.stem, " ".join(target.title.split()[:6]), target.kind))
        yield from (f"{prefix}-{id}" for id in titles if id)


def _free(names: Iterator[str], used: set[str]) -> str:
    """The first of *names* that is not used yet, else the last with a number; it is used from now on."""
    name = ""
    for name in names:
        if name not in used:
            break
    else:
        number = next(number for number in range(2, len(used) + 3) if f"{name}-{number}" not in used)
        name = f"{name}-{number}"
    used.add(name)
    return name


def known_labels(texts: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """The labels of other chapters, of which *texts* are the sources by name, with the chapter and the id there."""
    labels: dict[str, tuple[str, str]] = {}
    for name, text in texts.items():
        for target in find_targets(Source(text, name), lambda _: None):
            for label in target.labels:
                labels.setdefault(normal(label), (name, target.reference))
    return labels
