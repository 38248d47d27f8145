"""What a chapter finds in its Jupyter Book and in this book, and the files that its import makes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from modelbook.anchors import Anchors
from modelbook.blocks import Kind, heading_words, mask_code, split_blocks
from modelbook.book import Book
from modelbook.errors import BookError, InvalidBookError, Location, Problem, did_you_mean, quoted
from modelbook.importing.myst.chapter import Imported, import_chapter
from modelbook.importing.myst.inlines import Setting
from modelbook.importing.myst.targets import known_labels, make_id, normal
from modelbook.pages import Page
from modelbook.records import Term
from modelbook.sources import parse_document, read_document, read_text, relative

IMAGE_FOLDER = "images"

IMAGES = (".avif", ".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp")

MAX_IMAGE_BYTES = 20_000_000

MAX_CHAPTERS = 300
"""How many other chapters are looked through for labels."""

_CONFIG = "_config.yml"
_ROOT_FILES = (_CONFIG, "_toc.yml", "conf.py", "myst.yml")
_LEVELS = 4


@dataclass(frozen=True)
class JupyterBook:
    """What a chapter shares with the other chapters of its book."""

    root: Path
    substitutions: Mapping[str, str]
    links_bare_addresses: bool
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A picture to copy."""

    source: Path
    target: Path


def read_jupyter_book(chapter: Path, root: Path) -> JupyterBook:
    """The Jupyter Book that a chapter belongs to, by the settings in a folder above it; its own folder if none has.

    https://jupyterbook.org/en/stable/customize/config.html
    """
    folder = chapter.resolve().parent
    above = [folder, *folder.parents][:_LEVELS]
    top = next((each for each in above if any((each / name).is_file() for name in _ROOT_FILES)), folder)
    config = top / _CONFIG
    if not config.is_file():
        return JupyterBook(top, {}, links_bare_addresses=False)
    try:
        values = read_document(config, root).values
    except InvalidBookError as error:
        return JupyterBook(top, {}, links_bare_addresses=False, problems=tuple(error.problems))
    parse = _mapping(values.get("parse"))
    sphinx = _mapping(_mapping(values.get("sphinx")).get("config"))
    # What Jupyter Book uses unless the settings say otherwise.
    extensions = parse.get("myst_enable_extensions", ["linkify"])
    texts = {**_mapping(sphinx.get("myst_substitutions")), **_mapping(parse.get("myst_substitutions"))}
    substitutions = {str(name): str(text) for name, text in texts.items()}
    return JupyterBook(top, substitutions, isinstance(extensions, list) and "linkify" in extensions)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def page_path(chapter: Path, content_dir: Path, book: Book, language: str, output: Path | None) -> Path:
    """The page that a chapter becomes. Raises BookError if that is none of the language."""
    if language not in book.languages:
        near = did_you_mean(language, book.languages) or f"; expected {quoted(book.languages)}"
        raise BookError(f"the book has no language '{language}'{near}")
    folder = content_dir.resolve() / language
    path = (output or folder / f"{chapter.stem}.md").resolve()
    if not path.is_relative_to(folder) or path.suffix != ".md":
        expected = f"{relative(folder, book.root.resolve())}/{chapter.stem}.md"
        raise BookError(f"'{output}' is no page in '{language}'; expected a path such as {expected}")
    name = path.relative_to(folder).with_suffix("").as_posix()
    if not re.fullmatch(r"[\w./-]+", name):
        raise BookError(f"'{name}' cannot be the name of a page; expected letters, digits, '-' and '_' (see --output)")
    return path


def check_address(page: str, pages: Collection[str]) -> None:
    """Raise BookError if a page would stand at the address of another, as `models.md` and `models/index.md` do."""
    other = page.removesuffix("/index") if page.endswith("/index") else f"{page}/index"
    if other in pages:
        raise BookError(f"'{page}.md' would stand at the address of '{other}.md'; expected another path in --output")


def import_file(
    chapter: Path,
    page: str,
    language: str,
    book: Book,
    pages: Iterable[Page],
    anchors: Anchors,
    extensions: Collection[str],
) -> tuple[Imported, JupyterBook]:
    """Convert the chapter of a file into the page of a name; *pages* and *anchors* are those of the book.

    Raises InvalidBookError if it cannot be read.
    """
    text = read_text(chapter, book.root)
    jupyter_book = read_jupyter_book(chapter, book.root)
    own = [each for each in pages if each.language.code == language]
    labels = _labels(chapter, jupyter_book, anchors)
    setting = Setting(
        page=page,
        keys=set(book.bibliography),
        terms=dict(_term_names(book, language)),
        pages={each.name: _title(each) for each in own},
        taken=frozenset(id for each in own if each.name != page for id in _numbered_ids(each, book)),
        labels=labels,
        extensions=frozenset(extensions),
        substitutions=jupyter_book.substitutions,
        links_bare_addresses=jupyter_book.links_bare_addresses,
    )
    imported = import_chapter(text, relative(chapter, book.root), setting)
    problems = sorted({*imported.problems, *jupyter_book.problems})
    return Imported(imported.markdown, problems, imported.anchors, imported.images, imported.carried), jupyter_book


def _term_names(book: Book, language: str) -> Iterator[tuple[str, str]]:
    for term in book.catalogue.all(Term):
        yield normal(term.id), term.id
        for text in (term.name, term.expansion):
            if text is not None:
                for said in text.by_language.values():
                    yield normal(said), term.id
        for alias in term.aliases:
            yield normal(alias), term.id


def _title(page: Page) -> str:
    headings = (block for block in split_blocks(page.markdown) if block.kind is Kind.HEADING)
    return next((heading_words(block) for block in headings), page.name)


def _numbered_ids(page: Page, book: Book) -> Iterator[str]:
    bare = mask_code(page.markdown)
    for match in re.finditer(r"^[ >]*:::[ ]*(figure|table|equation|comparison|chart)[ ]+([\w.-]+)", bare, re.M):
        prefix = {"comparison": "tbl-", "chart": "fig-"}.get(match[1], "")
        yield prefix + match[2]


def _labels(chapter: Path, jupyter_book: JupyterBook, anchors: Anchors) -> dict[str, tuple[str, str]]:
    """The labels of the other chapters, with the page and the place that each has in this book."""
    texts: dict[str, str] = {}
    for path in sorted(jupyter_book.root.rglob("*.md"))[:MAX_CHAPTERS]:
        inside = path.relative_to(jupyter_book.root)
        if path.resolve() == chapter.resolve() or any(part.startswith(("_", ".")) for part in inside.parts):
            continue
        try:
            texts[inside.with_suffix("").as_posix()] = read_text(path, jupyter_book.root)
        except InvalidBookError:
            continue  # it is not the one that is imported
    labels = known_labels(texts)
    for asked, entries in anchors.items():
        for anchor in entries:
            for label, (name, _) in list(labels.items()):
                if name == asked and make_id(label) == anchor.id:
                    labels[label] = (anchor.page, anchor.reference)
    return labels


def pictures(
    imported: Imported, chapter: Path, page: Path, jupyter_book: JupyterBook, book: Book
) -> tuple[list[Picture], list[Problem]]:
    """The pictures to copy into the folder beside the page, and what is wrong with others."""
    found, problems = [], []
    root = jupyter_book.root.resolve()
    place = Location(relative(chapter, book.root))
    for name, written in imported.images.items():
        source = (
            root / written.lstrip("/") if written.startswith("/") else chapter.resolve().parent / written
        ).resolve()
        target = page.parent / IMAGE_FOLDER / name
        if not source.is_relative_to(root):
            message = f"picture '{written}' stands outside of the Jupyter Book and is not copied; expected it inside"
        elif source.suffix.lower() not in IMAGES:
            message = f"'{written}' is not copied as a picture; expected {quoted(IMAGES)}"
        elif not source.is_file():
            message = f"no picture '{written}'; expected a file beside the chapter"
        elif source.stat().st_size > MAX_IMAGE_BYTES:
            message = f"picture '{written}' has more than {MAX_IMAGE_BYTES:,} bytes and is not copied; expected less"
        elif target.exists() and target.read_bytes() != source.read_bytes():
            shown = relative(target, book.root.resolve())
            message = (
                f"picture '{shown}' is there and differs from '{written}', which is not copied; expected another name"
            )
        else:
            found.append(Picture(source, target))
            continue
        problems.append(Problem(place, message))
    return found, problems


def with_anchors(text: str, page: str, moved: Mapping[str, str]) -> str:
    """The text of `content/anchors.yml` with more anchors that a page is asked for; those that it has stay.

    Raises BookError if the file is not laid out as expected, InvalidBookError if it is not YAML.
    """
    asked = f"{page}.md"
    values = parse_document(text, "anchors.yml").values if text.strip() else {}
    present = values.get(asked) or {}
    if not isinstance(present, dict):
        raise BookError(f"anchors.yml: '{asked}' has no anchors; expected `<anchor>: <page>.md#<id>` below it")
    new = [f"  {anchor}: {asked}#{id}" for anchor, id in moved.items() if anchor not in present]
    if not new:
        return text
    lines = text.splitlines()
    opening = re.compile(rf"(['\"]?){re.escape(asked)}\1\s*:\s*(#.*)?")
    at = next((number for number, line in enumerate(lines) if opening.fullmatch(line)), None)
    if at is None:
        if asked in values:
            raise BookError(f"anchors.yml: '{asked}' stands in one line; expected one anchor a line below it")
        return "\n".join([*lines, f"{asked}:", *new]).lstrip("\n") + "\n"
    end = at + 1
    for number in range(at + 1, len(lines)):
        if lines[number].strip() and not lines[number].startswith((" ", "\t")):
            break
        if lines[number].strip():
            end = number + 1
    indent = next((line[: len(line) - len(line.lstrip())] for line in lines[at + 1 : end] if line.strip()), "  ")
    lines[end:end] = [indent + line.lstrip() for line in new]
    return "\n".join(lines) + "\n"
