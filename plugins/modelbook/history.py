"""When the book's files were changed, by whom, and what they said before, from git: the only module that runs it."""

from __future__ import annotations

import datetime
import io
import re
import subprocess
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from modelbook.errors import BookError


@dataclass(frozen=True)
class LastChange:
    """The last change of a file, and who has worked on it."""

    date: datetime.date
    """The day of the last commit, as its author has it, in UTC."""
    authors: tuple[str, ...]
    """Their names; who made the most commits comes first."""


@dataclass(frozen=True)
class History:
    """The last change of each file of the book, by its path from the root."""

    by_path: Mapping[str, LastChange] = field(default_factory=dict)
    lacking: str = ""
    """Why there are none, although the book is kept in git."""


def is_in_repository(folder: Path) -> bool:
    """Whether a folder is kept in git, as far as the folders above it say; git itself is not asked."""
    return any((each / ".git").exists() for each in (folder, *folder.parents))


def last_changes(root: Path) -> History:
    """When each file of the book was last changed, and by whom; nothing outside git.

    A clone without its whole history would give wrong dates; it gives none.
    """
    if not is_in_repository(root):
        return History()
    try:
        is_shallow, commit = _git(root, "rev-parse", "--is-shallow-repository", "HEAD").decode().split()
        if is_shallow == "true":
            return History(lacking="the clone has only a part of it; expected all, as by `git fetch --unshallow`")
        return History(_changes_at(root, commit, _ignored(root)))
    except BookError as error:
        return History(lacking=str(error).partition("\n")[0])


IGNORED = ".git-blame-ignore-revs"
"""Lists the commits that changed only the layout of files: they change nothing here, as in `git blame`."""


def _ignored(root: Path) -> frozenset[str]:
    """https://git-scm.com/docs/git-blame#Documentation/git-blame.txt---ignore-revs-filefile"""
    path = root / IGNORED
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    return frozenset(re.findall(r"^[0-9a-f]{40,64}", text, re.M))


_COMMIT = "commit "
"""How a line of the log begins that is no status of a file."""


@lru_cache(maxsize=1)
def _changes_at(root: Path, commit: str, ignored: frozenset[str]) -> Mapping[str, LastChange]:
    """What a commit's history says of every file; read at once, for a call for each takes a hundred times as long.

    Files keep their history when they are renamed. Merges count for nothing: what they join is there already.
    https://git-scm.com/docs/git-log
    """
    options = ["--relative", "--name-status", "--find-renames", "--date-order", "--no-ext-diff"]
    # Whose name is spelled how is for the book's own .mailmap to say.
    said = _git(root, "-c", "mailmap.file=", "log", *options, "-z", f"--format={_COMMIT}%H %at %aN", commit, "--", ".")
    now: dict[str, str] = {}  # what files are called today, by what they were called before
    dates: dict[str, int] = {}
    authors: dict[str, Counter[str]] = {}
    id, time, author = "", "", ""
    words = (word.strip("\n") for word in said.decode("utf-8", "replace").split("\0"))
    for word in words:
        if word.startswith(_COMMIT):
            id, time, author = word.removeprefix(_COMMIT).split(" ", 2)
        elif word:  # a status, followed by a path, or by the former path and the new one
            former = next(words)
            path = next(words) if word[0] in "RC" else former
            called = now.get(path, path)
            if word[0] == "R":
                now[former] = called
            elif word[0] == "A" or (word[0] == "D" and called not in dates):
                now[path] = ""  # an older file of the same name is another
            if word[0] != "D" and called and id not in ignored:
                dates.setdefault(called, int(time or 0))
                authors.setdefault(called, Counter())[author] += 1
    return {path: LastChange(_day(dates[path]), tuple(_by_commits(authors[path]))) for path in dates}


def _by_commits(authors: Counter[str]) -> list[str]:
    return sorted(authors, key=lambda name: (-authors[name], name))


def _day(time: int) -> datetime.date:
    """The day of a time in seconds since 1970; of one that no calendar has, the nearest."""
    return datetime.datetime.fromtimestamp(min(max(time, 0), _LAST_SECOND), datetime.UTC).date()


_LAST_SECOND = 253_402_300_799
"""Of the year 9999."""


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


@contextmanager
def exported(root: Path, revision: str) -> Iterator[Path]:
    """The folder of the book as it was at a revision, for the time being. Raises BookError."""
    missing = f"no revision '{revision}'; expected a commit, a branch or a tag of git"
    asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    commit = _git(root, *asked, silent=missing).decode().strip()
    archive = _git(root, "archive", "--format=tar", commit, ".")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        try:
            with tarfile.open(fileobj=io.BytesIO(archive)) as files:
                files.extractall(folder, filter="data")
        except tarfile.TarError as error:  # a link to outside of the book
            raise BookError(f"the book at {revision} cannot be read: {error}") from None
        yield folder


def _git(root: Path, *arguments: str, silent: str = "") -> bytes:
    """What git says. Raises BookError with its reason if it fails, or *silent* if it gives none."""
    try:
        found = subprocess.run(  # noqa: S603 (no shell, and no argument of a user's before --end-of-options)
            ["git", "-c", "core.quotePath=false", "-c", "log.showSignature=false", *arguments],  # noqa: S607 (whichever git is installed)
            cwd=root,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise BookError("git is not installed; expected it for the history of the book") from None
    if found.returncode:
        said = found.stderr.decode("utf-8", "replace").strip() or silent or f"git {arguments[0]} failed"
        raise BookError(said)
    return found.stdout
