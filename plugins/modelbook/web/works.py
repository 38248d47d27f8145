"""Works that can be cited: how they are identified, and what is said of them.

Nothing here asks the network. What others say of a work is text of strangers: `clean` makes it one plain line.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import parse_qs, unquote, urlsplit, urlunsplit

from modelbook.bibliography import Name
from modelbook.errors import BookError
from modelbook.schema import is_safe_url

MAX_TEXT = 600
"""Characters of a title or another text; what is longer is cut."""
MAX_AUTHORS = 100
"""More are left out, as `and others`."""


class Scheme(StrEnum):
    """How a work is identified."""

    ARXIV = "arXiv"
    DOI = "DOI"
    URL = "address"


@dataclass(frozen=True)
class Identifier:
    """What a work is found by."""

    scheme: Scheme
    value: str
    """Of arXiv without its version."""

    def __str__(self) -> str:
        return self.value if self.scheme is Scheme.URL else f"{self.scheme} {self.value}"


@dataclass(frozen=True)
class Work:
    """What is said of a work, in plain text."""

    title: str
    authors: tuple[Name, ...]
    date: str = ""
    """As precise as it is known: `2023`, `2023-07`, `2023-07-18`."""
    type: str = "misc"
    """A type of entries (BibLaTeX manual, 2.1)."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Further fields by their names in BibLaTeX."""
    more_authors: bool = False
    """Whether there are authors that are left out."""
    editors: tuple[Name, ...] = ()
    is_named_by_site: bool = False
    """Whether no author is known but the site itself."""
    remarks: tuple[str, ...] = ()
    """What whoever adds it should know."""

    @property
    def year(self) -> str:
        return self.date[:4]


_ARXIV = r"(?P<id>\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Za-z]{2})?/\d{7})(?:v\d+)?"
_ARXIV_ID = re.compile(rf"(?:arxiv:\s*)?{_ARXIV}", re.I)
_ARXIV_PATH = re.compile(rf"/(?:abs|pdf|html|format|ps|e-print|src)/{_ARXIV}(?:\.pdf)?/?", re.I)
_ARXIV_DOI = re.compile(rf"10\.48550/arxiv\.{_ARXIV}", re.I)
_DOI = re.compile(r"(?:doi:\s*)?(10\.\d{4,9}(?:\.\d+)*/\S+)", re.I)


def identify(written: str) -> Identifier:
    """What *written* identifies: an arXiv id, a DOI or an address, each as people copy them. Raises BookError."""
    text = written.strip()
    if match := _ARXIV_ID.fullmatch(text):
        return Identifier(Scheme.ARXIV, match["id"])
    if match := _DOI.fullmatch(text):
        return _of_doi(match[1])
    if re.match(r"(www\.)?(arxiv\.org|doi\.org|dx\.doi\.org|github\.com|huggingface\.co|aclanthology\.org)/", text):
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        host = ""
    if not host or parts.scheme not in ("http", "https") or re.search(r"[\s{}\\]", text) or not is_safe_url(text):
        raise BookError(
            f"'{' '.join(written.split())[:200]}' names no work; "
            "expected an arXiv id such as 2307.09288, a DOI such as 10.1000/182, or an address that starts with https://"
        )
    if re.fullmatch(r"([\w-]+\.)*arxiv\.org|ar5iv\.org", host) and (match := _ARXIV_PATH.fullmatch(parts.path)):
        return Identifier(Scheme.ARXIV, match["id"])
    if host == "huggingface.co" and (match := re.fullmatch(rf"/papers/{_ARXIV}/?", parts.path)):
        return Identifier(Scheme.ARXIV, match["id"])
    if host in ("doi.org", "dx.doi.org") and (match := _DOI.fullmatch(unquote(parts.path).lstrip("/"))):
        return _of_doi(match[1])
    return Identifier(Scheme.URL, _landing_page(urlunsplit(parts)))


def _of_doi(doi: str) -> Identifier:
    doi = doi.rstrip(".,;")
    if match := _ARXIV_DOI.fullmatch(doi):
        return Identifier(Scheme.ARXIV, match["id"])
    return Identifier(Scheme.DOI, doi)


def _landing_page(url: str) -> str:
    """The page about a paper, where the file of a paper is asked for."""
    parts = urlsplit(url)
    if (parts.hostname or "").removeprefix("www.") == "openreview.net" and "id" in parse_qs(parts.query):
        return f"https://openreview.net/forum?id={parse_qs(parts.query)['id'][0]}"
    if (parts.hostname or "").removeprefix("www.") == "aclanthology.org":
        path = re.sub(r"(\.pdf|\.bib)?/?$", "", parts.path)
        return f"https://aclanthology.org{path}/"
    return url


def same_address(url: str) -> str:
    """*url* in a form that is the same for addresses that differ in looks only."""
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").casefold().removeprefix("www."), parts.port
    except ValueError:
        return url.strip()
    path = unquote(parts.path).rstrip("/")
    known = "" if port in (None, 80, 443) else f":{port}"
    query = "&".join(sorted(part for part in parts.query.split("&") if part and not part.startswith("utm_")))
    # A fragment that begins so is a route of a page made by scripts.
    fragment = parts.fragment if parts.fragment.startswith(("/", "!")) else ""
    return f"{host}{known}{path}?{query}#{fragment}".rstrip("#").rstrip("?")


_MARKUP = re.compile(r"</?[a-zA-Z][\w:.-]*(\s[^<>]*)?/?>")


def clean(text: object) -> str:
    """What a stranger says as one line of plain text: markup, control and formatting characters are taken off."""
    if not isinstance(text, str):
        return ""
    text = text[: 4 * MAX_TEXT]
    text = html.unescape(_MARKUP.sub("", html.unescape(text)))
    text = re.sub(r"\s", " ", unicodedata.normalize("NFC", text))
    text = "".join(character for character in text if unicodedata.category(character) not in _UNSEEN)
    text = " ".join(text.split())
    return text if len(text) <= MAX_TEXT else text[:MAX_TEXT].rsplit(" ", 1)[0] + " …"


_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def read_date(text: object) -> str:
    """A date as others write it (`2023-07-18T10:00:00Z`, `2023/7/18`, `July 18, 2023`) as ours; empty if it is none."""
    said = clean(text)
    if match := re.match(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?!\d)", said):
        return made_date(match[1], match[2], match[3])
    if match := re.fullmatch(r"(\d{4})(\d\d)(\d\d)", said):
        return made_date(match[1], match[2], match[3])
    word = r"(?P<month>[A-Za-z]{3})[a-z]*\.?"
    match = re.search(rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+{word},?\s+(?P<year>\d{{4}})\b", said) or re.search(
        rf"{word}\s+(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+)?(?P<year>\d{{4}})\b", said
    )
    if match and match["month"].casefold() in _MONTHS:
        return made_date(match["year"], _MONTHS.index(match["month"].casefold()) + 1, match["day"])
    return ""


def made_date(year: object, month: object = None, day: object = None) -> str:
    """A date of its parts, as many as there are and can be."""
    try:
        numbers = [int(str(part)) for part in (year, month, day) if part]
    except ValueError:
        return ""
    date = ""
    for number, least, most in zip(numbers, (1400, 1, 1), (2199, 12, 31), strict=False):
        if not least <= number <= most:
            break
        date += f"-{number:02}" if date else str(number)
    return date
