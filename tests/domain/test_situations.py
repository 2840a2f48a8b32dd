from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content_map.domain.conversations import Conversation
from content_map.domain.cues import ConversationCue
from content_map.domain.situations import ReadAs, Situation, chips_for, parse
from content_map.domain.vocabulary import Facet, Term, Vocabulary

SMALL = Vocabulary(
    [
        Term(Facet.INDUSTRY, "healthcare", "Healthcare", ("hospital", "hospital group")),
        Term(Facet.INDUSTRY, "hospitality", "Hospitality", ("hotel",)),
        Term(Facet.INDUSTRY, "finance-sector", "Financial services", ("bank", "finance sector")),
        Term(Facet.FUNCTION, "finance", "Finance", ("CFO",)),
        Term(Facet.FUNCTION, "it", "IT", ("IT director",)),
        Term(Facet.FUNCTION, "operations", "Operations", ("plant manager",)),
        Term(Facet.SENIORITY, "c-level", "C-level", ("CFO",)),
        Term(Facet.SENIORITY, "manager", "Manager"),
        Term(Facet.REGION, "north-america", "North America", ("US",)),
        Term(Facet.SIZE, "small-business", "Small business"),
        Term(Facet.SIZE, "mid-market", "Mid-market"),
        Term(Facet.SIZE, "enterprise", "Enterprise"),
        Term(Facet.PAIN, "downtime", "Downtime", ("outage",)),
        Term(Facet.PAIN, "cost", "Cost pressure", ("no budget",)),
        Term(Facet.COMPETITOR, "epic", "Epic"),
    ],
    [
        ConversationCue(Conversation.TANGIBLE_VALUE, "sign-off", 2.0),
        ConversationCue(Conversation.TANGIBLE_VALUE, "board sign-off", 2.3),
        ConversationCue(Conversation.RIGHT_PEOPLE, "cold call", 3.0),
    ],
)


def read(text):
    return {
        (("-" if chip.negated else "") + (chip.ref or f"?{chip.name}")) for chip in parse(text, SMALL).chips
    }


def only(text, facet):
    return [chip for chip in parse(text, SMALL).chips if chip.facet is facet]


def test_a_chip_tells_its_words_and_where_they_stand():
    text = "A CFO of a hospital group"

    (chip,) = only(text, Facet.INDUSTRY)

    assert (chip.ref, chip.name, chip.words, chip.read_as) == (
        "industry:healthcare",
        "Healthcare",
        "hospital group",
        ReadAs.EXACT,
    )
    assert text[chip.start : chip.end] == "hospital group"


def test_one_word_may_mean_a_term_in_two_facets():
    assert read("CFO") == {"function:finance", "seniority:c-level"}


def test_a_phrase_inside_a_longer_one_of_another_facet_is_not_found_again():
    assert read("finance sector") == {"industry:finance-sector"}


def test_the_seniority_inside_a_function_is_kept():
    assert read("plant manager") == {"function:operations", "seniority:manager"}


def test_plurals_are_stems_and_nothing_more():
    (chip,) = only("two hospitals", Facet.INDUSTRY)

    assert chip.read_as is ReadAs.STEM
    assert read("hospitality") == {"industry:hospitality"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("they want it in the US", {"region:north-america"}),
        ("they want IT in the U.S.", {"function:it", "region:north-america"}),
        ("comparing us on it", set()),
        ("HELP US FIX IT AT A BANK", {"industry:finance-sector"}),
    ],
)
def test_acronyms_that_are_words_count_only_in_capitals(text, found):
    assert read(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("not a bank", {"-industry:finance-sector"}),
        ("not a bank, a hospital", {"-industry:finance-sector", "industry:healthcare"}),
        ("not a bank but a hospital", {"-industry:finance-sector", "industry:healthcare"}),
        ("not a bank or hotel", {"-industry:finance-sector", "-industry:hospitality"}),
        ("not only a bank", {"industry:finance-sector"}),
        ("have not talked to the CFO", {"function:finance", "seniority:c-level"}),
        ("without downtime", {"pain:downtime"}),
        ("not worried about downtime", {"-pain:downtime"}),
        ("downtime isn’t an issue", {"-pain:downtime"}),
        ("no budget at the bank", {"pain:cost", "industry:finance-sector"}),
        ("without outages for a bank", {"pain:downtime", "industry:finance-sector"}),
    ],
)
def test_what_is_denied(text, found):
    assert read(text) == found


@pytest.mark.parametrize(
    ("text", "band"),
    [
        ("a 500-person company", "mid-market"),
        ("20k employees", "enterprise"),
        ("99 employees", "small-business"),
        ("100 employees", "mid-market"),
        ("1,000 staff", "enterprise"),
        ("about 12 000 people", "enterprise"),
        ("staff of 450", "mid-market"),
        ("employs over 30", "small-business"),
        ("£2bn revenue", "enterprise"),
        ("revenue of $49m", "small-business"),
        ("€60 million turnover", "mid-market"),
        ("2.5k employees", "enterprise"),
        ("a small bank", "small-business"),
    ],
)
def test_numbers_become_size_bands(text, band):
    (chip,) = only(text, Facet.SIZE)

    assert (chip.term, chip.read_as) == (band, ReadAs.PATTERN)


@pytest.mark.parametrize(
    "text", ["3 people in the meeting", "40 plants", "Windows 10", "$5m savings", "a 2-day workshop"]
)
def test_other_numbers_are_no_size(text):
    assert only(text, Facet.SIZE) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("comparing us with Zendrix", ["Zendrix"]),
        ("us vs zendrix", ["zendrix"]),
        ("incumbent is Big River", ["Big River"]),
        ("comparing us with Epic and Zendrix", ["Epic", "Zendrix"]),
        ("Zendrix is the incumbent", ["Zendrix"]),
        ("replacing Zendrix this year", ["Zendrix"]),
        ("replacing old machines", []),
        ("an epic effort", []),
        ("this month vs last month", []),
    ],
)
def test_a_rival_is_named_even_when_the_vocabulary_does_not_know_it(text, names):
    assert [chip.name for chip in only(text, Facet.COMPETITOR)] == names


def test_an_unknown_rival_has_no_term():
    (chip,) = only("us vs Zendrix", Facet.COMPETITOR)

    assert (chip.term, chip.ref, chip.read_as) == (None, None, ReadAs.PATTERN)


def test_a_misspelling_is_read_and_offered_back():
    reading = parse("A hosptial with downtme", SMALL)

    assert [(chip.ref, chip.words, chip.read_as) for chip in reading.chips] == [
        ("industry:healthcare", "hosptial", ReadAs.TYPO),
        ("pain:downtime", "downtme", ReadAs.TYPO),
    ]
    assert reading.did_you_mean == "A hospital with downtime"


def test_a_word_that_the_library_has_is_no_misspelling():
    reading = parse("the hotels at Hotez", SMALL, lambda word: word == "hotez")

    assert [chip.words for chip in reading.chips] == ["hotels"]
    assert reading.did_you_mean is None


def test_the_longest_cue_tells_the_conversation_and_says_so():
    reading = parse("wants board sign-off", SMALL)

    assert reading.conversation is Conversation.TANGIBLE_VALUE
    assert reading.because == ("board sign-off",)
    # One cue of 2.3 points against four conversations of none: e^2.3 / (e^2.3 + 4).
    assert reading.confidence == pytest.approx(9.9742 / 13.9742, abs=1e-4)


def test_without_a_cue_every_conversation_is_as_likely():
    reading = parse("a bank", SMALL)

    assert reading.conversation is None
    assert reading.confidence == 0.0
    assert set(reading.probabilities.values()) == {0.2}


def test_what_the_rep_removes_and_adds_decides_which_chips_count():
    text = "not a bank but a hotel with outages"
    situation = Situation(
        text, terms=("industry:finance-sector",), require=("region:north-america",), ignore=("pain:downtime",)
    )

    chips = chips_for(parse(text, SMALL), situation, SMALL)

    assert [(chip.ref, chip.negated, chip.read_as) for chip in chips] == [
        ("industry:hospitality", False, ReadAs.EXACT),
        ("industry:finance-sector", False, ReadAs.CHOSEN),
        ("region:north-america", False, ReadAs.CHOSEN),
    ]


def test_text_beyond_the_limit_is_not_read():
    assert read("x " * 1_000 + "bank") == set()


@given(st.text(max_size=300))
def test_no_text_breaks_the_parser_and_every_span_is_true(text):
    reading = parse(text, SMALL)

    assert all(text[chip.start : chip.end] == chip.words for chip in reading.chips)
    assert sum(reading.probabilities.values()) == pytest.approx(1.0)


SNIPPETS = st.sampled_from(
    [
        "not",
        "no",
        "a",
        "bank",
        "hospital",
        "vs",
        "Zendrix",
        "incumbent",
        "and",
        ",",
        "500",
        "employees",
        "US",
        "is",
        "issue",
    ]
)


@given(st.lists(SNIPPETS, max_size=20).map(" ".join))
def test_no_sentence_of_difficult_words_breaks_the_parser(text):
    reading = parse(text, SMALL)

    assert all(text[chip.start : chip.end] == chip.words for chip in reading.chips)
    chips = [(chip.ref or chip.name.casefold(), chip.negated) for chip in reading.chips]
    assert len(chips) == len(set(chips))
