"""The sheet that makes a link, the list of one's own, and taking one back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import pytest
from sqlalchemy import select

from content_map.db import Sessions
from content_map.domain.people import Role
from content_map.models import Asset, Share, UsageEvent
from tests.factories import make_account, make_asset, make_search
from tests.web.browsing import Browser, text_of

Visit = Callable[[Role], Browser]
TITLE = "What a day of standstill costs"
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def rep(visit: Visit) -> Browser:
    return visit(Role.REP)


@pytest.fixture
def asset(sessions: Sessions) -> str:
    with sessions.write() as session:
        return make_asset(session, title=TITLE).id


def made(browser: Browser, *assets: str, **fields: str) -> str:
    """Make a link by the sheet and give its address."""
    given = {"account": "Harbour & Vale", "until": "2026-12-24", "version": "latest", **fields}
    page = browser.post("/shares", asset=list(assets), share=str(uuid4()), **given)
    found = re.search(r"http://[^<]*(/s/[\w-]{43})<", page.get_data(as_text=True))
    return found[1] if found else ""


def test_the_sheet_knows_the_customer_of_the_search_and_offers_its_other_results(
    rep: Browser, sessions: Sessions, asset: str
) -> None:
    with sessions.write() as session:
        held = session.get_one(Asset, asset)
        other, inside = make_asset(session, title="Whom to call"), make_asset(session, audience="internal")
        account = make_account(session, "Harbour & Vale").id
        search = make_search(session, rep.person, held, other, inside, account_id=account).id

    sheet = rep.get(f"/shares/new?asset={asset}&search={search}", headers=FRAGMENT).get_data(as_text=True)

    assert sheet.lstrip().startswith("<dialog")
    assert 'value="Harbour &amp; Vale"' in sheet
    assert [title in sheet for title in ("Whom to call", inside.title)] == [True, False]


def test_a_link_is_shown_once_and_works(rep: Browser, sessions: Sessions, asset: str) -> None:
    address = made(rep, asset)

    with sessions.read() as session:
        share = session.scalars(select(Share)).one()
    # The last second of the organisation's day, which is UTC's unless a setting says otherwise.
    assert share.expires_at == datetime.fromisoformat("2026-12-24T23:59:59+00:00")
    assert TITLE in text_of(rep.get(address, headers={"User-Agent": "Mozilla/5.0 Firefox/140.0"}))
    assert address not in rep.get("/shares").get_data(as_text=True)


def test_a_double_click_shares_once(rep: Browser, sessions: Sessions, asset: str) -> None:
    fields = {"asset": asset, "account": "Acme", "until": "2026-12-24", "share": str(uuid4())}

    first, again = (text_of(rep.post("/shares", **fields)) for _ in range(2))

    assert "Copy the link now" in first
    assert "This link was made a moment ago" in again
    with sessions.read() as session:
        assert len(session.scalars(select(UsageEvent)).all()) == 1


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"account": " "}, "Name the customer"),
        ({"until": "2026-11-20"}, "ended already"),
        ({"until": "2028-01-01"}, "a year at most"),
        ({"until": "soon"}, "Write the day"),
        ({"password": "short"}, "Use 8 to"),
        ({"version": "7"}, "no version 7"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_what_was_typed_stays(
    rep: Browser, sessions: Sessions, asset: str, fields: dict[str, str], says: str
) -> None:
    answer = rep.post("/shares", asset=asset, **{"account": "Acme", "until": "2026-12-24", **fields})

    assert answer.status_code == 422
    assert says in text_of(answer)
    assert f'value="{fields.get("until", "2026-12-24")}"' in answer.get_data(as_text=True)
    with sessions.read() as session:
        assert session.scalars(select(Share)).all() == []


def test_a_link_is_taken_back_and_opened_again(rep: Browser, sessions: Sessions, asset: str) -> None:
    address = made(rep, asset)
    with sessions.read() as session:
        share = session.scalars(select(Share.id)).one()

    taken = rep.follow(f"/shares/{share}/revoke", back="/shares")
    ended = rep.get(address).status_code
    rep.post(f"/shares/{share}/reopen", back="/shares")

    assert "Taken back" in text_of(taken)
    assert "Open again" in text_of(taken)
    assert (ended, rep.get(address).status_code) == (410, 200)


def test_a_change_of_day_and_password_is_seen_at_once(rep: Browser, sessions: Sessions, asset: str) -> None:
    address = made(rep, asset)
    with sessions.read() as session:
        share = session.scalars(select(Share.id)).one()

    refused = rep.post(f"/shares/{share}/change", until="2026-11-20", version="latest")
    rep.post(f"/shares/{share}/change", until="2027-01-31", version="latest", password="harbour view")
    asked = text_of(rep.get(address, headers={"User-Agent": "Mozilla/5.0 Firefox/140.0"}))
    rep.post(f"/shares/{share}/change", until="2027-01-31", version="latest", open="1")

    assert (refused.status_code, "Password needed" in asked) == (422, True)
    assert TITLE in text_of(rep.get(address, headers={"User-Agent": "Mozilla/5.0 Firefox/140.0"}))
    assert "until 31 Jan 2027" in text_of(rep.get("/shares"))


def test_each_sees_their_own_links_and_an_admin_everybodys(rep: Browser, visit: Visit, asset: str) -> None:
    made(rep, asset)
    admin, other = visit(Role.ADMIN), visit(Role.REP)

    assert "Harbour" not in text_of(other.get("/shares"))
    assert "Harbour" not in text_of(admin.get("/shares"))
    assert "Harbour" in text_of(admin.get("/shares?everybodys=1"))
    assert other.get("/shares?everybodys=1").status_code == 403
    assert visit(Role.ANALYST).get("/shares").status_code == 403


def test_what_may_not_leave_offers_no_sheet(rep: Browser, sessions: Sessions) -> None:
    with sessions.write() as session:
        inside = make_asset(session, audience="internal").id

    assert rep.get(f"/shares/new?asset={inside}").status_code == 404
    assert rep.get("/shares/new").status_code == 404
