from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from content_map.domain.conversations import Conversation
from content_map.domain.cues import ConversationCue
from content_map.domain.reasons import HitFacts, ReasonKind, why
from content_map.domain.situations import Situation, chips_for, parse
from content_map.domain.synonyms import SynonymMet
from content_map.domain.vocabulary import Facet, Term, Vocabulary

TODAY = date(2026, 11, 21)
HEALTH, DOWN = "industry:healthcare", "pain:downtime"
WORDS = Vocabulary(
    [
        Term(Facet.INDUSTRY, "healthcare", "Healthcare", ("hospital", "clinic")),
        Term(Facet.INDUSTRY, "banking", "Banking", ("bank",)),
        Term(Facet.PAIN, "downtime", "Downtime", ("outage",)),
    ],
    [ConversationCue(Conversation.TANGIBLE_VALUE, "sign-off", 2.0)],
)
NOTHING = HitFacts(frozenset(), None)


def told(text, hit, **asked):
    reading, situation = parse(text, WORDS), Situation(text, **asked)
    return why(chips_for(reading, situation, WORDS), reading, situation, hit, today=TODAY)


def sentences(text, hit, **asked):
    return {reason.kind: reason.sentence for reason in told(text, hit, **asked)}


def test_a_hit_says_what_it_meets_and_misses_and_where():
    hit = HitFacts({HEALTH}, Conversation.TANGIBLE_VALUE, page="slide 4")

    assert sentences("hospital with downtime, sign-off", hit) == {
        ReasonKind.MET: "Fits 1 of 2: Healthcare",
        ReasonKind.PAGE: "Your words are on slide 4",
        ReasonKind.CONVERSATION: "Made for “Make the Value Tangible”, as “sign-off” suggests",
        ReasonKind.MISSED: "Not tagged for Downtime",
    }


def test_a_hit_says_when_it_is_internal_or_carries_what_was_ruled_out():
    found = sentences("not a bank", HitFacts({"industry:banking"}, None, is_internal=True))

    assert found == {
        ReasonKind.DENIED: "Tagged for Banking, which you ruled out",
        ReasonKind.INTERNAL: "Internal: not to be shared with customers",
    }


def test_the_prepared_conversation_is_named_and_a_tab_alone_is_no_reason():
    hit = HitFacts(set(), Conversation.RIGHT_PEOPLE)

    assert sentences("sign-off", hit, prefer=Conversation.RIGHT_PEOPLE) == {
        ReasonKind.CONVERSATION: "Made for “Connect with the Right People”, which you prepare"
    }
    assert sentences("sign-off", hit, conversation=Conversation.RIGHT_PEOPLE) == {}


def test_what_is_only_suggested_is_neither_met_nor_missed():
    hit = replace(NOTHING, terms={HEALTH}, suggested={DOWN})

    assert sentences("hospital with downtime", hit) == {
        ReasonKind.MET: "Fits 1 of 2: Healthcare",
        ReasonKind.SUGGESTED: "Seems to fit, not confirmed yet: Downtime",
    }


@pytest.mark.parametrize(
    ("uses", "shown", "said"),
    [
        (9, 20, {ReasonKind.USED: "Used 9 times in this conversation"}),
        (1, 20, {ReasonKind.USED: "Used once in this conversation"}),
        (9, 19, {}),
        (0, 500, {}),
    ],
)
def test_use_is_told_only_once_it_was_shown_often_enough(uses, shown, said):
    assert sentences("", replace(NOTHING, uses=uses, shown=shown)) == said


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"is_explored": True}, "Rarely shown"),
        ({"is_alike": True}, "Similar in meaning"),
        ({"folded": 1}, "A near-copy of it is not listed again"),
        ({"folded": 3}, "3 near-copies of it are not listed again"),
        (
            {"synonyms": [SynonymMet("EHR", "electronic health record")]},
            "Because “EHR” also means “electronic health record”",
        ),
        ({"updated": date(2026, 10, 31)}, "Updated 3 weeks ago"),
        ({"review_by": date(2026, 5, 3)}, "Review was due 3 May"),
        ({"review_by": date(2025, 5, 3)}, "Review was due 3 May 2025"),
    ],
)
def test_each_fact_has_its_sentence(facts, sentence):
    (reason,) = told("", replace(NOTHING, **facts))

    assert reason.sentence == sentence


def test_a_review_is_due_from_the_day_after_its_day():
    assert told("", replace(NOTHING, review_by=TODAY)) == ()


def test_the_most_telling_reason_comes_first_and_each_kind_once():
    hit = HitFacts(
        {HEALTH},
        Conversation.TANGIBLE_VALUE,
        page="slide 4",
        uses=9,
        shown=40,
        folded=2,
        updated=TODAY,
    )

    kinds = [reason.kind for reason in told("hospital with downtime, sign-off", hit)]

    assert kinds == [
        ReasonKind.MET,
        ReasonKind.USED,
        ReasonKind.PAGE,
        ReasonKind.CONVERSATION,
        ReasonKind.MISSED,
        ReasonKind.FOLDED,
        ReasonKind.UPDATED,
    ]


def test_a_rival_that_the_vocabulary_does_not_know_is_no_tag_that_is_missing():
    reading = parse("hospital, comparing us with Globex", WORDS)
    assert [chip.name for chip in reading.chips if chip.ref is None] == ["Globex"]

    found = sentences("hospital, comparing us with Globex", replace(NOTHING, terms={HEALTH}))

    assert found == {ReasonKind.MET: "Fits: Healthcare"}
