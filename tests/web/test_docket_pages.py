"""Gaps, requests, the docket and tasks as pages without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select

from content_map.db import Sessions
from content_map.domain.people import Role
from content_map.models import Asset, DocketItem, Request, Task
from tests.factories import make_asset, make_search
from tests.web.browsing import Browser, text_of

Visit = Callable[[Role], Browser]


def search_in_vain(sessions: Sessions, person: Browser, now: datetime, **given: object) -> str:
    with sessions.write() as session:
        values = {
            "asked_at": now - timedelta(days=3),
            "asked_terms": "pain:cold-chain",
            "read_as": "right-people",
        }
        return make_search(session, session.merge(person.person), **{**values, **given}).id


def put_on_docket(sessions: Sessions, **given: object) -> str:
    with sessions.write() as session:
        asset = make_asset(session, title="Old price list")
        item = DocketItem(**{"quarter": "2026-Q3", "stage": "passed-over", "asset_id": asset.id, **given})
        session.add(item)
        session.flush()
        return item.id


def test_a_gap_leads_to_a_request_and_its_answer_to_everybody_who_searched(
    visit: Visit, sessions: Sessions, now: datetime
) -> None:
    rep, other, marketer = visit(Role.REP), visit(Role.REP), visit(Role.MARKETER)
    search_id = search_in_vain(sessions, rep, now, situation="Vaccines that arrive warm")
    search_in_vain(sessions, other, now)
    with sessions.write() as session:
        asset_id = make_asset(session, title="Cold chain in figures").id

    gaps = text_of(rep.get("/requests/gaps"))
    form = rep.get(f"/requests?search={search_id}").get_data(as_text=True)
    rep.post(
        "/requests", situation="Vaccines that arrive warm", conversation="right-people", search=search_id
    )
    again = text_of(rep.get(f"/requests?search={search_id}"))
    with sessions.read() as session:
        path = f"/requests/{session.scalars(select(Request.id)).one()}"
    page = text_of(marketer.get(f"{path}?q=cold"))
    filled = text_of(marketer.follow(path, status="filled", asset=asset_id, answer="Signed last week."))

    assert "2 reps · 0 accounts · 2 searches: 2 without a result" in gaps
    assert "Vaccines that arrive warm" not in gaps
    assert ">Vaccines that arrive warm</textarea>" in form
    assert "Marketing was asked for the same already" in again
    assert "2 reps · 2 searches for the same found nothing" in page
    assert "Cold chain in figures" in page
    assert "Filled. Whoever asked or searched for it is told." in filled
    assert "Your request was filled: Cold chain in figures" in text_of(rep.get("/notifications"))
    heard = text_of(other.get("/notifications"))
    assert "What you searched for and did not find is there now: Cold chain in figures" in heard
    assert other.get(path).status_code == 404


def test_an_owner_and_a_day_show_and_an_overdue_request_waits_in_the_list(
    visit: Visit, sessions: Sessions, now: datetime
) -> None:
    rep, marketer = visit(Role.REP), visit(Role.MARKETER)
    rep.post("/requests", situation="A page for the board")
    with sessions.write() as session:
        request = session.scalars(select(Request)).one()
        request.due_on = now.date() - timedelta(days=2)
        path = f"/requests/{request.id}"

    before = text_of(marketer.get("/requests?waiting=1"))
    refused = marketer.post(path, owner=marketer.person.id, due_on="2026-01-05")
    saved = text_of(marketer.follow(path, owner=marketer.person.id, due_on="2026-12-01"))
    without = marketer.post(path, status="filled")

    assert "Overdue since" in before
    assert refused.status_code == 422
    assert "That day is over" in text_of(refused)
    assert f"{marketer.person.name}, by" in saved
    assert without.status_code == 422
    assert "Name the asset that fills this request." in text_of(without)
    assert "Requests" in text_of(marketer.get("/to-do"))


def test_both_sides_settle_the_docket_and_either_takes_it_back(visit: Visit, sessions: Sessions) -> None:
    marketer, manager = visit(Role.MARKETER), visit(Role.MANAGER)
    item = put_on_docket(sessions)

    nothing = marketer.post("/docket", quarter="2026-Q3", choice="retire")
    noted = text_of(marketer.follow("/docket", quarter="2026-Q3", item=item, choice="retire", note="Of 2024"))
    unknown = marketer.post(
        "/docket", quarter="2026-Q3", item=item, choice="retire", successor="No such title"
    )
    settled = text_of(manager.follow("/docket", quarter="2026-Q3", shown=item, all="1", choice="retire"))
    with sessions.read() as session:
        retired = session.scalars(select(Asset.status).where(Asset.title == "Old price list")).one()
    back = text_of(manager.follow("/docket", quarter="2026-Q3", take_back=item))

    assert nothing.status_code == 422
    assert "Tick the assets you decide on." in text_of(nothing)
    assert "Noted for your side." in noted
    assert "“Of 2024”" in noted
    assert "No live asset is called “No such title”" in text_of(unknown)
    assert "Both sides say the same; settled and done: 1." in settled
    assert retired == "archived"
    assert "Taken back. What had been settled is undone." in back
    assert "Sales: nothing yet" in back


def test_a_closed_quarter_is_put_on_by_hand_and_a_running_one_is_not(
    visit: Visit, sessions: Sessions
) -> None:
    marketer, rep = visit(Role.MARKETER), visit(Role.REP)
    with sessions.write() as session:
        make_asset(session, title="Never shown")

    empty = text_of(marketer.get("/docket"))
    filled = text_of(marketer.follow("/docket/fill", quarter="2026-Q3"))

    assert "Nothing of this quarter is on the docket" in empty
    assert "On the docket now: 1 asset." in filled
    assert "Never shown" in filled
    assert "Never surfaced" in filled
    assert marketer.get("/docket?quarter=2026-Q4").status_code == 422
    assert rep.get("/docket").status_code == 403


def test_teaching_is_finished_with_its_day_and_the_reps_reached(visit: Visit, sessions: Sessions) -> None:
    marketer, manager = visit(Role.MARKETER), visit(Role.MANAGER)
    item = put_on_docket(sessions, sales_choice="teach", sales_by=manager.person.id)
    marketer.post("/docket", quarter="2026-Q3", item=item, choice="teach")
    with sessions.read() as session:
        path = f"/docket/tasks/{session.scalars(select(Task.id)).one()}"

    waits = text_of(manager.get("/to-do"))
    listed = text_of(manager.get("/docket/tasks"))
    without = manager.post(path, act="done", reps_reached="9")
    done = text_of(manager.follow(path, act="done", taught_on="2026-11-20", reps_reached="9"))
    shown = text_of(marketer.get("/docket/tasks?show=done"))

    assert "Old price list" in waits
    assert "Teach it" in listed
    assert without.status_code == 422
    assert "Say on which day it was taught." in text_of(without)
    assert "No task waits" in done
    assert "9 reps reached" in shown
    assert "Taught: Old price list" in text_of(marketer.get("/notifications"))
