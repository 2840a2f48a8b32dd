from __future__ import annotations

from datetime import UTC, datetime, timedelta

from content_map.domain.observation import Headline, Observed, bursts, observed_sentence

NOON = datetime(2026, 8, 3, 12, tzinfo=UTC)


def test_the_headline_claims_only_that_no_use_was_recorded():
    headline = Headline(unused=61, eligible=184, used=123, by_one_rep_only=40)

    assert headline.sentence == "No use was recorded for 61 of 184 assets"
    assert headline.one_rep_sentence == "Of the 123 used, 40 by one rep only"


def test_the_report_judges_itself_first():
    sentence = observed_sentence(Observed(active=40, searched=31, searches=412, accounts=1, used=22))

    assert sentence == (
        "Observed: 31 of 40 active sales users searched, 412 settled searches, 1 account; 22 users recorded any use."
    )


def test_under_half_of_the_sales_users_is_too_little_to_judge():
    assert Observed(active=10, searched=4, searches=9, accounts=2, used=1).is_too_little
    assert not Observed(active=10, searched=5, searches=9, accounts=2, used=1).is_too_little
    assert Observed(active=0, searched=0, searches=0, accounts=0, used=0).is_too_little
    assert "Too little observed" in observed_sentence(Observed(10, 4, 9, 2, 1))


def test_more_than_ten_uses_by_one_person_within_ten_minutes_are_marked():
    eleven = [(f"a{i}", "rep", NOON + timedelta(minutes=i)) for i in range(11)]
    ten = [(f"b{i}", "other", NOON + timedelta(minutes=i)) for i in range(10)]
    slow = [(f"c{i}", "third", NOON + timedelta(minutes=2 * i)) for i in range(30)]

    assert bursts([*slow, *eleven[::-1], *ten]) == {f"a{i}" for i in range(11)}
