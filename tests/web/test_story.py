"""The main job on the pages alone, without JavaScript: upload, tag, find, open, use, report."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from content_map.db import Sessions
from content_map.domain.assets import Status
from content_map.domain.conversations import Conversation
from content_map.domain.people import Role
from content_map.domain.usage import EventKind
from content_map.models import Asset, Search, UsageEvent
from content_map.services import indexing
from content_map.wiring import Resources
from content_map.worker import Worker
from tests.factories import make_asset
from tests.web.browsing import Browser, text_of

Visit = Callable[[Role], Browser]
MEETING = Conversation.RELEVANT_MEETING
PAGE = "Every step can be rolled back inside forty minutes, so no branch closes."
NOTE = b"# Moving the core\n\nEvery step can be rolled back inside forty minutes, so no branch closes.\n"
ONE_ID = "7c0f6f0e-0d7e-4b0e-9a55-0f3e9a1c2b3d"
SENTENCE = "a bank afraid that a branch closes during the move"


def only_asset(sessions: Sessions) -> Asset:
    with sessions.read() as session:
        return session.scalars(select(Asset)).one()


def events(sessions: Sessions, kind: EventKind) -> list[UsageEvent]:
    with sessions.read() as session:
        return list(session.scalars(select(UsageEvent).where(UsageEvent.kind == kind.value)))


def searches(sessions: Sessions) -> list[Search]:
    with sessions.read() as session:
        return list(session.scalars(select(Search)))


@pytest.fixture
def marketer(visit: Visit) -> Browser:
    return visit(Role.MARKETER)


@pytest.fixture
def rep(visit: Visit) -> Browser:
    return visit(Role.REP)


@pytest.fixture
def published(sessions: Sessions, resources: Resources, now: datetime) -> Asset:
    """A live asset that search knows."""
    with sessions.write() as session:
        asset = make_asset(
            session, title="Moving the core without moving the risk", conversation=MEETING, pages=(PAGE,)
        )
    indexing.rebuild(resources.sessions, resources.index, now=now)
    return asset


def test_uploaded_file_is_a_draft_that_waits_to_be_tagged(
    marketer: Browser, worker: Worker, sessions: Sessions
) -> None:
    answer = marketer.post("/upload", file=(io.BytesIO(NOTE), "core.md"))
    worker.run_pending()

    asset = only_asset(sessions)
    assert answer.headers["Location"] == f"/upload?asset={asset.id}"
    page = text_of(marketer.get(f"/upload?asset={asset.id}"))
    assert "core.md" in page
    assert "Text read" in page
    assert "Moving the core" in marketer.get(f"/upload?asset={asset.id}").get_data(as_text=True)


def test_refused_file_is_named_and_the_others_are_stored(marketer: Browser, sessions: Sessions) -> None:
    files = [(io.BytesIO(b""), "empty.md"), (io.BytesIO(NOTE), "core.md")]

    answer = marketer.follow("/upload", file=files)

    assert "empty.md: " in text_of(answer)
    assert only_asset(sessions).title == "core"


def test_publishing_without_a_conversation_says_so_beside_the_field_and_keeps_what_was_typed(
    marketer: Browser, sessions: Sessions
) -> None:
    marketer.post("/upload", file=(io.BytesIO(NOTE), "core.md"))
    asset = only_asset(sessions)

    answer = marketer.post(
        f"/assets/{asset.id}/edit",
        title="A better title",
        say_first="Who called?",
        act="publish",
        etag=str(asset.revision),
    )

    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert re.search(r'id="e-conversation">.*Choose one of the five conversations', html, re.S)
    assert 'value="A better title"' in html
    assert "Who called?</textarea>" in html
    assert only_asset(sessions).title == "core"


def test_late_editor_is_told_and_overwrites_nothing(
    marketer: Browser, published: Asset, sessions: Sessions
) -> None:
    form = {"conversation": "relevant-meeting", "etag": "1", "act": "save"}
    marketer.post(f"/assets/{published.id}/edit", title="Theirs", **form)

    answer = marketer.post(f"/assets/{published.id}/edit", title="Mine", **form)

    assert answer.status_code == 412
    assert "Somebody was faster" in text_of(answer)
    assert only_asset(sessions).title == "Theirs"
    assert f'name="etag" value="{only_asset(sessions).revision}"' in answer.get_data(as_text=True)


def test_file_that_is_tagged_and_published_is_found_by_another_sentence(
    marketer: Browser, rep: Browser, worker: Worker, sessions: Sessions
) -> None:
    marketer.post("/upload", file=(io.BytesIO(NOTE), "core.md"))
    worker.run_pending()
    fields = {
        "title": "Moving the core without moving the risk",
        "conversation": "relevant-meeting",
        "term": ["industry:financial-services"],
        "say_first": "Who got the first phone call?",
        "audience": "customer",
        "act": "publish",
        "from": "upload",
    }
    draft = only_asset(sessions)

    published = marketer.post(f"/assets/{draft.id}/edit", etag=str(draft.revision), **fields)
    worker.run_pending()
    found = rep.follow("/find", situation=SENTENCE)

    asset = only_asset(sessions)
    assert (published.status_code, published.headers["Location"]) == (303, "/upload")
    assert (asset.status, asset.conversation) == ("published", "relevant-meeting")
    assert asset.guide == {"say_first": "Who got the first phone call?"}
    assert "Moving the core without moving the risk" in text_of(found)


def test_sentence_finds_it_and_the_answer_is_kept_as_a_search(
    rep: Browser, published: Asset, sessions: Sessions
) -> None:
    answer = rep.post("/find", situation=SENTENCE, account="Harbour & Vale", prefer="relevant-meeting")

    (search,) = searches(sessions)
    assert answer.headers["Location"] == f"/find/{search.id}"
    page = rep.get(f"/find/{search.id}")
    assert published.title in text_of(page)
    assert "<mark>branch</mark>" in page.get_data(as_text=True)
    assert 'value="Harbour &amp; Vale"' in page.get_data(as_text=True)


def test_what_is_typed_is_answered_and_not_kept(rep: Browser, published: Asset, sessions: Sessions) -> None:
    answer = rep.post("/find/draft", situation=SENTENCE)

    assert published.title in text_of(answer)
    assert 'data-draft="true"' in answer.get_data(as_text=True)
    assert searches(sessions) == []


def test_two_letters_are_not_yet_a_search(rep: Browser) -> None:
    assert {rep.post("/find/draft", situation=typed).status_code for typed in ("", "  ", "ab")} == {204}


def test_opening_from_a_draft_keeps_the_search_first(
    rep: Browser, published: Asset, sessions: Sessions
) -> None:
    answer = rep.post("/find", situation=SENTENCE, open=published.id)

    (search,) = searches(sessions)
    assert answer.headers["Location"] == f"/assets/{published.id}?search={search.id}"


def test_opening_counts_with_its_search_and_turning_a_page_does_not(
    rep: Browser, published: Asset, sessions: Sessions
) -> None:
    rep.post("/find", situation=SENTENCE)
    (search,) = searches(sessions)

    rep.get(f"/assets/{published.id}?search={search.id}")
    rep.get(f"/assets/{published.id}/pages/1?search={search.id}")

    (opened,) = events(sessions, EventKind.OPEN)
    assert (opened.surface, opened.search_id, opened.rank, opened.actor_id) == (
        "search",
        search.id,
        1,
        rep.person.id,
    )


def test_link_that_a_colleague_passed_on_is_a_direct_open(
    rep: Browser, visit: Visit, published: Asset, sessions: Sessions
) -> None:
    rep.post("/find", situation=SENTENCE)
    (search,) = searches(sessions)

    answer = visit(Role.REP).get(f"/assets/{published.id}?search={search.id}")

    (opened,) = events(sessions, EventKind.OPEN)
    assert (answer.status_code, opened.surface, opened.search_id) == (200, "direct", None)


def test_page_fetched_ahead_by_the_browser_is_no_open(
    rep: Browser, published: Asset, sessions: Sessions
) -> None:
    rep.get(f"/assets/{published.id}", headers={"Sec-Purpose": "prefetch;prerender"})

    assert events(sessions, EventKind.OPEN) == []


def test_use_is_logged_for_a_customer_and_its_outcome_answered(
    rep: Browser, published: Asset, sessions: Sessions
) -> None:
    form = {
        "answer": "used",
        "account": "Harbour & Vale",
        "conversation": "relevant-meeting",
        "how": "presented",
    }

    rep.post(f"/assets/{published.id}/use", **form)

    (use,) = events(sessions, EventKind.USE)
    assert (use.how, use.conversation, use.actor_id) == ("presented", "relevant-meeting", rep.person.id)
    rep.post("/outcomes", account=use.account_id, conversation="relevant-meeting", outcome="reached")
    (outcome,) = events(sessions, EventKind.OUTCOME)
    assert (outcome.account_id, outcome.conversation, outcome.outcome) == (
        use.account_id,
        "relevant-meeting",
        "reached",
    )
    assert "Harbour &amp; Vale" in rep.get(f"/assets/{published.id}/pages/1").get_data(as_text=True)


def test_use_without_a_customer_is_refused_beside_the_field(
    rep: Browser, published: Asset, sessions: Sessions
) -> None:
    answer = rep.post(f"/assets/{published.id}/use", answer="used", account=" ", how="sent")

    assert answer.status_code == 422
    assert 'id="e-account"' in answer.get_data(as_text=True)
    assert events(sessions, EventKind.USE) == []


def test_back_dated_use_falls_on_that_day(
    rep: Browser, published: Asset, sessions: Sessions, now: datetime
) -> None:
    day = (now - timedelta(days=3)).date()

    rep.post(
        f"/assets/{published.id}/use", answer="used", account="Harbour & Vale", how="sent", on=day.isoformat()
    )

    (use,) = events(sessions, EventKind.USE)
    assert use.occurred_at.date() == day


def test_use_of_three_weeks_ago_is_refused(rep: Browser, published: Asset, now: datetime) -> None:
    day = (now - timedelta(days=21)).date()

    answer = rep.post(
        f"/assets/{published.id}/use", answer="used", account="Harbour & Vale", on=day.isoformat()
    )

    assert answer.status_code == 422
    assert "more than 14 days old" in text_of(answer)


def test_double_click_on_used_counts_once(rep: Browser, published: Asset, sessions: Sessions) -> None:
    form = {"event": ONE_ID, "answer": "used", "account": "Harbour & Vale"}

    rep.post(f"/assets/{published.id}/use", **form)
    rep.post(f"/assets/{published.id}/use", **form)

    assert len(events(sessions, EventKind.USE)) == 1


def test_honest_answer_that_it_was_not_used_is_kept_with_its_reason(
    rep: Browser, published: Asset, sessions: Sessions
) -> None:
    rep.post(f"/assets/{published.id}/use", answer="meeting_moved", account="Harbour & Vale")

    (answer,) = events(sessions, EventKind.NOT_USED)
    assert answer.feedback == "meeting_moved"


def test_feedback_shows_team_and_role_and_never_the_name(
    rep: Browser, published: Asset, visit: Visit
) -> None:
    rep.post(f"/assets/{published.id}/feedback", feedback="do_not_know_how", text="Lost on slide 9.")

    page = text_of(visit(Role.REP).get(f"/assets/{published.id}/pages/1"))

    assert "Lost on slide 9." in page
    assert "Don’t know how to use it" in page
    assert rep.person.name not in page


def test_cards_that_were_seen_count_once(rep: Browser, published: Asset, sessions: Sessions) -> None:
    rep.post("/find", situation=SENTENCE)
    (search,) = searches(sessions)
    card = {"id": ONE_ID, "asset": published.id, "surface": "search", "rank": 1, "search": search.id}
    seen = json.dumps([card])

    first = rep.post("/usage/impressions", events=seen)
    rep.post("/usage/impressions", events=seen)

    (shown,) = events(sessions, EventKind.IMPRESSION)
    assert (first.status_code, shown.rank, shown.search_id) == (204, 1, search.id)


def test_unreadable_batch_of_cards_is_refused(rep: Browser) -> None:
    unreadable = ["", "nothing", "{}", "NaN"]

    assert {rep.post("/usage/impressions", events=each).status_code for each in unreadable} == {422}


def test_garbage_among_the_cards_loses_none_of_the_others(
    rep: Browser, published: Asset, sessions: Sessions
) -> None:
    good = {"id": ONE_ID, "asset": published.id, "surface": "browse", "rank": 1}
    wrong = [
        1,
        None,
        {},
        {**good, "id": "x" * 5000},
        {**good, "id": str(uuid4()), "asset": "\ud800"},
        {**good, "id": str(uuid4()), "rank": {"a": 1}},
        {**good, "id": str(uuid4()), "rank": 2**80},
        {**good, "id": str(uuid4()), "surface": "share"},
        {**good, "id": str(uuid4()), "actor": "somebody else"},
        {**good, "id": str(uuid4()), "occurred_at": "2999-01-01T00:00:00Z"},
    ]

    answer = rep.post("/usage/impressions", events=json.dumps([*wrong, good, good]))

    (shown,) = events(sessions, EventKind.IMPRESSION)
    assert (answer.status_code, shown.id, shown.surface) == (204, ONE_ID, "browse")


def test_too_many_cards_at_once_are_refused_with_the_limit_and_none_is_stored(
    rep: Browser, published: Asset, sessions: Sessions
) -> None:
    cards = [{"id": str(uuid4()), "asset": published.id, "surface": "browse"} for _ in range(501)]

    answer = rep.post("/usage/impressions", events=json.dumps(cards))

    assert answer.status_code == 413
    assert "500 events" in text_of(answer)
    assert events(sessions, EventKind.IMPRESSION) == []


def test_draft_is_not_there_for_a_rep(rep: Browser, sessions: Sessions) -> None:
    with sessions.write() as session:
        draft = make_asset(session, status=Status.DRAFT, title="Not yet")

    assert rep.get(f"/assets/{draft.id}").status_code == 404
    assert "Not yet" not in text_of(rep.get("/library"))


def test_one_press_moves_every_ticked_asset_and_touches_nothing_else(
    marketer: Browser, sessions: Sessions
) -> None:
    with sessions.write() as session:
        ids = [
            make_asset(session, conversation=Conversation.POINT_OF_VIEW, summary="Stays").id for _ in range(3)
        ]

    answer = marketer.follow("/library/bulk", asset=ids[:2], conversation="tangible-value")

    with sessions.read() as session:
        found = [session.get_one(Asset, each) for each in ids]
    assert "2 assets are changed" in text_of(answer)
    assert [each.conversation for each in found] == ["tangible-value", "tangible-value", "point-of-view"]
    assert [each.summary for each in found] == ["Stays"] * 3


def test_request_is_asked_answered_and_the_asker_told(
    rep: Browser, marketer: Browser, published: Asset, sessions: Sessions
) -> None:
    rep.post("/requests", situation="A CISO in payments, third-party risk")
    page = marketer.get("/requests").get_data(as_text=True)
    (request_id,) = re.findall(r'id="request-(\w+)"', page)

    marketer.post(f"/requests/{request_id}", status="filled", asset=published.id, answer="This one.")

    told = text_of(rep.get("/notifications"))
    assert f"Your request was filled: {published.title}" in told
    assert "This one." in text_of(rep.get("/requests?status=filled"))


def test_answering_as_filled_without_the_asset_is_refused_where_it_was_typed(
    rep: Browser, marketer: Browser
) -> None:
    rep.post("/requests", situation="A CISO in payments")
    (request_id,) = re.findall(r'id="request-(\w+)"', marketer.get("/requests").get_data(as_text=True))

    answer = marketer.post(f"/requests/{request_id}", status="filled", answer="Coming")

    assert answer.status_code == 422
    assert "Name the asset that fills this request" in text_of(answer)
    assert "Coming</textarea>" in answer.get_data(as_text=True)


def test_report_page_says_the_same_as_the_events(rep: Browser, sessions: Sessions, now: datetime) -> None:
    with sessions.write() as session:
        used = make_asset(session, title="Taken to a customer", live_from=now - timedelta(days=60))
        make_asset(session, title="Never met", live_from=now - timedelta(days=60))
    rep.post(f"/assets/{used.id}/use", answer="used", account="Harbour & Vale", how="sent")

    page = text_of(rep.get("/insights/unused-assets?quarter=2026-Q4"))

    assert "No use was recorded for 1 of 2 assets" in page
    assert "Observed: 0 of 1 active sales users searched" in page
    assert "Too little observed to judge content" in page
    assert page.index("Observed:") < page.index("No use was recorded")


def test_quarter_that_is_none_is_a_sentence(rep: Browser) -> None:
    answer = rep.get("/insights/unused-assets?quarter=soon")

    assert answer.status_code == 422
    assert "is not a quarter" in text_of(answer)
