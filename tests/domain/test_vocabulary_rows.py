"""A vocabulary file held against the vocabulary there is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from content_map.domain.vocabulary_rows import TermRow, plan
from content_map.domain.wording import Wording, clashes

FACETS = ("industry", "pain")
HEALTH = Wording("industry:healthcare", "Healthcare", ("clinics", "hospitals"))
FREIGHT = Wording("industry:logistics", "Logistics", ("freight",))
PRESENT = {each.ref: each for each in (HEALTH, FREIGHT)}


def test_words_of_another_term_are_named_with_the_way_out() -> None:
    found = clashes(Wording("industry:care", "healthcare", ("FREIGHT ", "nurses")), PRESENT.values())

    assert [each.sentence for each in found] == [
        "“healthcare” is the name of another term. Choose other words, or merge the two.",
        "“FREIGHT ” is an alias of Logistics. Remove it there first, or merge the two.",
    ]


def test_rows_add_change_and_leave_terms() -> None:
    rows = [
        TermRow("industry", "healthcare", "Health", ("hospitals", "clinics")),
        TermRow("industry", "", "Logistics", ()),
        TermRow("pain", "", "Late orders", ("late", "Late orders", "LATE")),
    ]

    planned = plan(rows, FACETS, PRESENT)

    assert planned.problems == ()
    assert planned.changed == {HEALTH.ref: Wording(HEALTH.ref, "Health", ("hospitals", "clinics"))}
    assert planned.created == {"pain:late-orders": Wording("pain:late-orders", "Late orders", ("LATE",))}
    assert planned.unchanged == 1


def test_a_row_wakes_its_retired_term() -> None:
    row = TermRow("industry", "logistics", "Logistics", ("freight",))

    assert plan([row], FACETS, PRESENT, {FREIGHT.ref}).changed == {FREIGHT.ref: FREIGHT}
    assert plan([row], FACETS, PRESENT).changed == {}


def test_an_alias_that_repeats_the_name_is_no_difference() -> None:
    present = {HEALTH.ref: Wording(HEALTH.ref, "Healthcare", ("healthcare", "clinics"))}
    row = TermRow("industry", "healthcare", "Healthcare", ("healthcare", "clinics"))

    assert plan([row], FACETS, present).unchanged == 1


def test_words_may_move_within_a_file_in_either_order() -> None:
    rows = [
        TermRow("industry", "healthcare", "Healthcare", ("hospitals", "freight")),
        TermRow("industry", "logistics", "Logistics", ("haulage",)),
    ]

    assert plan(rows, FACETS, PRESENT).problems == ()
    assert plan(rows[::-1], FACETS, PRESENT).problems == ()


def test_every_row_at_fault_is_named() -> None:
    rows = [
        TermRow("colour", "red", "Red", ()),
        TermRow("industry", "Red!", "Red", ()),
        TermRow("industry", "care", "", ()),
        TermRow("industry", "care", "Care", ("freight",)),
        TermRow("industry", "care", "Care", ()),
        TermRow("industry", "x", "X" * 101, ("y" * 101,)),
    ]

    found = [(each.pointer, each.detail) for each in plan(rows, FACETS, PRESENT).problems]

    assert found == [
        ("/0/facet", "There is no facet 'colour'. The facets are industry, pain."),
        ("/1/key", "A key is made of small letters, digits and hyphens, such as health-care."),
        ("/2/name", "Write a name of 1 to 100 characters."),
        ("/4/key", "Row 4 is the same term, industry:care."),
        ("/5/name", "Write a name of 1 to 100 characters."),
        ("/5/aliases", f"“{'y' * 40}…” is longer than 100 characters."),
        ("/3/aliases", "“freight” is an alias of Logistics. Remove it there first, or merge the two."),
    ]


_ROWS = st.lists(
    st.builds(
        TermRow,
        st.sampled_from(FACETS),
        st.sampled_from(["", "a", "b", "healthcare", "logistics"]),
        st.sampled_from(["A", "B", "Healthcare", "Logistics"]),
        st.lists(st.sampled_from(["freight", "a", "c d", "C  D"]), max_size=3).map(tuple),
    ),
    max_size=4,
)


@given(_ROWS)
def test_the_same_file_again_changes_nothing(rows: list[TermRow]) -> None:
    first = plan(rows, FACETS, PRESENT)
    after = {**PRESENT, **first.created, **first.changed}

    again = plan(rows, FACETS, after)

    if not first.problems:
        assert (again.created, again.changed, again.problems) == ({}, {}, ())
