"""The passage that answers best, safe to put into a page as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import question
from search.highlighting import Highlighter

CHARACTERS = 80


def cut(
    text: str,
    asked: str,
    characters: int = CHARACTERS,
    *,
    expansions: Mapping[str, float] | None = None,
    languages: Sequence[str] = (),
) -> str | None:
    found = question(asked, expansions, languages)
    return Highlighter(found.stems, found.beside, languages).passage(text, characters)


def test_matching_words_are_marked_whatever_their_form() -> None:
    assert cut("Hospitals migrate slowly.", "hospital migration") == (
        "<mark>Hospitals</mark> <mark>migrate</mark> slowly."
    )


def test_long_form_of_an_acronym_is_marked() -> None:
    html = cut("Our chief financial officer agreed.", "CFO")

    assert html == "Our <mark>chief</mark> <mark>financial</mark> <mark>officer</mark> agreed."


def test_number_of_another_name_is_marked_beside_its_word_alone() -> None:
    expansions = {"MX 8": 0.15}

    assert cut("Release 8 of the MX-8 family, 8 pages", "presses", expansions=expansions) == (
        "Release 8 of the <mark>MX-8</mark> family, 8 pages"
    )
    assert cut("Release 8 and 8 pages", "presses", expansions=expansions) is None


def test_of_a_phrase_nobody_wrote_the_telling_word_is_marked_alone() -> None:
    weights = {"dental": 5.0, "manag": 1.0, "system": 1.0}
    beside = {one: frozenset(weights) - {one} for one in weights}

    html = Highlighter(weights, beside).passage("A system to plan; dental care; a management system.", 80)

    assert html == (
        "A system to plan; <mark>dental</mark> care; a <mark>management</mark> <mark>system</mark>."
    )


def test_page_in_another_language_is_marked_by_its_own_forms() -> None:
    html = cut("Die Häuser senken Kosten.", "Haus", languages=["de"])

    assert html == "Die <mark>Häuser</mark> senken Kosten."


def test_words_are_marked_within_a_script_that_parts_none() -> None:
    assert cut("東京都の病院で", "病院") == "東京都の<mark>病院</mark>で"
    assert cut("東京都の病院で", "病") == "東京都の<mark>病</mark>院で"
    assert cut("NHS病院2024年", "病院 2024") == "NHS<mark>病院2024</mark>年"


@pytest.mark.parametrize("text", ["on-premises", "premises_list", "l'hôpital", "Élan", "ﬁber", "x.premises"])
def test_word_is_marked_wherever_it_begins(text: str) -> None:
    html = cut(text, "premises hôpital elan fiber")

    assert html is not None
    assert "<mark>" in html


def test_nothing_is_cut_when_no_word_is_there() -> None:
    assert cut("Nothing of the kind.", "hospital") is None
    assert cut("", "hospital") is None
    assert cut("Anything", "") is None


def test_text_is_escaped_and_marks_are_the_only_tags() -> None:
    html = cut("""<script>alert("hospital")</script> & 'more'""", "hospital")

    assert (
        html == "&lt;script&gt;alert(&quot;<mark>hospital</mark>&quot;)&lt;/script&gt; &amp; &#x27;more&#x27;"
    )


def test_window_holds_the_most_different_words() -> None:
    far = "filler text without any meaning at all, going on and on for a while. " * 3
    text = f"Hospital here, hospital there. {far}Downtime of a hospital during migration. {far}"

    html = cut(text, "hospital downtime migration")

    assert html is not None
    assert html.count("<mark>") == 3
    assert html.startswith("… ")
    assert html.endswith(" …")


def test_rarer_word_draws_the_window() -> None:
    text = "system and process " + "x " * 100 + "telemetry"

    html = Highlighter({"system": 1.0, "process": 1.0, "telemetri": 5.0}).passage(text, 40)

    assert html is not None
    assert "<mark>telemetry</mark>" in html


def test_passage_begins_with_a_sentence_when_one_is_near() -> None:
    text = (
        "Nothing to see in all of this long first part of it. The plan avoids downtime for everyone who "
        + "w " * 80
    )

    html = cut(text, "downtime")

    assert html is not None
    assert html.startswith("… The plan avoids <mark>downtime</mark>")


def test_words_are_never_cut_in_half() -> None:
    text = " ".join(f"word{number}" for number in range(100)) + " hospital " + "Wort " * 100

    html = cut(text, "hospital")

    assert html is not None
    plain = html.strip("… ").replace("<mark>", "").replace("</mark>", "")
    assert set(plain.split()) <= {*text.split()}


def test_line_breaks_controls_and_direction_marks_become_spaces() -> None:
    assert cut("a\x00 hospital\n\n\u202e bed\ud800", "hospital") == "a <mark>hospital</mark> bed"


def test_text_without_a_gap_is_cut_all_the_same() -> None:
    html = cut("病院" * 500, "病院", 20)

    assert html is not None
    assert len(unescape(re.sub("<.*?>", "", html))) >= 2


words = st.sampled_from(
    ["hospital", "downtime", "<b>", "&", "x" * 300, "the", "\n", "日本語", "'", "\x00", "a.b"]
)


@given(st.lists(st.one_of(words, st.text(max_size=20)), max_size=60).map(" ".join), st.integers(1, 300))
def test_any_passage_is_safe_near_its_length_and_marks_a_match(text: str, characters: int) -> None:
    html = cut(text, "hospital downtime", characters)

    if html is None:
        assert "hospital" not in text.split()
        return
    bare = re.sub(r"<mark>(.*?)</mark>", r"\1", html, flags=re.S)
    longest = max(len(word) for word in text.split())
    assert "<mark>" in html
    assert not re.search(r"[<>\"'\x00-\x1f\u202a-\u202e]", bare)
    assert len(unescape(bare)) <= max(characters, longest) + longest + 4
    assert html.encode()
