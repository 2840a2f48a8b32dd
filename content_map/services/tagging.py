"""Tags and suggestions: which terms an asset carries, and what the machine would add."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from content_map.domain.conversations import Conversation
from content_map.domain.nearest import nearest
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.errors import FieldError, Invalid, NotFound
from content_map.models import Asset, AssetTerm, Suggestion, Term

CONVERSATION = "conversation"


def set_terms(session: Session, asset: Asset, full_keys: Sequence[str]) -> None:
    """Give the asset exactly these confirmed terms (`facet:term`). Raises Invalid, with the nearest match."""
    wanted = {term.id for term in find_terms(session, full_keys)}
    present = {tag.term_id: tag for tag in _tags(session, asset)}
    for term_id, tag in present.items():
        if term_id not in wanted:
            session.delete(tag)
    for term_id in sorted(wanted - present.keys()):
        session.add(AssetTerm(asset_id=asset.id, term_id=term_id))
    session.flush()


def find_terms(session: Session, full_keys: Iterable[str], *, pointer: str = "/terms") -> list[Term]:
    """Load terms by `facet:term`, without those that are retired. Raises Invalid naming each unknown one."""
    keys = list(dict.fromkeys(full_keys))
    if not keys:
        return []
    known = {term.full_key: term for term in session.scalars(select(Term).where(Term.retired_at.is_(None)))}
    problems = [
        FieldError(f"{pointer}/{place}", _unknown(key, known))
        for place, key in enumerate(keys)
        if key not in known
    ]
    if problems:
        raise Invalid(" ".join(each.detail for each in problems), problems)
    return [known[key] for key in keys]


def suggest(
    session: Session,
    asset: Asset,
    facet: str,
    value: str,
    *,
    confidence: float,
    evidence: dict[str, object],
) -> None:
    """Leave or refresh an open suggestion; one that was decided stays decided."""
    present = session.scalar(
        select(Suggestion).where(
            Suggestion.asset_id == asset.id, Suggestion.facet_key == facet, Suggestion.value == value
        )
    )
    if present is None:
        present = Suggestion(asset_id=asset.id, facet_key=facet, value=value)
        session.add(present)
    present.confidence, present.evidence = confidence, evidence


def clear_open(session: Session, asset: Asset) -> None:
    """Forget open suggestions, before a new version's are made."""
    session.execute(delete(Suggestion).where(Suggestion.asset_id == asset.id, Suggestion.state == "open"))


def open_suggestions(session: Session, asset: Asset) -> Sequence[Suggestion]:
    """List what is still to be decided, the surest first."""
    mine = select(Suggestion).where(Suggestion.asset_id == asset.id, Suggestion.state == "open")
    return session.scalars(mine.order_by(Suggestion.confidence.desc(), Suggestion.value)).all()


def decide(
    session: Session, asset: Asset, suggestion_id: str, accept: bool, *, actor: Actor, now: datetime
) -> Suggestion:
    """Take or dismiss a suggestion; taking one sets the tag. Raises NotAllowed, NotFound, Invalid."""
    require(actor, Right.EDIT_ASSET)
    suggestion = session.get(Suggestion, suggestion_id)
    if suggestion is None or suggestion.asset_id != asset.id:
        raise NotFound("There is no such suggestion for this asset.")
    suggestion.state = "accepted" if accept else "dismissed"
    suggestion.decided_by, suggestion.decided_at = actor.id, now
    if accept and suggestion.facet_key == CONVERSATION:
        asset.conversation = Conversation(suggestion.value)
    elif accept:
        (term,) = find_terms(session, [f"{suggestion.facet_key}:{suggestion.value}"])
        if session.get(AssetTerm, (asset.id, term.id)) is None:
            session.add(AssetTerm(asset_id=asset.id, term_id=term.id))
    session.flush()
    return suggestion


def facet_counts(session: Session, asset_ids: Sequence[str]) -> dict[str, int]:
    """Count the distinct facets of each asset; only assets with at least one term are in it."""
    rows = session.execute(
        select(AssetTerm.asset_id, func.count(func.distinct(Term.facet_key)))
        .join(Term, Term.id == AssetTerm.term_id)
        .where(AssetTerm.asset_id.in_(asset_ids))
        .group_by(AssetTerm.asset_id)
    )
    return {asset_id: count for asset_id, count in rows}


def _tags(session: Session, asset: Asset) -> Sequence[AssetTerm]:
    return session.scalars(select(AssetTerm).where(AssetTerm.asset_id == asset.id)).all()


def _unknown(key: str, known: Iterable[str]) -> str:
    match = nearest(key, known)
    hint = f" Did you mean {match}?" if match else " GET /facets lists them."
    return f"There is no term {key!r}.{hint}"
