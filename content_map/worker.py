"""The worker: claims due jobs, does them, writes each result and the job's end in one transaction."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from content_map.db import new_id
from content_map.errors import ContentMapError
from content_map.extraction import Limits
from content_map.extraction.sandbox import default_sandbox
from content_map.models.outbox import INDEX
from content_map.services import indexing, ingest, jobs, lifelines
from content_map.services.ingest import EXTRACT
from content_map.services.jobs import Claim
from content_map.wiring import Resources
from content_map.work import Bench, Chore, all_chores, all_handlers
from search.contract import SearchError

log = structlog.get_logger()

IDLE_SECONDS = 0.3
BEAT_SECONDS = 10.0
INDEX_BATCH = 200
INDEX_LEASE_SECONDS = 60
CHORE_SECONDS = 30.0
CHORE_RETRY_SECONDS = 600


def _now() -> datetime:
    return datetime.now(UTC)


class Worker:
    """One worker process: a lane that writes the index, a lane for the long work, and a heartbeat."""

    def __init__(self, resources: Resources, clock: Callable[[], datetime] = _now) -> None:
        self.resources = resources
        self.clock = clock
        self.name = jobs.new_worker_name()
        self.bench = Bench(resources, Limits.from_environ(os.environ), default_sandbox(), clock)
        self._handlers = all_handlers()
        self._chores = all_chores()
        self._stopping = threading.Event()
        self._held: dict[str, Claim] = {}
        self._guard = threading.Lock()

    def run(self) -> None:
        """Work until SIGTERM or SIGINT, first of all what a killed worker left half done."""
        for signal_number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signal_number, lambda *_: self._stopping.set())
        lifeline = lifelines.Lifeline(self.resources.settings.data_dir, self.name)
        threads = [
            threading.Thread(
                target=self._forever, args=(self._beat, BEAT_SECONDS), name="heartbeat", daemon=True
            ),
            threading.Thread(
                target=self._forever, args=(self.index_due, IDLE_SECONDS), name="index", daemon=True
            ),
            threading.Thread(
                target=self._forever, args=(self.chores_due, CHORE_SECONDS), name="chores", daemon=True
            ),
        ]
        for thread in threads:
            thread.start()
        log.info("worker.started", worker=self.name, process=os.getpid())
        self._forever(self.work_due, IDLE_SECONDS)
        for thread in threads:
            thread.join(timeout=5)
        self.close()
        lifeline.let_go()
        log.info("worker.stopped", worker=self.name)

    def chores_due(self) -> int:
        """Do what the clock asks for, each thing once a period whichever worker comes first; returns how many."""
        return sum(1 for chore in self._chores if self._take_turn(chore) and self._do_chore(chore))

    def _take_turn(self, chore: Chore) -> bool:
        name = f"chore-{chore.name}"
        with self.resources.sessions.read() as session:
            if jobs.is_held(session, name, now=self.clock()):  # nearly always: an idle worker takes no lock
                return False
        with self.resources.sessions.write() as session:
            turn = new_id()  # a holder of its own: nobody lengthens it, not even this worker
            return jobs.hold(session, name, turn, seconds=chore.every_seconds, now=self.clock())

    def _do_chore(self, chore: Chore) -> bool:
        try:
            changed = chore.do(self.bench)
        except Exception as error:  # one that fails must not keep the others from their turn
            log.error("chore.failed", chore=chore.name, error=str(error), exc_info=error)
            with self.resources.sessions.write() as session:
                wait = min(chore.every_seconds, CHORE_RETRY_SECONDS)
                jobs.hold_until(session, f"chore-{chore.name}", self.clock() + timedelta(seconds=wait))
            return False
        tell = log.info if changed else log.debug  # most find nothing to do, and nobody needs to read that
        tell("chore.done", chore=chore.name, changed=changed)
        return True

    def close(self) -> None:
        """Give every lease back; the sandbox ends with the process."""
        with self.resources.sessions.write() as session:
            jobs.release(session, self.name, now=self.clock())

    def run_pending(self) -> int:
        """Do everything that is due now, in this thread, and return how many jobs that were."""
        done = 0
        while step := self.work_due() + self.index_due():
            done += step
        return done

    def work_due(self) -> int:
        """Do one due job that is not the index's; returns how many were done."""
        claims = self._claim(list(self._handlers), 1)
        for each in claims:
            self._do(each)
        return len(claims)

    def index_due(self) -> int:
        """Write a batch of due index jobs in one commit; returns how many, 0 while another process writes."""
        if not self._due_for_index():
            return 0
        with self.resources.sessions.write() as session:
            now = self.clock()
            if not jobs.hold(session, indexing.LEASE, self.name, seconds=INDEX_LEASE_SECONDS, now=now):
                return 0
            claims = jobs.claim(session, [INDEX], limit=INDEX_BATCH, worker=self.name, now=now)
        self._hold(claims)
        try:
            ids = list(dict.fromkeys(each.subject for each in claims))
            indexing.refresh(self.resources.sessions, self.resources.index, ids, now=self.clock())
        except (SearchError, SQLAlchemyError, ContentMapError) as error:
            self._fail(claims, error)
        else:
            self._finish_index(claims)
        finally:
            self._drop(claims)
        return len(claims)

    def _due_for_index(self) -> bool:
        with self.resources.sessions.read() as session:
            return jobs.is_due(session, INDEX, now=self.clock())

    def _finish_index(self, claims: Sequence[Claim]) -> None:
        with self.resources.sessions.write() as session:
            for each in claims:
                try:
                    jobs.finish(session, each)
                except jobs.LeaseLost:
                    log.warning("job.lease_lost", kind=each.kind, job=each.id)
            # A command that waits to rebuild the index gets its turn between two batches.
            jobs.let_go(session, indexing.LEASE, self.name)
        log.debug("index.refreshed", assets=len(claims))

    def _claim(self, kinds: Sequence[str], limit: int) -> list[Claim]:
        with self.resources.sessions.read() as session:
            if not jobs.is_due(session, *kinds, now=self.clock()):
                return []
        with self.resources.sessions.write() as session:
            claims = jobs.claim(session, kinds, limit=limit, worker=self.name, now=self.clock())
            if EXTRACT in kinds and not claims:
                ingest.give_up(session)  # what was due was buried: it had killed its worker five times
        self._hold(claims)
        return claims

    def _do(self, claim: Claim) -> None:
        started = time.monotonic()
        try:
            conclude = self._handlers[claim.kind](self.bench, claim)
            with self.resources.sessions.write() as session:
                conclude(session)
                jobs.finish(session, claim)
        except jobs.LeaseLost:
            log.warning("job.lease_lost", kind=claim.kind, job=claim.id)
        except Exception as error:  # a job's fault must never end the worker: it is written on the job
            self._fail([claim], error)
        else:
            log.debug("job.done", kind=claim.kind, job=claim.id, seconds=round(time.monotonic() - started, 3))
        finally:
            self._drop([claim])

    def _fail(self, claims: Sequence[Claim], error: Exception) -> None:
        sentence = f"{type(error).__name__}: {error}"
        log.warning(
            "job.failed", kinds=sorted({each.kind for each in claims}), error=sentence, exc_info=error
        )
        with self.resources.sessions.write() as session:
            for each in claims:
                jobs.fail(session, each, sentence, now=self.clock())
            ingest.give_up(session)

    def take_over(self) -> None:
        """Take on what workers of this data directory held that were killed."""
        with lifelines.dead_workers(self.resources.settings.data_dir) as names:
            for name in names:
                with self.resources.sessions.write() as session:
                    count = jobs.release(session, name, now=self.clock())
                log.warning("worker.taken_over", worker=name, jobs=count)

    def _beat(self) -> int:
        self.take_over()
        with self._guard:
            held = list(self._held.values())
        with self.resources.sessions.write() as session:
            now = self.clock()
            jobs.beat(session, self.name, now=now)
            if held:
                jobs.keep_alive(session, held, now=now)
        return 0

    def _forever(self, step: Callable[[], int], pause_seconds: float) -> None:
        while not self._stopping.is_set():
            try:
                done = step()
            except Exception as error:  # the database may be away for a while; the loop must not be
                log.error("worker.step_failed", error=str(error), exc_info=error)
                self._stopping.wait(2.0)
                continue
            if not done:
                self._stopping.wait(pause_seconds)

    def _hold(self, claims: Sequence[Claim]) -> None:
        with self._guard:
            self._held.update({each.id: each for each in claims})

    def _drop(self, claims: Sequence[Claim]) -> None:
        with self._guard:
            for each in claims:
                self._held.pop(each.id, None)
