"""Large files wait beside the data, never in the system's temporary folder, which may be small or memory."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path

import pytest

from content_map.app import create_app
from content_map.config import Settings
from content_map.db import Sessions
from content_map.domain.assets import State
from content_map.domain.people import Role
from content_map.services import assets, signing_in, users, vocabulary
from content_map.services.vocabulary import Compiled
from content_map.wiring import Resources
from content_map.worker import Worker
from search import open_index
from storage import open_store
from tests.support.client import envelope, form_headers

LONG_NOTE = b"# Downtime\n\nEvery minute of downtime costs a shift its rhythm.\n" * 20_000


def test_upload_and_reading_need_no_room_in_the_temporary_folder(
    sessions: Sessions, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings.from_environ({}, data_dir=tmp_path, secret_key="x" * 32)
    store, index = open_store(settings.store_url), open_index(settings.index_url)
    parts = Resources(settings, sessions, store, index, Compiled())
    with sessions.write() as session:
        vocabulary.install_first(session)
        marketer = users.add(session, "mia@example.com", role=Role.MARKETER, actor=None, now=now)
        _, token = signing_in.make_token(session, marketer.id, "test", actor=None, now=now)
        actor = marketer.as_actor()
    client = create_app(settings, resources=parts, clock=lambda: now).test_client()
    worker = Worker(parts, lambda: now)
    head, tail = envelope("downtime.md")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "no such folder"))

    answer = client.post(
        "/api/v1/assets",
        data=head + LONG_NOTE + tail,
        headers={
            **form_headers(len(head) + len(LONG_NOTE) + len(tail)),
            "Authorization": f"Bearer {token}",
        },
    )
    worker.run_pending()

    assert answer.status_code == 201
    with sessions.read() as session:
        asset = assets.get(session, answer.get_json()["id"], actor=actor, now=now)
        assert (asset.current.state, asset.current.size_bytes) == (State.READY, len(LONG_NOTE))
    worker.close()
    index.close()
