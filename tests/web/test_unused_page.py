"""The page of the report on unused content: a finding first, the rest behind tabs, a button for who may press it."""

from __future__ import annotations

import gzip
import re
from datetime import datetime, timedelta

import pytest
from flask import Flask

from content_map.db import Sessions
from content_map.domain.people import Role
from content_map.domain.usage import EventKind, Feedback
from content_map.models import Asset, Task, User
from tests.factories import make_asset, make_user
from tests.support.stories import happen, told
from tests.web.browsing import Browser, text_of
from tests.web.conftest import Visit

PAGE = "/insights/unused-assets"
Q4 = f"{PAGE}?quarter=2026-Q4"
TABS = ("overview", "assets", "breakdowns", "trend", "drift", "feedback", "apart", "counted")


@pytest.fixture
def owner(sessions: Sessions) -> User:
    with sessions.write() as session:
        return make_user(session, Role.MARKETER, name="Ola Owner")


@pytest.fixture
def library(sessions: Sessions, owner: User, now: datetime) -> dict[str, str]:
    """Four assets of the running quarter: never met, not understood, out of date, and opened without a word."""
    since = now - timedelta(days=45)
    with sessions.write() as session:
        rep = make_user(session)
        assets = {
            name: make_asset(
                session, title=f"Asset {name}", owner=owner, live_from=since, guide={"say_first": "Hi"}
            )
            for name in ("unmet", "teach", "old", "silent")
        }
        events = [told(EventKind.OPEN, rep, each, since) for name, each in assets.items() if name != "unmet"]
        for name, feedback in (("teach", Feedback.DO_NOT_KNOW_HOW), ("old", Feedback.OUTDATED)):
            said = {"account": "Harbour & Vale", "feedback": feedback}
            events.append(told(EventKind.NOT_USED, rep, assets[name], since, **said))
        happen(session, events, now=now)
        return {name: each.id for name, each in assets.items()}


def buttons(page: str) -> dict[str, str]:
    """What can be pressed in the table of assets, by title."""
    found = {}
    for row in re.findall(r"<tr>.*?</tr>", page, re.S)[1:]:
        title = re.search(r'class="main"[^>]*>([^<]*)', row)
        label = re.search(
            r"(?:<button class=\"btn btn-small\">|<a class=\"btn btn-small\"[^>]*>|<summary>)([^<]+)<", row
        )
        found[title[1] if title else ""] = label[1] if label else ""
    return found


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_says_first_what_was_observed(visit: Visit, library: dict[str, str], tab: str) -> None:
    answer = visit(Role.REP).get(f"{Q4}&tab={tab}")

    page = text_of(answer)
    assert answer.status_code == 200
    assert page.index("Observed: ") < page.index("Overview")
    assert "Too little observed to judge content" in page


def test_the_first_page_names_five_actions_at_most_each_with_its_side(
    visit: Visit, library: dict[str, str]
) -> None:
    page = text_of(visit(Role.REP).get(Q4))

    assert "No use was recorded for 4 of 4 assets ." in page
    assert "teach it, and note the date and the reps reached. Sales Show 1 asset" in page
    assert "bring it up to date or retire it. Marketing Show 1 asset" in page
    assert "%" not in page[page.index("Never surfaced") : page.index("Barely surfaced")]


@pytest.mark.parametrize(
    ("role", "pressed"),
    [
        (Role.MARKETER, {"unmet": "", "teach": "Teach", "old": "Retire", "silent": "Ask the owner"}),
        (Role.MANAGER, {"unmet": "", "teach": "Teach", "old": "", "silent": "Ask the owner"}),
        (Role.REP, {"unmet": "", "teach": "", "old": "", "silent": ""}),
        (Role.ANALYST, {"unmet": "", "teach": "", "old": "", "silent": ""}),
    ],
)
def test_only_who_may_do_it_gets_the_button(
    visit: Visit, library: dict[str, str], role: Role, pressed: dict[str, str]
) -> None:
    page = visit(role).get(f"{Q4}&tab=assets").get_data(as_text=True)

    # Nobody searched, so what was never shown is no fault of its tags: sales' turn, and nothing to press.
    assert buttons(page) == {f"Asset {name}": label for name, label in pressed.items()}
    assert page.count("<b>Sales</b>") == 2


def test_teaching_is_asked_for_and_then_stands_as_asked(
    visit: Visit, library: dict[str, str], sessions: Sessions
) -> None:
    marketer = visit(Role.MARKETER)
    back = f"{Q4}&tab=assets"

    page = text_of(
        marketer.follow(f"{PAGE}/asked", act="teach", asset=library["teach"], quarter="2026-Q4", back=back)
    )

    with sessions.read() as session:
        (task,) = session.query(Task).filter_by(asset_id=library["teach"])
    assert (task.kind, task.side, task.quarter) == ("teach", "sales", "2026-Q4")
    assert "It stands among the tasks of the side that owns it." in page
    assert "Asked for" in page


def test_the_owner_is_asked_and_reads_it(
    visit: Visit, library: dict[str, str], owner: User, app: Flask
) -> None:
    manager = visit(Role.MANAGER)

    page = text_of(manager.follow(f"{PAGE}/asked", act="ask", asset=library["silent"], quarter="2026-Q4"))

    assert "The owner is asked." in page
    reading = Browser.of(app.test_client(), owner)
    assert "asks why no use was recorded in 2026-Q4" in text_of(reading.get("/notifications"))


def test_retiring_takes_a_pasted_address_and_offers_the_way_back(
    visit: Visit, library: dict[str, str], sessions: Sessions
) -> None:
    marketer = visit(Role.MARKETER)
    address = f"http://localhost/assets/{library['silent']}?page=2"
    back = f"{Q4}&tab=assets"

    page = marketer.follow(f"{PAGE}/retired", asset=library["old"], successor=address, back=back)

    with sessions.read() as session:
        old = session.get_one(Asset, library["old"])
    assert (old.status, old.successor_id) == ("archived", library["silent"])
    assert "Undo last change" in text_of(page)
    (token,) = re.findall(r'name="token" value="(\w+)"', page.get_data(as_text=True))
    marketer.post("/library/bulk/undo", token=token)
    with sessions.read() as session:
        assert session.get_one(Asset, library["old"]).status == "published"


def test_a_wrong_successor_is_a_sentence_and_retires_nothing(visit: Visit, library: dict[str, str]) -> None:
    page = text_of(visit(Role.MARKETER).follow(f"{PAGE}/retired", asset=library["old"], successor="nowhere"))

    assert "The successor must be another asset of this library." in page


def test_a_rep_who_sends_the_form_anyway_is_refused(visit: Visit, library: dict[str, str]) -> None:
    rep = visit(Role.REP)

    asked = rep.post(f"{PAGE}/asked", act="teach", asset=library["teach"], quarter="2026-Q4")
    rep.post(f"{PAGE}/retired", asset=library["old"])

    assert asked.status_code == 403
    assert "Retired" not in text_of(rep.get(f"{Q4}&tab=assets"))


def test_classes_conversations_and_cures_filter_the_assets(visit: Visit, library: dict[str, str]) -> None:
    rep = visit(Role.REP)

    def titles(query: str) -> list[str]:
        return list(buttons(rep.get(f"{Q4}&tab=assets&{query}").get_data(as_text=True)))

    assert titles("stage=never-surfaced") == ["Asset unmet"]
    assert titles("act=teach") == ["Asset teach"]
    assert titles("conversation=tangible-value") == []
    assert titles("stage=opened-not-used&order=title") == ["Asset old", "Asset silent", "Asset teach"]
    assert rep.get(f"{Q4}&tab=assets&stage=unknown").status_code == 422
    assert rep.get(f"{Q4}&tab=nothing").status_code == 422


def test_many_assets_come_a_hundred_at_a_time_on_a_small_page(
    visit: Visit, sessions: Sessions, owner: User, now: datetime
) -> None:
    with sessions.write() as session:
        made = [make_asset(session, owner=owner, live_from=now - timedelta(days=45)) for _ in range(201)]
        happen(session, [told(EventKind.OPEN, make_user(session), made[0], now - timedelta(days=1))], now=now)
    rep = visit(Role.REP)

    first = rep.get(f"{Q4}&tab=assets").get_data(as_text=True)
    last = rep.get(f"{Q4}&tab=assets&start=200").get_data(as_text=True)
    beyond = rep.get(f"{Q4}&tab=assets&start=900").get_data(as_text=True)

    assert [len(buttons(page)) for page in (first, last, beyond)] == [100, 1, 100]
    assert "start=100" in first
    assert 'rel="next"' not in last
    assert len(gzip.compress(first.encode())) <= 25_000


def test_the_switch_says_what_it_counts_and_stays_on_from_tab_to_tab(
    visit: Visit, library: dict[str, str], sessions: Sessions, owner: User, now: datetime
) -> None:
    with sessions.write() as session:
        asset = session.get_one(Asset, library["unmet"])
        happen(session, [told(EventKind.OPEN, owner, asset, now - timedelta(days=1))], now=now)
    rep = visit(Role.REP)

    without, with_them = rep.get(Q4), rep.get(f"{Q4}&with_left_out=1")

    assert "Left out of every count: 1" in text_of(without)
    assert "1 row of owners, other roles, machines, test accounts and agents is counted here too." in text_of(
        with_them
    )
    (trend,) = re.findall(r'href="([^"]*tab=trend[^"]*)"', with_them.get_data(as_text=True))
    assert "with_left_out=1" in trend


def test_a_quarter_before_recording_says_when_it_began(visit: Visit, library: dict[str, str]) -> None:
    page = text_of(visit(Role.REP).get(f"{PAGE}?quarter=2026-Q2"))

    assert "Nothing was recorded in this quarter" in page
    assert "Recording began on" in page
    assert "went unused" not in page
    assert "No use was recorded" not in page


def test_a_library_that_nobody_touched_yet_has_a_page_of_its_own(visit: Visit) -> None:
    page = text_of(visit(Role.ANALYST).get(PAGE))

    assert "Recording begins with the first search and the first asset opened." in page


def test_a_quarter_in_the_future_is_refused(visit: Visit) -> None:
    answer = visit(Role.ANALYST).get(f"{PAGE}?quarter=2027-Q3")

    assert answer.status_code == 422
    assert "has not begun yet" in text_of(answer)


def test_definitions_and_thresholds_are_printed(visit: Visit, library: dict[str, str]) -> None:
    rep = visit(Role.REP)

    overview, counted = text_of(rep.get(Q4)), text_of(rep.get(f"{Q4}&tab=counted"))

    assert "No open after 30 or more impressions at rank 5 or better, by 5 or more reps" in overview
    assert "No open in 30 bounds the rate of opening below 9.5 % (one-sided 95 %)." in overview
    assert "the impressions of one rep are not independent of each other" in overview
    assert "More than 10 uses by one person within 10 minutes." in counted
    assert "Time zone : UTC" in counted
