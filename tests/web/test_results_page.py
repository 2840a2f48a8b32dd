"""The results without JavaScript: details to add, pin, leave out and take back, and a closer look at a row."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import pytest
from flask import Flask, g, render_template
from sqlalchemy import select

from content_map.db import Sessions
from content_map.domain.conversations import Conversation
from content_map.domain.people import Role
from content_map.domain.reasons import Reason, ReasonKind
from content_map.domain.situations import Situation
from content_map.domain.synonyms import SynonymMet
from content_map.domain.usage import EventKind
from content_map.models import AssetTerm, Page, Search, Term, UsageEvent, Version
from content_map.services import finding, indexing
from content_map.services.answers import Elsewhere
from content_map.web.results import answer_of
from content_map.wiring import Resources
from tests.factories import make_asset
from tests.web.browsing import Browser, text_of

Visit = Callable[[Role], Browser]
HEALTH, RETAIL = "industry:healthcare", "industry:retail-consumer"
SENTENCE = "a hospital whose migration costs too much ROI"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Three assets that the sentence finds; two are tagged."""

    hospital: str
    shop: str
    untagged: str


def tagged(sessions: Sessions, ref: str, **given: object) -> str:
    facet, _, key = ref.partition(":")
    with sessions.write() as session:
        asset = make_asset(session, **given)  # type: ignore[arg-type]
        if ref:
            term = session.scalars(select(Term).where(Term.facet_key == facet, Term.key == key)).one()
            session.add(AssetTerm(asset_id=asset.id, term_id=term.id, source="confirmed"))
        return asset.id


@pytest.fixture
def shelf(sessions: Sessions, resources: Resources, now: datetime) -> Shelf:
    meeting, value = Conversation.RELEVANT_MEETING, Conversation.TANGIBLE_VALUE
    shelf = Shelf(
        tagged(
            sessions,
            HEALTH,
            title="Wards that stayed open",
            conversation=meeting,
            pages=("Welcome to everybody.", "The migration took a night."),
        ),
        tagged(sessions, RETAIL, title="Tills", conversation=value, pages=("A migration of tills.",)),
        tagged(sessions, "", title="Migration in general", conversation=value, pages=("Migration.",)),
    )
    indexing.rebuild(resources.sessions, resources.index, now=now)
    return shelf


@pytest.fixture
def rep(visit: Visit) -> Browser:
    return visit(Role.REP)


def listed(html: str) -> set[str]:
    """The ids of the rows."""
    return set(re.findall(r'class="hit[^>]*data-asset="(\w+)"', html))


def kept(html: str) -> dict[str, list[str]]:
    """What the page sends along with the next act."""
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" form="ask" name="(\w+)" value="([^"]*)"', html):
        fields.setdefault(name, []).append(value)
    return fields


def ask(rep: Browser, sessions: Sessions, **fields: object) -> Search:
    """Search, and give what is kept of it."""
    with sessions.read() as session:
        found = rep.post("/find", **{"situation": SENTENCE, **fields}).headers["Location"]
        return session.get_one(Search, found.rpartition("/")[2])


def page_of(rep: Browser, **fields: object) -> str:
    return rep.follow("/find", situation=SENTENCE, **fields).get_data(as_text=True)


def test_pinned_detail_shows_only_what_is_tagged_so_until_it_is_unpinned(rep: Browser, shelf: Shelf) -> None:
    everything = page_of(rep)

    pinned = page_of(rep, pin=HEALTH)
    unpinned = page_of(rep, **kept(pinned), unpin=HEALTH)

    assert listed(everything) == listed(unpinned) == {shelf.hospital, shelf.shop, shelf.untagged}
    assert listed(pinned) == {shelf.hospital}
    assert kept(pinned) == {"require": [HEALTH]}
    assert f'name="unpin" value="{HEALTH}"' in pinned
    assert "read from “hospital”" in pinned


def test_detail_is_left_out_and_taken_back(rep: Browser, shelf: Shelf) -> None:
    without = page_of(rep, drop=HEALTH)
    again = page_of(rep, **kept(without), restore=HEALTH)

    assert f'name="drop" value="{HEALTH}"' not in without
    assert f'name="restore" value="{HEALTH}"' in without
    assert f'name="drop" value="{HEALTH}"' in again
    assert kept(again) == {}


def test_details_of_the_results_can_be_added_and_are_then_no_longer_offered(
    rep: Browser, shelf: Shelf
) -> None:
    offered = r'name="term" value="industry:retail-consumer">[^<]*<span class="n">1</span>'
    before = page_of(rep)

    after = page_of(rep, term=RETAIL)

    assert re.search(offered, before)
    assert not re.search(offered, after)
    assert f'name="drop" value="{RETAIL}"' in after
    assert kept(after) == {"term": [RETAIL]}


def test_tab_stays_through_the_next_act_and_all_leads_out(rep: Browser, shelf: Shelf) -> None:
    tab = page_of(rep, conversation="tangible-value")
    pinned = page_of(rep, **kept(tab), pin=RETAIL)
    out = page_of(rep, conversation=["tangible-value", ""])

    assert kept(pinned) == {"require": [RETAIL], "conversation": ["tangible-value"]}
    assert listed(pinned) == {shelf.shop}
    assert listed(out) == {shelf.hospital, shelf.shop, shelf.untagged}


def test_button_that_proposes_other_words_goes_before_the_box(
    rep: Browser, shelf: Shelf, sessions: Sessions
) -> None:
    asked = ask(rep, sessions, situation=["a hosptal", "a hospital"])

    assert asked.situation == "a hospital"


def test_conversation_that_the_words_speak_for_is_accepted_or_denied(rep: Browser, shelf: Shelf) -> None:
    guessed = page_of(rep)
    accepted = page_of(rep, prefer=["", "tangible-value"])
    denied = page_of(rep, drop="conversation:tangible-value")

    assert "because of “ROI”" in guessed
    assert 'name="prefer" value="tangible-value"' in guessed
    assert "because of “ROI”" not in accepted
    assert "because of “ROI”" not in denied
    assert kept(denied) == {"ignore": ["conversation:tangible-value"]}
    assert 'name="restore" value="conversation:tangible-value"' in denied


def test_row_shows_the_page_that_answers_once_it_is_drawn(
    rep: Browser, shelf: Shelf, sessions: Sessions
) -> None:
    with sessions.write() as session:
        pages = select(Page).join(Version, Version.id == Page.version_id)
        for page in session.scalars(pages.where(Version.asset_id == shelf.hospital)):
            page.image_key = page.thumbnail_key = f"drawn/{page.number}.webp"

    html = page_of(rep)

    (row,) = re.findall(rf'id="hit-{shelf.hospital}".*?</article>', html, re.S)
    assert f'<img src="/pictures/{shelf.hospital}/1/2/small?' in row
    assert '<span class="page-mark" aria-hidden="true">2</span>' in row


def test_preview_says_where_it_answers_and_why_and_counts_once(
    rep: Browser, shelf: Shelf, sessions: Sessions
) -> None:
    address = f"/find/{ask(rep, sessions).id}/preview/{shelf.hospital}?matched=2"
    fragment = {"HX-Request": "true"}

    shown = rep.get(address, headers=fragment)
    rep.get(f"{address}&number=1&turned=1", headers=fragment)

    said = text_of(shown)
    assert "2 of 2" in said
    assert "Why this is here" in said
    assert "Your words are on Page 2" in said
    assert "The <mark>migration</mark> took a night." in shown.get_data(as_text=True)
    with sessions.read() as session:
        opened = session.scalars(select(UsageEvent).where(UsageEvent.kind == EventKind.OPEN.value)).one()
    assert (opened.asset_id, opened.page) == (shelf.hospital, None)


def test_too_long_a_sentence_is_refused_in_one_sentence_that_leaves_the_list_alone(
    rep: Browser, shelf: Shelf
) -> None:
    for path in ("/find", "/find/draft"):
        answer = rep.client.post(
            path,
            data={"_csrf": "a-token-of-the-session", "situation": "x" * 2001},
            headers={"HX-Request": "true"},
        )

        assert (answer.status_code, answer.get_data(as_text=True)) == (
            422,
            "At most 2000 characters: say it more briefly.",
        )


def test_where_nothing_fits_the_way_out_says_how_many_it_gives(rep: Browser, shelf: Shelf) -> None:
    html = page_of(rep, require=[HEALTH, RETAIL])

    assert listed(html) == set()
    assert "Without “Healthcare”: 1 asset" in html
    assert listed(page_of(rep, **kept(html), drop=HEALTH)) == {shelf.shop}
    assert "Ask marketing for it" in html


def test_answer_says_what_is_less_and_what_is_more_in_it(
    app: Flask, rep: Browser, shelf: Shelf, resources: Resources, now: datetime
) -> None:
    actor = rep.person.as_actor()
    found = finding.find(resources.finder, Situation(SENTENCE, draft=True), actor=actor, now=now)
    first = replace(found.hits[0], is_explored=True, folded=(found.hits[1].asset,))
    answer = replace(
        found,
        hits=(first,),
        notice="Search is being put in order.",
        synonyms=(SynonymMet("EHR", "electronic health record"),),
        elsewhere=(Elsewhere(found.hits[2].asset, 4),),
    )

    with app.test_request_context():
        g.actor = actor
        with resources.sessions.read() as session:
            html = render_template("find/_list.html", search=answer_of(session, answer), preview=None)

    said = " ".join(re.sub(r"<[^>]*>", " ", html).split())
    assert "Search is being put in order." in said
    assert "Also looked for “electronic health record”, because you wrote “EHR”." in said
    assert "Rarely shown" in said
    assert f"1 near-copy {found.hits[1].asset.title}" in said
    assert f"{found.hits[2].asset.title} 4 reps used it here" in said


def test_row_says_once_that_it_is_rarely_shown_and_once_how_often_it_was_used(
    app: Flask, rep: Browser, shelf: Shelf, resources: Resources, now: datetime
) -> None:
    actor = rep.person.as_actor()
    found = finding.find(resources.finder, Situation(SENTENCE, draft=True), actor=actor, now=now)
    reasons = (
        Reason(ReasonKind.RARELY_SHOWN, "Rarely shown"),
        Reason(ReasonKind.USED, "Used 4 times in this conversation"),
    )
    unlike = replace(found.hits[0], met=(), is_explored=True, reasons=reasons)

    with app.test_request_context():
        g.actor = actor
        with resources.sessions.read() as session:
            row = answer_of(session, replace(found, hits=(unlike,))).hits[0]

    assert row.fit == "Used 4 times in this conversation"
    assert row.used is None
    assert row.is_explored


def test_picture_of_a_page_bears_the_number_that_its_label_has(
    app: Flask, rep: Browser, shelf: Shelf, resources: Resources, sessions: Sessions, now: datetime
) -> None:
    with sessions.write() as session:
        pages = select(Page).join(Version).where(Version.asset_id == shelf.hospital, Page.number == 2)
        for page in session.scalars(pages):
            page.label, page.thumbnail_key = "Page 10", "previews/second.webp"
    actor = rep.person.as_actor()
    found = finding.find(resources.finder, Situation(SENTENCE, draft=True), actor=actor, now=now)

    with app.test_request_context():
        g.actor = actor
        with resources.sessions.read() as session:
            rows = answer_of(session, found).hits

    row = next(row for row in rows if row.asset.id == shelf.hospital)
    assert row.passages[0].label == "Page 10"
    assert row.pictured == "10"
