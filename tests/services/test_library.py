"""The library's queues hold what they say, its orders lose nothing between parts, and roles see their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.assets import Status
from content_map.domain.people import Actor, Role
from content_map.models import Asset, Flag, Job, Version
from content_map.services import library, library_queues, rereading, tagging
from content_map.services.library import LibraryFilter
from content_map.services.library_queues import Queue
from tests.factories import make_asset, make_term, make_user


@pytest.fixture
def marketer(session: Session) -> Actor:
    return make_user(session, Role.MARKETER).as_actor()


@pytest.fixture
def named(session: Session, now: datetime) -> dict[str, Asset]:
    """One asset for each reason to be in a queue, tagged unless that is the reason."""
    make_term(session)
    today, day = now.date(), timedelta(days=1)
    found = {
        "plain": make_asset(session),
        "untagged": make_asset(session),
        "homeless": make_asset(session, conversation=None, status=Status.DRAFT),
        "failed": make_asset(session),
        "overdue": make_asset(session, review_by=today - day),
        "in 14 days": make_asset(session, review_by=today + 14 * day),
        "in 15 days": make_asset(session, review_by=today + 15 * day),
        "flagged": make_asset(session),
        "answered": make_asset(session),
        "ends in 30 days": make_asset(session, expires_at=now + 30 * day),
        "ends in 31 days": make_asset(session, expires_at=now + 31 * day),
        "expired": make_asset(session, expires_at=now, review_by=today),
        "scheduled": make_asset(session, publish_at=now + day),
        "retired": make_asset(session, status=Status.ARCHIVED, conversation=None),
    }
    for name, asset in found.items():
        if name != "untagged":
            tagging.set_terms(session, asset, ["industry:healthcare"])
    session.scalars(select(Version).where(Version.asset_id == found["failed"].id)).one().state = "failed"
    for name, state in (("flagged", "open"), ("answered", "done")):
        flag = Flag(asset_id=found[name].id, code="outdated", raised_at=now, last_raised_at=now, state=state)
        session.add(flag)
    session.flush()
    return found


WITHIN = {
    Queue.NEEDS_TAGGING: {"untagged", "homeless"},
    Queue.FAILED: {"failed"},
    Queue.REVIEW_DUE: {"overdue", "in 14 days"},
    Queue.FLAGGED: {"flagged"},
    Queue.EXPIRING: {"ends in 30 days"},
    Queue.DRAFT: {"homeless"},
    Queue.SCHEDULED: {"scheduled"},
    Queue.ARCHIVED: {"retired"},
}


def test_each_queue_holds_what_it_is_for_and_counts_it(
    session: Session, named: dict[str, Asset], marketer: Actor, now: datetime
) -> None:
    names = {asset.id: name for name, asset in named.items()}

    held = {
        queue: {
            names[asset.id]
            for asset in library.listed(session, LibraryFilter(queue=queue), actor=marketer, now=now).items
        }
        for queue in WITHIN
    }
    counts = library_queues.counts(session, actor=marketer, now=now)

    assert held == WITHIN
    assert {queue: counts[queue] for queue in WITHIN} == {
        queue: len(names) for queue, names in WITHIN.items()
    }
    assert counts[Queue.LIVE] == len(named) - len({"homeless", "expired", "scheduled", "retired"})


def test_counts_are_of_one_owner_where_that_is_asked(
    session: Session, named: dict[str, Asset], marketer: Actor, now: datetime
) -> None:
    counts = library_queues.counts(session, owner=named["failed"].owner_id, actor=marketer, now=now)

    assert (counts[Queue.FAILED], counts[Queue.LIVE], counts[Queue.REVIEW_DUE]) == (1, 1, 0)


@pytest.mark.parametrize(
    ("role", "queues"),
    [
        (Role.REP, [Queue.LIVE]),
        (Role.MANAGER, [Queue.LIVE]),
        (Role.ANALYST, [Queue.LIVE, Queue.ARCHIVED]),
        (Role.ADMIN, list(Queue)),
    ],
)
def test_a_role_counts_and_lists_only_what_it_may_know_of(
    session: Session, named: dict[str, Asset], now: datetime, role: Role, queues: Sequence[Queue]
) -> None:
    actor = make_user(session, role).as_actor()

    assert list(library_queues.counts(session, actor=actor, now=now)) == list(queues)
    for queue in {Queue.DRAFT, Queue.SCHEDULED, Queue.ARCHIVED} - set(queues):
        assert library.listed(session, LibraryFilter(queue=queue), actor=actor, now=now).items == []


@pytest.mark.parametrize("sort", library.SORTS)
def test_every_order_gives_every_asset_once_whatever_the_parts(
    session: Session, named: dict[str, Asset], marketer: Actor, now: datetime, sort: str
) -> None:
    wanted = LibraryFilter(sort=sort)
    whole = [each.id for each in library.listed(session, wanted, actor=marketer, now=now).items]

    parts, cursor = [], None
    while True:
        part = library.listed(session, wanted, cursor=cursor, limit=3, actor=marketer, now=now)
        parts += [each.id for each in part.items]
        cursor = part.next
        if cursor is None:
            break

    assert parts == whole
    assert sorted(parts) == sorted(asset.id for asset in named.values())


@pytest.mark.parametrize("sort", ["review_by", "-review_by"])
def test_what_has_no_review_comes_last_either_way(
    session: Session, named: dict[str, Asset], marketer: Actor, now: datetime, sort: str
) -> None:
    found = library.listed(session, LibraryFilter(sort=sort), actor=marketer, now=now).items
    days = [each.review_by for each in found if each.review_by is not None]

    assert [each.review_by for each in found] == [*sorted(days, reverse=sort[0] == "-"), *[None] * 10]


def test_filters_by_language_and_coverage_narrow_the_list(
    session: Session, marketer: Actor, now: datetime
) -> None:
    for facet in ("industry", "pain", "goal"):
        make_term(session, facet, "one", "One")
    make_term(session, "industry", "two", "Two")
    well, thin = make_asset(session), make_asset(session)
    tagging.set_terms(session, well, ["industry:one", "pain:one", "goal:one"])
    tagging.set_terms(session, thin, ["industry:one", "industry:two"])
    session.scalars(select(Version).where(Version.asset_id == well.id)).one().language = "de"
    session.flush()

    def found(wanted: LibraryFilter) -> list[str]:
        return [each.id for each in library.listed(session, wanted, actor=marketer, now=now).items]

    assert found(LibraryFilter(coverage_below=3)) == [thin.id]
    assert found(LibraryFilter(language="de")) == [well.id]
    assert found(LibraryFilter(sort="coverage")) == [thin.id, well.id]
    assert library.languages(session) == ["de"]


def test_reviews_are_due_by_the_day_of_the_organisation(
    session: Session, marketer: Actor, now: datetime
) -> None:
    make_asset(session, review_by=date(2026, 12, 6))
    due = LibraryFilter(queue=Queue.REVIEW_DUE)

    assert library.count(session, due, today=date(2026, 11, 21), actor=marketer, now=now) == 0
    assert library.count(session, due, today=date(2026, 11, 22), actor=marketer, now=now) == 1


def test_a_buried_reading_is_taken_up_again_once(session: Session, marketer: Actor, now: datetime) -> None:
    asset = make_asset(session)
    version = session.scalars(select(Version).where(Version.asset_id == asset.id)).one()
    version.state, version.problem = "failed", "It could not be read after five tries."
    session.add(Job(kind="extract", subject=version.id, state="dead", run_at=now, attempts=5))
    session.flush()

    rereading.read_again(session, asset.id, actor=marketer, now=now)

    session.expire_all()
    jobs = session.scalars(select(Job).where(Job.kind == "extract")).all()
    assert [(job.state, job.attempts) for job in jobs] == [("waiting", 0)]
    assert (version.state, version.problem) == ("processing", None)
