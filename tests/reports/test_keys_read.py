"""Stored keys and changes of a share, as people read them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from content_map.domain.eligibility import Shortness
from content_map.domain.unused import Evidence, Split, Stage
from content_map.reports.formats.reading import word_of
from content_map.reports.parts import As, Fraction
from content_map.reports.rates import counted_as, difference_text
from content_map.reports.spans import day_name

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("2026-Q3", "Q3 2026"),
        ("logged_by_hand", "Logged by hand"),
        ("used-with-outcome", "Used, outcome reached"),
        ("archived", "Retired within the quarter"),
        ("outcomes", "Outcomes reached"),
    ],
)
def test_a_key_is_read_as_its_name(key: str, name: str) -> None:
    assert word_of(key, As.KEY) == name


def test_every_stored_key_of_the_unused_report_has_a_name() -> None:
    keys = [each.value for kind in (Evidence, Shortness, Split, Stage) for each in kind]

    assert [key for key in keys if word_of(key, As.KEY) == key] == []


def test_what_is_no_key_stays_as_it_is() -> None:
    assert word_of("Mutual success plan", As.KEY) == "Mutual success plan"


def test_one_point_is_a_point() -> None:
    said = difference_text(Fraction(51, 100), Fraction(50, 100))

    assert said is not None
    assert said.startswith("+1 point (")


def test_one_of_a_thing_is_named_alone() -> None:
    assert [counted_as(n, "use") for n in (0, 1, 2_000)] == ["0 uses", "1 use", "2,000 uses"]


def test_a_chart_names_the_day_of_the_organisation_and_not_of_greenwich() -> None:
    monday_in_berlin = datetime(2026, 9, 6, 22, tzinfo=UTC)

    assert day_name(monday_in_berlin, ZoneInfo("Europe/Berlin")) == "7 Sep"
