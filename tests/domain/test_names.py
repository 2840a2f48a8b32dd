from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content_map.domain.accounts import name_key, tidy_name
from content_map.domain.nearest import edit_distance, nearest

SHORT = st.text("abc", max_size=6)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Harbour & Vale", "  harbour  &\tVALE "),
        ("Straße AG", "STRASSE AG"),
        ("ＡＣＭＥ", "acme"),
        ("Café", "Cafe\u0301"),
    ],
)
def test_two_spellings_of_one_company_meet(one, other):
    assert name_key(one) == name_key(other)


def test_a_shown_name_keeps_its_capitals():
    assert tidy_name("  Harbour   & Vale\n") == "Harbour & Vale"


@given(st.text(max_size=30))
def test_the_key_of_a_key_is_itself(name):
    assert name_key(name_key(name)) == name_key(name)


def test_the_nearest_known_name_is_offered():
    known = ["industry:healthcare", "industry:education", "pain:migration-risk"]

    assert nearest("industry:helthcare", known) == "industry:healthcare"
    assert nearest("Industry:Health Care", known) == "industry:healthcare"
    assert nearest("xyzzy", known) is None
    assert nearest("", known) is None


@pytest.mark.parametrize(
    ("one", "other", "edits"),
    [
        ("hosptial", "hospital", 1),
        ("downtme", "downtime", 1),
        ("bank", "bank", 0),
        ("bank", "tank", 1),
        ("abc", "", 2),
    ],
)
def test_edits_between_two_words_are_counted_up_to_a_limit(one, other, edits):
    assert edit_distance(one, other, at_most=1) == edits


@given(SHORT, SHORT, st.integers(0, 6))
def test_a_limit_only_cuts_the_distance_off(one, other, limit):
    whole = edit_distance(one, other, at_most=10)

    assert edit_distance(one, other, at_most=limit) == min(whole, limit + 1)
    assert edit_distance(other, one, at_most=10) == whole
    assert (whole == 0) == (one == other)
