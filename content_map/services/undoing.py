"""Taking an act over many assets back: for ten minutes, once, by whoever did it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from content_map.domain import bulk as rules
from content_map.domain.bulk import TERMS
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.errors import Gone, NotFound
from content_map.models import Asset, Suggestion, Undo, User
from content_map.services import asset_changes, asset_values, changing_many, tagging
from content_map.services.changing_many import Change, Words

LASTS = timedelta(minutes=10)  # api.md
# A token that has ended is told from one that never was for this long; then its fields are forgotten.
REMEMBERED = timedelta(days=1)
SOMEBODY_ELSE = "Somebody changed this since; it stays as it is."
# Where the rule's own field is not part of the undo, this one of the pair gives way.
_RIVALS = {"conversation": "status", "expires_at": "publish_at"}


@dataclass(frozen=True, slots=True)
class Kept:
    """A field that could not go back, and why."""

    id: str
    title: str
    field: str
    detail: str


@dataclass(slots=True)
class Undone:
    """How many assets went back, and what stays as it is."""

    restored: int = 0
    kept: list[Kept] = field(default_factory=list)


def remember(
    session: Session,
    act: str,
    changes: Mapping[str, Mapping[str, Sequence[Any]]],
    *,
    suggestions: Sequence[str] = (),
    actor: Actor,
    now: datetime,
) -> Undo:
    """Keep what an act changed, in the act's own transaction; the id of the row is the token.

    `changes`: asset id to field to [before, after], as `asset_changes.snapshot` writes values.
    `suggestions`: ids of those accepted by the act; they open again where their tag goes.
    """
    assets = {asset_id: _parted(changed) for asset_id, changed in changes.items()}
    undo = Undo(
        user_id=actor.id,
        act=act,
        changes={"assets": assets, "suggestions": list(suggestions)},
        created_at=now,
        expires_at=now + LASTS,
    )
    session.add(undo)
    session.flush()
    return undo


def last(session: Session, *, actor: Actor, now: datetime) -> Undo | None:
    """Find the actor's latest act that can still be taken back."""
    mine = select(Undo).where(Undo.user_id == actor.id, Undo.used_at.is_(None), Undo.expires_at > now)
    return session.scalar(mine.order_by(Undo.created_at.desc(), Undo.id.desc()).limit(1))


def undo(session: Session, token: str, *, actor: Actor, now: datetime) -> Undone:
    """Put back what the act changed, but for fields that somebody changed since.

    Raises NotAllowed, NotFound (also for anybody but its maker), Gone (over, or done already).
    """
    require(actor, Right.EDIT_ASSET)
    found = session.get(Undo, token, with_for_update=True)
    if found is None or found.user_id != actor.id:
        raise NotFound("There is nothing to undo here.")
    if found.used_at is not None:
        raise Gone("This was undone already; it can be done once.")
    if found.expires_at <= now:
        raise Gone("The ten minutes in which this could be undone are over. Nothing was changed.")
    found.used_at = now
    return _take_back(session, found.changes, actor, now)


def forget(session: Session, *, now: datetime) -> int:
    """Remove what ended a day ago; returns how many."""
    old = delete(Undo).where(Undo.expires_at < now - REMEMBERED).returning(Undo.id)
    return len(session.scalars(old).all())


def _parted(changed: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
    before = {name: pair[0] for name, pair in changed.items()}
    after = {name: pair[1] for name, pair in changed.items()}
    ours = {name: list(pair) for name, pair in rules.difference(before, after).items()}
    return {name: pair for name, pair in ours.items() if name not in {"revision", "updated_at"}}


def _take_back(session: Session, changes: Mapping[str, Any], actor: Actor, now: datetime) -> Undone:
    known = changing_many.words(session)
    # The session remembers weakly, and every asset's check may ask for the owner it goes back to.
    held = session.scalars(select(User)).all()
    done = Undone()
    for part in changing_many.parts(session, changes["assets"], to_write=True):
        decided = [
            _decide(session, asset, changes["assets"][asset.id], known, done, actor, now) for asset in part
        ]
        moving = [each for each in decided if each.difference]
        changing_many.write(session, moving, known, action="asset.undone", actor=actor, now=now)
        done.restored += len(moving)
    del held
    _open_again(session, changes["suggestions"])
    return done


def _decide(
    session: Session,
    asset: Asset,
    change: Mapping[str, Sequence[Any]],
    known: Words,
    done: Undone,
    actor: Actor,
    now: datetime,
) -> Change:
    present = changing_many.present(asset)
    back = rules.taking_back({name: (pair[0], pair[1]) for name, pair in change.items()}, present)
    kept = dict.fromkeys(back.kept, SOMEBODY_ELSE)
    if gone := [key for key in back.fields.get(TERMS, ()) if key not in known]:
        kept[TERMS] = f"The vocabulary no longer has {', '.join(gone)}."
        back.fields[TERMS] = [key for key in back.fields[TERMS] if key in known]
    kept |= _give_way(session, asset, back.fields, actor, now)
    done.kept += [Kept(asset.id, asset.title, name, detail) for name, detail in kept.items()]
    after = {**rules.flat(present), **back.fields}
    return Change(asset, asset_values.typed(asset, back.fields), rules.difference(rules.flat(present), after))


def _give_way(
    session: Session, asset: Asset, fields: dict[str, Any], actor: Actor, now: datetime
) -> dict[str, str]:
    """Take out of `fields` what the rules would refuse as the asset is now; gives their sentences."""
    kept: dict[str, str] = {}
    while fields:
        changes = asset_values.typed(asset, fields)
        # A publishing time in the past was there before: putting it back invents nothing.
        problems = [
            each
            for each in asset_changes.problems(session, asset, changes, actor=actor, now=now)
            if each.pointer != "/publish_at"
        ]
        if not problems:
            break
        name = problems[0].pointer.strip("/")
        culprit = name if name in fields else _RIVALS[name]
        kept[culprit] = problems[0].detail
        del fields[culprit]
    return kept


def _open_again(session: Session, ids: Sequence[str]) -> None:
    for start in range(0, len(ids), changing_many.PART):
        part = ids[start : start + changing_many.PART]
        accepted = session.scalars(
            select(Suggestion).where(Suggestion.id.in_(part), Suggestion.state == "accepted")
        ).all()
        carried = _carried(session, {each.asset_id for each in accepted})
        for each in accepted:
            if (each.asset_id, each.facet_key, each.value) not in carried:
                each.state, each.decided_by, each.decided_at = "open", None, None
    session.flush()


def _carried(session: Session, ids: set[str]) -> set[tuple[str, str, str | None]]:
    found: set[tuple[str, str, str | None]] = set()
    for part in changing_many.parts(session, ids, to_write=False):
        for asset in part:
            found.add((asset.id, tagging.CONVERSATION, asset.conversation))
            found |= {(asset.id, tag.term.facet_key, tag.term.key) for tag in asset.terms}
    return found
