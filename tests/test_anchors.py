"""Anchors of what a book succeeds, and works in progress, in a built site."""

from __future__ import annotations

from pathlib import Path

import pytest

from sites import article, broken_links
from succeedingbook import build_site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_site(tmp_path_factory.mktemp("succeeding"))


@pytest.mark.parametrize(("prefix", "titles"), [("", ["Circle", "Shapes", "Table 1"]), ("zh/", ["圆", "形状", "表 1"])])
def test_old_anchors_are_listed_with_the_places_that_have_taken_over(
    site: Path, prefix: str, titles: list[str]
) -> None:
    entries = article(site, f"{prefix}models/").select(".mb-succeeded li")
    assert [entry["id"] for entry in entries] == ["id7", "old-shapes", "round"]
    links = [entry.select_one("a") for entry in entries]
    assert [link and link["href"] for link in links] == [
        "../open/early/#circle",
        "../#shapes",
        "../open/early/#tbl-shapes",
    ]
    assert [link and link.text for link in links] == titles


def test_they_lead_somewhere_and_their_list_is_not_published(site: Path) -> None:
    assert broken_links(site) == []
    assert not (site / "anchors.yml").exists()
    assert not article(site, "").select(".mb-succeeded")


@pytest.mark.parametrize(
    ("code", "prefix", "words"),
    [
        ("en", "", "This page is a work in progress. Edit this page Discuss the book"),
        ("zh", "zh/", "本页尚在撰写。 编辑本页 讨论本书"),
    ],
)
def test_works_in_progress_say_so_below_their_title(site: Path, code: str, prefix: str, words: str) -> None:
    notice = article(site, f"{prefix}glossary/").select_one("h1 + .mb-notice--draft")
    assert notice is not None
    assert " ".join(notice.get_text().split()) == words
    assert [link["href"] for link in notice.select("a")] == [
        f"https://code.example/shapes/edit/main/content/{code}/glossary.md",
        "https://code.example/shapes/issues",
    ]
    assert not article(site, f"{prefix}timeline/").select(".mb-notice--draft")
