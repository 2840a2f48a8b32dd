"""Large files whose completion and cancellation meet: whoever is second is refused, and no asset loses its bytes."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from content_map.db import Sessions
from content_map.domain.people import Actor, Role
from content_map.errors import Gone
from content_map.models import Asset
from content_map.services import completing, uploads
from content_map.services.completing import VersionWords
from storage import open_store
from storage.contract import ObjectStore
from tests.factories import make_user

CONTENT = b"Late deliveries cost trust, and trust is what a carrier sells."


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return open_store(f"disk:{tmp_path / 'store'}")


@pytest.fixture
def marketer(sessions: Sessions) -> Actor:
    with sessions.write() as session:
        return make_user(session, role=Role.MARKETER).as_actor()


class Desk:
    """One upload whose only part is there."""

    def __init__(self, sessions: Sessions, store: ObjectStore, actor: Actor, now: datetime) -> None:
        self.with_whom: dict[str, Any] = {"actor": actor, "now": now}
        self.sessions, self.store = sessions, store
        upload = uploads.begin(
            sessions, store, "trust.txt", len(CONTENT), None, limit_bytes=1_000, **self.with_whom
        )
        part = store.parts.put(
            upload.store_key, upload.store_upload, 1, io.BytesIO(CONTENT), limit_bytes=len(CONTENT)
        )
        self.id, self.key, self.sent = upload.id, upload.store_key, (1, part.etag)

    def complete(self) -> Asset:
        return completing.complete(
            self.sessions, self.store, self.id, [self.sent], {}, VersionWords(), **self.with_whom
        )

    def abort(self) -> None:
        uploads.abort(self.sessions, self.store, self.id, **self.with_whom)


@pytest.fixture
def desk(sessions: Sessions, store: ObjectStore, marketer: Actor, now: datetime) -> Desk:
    return Desk(sessions, store, marketer, now)


def test_cancelling_what_was_completed_a_moment_ago_takes_nothing_away(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = uploads.find

    def completed_just_after(*given: Any, **named: Any) -> Any:
        found = find(*given, **named)
        desk.complete()
        return found

    monkeypatch.setattr(uploads, "find", completed_just_after)

    with pytest.raises(Gone):
        desk.abort()

    with desk.store.open(desk.key) as stream:
        assert stream.read() == CONTENT


def test_completing_what_is_cancelled_meanwhile_says_that_it_has_ended(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    join = completing._join

    def cancelled_just_after(*given: Any) -> Any:
        joined = join(*given)
        desk.abort()
        return joined

    monkeypatch.setattr(completing, "_join", cancelled_just_after)

    with pytest.raises(Gone):
        desk.complete()

    assert list(desk.store.keys("")) == []
