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


def test_links_lead_to_one_place(
    s3_store: ObjectStore, server: EmbeddedStore, disk_store: ObjectStore
) -> None:
    assert s3_store.parts.origin() == server.endpoint
    assert disk_store.parts.origin() is None


def test_a_bucket_is_opened_to_our_pages_and_keeps_what_others_set(server: EmbeddedStore) -> None:
    store = server.open_store()

    first = store.parts.open_to(["https://map.example.com"])
    second = store.parts.open_to(["https://map.example.com", "https://other.example.com"])
    third = store.parts.open_to(["https://map.example.com", "https://other.example.com"])

    assert (first, second, third) == (True, True, False)


def test_a_browser_on_our_page_may_send_a_part_and_read_its_etag(server: EmbeddedStore) -> None:
    store = server.open_store()
    store.parts.open_to(["https://here.example.com"])
    upload = store.parts.begin("assets/cors", media_type="video/mp4", part_bytes=PART_BYTES)
    url = store.parts.link("assets/cors", upload, 1, seconds=60) or pytest.fail("this store gave no link")
    asked = urllib.request.Request(  # noqa: S310  # our own server
        url,
        method="OPTIONS",
        headers={"Origin": "https://here.example.com", "Access-Control-Request-Method": "PUT"},
    )
    sent = urllib.request.Request(  # noqa: S310
        url, b"abc", method="PUT", headers={"Origin": "https://here.example.com"}
    )

    with urllib.request.urlopen(asked, timeout=10) as allowed:  # noqa: S310
        methods, origin = (
            allowed.headers["Access-Control-Allow-Methods"],
            allowed.headers["Access-Control-Allow-Origin"],
        )
    with urllib.request.urlopen(sent, timeout=10) as answer:  # noqa: S310
        exposed = answer.headers["Access-Control-Expose-Headers"]

    assert ("PUT" in methods, origin, "etag" in exposed.casefold()) == (
        True,
        "https://here.example.com",
        True,
    )
