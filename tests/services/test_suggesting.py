"""What a process keeps at hand for whoever types follows the database, and tells nobody's words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from content_map.domain.assets import Status
from content_map.domain.people import Actor, Role
from content_map.domain.vocabulary import Facet, Term, Vocabulary
from content_map.errors import Invalid
from content_map.services import suggesting
from content_map.services.at_hand import AtHand
from content_map.services.suggesting import Suggested, SuggestedAs
from tests.factories import make_asset, make_search, make_user

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
VOCABULARY = Vocabulary(
    [
        Term(Facet.INDUSTRY, "healthcare", "Healthcare", ("hospitals", "hospital groups")),
        Term(Facet.INDUSTRY, "logistics", "Logistics", ("freight",)),
        Term(Facet.PAIN, "late-deliveries", "Late deliveries", ("late orders",)),
    ]
)


class Typist:
    """Somebody who types in one process."""

    def __init__(self, session: Session, person: Actor) -> None:
        self.session, self.person, self.at_hand = session, person, AtHand()

    def types(self, prefix: str, now: datetime = NOW) -> list[Suggested]:
        return suggesting.suggest(
            self.session, prefix, vocabulary=VOCABULARY, at_hand=self.at_hand, actor=self.person, now=now
        )

    def titles(self, prefix: str, now: datetime = NOW) -> list[str]:
        return [each.text for each in self.types(prefix, now) if each.kind is SuggestedAs.TITLE]


@pytest.fixture
def rep(session: Session) -> Typist:
    return Typist(session, make_user(session).as_actor())


def test_last_words_of_a_sentence_are_completed(session: Session, rep: Typist) -> None:
    asset = make_asset(session, title="Why hospital groups wait")

    assert rep.types("CFO at a Hospital gr") == [
        Suggested(SuggestedAs.TERM, "Healthcare", "hospital groups", term="industry:healthcare"),
        Suggested(SuggestedAs.TITLE, "Why hospital groups wait", "Why hospital groups wait", asset=asset.id),
    ]


def test_ones_own_situations_go_on_from_the_whole_beginning(session: Session, rep: Typist) -> None:
    me = rep.session.get_one(type(make_user(session)), rep.person.id)
    for text, days in (("Bank in Zürich, slow", 1), ("A bank in  Zurich, SLOW!", 2), ("Zurich alone", 3)):
        make_search(session, me, situation=text, asked_at=NOW - timedelta(days=days))
    make_search(session, make_user(session), situation="Bank in Zurich of somebody else")

    found = [each.text for each in rep.types("bank in zur")]

    assert found == ["Bank in Zürich, slow", "A bank in  Zurich, SLOW!"]


def test_titles_follow_what_is_changed(session: Session, rep: Typist) -> None:
    asset = make_asset(session, title="Zebra one", updated_at=NOW)
    first = rep.titles("zeb")
    asset.title, asset.updated_at = "Lion one", NOW
    session.flush()
    renamed = rep.titles("zeb"), rep.titles("lio")
    make_asset(session, title="Zebra two", updated_at=NOW + timedelta(hours=1))

    assert first == ["Zebra one"]
    assert renamed == ([], ["Lion one"])
    assert rep.titles("zeb", NOW + timedelta(hours=1)) == ["Zebra two"]


def test_title_that_its_file_betters_later_is_found(session: Session, rep: Typist) -> None:
    asset = make_asset(session, title="scan0001", updated_at=NOW)
    rep.titles("scan")
    later = NOW + timedelta(hours=2)
    rep.titles("scan", later)
    asset.title = "Why clinics wait"
    session.flush()

    assert rep.titles("clin", later) == ["Why clinics wait"]


def test_what_stops_being_live_vanishes_at_once(session: Session, rep: Typist) -> None:
    """Nothing of it was changed a moment ago, so that only the database can say."""
    gone = make_asset(session, title="Zebra archived")
    make_asset(session, title="Zebra ending", expires_at=NOW + timedelta(hours=1))
    make_asset(session, title="Zebra coming", publish_at=NOW + timedelta(hours=1))
    before = rep.titles("zeb")
    gone.status = Status.ARCHIVED
    session.flush()

    assert before == ["Zebra archived", "Zebra ending"]
    assert rep.titles("zeb") == ["Zebra ending"]
    assert rep.titles("zeb", NOW + timedelta(hours=1)) == ["Zebra coming"]


def test_others_situations_show_only_as_terms_that_three_reps_used(session: Session, rep: Typist) -> None:
    """“l” begins Late deliveries and Logistics; only the second was asked by three, and no marketer counts."""
    chips = [
        {"facet": "industry", "term": "logistics", "name": "Logistics", "words": "freight", "negated": False}
    ]
    asked_at = NOW - timedelta(days=1)
    people = [make_user(session), make_user(session), make_user(session, Role.MARKETER)]
    for person in [*people, people[0]]:
        make_search(session, person, asked_at=asked_at, recognised=chips)
    by_two = [each.text for each in rep.types("l")]
    make_search(session, make_user(session), asked_at=asked_at, recognised=chips)
    by_three = [each.text for each in rep.types("l", NOW + timedelta(minutes=1))]

    assert by_two == ["Late deliveries", "Logistics"]
    assert by_three == ["Logistics", "Late deliveries"]


@pytest.mark.parametrize("prefix", ["", "  ", "%", "_", "*", "\x01\x02", "‮‮", "🚚", "﷽"])
def test_what_begins_no_word_suggests_nothing(session: Session, rep: Typist, prefix: str) -> None:
    make_asset(session, title="100% of _everything_")

    assert rep.types(prefix) == []


@pytest.mark.parametrize("prefix", ["x" * 2001, "a" * 1_000_000, "a\x00b", "\ud800"])
def test_what_cannot_be_a_prefix_is_refused(rep: Typist, prefix: str) -> None:
    with pytest.raises(Invalid) as refused:
        rep.types(prefix)

    assert [each.pointer for each in refused.value.errors] == ["/prefix"]
