"""Fetching a public page: every step is judged before it is taken, and all of it is bounded in time and size."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from socket import socket
from typing import IO

from content_map.domain.web_addresses import Place, is_public, next_address, place_of
from content_map.errors import Invalid
from content_map.outbound.alphabets import alphabet_of
from content_map.outbound.bodies import BodyTooLarge, BodyUnreadable, take
from content_map.outbound.network import INTERNET, Deadline, Network

USER_AGENT = "Content Map (reads the pages its users link to)"
ACCEPTED = "text/html,application/xhtml+xml,application/pdf;q=0.9,*/*;q=0.5"
HEADER_BYTES = 64 * 1024
TRIES = 4  # of the addresses of one name
ETAG_CHARACTERS = 300
DATE_CHARACTERS = 100
REDIRECTIONS = frozenset((301, 302, 303, 307, 308))
PASSING = frozenset((408, 425, 429, 500, 502, 503, 504))


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """How long, how much and how far."""

    total_seconds: float = 20
    silence_seconds: float = 5
    body_bytes: int = 20 * 1024 * 1024
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Known:
    """What an earlier look left: where the address led, and the marks by which an unchanged page is known."""

    address: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """What stands at an address; `sha256` is None where it has not changed since it was `Known`."""

    status: int
    address: str
    etag: str | None
    last_modified: str | None
    size_bytes: int = 0
    sha256: str | None = None
    alphabet: str | None = None  # of a text that says it is not in UTF-8


class Unfetched(Exception):
    """Nothing could be had; `sentence` says why, `may_pass` whether trying again soon may help."""

    def __init__(self, sentence: str, *, status: int | None = None, may_pass: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status
        self.may_pass = may_pass


def fetch(
    address: str,
    into: IO[bytes],
    *,
    limits: FetchLimits | None = None,
    known: Known | None = None,
    network: Network = INTERNET,
) -> Fetched:
    """Write what stands at a written address into a file. Raises Unfetched.

    Each address on the way must be a public one, and the line goes to exactly the address that was judged: what
    a name server says a second time is never asked.
    """
    limits = limits or FetchLimits()
    with Deadline(limits.total_seconds) as deadline:
        try:
            for _ in range(limits.redirects + 1):
                conditions = _conditions(known, address)
                with _answer(place_of(address), conditions, limits, deadline, network) as response:
                    location = response.headers.get("Location")
                    if response.status not in REDIRECTIONS or not location:
                        fetched = _taken(response, address, into, limits, conditional=bool(conditions))
                        if deadline.is_over:
                            raise _too_slow(limits)
                        return fetched
                address = _led_on(address, location)
        except BodyTooLarge:
            raise Unfetched(
                f"What stands there is larger than {limits.body_bytes / 1024**2:,.0f} MB. Save it as a file "
                "and upload that."
            ) from None
        except BodyUnreadable:
            raise Unfetched("It sent something damaged, or packed in a way we cannot open.") from None
        except ssl.SSLCertVerificationError as error:
            raise Unfetched(
                f"Its certificate cannot be trusted: {error.verify_message}.", may_pass=False
            ) from None
        except (OSError, http.client.HTTPException) as error:
            if deadline.is_over or isinstance(error, TimeoutError):
                raise _too_slow(limits) from None
            raise Unfetched(_fault(error), may_pass=True) from None
    raise Unfetched(f"It leads on more than {limits.redirects} times, perhaps in a circle.")


@contextmanager
def _answer(
    place: Place, conditions: Mapping[str, str], limits: FetchLimits, deadline: Deadline, network: Network
) -> Iterator[http.client.HTTPResponse]:
    line = http.client.HTTPConnection(place.host, place.port)
    line.auto_open = 0  # it must never look the name up by itself
    line.sock = _dialled(place, limits, deadline, network)
    with closing(line):
        line.putrequest("GET", place.target, skip_host=True, skip_accept_encoding=True)
        headers = {
            "Host": place.authority,
            "User-Agent": USER_AGENT,
            "Accept": ACCEPTED,
            "Accept-Encoding": "gzip",
            "Connection": "close",
            **conditions,
        }
        for name, value in headers.items():
            line.putheader(name, value)
        line.endheaders()
        response = line.getresponse()
        with closing(response):
            if sum(len(name) + len(value) for name, value in response.headers.items()) > HEADER_BYTES:
                raise Unfetched("Its answer begins with more headers than any page needs.")
            yield response


def _dialled(place: Place, limits: FetchLimits, deadline: Deadline, network: Network) -> socket:
    """Open a line to one of the host's addresses, all of which must be public. Raises Unfetched, OSError."""
    try:
        addresses = deadline.lookup(network.resolve, place.host, place.port)
    except TimeoutError:
        raise
    except OSError:
        raise Unfetched(f"No web site named {place.host} was found.", may_pass=True) from None
    if not addresses or not all(map(is_public, addresses)):
        raise Unfetched(
            f"{place.host} is inside a private network, and links lead to public pages only. Save the page as a "
            "file and upload that."
        )
    fault: OSError = OSError("no address answered")
    for address in addresses[:TRIES]:
        patience = min(limits.silence_seconds, deadline.left())
        try:
            line = network.connect((address, place.port), patience)
        except OSError as error:
            fault = error
            continue
        line.settimeout(limits.silence_seconds)
        deadline.watch(line)
        if place.scheme == "http":
            return line
        try:
            return network.tls().wrap_socket(line, server_hostname=place.host)
        except BaseException:
            line.close()
            raise
    raise fault


def _taken(
    response: http.client.HTTPResponse,
    address: str,
    into: IO[bytes],
    limits: FetchLimits,
    *,
    conditional: bool,
) -> Fetched:
    status = response.status
    etag = _kept(response.headers.get("ETag"), ETAG_CHARACTERS)
    last_modified = _kept(response.headers.get("Last-Modified"), DATE_CHARACTERS)
    if status == HTTPStatus.NOT_MODIFIED and conditional:
        return Fetched(status, address, etag, last_modified)
    if status != HTTPStatus.OK:
        raise Unfetched(_refusal(status), status=status, may_pass=status in PASSING)
    size, sha256 = take(response, into, most_bytes=limits.body_bytes)
    return Fetched(status, address, etag, last_modified, size, sha256, alphabet_of(response.headers))


def _led_on(address: str, location: str) -> str:
    try:
        return next_address(address, location)
    except Invalid as refusal:
        raise Unfetched(f"It leads on to an address that cannot be followed. {refusal.detail}") from None


def _conditions(known: Known | None, address: str) -> dict[str, str]:
    """The marks are of the page where the address led in the end; on the way there they mean nothing."""
    if known is None or known.address != address:
        return {}
    marks = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: mark for name, mark in marks.items() if mark}


def _kept(mark: str | None, most: int) -> str | None:
    if mark is None or len(mark) > most or not mark.isascii() or not mark.isprintable():
        return None
    return mark


def _refusal(status: int) -> str:
    try:
        phrase = f"{status} ({HTTPStatus(status).phrase})"
    except ValueError:
        phrase = str(status)
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return f"The address answered {phrase}: it asks for a sign-in, or lets no program in."
    return f"The address answered {phrase}."


def _too_slow(limits: FetchLimits) -> Unfetched:
    return Unfetched(f"It did not answer in full within {limits.total_seconds:g} seconds.", may_pass=True)


def _fault(error: OSError | http.client.HTTPException) -> str:
    match error:
        case ssl.SSLError():
            return "No safe connection could be made to it."
        case ConnectionError() | http.client.RemoteDisconnected():
            return "It refused the connection, or broke it off."
        case http.client.HTTPException():
            return "Its answer is not one that a web site gives."
        case _:
            return "It cannot be reached."
