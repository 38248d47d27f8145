"""What the documentation promises."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from conftest import MakeBook, problems_of, run_mkdocs
from modelbook.records import KINDS
from modelbook.schema import Missing, Status
from modelbook.views import VIEWS
from sites import article, page, table_text

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_make_has_the_commands_that_are_named() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for text in (README, CONTRIBUTING):
        for command in re.findall(r"\bmake ([a-z]+)\b", text):
            assert re.search(rf"^{command}:", makefile, re.M), command


def test_files_that_are_named_exist() -> None:
    for text in (README, CONTRIBUTING):
        for name in re.findall(r"`([\w./-]+/[\w./-]*)`", text):
            made = ("data/models.json", "data/models.csv", "site/", "site_overrides/modelbook/", "content/<", ".venv")
            assert (ROOT / name).exists() or name.startswith(made), name
        examples = re.compile(r"^```.*?^```", re.M | re.S)
        for link in re.findall(r"\]\(([^):]+)\)", examples.sub("", text)):
            assert (ROOT / link).exists(), link


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


def test_the_example_of_a_claim_is_valid_yaml() -> None:
    example = re.search(r"```yaml\n(.*?)```", CONTRIBUTING, re.S)
    assert example is not None
    assert yaml.safe_load(example[1])["training"]["tokens"]["status"] == "disputed"
