"""No split of a report can point at fewer than five people."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from content_map.domain.disclosure import LEAST_PEOPLE, people_text, pseudonym, split

groups = st.dictionaries(st.text(min_size=1, max_size=4), st.integers(0, 12), max_size=12)


@given(groups)
def test_no_group_under_five_stands_alone(people: dict[str, int]) -> None:
    found = split(people)

    assert all(people[key] >= LEAST_PEOPLE for key in found.shown)


@given(groups)
def test_total_minus_what_is_shown_never_speaks_of_fewer_than_five(people: dict[str, int]) -> None:
    found = split(people)
    left = sum(people.values()) - sum(people[key] for key in found.shown)

    assert left == 0 or left >= LEAST_PEOPLE or not found.shown


@given(groups)
def test_every_group_with_anybody_in_it_is_in_one_of_the_two(people: dict[str, int]) -> None:
    found = split(people)

    assert sorted((*found.shown, *found.folded)) == sorted(key for key in people if people[key])


def test_a_single_small_team_takes_the_smallest_other_along() -> None:
    found = split({"North": 12, "South": 6, "West": 2})

    assert found.shown == ("North",)
    assert found.folded == ("South", "West")


def test_two_small_teams_that_make_five_hide_each_other() -> None:
    found = split({"North": 9, "South": 3, "West": 2})

    assert found.shown == ("North",)


def test_one_to_four_people_are_not_told_apart() -> None:
    assert [people_text(n) for n in (0, 1, 4, 5, 12)] == ["0", "fewer than 5", "fewer than 5", "5", "12"]


def test_a_pseudonym_holds_for_a_quarter_and_joins_no_other() -> None:
    third, fourth = pseudonym("secret", "2026-Q3", "ada"), pseudonym("secret", "2026-Q4", "ada")

    assert third == pseudonym("secret", "2026-Q3", "ada")
    assert (
        len({third, fourth, pseudonym("secret", "2026-Q3", "bob"), pseudonym("other", "2026-Q3", "ada")}) == 4
    )
