"""Whether browsers may send parts of large files straight to the store: its CORS rules and our own policy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from content_map.config import LOOPBACK, Settings
from content_map.services.health import Finding
from storage.contract import ObjectStore, StorageError, StorageUnavailable


def origin(store: ObjectStore) -> str | None:
    """Where the store's own addresses lead; None when it has none, or cannot say."""
    try:
        return store.parts.origin()
    except StorageUnavailable:
        return None


def open_to_pages(store: ObjectStore, settings: Settings) -> bool:
    """Let the store take parts from our pages, and say whether that had to be set. Raises StorageUnavailable."""
    return store.parts.open_to(_origins(settings))


def examined(store: ObjectStore, settings: Settings) -> Iterator[Finding]:
    """Say whether browsers reach the store, and what to set when we may not set it ourselves."""
    if origin(store) is None:
        return
    try:
        open_to_pages(store, settings)
    except StorageError:
        yield Finding(
            "large uploads",
            False,
            f"browsers may not reach the bucket: give it a CORS rule with AllowedOrigins {_origins(settings)[0]}, "
            "AllowedMethods PUT, AllowedHeaders * and ExposeHeaders ETag",
        )
    else:
        yield Finding("large uploads", True, "go from browsers straight to the bucket")


def _origins(settings: Settings) -> Sequence[str]:
    parts = urlsplit(settings.base_url)
    port = f":{parts.port}" if parts.port else ""
    hosts = ("127.0.0.1", "localhost") if parts.hostname in LOOPBACK else (parts.hostname or "",)
    return [f"{parts.scheme}://{host}{port}" for host in hosts]
