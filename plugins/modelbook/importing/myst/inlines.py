"""Roles, links, pictures, substitutions and HTML within paragraphs."""

from __future__ import annotations

import posixpath
import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from modelbook.errors import Location, Problem, did_you_mean
from modelbook.importing.myst import raw_html
from modelbook.importing.myst.edits import Edits
from modelbook.importing.myst.syntax import Block, Inline, Source
from modelbook.importing.myst.targets import find_targets, make_id, normal
from modelbook.importing.myst.vocabulary import (
    CITING,
    CITING_IN_PART,
    CODE_ROLES,
    EMPHASIS_ROLES,
    SCRIPT_ROLES,
    STRONG_ROLES,
    in_script,
)
from modelbook.schema import Citation, is_safe_url

MAX_EXPANSIONS = 2000
"""How often substitutions may be replaced in a chapter; they may hold one another."""

MAX_TEXT = 2_000_000
"""How long the texts may be that substitutions stand for, together."""


@dataclass(frozen=True)
class Setting:
    """What a chapter is imported into."""

    page: str = "chapter"
    """The name of the page that it becomes: `open/early`."""
    keys: Collection[str] = ()
    """The keys of references.bib."""
    terms: Mapping[str, str] = field(default_factory=dict)
    """The ids of terms by their names, in small letters."""
    pages: Mapping[str, str] = field(default_factory=dict)
    """The titles of the pages that there are, by name."""
    taken: frozenset[str] = frozenset()
    """The ids of figures, tables and equations that other pages have."""
    labels: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Labels of other chapters, with the page and the reference (`fig-circle`, `sec-shapes`) that they are now."""
    extensions: Collection[str] | None = None
    """The Markdown extensions that the book uses; None for all."""
    substitutions: Mapping[str, str] = field(default_factory=dict)
    links_bare_addresses: bool = False
    """Whether the Jupyter Book makes links of addresses (`linkify`)."""


_LINKING = {"any", "doc", "download", "numref", "ref", "std:doc", "std:numref", "std:ref", "std:term", "term"}


class Substitutions:
    """What `{{ name }}` stands for, in a bounded number of places."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts
        self._left = MAX_EXPANSIONS
        self._length = MAX_TEXT

    def __call__(self, name: str) -> str | None:
        text = self.texts.get(name)
        if text is None or self._left <= 0 or self._length < len(text):
            return None
        self._left -= 1
        self._length -= len(text)
        return text


class InlineConverter(ABC):
    """Converts what stands within paragraphs; keeps what is wrong and what is found."""

    def __init__(self, source: Source, setting: Setting, expand: Substitutions) -> None:
        self.setting = setting
        self.expand = expand
        self.targets = find_targets(source, Substitutions(expand.texts), setting.taken)
        self.problems: list[Problem] = []
        self.images: dict[str, str] = {}
        self.carried: Counter[str] = Counter()
        self.needed: set[str] = set()
        self.links: list[tuple[int, int, int]] = []
        """Where the links of the paragraph at hand begin, where their words end, and where they do."""
        self.shown: set[str] = set()
        """The ids of headings, figures, tables and equations that the page has."""
        self.depth = 0

    @abstractmethod
    def convert(self, source: Source) -> str:
        """A text, block by block."""

    def inline(self, source: Source) -> str:
        """A text of one line."""
        return " ".join(self.convert(source).split())

    def say(self, place: Location, message: str) -> None:
        self.problems.append(Problem(place, message))

    def need(self, extension: str, place: Location) -> None:
        """Say, once, that the book does not use an extension of Markdown that the page needs."""
        known = self.setting.extensions
        if known is not None and extension not in known and extension not in self.needed:
            self.needed.add(extension)
            self.say(place, f"the book does not use '{extension}'; expected it below markdown_extensions in mkdocs.yml")

    def _placed(self, label: str, place: Location) -> None:
        """Say so if a label names neither a heading nor anything with a number."""
        target = self.targets.named(label)
        if target and target.kind == "place":
            lead = f"the heading above it, '#{target.id}'" if target.id else "nothing"
            self.say(
                place,
                f"label '{label}' names neither a heading nor anything with a number and leads to {lead}; "
                "expected a heading of its own if others link to it",
            )

    def _inlines(self, block: Block, source: Source, edits: Edits) -> None:
        tags = [each for each in block.inlines if each.kind == "html_inline"]
        if tags:
            self._html_inlines(tags, source, edits)
        found = (each for each in block.inlines if each.kind in ("link_open", "image"))
        self.links = [(each.start, each.label_end, each.end) for each in found]
        for each in block.inlines:
            self._inline(each, source, edits)
        for start, end in block.texts:
            self._plain(start, end, source, edits)

    def _plain(self, start: int, end: int, source: Source, edits: Edits) -> None:
        text = source.text[start:end]
        for match in re.finditer(r"(?<![\w./@+\\%=&#~-])@(?P<word>[\w:.+-]*\w)", text):
            if any(label < start + match.start() < last for _, label, last in self.links):
                continue
            is_reference = re.match(r"(?:fig|tbl|eq|sec)-", match["word"])
            if is_reference or match["word"] in self.setting.keys:
                edits.add(start + match.start(), start + match.start(), "\\")
        if self.setting.links_bare_addresses:
            for match in re.finditer(r"(?<![\w<])https?://[^\s<>]+", text):
                if any(first <= start + match.start() < last for first, _, last in self.links):
                    continue
                address = re.sub(r"[?!.,:;*_~'\"\])]+$", "", match[0])
                edits.add(start + match.start(), start + match.start() + len(address), f"<{address}>")

    def _inline(self, each: Inline, source: Source, edits: Edits) -> None:
        place = source.locate(each.start)
        written = source.text[each.start : each.end]
        said: str | None = None
        match each.kind:
            case "myst_role":
                said = self._role(each, place, source)
            case "substitution_inline":
                said = self._substituted(each.content, place, source)
                if said is not None:
                    said = _continued(said.strip(), each)
            case "text_special":
                said = _unescaped(written, each.content, in_cell=each.context.in_cell)
            case "hardbreak":
                said = "  " if written == "\\" else None
            case "math_inline":
                self.need("pymdownx.arithmatex", place)
            case "math_inline_double":
                self.need("pymdownx.arithmatex", place)
                self.say(place, f"formula '{written}' is shown in the line; expected a paragraph of its own for it")
                said = f"${' '.join(each.content.split())}$"
            case "footnote_ref":
                self.need("footnotes", place)
                self.carried["footnote reference"] += 1
            case "image":
                self._image(each, source, edits)
            case "link_open":
                self._link(each, place, source, edits)
            case "autolink" if not is_safe_url(each.address):
                self.say(place, f"'{written}' is a link that only MyST understands; expected `[words](page.md#id)`")
        if said is not None:
            edits.add(each.start, each.end, said)

    def _role(self, each: Inline, place: Location, source: Source) -> str | None:
        """A role as Markdown; None if it stays as written, which has been said then."""
        name, text = each.name, " ".join(each.content.split())
        label, words = _target_and_words(text)
        if name in CITING or name in CITING_IN_PART:
            return self._citation(name, text, each, place, source)
        if name in _LINKING and any(start < each.start < end for start, _, end in self.links):
            return words or label  # links do not stand in links
        if name in ("ref", "numref", "eq", "any", "std:ref", "std:numref", "prf:ref", "math:numref"):
            return self._reference(name, label, words, place)
        if name in ("term", "std:term"):
            return self._term(label, words or label, place)
        if name in ("doc", "std:doc"):
            return self._page_link(label, words, place)
        if name in ("math", "math:inline"):
            self.need("pymdownx.arithmatex", place)
            return f"${text}$"
        if name in SCRIPT_ROLES:
            if (said := in_script(text, SCRIPT_ROLES[name])) is None:
                self.say(place, f"'{text}' cannot be raised or lowered; expected a formula, or other words")
                return text
            return said
        if name in CODE_ROLES:
            return f"`{text}`" if "`" not in text else f"`` {text} ``"
        if name in STRONG_ROLES:
            return f"**{text.replace('-->', '→').replace('&', '')}**"
        if name in EMPHASIS_ROLES:
            return f"*{text}*"
        if name in ("abbr", "abbreviation"):
            return text
        if name == "rfc" and label.isdecimal():
            return f"[RFC {label}](https://www.rfc-editor.org/rfc/rfc{label})"
        if name == "pep" and label.isdecimal():
            return f"[PEP {label}](https://peps.python.org/pep-{label:0>4})"
        if name == "download" and is_safe_url(label):
            self.say(place, f"file '{label}' is not copied; expected it in content/, or another address")
            return f"[{words or posixpath.basename(label)}]({label})"
        self.say(place, f"role '{name}' is not known here and stays as written; expected Markdown in its place")
        return None

    def _citation(self, name: str, text: str, each: Inline, place: Location, source: Source) -> str | None:
        """`{cite}` of sphinxcontrib-bibtex, with what stands before and behind keys: `{see}key{p. 7}`.

        https://sphinxcontrib-bibtex.readthedocs.io/en/latest/usage.html#roles-and-directives
        """
        found = [
            re.fullmatch(r"(?:\{(?P<before>[^{}]*)\})?(?P<key>[^{}]*)(?:\{(?P<after>[^{}]*)\})?", part.strip())
            for part in re.split(r",(?![^{}]*\})", text)
        ]
        citations = []
        for match in found:
            try:
                citations.append(Citation.parse(f"{match['key'].strip()}, {match['after'] or ''}" if match else ""))
            except ValueError:
                written = source.text[each.start : each.end]
                self.say(place, f"'{written}' is not a citation; expected keys of references.bib and commas")
                return None
        for citation in citations:
            if citation.key not in self.setting.keys:
                near = did_you_mean(citation.key, self.setting.keys) or "; expected an entry of this key"
                self.say(place, f"no entry '{citation.key}' in references.bib{near}")
        if part := CITING_IN_PART.get(name):
            self.say(place, f"'{name}' says a part of a reference ({part}); the whole citation stands in its place")
        self.carried["citation"] += len(citations)
        before = " ".join(match["before"] for match in found if match and match["before"])
        is_open = bool(re.fullmatch(r"[\w./@+\\%=&#~-]", source.text[max(each.start - 1, 0) : each.start]))
        if CITING.get(name) == "narrative" and not before and not is_open:
            said = [
                f"@{citation.key}" + (f" [{citation.locator}]" if citation.locator else "") for citation in citations
            ]
            return ", ".join(said)
        marks = "; ".join(f"@{citation.key}, {citation.locator}".removesuffix(", ") for citation in citations)
        following = source.text[each.end : each.end + 1]
        return (f"{before} " if before else "") + f"[{marks}]" + (" " if following in ("(", "[") and following else "")

    def _find(self, label: str) -> tuple[str, str] | None:
        """The page and the reference that a label leads to; the page is empty for this one."""
        if (target := self.targets.named(label)) and target.id:
            return "", target.reference
        return self.setting.labels.get(normal(label)) or self.setting.labels.get(make_id(label))

    def _reference(self, name: str, label: str, words: str, place: Location) -> str | None:
        found = self._find(label)
        if not found:
            near = did_you_mean(label, self.targets.names, 1) or "; expected a label of this chapter, or of a page"
            self.say(place, f"nothing has the label '{label}'{near}")
            return words or label
        page, reference = found
        self._require(page, place)
        self.carried["reference"] += 1
        target = None if page else self.targets.named(label)
        if name in ("numref", "std:numref") and words:
            return self._numbered(page, reference, words, target.title if target else "", place)
        if words:
            return f"[{words}]({self._address(page, reference)})"
        if target and target.kind == "place":
            self.say(place, f"'{label}' has no title of its own; that of the section stands in its place")
        return f"@{reference}"

    def _require(self, page: str, place: Location) -> None:
        """Say so if a page is not there; the empty one is this."""
        if page and page not in self.setting.pages and page != self.setting.page:
            self._missing(page, place)

    def _missing(self, name: str, place: Location) -> str:
        """Say that a document of the Jupyter Book is no page yet, and how it would be called."""
        page = posixpath.normpath(name.strip("/").removesuffix(".md")) if name.strip("/") else self.setting.page
        near = did_you_mean(page, self.setting.pages, 1) or "; expected its chapter to be imported, too"
        self.say(place, f"no page '{page}'{near}")
        return page

    def _numbered(self, page: str, reference: str, words: str, title: str, place: Location) -> str:
        """`Fig. %s`, `Figure {number} with caption "{name}"`: what stands around the number."""
        kind = r"(?:figure|fig|table|tab|equation|eq|section|sec|图|表|公式|式)\.?\s*"
        said, count = re.subn(rf"(?:{kind})?(?:%s|\{{number\}})", f"@{reference}", words, count=1, flags=re.I)
        said = said.replace("{name}", title)
        if not count:
            self.say(place, f"'{words}' says no number; a link stands in its place")
            return f"[{said}]({self._address(page, reference)})"
        return said

    def _address(self, page: str, reference: str) -> str:
        id = reference.removeprefix("sec-")
        return f"{self._relative(page)}#{id}" if page else f"#{id}"

    def _relative(self, page: str) -> str:
        return posixpath.relpath(f"{page}.md", posixpath.dirname(self.setting.page) or ".")

    def _term(self, name: str, words: str, place: Location) -> str:
        id = self.setting.terms.get(normal(name))
        self.carried["term"] += 1
        if id is None:
            id = make_id(name) or "term"
            if id not in self.setting.terms.values():
                near = did_you_mean(normal(name), self.setting.terms, 1) or f"; expected data/terms/{id}.yaml"
                self.say(place, f"no term '{name}' in data/terms{near}")
        return f"[{words}](term:{id})"

    def _page_link(self, name: str, words: str, place: Location) -> str:
        page = self._page(name)
        if page is None:
            page = self._missing(name, place)
        self.carried["link"] += 1
        return f"[{words or self.setting.pages.get(page, page)}]({self._relative(page)})"

    def _page(self, name: str) -> str | None:
        """The page that a document of the Jupyter Book is."""
        bare = posixpath.normpath(unquote(name).strip("/").removesuffix(".md").removesuffix(".ipynb") or ".")
        beside = posixpath.normpath(posixpath.join(posixpath.dirname(self.setting.page), bare))
        for candidate in (bare, beside, f"{bare}/index"):
            if candidate in self.setting.pages or candidate == self.setting.page:
                return candidate
        return None

    def _link(self, each: Inline, place: Location, source: Source, edits: Edits) -> None:
        match = re.compile(r"\]\(\s*(?:<(?P<angled>[^<>\n]*)>|(?P<bare>[^\s()]*(?:\([^\s()]*\)[^\s()]*)*))").match(
            source.text, each.label_end
        )
        address = each.address
        if re.match(r"[a-z][a-z0-9+.-]*:|//", address, re.I) or (not address and not match):
            if re.match(r"(?:project|path|inv|myst|doc|ref):", address):
                self.say(place, f"address '{address}' is one that only MyST understands; expected `page.md#id`")
            return
        label = source.text[each.start + 1 : each.label_end]
        path, mark, fragment = unquote(address).partition("#")
        said = self._linked(path, mark, fragment, place)
        if said is None:
            return
        page, reference = said
        if reference:
            self._require(page, place)
        if match is None:
            self.say(place, f"link by reference to '{address}' stays as written; expected `[words](page.md#id)`")
        elif not label.strip() and reference and (page in self.setting.pages or not page):
            edits.add(each.start, each.end, f"@{reference}")
        elif not label.strip():
            words = fragment or self.setting.pages.get(page, page)
            edits.add(
                each.start,
                each.end,
                f"[{words}]({self._address(page, reference) if reference else self._relative(page)})",
            )
        else:
            new = self._address(page, reference) if reference else self._relative(page)
            group = "angled" if match["angled"] is not None else "bare"
            edits.add(match.start(group), match.end(group), new)
            self.carried["link"] += 1

    def _linked(self, path: str, mark: str, fragment: str, place: Location) -> tuple[str, str] | None:
        """The page and the reference that a link leads to; None if it stays as it is."""
        if not path:
            if not (found := self._find(fragment)):
                near = did_you_mean(fragment, self.targets.names, 1) or "; expected the id of a heading or a figure"
                self.say(place, f"nothing has the id '{fragment}'{near}")
            return found
        if not mark and (found := self._find(path)):
            return found
        if posixpath.splitext(path)[1] not in ("", ".md", ".ipynb"):
            return None
        page = self._page(path)
        if page is None:
            page = self._missing(path, place)
        if page == self.setting.page and fragment:
            return self._linked("", "", fragment, place)
        if not mark:
            return page, ""
        found = self.setting.labels.get(normal(fragment))
        return found if found and found[0] == page else (page, f"sec-{fragment}")

    def _image(self, each: Inline, source: Source, edits: Edits) -> None:
        match = re.compile(r"\]\(\s*(?:<(?P<angled>[^<>\n]*)>|(?P<bare>[^\s()]*(?:\([^\s()]*\)[^\s()]*)*))").match(
            source.text, each.label_end
        )
        if match and (new := self._picture_path(each.address)) != each.address:
            group = "angled" if match["angled"] is not None else "bare"
            edits.add(match.start(group), match.end(group), new)

    def _picture_path(self, address: str) -> str:
        """Where a picture stands: as it is for one from elsewhere, in the folder beside the page for one of ours."""
        if not address or re.match(r"[a-z][a-z0-9+.-]*:|//", address, re.I):
            return address
        written = unquote(address)
        name = posixpath.basename(written)
        base, ending = posixpath.splitext(re.sub(r"[^\w.-]+", "-", name))
        number, name = 1, base + ending
        while self.images.get(name, written) != written:
            number += 1
            name = f"{base}-{number}{ending}"
        self.images[name] = written
        return f"images/{name}"

    def _substituted(self, name: str, place: Location, source: Source) -> str | None:
        text = self.expand(name)
        if text is None:
            if re.fullmatch(r"[\w.-]+", name):
                near = (
                    did_you_mean(name, self.expand.texts, 1) or "; expected it in `substitutions` of the front matter"
                )
                self.say(place, f"nothing is defined for the substitution '{name}', which stays as written{near}")
            else:
                said = " ".join(name.split())
                self.say(place, f"substitution '{{{{ {said} }}}}' is computed and stands as code; expected its text")
                mark = "`" * (1 + max(map(len, re.findall("`+", said)), default=0))
                return f"{mark}{{{{ {said} }}}}{mark}"
            return None
        self.carried["substitution"] += 1
        return self.convert(source.put(text.strip("\n"), place)).strip("\n")

    def _html_inlines(self, tags: list[Inline], source: Source, edits: Edits) -> None:
        waiting: list[tuple[Inline, str, dict[str, str]]] = []
        for each in tags:
            written = source.text[each.start : each.end]
            tag = raw_html.read_tag(written)
            place = source.locate(each.start)
            if tag is None:
                if not written.startswith("<!--"):
                    self._unread(written, place)
            elif tag[0] == "br" and not tag[2]:
                self._break(each, place, source, edits)
            elif tag[0] == "img" and not tag[2]:
                self._inline_picture(each, tag[1], source, edits)
            elif not tag[2]:
                waiting.append((each, tag[0], tag[1]))
            elif waiting and waiting[-1][1] == tag[0]:
                opened, name, attributes = waiting.pop()
                self._pair(opened, each, name, attributes, source, edits)
            else:
                self._unread(written, place)
        for each, _, _ in waiting:
            self._unread(source.text[each.start : each.end], source.locate(each.start))

    def _unread(self, written: str, place: Location) -> None:
        self.say(place, f"raw HTML '{written}' stays as written; expected Markdown, since the book allows no HTML")

    def _break(self, each: Inline, place: Location, source: Source, edits: Edits) -> None:
        if each.context.in_cell or each.context.in_heading:
            self.say(place, "a line cannot be broken here; a space stands in the place of '<br>'")
            edits.add(each.start, each.end, " ")
            return
        is_last = re.compile(r"[ \t]*(?:\n|\Z)").match(source.text, each.end)
        edits.add(each.start, each.end, "  " if is_last else f"  \n{each.context.indentation}")

    def _inline_picture(self, each: Inline, attributes: dict[str, str], source: Source, edits: Edits) -> None:
        try:
            shown = raw_html.picture({**attributes, "src": self._picture_path(attributes.get("src", ""))})
        except raw_html.UnreadableHtmlError:
            self._unread(source.text[each.start : each.end], source.locate(each.start))
        else:
            edits.add(each.start, each.end, shown)

    def _pair(
        self, opened: Inline, closed: Inline, name: str, attributes: dict[str, str], source: Source, edits: Edits
    ) -> None:
        inner = source.text[opened.end : closed.start]
        place = source.locate(opened.start)
        try:
            if name in ("sup", "sub"):
                if (said := in_script(inner.strip(), name)) is None:
                    raise raw_html.UnreadableHtmlError
                edits.add(opened.start, closed.end, said)
                return
            before, after = raw_html.around(name, attributes, inner)
        except raw_html.UnreadableHtmlError:
            self._unread(f"<{name}>{inner}</{name}>", place)
            return
        if before is None or (not before and attributes):
            self.say(
                place,
                f"raw HTML '{source.text[opened.start : opened.end]}' is left out, its text stays; "
                "expected Markdown if it matters",
            )
        edits.add(opened.start, opened.end, before or "")
        edits.add(closed.start, closed.end, after)


def _continued(text: str, each: Inline) -> str:
    """*text* in the place of an inline construct: its lines as those of the paragraph, or one in a cell."""
    if each.context.in_cell or each.context.in_heading:
        return " ".join(text.split())
    return re.sub(r"\n(?=[^\n])", f"\n{each.context.indentation}", text)


def _target_and_words(text: str) -> tuple[str, str]:
    """`words <label>` as label and words; of a label alone, no words."""
    match = re.fullmatch(r"(?P<words>.*?)\s*<(?P<label>[^<>]+)>", text, re.S)
    return (match["label"].strip(), match["words"].strip()) if match else (text.strip().removeprefix("!"), "")


_ESCAPABLE = set("\\`*_{}[]()>#+-.!@")


def _unescaped(written: str, sign: str, *, in_cell: bool) -> str | None:
    """What MyST lets a backslash stand before and Python-Markdown does not; None if it stays."""
    if not written.startswith("\\") or sign in _ESCAPABLE or sign == "$" or (sign == "|" and in_cell):
        return None
    return {"<": "&lt;", "&": "&amp;"}.get(sign, sign)
