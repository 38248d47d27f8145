"""`modelbook doctor`: what is there, what is missing, how to get it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from packaging.requirements import Requirement

from conftest import BOOKS
from modelbook.cli import main
from modelbook.reports import doctor
from modelbook.reports.doctor import Health


def test_everything_is_looked_at() -> None:
    result = CliRunner().invoke(main, ["doctor", "--format", "json", "-f", str(BOOKS / "minimal/mkdocs.yml")])
    found = {each["name"]: each for each in json.loads(result.stdout)}
    assert {"Python", "mkdocs", "pyyaml", "libyaml", "git", "Chromium", "Chinese fonts", "terminal"} <= set(found)
    assert found["book"]["said"].endswith("in English, 中文")
    assert found["search (zh)"]["said"] == "assets/javascripts/lunr/min/lunr.han.min.js"
    assert result.exit_code == any(each["health"] == "ill" for each in found.values())


def test_a_book_that_cannot_be_read_is_ill(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_text("site_name: [\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["doctor", "-f", str(tmp_path / "mkdocs.yml")])
    assert result.exit_code == 1
    assert "cannot be read" in result.stdout


def test_a_folder_without_a_book_is_no_illness(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["doctor", "--format", "json", "-f", str(tmp_path / "mkdocs.yml")])
    book = json.loads(result.stdout)[-1]
    assert (book["health"], book["advice"]) == ("lacking", "modelbook init my-book")


@pytest.mark.parametrize(
    ("line", "health", "said"),
    [
        ("click>=1", Health.WELL, ""),
        ("click<1", Health.ILL, "; expected <1"),
        ("no-such-package-at-all>=2", Health.ILL, "not installed"),
    ],
)
def test_packages_are_there_in_versions_that_will_do(line: str, health: Health, said: str) -> None:
    found = doctor.package(Requirement(line))
    assert found.health is health
    assert found.said.endswith(said)
    assert (found.advice == f"pip install '{line}'") is (health is Health.ILL)


def test_packages_for_developing_can_be_done_without() -> None:
    assert doctor.package(Requirement("no-such-package-at-all"), is_optional=True).health is Health.LACKING


def test_an_old_python_is_ill() -> None:
    found = doctor.python("3.8.1")
    assert found.health is Health.ILL
    assert found.said.startswith("3.8.1; expected >=3.")


def test_what_no_program_says_is_lacking(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert [doctor.git(tmp_path).health, doctor.chromium().health] == [Health.LACKING, Health.LACKING]
    assert doctor.fonts().said.startswith("not looked at")


def test_a_folder_in_no_repository_has_no_history(tmp_path: Path) -> None:
    found = doctor.git(tmp_path)
    assert (found.health, found.advice) == (Health.LACKING, "git init")
    (tmp_path / ".git").mkdir()
    assert doctor.git(tmp_path / "book").health is Health.WELL


def test_fonts_are_those_of_fontconfig(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "fc-list"
    monkeypatch.setenv("PATH", str(tmp_path))
    program.write_text("#!/bin/sh\necho 'Noto Sans CJK SC,Noto Sans CJK SC Light'\n", encoding="utf-8")
    program.chmod(0o755)
    assert doctor.fonts().said == "Noto Sans CJK SC"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    assert doctor.fonts().health is Health.LACKING


@pytest.mark.parametrize(
    ("name", "health"), [("utf-8", Health.WELL), ("UTF8", Health.WELL), ("cp1252", Health.LACKING)]
)
def test_terminals_are_to_speak_utf_8(name: str, health: Health) -> None:
    assert doctor.encoding(name).health is health


@pytest.mark.parametrize(
    ("system", "said"),
    [("linux", "sudo apt install git"), ("darwin", "xcode-select"), ("win32", "winget install Git.Git")],
)
def test_advice_is_for_the_system(system: str, said: str) -> None:
    assert doctor.advice("git", system).startswith(said)
