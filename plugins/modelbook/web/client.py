"""Requests to the web: http and https only, bounded in time and size, no faster than a host wants them.

The only module that knows requests, which comes with Material for MkDocs and brings what the standard library lacks:
its own certificates, addresses in any script, connections that stay open. Nothing but the request is sent: neither
cookies nor passwords kept on the machine.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import Enum, auto
from http.cookiejar import DefaultCookiePolicy
from importlib.metadata import version
from time import monotonic, sleep, time
from types import TracebackType
from urllib.parse import urldefrag, urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError, NameResolutionError, ReadTimeoutError

from modelbook.errors import BookError

AGENT = f"modelbook/{version('modelbook')}"
"""What requests say of who asks."""

MAX_REDIRECTS = 10
LONGEST_WAIT = 60.0
"""Seconds; a host that asks for a longer pause is not asked again."""

REDIRECTS = {301, 302, 303, 307, 308}
_PASSING = {429, 500, 502, 503, 504}
"""What may be otherwise a moment later."""


class Failure(Enum):
    """Why there is no answer."""

    ADDRESS = auto()
    """The address, or one that it leads to, is none of the web."""
    NO_HOST = auto()
    """No such host."""
    UNREACHABLE = auto()
    TIMEOUT = auto()
    CERTIFICATE = auto()
    REDIRECTS = auto()
    """Redirects go in a circle, or do not end."""
    SIZE = auto()
    BROKEN = auto()
    """The answer is none of HTTP."""


class RequestError(BookError):
    """There is no answer to a request; its message says why, in words that follow the name of a host."""

    def __init__(self, failure: Failure, message: str) -> None:
        self.failure = failure
        super().__init__(message)


@dataclass(frozen=True)
class Redirect:
    """One step on the way to where a page is now."""

    status: int
    url: str
    """Where it leads."""

    @property
    def is_permanent(self) -> bool:
        return self.status in (301, 308)


@dataclass(frozen=True)
class Response:
    """What a host answers."""

    url: str
    """Where it was found in the end."""
    status: int
    reason: str
    headers: Mapping[str, str]
    """By name, in any case."""
    body: bytes = b""
    redirects: tuple[Redirect, ...] = ()

    @property
    def said(self) -> str:
        """`404 Not Found`."""
        return f"{self.status} {self.reason}".strip()

    @property
    def asked_pause(self) -> float:
        """The seconds for which the host wants to be left alone, said as a number or as a date (RFC 9110, 10.2.3)."""
        said = self.headers.get("Retry-After", "")
        if said.isascii() and said.isdigit():
            return float(said)
        try:
            return max(0.0, parsedate_to_datetime(said).timestamp() - time())
        except (ValueError, OverflowError):
            return 0.0


class Client:
    """Asks one thing after the other; to be closed, as a context manager does."""

    def __init__(self, *, pause: float = 0.0, timeout: float = 20.0, retries: int = 2, backoff: float = 1.0) -> None:
        """*pause*: seconds between two requests to a host. *timeout*: seconds to wait for a host to say something; a
        whole answer may take three times as long. *backoff*: seconds before the first retry, doubled for each other.
        """
        self.pause = pause
        self.timeout = timeout
        self.retries = retries
        self.backoff = backoff
        self._asked: dict[str, float] = {}
        self._closed_until: dict[str, float] = {}
        self._session = requests.Session()
        self._session.headers["User-Agent"] = AGENT
        self._session.auth = _without_password  # or else that of ~/.netrc would be sent
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()

    def ask(
        self,
        url: str,
        *,
        method: str = "GET",
        accept: str = "*/*",
        limit: int = 0,
        retries: int | None = None,
        follows: Callable[[str], bool] = lambda url: True,
    ) -> Response:
        """Ask for *url*, with at most *limit* bytes of the body. Redirects are followed as long as *follows* has it.

        What may be otherwise a moment later is asked again. Raises RequestError.
        """
        wait = self.backoff
        for left in range(self.retries if retries is None else retries, -1, -1):
            try:
                response = self._follow(method, url, accept, limit, follows)
            except RequestError as error:
                if not left or error.failure not in (Failure.TIMEOUT, Failure.UNREACHABLE, Failure.BROKEN):
                    raise
            else:
                pause = response.asked_pause
                self._closed_until[host_of(response.url)] = monotonic() + min(pause, LONGEST_WAIT)
                if not left or response.status not in _PASSING or pause > LONGEST_WAIT:
                    return response
            sleep(wait)
            wait *= 2
        raise AssertionError  # the last turn returns or raises

    def _follow(self, method: str, url: str, accept: str, limit: int, follows: Callable[[str], bool]) -> Response:
        redirects: list[Redirect] = []
        deadline = monotonic() + 3 * self.timeout
        while True:
            response = self._send(method, url, accept)
            try:
                target = self._session.get_redirect_target(response) if response.status_code in REDIRECTS else None
                if target:
                    redirects.append(Redirect(response.status_code, _joined(url, target)))
                if not target or not follows(redirects[-1].url):
                    body = _read(response, limit, deadline) if limit else b""
                    reason = response.reason or ""
                    return Response(url, response.status_code, reason, response.headers, body, tuple(redirects))
            except (requests.RequestException, HTTPError, ValueError) as error:
                raise _explain(error) from None
            finally:
                response.close()
            url = redirects[-1].url
            if len(redirects) > MAX_REDIRECTS:
                raise RequestError(Failure.REDIRECTS, f"redirects more than {MAX_REDIRECTS} times")
            if monotonic() > deadline:
                raise RequestError(Failure.TIMEOUT, f"did not answer within {3 * self.timeout:g} s")

    def _send(self, method: str, url: str, accept: str) -> requests.Response:
        host = host_of(url)
        never = float("-inf")
        due = max(self._asked.get(host, never) + self.pause, self._closed_until.get(host, never))
        if (wait := due - monotonic()) > 0:
            sleep(wait)
        try:
            return self._session.request(
                method,
                urldefrag(url).url,
                headers={"Accept": accept},
                timeout=self.timeout,
                allow_redirects=False,
                stream=True,
            )
        except (requests.RequestException, HTTPError, ValueError) as error:
            raise _explain(error) from None
        finally:
            self._asked[host] = monotonic()


def host_of(url: str) -> str:
    """The host of an address. Raises RequestError if it has none, or is not one of the web."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not host or parts.scheme not in ("http", "https"):
        raise RequestError(Failure.ADDRESS, f"'{url[:200]}' is no address of the web; expected https:// or http://")
    return host


def finds_host(host: str) -> bool:
    """Whether the name of a host is known to the network."""
    try:
        socket.getaddrinfo(host, 443)
    except OSError:
        return False
    return True


def _without_password(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _joined(url: str, target: str) -> str:
    try:
        joined = urljoin(url, target)
    except ValueError:
        joined = target
    try:
        host_of(joined)
    except RequestError as error:
        raise RequestError(Failure.ADDRESS, f"redirects to {error}") from None
    return joined


def _read(response: requests.Response, limit: int, deadline: float) -> bytes:
    """The body, as it comes in: a host that sends a byte now and then does not hold us longer than *deadline*."""
    body = bytearray()
    while len(body) <= limit:
        part = response.raw.read1(65536, decode_content=True)
        if not part:
            return bytes(body)
        body += part
        if monotonic() > deadline:
            raise RequestError(Failure.TIMEOUT, "did not answer in full in time")
    raise RequestError(Failure.SIZE, f"answers with more than {limit:,} bytes")


def _explain(error: Exception) -> RequestError:
    """Why there is no answer, in the words of those who asked."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(reason, NameResolutionError):
        cause = reason.__cause__ or reason.__context__
        if isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_AGAIN:
            return RequestError(Failure.UNREACHABLE, "could not be looked up")
        return RequestError(Failure.NO_HOST, "is not known: there is no such host")
    if isinstance(error, requests.exceptions.SSLError):
        return RequestError(Failure.CERTIFICATE, "has a certificate that is not valid here")
    if isinstance(error, requests.exceptions.Timeout | ReadTimeoutError):
        return RequestError(Failure.TIMEOUT, "did not answer in time")
    if isinstance(error, requests.exceptions.ProxyError):
        return RequestError(Failure.UNREACHABLE, "could not be reached through the proxy")
    if isinstance(error, ValueError | requests.exceptions.InvalidSchema):
        return RequestError(Failure.ADDRESS, "is no address of the web")
    if isinstance(error, requests.exceptions.ConnectionError) and reason is not None:
        return RequestError(Failure.UNREACHABLE, "could not be reached")
    return RequestError(Failure.BROKEN, "broke off its answer, or answered with something else than HTTP")
