from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content_map.domain.unused import AssetHistory, Evidence, Side, Split, Stage, Thresholds, diagnose
from content_map.domain.usage import Feedback

LIMITS = Thresholds()
ENOUGH = AssetHistory(impressions=30, near_top_impressions=30, near_top_reps=5, reps=5)
COUNTS = st.integers(0, 60)
FEEDBACK = st.dictionaries(st.sampled_from(Feedback), st.integers(0, 5))


@st.composite
def histories(draw):
    impressions = draw(COUNTS)
    uses = draw(st.integers(0, 10))
    opens = draw(COUNTS)
    return AssetHistory(
        impressions=impressions,
        near_top_impressions=draw(st.integers(0, impressions)),
        near_top_reps=draw(st.integers(0, 10)),
        reps=draw(st.integers(0, 10)),
        opens=opens,
        bare_downloads=draw(st.integers(0, opens)),
        uses=uses,
        outcomes_reached=draw(st.integers(0, uses)),
        customer_views=draw(st.integers(0, 3)),
        sent_or_tailored=draw(st.integers(0, 3)),
        logged_by_hand=draw(st.integers(0, 3)),
        by_api=draw(st.integers(0, 3)),
        feedback=draw(FEEDBACK),
        searches=draw(st.none() | COUNTS),
    )


@pytest.mark.parametrize(
    ("history", "stage"),
    [
        (AssetHistory(), Stage.NEVER_SURFACED),
        (AssetHistory(impressions=1), Stage.BARELY_SURFACED),
        (replace(ENOUGH, near_top_impressions=29), Stage.BARELY_SURFACED),
        (replace(ENOUGH, near_top_reps=4), Stage.BARELY_SURFACED),
        (AssetHistory(impressions=500, near_top_impressions=0, reps=40), Stage.BARELY_SURFACED),
        (ENOUGH, Stage.PASSED_OVER),
        (replace(ENOUGH, opens=1), Stage.OPENED_NOT_USED),
        (AssetHistory(opens=1), Stage.OPENED_NOT_USED),
        (AssetHistory(uses=1), Stage.USED),
        (replace(ENOUGH, opens=3, uses=2, outcomes_reached=1), Stage.USED_WITH_OUTCOME),
    ],
)
def test_the_class_is_the_deepest_stage_reached(history, stage):
    assert diagnose(history, LIMITS).stage is stage


def test_the_six_classes_stand_in_order_and_the_first_four_are_unused():
    assert [stage.value for stage in Stage] == [
        "never-surfaced",
        "barely-surfaced",
        "passed-over",
        "opened-not-used",
        "used",
        "used-with-outcome",
    ]
    assert [stage.is_unused for stage in Stage] == [True, True, True, True, False, False]


def test_the_thresholds_are_settings():
    history = AssetHistory(impressions=10, near_top_impressions=10, near_top_reps=2, reps=2)

    assert diagnose(history, Thresholds(impressions=10, reps=2)).stage is Stage.PASSED_OVER


@pytest.mark.parametrize(
    ("history", "split"),
    [
        (AssetHistory(opens=2), Split.READ_ONLY),
        (AssetHistory(opens=2, bare_downloads=1), Split.TAKEN_AWAY),
        (AssetHistory(opens=2, bare_downloads=1, uses=1), None),
        (ENOUGH, None),
    ],
)
def test_opened_and_not_used_says_whether_it_was_taken_away(history, split):
    assert diagnose(history, LIMITS).split is split


@pytest.mark.parametrize(
    ("history", "evidence"),
    [
        (
            AssetHistory(uses=9, customer_views=1, sent_or_tailored=1, logged_by_hand=7, by_api=1),
            Evidence.CUSTOMER_VIEWED,
        ),
        (AssetHistory(uses=3, sent_or_tailored=1, logged_by_hand=1, by_api=1), Evidence.SENT_OR_TAILORED),
        (AssetHistory(uses=2, logged_by_hand=1, by_api=1), Evidence.LOGGED_BY_HAND),
        (AssetHistory(uses=1, by_api=1), Evidence.API),
        (AssetHistory(opens=1, customer_views=1), None),
    ],
)
def test_the_strongest_evidence_of_use_is_named(history, evidence):
    assert diagnose(history, LIMITS).evidence is evidence


@pytest.mark.parametrize(
    ("history", "side", "words"),
    [
        (AssetHistory(searches=200), Side.MARKETING, "terms and title"),
        (AssetHistory(searches=29), Side.SALES, "Few searches"),
        (ENOUGH, Side.MARKETING, "first line"),
        (AssetHistory(opens=3), Side.BOTH, "ask the reps"),
        (
            AssetHistory(opens=3, feedback={Feedback.DO_NOT_KNOW_HOW: 2, Feedback.OUTDATED: 1}),
            Side.SALES,
            "teach",
        ),
        (AssetHistory(opens=3, feedback={Feedback.OUTDATED: 2}), Side.MARKETING, "out of date"),
        (AssetHistory(opens=3, feedback={Feedback.NOT_NEEDED: 9}), Side.BOTH, "ask the reps"),
        (AssetHistory(uses=1), Side.BOTH, "outcomes are logged"),
    ],
)
def test_every_unused_class_has_a_cure_with_its_owner(history, side, words):
    cure = diagnose(history, LIMITS).cure

    assert cure is not None
    assert cure.side is side
    assert words in cure.sentence


@given(histories())
def test_any_history_has_one_class_and_a_cure_unless_all_went_well(history):
    diagnosis = diagnose(history, LIMITS)

    assert diagnosis.stage in Stage
    assert (diagnosis.cure is None) == (diagnosis.stage is Stage.USED_WITH_OUTCOME)
    assert (diagnosis.split is not None) == (diagnosis.stage is Stage.OPENED_NOT_USED)


@given(
    histories(),
    st.sampled_from(
        ["impressions", "near_top_impressions", "near_top_reps", "opens", "uses", "outcomes_reached"]
    ),
)
def test_one_more_event_never_makes_the_class_shallower(history, what):
    more = replace(history, **{what: getattr(history, what) + 1})

    assert diagnose(more, LIMITS).stage.depth >= diagnose(history, LIMITS).stage.depth


@given(st.lists(histories(), max_size=30))
def test_eligible_is_the_sum_of_the_six_and_unused_of_the_first_four(library):
    stages = [diagnose(history, LIMITS).stage for history in library]

    assert sum(stages.count(stage) for stage in Stage) == len(library)
    unused = sum(stages.count(stage) for stage in list(Stage)[:4])
    assert unused == sum(history.uses == 0 for history in library)
