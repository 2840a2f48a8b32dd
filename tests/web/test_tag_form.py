"""The tag form, without JavaScript: what was found in the file, the two questions, times in the stated zone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from content_map.config import Settings
from content_map.db import Sessions
from content_map.domain.assets import Status
from content_map.domain.people import Role
from content_map.models import Asset, Suggestion
from content_map.services import tagging
from tests.factories import make_asset
from tests.web.browsing import Browser, text_of

Visit = Callable[[Role], Browser]

CUES = {
    "cues": [{"words": "payback", "page": 2, "label": "Slide 2"}],
    "shared": [{"words": "ledger", "page": 1}],
}
FOUND = {"words": "hospitals", "page": 3, "label": "Slide 3", "count": 4}


def _suggest(
    session: Session, asset: Asset, facet: str, value: str, confidence: float, **evidence: object
) -> str:
    tagging.suggest(session, asset, facet, value, confidence=confidence, evidence=dict(evidence))
    session.flush()
    return session.query(Suggestion).filter_by(asset_id=asset.id, facet_key=facet, value=value).one().id


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    zone = {"CONTENT_MAP_TIME_ZONE": "Europe/London"}
    return Settings.from_environ(zone, data_dir=tmp_path, upload_limit_bytes=1_000_000, secret_key="x" * 32)


@pytest.fixture
def draft(sessions: Sessions) -> Mapping[str, str]:
    """A draft that waits to be tagged, with what was suggested for it."""
    with sessions.write() as session:
        asset = make_asset(session, conversation=None, status=Status.DRAFT, title="Payback for hospitals")
        return {
            "asset": asset.id,
            "value": _suggest(session, asset, "conversation", "tangible-value", 0.8, **CUES),
            "people": _suggest(session, asset, "conversation", "right-people", 0.1, cues=[]),
            "health": _suggest(session, asset, "industry", "healthcare", 0.9, **FOUND),
            "school": _suggest(session, asset, "industry", "education", 0.4, words="campus", page=None),
        }


def _form(**fields: object) -> dict[str, object]:
    return {"title": "Payback for hospitals", "from": "edit", "audience": "customer", **fields}


def _states(sessions: Sessions) -> dict[str, str]:
    with sessions.read() as session:
        return {each.value: each.state for each in session.query(Suggestion)}


def test_sure_conversation_is_ticked_beforehand_with_its_words_and_pages(
    visit: Visit, draft: Mapping[str, str]
) -> None:
    answer = visit(Role.MARKETER).get(f"/assets/{draft['asset']}/edit")

    html, said = answer.get_data(as_text=True), text_of(answer)
    assert 'value="tangible-value" checked' in html
    assert "Suggested" in said
    assert "It says “payback” Slide 2 ." in said
    assert f'href="/assets/{draft["asset"]}/pages/2"' in html
    assert "Your tagged assets of this conversation share “ledger” page 1" in said


def test_unsure_conversation_is_offered_and_not_ticked(
    visit: Visit, sessions: Sessions, draft: Mapping[str, str]
) -> None:
    with sessions.write() as session:
        session.get_one(Suggestion, draft["value"]).confidence = 0.69

    answer = visit(Role.MARKETER).get(f"/assets/{draft['asset']}/edit")

    assert 'value="tangible-value" checked' not in answer.get_data(as_text=True)
    assert "not clear enough to choose for you" in text_of(answer)


def test_found_terms_show_their_words_and_page_and_coverage_is_counted(
    visit: Visit, draft: Mapping[str, str]
) -> None:
    said = text_of(visit(Role.MARKETER).get(f"/assets/{draft['asset']}/edit"))

    assert "Healthcare Found in file: “hospitals” Slide 3" in said
    assert "Education Found in file: “campus” title" in said
    assert "0 of 9 facets tagged. Missing: Industry, Function" in said
    assert "Accept all 2 found terms" in said


def test_accepting_all_found_terms_ticks_them_and_saves_nothing(
    visit: Visit, sessions: Sessions, draft: Mapping[str, str]
) -> None:
    marketer = visit(Role.MARKETER)

    answer = marketer.post(
        f"/assets/{draft['asset']}/edit", **_form(act="accept_found", title="Typed", say_first="Hello")
    )

    html = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert 'value="industry:healthcare" checked' in html
    assert 'value="industry:education" checked' in html
    assert 'value="Typed"' in html
    assert "Hello</textarea>" in html
    assert "1 of 9 facets tagged" in text_of(answer)
    assert set(_states(sessions).values()) == {"open"}


def test_saving_takes_the_ticked_and_dismisses_what_is_not_meant(
    visit: Visit, sessions: Sessions, draft: Mapping[str, str]
) -> None:
    marketer = visit(Role.MARKETER)

    marketer.post(
        f"/assets/{draft['asset']}/edit",
        **_form(
            act="save", conversation="tangible-value", term="industry:healthcare", dismiss=draft["school"]
        ),
    )

    assert _states(sessions) == {
        "tangible-value": "accepted",
        "healthcare": "accepted",
        "education": "dismissed",
    }
    with sessions.read() as session:
        decided = session.get_one(Suggestion, draft["school"])
        assert decided.decided_by == marketer.person.id
        assert decided.decided_at is not None


def test_two_questions_narrow_the_five_and_say_why(visit: Visit, draft: Mapping[str, str]) -> None:
    marketer, path = visit(Role.MARKETER), f"/assets/{draft['asset']}/edit"

    asked = text_of(marketer.get(path))
    by_form = text_of(marketer.post(path, **_form(act="narrow", agrees="contact")))
    by_address = text_of(marketer.get(f"{path}?outcome=definition-of-success&agrees=both-sides"))

    assert "What will exist after this conversation that did not before?" in asked
    assert "Its outcome exists once these agree: The person we reach." in by_form
    assert (
        "A success there leaves behind a clear, mutually beneficial definition of success, and it exists once "
        "these agree: Everybody with a say, on both sides." in by_address
    )


def test_times_are_entered_and_shown_in_the_stated_zone(
    visit: Visit, sessions: Sessions, draft: Mapping[str, str]
) -> None:
    marketer, path = visit(Role.MARKETER), f"/assets/{draft['asset']}/edit"
    fields = {
        "conversation": "tangible-value",
        "publish_at": "2026-12-01T09:00",
        "expires_at": "2027-06-30T17:30",
    }

    answer = marketer.follow(path, **_form(act="publish", **fields))
    again = marketer.get(path)

    assert "Scheduled. Reps can find it from" in text_of(answer)
    assert "Europe/London, UTC+0" in text_of(again)
    assert 'value="2027-06-30T17:30"' in again.get_data(as_text=True)
    with sessions.read() as session:
        asset = session.get_one(Asset, draft["asset"])
        # London is an hour ahead of UTC in June.
        assert asset.publish_at == datetime(2026, 12, 1, 9, tzinfo=UTC)
        assert asset.expires_at == datetime(2027, 6, 30, 16, 30, tzinfo=UTC)


def test_saving_keeps_the_seconds_of_a_time_that_was_not_touched(visit: Visit, sessions: Sessions) -> None:
    published_at = datetime(2026, 1, 5, 8, 30, 12, tzinfo=UTC)
    with sessions.write() as session:
        asset_id = make_asset(session, publish_at=published_at).id
    marketer, shown = visit(Role.MARKETER), "2026-01-05T08:30"

    answer = marketer.post(
        f"/assets/{asset_id}/edit",
        **_form(act="save", conversation="point-of-view", publish_at=shown, publish_at_was=shown),
    )

    assert answer.status_code == 303
    with sessions.read() as session:
        assert session.get_one(Asset, asset_id).publish_at == published_at


def test_a_time_that_is_none_keeps_what_was_typed(visit: Visit, draft: Mapping[str, str]) -> None:
    answer = visit(Role.MARKETER).post(
        f"/assets/{draft['asset']}/edit",
        **_form(act="save", expires_at="tomorrow", when_to_use="Before a call"),
    )

    assert answer.status_code == 422
    assert "Write a day and a time, such as 2026-11-30 09:00." in text_of(answer)
    assert "Before a call</textarea>" in answer.get_data(as_text=True)


def test_retiring_from_the_form_says_what_it_did(visit: Visit, sessions: Sessions) -> None:
    with sessions.write() as session:
        asset = make_asset(session, title="Payback for hospitals").id

    page = visit(Role.MARKETER).follow(
        f"/assets/{asset}/edit", **_form(conversation="tangible-value", act="retire")
    )

    assert "Retired. Reps no longer find it; its history stays." in text_of(page)


def test_a_facet_without_terms_leads_to_the_vocabulary(visit: Visit, draft: Mapping[str, str]) -> None:
    page = visit(Role.MARKETER).get(f"/assets/{draft['asset']}/edit").get_data(as_text=True)

    assert 'href="/vocabulary?facet=product">No terms yet: add some</a>' in page
