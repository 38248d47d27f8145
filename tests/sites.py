"""Reading a built site."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag


@cache
def page(site: Path, address: str) -> BeautifulSoup:
    """The page at an address such as `zh/timeline/`."""
    return BeautifulSoup(file_of(site, address).read_text(encoding="utf-8"), "html.parser")


def article(site: Path, address: str) -> Tag:
    """The content of a page."""
    found = page(site, address).find("article")
    assert isinstance(found, Tag)
    return found


def file_of(site: Path, address: str) -> Path:
    return site / address / "index.html" if address.endswith("/") or not address else site / address


def table_text(table: Tag) -> list[list[str]]:
    """The text of each cell of a table, row by row, without what is hidden in notes."""
    return [
        [" ".join("".join(_visible(cell)).split()) for cell in row.find_all(["th", "td"])]
        for row in table.find_all("tr")
    ]


def _visible(tag: Tag) -> Iterator[str]:
    for child in tag.children:
        if isinstance(child, Tag):
            if child.name != "details":
                yield from _visible(child)
        else:
            yield str(child)


def files(site: Path) -> dict[str, bytes]:
    """Every file of a site with its bytes."""
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()}


def broken_links(site: Path) -> list[str]:
    """Links and references within the site that lead nowhere, anchors included."""
    ids: dict[str, set[str]] = {}
    links: list[tuple[str, str]] = []
    for path in sorted(site.rglob("*.html")):
        name = path.relative_to(site).as_posix()
        soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        ids[name] = {str(tag["id"]) for tag in soup.find_all(id=True)}
        if name == "404.html":  # its addresses are absolute, for it may be shown anywhere
            continue
        keys = ("href", "src", "xlink:href")
        links += [(name, str(tag[key])) for tag in soup.find_all(True) for key in keys if key in tag.attrs]
    return [f"{name}: {link}" for name, link in links if not _leads_somewhere(site, name, link, ids)]


def _leads_somewhere(site: Path, name: str, link: str, ids: dict[str, set[str]]) -> bool:
    parts = urlsplit(urljoin(f"http://site/{name}", link))
    if parts.netloc != "site" or parts.scheme != "http":
        return True
    target = unquote(parts.path).lstrip("/")
    if not target or target.endswith("/"):
        target = posixpath.join(target, "index.html")
    if not (site / target).is_file():
        return False
    return not parts.fragment or not target.endswith(".html") or unquote(parts.fragment) in ids[target]
