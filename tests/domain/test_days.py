from __future__ import annotations

from datetime import date, timedelta

import pytest

from content_map.domain.days import how_long_ago, number_of

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (-1, "today"),
        (0, "today"),
        (1, "yesterday"),
        (13, "13 days ago"),
        (14, "2 weeks ago"),
        (59, "8 weeks ago"),
        (60, "2 months ago"),
        (729, "24 months ago"),
        (730, "2 years ago"),
    ],
)
def test_an_age_is_told_in_the_largest_unit_of_which_there_are_two(days, said):
    assert how_long_ago(TODAY - timedelta(days=days), TODAY) == said


def test_days_are_counted_from_1970():
    assert number_of(date(1970, 1, 31)) == 30
