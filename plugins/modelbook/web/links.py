"""The external links of the book, and whether they still lead somewhere.

What is asked are addresses, nothing else: `HEAD`, and `GET` where a host does not answer that well. Hosts are asked at
the same time, each one thing after the other. What answered well is kept for some days and not asked again.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import chain
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from urllib.parse import unquote, urldefrag

from modelbook.authoring.files import write_file
from modelbook.bibliography import Bibliography
from modelbook.blocks import mask_unread
from modelbook.book import Book
from modelbook.errors import Location, Problem
from modelbook.markdown_extension import inline
from modelbook.pages import Page
from modelbook.schema import Name, Text, Url
from modelbook.web.allowed_links import Allowed
from modelbook.web.client import LONGEST_WAIT, REDIRECTS, Client, Failure, RequestError, Response, finds_host, host_of
from modelbook.web.webpages import MAX_BYTES, read_page

HOSTS_AT_ONCE = 12
MAX_SILENCE = 3
"""Failures one after the other; the further links of a host that is silent so often are not asked."""
SLOW_HOSTS = {"arxiv.org": 3.0, "doi.org": 1.0}
"""Hosts with many addresses of the book, and the seconds that they want between two requests."""


# --- where they are --------------------------------------------------------------------


@dataclass(frozen=True, order=True)
class ExternalLink:
    """An address of the web where it is written."""

    url: str
    place: Location


_HREF = re.compile(r'<(?:a|img) [^>]*?(?:href|src)="(https?://[^"]+)"', re.I)


def record_links(book: Book) -> Iterator[ExternalLink]:
    """Those in the fields of records, and in their texts."""
    for record in book.catalogue:
        for path, value in record.values:
            if isinstance(value, Url):
                yield ExternalLink(str(value), record.locate(path))
            elif isinstance(value, Text) and not isinstance(value, Name):
                for language, text in value.by_language.items():
                    for address in _HREF.findall(str(inline(text))) if "://" in text else ():
                        yield ExternalLink(html.unescape(address), record.locate((*path, language)))


def entry_links(bibliography: Bibliography) -> Iterator[ExternalLink]:
    """Those that references lead to: DOI, eprint, address."""
    for entry in bibliography.values():
        if entry.doi:
            yield ExternalLink(f"https://doi.org/{entry.doi}", entry.locate("doi"))
        if entry.arxiv:
            yield ExternalLink(f"https://arxiv.org/abs/{entry.arxiv}", entry.locate("eprint"))
        if entry.url:
            yield ExternalLink(entry.url, entry.locate("url" if entry.fields.get("url") else "howpublished"))


def page_links(page: Page, said: str) -> Iterator[ExternalLink]:
    """Those in the prose of a page, of which *said* is the HTML; what views show is said by records."""
    prose = mask_unread(page.markdown)
    for url in dict.fromkeys(map(html.unescape, _HREF.findall(said))):
        for match in re.finditer(rf"(?<![\w:/]){re.escape(url)}(?![^\s)>\]\"'|，。；）]|\)\w)", prose):
            before = prose[: match.start()]
            line, column = before.count("\n"), len(before) - before.rfind("\n")
            yield ExternalLink(url, Location(page.path, page.first_line + line, column))


# --- asking ----------------------------------------------------------------------------


class State(StrEnum):
    """How an address is."""

    FINE = "fine"
    MOVED = "moved"
    """For good, to another one."""
    REDIRECTED = "redirected"
    """For now, to another one."""
    NO_ANCHOR = "no anchor"
    """The page is there, without the place in it."""
    GONE = "gone"
    UNCHECKED = "unchecked"
    """Nobody knows: the host does not answer programs, or is out of order."""


@dataclass(frozen=True)
class Answer:
    """What is known of an address."""

    state: State
    said: str = ""
    """Why, or where it has moved."""
    has_answered: bool = True
    """Whether the host said anything."""
    is_closed: bool = False
    """Whether it says that it wants to be left alone."""


@dataclass(frozen=True)
class Manner:
    """How hosts are asked."""

    pause: float = 1.0
    """Seconds between two requests to a host."""
    timeout: float = 20.0
    """Seconds to wait for it."""
    backoff: float = 2.0
    """Seconds before it is asked again."""
    anchors: bool = False
    """Whether pages are read for the places that links name."""

    def client(self, group: str) -> Client:
        pause = max(self.pause, SLOW_HOSTS.get(group, 0.0))
        return Client(pause=pause, timeout=self.timeout, retries=1, backoff=self.backoff)


def group_of(url: str) -> str:
    """The host that is asked one thing after the other for *url*; of the same name with `www.`, and of all of arXiv."""
    host = host_of(url).casefold().removeprefix("www.")
    return next((slow for slow in SLOW_HOSTS if host.endswith(f".{slow}")), host)


def ask(url: str, client: Client, *, anchors: bool = False) -> Answer:
    """Whether *url* leads somewhere."""
    is_doi = group_of(url) == "doi.org"

    def follows(target: str) -> bool:
        # A DOI that leads on is one; the publishers that it leads to often answer browsers only.
        return not is_doi or group_of(target) == "doi.org"

    fragment = urldefrag(url).fragment.partition(":~:")[0] if anchors else ""
    try:
        response = _head(url, client, follows) if not fragment else None
        if response is None or (response.status >= 400 and response.asked_pause <= LONGEST_WAIT):
            response = client.ask(url, limit=MAX_BYTES if fragment else 0, follows=follows)
    except RequestError as error:
        is_gone = error.failure in (Failure.NO_HOST, Failure.ADDRESS)
        if error.failure is Failure.SIZE:  # it is there
            return Answer(State.FINE)
        has_answered = error.failure not in (Failure.TIMEOUT, Failure.UNREACHABLE, Failure.NO_HOST)
        return Answer(State.GONE if is_gone else State.UNCHECKED, f"{host_of(url)} {error}", has_answered)
    return _judge(response, fragment, is_doi=is_doi)


def _head(url: str, client: Client, follows: Callable[[str], bool]) -> Response | None:
    """The answer to `HEAD`; None if it is better to ask with `GET`."""
    try:
        return client.ask(url, method="HEAD", retries=0, follows=follows)
    except RequestError as error:
        if error.failure in (Failure.TIMEOUT, Failure.BROKEN):
            return None
        raise


def _judge(response: Response, fragment: str, *, is_doi: bool) -> Answer:
    if response.status in (404, 410):
        return Answer(State.GONE, f"answers {response.said}")
    if response.status >= 400 or (response.status in REDIRECTS and not is_doi):
        said = f"{host_of(response.url)} answers {response.said}"
        return Answer(State.UNCHECKED, said, is_closed=response.status in (429, 503))
    if fragment and not _has_anchor(response, fragment):
        return Answer(State.NO_ANCHOR, unquote(fragment))
    if not response.redirects or is_doi:
        return Answer(State.FINE)
    if response.redirects[0].is_permanent:
        temporary = next((n for n, step in enumerate(response.redirects) if not step.is_permanent), None)
        return Answer(State.MOVED, response.redirects[:temporary][-1].url)
    return Answer(State.REDIRECTED, response.redirects[-1].url)


def _has_anchor(response: Response, fragment: str) -> bool:
    """Whether a page has the place that a fragment names; what is no HTML, or made by scripts, is believed."""
    kind = response.headers.get("Content-Type", "")
    if not kind.startswith(("text/html", "application/xhtml")) or fragment.startswith(("/", "!")):
        return True
    ids = read_page(response.body, kind).ids
    return bool({fragment, unquote(fragment), f"user-content-{unquote(fragment)}"} & ids)


def ask_all(urls: Iterable[str], manner: Manner) -> Iterator[tuple[str, Answer]]:
    """The answers of all addresses, as they come in."""
    groups: dict[str, list[str]] = {}
    for url in urls:
        try:
            groups.setdefault(group_of(url), []).append(url)
        except RequestError as error:
            yield url, Answer(State.GONE, str(error))
    waiting: SimpleQueue[tuple[str, list[str]]] = SimpleQueue()
    for item in sorted(groups.items(), key=lambda item: -len(item[1])):  # those that take longest first
        waiting.put(item)
    answers: SimpleQueue[tuple[str, Answer | BaseException]] = SimpleQueue()

    def work() -> None:
        while True:
            try:
                group, addresses = waiting.get_nowait()
            except Empty:
                return
            for url, answer in _ask_group(group, addresses, manner):
                answers.put((url, answer))

    # Threads that do not keep the program from ending when it is interrupted.
    for _ in range(min(HOSTS_AT_ONCE, len(groups))):
        Thread(target=work, daemon=True).start()
    for _ in range(sum(map(len, groups.values()))):
        url, answer = answers.get()
        if isinstance(answer, BaseException):
            raise answer
        yield url, answer


def _ask_group(group: str, urls: Sequence[str], manner: Manner) -> Iterator[tuple[str, Answer | BaseException]]:
    silence = 0
    with manner.client(group) as client:
        for url in urls:
            if silence == MAX_SILENCE:
                said = f"not asked: {group} did not answer {MAX_SILENCE} times"
                yield url, Answer(State.UNCHECKED, said, has_answered=False)
                continue
            try:
                answer = ask(url, client, anchors=manner.anchors)
            except Exception as error:  # raised where the answers are awaited
                yield url, error
                continue
            silence = silence + 1 if answer.is_closed or not answer.has_answered else 0
            yield url, answer


def are_online(answers: Iterable[Answer]) -> bool:
    """Whether there is a network at all: where nothing answered, some host that everybody knows would be found."""
    return any(answer.has_answered for answer in answers) or any(map(finds_host, SLOW_HOSTS))


# --- what is known ---------------------------------------------------------------------

CACHE = Path(".cache", "modelbook", "links.json")
"""From the root of a book."""

_KEPT = (State.FINE, State.MOVED, State.REDIRECTED)


class Cache:
    """What answered well, and when; anything else is asked again the next time."""

    def __init__(self, path: Path, days: float, now: datetime | None = None) -> None:
        """*days*: for how long an answer is kept."""
        self.path = path
        self.now = now or datetime.now(UTC)
        self._oldest = self.now - timedelta(days=days)
        self._kept: dict[str, tuple[datetime, Answer, bool]] = {}
        self.is_damaged = False
        """Whether there is a file that cannot be read."""
        if path.exists():
            try:
                self._kept = dict(map(_read_kept, json.loads(path.read_text(encoding="utf-8"))["links"].items()))
            except (OSError, ValueError, LookupError, TypeError, AttributeError):
                self.is_damaged = True

    def find(self, url: str, *, anchors: bool) -> Answer | None:
        """What is known of an address, if it is not too long ago."""
        asked, answer, with_anchors = self._kept.get(url, (self._oldest, None, True))
        return answer if asked > self._oldest and (with_anchors or not anchors) else None

    def keep(self, url: str, answer: Answer, *, anchors: bool) -> None:
        """Note an answer that may be kept."""
        self._kept.pop(url, None)
        if answer.state in _KEPT:
            self._kept[url] = self.now, answer, anchors

    def save(self, urls: Iterable[str]) -> None:
        """Write what is known of *urls*, all that the book has."""
        links = {
            url: {"asked": kept[0].isoformat(), "state": kept[1].state, "said": kept[1].said, "anchors": kept[2]}
            for url in sorted(set(urls))
            if (kept := self._kept.get(url))
        }
        if not links and not self.path.exists():
            return
        write_file(self.path, json.dumps({"links": links}, ensure_ascii=False, indent=1) + "\n")


def _read_kept(item: tuple[str, Mapping[str, object]]) -> tuple[str, tuple[datetime, Answer, bool]]:
    url, said = item
    asked = datetime.fromisoformat(str(said["asked"]))
    if asked.tzinfo is None:
        raise ValueError(asked)
    return url, (asked, Answer(State(str(said["state"])), str(said["said"])), bool(said["anchors"]))


# --- what is said of them --------------------------------------------------------------


def describe(link: ExternalLink, answer: Answer) -> Problem | None:
    """What is to be said of a link; None if it is fine."""
    what = {
        State.GONE: f"is gone: {answer.said}; expected an address that answers, or an entry in links-allowed.yml",
        State.MOVED: f"has moved for good; expected '{answer.said}'",
        State.REDIRECTED: f"leads on to '{answer.said}' for now",
        State.NO_ANCHOR: f"leads to a page without the anchor '{answer.said}'; expected one that it has",
        State.UNCHECKED: f"could not be checked: {answer.said}",
    }.get(answer.state)
    return Problem(link.place, f"link '{link.url}' {what}") if what else None


def check_allowed(allowed: Sequence[Allowed], urls: Iterable[str], today: date) -> tuple[list[Problem], list[Problem]]:
    """The problems and the notices of what is allowed: what is over, and what allows nothing."""
    urls = list(urls)
    expected = "expected it mended, or a later day"
    over = [
        Problem(each.place, f"'{each.address}' was allowed to fail until {each.until}; {expected}")
        for each in allowed
        if each.until < today
    ]
    idle = [
        Problem(each.place, f"'{each.address}' is no link of the book; expected it to be taken out")
        for each in allowed
        if each.until >= today and not any(map(each.covers, urls))
    ]
    return over, idle


def book_links(book: Book, pages: Iterable[tuple[Page, str]]) -> list[ExternalLink]:
    """Every external link of the book, in the order of places; *pages* come with their HTML."""
    found = chain(
        record_links(book),
        entry_links(book.bibliography),
        *(page_links(page, said) for page, said in pages),
    )
    return sorted(
        {link for link in found if not link.url.startswith("mailto:")}, key=lambda link: (link.place, link.url)
    )
