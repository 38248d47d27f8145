"""The `modelbook` command, as a contributor runs it."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from conftest import BOOKS, MakeBook
from modelbook.cli import main


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, arguments)
    return result.exit_code, result.stdout, result.stderr


def test_a_good_book_has_no_problem() -> None:
    assert run("check", "-f", str(BOOKS / "minimal/mkdocs.yml")) == (
        0,
        "12 records, 3 entries, 20 values: no problem\n",
        "",
    )


def test_problems_are_printed_one_a_line_and_counted(make_book: MakeBook) -> None:
    book = make_book(
        {
            "data/terms/corner.yaml": "name: corner\n",
            "data/terms/side.yaml": "name: side\ntext: {en: A line., zh: 线。}\nx: y\n",
        }
    )
    code, out, err = run("check", "-f", str(book / "mkdocs.yml"))
    assert code == 1
    assert out.splitlines() == [
        "data/terms/corner.yaml:1:1: field 'text' is missing",
        "data/terms/side.yaml:3:1: unknown field 'x'; expected 'aliases', 'cite', 'expansion', 'name' or 'text'",
    ]
    assert err == "11 records, 3 entries, 20 values: 2 problems\n"


def test_a_book_that_cannot_be_read_is_another_exit_code(tmp_path: Path) -> None:
    missing = tmp_path / "mkdocs.yml"
    code, out, err = run("check", "-f", str(missing))
    assert (code, out) == (2, "")
    assert "does not exist" in err
    missing.write_text("site_name: Nothing\n", encoding="utf-8")
    (tmp_path / "docs").mkdir()
    code, out, err = run("check", "-f", str(missing))
    assert code == 2
    assert "expected `modelbook` under `plugins`" in err


def test_help_names_the_commands() -> None:
    code, out, _ = run("--help")
    assert code == 0
    assert "check" in out


def test_a_book_is_read_by_whatever_path_leads_to_it(tmp_path: Path, make_book: MakeBook) -> None:
    link = tmp_path / "link"
    link.symlink_to(make_book({}))
    for command in ("check", "stats", "doctor"):
        assert run(command, "-f", str(link / "mkdocs.yml"))[0] == 0


def test_pages_outside_of_the_book_are_said(tmp_path: Path, make_book: MakeBook) -> None:
    config = make_book({}) / "mkdocs.yml"
    (tmp_path / "content").mkdir()
    settings = config.read_text(encoding="utf-8").replace("docs_dir: content", "docs_dir: ../content")
    config.write_text(settings, encoding="utf-8")
    said = f"modelbook: docs_dir is '{tmp_path / 'content'}'; expected a folder within that of mkdocs.yml\n"
    assert run("check", "-f", str(config)) == (2, "", said)
