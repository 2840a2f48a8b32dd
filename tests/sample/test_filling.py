"""The demo as it stands once filled: everything through the real services, reader, index and store."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, delete, func, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from content_map import sample
from content_map.config import Settings
from content_map.domain.assets import Audience, State, Status
from content_map.domain.people import Role
from content_map.domain.situations import Situation
from content_map.domain.unused import Stage
from content_map.domain.usage import ExcludedReason
from content_map.errors import Conflict
from content_map.models import (
    Asset,
    AssetPeriod,
    AuditEntry,
    DocketItem,
    Job,
    Mark,
    Notification,
    ReportRun,
    Request,
    Search,
    SearchHit,
    Suggestion,
    UsageEvent,
    User,
    UserPeriod,
    Version,
)
from content_map.sample.library import assets
from content_map.sample.lifetimes import lifetime
from content_map.services import (
    audit,
    demonstration,
    finding,
    indexing,
    library,
    library_queues,
    reports,
    role_switching,
    vocabulary,
)
from content_map.services.demonstration import Demonstration
from content_map.services.library import LibraryFilter
from content_map.services.library_queues import Queue
from content_map.services.vocabulary import Compiled
from content_map.wiring import Resources
from search import open_index
from storage import open_store
from tests.factories import make_asset
from tests.support.sessions import RolledBackSessions

# The whole product at work, but for its web: too long for the quick suite.
pytestmark = pytest.mark.journey

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
LAST_WHOLE_QUARTER = "2026-Q3"
CLOSED = ["2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"]  # of the year before NOW, the first one in part


@dataclass(frozen=True)
class Demo:
    """A filled database; `session` reads it."""

    resources: Resources
    connection: Connection
    session: Session

    def person(self, email: str) -> User:
        return self.session.scalars(select(User).where(User.email == email)).one()

    def count(self, table: type) -> int:
        return self.session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture(scope="module")
def demo(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo, filled where an earlier start was cut off and had left an asset and its file behind."""
    folder = tmp_path_factory.mktemp("demo")
    settings = Settings.from_environ({"CONTENT_MAP_DATA_DIR": str(folder)})
    with engine.connect() as connection:
        transaction = connection.begin()
        sessions = RolledBackSessions(connection)
        store, index = open_store(settings.store_url), open_index(settings.index_url)
        resources = Resources(settings, sessions, store, index, Compiled())
        with sessions.write() as session:
            vocabulary.install_first(session)
            demonstration.mark_as(session, Demonstration.BEGUN)
            left = make_asset(session, title="Half done")
            store.put(f"assets/{left.id}/1", io.BytesIO(b"half"), media_type="text/plain")
        sample.fill(resources, now=NOW)
        with sessions.read() as session:
            yield Demo(resources, connection, session)
        index.close()
        transaction.rollback()


def test_what_a_start_that_was_cut_off_left_is_gone(demo: Demo) -> None:
    titles = set(demo.session.scalars(select(Asset.title)))
    known = set(demo.session.scalars(select(Version.store_key)))

    stored = {each.key for each in demo.resources.store.keys("assets/")}

    assert "Half done" not in titles
    assert stored == known


def test_a_second_start_changes_nothing(demo: Demo) -> None:
    before = [demo.count(table) for table in (Asset, User, UsageEvent, Search, AuditEntry)]

    sample.fill(demo.resources, now=NOW + timedelta(days=1))

    assert [demo.count(table) for table in (Asset, User, UsageEvent, Search, AuditEntry)] == before
    assert demonstration.state(demo.session) is Demonstration.FILLED
    assert demonstration.is_demonstration(demo.session)


def test_a_database_of_somebodys_own_is_refused_and_left_alone(demo: Demo) -> None:
    before = demo.count(Asset)
    unmarked = demo.connection.begin_nested()
    demo.connection.execute(delete(Mark).where(Mark.name == "demo"))

    with pytest.raises(Conflict, match="never mixed"):
        sample.fill(demo.resources, now=NOW)

    assert demo.count(Asset) == before
    unmarked.rollback()


def test_the_last_whole_quarter_shows_every_class_and_all_that_is_listed_apart(demo: Demo) -> None:
    analyst = demo.person("keiko.tanabe@example.com").as_actor()

    result = reports.run(
        demo.session,
        "unused-assets",
        LAST_WHOLE_QUARTER,
        actor=analyst,
        settings=demo.resources.settings,
        now=NOW,
    )

    report = reports.as_json(result)
    print(report["classes"], "too new", len(report["too_new"]), "internal", len(report["internal"]))
    assert set(report["classes"]) == {stage.value for stage in Stage}
    assert all(report["classes"].values())
    assert sum(report["classes"].values()) == report["eligible"] == len(report["rows"])
    assert {row["reason"] for row in report["too_new"]} == {"new", "archived", "expired"}
    assert len(report["internal"]) == sum(each.audience is Audience.INTERNAL for each in assets())
    assert not report["observed"]["too_little"]


def test_each_role_has_somebody_to_be_and_the_first_rep_has_something_waiting(demo: Demo) -> None:
    first = {role: role_switching.first_of(demo.session, role) for role in Role}
    rep = first[Role.REP]

    searched = demo.session.scalar(select(func.count()).where(Search.user_id == rep.id)) or 0
    unread = select(func.count()).where(Notification.user_id == rep.id, Notification.read_at.is_(None))

    assert rep.name == "Priya Nair"
    assert searched >= 10
    assert demo.session.scalar(unread) == 2
    assert all(person.password_hash is None for person in demo.session.scalars(select(User)))


def test_the_colleague_who_changed_sides_owned_as_a_marketer_and_sells_as_a_manager(demo: Demo) -> None:
    dermot = demo.person("dermot.kavanagh@example.com")
    spans = select(UserPeriod).where(UserPeriod.user_id == dermot.id).order_by(UserPeriod.starts_at)

    roles = [period.role for period in demo.session.scalars(spans)]
    own_opens = select(UsageEvent.excluded_reason, UsageEvent.actor_role).where(
        UsageEvent.actor_id == dermot.id, UsageEvent.excluded_reason == ExcludedReason.OWN
    )

    assert roles == [Role.MARKETER, Role.MANAGER]
    assert set(demo.session.execute(own_opens)) == {("own", "manager")}


def test_assets_were_live_exactly_while_the_library_says(demo: Demo) -> None:
    ids = {asset.title: asset.id for asset in demo.session.scalars(select(Asset))}
    for asset in assets():
        life = lifetime(asset, NOW)

        found = demo.session.scalars(
            select(AssetPeriod).where(AssetPeriod.asset_id == ids[asset.title])
        ).all()

        assert [period.starts_at for period in found] == [life.published_at]
        ended = life.archived_at or life.expires_at
        # Dates set since lie ahead.
        assert found[0].ends_at == ended or (ended is None and found[0].ends_at > NOW)
        assert (found[0].conversation, found[0].audience) == (asset.conversation, asset.audience)


def test_every_file_was_read_but_the_one_with_a_password(demo: Demo) -> None:
    read = demo.session.execute(select(Version.state, Version.file_name, Version.problem)).all()

    failed = [row for row in read if row.state == State.FAILED]

    assert len(read) == len(assets()) + 2 + 5  # two revised, four drafts, one locked
    assert [(row.file_name, "password" in row.problem) for row in failed] == [
        ("Signed reference agreement.pdf", True)
    ]
    assert {row.state for row in read} == {State.READY, State.FAILED}


def test_the_index_is_the_database_and_only_page_pictures_are_left_to_do(demo: Demo) -> None:
    difference = indexing.verify(demo.resources.sessions, demo.resources.index, now=NOW)
    due = demo.session.scalars(select(Job.kind).where(Job.run_at <= NOW))

    assert not difference
    assert set(due) == {"preview"}


def test_a_rep_finds_what_answers_a_situation(demo: Demo) -> None:
    rep = demo.person("priya.nair@example.com").as_actor()
    words = "Hospital group loses theatre hours, the finance director wants figures before Thursday"

    found = finding.find(
        demo.resources.finder,
        Situation(text=words, draft=True),
        actor=rep,
        now=NOW,
    )

    titles = [hit.asset.title for hit in found.hits[:5]]
    assert "Value calculator for hospitals" in titles


def test_searches_follow_each_other_and_served_only_what_was_live(demo: Demo) -> None:
    lives = {asset.title: lifetime(asset, NOW) for asset in assets()}
    served = (
        select(Search.asked_at, Asset.title)
        .join(SearchHit, SearchHit.search_id == Search.id)
        .join(Asset, Asset.id == SearchHit.asset_id)
    )

    shown = demo.session.execute(served).all()
    following = demo.session.scalar(select(func.count()).where(Search.follows_id.is_not(None))) or 0
    by_name = demo.session.scalar(select(func.count()).where(Search.account_id.is_not(None))) or 0

    assert shown
    assert all(lives[title].covers(asked_at) for asked_at, title in shown)
    assert 0 < following < by_name < demo.count(Search)


def test_every_state_of_the_library_has_something_in_it(demo: Demo) -> None:
    marketer = demo.person("maya.lindqvist@example.com").as_actor()

    counts = library_queues.counts(demo.session, actor=marketer, now=NOW)
    due = LibraryFilter(queue=Queue.REVIEW_DUE)
    overdue = library.listed(demo.session, due, actor=marketer, now=NOW).items
    dates = demo.session.execute(select(Asset.status, Asset.publish_at, Asset.expires_at)).all()

    found = {queue.value: count for queue, count in counts.items() if queue is not Queue.FLAGGED}
    assert found == {
        "live": 80,
        "needs-tagging": 12,
        "failed": 1,
        "review-due": 3,
        "expiring": 2,
        "draft": 4,
        "scheduled": 1,
        "archived": 2,
    }
    # Two are overdue, and one has its day within two weeks.
    assert len(overdue) == 3
    assert [
        row for row in dates if row.status == Status.PUBLISHED and row.publish_at and row.publish_at > NOW
    ]
    assert [row for row in dates if row.expires_at and NOW < row.expires_at < NOW + timedelta(days=14)]
    assert [row for row in dates if row.expires_at and row.expires_at <= NOW]


def test_drafts_carry_suggestions_with_their_evidence(demo: Demo) -> None:
    suggested = (
        select(Suggestion.facet_key, Suggestion.evidence)
        .join(Asset, Asset.id == Suggestion.asset_id)
        .where(Asset.status == Status.DRAFT.value, Suggestion.state == "open")
    )

    found = demo.session.execute(suggested).all()

    assert "conversation" in {row.facet_key for row in found}
    assert all(row.evidence for row in found)


def test_requests_stand_in_every_state_and_askers_were_told(demo: Demo) -> None:
    states = Counter(demo.session.scalars(select(Request.status)))
    messages = demo.session.scalars(select(Notification.message))
    told = {message for message in messages if message.startswith("request.")}

    assert set(states) == {"open", "planned", "filled", "declined"}
    assert {"request.planned", "request.filled", "request.declined"} <= told


def test_every_closed_quarter_is_frozen_and_the_last_one_lies_on_the_docket(demo: Demo) -> None:
    frozen = demo.session.scalars(select(ReportRun).where(ReportRun.report == "unused-assets")).all()
    items = demo.session.scalars(select(DocketItem)).all()
    settled = Counter(item.settled_choice for item in items)

    assert [run.quarter for run in sorted(frozen, key=lambda run: run.frozen_at)] == CLOSED
    assert {item.quarter for item in items} == {CLOSED[-1]}
    assert settled["fix"] >= 1
    assert settled[None] >= 1


def test_the_audit_trail_is_unbroken_and_names_the_import(demo: Demo) -> None:
    imports = demo.session.scalars(select(AuditEntry).where(AuditEntry.action == "usage.imported")).all()

    assert list(audit.broken_links(demo.session)) == []
    assert sum(entry.changes["accepted"] for entry in imports) == demo.count(UsageEvent)
