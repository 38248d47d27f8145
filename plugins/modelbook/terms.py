"""Terms: found in prose by their names, left as marks, linked to the glossary once every page is read."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator

from markupsafe import Markup

from modelbook.languages import Language
from modelbook.records import Term

SCHEME = "term:"
"""What the address of a link to a term begins with: `[reward model](term:rlhf)`."""

MARK = re.compile(r'<dfn data-term="(?P<term>[^"]*)">(?P<text>.*?)</dfn>', re.S)
"""Where a link to a term goes, and its text. Not yet an `a`, whose address MkDocs would look for."""

USES = re.compile(r'<span data-term-uses="(?P<term>[^"]*)"></span>')
"""Where the glossary says which pages use a term."""

_HINT_LENGTH = 200

_TITLE = "《[^》]*》"
"""The title of a work, in which nothing is linked."""

_LATIN = "0-9A-Za-z\u00c0-\u024f"


class Matcher:
    """Finds terms in plain text by their names: the leftmost, and of those that begin together the longest."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        """*names* are names with the ids of their terms; of equal names the first counts."""
        self._ids: dict[str, str] = {}
        for name, id in names:
            for spelling in _spellings(" ".join(name.split())):
                self._ids.setdefault(spelling, id)
        longest_first = sorted(self._ids, key=lambda spelling: (-len(spelling), spelling))
        words = [_pattern(spelling) for spelling in longest_first if _is_latin(spelling[0])]
        others = [_pattern(spelling) for spelling in longest_first if not _is_latin(spelling[0])]
        # The boundary stands before all words at once, so that the inside of a word costs one look.
        alternatives = [rf"(?<![{_LATIN}_-])(?:{'|'.join(words)})"] if words else []
        self._pattern = re.compile("|".join([_TITLE, *alternatives, *others]))

    def find(self, text: str) -> Iterator[tuple[re.Match[str], str]]:
        """Each place in *text* that names a term, with the id of the term."""
        for match in self._pattern.finditer(text):
            if id := self._ids.get(" ".join(match[0].split())):
                yield match, id


def matcher(terms: Iterable[Term], language: Language) -> Matcher:
    """What finds *terms* on pages in *language*: by name and expansion in it, and by aliases."""
    return Matcher((name, term.id) for term in terms for name in _names(term, language))


def _names(term: Term, language: Language) -> Iterator[str]:
    for text in (term.name, term.expansion):
        if text is not None and {"", language.code} & set(text.by_language):
            yield language.plain(text)
    yield from term.aliases


def _spellings(name: str) -> list[str]:
    """How *name* is written in prose: an abbreviation as it is, a word with a small or a capital first letter."""
    if len(name) < 2:  # a single character is more often a part of a word than a term
        return []
    is_abbreviation = any(character.isupper() for character in name[1:])
    return [name] if is_abbreviation else [name[0].lower() + name[1:], name[0].upper() + name[1:]]


def _pattern(spelling: str) -> str:
    """Latin script in whole words, across line breaks; Chinese has no boundaries between words."""
    after = rf"(?![{_LATIN}_]|[-.][{_LATIN}])" if _is_latin(spelling[-1]) else ""
    return r"\s+".join(map(re.escape, spelling.split())) + after


def _is_latin(character: str) -> bool:
    return bool(re.match(f"[{_LATIN}]", character))


def linked_terms(page: str) -> list[str]:
    """The ids of the terms that the HTML of a page or a text links, in order."""
    return [html.unescape(match["term"]) for match in MARK.finditer(page)]


def anchor(id: str) -> str:
    """The id of a term in the glossary."""
    return f"term-{id}"


def use_id(id: str) -> str:
    """The id of the place in a page that first links a term."""
    return f"use-{id}"


def fill(page: str, link: Callable[[str, str, Markup], Markup], uses: Callable[[str], Markup]) -> str:
    """Replace the marks in the HTML of a page.

    *link* links a text to a term, under an id of its own unless that is empty; *uses* says which pages use a term.
    """
    seen: set[str] = set()

    def replacement(match: re.Match[str]) -> str:
        term = html.unescape(match["term"])
        id = "" if term in seen else use_id(term)
        seen.add(term)
        return link(term, id, Markup(match["text"]))  # noqa: S704 (made by Markdown, raw HTML forbidden)

    return USES.sub(lambda match: uses(html.unescape(match["term"])), MARK.sub(replacement, page))


def plain(definition: str) -> str:
    """The HTML of a definition as plain text, without its citations."""
    bare = re.sub(r"\s*<cite [^>]*></cite>", "", definition)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", bare)).split())


def hint(definition: str) -> str:
    """The HTML of a definition as plain text, short enough to show on hovering."""
    text = plain(definition)
    if len(text) <= _HINT_LENGTH:
        return text
    cut = text[:_HINT_LENGTH]
    at_word = cut.rpartition(" ")[0] if _is_latin(cut[-1]) and _is_latin(text[_HINT_LENGTH]) else cut
    return at_word.rstrip(" ,;，；、") + "…"
