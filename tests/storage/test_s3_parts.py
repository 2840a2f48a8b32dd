"""Presigned addresses that take one part each, straight from a browser."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest

from storage import ObjectStore, open_store

if TYPE_CHECKING:
    from storage.embedded import EmbeddedStore

PART_BYTES = 5 * 1024 * 1024
KEY = "assets/large"


def send(url: str, content: bytes) -> str:
    request = urllib.request.Request(url, content, method="PUT")  # noqa: S310  # our own server
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        return str(answer.headers["ETag"])


def link(store: ObjectStore, upload: str, number: int) -> str:
    return store.parts.link(KEY, upload, number, seconds=60) or pytest.fail("this store gave no link")


def test_whoever_holds_the_links_sends_the_parts(s3_store: ObjectStore) -> None:
    upload = s3_store.parts.begin(KEY, media_type="video/mp4", part_bytes=PART_BYTES)

    etags = [
        (1, send(link(s3_store, upload, 1), bytes(PART_BYTES))),
        (2, send(link(s3_store, upload, 2), b"end")),
    ]

    assert s3_store.parts.complete(KEY, upload, etags).size_bytes == PART_BYTES + 3


def test_a_link_takes_its_own_part_alone(s3_store: ObjectStore) -> None:
    upload = s3_store.parts.begin(KEY, media_type="video/mp4", part_bytes=PART_BYTES)
    url = link(s3_store, upload, 1)
    forged = url.replace("partNumber=1", "partNumber=2")

    with pytest.raises(urllib.error.HTTPError) as refusal:
        send(forged, b"abc")

    with refusal.value:
        assert (forged != url, refusal.value.code) == (True, 403)


def test_a_service_that_browsers_cannot_reach_leaves_the_parts_to_us(
    server: EmbeddedStore, s3_url: str
) -> None:
    store = open_store(f"{s3_url}&links=off", access_key=server.access_key, secret_key=server.secret_key)

    assert store.parts.link(KEY, "upload", 1, seconds=60) is None
