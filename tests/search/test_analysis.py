"""Words become terms alike wherever they are written, and those that carry nothing are left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import ACRONYM_WEIGHT, question, terms
from search.contract import MAX_QUERY_TERMS, MAX_TOKEN_CHARACTERS
from search.forms import forms_of, places_of
from search.languages import ALGORITHMS
from search.lexicon import ACRONYMS, FILLER_WORDS, STOP_WORDS


def stems(text: str) -> list[str]:
    return [stem for word, _, _ in places_of(text) for stem in forms_of(word).stems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The hospitals migrated", ["hospit", "migrat"]),
        ("customer's customers' customer’s", ["custom", "custom", "custom"]),
        ("O'Reilly doesn't", ["oreilli"]),
        ("Crème brûlée Łódź Ærø", ["creme", "brule", "lodz", "aero"]),
        ("1,200 stores, 2.5 percent, 10,5", ["1200", "store", "2.5", "percent", "10", "5"]),
        ("R&D and M&A at Smith&Sons", ["r&d", "m&a", "smith", "son"]),
        ("U.S. and U.K. offices", ["US", "uk", "offic"]),
        ("it told us; IT in the US, IT-driven", ["told", "IT", "US", "IT", "driven"]),
        ("CFOs, C.F.O.s and kpis; hrs", ["cfo", "cfo", "kpi", "hrs"]),
        ("snake_case_words", ["snake", "case", "word"]),
        ("done.Next", ["next"]),
        ("東京都", ["東京", "京都"]),
        ("病", ["病"]),
        ("NHS病院2024", ["nhs", "病院", "2024"]),
        ("", []),
        ("... --- !!!", []),
    ],
)
def test_text_becomes_stems(text: str, expected: list[str]) -> None:
    assert stems(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("follow-up", "followup"),
        ("e-mail", "email"),
        ("on-premises", "onpremises"),
        ("CI\u2011driven", "cidriven"),
    ],
)
def test_hyphenated_word_is_found_joined_and_split(one: str, other: str) -> None:
    assert question(one).stems.keys() & terms(other).stems.keys()
    assert question(other).stems.keys() & terms(one).stems.keys()


def test_parts_of_a_hyphenated_word_are_found_alone() -> None:
    assert terms("cloud-based").stems == {"cloud": 1, "base": 1, "cloudbas": 1}


@pytest.mark.parametrize("asked", ["Müller", "Mueller", "Muller", "MÜLLER"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_umlaut_is_found_however_it_is_typed(asked: str, language: str) -> None:
    assert question(asked, languages=[language]).stems.keys() & terms("Müller", language).stems.keys()
    assert terms("Mueller", language).stems.keys() & question("Müller", languages=[language]).stems.keys()


def test_single_sign_is_found_within_a_word_but_not_asked_for_with_it() -> None:
    assert question("病").stems.keys() <= terms("東京の病院").stems.keys()
    assert question("病院").stems.keys() == {"病院"}


@pytest.mark.parametrize(
    ("language", "written", "asked"),
    [
        ("de", "Die Häuser senken ihre Wartungskosten.", "Haus Wartungskosten"),
        ("fr", "L'entreprise réduit ses coûts d'exploitation.", "entreprises exploitations coût"),
        ("es", "Los hospitales reducen los costes.", "hospital coste"),
        ("it", "I costi dell'azienda", "costo azienda"),
        ("nl", "De ziekenhuizen verlagen de kosten.", "ziekenhuis verlagen"),
        ("pt", "As empresas e os hospitais", "empresa"),
        ("sv", "Sjukhusen i regionen", "sjukhus regioner"),
        ("ru", "Больницы снижают расходы", "больница расходов"),
    ],
)
def test_other_form_of_a_word_finds_it_in_its_language(language: str, written: str, asked: str) -> None:
    found = question(asked, languages=[language, "en"]).stems.keys() & terms(written, language).stems.keys()

    assert len(found) == len(asked.split())


def test_stop_words_are_those_of_the_language() -> None:
    assert terms("Die Kosten und das Risiko", "de").stems == {"kost": 1, "risiko": 1}
    assert "und" in terms("Die Kosten und das Risiko").stems
    assert "wir" not in question("Wie senken wir die Kosten in der Wartung?", languages=["de"]).stems


def test_stop_words_of_the_situation_are_no_words_of_the_librarys_other_languages() -> None:
    found = question("COO of a hospital afraid of the downtime", languages=["de", "fr"])

    assert {"of", "a", "the"}.isdisjoint(found.stems)
    assert {"coo", "hospit", "afraid"} <= found.stems.keys()


def test_english_page_of_a_german_document_is_read_as_english() -> None:
    assert "migrat" in terms("This page is about the migration of all the hospitals.", "de").stems


def test_question_of_an_english_library_is_the_same_as_ever() -> None:
    text = "CFO wants to reduce the costs of maintenance"

    assert question(text, languages=["en"]) == question(text)


def test_pairs_are_of_adjacent_stems_without_stop_words() -> None:
    assert terms("definition of success, definition of done").pairs == {
        "definit success": 1,
        "success definit": 1,
    }


def test_repeated_word_of_a_question_weighs_more() -> None:
    assert question("downtime downtime hospital").stems == {"downtim": 2, "hospit": 1}


def test_filler_is_left_out_of_a_question_that_says_something() -> None:
    assert question("customer wants downtime").stems.keys() == {"downtim"}


def test_meeting_somebody_is_no_matter_but_a_meeting_is() -> None:
    assert question("we meet a company about downtime").stems.keys() == {"downtim"}
    assert question("first meeting about downtime").stems.keys() == {"first", "meet", "downtim"}


def test_filler_counts_when_there_is_nothing_else() -> None:
    assert question("our customer wants").stems.keys() == {"custom", "want"}


def test_filler_still_makes_pairs() -> None:
    assert "custom success" in question("customer success in banking").pairs


def test_acronym_brings_its_long_form_at_a_lower_weight() -> None:
    asked = question("CFO")

    assert asked.stems["cfo"] == 1
    assert asked.stems["financi"] == ACRONYM_WEIGHT
    assert asked.pairs["chief financi"] == ACRONYM_WEIGHT


def test_long_form_brings_its_acronym() -> None:
    assert question("total cost of ownership").stems["tco"] == ACRONYM_WEIGHT


def test_written_word_is_never_weakened_by_an_expansion() -> None:
    assert question("chief of staff, CFO", {"chief": 0.1}).stems["chief"] == 1


def test_expansion_of_several_words_brings_each_and_their_pair() -> None:
    asked = question("", {"insurance carrier": 0.15})

    assert asked.stems == {"insur": 0.15, "carrier": 0.15}
    assert asked.pairs == {"insur carrier": 0.15}


def test_at_most_64_terms_are_kept_written_ones_first() -> None:
    asked = question(" ".join(f"w{number}" for number in range(200)), {"expansion": 1.0})

    assert list(asked.stems) == [f"w{number}" for number in range(MAX_QUERY_TERMS)]
    assert len(asked.pairs) <= MAX_QUERY_TERMS


def test_word_lists_hold_no_word_twice_over() -> None:
    assert not STOP_WORDS & FILLER_WORDS
    assert len(set(ACRONYMS)) == len(ACRONYMS)


@given(st.text())
def test_tokens_are_in_order_and_cover_what_they_say(text: str) -> None:
    end = 0
    for word, start, after in places_of(text):
        assert end <= start < after <= len(text)
        assert text[start:after] == word
        assert all(0 < len(stem) <= MAX_TOKEN_CHARACTERS + 2 for stem in forms_of(word).stems)
        end = after


@given(st.text())
def test_every_term_can_be_written_to_a_file(text: str) -> None:
    found = terms(text)

    assert all(term.encode() for term in (*found.stems, *found.pairs))


@given(st.text(alphabet=st.characters(codec="utf-8", categories=("L", "N", "P", "Z")), max_size=200))
def test_question_finds_its_own_words(text: str) -> None:
    asked, written = question(text), terms(text)

    assert {stem for stem, weight in asked.stems.items() if weight >= 1} <= written.stems.keys()


@given(st.text(max_size=100), st.sampled_from(sorted(ALGORITHMS)))
def test_text_is_found_by_its_own_words_in_any_language(text: str, language: str) -> None:
    written = terms(text, language).stems.keys()

    asked = question(text, languages=[language, "en"]).stems.keys()

    assert not written or asked & written


@pytest.mark.parametrize(
    "text",
    [
        "x" * 1_000_000,
        "é" * 100_000,
        "(" * 2_000 + ")" * 2_000,
        "*a* [a TO z] ' OR 1=1 -- <script>",
        "\x00\x1b\ud800\u202e",
        "🙂" * 5_000,
        "a-" * 10_000 + "b",
        "病" * 20_000,
        "مستشفى " * 2_000,
        "word" * 3 + " term" * 500,
    ],
    ids=lambda text: repr(text[:6]),
)
def test_hostile_text_makes_few_and_short_terms(text: str) -> None:
    asked = question(text, {text: 0.15}, languages=["de", "ar", "zh"])

    assert len(asked.stems) <= MAX_QUERY_TERMS
    assert len(asked.pairs) <= 2 * MAX_QUERY_TERMS
    assert all(len(stem) <= 2 * MAX_TOKEN_CHARACTERS + 2 for stem in terms(text, "de").stems)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("โรงพยาบาลของเรา", "โรงพยาบาล"),
        ("우리 병원의 비용", "병원"),
        ("تكاليف المستشفى", "المستشفى"),
        ("בית החולים שלנו", "החולים"),
        ("अस्पताल की लागत", "अस्पताल"),
        ("Стоимость больницы", "больницы"),
        ("Το κόστος του νοσοκομείου", "νοσοκομείου"),
    ],
)
def test_any_script_is_found_by_its_own_words(text: str, asked: str) -> None:
    assert question(asked).stems.keys() <= terms(text).stems.keys()
