"""The controlled vocabulary: installed from the shipped file, kept by marketers, compiled for the parser."""

from __future__ import annotations

import csv
import re
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, selectinload

from content_map.db import new_id
from content_map.domain import vocabulary as rules
from content_map.domain.conversations import Conversation
from content_map.domain.cues import ConversationCue
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, allows, require
from content_map.errors import Conflict, Invalid, NotFound
from content_map.models import Asset, AssetTerm, Facet, Mark, Term, TermAlias
from content_map.services import audit, library

ALIAS_CHARACTERS = 200
_VERSION = "vocabulary_version"
_SHIPPED = Path(str(files("content_map"))) / "first_vocabulary"


@dataclass(frozen=True, slots=True)
class TermRow:
    """A line of a vocabulary file."""

    facet: str
    key: str
    name: str
    aliases: tuple[str, ...]


def read_terms(path: Path) -> list[TermRow]:
    """Read a vocabulary file: `facet,key,name,aliases` with `;` between aliases."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            TermRow(
                row["facet"],
                row["key"],
                row["name"],
                tuple(alias.strip() for alias in row["aliases"].split(";") if alias.strip()),
            )
            for row in csv.DictReader(file)
        ]


def read_cues(path: Path) -> list[ConversationCue]:
    """Read the words that speak for a conversation: `conversation,cue,weight`."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            ConversationCue(Conversation(row["conversation"]), row["cue"], float(row["weight"]))
            for row in csv.DictReader(file)
        ]


def install_first(session: Session) -> None:
    """Fill an empty database with the nine facets and the shipped vocabulary."""
    if session.scalar(select(func.count()).select_from(Facet)):
        return
    for position, (facet, name) in enumerate(rules.FACET_NAMES.items(), start=1):
        session.add(Facet(key=facet.value, name=name, position=position))
    session.flush()
    add_rows(session, read_terms(_SHIPPED / "terms.csv"))


def add_rows(session: Session, rows: Iterable[TermRow]) -> None:
    """Add terms that are not there yet; present ones are left as people made them."""
    present = {term.full_key for term in session.scalars(select(Term))}
    fresh = [(new_id(), row) for row in rows if f"{row.facet}:{row.key}" not in present]
    if not fresh:
        return
    # In bulk, past the outbox: no asset can carry a term that is new.
    session.execute(
        insert(Term),
        [{"id": id_, "facet_key": row.facet, "key": row.key, "name": row.name} for id_, row in fresh],
    )
    aliases = [
        {"term_id": id_, "alias": alias}
        for id_, row in fresh
        for alias in {alias.casefold(): alias for alias in row.aliases}.values()
    ]
    if aliases:
        session.execute(insert(TermAlias), aliases)
    session.flush()
    _changed(session)


def facets(session: Session) -> Sequence[Facet]:
    """List the facets with their terms and aliases, the retired ones too."""
    return session.scalars(
        select(Facet).order_by(Facet.position).options(selectinload(Facet.terms).selectinload(Term.aliases))
    ).all()


def uses(session: Session, *, actor: Actor, now: datetime) -> dict[str, int]:
    """Count the assets that carry each term, by term id; live ones alone for whom no others exist."""
    carried = select(AssetTerm.term_id, func.count()).group_by(AssetTerm.term_id)
    if not allows(actor, Right.SEE_DRAFTS):
        carried = carried.join(Asset, Asset.id == AssetTerm.asset_id).where(library.live(now))
    return dict(session.execute(carried).all())


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
    """Add a term. Raises NotAllowed, Invalid, Conflict (the key or the name is taken)."""
    require(actor, Right.MANAGE_TERMS)
    if session.get(Facet, facet) is None:
        keys = ", ".join(session.scalars(select(Facet.key).order_by(Facet.position)))
        raise Invalid.field("/facet", f"There is no facet {facet!r}. The facets are {keys}.")
    made_key = key or re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,79}", made_key):
        raise Invalid.field(
            "/key", "A key is made of small letters, digits and hyphens, such as health-care."
        )
    twin = session.scalar(
        select(Term).where(
            Term.facet_key == facet, (Term.key == made_key) | (func.lower(Term.name) == name.lower())
        )
    )
    if twin is not None:
        raise Conflict(f"The facet already has the term {twin.name!r}.", term=twin.full_key)
    term = Term(facet_key=facet, key=made_key, name=name)
    term.aliases = _aliases(aliases)
    session.add(term)
    session.flush()
    audit.note(session, "term.added", "term", term.id, actor=actor, now=now, changes={"key": term.full_key})
    _changed(session)
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
    """Rename a term (its id and key stay), replace its aliases, retire or wake it. Raises NotAllowed, NotFound."""
    require(actor, Right.MANAGE_TERMS)
    term = get(session, term_id)
    if name is not None:
        term.name = name
    if aliases is not None:
        term.aliases.clear()
        session.flush()
        term.aliases = _aliases(aliases)
    if retired is not None:
        term.retired_at = now if retired else None
    session.flush()
    audit.note(session, "term.changed", "term", term.id, actor=actor, now=now, changes={"name": term.name})
    _changed(session)
    return term


def remove(session: Session, term_id: str, *, actor: Actor, now: datetime) -> None:
    """Delete a term nobody uses. Raises NotAllowed, NotFound, Conflict (it is in use: retire or merge it)."""
    require(actor, Right.MANAGE_TERMS)
    term = get(session, term_id)
    used = session.scalar(select(func.count()).where(AssetTerm.term_id == term.id)) or 0
    if used:
        raise Conflict(f"{used} assets carry this term. Retire it, or merge it into another one.", uses=used)
    audit.note(session, "term.removed", "term", term.id, actor=actor, now=now, changes={"key": term.full_key})
    session.delete(term)
    session.flush()
    _changed(session)


def merge(session: Session, term_id: str, into_id: str, *, actor: Actor, now: datetime) -> Term:
    """Move every tag to another term of the facet; the old name and aliases become aliases. Raises as `change`."""
    require(actor, Right.MANAGE_TERMS)
    term, into = get(session, term_id), get(session, into_id)
    if term.id == into.id or term.facet_key != into.facet_key:
        raise Invalid.field("/into", "Choose another term of the same facet.")
    for tag in session.scalars(select(AssetTerm).where(AssetTerm.term_id == term.id)).all():
        if session.get(AssetTerm, (tag.asset_id, into.id)) is None:
            session.add(AssetTerm(asset_id=tag.asset_id, term_id=into.id, source=tag.source))
        session.delete(tag)
    kept = [*(alias.alias for alias in into.aliases), term.name, *(alias.alias for alias in term.aliases)]
    session.flush()
    session.delete(term)
    session.flush()
    into.aliases.clear()
    session.flush()
    into.aliases = _aliases([alias for alias in kept if alias.casefold() != into.name.casefold()])
    session.flush()
    audit.note(session, "term.merged", "term", into.id, actor=actor, now=now, changes={"from": term.full_key})
    _changed(session)
    return into


def get(session: Session, term_id: str) -> Term:
    """Load a term by id or by `facet:term`. Raises NotFound."""
    facet, colon, key = term_id.partition(":")
    found = (
        session.scalar(select(Term).where(Term.facet_key == facet, Term.key == key))
        if colon
        else session.get(Term, term_id)
    )
    if found is None:
        raise NotFound("There is no such term.")
    return found


class Compiled:
    """The vocabulary as the parser needs it, compiled again when the stored version moves; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._version = ""
        self._vocabulary: rules.Vocabulary | None = None

    def current(self, session: Session) -> rules.Vocabulary:
        """Return the vocabulary of this moment; costs one primary-key read when nothing changed."""
        mark = session.get(Mark, _VERSION)
        version = mark.value if mark else "0"
        with self._lock:
            if self._vocabulary is None or version != self._version:
                self._vocabulary, self._version = _compile(session), version
            return self._vocabulary


def _compile(session: Session) -> rules.Vocabulary:
    rows = session.scalars(
        select(Term).where(Term.retired_at.is_(None)).options(selectinload(Term.aliases)).order_by(Term.id)
    )
    terms = [
        rules.Term(
            rules.Facet(term.facet_key), term.key, term.name, tuple(alias.alias for alias in term.aliases)
        )
        for term in rows
    ]
    return rules.Vocabulary(terms, read_cues(_SHIPPED / "conversation_cues.csv"))


def _changed(session: Session) -> None:
    mark = session.get(Mark, _VERSION, with_for_update=True)
    if mark is None:
        session.add(Mark(name=_VERSION, value="1"))
    else:
        mark.value = str(int(mark.value) + 1)
    session.flush()


def _aliases(aliases: Iterable[str]) -> list[TermAlias]:
    cleaned = {
        " ".join(alias.split()).casefold(): " ".join(alias.split())[:ALIAS_CHARACTERS] for alias in aliases
    }
    return [TermAlias(alias=alias) for key, alias in cleaned.items() if key]
