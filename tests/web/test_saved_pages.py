"""Saved situations on their page, and the list below the sentence box, without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import pytest

from content_map.db import Sessions
from content_map.domain.assets import Status
from content_map.domain.people import Role
from content_map.models import Asset
from content_map.services import matching, notifications, tagging
from content_map.worker import Worker
from tests.factories import make_asset
from tests.web.browsing import Browser, text_of

Visit = Callable[[Role], Browser]


@pytest.fixture
def rep(visit: Visit) -> Browser:
    return visit(Role.REP)


def _save(browser: Browser, situation: str) -> tuple[str, str]:
    """Ask and save; gives the addresses of the results and of what is kept."""
    results = browser.post("/find", situation=situation, term="industry:healthcare").headers["Location"]
    browser.post("/saved", search=results.rpartition("/")[2])
    page = browser.get("/saved").get_data(as_text=True)
    kept = re.search('id="kept-([0-9a-f]+)"', page)
    return results, f"/saved/{kept[1] if kept else ''}"


def test_situation_is_saved_from_its_results_and_found_again(rep: Browser) -> None:
    results, kept = _save(rep, "Wards that wait for beds")
    other = rep.post("/find", situation="Clinics without nurses").headers["Location"].rpartition("/")[2]

    assert "Saved: it is listed on Find. You hear here when something new fits." in text_of(
        rep.follow("/saved", search=other)
    )
    home = text_of(rep.get("/")).partition("Saved situations All, and alerts ")[2]
    assert "Clinics without nurses" in home  # both were saved at one moment, so either may stand first
    assert "Wards that wait for beds" in home
    again = rep.post(f"{kept}/ask")
    assert again.status_code == 303
    assert again.headers["Location"] != results
    assert "Healthcare" in text_of(rep.get(again.headers["Location"]))


def test_it_is_renamed_silenced_and_removed_by_its_owner_alone(rep: Browser, visit: Visit) -> None:
    _, kept = _save(rep, "Wards that wait for beds")
    other = visit(Role.ADMIN)

    assert "North" in text_of(rep.follow(kept, name="North"))
    assert "Alerts off" in text_of(rep.follow(kept, alerts="off"))
    blank = rep.post(kept, name="  ")
    assert (blank.status_code, "Give it a name that you will know again." in text_of(blank)) == (422, True)
    for path in (kept, f"{kept}/ask", f"{kept}/remove"):
        assert other.post(path, name="Mine").status_code == 404
    assert "You have saved no situation yet" in text_of(rep.follow(f"{kept}/remove"))


def test_message_does_not_name_what_left_the_library_since(
    rep: Browser, sessions: Sessions, now: datetime
) -> None:
    with sessions.write() as session:
        asset_id = make_asset(session, title="Northern wards").id
        values = {"name": "Wards", "title": "Northern wards", "asset": asset_id, "count": 1}
        notifications.tell(session, rep.person.id, matching.ONE, values, path="/saved", now=now)

    before = text_of(rep.get("/notifications"))
    with sessions.write() as session:
        session.get_one(Asset, asset_id).status = Status.ARCHIVED
    after = text_of(rep.get("/notifications"))

    assert "New for “Wards”: Northern wards" in before
    assert "What was new for “Wards” is no longer in the library." in after
    assert "Northern wards" not in after


def test_saving_twice_says_that_it_is_there_already(rep: Browser) -> None:
    results, _ = _save(rep, "Wards that wait for beds")

    answer = rep.follow("/saved", search=results.rpartition("/")[2])

    assert "You keep this situation already, as “Wards that wait for beds”." in text_of(answer)


def test_options_carry_the_sentence_that_they_make(rep: Browser, sessions: Sessions) -> None:
    with sessions.write() as session:
        asset = make_asset(session, title="<b>Zebras</b> in wards")

    page = rep.post("/find/suggest", situation="CFO who fears zeb").get_data(as_text=True)
    term = rep.post("/find/suggest", situation="CFO of a hospital").get_data(as_text=True)

    assert f'data-url="/assets/{asset.id}"' in page
    assert "&lt;b&gt;Zebras&lt;/b&gt; in wards" in page
    assert 'data-sentence="CFO of a hospital"' in term
    assert 'name="term" value="industry:healthcare"' in term


@pytest.mark.parametrize("typed", ["", "%", "\u202e", "🚚", "x" * 2000])
def test_what_begins_nothing_gives_no_option(rep: Browser, typed: str) -> None:
    answer = rep.post("/find/suggest", situation=typed)

    assert (answer.status_code, answer.get_data(as_text=True).strip()) == (200, "")


def test_asset_page_shows_what_is_like_it_as_a_recommendation(
    rep: Browser, sessions: Sessions, worker: Worker
) -> None:
    with sessions.write() as session:
        one = make_asset(session, title="Moving a hospital")
        other = make_asset(session, title="Moving a clinic")
        for asset in (one, other):
            tagging.set_terms(session, asset, ["industry:healthcare"])
    worker.run_pending()

    page = rep.get(f"/assets/{one.id}")

    assert "Similar assets Moving a clinic" in text_of(page)
    assert f'href="/assets/{other.id}?via=recommendation"' in page.get_data(as_text=True)
