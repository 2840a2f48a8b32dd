"""Tag coverage, freshness and the scorecard: counted by hand from a few assets."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from content_map.config import Settings
from content_map.domain.assets import Status
from content_map.domain.conversations import Conversation
from content_map.domain.people import Role
from content_map.domain.quarters import Quarter
from content_map.domain.usage import EventKind, ExcludedReason, Feedback, OutcomeAnswer
from content_map.errors import Invalid, NotFound
from content_map.models import Asset, AssetTerm, Term, Version
from content_map.reports import asset_scorecard, freshness, tag_coverage
from content_map.reports.contract import Definitions, Question
from content_map.reports.parts import Fraction
from content_map.services import reports
from tests.factories import LONG_AGO, make_asset, make_search, make_term, make_user
from tests.support.stories import happen, told

Q3 = Quarter(2026, 3)
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
AUGUST = datetime(2026, 8, 3, 9, tzinfo=UTC)
END = datetime(2026, 10, 1, tzinfo=UTC)
MEETING, VALUE = Conversation.RELEVANT_MEETING, Conversation.TANGIBLE_VALUE
QUESTION = Question(Q3, Definitions(), NOW)


def tag(session: Session, asset: Asset, *terms: Term) -> Asset:
    session.add_all([AssetTerm(asset_id=asset.id, term_id=term.id) for term in terms])
    session.flush()
    return asset


def test_a_hole_is_a_conversation_without_an_asset_for_an_industry(session: Session) -> None:
    health, schools = make_term(session), make_term(session, key="education", name="Education")
    pain = make_term(session, "pain", "downtime", "Downtime")
    tag(session, make_asset(session, conversation=MEETING), health, pain)
    make_asset(session, conversation=MEETING)
    tag(
        session, make_asset(session, conversation=VALUE, live_until=AUGUST), schools
    )  # ended before the quarter did
    chip = {
        "facet": "industry",
        "term": "education",
        "name": "Education",
        "words": "school",
        "negated": False,
    }
    for _ in range(3):
        make_search(session, make_user(session), asked_at=AUGUST, conversation=VALUE.value, recognised=[chip])

    finding = tag_coverage.build(session, QUESTION)

    holes, facets = finding.tables
    assert {figure.key: figure.value for figure in finding.figures} == {
        "live": 2,
        "complete": Fraction(0, 2),
        "holes": Fraction(9, 10),  # of 5 conversations and 2 industries only one pair has something
    }
    assert holes.rows[0] == (VALUE, "Education", 3)
    assert (MEETING, "Healthcare", None) not in holes.rows
    carried = {row[0]: (row[1], row[4]) for row in facets.rows}
    assert carried == {
        "Industry": (Fraction(1, 2), Fraction(1, 2)),
        "Pain": (Fraction(1, 2), Fraction(1, 2)),
    }


def test_due_is_what_expires_soon_has_its_review_or_is_old(session: Session) -> None:
    in_20_days, in_40_days = (END + timedelta(days=days) for days in (20, 40))
    assets = {
        "expires": make_asset(session, title="expires", expires_at=in_20_days),
        "keeps": make_asset(session, title="keeps", expires_at=in_40_days),
        "review": make_asset(session, title="review", review_by=date(2026, 10, 1)),
        "later": make_asset(session, title="later", review_by=date(2026, 10, 2)),
        "checked": make_asset(session, title="checked", reviewed_at=END - timedelta(days=300)),
        "old": make_asset(session, title="old"),
    }
    fresh = [each.id for title, each in assets.items() if title not in {"old", "checked"}]
    session.execute(
        update(Version).where(Version.asset_id.in_(fresh)).values(created_at=END - timedelta(days=10))
    )
    rep = make_user(session)
    happen(session, [told(EventKind.USE, rep, assets["old"], AUGUST, account="Harbour")], now=NOW)

    finding = freshness.build(session, QUESTION)

    waiting = [(row[1], row[4], row[8]) for row in finding.tables[0].rows]
    assert waiting[0] == ("old", "Not updated for a year", 1)  # the used one first
    assert sorted(waiting[1:]) == [("expires", "Expires soon", 0), ("review", "Review due", 0)]
    assert [row[1] for row in finding.tables[1].rows] == [4, 0, 1, 1]
    assert finding.tables[2].rows[0] == (
        Conversation.POINT_OF_VIEW,
        6,
        Fraction(1, 6),
        Fraction(1, 6),
        Fraction(1, 6),
        Fraction(1, 6),
        1,
    )


def test_a_scorecard_of_a_running_quarter_ends_with_the_month_that_runs(session: Session) -> None:
    asset = make_asset(session)

    finding = asset_scorecard.build(
        session, Question(Q3, Definitions(), datetime(2026, 8, 9, tzinfo=UTC), asset=asset.id)
    )

    assert finding.tables[0].rows[-1][0] == date(2026, 8, 1)


def test_a_scorecard_follows_one_asset_by_the_month(session: Session) -> None:
    rep, owner = make_user(session), make_user(session, Role.MARKETER)
    asset, other = make_asset(session, owner=owner), make_asset(session)
    chip = {"facet": "pain", "term": "downtime", "name": "Downtime", "words": "stops", "negated": False}
    searches = [
        make_search(session, make_user(session), asset, asked_at=AUGUST, recognised=[chip]) for _ in range(3)
    ]
    meeting = {"account": "Harbour", "conversation": MEETING}
    happen(
        session,
        [
            *(
                told(
                    EventKind.OPEN,
                    session.get_one(type(rep), search.user_id),
                    asset,
                    AUGUST,
                    search=search.id,
                    rank=1,
                )
                for search in searches
            ),
            told(EventKind.OPEN, owner, asset, AUGUST),
            told(EventKind.USE, rep, asset, AUGUST, **meeting),
            told(EventKind.USE, rep, asset, datetime(2026, 5, 5, tzinfo=UTC), **meeting),
            told(EventKind.USE, rep, other, AUGUST, account="Vale", conversation=MEETING),
            told(
                EventKind.OUTCOME,
                rep,
                None,
                AUGUST + timedelta(days=1),
                outcome=OutcomeAnswer.REACHED,
                **meeting,
            ),
            told(EventKind.FEEDBACK, rep, asset, AUGUST, feedback=Feedback.OUTDATED),
        ],
        now=NOW,
    )

    finding = asset_scorecard.build(session, Question(Q3, Definitions(), NOW, asset=asset.id))

    months, outcomes, versions, feedback, terms = finding.tables
    assert {figure.key: figure.value for figure in finding.figures} == {
        "impressions": 0,
        "opens": 3,
        "uses": 1,
        "outcomes": Fraction(1, 1),
        "accounts": 1,
    }
    assert [row[0] for row in months.rows][::11] == [date(2025, 10, 1), date(2026, 9, 1)]
    assert {row[0]: row[3] for row in months.rows if row[3]} == {date(2026, 5, 1): 1, date(2026, 8, 1): 1}
    assert outcomes.rows[0] == ("Reached", Fraction(1, 1))
    assert sum(row[1].part for row in outcomes.rows if isinstance(row[1], Fraction)) == 1
    assert versions.rows == [("1.0", LONG_AGO.date(), None, 2)]
    assert feedback.rows == [("Out of date", 1)]
    assert terms.rows == [("Pain", "Downtime", 3)]
    assert finding.left_out == {ExcludedReason.OWN: 1}


def test_a_scorecard_needs_an_asset_that_exists_for_whoever_asks(session: Session) -> None:
    rep, marketer = make_user(session).as_actor(), make_user(session, Role.MARKETER).as_actor()
    draft = make_asset(session, status=Status.DRAFT)
    asked = {"settings": Settings(), "now": NOW}

    with pytest.raises(Invalid):
        reports.run(session, "asset-scorecard", actor=rep, **asked)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        reports.run(session, "asset-scorecard", asset=draft.id, actor=rep, **asked)  # type: ignore[arg-type]
    assert reports.run(session, "asset-scorecard", asset=draft.id, actor=marketer, **asked)  # type: ignore[arg-type]


def test_an_empty_library_is_a_sentence(session: Session) -> None:
    sentence = ["No asset was live at the end of this quarter."]

    assert freshness.build(session, QUESTION).lead == sentence
    assert tag_coverage.build(session, QUESTION).lead == sentence
