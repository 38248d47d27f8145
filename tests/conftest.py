"""What tests share: small books, their problems, their sites."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from modelbook.mkdocs_plugin.reading import check, read_config

pytest_plugins = ["browsers"]

BOOKS = Path(__file__).parent / "books"

MakeBook = Callable[[Mapping[str, str | bytes | None]], Path]


@pytest.fixture
def make_book(tmp_path: Path) -> MakeBook:
    """Make a copy of the minimal book with other files in it; None takes a file away."""

    def make(files: Mapping[str, str | bytes | None]) -> Path:
        book = tmp_path / "book"
        shutil.copytree(BOOKS / "minimal", book)
        for name, content in files.items():
            path = book / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if content is None:
                path.unlink()
            elif isinstance(content, bytes):
                path.write_bytes(content)
            else:
                path.write_text(content, encoding="utf-8")
        return book

    return make


def problems_of(book: Path) -> list[str]:
    """What `modelbook check` prints of a book."""
    return [str(problem) for problem in check(read_config(str(book / "mkdocs.yml")))[1]]


def run_mkdocs(book: Path, *arguments: str, program: str = "mkdocs") -> subprocess.CompletedProcess[str]:
    """Run `mkdocs` (or `properdocs`) in a book, as a person would."""
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
    return subprocess.run(
        [sys.executable, "-m", program, *arguments],
        cwd=book,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="session")
def minimal_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the minimal book, built strictly."""
    site = tmp_path_factory.mktemp("minimal") / "site"
    result = run_mkdocs(BOOKS / "minimal", "build", "--strict", "--site-dir", str(site))
    assert result.returncode == 0, result.stderr
    return site
