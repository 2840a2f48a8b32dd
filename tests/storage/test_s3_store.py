"""What only the store in S3 promises: links that work and end, and words for every way a service can fail."""

from __future__ import annotations

import io
import itertools
import socket
import time
import urllib.error
import urllib.request
import uuid
from typing import TYPE_CHECKING

import boto3
import pytest

from storage import ChecksumMismatch, ObjectExists, ObjectMissing, ObjectStore, StorageUnavailable, open_store
from tests.support.faulty_network import answering, losing_first_answer, silent
from tests.support.streams import BreakingStream

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_s3 import S3Client

    from storage.embedded import EmbeddedStore

TWO_PARTS = bytes(range(256)) * (32 * 1024) + b"and a tail"


@pytest.fixture
def client(server: EmbeddedStore) -> S3Client:
    """A bare client, to see what the service holds beside the objects."""
    return boto3.client(
        "s3",
        endpoint_url=server.endpoint,
        region_name="us-east-1",
        aws_access_key_id=server.access_key,
        aws_secret_access_key=server.secret_key,
    )


def put(store: ObjectStore, key: str, content: bytes = b"abc") -> None:
    store.put(key, io.BytesIO(content), media_type="text/plain")


def names(store: ObjectStore) -> list[str]:
    return [found.key for found in store.keys("")]


def names_below(store: ObjectStore, prefix: str) -> list[str]:
    return [found.key for found in store.keys(prefix)]


def link(store: ObjectStore, key: str, *, seconds: int = 60, file_name: str = "a.pdf") -> str:
    url = store.link(key, seconds=seconds, file_name=file_name, media_type="application/pdf")
    return url or pytest.fail("this store gave no link")


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310  # our own server
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code


def address(port: int) -> str:
    return f"s3://content-map?endpoint=http://127.0.0.1:{port}&region=us-east-1"


def open_at(port: int) -> ObjectStore:
    return open_store(address(port), access_key="anybody", secret_key="anything")


def test_a_link_downloads_the_bytes_under_their_name(s3_store: ObjectStore) -> None:
    put(s3_store, "assets/a", b"%PDF-1.7")

    with urllib.request.urlopen(link(s3_store, "assets/a", file_name="Größe 提案.pdf"), timeout=10) as answer:  # noqa: S310
        headers, content = answer.headers, answer.read()

    assert content == b"%PDF-1.7"
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Disposition"] == (
        "attachment; filename=\"Gro_e __.pdf\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%E6%8F%90%E6%A1%88.pdf"
    )


@pytest.mark.parametrize(
    ("genuine", "forged"),
    [
        ("application%2Fpdf", "text%2Fhtml"),
        ("assets/a", "assets/b"),
        ("X-Amz-Expires=60", "X-Amz-Expires=600"),
        ("attachment", "inline"),
        ("X-Amz-Signature=", "X-Amz-Signature=0"),
    ],
)
def test_a_link_that_was_changed_is_refused(s3_store: ObjectStore, genuine: str, forged: str) -> None:
    put(s3_store, "assets/a")
    put(s3_store, "assets/b")
    url = link(s3_store, "assets/a")
    assert genuine in url

    assert status(url.replace(genuine, forged, 1)) == 403


def test_a_link_without_its_signature_is_refused(s3_store: ObjectStore) -> None:
    put(s3_store, "assets/a")

    assert status(link(s3_store, "assets/a").partition("?")[0]) == 403


def test_a_link_ends(s3_store: ObjectStore) -> None:
    put(s3_store, "assets/a")
    url = link(s3_store, "assets/a", seconds=1)
    deadline = time.monotonic() + 10

    # The service's own clock decides, and nothing but time makes it pass.
    while status(url) == 200 and time.monotonic() < deadline:
        time.sleep(0.2)

    assert status(url) == 403


def test_a_service_that_browsers_cannot_reach_gives_no_links(server: EmbeddedStore, s3_url: str) -> None:
    store = open_store(f"{s3_url}&links=off", access_key=server.access_key, secret_key=server.secret_key)

    assert store.link("assets/a", seconds=60, file_name="a.pdf", media_type="application/pdf") is None


def test_two_prefixes_of_one_bucket_do_not_see_each_other(server: EmbeddedStore, s3_url: str) -> None:
    ours = open_store(s3_url, access_key=server.access_key, secret_key=server.secret_key)
    theirs = open_store(
        s3_url.replace("?", "-theirs?", 1), access_key=server.access_key, secret_key=server.secret_key
    )
    put(ours, "a")

    assert list(theirs.keys()) == []
    with pytest.raises(ObjectMissing):
        theirs.stat("a")


def test_the_checksum_survives_in_any_other_client(
    s3_store: ObjectStore, client: S3Client, s3_url: str
) -> None:
    put(s3_store, "a")

    prefix = s3_url.removeprefix("s3://content-map/").partition("?")[0]
    facts = client.head_object(Bucket="content-map", Key=f"{prefix}/a")

    assert facts["Metadata"]["sha256"] == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert facts["ContentType"] == "text/plain"


def test_what_others_put_into_the_bucket_is_left_out_of_a_walk(
    s3_store: ObjectStore, client: S3Client, s3_url: str
) -> None:
    prefix = s3_url.removeprefix("s3://content-map/").partition("?")[0]
    client.put_object(Bucket="content-map", Key=f"{prefix}/Not Ours.txt", Body=b"abc")
    put(s3_store, "ours")

    assert names(s3_store) == ["ours"]


def test_an_object_that_did_not_come_through_put_has_no_checksum_yet(
    s3_store: ObjectStore, client: S3Client, s3_url: str
) -> None:
    prefix = s3_url.removeprefix("s3://content-map/").partition("?")[0]
    client.put_object(Bucket="content-map", Key=f"{prefix}/direct", Body=b"abc")

    assert s3_store.stat("direct").sha256 is None
    assert s3_store.stat("direct").size_bytes == 3


def test_objects_that_were_there_before_us_are_read_where_they_are(
    s3_store: ObjectStore, client: S3Client
) -> None:
    folder = uuid.uuid4().hex
    for name in ("Q3 Größe & 提案.pptx", "Sub Folder/a+b%20c.PDF", "plain.pdf"):
        client.put_object(
            Bucket="content-map", Key=f"{folder}/{name}", Body=name.encode(), Metadata={"sha256": "0" * 64}
        )

    found = {each.key: each.size_bytes for each in s3_store.keys(f"/{folder}/")}

    assert found == {
        f"/{folder}/Q3 Größe & 提案.pptx": 24,
        f"/{folder}/Sub Folder/a+b%20c.PDF": 22,
        f"/{folder}/plain.pdf": 9,
    }
    for key in found:
        with s3_store.open(key) as stream:
            assert stream.read() == key.removeprefix(f"/{folder}/").encode()
        with urllib.request.urlopen(link(s3_store, key), timeout=10) as answer:  # noqa: S310  # our own server
            assert len(answer.read()) == found[key]
        assert s3_store.stat(key).sha256 is None  # what others call a checksum was never checked


def test_what_is_ours_is_never_taken_for_somebody_elses(s3_store: ObjectStore, s3_url: str) -> None:
    prefix = s3_url.removeprefix("s3://content-map/").partition("?")[0]
    put(s3_store, "ours")

    assert names_below(s3_store, f"/{prefix}") == []


def test_a_walk_goes_past_the_first_page(s3_store: ObjectStore, client: S3Client, s3_url: str) -> None:
    prefix = s3_url.removeprefix("s3://content-map/").partition("?")[0]
    for n in range(1_001):  # S3 lists 1,000 a page
        client.put_object(Bucket="content-map", Key=f"{prefix}/{n:04}", Body=b"")

    assert sorted(names(s3_store)) == [f"{n:04}" for n in range(1_001)]


def test_an_upload_that_broke_off_leaves_no_parts(s3_store: ObjectStore) -> None:
    with pytest.raises(ConnectionResetError):
        s3_store.put("broken", BreakingStream(TWO_PARTS), media_type="text/plain", expected_sha256="0" * 64)

    assert list(s3_store.parts.walk()) == []


@pytest.mark.parametrize("content", [b"abc", TWO_PARTS], ids=["small", "large"])
def test_a_lost_answer_is_not_mistaken_for_somebody_elses_object(
    server: EmbeddedStore, content: bytes
) -> None:
    # The object arrives, the answer does not; the second attempt is refused because of the first.
    def concludes(head: bytes) -> bool:
        return (
            head.startswith(b"PUT ")
            if content == b"abc"
            else head.startswith(b"POST ") and b"uploadId=" in head
        )

    with losing_first_answer(server.endpoint, to=concludes) as port:
        store = open_store(address(port), access_key=server.access_key, secret_key=server.secret_key)
        key = f"lost-answer/{len(content)}"

        stored = store.put(key, io.BytesIO(content), media_type="text/plain")

    assert stored.size_bytes == len(content)
    with server.open_store().open(key) as stream:
        assert stream.read() == content


@pytest.mark.parametrize(
    "act",
    [
        lambda store: store.check(),
        lambda store: store.stat("a"),
        lambda store: put(store, "a"),
        lambda store: store.open("a"),
        lambda store: store.delete("a"),
        names,
    ],
    ids=["check", "stat", "put", "open", "delete", "keys"],
)
def test_nobody_there_is_told_within_seconds(act: Callable[[ObjectStore], object]) -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))  # bound but not listening: connections are refused
        store = open_at(reserved.getsockname()[1])
        begun = time.monotonic()

        with pytest.raises(StorageUnavailable, match="does not answer"):
            act(store)

    assert time.monotonic() - begun < 8


def test_a_service_that_hangs_fails_its_check_within_seconds() -> None:
    with silent() as port:
        store = open_at(port)
        begun = time.monotonic()

        with pytest.raises(StorageUnavailable, match="does not answer"):
            store.check()

    assert time.monotonic() - begun < 6


@pytest.mark.parametrize(("access_key", "secret_key"), [("wrong", "wrong"), (None, "wrong")])
def test_wrong_credentials_are_named_as_such(
    server: EmbeddedStore, s3_url: str, access_key: str | None, secret_key: str
) -> None:
    store = open_store(s3_url, access_key=access_key or server.access_key, secret_key=secret_key)

    with pytest.raises(StorageUnavailable, match="refuses our credentials"):
        store.check()
    with pytest.raises(StorageUnavailable, match="refuses our credentials"):
        put(store, "a")
    with pytest.raises(StorageUnavailable, match="refuses our credentials"):
        store.stat("a")


def test_no_credentials_at_all_are_asked_for(server: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")

    with pytest.raises(StorageUnavailable, match="needs an access key and a secret key"):
        open_store(server.url).check()


def test_credentials_come_from_the_environment_as_everywhere(
    server: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", server.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", server.secret_key)

    open_store(server.url).check()


def test_a_missing_bucket_is_not_mistaken_for_a_missing_object(server: EmbeddedStore) -> None:
    store = open_store(
        server.url.replace("content-map", "elsewhere"),
        access_key=server.access_key,
        secret_key=server.secret_key,
    )

    with pytest.raises(StorageUnavailable, match="has no bucket elsewhere"):
        store.check()
    with pytest.raises(StorageUnavailable, match="has no bucket elsewhere"):
        store.stat("a")
    with pytest.raises(StorageUnavailable, match="has no bucket elsewhere"):
        store.open("a")
    with pytest.raises(StorageUnavailable, match="has no bucket elsewhere"):
        put(store, "a")
    with pytest.raises(StorageUnavailable, match="has no bucket elsewhere"):
        list(store.keys())


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\n<p>hello\n",
        b"nonsense\r\n\r\n",
        b"",
    ],
    ids=["500", "503", "a web page", "nonsense", "nothing"],
)
def test_an_answer_that_makes_no_sense_is_a_store_out_of_order(answer: bytes) -> None:
    with answering(itertools.repeat(answer)) as port, pytest.raises(StorageUnavailable):
        list(open_at(port).keys())


def test_a_download_that_breaks_off_is_noticed() -> None:
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"
    with (
        answering(itertools.repeat(half)) as port,
        open_at(port).open("a") as stream,
        pytest.raises(StorageUnavailable, match="does not answer"),
    ):
        stream.read()


def test_a_download_whose_bytes_changed_is_noticed() -> None:
    # The service announces the CRC-32 of "abc" (0x352441c2) and sends "abd".
    forged = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nx-amz-checksum-crc32: NSRBwg==\r\n\r\nabd"
    with (
        answering(itertools.repeat(forged)) as port,
        open_at(port).open("a") as stream,
        pytest.raises(ChecksumMismatch),
    ):
        stream.read()


def test_a_race_for_one_large_key_leaves_one_object_and_no_parts(s3_store: ObjectStore) -> None:
    class Overtaken(io.BytesIO):
        """While its first bytes are read for good, somebody else stores the same key."""

        def seekable(self) -> bool:
            if not list(s3_store.keys()):
                put(s3_store, "contested", b"the other one")
            return super().seekable()

    with pytest.raises(ObjectExists):
        s3_store.put("contested", Overtaken(TWO_PARTS), media_type="text/plain")

    assert s3_store.stat("contested").size_bytes == len(b"the other one")
    assert list(s3_store.parts.walk()) == []
