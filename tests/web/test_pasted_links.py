"""Pasting the address of a web page on the upload page."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from content_map.db import Sessions
from content_map.domain.assets import Status
from content_map.domain.conversations import Conversation
from content_map.domain.people import Role
from content_map.models import Asset, LinkCheck, UsageEvent, Version
from content_map.services import links
from content_map.services.asset_changes import AssetChanges
from tests.web.browsing import text_of
from tests.web.conftest import Visit

GUIDE = "https://example.com/guides/late-deliveries"


def test_pasted_address_becomes_a_draft_to_tag(visit: Visit, sessions: Sessions) -> None:
    browser = visit(Role.MARKETER)

    shown = browser.follow("/upload/link", url=f" {GUIDE} ")

    assert "The link is stored as a draft" in text_of(shown)
    with sessions.read() as session:
        assert session.scalars(select(Version.url)).all() == [GUIDE]


def test_address_that_cannot_be_linked_is_told_beside_the_field_and_stays_typed(
    visit: Visit, sessions: Sessions
) -> None:
    shown = visit(Role.MARKETER).post("/upload/link", url="http://localhost:80/admin")

    assert shown.status_code == 422
    assert "This address is inside a private network" in text_of(shown)
    assert 'value="http://localhost:80/admin"' in shown.get_data(as_text=True)
    with sessions.read() as session:
        assert session.scalars(select(Asset)).all() == []


def test_same_address_again_shows_the_twin_and_may_be_added_all_the_same(
    visit: Visit, sessions: Sessions
) -> None:
    browser = visit(Role.MARKETER)
    browser.post("/upload/link", url=GUIDE)

    shown = browser.post("/upload/link", url=GUIDE)
    browser.post("/upload/link", url=GUIDE, allow_duplicate="true")

    assert shown.status_code == 409
    assert "The same address is in the library already" in text_of(shown)
    assert "Add it all the same" in text_of(shown)
    with sessions.read() as session:
        assert session.scalars(select(Version.url)).all() == [GUIDE, GUIDE]


def test_page_of_a_link_leads_out_of_the_product_and_says_when_it_was_looked_at(
    visit: Visit, sessions: Sessions, now: datetime
) -> None:
    marketer, rep = visit(Role.MARKETER), visit(Role.REP)
    with sessions.write() as session:
        changes: AssetChanges = {"conversation": Conversation.POINT_OF_VIEW, "status": Status.PUBLISHED}
        actor = marketer.person.as_actor()
        asset = links.create(session, GUIDE, changes, actor=actor, now=now)
        three_days_ago = now - timedelta(days=3)
        check = LinkCheck(
            version_id=asset.current.id, checked_at=three_days_ago, next_check_at=now, failures=0
        )
        session.add(check)

    shown = rep.get(f"/assets/{asset.id}/pages/1")
    followed = rep.get(f"/assets/{asset.id}/download")

    assert "example.com Checked 3 days ago" in text_of(shown)
    way_out = rf'href="/assets/{asset.id}/download" rel="noopener noreferrer"'
    assert way_out in shown.get_data(as_text=True)
    assert (followed.status_code, followed.headers["Location"]) == (302, GUIDE)
    with sessions.read() as session:
        event = session.scalars(select(UsageEvent)).one()
        assert (event.kind, event.asset_id, event.actor_id) == ("download", asset.id, rep.person.id)


def test_reps_paste_no_links(visit: Visit) -> None:
    assert visit(Role.REP).post("/upload/link", url=GUIDE).status_code == 403
