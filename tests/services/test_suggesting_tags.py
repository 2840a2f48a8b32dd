"""Tags suggested from pages, from what tagged assets taught, and again as tags arrive."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.db import Sessions
from content_map.domain.assets import Status
from content_map.domain.conversations import Conversation
from content_map.models import Asset, Job, Suggestion
from content_map.services import proposing, tagging, vocabulary
from content_map.services.learned import Learned, changed_enough
from content_map.services.vocabulary import Compiled
from tests.factories import make_asset

VALUE, PEOPLE = Conversation.TANGIBLE_VALUE, Conversation.RIGHT_PEOPLE
LEDGER, GREETING = ("ledger margin depreciation",), ("greeting introduction hello",)


@pytest.fixture(autouse=True)
def words(session: Session) -> None:
    vocabulary.install_first(session)


def _tag(session: Session, each: int) -> None:
    for conversation, pages in ((VALUE, LEDGER), (PEOPLE, GREETING)):
        for _ in range(each):
            make_asset(session, conversation=conversation, pages=pages)


def _propose(sessions: Sessions, asset: Asset, learned: Learned) -> Sequence[Suggestion]:
    conclude = proposing.propose(sessions, asset.id, vocabulary=Compiled(), learned=learned)
    with sessions.write() as session:
        conclude(session)
        return tagging.open_suggestions(session, session.get_one(Asset, asset.id))


def _draft(session: Session, *pages: str) -> Asset:
    return make_asset(session, conversation=None, status=Status.DRAFT, title="A note", pages=pages)


def _waiting(session: Session) -> list[str]:
    return list(session.scalars(select(Job.subject).where(Job.kind == proposing.SUGGEST)))


def test_tagged_assets_teach_what_no_cue_tells(session: Session, sessions: Sessions) -> None:
    asset = _draft(session, "Nothing here.", "Our ledger with the depreciation of margins")
    learned = Learned()

    before = _propose(sessions, asset, learned)
    _tag(session, each=10)
    after = _propose(sessions, asset, learned)

    assert before == []
    assert [(each.facet_key, each.value) for each in after] == [("conversation", VALUE)]
    assert {(word["words"], word["page"]) for word in after[0].evidence["shared"]} == {
        ("ledger", 2),
        ("depreciation", 2),
        ("margins", 2),
    }


def test_learning_again_waits_for_a_tenth_or_five_new_tags() -> None:
    none = dict.fromkeys(Conversation, 0)
    many = {**none, VALUE: 100}

    assert not changed_enough(none, {**none, VALUE: 4})
    assert changed_enough(none, {**none, VALUE: 3, PEOPLE: 2})
    assert not changed_enough(many, {**none, VALUE: 109})
    assert changed_enough(many, {**none, VALUE: 95, PEOPLE: 5})


def test_untagged_drafts_are_looked_at_again_once_much_was_tagged(session: Session) -> None:
    draft = _draft(session, "ledger")
    _draft(session).status = Status.ARCHIVED
    _tag(session, each=2)
    too_few = proposing.ask_again(session)

    _tag(session, each=1)
    enough = proposing.ask_again(session)
    once = proposing.ask_again(session)

    assert (too_few, enough, once) == (0, 1, 0)
    assert _waiting(session) == [draft.id]


def test_conversation_is_not_suggested_where_one_is_set(session: Session, sessions: Sessions) -> None:
    asset = make_asset(session, conversation=PEOPLE, pages=("Payback and return on investment",))

    found = _propose(sessions, asset, Learned())

    assert "conversation" not in {each.facet_key for each in found}


def test_only_the_tags_one_does_not_carry_are_suggested_and_denied_ones_never(
    session: Session, sessions: Sessions
) -> None:
    asset = _draft(session, "For hospitals in manufacturing. This is not for banks.")
    tagging.set_terms(session, asset, ["industry:manufacturing"])

    found = _propose(sessions, asset, Learned())

    assert [each.value for each in found if each.facet_key == "industry"] == ["healthcare"]


def test_a_version_that_was_replaced_meanwhile_leaves_nothing(session: Session, sessions: Sessions) -> None:
    asset = _draft(session, "For hospitals.")

    conclude = proposing.propose(sessions, asset.id, vocabulary=Compiled(), learned=Learned())
    asset.version_number = 2
    session.flush()
    with sessions.write() as writing:
        conclude(writing)

    assert session.scalars(select(Suggestion)).all() == []
