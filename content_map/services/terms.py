"""The vocabulary as marketers keep it: terms added, renamed, retired, removed and merged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypedDict

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from content_map.domain import wording
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.domain.vocabulary_rows import KEY, KEY_SENTENCE, faults_of
from content_map.domain.wording import Wording
from content_map.errors import Conflict, Invalid
from content_map.models import AssetTerm, Facet, Suggestion, Term, TermAlias
from content_map.services import audit
from content_map.services.vocabulary import get, note_change


class TermChanges(TypedDict, total=False):
    """What may change of a term; a missing part is left alone."""

    name: str
    aliases: Sequence[str]
    retired: bool


def add(
    session: Session,
    facet: str,
    name: str,
    *,
    key: str | None = None,
    aliases: Sequence[str] = (),
    actor: Actor,
    now: datetime,
) -> Term:
    """Add a term. Raises NotAllowed, Invalid, Conflict (the key, the name or an alias is another term's)."""
    require(actor, Right.MANAGE_TERMS)
    if session.get(Facet, facet) is None:
        keys = ", ".join(session.scalars(select(Facet.key).order_by(Facet.position)))
        raise Invalid.field("/facet", f"There is no facet {facet!r}. The facets are {keys}.")
    _refuse_faults(name, aliases)
    made_key = key or wording.key_of(name)
    if not KEY.fullmatch(made_key):
        raise Invalid.field("/key", KEY_SENTENCE)
    twin = session.scalar(
        select(Term).where(
            Term.facet_key == facet, (Term.key == made_key) | (func.lower(Term.name) == name.lower())
        )
    )
    if twin is not None:
        raise Conflict(f"The facet already has the term {twin.name!r}.", term=twin.full_key)
    term = Term(facet_key=facet, key=made_key, name=name)
    term.aliases = [TermAlias(alias=alias) for alias in wording.cleaned(aliases, name)]
    _refuse_clash(session, term)
    session.add(term)
    session.flush()
    audit.note(session, "term.added", "term", term.id, actor=actor, now=now, changes={"key": term.full_key})
    note_change(session)
    return term


def change(
    session: Session,
    term_id: str,
    *,
    name: str | None = None,
    aliases: Sequence[str] | None = None,
    retired: bool | None = None,
    actor: Actor,
    now: datetime,
) -> Term:
    """Rename a term (its id and key stay), replace its aliases, retire or wake it.

    Raises NotAllowed, NotFound, Conflict (the name or an alias is another term's).
    """
    require(actor, Right.MANAGE_TERMS)
    term = get(session, term_id)
    _refuse_faults(name if name is not None else term.name, aliases or ())
    before = _facts(term)
    if name is not None:
        term.name = name
    if aliases is not None:
        set_aliases(session, term, aliases)
    if retired is not None:
        term.retired_at = (term.retired_at or now) if retired else None
    _refuse_clash(session, term)
    session.flush()
    after = _facts(term)
    if changed := {key: [before[key], after[key]] for key in after if before[key] != after[key]}:
        audit.note(session, "term.changed", "term", term.id, actor=actor, now=now, changes=changed)
        note_change(session)
    return term


def remove(session: Session, term_id: str, *, actor: Actor, now: datetime) -> None:
    """Delete a term nobody uses. Raises NotAllowed, NotFound, Conflict (it is in use: retire or merge it)."""
    require(actor, Right.MANAGE_TERMS)
    term = get(session, term_id)
    used = carried_by(session, term)
    if used:
        raise Conflict(f"{used} assets carry this term. Retire it, or merge it into another one.", uses=used)
    audit.note(session, "term.removed", "term", term.id, actor=actor, now=now, changes={"key": term.full_key})
    for each in _suggestions(session, term):
        session.delete(each)
    session.delete(term)
    session.flush()
    note_change(session)


def merge(session: Session, term_id: str, into_id: str, *, actor: Actor, now: datetime) -> Term:
    """Move every tag and suggestion to another term of the facet; the old name and aliases become aliases.

    Raises NotAllowed, NotFound, Invalid (the same term, or one of another facet).
    """
    require(actor, Right.MANAGE_TERMS)
    term, into = get(session, term_id), get(session, into_id)
    if term.id == into.id or term.facet_key != into.facet_key:
        raise Invalid.field("/into", "Choose another term of the same facet.")
    moved = _move_tags(session, term, into)
    _move_suggestions(session, term, into)
    kept = [*(alias.alias for alias in into.aliases), term.name, *(alias.alias for alias in term.aliases)]
    facts = {"from": term.full_key, "name": term.name, "assets": moved}
    session.flush()
    session.delete(term)
    session.flush()
    set_aliases(session, into, kept)
    session.flush()
    audit.note(session, "term.merged", "term", into.id, actor=actor, now=now, changes=facts)
    note_change(session)
    return into


def carried_by(session: Session, term: Term) -> int:
    """Count the assets that carry a term, whatever their status."""
    return session.scalar(select(func.count()).where(AssetTerm.term_id == term.id)) or 0


def set_aliases(session: Session, term: Term, aliases: Iterable[str]) -> None:
    """Give a term exactly these aliases; its own name is none."""
    wanted = wording.cleaned(aliases, term.name)
    if sorted(row.alias for row in term.aliases) == sorted(wanted):
        return
    term.aliases.clear()
    session.flush()
    term.aliases = [TermAlias(alias=alias) for alias in wanted]


def _refuse_faults(name: str, aliases: Sequence[str]) -> None:
    if problems := list(faults_of(name, aliases)):
        raise Invalid(" ".join(each.detail for each in problems), problems)


def _refuse_clash(session: Session, term: Term) -> None:
    if term.retired_at is not None:
        return
    with session.no_autoflush:
        others = session.scalars(
            select(Term)
            .where(Term.facet_key == term.facet_key, Term.retired_at.is_(None), Term.id != (term.id or ""))
            .options(selectinload(Term.aliases))
        ).all()
    clashes = wording.clashes(wording_of(term), [wording_of(other) for other in others])
    if clashes:
        sentences = " ".join(each.sentence for each in clashes)
        raise Conflict(sentences, term=clashes[0].holder.ref, words=clashes[0].words)


def wording_of(term: Term) -> Wording:
    """A term's words, as the rules need them."""
    return Wording(term.full_key, term.name, tuple(alias.alias for alias in term.aliases))


def _facts(term: Term) -> dict[str, object]:
    return {
        "name": term.name,
        "aliases": sorted(alias.alias for alias in term.aliases),
        "retired": term.retired_at is not None,
    }


def _move_tags(session: Session, term: Term, into: Term) -> int:
    tags = session.scalars(select(AssetTerm).where(AssetTerm.term_id == term.id)).all()
    for tag in tags:
        if session.get(AssetTerm, (tag.asset_id, into.id)) is None:
            session.add(AssetTerm(asset_id=tag.asset_id, term_id=into.id, source=tag.source))
        session.delete(tag)
    return len(tags)


def _move_suggestions(session: Session, term: Term, into: Term) -> None:
    decided = {each.asset_id for each in _suggestions(session, into)}
    tagged = set(session.scalars(select(AssetTerm.asset_id).where(AssetTerm.term_id == into.id)))
    for each in _suggestions(session, term):
        if each.asset_id in decided or (each.state == "open" and each.asset_id in tagged):
            session.delete(each)
        else:
            each.value = into.key


def _suggestions(session: Session, term: Term) -> Sequence[Suggestion]:
    wanted = select(Suggestion).where(Suggestion.facet_key == term.facet_key, Suggestion.value == term.key)
    return session.scalars(wanted).all()
