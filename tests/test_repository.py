"""Links to the files of the book where it is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelbook.repository import FORMS, WRONG_FACT, Repository

PATH = "content/zh/open/early.md"

KEPT = {
    "GitHub": ("https://github.com/a/book", "edit/main/content/"),
    "GitLab": ("https://gitlab.com/a/b/book/", "-/edit/main/docs/content"),
    "Forgejo": ("https://codeberg.org/a/book", "_edit/feature/a/content/"),
    "elsewhere": ("https://code.example/a", "https://forge.example/b/_edit/trunk/content/"),
    "shown": ("https://github.com/a/book.git", "blob/main/content/"),
    "called as a word": ("https://github.com/edit/edit", "edit/edit/content/"),
    "shown by Gitea": ("https://gitea.example/a/book", "src/branch/main/content/"),
    "by a query": ("https://code.example/a", "?query=files/content/"),
}

ADDRESSES = {
    "GitHub": [
        f"https://github.com/a/book/edit/main/{PATH}",
        f"https://github.com/a/book/blob/main/{PATH}#L7",
        "https://github.com/a/book/tree/main/data/models/",
        f"https://github.com/a/book/commits/main/{PATH}",
        "https://github.com/a/book/new/main/content/zh/open?filename=early.md",
        "https://github.com/a/book/issues",
        "https://github.com/a/book/issues/new?title=A%20%26%20B&body=1%0A2",
    ],
    "GitLab": [
        f"https://gitlab.com/a/b/book/-/edit/main/docs/{PATH}",
        f"https://gitlab.com/a/b/book/-/blob/main/docs/{PATH}#L7",
        "https://gitlab.com/a/b/book/-/tree/main/docs/data/models/",
        f"https://gitlab.com/a/b/book/-/commits/main/docs/{PATH}",
        "https://gitlab.com/a/b/book/-/new/main/docs/content/zh/open?file_name=early.md",
        "https://gitlab.com/a/b/book/-/issues",
        "https://gitlab.com/a/b/book/-/issues/new?issue[title]=A%20%26%20B&issue[description]=1%0A2",
    ],
    "Forgejo": [
        f"https://codeberg.org/a/book/_edit/feature/a/{PATH}",
        f"https://codeberg.org/a/book/src/branch/feature/a/{PATH}#L7",
        "https://codeberg.org/a/book/src/branch/feature/a/data/models/",
        f"https://codeberg.org/a/book/commits/branch/feature/a/{PATH}",
        "https://codeberg.org/a/book/_new/feature/a/content/zh/open?filename=early.md",
        "https://codeberg.org/a/book/issues",
        "https://codeberg.org/a/book/issues/new?title=A%20%26%20B&body=1%0A2",
    ],
    "elsewhere": [
        f"https://forge.example/b/_edit/trunk/{PATH}",
        f"https://forge.example/b/src/branch/trunk/{PATH}#L7",
        "https://forge.example/b/src/branch/trunk/data/models/",
        f"https://forge.example/b/commits/branch/trunk/{PATH}",
        "https://forge.example/b/_new/trunk/content/zh/open?filename=early.md",
        "https://forge.example/b/issues",
        "https://forge.example/b/issues/new?title=A%20%26%20B&body=1%0A2",
    ],
    "shown": [
        f"https://github.com/a/book/blob/main/{PATH}",
        f"https://github.com/a/book/blob/main/{PATH}#L7",
        "https://github.com/a/book/tree/main/data/models/",
        f"https://github.com/a/book/commits/main/{PATH}",
        "https://github.com/a/book/new/main/content/zh/open?filename=early.md",
        "https://github.com/a/book/issues",
        "https://github.com/a/book/issues/new?title=A%20%26%20B&body=1%0A2",
    ],
    "called as a word": [
        f"https://github.com/edit/edit/edit/edit/{PATH}",
        f"https://github.com/edit/edit/blob/edit/{PATH}#L7",
        "https://github.com/edit/edit/tree/edit/data/models/",
        f"https://github.com/edit/edit/commits/edit/{PATH}",
        "https://github.com/edit/edit/new/edit/content/zh/open?filename=early.md",
        "https://github.com/edit/edit/issues",
        "https://github.com/edit/edit/issues/new?title=A%20%26%20B&body=1%0A2",
    ],
    "shown by Gitea": [
        f"https://gitea.example/a/book/src/branch/main/{PATH}",
        f"https://gitea.example/a/book/src/branch/main/{PATH}#L7",
        "https://gitea.example/a/book/src/branch/main/data/models/",
        f"https://gitea.example/a/book/commits/branch/main/{PATH}",
        "https://gitea.example/a/book/_new/main/content/zh/open?filename=early.md",
        "https://gitea.example/a/book/issues",
        "https://gitea.example/a/book/issues/new?title=A%20%26%20B&body=1%0A2",
    ],
    # A host that nobody knows: files are edited where the setting says, and nothing else is promised.
    "by a query": [f"https://code.example/a/?query=files/{PATH}", "", "", "", "", "", ""],
}


def addresses(repository: Repository) -> list[str]:
    return [
        repository.edit(PATH),
        repository.view(PATH, 7),
        repository.folder("data/models/"),
        repository.history(PATH),
        repository.new(PATH),
        repository.issues,
        repository.issue("A & B", "1\n2"),
    ]


@pytest.mark.parametrize("kept", KEPT)
def test_links_follow_from_two_settings(kept: str) -> None:
    assert addresses(Repository.of(*KEPT[kept], "content")) == ADDRESSES[kept]


@pytest.mark.parametrize(
    ("repo_url", "edit_uri"),
    [("https://github.com/a/book", "edit/main/docs/"), ("", "edit/main/content/"), ("https://github.com/a/book", "")],
)
def test_settings_that_lead_nowhere_give_no_link(repo_url: str, edit_uri: str) -> None:
    assert addresses(Repository.of(repo_url, edit_uri, "content")) == [""] * 7


def test_names_of_files_are_quoted() -> None:
    repository = Repository.of(*KEPT["GitHub"], "content")
    assert (
        repository.view("data/models/a b#?.yaml") == "https://github.com/a/book/blob/main/data/models/a%20b%23%3F.yaml"
    )


@pytest.mark.parametrize(
    ("kept", "has_form", "query"),
    [
        ("GitHub", True, "template=wrong-fact.yml&title=T&page=https%3A%2F%2Fx.example%2F&field=a.b"),
        ("GitHub", False, "title=T&body=B"),
        ("GitLab", True, "issue[title]=T&issue[description]=B"),
        ("Forgejo", True, "title=T&body=B"),
    ],
)
def test_a_form_is_filled_in_where_there_is_one(tmp_path: Path, kept: str, has_form: bool, query: str) -> None:
    (tmp_path / FORMS).mkdir(parents=True)
    if has_form:
        (tmp_path / FORMS / WRONG_FACT).touch()
    repository = Repository.of(*KEPT[kept], "content", tmp_path)
    link = repository.issue("T", "B", WRONG_FACT, {"page": "https://x.example/", "record": "", "field": "a.b"})
    assert link == f"{repository.issues}/new?{query}"
