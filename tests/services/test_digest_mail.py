"""The weekly digest by mail: once a week, to those who want it, with every title as text."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from content_map.config import Settings
from content_map.db import Sessions
from content_map.domain.assets import Status
from content_map.domain.people import Role
from content_map.extraction import Limits
from content_map.extraction.sandbox import default_sandbox
from content_map.models import Job
from content_map.services import mail_wishes
from content_map.services.vocabulary import Compiled
from content_map.wiring import Resources
from content_map.work import Bench, all_chores
from search import open_index
from storage import open_store
from tests.conftest import NOW
from tests.factories import make_asset, make_user

RELAY = "smtp://127.0.0.1:2525?security=none"


def bench_of(sessions: Sessions, folder: Path, **given: object) -> Bench:
    settings = Settings.from_environ({}, data_dir=folder, base_url="https://content.example.com", **given)
    settings = replace(settings, secret_key="x" * 32)
    resources = Resources(
        settings, sessions, open_store(settings.store_url), open_index(settings.index_url), Compiled()
    )
    return Bench(resources, Limits(), default_sandbox(), lambda: NOW)


def letters(sessions: Sessions) -> list[dict[str, str]]:
    with sessions.read() as session:
        return [dict(job.payload) for job in session.scalars(select(Job).where(Job.kind == "mail"))]


def digest(bench: Bench) -> int:
    return next(chore for chore in all_chores() if chore.name == "digests").do(bench)


def test_an_owner_gets_one_letter_a_week_about_all_that_waits(sessions: Sessions, tmp_path: Path) -> None:
    bench = bench_of(sessions, tmp_path, smtp_url=RELAY, mail_from="content-map@example.com")
    with sessions.write() as session:
        owner = make_user(session, Role.MARKETER, email="ann@example.com")
        make_asset(session, owner=owner, title="Prices <2026> background = url(x)", review_by=NOW.date())
        make_asset(session, owner=owner, title="Draft", status=Status.DRAFT, conversation=None)
        make_user(session, Role.MARKETER)

    made = [digest(bench), digest(bench)]

    (letter,) = letters(sessions)
    assert made == [1, 0]
    assert (letter["to"], letter["subject"]) == ("ann@example.com", "3 things wait for you in Content Map")
    assert "- Prices <2026> background = url(x)\n  https://content.example.com/assets/" in letter["text"]
    assert "Prices &lt;2026&gt; background = url(x)</a>" in letter["html"]
    assert "<2026>" not in letter["html"]


def test_no_letter_goes_to_who_wants_none_or_without_a_relay(sessions: Sessions, tmp_path: Path) -> None:
    with sessions.write() as session:
        owner = make_user(session, Role.MARKETER)
        make_asset(session, owner=owner, review_by=NOW.date() + timedelta(days=1))
        mail_wishes.set_weekly(session, False, actor=owner.as_actor())
        other = make_user(session, Role.MARKETER)
        make_asset(session, owner=other, review_by=NOW.date())

    without_relay = digest(bench_of(sessions, tmp_path / "a"))

    assert (without_relay, letters(sessions)) == (2, [])
