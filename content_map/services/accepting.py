"""Taking what the machine is sure of, for many assets in one act that can be taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain import bulk as rules
from content_map.domain.conversations import Conversation
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.domain.tagging import PRESELECT_FROM
from content_map.models import Asset, Suggestion
from content_map.services import asset_changes, asset_values, bulk, changing_many, tagging, undoing
from content_map.services.asset_changes import AssetChanges
from content_map.services.bulk import Selection
from content_map.services.changing_many import Change, Words

ACT = "suggestions"
LISTED_AT_MOST = 200


@dataclass(frozen=True, slots=True)
class Wish:
    """Which kinds of suggestions to take, and how sure they must be."""

    conversation: bool = True
    terms: bool = True
    min_confidence: float = PRESELECT_FROM


@dataclass(frozen=True, slots=True)
class Taken:
    """What an asset gets."""

    id: str
    title: str
    conversation: Conversation | None
    terms: tuple[str, ...]


@dataclass(slots=True)
class Outcome:
    """What the act did, or would do: assets changed, conversations and terms set; the first ones in full."""

    changed: int = 0
    conversations: int = 0
    terms: int = 0
    listed: list[Taken] = field(default_factory=list)
    undo: str | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Meant:
    change: Change
    suggestions: Sequence[Suggestion]


def preview(session: Session, selection: Selection, wish: Wish, *, actor: Actor, now: datetime) -> Outcome:
    """Say what the act would set; nothing is written. Raises NotAllowed, Invalid, Conflict."""
    require(actor, Right.EDIT_ASSET)
    outcome = Outcome()
    for meant in _decided(session, selection, wish, to_write=False, actor=actor, now=now):
        _count(outcome, meant)
    return outcome


def accept(session: Session, selection: Selection, wish: Wish, *, actor: Actor, now: datetime) -> Outcome:
    """Take the open suggestions of the chosen assets that are sure enough; a set conversation is never replaced.

    Raises NotAllowed, Invalid (too many at once), Conflict (the filter holds others than were looked at).
    """
    require(actor, Right.EDIT_ASSET)
    known = changing_many.words(session)
    outcome = Outcome()
    done: dict[str, Mapping[str, Any]] = {}
    taken: list[str] = []
    for meant in _decided(session, selection, wish, to_write=True, actor=actor, now=now):
        changing_many.write(session, [each.change for each in meant], known, actor=actor, now=now)
        for suggestion in (suggestion for each in meant for suggestion in each.suggestions):
            tagging.decide(suggestion, accept=True, actor=actor, now=now)
            taken.append(suggestion.id)
        session.flush()
        _count(outcome, meant)
        done |= {each.change.asset.id: each.change.difference for each in meant}
    if done:
        undo = undoing.remember(session, ACT, done, suggestions=taken, actor=actor, now=now)
        outcome.undo, outcome.expires_at = undo.id, undo.expires_at
    return outcome


def _decided(
    session: Session, selection: Selection, wish: Wish, *, to_write: bool, actor: Actor, now: datetime
) -> Iterator[list[_Meant]]:
    ids = bulk.chosen_ids(session, selection, actor=actor, now=now)
    known = changing_many.words(session)
    for part in changing_many.parts(session, ids, to_write=to_write):
        waiting = _waiting(session, [asset.id for asset in part], wish.min_confidence)
        meant = [_meant_for(asset, waiting.get(asset.id, ()), wish, known) for asset in part]
        yield [
            each
            for each in meant
            if each.change.difference
            and not asset_changes.problems(
                session, each.change.asset, each.change.changes, actor=actor, now=now
            )
        ]


def _waiting(session: Session, ids: Sequence[str], least: float) -> dict[str, list[Suggestion]]:
    """Load the open suggestions that are sure enough, by asset, the surest first."""
    found: dict[str, list[Suggestion]] = {}
    for suggestion in session.scalars(
        select(Suggestion)
        .where(
            Suggestion.asset_id.in_(ids),
            Suggestion.state == "open",
            Suggestion.confidence >= least,
            Suggestion.facet_key.in_([str(each) for each in tagging.TAGS]),
        )
        .order_by(Suggestion.confidence.desc(), Suggestion.value)
    ):
        found.setdefault(suggestion.asset_id, []).append(suggestion)
    return found


def _meant_for(asset: Asset, waiting: Sequence[Suggestion], wish: Wish, known: Words) -> _Meant:
    before = changing_many.present(asset)
    changes: AssetChanges = {}
    suggestions: list[Suggestion] = []
    sure = [each for each in waiting if each.facet_key == tagging.CONVERSATION]
    if wish.conversation and asset.conversation is None and sure:
        changes["conversation"] = Conversation(sure[0].value)
        suggestions.append(sure[0])
    if wish.terms:
        fresh = {
            f"{each.facet_key}:{each.value}": each
            for each in waiting
            if each.facet_key != tagging.CONVERSATION and _is_usable(each, known)
        }
        added = [key for key in fresh if key not in before[rules.TERMS]]
        if added:
            changes["terms"] = [*before[rules.TERMS], *added]
            suggestions += [fresh[key] for key in added]
    after = {**before, **asset_values.written(changes)}
    return _Meant(Change(asset, changes, rules.difference(before, after)), suggestions)


def _is_usable(suggestion: Suggestion, known: Words) -> bool:
    term = known.get(f"{suggestion.facet_key}:{suggestion.value}")
    return term is not None and term.retired_at is None


def _count(outcome: Outcome, part: Sequence[_Meant]) -> None:
    for each in part:
        conversation = each.change.changes.get("conversation")
        terms = tuple(
            f"{taken.facet_key}:{taken.value}"
            for taken in each.suggestions
            if taken.facet_key != tagging.CONVERSATION
        )
        outcome.changed += 1
        outcome.conversations += conversation is not None
        outcome.terms += len(terms)
        if len(outcome.listed) < LISTED_AT_MOST:
            asset = each.change.asset
            outcome.listed.append(Taken(asset.id, asset.title, conversation, terms))
