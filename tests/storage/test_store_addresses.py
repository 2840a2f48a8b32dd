"""Which store addresses are understood, and what the others are told."""

from __future__ import annotations

import pytest

from storage import open_store
from storage.address import DiskAddress, S3Address, parse_address


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("disk:/var/lib/objects", DiskAddress("/var/lib/objects")),
        ("disk:var/objects", DiskAddress("var/objects")),
        ("s3://content-map", S3Address("content-map")),
        ("s3://content-map/", S3Address("content-map")),
        (
            "s3://content-map/team/a?region=eu-central-1",
            S3Address("content-map", "team/a/", None, "eu-central-1"),
        ),
        (
            "s3://library?endpoint=http%3A%2F%2F127.0.0.1%3A8333&region=us-east-1&links=off",
            S3Address("library", "", "http://127.0.0.1:8333", "us-east-1", links=False),
        ),
        (
            "s3://library?endpoint=https://s3.example.com",
            S3Address("library", endpoint="https://s3.example.com"),
        ),
        ("s3://library?endpoint=&region=", S3Address("library")),
    ],
)
def test_an_address_says_where_the_bytes_are(url: str, address: DiskAddress | S3Address) -> None:
    assert parse_address(url) == address


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "must look like"),
        ("/var/objects", "must look like"),
        ("disk:", "must look like"),
        ("disk:a\0b", "must look like"),
        ("ftp://host/a", "must look like"),
        ("s3:bucket", "needs a bucket name"),
        ("s3:///prefix", "needs a bucket name"),
        ("s3://Bucket", "needs a bucket name"),
        ("s3://key:secret@bucket", "needs a bucket name"),
        ("s3://bucket/../other", "store prefix"),
        ("s3://bucket/A", "store prefix"),
        ("s3://bucket?endpont=http://x", "but not endpont"),
        ("s3://bucket?endpoint=localhost:8333", "must be an address like"),
        ("s3://bucket?endpoint=http://key:secret@host", "Leave credentials out"),
        ("s3://bucket?links=maybe", "on or off"),
    ],
)
def test_an_address_that_cannot_be_read_is_refused_with_a_sentence(url: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        open_store(url)


@pytest.mark.parametrize("url", ["s3://bucket?endpoint=http://key:hidden@host", "s3://key:hidden@bucket"])
def test_a_refusal_does_not_repeat_a_secret(url: str) -> None:
    with pytest.raises(ValueError, match="store address") as refused:
        open_store(url)

    assert "hidden" not in str(refused.value)
