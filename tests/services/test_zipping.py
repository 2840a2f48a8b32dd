"""A zip of a selection: the right bytes under safe names, a list of them, limits in sentences, and flat memory."""

from __future__ import annotations

import csv
import io
import tracemalloc
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.assets import Status
from content_map.domain.people import Actor, Role
from content_map.errors import Invalid, TooLarge
from content_map.models import Asset, Version
from content_map.services import zipping
from storage import open_store
from storage.contract import ObjectMissing, ObjectStore
from tests.factories import make_asset, make_user

LIMIT = 1_000_000
MEGABYTE = 1_000_000


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return open_store(f"disk:{tmp_path / 'store'}")


@pytest.fixture
def rep(session: Session) -> Actor:
    return make_user(session, Role.REP).as_actor()


def put(session: Session, store: ObjectStore, content: bytes, name: str = "deck.pdf", **given: Any) -> Asset:
    asset = make_asset(session, **given)
    version = session.scalars(select(Version).where(Version.asset_id == asset.id)).one()
    version.file_name, version.size_bytes = name, len(content)
    store.put(version.store_key or "", io.BytesIO(content), media_type="application/pdf")
    session.flush()
    return asset


def packed(
    session: Session,
    assets: Sequence[Asset],
    actor: Actor,
    now: datetime,
    versions: Mapping[str, int] | None = None,
    limit_bytes: int = LIMIT,
) -> Sequence[zipping.Packed]:
    ids = [asset.id for asset in assets]
    return zipping.pack(session, ids, versions or {}, limit_bytes=limit_bytes, actor=actor, now=now)


def opened(store: ObjectStore, files: Sequence[zipping.Packed]) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(zipping.write(store, files))))


def test_files_of_one_name_stand_beside_each_other_and_the_list_says_which_is_which(
    session: Session, store: ObjectStore, rep: Actor, now: datetime
) -> None:
    first = put(session, store, b"one", "Deck.pdf", title="=SUM(A1)")
    second = put(session, store, b"two", "deck.PDF", audience="internal")
    third = put(session, store, b"three", "manifest.csv")

    with opened(store, packed(session, [first, second, third], rep, now)) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}

    rows = list(csv.DictReader(io.StringIO(held.pop("manifest.csv").decode("utf-8-sig"))))
    assert held == {"Deck.pdf": b"one", "deck (2).PDF": b"two", "manifest (2).csv": b"three"}
    assert [(row["file"], row["asset"], row["version"], row["label"]) for row in rows] == [
        ("Deck.pdf", first.id, "1", "1.0"),
        ("deck (2).PDF", second.id, "1", "1.0"),
        ("manifest (2).csv", third.id, "1", "1.0"),
    ]
    assert rows[0]["title"] == "'=SUM(A1)"
    assert rows[0]["conversation"] == "point-of-view"
    assert len(rows[0]["sha256"]) == 64


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a\\b:c?.pdf", "a_b_c_.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("tab\there\u202e.pdf", "tab_here_.pdf"),
        ("Übersicht 计划.pptx", "Übersicht 计划.pptx"),
        (". .", "file"),
    ],
)
def test_no_name_leads_out_of_the_folder_or_is_refused_by_a_desktop(
    session: Session, store: ObjectStore, rep: Actor, now: datetime, given: str, safe: str
) -> None:
    (file,) = packed(session, [put(session, store, b"x", given)], rep, now)

    assert file.name == safe


def test_a_link_stands_in_the_list_alone(
    session: Session, store: ObjectStore, rep: Actor, now: datetime
) -> None:
    asset = make_asset(session)
    version = session.scalars(select(Version).where(Version.asset_id == asset.id)).one()
    version.store_key, version.url, version.kind = None, "https://example.com/price", "link"
    session.flush()

    with opened(store, packed(session, [asset], rep, now)) as archive:
        names = archive.namelist()
        (row,) = csv.DictReader(io.StringIO(archive.read("manifest.csv").decode("utf-8-sig")))

    assert names == ["manifest.csv"]
    assert (row["file"], row["address"]) == ("", "https://example.com/price")


def test_what_the_actor_may_not_see_is_refused_by_its_place(
    session: Session, store: ObjectStore, rep: Actor, now: datetime
) -> None:
    live, draft = put(session, store, b"x"), put(session, store, b"y", status=Status.DRAFT)

    with pytest.raises(Invalid) as refused:
        packed(session, [live, draft], rep, now, versions={live.id: 2})

    assert {each.pointer for each in refused.value.errors} == {"/ids/1", f"/versions/{live.id}"}


def test_limits_are_told_in_sentences(
    session: Session, store: ObjectStore, rep: Actor, now: datetime
) -> None:
    asset = put(session, store, b"x" * 11)

    with pytest.raises(TooLarge, match="11 bytes together and a zip holds at most 10"):
        packed(session, [asset], rep, now, limit_bytes=10)
    with pytest.raises(Invalid, match="at most 200 assets and these are more"):
        zipping.pack(session, [str(n) for n in range(201)], {}, limit_bytes=10, actor=rep, now=now)
    with pytest.raises(Invalid, match="Choose the assets first"):
        packed(session, [], rep, now)


def test_files_that_are_compressed_already_are_stored_and_texts_are_not(
    session: Session, store: ObjectStore, rep: Actor, now: datetime
) -> None:
    deck, text = put(session, store, b"a" * 1000), put(session, store, b"a" * 1000, "note.txt")
    version = session.scalars(select(Version).where(Version.asset_id == text.id)).one()
    version.media_type = "text/plain"
    session.flush()

    with opened(store, packed(session, [deck, text], rep, now)) as archive:
        sizes = {entry.filename: entry.compress_size for entry in archive.infolist()}

    assert sizes["deck.pdf"] == 1000
    assert sizes["note.txt"] < 100


def test_memory_stays_flat_however_large_the_files(
    session: Session, store: ObjectStore, rep: Actor, now: datetime
) -> None:
    files = packed(
        session,
        [put(session, store, bytes(20 * MEGABYTE), f"{n}.pdf") for n in range(2)],
        rep,
        now,
        limit_bytes=10**9,
    )

    tracemalloc.start()
    sent = sum(len(piece) for piece in zipping.write(store, files))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert sent > 40 * MEGABYTE
    assert peak < 4 * MEGABYTE


def test_a_store_that_fails_midway_leaves_no_zip_that_opens(
    session: Session, store: ObjectStore, rep: Actor, now: datetime
) -> None:
    files = packed(session, [put(session, store, b"one"), put(session, store, b"two")], rep, now)
    store.delete(files[1].store_key or "")
    sent = []

    with pytest.raises(ObjectMissing):
        sent.extend(zipping.write(store, files))

    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(b"".join(sent)))
