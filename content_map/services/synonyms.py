"""Synonyms as admins keep them: a change counts from the very next search, in every process."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content_map.domain import wording
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.domain.synonyms import faults_of
from content_map.errors import Conflict, Invalid, NotFound
from content_map.models import Synonym
from content_map.services import audit
from content_map.services.vocabulary import note_change

SYNONYMS_AT_MOST = 5_000  # all of them are compiled in every process


def listed(session: Session, *, actor: Actor) -> Sequence[Synonym]:
    """List them all by their words. Raises NotAllowed."""
    require(actor, Right.SEARCH)
    return session.scalars(
        select(Synonym).order_by(func.lower(Synonym.said), Synonym.means, Synonym.id)
    ).all()


def add(
    session: Session, said: str, means: str, *, both_ways: bool = True, actor: Actor, now: datetime
) -> Synonym:
    """Add a pair. Raises NotAllowed, Invalid, Conflict (it is there already, or there are too many)."""
    require(actor, Right.MANAGE_SYNONYMS)
    said, means = " ".join(said.split()), " ".join(means.split())
    if faults := faults_of(said, means):
        raise Invalid(" ".join(each.detail for each in faults), faults)
    present = listed(session, actor=actor)
    if len(present) >= SYNONYMS_AT_MOST:
        raise Conflict(f"There are {SYNONYMS_AT_MOST:,} synonyms, the most there may be. Remove one first.")
    _refuse_twin(said, means, both_ways, present)
    synonym = Synonym(said=said, means=means, both_ways=both_ways, created_by=actor.id, created_at=now)
    session.add(synonym)
    session.flush()
    audit.note(session, "synonym.added", "synonym", synonym.id, actor=actor, now=now, changes=_facts(synonym))
    note_change(session)
    return synonym


def change(session: Session, synonym_id: str, *, both_ways: bool, actor: Actor, now: datetime) -> Synonym:
    """Let a pair count one way or both. Raises NotAllowed, NotFound, Conflict (another pair says so already)."""
    require(actor, Right.MANAGE_SYNONYMS)
    synonym = _get(session, synonym_id)
    if synonym.both_ways != both_ways:
        others = [each for each in listed(session, actor=actor) if each.id != synonym.id]
        _refuse_twin(synonym.said, synonym.means, both_ways, others)
        synonym.both_ways = both_ways
        session.flush()
        changes = {"both_ways": [not both_ways, both_ways]}
        audit.note(session, "synonym.changed", "synonym", synonym.id, actor=actor, now=now, changes=changes)
        note_change(session)
    return synonym


def remove(session: Session, synonym_id: str, *, actor: Actor, now: datetime) -> None:
    """Remove a pair. Raises NotAllowed, NotFound."""
    require(actor, Right.MANAGE_SYNONYMS)
    synonym = _get(session, synonym_id)
    audit.note(
        session, "synonym.removed", "synonym", synonym.id, actor=actor, now=now, changes=_facts(synonym)
    )
    session.delete(synonym)
    session.flush()
    note_change(session)


def _get(session: Session, synonym_id: str) -> Synonym:
    found = session.get(Synonym, synonym_id)
    if found is None:
        raise NotFound("There is no such synonym.")
    return found


def _refuse_twin(said: str, means: str, both_ways: bool, present: Sequence[Synonym]) -> None:
    """Refuse what another pair says already, in this direction or in both."""
    wanted = (wording.plain(said), wording.plain(means))
    for each in present:
        there = (wording.plain(each.said), wording.plain(each.means))
        if there == wanted or (there[::-1] == wanted and (each.both_ways or both_ways)):
            raise Conflict(
                f"“{each.said}” and “{each.means}” are a pair already. Change that one, or remove it first.",
                synonym=each.id,
            )


def _facts(synonym: Synonym) -> dict[str, object]:
    return {"said": synonym.said, "means": synonym.means, "both_ways": synonym.both_ways}
