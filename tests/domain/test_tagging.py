from __future__ import annotations

import pytest

from content_map.domain.conversations import Conversation
from content_map.domain.cues import ConversationCue
from content_map.domain.tagging import suggest_conversation, suggest_terms
from content_map.domain.vocabulary import Facet, Term, Vocabulary

WORDS = Vocabulary(
    [
        Term(Facet.INDUSTRY, "healthcare", "Healthcare", ("hospital", "clinic")),
        Term(Facet.PAIN, "downtime", "Downtime", ("outage",)),
        Term(Facet.GOAL, "roi", "Prove ROI", ("payback",)),
    ],
    [
        ConversationCue(Conversation.TANGIBLE_VALUE, "payback", 3.0),
        ConversationCue(Conversation.TANGIBLE_VALUE, "savings", 2.0),
        ConversationCue(Conversation.RIGHT_PEOPLE, "cold email", 3.0),
    ],
)


def test_an_asset_without_cues_gets_no_suggestion():
    assert suggest_conversation("Overview", [(1, "Words of no kind")], WORDS) == ()


def test_the_cues_are_shown_with_their_page_strongest_first():
    pages = [
        (1, "Welcome"),
        (2, "Savings in the first year"),
        (3, "Payback after nine months; payback and savings"),
    ]

    (best,) = suggest_conversation("Hospital calculator", pages, WORDS)

    assert best.conversation is Conversation.TANGIBLE_VALUE
    assert [(cue.words, cue.page, cue.count) for cue in best.cues] == [("payback", 3, 2), ("savings", 2, 2)]


def test_one_cue_in_passing_is_offered_but_not_preselected():
    (best,) = suggest_conversation("Overview", [(1, "payback")], WORDS)

    # 3 ln 2 = 2.0794 points, squared 4.3241; of 4 points of doubt each conversation has 0.8: 5.1241 / 8.3241.
    assert best.confidence == pytest.approx(0.6156, abs=1e-4)
    assert not best.is_preselected


def test_a_clear_asset_is_preselected_and_a_torn_one_is_not():
    clear = suggest_conversation("Payback calculator", [(1, "payback and savings")], WORDS)
    torn = suggest_conversation("Payback by cold email", [(1, "payback cold email")], WORDS)

    assert clear[0].is_preselected
    assert [suggestion.conversation for suggestion in torn] == [
        Conversation.RIGHT_PEOPLE,
        Conversation.TANGIBLE_VALUE,
    ]
    assert not torn[0].is_preselected
    assert sum(suggestion.confidence for suggestion in torn) < 1


def test_terms_come_with_their_pages_and_count():
    pages = [(1, "A hospital"), (2, "hospitals and clinics, hospitals"), (3, "outage")]

    found = suggest_terms("Downtime", pages, WORDS)

    assert [(item.term.key, item.page, item.pages, item.count, item.in_title) for item in found] == [
        ("downtime", 3, (3,), 2, True),
        ("healthcare", 2, (1, 2), 4, False),
    ]
    assert found[1].words == "hospitals"


def test_a_term_said_once_in_a_longer_asset_is_left_out():
    long = [(1, "payback"), (2, "x"), (3, "y")]

    assert suggest_terms("Overview", long, WORDS) == ()
    assert [item.term.key for item in suggest_terms("Overview", long[:1], WORDS)] == ["roi"]


def test_an_empty_asset_suggests_nothing():
    assert suggest_terms("", [], WORDS) == ()
    assert suggest_conversation("", [], WORDS) == ()
