"""Jobs are done once, tried again, and never lost."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from content_map.models import Job, Lease, enqueue
from content_map.services import jobs
from content_map.services.jobs import ATTEMPTS, LEASE, LeaseLost

KIND = "extract"


def only(session: Session) -> Job:
    session.expire_all()
    return session.scalars(select(Job)).one()


def test_a_claimed_job_is_not_claimed_again_while_its_lease_lasts(session: Session, now: datetime) -> None:
    enqueue(session, KIND, "version-1")

    first = jobs.claim(session, [KIND], limit=5, now=now)
    second = jobs.claim(session, [KIND], limit=5, now=now + LEASE - timedelta(seconds=1))

    assert [each.subject for each in first] == ["version-1"]
    assert second == []


def test_no_more_jobs_are_claimed_than_asked_for_whatever_the_database_plans(
    session: Session, now: datetime
) -> None:
    """PostgreSQL may run a limited, locking subquery once for each outer row, and take a new row each time."""
    if session.get_bind().dialect.name == "postgresql":
        for choice in ("hashjoin", "mergejoin", "hashagg", "sort", "material", "memoize", "bitmapscan"):
            session.execute(text(f"SET LOCAL enable_{choice} = off"))
    for number in range(40):
        enqueue(session, KIND, f"version-{number}")

    claims = jobs.claim(session, [KIND], limit=3, now=now)

    assert len(claims) == 3
    assert len(session.scalars(select(Job).where(Job.state == "running")).all()) == 3


def test_a_job_whose_worker_died_is_claimed_again_and_the_dead_cannot_finish_it(
    session: Session, now: datetime
) -> None:
    enqueue(session, KIND, "version-1")
    (lost,) = jobs.claim(session, [KIND], limit=1, now=now)
    later = now + LEASE + timedelta(seconds=1)

    (again,) = jobs.claim(session, [KIND], limit=1, now=later)

    with pytest.raises(LeaseLost):
        jobs.finish(session, lost)
    jobs.finish(session, again)
    assert session.scalars(select(Job)).all() == []


def test_keeping_alive_keeps_others_away(session: Session, now: datetime) -> None:
    enqueue(session, KIND, "version-1")
    claims = jobs.claim(session, [KIND], limit=1, now=now)

    jobs.keep_alive(session, claims, now=now + timedelta(seconds=50))

    assert jobs.claim(session, [KIND], limit=1, now=now + timedelta(seconds=100)) == []


def test_a_failed_job_waits_twice_as_long_each_time_and_is_buried_after_the_fifth(
    session: Session, now: datetime
) -> None:
    enqueue(session, KIND, "version-1")
    moment, waits = now, []
    for _ in range(ATTEMPTS):
        (claimed,) = jobs.claim(session, [KIND], limit=1, now=moment)
        jobs.fail(session, claimed, "the store is away", now=moment)
        waits.append((only(session).run_at - moment).total_seconds())
        moment += timedelta(hours=1)

    dead = only(session)

    assert waits[:4] == [2, 4, 8, 16]
    assert (dead.state, dead.last_error) == ("dead", "the store is away")
    assert jobs.claim(session, [KIND], limit=1, now=moment) == []


def test_a_job_that_kills_its_worker_is_buried_after_five_attempts(session: Session, now: datetime) -> None:
    enqueue(session, KIND, "poison")
    for attempt in range(ATTEMPTS):
        assert len(jobs.claim(session, [KIND], limit=1, now=now + attempt * 2 * LEASE)) == 1

    claimed = jobs.claim(session, [KIND], limit=1, now=now + ATTEMPTS * 2 * LEASE)

    assert claimed == []
    assert only(session).state == "dead"


def test_a_dead_job_tries_again_when_it_is_woken(session: Session, now: datetime) -> None:
    enqueue(session, KIND, "version-1")
    only(session).state = "dead"
    session.flush()

    woken = jobs.revive(session, now=now)

    assert woken == 1
    assert len(jobs.claim(session, [KIND], limit=1, now=now)) == 1


def test_edits_while_a_job_waits_make_one_job(session: Session) -> None:
    for _ in range(3):
        enqueue(session, "index", "asset-1", dedupe_key="index:asset-1")

    assert only(session).version == 3


def test_an_edit_while_the_job_runs_makes_it_run_again(session: Session, now: datetime) -> None:
    enqueue(session, "index", "asset-1", dedupe_key="index:asset-1")
    (claimed,) = jobs.claim(session, ["index"], limit=1, now=now)
    enqueue(session, "index", "asset-1", dedupe_key="index:asset-1")

    jobs.finish(session, claimed)

    assert [each.subject for each in jobs.claim(session, ["index"], limit=1, now=now)] == ["asset-1"]


def test_a_named_lease_has_one_holder_until_it_runs_out(session: Session, now: datetime) -> None:
    first = jobs.hold(session, "index", "one", seconds=60, now=now)
    second = jobs.hold(session, "index", "other", seconds=60, now=now + timedelta(seconds=59))
    third = jobs.hold(session, "index", "other", seconds=60, now=now + timedelta(seconds=61))

    assert (first, second, third) == (True, False, True)
    jobs.let_go(session, "index", "one")
    assert session.get_one(Lease, "index").holder == "other"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(["edit", "claim", "finish", "fail", "crash"]), max_size=25))
def test_in_any_order_of_edits_claims_and_crashes_the_last_edit_is_seen(
    session: Session, now: datetime, steps: list[str]
) -> None:
    """`seen` is what a finished job had read; it must catch up with the last edit, and none may vanish."""
    session.execute(delete(Job))
    moment, edits, seen = now, 0, 0
    held: list[tuple[jobs.Claim, int]] = []
    for step in [*steps, "crash"]:
        moment += timedelta(seconds=5)
        if step == "edit":
            edits += 1
            enqueue(session, "index", "asset-1", dedupe_key="index:asset-1", run_at=moment)
        elif step == "claim":
            held += [(each, edits) for each in jobs.claim(session, ["index"], limit=1, now=moment)]
        elif step == "crash":
            moment += LEASE * 2
        elif held and step == "fail":
            jobs.fail(session, held.pop()[0], "fault", now=moment)
        elif held:
            claimed, read = held.pop()
            try:
                jobs.finish(session, claimed)
            except LeaseLost:
                continue
            seen = max(seen, read)

    left = session.scalars(select(Job.state)).all()

    assert left or seen == edits
