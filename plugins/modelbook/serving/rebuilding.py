"""The book while it is written: rebuilt after each change, with all its problems in every page that is shown.

The server is that of MkDocs. Its seams are used as they are: what it calls to build (`builder`), its WSGI
application (https://peps.python.org/pep-3333/) and its observer of files. What is built is the same as without a
server; problems are put into pages on their way to the reader.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

from modelbook.errors import Problem, counted
from modelbook.serving.watching import named
from modelbook.sources import MAX_BYTES
from modelbook.templating import render_alone

MAX_QUOTED = 300
"""Characters of a source line that are shown, around the column."""

MAX_SHOWN = 200
"""Problems that are shown in a page; the terminal has them all."""

_BODY = re.compile(rb"<body\b[^>]*>", re.IGNORECASE)

_TOKEN = re.compile(r"[\w.-]+|.", re.DOTALL)

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


@dataclass(frozen=True)
class Built:
    """What came of a build: `pages` were made, unless it failed."""

    problems: Sequence[Problem]
    pages: int = 0
    failed: bool = False


class Preview:
    """A book that is served from the folder *site*.

    *editor* is the address that opens a file in the writer's editor, with `{path}`, `{line}` and `{column}`; empty if
    nobody knows.
    """

    def __init__(self, root: Path, site: Path, built: Built, *, editor: str = "") -> None:
        self.root = root
        self.site = site
        self.editor = editor
        self._show(built)

    def rebuild(self, build: Callable[[], Built], changed: Sequence[str]) -> tuple[Built, str]:
        """Build the site anew by *build*, which raises nothing; if it fails, the site stays as it was.

        Returns what came of it, and that in one line.
        """
        started = time.monotonic()
        with _kept(self.site) as keep:
            built = build()
            if built.failed:
                keep()
        self._show(built)
        return built, summary(built, named(changed, self.root), time.monotonic() - started)

    def _show(self, built: Built) -> None:
        self._panels = {
            editor: panel(built, self.root, editor).encode("utf-8") if built.problems else b""
            for editor in {"", self.editor}
        }

    def application(self, serve: Application) -> Application:
        """*serve* with the problems in every page, and pages that are not there reloaded as others are."""

        def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            answer: list[Any] = []
            epoch = b"".join(serve(_asking_epoch(environ), lambda *_: None))
            body = serve(environ, lambda *given: answer.extend(given))
            status, headers, *_ = answer
            if dict(headers).get("Content-Type") != "text/html":
                start_response(status, headers)
                return body
            html = b"".join(body)
            if hasattr(body, "close"):
                body.close()
            # Paths of this machine are for its own user.
            is_local = environ.get("REMOTE_ADDR") in ("127.0.0.1", "::1")
            html = _with_panel(html, self._panels[self.editor if is_local else ""])
            if not status.startswith("200"):
                html += b"<script>%b</script>" % render_alone("serving/reload.js", epoch=int(epoch)).encode("utf-8")
            others = [(name, value) for name, value in headers if name != "Content-Length"]
            start_response(status, [*others, ("Content-Length", str(len(html)))])
            return [html]

        return application


def _asking_epoch(environ: dict[str, Any]) -> dict[str, Any]:
    """The request by which MkDocs' script asks for the number of the newest site, which is answered at once."""
    return {**environ, "PATH_INFO": "/livereload/0/0"}


def _with_panel(html: bytes, panel: bytes) -> bytes:
    body = _BODY.search(html)
    position = body.end() if body else 0
    return html[:position] + panel + html[position:]


@contextmanager
def _kept(site: Path) -> Iterator[Callable[[], None]]:
    """The site as it was stands aside while another is built, and comes back if that is asked for."""
    aside = site.with_name(f"{site.name}.before")
    site.rename(aside)
    site.mkdir()

    def keep() -> None:
        shutil.rmtree(site)
        aside.rename(site)

    try:
        yield keep
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def summary(built: Built, changed: str, seconds: float) -> str:
    """What was rebuilt, in one line: `rebuilt 18 pages in 1.2 s after a change of content/en/index.md: no problem`."""
    wrong = counted(len(built.problems), "problem") if built.problems else "no problem"
    after = f" after a change of {changed}" if changed else ""
    if built.failed:
        return f"could not rebuild{after}: {wrong}, the pages stay as they were"
    return f"rebuilt {counted(built.pages, 'page')} in {seconds:.1f} s{after}: {wrong}"


def panel(built: Built, root: Path, editor: str = "") -> str:
    """All problems in HTML, by file, each with the line that it is about."""
    shown = sorted(built.problems)[:MAX_SHOWN]
    files = [
        (path, [_shown(problem, root, editor) for problem in problems])
        for path, problems in groupby(shown, key=lambda problem: problem.location.path)
    ]
    return render_alone(
        "serving/panel.html",
        files=files,
        count=len(built.problems),
        more=len(built.problems) - len(shown),
        failed=built.failed,
    )


def _shown(problem: Problem, root: Path, editor: str) -> dict[str, Any]:
    place = problem.location
    path = quote((root / place.path).as_posix())
    return {
        "place": f"{place.line}:{place.column}",
        "line": place.line,
        "message": " ".join(problem.message.split()),
        "quoted": source_line(root, problem),
        "link": editor.format(path=path, line=place.line, column=place.column) if editor else "",
    }


def source_line(root: Path, problem: Problem) -> tuple[str, str, str] | None:
    """The line of a problem: what is before its column, what stands there, what follows; None if there is none."""
    place = problem.location
    file = root / place.path
    try:
        data = file.read_bytes() if file.stat().st_size <= MAX_BYTES else b""
    except OSError:
        return None
    # The problem may be just that this is no UTF-8.
    lines = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").split("\n")
    line, at = lines[place.line - 1] if place.line <= len(lines) else "", place.column - 1
    if not line.strip():
        return None
    at = max(at, len(line) - len(line.lstrip()))  # who says no column means the line
    token = _TOKEN.match(line, at)
    start, end = max(0, at - MAX_QUOTED // 2), token.end() if token else at
    after = line[end : end + MAX_QUOTED // 2]
    return (
        "…" * (start > 0) + line[start:at],
        line[at:end] or " ",
        after + "…" * (end + len(after) < len(line)),
    )


def editor_link(environment: Mapping[str, str]) -> str:
    """How a link opens a file: in Visual Studio Code if the server was started in its terminal, on this machine."""
    is_far = environment.get("CODESPACES") or environment.get("REMOTE_CONTAINERS") or environment.get("SSH_CONNECTION")
    if environment.get("TERM_PROGRAM") == "vscode" and not is_far:
        return "vscode://file{path}:{line}:{column}"
    return ""
