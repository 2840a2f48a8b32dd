"""The splits of the eligible assets: each holds every asset once, and names nobody it may not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content_map.domain.ages import Age
from content_map.domain.assets import Audience
from content_map.domain.conversations import Conversation
from content_map.domain.disclosure import PeopleInReports
from content_map.domain.eligibility import Standing, Verdict
from content_map.domain.people import Actor, Role
from content_map.domain.quarters import Quarter
from content_map.domain.unused import AssetHistory, Stage, Thresholds, diagnose
from content_map.domain.usage import Feedback
from content_map.reports.contract import Definitions, Question
from content_map.reports.unused import breakdowns, cures, drift, reasons
from content_map.reports.unused.describing import FacetTerms
from content_map.reports.unused.rows import About, Owner, Row, by_stage, headline_of

pytestmark = pytest.mark.once
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
QUESTION = Question(Quarter(2026, 3), Definitions(), NOW)
HISTORIES = {
    Stage.NEVER_SURFACED: AssetHistory(),
    Stage.BARELY_SURFACED: AssetHistory(impressions=1, reps=1),
    Stage.PASSED_OVER: AssetHistory(30, near_top_impressions=30, near_top_reps=5, reps=5),
    Stage.OPENED_NOT_USED: AssetHistory(opens=1),
    Stage.USED: AssetHistory(uses=1, users=1, accounts=1),
    Stage.USED_WITH_OUTCOME: AssetHistory(uses=2, users=2, accounts=1, outcomes_reached=1),
}


def row(
    asset: str,
    stage: Stage = Stage.NEVER_SURFACED,
    *,
    owner: str = "ola",
    team: str | None = "Brand",
    conversation: Conversation = Conversation.POINT_OF_VIEW,
    published: datetime = datetime(2026, 6, 30, tzinfo=UTC),
    kind: str = "deck",
    feedback: dict[Feedback, int] | None = None,
    has_guide: bool = True,
) -> Row:
    found = HISTORIES[stage]
    history = AssetHistory(
        **{**{name: getattr(found, name) for name in found.__slots__}, "feedback": feedback or {}}
    )
    standing = Standing(92, owner, conversation, Audience.CUSTOMER, Verdict.ELIGIBLE, None)
    said = diagnose(history, Thresholds(), has_guide=has_guide)
    about = About(published, kind, team, has_guide)
    return Row(asset, f"Title {asset}", Owner(owner, owner.title()), standing, history, said, 0, about)


ROWS = st.lists(
    st.builds(
        row,
        asset=st.uuids().map(str),
        stage=st.sampled_from(Stage),
        owner=st.sampled_from(["ada", "bo", "cem", "dee", "eve", "fay", "gil"]),
        team=st.sampled_from(["Brand", "Field", None]),
        conversation=st.sampled_from(Conversation),
        published=st.datetimes(datetime(2022, 1, 1), datetime(2026, 9, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        kind=st.sampled_from(["deck", "sheet", "web"]),
    ),
    max_size=15,
)
# A busy machine makes rows slowly, and that is no fault of theirs.
UNHURRIED = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ADMIN = Actor("root", "root@example.com", "Root", Role.ADMIN, None)


@UNHURRIED
@given(rows=ROWS)
def test_every_split_sums_to_the_total(rows: Sequence[Row]) -> None:
    total = by_stage(each.stage for each in rows)
    splits = [
        breakdowns.by_conversation(rows),
        breakdowns.by_owner(rows, ADMIN),
        breakdowns.by_team(rows, PeopleInReports.NAMED),
        breakdowns.by_age(rows, QUESTION),
        breakdowns.by_format(rows),
    ]

    for split in splits:
        assert {stage: sum(each.classes[stage] for each in split.groups) for stage in Stage} == total
        for group in split.groups:
            assert group.unused.n == sum(group.classes.values())
            assert group.unused.part == sum(list(group.classes.values())[:4])


@UNHURRIED
@given(rows=ROWS)
def test_a_split_by_team_speaks_of_five_owners_or_more_or_says_nothing(rows: Sequence[Row]) -> None:
    split = breakdowns.by_team(rows, PeopleInReports.NONE)

    owners = {each.owner.id for each in rows}
    shown = [group for group in split.groups if group.key not in {"Other teams", "All teams"}]
    for group in shown:
        assert len({each.owner.id for each in rows if (each.about.team or "No team") == group.key}) >= 5
    if len(owners) >= 5 or not rows:
        assert sum(group.unused.n for group in split.groups) == len(rows)


def test_under_five_owners_no_team_is_told_apart_and_the_note_says_why() -> None:
    rows = [row("a", owner="ada", team="Brand"), row("b", owner="bo", team="Field")]

    split = breakdowns.by_team(rows, PeopleInReports.NONE)

    assert split.groups == ()
    assert "would name them" in split.note
    assert [each.key for each in breakdowns.by_team(rows, PeopleInReports.NAMED).groups] == ["Brand", "Field"]


def test_figures_by_owner_are_for_marketing_and_for_the_owner_and_for_nobody_in_a_frozen_report() -> None:
    rows = [row("a", owner="ada"), row("b", owner="bo")]
    rep = Actor("bo", "bo@example.com", "Bo", Role.REP, None)
    other = Actor("cem", "cem@example.com", "Cem", Role.ANALYST, None)

    def owners(viewer: Actor | None) -> set[str]:
        return {each.key for each in breakdowns.by_owner(rows, viewer).groups}

    assert owners(ADMIN) == {"ada", "bo"}
    assert owners(rep) == {"bo"}
    assert owners(other) == owners(None) == set()


def test_a_group_of_two_does_not_lead_for_being_small() -> None:
    small = [row(f"s{n}", kind="web") for n in range(2)]
    large = [row(f"l{n}", kind="deck") for n in range(40)] + [
        row(f"u{n}", Stage.USED, kind="deck") for n in range(2)
    ]

    names = [each.name for each in breakdowns.by_format([*small, *large]).groups]

    # 40 of 42 pulls to (40 + 20 * 42/44) / 62 = 0.953; 2 of 2 to (2 + 20 * 42/44) / 22 = 0.959.
    assert names == ["Web pages", "Decks"]
    more = [*large, *(row(f"x{n}", kind="deck") for n in range(100)), row("y", Stage.USED, kind="web")]
    # Now 140 of 142 against 2 of 3 with 142 of 145 overall: 0.984 against 0.938.
    assert [each.name for each in breakdowns.by_format([*small, *more]).groups] == ["Decks", "Web pages"]


def test_no_interval_below_ten() -> None:
    split = breakdowns.by_format([row(f"a{n}") for n in range(9)])

    ((_, eligible, unused, interval, *classes),) = split.table.rows

    assert (eligible, unused, interval) == (9, (9, 9), None)
    assert classes == [9, 0, 0, 0, 0, 0]


def test_age_is_that_at_the_quarters_end() -> None:
    # The quarter's end, 1 October, is three months after 1 July and not yet three after 2 July.
    rows = [
        row("a", published=datetime(2026, 7, 1, tzinfo=UTC)),
        row("b", published=datetime(2026, 7, 2, tzinfo=UTC)),
    ]

    split = breakdowns.by_age(rows, QUESTION)

    assert {each.key: each.unused.n for each in split.groups if each.unused.n} == {
        Age.UNDER_3_MONTHS.value: 1,
        Age.FROM_3_MONTHS.value: 1,
    }


def test_an_asset_counts_under_each_of_its_terms_and_one_without_under_none() -> None:
    rows = [row("a"), row("b", Stage.USED), row("c")]
    facet = FacetTerms("industry", "Industry", {"1": "Health", "2": "Food"}, {"a": ("1", "2"), "b": ("1",)})

    groups = {each.name: tuple(each.unused) for each in breakdowns.facet_groups(rows, facet)}

    assert groups == {"Health": (1, 2), "Food": (1, 1), "No term": (1, 1)}


def test_cures_are_counted_by_class_and_the_largest_comes_first() -> None:
    taught = {Feedback.DO_NOT_KNOW_HOW: 2, Feedback.OUTDATED: 1}
    rows = [
        row("a"),
        row("b", Stage.OPENED_NOT_USED, feedback=taught),
        row("c", Stage.OPENED_NOT_USED, feedback=taught),
        row("d", Stage.OPENED_NOT_USED, has_guide=False),
        row("e", Stage.USED_WITH_OUTCOME),
    ]

    found = [(each.stage, each.assets, each.cure.side.value, each.cure.act) for each in cures.actions(rows)]

    assert found == [
        (Stage.OPENED_NOT_USED, 2, "sales", "teach"),
        (Stage.NEVER_SURFACED, 1, "marketing", "retag"),
        (Stage.OPENED_NOT_USED, 1, "marketing", "guide"),
    ]


def test_reasons_are_counted_by_class_and_by_asset() -> None:
    rows = [
        row("a", Stage.OPENED_NOT_USED, feedback={Feedback.OUTDATED: 2}),
        row("b", Stage.OPENED_NOT_USED, feedback={Feedback.OUTDATED: 1, Feedback.HELPFUL: 4}),
        row("c"),
    ]

    by_class = {cells[0]: cells[1:] for cells in reasons.by_class(rows).rows}
    by_asset = [(cells[0], cells[-1]) for cells in reasons.by_asset(rows).rows]

    assert by_class["opened-not-used"] == (0, 3, 0, 0, 4, 0, 0, 0, 7)
    assert by_class["never-surfaced"] == (0,) * 9
    assert by_asset == [("b", 5), ("a", 2)]


@UNHURRIED
@given(rows=ROWS, data=st.data())
def test_the_matrix_sums_to_the_uses(rows: Sequence[Row], data: st.DataObject) -> None:
    uses = st.dictionaries(st.sampled_from(Conversation), st.integers(1, 9))
    served = {each.asset: data.draw(uses) for each in rows}

    found = drift.drift_of(rows, served)

    total = sum(sum(each.values()) for each in served.values())
    matrix, assets, _ = found.tables
    assert sum(sum(cells[1:-1]) for cells in matrix.rows) == total == found.at_home.n  # type: ignore[arg-type]
    assert sum(cells[-1] for cells in assets.rows) == sum(len(each) for each in served.values())  # type: ignore[misc]


def test_what_is_mostly_used_elsewhere_stands_out_from_five_uses_on() -> None:
    rows = [row("a"), row("b"), row("c")]
    home, other = Conversation.POINT_OF_VIEW, Conversation.TANGIBLE_VALUE
    served = {"a": {other: 3, home: 2}, "b": {other: 4}, "c": {other: 3, home: 3}}

    found = drift.drift_of(rows, served)

    assert [(each.row.asset, each.serves, tuple(each.uses)) for each in found.drifting] == [
        ("a", other, (3, 5))
    ]
    assert found.sentence == (
        "5 of 15 (33 %) uses served the conversation that the asset is filed under. The largest other group: "
        "10 of assets filed under “Build a Tailored Point of View” that served “Make the Value Tangible”."
    )


def test_the_headline_counts_single_users() -> None:
    found = headline_of([row("a", Stage.USED), row("b", Stage.USED_WITH_OUTCOME), row("c")])

    assert (found.unused, found.eligible, found.used, found.by_one_rep_only) == (1, 3, 2, 1)
