"""Team adoption: what is counted, and what is never told of few people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.orm import Session

from content_map.domain.disclosure import PeopleInReports
from content_map.domain.people import Actor, Role
from content_map.domain.quarters import Quarter
from content_map.domain.usage import EventKind
from content_map.models import Team, User, UserPeriod
from content_map.reports.contract import Definitions, Question
from content_map.reports.finding import Finding
from content_map.reports.parts import Fraction
from content_map.reports.people_said import parts_of_people, people
from content_map.reports.team_adoption import build
from tests.factories import LONG_AGO, make_asset, make_search, make_user
from tests.support.stories import happen, told

Q3 = Quarter(2026, 3)
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
AUGUST = datetime(2026, 8, 3, 9, tzinfo=UTC)
NONE, TEAM, NAMED = PeopleInReports


def make_team(session: Session, name: str, people: int) -> list[User]:
    team = Team(name=name, created_at=LONG_AGO)
    session.add(team)
    session.flush()
    return [make_user(session, team_id=team.id, name=f"{name} {number}") for number in range(people)]


def report(session: Session, setting: PeopleInReports = NONE, viewer: Actor | None = None) -> Finding:
    return build(session, Question(Q3, Definitions(people=setting), NOW, viewer=viewer))


def teams(finding: Finding) -> dict[object, tuple[object, ...]]:
    return {row[0]: row[1:] for row in finding.tables[0].rows}


def searched(session: Session, people: Sequence[User]) -> None:
    for person in people:
        make_search(session, person, asked_at=AUGUST)


def test_active_searched_and_used_are_people_not_acts(session: Session) -> None:
    north = make_team(session, "North", 10)
    searched(session, [*north[:5], *north[:5]])
    asset = make_asset(session)
    uses = [told(EventKind.USE, person, asset, AUGUST, account="Harbour") for person in north]
    happen(session, uses, now=NOW)

    finding = report(session)

    assert teams(finding) == {
        "All teams": (10, "5 of 10 (50 %)", "10 of 10 (100 %)", 10, 10),
        "North": (10, "5 of 10 (50 %)", "10 of 10 (100 %)", 10, 10),
    }


def test_a_small_team_is_folded_and_takes_the_smallest_other_along(session: Session) -> None:
    """Or it could be reckoned from the total."""
    make_team(session, "Tiny", 2)
    make_team(session, "Middle", 6)
    make_team(session, "Large", 9)

    told_of = {name: row[0] for name, row in teams(report(session)).items()}

    assert told_of == {"All teams": 17, "Large": 9, "Other teams together": 8}


def test_under_five_people_in_all_no_team_is_told_of(session: Session) -> None:
    make_team(session, "Tiny", 2)
    make_team(session, "Small", 2)

    assert teams(report(session)).keys() == {"All teams"}


def test_no_team_is_told_of_with_the_left_out_as_the_difference_would_point_at_few(session: Session) -> None:
    north = make_team(session, "North", 6)
    make_user(session, Role.MARKETER, team_id=north[0].team_id)

    def told_of(setting: PeopleInReports, *, with_left_out: bool) -> set[object]:
        question = Question(Q3, Definitions(people=setting), NOW, with_left_out=with_left_out)
        return {row[0] for table in build(session, question).tables for row in table.rows}

    assert told_of(NONE, with_left_out=False) == {"All teams", "North"}
    assert told_of(NONE, with_left_out=True) == told_of(TEAM, with_left_out=True) == {"All teams"}
    assert told_of(NAMED, with_left_out=True) >= {"All teams", "North"}


def test_persons_are_named_only_where_it_is_set_so_and_to_their_manager_or_an_admin(session: Session) -> None:
    north, south = make_team(session, "North", 5), make_team(session, "South", 5)
    manager = make_user(session, Role.MANAGER, team_id=north[0].team_id, name="Boss")
    analyst, admin = make_user(session, Role.ANALYST), make_user(session, Role.ADMIN)

    def named(setting: PeopleInReports, viewer: User | None) -> set[object]:
        finding = report(session, setting, viewer.as_actor() if viewer else None)
        return {row[0] for table in finding.tables if table.name == "people" for row in table.rows}

    theirs = {person.name for person in north} | {"Boss"}
    assert named(NAMED, manager) == theirs
    assert named(NAMED, admin) == theirs | {person.name for person in south}
    assert named(NAMED, analyst) == named(NAMED, None) == set()
    assert named(NONE, manager) == named(TEAM, admin) == set()


def test_who_changes_team_counts_in_the_last_one(session: Session) -> None:
    north, south = make_team(session, "North", 6), make_team(session, "South", 6)
    mover = north[0]
    session.execute(update(UserPeriod).where(UserPeriod.user_id == mover.id).values(ends_at=AUGUST))
    session.add(UserPeriod(user_id=mover.id, role="rep", team_id=south[0].team_id, starts_at=AUGUST))
    session.flush()

    assert {name: row[0] for name, row in teams(report(session)).items()} == {
        "All teams": 12,
        "North": 5,
        "South": 7,
    }


def test_marketers_and_test_accounts_are_no_sales_users(session: Session) -> None:
    make_team(session, "North", 5)
    make_user(session, Role.MARKETER)
    make_user(session, is_test=True)

    assert teams(report(session))["All teams"][0] == 5


def test_a_report_without_anybody_is_a_sentence(session: Session) -> None:
    assert report(session).lead == ["There was no sales user in this quarter."]


def test_one_to_four_people_are_not_told_apart_unless_people_are_named() -> None:
    assert [people(count, NONE) for count in (0, 1, 4, 5)] == [0, "fewer than 5", "fewer than 5", 5]
    assert people(1, NAMED) == 1


def test_a_single_vague_part_takes_the_smallest_other_along() -> None:
    parts = [Fraction(3, 10), Fraction(6, 12), Fraction(10, 20)]

    assert parts_of_people(parts, TEAM) == ["fewer than 5 of 10", "5 or more of 12", "10 of 20 (50 %)"]
    assert parts_of_people(parts, NAMED)[0] == "3 of 10 (30 %)"


@given(st.lists(st.integers(5, 30).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=2))
def test_no_part_of_one_to_four_people_can_be_reckoned_from_the_total(parts: list[tuple[int, int]]) -> None:
    written = parts_of_people([Fraction(*each) for each in parts], NONE)

    few = [0 < part < 5 or 0 < n - part < 5 for part, n in parts]
    vague = [text.startswith(("fewer", "5 or more")) for text in written]
    assert all(is_vague for is_few, is_vague in zip(few, vague, strict=True) if is_few)
    assert sum(vague) != 1
