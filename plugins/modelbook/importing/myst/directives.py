"""Directives: figures, tables, boxes, tabs, code and what else MyST, Sphinx and their extensions know."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Collection, Iterator, Mapping

from modelbook.errors import Location
from modelbook.importing.myst import raw_html
from modelbook.importing.myst.edits import Edits, comment, dedented, fenced, indent_of, indented
from modelbook.importing.myst.inlines import InlineConverter
from modelbook.importing.myst.syntax import Block, Directive, Source, column_of, csv_rows, directive, place_of
from modelbook.importing.myst.targets import Target, glossary_entries, is_pictures, make_id, normal, plain
from modelbook.importing.myst.vocabulary import (
    ADMONITIONS,
    BOXES,
    CHANGES,
    CODE,
    FIGURES,
    KNOWN_KINDS,
    MATH,
    PASSED_OVER,
    QUOTATIONS,
    TAB_ITEMS,
    TABLES,
    TABS,
)
from modelbook.schema import is_safe_url


class DirectiveConverter(InlineConverter):
    """Converts directives."""

    def _equation(self, target: Target, latex: str) -> str:
        self.carried["equation"] += 1
        self.shown.add(target.id)
        return f"::: equation {target.id}\n{indented(dedented(latex))}"

    def _fence(self, block: Block, source: Source, edits: Edits) -> None:
        found = directive(block, source)
        if found is None:
            opening = source.lines[block.start]
            if block.kind == "fence" and column_of(opening) > indent_of(opening):
                edits.replace(block, fenced(block.content.removesuffix("\n"), block.info.strip()))
            elif block.kind == "fence" and opening.startswith("    "):  # in a list
                edits.separate(block.start)
                edits.separate(block.end)
            if block.kind == "colon_fence" and block.info.strip():
                place = place_of(block, source)
                self.say(place, f"':::{block.info}' is no directive and stays as written; expected `:::{{name}}`")
            return
        self.problems += found.wrong
        handler = self._handler(found.name)
        said = handler(found) if handler and not found.wrong else None
        if said is None:
            if handler is None:
                self.say(
                    found.location,
                    f"directive '{found.name}' is not known here and stands as code; "
                    "expected Markdown or a view in its place",
                )
            said = fenced(found.written, "text")
        edits.replace(block, said)

    def _handler(self, name: str) -> Callable[[Directive], str | None] | None:
        for names, handler in _HANDLERS:
            if name in names:
                return lambda found: handler(self, found)
        return None

    def _dropped(self, found: Directive, *known: str) -> str:
        """Comments of the options that cannot be carried over, which has been said then."""
        comments = []
        for name, value in found.options.items():
            if name in known or (name == "align" and value == "center"):
                continue
            self.say(
                found.location, f"option '{name}' of '{found.name}' is kept as a comment; expected to do without it"
            )
            comments.append(comment(f":{name}: {value}".strip()))
        return "".join(f"{comment}\n\n" for comment in comments)

    def _figure(self, found: Directive) -> str | None:
        if found.name == "figure":
            return self._plain_figure(found)
        dropped = self._dropped(found, "name", "width", "subcaptions", "gap")
        if "|" in found.argument.text and found.name == "subfigure":
            self.say(
                found.location,
                f"layout '{found.argument.text}' is left out; the parts stand side by side as "
                "there is room, expected nothing else",
            )
        pictures: list[str] = []
        rest: list[str] = []
        shows_alt = found.options.get("subcaptions") in ("above", "below")
        for paragraph in _paragraphs(found.body):
            if rest or not is_pictures(paragraph.text, found.name):
                rest.append(self.convert(paragraph))
            else:
                pictures += self._pictures(paragraph, found, shows_alt=shows_alt)
        if not pictures:
            self.say(found.location, f"'{found.name}' shows no picture and stands as code; expected `![words](file)`")
            return None
        return dropped + self._shown(found, pictures, "\n\n".join(rest))

    def _pictures(self, paragraph: Source, found: Directive, *, shows_alt: bool) -> list[str]:
        shown = []
        width = raw_html.length(found.options.get("width", "")) if found.name == "figure-md" else ""
        for match in re.finditer(
            r"!\[(?P<alt>[^\[\]]*)\]\((?P<address>[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+\"(?P<title>[^\"]*)\")?\s*\)"
            r"(?P<attributes>\{[^{}]*\})?|<img\s[^<>]*>",
            paragraph.text,
        ):
            place = paragraph.locate(match.start())
            if match["address"] is None:
                attributes = (raw_html.read_tag(match[0]) or ("img", {}, False))[1]
                alt, address = attributes.get("alt", ""), attributes.get("src", "")
                sizes = [
                    f"{name}={size}"
                    for name in ("width", "height")
                    if (size := raw_html.length(attributes.get(name, "")))
                ]
                title = ""
            else:
                alt, address, title = match["alt"], match["address"], match["title"] or ""
                sizes = [match["attributes"][1:-1].strip()] if match["attributes"] else []
            if width and not any(size.startswith("width") for size in sizes):
                sizes.append(f"width={width}")
            shown.append(
                self._picture(alt, address, title or (alt if shows_alt else ""), " ".join(sizes), found, place)
            )
        return shown

    def _picture(self, alt: str, address: str, title: str, sizes: str, found: Directive, place: Location) -> str:
        """A picture of a figure; the caption stands in for words that are missing."""
        alt = re.sub(r"[\[\]]", "", " ".join(alt.split()))
        if not alt:
            target = self.targets.at(found.location)
            alt = re.sub(r"[\[\]]", "", target.title if target else "")
            said = "the caption stands in" if alt else "nothing stands in"
            self.say(
                place,
                f"picture '{address}' says nothing to those who cannot see it, {said}; "
                "expected what is to be seen in it",
            )
        path = self._picture_path(address)
        if not is_safe_url(path) or re.search(r"\s", path):
            self.say(place, f"address '{path}' is not allowed; expected https://, http:// or a file")
            path = re.sub(r"\s", "%20", path)
        return (
            f"![{alt}]({path}"
            + (f' "{title.replace(chr(34), chr(39))}"' if title else "")
            + ")"
            + (f"{{{sizes}}}" if sizes else "")
        )

    def _plain_figure(self, found: Directive) -> str | None:
        if not found.argument.text:
            self.say(found.location, "'figure' names no picture and stands as code; expected its file")
            return None
        dropped = self._dropped(found, "name", "alt", "width", "height")
        caption = self.convert(found.body).strip("\n")
        sizes = self._sizes(found)
        picture = self._picture(found.options.get("alt", ""), found.argument.text, "", sizes, found, found.location)
        return dropped + self._shown(found, [picture], caption)

    def _sizes(self, found: Directive) -> str:
        sizes = []
        for name in ("width", "height"):
            if written := found.options.get(name, ""):
                if size := raw_html.length(written):
                    sizes.append(f"{name}={size}")
                else:
                    self.say(found.location, f"{name} '{written}' is left out; expected pixels or percents")
        return " ".join(sizes)

    def _shown(self, found: Directive, pictures: list[str], caption: str) -> str:
        target = self.targets.at(found.location)
        if target is None or target.kind != "figure" or not caption.strip():
            self.carried["picture"] += len(pictures)
            return " ".join(pictures)
        self.carried["figure"] += 1
        self.shown.add(target.id)
        return f"::: figure {target.id}\n{indented(' '.join(pictures))}\n\n{indented(caption)}"

    def _image_directive(self, found: Directive) -> str | None:
        if not found.argument.text:
            self.say(found.location, "'image' names no picture and stands as code; expected its file")
            return None
        dropped = self._dropped(found, "name", "alt", "width", "height")
        self.carried["picture"] += 1
        sizes = self._sizes(found)
        if rest := self.convert(found.body).strip("\n"):
            self.say(found.location, "'image' has no caption, its text stands above it; expected 'figure'")
            dropped = f"{rest}\n\n{dropped}"
        return dropped + self._picture(
            found.options.get("alt", ""), found.argument.text, "", sizes, found, found.location
        )

    def _table(self, found: Directive) -> str | None:
        said = self._table_itself(found)
        if said is None:
            return None
        dropped = self._dropped(found, "name", "header-rows", "header", "delim", *_automatic(found.options))
        self.need("tables", found.location)
        target = self.targets.at(found.location)
        if target is None or target.kind != "table":
            return dropped + said
        if len(re.findall(r"^\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*)*\|?[ ]*$", said, re.M)) != 1:
            self.say(found.location, f"'{found.name}' holds no table, or several; expected one with its caption")
        self.carried["table"] += 1
        self.shown.add(target.id)
        caption = self.inline(found.argument)
        return f"{dropped}::: table {target.id}\n{indented(said)}\n\n{indented(caption)}"

    def _table_itself(self, found: Directive) -> str | None:
        match found.name:
            case "list-table":
                return self._listed(found)
            case "csv-table":
                return self._separated(found)
            case _:
                return self.convert(found.body).strip("\n")

    def _listed(self, found: Directive) -> str | None:
        rows = list(_list_rows(found.body)) if re.match(r"\s*[*+-]\s+[*+-](?:\s|$)", found.body.text) else []
        if not rows or not all(rows):
            self.say(found.location, "'list-table' holds no list of lists and stands as code; expected `* - cell`")
            return None
        return self._rows(found, [[self._cell(cell) for cell in row] for row in rows])

    def _cell(self, cell: Source) -> str:
        said = self.convert(cell).strip()
        if "\n\n" in said:
            self.say(cell.locate_line(0), "several paragraphs in a cell; they stand one behind the other, expected one")
        return " ".join(said.split())

    def _separated(self, found: Directive) -> str | None:
        if "file" in found.options or "url" in found.options:
            self.say(found.location, "table from a file is not read and stands as code; expected the rows themselves")
            return None
        delimiter = {"tab": "\t", "space": " "}.get(found.options.get("delim", ","), found.options.get("delim", ","))
        try:
            rows = csv_rows(found.body.text, delimiter)
            head = csv_rows(found.options.get("header", ""), delimiter)
        except (csv.Error, TypeError) as error:
            self.say(found.location, f"not comma-separated values ({error}), stands as code; expected quotes in order")
            return None
        if not rows:
            self.say(found.location, "'csv-table' holds no rows and stands as code; expected values and commas")
            return None
        cells = [[self._cell(found.body.put(cell, found.location)) for cell in row] for row in [*head, *rows]]
        return self._rows(found, cells, has_head=bool(head))

    def _rows(self, found: Directive, rows: list[list[str]], *, has_head: bool = False) -> str:
        heads = 1 if has_head else int(written) if (written := found.options.get("header-rows", "0")).isdecimal() else 0
        if heads > 1:
            self.say(found.location, f"{heads} rows of heads; all but the first are rows like others, expected one")
        return raw_html.table(rows if heads else [[], *rows])

    def _math(self, found: Directive) -> str:
        latex = "\n".join(text for text in (found.argument.text, found.body.text.strip("\n")) if text)
        target = self.targets.at(found.location)
        dropped = self._dropped(found, "name", "label", "nowrap", "enumerated")
        if target and target.kind == "equation":
            return dropped + self._equation(target, latex)
        self.need("pymdownx.arithmatex", found.location)
        return f"{dropped}$$\n{latex}\n$$"

    def _admonition(self, found: Directive) -> str:
        kind, title = ADMONITIONS[found.name]
        body = found.body
        if found.name == "admonition":
            title = self.inline(found.argument)
        elif found.argument.text:
            body = _joined(found.argument, body)
        return self._box(found, kind, title, body)

    def _box(self, found: Directive, kind: str, title: str, body: Source, opening: str = "!!!") -> str:
        classes = re.split(r"[\s,]+", found.options.get("class", "").strip())
        named = [ADMONITIONS[name][0] if name in ADMONITIONS else name for name in classes]
        kind = next((name for name in named if name in KNOWN_KINDS), kind)
        others = [name for name in named if name and name not in KNOWN_KINDS and name != "dropdown"]
        if others:
            self.say(found.location, f"class '{' '.join(others)}' is left out; expected a kind such as note or tip")
        if "dropdown" in classes:
            opening = "???"
        if opening == "???" and "open" in found.options:
            opening = "???+"
        self.need("pymdownx.details" if opening.startswith("?") else "admonition", found.location)
        self.carried["admonition"] += 1
        dropped = self._dropped(found, "class", "name", "open")
        self._named(found)
        heading = f'{opening} {kind} "{title}"' if title else f"{opening} {kind}"
        return f"{dropped}{heading}\n\n{indented(self.convert(body).strip(chr(10)))}".rstrip()

    def _named(self, found: Directive) -> None:
        if label := found.options.get("name"):
            self._placed(label, found.location)

    def _dropdown(self, found: Directive) -> str:
        return self._box(found, "note", self.inline(found.argument) or "Details", found.body, "???")

    def _other_box(self, found: Directive) -> str:
        return self._box(found, BOXES[found.name], self.inline(found.argument), found.body)

    def _change(self, found: Directive) -> str:
        version, _, said = found.argument.text.partition(" ")
        body = _joined(found.argument.put(said, found.argument.locate(0)), found.body) if said else found.body
        return self._box(found, "info", f"{CHANGES[found.name]} {version}".strip(), body)

    def _tab_set(self, found: Directive) -> str:
        dropped = self._dropped(found, "sync-group")
        if found.argument.text:
            dropped = f"{comment(found.argument.text)}\n\n{dropped}"
        return dropped + self.convert(found.body).strip("\n").replace('=== "', '===! "', 1)

    def _tab(self, found: Directive) -> str:
        self.need("pymdownx.tabbed", found.location)
        self.carried["tab"] += 1
        dropped = self._dropped(found, "sync", "selected", "name")
        self._named(found)
        opening = "===+" if "selected" in found.options else "==="
        title = self.inline(found.argument).replace('"', "'")
        return f'{dropped}{opening} "{title}"\n\n{indented(self.convert(found.body).strip(chr(10)))}'.rstrip()

    def _code(self, found: Directive) -> str:
        language = {"ipython3": "python", "ipython": "python", "none": "text"}.get(
            found.argument.text, re.sub(r"[^\w+#.-]", "", found.argument.text)
        ) or ("python" if found.name == "code-cell" else "text")
        options = found.options
        known = ("caption", "linenos", "lineno-start", "emphasize-lines", "number-lines", "name", "force", "class")
        dropped = self._dropped(found, *known)
        self._named(found)
        if found.name == "code-cell":
            self.say(found.location, "'code-cell' is shown and not run; expected its output as a figure or a table")
        said = [language]
        if caption := options.get("caption"):
            said.append(f'title="{plain(caption).replace(chr(34), chr(39))}"')
        if "linenos" in options or "lineno-start" in options or "number-lines" in options:
            start = options.get("lineno-start") or options.get("number-lines") or "1"
            said.append(f'linenums="{start if start.isdecimal() else 1}"')
        if lines := options.get("emphasize-lines"):
            said.append(f'hl_lines="{" ".join(re.findall(r"[0-9]+(?:-[0-9]+)?", lines))}"')
        self.carried["code block"] += 1
        return dropped + fenced(found.body.text.strip("\n"), " ".join(said))

    def _glossary(self, found: Directive) -> str | None:
        """A list, since `::: glossary` shows what data/terms has; what that lacks is said."""
        said: list[str] = []
        entries = glossary_entries(found.body)
        if not entries:
            self.say(found.location, "'glossary' holds no term and stands as code; expected terms, their text indented")
            return None
        dropped = self._dropped(found, "sorted")
        for names, text in entries:
            body = self.convert(text).strip()
            for name in names:
                known = self.setting.terms.get(normal(name))
                if known is None:
                    self.say(
                        text.locate_line(0),
                        f"no term '{name}' in data/terms; expected its definition in "
                        f"data/terms/{make_id(name) or 'term'}.yaml",
                    )
            heads = ", ".join(f"**{name}**" for name in names)
            first, *rest = f"{heads}: {body}".split("\n")
            said.append("\n".join([f"- {first}", *(f"    {line}".rstrip() for line in rest)]))
        self.say(found.location, "'glossary' has become a list; expected `::: glossary`, which shows data/terms")
        return dropped + "\n".join(said)

    def _quotation(self, found: Directive) -> str:
        dropped = self._dropped(found)
        body = _joined(found.argument, found.body) if found.argument.text else found.body
        said = self.convert(body).strip("\n")
        return dropped + "\n".join(f"> {line}".rstrip() for line in said.split("\n"))

    def _passed_over(self, found: Directive) -> str:
        self.say(
            found.location,
            f"'{found.name}' is left out, its text stays; expected an admonition or tabs if it matters",
        )
        parts = [self._dropped(found).strip()]
        if found.argument.text:
            is_title = found.name.endswith("card")
            parts.append(f"**{self.inline(found.argument)}**" if is_title else comment(found.argument.text))
        return "\n\n".join(filter(None, [*parts, self.convert(found.body).strip("\n")]))

    def _rubric(self, found: Directive) -> str:
        parts = [self._dropped(found).strip(), f"**{self.inline(found.argument)}**" if found.argument.text else ""]
        return "\n\n".join(filter(None, [*parts, self.convert(found.body).strip("\n")]))

    def _bibliography(self, found: Directive) -> str:
        dropped = self._dropped(found, "filter", "style", "cited", "all")
        is_local = "docname" in found.options.get("filter", "")
        rest = " ".join(filter(None, [found.argument.text, found.body.text.strip()]))
        return (
            (f"{comment(rest)}\n\n" if rest else "")
            + dropped
            + ("::: page-references" if is_local else "::: references")
        )

    def _contents(self, found: Directive) -> str:
        entries = found.body.text.strip()
        todo = "expected its entries in `nav` of mkdocs.yml" if entries else "nothing to do"
        self.say(found.location, f"'{found.name}' is left out, since the site shows contents beside the page; {todo}")
        says_more = entries or found.argument.text or found.options
        return comment(found.written) if says_more else ""

    def _raw(self, found: Directive) -> str | None:
        if found.argument.text != "html":
            self.say(found.location, f"raw '{found.argument.text}' stands as code; expected Markdown")
            return None
        dropped = self._dropped(found)
        try:
            return dropped + raw_html.to_markdown(found.body.text, self._picture_path)
        except raw_html.UnreadableHtmlError as error:
            self.say(found.location, f"raw HTML cannot be Markdown for {error}; it stands as code, expected Markdown")
            return dropped + fenced(found.body.text.strip("\n"), "html")

    def _mermaid(self, found: Directive) -> str:
        dropped = self._dropped(found)
        return dropped + fenced("\n".join(filter(None, [found.argument.text, found.body.text.strip("\n")])), "mermaid")

    def _comment_directive(self, found: Directive) -> str:
        return comment(found.written)


_HANDLERS: tuple[tuple[Collection[str], Callable[[DirectiveConverter, Directive], str | None]], ...] = (
    (FIGURES, DirectiveConverter._figure),
    ({"image"}, DirectiveConverter._image_directive),
    (TABLES, DirectiveConverter._table),
    (MATH, DirectiveConverter._math),
    (ADMONITIONS, DirectiveConverter._admonition),
    ({"dropdown", "details"}, DirectiveConverter._dropdown),
    (BOXES, DirectiveConverter._other_box),
    (CHANGES, DirectiveConverter._change),
    (TABS, DirectiveConverter._tab_set),
    (TAB_ITEMS, DirectiveConverter._tab),
    (CODE, DirectiveConverter._code),
    ({"glossary"}, DirectiveConverter._glossary),
    (QUOTATIONS, DirectiveConverter._quotation),
    (PASSED_OVER, DirectiveConverter._passed_over),
    ({"rubric", "centered"}, DirectiveConverter._rubric),
    ({"bibliography", "footbibliography"}, DirectiveConverter._bibliography),
    ({"contents", "tableofcontents", "toctree"}, DirectiveConverter._contents),
    ({"raw"}, DirectiveConverter._raw),
    ({"mermaid"}, DirectiveConverter._mermaid),
    ({"comment"}, DirectiveConverter._comment_directive),
)
"""Directives by name, and what makes Markdown of them; None if they stay, which has been said then."""


def _automatic(options: Mapping[str, str]) -> list[str]:
    """The options of a table that say what is so anyway."""
    return [name for name in ("widths", "width") if options.get(name) == "auto"]


def _paragraphs(source: Source) -> Iterator[Source]:
    """The paragraphs of a text, blank lines between them."""
    lines = source.lines
    start = 0
    for end in range(len(lines) + 1):
        if end == len(lines) or not lines[end].strip():
            if end > start:
                yield source.part(lines[start:end], start)
            start = end + 1


def _joined(above: Source, below: Source) -> Source:
    """Two texts one below the other."""
    places = [(place.line, place.column - 1) for place in (above.locate_line(0),)]
    places += [(place.line, place.column - 1) for place in map(below.locate_line, range(len(below.lines)))]
    return Source(f"{above.text}\n{below.text}", above.path, tuple(places))


def _list_rows(body: Source) -> Iterator[list[Source]]:
    """The cells of a list of lists."""
    row: list[Source] = []
    cell: tuple[int, list[str]] | None = None
    width = 0

    def close() -> None:
        if cell:
            row.append(body.part(cell[1], cell[0]))

    for number, line in enumerate(body.lines):
        if match := re.match(r"[*+-](\s+)[*+-](?:\s|$)", line):
            close()
            if row:
                yield row
            row, width = [], 1 + len(match[1])
            cell = (number, [line[match.end() :]])
        elif width and (match := re.match(rf"\s{{{width}}}[*+-](?:\s|$)", line)):
            close()
            cell = (number, [line[match.end() :]])
        elif cell:
            cell[1].append(line[width + 2 :] if not line[: width + 2].strip() else line.lstrip())
    close()
    if row:
        yield row
