"""`modelbook init`: the book that it makes passes its own checks."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from conftest import problems_of, run_mkdocs
from modelbook.cli import main


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, arguments)
    return result.exit_code, result.stdout, result.stderr


def test_a_new_book_is_checked_translated_and_built(tmp_path: Path) -> None:
    book = tmp_path / "new" / "demo"
    code, out, err = run("init", str(book), "--name", "A “small” *book*: 1")
    assert (code, err) == (0, "")
    assert "mkdocs serve" in out
    assert (book / ".gitignore").exists()
    config = str(book / "mkdocs.yml")
    assert run("check", "-f", config)[0] == 0
    assert run("translations", "-f", config, "--fail-over", "0")[0] == 0
    assert run("format", "-f", config, "--check")[0] == 0
    result = run_mkdocs(book, "build", "--strict")
    assert result.returncode == 0, result.stderr
    page = (book / "site" / "zh" / "attention" / "index.html").read_text(encoding="utf-8")
    assert "A “small” *book*: 1" in page
    assert "213M" in page or "2.13亿" in page


@pytest.mark.parametrize("languages", ["zh", "en", "zh,en", "en, fr"])
def test_a_new_book_has_the_languages_that_are_asked_for(tmp_path: Path, languages: str) -> None:
    assert run("init", str(tmp_path / "demo"), "--languages", languages)[0] == 0
    config = yaml.safe_load((tmp_path / "demo/mkdocs.yml").read_text(encoding="utf-8"))
    assert list(config["plugins"][1]["modelbook"]["languages"]) == languages.replace(" ", "").split(",")
    assert problems_of(tmp_path / "demo") == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--languages", "fr"], "no page of the new book would be in 'fr'; expected 'en' or 'zh'"),
        (["--languages", "en,en"], "a language is repeated in 'en,en'; expected each once"),
        (["--languages", "en,qq"], "'qq' is not a language that Unicode CLDR knows; expected a code such as en or zh"),
        (["--name", " "], "no name; expected one with --name"),
    ],
)
def test_what_cannot_be_made_is_said_and_nothing_is_written(tmp_path: Path, arguments: list[str], said: str) -> None:
    code, _, err = run("init", str(tmp_path / "demo"), *arguments)
    assert code == 2
    assert said in err
    assert not (tmp_path / "demo").exists()


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    code, _, err = run("init", str(tmp_path))
    assert code == 2
    assert "not empty; expected a new folder" in err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
