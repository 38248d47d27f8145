"""What records say and do not say, and where sources disagree: counted, and shown."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from conftest import MakeBook, run_mkdocs
from modelbook.catalogue import load_catalogue
from modelbook.cli import main
from modelbook.coverage import Presence, coverage, unsourced
from modelbook.records import Dataset, Model
from sites import article, broken_links, page, table_text

SQUARE = """
name: Square
organizations: [round-labs]
purpose: base
modality: {input: [text], output: [text]}
summary: {en: A square., zh: 正方形。}
checked: "2025-02"
parameters: undisclosed
vram: not-applicable
variants:
  small:
    parameters: 3B
    released: {value: "2025", cite: [noy2023shapes]}
    context: unknown
"""


def test_the_best_of_a_model_and_its_variants_counts(make_book: MakeBook) -> None:
    book = make_book({"data/models/square.yaml": SQUARE})
    catalogue, problems = load_catalogue(book / "data", book)
    assert problems == []
    models, datasets = coverage(catalogue, [Model, Dataset])
    assert (models.kind, models.records, str(models.oldest and models.oldest.written)) == (Model, 3, "2025-02")
    fields = {each.field: dict(each.counts) for each in models.fields}
    assert fields["parameters"] == {Presence.KNOWN: 2, Presence.UNDISCLOSED: 1}
    assert fields["vram"] == {Presence.KNOWN: 1, Presence.NOT_APPLICABLE: 1, Presence.ABSENT: 1}
    assert fields["context"] == {Presence.KNOWN: 1, Presence.UNKNOWN: 1, Presence.ABSENT: 1}
    assert datasets.oldest is None
    assert {each.field for each in datasets.fields} == {"released", "tokens", "openness", "license"}


def test_a_value_has_a_source_of_its_own_or_above_it(make_book: MakeBook) -> None:
    book = make_book({"data/models/square.yaml": SQUARE})
    catalogue, _ = load_catalogue(book / "data", book)
    square, circle = catalogue.find(Model, "square"), catalogue.find(Model, "circle")
    assert list(unsourced(square)) == [("variants", "small", "parameters")]
    assert list(unsourced(circle)) == []


def test_check_counts_values_without_a_source(make_book: MakeBook) -> None:
    """They are no problem, for the sources of a young record may still be looked for; `--unsourced` lists them."""
    config = str(make_book({"data/models/square.yaml": SQUARE}) / "mkdocs.yml")
    said = CliRunner().invoke(main, ["check", "-f", config])
    assert said.exit_code == 0
    assert said.stdout == "13 records, 3 entries, 25 values: no problem, 1 value without a source\n"
    said = CliRunner().invoke(main, ["check", "-f", config, "--unsourced"])
    assert said.exit_code == 0
    assert said.stdout.splitlines()[0] == (
        "data/models/square.yaml:12:17: value without a source; expected `cite` beside it, or at the top of the record"
    )


PAGES = {
    f"content/{code}/{name}.md": f"# P {{#{name}}}\n\n::: {name}\n"
    for code in ("en", "zh")
    for name in ("coverage", "disagreements")
}


def built(book: Path) -> Path:
    result = run_mkdocs(book, "build", "--strict")
    assert result.returncode == 0, result.stderr
    assert broken_links(book / "site") == []
    return book / "site"


def test_the_page_of_coverage_tells_three_sorts_of_nothing(make_book: MakeBook) -> None:
    site = built(make_book(PAGES | {"data/models/square.yaml": SQUARE}))
    tables = article(site, "zh/coverage/").select("table")
    rows = table_text(tables[0])
    assert rows[0] == ["字段", "有值", "未知", "未公开", "不适用", "尚未记录"]
    assert ["上下文长度（词元）", "1", "1", "0", "0", "1"] in rows
    assert "其中 1 个没有注明来源" in article(site, "zh/coverage/").get_text()
    caption = tables[0].select_one("caption")
    assert caption is not None
    assert caption.get_text() == "模型（3）；最早一次核对在 2025年2月"


def test_disagreements_say_what_is_shown_who_says_else_and_why(make_book: MakeBook) -> None:
    site = built(make_book(PAGES))
    shown = article(site, "disagreements/")
    groups = shown.select(".mb-disagreements")
    assert [" ".join(group.select_one("h2").get_text().split()) for group in groups] == ["Circle model"]  # type: ignore[union-attr]
    entry = groups[0].select_one("dl > div")
    assert entry is not None
    assert " ".join(entry.get_text().split()) == "Training tokens 2T [3] 1.5T [1]: an early count"
    assert not page(site, "disagreements/").select(".md-nav--secondary a[href*='circle']")
