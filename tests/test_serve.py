"""`mkdocs serve`: every edit shows, as a fresh build would have it; a broken file shows its problems and heals."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.parse import quote

import pytest

from conftest import MakeBook, run_mkdocs

PATIENCE = 60  # seconds that a rebuild may take on a busy machine


class Server:
    """A running `mkdocs serve`."""

    def __init__(self, book: Path) -> None:
        self.book = book
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = (book / "serve.log").open("w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{self.port}"],
            cwd=book,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        )
        self.wait_for("", lambda html: bool(html))

    def get(self, address: str) -> str:
        """A page as a fresh build would write it: without the script that reloads it, with the site's own address."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/shapes/{address}", timeout=10) as response:
            html = response.read().decode("utf-8")
        html = re.sub(r"<script>\s*var livereload.*?</script>", "", html, flags=re.S)
        for said in (str, partial(quote, safe="")):  # it stands in the addresses of issues, too
            html = html.replace(said(f"http://127.0.0.1:{self.port}/"), said("https://book.example/"))
        return str(html)

    def wait_for(self, address: str, good: Callable[[str], bool]) -> str:
        """The page at *address* once it is *good*."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                if good(html := self.get(address)):
                    return html
            except OSError:
                assert self.process.poll() is None, (self.book / "serve.log").read_text(encoding="utf-8")
            time.sleep(0.1)
        pytest.fail(f"waited in vain for {address}: {(self.book / 'serve.log').read_text(encoding='utf-8')}")

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(timeout=10)
        finally:
            self.process.kill()
            self.process.wait()
            self.log.close()


@pytest.fixture
def server(make_book: MakeBook) -> Iterator[Server]:
    server = Server(make_book({}))
    yield server
    server.stop()


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_an_edit_of_anything_shows_as_a_fresh_build_has_it(server: Server) -> None:
    book = server.book
    edit(book / "data/models/circle.yaml", "value: 2T", "value: 3T")
    server.wait_for("comparisons/", lambda html: "3T" in html)
    edit(book / "references.bib", "Elementa doctrinae", "Principia doctrinae")
    server.wait_for("references/", lambda html: "Principia" in html)
    # A citation before all others takes the first number, on every page.
    edit(book / "content/en/index.md", "A book about", "Announced [@round2024announcement]. A book about")
    server.wait_for("references/", lambda html: 'id="ref-round2024announcement" value="1"' in html)
    pages = [
        "",
        "zh/",
        "open/early/",
        "zh/open/early/",
        "comparisons/",
        "timeline/",
        "models/circle/",
        "zh/references/",
    ]
    served = {address: server.get(address) for address in pages}
    result = run_mkdocs(book, "build")
    assert result.returncode == 0, result.stderr
    for address, html in served.items():
        fresh = (book / "site" / address / "index.html").read_text(encoding="utf-8")
        assert _content(html) == _content(fresh), address


def _content(html: str) -> list[str]:
    """The lines of a page that are of the book: the server takes a script in, and blank lines with it."""
    return [line.strip() for line in html.splitlines() if line.strip()]


@pytest.mark.parametrize(
    ("name", "broken", "said"),
    [
        ("data/models/circle.yaml", 'name: "Circle\n', "data/models/circle.yaml:1:7</code> quote is opened here"),
        ("references.bib", "@misc{noy2023shapes,\n  title = {Shapes\n", "references.bib:1:1</code> broken entry"),
        (
            "content/en/open/early.md",
            "# Early {#early-shapes}\n\n::: comparson shapes\n",
            "no view &#39;comparson&#39;",
        ),
    ],
)
def test_a_broken_file_shows_its_problems_and_heals(server: Server, name: str, broken: str, said: str) -> None:
    path = server.book / name
    whole = path.read_text(encoding="utf-8")
    path.write_text(broken, encoding="utf-8")
    assert said in server.wait_for("", lambda html: "mb-problem" in html)
    assert said in server.get("zh/timeline/")
    path.write_text(whole, encoding="utf-8")
    server.wait_for("", lambda html: "mb-problem" not in html)
    server.wait_for("models/circle/", lambda html: "Circle 70B" in html)


def test_an_interrupt_ends_it_at_once(make_book: MakeBook) -> None:
    server = Server(make_book({}))
    started = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - started < 5
