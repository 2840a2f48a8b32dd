"""Usage events come in here: checked, left out of the counts where they must be, stored once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from content_map.domain.events import (
    EVENTS_AT_ONCE,
    TOO_MANY,
    Problem,
    ReportedEvent,
    problems_from_a_client,
)
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.domain.usage import Surface
from content_map.errors import FieldError, Invalid, TooLarge
from content_map.services import flags, usage_counting, usage_facts, usage_rows
from content_map.services.texts import NOT_STORABLE, is_storable
from content_map.services.usage_facts import Submission

TAKEN = "Another event has this id already. Make a new id for each event; nothing of this one was stored."
_LARGEST_NUMBER = 2**31 - 1  # what an integer column holds everywhere


@dataclass(frozen=True, slots=True)
class Rejected:
    """An event that was not stored: its place in the batch and a sentence about each of its fields."""

    index: int
    problems: tuple[FieldError, ...]

    @property
    def pointer(self) -> str:
        """The first field at fault."""
        return self.problems[0].pointer

    @property
    def detail(self) -> str:
        """All that is wrong, in sentences."""
        return " ".join(each.detail for each in self.problems)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a batch; a repeat within the half-hour is accepted, only a repeated id is a duplicate."""

    accepted: int
    duplicates: int
    rejected: tuple[Rejected, ...]


def record(
    session: Session,
    events: Sequence[ReportedEvent],
    *,
    surface_default: Surface,
    people_in_reports: str,
    served: Mapping[str, int] | None = None,
    actor: Actor,
    now: datetime,
) -> Recorded:
    """Store what the caller did, each event once; what cannot be accepted is named and the rest is stored.

    `served` is the version that left, by event id; where it says nothing it was the current one.
    Raises NotAllowed, TooLarge.
    """
    require(actor, Right.RECORD_USAGE)
    if len(events) > EVENTS_AT_ONCE:
        raise TooLarge(TOO_MANY)
    taken = [
        Submission(
            index,
            actor.id,
            event
            if event.surface
            else replace(event, surface=Surface.SEARCH if event.search else surface_default),
            event.occurred_at or now,
            version=(served or {}).get(event.id),
        )
        for index, event in enumerate(events)
    ]
    return take(
        session,
        taken,
        check=lambda submission: problems_from_a_client(submission.event, now),
        viewer=actor,
        keep_seconds=people_in_reports != "none",
        actor=actor,
        now=now,
        then=lambda stored: flags.raise_for(session, _speaking(events) & stored, now=now),
    )


def record_one(
    session: Session,
    event: ReportedEvent,
    *,
    surface_default: Surface,
    people_in_reports: str,
    version: int | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Store one event, as `record` does, or refuse it; `version` is the one that left. Raises NotAllowed, Invalid."""
    recorded = record(
        session,
        [event],
        surface_default=surface_default,
        people_in_reports=people_in_reports,
        served={event.id: version} if version is not None else None,
        actor=actor,
        now=now,
    )
    for rejected in recorded.rejected:
        raise Invalid(rejected.detail, rejected.problems)


def take(
    session: Session,
    submissions: Iterable[Submission],
    *,
    check: Callable[[Submission], Sequence[Problem]],
    viewer: Actor | None,
    keep_seconds: bool,
    actor: Actor,
    now: datetime,
    then: Callable[[frozenset[str]], None] = lambda _ids: None,
) -> Recorded:
    """Sort a batch of at most a thousand into stored, known and refused. The caller has the right.

    `check` judges an event's own fields; `viewer` None lets it name any asset. `then` is told the
    ids that were stored. The events' actors are held until the transaction ends.
    """
    given = [_canonical(each) for each in submissions]
    people = usage_counting.hold(session, {each.actor_id for each in given})
    there = usage_counting.beside(session, *_ids_and_keys(given))
    refused: dict[int, list[Problem]] = {}

    def passing(
        some: Iterable[Submission], judge: Callable[[Submission], Iterable[Problem]]
    ) -> list[Submission]:
        for each in some:
            if problems := list(judge(each)):
                refused[each.index] = problems
        return [each for each in some if each.index not in refused]

    def foreign(each: Submission) -> Iterator[Problem]:
        if viewer is not None and there.actors.get(each.event.id, each.actor_id) != each.actor_id:
            yield "id", TAKEN

    own = passing(given, foreign)
    new = [each for each in own if each.event.id not in there.actors]
    sound = passing(new, lambda each: [*_unstorable(each.event), *check(each)])
    facts = usage_facts.load(session, sound, people)
    known = _once(passing(sound, lambda each: facts.problems(each, viewer=viewer, now=now)))
    facts = facts.with_uses_among(known)
    answered = passing(known, facts.outcome_problems)
    rows = usage_rows.rows_of(session, answered, facts, keep_seconds=keep_seconds, actor=actor, now=now)
    stored = usage_counting.store(session, rows, there) if rows else frozenset()
    if viewer is not None:
        # Somebody else's event with the same id came in between.
        refused |= {each.index: [("id", TAKEN)] for each in answered if each.event.id not in stored}
    then(stored)
    rejected = tuple(
        Rejected(index, tuple(FieldError(f"/{field}", sentence) for field, sentence in refused[index]))
        for index in sorted(refused)
    )
    return Recorded(len(stored), len(given) - len(stored) - len(rejected), rejected)


def _canonical(submission: Submission) -> Submission:
    event = submission.event
    id_, use = _uuid(event.id), None if event.use is None else _uuid(event.use)
    if (id_, use) == (event.id, event.use):
        return submission
    return replace(submission, event=replace(event, id=id_, use=use))


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return text  # the domain says what is wrong with it


def _ids_and_keys(given: Sequence[Submission]) -> tuple[set[str], set[str]]:
    """List what may be stored already: the ids, and the half-hours that these events would count in."""
    ids = {each.event.id for each in given if is_storable(each.event.id)}
    keys = {usage_rows.key_of(each) for each in given if is_storable(each.event.asset or "")}
    return ids, {key for key in keys if key is not None}


def _speaking(events: Iterable[ReportedEvent]) -> frozenset[str]:
    """The ids of events that say something of an asset: nearly always none, and nothing is looked up then."""
    return frozenset(_uuid(event.id) for event in events if event.feedback is not None)


def _once(submissions: Iterable[Submission]) -> list[Submission]:
    """Keep the first of each id."""
    return list({each.event.id: each for each in reversed(list(submissions))}.values())[::-1]


def _unstorable(event: ReportedEvent) -> Iterator[Problem]:
    for name in ("asset", "search", "account", "opportunity", "use", "text"):
        text = getattr(event, name)
        if text is not None and not is_storable(text):
            yield name, NOT_STORABLE
    for name in ("rank", "page"):
        if (getattr(event, name) or 0) > _LARGEST_NUMBER:
            yield name, "This number is too large."
