"""No exit says who did what while PEOPLE_IN_REPORTS is none: walked over the addresses there are.

One rep is alone in a team and does everything there is to do. Nobody else may then meet the name or the team.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from content_map.config import Settings
from content_map.db import Sessions
from content_map.domain.people import Role
from content_map.models import Asset, Request, SavedSearch, Search, Share, Team, Term, UsageEvent, User
from content_map.reports import REPORTS
from content_map.worker import Worker
from tests.factories import make_asset, make_user
from tests.web import browsing
from tests.web.browsing import Browser

pytestmark = pytest.mark.once

API = "/api/v1"
TOKEN = {"X-CSRF-Token": browsing.TOKEN}
NAME, TEAM = "Zebulon Quirk", "Quokka squad"
TELLING = re.compile(rb"zebulon|quirk|quokka", re.IGNORECASE)

# A request is a letter: whoever answers it knows whom to ask back.
LETTERS = frozenset({"requests.all", "requests.one"})
# Addresses that hold nothing of this organisation.
NOTHING_THERE = frozenset(
    {"static", "pages.static_files.file", "pages.demo.sign_in", "docs.page", "docs.document"}
)


@pytest.fixture
def people_in_reports(request: pytest.FixtureRequest) -> str:
    return str(getattr(request, "param", "none"))


@pytest.fixture
def settings(tmp_path: Path, people_in_reports: str) -> Settings:
    given = {"CONTENT_MAP_PEOPLE_IN_REPORTS": people_in_reports}
    return Settings.from_environ(given, data_dir=tmp_path, upload_limit_bytes=1_000_000, secret_key="x" * 32)


@pytest.fixture
def asset(sessions: Sessions, worker: Worker, now: datetime) -> Asset:
    with sessions.write() as session:
        owner = make_user(session, Role.MARKETER, name="Mara")
        made = make_asset(
            session,
            owner=owner,
            title="What late deliveries cost",
            pages=("Late deliveries cost trust.",),
            live_from=now - timedelta(days=200),
        )
    worker.run_pending()
    return made


@pytest.fixture
def others(app: Flask, sessions: Sessions, asset: Asset) -> list[Browser]:
    """A manager, who sees team reports, and the marketer whose asset it is; two large teams around them."""
    with sessions.write() as session:
        teams = [Team(name=name, created_at=asset.created_at) for name in ("Large", "Largest")]
        session.add_all(teams)
        session.flush()
        manager = make_user(session, Role.MANAGER, team_id=teams[1].id)
        for person in range(12):
            make_user(session, team_id=teams[person % 2].id)
        owner = session.get_one(User, asset.owner_id)
        session.expunge(owner)
    return [Browser.of(app.test_client(), person) for person in (manager, owner)]


@pytest.fixture
def busy(
    app: Flask, sessions: Sessions, asset: Asset, others: list[Browser], worker: Worker, now: datetime
) -> Browser:
    """The one who did it all."""
    with sessions.write() as session:
        team = Team(name=TEAM, created_at=asset.created_at)
        session.add(team)
        session.flush()
        person = make_user(session, name=NAME, email="zebulon.quirk@example.com", team_id=team.id)
    browser = Browser.of(app.test_client(), person)
    found = browser.get(f"{API}/search?situation=late+deliveries&account=Harbour").get_json()
    asked = found["id"]
    browser.get(f"/find/{asked}")
    browser.get(f"/assets/{asset.id}?search={asked}")
    events: list[dict[str, Any]] = [
        {"kind": "use", "account": "Harbour", "conversation": "point-of-view", "how": "sent"},
        {"kind": "not_used", "account": "Vale", "feedback": "outdated"},
        {"kind": "feedback", "feedback": "outdated", "text": "The prices are last year's."},
        {"kind": "feedback", "feedback": "do_not_know_how"},
        {"kind": "outcome", "account": "Harbour", "conversation": "point-of-view", "outcome": "reached"},
    ]
    filled = [{"id": str(uuid.uuid4()), "asset": asset.id, **event} for event in events]
    answer = browser.client.post(f"{API}/usage", json={"events": filled}, headers=TOKEN)
    assert_taken(answer.status_code == 200 and answer.get_json()["rejected"] == [])
    share = {"assets": [asset.id], "account": "Harbour"}
    assert_taken(browser.client.post(f"{API}/shares", json=share, headers=TOKEN).status_code == 201)
    with sessions.write() as session:
        wish = {"situation": "Late deliveries in ports", "status": "open", "terms": []}
        session.add(Request(**wish, asked_by=person.id, created_at=now, updated_at=now))
    worker.run_pending()
    return browser


def assert_taken(is_taken: bool) -> None:
    """What the story needs happened, or it would prove nothing."""
    assert is_taken


def addresses(app: Flask, sessions: Sessions, asset: Asset) -> Iterator[tuple[str, str]]:
    """Every address that can be got, filled with what there is; for a name of something else, nothing is there."""
    with sessions.read() as session:
        first = {
            "search_id": session.scalar(select(Search.id)),
            "request_id": session.scalar(select(Request.id)),
            "share_id": session.scalar(select(Share.id)),
            "saved_id": session.scalar(select(SavedSearch.id)),
            "event_id": session.scalar(select(UsageEvent.id)),
            "term_id": session.scalar(select(Term.id)),
            "person_id": session.scalar(select(User.id)),
        }
    known = {key: value or "none" for key, value in first.items()}
    values = {**known, "asset_id": asset.id, "other_id": asset.id, "number": 1, "version": 1, "place": 1}
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint in NOTHING_THERE:
            continue
        names = list(REPORTS) if "name" in rule.arguments else [""]
        for name in names:
            rest = dict.fromkeys(rule.arguments, "none")
            built = rule.build({**rest, **values, "name": name}, append_unknown=False)
            if built is not None:
                yield rule.endpoint, built[1]
                if name and REPORTS[name].needs_asset:
                    yield rule.endpoint, f"{built[1]}?asset={asset.id}"


def holds(answer: TestResponse) -> bool:
    return TELLING.search(answer.get_data()) is not None


def walked(app: Flask, sessions: Sessions, asset: Asset, others: list[Browser]) -> Iterator[str]:
    """Where somebody else meets the name or the team."""
    for endpoint, address in addresses(app, sessions, asset):
        # The formats of a report hold what its JSON holds.
        if endpoint.endswith((".pdf", ".xlsx", ".csv")) and "report" in endpoint:
            continue
        for other in others:
            answer = other.get(address)
            assert_taken(answer.status_code != 500)
            if holds(answer):
                yield endpoint


def test_under_none_nobody_meets_the_name_or_the_team(
    app: Flask, sessions: Sessions, asset: Asset, others: list[Browser], busy: Browser
) -> None:
    met = set(walked(app, sessions, asset, others))

    assert met - LETTERS == set()


@pytest.mark.parametrize("people_in_reports", ["named"], indirect=True)
def test_where_people_are_named_the_walk_meets_them(
    app: Flask, sessions: Sessions, asset: Asset, others: list[Browser], busy: Browser
) -> None:
    """Or the test above could be blind."""
    pages = [f"/assets/{asset.id}", "/insights/team-adoption"]

    assert [holds(others[0].get(page)) for page in pages] == [True, True]


@pytest.mark.parametrize("people_in_reports", ["none", "team"], indirect=True)
def test_a_large_team_may_be_named_beside_feedback_and_a_small_one_never(
    asset: Asset, others: list[Browser], busy: Browser
) -> None:
    """The smaller of the large ones goes along: what names no team must not point at the small one."""
    said = {"id": str(uuid.uuid4()), "kind": "feedback", "asset": asset.id, "feedback": "helpful"}
    others[0].client.post(f"{API}/usage", json={"events": [said]}, headers=TOKEN)

    page = others[1].get(f"/assets/{asset.id}").get_data(as_text=True)

    assert "Sales, Largest" in page
    assert TEAM not in page
