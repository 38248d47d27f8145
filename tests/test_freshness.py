"""When a page was last changed, and by whom: from the history of git, read once for the whole book."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import BOOKS, MakeBook, run_mkdocs
from modelbook.history import IGNORED, History, last_changes
from sites import article, files

ADA, BEA = "Ada Lovelace <ada@example.org>", "Bea <bea@example.org>"


def git(root: Path, *arguments: str, **environment: str) -> str:
    """Run git as nobody in particular, whatever is set on this machine."""
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    done = subprocess.run(
        ["git", "-C", str(root), "-c", "user.name=Nobody", "-c", "user.email=nobody@example.org", *arguments],
        env=os.environ | quiet | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def commit(root: Path, author: str, date: str) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "Change", f"--author={author}", f"--date={date}", GIT_COMMITTER_DATE=date)


def write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "-b", "main")
    return tmp_path


def said(root: Path) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {path: (str(each.date), each.authors) for path, each in last_changes(root).by_path.items()}


def test_the_last_commit_gives_the_day_and_all_commits_the_authors(root: Path) -> None:
    write(root, "a.md", "One.\n")
    write(root, "b.md", "One.\n")
    commit(root, BEA, "2026-07-01T10:00:00+00:00")
    for day in ("02", "03"):
        write(root, "a.md", f"{day}.\n")
        commit(root, ADA, f"2026-07-{day}T10:00:00+00:00")
    assert said(root) == {"a.md": ("2026-07-03", ("Ada Lovelace", "Bea")), "b.md": ("2026-07-01", ("Bea",))}


def test_days_are_those_of_utc(root: Path) -> None:
    write(root, "a.md", "One.\n")
    commit(root, ADA, "2026-07-04T01:00:00+08:00")
    assert said(root)["a.md"][0] == "2026-07-03"


def test_authors_of_as_many_commits_come_by_name(root: Path) -> None:
    for number, author in enumerate([BEA, ADA, BEA, ADA]):
        write(root, "a.md", f"{number}\n")
        commit(root, author, f"2026-07-0{number + 1}T10:00:00+00:00")
    assert said(root)["a.md"][1] == ("Ada Lovelace", "Bea")


def test_one_person_of_two_names_is_one(root: Path) -> None:
    write(root, "a.md", "One.\n")
    commit(root, "ada <ada@home.example>", "2026-07-01T10:00:00+00:00")
    write(root, "a.md", "Two.\n")
    write(root, ".mailmap", "Ada Lovelace <ada@example.org> ada <ada@home.example>\n")
    commit(root, ADA, "2026-07-02T10:00:00+00:00")
    assert said(root)["a.md"] == ("2026-07-02", ("Ada Lovelace",))


def test_nobodys_own_settings_count(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(root, "a.md", "One.\n")
    commit(root, ADA, "2026-07-01T10:00:00+00:00")
    write(root.parent, "mailmap", "Somebody Else <ada@example.org>\n")
    write(root.parent, "config", f"[mailmap]\n\tfile = {root.parent / 'mailmap'}\n[log]\n\tshowSignature = true\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(root.parent / "config"))
    assert said(root)["a.md"] == ("2026-07-01", ("Ada Lovelace",))


def test_a_file_keeps_its_history_when_it_is_renamed(root: Path) -> None:
    write(root, "content/en/old.md", "A page of many words.\n" * 20)
    commit(root, ADA, "2026-07-01T10:00:00+00:00")
    git(root, "mv", "content/en/old.md", "content/en/new name 新.md")
    commit(root, BEA, "2026-07-02T10:00:00+00:00")
    write(root, "content/en/old.md", "Another.\n")
    commit(root, BEA, "2026-07-03T10:00:00+00:00")
    assert said(root) == {
        "content/en/new name 新.md": ("2026-07-02", ("Ada Lovelace", "Bea")),
        "content/en/old.md": ("2026-07-03", ("Bea",)),
    }


def test_a_file_that_was_removed_and_made_again_is_new(root: Path) -> None:
    write(root, "a.md", "One.\n")
    write(root, "b.md", "One.\n")
    commit(root, ADA, "2026-07-01T10:00:00+00:00")
    (root / "a.md").unlink()
    (root / "b.md").unlink()
    write(root, "c.md", "Other words altogether.\n")
    commit(root, ADA, "2026-07-02T10:00:00+00:00")
    write(root, "a.md", "Again.\n")
    commit(root, BEA, "2026-07-03T10:00:00+00:00")
    write(root, "b.md", "Not committed.\n")
    assert said(root) == {"a.md": ("2026-07-03", ("Bea",)), "c.md": ("2026-07-02", ("Ada Lovelace",))}


def test_what_was_merged_counts_once(root: Path) -> None:
    write(root, "a.md", "One.\n")
    commit(root, ADA, "2026-07-01T10:00:00+00:00")
    git(root, "checkout", "-q", "-b", "side")
    write(root, "b.md", "One.\n")
    commit(root, BEA, "2026-07-02T10:00:00+00:00")
    git(root, "checkout", "-q", "main")
    write(root, "a.md", "Two.\n")
    commit(root, ADA, "2026-07-03T10:00:00+00:00")
    git(root, "merge", "-q", "--no-ff", "-m", "Merge", "side", GIT_COMMITTER_DATE="2026-07-09T10:00:00+00:00")
    assert said(root) == {"a.md": ("2026-07-03", ("Ada Lovelace",)), "b.md": ("2026-07-02", ("Bea",))}


def test_commits_of_layout_alone_do_not_count(root: Path) -> None:
    write(root, "a.md", "One.\n")
    commit(root, ADA, "2026-07-01T10:00:00+00:00")
    write(root, "a.md", "One .\n")
    commit(root, BEA, "2026-07-02T10:00:00+00:00")
    write(root, IGNORED, f"# Layout.\n{git(root, 'rev-parse', 'HEAD')}")
    assert said(root) == {"a.md": ("2026-07-01", ("Ada Lovelace",))}


def test_a_file_that_is_being_changed_has_the_date_of_its_last_commit(root: Path) -> None:
    write(root, "a.md", "One.\n")
    commit(root, ADA, "2026-07-01T10:00:00+00:00")
    write(root, "a.md", "Two.\n")
    assert said(root)["a.md"] == ("2026-07-01", ("Ada Lovelace",))


def test_a_book_in_a_folder_of_a_repository(root: Path) -> None:
    write(root, "docs/content/en/a.md", "One.\n")
    write(root, "other.md", "One.\n")
    commit(root, ADA, "2026-07-01T10:00:00+00:00")
    assert said(root / "docs") == {"content/en/a.md": ("2026-07-01", ("Ada Lovelace",))}


def test_a_new_commit_is_seen(root: Path) -> None:
    """As under `mkdocs serve`, where what was read is kept."""
    for day in ("01", "02"):
        write(root, "a.md", f"{day}.\n")
        commit(root, ADA, f"2026-07-{day}T10:00:00+00:00")
        assert said(root)["a.md"][0] == f"2026-07-{day}"


def test_a_date_beyond_all_calendars(root: Path) -> None:
    write(root, "a.md", "One.\n")
    commit(root, ADA, "@99999999999999 +0000")
    assert said(root)["a.md"][0] == "9999-12-31"


def test_no_history_without_git(tmp_path: Path) -> None:
    assert last_changes(tmp_path) == History()


def test_a_part_of_a_history_is_none(root: Path) -> None:
    for day in ("01", "02"):
        write(root, "a.md", f"{day}.\n")
        commit(root, ADA, f"2026-07-{day}T10:00:00+00:00")
    git(root.parent, "clone", "-q", "--depth=1", f"file://{root}", "shallow")
    shallow = last_changes(root.parent / "shallow")
    shutil.rmtree(root.parent / "shallow")
    assert shallow == History(lacking="the clone has only a part of it; expected all, as by `git fetch --unshallow`")


def test_a_repository_without_a_commit_says_so(root: Path) -> None:
    history = last_changes(root)
    assert not history.by_path
    assert history.lacking.startswith("fatal: ")


def test_no_history_where_git_is_not_installed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(root))
    assert last_changes(root).lacking == "git is not installed; expected it for the history of the book"


# --- what pages say --------------------------------------------------------------------


def dates(book: Path, name: str) -> str:
    found = article(book / "site", name).select_one(".mb-colophon__dates")
    return found.get_text(" ", strip=True) if found else ""


def kept(book: Path) -> Path:
    """The book, kept in git; with much work done on one page."""
    text = (book / "mkdocs.yml").read_text(encoding="utf-8")
    (book / "mkdocs.yml").write_text(text.replace("      history: false\n", ""), encoding="utf-8")
    write(book, ".gitignore", "site/\n")
    git(book, "init", "-q", "-b", "main")
    commit(book, ADA, "2026-07-01T10:00:00+00:00")
    for number, author in enumerate([BEA, BEA, "Chen <c@example.org>", "Dee <d@example.org>"]):
        page = book / "content/en/open/early.md"
        page.write_text(page.read_text(encoding="utf-8") + f"\n{number}\n", encoding="utf-8")
        commit(book, author, f"2026-07-0{number + 2}T10:00:00+00:00")
    circle = book / "data/models/circle.yaml"
    circle.write_text(circle.read_text(encoding="utf-8") + "# Round.\n", encoding="utf-8")
    commit(book, "É & Co <e@example.org>", "2026-07-06T10:00:00+00:00")
    return book


def test_pages_say_it_in_their_language(make_book: MakeBook) -> None:
    book = kept(make_book({"content/en/alone.md": "# Alone {#alone}\n"}))
    result = run_mkdocs(book, "build")
    assert "pages do not say" not in result.stderr
    assert dates(book, "open/early/") == "Last changed July 5, 2026 by Bea, Ada Lovelace and 2 others."
    assert dates(book, "zh/open/early/") == "最近更新： 2026年7月1日 ，Ada Lovelace。"
    assert dates(book, "models/circle/") == (
        "Last changed July 6, 2026 by Ada Lovelace and É & Co. "
        "Facts last checked against their sources: November 2026 ."
    )
    assert dates(book, "zh/models/circle/") == (
        "最近更新： 2026年7月6日 ，Ada Lovelace和É & Co。 最近与来源核对： 2026年11月 。"
    )
    assert dates(book, "licenses/angular/") == "Last changed July 1, 2026 by Ada Lovelace."
    assert dates(book, "zh/alone/") == "最近更新： 2026年7月1日 ，Ada Lovelace。"
    link = article(book / "site", "models/circle/").select_one(".mb-colophon__dates a")
    assert link is not None
    assert link["href"] == "https://code.example/shapes/commits/main/data/models/circle.yaml"
    site = b"".join(files(book / "site").values())
    assert b"@example.org" not in site
    assert str(book).encode() not in site


def test_one_commit_makes_one_site(make_book: MakeBook) -> None:
    book = kept(make_book({}))
    clone = book.parent / "elsewhere"
    git(book.parent, "clone", "-q", str(book), str(clone))
    for each in (book, clone):
        assert run_mkdocs(each, "build").returncode == 0
    assert files(book / "site") == files(clone / "site")


@pytest.mark.parametrize("is_wanted", [True, False])
def test_a_book_without_history_says_nothing_of_it(make_book: MakeBook, is_wanted: bool) -> None:
    settings = (BOOKS / "minimal/mkdocs.yml").read_text(encoding="utf-8")
    if is_wanted:
        settings = settings.replace("      history: false\n", "")
    else:
        assert "      history: false\n" in settings
    book = make_book({"mkdocs.yml": settings})
    if not is_wanted:
        git(book, "init", "-q", "-b", "main")
        commit(book, ADA, "2026-07-01T10:00:00+00:00")
    result = run_mkdocs(book, "build", "--strict")
    assert result.returncode == 0
    assert "pages do not say" not in result.stderr
    assert dates(book, "open/early/") == ""
    assert dates(book, "models/circle/") == "Facts last checked against their sources: November 2026 ."


def test_a_shallow_clone_is_told_of_and_stops_nothing(make_book: MakeBook) -> None:
    book = kept(make_book({}))
    git(book.parent, "clone", "-q", "--depth=1", f"file://{book}", "shallow")
    result = run_mkdocs(book.parent / "shallow", "build", "--strict")
    assert result.returncode == 0
    assert "INFO    -  modelbook: pages do not say when they were changed: the clone has only a part" in result.stderr
    assert dates(book.parent / "shallow", "open/early/") == ""
