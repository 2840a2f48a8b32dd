"""Synonyms are found where they are said, and what is said already is not added."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from content_map.domain.synonyms import MET_AT_MOST, SynonymBook, SynonymMet, SynonymPair, faults_of

BOTH = SynonymPair("till", "point of sale")
ONE = SynonymPair("Falcon", "scheduling suite", both_ways=False)

words = st.text(st.sampled_from("abc é-"), min_size=1, max_size=12).filter(
    lambda text: not faults_of(text, "zzz")
)


def test_either_side_of_a_two_way_pair_brings_the_other() -> None:
    book = SynonymBook([BOTH])

    assert book.met("Their tills stop at noon") == (SynonymMet("tills", "point of sale"),)
    assert book.met("Point of Sale down again") == (SynonymMet("Point of Sale", "till"),)


def test_a_one_way_pair_works_from_its_first_side_alone() -> None:
    book = SynonymBook([ONE])

    assert book.met("They use FALCON") == (SynonymMet("FALCON", "scheduling suite"),)
    assert book.met("They want a scheduling suite") == ()


def test_what_the_sentence_says_itself_is_not_added_again() -> None:
    assert SynonymBook([BOTH]).met("the till, their point of sale") == ()


def test_of_overlapping_words_the_longest_count() -> None:
    book = SynonymBook([SynonymPair("price sheet", "rate card"), SynonymPair("price", "cost")])

    assert book.met("send the price sheet") == (SynonymMet("price sheet", "rate card"),)


def test_several_synonyms_of_one_word_all_join_in() -> None:
    book = SynonymBook([SynonymPair("till", "register"), SynonymPair("till", "checkout")])

    assert [each.means for each in book.met("one till")] == ["register", "checkout"]


def test_an_acronym_that_reads_like_a_stop_word_counts_in_capitals_alone() -> None:
    book = SynonymBook([SynonymPair("IT", "information technology")])

    assert book.met("it fails every week") == ()
    assert book.met("IT fails every week") == (SynonymMet("IT", "information technology"),)


def test_a_pair_needs_words_that_say_something_and_differ() -> None:
    assert [each.pointer for each in faults_of("the", "point of sale")] == ["/said"]
    assert [each.pointer for each in faults_of("till", "?!")] == ["/means"]
    assert [each.pointer for each in faults_of("Till", "tills")] == ["/means"]
    assert [each.pointer for each in faults_of("till", "one two three four five six seven")] == ["/means"]
    assert faults_of("IT", "information technology") == []


@given(st.lists(st.tuples(words, words), max_size=12), st.text(max_size=200))
def test_no_text_breaks_the_book_and_what_it_finds_stands_in_the_text(
    pairs: list[tuple[str, str]], text: str
) -> None:
    met = SynonymBook([SynonymPair(*pair) for pair in pairs]).met(text)

    assert len(met) <= MET_AT_MOST
    assert all(each.said in text for each in met)


def test_of_a_word_with_thousands_of_synonyms_the_first_few_join_in() -> None:
    book = SynonymBook(SynonymPair("late", f"word{number} x{number}") for number in range(5_000))

    met = book.met("late " * 400)

    assert [each.means for each in met] == [f"word{number} x{number}" for number in range(MET_AT_MOST)]
