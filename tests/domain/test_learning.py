"""What tagged assets teach, and how it joins the cues."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content_map.domain.conversations import Conversation
from content_map.domain.cues import ConversationCue
from content_map.domain.learning import Learner, Words, words_of
from content_map.domain.tagging import suggest_conversation
from content_map.domain.vocabulary import Vocabulary

VALUE, PEOPLE = Conversation.TANGIBLE_VALUE, Conversation.RIGHT_PEOPLE
NO_WORDS = Vocabulary([])


def _plain(word: str) -> str:
    return word


def _words(text: str) -> Words:
    return words_of("", [(1, text)], _plain)


def _taught(each: int = 10) -> Learner:
    lessons = [(VALUE, _words("ledger margin pump")), (PEOPLE, _words("greeting voicemail pump"))] * each
    return Learner(lessons, _plain)


def test_words_are_counted_by_stem_with_the_title_thrice_and_their_first_place() -> None:
    words = words_of("Ledger", [(1, "the ledgers, 2026"), (2, "margin")], lambda word: word.rstrip("s"))

    assert {key: (seen.words, seen.page, seen.count) for key, seen in words.items()} == {
        "ledger": ("Ledger", None, 4.0),
        "margin": ("margin", 2, 1.0),
    }


def test_only_the_first_thousand_words_are_read() -> None:
    pages = [(number, f"word{chr(97 + number)} " * 500) for number in range(4)]

    assert sorted(words_of("", pages, _plain)) == ["worda", "wordb"]


def test_an_untaught_learner_has_no_weight_and_no_opinion() -> None:
    learner = Learner([], _plain)

    assert learner.weight == 0
    assert set(learner.judge(_words("ledger")).values()) == {0.2}


def test_trust_grows_with_tagged_assets_and_is_half_at_25() -> None:
    assert _taught(5).weight == pytest.approx(10 / 35)
    assert Learner([(VALUE, _words("ledger margin"))] * 25, _plain).weight == 0.5


def test_words_of_tagged_assets_speak_for_their_conversation_and_shared_words_for_none() -> None:
    learner = _taught()

    judged = learner.judge(_words("voicemail greeting"))

    assert max(judged, key=lambda key: judged[key]) is PEOPLE
    assert judged[PEOPLE] > 0.7
    pump = learner.judge(_words("pump"))
    assert pump[VALUE] == pytest.approx(pump[PEOPLE])


def test_words_that_tell_nothing_on_held_out_assets_are_not_trusted() -> None:
    # Every word stands in assets of both conversations equally often.
    lessons = [(VALUE, _words("alpha beta")), (PEOPLE, _words("alpha beta"))] * 5

    learner = Learner(lessons, _plain)

    assert learner.judge(_words("alpha"))[VALUE] == pytest.approx(learner.judge(_words("alpha"))[PEOPLE])
    assert learner.evidence(VALUE, _words("alpha")) == ()


def test_evidence_names_the_words_that_tagged_assets_share_with_their_page() -> None:
    words = words_of("", [(1, "pump"), (2, "margin ledger")], _plain)

    evidence = _taught().evidence(VALUE, words)

    assert {(seen.words, seen.page) for seen in evidence} == {("margin", 2), ("ledger", 2)}


def test_a_taught_learner_suggests_where_no_cue_stands() -> None:
    (best, *_) = suggest_conversation("Overview", [(1, "voicemail greeting")], NO_WORDS, _taught(25))

    assert best.conversation is PEOPLE
    assert best.cues == ()
    assert {seen.words for seen in best.learned} == {"voicemail", "greeting"}


def test_cues_and_learner_that_agree_are_surer_than_the_cues_alone() -> None:
    vocabulary = Vocabulary([], [ConversationCue(PEOPLE, "voicemail", 3.0)])
    pages = [(1, "voicemail greeting")]

    alone = suggest_conversation("Overview", pages, vocabulary)[0]
    together = suggest_conversation("Overview", pages, vocabulary, _taught())[0]

    assert alone.conversation is together.conversation is PEOPLE
    assert together.confidence > alone.confidence


@given(st.lists(st.tuples(st.sampled_from(Conversation), st.text("abc ", max_size=40)), max_size=12))
def test_chances_always_add_up_to_one_and_lessons_always_teach_the_same(
    lessons: list[tuple[Conversation, str]],
):
    taught = [(key, _words(text)) for key, text in lessons]

    judged = Learner(taught, _plain).judge(_words("aaa bbb abc"))

    assert sum(judged.values()) == pytest.approx(1)
    assert judged == Learner(taught, _plain).judge(_words("aaa bbb abc"))
