"""What a book needs on a computer: what is there, what is missing, and how to get it."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from modelbook.history import is_in_repository

PACKAGE = "modelbook"

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
"""Names of the browser in which the tests see what readers see."""

_TIMEOUT = 20
"""Seconds that a program may take to say what it has."""


class Health(StrEnum):
    """How it stands with something."""

    WELL = "well"
    LACKING = "lacking"
    """It is optional: something else works less well without it."""
    ILL = "ill"
    """Nothing works without it."""


@dataclass(frozen=True)
class Diagnosis:
    """Something that was looked at."""

    name: str
    health: Health
    said: str
    advice: str = ""
    """How to get it."""


_ADVICE: Mapping[str, Mapping[str, str]] = {
    "python": {
        "linux": "sudo apt install python3 python3-venv (Debian, Ubuntu)",
        "darwin": "brew install python (macOS)",
        "win32": "winget install Python.Python.3.13 (Windows)",
    },
    "git": {
        "linux": "sudo apt install git (Debian, Ubuntu)",
        "darwin": "xcode-select --install, or brew install git (macOS)",
        "win32": "winget install Git.Git (Windows)",
    },
    "chromium": {
        "linux": "sudo apt install chromium (Debian), sudo apt install chromium-browser (Ubuntu)",
        "darwin": "brew install --cask chromium (macOS)",
        "win32": "winget install Hibbiki.Chromium (Windows), and its folder in PATH",
    },
    "fonts": {
        "linux": "sudo apt install fonts-noto-cjk (Debian, Ubuntu)",
        "darwin": "macOS has them: PingFang",
        "win32": "Settings, Time & language, Optional features, Chinese (Simplified) Supplemental Fonts (Windows)",
    },
    "utf-8": {
        "linux": "export LANG=C.UTF-8",
        "darwin": "export LANG=en_US.UTF-8",
        "win32": "set PYTHONUTF8=1, and chcp 65001 in the terminal (Windows)",
    },
}


def advice(subject: str, system: str = sys.platform) -> str:
    """How to get something on a system, as `sys.platform` calls it; as on Linux where nobody knows."""
    return _ADVICE[subject].get(system, _ADVICE[subject]["linux"])


def examine(root: Path, *, is_development: bool = False) -> Iterator[Diagnosis]:
    """Everything that can be looked at without a book; *root* is the folder in which one may be."""
    yield python()
    yield from packages(is_development=is_development)
    yield _libyaml()
    yield git(root)
    yield chromium()
    yield fonts()
    yield encoding(sys.stdout.encoding or "")


def python(version: str = platform.python_version()) -> Diagnosis:
    """Whether Python is one that the package is made for."""
    wanted = importlib.metadata.metadata(PACKAGE)["Requires-Python"] or ""
    if SpecifierSet(wanted).contains(version, prereleases=True):
        return Diagnosis("Python", Health.WELL, version)
    return Diagnosis("Python", Health.ILL, f"{version}; expected {wanted}", advice("python"))


def packages(*, is_development: bool = False) -> Iterator[Diagnosis]:
    """The packages that this one requires, perhaps with those by which it is developed."""
    for line in importlib.metadata.requires(PACKAGE) or ():
        requirement = Requirement(line)
        is_optional = requirement.marker is not None and not requirement.marker.evaluate({"extra": ""})
        if is_optional and not (is_development and requirement.marker.evaluate({"extra": "dev"})):  # type: ignore[union-attr]
            continue
        yield package(requirement, is_optional=is_optional)


def package(requirement: Requirement, *, is_optional: bool = False) -> Diagnosis:
    """Whether a package is there in a version that will do."""
    health = Health.LACKING if is_optional else Health.ILL
    get = f"pip install '{requirement.name}{requirement.specifier}'"
    try:
        version = importlib.metadata.version(requirement.name)
    except importlib.metadata.PackageNotFoundError:
        why = "not installed; only for developing the package" if is_optional else "not installed"
        return Diagnosis(requirement.name, health, why, get)
    if requirement.specifier.contains(version, prereleases=True):
        return Diagnosis(requirement.name, Health.WELL, version)
    return Diagnosis(requirement.name, health, f"{version}; expected {requirement.specifier}", get)


def _libyaml() -> Diagnosis:
    if importlib.util.find_spec("yaml._yaml"):
        return Diagnosis("libyaml", Health.WELL, "records are read by it")
    said = "PyYAML is without it; records are read some ten times as slowly"
    return Diagnosis("libyaml", Health.LACKING, said, "pip install --force-reinstall pyyaml")


def git(root: Path) -> Diagnosis:
    """Whether git is there, and *root* in a repository."""
    if shutil.which("git") is None:
        said = "not installed; no page says when it was changed, and changed originals are not shown"
        return Diagnosis("git", Health.LACKING, said, advice("git"))
    version = (_output("git", "--version") or "").removeprefix("git version ") or "installed"
    if is_in_repository(root):
        return Diagnosis("git", Health.WELL, version)
    return Diagnosis("git", Health.LACKING, f"{version}; {root} is in no repository, and has no history", "git init")


def chromium() -> Diagnosis:
    """Whether the browser of the tests is there."""
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if path:
        return Diagnosis("Chromium", Health.WELL, path)
    return Diagnosis("Chromium", Health.LACKING, "not found; only tests in a browser need it", advice("chromium"))


def fonts() -> Diagnosis:
    """Whether Chinese can be shown, as far as fontconfig knows."""
    listed = _output("fc-list", ":lang=zh", "family")
    if listed is None:
        return Diagnosis("Chinese fonts", Health.WELL, "not looked at: fontconfig (fc-list) is not installed")
    families = sorted({line.partition(",")[0] for line in listed.splitlines() if line.strip()})
    if families:
        return Diagnosis("Chinese fonts", Health.WELL, ", ".join(families[:3]))
    said = "none; Chinese is shown as boxes in browsers of this computer"
    return Diagnosis("Chinese fonts", Health.LACKING, said, advice("fonts"))


def encoding(name: str) -> Diagnosis:
    """Whether the terminal can show what the book says."""
    if name.casefold().replace("-", "").replace("_", "") == "utf8":
        return Diagnosis("terminal", Health.WELL, "UTF-8")
    said = f"its encoding is '{name}'; expected UTF-8, without which Chinese cannot be printed"
    return Diagnosis("terminal", Health.LACKING, said, advice("utf-8"))


def _output(*command: str) -> str | None:
    """What a program prints; None if it is not there, or fails."""
    path = shutil.which(command[0])
    if path is None:
        return None
    try:
        found = subprocess.run(  # noqa: S603 (fixed arguments, no shell)
            [path, *command[1:]], capture_output=True, check=False, timeout=_TIMEOUT
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return found.stdout.decode("utf-8", "replace").strip() if found.returncode == 0 else None
