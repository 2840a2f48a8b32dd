"""The library's pages without JavaScript: queues, a bulk edit in three steps, its undo."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, event, select

from content_map.db import Sessions
from content_map.domain.assets import Status
from content_map.domain.conversations import Conversation
from content_map.domain.people import Role
from content_map.models import Asset, Version
from tests.factories import make_asset
from tests.web.browsing import Browser, text_of

Visit = Callable[[Role], Browser]
MEETING = Conversation.RELEVANT_MEETING


@pytest.fixture
def marketer(visit: Visit) -> Browser:
    return visit(Role.MARKETER)


@pytest.fixture
def drafts(sessions: Sessions) -> list[str]:
    """Two drafts with a home and one without."""
    with sessions.write() as session:
        homes = (Conversation.POINT_OF_VIEW, Conversation.RIGHT_PEOPLE, None)
        return [
            make_asset(
                session, title=f"Draft {number}", conversation=home, status=Status.DRAFT, summary="Old."
            ).id
            for number, home in enumerate(homes)
        ]


def stored(sessions: Sessions, asset_id: str) -> Asset:
    with sessions.read() as session:
        return session.scalars(select(Asset).where(Asset.id == asset_id)).one()


def hidden_of(page: str, action: str) -> dict[str, list[str]]:
    """The hidden fields of the form that is sent to an address."""
    form = next(part for part in page.split("<form")[1:] if f'action="{action}"' in part.partition(">")[0])
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form):
        if name != "_csrf":
            fields.setdefault(name, []).append(html.unescape(value))
    return fields


def test_bulk_edit_goes_by_fields_and_preview_to_the_change_and_back(
    marketer: Browser, drafts: list[str], sessions: Sessions
) -> None:
    fields = marketer.post("/library/bulk/edit", asset=drafts).get_data(as_text=True)
    carried = hidden_of(fields, "/library/bulk/preview")
    chosen = {"do.conversation": "set", "v.conversation": MEETING, "do.summary": "clear"}
    preview = marketer.post("/library/bulk/preview", **carried, **chosen)

    assert "Change 3 assets" in fields
    said = text_of(preview)
    assert "3 assets change." in said
    assert "3 get 3 Relevant Meeting (" in said
    assert {"1 had 1 Point of View", "1 had 2 Right People", "1 had none"} <= set(re.split(r"[,()] ?", said))
    assert "3 are cleared" in said
    assert stored(sessions, drafts[0]).summary == "Old."

    done = marketer.follow("/library/bulk", **hidden_of(preview.get_data(as_text=True), "/library/bulk"))

    assert "3 assets are changed." in text_of(done)
    assert (stored(sessions, drafts[2]).conversation, stored(sessions, drafts[2]).summary) == (MEETING, None)
    undone = marketer.follow(
        "/library/bulk/undo", **hidden_of(done.get_data(as_text=True), "/library/bulk/undo")
    )
    assert "3 assets are as they were." in text_of(undone)
    assert (stored(sessions, drafts[2]).conversation, stored(sessions, drafts[2]).summary) == (None, "Old.")
    assert "Undo last change" not in text_of(undone)


def test_what_cannot_be_published_is_named_and_the_others_are_offered(
    marketer: Browser, drafts: list[str], sessions: Sessions
) -> None:
    refused = marketer.post("/library/bulk", asset=drafts, act="publish")

    assert refused.status_code == 422
    assert "1 asset cannot be changed Draft 2: Choose one of the five" in text_of(refused)
    assert stored(sessions, drafts[0]).status == "draft"
    rest = hidden_of(refused.get_data(as_text=True), "/library/bulk")
    assert "2 assets are changed. 1 was left out." in text_of(marketer.follow("/library/bulk", **rest))
    assert [stored(sessions, each).status for each in drafts] == ["published", "published", "draft"]


def test_all_that_match_a_filter_are_changed_and_no_others(
    marketer: Browser, drafts: list[str], sessions: Sessions
) -> None:
    with sessions.write() as session:
        live = make_asset(session, summary="Kept.").id
    whole = {"all": "1", "filter": "status=draft", "expected": "3"}

    stale = marketer.post("/library/bulk", **{**whole, "expected": "2"}, conversation=MEETING)
    marketer.post("/library/bulk", **whole, conversation=MEETING)

    assert stale.status_code == 422
    assert "held 2 when you looked" in text_of(stale)
    assert {stored(sessions, each).conversation for each in drafts} == {MEETING}
    assert stored(sessions, live).conversation == "point-of-view"


def test_faults_of_the_form_stand_at_their_fields_and_what_was_typed_stays(
    marketer: Browser, drafts: list[str]
) -> None:
    given = {"form": "1", "asset": drafts, "do.guide.minutes": "set", "v.guide.minutes": "soon"}

    answer = marketer.post("/library/bulk/preview", **given, **{"v.summary": "Typed."})

    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "Write a whole number" in text_of(answer)
    assert 'value="soon"' in page
    assert ">Typed.</textarea>" in page


def test_nothing_ticked_and_nothing_chosen_are_said(marketer: Browser, drafts: list[str]) -> None:
    assert "Tick the assets first." in text_of(marketer.follow("/library/bulk/edit"))
    nothing = marketer.post("/library/bulk/preview", form="1", asset=drafts)
    assert "Nothing is chosen yet" in text_of(nothing)


def test_each_queue_names_the_act_that_clears_its_rows(
    marketer: Browser, drafts: list[str], sessions: Sessions
) -> None:
    with sessions.write() as session:
        session.scalars(select(Version).where(Version.asset_id == drafts[0])).one().state = "failed"

    failed = text_of(marketer.get("/library?status=failed"))

    assert "Could not be read 1" in failed
    assert "Read again : Draft 0" in failed
    assert "Draft 1" not in failed
    assert "It is being read again." in text_of(marketer.follow(f"/library/read-again/{drafts[0]}"))
    assert "Every file could be read" in text_of(marketer.get("/library?status=failed"))


def test_the_page_asks_the_database_as_often_for_many_assets_as_for_few(
    marketer: Browser, sessions: Sessions, engine: Engine
) -> None:
    def asked() -> int:
        statements: list[str] = []
        event.listen(engine, "before_cursor_execute", note := lambda *given: statements.append(given[2]))
        assert marketer.get("/library").status_code == 200
        event.remove(engine, "before_cursor_execute", note)
        return sum(each.startswith("SELECT") for each in statements)

    with sessions.write() as session:
        for _ in range(2):
            make_asset(session)
    few = asked()
    with sessions.write() as session:
        for _ in range(10):
            make_asset(session)

    assert asked() == few


def test_mine_only_lists_and_counts_ones_own(marketer: Browser, sessions: Sessions) -> None:
    with sessions.write() as session:
        make_asset(session, title="Somebody’s")
        owner = session.get_one(type(marketer.person), marketer.person.id)
        make_asset(session, title="My own", owner=owner)

    page = text_of(marketer.get("/library?mine=1"))

    assert "Live 1" in page
    assert "My own" in page
    assert "Somebody’s" not in page


def test_reps_have_no_queues_no_boxes_and_no_bulk(visit: Visit, drafts: list[str]) -> None:
    rep = visit(Role.REP)

    page = rep.get("/library").get_data(as_text=True)

    assert "Needs tagging" not in page
    assert "data-bulk" not in page
    assert rep.get("/library/bulk?all=1").status_code == 403
    assert rep.post("/library/bulk", asset=drafts, conversation=MEETING).status_code == 403
