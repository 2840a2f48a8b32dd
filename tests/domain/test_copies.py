"""What looks like a version of something: renamed, reordered, extended and halved files do, unrelated ones do not."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content_map.domain.copies import Likeness, groups_of, likeness, ranges
from content_map.extraction.words import SKETCH_HASHES, sketch

SLIDES, WORDS = 20, 40
SYLLABLES = ("ba", "ce", "di", "fo", "gu", "ha", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "zu")
Deck = list[str]


def deck(seed: int) -> Deck:
    """Twenty slides of forty words out of the 3,375 that three syllables make: related to no other seed's."""
    chance = random.Random(seed)  # noqa: S311 - made-up words, no secret
    return [" ".join("".join(chance.choices(SYLLABLES, k=3)) for _ in range(WORDS)) for _ in range(SLIDES)]


def compare(mine: Sequence[str], theirs: Sequence[str]) -> Likeness:
    found = likeness(sketch(mine), sketch(theirs), full=SKETCH_HASHES)
    return found or Likeness(0, 1, 0.0)


@pytest.mark.parametrize("change", ["renamed", "reordered", "extended", "halved", "recast"])
@given(seed=st.integers(0, 2**32))
def test_a_changed_deck_looks_like_a_version_from_either_side(change: str, seed: int) -> None:
    before = deck(seed)
    after = list(before)
    match change:
        case "renamed":
            after[0] = f"A new title {after[0]}"
        case "reordered":
            random.Random(seed).shuffle(after)  # noqa: S311 - an order, no secret
        case "extended":
            after += deck(seed + 1)
        case "halved":
            after = after[: SLIDES // 2]
        case "recast":
            after[:4] = deck(seed + 2)[:4]

    assert compare(before, after).is_telling
    assert compare(after, before).is_telling


@given(seed=st.integers(0, 2**32))
def test_unrelated_decks_do_not_look_alike(seed: int) -> None:
    assert not compare(deck(seed), deck(seed + 1)).is_telling


@given(seed=st.integers(0, 2**32))
def test_a_slide_that_every_deck_ends_with_makes_no_versions_of_them(seed: int) -> None:
    notice = deck(seed + 3)[:2]

    assert not compare([*deck(seed), *notice], [*deck(seed + 1), *notice]).is_telling


def test_shares_are_those_of_the_range_that_neither_sketch_leaves_out() -> None:
    # Of the first, a full sketch, nothing above 40 is known; up to there the two share 10 and 30 of 10, 20, 30, 40.
    found = likeness([10, 20, 30, 40], [10, 30, 50], full=4)

    assert found == Likeness(same=2, of=2, jaccard=0.5)


@pytest.mark.parametrize(("mine", "theirs"), [([], [1, 2]), ([1, 2], []), ([], [])])
def test_without_a_sample_there_is_nothing_to_compare(mine: list[int], theirs: list[int]) -> None:
    assert likeness(mine, theirs, full=4) is None


def test_pages_stand_in_stretches() -> None:
    assert ranges([5, 3, 4, 9, 4]) == ((3, 5), (9, 9))
    assert ranges([]) == ()


NAMES = [f"a{number}" for number in range(8)]
PAIRS = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=14)


def both_ways(pairs: list[tuple[str, str]]) -> dict[str, set[str]]:
    joined: dict[str, set[str]] = {}
    for one, other in pairs:
        if one != other:
            joined.setdefault(one, set()).add(other)
            joined.setdefault(other, set()).add(one)
    return joined


@given(PAIRS, PAIRS)
def test_groups_keep_apart_what_somebody_called_different(
    alike: list[tuple[str, str]], different: list[tuple[str, str]]
) -> None:
    apart = both_ways(different)

    found = groups_of(both_ways(alike), apart)

    assert all(found[one] != found[other] for one in found for other in apart.get(one, ()) if other in found)
    assert all(name == min(each for each in found if found[each] == name) for name in found.values())


@given(PAIRS)
def test_near_copies_share_a_group_and_strangers_do_not(alike: list[tuple[str, str]]) -> None:
    linked = both_ways(alike)

    found = groups_of(linked, {})

    assert found.keys() == linked.keys()
    assert all(found[one] == found[other] for one in linked for other in linked[one])
    # Whoever asks about a part of it gets the same names: what hangs together is asked about as a whole.
    for name in set(found.values()):
        part = {each: others for each, others in linked.items() if found[each] == name}
        assert groups_of(part, {}) == dict.fromkeys(part, name)


def test_an_excerpt_is_no_near_copy_and_a_deck_with_one_new_slide_of_twenty_is() -> None:
    whole = deck(1)

    assert compare(whole, [*whole[:-1], deck(2)[0]]).is_nearly_all
    assert not compare(whole, whole[: len(whole) // 2]).is_nearly_all
