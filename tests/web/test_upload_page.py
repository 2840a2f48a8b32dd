"""The upload page beyond one file: twins that were found by reading, parts by signed address, a store of its own."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from content_map.app import content_policy
from content_map.db import Sessions
from content_map.domain.assets import State, Status
from content_map.domain.people import Role
from content_map.domain.uploads import LASTS
from content_map.models import Version
from content_map.part_addresses import address
from content_map.services import sketches, uploads
from content_map.wiring import Resources
from tests.factories import make_asset
from tests.web.browsing import text_of
from tests.web.conftest import Visit


def test_the_twin_of_a_file_that_came_in_parts_is_one_click_away(visit: Visit, sessions: Sessions) -> None:
    marketer = visit(Role.MARKETER)
    with sessions.write() as session:
        twin = make_asset(session, title="How trust is lost")
        draft = make_asset(session, owner=marketer.person, status=Status.DRAFT)
        version = session.scalars(select(Version).where(Version.asset_id == draft.id)).one()
        same = session.scalars(select(Version.sha256).where(Version.asset_id == twin.id)).one()
        version.sha256, version.problem = same, sketches.TWIN

    page = marketer.get("/upload")

    assert "Open “How trust is lost”" in text_of(page)
    assert f'href="/assets/{twin.id}"' in page.get_data(as_text=True)


def test_two_things_that_somebody_told_apart_are_no_twins_any_more(visit: Visit, sessions: Sessions) -> None:
    marketer = visit(Role.MARKETER)
    with sessions.write() as session:
        twin = make_asset(session, title="How trust is lost")
        draft = make_asset(session, owner=marketer.person, status=Status.DRAFT)
        version = session.scalars(select(Version).where(Version.asset_id == draft.id)).one()
        version.sha256 = session.scalars(select(Version.sha256).where(Version.asset_id == twin.id)).one()

    assert "Open “How trust is lost”" not in text_of(marketer.get("/upload"))


def test_a_signed_address_ends_with_its_time_though_its_upload_goes_on(
    app: Flask, visit: Visit, stranger: FlaskClient, resources: Resources, now: datetime
) -> None:
    upload = uploads.begin(
        resources.sessions,
        resources.store,
        "film.mp4",
        3,
        None,
        limit_bytes=3,
        actor=visit(Role.MARKETER).person.as_actor(),
        now=now,
    )
    with app.test_request_context():
        url = address(upload.id, 1)

    app.extensions["clock"] = lambda: now + LASTS / 2
    late = stranger.put(url, data=b"abc")
    app.extensions["clock"] = lambda: now
    in_time = stranger.put(url, data=b"abc")

    assert (late.status_code, in_time.status_code) == (403, 200)


@pytest.mark.once
def test_pages_may_reach_the_store_only_where_it_takes_parts_itself() -> None:
    assert "connect-src 'self';" in content_policy(None)
    assert "connect-src 'self' https://s3.example.com;" in content_policy("https://s3.example.com")
    assert "script-src 'self';" in content_policy("https://s3.example.com")


def test_drafts_beyond_the_list_are_counted_and_lead_to_the_library(visit: Visit, sessions: Sessions) -> None:
    marketer = visit(Role.MARKETER)
    with sessions.write() as session:
        for _ in range(32):
            make_asset(session, owner=marketer.person, status=Status.DRAFT)

    page = marketer.get("/upload")

    assert "2 more drafts of yours in the library" in text_of(page)
    assert f'href="/library?status=draft&amp;owner={marketer.person.id}"' in page.get_data(as_text=True)


@pytest.mark.parametrize(("state", "keeps_looking"), [(State.PROCESSING, True), (State.READY, False)])
def test_the_list_looks_again_only_while_a_file_is_being_read(
    visit: Visit, sessions: Sessions, state: State, keeps_looking: bool
) -> None:
    marketer = visit(Role.MARKETER)
    with sessions.write() as session:
        draft = make_asset(session, owner=marketer.person, status=Status.DRAFT)
        session.scalars(select(Version).where(Version.asset_id == draft.id)).one().state = state.value

    assert ("data-being-read" in marketer.get("/upload").get_data(as_text=True)) is keeps_looking
