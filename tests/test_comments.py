"""Comments of readers: an option, off unless the book's owner chooses who keeps them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from babel import Locale

from conftest import BOOKS, MakeBook, problems_of, run_mkdocs
from modelbook.comments import read_comments
from modelbook.errors import BookError
from modelbook.languages import Language
from sites import article, files

GISCUS = {
    "provider": "giscus",
    "repo": "a/shapes",
    "repo_id": "R_kgDOabc",
    "category": "Comments",
    "category_id": "DIC_kwDOdef",
}
UTTERANCES = {"provider": "utterances", "repo": "a/shapes"}


def language(code: str) -> Language:
    return Language(code, code, Locale.parse(code, sep="-"))


@pytest.mark.parametrize(
    ("settings", "problems"),
    [
        ({}, ["no provider; expected 'giscus' or 'utterances'"]),
        ({"provider": "giscuss"}, ["no provider 'giscuss'; did you mean 'giscus'?"]),
        ({"provider": ["giscus"]}, ["no provider '['giscus']'; did you mean 'giscus'?"]),
        ({"provider": "disqus.com"}, ["no provider 'disqus.com'; expected 'giscus' or 'utterances'"]),
        (
            {"provider": "giscus", "repo": "shapes", "categori": "x", "mapping": "path", "category_id": 7},
            [
                "giscus has no setting 'categori'; did you mean 'category' or 'category_id'?",
                "giscus needs 'repo_id'; expected what https://giscus.app says",
                "giscus needs 'category'; expected what https://giscus.app says",
                "repo is 'shapes'; expected the owner and the name of a repository on GitHub, as in owner/name",
                "'category_id' is 7; expected text",
                "mapping is 'path'; did you mean 'pathname'?",
            ],
        ),
        (
            {"provider": "utterances", "repo": "https://github.com/a/b", "issue_term": "7", "theme": "x"},
            [
                "utterances has no setting 'theme'; expected 'repo', 'issue_term' and 'label'",
                "repo is 'https://github.com/a/b'; expected the owner and the name of a repository on GitHub, "
                "as in owner/name",
                "issue_term is '7'; expected 'page', 'pathname', 'url' or 'title'",
            ],
        ),
        ({"provider": "utterances"}, ["utterances needs 'repo'; expected what https://utteranc.es says"]),
    ],
)
def test_settings_that_are_wrong_are_all_said(settings: dict[str, object], problems: list[str]) -> None:
    with pytest.raises(BookError) as caught:
        read_comments(settings)
    assert str(caught.value).split("\n") == [f"comments: {problem}" for problem in problems]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", "en"),
        ("zh", "zh-CN"),
        ("zh-Hant", "zh-TW"),
        ("zh-HK", "zh-TW"),
        ("pt-BR", "pt"),
        ("eu", "eu"),
        ("is", "en"),
    ],
)
def test_giscus_speaks_the_language_of_the_page(code: str, said: str) -> None:
    assert read_comments(GISCUS).attributes("index", language(code))["data-lang"] == said


def test_a_page_has_the_same_comments_in_all_its_languages_unless_told_otherwise() -> None:
    own = read_comments(GISCUS).attributes("open/early", language("zh"))
    assert (own["data-mapping"], own["data-term"]) == ("specific", "open/early")
    other = read_comments(GISCUS | {"mapping": "pathname"}).attributes("open/early", language("zh"))
    assert other["data-mapping"] == "pathname"
    assert "data-term" not in other
    assert read_comments(UTTERANCES).attributes("open/early", language("en"))["issue-term"] == "open/early"
    told = read_comments(UTTERANCES | {"issue_term": "title", "label": "comments"}).attributes("x", language("en"))
    assert told == {"repo": "a/shapes", "issue-term": "title", "label": "comments"}


def with_comments(settings: dict[str, str]) -> str:
    written = (BOOKS / "minimal/mkdocs.yml").read_text(encoding="utf-8")
    return written.replace("  - modelbook:\n", f"  - modelbook:\n      comments: {json.dumps(settings)}\n")


def test_wrong_settings_stop_the_build_without_a_traceback(make_book: MakeBook) -> None:
    result = run_mkdocs(make_book({"mkdocs.yml": with_comments({"provider": "giscuss"})}), "build")
    assert result.returncode == 1
    assert "modelbook: comments: no provider 'giscuss'; did you mean 'giscus'?" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("settings", "script", "elsewhere"),
    [
        (GISCUS, "https://giscus.app/client.js", "https://github.com/a/shapes/discussions"),
        (UTTERANCES, "https://utteranc.es/client.js", "https://github.com/a/shapes/issues"),
    ],
)
def test_pages_offer_comments_and_ask_nobody(
    make_book: MakeBook, settings: dict[str, str], script: str, elsewhere: str
) -> None:
    quiet = "---\ncomments: false\n---\n\n# Timeline {#timeline}\n"
    book = make_book({"mkdocs.yml": with_comments(settings), "content/en/timeline.md": quiet})
    assert run_mkdocs(book, "build").returncode == 0
    for name in ("", "zh/open/early/", "models/circle/", "zh/timeline/"):
        section = article(book / "site", name).select_one(".mb-comments")
        assert section is not None, name
        button, link = section.select_one("button[hidden]"), section.select_one("a")
        assert button
        assert link
        assert json.loads(str(button["data-client"]))["script"] == script
        assert link["href"] == elsewhere
        assert section.select("script, iframe, link") == []
    assert article(book / "site", "timeline/").select(".mb-comments") == []


def test_front_matter_says_yes_or_no(make_book: MakeBook) -> None:
    book = make_book({"content/en/timeline.md": "---\ncomments: off\n---\n\n# Timeline {#timeline}\n"})
    assert "content/en/timeline.md:2:11: comments is 'off'; expected true or false" in problems_of(book)


def test_a_site_without_comments_names_nobody_who_keeps_them(minimal_site: Path) -> None:
    for name, content in files(minimal_site).items():
        assert b"giscus.app" not in content, name
        assert b"utteranc.es" not in content, name
        assert b'class="mb-comments"' not in content, name
