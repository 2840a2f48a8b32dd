"""What a killed worker held is taken on at once; what a living one holds is left alone."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.models import Job, Lease, enqueue
from content_map.services import jobs
from content_map.services.lifelines import Lifeline, dead_workers

ROOT = Path(__file__).resolve().parents[2]
# Takes a lifeline, says so and waits to be killed.
HOLDER = (
    "import sys, time, pathlib\n"
    "from content_map.services.lifelines import Lifeline\n"
    "line = Lifeline(pathlib.Path(sys.argv[1]), sys.argv[2])\n"
    "print('held', flush=True)\n"
    "time.sleep(60)"
)


def dead(data_dir: Path) -> list[str]:
    with dead_workers(data_dir) as names:
        return names


def test_a_killed_worker_is_known_at_once_and_a_living_one_is_not_taken_for_dead(tmp_path: Path) -> None:
    own = Lifeline(tmp_path, "living")
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path), "killed"], cwd=ROOT, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        before = dead(tmp_path)

        other.kill()
        other.wait()

    assert before == []
    assert dead(tmp_path) == ["killed"]
    assert dead(tmp_path) == []
    own.let_go()


def test_a_worker_that_stopped_in_order_leaves_no_trace(tmp_path: Path) -> None:
    Lifeline(tmp_path, "stopped").let_go()

    assert dead(tmp_path) == []


def test_a_dead_worker_stays_known_until_its_work_was_taken_on(tmp_path: Path) -> None:
    (tmp_path / "workers").mkdir()
    (tmp_path / "workers" / "killed").touch()

    try:
        with dead_workers(tmp_path):
            raise ConnectionError("the database is away")
    except ConnectionError:
        pass

    assert dead(tmp_path) == ["killed"]


def test_jobs_of_a_released_worker_are_claimed_without_waiting_and_its_attempt_counts(
    session: Session, now: datetime
) -> None:
    lost, other = jobs.new_worker_name(), jobs.new_worker_name()
    enqueue(session, "extract", "of-the-dead")
    jobs.claim(session, ["extract"], limit=1, worker=lost, now=now)
    enqueue(session, "extract", "of-the-living")
    jobs.claim(session, ["extract"], limit=1, worker=other, now=now)

    released = jobs.release(session, lost, now=now)
    claims = jobs.claim(session, ["extract"], limit=5, worker=other, now=now)

    assert released == 1
    assert [(each.subject, each.attempts) for each in claims] == [("of-the-dead", 2)]


def test_what_was_never_tried_goes_before_what_its_worker_did_not_survive(
    session: Session, now: datetime
) -> None:
    lost = jobs.new_worker_name()
    enqueue(session, "extract", "tried")
    jobs.claim(session, ["extract"], limit=1, worker=lost, now=now)
    enqueue(session, "extract", "fresh")
    jobs.release(session, lost, now=now)

    order = [jobs.claim(session, ["extract"], limit=1, now=now)[0].subject for _ in range(2)]

    assert order == ["fresh", "tried"]


def test_a_job_that_ends_its_worker_five_times_is_buried_though_nobody_waits(
    session: Session, now: datetime
) -> None:
    enqueue(session, "extract", "poison")
    for _ in range(jobs.ATTEMPTS):
        worker = jobs.new_worker_name()
        jobs.claim(session, ["extract"], limit=1, worker=worker, now=now)
        jobs.release(session, worker, now=now)

    again = jobs.claim(session, ["extract"], limit=1, now=now)

    assert again == []
    assert session.scalars(select(Job.state)).all() == ["dead"]


def test_releasing_gives_named_leases_and_the_sign_of_life_back(session: Session, now: datetime) -> None:
    worker = jobs.new_worker_name()
    jobs.beat(session, worker, now=now)
    jobs.hold(session, "index", worker, seconds=60, now=now)

    jobs.release(session, worker, now=now + timedelta(seconds=1))

    assert session.get(Lease, "index") is None
    assert not jobs.is_worker_alive(session, now=now + timedelta(seconds=1))


def test_a_worker_name_fits_wherever_it_is_stored(session: Session, now: datetime) -> None:
    worker = jobs.new_worker_name()
    enqueue(session, "extract", "version-1")
    (claim,) = jobs.claim(session, ["extract"], limit=1, worker=worker, now=now)

    assert len(worker) == jobs.WORKER_CHARACTERS
    assert len(claim.fence) == 32
    assert claim.fence.startswith(worker)
