"""The raw export: every row once, people as the setting allows, and sums that equal the reports'."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from content_map.db import Sessions
from content_map.domain.disclosure import PeopleInReports
from content_map.domain.events import ReportedEvent
from content_map.domain.exported_events import COLUMNS, ExportForm
from content_map.domain.people import Role
from content_map.domain.usage import EventKind, Feedback, OutcomeAnswer, Purpose, Surface
from content_map.errors import NotAllowed
from content_map.models import AuditEntry, Team, UsageEvent, User
from content_map.reports.contract import Definitions
from content_map.services import usage, usage_export, usage_reading
from content_map.services.usage_export import AT_ONCE, Wish
from content_map.services.usage_history import HistoricEvent, import_history
from tests.factories import LONG_AGO, make_account, make_asset, make_search, make_user

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
Line = Mapping[str, str]


def exported(
    sessions: Sessions, people: PeopleInReports = PeopleInReports.NONE, **wish: datetime
) -> list[Line]:
    with sessions.write() as session:
        analyst = make_user(session, Role.ANALYST).as_actor()
    pieces = usage_export.export(
        sessions,
        Wish(ExportForm.CSV, **wish),
        definitions=Definitions(people=people),
        secret="a secret",
        actor=analyst,
        now=NOW,
    )
    return list(csv.DictReader(io.StringIO(b"".join(pieces).decode("utf-8-sig"))))


def record(session: Session, person: User, *events: ReportedEvent, people: str = "none") -> None:
    usage.record(
        session,
        events,
        surface_default=Surface.DIRECT,
        people_in_reports=people,
        actor=person.as_actor(),
        now=NOW,
    )


def an_event(kind: EventKind = EventKind.OPEN, **given: object) -> ReportedEvent:
    return ReportedEvent(**{"id": str(uuid4()), "kind": kind, **given})  # type: ignore[arg-type]


def test_sums_over_the_export_equal_the_funnel(sessions: Sessions) -> None:
    with sessions.write() as session:
        rep, other, marketer = make_user(session), make_user(session), make_user(session, Role.MARKETER)
        asset = make_asset(session)
        search = make_search(session, rep, asset)
        seen = {"asset": asset.id, "search": search.id, "rank": 1}
        record(
            session,
            rep,
            an_event(EventKind.IMPRESSION, **seen, occurred_at=NOW - timedelta(minutes=2)),
            an_event(EventKind.IMPRESSION, **seen, occurred_at=NOW - timedelta(minutes=1)),  # a repeat
            an_event(asset=asset.id),
            an_event(EventKind.USE, asset=asset.id, account="Harbour & Vale"),
            an_event(EventKind.DOWNLOAD, asset=asset.id, account="Aldermoor", purpose=Purpose.CUSTOMER),
            an_event(EventKind.FEEDBACK, asset=asset.id, feedback=Feedback.OUTDATED),
        )
        record(session, other, an_event(asset=asset.id), an_event(asset=asset.id, surface=Surface.AGENT))
        record(session, marketer, an_event(asset=asset.id))

    lines = exported(sessions)

    with sessions.read() as session:
        start, end = NOW - timedelta(days=1), NOW + timedelta(seconds=1)
        funnel = usage_reading.funnel(session, asset.id, start, end, actor=rep.as_actor(), now=NOW)
    counted = [line for line in lines if line["excluded_reason"] == ""]
    kinds = Counter(line["kind"] for line in counted)
    uses = [line for line in counted if line["kind"] == "use" or line["purpose"] == "customer"]
    assert len(lines) == 9
    assert (kinds["impression"], kinds["open"], len(uses)) == (funnel.impressions, funnel.opens, funnel.uses)
    assert (funnel.impressions, funnel.opens, funnel.uses) == (1, 2, 2)
    assert len({line["account"] for line in uses}) == funnel.accounts
    assert Counter(line["excluded_reason"] for line in lines if line["excluded_reason"]) == funnel.left_out
    assert Counter(line["feedback"] for line in counted if line["feedback"]) == funnel.feedback


def test_every_row_comes_once_though_thousands_share_an_instant(sessions: Sessions) -> None:
    count = 2 * AT_ONCE + 3
    with sessions.write() as session:
        rep, asset = make_user(session), make_asset(session)
        row = {"kind": "page_viewed", "actor_id": rep.id, "actor_role": "rep", "asset_id": asset.id}
        when = {"occurred_at": NOW, "received_at": NOW, "surface": "direct"}
        session.execute(
            insert(UsageEvent), [{"id": str(UUID(int=number)), **row, **when} for number in range(count)]
        )

    lines = exported(sessions)

    assert [UUID(line["id"]).int for line in lines] == list(range(count))


def test_people_are_pseudonyms_of_a_quarter_and_never_those_who_own_the_asset(sessions: Sessions) -> None:
    with sessions.write() as session:
        rep, other, owner = make_user(session), make_user(session), make_user(session)
        asset = make_asset(session, owner=owner)
        admin = make_user(session, Role.ADMIN).as_actor()
        summer = datetime(2026, 8, 1, tzinfo=UTC)
        history = [
            HistoricEvent(an_event(asset=asset.id, occurred_at=moment), person.id)
            for person in (rep, other, owner)
            for moment in (summer, summer + timedelta(days=1), NOW)
        ]
        import_history(session, history, source="old tool", actor=admin, now=NOW)

    lines = exported(sessions)

    names = Counter((line["quarter"], line["actor"]) for line in lines)
    of_owner = [line["actor"] for line in lines if line["excluded_reason"] == "own"]
    assert of_owner == ["", "", ""]
    assert sorted(names.values()) == [1, 1, 1, 2, 2, 2]
    assert len({name for _, name in names if name}) == 4  # two people, a name a quarter each
    assert all(person.id not in str(lines) and person.email not in str(lines) for person in (rep, other))


def test_a_row_about_ones_own_asset_has_nothing_in_common_with_ones_other_rows(sessions: Sessions) -> None:
    with sessions.write() as session:
        owner = make_user(session)
        mine, other = make_asset(session, owner=owner), make_asset(session)
        search = make_search(session, owner, mine, other)
        seen = [
            an_event(EventKind.IMPRESSION, asset=asset.id, search=search.id, rank=rank)
            for rank, asset in enumerate((mine, other), 1)
        ]
        record(session, owner, *seen)

    lines = {line["excluded_reason"]: line for line in exported(sessions)}
    named = {line["excluded_reason"]: line for line in exported(sessions, PeopleInReports.NAMED)}

    told = [(line["search"], line["received_at"] != "") for line in (lines["own"], lines[""])]
    assert told == [("", False), (search.id, True)]
    assert [named["own"][name] for name in ("actor", "search")] == [owner.email, search.id]


def test_an_outcome_names_no_use_of_ones_own_asset(sessions: Sessions) -> None:
    with sessions.write() as session:
        owner = make_user(session)
        uses = [
            an_event(EventKind.USE, asset=asset.id, account="Harbour & Vale")
            for asset in (make_asset(session, owner=owner), make_asset(session))
        ]
        told = [
            an_event(EventKind.OUTCOME, use=use.id, outcome=OutcomeAnswer.REACHED, surface=Surface.DIRECT)
            for use in uses
        ]
        record(session, owner, *uses, *told)

    lines = {line["id"]: line for line in exported(sessions)}

    assert [lines[each.id]["use"] for each in told] == ["", uses[1].id]


@pytest.mark.parametrize(
    ("people", "teams", "roles"),
    [
        ("none", {""}, {""}),
        ("team", {"North", ""}, {""}),
        ("named", {"North", "East", "South"}, {"rep", "manager"}),
    ],
)
def test_a_team_or_role_of_few_is_not_said_unless_people_are_named(
    sessions: Sessions, people: str, teams: set[str], roles: set[str]
) -> None:
    """Four in the south are too few; with the eastern five they are nine whom nobody can tell apart."""
    with sessions.write() as session:
        asset = make_asset(session)
        for name, size in (("North", 7), ("East", 5), ("South", 4)):
            team = Team(name=name, created_at=LONG_AGO)
            session.add(team)
            session.flush()
            for number in range(size):
                role = Role.MANAGER if (name, number) == ("South", 0) else Role.REP
                person = make_user(session, role, team_id=team.id)
                record(session, person, an_event(asset=asset.id))

    lines = exported(sessions, PeopleInReports(people))

    assert {line["team"] for line in lines} == teams
    assert {line["role"] for line in lines} == roles
    assert any("@" in line["actor"] for line in lines) == (people == "named")


def test_words_are_given_for_feedback_alone_seconds_for_nobody_and_no_cell_is_a_formula(
    sessions: Sessions,
) -> None:
    with sessions.write() as session:
        rep, asset = make_user(session), make_asset(session, title="=HYPERLINK(1)")
        account = make_account(session, "@Harbour")
        record(
            session,
            rep,
            an_event(EventKind.FEEDBACK, asset=asset.id, feedback=Feedback.OUTDATED, text="+ prices of 2024"),
            an_event(
                EventKind.NOT_USED,
                asset=asset.id,
                account=account.id,
                feedback=Feedback.WRONG_CUSTOMER,
                text="They hate us",
            ),
            an_event(EventKind.PAGE_VIEWED, asset=asset.id, page=2, seconds=40),
            people="named",
        )

    lines = {line["kind"]: line for line in exported(sessions)}

    assert lines["feedback"]["text"] == "'+ prices of 2024"
    assert (lines["not_used"]["text"], lines["not_used"]["account_name"]) == ("", "'@Harbour")
    assert (lines["page_viewed"]["seconds"], lines["page_viewed"]["asset_title"]) == ("", "'=HYPERLINK(1)")
    named = {line["kind"]: line for line in exported(sessions, PeopleInReports.NAMED)}
    assert named["page_viewed"]["seconds"] == "40"


def test_a_period_takes_its_first_instant_and_not_its_last_and_json_says_the_same_as_csv(
    sessions: Sessions,
) -> None:
    start, end = NOW - timedelta(hours=2), NOW - timedelta(hours=1)
    with sessions.write() as session:
        rep, asset = make_user(session), make_asset(session)
        moments = [start - timedelta(seconds=1), start, end - timedelta(microseconds=1), end]
        record(session, rep, *(an_event(asset=asset.id, occurred_at=moment) for moment in moments))
        admin = make_user(session, Role.ADMIN).as_actor()

    lines = exported(sessions, start=start, end=end)

    pieces = usage_export.export(
        sessions,
        Wish(ExportForm.JSON_LINES, start, end),
        definitions=Definitions(),
        secret="a secret",
        actor=admin,
        now=NOW,
    )
    objects = [json.loads(line) for line in b"".join(pieces).splitlines()]
    assert [line["occurred_at"] for line in lines] == ["2026-11-21T07:00:00Z", "2026-11-21T07:59:59.999999Z"]
    assert [list(each) for each in objects] == [list(COLUMNS)] * 2
    as_text = [
        {name: "" if value is None else str(value) for name, value in each.items()} for each in objects
    ]
    assert as_text == lines


def test_an_export_is_audited_and_for_analysts_alone(sessions: Sessions) -> None:
    exported(sessions)

    with sessions.write() as session:
        rep = make_user(session).as_actor()
        actions = session.scalars(select(AuditEntry.action)).all()
    assert actions == ["usage.exported"]
    with pytest.raises(NotAllowed):
        usage_export.export(
            sessions,
            Wish(ExportForm.CSV),
            definitions=Definitions(),
            secret="a secret",
            actor=rep,
            now=NOW,
        )
