from __future__ import annotations

from collections import Counter

import pytest

from content_map.domain.ambiguity import guard_for
from content_map.domain.conversations import Conversation
from content_map.domain.vocabulary import FACET_NAMES, Facet, Term, Vocabulary
from content_map.domain.words import keys_of, singular, tokens_of


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("hospitals", "hospital"),
        ("companies", "company"),
        ("businesses", "business"),
        ("crashes", "crash"),
        ("business", "business"),
        ("status", "status"),
        ("analysis", "analysis"),
        ("gas", "gas"),
        ("hospitality", "hospitality"),
    ],
)
def test_only_the_plural_is_taken_off(plural, one):
    assert singular(plural) == one


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("R&D, S/4HANA", ("r", "and", "d", "s", "4hana")),
        ("U.S. hospitals", ("us", "hospital")),
        ("can’t; customer's", ("cant", "customer")),
        ("mid-market K-12", ("mid", "market", "k", "12")),
        ("ＣＦＯ", ("cfo",)),
        ("_x_ — …", ("x",)),
    ],
)
def test_words_are_cut_as_people_write_them(text, keys):
    assert keys_of(text) == keys


def test_tokens_know_their_clause():
    assert [token.clause for token in tokens_of("one two, three - four.")] == [0, 0, 1, 2]


def test_a_hyphenated_alias_is_found_in_every_spelling():
    words = Vocabulary([Term(Facet.SIZE, "mid", "Mid-market")])

    assert all(
        words.find(tokens_of(text)) for text in ("mid-market", "mid market", "midmarket", "Mid-Markets")
    )


def test_the_nearest_term_is_offered_for_an_unknown_one(vocabulary):
    assert vocabulary.nearest_ref("industry:health-care") == "industry:healthcare"
    assert vocabulary.nearest_ref("pain:downtime") == "pain:downtime-outages"
    assert vocabulary.nearest_ref("industry:qqqqqq") is None


def test_the_nine_facets_have_names():
    assert [*FACET_NAMES] == [*Facet]
    assert len(Facet) == 9


def test_keys_and_aliases_of_the_first_vocabulary_are_unique_within_a_facet(shipped_terms):
    refs = Counter(term.ref for term in shipped_terms)
    phrases = Counter((term.facet, keys_of(alias)) for term in shipped_terms for alias in term.aliases)

    assert [ref for ref, count in refs.items() if count > 1] == []
    doubles = {(facet, " ".join(keys)) for (facet, keys), count in phrases.items() if count > 1}
    # Spellings that differ only in what is normalised anyway do no harm; none may point to two terms.
    owners = {
        double: {t.key for t in shipped_terms for a in t.aliases if (t.facet, " ".join(keys_of(a))) == double}
        for double in doubles
    }
    assert {double: keys for double, keys in owners.items() if len(keys) > 1} == {}


def test_the_first_vocabulary_names_no_vendor(shipped_terms):
    assert {term.key for term in shipped_terms if term.facet is Facet.COMPETITOR} == {
        "in-house-build",
        "do-nothing",
    }
    assert not any(term.facet is Facet.PRODUCT for term in shipped_terms)


@pytest.mark.parametrize(
    "word",
    [
        "lead",
        "carrier",
        "contractor",
        "agency",
        "head",
        "us",
        "api",
        "suite",
        "mobile",
        "fine",
        "buyer",
        "user",
    ],
)
def test_everyday_words_alone_are_no_terms(word, vocabulary):
    assert vocabulary.find(tokens_of(f"the {word}, they said")) == []


def test_every_alias_that_needs_no_company_finds_its_own_term(shipped_terms):
    words = Vocabulary(shipped_terms)

    lost = [
        (term.ref, alias)
        for term in shipped_terms
        for alias in (term.name, *term.aliases)
        if guard_for(term.facet, alias, keys_of(alias)) is None
        and term not in [match.term for match in words.find(tokens_of(alias))]
    ]
    assert lost == []


def test_cues_are_unique_and_every_conversation_has_some(shipped_cues):
    counts = Counter((cue.conversation, keys_of(cue.words)) for cue in shipped_cues)

    assert [cue for cue, count in counts.items() if count > 1] == []
    assert {cue.conversation for cue in shipped_cues} == set(Conversation)
    assert all(0 < cue.weight <= 3 for cue in shipped_cues)
