"""The pages of versions, copies and holders, without JavaScript."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from sqlalchemy import select

from content_map.db import Sessions
from content_map.domain.people import Role
from content_map.models import Asset, Notification
from content_map.worker import Worker
from tests.web.browsing import Browser, text_of

Visit = Callable[[Role], Browser]
SENTENCE = "The bank moved its core in nine weeks and no branch was closed for a day while it did so."
PLAN = " ".join(f"{SENTENCE} Step {n} took {n + 3} people and {n + 5} days of work." for n in range(12))


@pytest.fixture
def marketer(visit: Visit) -> Browser:
    return visit(Role.MARKETER)


def upload(browser: Browser, worker: Worker, words: str, name: str = "plan.txt") -> str:
    answer = browser.post("/upload", file=(io.BytesIO(words.encode()), name))
    worker.run_pending()
    return answer.headers["Location"].rpartition("=")[2]


def publish(browser: Browser, asset: str) -> None:
    browser.post(
        f"/assets/{asset}/edit",
        title="The plan",
        conversation="relevant-meeting",
        audience="customer",
        act="publish",
    )


def replace(browser: Browser, worker: Worker, asset: str, words: str, **fields: str) -> None:
    browser.post(f"/assets/{asset}/versions", file=(io.BytesIO(words.encode()), "plan.txt"), **fields)
    worker.run_pending()


def stored(sessions: Sessions, asset: str) -> Asset:
    with sessions.read() as session:
        return session.get_one(Asset, asset)


def test_versions_are_listed_with_notes_and_an_old_one_is_brought_back(
    marketer: Browser, visit: Visit, worker: Worker, sessions: Sessions
) -> None:
    asset = upload(marketer, worker, PLAN)
    publish(marketer, asset)
    replace(marketer, worker, asset, "Shorter.", change="minor", note="Only the end")
    listed = text_of(marketer.get(f"/assets/{asset}/versions"))

    brought = text_of(marketer.follow(f"/assets/{asset}/versions/1/restore"))

    assert "1.1 Current No. 2 · plan.txt Only the end" in listed
    assert "Version 1 is back as the newest one" in brought
    assert "Brought back from no. 1" in brought
    assert stored(sessions, asset).version_number == 3
    for_reps = text_of(visit(Role.REP).get(f"/assets/{asset}/versions"))
    assert "2.0 Current" in for_reps
    assert "Bring back" not in for_reps
    assert "Who holds" not in for_reps


def test_a_note_that_is_too_long_is_said_and_nothing_is_stored(
    marketer: Browser, worker: Worker, sessions: Sessions
) -> None:
    asset = upload(marketer, worker, PLAN)

    answer = marketer.post(
        f"/assets/{asset}/versions", file=(io.BytesIO(b"Shorter."), "plan.txt"), note="n" * 501
    )

    assert answer.status_code == 422
    assert "At most 500 characters" in text_of(answer)
    assert stored(sessions, asset).version_number == 1


def test_a_copy_is_shown_where_it_is_tagged_and_kept_apart_on_request(
    marketer: Browser, worker: Worker
) -> None:
    first = upload(marketer, worker, PLAN)
    publish(marketer, first)
    draft = upload(marketer, worker, f"{PLAN} And a word on what came after.", "plan FINAL.txt")
    places = (f"/upload?asset={draft}", f"/assets/{draft}/edit", f"/assets/{draft}")
    before = [text_of(marketer.get(place)) for place in places]

    marketer.post(f"/assets/{draft}/copies/{first}", decision="different")

    after = [text_of(marketer.get(place)) for place in places]
    assert all("Looks like a version of The plan" in page for page in before)
    assert all("passages compared are the same" in page for page in before)
    assert not any("Looks like a version of" in page for page in after)


def test_a_refused_decision_says_why(marketer: Browser, worker: Worker) -> None:
    first = upload(marketer, worker, PLAN)
    publish(marketer, first)
    other = upload(marketer, worker, f"{PLAN} And a word on what came after.")

    page = text_of(marketer.follow(f"/assets/{first}/copies/{other}", decision="new_version"))

    assert "is not a draft" in page


def test_holders_are_told_from_the_page_and_stay_unnamed(
    marketer: Browser, visit: Visit, worker: Worker, sessions: Sessions
) -> None:
    asset = upload(marketer, worker, PLAN)
    publish(marketer, asset)
    rep = visit(Role.REP)
    rep.get(f"/assets/{asset}/download")
    replace(marketer, worker, asset, "Shorter.")
    page = text_of(marketer.get(f"/assets/{asset}/versions"))
    beside = text_of(marketer.get(f"/assets/{asset}"))

    told = text_of(marketer.follow(f"/assets/{asset}/holders/tell"))

    with sessions.read() as session:
        left = session.scalars(select(Notification.user_id)).all()
    assert "Who holds an old version Fewer than five people · 0 customers" in page
    assert "Fewer than five people · 0 customers Who holds an old version" in beside
    assert "Who holds an old version" not in text_of(rep.get(f"/assets/{asset}"))
    assert rep.person.name not in page + beside + told
    assert "Everybody who holds an old version finds a message." in told
    assert left == [rep.person.id]
    assert "“The plan” has a new version, 2.0." in text_of(rep.get("/notifications"))


def test_a_page_that_recurs_is_named_beside_it(marketer: Browser, visit: Visit, worker: Worker) -> None:
    first, second = (upload(marketer, worker, words) for words in (SENTENCE, f"{SENTENCE}\n\n"))
    for each in (first, second):
        publish(marketer, each)

    page = text_of(visit(Role.REP).get(f"/assets/{first}"))

    assert "This page is also in The plan" in page
    assert "Part 1 is also in The plan" in page


def test_a_file_the_library_knows_becomes_a_version_once_that_is_said(
    marketer: Browser, worker: Worker, sessions: Sessions
) -> None:
    known = upload(marketer, worker, PLAN)
    asset = upload(marketer, worker, "Whom to call first at a mill.", "calls.txt")
    address = f"/assets/{asset}/versions"

    refused = marketer.post(address, file=(io.BytesIO(PLAN.encode()), "again.txt"))
    taken = marketer.post(address, file=(io.BytesIO(PLAN.encode()), "again.txt"), allow_duplicate="true")

    assert refused.status_code == 422
    assert f'href="/assets/{known}"' in refused.get_data(as_text=True)
    assert 'name="allow_duplicate"' in refused.get_data(as_text=True)
    assert taken.status_code == 303
    with sessions.read() as session:
        assert session.scalars(select(Asset.version_number).where(Asset.id == asset)).one() == 2
