"""The parts of serving that need no server: what changed, what is wrong, how it is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import MakeBook, problems_of
from modelbook.errors import Location, Problem
from modelbook.serving.diagnosis import diagnose, place
from modelbook.serving.rebuilding import MAX_QUOTED, MAX_SHOWN, Built, editor_link, panel, source_line, summary
from modelbook.serving.watching import Watcher, named, stamps


class Handler:
    """Notes what it is told, as MkDocs' server does."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def on_any_event(self, event: object) -> None:
        self.told.append(getattr(event, "src_path", ""))


def test_a_look_finds_what_was_changed_made_and_taken_away(tmp_path: Path) -> None:
    kept, gone = tmp_path / "kept.md", tmp_path / "gone.md"
    kept.write_text("one", encoding="utf-8")
    gone.write_text("one", encoding="utf-8")
    watcher = Watcher()
    watcher.schedule(Handler(), str(tmp_path))
    assert watcher.look() == {}
    kept.write_text("two, longer", encoding="utf-8")
    gone.unlink()
    made = tmp_path / "new folder" / "made.md"
    made.parent.mkdir()
    made.write_text("", encoding="utf-8")
    (tmp_path / ".kept.md.swp").write_text("", encoding="utf-8")
    changed = {str(kept), str(gone), str(made)}
    assert watcher.look() == {str(tmp_path): changed}
    assert watcher.look() == {}
    assert watcher.take_changes() == sorted(changed)
    assert watcher.take_changes() == []


def test_what_was_edited_before_the_watch_began_is_found(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text("one", encoding="utf-8")
    before = {str(tmp_path): stamps(str(tmp_path))}
    path.write_text("two, longer", encoding="utf-8")
    watcher = Watcher(before)
    watcher.schedule(Handler(), str(tmp_path))
    assert watcher.look() == {str(tmp_path): {str(path)}}


def test_a_file_that_goes_and_comes_back_is_still_watched(tmp_path: Path) -> None:
    path = tmp_path / "mkdocs.yml"
    path.write_text("one", encoding="utf-8")
    watcher = Watcher()
    watcher.schedule(Handler(), str(path))
    path.unlink()
    assert watcher.look() == {str(path): {str(path)}}
    path.write_text("one", encoding="utf-8")
    assert watcher.look() == {str(path): {str(path)}}


def test_links_that_lead_nowhere_or_in_circles_are_seen_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/loop").symlink_to("..")
    (tmp_path / "dangling.md").symlink_to("nowhere.md")
    names = {Path(path).relative_to(tmp_path).as_posix() for path in stamps(str(tmp_path))}
    assert names == {".", "folder/loop", "dangling.md"}


@pytest.mark.parametrize(
    ("paths", "said"),
    [
        ([], ""),
        (["a"], "a"),
        (["b", "a"], "a and b"),
        (["c", "b", "a"], "a, b and c"),
        (["e", "d", "c", "b", "a"], "a, b, c and 2 more"),
    ],
)
def test_changed_files_are_named_in_few_words(paths: list[str], said: str) -> None:
    root = Path("/book")
    assert named([str(root / path) for path in paths], root) == said


def test_what_came_of_a_build_takes_one_line() -> None:
    problem = Problem(Location("a.md"), "wrong")
    assert summary(Built([], pages=1), "", 2) == "rebuilt 1 page in 2.0 s: no problem"
    assert (
        summary(Built([problem] * 2, pages=9), "a.md", 2)
        == "rebuilt 9 pages in 2.0 s after a change of a.md: 2 problems"
    )
    failed = summary(Built([problem], failed=True), "a.md", 2)
    assert failed == "could not rebuild after a change of a.md: 1 problem, the pages stay as they were"


@pytest.mark.parametrize(
    ("text", "line", "column", "quoted"),
    [
        ("one\ntwo words\n", 2, 5, ("two ", "words", "")),
        ("    indented\n", 1, 1, ("    ", "indented", "")),
        ("short\n", 1, 6, ("short", " ", "")),
        ("\ufeffmarked\r\nnext\n", 1, 1, ("", "marked", "")),
        ("\n", 1, 1, None),
        ("one\n", 9, 1, None),
        ("x" * 999 + " y " + "z" * 999, 1, 1001, ("…" + "x" * 149 + " ", "y", " " + "z" * 149 + "…")),
    ],
)
def test_a_source_line_is_quoted_around_its_column(
    tmp_path: Path, text: str, line: int, column: int, quoted: tuple[str, str, str] | None
) -> None:
    assert MAX_QUOTED == 300
    (tmp_path / "page.md").write_bytes(text.encode("utf-8"))
    assert source_line(tmp_path, Problem(Location("page.md", line, column), "wrong")) == quoted
    assert source_line(tmp_path, Problem(Location("nowhere.md"), "wrong")) is None


def test_the_panel_escapes_what_it_shows_and_links_only_to_an_editor_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "a b.md").write_text("<script>\n", encoding="utf-8")
    built = Built([Problem(Location("a b.md", 1, 2), "raw '<script>'")])
    html = panel(built, tmp_path)
    assert "raw &#39;&lt;script&gt;&#39;" in html
    assert "&lt;<mark>script</mark>&gt;" in html
    assert "<a " not in html
    link = editor_link({"TERM_PROGRAM": "vscode"})
    assert f'href="vscode://file{tmp_path}/a%20b.md:1:2"' in panel(built, tmp_path, link)
    assert editor_link({}) == ""
    for far in ("CODESPACES", "REMOTE_CONTAINERS", "SSH_CONNECTION"):
        assert editor_link({"TERM_PROGRAM": "vscode", far: "true"}) == ""


def test_of_very_many_problems_the_panel_shows_some_and_says_so(tmp_path: Path) -> None:
    html = panel(Built([Problem(Location("a.md", line), "wrong") for line in range(1, MAX_SHOWN + 4)]), tmp_path)
    assert html.count("<li>") == MAX_SHOWN
    assert "203 problems" in html
    assert "3 more; the terminal lists all of them" in html


def test_messages_of_mkdocs_find_the_place_that_they_are_about(tmp_path: Path) -> None:
    config, content = tmp_path / "mkdocs.yml", tmp_path / "content"
    content.mkdir()
    config.write_text("nav:\n  - index.md\n  - lost.md\n", encoding="utf-8")
    (content / "index.md").write_text("# One\n\nSee [it](x.md).\n", encoding="utf-8")
    said = "Doc file 'index.md' contains a link 'x.md', but the target is not found."
    assert place(said, config=config, content=content).location == Location("content/index.md", 3, 10)
    said = "A reference to 'lost.md' is included in the 'nav' configuration, which is not found."
    assert place(said, config=config, content=content).location == Location("mkdocs.yml", 3, 5)
    said = said.replace("lost.md", "en/lost.md")
    assert place(said, config=config, content=content).location == Location("mkdocs.yml", 3, 5)
    said = "Doc file 'gone.md' contains a link 'x.md'."
    assert str(place(said, config=config, content=content)) == (
        "content/gone.md:1:1: cannot be read: No such file or directory"
    )


def test_an_exception_that_says_nothing_of_a_place_is_a_problem_all_the_same(tmp_path: Path) -> None:
    config = tmp_path / "mkdocs.yml"
    problems = diagnose(KeyError("x"), [], config=config, content=tmp_path)
    assert list(map(str, problems)) == ["mkdocs.yml:1:1: cannot be built: KeyError: 'x'"]
    problems = diagnose(SystemExit(3), ["first", "second"], config=config, content=tmp_path)
    assert [problem.message for problem in problems] == ["first", "second"]


def test_a_check_finds_broken_templates_too(make_book: MakeBook) -> None:
    config = (Path(__file__).parent / "books/minimal/mkdocs.yml").read_text(encoding="utf-8")
    book = make_book(
        {
            "mkdocs.yml": config.replace("  name: material\n", "  name: material\n  custom_dir: site_overrides\n"),
            "site_overrides/main.html": "{% if %}\n",
            "site_overrides/partials/own.html": "<p>\n{{ one }\n",
            "site_overrides/modelbook/views/models.html": b"caf\xe9",
        }
    )
    assert problems_of(book) == [
        "site_overrides/main.html:1:1: template fails: Expected an expression, got 'end of statement block'",
        "site_overrides/modelbook/views/models.html:1:4: byte 0xe9 is not UTF-8; expected a file saved as UTF-8",
        "site_overrides/partials/own.html:2:1: template fails: unexpected '}'",
    ]
