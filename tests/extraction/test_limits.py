"""Every limit can be set, and a wrong value is told in a sentence."""

from __future__ import annotations

from dataclasses import fields

import pytest

from content_map.config import BadSetting
from content_map.extraction import Limits

MARK = "CONTENT_MAP_LIMIT_"


def test_limits_are_read_from_the_environment() -> None:
    limits = Limits.from_environ(
        {f"{MARK}PAGES": "30", f"{MARK}WALL_SECONDS": "2.5", f"{MARK}LINKS": "", "PAGES": "9"}
    )

    assert (limits.pages, limits.wall_seconds) == (30, 2.5)
    assert limits.links == Limits().links


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PAGES", "0", "must be a whole number from 1, not '0'"),
        ("PAGES", "-1", "must be a whole number from 1, not '-1'"),
        ("PAGES", "many", "must be a whole number from 1, not 'many'"),
        ("PAGES", "2.5", "must be a whole number from 1, not '2.5'"),
        ("WALL_SECONDS", "0", "must be a number above 0, not '0'"),
        ("WALL_SECONDS", "nan", "must be a number above 0, not 'nan'"),
        ("WALL_SECONDS", "inf", "must be a number above 0, not 'inf'"),
        ("PREVIEW_WIDTH_PIXELS", "99999", "must be a whole number from 1 to 10,000"),
        ("PAGE", "5", "is no limit; the README lists all of them"),
    ],
)
def test_a_wrong_limit_stops_the_start_and_says_why(name: str, value: str, words: str) -> None:
    with pytest.raises(BadSetting) as told:
        Limits.from_environ({MARK + name: value})

    assert str(told.value).startswith(MARK + name)
    assert words in str(told.value)


def test_every_limit_says_what_it_limits() -> None:
    assert [each.name for each in fields(Limits) if not each.metadata.get("about", "").endswith(".")] == []
