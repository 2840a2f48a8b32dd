"""The controlled vocabulary: installed from the shipped file, kept by marketers, compiled for the parser."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, selectinload

from content_map.db import new_id
from content_map.domain import vocabulary as rules
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, allows
from content_map.domain.synonyms import SynonymPair
from content_map.domain.vocabulary_rows import TermRow
from content_map.errors import NotFound
from content_map.models import Asset, AssetTerm, Facet, Mark, Synonym, Term, TermAlias
from content_map.services import library
from content_map.services.shipped import shipped_cues, shipped_terms

_VERSION = "vocabulary_version"


def install_first(session: Session) -> None:
    """Fill an empty database with the nine facets and the shipped vocabulary."""
    if session.scalar(select(func.count()).select_from(Facet)):
        return
    for position, (facet, name) in enumerate(rules.FACET_NAMES.items(), start=1):
        session.add(Facet(key=facet.value, name=name, position=position))
    session.flush()
    add_rows(session, shipped_terms())


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
    note_change(session)


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
    """The vocabulary as the parser needs it, compiled again when the stored version moves; thread-safe.

    The search that meets a new version compiles it and reads by it. What is asked beside it in the same process
    goes on with the version before: a second at 50,000 aliases, for which nobody else has to wait.
    """

    def __init__(self) -> None:
        self._compiling = threading.Lock()
        self._held: tuple[str, rules.Vocabulary] | None = None

    def current(self, session: Session) -> rules.Vocabulary:
        """Return the vocabulary of this moment; costs one primary-key read when nothing changed."""
        mark = session.get(Mark, _VERSION)
        version = mark.value if mark else "0"
        held = self._held
        if held is not None and held[0] == version:
            return held[1]
        if not self._compiling.acquire(blocking=held is None) and held is not None:
            return held[1]
        try:
            if self._held is None or self._held[0] != version:
                self._held = (version, _compile(session))
            return self._held[1]
        finally:
            self._compiling.release()


def _compile(session: Session) -> rules.Vocabulary:
    aliases: dict[str, list[str]] = {}
    for term_id, alias in session.execute(
        select(TermAlias.term_id, TermAlias.alias).order_by(TermAlias.term_id, TermAlias.alias)
    ):
        aliases.setdefault(term_id, []).append(alias)
    rows = session.execute(
        select(Term.id, Term.facet_key, Term.key, Term.name)
        .where(Term.retired_at.is_(None))
        .order_by(Term.id)
    )
    terms = [
        rules.Term(rules.Facet(facet), key, name, tuple(aliases.get(term_id, ())))
        for term_id, facet, key, name in rows
    ]
    pairs = session.execute(select(Synonym.said, Synonym.means, Synonym.both_ways))
    return rules.Vocabulary(terms, shipped_cues(), [SynonymPair(*pair) for pair in pairs])


def note_change(session: Session) -> None:
    """Let every process compile the vocabulary again."""
    mark = session.get(Mark, _VERSION, with_for_update=True)
    if mark is None:
        session.add(Mark(name=_VERSION, value="1"))
    else:
        mark.value = str(int(mark.value) + 1)
    session.flush()
