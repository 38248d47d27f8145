"""The search index of each language, from the one that Material writes for the whole site."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from modelbook.book import Book
from modelbook.pages import record_url
from modelbook.records import Model

HAN = "han"
"""The language of search, as Material names it, that `theme/assets/javascripts/lunr/min/` adds for Chinese."""

_HAN = r"[\u3400-\u9fff\uf900-\ufaff]"

_SEPARATORS = [
    r"[\s\u200b\-‐-―(){}\[\]<>«»“”„‘\"/\x7c·…:!?=+~\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]+",
    r",(?!\d)",
    r"\.(?!\S)",
    r"&[lg]t;",
]
"""What stands between words in any language; joined by `|`, at which Material takes them apart again."""

_CHINESE_SEPARATORS = [f"(?<={_HAN})(?!{_HAN})", f"(?<!{_HAN})(?={_HAN})"]
"""Chinese and what is not Chinese are never one word, with or without a space between them."""

_CELL = re.compile(r"(</(?:td|th|dt|dd|caption|figcaption|summary|div)>)(?=<)")

NAMES = 1e-2
"""What a further name counts beside a title: a model with many names does not come before the one that is meant."""

Index = Mapping[str, Any]
"""Material's search index: `config`, and `docs` with a section of a page each."""


class Entries:
    """The entries of pages in the search index, kept from one build to the next for pages that are the same.

    Reading pages for the index takes a fifth of the time that a book takes. Material makes the entries of a page from
    its title, what its front matter says and its HTML alone.
    """

    def __init__(self) -> None:
        self._kept: dict[str, tuple[bytes, list[dict[str, Any]]]] = {}
        self._pages: dict[str, bytes] = {}

    def start(self) -> None:
        """Begin a build."""
        self._pages = {}

    def has(self, address: str, *parts: object) -> bool:
        """Whether those of the build's next page are kept; *parts* are all that they are made from."""
        made = hashlib.blake2b(repr(parts).encode("utf-8")).digest()
        self._pages[address] = made
        return address in self._kept and self._kept[address][0] == made

    def complete(self, index: Index) -> Index:
        """*index* with the entries that were kept, in the order of the pages."""
        read: dict[str, list[dict[str, Any]]] = {}
        for entry in index["docs"]:
            read.setdefault(entry["location"].partition("#")[0], []).append(entry)
        kept = {}
        for address, made in self._pages.items():
            before = self._kept.get(address)
            kept[address] = before if before and before[0] == made else (made, read.get(address, []))
        self._kept = kept
        return {**index, "docs": [entry for _, entries in kept.values() for entry in entries]}


def searchable(html: str) -> str:
    """*html* with the cells of tables and the like apart: Material reads their words as one where no space is."""
    return _CELL.sub(r"\1 ", html)


def settings(code: str, language: str = "", pipeline: Iterable[str] = (), separator: str = "") -> dict[str, Any]:
    """How a site in the language *code* is searched, given what Material says of it (for Chinese, no language)."""
    separators = [separator, *_SEPARATORS] if separator else _SEPARATORS
    if code.split("-")[0] == "zh":
        return {"lang": [HAN], "pipeline": [], "separator": "|".join([*separators, *_CHINESE_SEPARATORS])}
    # A language without a word for it has no stemmer: English stems would hide what is looked for.
    return {
        "lang": [language or "en"],
        "pipeline": list(pipeline) if language else [],
        "separator": "|".join(separators),
    }


def split(
    index: Index,
    prefixes: Mapping[str, str],
    configured: Mapping[str, Mapping[str, Any]],
    names: Mapping[str, Iterable[str]],
) -> dict[str, dict[str, Any]]:
    """The index of each language, with addresses from its home page, which *prefixes* says, and its `settings`.

    *names* are further names of what the page at an address (from the root of the site) is about: it is found
    by them and by other spellings of them, without their being shown.
    """
    fields = index["config"]["fields"]
    boost = fields["title"]["boost"] * NAMES
    config = index["config"] | {"fields": fields | {"names": {"boost": boost}}}
    docs: dict[str, list[dict[str, Any]]] = {code: [] for code in prefixes}
    for entry in index["docs"]:
        address = entry["location"].removeprefix("./")
        # The first language's prefix is empty: every address begins with it.
        code = max(
            (code for code in prefixes if address.startswith(prefixes[code])), key=lambda code: len(prefixes[code])
        )
        shown = {"location": address.removeprefix(prefixes[code])} | _plain(entry)
        docs[code].append(entry | shown | _names(names.get(address, ())))
    return {code: {"config": config | configured[code], "docs": docs[code]} for code in prefixes}


def _plain(entry: Mapping[str, Any]) -> dict[str, str]:
    """Title and text as the page has them: where jieba is installed, Material puts zero-width spaces into them."""
    return {field: entry[field].replace("\u200b", "") for field in ("title", "text")}


def _names(names: Iterable[str]) -> dict[str, str]:
    """Each word once, so that a model with many variants is not the first to be found for every one of its words."""
    words = {word.casefold(): word for name in names for spelling in spellings(name) for word in _words(spelling)}
    return {"names": " ".join(words.values())} if words else {}


def _words(name: str) -> list[str]:
    return re.split(r"[\s_-]+", name)


def further_names(book: Book) -> dict[str, list[str]]:
    """The names of each model in all languages, its aliases, and its variants' names, by the address of its page."""
    return {
        record_url(model, language, book): [*model.name, *model.aliases, *_variant_names(model)]
        for language in book.languages.values()
        for model in book.catalogue.all(Model)
    }


def _variant_names(model: Model) -> Iterator[str]:
    for variant in model.variants.values():
        yield from variant.name or ()


def spellings(name: str) -> Iterator[str]:
    """*name* as it is written, with its number apart and joined, and in one word: Llama-2, Llama 2, Llama2."""
    yield name
    yield re.sub(r"(?<=[^\W\d_])(?=\d)", " ", name)
    yield re.sub(r"(?<=[^\W\d_])[\s_-]+(?=\d)", "", name)
    yield re.sub(r"[\s_-]+", "", name)
