"""A web page by its address, fetched with care: the address may come from anywhere.

Only http and https, no user name in the address, no private, loopback or link-local machines (asked of the very
connection that is used, so a name that changes its address gains nothing), at most five redirects and none from
https to http, a limit of size and of time. Proxies, cookies and stored passwords are not used.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import IO, Any, NamedTuple
from urllib.parse import urlsplit

from counterclaim.errors import CounterclaimError
from counterclaim.read.checks import MAX_BYTES

TIMEOUT = 30.0  # seconds, for the whole page
_MAX_REDIRECTS = 5
_CHUNK = 65536
_AGENT = "counterclaim/0.1"


class Page(NamedTuple):
    """What came back: the bytes, the declared encoding, the content type and the last address."""

    data: bytes
    charset: str | None
    content_type: str
    url: str


def is_address(name: str) -> bool:
    """Whether ``name`` is meant as a web address and not as a file."""
    return "://" in name


def fetch(url: str, *, allow_private: bool = False, timeout: float = TIMEOUT, max_bytes: int = MAX_BYTES) -> Page:
    """The page at ``url``. Raises CC-112 (may not be fetched), CC-108 (cannot be), CC-105 (too long)."""
    _check_address(url)
    deadline = time.monotonic() + timeout
    try:
        with _opener(allow_private).open(_request(url), timeout=timeout) as answer:
            data = _read(answer, url, deadline, max_bytes)
            headers = answer.headers
            return Page(data, headers.get_content_charset(), headers.get_content_type(), answer.geturl())
    except CounterclaimError:
        raise
    except urllib.error.HTTPError as error:
        raise CounterclaimError("CC-108", f"{error.code} {error.reason}", where=url) from None
    except urllib.error.URLError as error:
        raise CounterclaimError("CC-108", str(error.reason), where=url) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise CounterclaimError("CC-108", str(error) or type(error).__name__, where=url) from None


def is_public(address: str) -> bool:
    """Whether an IP address belongs to a machine on the public internet."""
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_global and not (mapped or found).is_multicast


def _request(url: str) -> urllib.request.Request:
    return urllib.request.Request(url, headers={"User-Agent": _AGENT, "Accept-Encoding": "identity"})


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise CounterclaimError("CC-112", str(error), where=url) from None
    if parts.scheme not in ("http", "https") or not host:
        raise CounterclaimError("CC-112", "not http or https", where=url)
    if parts.username is not None or parts.password is not None:
        raise CounterclaimError("CC-112", "a user name or password in the address", where=f"{parts.scheme}://…@{host}")


def _read(answer: IO[bytes], url: str, deadline: float, max_bytes: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while chunk := answer.read(_CHUNK):
        size += len(chunk)
        if size > max_bytes:
            raise CounterclaimError("CC-105", f"more than {max_bytes:,} bytes", where=url)
        if time.monotonic() > deadline:
            raise CounterclaimError("CC-108", "the time limit has passed", where=url)
        parts.append(chunk)
    return b"".join(parts)


def _connector(allow_private: bool) -> Callable[..., socket.socket]:
    def connect(address: tuple[str, int], *args: Any, **options: Any) -> socket.socket:
        for *_, target in socket.getaddrinfo(address[0], address[1], type=socket.SOCK_STREAM):
            if not allow_private and not is_public(str(target[0])):
                raise CounterclaimError("CC-112", "a private address", where=address[0])
        opened = socket.create_connection(address, *args, **options)
        if not allow_private and not is_public(str(opened.getpeername()[0])):
            opened.close()
            raise CounterclaimError("CC-112", "a private address", where=address[0])
        return opened

    return connect


def _opener(allow_private: bool) -> urllib.request.OpenerDirector:
    connect = _connector(allow_private)

    class Plain(http.client.HTTPConnection):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self._create_connection = connect

    class Secure(http.client.HTTPSConnection):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self._create_connection = connect

    class PlainHandler(urllib.request.HTTPHandler):
        def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
            return self.do_open(Plain, req)

    class SecureHandler(urllib.request.HTTPSHandler):
        def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
            return self.do_open(Secure, req)

    opener = urllib.request.OpenerDirector()
    for handler in (PlainHandler, SecureHandler, _Redirects, urllib.request.HTTPErrorProcessor):
        opener.add_handler(handler())
    opener.add_handler(urllib.request.HTTPDefaultErrorHandler())
    return opener


class _Redirects(urllib.request.HTTPRedirectHandler):
    max_redirections = _MAX_REDIRECTS
    max_repeats = 2

    def redirect_request(self, req: urllib.request.Request, *answer: Any) -> urllib.request.Request | None:
        target = str(answer[-1])
        _check_address(target)
        if req.type == "https" and urlsplit(target).scheme != "https":
            raise CounterclaimError("CC-112", "a redirect from https to http", where=target)
        return super().redirect_request(req, *answer)
