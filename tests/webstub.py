"""A web of this machine's own: one server on 127.0.0.1 for every host under `.example`."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

SHAPES = Path(__file__).parent / "cases" / "works"
"""Answers in the shapes of arXiv, doi.org and web pages."""


@dataclass(frozen=True)
class Request:
    method: str
    host: str
    path: str
    headers: dict[str, str]


@dataclass(frozen=True)
class Answer:
    """What the server says; *parts* are sent one after the other, with *pause* seconds between them."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    before: Callable[[], object] = lambda: None
    parts: tuple[bytes, ...] = ()
    pause: Callable[[], object] = lambda: None


Route = Answer | Callable[[Request], Answer]


@dataclass
class Web:
    """The routes of the server, by path (`/a`) or by host and path (`one.example/a`), and what it was asked."""

    port: int
    routes: dict[str, Route] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)

    def url(self, path: str, host: str = "site.example") -> str:
        return f"http://{host}:{self.port}{path}"

    def asked(self) -> list[str]:
        return [f"{request.method} {request.host}{request.path}" for request in self.requests]

    def answer(self, request: Request) -> Answer:
        self.requests.append(request)
        bare = request.path.partition("?")[0]
        for name in (request.host + request.path, request.path, request.host + bare, bare):
            if name in self.routes:
                route = self.routes[name]
                return route if isinstance(route, Answer) else route(request)
        return Answer(404, body=b"Not found")


def shape(name: str, kind: str = "") -> Answer:
    """An answer from `cases/works/`."""
    kinds = {".xml": "application/atom+xml; charset=utf-8", ".json": "application/vnd.citationstyles.csl+json"}
    path = SHAPES / name
    content_type = kind or kinds.get(path.suffix, "text/html; charset=utf-8")
    return Answer(200, {"Content-Type": content_type}, path.read_bytes())


@contextmanager
def serve() -> Iterator[Web]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host = self.headers.get("Host", "").partition(":")[0]
            answer = web.answer(Request(self.command, host, self.path, dict(self.headers)))
            answer.before()
            try:
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                if not answer.parts:
                    self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(answer.body)
                    for part in answer.parts:
                        self.wfile.write(part)
                        self.wfile.flush()
                        answer.pause()
            except OSError:  # whoever asked has hung up
                return

        do_HEAD = do_GET  # noqa: N815

        def log_message(self, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    web = Web(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def route_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """All hosts under `.example` are this machine, but `gone.example`; any other is not known."""
    find = socket.getaddrinfo

    def find_here(host: Any, *arguments: Any, **more: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else str(host)
        if name == "127.0.0.1" or (name.endswith(".example") and name != "gone.example"):
            return find("127.0.0.1", *arguments, **more)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", find_here)
    monkeypatch.setenv("NO_PROXY", "*")
