"""Copies are found by lookup, shown with their evidence, and decided by a person in one act."""

from __future__ import annotations

import hashlib
import io
import random
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from content_map.db import Sessions
from content_map.domain.assets import Status
from content_map.domain.people import Actor, Role
from content_map.errors import Conflict, NotAllowed
from content_map.extraction.words import sketch
from content_map.models import Asset, AuditEntry, Page, SketchHash, Suggestion, Version
from content_map.services import adding, assets, copies, copy_decisions, sketches
from content_map.services.copies import Copy, CopyKind, SharedPage
from content_map.services.copy_decisions import Decision
from storage import open_store
from tests.factories import make_asset, make_user

NOTICE = "This deck is for the people it was given to, and for nobody else."

COLLISION = bytes.fromhex(
    "0c000002c0000010b400001c3c000004bc00001a200000102400001cec000014"
    "0c000002c0000010b400001c2c000004bc000018b00000100000000cb8000010"
)


def slides(seed: int, count: int = 12) -> list[str]:
    chance = random.Random(seed)  # noqa: S311 - made-up words, no secret
    return [" ".join("".join(chance.choices("abcdefghij", k=4)) for _ in range(30)) for _ in range(count)]


def read(session: Session, texts: Sequence[str], **given: Any) -> Asset:
    """An asset whose current version was read: its pages, their sketch, and what finds copies of it."""
    asset = make_asset(session, pages=tuple(texts), **given)
    version = session.scalars(select(Version).where(Version.asset_id == asset.id)).one()
    version.sketch = list(sketch(texts))
    sketches.put_fingerprints(session, version, sketches.fingerprints(enumerate(texts, start=1)))
    sketches.remember(session, version)
    return asset


def collided(one: bytes) -> bytes:
    """The other file of a pair with one SHA-1: two blocks differ as Stevens et al. found in 2017."""
    other = bytearray(one)
    for start in (192, 256):
        for place, bits in enumerate(COLLISION, start):
            other[place] ^= bits
    return bytes(other)


@pytest.fixture
def marketer(session: Session) -> Actor:
    return make_user(session, Role.MARKETER).as_actor()


def copies_of(session: Session, asset: Asset, actor: Actor, now: datetime) -> Sequence[Copy]:
    loaded = assets.get(session, asset.id, actor=actor, now=now)
    return copies.found(session, loaded, actor=actor, now=now)


def ids(found: Sequence[Copy]) -> list[str]:
    return [copy.asset.id for copy in found]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_extended_a_halved_and_a_reordered_deck_find_each_other_from_both_sides(
    session: Session, marketer: Actor, now: datetime, seed: int
) -> None:
    whole = slides(seed)
    first = read(session, whole)
    changed = [
        read(session, [*whole, *slides(seed + 100, 8)]),
        read(session, whole[:6]),
        read(session, whole[::-1]),
    ]
    for unrelated in range(10):
        read(session, slides(1_000 * seed + unrelated))

    found = copies_of(session, first, marketer, now)

    assert set(ids(found)) == {asset.id for asset in changed}
    assert {copy.kind for copy in found} == {CopyKind.VERSION}
    assert all(first.id in ids(copies_of(session, asset, marketer, now)) for asset in changed)


def test_a_part_of_a_file_five_times_as_long_is_found_from_both_sides(
    session: Session, marketer: Actor, now: datetime
) -> None:
    whole = read(session, slides(7, 40))
    part = read(session, slides(7, 8))

    assert ids(copies_of(session, whole, marketer, now)) == [part.id]
    assert ids(copies_of(session, part, marketer, now)) == [whole.id]


def test_the_evidence_says_how_much_is_the_same_and_which_pages(
    session: Session, marketer: Actor, now: datetime
) -> None:
    whole = slides(8, 4)
    first = read(session, whole)
    read(
        session,
        [whole[1], "Something else entirely, which no other deck of ours has said before.", *whole[2:]],
    )

    (copy,) = copies_of(session, first, marketer, now)

    assert copy.pages == (SharedPage(2, "Page 2", 1), SharedPage(3, "Page 3", 3), SharedPage(4, "Page 4", 4))
    assert copy.same >= 0.7 * copy.of > 0


def test_words_too_few_for_a_sample_must_all_be_the_same(
    session: Session, marketer: Actor, now: datetime
) -> None:
    first = read(session, ["Late deliveries cost trust.", "We cut them by half."])
    same = read(session, ["Late deliveries cost trust. We cut them", "by half!"])
    read(session, ["Late deliveries cost trust.", "We cut them by a third."])

    (copy,) = copies_of(session, first, marketer, now)

    assert (copy.asset.id, copy.kind) == (same.id, CopyKind.SAME_WORDS)


def test_files_without_words_are_no_copies_of_each_other(
    session: Session, marketer: Actor, now: datetime
) -> None:
    first = read(session, ["", ""])
    read(session, ["", ""])

    assert copies_of(session, first, marketer, now) == []


def test_a_page_that_recurs_is_shown_though_the_rest_differs(
    session: Session, marketer: Actor, now: datetime
) -> None:
    first = read(session, [*slides(20), NOTICE])
    other = read(session, [NOTICE.upper(), *slides(21)])

    (copy,) = copies_of(session, first, marketer, now)

    assert (copy.asset.id, copy.kind) == (other.id, CopyKind.PAGES)
    assert copy.pages == (SharedPage(13, "Page 13", 1),)


def test_a_rep_learns_of_recurring_pages_of_live_assets_and_of_no_more(
    session: Session, now: datetime
) -> None:
    first = read(session, [*slides(30), NOTICE])
    live = read(session, [*slides(30)[:9], NOTICE])
    read(session, slides(30), status=Status.DRAFT)
    read(session, slides(30), status=Status.ARCHIVED)
    rep = make_user(session, Role.REP).as_actor()

    (copy,) = copies_of(session, first, rep, now)

    assert (copy.asset.id, copy.kind, copy.of) == (live.id, CopyKind.PAGES, 0)


def test_retired_assets_and_replaced_versions_are_no_copies(
    session: Session, marketer: Actor, now: datetime
) -> None:
    first = read(session, slides(40))
    read(session, slides(40), status=Status.ARCHIVED)
    replaced = read(session, slides(40))
    newer = Version(
        asset_id=replaced.id,
        number=2,
        store_key="assets/newer",
        file_name="newer.pdf",
        size_bytes=1,
        media_type="application/pdf",
        kind="document",
        state="ready",
        sketch=list(sketch(slides(41))),
        created_by=marketer.id,
        created_at=now,
    )
    session.add(newer)
    replaced.version_number = 2
    session.flush()
    sketches.remember(session, newer)

    assert copies_of(session, first, marketer, now) == []


def test_candidates_are_looked_up_and_never_all_read(session: Session) -> None:
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("the plan is SQLite's")
    plan = session.execute(
        text(
            "EXPLAIN QUERY PLAN SELECT version_id, count(*) FROM sketch_hashes WHERE hash IN (1, 2) GROUP BY 1"
        )
    )

    assert any("SEARCH sketch_hashes" in row.detail for row in plan)


def test_a_new_reading_takes_the_place_of_the_old_ones_hashes(session: Session, now: datetime) -> None:
    asset = read(session, slides(50))
    version = session.scalars(select(Version).where(Version.asset_id == asset.id)).one()

    sketches.remember(session, version)

    kept = session.scalar(
        select(func.count()).select_from(SketchHash).where(SketchHash.version_id == version.id)
    )
    assert kept == sketches.KEPT_HASHES


def test_two_that_are_different_are_no_question_again(
    session: Session, marketer: Actor, now: datetime
) -> None:
    first, other = read(session, slides(60)), read(session, slides(60)[1:])

    copy_decisions.decide(session, first.id, other.id, Decision.DIFFERENT, actor=marketer, now=now)

    kinds = {copy.kind for each in (first, other) for copy in copies_of(session, each, marketer, now)}
    noted = session.scalars(select(AuditEntry).where(AuditEntry.action == "asset.copy_dismissed")).one()
    assert kinds == {CopyKind.PAGES}
    assert (noted.noun_id, noted.changes, noted.actor_id) == (first.id, {"other": other.id}, marketer.id)
    assert session.scalars(select(Suggestion.state)).all() == ["dismissed", "dismissed"]


def test_a_draft_becomes_the_next_version_of_the_other_in_one_act(
    session: Session, marketer: Actor, now: datetime
) -> None:
    other = read(session, slides(70), title="The deck", summary="Stays")
    draft = read(session, [*slides(70), *slides(71, 3)], status=Status.DRAFT, conversation=None)
    source = session.scalars(select(Version).where(Version.asset_id == draft.id)).one()

    kept = copy_decisions.decide(
        session, draft.id, other.id, Decision.NEW_VERSION, note="Three more slides", actor=marketer, now=now
    )

    newest = kept.current
    pages = session.scalars(select(Page.text).where(Page.version_id == newest.id).order_by(Page.number)).all()
    assert (kept.id, kept.summary, newest.number, newest.label, newest.note) == (
        *(other.id, "Stays", 2, "2.0", "Three more slides"),
    )
    assert (newest.store_key, newest.sha256) == (source.store_key, source.sha256)
    assert pages == [*slides(70), *slides(71, 3)]
    assert (draft.status, draft.successor_id) == (Status.ARCHIVED, other.id)
    assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)).all() == [
        *("asset.merged", "asset.version_added"),
    ]
    assert copies_of(session, kept, marketer, now) == []


def test_the_other_one_may_do_instead(session: Session, marketer: Actor, now: datetime) -> None:
    other, draft = read(session, slides(80)), read(session, slides(80), status=Status.DRAFT)

    kept = copy_decisions.decide(session, draft.id, other.id, Decision.USE_OTHER, actor=marketer, now=now)

    assert (kept.id, kept.version_number) == (other.id, 1)
    assert (draft.status, draft.successor_id) == (Status.ARCHIVED, other.id)


@pytest.mark.parametrize(
    ("mine", "theirs", "why"),
    [(Status.PUBLISHED, Status.PUBLISHED, "not a draft"), (Status.DRAFT, Status.ARCHIVED, "retired")],
)
def test_what_people_may_have_is_never_merged_away(
    session: Session, marketer: Actor, now: datetime, mine: Status, theirs: Status, why: str
) -> None:
    asset, other = read(session, slides(90), status=mine), read(session, slides(90), status=theirs)

    with pytest.raises(Conflict, match=why):
        copy_decisions.decide(session, asset.id, other.id, Decision.NEW_VERSION, actor=marketer, now=now)

    assert (asset.status, other.version_number) == (mine, 1)


def test_the_file_that_is_there_already_is_no_new_version(
    session: Session, marketer: Actor, now: datetime
) -> None:
    asset, other = read(session, slides(91), status=Status.DRAFT), read(session, slides(91))
    for each in (asset, other):
        assets.version_of(session, each).sha256 = "f" * 64

    with pytest.raises(Conflict, match="this very file"):
        copy_decisions.decide(session, asset.id, other.id, Decision.NEW_VERSION, actor=marketer, now=now)


def test_a_rep_decides_nothing(session: Session, now: datetime) -> None:
    asset, other = read(session, slides(92)), read(session, slides(92))
    rep = make_user(session, Role.REP).as_actor()

    with pytest.raises(NotAllowed):
        copy_decisions.decide(session, asset.id, other.id, Decision.DIFFERENT, actor=rep, now=now)


def test_a_twin_known_only_after_reading_is_a_warning_until_somebody_decides(
    session: Session, marketer: Actor, now: datetime
) -> None:
    other = read(session, slides(93))
    asset = read(session, slides(93), status=Status.DRAFT)
    mine, theirs = assets.version_of(session, asset), assets.version_of(session, other)
    mine.sha256, mine.problem = theirs.sha256, "No pictures were drawn."

    sketches.remember(session, mine)
    warned = mine.problem
    (copy,) = copies_of(session, asset, marketer, now)
    copy_decisions.decide(session, asset.id, other.id, Decision.DIFFERENT, actor=marketer, now=now)

    assert warned == f"No pictures were drawn. {sketches.TWIN}"
    assert (copy.asset.id, copy.kind) == (other.id, CopyKind.SAME_FILE)
    assert mine.problem == "No pictures were drawn."


def test_two_files_with_one_sha_1_are_two_assets(
    sessions: Sessions, session: Session, marketer: Actor, corpora: Path, tmp_path: Path, now: datetime
) -> None:
    session.commit()
    store = open_store(f"disk:{tmp_path / 'store'}")
    one = (corpora / "hostile" / "hash-collision" / "mini1.pdf").read_bytes()
    other = collided(one)

    added = [
        adding.add(
            sessions, store, "plan.pdf", io.BytesIO(each), {}, limit_bytes=10**6, actor=marketer, now=now
        )
        for each in (one, other)
    ]

    assert one != other
    assert len({hashlib.sha1(each, usedforsecurity=False).hexdigest() for each in (one, other)}) == 1
    assert len({asset.id for asset in added}) == 2
