"""The index follows the database: refreshed by jobs, rebuilt and verified by command."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from content_map.db import Sessions
from content_map.domain.assets import Status
from content_map.domain.days import number_of
from content_map.domain.situations import SURE_FROM
from content_map.domain.vocabulary import Facet
from content_map.models import Asset, AssetTerm, Job, Page, Suggestion, Term, Version, enqueue_index
from content_map.models.outbox import INDEX
from content_map.services import near_copies
from search.contract import Document, SearchIndex, SearchUnavailable

BATCH = 200
ALIASES_INDEXED = 12  # of each term that an asset carries, the shortest
LEASE = "index"  # held by whoever writes the index


@dataclass(frozen=True, slots=True)
class Difference:
    """What `verify` found: assets the index lacks or holds stale, and ids it should not hold."""

    missing: tuple[str, ...]
    stale: tuple[str, ...]
    surplus: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale or self.surplus)


def refresh(sessions: Sessions, index: SearchIndex, asset_ids: Sequence[str], *, now: datetime) -> None:
    """Bring these assets in the index to what the database says, in one commit. Raises SearchUnavailable.

    An index that is missing or broken is made anew, with all there is: these alone would pass for the whole.
    """
    if mend(sessions, index, now=now):
        return
    with sessions.read() as session:
        documents = list(documents_of(session, asset_ids, now=now))
    found = {document.id for document in documents}
    index.apply(documents, deleted=[asset_id for asset_id in asset_ids if asset_id not in found])


def mend(sessions: Sessions, index: SearchIndex, *, now: datetime) -> bool:
    """Make the index anew where it cannot be read; says whether it had to. Raises SearchUnavailable."""
    try:
        index.check()
    except SearchUnavailable:
        rebuild(sessions, index, now=now)
        return True
    return False


def rebuild(sessions: Sessions, index: SearchIndex, *, now: datetime) -> int:
    """Write a new index from the database beside the live one and swap it in; returns the number of assets."""
    return index.rebuild(all_documents(sessions, now=now))


def verify(sessions: Sessions, index: SearchIndex, *, now: datetime) -> Difference:
    """Compare the index with the database and leave a job for each difference. Raises SearchUnavailable."""
    indexed = dict(index.versions())
    wanted = {document.id: document.version for document in all_documents(sessions, now=now)}
    difference = Difference(
        missing=tuple(sorted(wanted.keys() - indexed.keys())),
        stale=tuple(sorted(key for key in wanted.keys() & indexed.keys() if wanted[key] != indexed[key])),
        surplus=tuple(sorted(indexed.keys() - wanted.keys())),
    )
    if difference:
        with sessions.write() as session:
            enqueue_index(session, [*difference.missing, *difference.stale, *difference.surplus])
    return difference


def all_documents(sessions: Sessions, *, now: datetime) -> Iterator[Document]:
    """Yield every asset that belongs in the index, a batch to a transaction."""
    last = ""
    while True:
        with sessions.read() as session:
            ids = session.scalars(
                select(Asset.id).where(Asset.id > last).order_by(Asset.id).limit(BATCH)
            ).all()
            if not ids:
                return
            documents = list(documents_of(session, ids, now=now))
        yield from documents
        last = ids[-1]


def documents_of(session: Session, asset_ids: Sequence[str], *, now: datetime) -> Iterator[Document]:
    """Make the documents of those assets that reps may find at `now`; the others yield nothing."""
    listed = session.scalars(
        select(Asset)
        .where(
            Asset.id.in_(asset_ids),
            Asset.status == Status.PUBLISHED.value,
            or_(Asset.publish_at.is_(None), Asset.publish_at <= now),
            or_(Asset.expires_at.is_(None), Asset.expires_at > now),
        )
        .options(
            joinedload(Asset.current)
            .selectinload(Version.pages)
            .load_only(Page.number, Page.title, Page.text),
            selectinload(Asset.terms).joinedload(AssetTerm.term).selectinload(Term.aliases),
        )
        .order_by(Asset.id)
    )
    suggested = _suggested(session, asset_ids)
    groups = near_copies.groups(session, asset_ids)
    for asset in listed.unique():
        yield _document(asset, suggested.get(asset.id, ()), groups.get(asset.id, asset.id))


def assets_with_term(session: Session, term_id: str) -> Sequence[str]:
    """List the assets that carry a term."""
    return session.scalars(select(AssetTerm.asset_id).where(AssetTerm.term_id == term_id)).all()


def hidden(session: Session, *, now: datetime) -> frozenset[str]:
    """List the assets that the index may still show though they are not live: their jobs are due and not done."""
    due = (
        select(Asset.id)
        .join(Job, Job.subject == Asset.id)
        .where(Job.kind == INDEX, Job.run_at <= now)
        .where(
            or_(
                Asset.status != Status.PUBLISHED.value,
                Asset.publish_at > now,
                Asset.expires_at <= now,
            )
        )
    )
    return frozenset(session.scalars(due))


def _suggested(session: Session, asset_ids: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """Load the terms that the machine is sure of and nobody has decided on, by asset."""
    rows = session.execute(
        select(Suggestion.asset_id, Suggestion.facet_key, Suggestion.value).where(
            Suggestion.asset_id.in_(asset_ids),
            Suggestion.state == "open",
            Suggestion.confidence >= SURE_FROM,
            Suggestion.facet_key.in_([facet.value for facet in Facet]),
        )
    )
    found: dict[str, list[str]] = {}
    for asset_id, facet, value in rows:
        found.setdefault(asset_id, []).append(f"{facet}:{value}")
    return found


def _document(asset: Asset, suggested: Sequence[str], group: str) -> Document:
    tags = sorted(asset.terms, key=lambda tag: tag.term.full_key)
    words = [asset.summary or "", *(str(value) for value in asset.guide.values() if isinstance(value, str))]
    for tag in tags:
        # The parser reads the others: an asset must not read as an asset about every way to say its terms.
        shortest = sorted((alias.alias for alias in tag.term.aliases), key=lambda said: (len(said), said))
        words += [tag.term.name, *shortest[:ALIASES_INDEXED]]
    pages = tuple((page.number, page.text) for page in asset.current.pages if page.text)
    terms = tuple(tag.term.full_key for tag in tags)
    document = Document(
        id=asset.id,
        version=0,
        title=asset.title,
        body="\n".join(word for word in words if word),
        pages=pages,
        terms=terms,
        conversation=asset.conversation or "",
        language=asset.current.language or "en",
        group=group,
        suggested=tuple(sorted(set(suggested).difference(terms))),
        dated=number_of(asset.current.created_at.date()),
        review_by=number_of(asset.review_by) if asset.review_by else 0,
    )
    return _with_fingerprint(document)


def _with_fingerprint(document: Document) -> Document:
    parts: Iterable[object] = (
        document.title,
        document.body,
        document.pages,
        document.terms,
        document.conversation,
        document.language,
        document.group,
        document.suggested,
        document.dated,
        document.review_by,
    )
    digest = hashlib.blake2b(json.dumps(list(parts)).encode(), digest_size=8).digest()
    fingerprint = int.from_bytes(digest, "big") >> 1  # fits a signed 64-bit column
    return replace(document, version=fingerprint)
