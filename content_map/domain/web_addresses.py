"""Addresses of web pages: what one may look like, how it is written, and which machines are the public's."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

from content_map.errors import Invalid

ADDRESS_CHARACTERS = 2_000
HOST_CHARACTERS = 253
PORTS = {"http": 80, "https": 443}

_PRIVATE_NAMES = frozenset(
    (
        "localhost",
        "local",
        "internal",
        "intranet",
        "lan",
        "home",
        "corp",
        "private",
        "test",
        "invalid",
        "onion",
    )
)
_PRIVATE_ENDINGS = (".home.arpa", ".in-addr.arpa", ".ip6.arpa")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
# What every browser reads as a number, and so as an address, whatever stands before it: 127.1, 0x7f000001, 010.
_NUMERIC_ENDING = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")
_KEPT = "!#$%&'()*+,-./:;=?@[]_~"
_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")

# IANA's special-purpose registries, written out so that every Python judges alike.
_NOT_PUBLIC_4 = tuple(
    ipaddress.IPv4Network(each)
    for each in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",  # a cloud's own service, reachable from every machine in it
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_PUBLIC_6 = ipaddress.IPv6Network("2000::/3")
_NOT_PUBLIC_6 = tuple(
    ipaddress.IPv6Network(each)
    # Teredo (in 2001::/23) and 6to4 (2002::/16) carry another machine's address inside; nobody publishes there.
    for each in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
_CARRYING_4 = tuple(ipaddress.IPv6Network(each) for each in ("::ffff:0:0/96", "64:ff9b::/96"))


@dataclass(frozen=True, slots=True)
class Place:
    """Where an address leads: `target` is the path with its query, as it is asked for."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """The host as the Host header names it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def written_address(given: str) -> str:
    """Write an address in its one form, so that equal ones are equal.

    Raises Invalid (`/url`) for what is no address of a public web page.
    """
    text = given.strip()
    if not text:
        raise _refused("Write the address of a web page, such as https://example.com/guide.")
    if len(text) > ADDRESS_CHARACTERS:
        raise _refused(f"An address has at most {ADDRESS_CHARACTERS:,} characters.")
    if "\\" in text or any(ord(each) <= 32 or ord(each) == 127 for each in text) or not text.isprintable():
        raise _refused("An address holds no spaces and no backslashes. Copy it from the browser again.")
    parts = _parts(text)
    scheme, host, port = parts.scheme.lower(), _host(parts), _port(parts)
    shown = f"[{host}]" if ":" in host else host
    path = _without_dots(_quoted(parts.path)) or "/"
    authority = shown if port == PORTS[scheme] else f"{shown}:{port}"
    written = urlunsplit((scheme, authority, path, _quoted(parts.query), _quoted(parts.fragment)))
    if len(written) > ADDRESS_CHARACTERS:
        raise _refused(f"An address has at most {ADDRESS_CHARACTERS:,} characters.")
    return written


def place_of(written: str) -> Place:
    """Say where a written address leads."""
    parts = urlsplit(written)
    target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    return Place(parts.scheme, parts.hostname or "", parts.port or PORTS[parts.scheme], target)


def next_address(written: str, location: str) -> str:
    """The written address to which a page's redirection leads. Raises Invalid."""
    try:
        return written_address(urljoin(written, location.strip()))
    except ValueError:
        raise _refused("It leads to something that is no address.") from None


def name_of(written: str) -> str:
    """What an address is called while nobody knows the page's own title: `example.com/pricing`."""
    parts = urlsplit(written)
    return f"{parts.netloc.removeprefix('www.')}{parts.path}".rstrip("/")


def is_public(address: str) -> bool:
    """Say whether a machine's numeric address is one that anybody on the internet may reach."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv4Address):
        return not any(found in each for each in _NOT_PUBLIC_4)
    if found.scope_id is not None:
        return False
    if any(found in each for each in _CARRYING_4):
        return is_public(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)))
    return found in _PUBLIC_6 and not any(found in each for each in _NOT_PUBLIC_6)


def _parts(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
    except ValueError:
        raise _refused("This is no address. Copy it from the browser again.") from None
    if parts.scheme.lower() not in PORTS:
        raise _refused("Only web pages can be linked: the address begins with https:// or http://.")
    if "@" in parts.netloc:
        raise _refused("The address holds a name or a password. Give it without, as anybody could open it.")
    return parts


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").removesuffix(".")
    if parts.netloc.startswith("["):
        if not is_public(host):
            raise _not_public()
        return ipaddress.ip_address(host).compressed
    host = _in_ascii(host)
    if _NUMERIC_ENDING.fullmatch(host):
        if not is_public(host):
            raise _not_public()
        return host
    if not host or len(host) > HOST_CHARACTERS or not all(map(_LABEL.fullmatch, host.split("."))):
        raise _refused("The address names no web site. Copy it from the browser again.")
    if "." not in host or host.rpartition(".")[2] in _PRIVATE_NAMES or host.endswith(_PRIVATE_ENDINGS):
        raise _not_public()
    return host


def _in_ascii(host: str) -> str:
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError:
        raise _refused("The address names no web site. Copy it from the browser again.") from None


def _port(parts: SplitResult) -> int:
    try:
        port = parts.port
    except ValueError:
        port = -1
    if port is None:
        return PORTS[parts.scheme.lower()]
    if port not in PORTS.values():
        raise _refused("Only pages at the web’s usual ports, 80 and 443, can be linked.")
    return port


def _quoted(part: str) -> str:
    return _PERCENT.sub("%25", quote(part, safe=_KEPT))


def _without_dots(path: str) -> str:
    kept: list[str] = []
    for each in path.split("/")[1:]:
        match each.lower().replace("%2e", "."):
            case ".":
                continue
            case "..":
                del kept[-1:]
            case _:
                kept.append(each)
    ends = path.lower().replace("%2e", ".").endswith(("/.", "/.."))
    return "/" + "/".join(kept) + ("/" if ends and kept else "") if path else ""


def _refused(sentence: str) -> Invalid:
    return Invalid.field("/url", sentence)


def _not_public() -> Invalid:
    return _refused(
        "This address is inside a private network, and links lead to public pages only. "
        "Save the page as a file and upload that."
    )
