"""`modelbook check --links`: where links are, how they are asked for, what is said of them."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from click.testing import CliRunner

import modelbook.web.client
from conftest import MakeBook
from modelbook.bibliography import parse_bibliography
from modelbook.cli import links, main
from modelbook.errors import Location
from modelbook.web.client import Client
from modelbook.web.links import Answer as Known
from modelbook.web.links import Cache, Manner, State, ask, ask_all, entry_links, group_of
from webstub import Answer, Web, route_names, serve


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waited: list[float] = []
    monkeypatch.setattr(modelbook.web.client, "sleep", waited.append)
    return waited


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch, waits: list[float]) -> Iterator[Web]:
    route_names(monkeypatch)
    with serve() as web:
        yield web


def asked(url: str, *, anchors: bool = False, timeout: float = 5) -> tuple[State, str]:
    with Client(retries=1, backoff=0, timeout=timeout) as client:
        answer = ask(url, client, anchors=anchors)
    return answer.state, answer.said


# --- one address -----------------------------------------------------------------------


def test_a_page_that_is_there_is_fine(web: Web) -> None:
    web.routes["/a"] = Answer()
    assert asked(web.url("/a")) == (State.FINE, "")
    assert web.asked() == ["HEAD site.example/a"]


def test_a_host_that_does_not_know_head_is_asked_with_get(web: Web) -> None:
    for status in (405, 404, 403, 501):
        web.routes["/a"] = lambda request, status=status: Answer(status if request.method == "HEAD" else 200)  # type: ignore[misc]
        assert asked(web.url("/a")) == (State.FINE, "")


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_not_there_is_gone(web: Web, status: int) -> None:
    web.routes["/a"] = Answer(status)
    state, said = asked(web.url("/a"))
    assert (state, said.split()[:2]) == (State.GONE, ["answers", str(status)])
    assert asked("http://gone.example/a") == (State.GONE, "gone.example is not known: there is no such host")


@pytest.mark.parametrize("status", [401, 403, 418, 429, 451, 500, 503])
def test_what_nobody_knows_is_not_gone(web: Web, status: int) -> None:
    web.routes["/a"] = Answer(status)
    state, said = asked(web.url("/a"))
    assert state is State.UNCHECKED
    assert said.startswith(f"site.example answers {status}")


def test_a_host_that_asks_to_wait_is_asked_later(web: Web, waits: list[float]) -> None:
    answers = iter([Answer(429, {"Retry-After": "5"}), Answer(200)])
    web.routes["/a"] = lambda request: next(answers)
    assert asked(web.url("/a")) == (State.FINE, "")
    assert 4 < max(waits) <= 5
    web.routes["/b"] = Answer(429, {"Retry-After": "7200"})
    assert asked(web.url("/b"))[0] is State.UNCHECKED
    assert web.asked().count("HEAD site.example/b") == 1
    assert "GET site.example/b" not in web.asked()


def test_where_a_page_has_moved_is_said(web: Web) -> None:
    web.routes |= {
        "/a": Answer(301, {"Location": "/b"}),
        "/b": Answer(308, {"Location": "/c"}),
        "/c": Answer(302, {"Location": "/d"}),
        "/d": Answer(),
        "/dead": Answer(301, {"Location": "/nowhere"}),
    }
    assert asked(web.url("/a")) == (State.MOVED, web.url("/c"))
    assert asked(web.url("/c")) == (State.REDIRECTED, web.url("/d"))
    assert asked(web.url("/dead"))[0] is State.GONE


def test_redirects_that_lead_nowhere(web: Web) -> None:
    web.routes |= {
        "/round": Answer(302, {"Location": "/round"}),
        "/file": Answer(301, {"Location": "file:///etc/passwd"}),
        "/none": Answer(302),
    }
    assert asked(web.url("/round")) == (State.UNCHECKED, "site.example redirects more than 10 times")
    assert asked(web.url("/file"))[0] is State.GONE
    assert asked(web.url("/none")) == (State.UNCHECKED, "site.example answers 302 Found")


def test_a_host_that_says_nothing_is_not_gone(web: Web) -> None:
    end = Event()
    web.routes["/a"] = Answer(before=lambda: end.wait(10))
    assert asked(web.url("/a"), timeout=0.1) == (State.UNCHECKED, "site.example did not answer in time")
    end.set()


def test_a_doi_need_not_be_followed(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("modelbook.web.links.group_of", lambda url: "doi.org" if "doi.example" in url else "other")
    web.routes["doi.example/10.1/a"] = Answer(302, {"Location": web.url("/paper", "publisher.example")})
    web.routes["publisher.example/paper"] = Answer(403)
    assert asked(web.url("/10.1/a", "doi.example")) == (State.FINE, "")
    assert asked(web.url("/10.1/b", "doi.example"))[0] is State.GONE
    assert not any("publisher" in request for request in web.asked())


def test_anchors_are_looked_for_if_wanted(web: Web) -> None:
    body = b'<h1 id="top">A</h1><a name="old"></a><h2 id="user-content-usage">B</h2><p id="\xc3\xa9">'
    web.routes["/a"] = Answer(200, {"Content-Type": "text/html"}, body)
    web.routes["/b"] = Answer(200, {"Content-Type": "application/pdf"}, b"%PDF")
    for fragment in ("top", "old", "usage", "%C3%A9", "/route", ":~:text=A"):
        assert asked(web.url(f"/a#{fragment}"), anchors=True) == (State.FINE, "")
    assert asked(web.url("/b#page=3"), anchors=True) == (State.FINE, "")
    assert asked(web.url("/a#no%20where"), anchors=True) == (State.NO_ANCHOR, "no where")
    assert asked(web.url("/a#nowhere")) == (State.FINE, "")


def test_a_page_too_large_to_read_is_there(web: Web) -> None:
    web.routes["/a"] = Answer(200, {"Content-Type": "text/html"}, b"x" * 4_000_000)
    assert asked(web.url("/a#x"), anchors=True) == (State.FINE, "")


# --- many addresses --------------------------------------------------------------------


def test_hosts_with_many_links_are_one() -> None:
    assert group_of("https://export.arxiv.org/abs/1") == group_of("http://arxiv.org/abs/2") == "arxiv.org"
    assert group_of("https://dx.doi.org/10.1/a") == group_of("https://doi.org/10.1/b") == "doi.org"
    assert group_of("https://www.Round.example/") == "round.example"
    assert group_of("https://notarxiv.org/") == "notarxiv.org"


def test_hosts_are_asked_at_once_and_each_slowly(web: Web, waits: list[float]) -> None:
    web.routes["/a"] = web.routes["/b"] = Answer()
    urls = [web.url(path, f"{host}.example") for host in ("one", "two", "three") for path in ("/a", "/b")]
    answers = dict(ask_all(urls, Manner(pause=2)))
    assert {answer.state for answer in answers.values()} == {State.FINE}
    assert len(answers) == 6
    assert len(waits) == 3
    assert all(1 < wait <= 2 for wait in waits)
    assert Manner(pause=0.5).client("arxiv.org").pause == 3
    assert Manner(pause=5).client("arxiv.org").pause == 5


def test_a_silent_host_is_given_up(web: Web) -> None:
    web.routes |= {f"/{number}": Answer(429) for number in range(6)}
    answers = dict(ask_all([web.url(f"/{number}") for number in range(6)], Manner(pause=0, backoff=0)))
    said = [answers[web.url(f"/{number}")].said for number in range(6)]
    assert said[:3] == ["site.example answers 429 Too Many Requests"] * 3
    assert said[3:] == ["not asked: site.example did not answer 3 times"] * 3


def test_an_address_that_is_none_is_gone() -> None:
    [(_, answer)] = ask_all(["http://[a/"], Manner())
    assert answer.state is State.GONE


# --- what is kept ----------------------------------------------------------------------


def test_answers_are_kept_for_some_days(tmp_path: Path) -> None:
    path = tmp_path / ".cache/links.json"
    now = datetime(2026, 11, 2, tzinfo=UTC)
    cache = Cache(path, 14, now)
    fine, gone, moved = Known(State.FINE), Known(State.GONE, "x"), Known(State.MOVED, "http://b.example")
    for url, answer in (("a", fine), ("b", gone), ("c", moved), ("unused", fine)):
        cache.keep(url, answer, anchors=False)
    cache.save(["a", "b", "c"])
    later = Cache(path, 14, now + timedelta(days=13))
    assert [later.find(url, anchors=False) for url in ("a", "b", "c", "unused")] == [fine, None, moved, None]
    assert later.find("a", anchors=True) is None
    assert Cache(path, 14, now + timedelta(days=14)).find("a", anchors=False) is None
    assert Cache(path, 0).find("a", anchors=False) is None
    later.keep("a", gone, anchors=False)
    assert later.find("a", anchors=False) is None


@pytest.mark.parametrize("text", ["", "[]", "{", '{"links": {"a": {"asked": "2026-01-01", "state": "fine"}}}'])
def test_a_damaged_cache_is_said(tmp_path: Path, text: str) -> None:
    (tmp_path / "links.json").write_text(text, encoding="utf-8")
    assert Cache(tmp_path / "links.json", 14).is_damaged


# --- the command -----------------------------------------------------------------------


def check(book: Path, *options: str) -> tuple[int, list[str], str]:
    arguments = ["check", "--links", "--pause", "0", "-f", str(book / "mkdocs.yml"), *options]
    result = CliRunner().invoke(main, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result.exit_code, result.stdout.splitlines(), result.stderr


FILES = {"page": "content/en/index.md", "term": "data/terms/corner.yaml", "allowed": "content/links-allowed.yml"}


def linking(web: Web, make_book: MakeBook, **more: str) -> Path:
    """A book all of whose links lead to one page of the stub, with *more* text."""
    book = make_book({})
    for path in [*book.glob("data/*/*.yaml"), book / "references.bib", *book.glob("content/**/*.md")]:
        text = re.sub(r"https?://[^\s)>}\"']+", web.url("/circle", "round.example"), path.read_text(encoding="utf-8"))
        path.write_text(text.replace("eprinttype = {arxiv}", "eprinttype = {none}"), encoding="utf-8")
    for name, text in more.items():
        path = book / FILES[name]
        before = path.read_text(encoding="utf-8") if name == "page" else ""
        path.write_text(before + text, encoding="utf-8")
    web.routes.setdefault("/circle", Answer())
    return book


def test_links_of_all_sources_are_said_at_their_places(web: Web, make_book: MakeBook) -> None:
    dead, moved, closed = (web.url(path, "a.example") for path in ("/dead", "/moved", "/closed"))
    web.routes |= {"/moved": Answer(301, {"Location": "/new"}), "/new": Answer(), "/closed": Answer(403)}
    page = f"\n\n[one]({dead}), <{dead}>\n\n`{dead}` [two]({moved})\n\n[three]: {dead}/more\n\nSee [three].\n"
    term = f"name: corner\ntext: {{en: 'A [place]({closed}).', zh: '一个[地方]({closed})。'}}\n"
    book = linking(web, make_book, page=page, term=term)
    bib = book / "references.bib"
    text = bib.read_text(encoding="utf-8").replace("title = {Shapes", f"url = {{{dead}}},\n  title = {{Shapes")
    bib.write_text(text, encoding="utf-8")
    start = (book / "content/en/index.md").read_text(encoding="utf-8").split("[one]")[0].count("\n") + 1
    chinese = term.splitlines()[1].index("'一个") + 1
    code, out, err = check(book)
    gone = "is gone: answers 404 Not Found; expected an address that answers, or an entry in links-allowed.yml"
    closed_said = "could not be checked: a.example answers 403 Forbidden"
    assert (code, out) == (
        1,
        [
            f"content/en/index.md:{start}:7: link '{dead}' {gone}",
            f"content/en/index.md:{start}:{len(dead) + 11}: link '{dead}' {gone}",
            f"content/en/index.md:{start + 4}:10: link '{dead}/more' {gone}",
            f"references.bib:10:3: link '{dead}' {gone}",
            f"content/en/index.md:{start + 2}:{len(dead) + 10}: link '{moved}' has moved for good; "
            f"expected '{web.url('/new', 'a.example')}'",
            f"data/terms/corner.yaml:2:12: link '{closed}' {closed_said}",
            f"data/terms/corner.yaml:2:{chinese}: link '{closed}' {closed_said}",
        ],
    )
    assert err == "5 links: 2 gone, 1 not checked, 1 elsewhere, 1 fine\n"


def test_what_is_fine_is_not_asked_again(web: Web, make_book: MakeBook) -> None:
    book = linking(web, make_book)
    code, out, err = check(book)
    assert (code, err) == (0, "")
    assert out == ["1 link: 0 gone, 0 not checked, 0 elsewhere, 1 fine"]
    assert check(book)[1] == [f"{out[0]} (1 known from before)"]
    assert len(web.requests) == 1
    assert check(book, "--keep", "0")[1] == out
    assert len(web.requests) == 2
    (book / ".cache/modelbook/links.json").write_text("{", encoding="utf-8")
    assert check(book)[2] == ".cache/modelbook/links.json cannot be read; all links are asked again\n"


def test_some_links_may_fail_for_a_time(web: Web, make_book: MakeBook) -> None:
    url = web.url("/dead", "a.example")
    today = datetime.now(UTC).date()
    allowed = "{}:\n  reason: asked them\n  until: {}\n"
    book = linking(web, make_book, page=f"\n\n[a]({url})\n", allowed=allowed.format(url, "2999-01-01"))
    code, out, _ = check(book)
    assert code == 0
    assert not any("a.example" in request for request in web.asked())
    path = book / "content/links-allowed.yml"
    path.write_text(allowed.format(url, today - timedelta(days=2)), encoding="utf-8")
    code, out, _ = check(book)
    assert code == 1
    assert out[0].split(": link")[0].startswith("content/en/index.md:")
    assert out[1] == (
        f"content/links-allowed.yml:1:1: '{url}' was allowed to fail until {today - timedelta(days=2)}; "
        "expected it mended, or a later day"
    )
    path.write_text(allowed.format("https://b.example/*", "2999-01-01"), encoding="utf-8")
    said = "'https://b.example/*' is no link of the book; expected it to be taken out"
    assert f"content/links-allowed.yml:1:1: {said}" in check(book)[1]


def test_links_are_said_to_programs(web: Web, make_book: MakeBook) -> None:
    web.routes |= {"/circle": Answer(302, {"Location": "/"}), "/": Answer()}
    book = linking(web, make_book, page=f"\n\n[a]({web.url('/dead', 'a.example')})\n")
    code, out, _ = check(book, "--format", "json")
    said = json.loads("\n".join(out))
    assert code == 1
    assert [problem["path"] for problem in said["problems"]] == ["content/en/index.md"]
    assert said["gone"] == 1
    assert said["redirected"] == 1
    assert all("for now" in notice["message"] for notice in said["notices"])
    _, out, err = check(book, "--format", "github")
    assert out[0].startswith("::error file=content/en/index.md,line=")
    assert out[1].startswith("::notice file=")
    assert "1 gone" in err


def test_without_a_network_nothing_is_said_of_links(make_book: MakeBook, monkeypatch: pytest.MonkeyPatch) -> None:
    route_names(monkeypatch)
    book = make_book({})
    text = (
        (book / "references.bib").read_text(encoding="utf-8").replace("https://round.example", "https://gone.example")
    )
    (book / "references.bib").write_text(text, encoding="utf-8")
    for path in book.glob("data/*/*.yaml"):
        path.write_text(path.read_text(encoding="utf-8").replace("round.example", "gone.example"), encoding="utf-8")
    code, out, err = check(book, "--timeout", "1")
    assert (code, out) == (2, [])
    assert err == "no host was found, nor any that everybody knows; expected a connection to the network\n"
    assert not (book / ".cache").exists()


def test_problems_of_the_book_are_not_those_of_links(web: Web, make_book: MakeBook) -> None:
    book = linking(web, make_book, term="name: corner\n")
    code, _, err = check(book)
    assert code == 0
    assert "the book has 1 problem; links in what cannot be read are left out: see `modelbook check`\n" in err


def test_progress_is_shown_on_a_terminal_only(web: Web, make_book: MakeBook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", type("Terminal", (), {"isatty": lambda self: True})())
    said: list[str] = []
    monkeypatch.setattr("modelbook.cli.links.click.echo", lambda text, **more: said.append(text))
    answers = [("a", Known(State.FINE)), ("b", Known(State.FINE))]
    assert list(links._with_progress(iter(answers), 2)) == answers
    assert said == ["\r\033[K1 of 2 links", "\r\033[K2 of 2 links", "\r\033[K"]


def test_fields_of_entries_have_their_places() -> None:
    text = "@misc{a, title = {A}, author = {B}, year = 2023,\n  doi = {10.1/x},\n  note = {url = x}, url\n = {http://b.example}}"
    bibliography, _ = parse_bibliography(f"\n {text}", "r.bib")
    assert [str(link.place) for link in entry_links(bibliography)] == ["r.bib:3:3", "r.bib:4:21"]
    assert bibliography["a"].locate("title") == Location("r.bib", 2, 11)
    assert bibliography["a"].locate("isbn") == Location("r.bib", 2, 2)
