"""A word's forms share a stem in each language that Snowball knows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import snowballstemmer
from hypothesis import given
from hypothesis import strategies as st

from search.languages import ALGORITHMS
from search.stemming import stem


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "migrate migrated migrating migrates migration"),
        ("de", "haus häuser hauses häusern haeuser"),
        ("fr", "entreprise entreprises"),
        ("es", "hospital hospitales"),
        ("it", "costo costi"),
        ("nl", "ziekenhuizen ziekenhuis"),
        ("pt", "empresa empresas"),
        ("sv", "sjukhus sjukhusen sjukhusets"),
        ("ru", "больница больницы больнице"),
    ],
)
def test_forms_of_a_word_share_a_stem(language: str, words: str) -> None:
    assert len({stem(word, language) for word in words.split()}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("university", "universal"), ("organ", "organization"), ("internal", "intern"), ("news", "new")],
)
def test_words_that_only_look_alike_stay_apart(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_word_of_a_language_nobody_stems_stays_as_it_is() -> None:
    assert stem("kazi", "sw") == "kazi"


def test_every_algorithm_named_is_there() -> None:
    assert set(ALGORITHMS.values()) <= set(snowballstemmer.algorithms())


def test_threads_do_not_disturb_each_other() -> None:
    """A Snowball stemmer keeps the word it works on in itself."""
    words = ["nationalization", "ponies", "relational", "sky", "hopefulness", "skies"] * 300

    with ThreadPoolExecutor(4) as threads:
        stems = list(threads.map(stem, words))

    assert stems == [stem(word) for word in words]


@given(st.text(max_size=60), st.sampled_from(sorted(ALGORITHMS)))
def test_stemming_never_raises_and_hardly_lengthens(word: str, language: str) -> None:
    """Some write a letter as two, such as Serbian's for Cyrillic."""
    assert len(stem(word, language)) <= 2 * len(word) + 2
