"""What a web page says of itself: its title, what its `meta` elements and its JSON-LD say, its anchors.

https://html.spec.whatwg.org/multipage/semantics.html#the-meta-element
https://json-ld.org/spec/latest/json-ld/#embedding-json-ld-in-html-documents
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

MAX_BYTES = 3_000_000
"""Of a page; a longer one is not read."""


@dataclass
class WebPage:
    """What is of use here."""

    title: str = ""
    metas: dict[str, list[str]] = field(default_factory=dict)
    """What `meta` elements say, by their names in lower case."""
    data: list[dict[str, Any]] = field(default_factory=list)
    """The objects of JSON-LD."""
    times: list[str] = field(default_factory=list)
    """The moments that `time` elements give."""
    ids: set[str] = field(default_factory=set)
    """What the fragment of an address can name."""

    def first(self, *names: str) -> str:
        """What the first of these `meta` elements says; empty if none does."""
        return next((text for name in names for text in self.metas.get(name, []) if text.strip()), "")

    def all(self, *names: str) -> Sequence[str]:
        """What all `meta` elements of the first of these names say."""
        return next((self.metas[name] for name in names if name in self.metas), [])


def read_page(body: bytes, content_type: str = "") -> WebPage:
    """Read a page, as well as its HTML has it."""
    reader = _Reader()
    reader.feed(_OPEN.sub("&lt;", _UNREAD.sub("", _decode(body, content_type))))
    reader.close()
    return reader.page


_UNREAD = re.compile(r"<!--.*?(?:-->|\Z)|<[!?][^>]*(?:>|\Z)", re.S)
_OPEN = re.compile(r"<(?!/?[a-zA-Z][^<>]*>)")
"""What begins a tag that is not closed. Of this, and of comments without an end, a page can be made on which the parser
spends hours, since it looks for the end again and again."""


def _decode(body: bytes, content_type: str) -> str:
    said = re.search(r"charset=[\"']?([\w-]+)", content_type, re.I)
    within = re.search(rb"<meta[^>]+charset=[\"']?([\w-]+)", body[:2048], re.I)
    name = said[1] if said else within[1].decode("ascii") if within else "utf-8"
    try:
        known = codecs.lookup(name).name
        return body.decode("utf-8" if known in _OF_PYTHON else known, "replace")
    except (LookupError, UnicodeError, ValueError):
        return body.decode("utf-8", "replace")


_OF_PYTHON = {"idna", "punycode", "raw-unicode-escape", "unicode-escape"}
"""No encodings of pages: a page in `punycode` takes the square of its length in steps, which is hours.

https://docs.python.org/3/library/codecs.html#python-specific-encodings
"""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = WebPage()
        self._within = ""
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in reversed(attrs)}
        self.page.ids.update(said[name] for name in ("id", "name") if name in said and (name == "id" or tag == "a"))
        if tag == "meta" and "content" in said:
            for name in {said.get(key, "").strip().casefold() for key in ("name", "property", "itemprop")} - {""}:
                self.page.metas.setdefault(name, []).append(said["content"])
        elif tag == "time" and "datetime" in said:
            self.page.times.append(said["datetime"])
        elif self._is_read(tag, said):
            self._within, self._text = tag, []

    def _is_read(self, tag: str, said: dict[str, str]) -> bool:
        """Whether the text of an element is of use."""
        if tag == "title":
            return not self.page.title
        return tag == "script" and said.get("type", "").strip().casefold() == "application/ld+json"

    def handle_data(self, data: str) -> None:
        if self._within:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag != self._within:
            return
        self._within = ""
        text = "".join(self._text)
        if tag == "title":
            self.page.title = text
        else:
            try:
                self.page.data += _objects(json.loads(text))
            except (ValueError, RecursionError):  # what is no JSON says nothing
                return


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """The objects of a document of JSON-LD: one, several, or those of a `@graph`."""
    if isinstance(value, list):
        for item in value:
            yield from _objects(item)
    elif isinstance(value, dict):
        yield value
        yield from _objects(value.get("@graph"))
