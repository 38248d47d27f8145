"""No number is ever stale: after any edit, a rebuild in a running process equals a build from nothing."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

from mkdocs.commands.build import build
from mkdocs.config import load_config

from conftest import MakeBook, run_mkdocs
from sites import broken_links, files

EDITS = 12
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


EDITORS: list[Callable[[Path, random.Random], None]] = [
    cite_somewhere,
    uncite,
    move_paragraphs,
    add_entry,
    remove_entry,
    change_record,
    add_pages,
    remove_pages,
]


def test_a_rebuild_after_any_edit_equals_a_build_from_nothing(make_book: MakeBook) -> None:
    """Byte for byte. Edits leave problems behind, too (citations of nothing), so that these builds are not strict."""
    book = make_book({})
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
