"""Links to the files of the book where it is kept."""

from __future__ import annotations

import pytest

from modelbook.repository import Repository

PATH = "content/zh/open/early.md"


@pytest.mark.parametrize(
    ("edit_base", "issues"),
    [
        ("https://github.com/a/book/edit/main/", "https://github.com/a/book/issues"),
        ("https://gitlab.com/a/book/-/edit/main/", "https://gitlab.com/a/book/-/issues"),
        ("https://forge.example/b/_edit/trunk/", "https://forge.example/b/issues"),
        ("https://code.example/a/blob/main/", ""),
        ("", ""),
    ],
)
def test_issues_are_listed_beside_the_files(edit_base: str, issues: str) -> None:
    assert Repository(edit_base).issues == issues


@pytest.mark.parametrize(
    ("repo_url", "edit_uri", "edit", "new"),
    [
        (
            "https://github.com/a/book",
            "edit/main/content/",
            f"https://github.com/a/book/edit/main/{PATH}",
            "https://github.com/a/book/new/main/content/zh/open?filename=early.md",
        ),
        (
            "https://gitlab.com/a/book/",
            "-/edit/main/docs/content",
            f"https://gitlab.com/a/book/-/edit/main/docs/{PATH}",
            "https://gitlab.com/a/book/-/new/main/docs/content/zh/open?file_name=early.md",
        ),
        (
            "https://code.example/a",
            "https://forge.example/b/_edit/trunk/content/",
            f"https://forge.example/b/_edit/trunk/{PATH}",
            "https://forge.example/b/new/trunk/content/zh/open?filename=early.md",
        ),
        ("https://code.example/a", "blob/main/content/", f"https://code.example/a/blob/main/{PATH}", ""),
        ("https://github.com/a/book", "edit/main/docs/", "", ""),
        ("", "edit/main/content/", "", ""),
        ("https://github.com/a/book", "", "", ""),
    ],
)
def test_links_follow_from_two_settings(repo_url: str, edit_uri: str, edit: str, new: str) -> None:
    repository = Repository.of(repo_url, edit_uri, "content")
    assert (repository.edit(PATH), repository.new(PATH)) == (edit, new)


@pytest.mark.parametrize(
    ("repo_url", "edit_uri", "issue"),
    [
        (
            "https://github.com/a/book",
            "edit/main/content/",
            "https://github.com/a/book/issues/new?title=A%20%26%20B&body=1%0A2",
        ),
        (
            "https://gitlab.com/a/book/",
            "-/edit/main/docs/content",
            "https://gitlab.com/a/book/-/issues/new?issue[title]=A%20%26%20B&issue[description]=1%0A2",
        ),
        ("https://code.example/a", "blob/main/content/", ""),
        ("", "", ""),
    ],
)
def test_an_issue_is_filled_in(repo_url: str, edit_uri: str, issue: str) -> None:
    assert Repository.of(repo_url, edit_uri, "content").issue("A & B", "1\n2") == issue
