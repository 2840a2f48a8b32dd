from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content_map.domain.conversations import Conversation
from content_map.domain.cues import ConversationCue
from content_map.domain.ranking import CONSTANTS, Part, weigh
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
HEALTH, DOWN = "industry:healthcare", "pain:downtime"


def weights(text, **asked):
    return weigh(parse(text, WORDS), Situation(text, **asked), WORDS)


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
    assert found["tangible-value"] == pytest.approx(0.6 * 0.25 * 0.6488, abs=1e-4)
    assert sum(found.values()) == pytest.approx(0.6 * 0.25)


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


def test_what_is_made_for_another_industry_or_rival_counts_against_once_and_another_pain_does_not():
    found = weights("hospital with downtime")

    # -.3 of what meeting the industry would be worth; a pain excludes no other.
    assert found.otherwise == {"industry": pytest.approx(-0.3 * 1.5 * 2 / 3.6)}
    assert weights("not a bank").otherwise == {}


def test_a_tab_restricts_and_boosts_nothing():
    assert weights("hospital", conversation=Conversation.RIGHT_PEOPLE).conversation_boosts == {}


def test_terms_and_conversation_count_more_once_hardly_an_asset_is_untagged():
    reading, situation = parse("downtime, sign-off", WORDS), Situation("downtime, sign-off")

    below = weigh(reading, situation, WORDS, CONSTANTS.at(0.69))
    above = weigh(reading, situation, WORDS, CONSTANTS.at(0.7))

    assert (below.boosts[DOWN], above.boosts[DOWN]) == (pytest.approx(1.2), pytest.approx(1.6))
    assert sum(above.conversation_boosts.values()) == pytest.approx(0.8 * 0.25)


@pytest.mark.parametrize(
    ("part", "left_out"),
    [
        (Part.TERMS, {"boosts": {}, "otherwise": {}}),
        (Part.OTHERWISE, {"otherwise": {}}),
        (Part.SUGGESTED, {"suggested_share": 0.0}),
        (Part.CONVERSATION, {"conversation_boosts": {}}),
        (Part.OTHER_WORDS, {"expansions": {}}),
    ],
)
def test_each_part_can_be_left_out_and_leaves_the_others_as_they_are(part, left_out):
    text = "hospital with downtime, sign-off"
    reading, situation = parse(text, WORDS), Situation(text)
    whole = weigh(reading, situation, WORDS)

    found = weigh(reading, situation, WORDS, CONSTANTS.without(part))

    assert found == replace(whole, **left_out)
    assert found != whole


DETAILS = ("hospital", "bank", "outage", "CFO", "not a bank", "sign-off")
REFS = tuple(WORDS.terms)


def facet_points(found, terms):
    """What an engine adds for confirmed terms, as search/contract.py tells it."""
    facets = {term.partition(":")[0] for term in terms}
    boosted = {term.partition(":")[0] for term in terms if term in found.boosts}
    return sum(found.boosts.get(term, 0.0) for term in terms) + sum(
        points for facet, points in found.otherwise.items() if facet in facets - boosted
    )


@given(st.lists(st.sampled_from(DETAILS), max_size=5), st.sets(st.sampled_from(REFS)), st.sampled_from(REFS))
def test_a_further_detail_that_a_hit_meets_never_lowers_it(details, terms, added):
    text = ", ".join(details)
    before = weigh(parse(text, WORDS), Situation(text), WORDS)
    after = weigh(parse(text, WORDS), Situation(text, terms=(added,)), WORDS)
    carried = terms | {added}

    assert facet_points(after, carried) >= facet_points(before, carried) - 1e-9


@given(st.lists(st.sampled_from(DETAILS), max_size=5))
def test_with_every_detail_left_out_only_the_plain_words_remain(details):
    text = ", ".join(details)

    found = weigh(parse(text, WORDS), Situation(text, ignore=REFS), WORDS)

    assert (found.boosts, found.otherwise, found.expansions) == ({}, {}, {})
