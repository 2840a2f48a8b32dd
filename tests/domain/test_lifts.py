"""What use teaches: the arithmetic by hand, and the laws it keeps whatever happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content_map.domain.conversations import Conversation
from content_map.domain.lifts import CONSTANTS, RepDay, examined, fading, fold

HERE, THERE = Conversation.RELEVANT_MEETING, Conversation.TANGIBLE_VALUE


@st.composite
def rep_days(draw: st.DrawFn) -> list[RepDay]:
    """What happened, at most once per conversation, asset, rep and day, in any order."""
    keys = st.tuples(
        st.sampled_from([HERE, THERE]), st.sampled_from("abc"), st.sampled_from("xyz"), st.integers(-1, 400)
    )
    found = []
    for key in draw(st.lists(keys, unique=True, max_size=30)):
        rank, uses = draw(st.none() | st.integers(1, 40)), draw(st.integers(0, 3))
        found.append(RepDay(*key, rank=rank, shown=0 if rank is None else 1, uses=uses))
    return found


def shown(asset: str, times: int, *, conversation: Conversation = HERE, used: int = 0) -> list[RepDay]:
    """At the first rank today, to as many reps, of whom some used it."""
    return [
        RepDay(conversation, asset, f"rep{number}", 0, rank=1, shown=1, uses=int(number < used))
        for number in range(times)
    ]


def test_what_is_used_more_often_than_its_neighbours_is_lifted_and_they_are_not() -> None:
    folded = fold([*shown("a", 20, used=2), *shown("b", 20)])

    # The usual rate is 2 of 40; with 20 more at that rate, a has 3 of 40 and b 1 of 40.
    assert folded[HERE, "a"].lift == pytest.approx(log(1.5))
    assert folded[HERE, "b"].lift == pytest.approx(log(0.5))
    assert (folded[HERE, "a"].exposure, folded[HERE, "a"].shown) == (20, 20)
    assert (folded[HERE, "a"].uses, folded[HERE, "a"].reps) == (2, 2)


def test_a_low_rank_and_an_old_day_weigh_less() -> None:
    assert examined(1, 0) == 1
    assert examined(4, 0) == pytest.approx(0.28717, abs=1e-5)  # 4 to the power of -.9
    assert fading(180) == 0.5
    assert examined(4, 360) == pytest.approx(0.28717 / 4, abs=1e-5)
    assert fading(-1) == 1


def test_the_same_uses_from_lower_ranks_lift_more() -> None:
    low = [replace(day, asset="low", rank=10) for day in shown("low", 20, used=2)]

    folded = fold([*shown("high", 20, used=2), *low])

    assert folded[HERE, "low"].lift > folded[HERE, "high"].lift


def test_what_happens_in_one_conversation_lifts_in_no_other() -> None:
    folded = fold([*shown("a", 20, used=5), *shown("b", 20), *shown("a", 20, conversation=THERE)])

    assert folded[HERE, "a"].lift > 0
    assert folded[THERE, "a"].lift < 0
    assert folded[THERE, "a"].reps == 0


def test_a_rep_who_uses_an_asset_five_times_a_day_lifts_it_as_one_use_does() -> None:
    once = [*shown("a", 20, used=1), *shown("b", 20, used=1)]
    often = [replace(once[0], uses=5), *once[1:]]

    assert fold(often)[HERE, "a"].lift == fold(once)[HERE, "a"].lift
    assert fold(often)[HERE, "a"].uses == 5
    assert fold(often)[HERE, "a"].reps == 1


def test_nothing_lifts_without_a_use_and_nothing_is_known_of_nothing() -> None:
    assert fold([]) == {}
    assert {each.lift for each in fold(shown("a", 30)).values()} == {0.0}


def test_uses_of_a_history_without_impressions_lift_all_the_same() -> None:
    folded = fold([RepDay(HERE, "a", "x", 3, uses=1), *shown("b", 10)])

    assert folded[HERE, "a"].lift > 0 > folded[HERE, "b"].lift


@given(days=rep_days(), data=st.data())
def test_no_order_of_events_moves_a_bit(days: list[RepDay], data: st.DataObject) -> None:
    assert fold(data.draw(st.permutations(days))) == fold(days)


@given(days=rep_days())
def test_a_lift_stays_within_its_bound(days: list[RepDay]) -> None:
    assert all(abs(each.lift) <= CONSTANTS.clip for each in fold(days).values())


@given(
    days=rep_days(),
    conversation=st.sampled_from([HERE, THERE]),
    asset=st.sampled_from("abc"),
    age=st.integers(0, 400),
)
def test_one_more_use_never_lowers_the_lift(
    days: list[RepDay], conversation: Conversation, asset: str, age: int
) -> None:
    use = RepDay(conversation, asset, "somebody new", age, uses=1)

    assert _lift([*days, use], use) >= _lift(days, use) - 1e-12


@given(days=rep_days(), conversation=st.sampled_from([HERE, THERE]), asset=st.sampled_from("abc"))
def test_one_more_impression_never_lifts_what_nobody_used(
    days: list[RepDay], conversation: Conversation, asset: str
) -> None:
    unused = [
        replace(day, uses=0) if (day.conversation, day.asset) == (conversation, asset) else day
        for day in days
    ]
    seen = RepDay(conversation, asset, "somebody new", 0, rank=1, shown=1)

    assert _lift([*unused, seen], seen) <= _lift(unused, seen) + 1e-12


def _lift(days: Sequence[RepDay], of: RepDay) -> float:
    known = fold(days).get((of.conversation, of.asset))
    return known.lift if known else 0.0
