"""Store addresses: the one line of settings that says where the bytes are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from storage.keys import is_key

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


@dataclass(frozen=True, slots=True)
class DiskAddress:
    """A folder; a relative one counts from the working directory."""

    folder: str


@dataclass(frozen=True, slots=True)
class S3Address:
    """A bucket and what its service needs; `prefix` is empty or ends with a slash."""

    bucket: str
    prefix: str = ""
    endpoint: str | None = None
    region: str | None = None
    links: bool = True


def parse_address(url: str) -> DiskAddress | S3Address:
    """Read a store address. Raises ValueError with a sentence that shows what was expected."""
    scheme, _, rest = url.partition(":")
    match scheme:
        case "disk" if rest and "\0" not in rest:
            return DiskAddress(rest)
        case "s3":
            return _s3_address(url)
        case _:
            raise ValueError(
                "The store address must look like disk:/a/folder or s3://bucket/prefix?endpoint=https://…"
            )


def _s3_address(url: str) -> S3Address:
    parts = urlsplit(url)
    if _BUCKET.fullmatch(parts.netloc) is None:
        raise ValueError("The store address needs a bucket name, as in s3://content-map?region=eu-central-1.")
    prefix = unquote(parts.path).strip("/")
    if prefix and not is_key(prefix):
        raise ValueError(f"The store prefix {prefix!r} may only hold a-z, 0-9, dots, dashes and slashes.")
    options = _options(parts.query)
    return S3Address(
        bucket=parts.netloc,
        prefix=f"{prefix}/" if prefix else "",
        endpoint=_endpoint(options.get("endpoint")),
        region=options.get("region"),
        links=_switch(options.get("links", "on")),
    )


def _options(query: str) -> dict[str, str]:
    options = dict(parse_qsl(query, keep_blank_values=True))
    unknown = sorted(options.keys() - {"endpoint", "region", "links"})
    if unknown:
        raise ValueError(f"The store address knows endpoint, region and links, but not {', '.join(unknown)}.")
    return {name: text for name, text in options.items() if text}


def _endpoint(text: str | None) -> str | None:
    if text is None:
        return None
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("The store's endpoint must be an address like https://s3.example.com.")
    if parts.username or parts.password:
        raise ValueError("Leave credentials out of the store address; give them as settings of their own.")
    return text


def _switch(text: str) -> bool:
    if text not in {"on", "off"}:
        raise ValueError("links in the store address is on or off.")
    return text == "on"
