"""What the documentation promises."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from conftest import MakeBook, problems_of, run_mkdocs
from modelbook.cli import main
from modelbook.records import KINDS, Comparison, Specification
from modelbook.schema import Missing, Status
from modelbook.sources import parse_document
from modelbook.views import VIEWS
from sites import article, page, table_text

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
IN_CHINESE = (ROOT / "CONTRIBUTING.zh.md").read_text(encoding="utf-8")
TEXTS = {"README": README, "CONTRIBUTING": CONTRIBUTING, "CONTRIBUTING.zh": IN_CHINESE}

EXAMPLE = re.compile(r"^```(\w*)\n(.*?)^```", re.M | re.S)
"""A block of code, by its language and text."""


def code(text: str) -> Iterator[str]:
    """Code in sentences, and each line of what is typed into a terminal."""
    for language, example in EXAMPLE.findall(text):
        if language == "console":
            yield from re.findall(r"^\$ ([^#\n]*[^#\s])", example, re.M)
    yield from re.findall(r"`([^`\n]+)`", EXAMPLE.sub("", text))


@pytest.mark.parametrize("name", TEXTS)
def test_make_has_the_commands_that_are_named(name: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = [said for said in code(TEXTS[name]) if said.startswith("make ")]
    assert named
    for said in named:
        assert re.search(rf"^{said.removeprefix('make ')}:", makefile, re.M), said


@pytest.mark.parametrize("name", TEXTS)
def test_commands_that_are_named_exist_with_their_options(name: str) -> None:
    named = [
        said for said in code(TEXTS[name]) if re.match(r"(\.venv/bin/)?modelbook ", said) and "COMMAND" not in said
    ]
    assert named
    for said in named:
        command: click.Command = main
        words = shlex.split(said)[1:]
        while isinstance(command, click.Group) and words and not words[0].startswith("-"):
            command = command.commands[words.pop(0)]
        options = {option for each in command.params for option in each.opts} | {"--help"}
        assert {word.partition("=")[0] for word in words if word.startswith("-")} <= options, said


@pytest.mark.parametrize("name", TEXTS)
def test_files_that_are_named_exist(name: str) -> None:
    text = EXAMPLE.sub("", TEXTS[name])
    made = ("data/models.json", "data/models.csv", "site/", "site_overrides/modelbook/", ".cache/", ".venv", "images/")
    for path in re.findall(r"`([\w./-]+/[\w./-]*)`", text):
        optional = ("content/links-allowed.yml", "content/ja/")
        assert (ROOT / path).exists() or path.startswith((*made, *optional)), path
    for link in re.findall(r"\]\(([^):#]+)(?:#[^)]*)?\)", text):
        assert (ROOT / link).exists(), link


def test_both_languages_say_the_same() -> None:
    assert re.findall(r"^(#+) ", EXAMPLE.sub("", CONTRIBUTING), re.M) == re.findall(
        r"^(#+) ", EXAMPLE.sub("", IN_CHINESE), re.M
    )
    languages = [[language for language, _ in EXAMPLE.findall(text)] for text in (CONTRIBUTING, IN_CHINESE)]
    assert languages[0] == languages[1]
    commands = [
        [said for said in code(text) if said.startswith(("make", "modelbook"))] for text in (CONTRIBUTING, IN_CHINESE)
    ]
    assert sorted(commands[0]) == sorted(commands[1])


def test_every_kind_of_record_is_named() -> None:
    for kind in KINDS:
        assert kind in README, kind


def test_every_status_and_missing_word_is_explained() -> None:
    for word in [*Status, *Missing]:
        assert word in CONTRIBUTING, word


# --- where do I change…? ---------------------------------------------------------------


def test_a_known_field_becomes_a_column_by_one_line(make_book: MakeBook) -> None:
    book = make_book({})
    comparison = book / "data/comparisons/shapes.yaml"
    text = comparison.read_text(encoding="utf-8")
    comparison.write_text(text.replace("  - vram\n", "  - vram\n  - context\n"), encoding="utf-8")
    assert run_mkdocs(book, "build", "--strict").returncode == 0
    rows = table_text(article(book / "site", "comparisons/").select("table")[0])
    assert [row[6] for row in rows] == ["Context length (tokens)", "4,096", "4,096", "—not recorded yet"]


def test_a_third_language_needs_no_python(make_book: MakeBook) -> None:
    book = make_book(
        {"site_overrides/locales/ja.po": 'msgid ""\nmsgstr ""\n"Language: ja\\n"\n\nmsgid "Model"\nmsgstr "モデル"\n'}
    )
    config = (book / "mkdocs.yml").read_text(encoding="utf-8")
    config = config.replace("  font: false\n", "  font: false\n  custom_dir: site_overrides\n")
    config = config.replace("        zh: {", "        ja: {name: 日本語, site_name: 図形の本}\n        zh: {")
    (book / "mkdocs.yml").write_text(config, encoding="utf-8")
    for source in sorted((book / "content/en").rglob("*.md")):
        target = book / "content/ja" / source.relative_to(book / "content/en")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(source.read_text(encoding="utf-8").replace("Comparisons", "比較"), encoding="utf-8")
    # What records do not say in the new language is shown in another.
    assert problems_of(book) == []
    assert run_mkdocs(book, "build", "--strict").returncode == 0
    html = page(book / "site", "ja/comparisons/").html
    assert html is not None
    assert html["lang"] == "ja"
    rows = table_text(article(book / "site", "ja/comparisons/").select("table")[0])
    assert rows[0][0] == "モデル"
    assert rows[1][4] == "2兆"
    name = article(book / "site", "ja/models/ellipse/").select_one("h1 [lang]")
    assert name is not None
    assert (name["lang"], name.get_text()) == ("en", "Ellipse")


def test_views_of_contributing_are_views() -> None:
    for name in re.findall(r"`::: ([\w-]+)", README + CONTRIBUTING):
        assert name in VIEWS


@pytest.mark.parametrize("name", ["CONTRIBUTING", "CONTRIBUTING.zh"])
def test_examples_of_records_are_valid(name: str) -> None:
    examples = [example for language, example in EXAMPLE.findall(TEXTS[name]) if language == "yaml"]
    read = [dict(parse_document(example, "example.yaml").values) for example in examples]
    comparisons = [fields for fields in read if "columns" in fields]
    assert len(comparisons) == 3
    for fields in comparisons:
        chosen = {} if "filter" in fields else {"rows": ["falcon"]}
        Comparison.model_validate({"name": "A table", **chosen, **fields})
    models = [fields for fields in read if {"released", "training"} & set(fields)]
    assert len(models) == 2
    for fields in models:
        Specification.model_validate(fields)
