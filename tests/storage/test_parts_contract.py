"""Objects that arrive in parts, asked of every store."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from storage import (
    ObjectExists,
    ObjectMissing,
    ObjectStore,
    ObjectTooLarge,
    PartsMismatch,
    UploadMissing,
)
from tests.support.streams import BreakingStream, OneWayStream

PART_BYTES = 5 * 1024 * 1024
CONTENT = b"".join(n.to_bytes(4, "big") for n in range(PART_BYTES // 2)) + b"and a tail!"
PIECES = {1: CONTENT[:PART_BYTES], 2: CONTENT[PART_BYTES : 2 * PART_BYTES], 3: CONTENT[2 * PART_BYTES :]}
KEY = "assets/large"


def begin(store: ObjectStore, key: str = KEY) -> str:
    return store.parts.begin(key, media_type="video/mp4", part_bytes=PART_BYTES)


def send(store: ObjectStore, upload: str, *numbers: int) -> list[tuple[int, str]]:
    sent = [store.parts.put(KEY, upload, n, OneWayStream(PIECES[n]), limit_bytes=PART_BYTES) for n in numbers]
    return sorted((part.number, part.etag) for part in sent)


def read(store: ObjectStore, key: str = KEY) -> bytes:
    with store.open(key) as stream:
        return stream.read()


def open_uploads(store: ObjectStore) -> list[tuple[str, str]]:
    return [(each.key, each.upload) for each in store.parts.walk()]


def test_parts_sent_in_any_order_are_joined_in_theirs(store: ObjectStore) -> None:
    upload = begin(store)

    stored = store.parts.complete(KEY, upload, send(store, upload, 3, 1, 2))

    assert (stored.key, stored.size_bytes, stored.sha256) == (KEY, len(CONTENT), None)
    assert read(store) == CONTENT
    assert [each.key for each in store.keys("")] == [KEY]
    assert open_uploads(store) == []


def test_an_upload_tells_which_parts_it_has(store: ObjectStore) -> None:
    upload = begin(store)
    sent = send(store, upload, 3, 1)

    present = store.parts.present(KEY, upload)

    assert [(part.number, part.size_bytes) for part in present] == [(1, PART_BYTES), (3, 11)]
    assert [(part.number, part.etag) for part in present] == sent
    with pytest.raises(ObjectMissing):
        store.stat(KEY)


def test_a_part_sent_again_takes_the_place_of_the_first(store: ObjectStore) -> None:
    upload = begin(store)
    store.parts.put(KEY, upload, 1, io.BytesIO(bytes(PART_BYTES)), limit_bytes=PART_BYTES)

    store.parts.complete(KEY, upload, send(store, upload, 1, 2, 3))

    assert read(store) == CONTENT


def test_a_longer_last_part_that_was_replaced_leaves_no_tail(store: ObjectStore) -> None:
    upload = begin(store)
    store.parts.put(KEY, upload, 2, io.BytesIO(bytes(1000)), limit_bytes=PART_BYTES)
    last = store.parts.put(KEY, upload, 2, io.BytesIO(b"end"), limit_bytes=PART_BYTES)

    store.parts.complete(KEY, upload, [*send(store, upload, 1), (2, last.etag)])

    assert read(store) == PIECES[1] + b"end"


def test_parts_from_many_threads_keep_their_places(store: ObjectStore) -> None:
    upload = begin(store)

    with ThreadPoolExecutor(6) as pool:
        sent = list(pool.map(lambda n: send(store, upload, n)[0], [1, 2, 3, 1, 2, 3]))

    store.parts.complete(KEY, upload, sorted(set(sent)))
    assert read(store) == CONTENT


def test_only_what_arrived_can_be_joined(store: ObjectStore) -> None:
    upload = begin(store)
    one, two, three = send(store, upload, 1, 2, 3)

    for claimed in (
        [],
        [two, three],
        [one, three],
        [two, one],
        [one, one],
        [one, (2, "0" * 64)],
        [one, (4, "x")],
    ):
        with pytest.raises(PartsMismatch):
            store.parts.complete(KEY, upload, claimed)

    store.parts.complete(KEY, upload, [one, two, three])
    assert read(store) == CONTENT


def test_a_short_part_in_the_middle_is_refused(store: ObjectStore) -> None:
    upload = begin(store)
    short = store.parts.put(KEY, upload, 1, io.BytesIO(b"short"), limit_bytes=PART_BYTES)

    with pytest.raises(PartsMismatch):
        store.parts.complete(KEY, upload, [(1, short.etag), *send(store, upload, 2)])


def test_an_answer_that_was_lost_can_be_had_again(store: ObjectStore) -> None:
    upload = begin(store)
    sent = send(store, upload, 1, 2, 3)
    first = store.parts.complete(KEY, upload, sent)

    assert store.parts.complete(KEY, upload, sent) == first


def test_etags_are_taken_as_http_writes_them(store: ObjectStore) -> None:
    upload = begin(store)
    sent = [(number, f'"{etag}"') for number, etag in send(store, upload, 1, 2, 3)]

    assert store.parts.complete(KEY, upload, sent).size_bytes == len(CONTENT)


def test_an_aborted_upload_is_gone(store: ObjectStore) -> None:
    upload = begin(store)
    sent = send(store, upload, 1)

    store.parts.abort(KEY, upload)
    store.parts.abort(KEY, upload)

    assert open_uploads(store) == []
    with pytest.raises(UploadMissing):
        store.parts.present(KEY, upload)
    with pytest.raises(UploadMissing):
        store.parts.complete(KEY, upload, sent)
    with pytest.raises(UploadMissing):
        send(store, upload, 2)


@pytest.mark.parametrize("upload", ["nothing", "0" * 32])
def test_an_upload_nobody_began_is_missing(store: ObjectStore, upload: str) -> None:
    with pytest.raises(UploadMissing):
        store.parts.present(KEY, upload)
    with pytest.raises(UploadMissing):
        store.parts.put(KEY, upload, 1, io.BytesIO(b"abc"), limit_bytes=3)


@pytest.mark.parametrize("upload", ["", "../..", "../objects", "a" * 31 + "/"])
def test_an_upload_name_is_never_a_path(disk_store: ObjectStore, upload: str) -> None:
    with pytest.raises(UploadMissing):
        disk_store.parts.present(KEY, upload)


def test_an_upload_answers_to_its_own_key_alone(disk_store: ObjectStore) -> None:
    upload = begin(disk_store)

    with pytest.raises(UploadMissing):
        disk_store.parts.present("assets/other", upload)


def test_open_uploads_are_walked_with_their_beginning(store: ObjectStore) -> None:
    first, second = begin(store), begin(store, "other/large")

    found = list(store.parts.walk("assets/"))

    assert sorted(open_uploads(store)) == [(KEY, first), ("other/large", second)]
    assert [(each.key, each.upload) for each in found] == [(KEY, first)]
    assert abs(found[0].started_at - datetime.now(UTC)) < timedelta(minutes=5)


def test_a_key_that_is_taken_begins_no_upload(store: ObjectStore) -> None:
    store.put(KEY, io.BytesIO(b"abc"), media_type="text/plain")

    with pytest.raises(ObjectExists):
        begin(store)


def test_a_key_taken_meanwhile_is_not_overwritten(store: ObjectStore) -> None:
    upload = begin(store)
    sent = send(store, upload, 1, 2, 3)
    store.put(KEY, io.BytesIO(b"abc"), media_type="text/plain")

    with pytest.raises(ObjectExists):
        store.parts.complete(KEY, upload, sent)

    assert read(store) == b"abc"


def test_a_part_over_the_limit_is_not_kept(store: ObjectStore) -> None:
    upload = begin(store)

    with pytest.raises(ObjectTooLarge):
        store.parts.put(KEY, upload, 1, OneWayStream(b"abcd"), limit_bytes=3)

    assert list(store.parts.present(KEY, upload)) == []


def test_a_sender_who_hangs_up_leaves_the_earlier_part_whole(store: ObjectStore) -> None:
    upload = begin(store)
    sent = send(store, upload, 1, 2, 3)

    with pytest.raises(ConnectionResetError, match="the sender hung up"):
        store.parts.put(KEY, upload, 2, BreakingStream(b"other" * 1000), limit_bytes=PART_BYTES)

    store.parts.complete(KEY, upload, sent)
    assert read(store) == CONTENT


@pytest.mark.parametrize("number", [-1, 0, 10_001])
def test_a_number_that_no_store_takes_is_refused(refusing_store: ObjectStore, number: int) -> None:
    with pytest.raises(ValueError, match="numbered from 1"):
        refusing_store.parts.put(KEY, "u", number, io.BytesIO(b"abc"), limit_bytes=3)
    with pytest.raises(ValueError, match="numbered from 1"):
        refusing_store.parts.link(KEY, "u", number, seconds=60)


def test_small_parts_and_hostile_keys_are_refused(refusing_store: ObjectStore) -> None:
    with pytest.raises(ValueError, match="A part has at least"):
        refusing_store.parts.begin(KEY, media_type="video/mp4", part_bytes=PART_BYTES - 1)
    for key in ("/Foreign.mp4", "../escape", "Upper"):
        with pytest.raises(ValueError, match="is not a storage key"):
            begin(refusing_store, key)
