"""One change of many assets: previewed, then done as a whole, with ten minutes to take it back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy.orm import Session

from content_map.domain import bulk as rules
from content_map.domain.bulk import ASSETS_AT_MOST, GUIDE, TERMS, Tally
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.errors import Conflict, FieldError, Invalid
from content_map.models import Asset, User
from content_map.services import asset_changes, asset_values, changing_many, library, tagging, undoing
from content_map.services.asset_changes import AssetChanges
from content_map.services.changing_many import Change
from content_map.services.library import LibraryFilter

ACT = "bulk"
LISTED_AT_MOST = 200  # changes shown in a preview, and refusals in an answer


@dataclass(frozen=True, slots=True)
class Selection:
    """Which assets: these ids, or all that fit a filter.

    `expected`: how many the filter held when somebody looked; another number then refuses the act.
    `today`: the day in the organisation's zone, for filters that ask for reviews.
    """

    ids: tuple[str, ...] = ()
    filter: LibraryFilter | None = None
    expected: int | None = None
    today: date | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """What to do to each: fields to set (None clears), and terms to add or to take away; nothing else moves.

    A part of the guide that is not named stays, as any other field does.
    """

    changes: AssetChanges
    add_terms: tuple[str, ...] = ()
    remove_terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """An asset on which the edit breaks a rule; `place` is where its id was named, None with a filter."""

    id: str
    title: str
    detail: str
    place: int | None


@dataclass(frozen=True, slots=True)
class Changing:
    """What would differ in one asset."""

    id: str
    title: str
    difference: Mapping[str, tuple[Any, Any]]


@dataclass(slots=True)
class Outcome:
    """What an edit did, or would do; `listed` and `tally` are filled by a preview alone."""

    changed: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)
    listed: list[Changing] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    undo: str | None = None
    expires_at: datetime | None = None


def preview(session: Session, selection: Selection, edit: Edit, *, actor: Actor, now: datetime) -> Outcome:
    """Say what the edit would do, field by field; nothing is written. Raises NotAllowed, Invalid, Conflict."""
    require(actor, Right.EDIT_ASSET)
    _check(session, selection, edit)
    outcome = Outcome()
    for changes in _decided(session, selection, edit, outcome, to_write=False, actor=actor, now=now):
        for each in changes:
            outcome.tally.add(each.difference)
            if len(outcome.listed) < LISTED_AT_MOST:
                outcome.listed.append(Changing(each.asset.id, each.asset.title, each.difference))
    return outcome


def change(
    session: Session,
    selection: Selection,
    edit: Edit,
    *,
    skip_refused: bool = False,
    actor: Actor,
    now: datetime,
) -> Outcome:
    """Do it to all of them or to none; `skip_refused`: to all but those on which it breaks a rule.

    Raises NotAllowed, Invalid (`refused`: the assets it cannot be done to), Conflict (the filter holds others now).
    """
    require(actor, Right.EDIT_ASSET)
    _check(session, selection, edit)
    known = changing_many.words(session)
    outcome = Outcome()
    done: dict[str, Mapping[str, Any]] = {}
    for changes in _decided(session, selection, edit, outcome, to_write=True, actor=actor, now=now):
        if outcome.refused and not skip_refused:
            continue  # nothing of it will stand: only the other reasons are still of interest
        changing_many.write(session, changes, known, actor=actor, now=now)
        done |= {each.asset.id: each.difference for each in changes}
    if outcome.refused and not skip_refused:
        raise _refused(outcome.refused)
    if done:
        undo = undoing.remember(session, ACT, done, actor=actor, now=now)
        outcome.undo, outcome.expires_at = undo.id, undo.expires_at
    return outcome


def _check(session: Session, selection: Selection, edit: Edit) -> None:
    """Refuse what can be right for no asset, and hold the edit's terms against the vocabulary."""
    if not (edit.changes or edit.add_terms or edit.remove_terms):
        raise Invalid.field("/set", "Say what to change: a field to set, or terms to add or to remove.")
    if edit.changes.get("external_id") is not None and len(set(selection.ids)) != 1:
        raise Invalid.field(
            "/set/external_id", "An external id belongs to one asset. For many it can only be cleared."
        )
    if TERMS in edit.changes and (edit.add_terms or edit.remove_terms):
        raise Invalid.field("/set/terms", "Either set all terms, or add and remove some.")
    if both := sorted(set(edit.add_terms) & set(edit.remove_terms)):
        raise Invalid.field("/remove_terms", f"{', '.join(both)} cannot be added and removed in one act.")
    tagging.find_terms(session, edit.add_terms, pointer="/add_terms")
    tagging.find_terms(session, edit.changes.get("terms", ()), pointer="/set/terms")
    carried = [term.id for term in changing_many.words(session).values() if term.retired_at is not None]
    tagging.find_terms(session, edit.remove_terms, carried=carried, pointer="/remove_terms")


def _decided(
    session: Session,
    selection: Selection,
    edit: Edit,
    outcome: Outcome,
    *,
    to_write: bool,
    actor: Actor,
    now: datetime,
) -> Iterator[list[Change]]:
    """Go through the selection part by part; what needs no change or cannot have it goes into the outcome."""
    ids = chosen_ids(session, selection, actor=actor, now=now)
    places = {} if selection.filter else {asset_id: place for place, asset_id in enumerate(ids)}
    missing = dict.fromkeys(ids)
    # The session remembers weakly: what every asset's check looks up is held here, and so looked up once.
    held = _looked_up(session, edit)
    for part in changing_many.parts(session, ids, to_write=to_write):
        changes = []
        for asset in part:
            missing.pop(asset.id)
            meant = _meant_for(asset, edit)
            if not meant.difference:
                outcome.unchanged += 1
                continue
            problems = asset_changes.problems(session, asset, meant.changes, actor=actor, now=now)
            if problems:
                detail = " ".join(each.detail for each in problems)
                outcome.refused.append(Refusal(asset.id, asset.title, detail, places.get(asset.id)))
            else:
                changes.append(meant)
        outcome.changed += len(changes)
        yield changes
    outcome.refused += [Refusal(each, "", "There is no such asset.", places.get(each)) for each in missing]
    del held


def _meant_for(asset: Asset, edit: Edit) -> Change:
    before = changing_many.present(asset)
    wanted: dict[str, Any] = dict(edit.changes)
    if wanted.get(GUIDE) is not None:
        wanted[GUIDE] = {**asset.guide, **wanted[GUIDE]}
    if edit.add_terms or edit.remove_terms:
        kept = [key for key in before[TERMS] if key not in edit.remove_terms]
        wanted[TERMS] = list(dict.fromkeys([*kept, *edit.add_terms]))
    plain = asset_values.written(cast("AssetChanges", wanted))
    difference = rules.difference(before, {**before, **plain})
    # What is so already is not asked of the rules again: an overdue day would be refused although nobody moved it.
    moved = {name.partition(".")[0] for name in difference}
    changes = {name: value for name, value in wanted.items() if name in moved}
    return Change(asset, cast("AssetChanges", changes), difference)


def chosen_ids(session: Session, selection: Selection, *, actor: Actor, now: datetime) -> Sequence[str]:
    """List the assets that are meant. Raises Invalid (too many at once), Conflict (the filter holds others now)."""
    if selection.filter is None:
        ids: Sequence[str] = list(dict.fromkeys(selection.ids))
    else:
        ids = library.ids(
            session,
            selection.filter,
            limit=ASSETS_AT_MOST + 1,
            today=selection.today,
            actor=actor,
            now=now,
        )
    if len(ids) > ASSETS_AT_MOST:
        raise Invalid.field(
            "/filter" if selection.filter else "/ids",
            f"At most {ASSETS_AT_MOST:,} assets can be changed at once. Narrow the choice, and do the rest after it.",
        )
    if selection.expected is not None and len(ids) != selection.expected:
        raise Conflict(
            f"The filter holds {len(ids):,} assets now, and held {selection.expected:,} when you looked. Nothing was "
            "changed; look at the preview again.",
            matching=len(ids),
        )
    return ids


def _looked_up(session: Session, edit: Edit) -> tuple[object, ...]:
    owner, successor = edit.changes.get("owner"), edit.changes.get("successor")
    return (session.get(User, owner) if owner else None, session.get(Asset, successor) if successor else None)


def _refused(refused: Sequence[Refusal]) -> Invalid:
    shown = refused[:LISTED_AT_MOST]
    errors = [
        FieldError("/filter" if each.place is None else f"/ids/{each.place}", _sentence(each))
        for each in shown
    ]
    many = f"{len(refused):,} assets" if len(refused) > 1 else "1 asset"
    return Invalid(
        f"This cannot be done to {many}, so nothing was changed. Take them out, or ask for the others alone.",
        errors,
        refused=[{"id": each.id, "title": each.title, "detail": each.detail} for each in shown],
        refused_count=len(refused),
    )


def _sentence(refusal: Refusal) -> str:
    return f"{refusal.title}: {refusal.detail}" if refusal.title else refusal.detail
