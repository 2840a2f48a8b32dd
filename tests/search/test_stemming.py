"""The stemmer against the published examples of the algorithm (snowballstem.org) and its special cases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.stemming import stem

# From the sample vocabulary on the algorithm's own page, and its lists of exceptions.
PUBLISHED = """
consign consign, consigned consign, consigning consign, consignment consign, consist consist, consisted consist,
consistency consist, consistent consist, consistently consist, consisting consist, consists consist,
consolation consol, consolations consol, consolatory consolatori, console consol, consoled consol, consoles consol,
consolidate consolid, consolidated consolid, consolidating consolid, consoling consol, consolingly consol,
consols consol, consonant conson, consort consort, consorted consort, consorting consort,
conspicuous conspicu, conspicuously conspicu, conspiracy conspiraci, conspirator conspir, conspirators conspir,
conspire conspir, conspired conspir, conspiring conspir, constable constabl, constables constabl,
constance constanc, constancy constanc, constant constant,
knack knack, knackeries knackeri, knacks knack, knag knag, knave knave, knaves knave, knavish knavish,
kneaded knead, kneading knead, knee knee, kneel kneel, kneeled kneel, kneeling kneel, kneels kneel, knees knee,
knell knell, knelt knelt, knew knew, knick knick, knif knif, knife knife, knight knight, knightly knight,
knights knight, knit knit, knits knit, knitted knit, knitting knit, knives knive, knob knob, knobs knob,
knock knock, knocked knock, knocker knocker, knockers knocker, knocking knock, knocks knock,
knopp knopp, knot knot, knots knot,
skis ski, skies sky, dying die, lying lie, tying tie, idly idl, gently gentl, ugly ugli, early earli, only onli,
singly singl, sky sky, news news, howe howe, atlas atlas, cosmos cosmos, bias bias, andes andes,
inning inning, innings inning, outing outing, canning canning, herring herring, earring earring,
proceed proceed, proceeded proceed, exceed exceed, succeed succeed, succeeding succeed
"""
DERIVED = """
ties tie, cries cri, gas gas, this this, gaps gap, kiwis kiwi, hoping hope, hopping hop, hoped hope, luxuriated luxuri,
agreed agre, feed feed, cry cri, by by, say say, enjoyed enjoy, youth youth, boyish boyish, generate generat,
generic generic, communication communic, arsenic arsenic, hopefulness hope, realization realiz, falling fall,
controlled control, rolling roll, dynasty dynasti, psychology psycholog, friendly friend, happily happili
"""


def rows(table: str) -> list[tuple[str, str]]:
    pairs = [entry.split() for entry in table.replace("\n", " ").split(",")]
    return [(word, expected) for word, expected in pairs]


@pytest.mark.parametrize(("word", "expected"), rows(PUBLISHED) + rows(DERIVED))
def test_stem_is_the_published_one(word: str, expected: str) -> None:
    assert stem(word) == expected


@given(st.text("abcdefghijklmnopqrstuvwxyz", max_size=40))
def test_stem_is_a_word_no_longer_than_what_it_stems(word: str) -> None:
    assert len(stem(word)) <= len(word)
    assert bool(stem(word)) == bool(word)
