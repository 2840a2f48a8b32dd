"""History from another tool: any past time, an admin's act, the same rules, and twice counts once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from content_map.domain.events import CLOCK_SKEW, Problem, ReportedEvent, problems_of
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.domain.usage import Surface
from content_map.errors import FieldError, Invalid
from content_map.models import Asset, User
from content_map.services import audit, usage_counting
from content_map.services.texts import is_storable
from content_map.services.usage import Recorded, Rejected, take
from content_map.services.usage_facts import Submission

_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class HistoricEvent:
    """An event of the past; `person` is the e-mail address or the id of who did it, None the importer.

    Its `asset` may be an external id. Its own `source` goes before the import's.
    """

    event: ReportedEvent
    person: str | None = None
    source: str | None = None


def look(
    session: Session, events: Sequence[HistoricEvent], *, source: str | None, actor: Actor, now: datetime
) -> Recorded:
    """Say what an import would do and change nothing. Raises NotAllowed."""
    require(actor, Right.IMPORT_USAGE)
    trial = session.begin_nested()
    try:
        return _bring_in(session, events, source, actor, now)
    finally:
        trial.rollback()


def import_history(
    session: Session, events: Sequence[HistoricEvent], *, source: str | None, actor: Actor, now: datetime
) -> Recorded:
    """Store past events, all or none; each carries its `source`. Raises NotAllowed, Invalid (the rows at fault).

    Without a source the rows look like the product's own: for the sample library alone.
    """
    require(actor, Right.IMPORT_USAGE)
    with session.begin_nested():
        done = _bring_in(session, events, source, actor, now)
        if done.rejected:
            problems = [
                FieldError(f"/{rejected.index}{each.pointer}", each.detail)
                for rejected in done.rejected
                for each in rejected.problems
            ]
            raise Invalid("Nothing was imported: some rows need a correction first.", problems)
    sources = sorted({each.source or source or "" for each in events})
    changes = {"source": ", ".join(sources) or None, "accepted": done.accepted, "duplicates": done.duplicates}
    audit.note(session, "usage.imported", "usage", "-", actor=actor, now=now, changes=changes)
    return done


def _bring_in(
    session: Session, events: Sequence[HistoricEvent], source: str | None, actor: Actor, now: datetime
) -> Recorded:
    people = _people(session, {each.person for each in events if each.person is not None})
    assets = _assets(session, {each.event.asset for each in events if each.event.asset is not None})
    given: list[Submission] = []
    rejected: list[Rejected] = []
    for index, each in enumerate(events):
        person_id = actor.id if each.person is None else people.get(each.person.strip().casefold())
        if person_id is None:
            sentence = f"Nobody here has the address or id {each.person!r}. Add the person first."
            rejected.append(Rejected(index, (FieldError("/actor", sentence),)))
        else:
            surface = each.event.surface or (Surface.SEARCH if each.event.search else Surface.API)
            asset = assets.get(each.event.asset or "", each.event.asset)
            event = replace(each.event, surface=surface, asset=asset)
            origin = each.source or source
            given.append(Submission(index, person_id, event, event.occurred_at or now, origin))
    usage_counting.hold(session, {each.actor_id for each in given})
    # Uses before the outcomes that name them, whatever the order of the file.
    given.sort(key=lambda each: (each.event.use is not None, each.index))
    parts = [
        take(
            session,
            given[start : start + _AT_ONCE],
            check=lambda each: _problems(each, now),
            viewer=None,
            keep_seconds=False,
            actor=actor,
            now=now,
        )
        for start in range(0, len(given), _AT_ONCE)
    ]
    return Recorded(
        sum(part.accepted for part in parts),
        sum(part.duplicates for part in parts),
        tuple(sorted([*rejected, *(each for part in parts for each in part.rejected)], key=_place)),
    )


def _place(rejected: Rejected) -> int:
    return rejected.index


def _problems(submission: Submission, now: datetime) -> list[Problem]:
    problems = problems_of(submission.event)
    if submission.event.occurred_at is None:
        problems.append(("occurred_at", "History needs the time at which it happened."))
    elif submission.occurred_at > now + CLOCK_SKEW:
        problems.append(("occurred_at", "The time lies in the future: history is over."))
    return problems


def _assets(session: Session, texts: Iterable[str]) -> dict[str, str]:
    """Map ids and external ids to ids: another tool knows only its own. What is an id is never taken for another's."""
    wanted = sorted(text for text in texts if is_storable(text))
    ids: dict[str, str] = {}
    others: dict[str, str] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        named = select(Asset.id, Asset.external_id).where(
            or_(Asset.id.in_(some), Asset.external_id.in_(some))
        )
        for id_, external_id in session.execute(named):
            ids[id_] = id_
            if external_id is not None:
                others[external_id] = id_
    return {**others, **ids}


def _people(session: Session, texts: Iterable[str]) -> dict[str, str]:
    """Map folded addresses and ids to ids."""
    wanted = sorted({text.strip().casefold() for text in texts})
    found: dict[str, str] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        named = select(User.id, User.email).where(or_(User.email.in_(some), User.id.in_(some)))
        for id_, email in session.execute(named):
            found[id_] = found[email] = id_
    return found
