"""What the book's files said before, from git: the only module that runs it."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

from modelbook.errors import BookError


def former_texts(root: Path, path: str) -> Iterator[str]:
    """What a file said in each commit that changed it, the newest first; nothing where there is no history.

    A commit's id does not matter, so that histories may be rebased; what a squash swallows is gone.
    """
    try:
        listed = _git(root, "log", "--format=%H", "--follow", "--name-only", "-z", "--", path)
    except BookError:
        return
    # Each commit: its id, then the name that the file had in it.
    fields = [part.strip() for part in listed.decode("utf-8", "replace").split("\0") if part.strip()]
    for commit, name in zip(fields[::2], fields[1::2], strict=False):
        try:
            yield _git(root, "cat-file", "blob", f"{commit}:{name}").decode("utf-8")
        except (BookError, UnicodeDecodeError):  # the commit that removed it; a version that was no text
            continue


def export(root: Path, revision: str, target: Path) -> None:
    """Write the book as it was at a revision into the folder *target*. Raises BookError."""
    commit = _git(root, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
    archive = _git(root, "archive", "--format=tar", commit, ".")
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(target, filter="data")


def _git(root: Path, *arguments: str) -> bytes:
    try:
        found = subprocess.run(  # noqa: S603 (no shell, and no argument of a user's before --end-of-options)
            ["git", "-c", "core.quotePath=false", *arguments],  # noqa: S607 (whichever git is installed)
            cwd=root,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise BookError("git is not installed; expected it for the history of the book") from None
    if found.returncode:
        said = found.stderr.decode("utf-8", "replace").strip() or f"git {arguments[0]} failed"
        raise BookError(said)
    return found.stdout
