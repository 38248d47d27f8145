"""What arXiv, doi.org and web pages say of a work, asked of them.

arXiv: https://info.arxiv.org/help/api/user-manual.html
doi.org: https://www.crossref.org/documentation/retrieve-metadata/content-negotiation/, in CSL JSON rather than BibTeX,
which each agency writes in its own way: https://docs.citationstyles.org/en/stable/specification.html
Pages: the `citation_*` elements that Google Scholar reads, https://scholar.google.com/intl/en/scholar/inclusion.html,
Open Graph, https://ogp.me, and the articles of https://schema.org/Article.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from xml.etree import ElementTree

from modelbook.bibliography import Name, decode, read_name
from modelbook.errors import BookError
from modelbook.web.client import Client, RequestError, Response, host_of
from modelbook.web.webpages import MAX_BYTES, WebPage, read_page
from modelbook.web.works import MAX_AUTHORS, Identifier, Scheme, Work, clean, identify, made_date, read_date

ARXIV = "https://export.arxiv.org/api/query"
DOI = "https://doi.org/"
PAUSE = 3.0
"""Seconds between two requests, as arXiv's terms of use ask for."""

CSL_JSON = "application/vnd.citationstyles.csl+json"
_AT_ONCE = 50
"""Works asked of arXiv in one request."""

Found = Mapping[Identifier, Work | BookError]


@dataclass(frozen=True)
class Services:
    """Where the two services are."""

    arxiv: str = ARXIV
    doi: str = DOI


def find_works(identifiers: Sequence[Identifier], client: Client, services: Services) -> Found:
    """What is said of each of these works, or why it is not known."""
    found: dict[Identifier, Work | BookError] = {}
    preprints = [each for each in dict.fromkeys(identifiers) if each.scheme is Scheme.ARXIV]
    for start in range(0, len(preprints), _AT_ONCE):
        found.update(_of_arxiv(preprints[start : start + _AT_ONCE], client, services.arxiv))
    for each in dict.fromkeys(identifiers):
        if each.scheme is not Scheme.ARXIV:
            try:
                found[each] = (
                    _of_doi(each.value, client, services.doi)
                    if each.scheme is Scheme.DOI
                    else _of_page(each.value, client)
                )
            except BookError as error:
                found[each] = error
    return found


def _ask(client: Client, url: str, accept: str, limit: int = MAX_BYTES) -> Response:
    """An answer of whatever status. Raises BookError that names the host."""
    try:
        host = host_of(url)
    except RequestError as error:
        raise BookError(str(error)) from None
    try:
        return client.ask(url, accept=accept, limit=limit)
    except RequestError as error:
        raise BookError(f"{host} {error}; expected a connection to it: try again later, or fill in by hand") from None


def _refused(url: str, response: Response, *, what: str = "an answer") -> BookError:
    host = host_of(url)
    if response.status == 429:
        return BookError(f"{host} is asked too often ({response.said}); expected a pause: try again in some minutes")
    return BookError(f"{host} answers {response.said}; expected {what}: try again later, or fill in by hand")


# --- arXiv -----------------------------------------------------------------------------

_ATOM = {"atom": "http://www.w3.org/2005/Atom", "arxiv": "http://arxiv.org/schemas/atom"}


def _of_arxiv(identifiers: Sequence[Identifier], client: Client, base: str) -> Found:
    try:
        entries = _ask_arxiv([each.value for each in identifiers], client, base)
    except BookError as error:
        if len(identifiers) > 1 and not isinstance(error, _NoAnswerError):  # one wrong id spoils the answer for all
            return {each: found for one in identifiers for each, found in _of_arxiv([one], client, base).items()}
        return dict.fromkeys(identifiers, error)
    missing = "arXiv has no work"
    return {
        each: entries.get(each.value.casefold()) or BookError(f"{missing} {each.value}; expected the id of a paper")
        for each in identifiers
    }


class _NoAnswerError(BookError):
    """The service cannot be asked, whatever it is asked for."""


def _ask_arxiv(ids: Sequence[str], client: Client, base: str) -> dict[str, Work]:
    query = urlencode({"id_list": ",".join(ids), "max_results": len(ids)}, safe="/,")
    url = f"{base}{'&' if '?' in base else '?'}{query}"
    try:
        response = _ask(client, url, "application/atom+xml")
    except BookError as error:
        raise _NoAnswerError(str(error)) from None
    # An id that is none is answered with 400 and a feed that says so.
    if response.status not in (200, 400):
        raise _NoAnswerError(str(_refused(url, response, what="a list of works")))
    return dict(_read_feed(response.body, host_of(url)))


def _read_feed(body: bytes, host: str) -> Iterator[tuple[str, Work]]:
    """The works of an Atom feed by their ids. Raises BookError.

    Entities, of which a document could be made that grows without end, are declared in a DTD; feeds have none.
    """
    try:
        text = body.decode("utf-8")
        if "<!DOCTYPE" in text or "<!ENTITY" in text:
            raise ValueError(text)
        feed = ElementTree.fromstring(text)
    except (ValueError, ElementTree.ParseError):
        raise _NoAnswerError(
            f"{host} answers with something else than a feed; expected Atom: try again later, or fill in by hand"
        ) from None
    if feed.tag != f"{{{_ATOM['atom']}}}feed":
        raise _NoAnswerError(
            f"{host} answers with <{clean(feed.tag)}>; expected Atom: try again later, or fill in by hand"
        )
    for entry in feed.iterfind("atom:entry", _ATOM):
        address = _said(entry, "atom:id")
        if "/api/errors" in address:
            raise BookError(f"{host} says: {_said(entry, 'atom:summary') or 'error'}; expected the id of a paper")
        try:
            identifier = identify(address)
        except BookError:
            continue
        if identifier.scheme is Scheme.ARXIV and (work := _read_preprint(entry, identifier.value)):
            yield identifier.value.casefold(), work


def _said(entry: ElementTree.Element, name: str) -> str:
    text = entry.findtext(name, "", _ATOM)
    # Some are still written in LaTeX; commands become what they say, mathematics stays.
    return clean(decode(clean(text)) if "\\" in text else text)


def _read_preprint(entry: ElementTree.Element, id: str) -> Work | None:
    title = _said(entry, "atom:title")
    names = [_said(author, "atom:name") for author in entry.iterfind("atom:author", _ATOM)]
    authors, more = _people(map(person, names))
    if not title or not authors:
        return None
    category = entry.find("arxiv:primary_category", _ATOM)
    comment = _said(entry, "arxiv:comment")
    fields = {
        "howpublished": _said(entry, "arxiv:journal_ref"),
        "doi": _checked(_said(entry, "arxiv:doi"), Scheme.DOI),
        "eprint": id,
        "eprinttype": "arxiv",
        "eprintclass": clean(category.get("term")) if category is not None else "",
    }
    return Work(
        title,
        authors,
        made_date(_said(entry, "atom:published")[:4]),
        fields={name: text for name, text in fields.items() if text},
        more_authors=more,
        remarks=(f"arXiv says: {comment}",) if re.search(r"\bwithdrawn\b", comment, re.I) else (),
    )


def _checked(written: str, scheme: Scheme) -> str:
    """An id that someone else says; empty if it is none of *scheme* (the DOI of a preprint is an id of arXiv)."""
    try:
        found = identify(written.split()[0]) if written else None
    except BookError:
        return ""
    return found.value if found and found.scheme is scheme else ""


# --- people ----------------------------------------------------------------------------

_BODY = re.compile(
    r"\b(team|group|labs?|laborator(y|ies)|collaboration|consortium|project|foundation|institute|university|college|"
    r"academy|company|inc|ltd|llc|corp(oration)?|gmbh|ai|research|technolog(y|ies)|cent(er|re)|community|workshop|"
    r"association|council|committee|department|ministry|organi[sz]ation|society|contributors|authors|editors|staff|"
    r"editorial|news|blog|press|media)\b",
    re.I,
)


def person(written: str) -> Name | None:
    """Who is meant by a name as it is written, in either order; a body keeps its name whole. None for no name."""
    name = re.sub(r"\s*\((?:[^()]*)\)\s*$", "", written).strip(" ,;:")
    if not re.search(r"\w", name) or re.fullmatch(r"et al\.?|others", name, re.I):
        return None
    if "," not in name and (len(name.split()) == 1 or _BODY.search(name) or re.search(r"[\d@&|/]", name)):
        return Name(literal=name)
    suffix = re.fullmatch(r"(?P<rest>[^,]+\s[^,]+?),?\s+(?P<suffix>[JS]r\.?|I{2,3}|IV)", name)
    if suffix:
        found = read_name(suffix["rest"])
        return replace(found, family=f"{found.family}, {suffix['suffix']}")
    return read_name(name)


def _people(names: Iterator[Name | None]) -> tuple[tuple[Name, ...], bool]:
    """Those whom an entry names, and whether there are more."""
    found = list(dict.fromkeys(name for name in names if name))
    return tuple(found[:MAX_AUTHORS]), len(found) > MAX_AUTHORS


# --- doi.org ---------------------------------------------------------------------------

_TYPES = {
    "article-journal": "article",
    "journal-article": "article",
    "article-magazine": "article",
    "article-newspaper": "article",
    "paper-conference": "inproceedings",
    "proceedings-article": "inproceedings",
    "chapter": "incollection",
    "book-chapter": "incollection",
    "entry-encyclopedia": "incollection",
    "book": "book",
    "monograph": "book",
    "edited-book": "book",
    "reference-book": "book",
    "proceedings": "proceedings",
    "thesis": "thesis",
    "dissertation": "thesis",
    "report": "techreport",
    "dataset": "dataset",
    "software": "software",
    "webpage": "online",
    "post-weblog": "online",
}
"""Types of CSL, and those of Crossref that it lets through, as types of entries; any other is `misc`."""


def _of_doi(doi: str, client: Client, base: str) -> Work:
    url = f"{base.rstrip('/')}/{quote(doi, safe='/:;()')}"
    response = _ask(client, url, CSL_JSON)
    if response.status == 404:
        raise BookError(f"no DOI {doi} at {host_of(url)}; expected one that leads to a work")
    if response.status == 406:
        raise BookError(f"{host_of(response.url)} describes {doi} in no form that is read here; fill it in by hand")
    if response.status != 200:
        raise _refused(response.url, response, what=f"what DOI {doi} stands for")
    try:
        said = json.loads(response.body)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or not (work := read_csl(said, doi)):
        host = host_of(response.url)
        raise BookError(f"{host} answers with no description of {doi}; expected CSL JSON: fill it in by hand")
    return work


def read_csl(said: Mapping[str, Any], doi: str) -> Work | None:
    """The work that an item of CSL JSON describes; None if it has no title."""

    def text(*names: str) -> str:
        for name in names:
            value = said.get(name)
            value = next((each for each in value if each), "") if isinstance(value, list) else value
            if found := clean(str(value) if isinstance(value, int) else value):
                return found
        return ""

    title, subtitle = text("title"), text("subtitle")
    if subtitle and subtitle.casefold() not in title.casefold():
        title = f"{title}: {subtitle}"
    if not title:
        return None
    type = _TYPES.get(text("type"), "misc")
    authors, more = _people(map(_csl_name, _listed(said.get("author"))))
    editors, _ = _people(map(_csl_name, _listed(said.get("editor"))))
    has_editors = type in ("book", "proceedings") or not authors
    container = text("container-title", "event-title", "event")
    date = next(filter(None, (_csl_date(said.get(name)) for name in ("issued", "published", "created"))), "")
    fields = {
        "journal": container if type == "article" else "",
        "booktitle": container if type in ("inproceedings", "incollection") else "",
        "howpublished": container if type == "misc" else "",
        "institution": text("publisher") if type in ("thesis", "techreport") else "",
        "publisher": text("publisher") if type not in ("thesis", "techreport", "article", "inproceedings") else "",
        "volume": text("volume"),
        "number": text("issue", "number"),
        "pages": re.sub(r"\s*[-–—]+\s*", "--", text("page")),
        "edition": text("edition"),
        "doi": doi,
    }
    return Work(
        title,
        authors,
        date[:4],
        type,
        {name: said for name, said in fields.items() if said},
        more,
        editors=editors if has_editors else (),
    )


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _csl_name(said: object) -> Name | None:
    if not isinstance(said, dict):
        return None
    family, given = clean(said.get("family")), clean(said.get("given"))
    if body := clean(said.get("literal")) or clean(said.get("name")):
        return Name(literal=body) if re.search(r"\w", body) else None
    if not family:
        return person(given)
    particle = clean(said.get("non-dropping-particle")) or clean(said.get("dropping-particle"))
    suffix = clean(said.get("suffix"))
    if family.isupper() and len(family) > 3 and not given.isupper():  # as some publishers shout it
        family = family.title()
    return Name(" ".join(part for part in (particle, family) if part) + (f", {suffix}" if suffix else ""), given)


def _csl_date(said: object) -> str:
    parts = said.get("date-parts") if isinstance(said, dict) else None
    if isinstance(parts, list) and parts and isinstance(parts[0], list) and parts[0]:
        return made_date(*parts[0][:3])
    return read_date(said.get("raw")) if isinstance(said, dict) else ""


# --- pages -----------------------------------------------------------------------------

_HUGGING_FACE = re.compile(r"/(?P<kind>datasets/|spaces/)?(?P<owner>[\w.-]+)/(?P<name>[\w.-]+)/?")
_REPOSITORY = re.compile(r"/(?P<owner>[\w.-]+)/(?P<name>[\w.-]+?)(?:\.git)?/?")


def _of_page(url: str, client: Client) -> Work:
    response = _ask(client, url, "text/html, application/xhtml+xml;q=0.9, */*;q=0.1")
    if response.status in (404, 410):
        raise BookError(f"no page at {url} ({response.said}); expected the address of a page")
    if response.status != 200:
        raise _refused(url, response, what="a page")
    kind = response.headers.get("Content-Type", "text/html").partition(";")[0].strip().casefold()
    if kind not in ("text/html", "application/xhtml+xml"):
        raise BookError(f"{url} is no page but {clean(kind)}; expected HTML: fill it in by hand")
    page = read_page(response.body, response.headers.get("Content-Type", ""))
    return describe_page(page, url)


def describe_page(page: WebPage, url: str) -> Work:
    """What a page says of the work that is on it. Raises BookError if it has no title."""
    host = host_of(url).removeprefix("www.")
    article = next((each for each in page.data if "headline" in each or "datePublished" in each), {})
    site = clean(page.first("og:site_name", "application-name")) or _said_name(article.get("publisher")) or host
    title = clean(page.first("citation_title", "og:title", "twitter:title") or article.get("headline") or page.title)
    title = _without_site(title, site, host)
    if not title:
        raise BookError(f"{url} has no title; expected a page that says what it is: fill it in by hand")
    authors, more = _people(iter(_page_authors(page, article, site)))
    date = next(filter(None, map(read_date, _dates(page, article))), "")
    type, fields = _venue(page)
    if arxiv := _checked(clean(page.first("citation_arxiv_id")), Scheme.ARXIV):
        fields |= {"eprint": arxiv, "eprinttype": "arxiv"}
    if doi := _checked(clean(page.first("citation_doi", "dc.identifier", "prism.doi")), Scheme.DOI):
        fields["doi"] = doi
    fields["url"] = url
    if type != "online":
        return Work(title, authors or (Name(literal=site),), date[:4], type, fields, more)
    return _of_owner(Work(title, authors, date, type, fields, more), url, site)


def _of_owner(work: Work, url: str, site: str) -> Work:
    """What is known of the pages of the two hosts whose pages are of others."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    title, type, authors = work.title, work.type, work.authors
    owner = parts.path.strip("/").split("/")[0]
    if host == "huggingface.co" and (match := _HUGGING_FACE.fullmatch(parts.path)):
        owner = match["owner"]
        card = {None: " Model Card", "datasets/": " Dataset Card", "spaces/": ""}[match["kind"]]
        title, type = match["name"] + card, "dataset" if match["kind"] == "datasets/" else type
    elif host == "github.com" and (match := _REPOSITORY.fullmatch(parts.path)):
        about = re.sub(rf"^(GitHub - )?({re.escape(owner)}/)?{re.escape(match['name'])}:?", "", title, flags=re.I)
        about = re.sub(r"\s*·\s*GitHub$", "", about).strip(" .:")
        title = f"{match['name']}: {about}" if about else match["name"]
    if host in ("huggingface.co", "github.com") and owner:
        authors = (Name(literal=owner),)
    elif authors:
        return work
    return replace(work, title=title, authors=authors or (Name(literal=site),), type=type, is_named_by_site=True)


def _page_authors(page: WebPage, article: Mapping[str, Any], site: str) -> Iterator[Name | None]:
    if scholarly := page.all("citation_author", "citation_authors"):
        for written in scholarly:
            for name in written.split(";"):
                yield person(clean(name))
        return
    said = article.get("author")
    people = [name for each in (said if isinstance(said, list) else [said]) if (name := _said_name(each))]
    for written in people or page.all("author", "article:author", "parsely-author", "dc.creator", "twitter:creator"):
        text = re.sub(r"^by\s+", "", clean(written), flags=re.I)
        if re.match(r"https?:|@|/", text) or text.casefold() == site.casefold():
            continue
        for name in re.split(r"\s+and\s+|\s*[;&]\s*|,\s+(?=\S+\s)", text) if not _BODY.search(text) else [text]:
            yield person(name)


def _said_name(value: object) -> str:
    """The name of a person or an organization in JSON-LD."""
    return clean(value.get("name") if isinstance(value, dict) else value)


def _dates(page: WebPage, article: Mapping[str, Any]) -> Iterator[object]:
    yield page.first("citation_publication_date", "citation_date", "citation_online_date", "citation_year")
    yield page.first("article:published_time", "og:article:published_time", "datepublished", "parsely-pub-date")
    yield article.get("datePublished")
    yield page.first("dc.date", "dc.date.issued", "dcterms.created", "date", "publish_date", "pubdate")
    yield from page.times[:1]


def _venue(page: WebPage) -> tuple[str, dict[str, str]]:
    """The type of entry and the fields that say where a paper appeared."""
    said = {
        "journal": page.first("citation_journal_title"),
        "booktitle": page.first("citation_conference_title", "citation_conference", "citation_inbook_title"),
        "institution": page.first("citation_technical_report_institution", "citation_dissertation_institution"),
        "volume": page.first("citation_volume"),
        "number": page.first("citation_issue"),
        "pages": "--".join(filter(None, (page.first("citation_firstpage"), page.first("citation_lastpage")))),
    }
    fields = {name: text for name, value in said.items() if (text := clean(value))}
    if "journal" in fields:
        fields.pop("booktitle", None)
        return "article", fields
    if "booktitle" in fields:
        return "inproceedings", fields
    if "institution" in fields:
        return ("thesis" if page.first("citation_dissertation_institution") else "techreport"), fields
    return ("misc" if page.first("citation_title") else "online"), {}


def _without_site(title: str, site: str, host: str) -> str:
    """A title without the name of the site that browsers show with it."""
    parts = re.split(r"\s+[|·•–—-]\s+", title)

    def is_site(part: str) -> bool:
        name = re.sub(r"\W", "", part).casefold()
        return name in {re.sub(r"\W", "", each).casefold() for each in (site, host, host.rpartition(".")[0])}

    separators = re.findall(r"\s+[|·•–—-]\s+", title)
    while len(parts) > 1 and is_site(parts[-1]):
        parts.pop()
        separators.pop()
    while len(parts) > 1 and is_site(parts[0]):
        parts.pop(0)
        separators.pop(0)
    return parts[0] + "".join(mark + part for mark, part in zip(separators, parts[1:], strict=True))
