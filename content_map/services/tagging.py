"""Tags and suggestions: which terms an asset carries, and what the machine would add."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from content_map.domain.nearest import nearest
from content_map.domain.people import Actor
from content_map.domain.vocabulary import Facet
from content_map.errors import FieldError, Invalid
from content_map.models import Asset, AssetTerm, Suggestion, Term, enqueue_index

CONVERSATION = "conversation"
TAGS = (CONVERSATION, *Facet)  # what a suggestion of a tag may be for; other suggestions are not decided here


def set_terms(session: Session, asset: Asset, full_keys: Sequence[str]) -> None:
    """Give the asset exactly these confirmed terms (`facet:term`). Raises Invalid, with the nearest match.

    A retired term may be named where the asset carries it already: saving a form must not lose it.
    """
    present = {tag.term_id: tag for tag in _tags(session, asset)}
    wanted = {term.id for term in find_terms(session, full_keys, carried=present.keys())}
    for term_id, tag in present.items():
        if term_id not in wanted:
            session.delete(tag)
    for term_id in sorted(wanted - present.keys()):
        session.add(AssetTerm(asset_id=asset.id, term_id=term_id))
    session.flush()


def find_terms(
    session: Session, full_keys: Iterable[str], *, carried: Collection[str] = (), pointer: str = "/terms"
) -> list[Term]:
    """Load terms by `facet:term`; of the retired only those `carried`, by id. Raises Invalid for unknown ones."""
    keys = list(dict.fromkeys(full_keys))
    if not keys:
        return []
    usable = or_(Term.retired_at.is_(None), Term.id.in_(carried))
    known = {term.full_key: term for term in session.scalars(select(Term).where(usable))}
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
    """Forget open suggestions of tags, before they are made anew."""
    session.execute(delete(Suggestion).where(Suggestion.asset_id == asset.id, _is_open()))
    enqueue_index(session, [asset.id])  # past the session, so past the outbox


def open_suggestions(session: Session, asset: Asset) -> Sequence[Suggestion]:
    """List what is still to be decided, the surest first; what the asset carries already is no question."""
    tagged = carried(session, asset)
    return [
        each
        for each in _open(session, asset)
        if f"{each.facet_key}:{each.value}" not in tagged
        and (each.facet_key != CONVERSATION or asset.conversation is None)
    ]


def decided(session: Session, asset: Asset) -> frozenset[str]:
    """List what was accepted or dismissed for an asset, as `facet:value`: it never comes back."""
    mine = select(Suggestion.facet_key, Suggestion.value).where(
        Suggestion.asset_id == asset.id, Suggestion.state != "open"
    )
    return frozenset(f"{facet}:{value}" for facet, value in session.execute(mine))


def carried(session: Session, asset: Asset) -> frozenset[str]:
    """List the terms an asset carries, as `facet:term`."""
    mine = select(Term).join(AssetTerm, AssetTerm.term_id == Term.id).where(AssetTerm.asset_id == asset.id)
    return frozenset(term.full_key for term in session.scalars(mine))


def settle(session: Session, asset: Asset, *, actor: Actor, now: datetime) -> None:
    """Decide the open suggestions that a change of the tags has answered.

    What the asset carries now was accepted. A conversation that was surer than the chosen one was dismissed,
    one less sure was never weighed and goes away.
    """
    rows = _open(session, asset)
    tagged = carried(session, asset) if rows else frozenset()
    passed_over = True
    for each in rows:
        if each.facet_key != CONVERSATION:
            if f"{each.facet_key}:{each.value}" in tagged:
                decide(each, accept=True, actor=actor, now=now)
        elif asset.conversation is not None:
            if each.value == asset.conversation:
                decide(each, accept=True, actor=actor, now=now)
                passed_over = False
            elif passed_over:
                decide(each, accept=False, actor=actor, now=now)
            else:
                session.delete(each)


def decide(suggestion: Suggestion, *, accept: bool, actor: Actor, now: datetime) -> None:
    """Record who took or dismissed a suggestion, and when."""
    suggestion.state = "accepted" if accept else "dismissed"
    suggestion.decided_by, suggestion.decided_at = actor.id, now


def is_answered() -> ColumnElement[bool]:
    """The condition under which a suggestion, joined with its asset, is no question: it has the tag, or a home."""
    tagged = (
        select(AssetTerm.asset_id)
        .join(Term, Term.id == AssetTerm.term_id)
        .where(
            AssetTerm.asset_id == Suggestion.asset_id,
            Term.facet_key == Suggestion.facet_key,
            Term.key == Suggestion.value,
        )
    )
    has_conversation = and_(Suggestion.facet_key == CONVERSATION, Asset.conversation.is_not(None))
    return or_(has_conversation, exists(tagged))


def facet_counts(session: Session, asset_ids: Sequence[str]) -> dict[str, int]:
    """Count the distinct facets of each asset; only assets with at least one term are in it."""
    rows = session.execute(
        select(AssetTerm.asset_id, func.count(func.distinct(Term.facet_key)))
        .join(Term, Term.id == AssetTerm.term_id)
        .where(AssetTerm.asset_id.in_(asset_ids))
        .group_by(AssetTerm.asset_id)
    )
    return {row[0]: row[1] for row in rows}


def _open(session: Session, asset: Asset) -> Sequence[Suggestion]:
    mine = select(Suggestion).where(Suggestion.asset_id == asset.id, _is_open())
    return session.scalars(mine.order_by(Suggestion.confidence.desc(), Suggestion.value)).all()


def _is_open() -> ColumnElement[bool]:
    return and_(Suggestion.state == "open", Suggestion.facet_key.in_([str(each) for each in TAGS]))


def _tags(session: Session, asset: Asset) -> Sequence[AssetTerm]:
    return session.scalars(select(AssetTerm).where(AssetTerm.asset_id == asset.id)).all()


def _unknown(key: str, known: Iterable[str]) -> str:
    match = nearest(key, known)
    hint = f" Did you mean {match}?" if match else " GET /facets lists them."
    return f"There is no term {key!r}.{hint}"
