"""What every store does, asked of each of them."""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from storage import ChecksumMismatch, ObjectExists, ObjectMissing, ObjectStore, ObjectTooLarge
from tests.support.streams import BreakingStream, EndlessStream, OneWayStream

PART_BYTES = 8 * 1024 * 1024
TWO_PARTS = bytes(range(256)) * (PART_BYTES // 256) + b"and a tail"
ABC_SHA256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-2, appendix B.1

segments = st.from_regex(r"[a-z0-9](?:\.?[a-z0-9_-]){0,10}", fullmatch=True)
keys = st.lists(segments, min_size=1, max_size=4).map("/".join)


def put(store: ObjectStore, key: str, content: bytes = b"abc") -> None:
    store.put(key, io.BytesIO(content), media_type="text/plain")


def read(store: ObjectStore, key: str, start: int = 0, length: int | None = None) -> bytes:
    with store.open(key, start=start, length=length) as stream:
        return stream.read()


def names(store: ObjectStore, prefix: str = "") -> list[str]:
    return [found.key for found in store.keys(prefix)]


def assert_nothing_stored(store: ObjectStore, key: str) -> None:
    assert names(store) == []
    with pytest.raises(ObjectMissing):
        store.stat(key)


def test_a_put_describes_the_object_by_size_and_sha256(store: ObjectStore) -> None:
    stored = store.put("assets/a.txt", io.BytesIO(b"abc"), media_type="text/plain")

    assert (stored.key, stored.size_bytes, stored.sha256) == ("assets/a.txt", 3, ABC_SHA256)


def test_stat_says_what_put_said_and_when(store: ObjectStore) -> None:
    put(store, "assets/a.txt")

    stat = store.stat("assets/a.txt")

    assert (stat.size_bytes, stat.sha256) == (3, ABC_SHA256)
    assert stat.modified_at.tzinfo is UTC
    assert abs(stat.modified_at - datetime.now(UTC)) < timedelta(minutes=5)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=keys, content=st.binary(max_size=4096))
@example(key="empty", content=b"")
def test_what_is_put_is_read_back(store: ObjectStore, key: str, content: bytes) -> None:
    key = f"{uuid.uuid4().hex}/{key}"

    stored = store.put(key, io.BytesIO(content), media_type="application/octet-stream")

    assert read(store, key) == content
    assert stored == store.stat(key)
    assert (stored.size_bytes, stored.sha256) == (len(content), hashlib.sha256(content).hexdigest())


@pytest.mark.parametrize("stream", [io.BytesIO, OneWayStream])
def test_a_file_of_several_parts_is_stored_whole(
    store: ObjectStore, stream: Callable[[bytes], BinaryIO]
) -> None:
    stored = store.put("large", stream(TWO_PARTS), media_type="application/pdf")

    assert stored.sha256 == hashlib.sha256(TWO_PARTS).hexdigest() == store.stat("large").sha256
    assert read(store, "large") == TWO_PARTS


@pytest.mark.parametrize("length_bytes", [PART_BYTES - 1, PART_BYTES, PART_BYTES + 1])
def test_the_edge_of_a_part_loses_no_byte(store: ObjectStore, length_bytes: int) -> None:
    store.put("edge", io.BytesIO(TWO_PARTS[:length_bytes]), media_type="application/pdf")

    assert read(store, "edge") == TWO_PARTS[:length_bytes]


def test_a_put_begins_where_the_stream_stands(store: ObjectStore) -> None:
    stream = io.BytesIO(b"skip this, keep that")
    stream.seek(11)

    store.put("rest", stream, media_type="text/plain")

    assert read(store, "rest") == b"keep that"


def test_a_key_is_never_used_twice(store: ObjectStore) -> None:
    put(store, "once", b"first")

    with pytest.raises(ObjectExists):
        put(store, "once", b"second")

    assert read(store, "once") == b"first"


def test_of_several_that_put_one_key_together_exactly_one_succeeds(store: ObjectStore) -> None:
    contents = [f"writer {n}".encode() for n in range(8)]

    def outcome(content: bytes) -> bytes | None:
        try:
            put(store, "contested", content)
        except ObjectExists:
            return None
        return content

    with ThreadPoolExecutor(8) as pool:
        winners = [content for content in pool.map(outcome, contents) if content is not None]

    assert winners == [read(store, "contested")]


def test_a_deleted_key_is_free_again(store: ObjectStore) -> None:
    put(store, "once", b"first")

    store.delete("once")
    put(store, "once", b"second")

    assert read(store, "once") == b"second"


@pytest.mark.parametrize("content", [b"abc", TWO_PARTS], ids=["small", "large"])
def test_a_wrong_checksum_stores_nothing(store: ObjectStore, content: bytes) -> None:
    with pytest.raises(ChecksumMismatch):
        store.put("wrong", OneWayStream(content), media_type="text/plain", expected_sha256="0" * 64)

    assert_nothing_stored(store, "wrong")


@pytest.mark.parametrize("content", [b"abc", TWO_PARTS], ids=["small", "large"])
def test_the_announced_checksum_is_accepted(store: ObjectStore, content: bytes) -> None:
    sha256 = hashlib.sha256(content).hexdigest()

    store.put("right", OneWayStream(content), media_type="text/plain", expected_sha256=sha256)

    assert store.stat("right").sha256 == sha256


def test_a_stream_of_exactly_the_limit_is_stored(store: ObjectStore) -> None:
    store.put("full", io.BytesIO(b"abc"), media_type="text/plain", limit_bytes=3)

    assert read(store, "full") == b"abc"


@pytest.mark.parametrize("limit_bytes", [0, 2, PART_BYTES, len(TWO_PARTS) - 1])
@pytest.mark.parametrize("stream", [io.BytesIO, OneWayStream])
def test_a_stream_over_the_limit_stores_nothing(
    store: ObjectStore, stream: Callable[[bytes], BinaryIO], limit_bytes: int
) -> None:
    with pytest.raises(ObjectTooLarge):
        store.put("over", stream(TWO_PARTS), media_type="text/plain", limit_bytes=limit_bytes)

    assert_nothing_stored(store, "over")


def test_a_stream_over_the_limit_is_read_one_byte_too_far_at_most(store: ObjectStore) -> None:
    stream = EndlessStream()

    with pytest.raises(ObjectTooLarge):
        store.put("over", stream, media_type="text/plain", limit_bytes=1_000_000)

    assert stream.read_bytes == 1_000_001


@pytest.mark.parametrize("content", [b"", b"abc", TWO_PARTS], ids=["at once", "soon", "late"])
@pytest.mark.parametrize("expected_sha256", [None, ABC_SHA256])
def test_a_sender_who_hangs_up_leaves_nothing_and_is_heard(
    store: ObjectStore, content: bytes, expected_sha256: str | None
) -> None:
    with pytest.raises(ConnectionResetError, match="the sender hung up"):
        store.put("broken", BreakingStream(content), media_type="text/plain", expected_sha256=expected_sha256)

    assert_nothing_stored(store, "broken")


@pytest.mark.parametrize(
    "key",
    [
        "",
        ".",
        "..",
        "../escape",
        "a/../b",
        "a..b",
        "a//b",
        "a/",
        "a/.",
        "a/./b",
        ".hidden",
        "a/.hidden",
        "-option",
        "Upper",
        "a b",
        "a\\b",
        "a\0b",
        "a\n",
        "a+b",
        "a%2fb",
        "ä",
        "k" * 201,
        "c:/windows",
    ],
)
def test_a_hostile_key_is_refused_by_every_method(refusing_store: ObjectStore, key: str) -> None:
    with pytest.raises(ValueError, match="is not a storage key"):
        put(refusing_store, key)
    with pytest.raises(ValueError, match="is not a storage key"):
        refusing_store.open(key)
    with pytest.raises(ValueError, match="is not a storage key"):
        refusing_store.open(key, length=0)
    with pytest.raises(ValueError, match="is not a storage key"):
        refusing_store.stat(key)
    with pytest.raises(ValueError, match="is not a storage key"):
        refusing_store.delete(key)
    with pytest.raises(ValueError, match="is not a storage key"):
        refusing_store.link(key, seconds=60, file_name="a.txt", media_type="text/plain")


@pytest.mark.parametrize("prefix", ["..", "a/../", "/", "a//", "A", "a\n", "a*"])
def test_a_hostile_prefix_is_refused(refusing_store: ObjectStore, prefix: str) -> None:
    with pytest.raises(ValueError, match="is not the beginning of a storage key"):
        names(refusing_store, prefix)


@pytest.mark.parametrize("media_type", ["", "text", "text/plain\r\nX-Bad: 1", "text/pl ain", "text/plain;"])
def test_a_hostile_media_type_is_refused(refusing_store: ObjectStore, media_type: str) -> None:
    with pytest.raises(ValueError, match="is not a media type"):
        refusing_store.put("a", io.BytesIO(b"abc"), media_type=media_type)
    with pytest.raises(ValueError, match="is not a media type"):
        refusing_store.link("a", seconds=60, file_name="a.txt", media_type=media_type)


@pytest.mark.parametrize("sha256", ["", "abc", ABC_SHA256.upper(), ABC_SHA256 + "\n"])
def test_a_malformed_checksum_is_refused(refusing_store: ObjectStore, sha256: str) -> None:
    with pytest.raises(ValueError, match="is not a SHA-256"):
        refusing_store.put("a", io.BytesIO(b"abc"), media_type="text/plain", expected_sha256=sha256)


@pytest.mark.parametrize("seconds", [-1, 0, 7 * 24 * 3600 + 1])
def test_a_link_that_nobody_could_make_is_refused(refusing_store: ObjectStore, seconds: int) -> None:
    with pytest.raises(ValueError, match="between 1 second and 7 days"):
        refusing_store.link("a", seconds=seconds, file_name="a.txt", media_type="text/plain")


def test_the_longest_key_works(store: ObjectStore) -> None:
    key = "k" * 100 + "/" + "v" * 99

    put(store, key)

    assert names(store) == [key]


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        (0, None, b"0123456789"),
        (0, 0, b""),
        (0, 1, b"0"),
        (0, 10, b"0123456789"),
        (0, 99, b"0123456789"),
        (4, None, b"456789"),
        (4, 3, b"456"),
        (9, 1, b"9"),
        (9, 2, b"9"),
        (10, None, b""),
        (10, 1, b""),
        (99, None, b""),
        (99, 5, b""),
    ],
)
def test_a_range_is_a_slice(store: ObjectStore, start: int, length: int | None, expected: bytes) -> None:
    put(store, "digits", b"0123456789")

    assert read(store, "digits", start, length) == expected


@pytest.mark.parametrize(("start", "length"), [(0, None), (0, 0), (0, 1), (3, None)])
def test_every_range_of_an_empty_object_is_empty(store: ObjectStore, start: int, length: int | None) -> None:
    put(store, "empty", b"")

    assert read(store, "empty", start, length) == b""


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.integers(0, 300), length=st.none() | st.integers(0, 300), step=st.integers(1, 64))
def test_a_range_read_in_pieces_is_the_same_slice(
    store: ObjectStore, start: int, length: int | None, step: int
) -> None:
    content = bytes(range(256))
    if not names(store):
        put(store, "bytes", content)

    with store.open("bytes", start=start, length=length) as stream:
        pieces = list(iter(lambda: stream.read(step), b""))

    assert b"".join(pieces) == content[start:][:length]


@pytest.mark.parametrize(("start", "length"), [(-1, None), (0, -1), (-5, 5)])
def test_a_negative_range_is_refused(store: ObjectStore, start: int, length: int | None) -> None:
    put(store, "digits")

    with pytest.raises(ValueError, match="A range begins at 0"):
        store.open("digits", start=start, length=length)


def test_what_is_not_there_is_missing(store: ObjectStore) -> None:
    with pytest.raises(ObjectMissing):
        store.stat("nothing")
    with pytest.raises(ObjectMissing):
        store.open("nothing")
    with pytest.raises(ObjectMissing):
        store.open("nothing", start=3, length=4)
    with pytest.raises(ObjectMissing):
        store.open("nothing", length=0)


def test_deleting_twice_is_as_good_as_once(store: ObjectStore) -> None:
    put(store, "gone")

    store.delete("gone")
    store.delete("gone")

    assert_nothing_stored(store, "gone")


def test_deleting_leaves_the_neighbours(store: ObjectStore) -> None:
    for key in ("a/b", "a/bc", "a-b", "a/c/b"):
        put(store, key, key.encode())

    store.delete("a/b")

    assert {key: read(store, key) for key in names(store)} == {
        "a/bc": b"a/bc",
        "a-b": b"a-b",
        "a/c/b": b"a/c/b",
    }


def test_a_walk_meets_each_object_once_with_its_size(store: ObjectStore) -> None:
    for key in ("b", "a/b", "a-b", "a.b", "ab", "a/c/d", "a0"):
        put(store, key, key.encode())

    found = list(store.keys())

    assert {(o.key, o.size_bytes) for o in found} == {
        ("a-b", 3),
        ("a.b", 3),
        ("a/b", 3),
        ("a/c/d", 5),
        ("a0", 2),
        ("ab", 2),
        ("b", 1),
    }
    assert len(found) == 7
    assert {o.sha256 for o in found} <= {None} | {hashlib.sha256(o.key.encode()).hexdigest() for o in found}


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("a", {"a-b", "a/b", "a/c/d", "ab"}),
        ("a/", {"a/b", "a/c/d"}),
        ("a/b", {"a/b"}),
        ("a/c", {"a/c/d"}),
        ("x", set()),
    ],
)
def test_a_prefix_is_the_beginning_of_the_key(store: ObjectStore, prefix: str, expected: set[str]) -> None:
    for key in ("a/b", "a-b", "ab", "a/c/d", "b"):
        put(store, key)

    assert set(names(store, prefix)) == expected


def test_many_readers_at_once_read_the_same_bytes(store: ObjectStore) -> None:
    put(store, "shared", TWO_PARTS)

    with ThreadPoolExecutor(8) as pool:
        lengths = list(pool.map(lambda n: read(store, "shared", n) == TWO_PARTS[n:], range(16)))

    assert lengths == [True] * 16


def test_a_reader_keeps_what_it_opened_when_the_object_is_deleted(disk_store: ObjectStore) -> None:
    put(disk_store, "leaving", b"still here")

    with disk_store.open("leaving") as stream:
        disk_store.delete("leaving")

        assert stream.read() == b"still here"


@pytest.mark.parametrize(
    "key",
    ["/", "//a", "/a//b", "/a/", "/a/../b", "/..", "/./a", "/a\0b", "/a\nb", "/\ud800", "/" + "ä" * 512],
)
def test_a_hostile_foreign_key_is_refused(refusing_store: ObjectStore, key: str) -> None:
    with pytest.raises(ValueError, match="is not a storage key"):
        refusing_store.open(key)
    with pytest.raises(ValueError, match="is not a storage key"):
        refusing_store.stat(key)
    with pytest.raises(ValueError, match="is not a storage key"):
        refusing_store.link(key, seconds=60, file_name="a.txt", media_type="text/plain")


@pytest.mark.parametrize("key", ["/Decks/Q3 Größe.pptx", "/etc/passwd", "/" + "k" * 1023])
def test_a_foreign_object_is_never_written_or_removed(refusing_store: ObjectStore, key: str) -> None:
    with pytest.raises(ValueError, match="is not a storage key"):
        put(refusing_store, key)
    with pytest.raises(ValueError, match="is not a storage key"):
        refusing_store.delete(key)


@pytest.mark.parametrize("key", ["/Decks/Q3 Größe.pptx", "/etc/passwd", "/" + "k" * 1023])
def test_a_foreign_object_that_is_not_there_is_missing(refusing_store: ObjectStore, key: str) -> None:
    with pytest.raises(ObjectMissing):
        refusing_store.stat(key)
    with pytest.raises(ObjectMissing):
        refusing_store.open(key)
    assert names(refusing_store, "/Nobody's Folder/") == []


def test_a_healthy_store_checks_out(store: ObjectStore) -> None:
    store.check()

    assert names(store) == []
