"""Citations: marks first, numbers last.

Reading a page only leaves marks; their numbers are known once every page is
read, and are given by `number`, a pure function of the marks in reading order.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from markupsafe import Markup

from modelbook.bibliography import Entry, Name
from modelbook.languages import Language
from modelbook.locators import is_locator, say_locator
from modelbook.schema import Citation

SYNTAX = r"(?:\[(?=[^\[\]【】]+\](?![\[(]))|【(?=[^\[\]【】]+】))(@[^\[\]【】]+)[\]】]"
"""A citation in Markdown: `[@key]`, `[@a; @b]`, `[@key, p. 7]`, `【@key】`, but not a link's text."""

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_LETTER = rf"[^\W{_HAN}]"

NARRATIVE = (
    rf"(?<!{_LETTER})(?<![./@+\\%=&#~\x03-])"  # no e-mail address, no URL, nothing escaped
    # Chinese runs on right behind a key, unless the key itself begins so.
    rf"@(?P<key>(?>{_LETTER}+(?:[.:/+&-]+{_LETTER}+)*|\w+))(?!@)"
    r"(?:\s?\[(?P<locator>[^\[\]@]+)\](?![\[(]))?"
)
"""A citation in the words of a sentence: `@key`, `@key [p. 7]`; whether it is one, the keys say."""

SHOWN_AUTHORS = 8
MOST_AUTHORS = 9
"""Hover texts name at most nine authors; of longer lists they name eight "and others"."""

MARK = re.compile(r'<cite data-keys="([^"]*)"(?P<narrative> data-narrative="")?>(?P<said>[^<]*)</cite>')


def parse_citations(text: str) -> list[Citation] | None:
    """The citations in the brackets of a mark (`@a, p. 7; @b`), or None if *text* is not of that form."""
    citations = []
    for part in re.split("[;；]", text):
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


def find_narratives(text: str) -> list[str]:
    """What may be keys of citations in the sentences of a short Markdown text."""
    bare = re.sub(rf"(`+).*?\1|{SYNTAX}|\[[^\[\]]*\][(\[][^)\]]*[)\]]|\\\[|<[^<>\s]*>", "\x03", text)
    return [match["key"] for match in re.finditer(NARRATIVE, bare)]


def parse_narrative(match: re.Match[str]) -> tuple[Citation, int]:
    """The citation that `NARRATIVE` matches, and where it ends: brackets are part of it if they hold a locator."""
    if match["locator"] and is_locator(match["locator"]):
        return Citation(match["key"], " ".join(match["locator"].split())), match.end()
    return Citation(match["key"]), match.end("key")


def keys_attribute(citations: Iterable[Citation]) -> str:
    """Citations as the text of a mark's attribute."""
    return "\n".join(" ".join(f"{citation.key}, {citation.locator}".split()).rstrip(",") for citation in citations)


def mark(citations: Iterable[Citation]) -> Markup:
    """The mark of citations in HTML, to be replaced by `fill`."""
    return Markup('<cite data-keys="{}"></cite>').format(keys_attribute(citations))


def marked(mark: re.Match[str]) -> tuple[Citation, ...]:
    """The citations of a mark that `MARK` matches."""
    return _read_keys(mark[1])


@cache
def _read_keys(attribute: str) -> tuple[Citation, ...]:
    """What `keys_attribute` has written; the index, the page and its references ask for it again and again."""
    return tuple(Citation.parse(line) for line in html.unescape(attribute).split("\n"))


@dataclass(frozen=True)
class _Cited:
    """One citation of a mark, with what is known once every page is read."""

    citation: Citation
    id: str
    number: int


def fill(
    page: str,
    numbers: Mapping[str, int],
    language: Language,
    link: Callable[[str, str], Markup],
    name: Callable[[str], str],
) -> str:
    """Replace the marks in the HTML of a page.

    *link* says the number of a key as a link under an id of its own; *name* says who is cited in a sentence.
    """
    seen: Counter[str] = Counter()

    def label(match: re.Match[str]) -> str:
        known, unknown = [], []
        for citation in marked(match):
            seen[citation.key] += 1
            if citation.key in numbers:
                id = citation_id(citation.key, seen[citation.key])
                known.append(_Cited(citation, id, numbers[citation.key]))
            else:
                unknown.append(citation)
        if not match["narrative"]:
            return _label(known, unknown, language, link)
        if not known:  # no citation after all
            return match["said"]
        said = Markup("{} {}").format(name(known[0].citation.key), _label(known, [], language, link))
        return Markup('<span class="mb-narrative">{}</span>').format(said)

    return MARK.sub(label, page)


def _label(
    known: Iterable[_Cited], unknown: Iterable[Citation], language: Language, link: Callable[[str, str], Markup]
) -> Markup:
    """Citations in brackets, by number: `[3–5, 7]`, `[2; 7, p. 7]`."""
    parts = [_say_run(run, language, link) for run in _runs(known)]
    parts += [
        Markup('<span class="mb-unknown">@{}{}</span>').format(each.key, _said_locator(each, language))
        for each in unknown
    ]
    locators = any(each.citation.locator for each in known) or any(each.locator for each in unknown)
    separator = Markup("; ") if locators else Markup(", ")
    return Markup('<span class="citation">[%s]</span>') % separator.join(parts)


def _runs(cited: Iterable[_Cited]) -> Iterator[list[_Cited]]:
    """Citations by number, those that follow one another together; one with a locator stands alone."""
    run: list[_Cited] = []
    for each in sorted(cited, key=lambda each: (each.number, bool(each.citation.locator))):
        if run and (each.citation.locator or run[-1].citation.locator or each.number > run[-1].number + 1):
            yield run
            run = []
        run.append(each)
    if run:
        yield run


def _say_run(run: list[_Cited], language: Language, link: Callable[[str, str], Markup]) -> Markup:
    """Three numbers or more as `3–5`; every id is there, whether its number shows or not."""
    groups = [list(group) for _, group in groupby(run, key=lambda each: each.number)]
    links = [
        Markup("").join(
            [link(first.citation.key, first.id), _said_locator(first.citation, language), *map(_anchor, more)]
        )
        for first, *more in groups
    ]
    if len(groups) < 3:
        return Markup(", ").join(links)
    hidden = Markup("").join(_anchor(each) for group in groups[1:-1] for each in group)
    keys = " ".join(group[0].citation.key for group in groups)
    return Markup('<span class="mb-range" data-keys="{}">{}{}–{}</span>').format(keys, links[0], hidden, links[-1])


def _anchor(cited: _Cited) -> Markup:
    return Markup('<span id="{}"></span>').format(cited.id)


def _said_locator(citation: Citation, language: Language) -> Markup:
    return Markup(", {}").format(say_locator(citation.locator, language)) if citation.locator else Markup()


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


def narrative_name(entry: Entry, language: Language) -> str:
    """Who made it, as in a sentence: `Noy and Zhang`, `Zhao et al.`; without anybody, its title."""
    people = [_in_sentence(name) for name in entry.responsible]
    if not people:
        return entry.title
    if len(people) > 2 or entry.more_authors:
        said = language.gettext("%(name)s et al.", name=people[0])
    elif len(people) == 2:
        said = language.gettext("%(first)s and %(second)s", first=people[0], second=people[1])
    else:
        said = people[0]
    return re.sub(f"(?<=[{_HAN}]) (?=[{_HAN}])", "", said)


def _in_sentence(name: Name) -> str:
    """The family name; East Asian names in their own script are said in full."""
    return name.full if re.match(f"[{_HAN}]", name.full) else name.short
