"""The minimal book as GitHub Pages serves the site of a repository: below a path, with instant navigation."""

from __future__ import annotations

import http.server
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote, urlsplit

from conftest import BOOKS, run_mkdocs

PREFIX = "/repo/"
SITE_URL = f"https://owner.example{PREFIX}"


def build(folder: Path, site_url: str = SITE_URL) -> Path:
    """Build it in a folder; where the site is."""
    book = folder / "book"
    shutil.copytree(BOOKS / "minimal", book)
    config = (book / "mkdocs.yml").read_text(encoding="utf-8")
    config = config.replace("https://book.example/shapes/", site_url)
    config = config.replace("features: [", "features: [navigation.instant, ")
    (book / "mkdocs.yml").write_text(config, encoding="utf-8")
    result = run_mkdocs(book, "build", "--strict")
    assert result.returncode == 0, result.stderr
    return book / "site"


def served(site: Path, path: str) -> Path | None:
    """The file that answers to a path of an address; None if there is none, as outside of the repository's path."""
    if not path.startswith(PREFIX):
        return None
    file = site / unquote(path.removeprefix(PREFIX))
    if path.endswith("/"):
        file /= "index.html"
    return file if file.is_file() else None


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Build it in a folder and serve it on this machine, with 404.html where there is nothing; its address."""
    site = folder / "book" / "site"

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            file = served(site, urlsplit(self.path).path)
            self.send_response(HTTPStatus.OK if file else HTTPStatus.NOT_FOUND)
            file = file or site / "404.html"
            self.send_header("Content-Type", self.guess_type(str(file)))
            self.end_headers()
            self.wfile.write(file.read_bytes())

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}{PREFIX}"
        build(folder, address)  # instant navigation goes by the addresses of the sitemap
        yield address
        server.shutdown()
