"""Which of the book's files changed while it is served.

Files are looked at again and again rather than announced by the operating system: that works in containers, over
networks and after `git checkout`, and a file or folder that goes and comes back is not lost from sight. What
editors leave beside files while they work is passed over.
"""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelbook.errors import InvalidBookError, Location, Problem
from modelbook.sources import is_passing, relative

INTERVAL = 0.3
"""Seconds from one look at the files to the next."""

SETTLED = 0.1
"""Seconds in which nothing more may change before a change is told: a `git checkout` is one change."""

PATIENCE = 5.0
"""Seconds after which a change is told though more keep coming."""

Stamps = Mapping[str, tuple[int, int, int]]
"""When each file was written, how long it is, and which it is: (time in ns, bytes, inode)."""


def stamps(path: str) -> Stamps:
    """Of what is at *path*: of a file, or of a folder and the files below it; nothing of what is not there."""
    found = {}
    loops: list[str] = []
    for file in [path, *([] if os.path.isfile(path) else _below(path, (), loops)), *loops]:
        try:
            status = os.stat(file) if os.path.exists(file) else os.lstat(file)
        except OSError:  # not there
            continue
        is_folder = stat.S_ISDIR(status.st_mode)  # its files say what changed
        found[file] = (0, 0, status.st_ino) if is_folder else (status.st_mtime_ns, status.st_size, status.st_ino)
    return found


def check_links(folder: Path, root: Path) -> None:
    """Raises InvalidBookError if symbolic links below *folder* lead to a folder that they are in: there is no end."""
    loops: list[str] = []
    for _ in _below(str(folder), (), loops):
        pass
    if loops:
        message = "symbolic link to a folder that it is in; expected one to elsewhere, or none"
        raise InvalidBookError(Problem(Location(relative(Path(loop), root)), message) for loop in loops)


def _below(folder: str, above: tuple[str, ...], loops: list[str]) -> Iterator[str]:
    """The files below a folder, also behind symbolic links; those that lead to a folder *above* go to *loops*."""
    real = os.path.realpath(folder)
    if any(each == real or each.startswith(os.path.join(real, "")) for each in above):
        loops.append(folder)
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:  # gone since, or nobody may read it
        return
    for entry in entries:
        if is_passing(entry.name):
            continue
        if entry.is_dir():
            yield from _below(entry.path, (*above, real), loops)
        else:
            yield entry.path


@dataclass(frozen=True)
class Change:
    """What a handler is told: the first of the files that changed together."""

    src_path: str
    is_directory: bool = False


class Watcher:
    """Watches files and folders; in the place of watchdog's observer, with as much of its interface as MkDocs uses.

    *before* has the stamps of paths from before the book was read for the first time, so that what was edited in
    the meantime is noticed.
    """

    def __init__(self, before: Mapping[str, Stamps] | None = None) -> None:
        self._before = before or {}
        self._seen: dict[str, Stamps] = {}
        self._handlers: dict[str, Any] = {}
        self._changed: set[str] = set()
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="modelbook-watcher", daemon=True)

    def schedule(self, handler: Any, path: str, recursive: bool = True) -> str:
        """Tell *handler* of changes at or below *path*, by its method `on_any_event`."""
        with self._lock:
            self._handlers[path] = handler
            self._seen[path] = self._before.get(path) or stamps(path)
        return path

    def unschedule(self, watch: str) -> None:
        with self._lock:
            del self._handlers[watch], self._seen[watch]

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()

    def join(self, timeout: float | None = None) -> None:
        self._thread.join(timeout)

    def take_changes(self) -> list[str]:
        """The paths of files that were changed, made or taken away since this was last called."""
        with self._lock:
            changed, self._changed = self._changed, set()
        return sorted(changed)

    def look(self) -> dict[str, set[str]]:
        """The paths of files that differ from the last look, by what is watched."""
        with self._lock:
            found = {}
            for path, seen in self._seen.items():
                now = stamps(path)
                if differing := {file for file, _ in set(seen.items()) ^ set(now.items())}:
                    found[path] = differing
                    self._seen[path] = now
            self._changed.update(*found.values())
        return found

    def _run(self) -> None:
        while not self._stopped.wait(INTERVAL):
            changed = self.look()
            if not changed:
                continue
            for _ in range(round(PATIENCE / SETTLED)):
                if self._stopped.wait(SETTLED):
                    return
                if not (more := self.look()):
                    break
                changed |= more
            for path, files in changed.items():
                if handler := self._handlers.get(path):
                    handler.on_any_event(Change(min(files)))


def named(paths: Iterable[str], root: Path, most: int = 3) -> str:
    """`content/en/index.md, data/models/llama.yaml and 3 more`; paths from *root* if they are in it."""
    names = sorted({relative(Path(path), root) for path in paths})
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
