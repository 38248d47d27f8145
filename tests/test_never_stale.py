"""No number is ever stale: after any edit, a rebuild in a running process equals a build from nothing."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

from mkdocs.commands.build import build
from mkdocs.config import load_config

from conftest import MakeBook, run_mkdocs
from figurebook import SVG
from sites import broken_links, files

EDITS = 15
KEYS = ["euler1758elementa", "noy2023shapes", "round2024announcement"]


def prose(book: Path) -> list[Path]:
    """Pages that may be edited freely: in the navigation or not, in either language."""
    return sorted(
        path for path in (book / "content").rglob("*.md") if path.name not in ("references.md", "glossary.md")
    )


def cite_somewhere(book: Path, chance: random.Random) -> None:
    page = chance.choice(prose(book))
    page.write_text(page.read_text(encoding="utf-8") + f"\nAs in [@{chance.choice(KEYS)}].\n", encoding="utf-8")


def uncite(book: Path, chance: random.Random) -> None:
    page = chance.choice(prose(book))
    page.write_text(re.sub(r"\[@[^\]]*\]", "", page.read_text(encoding="utf-8"), count=1), encoding="utf-8")


def move_paragraphs(book: Path, chance: random.Random) -> None:
    page = chance.choice(prose(book))
    head, *rest = page.read_text(encoding="utf-8").rstrip("\n").split("\n\n")
    chance.shuffle(rest)
    page.write_text("\n\n".join([head, *rest]) + "\n", encoding="utf-8")


def add_entry(book: Path, chance: random.Random) -> None:
    key = f"added{chance.randrange(10**6)}"
    with (book / "references.bib").open("a", encoding="utf-8") as file:
        file.write(f"\n@misc{{{key}, author = {{Ada Added}}, title = {{Title {key}}}, year = {{2020}}}}\n")
    page = chance.choice(prose(book))
    page.write_text(page.read_text(encoding="utf-8") + f"\nNew [@{key}].\n", encoding="utf-8")


def remove_entry(book: Path, chance: random.Random) -> None:
    path = book / "references.bib"
    entries = path.read_text(encoding="utf-8").split("\n\n")
    entries.pop(chance.randrange(len(entries)))
    path.write_text("\n\n".join(entries), encoding="utf-8")


def change_record(book: Path, chance: random.Random) -> None:
    path = book / "data/models/circle.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"parameters: \d+B", f"parameters: {chance.randrange(20, 99)}B", text), encoding="utf-8")


def add_pages(book: Path, chance: random.Random) -> None:
    name = f"page{chance.randrange(10**6)}"
    for language in ("en", "zh"):
        path = book / f"content/{language}/open/{name}.md"
        path.write_text(f"# {name} {{#{name}}}\n\nText [@{chance.choice(KEYS)}].\n\n::: timeline\n", encoding="utf-8")


def remove_pages(book: Path, chance: random.Random) -> None:
    for path in (book / "content").rglob("page*.md"):
        path.unlink()


FIGURE = re.compile(r"\n::: figure (fig-\d+)\n(?:    .*\n|\n(?=    ))+")


def add_figure(book: Path, chance: random.Random) -> None:
    """A figure whose caption cites, and references to it and to an earlier one from other pages."""
    pages = prose(book)
    figure, page, other = f"fig-{chance.randrange(10**6)}", chance.choice(pages), chance.choice(pages)
    up = "../" * (len(page.relative_to(book / "content").parts) - 2)
    known = [match[1] for path in pages for match in FIGURE.finditer(path.read_text(encoding="utf-8"))]
    caption = f"Caption [@{chance.choice(KEYS)}], compare @{chance.choice([figure, *known])}."
    block = f"\n::: figure {figure}\n    ![A circle]({up}images/circle.svg)\n\n    {caption}\n"
    page.write_text(page.read_text(encoding="utf-8") + block, encoding="utf-8")
    other.write_text(other.read_text(encoding="utf-8") + f"\nSee @{figure} and @tbl-shapes.\n", encoding="utf-8")


def take_figure(book: Path, chance: random.Random) -> str:
    """Cut a figure out of a page; references to it stay."""
    having = [path for path in prose(book) if FIGURE.search(path.read_text(encoding="utf-8"))]
    if not having:
        return ""
    page = chance.choice(having)
    text = page.read_text(encoding="utf-8")
    match = chance.choice(list(FIGURE.finditer(text)))
    page.write_text(text[: match.start()] + text[match.end() :], encoding="utf-8")
    return match[0]


def remove_figure(book: Path, chance: random.Random) -> None:
    take_figure(book, chance)


def move_figure(book: Path, chance: random.Random) -> None:
    """To the top of another page of the same folder, so that its number and those of others change."""
    block = take_figure(book, chance)
    depth = block.count("../")
    pages = [path for path in prose(book) if len(path.relative_to(book / "content").parts) == depth + 2]
    page = chance.choice(pages)
    head, _, rest = page.read_text(encoding="utf-8").partition("\n\n")
    page.write_text(f"{head}\n{block}\n{rest}", encoding="utf-8")


EDITORS: list[Callable[[Path, random.Random], None]] = [
    add_figure,
    cite_somewhere,
    uncite,
    add_figure,
    move_figure,
    move_paragraphs,
    add_entry,
    remove_entry,
    change_record,
    add_pages,
    remove_figure,
    remove_pages,
]


def test_a_rebuild_after_any_edit_equals_a_build_from_nothing(make_book: MakeBook) -> None:
    """Byte for byte. Edits leave problems behind, too (citations of nothing), so that these builds are not strict."""
    book = make_book({f"content/{language}/images/circle.svg": SVG for language in ("en", "zh")})
    chance = random.Random(20231122)  # noqa: S311 (not for secrets)
    for number in range(EDITS):
        editor = EDITORS[number] if number < len(EDITORS) else chance.choice(EDITORS)
        editor(book, chance)
        rebuilt, fresh = book / "rebuilt", book / "fresh"
        build(load_config(str(book / "mkdocs.yml"), site_dir=str(rebuilt)))
        result = run_mkdocs(book, "build", "--site-dir", str(fresh))
        assert result.returncode == 0, result.stderr
        ours, theirs = files(rebuilt), files(fresh)
        assert ours.keys() == theirs.keys(), editor.__name__
        assert [name for name in ours if ours[name] != theirs[name]] == [], editor.__name__
        assert broken_links(fresh) == [], editor.__name__
