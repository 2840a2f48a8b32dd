"""The audit trail is one chain, however many act at once, from the very first act on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from sqlalchemy import select

from content_map import migrations
from content_map.models import AuditEntry
from content_map.services import audit
from tests.conftest import NOW
from tests.support.databases import opened, own_settings

AT_ONCE = 4


def test_the_first_acts_of_a_database_may_come_together(tmp_path: Path) -> None:
    with own_settings() as settings, opened(tmp_path, settings) as sessions:
        migrations.upgrade(sessions.engine)
        together = Barrier(AT_ONCE)

        def act(number: int) -> None:
            together.wait(timeout=20)
            with sessions.write() as session:
                audit.note(session, "asset.changed", "asset", str(number), actor=None, now=NOW)

        with ThreadPoolExecutor(AT_ONCE) as people:
            list(people.map(act, range(AT_ONCE)))
        with sessions.read() as session:
            numbers = session.scalars(select(AuditEntry.number).order_by(AuditEntry.number)).all()
            broken = list(audit.broken_links(session))

    assert (numbers, broken) == ([1, 2, 3, 4], [])
