"""The server that takes our mail, as a setting names it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import parse_qsl, unquote, urlsplit

MAIL_ADDRESS_CHARACTERS = 254  # RFC 5321, 4.5.3.1.3, less the two brackets
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_MAIL_ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")


class Security(StrEnum):
    """How the line to the server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


_PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}


@dataclass(frozen=True, slots=True)
class Relay:
    """Where mail is handed over, and as whom."""

    host: str
    port: int
    security: Security
    user: str | None = None
    password: str | None = field(default=None, repr=False)


def relay_of(url: str) -> Relay:
    """Read the setting. Raises ValueError, whose text never repeats it: it holds a password."""
    try:
        parts = urlsplit(url)
        port, query = (
            parts.port,
            dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))),
        )
    except ValueError:
        raise ValueError("is no address such as smtp://USER:PASSWORD@HOST:587?security=starttls") from None
    if parts.scheme != "smtp" or not parts.hostname or parts.path.strip("/") or parts.fragment:
        raise ValueError("is no address such as smtp://USER:PASSWORD@HOST:587?security=starttls")
    named = query.pop("security", Security.STARTTLS.value)
    if query or named not in set(Security):
        raise ValueError("may say security=starttls, tls or none, and nothing else")
    security = Security(named)
    if (parts.username is None) != (parts.password is None):
        raise ValueError("names a user without a password, or a password without a user")
    if parts.username is not None and security is Security.NONE:
        raise ValueError("would send its password unprotected: use security=starttls or tls")
    return Relay(
        parts.hostname,
        port or _PORTS[security],
        security,
        unquote(parts.username) if parts.username is not None else None,
        unquote(parts.password) if parts.password is not None else None,
    )


def is_mail_address(text: str) -> bool:
    """Say whether a text is one plain mail address, safe to stand in a header."""
    return len(text) <= MAIL_ADDRESS_CHARACTERS and _MAIL_ADDRESS.fullmatch(text) is not None
