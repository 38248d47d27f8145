"""Requests to the web: what is sent, what is followed, what is bounded."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path
from threading import Event
from time import monotonic, time

import pytest

import modelbook.web.client
from modelbook.web.client import Client, Failure, RequestError, finds_host
from webstub import Answer, Request, Web, route_names, serve


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    route_names(monkeypatch)
    with serve() as web:
        yield web


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that were waited for, without waiting for them."""
    waited: list[float] = []
    monkeypatch.setattr(modelbook.web.client, "sleep", waited.append)
    return waited


def failure(url: str, **settings: float) -> tuple[Failure, str]:
    with Client(**settings) as client, pytest.raises(RequestError) as caught:  # type: ignore[arg-type]
        client.ask(url, limit=1000)
    return caught.value.failure, str(caught.value)


def test_only_the_request_is_sent(web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".netrc").write_text("machine site.example login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    web.routes["/a"] = Answer(200, {"Set-Cookie": "id=1; Path=/"}, b"A")
    with Client() as client:
        assert client.ask(web.url("/a#part"), accept="text/html", limit=10).body == b"A"
        client.ask(web.url("/a"))
    for request in web.requests:
        assert request.path == "/a"
        assert request.headers["User-Agent"].startswith("modelbook/")
        assert {"Cookie", "Authorization", "Referer"}.isdisjoint(request.headers)
    assert web.requests[0].headers["Accept"] == "text/html"


def test_redirects_are_followed_and_told(web: Web) -> None:
    web.routes["/a"] = Answer(301, {"Location": "/b"})
    web.routes["/b"] = Answer(302, {"Location": web.url("/c", "other.example")})
    web.routes["/c"] = Answer(200, body=b"C")
    with Client() as client:
        response = client.ask(web.url("/a"), limit=10)
        stopped = client.ask(web.url("/a"), follows=lambda url: "other" not in url)
    assert (response.body, response.url) == (b"C", web.url("/c", "other.example"))
    assert [(step.status, step.is_permanent) for step in response.redirects] == [(301, True), (302, False)]
    assert (stopped.status, stopped.url) == (302, web.url("/b"))


def test_redirects_end_and_stay_in_the_web(web: Web) -> None:
    web.routes["/round"] = Answer(302, {"Location": "/round"})
    web.routes["/file"] = Answer(302, {"Location": "file:///etc/passwd"})
    web.routes["/broken"] = Answer(302, {"Location": "http://[oops/"})
    assert failure(web.url("/round")) == (Failure.REDIRECTS, "redirects more than 10 times")
    expected = "is no address of the web; expected https:// or http://"
    assert failure(web.url("/file")) == (Failure.ADDRESS, f"redirects to 'file:///etc/passwd' {expected}")
    assert failure(web.url("/broken"))[0] is Failure.ADDRESS
    assert failure("ftp://site.example/") == (Failure.ADDRESS, f"'ftp://site.example/' {expected}")


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_a_body_is_bounded(web: Web, encoding: str) -> None:
    body = b"x" * 5_000_000
    said = {"Content-Encoding": encoding} if encoding else {}
    web.routes["/large"] = Answer(200, said, gzip.compress(body) if encoding else body)
    assert failure(web.url("/large")) == (Failure.SIZE, "answers with more than 1,000 bytes")
    with Client() as client:
        assert client.ask(web.url("/large"), limit=len(body)).body == body


def test_a_host_that_says_nothing_is_not_waited_for(web: Web) -> None:
    end = Event()
    web.routes["/silent"] = Answer(before=lambda: end.wait(10))
    web.routes["/drips"] = Answer(parts=(b"x",) * 100, pause=lambda: end.wait(0.05))
    start = monotonic()
    assert failure(web.url("/silent"), timeout=0.2, retries=0) == (Failure.TIMEOUT, "did not answer in time")
    assert failure(web.url("/drips"), timeout=0.2, retries=0) == (Failure.TIMEOUT, "did not answer in full in time")
    assert monotonic() - start < 3
    end.set()


def test_hosts_that_are_not_there(web: Web) -> None:
    assert failure("http://gone.example/") == (Failure.NO_HOST, "is not known: there is no such host")
    with serve() as closed:
        port = closed.port
    assert failure(f"http://site.example:{port}/", retries=0) == (Failure.UNREACHABLE, "could not be reached")
    assert failure(web.url("/").replace("http:", "https:"), retries=0)[0] is Failure.CERTIFICATE
    assert finds_host("site.example")
    assert not finds_host("gone.example")


def test_what_may_pass_is_asked_again(web: Web, waits: list[float]) -> None:
    answers = iter([Answer(503), Answer(500), Answer(200, body=b"A")])
    web.routes["/a"] = lambda request: next(answers)
    with Client(backoff=3) as client:
        assert client.ask(web.url("/a"), limit=10).body == b"A"
    assert waits == [3, 6]
    web.routes["/b"] = Answer(404)
    with Client(backoff=3) as client:
        assert client.ask(web.url("/b")).said == "404 Not Found"
    assert waits == [3, 6]


def test_a_host_is_left_alone_as_long_as_it_asks(web: Web, waits: list[float]) -> None:
    soon = formatdate(time() + 30, usegmt=True)
    for said, least, most in (("7", 6, 7), (soon, 27, 31), ("nonsense", 0, 0)):
        answers = iter([Answer(429, {"Retry-After": said}), Answer(200)])
        web.routes["/a"] = lambda request, answers=answers: next(answers)  # type: ignore[misc]
        waits.clear()
        with Client(backoff=0) as client:
            assert client.ask(web.url("/a")).status == 200
        assert least <= sum(waits) <= most
    web.routes["/b"] = Answer(429, {"Retry-After": "3600"})
    waits.clear()
    with Client() as client:
        assert client.ask(web.url("/b")).asked_pause == 3600
    assert waits == []


def test_requests_to_a_host_are_apart(web: Web, waits: list[float]) -> None:
    web.routes["/a"] = Answer()
    with Client(pause=3) as client:
        client.ask(web.url("/a"))
        client.ask(web.url("/a", "other.example"))
        assert waits == []
        client.ask(web.url("/a"))
    assert len(waits) == 1
    assert 2 < waits[0] <= 3


def test_an_answer_that_is_none_is_said(web: Web) -> None:
    def cut(request: Request) -> Answer:
        return Answer(200, {"Content-Encoding": "gzip"}, b"this is not compressed")

    web.routes["/cut"] = cut
    assert failure(web.url("/cut"), retries=0)[0] is Failure.BROKEN
