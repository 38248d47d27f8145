"""Translations in step with their originals: pairing, the lock, the command, the history."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from conftest import MakeBook, problems_of, run_mkdocs
from modelbook.cli import main
from modelbook.translations import word_changes
from sites import article, broken_links, page, table_text

CASES = Path(__file__).parent / "cases" / "translations.yml"

EN, ZH = "content/en/index.md", "content/zh/index.md"

Modelbook = Callable[..., tuple[int, list[str]]]


@pytest.fixture
def modelbook(monkeypatch: pytest.MonkeyPatch) -> Modelbook:
    """Run `modelbook` in a book; its exit code and what it prints."""

    def run(book: Path, *arguments: str) -> tuple[int, list[str]]:
        monkeypatch.chdir(book)
        result = CliRunner().invoke(main, arguments)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, (result.stdout + result.stderr).splitlines()

    return run


def cases() -> list[Any]:
    return [pytest.param(case, id=case["case"]) for case in yaml.safe_load(CASES.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("case", cases())
def test_translations_stand_as_in_the_case(case: dict[str, Any], make_book: MakeBook, modelbook: Modelbook) -> None:
    """The minimal book is stamped as it is after `before`, and then has `files` in it."""
    book = make_book(case.get("before", {}))
    assert modelbook(book, "translations", "stamp", "--all")[0] == 0
    for name, content in case["files"].items():
        path = book / name
        if content is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
    assert problems_of(book) == []
    code, said = modelbook(book, "check")
    assert (code, said[:-1]) == (0, case.get("notices", []))
    code, said = modelbook(book, "translations")
    assert code == 0
    assert [line for line in said if ":" in line] == case["out of step"]


# --- the story -----------------------------------------------------------------------


def git(book: Path, *arguments: str) -> None:
    author = ["-c", "user.name=A", "-c", "user.email=a@book.example", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *author, *arguments], cwd=book, check=True, capture_output=True)


def edit(book: Path, name: str, old: str, new: str) -> None:
    path = book / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_change_of_the_original_is_seen_shown_and_stamped(make_book: MakeBook, modelbook: Modelbook) -> None:
    book = make_book({})
    git(book, "init", "-q", "-b", "main")
    assert modelbook(book, "translations", "stamp", "--all")[1] == ["37 translations stamped"]
    git(book, "add", ".")
    git(book, "commit", "-qm", "in step")
    assert modelbook(book, "translations")[1][-1] == "all in step"

    # Layout is no change.
    edit(book, EN, "Every corner of a shape counts; a", "Every corner of a shape\ncounts; a")
    assert modelbook(book, "translations")[1][-1] == "all in step"

    # Words are.
    edit(book, EN, "a corner is nothing by itself", "an edge is nothing by itself")
    git(book, "commit", "-qam", "edges")
    code, said = modelbook(book, "translations", "--fail-over", "0")
    assert code == 1
    assert said[-2:] == [
        "content/zh/index.md:10:1: original at content/en/index.md:10:1 has changed since; expected its words here, "
        "then `modelbook translations stamp 'content/zh/index.md#top.2'`; "
        "see `modelbook translations diff content/zh/index.md`",
        "1 translation out of step",
    ]
    assert modelbook(book, "translations", "--fail-over", "1")[0] == 0
    assert modelbook(book, "translations", "--since", "HEAD~1")[1][-1] == "1 translation out of step"
    assert modelbook(book, "translations", "--since", "HEAD")[1][-1] == "all in step"

    difference = [
        "content/zh/index.md:10:1: top.2",
        "  Every corner of a shape counts; [-a corner-]{+an edge+} is nothing by itself.",
        "  形状的每个[角](term:corner)都算数；单独的角什么也不是。",
        "",
        "1 translation behind",
    ]
    assert modelbook(book, "translations", "diff", "index") == (0, difference)

    # What a history says does not hang on the ids of its commits.
    git(book, "commit", "--amend", "-qm", "an edge")
    git(book, "checkout", "-q", "-b", "other", "HEAD~1")
    (book / "other.txt").write_text("other", encoding="utf-8")
    git(book, "add", ".")
    git(book, "commit", "-qm", "other")
    git(book, "rebase", "-q", "other", "main")
    assert modelbook(book, "translations", "diff", "index") == (0, difference)
    git(book, "reset", "-q", "--soft", "HEAD~2")
    git(book, "commit", "-qm", "other and edges, squashed")
    assert modelbook(book, "translations", "diff", "index") == (0, difference)

    # The site says so, in the reader's language, and leads to the original.
    assert run_mkdocs(book, "build", "--strict").returncode == 0
    shown = article(book / "site", "zh/")
    notice = shown.select_one("h1 + .mb-notice--changed")
    assert notice is not None
    assert "本页译出之后，原文有 1 处改动。" in notice.get_text()
    mark = shown.select_one("[data-block='top.1'] + .mb-changed + [data-block='top.2']")
    assert mark is not None
    link = shown.select_one(".mb-changed a")
    assert link is not None
    assert (link["href"], link["hreflang"]) == ("../#b-top.2", "en")
    assert article(book / "site", "").select(".mb-changed, .mb-notice") == []
    assert broken_links(book / "site") == []

    # Translated and stamped, it is in step.
    edit(book, ZH, "单独的角什么也不是", "单独的边什么也不是")
    assert modelbook(book, "translations", "stamp", "index#top")[1] == ["1 translation stamped"]
    assert modelbook(book, "translations")[1][-1] == "all in step"
    git(book, "add", ".")
    git(book, "commit", "-qm", "translated")

    # Only what is told is stamped.
    edit(book, EN, "an edge is nothing", "a side is nothing")
    edit(book, EN, "A book about shapes", "A small book about shapes")
    assert modelbook(book, "translations", "stamp", f"{ZH}#top.2")[1] == ["1 translation stamped"]
    assert modelbook(book, "translations")[1][-1] == "1 translation out of step"


def test_a_former_original_that_no_commit_has_is_not_made_up(make_book: MakeBook, modelbook: Modelbook) -> None:
    book = make_book({})
    modelbook(book, "translations", "stamp", "--all")
    edit(book, EN, "a corner is nothing", "an edge is nothing")
    said = modelbook(book, "translations", "diff", "index")[1]
    assert said[1] == "  (the original as it was translated is not in the history; this is what it says now)"
    assert said[2].startswith("  Every corner of a shape counts; an edge is nothing by itself.")


def test_texts_of_records_are_tracked_too(make_book: MakeBook, modelbook: Modelbook) -> None:
    book = make_book({})
    git(book, "init", "-q")
    modelbook(book, "translations", "stamp", "--all")
    git(book, "add", ".")
    git(book, "commit", "-qm", "in step")
    record = "data/models/circle.yaml"
    edit(book, record, "It has no corners.", "It has no corner.")
    edit(book, record, "limitations:\n", "  - {en: It is new., zh: 它是新的。}\nlimitations:\n")
    said = modelbook(book, "translations")[1]
    assert [line.split(";")[0] for line in said if line.startswith(record)] == [
        f"{record}:11:33: original at {record}:11:10 has changed since",
        f"{record}:12:26: 'uniqueness.1:zh' is not stamped",
    ]
    said = modelbook(book, "translations", "diff", record)[1]
    assert said[1] == "  It has no [-corners-]{+corner+}."
    assert run_mkdocs(book, "build", "--strict").returncode == 0
    marks = article(book / "site", "zh/models/circle/").select(".mb-changed-text")
    assert [mark["aria-label"] for mark in marks] == ["译出之后原文又有改动"]
    assert modelbook(book, "translations", "stamp", f"{record}#uniqueness")[1] == ["2 translations stamped"]
    assert modelbook(book, "translations")[1][-1] == "all in step"


def test_json_and_annotations(make_book: MakeBook, modelbook: Modelbook) -> None:
    book = make_book({})
    modelbook(book, "translations", "stamp", "--all")
    edit(book, EN, "a corner is nothing", "100% of an edge is nothing")
    said = json.loads("\n".join(modelbook(book, "translations", "--format", "json")[1]))
    assert {"path": ZH, "language": "zh", "counts": _counts(changed=1, in_step=2)} in said["files"]
    assert said["out_of_step"] == [
        {
            "path": ZH,
            "line": 10,
            "column": 1,
            "language": "zh",
            "key": "top.2",
            "state": "changed",
            "original": {"path": EN, "line": 10},
        }
    ]
    said = modelbook(book, "translations", "--format", "github")[1]
    assert len(said) == 1
    assert said[0].startswith(f"::warning file={ZH},line=10,col=1::original at {EN}:10:1 has changed since")


def _counts(changed: int, in_step: int) -> dict[str, int]:
    return {"in-step": in_step, "changed": changed, "unstamped": 0, "unpaired": 0, "missing": 0}


# --- what can go wrong ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["stamp", "indx"], "no translation 'indx'; did you mean 'index'?"),  # codespell:ignore indx
        (["stamp", "index#tip"], "'index' has no part 'tip'; did you mean 'top'?"),
        (["diff", "nowhere/at/all"], "no translation 'nowhere/at/all'; expected a page such as open/early"),
        (["--since", "nothing"], "fatal: not a git repository (or any of the parent directories): .git"),
    ],
)
def test_what_is_not_there_is_said(
    arguments: list[str], message: str, make_book: MakeBook, modelbook: Modelbook
) -> None:
    assert modelbook(make_book({}), "translations", *arguments) == (2, [message])


def test_nothing_to_stamp_is_said(make_book: MakeBook, modelbook: Modelbook) -> None:
    code, said = modelbook(make_book({}), "translations", "stamp")
    assert (code, said[-1]) == (2, "Error: nothing to stamp; expected a page such as open/early, or --all")


def test_a_book_that_cannot_be_read_is_not_stamped(make_book: MakeBook, modelbook: Modelbook) -> None:
    book = make_book({"data/models/circle.yaml": "name: [\n"})
    code, said = modelbook(book, "translations", "stamp", "--all")
    assert code == 2
    assert said[0].startswith("data/models/circle.yaml:")
    assert said[-1] == "nothing was stamped; expected these to be mended first"
    assert not (book / "content/translations.lock").exists()


def test_a_broken_lock_is_a_problem(make_book: MakeBook) -> None:
    lock = "# Head\n<<<<<<< ours\ncontent/zh/index.md#top 0123456789ab\n=======\ncontent/zh/index.md#top 0123\n"
    end = "is not a line of a lock; run `modelbook translations stamp` rather than edit it"
    assert problems_of(make_book({"content/translations.lock": lock})) == [
        f"content/translations.lock:2:1: '<<<<<<< ours' {end}",
        f"content/translations.lock:4:1: '=======' {end}",
        f"content/translations.lock:5:1: 'content/zh/index.md#top 0123' {end}",
    ]


def test_the_lock_is_not_part_of_the_site(make_book: MakeBook, modelbook: Modelbook) -> None:
    book = make_book({})
    modelbook(book, "translations", "stamp", "--all")
    assert run_mkdocs(book, "build", "--strict").returncode == 0
    assert not list((book / "site").rglob("*.lock"))


def test_stamping_twice_changes_no_byte_and_drops_what_is_gone(make_book: MakeBook, modelbook: Modelbook) -> None:
    book = make_book({})
    lock = book / "content/translations.lock"
    modelbook(book, "translations", "stamp", "--all")
    first = lock.read_text(encoding="utf-8")
    lock.write_text(first + "content/zh/gone.md#top 0123456789ab\n", encoding="utf-8")
    assert modelbook(book, "translations", "stamp", "index")[1] == ["0 translations stamped"]
    assert lock.read_text(encoding="utf-8") == first


def test_words_are_marked_not_letters() -> None:
    assert word_changes("One two  three", "One 2 three four") == [
        ("same", "One "),
        ("removed", "two"),
        ("added", "2"),
        ("same", " three"),
        ("added", " four"),
    ]
    assert word_changes("模型很大", "模型不大") == [
        ("same", "模型"),
        ("removed", "很"),
        ("added", "不"),
        ("same", "大"),
    ]


# --- pages that stand in -------------------------------------------------------------


def test_a_page_without_translation_is_stood_in_for(make_book: MakeBook) -> None:
    image = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"/>'
    text = """# Late shapes {#late-shapes}

A corner [@noy2023shapes], as @noy2023shapes says; see @sec-early-shapes and @fig-late.

::: figure fig-late
    ![A line](images/line.svg)

    A line.

::: model-card circle
"""
    book = make_book({"content/en/open/late.md": text, "content/en/open/images/line.svg": image})
    config = (book / "mkdocs.yml").read_text(encoding="utf-8")
    config = config.replace("      - open/early.md\n", "      - open/early.md\n      - open/late.md\n")
    (book / "mkdocs.yml").write_text(config, encoding="utf-8")
    assert problems_of(book) == []
    result = run_mkdocs(book, "build", "--strict")
    assert result.returncode == 0, result.stderr
    site = book / "site"
    shown = page(site, "zh/open/late/")
    assert shown.html is not None
    assert shown.html["lang"] == "zh"
    content = article(site, "zh/open/late/")
    notice = content.select_one(".mb-notice--untranslated")
    assert notice is not None
    assert notice.get_text(" ", strip=True) == "本页尚未翻译，以下为英语原文。 翻译本页"
    link = notice.select_one("a")
    assert link is not None
    assert link["href"] == "https://code.example/shapes/new/main/content/zh/open?filename=late.md"
    body = content.select_one("div[lang=en]")
    assert body is not None
    assert "as Noy" in body.get_text()
    assert "Figure 1" in body.get_text()
    # Links stay in the reader's edition; search engines are told where the text belongs.
    hrefs = {str(a["href"]) for a in body.select("a[href]")}
    assert "../../references/#ref-noy2023shapes" in hrefs
    assert "../early/#early-shapes" in hrefs
    canonical = shown.select_one("link[rel=canonical]")
    assert canonical is not None
    assert canonical["href"] == "https://book.example/shapes/open/late/"
    assert [link["hreflang"] for link in shown.select("link[hreflang]")] == ["en", "x-default"]
    assert "shapes/zh/open/late" not in (site / "sitemap.xml").read_text(encoding="utf-8")
    assert page(site, "zh/open/early/").select_one(".md-nav a[href='../late/']") is not None
    assert broken_links(site) == []
    # The original has nothing of this.
    assert article(site, "open/late/").select(".mb-notice, [data-block]") == []


def test_the_original_may_be_in_another_language(make_book: MakeBook, modelbook: Modelbook) -> None:
    texts = {"content/zh/late.md": "# 晚期 {#late}\n\n一个点。\n"}
    book = make_book(texts)
    assert run_mkdocs(book, "build", "--strict").returncode == 0
    assert article(book / "site", "late/").select_one("div[lang=zh]") is not None
    (book / "content/en/late.md").write_text("---\nsource_language: zh\n---\n# Late\n\nA dot.\n", encoding="utf-8")
    said = modelbook(book, "translations")[1]
    assert [line.split(";")[0] for line in said if "late" in line and ":" in line] == [
        "content/en/late.md:4:1: 'top.0' is not stamped",
        "content/en/late.md:6:1: 'top.1' is not stamped",
    ]


def test_texts_without_translation_are_shown_in_another_language(make_book: MakeBook) -> None:
    book = make_book({})
    edit(book, "data/models/circle.yaml", ", zh: 它没有角。", "")
    assert problems_of(book) == []
    assert run_mkdocs(book, "build", "--strict").returncode == 0
    text = article(book / "site", "zh/models/circle/").select_one(".mb-untranslated")
    assert text is not None
    assert (text["lang"], text["title"], text.get_text()) == ("en", "尚未翻译", "It has no corners.")


def test_the_status_page_lists_every_page(make_book: MakeBook, modelbook: Modelbook) -> None:
    status = {f"content/{code}/status.md": "# S {#status}\n\n::: translations\n" for code in ("en", "zh")}
    book = make_book(status | {"content/zh/timeline.md": None})
    modelbook(book, "translations", "stamp", "--all")
    edit(book, EN, "a corner is nothing", "an edge is nothing")
    assert run_mkdocs(book, "build", "--strict").returncode == 0
    rows = table_text(article(book / "site", "zh/status/").select("table")[0])
    assert rows[0] == ["页面", "译入语言", "同步", "原文有改动", "未确认", "未对应", "缺少"]
    assert ["形状", "中文", "2", "1", "0", "0", "0"] in rows
    assert ["Timeline", "中文", "0", "0", "0", "0", "2"] in rows
    assert rows[-1][:2] == ["数据中的文字", "中文"]
    assert broken_links(book / "site") == []
