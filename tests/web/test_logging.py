"""Saying what was done with an asset: in one or two taps, with undo, for several at once, and put right later."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from content_map.db import Sessions
from content_map.domain.conversations import Conversation
from content_map.domain.people import Role
from content_map.domain.usage import EventKind
from content_map.models import Account, Asset, Search, UsageEvent
from content_map.services import indexing
from content_map.wiring import Resources
from tests.factories import make_account, make_asset, make_search
from tests.support.stories import happen, told
from tests.web.browsing import Browser, text_of

Visit = Callable[[Role], Browser]
PIECE = {"HX-Request": "true"}
NAME = "Harbour & Vale"
MEETING = Conversation.RELEVANT_MEETING
SENTENCE = "a bank afraid that a branch closes during the move"


@pytest.fixture
def rep(visit: Visit) -> Browser:
    return visit(Role.REP)


@pytest.fixture
def account(sessions: Sessions) -> Account:
    with sessions.write() as session:
        return make_account(session, NAME)


@pytest.fixture
def asset(sessions: Sessions, resources: Resources, now: datetime) -> Asset:
    page = "Every step can be rolled back, so no branch closes."
    with sessions.write() as session:
        asset = make_asset(session, title="Moving the core", conversation=MEETING, pages=(page,))
    indexing.rebuild(resources.sessions, resources.index, now=now)
    return asset


def stored(sessions: Sessions, *kinds: EventKind) -> Sequence[UsageEvent]:
    with sessions.read() as session:
        return session.scalars(
            select(UsageEvent).where(UsageEvent.kind.in_([kind.value for kind in kinds]))
        ).all()


def counted(sessions: Sessions, *kinds: EventKind) -> Sequence[UsageEvent]:
    return [event for event in stored(sessions, *kinds) if event.excluded_reason is None]


def fields_of(html: str, address: str) -> dict[str, str]:
    """What the hidden fields of the first form for an address hold."""
    form = re.search(rf'<form[^>]*action="{re.escape(address)}".*?</form>', html, re.S)
    if form is None:
        raise LookupError(f"there is no form for {address}")
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0])
    return {name: value.replace("&amp;", "&") for name, value in found if name != "_csrf"}


def test_one_tap_on_a_result_logs_for_the_customer_and_purpose_of_the_search(
    rep: Browser, asset: Asset, sessions: Sessions
) -> None:
    where = rep.post("/find", situation=SENTENCE, account=NAME, prefer="tangible-value").headers["Location"]
    address = f"/assets/{asset.id}/use"
    fields = fields_of(rep.get(where).get_data(as_text=True), address)

    answer = rep.client.post(
        address, data={"_csrf": "a-token-of-the-session", "answer": "used", **fields}, headers=PIECE
    )

    (use,) = stored(sessions, EventKind.USE)
    assert (use.id, use.conversation, use.how, use.rank) == (fields["event"], "tangible-value", "other", 1)
    assert (use.search_id, use.surface) == (where.rpartition("/")[2], "search")
    assert "Used for Harbour & Vale. Change Undo" in text_of(answer).replace("&amp;", "&")
    assert use.id in answer.get_data(as_text=True)


def test_without_scripts_the_next_page_says_it_once_with_its_undo(
    rep: Browser, asset: Asset, sessions: Sessions
) -> None:
    back = f"/assets/{asset.id}/pages/1"
    answer = rep.post(f"/assets/{asset.id}/use", answer="used", account=NAME, back=back)
    page = rep.get(back)
    (use,) = stored(sessions, EventKind.USE)

    undone = rep.follow("/me/logged/take-back", event=use.id, back=back)

    assert answer.headers["Location"] == back
    assert "Used for Harbour &amp; Vale." in text_of(page)
    assert "Used for Harbour &amp; Vale." not in text_of(rep.get(back))
    assert "Taken back." in text_of(undone)
    assert counted(sessions, EventKind.USE) == []


def test_where_no_customer_is_known_the_second_tap_asks_for_it(rep: Browser, asset: Asset) -> None:
    where = rep.post("/find", situation=SENTENCE).headers["Location"]
    listed = rep.get(where).get_data(as_text=True)
    link = re.search(rf'href="(/assets/{asset.id}/use\?[^"]*)"', listed)
    assert link is not None

    sheet = rep.get(link[1].replace("&amp;", "&"), headers=PIECE).get_data(as_text=True)

    assert sheet.lstrip().startswith("<dialog")
    assert f'<option value="{MEETING}" selected>' in sheet
    assert '<option value="other" selected>' in sheet


def test_refused_sheet_keeps_what_was_typed(rep: Browser, asset: Asset, sessions: Sessions) -> None:
    typed = {"account": "Harbour", "conversation": "right-people", "how": "printed", "on": "2026-10-01"}

    answer = rep.client.post(
        f"/assets/{asset.id}/use",
        data={"_csrf": "a-token-of-the-session", "answer": "used", **typed},
        headers=PIECE,
    )

    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert re.search(r'id="e-on">.*more than 14 days old', html, re.S)
    assert 'value="Harbour"' in html
    assert '<option value="printed" selected>' in html
    assert stored(sessions, EventKind.USE) == []


def test_form_of_a_page_that_stayed_open_does_not_bring_back_what_was_taken_back(
    rep: Browser, asset: Asset, sessions: Sessions
) -> None:
    form = {"event": str(uuid4()), "answer": "used", "account": NAME}
    rep.post(f"/assets/{asset.id}/use", **form)
    rep.post("/me/logged/take-back", event=form["event"])

    answer = rep.post(f"/assets/{asset.id}/use", **form)

    assert answer.status_code == 422
    assert "nothing new was recorded" in text_of(answer)
    assert form["event"] not in answer.get_data(as_text=True)
    assert counted(sessions, EventKind.USE) == []


def test_what_a_browser_kept_without_a_connection_occurred_when_it_was_said(
    rep: Browser, asset: Asset, sessions: Sessions, now: datetime
) -> None:
    said_at = now - timedelta(days=2, minutes=7)

    rep.post(f"/assets/{asset.id}/use", answer="used", account=NAME, occurred_at=said_at.isoformat())
    late = rep.post(
        f"/assets/{asset.id}/use",
        answer="used",
        account=NAME,
        occurred_at=(now - timedelta(days=15)).isoformat(),
    )

    assert [use.occurred_at for use in stored(sessions, EventKind.USE)] == [said_at]
    assert late.status_code == 422


def test_customers_download_is_a_use_and_the_file_follows_without_another_record(
    rep: Browser, sessions: Sessions, asset: Asset
) -> None:
    sheet = rep.get(f"/assets/{asset.id}/take", headers=PIECE).get_data(as_text=True)
    fields = fields_of(sheet, f"/assets/{asset.id}/take")

    refused = rep.post(f"/assets/{asset.id}/take", account=" ")
    for _ in range(2):
        leads = rep.post(f"/assets/{asset.id}/take", account=NAME, event=fields["event"])

    (download,) = stored(sessions, EventKind.DOWNLOAD)
    assert (download.id, download.purpose, download.excluded_reason) == (fields["event"], "customer", None)
    assert leads.headers["Location"] == f"/assets/{asset.id}/take/{download.id}"
    assert refused.status_code == 422


def test_internal_asset_is_offered_for_oneself_alone(rep: Browser, sessions: Sessions) -> None:
    with sessions.write() as session:
        internal = make_asset(session, audience="internal")

    sheet = text_of(rep.get(f"/assets/{internal.id}/take"))
    answer = rep.post(f"/assets/{internal.id}/take", account=NAME)

    assert "Just for me" in sheet
    assert "For this customer" not in sheet
    assert answer.status_code == 422
    assert stored(sessions, EventKind.DOWNLOAD) == []


def test_all_that_was_opened_for_a_customer_is_answered_in_one_tap(
    rep: Browser, sessions: Sessions, account: Account, now: datetime
) -> None:
    with sessions.write() as session:
        shown = [make_asset(session, title=f"Part {number}") for number in range(2)]
        search = make_search(session, rep.person, *shown, account_id=account.id, prefer=MEETING)
        opens = [
            told(EventKind.OPEN, rep.person, each, now - timedelta(days=1), search=search.id)
            for each in shown
        ]
        happen(session, opens, now=now)
    before = text_of(rep.get("/"))

    answer = rep.follow(
        "/did-you-use",
        asset=[each.id for each in shown],
        event=[str(uuid4()), str(uuid4())],
        account=account.id,
        conversation=MEETING,
        answer="used",
    )

    uses = counted(sessions, EventKind.USE)
    assert "Did you use these?" in before
    assert {(use.asset_id, use.account_id, use.conversation) for use in uses} == {
        (each.id, account.id, MEETING) for each in shown
    }
    assert "2 assets used for Harbour &amp; Vale." in text_of(answer)
    assert "Did you use these?" not in text_of(answer)
    rep.post("/me/logged/take-back", event=[use.id for use in uses])
    assert "Did you use these?" in text_of(rep.get("/"))


def test_no_customer_stands_in_an_address_of_find(
    rep: Browser, sessions: Sessions, account: Account, asset: Asset, now: datetime
) -> None:
    with sessions.write() as session:
        search = make_search(session, rep.person, asset, account_id=account.id)
        happen(session, [told(EventKind.OPEN, rep.person, asset, now, search=search.id)], now=now)

    links = re.findall(r'(?:href|action)="([^"]*)"', rep.get("/").get_data(as_text=True))

    assert not [link for link in links if "Harbour" in link]


def test_outcome_is_asked_once_for_all_uses_there_and_not_again_once_answered(
    rep: Browser, sessions: Sessions, asset: Asset, account: Account, now: datetime
) -> None:
    with sessions.write() as session:
        used_at = now - timedelta(days=2)
        uses = [
            told(EventKind.USE, rep.person, asset, used_at, account=account.id, conversation=MEETING)
            for _ in range(2)
        ]
        happen(session, uses, now=now)
    page = rep.get("/")
    fields = fields_of(page.get_data(as_text=True), "/outcomes")

    answer = rep.follow("/outcomes", outcome="reached", **fields)

    assert "Harbour &amp; Vale , conversation 3: a real problem confirmed? 2 uses of yours" in text_of(page)
    assert "Recorded for Harbour &amp; Vale: Reached." in text_of(answer)
    assert "a real problem confirmed?" not in text_of(answer)


def test_find_opens_with_the_customer_and_purpose_of_another_systems_address(
    rep: Browser, sessions: Sessions, account: Account
) -> None:
    with sessions.write() as session:
        session.get_one(Account, account.id).external_id = "crm-17"

    pages = [
        rep.get(f"/find?account={handle}&conversation=right-people") for handle in (account.id, "crm-17")
    ]
    unknown = rep.get("/find?account=Harbour&conversation=sixth")

    for page in pages:
        html = page.get_data(as_text=True)
        assert 'value="Harbour &amp; Vale"' in html
        assert re.search(r'value="right-people" checked', html)
    assert "No customer with this id is known here" in text_of(unknown)
    assert "none of the five conversations" in text_of(unknown)
    with sessions.read() as session:
        assert session.scalars(select(Search)).all() == []
        assert len(session.scalars(select(Account)).all()) == 1


def test_marketers_are_told_that_what_they_log_does_not_count(
    visit: Visit, asset: Asset, sessions: Sessions
) -> None:
    marketer = visit(Role.MARKETER)

    asked = text_of(marketer.get(f"/assets/{asset.id}"))
    done = text_of(marketer.follow(f"/assets/{asset.id}/use", answer="used", account=NAME))

    assert "does not count: figures hold what reps and managers use" in asked
    assert "Used for Harbour &amp; Vale. It is kept and does not count" in done
    assert [use.excluded_reason for use in stored(sessions, EventKind.USE)] == ["not_sales"]


def test_what_was_logged_is_corrected_and_the_first_of_it_stays_in_the_list(
    rep: Browser, asset: Asset, sessions: Sessions
) -> None:
    rep.post(f"/assets/{asset.id}/use", answer="used", account=NAME, how="sent")
    (wrong,) = stored(sessions, EventKind.USE)

    form = rep.get(f"/me/logged/{wrong.id}").get_data(as_text=True)
    rep.post(f"/me/logged/{wrong.id}", answer="used", account="Northwind", how="presented", on="2026-11-21")
    listed = text_of(rep.get("/me/logged"))
    (right,) = counted(sessions, EventKind.USE)
    undone = rep.follow(f"/me/logged/{wrong.id}/restore")

    assert '<option value="sent" selected>' in form
    assert (right.how, right.occurred_at) == ("presented", wrong.occurred_at)
    assert "Used · Harbour &amp; Vale · Sent it" in listed
    assert "Used · Northwind · Presented it" in listed
    assert "It counts again as it did before." in text_of(undone)
    assert [use.id for use in counted(sessions, EventKind.USE)] == [wrong.id]


def test_use_may_be_corrected_into_the_reason_why_there_was_none(
    rep: Browser, asset: Asset, sessions: Sessions
) -> None:
    rep.post(f"/assets/{asset.id}/use", answer="used", account=NAME)
    (wrong,) = stored(sessions, EventKind.USE)

    rep.post(f"/me/logged/{wrong.id}", answer="meeting_moved", account=NAME)

    assert counted(sessions, EventKind.USE) == []
    assert [event.feedback for event in stored(sessions, EventKind.NOT_USED)] == ["meeting_moved"]


def test_outcome_and_feedback_are_corrected_too(
    rep: Browser, asset: Asset, account: Account, sessions: Sessions
) -> None:
    where = {"account": account.id, "conversation": MEETING}
    rep.post("/outcomes", outcome="reached", **where)
    rep.post(f"/assets/{asset.id}/feedback", feedback="outdated", text="Prices of 2019")
    outcome, feedback = stored(sessions, EventKind.OUTCOME, EventKind.FEEDBACK)
    if outcome.kind == "feedback":
        outcome, feedback = feedback, outcome

    answers = [
        rep.get(f"/me/logged/{outcome.id}"),
        rep.post(f"/me/logged/{outcome.id}", outcome="not", **where),
        rep.get(f"/me/logged/{feedback.id}"),
        rep.post(f"/me/logged/{feedback.id}", feedback="helpful", text=""),
    ]

    assert [answer.status_code for answer in answers] == [200, 303, 200, 303]
    assert [event.outcome for event in counted(sessions, EventKind.OUTCOME)] == ["not"]
    assert [event.feedback for event in counted(sessions, EventKind.FEEDBACK)] == ["helpful"]


def test_somebody_elses_record_is_not_there(
    rep: Browser, visit: Visit, asset: Asset, sessions: Sessions
) -> None:
    rep.post(f"/assets/{asset.id}/use", answer="used", account=NAME)
    (use,) = stored(sessions, EventKind.USE)
    other = visit(Role.MANAGER)

    answers = [
        other.get(f"/me/logged/{use.id}"),
        other.post(f"/me/logged/{use.id}", answer="used", account=NAME),
        other.post("/me/logged/take-back", event=use.id),
        other.post(f"/me/logged/{use.id}/restore"),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert "Nothing logged in the last 90 days" in text_of(other.get("/me/logged"))


def test_scripts_are_served_without_their_comments(rep: Browser) -> None:
    script = rep.get("/static/v-0/js/app.js").get_data(as_text=True)

    assert "//" not in script
    assert script.startswith("import {")
