from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content_map.domain.conversations import Conversation
from content_map.domain.cues import ConversationCue
from content_map.domain.ranking import weigh
from content_map.domain.reasons import HitFacts, ReasonKind, why
from content_map.domain.situations import Situation, parse
from content_map.domain.vocabulary import Facet, Term, Vocabulary

WORDS = Vocabulary(
    [
        Term(Facet.INDUSTRY, "healthcare", "Healthcare", ("hospital", "clinic")),
        Term(Facet.INDUSTRY, "banking", "Banking", ("bank",)),
        Term(Facet.PAIN, "downtime", "Downtime", ("outage",)),
        Term(Facet.FUNCTION, "finance", "Finance", ("CFO", "treasurer")),
        Term(Facet.SENIORITY, "c-level", "C-level", ("CFO",)),
    ],
    [ConversationCue(Conversation.TANGIBLE_VALUE, "sign-off", 2.0)],
)
TODAY = date(2026, 11, 21)
HEALTH, DOWN = "industry:healthcare", "pain:downtime"


def weights(text, **asked):
    return weigh(parse(text, WORDS), Situation(text, **asked), WORDS)


def reasons(text, hit, **asked):
    reading = parse(text, WORDS)
    return {
        reason.kind: reason.sentence
        for reason in why(reading.chips, reading, Situation(text, **asked), hit, today=TODAY)
    }


def test_a_single_chip_is_measured_against_at_least_two():
    # Pain weighs 1.6: 1.5 x 1.6 / max(2, 1.6).
    assert weights("downtime").boosts == {DOWN: pytest.approx(1.2)}


def test_several_chips_share_one_and_a_half_points():
    # Industry 2 and pain 1.6 of 3.6.
    assert weights("hospital with downtime").boosts == {
        HEALTH: pytest.approx(1.5 * 2 / 3.6),
        DOWN: pytest.approx(1.5 * 1.6 / 3.6),
    }


def test_what_is_denied_counts_against():
    assert weights("not a bank").boosts == {"industry:banking": pytest.approx(1.5 * -0.3)}


def test_a_misspelt_term_counts_a_little_less():
    assert weights("hosptial").boosts == {HEALTH: pytest.approx(1.5 * 0.8)}


def test_ignored_terms_do_not_count_and_chosen_ones_do():
    found = weights("hospital", ignore=(HEALTH,), terms=(DOWN,))

    assert set(found.boosts) == {DOWN}


def test_the_conversation_of_the_words_is_boosted_by_its_probability():
    found = weights("needs sign-off").conversation_boosts

    # e^2 / (e^2 + 4) = .6488
    assert found["tangible-value"] == pytest.approx(0.6 * 0.6488, abs=1e-4)
    assert sum(found.values()) == pytest.approx(0.6)


def test_a_prepared_conversation_takes_the_place_of_the_guess():
    assert weights("needs sign-off", prefer=Conversation.RIGHT_PEOPLE).conversation_boosts == {
        "right-people": 0.6
    }


def test_without_words_for_a_conversation_none_is_boosted():
    assert weights("hospital").conversation_boosts == {}


def test_other_words_for_a_situation_are_searched_too_but_not_other_people():
    assert weights("hospital").expansions == {"healthcare": 0.15, "clinic": 0.15}
    assert weights("CFO").expansions == {}


@given(
    st.lists(st.sampled_from(["hospital", "bank", "outage", "CFO", "not a", "clinic", ","]), max_size=12).map(
        " ".join
    )
)
def test_all_terms_met_are_worth_at_most_one_and_a_half_points(text):
    boosts = weights(text).boosts

    assert sum(boost for boost in boosts.values() if boost > 0) <= 1.5 + 1e-9
    assert all(boost >= -0.45 - 1e-9 for boost in boosts.values())


def test_a_hit_says_what_it_meets_and_misses_and_where():
    hit = HitFacts({HEALTH}, Conversation.TANGIBLE_VALUE, page="slide 4")

    assert reasons("hospital with downtime, sign-off", hit) == {
        ReasonKind.MET: "Fits 1 of 2: Healthcare",
        ReasonKind.PAGE: "Your words are on slide 4",
        ReasonKind.CONVERSATION: "Made for “Make the Value Tangible”, as “sign-off” suggests",
        ReasonKind.MISSED: "Not tagged for Downtime",
    }


def test_a_hit_says_when_it_is_internal_or_carries_what_was_ruled_out():
    found = reasons("not a bank", HitFacts({"industry:banking"}, None, is_internal=True))

    assert found == {
        ReasonKind.DENIED: "Tagged for Banking, which you ruled out",
        ReasonKind.INTERNAL: "Internal: not to be shared with customers",
    }


def test_the_prepared_conversation_is_named():
    hit = HitFacts(set(), Conversation.RIGHT_PEOPLE)

    found = reasons("sign-off", hit, prefer=Conversation.RIGHT_PEOPLE)

    assert found == {ReasonKind.CONVERSATION: "Made for “Connect with the Right People”, which you prepare"}
