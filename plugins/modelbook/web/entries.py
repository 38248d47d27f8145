"""New entries of a bibliography: works as BibTeX, written as the entries beside them are.

Keys are as those of the book: family name, year, first significant word, in lower case ASCII: `touvron2023llama`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from functools import cached_property
from urllib.parse import urlsplit

from modelbook.bibliography import Bibliography, Entry, Name, decode, encode, parse_bibliography
from modelbook.errors import BookError
from modelbook.schema import Citation
from modelbook.web.works import Identifier, Scheme, Work, same_address

_ORDER = tuple(
    re.findall(
        r"\w+",
        """author editor title booktitle journal institution volume number pages publisher edition howpublished
        year date doi eprint eprinttype eprintclass url urldate""",
    )
)

_OLDER = {"eprinttype": "archiveprefix", "eprintclass": "primaryclass"}
"""Names of fields in BibTeX's own dialect, for books that use it."""

_LINKS = {"doi", "eprint", "url"}
"""Fields that styles take literally."""

_SMALL = frozenset(
    re.findall(
        r"\w+",
        """a an the and or but nor of for in on at to from by with without as is are was be can do does via vs into over
        under towards toward how what why when where who which we our your its it this that not no""",
    )
)
"""Words that neither begin a key nor tell titles apart."""


@dataclass(frozen=True)
class Likeness:
    """Why an entry is thought to be of the same work."""

    entry: Entry
    why: str
    is_certain: bool = True
    """Whether it has the same identifier, rather than much the same title."""


class Shelf:
    """The entries that there are, asked about works that may join them."""

    def __init__(self, bibliography: Bibliography) -> None:
        self.bibliography = bibliography

    def find_same(self, identifier: Identifier) -> Likeness | None:
        """The entry of what is identified so."""
        value = identifier.value.casefold()
        for entry in self.bibliography.values():
            if identifier.scheme is Scheme.ARXIV and _unversioned(entry.arxiv) == value:
                return Likeness(entry, f"the same eprint {identifier.value}")
            if identifier.scheme is Scheme.DOI and entry.doi.casefold() == value:
                return Likeness(entry, f"the same DOI {identifier.value}")
            if identifier.scheme is Scheme.URL and entry.url and same_address(entry.url) == same_address(value):
                return Likeness(entry, f"the same address {entry.url}")
        return None

    def find_like(self, work: Work) -> Likeness | None:
        """The entry of the same work: of the same identifier, or else of nearly the same title."""
        schemes = {"eprint": Scheme.ARXIV, "doi": Scheme.DOI, "url": Scheme.URL}
        for name, scheme in schemes.items():
            if (value := work.fields.get(name)) and (same := self.find_same(Identifier(scheme, value))):
                return same
        return next((Likeness(entry, "nearly the same title", False) for entry in self._titled_like(work)), None)

    def _titled_like(self, work: Work) -> Iterator[Entry]:
        words = _words(work.title)
        people = {_plain(name.short) for name in work.authors}
        for entry in self.bibliography.values():
            theirs = self._titles[entry.key]
            if not theirs or _numbers(words) != _numbers(theirs):
                continue  # Qwen 2 is not Qwen 3
            shared = people & {_plain(name.short) for name in entry.responsible}
            if (words == theirs and (shared or len(words) > 3)) or (shared and _is_near(words, theirs)):
                yield entry

    @cached_property
    def _titles(self) -> dict[str, list[str]]:
        return {key: _words(entry.title) for key, entry in self.bibliography.items()}

    def named(self, work: Work) -> Work:
        """*work* with its author as the book writes it, where only the owner of its page is known."""
        if not work.is_named_by_site:
            return work
        mine = _owner(work.fields.get("url", ""))
        names = Counter(
            entry.authors[0]
            for entry in self.bibliography.values()
            if _owner(entry.url) == mine and len(entry.authors) == 1 and entry.authors[0].literal
        )
        found = names.most_common(1)[0][0] if names else work.authors[0]
        return replace(work, authors=(found,))

    def key(self, work: Work) -> str:
        """A key that no entry has yet."""
        first = _plain(self._author_word(work)) + work.year
        words = _title_words(work.title) or ["work"]
        key = first + words[0]
        for word in words[1:3]:
            if key not in self.bibliography:
                break
            key += word
        letters = iter("bcdefghijklmnopqrstuvwxyz")
        found = key
        while found in self.bibliography:
            found = key + next(letters)
        return found

    def _author_word(self, work: Work) -> str:
        """What keys of the book begin with for the first author."""
        first = work.authors[0] if work.authors else Name(literal="anonymous")
        if not first.literal:
            return first.family.partition(",")[0]
        known = Counter(
            match[1]
            for key, entry in self.bibliography.items()
            if entry.authors[:1] == (first,) and (match := re.match(r"([a-z0-9]+?)\d{4}(?!\d)", key))
        )
        return known.most_common(1)[0][0] if known else first.literal

    # --- writing -----------------------------------------------------------------------

    def write(self, work: Work, key: str) -> str:
        """The entry of *work*. Raises BookError if what is said of it cannot be written so that it can be read."""
        fields = dict(work.fields)
        for name in fields.keys() - _LINKS:
            fields[name] = self._encoded(fields[name])
        fields["author"] = " and ".join([*map(self._name, work.authors), *(["others"] if work.more_authors else [])])
        fields["editor"] = " and ".join(map(self._name, work.editors))
        fields["title"] = self._title(work.title)
        fields["date" if len(work.date) > 4 else "year"] = work.date
        if self._is_older:
            fields = {_OLDER.get(name, name): text for name, text in fields.items()}
        order = [_OLDER.get(name, name) if self._is_older else name for name in _ORDER]
        names = [name for name in sorted(fields, key=order.index) if fields[name]]
        lines = [f"  {name} = {{{fields[name]}}},\n" for name in names]
        written = f"@{work.type}{{{key},\n{''.join(lines)}}}\n"
        read, problems = parse_bibliography(written, key)
        # What is said may close the braces around it, to say more than it was asked for.
        is_as_meant = list(read) == [key] and list(read[key].fields) == names
        if problems or not is_as_meant or _words(read[key].title) != _words(decode(fields["title"])):
            raise BookError(f"what is said of '{work.title}' cannot be written as an entry; fill it in by hand")
        return written

    def _encoded(self, text: str) -> str:
        return encode(text, in_ascii=self._is_ascii)

    @cached_property
    def _is_ascii(self) -> bool:
        """Whether the file writes accents as LaTeX commands."""
        return self.bibliography.source.isascii() and bool(re.search(r"\\[`'^\"~=.][{\w]", self.bibliography.source))

    @cached_property
    def _is_older(self) -> bool:
        named = Counter(name for entry in self.bibliography.values() for name in entry.fields)
        return named["archiveprefix"] > named["eprinttype"]

    def _name(self, name: Name) -> str:
        if name.literal:
            return f"{{{self._encoded(name.literal)}}}"
        family, given = self._encoded(name.family), self._encoded(name.given)
        # A name with `and` in it is one name only in braces.
        family, given = (f"{{{part}}}" if re.search(r"\band\b", part, re.I) else part for part in (family, given))
        return f"{family}, {given}" if given else f"{{{family}}}"

    # --- capitals ----------------------------------------------------------------------

    @cached_property
    def _proper(self) -> re.Pattern[str] | None:
        """What other titles of the book protect more often than not: names such as Claude or Common Crawl."""
        braced: Counter[str] = Counter()
        for entry in self.bibliography.values():
            braced.update(re.findall(r"\{([^\W\d_][^{}\\]*)\}", entry.fields.get("title", "")))
        titles = "\n".join(re.sub(r"\{[^{}]*\}", "", e.fields.get("title", "")) for e in self.bibliography.values())
        bare = Counter(re.findall(r"[^\W_][\w.-]*", titles))
        names = [name for name, count in braced.items() if any(map(str.isupper, name)) and count > bare[name]]
        if not names:
            return None
        listed = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
        return re.compile(rf"(?<![\w.-])(?:{listed})(?![\w-])(?!\.\d)")

    def _title(self, title: str) -> str:
        """A title in LaTeX, with braces around the capitals that a style must not make small."""
        said = []
        for position, part in enumerate(_MATH.split(title)):
            said.append(part if position % 2 and _is_harmless(part) else self._protected(part, is_first=not position))
        return "".join(said)

    def _protected(self, text: str, *, is_first: bool) -> str:
        kept: list[tuple[int, int]] = []
        name = _BEFORE_COLON.match(text) if is_first else None
        if name and any(map(str.isupper, name[1])):
            kept.append(name.span(1))
        if self._proper:
            kept += [match.span() for match in self._proper.finditer(text)]
        is_sentence = _is_sentence_case(text)
        for match in _WORD.finditer(text):
            begins = not text[: match.start()].strip() or re.search(r"[:.?!]\W*$", text[: match.start()])
            if _is_special(match[0]) or (is_sentence and match[0][0].isupper() and not (begins and is_first)):
                kept.append(match.span())
        said, end = "", 0
        for start, stop in sorted(kept, key=lambda span: (span[0], -span[1])):
            if start >= end:
                said += self._encoded(text[end:start]) + f"{{{self._encoded(text[start:stop])}}}"
                end = stop
        return said + self._encoded(text[end:])


_MATH = re.compile(r"(\$[^$]+\$)")
_WORD = re.compile(r"[^\W_]+(?:[.·'’+&/_-]?[^\W_]+)*")
_BEFORE_COLON = re.compile(r"\s*([^\W_][\w.+-]*(?: \d[\w.]*)?):(?=\s|$)")
"""A name that a title begins with: `LLaMA:`, `Llama 2:`."""

_SYMBOLS = frozenset(
    re.findall(
        r"\w+",
        """alpha beta gamma delta epsilon varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon
        phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega ell infty times cdot pm leq geq le
        ge neq approx sim to rightarrow log exp sqrt frac sum prod mathcal mathbb mathrm mathbf text textbf hat bar
        tilde partial nabla in subset cup cap forall exists star ast dagger circ prime ldots dots""",
    )
)
"""Commands that formulas in titles may have."""


def _is_harmless(math: str) -> bool:
    """Whether a formula of a stranger is one: known symbols, balanced braces."""
    depth = 0
    for sign in re.sub(r"\\[{}]", "", math):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth < 0:
            return False
    commands = re.findall(r"\\([A-Za-z]+|.)", math)
    return depth == 0 and all(command in _SYMBOLS or command in ",;! {}" for command in commands) and "@" not in math


def _is_special(word: str) -> bool:
    """Whether a word has capitals of its own: GPT, LLaMA, Qwen2.5, Phi-4, 7B; not Multi-Query."""
    if not any(map(str.isupper, word)):
        return False
    parts = re.split(r"[-/&'’]", word)
    return any(
        any(map(str.isupper, part[1:]))
        or (any(map(str.isupper, part)) and _has_digit(word))
        or (len(parts) > 1 and part.isupper() and len(part) == 1)
        for part in parts
    )


def _is_sentence_case(text: str) -> bool:
    words = [word for word in re.findall(r"[^\W\d_]{4,}", text)[1:] if word.casefold() not in _SMALL]
    return len(words) > 1 and sum(word.islower() for word in words) > len(words) / 2


# --- comparing -------------------------------------------------------------------------


def _unversioned(arxiv: str) -> str:
    return re.sub(r"v\d+$", "", arxiv).casefold()


_UNDECOMPOSED = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "đ": "d", "ı": "i"})
"""Latin letters whose plain forms Unicode does not know."""


def _plain(text: str) -> str:
    """Its letters and digits in lower case ASCII."""
    folded = unicodedata.normalize("NFKD", text.translate(_UNDECOMPOSED)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", folded.casefold())


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _TITLE_WORD.findall(unicodedata.normalize("NFKC", text))]


_TITLE_WORD = re.compile(r"\d+(?:\.\d+)*|[^\W\d_]+\+*")


def _numbers(words: list[str]) -> list[str]:
    return [word for word in words if word[0].isdigit()]


def _has_digit(word: str) -> bool:
    return any(map(str.isdigit, word))


def _is_near(words: list[str], theirs: list[str]) -> bool:
    """Whether two titles have the same words but for their spelling and small ones."""
    mine, others = ([word for word in each if word not in _SMALL] for each in (words, theirs))
    return len(mine) == len(others) > 2 and all(
        one == other or SequenceMatcher(None, one, other, autojunk=False).ratio() > 0.8
        for one, other in zip(mine, others, strict=True)
    )


def _title_words(title: str) -> list[str]:
    """The significant words of a title as keys have them; a number belongs to the name before it."""
    words: list[str] = []
    is_version_next = False
    for written in re.split(r"[\s:—–]+", title):
        plain = _plain(written)
        if is_version_next and re.fullmatch(r"\d{1,3}", plain):
            words[0] += plain
            is_version_next = False
        elif plain and written.casefold() not in _SMALL:
            words.append(plain)
            is_version_next = len(words) == 1
        else:
            is_version_next = False
    return words


def _owner(url: str) -> tuple[str, str]:
    """Whose page it is: the host, and on hosts of many the owner."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    host = (parts.hostname or "").removeprefix("www.")
    steps = [step for step in parts.path.casefold().split("/") if step not in ("", "datasets", "spaces")]
    return host, steps[0] if steps and host in ("github.com", "huggingface.co") else ""


def dated(work: Work, today: date) -> Work:
    """*work*, of this year and seen *today* if it says nothing of when it was made: every entry has a year."""
    if work.date:
        return work
    remark = f"it says no date, so that its year is {today.year}; expected the right one"
    fields = {**work.fields, "urldate": today.isoformat()} if "url" in work.fields else work.fields
    return replace(work, date=str(today.year), fields=fields, remarks=(*work.remarks, remark))


# --- by hand ---------------------------------------------------------------------------


def template(identifier: Identifier, key: str | None = None) -> str:
    """An entry to fill in by hand."""
    known: Mapping[str, str] = {
        Scheme.ARXIV: {"eprint": identifier.value, "eprinttype": "arxiv", "eprintclass": ""},
        Scheme.DOI: {"doi": identifier.value},
        Scheme.URL: {"url": identifier.value},
    }[identifier.scheme]
    type = {Scheme.ARXIV: "misc", Scheme.DOI: "article", Scheme.URL: "online"}[identifier.scheme]
    middle = {"journal": ""} if type == "article" else {}
    when = {"date": ""} if type == "online" else {"year": ""}
    fields = {"author": "", "title": "", **middle, **when, **known}
    return (
        f"@{type}{{{key or 'family2023word'},\n"
        + "".join(f"  {name} = {{{text}}},\n" for name, text in fields.items())
        + "}\n"
    )


def require_key(key: str, bibliography: Bibliography) -> None:
    """Raises BookError if *key* is none, or is taken."""
    try:
        parsed = Citation.parse(f"@{key}")
    except ValueError:
        parsed = None
    if parsed is None or parsed.key != key or not re.fullmatch(r"[^\s{}()=,\"@%\\#~]+", key):
        raise BookError(f"'{key}' is not a key; expected one such as zhao2023survey")
    if key in bibliography:
        raise BookError(f"key '{key}' is taken by {bibliography[key].location}; expected another")
