"""Citations: marks first, numbers last.

Reading a page only leaves marks; their numbers are known once every page is
read, and are given by `number`, a pure function of the marks in reading order.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Iterable

from markupsafe import Markup

from modelbook.bibliography import Entry
from modelbook.languages import Language
from modelbook.schema import Citation

SYNTAX = r"\[(@[^\[\]]+)\](?![\[(])"
"""A citation in Markdown: `[@key]`, `[@a; @b]`, `[@key, p. 7]`, but not a link's text."""

SHOWN_AUTHORS = 8
MOST_AUTHORS = 9
"""Hover texts name at most nine authors; of longer lists they name eight "and others"."""

MARK = re.compile(r'<cite data-keys="([^"]*)"></cite>')


def parse_citations(text: str) -> list[Citation] | None:
    """The citations in the brackets of a mark (`@a, p. 7; @b`), or None if *text* is not of that form."""
    citations = []
    for part in text.split(";"):
        part = part.strip()
        try:
            if not part.startswith("@"):
                return None
            citations.append(Citation.parse(part))
        except ValueError:
            return None
    return citations


def find_citations(text: str) -> list[Citation]:
    """Every citation in a short Markdown text, code spans aside."""
    bare = re.sub(r"(`+).*?\1", "", text)
    marks = (parse_citations(match[1]) for match in re.finditer(r"(?<!\\)" + SYNTAX, bare))
    return [citation for mark in marks for citation in mark or []]


def keys_attribute(citations: Iterable[Citation]) -> str:
    """Citations as the text of a mark's attribute."""
    return "\n".join(" ".join(f"{citation.key}, {citation.locator}".split()).rstrip(",") for citation in citations)


def mark(citations: Iterable[Citation]) -> Markup:
    """The mark of citations in HTML, to be replaced by `fill`."""
    return Markup('<cite data-keys="{}"></cite>').format(keys_attribute(citations))


def marked(mark: re.Match[str]) -> list[Citation]:
    """The citations of a mark that `MARK` matches."""
    return [Citation.parse(line) for line in html.unescape(mark[1]).split("\n")]


def fill(page: str, link: Callable[[Citation, str], Markup]) -> str:
    """Replace the marks in the HTML of a page; *link* says one citation, to stand under an id of its own."""
    seen: Counter[str] = Counter()

    def numbered(citation: Citation) -> Markup:
        seen[citation.key] += 1
        return link(citation, citation_id(citation.key, seen[citation.key]))

    def replacement(match: re.Match[str]) -> str:
        links = [numbered(citation) for citation in marked(match)]
        return Markup('<span class="citation">[{}]</span>').format(Markup(", ").join(links))

    return MARK.sub(replacement, page)


def citation_id(key: str, occurrence: int) -> str:
    """The id of the place in a page that cites *key* for the nth time, from 1."""
    return f"cite-{key}-{occurrence}"


def anchor(key: str) -> str:
    """The id of an entry in the reference list."""
    return f"ref-{key}"


def summary(entry: Entry, language: Language) -> str:
    """An entry in one line of text: authors, title, year, arXiv or URL."""
    parts = [authors(entry, language), entry.title, year(entry, language)]
    if entry.arxiv:
        parts.append(f"arXiv:{entry.arxiv}")
    elif address := entry.url or entry.link:
        parts.append(address)
    *before, last = [part for part in parts if part] or [""]
    return "".join(stopped(part, language) for part in before) + last


def stopped(text: str, language: Language) -> str:
    """*text* as a sentence, with a full stop unless it ends in a mark of its own, and the space after it."""
    if text.endswith(tuple("。？！…")):
        return text
    return f"{text} " if text.endswith(tuple(".?!")) else text + language.gettext(". ")


def authors(entry: Entry, language: Language) -> str:
    """Who made it, cut after eight names if there are more than nine."""
    people = [name.full for name in entry.responsible]
    if len(people) > MOST_AUTHORS or entry.more_authors:
        names = language.gettext(", ").join(people[:SHOWN_AUTHORS])
        return language.gettext("%(names)s, and others", names=names)
    return language.join(people)


def year(entry: Entry, language: Language) -> str:
    """Its year, or the words for undated."""
    return language.gettext("undated") if entry.year == "n.d." else entry.year
