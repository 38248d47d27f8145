"""What a shell is told to complete commands with, and how `--help` lists them."""

from __future__ import annotations

import subprocess
import sys

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from conftest import BOOKS
from modelbook.cli import COMMANDS, SECTIONS, main

CONFIG = ["-f", str(BOOKS / "minimal/mkdocs.yml")]


def completed(*arguments: str) -> list[str]:
    *before, incomplete = arguments
    found = ShellComplete(main, {}, "modelbook", "_MODELBOOK_COMPLETE").get_completions(before, incomplete)
    return [each.value for each in found]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell_is_printed(shell: str) -> None:
    result = CliRunner().invoke(main, ["completion", shell])
    assert result.exit_code == 0
    assert f"_MODELBOOK_COMPLETE={shell}_complete" in result.stdout


def test_the_script_for_bash_can_be_read_by_it() -> None:
    script = CliRunner().invoke(main, ["completion", "bash"]).stdout
    assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0


def test_commands_pages_kinds_and_mappings_are_completed() -> None:
    assert "translations" in completed("tr")
    assert completed("translations", *CONFIG, "diff", "open/") == ["open/early", "open/index"]
    assert completed("translations", *CONFIG, "stamp", "gl") == ["glossary"]
    assert completed("new", "mo") == ["model"]
    assert completed("import", "models", "x.csv", "--mapping", "epoch") == ["epoch-notable-models", "epoch"]


def test_every_command_is_in_a_section_of_the_help() -> None:
    shown = CliRunner().invoke(main, ["--help"]).stdout
    assert [line for line in shown.splitlines() if line.rstrip(":") in SECTIONS] == [f"{title}:" for title in SECTIONS]
    for command in COMMANDS:
        assert f"\n  {command.name} " in shown
    assert set(main.commands) == {command.name for command in COMMANDS}


def test_the_module_is_the_command() -> None:
    result = subprocess.run([sys.executable, "-m", "modelbook", "--version"], capture_output=True, check=False)
    assert result.returncode == 0
