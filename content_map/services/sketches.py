"""What finds copies again: hashes of a version's words and pages, looked up the other way round."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from content_map.domain.assets import State, Status
from content_map.extraction.words import words_in
from content_map.models import Asset, Page, SketchHash, Suggestion, Version, enqueue

REMEMBER = "remember-copies"
NEAR = "near-copies"
COPY = "copy"  # the facet of a suggestion that was dismissed: its value is the other asset
TWIN = "The same file is in the library already: “Copies” on its page says where, and what can be done."
# With 32 of one and all 128 of the other, files of up to eight times each other's length share some.
KEPT_HASHES = 32
CANDIDATES = 50
FINGERPRINT_WORDS = 8
_AFTER_READING = 7
TEXT_WORDS = 3  # fewer say nothing: a scan's page number, a logo


def fingerprint(text: str) -> str | None:
    """Give the same for pages that say the same, however they look; None under eight words."""
    words = words_in(text)
    return _digest(words).hex() if len(words) >= FINGERPRINT_WORDS else None


def fingerprints(pages: Iterable[tuple[int, str]]) -> Mapping[int, str | None]:
    """Give the fingerprint of each page, by number."""
    return {number: fingerprint(text) for number, text in pages}


def put_fingerprints(session: Session, version: Version, prints: Mapping[int, str | None]) -> None:
    """Note the fingerprints of pages that were written without them."""
    rows = [
        {"version_id": version.id, "number": number, "fingerprint": each} for number, each in prints.items()
    ]
    if rows:
        session.execute(update(Page), rows)


def remember(session: Session, version: Version) -> None:
    """Note what finds copies of a version whose pages are written, and warn of a twin nobody has decided on."""
    _remember_sketch(session, version)
    warn_of_twins(session, version)
    session.flush()
    # Looked for in a transaction of its own: of two files read at once the later look sees both.
    enqueue(session, NEAR, version.asset_id, dedupe_key=f"{NEAR}:{version.asset_id}", priority=_AFTER_READING)


def warn_of_twins(session: Session, version: Version) -> None:
    """Let the version's problem say that the same file is there already, or no longer say it."""
    undecided = twins(session, version) - decided_on(session, version.asset_id)
    said = (version.problem or "").replace(TWIN, "").strip()
    version.problem = " ".join(part for part in (said, TWIN if undecided else "") if part) or None


def twins(session: Session, version: Version) -> frozenset[str]:
    """List the assets that have, or had, the very same file; none while it is not hashed."""
    if version.sha256 is None:
        return frozenset()
    same = (
        select(Version.asset_id)
        .join(Asset, Asset.id == Version.asset_id)
        .where(Version.sha256 == version.sha256, Version.asset_id != version.asset_id)
        .where(Asset.status != Status.ARCHIVED.value)
        .distinct()
    )
    return frozenset(session.scalars(same))


def decided_on(session: Session, asset_id: str) -> frozenset[str]:
    """List the assets of which somebody said that they are different."""
    mine = select(Suggestion.value).where(
        Suggestion.asset_id == asset_id, Suggestion.facet_key == COPY, Suggestion.state == "dismissed"
    )
    return frozenset(session.scalars(mine))


def candidates(session: Session, version: Version) -> Sequence[Version]:
    """Load the current versions that share hashes with this one, those that share most first."""
    if version.sketch:
        wanted = [signed(each) for each in version.sketch]
    else:
        own = select(SketchHash.hash).where(SketchHash.version_id == version.id)
        wanted = list(session.scalars(own))
    sharing = (
        select(SketchHash.version_id, func.count().label("shared"))
        .where(SketchHash.hash.in_(wanted), SketchHash.version_id != version.id)
        .group_by(SketchHash.version_id)
        .order_by(func.count().desc(), SketchHash.version_id)
        .limit(CANDIDATES)
        .subquery()
    )
    current = (
        select(Version)
        .join(sharing, sharing.c.version_id == Version.id)
        .join(Asset, Asset.id == Version.asset_id)
        .where(Asset.version_number == Version.number, Asset.id != version.asset_id)
        .where(Asset.status != Status.ARCHIVED.value)
    )
    return session.scalars(current).all() if wanted else ()


def signed(number: int) -> int:
    """Give the signed number of the same 64 bits, as the database keeps a hash."""
    return number - 2**64 if number >= 2**63 else number


def _remember_sketch(session: Session, version: Version) -> None:
    current = session.scalar(select(Asset.version_number).where(Asset.id == version.asset_id))
    if current != version.number:
        return
    mine = select(Version.id).where(Version.asset_id == version.asset_id)
    session.execute(delete(SketchHash).where(SketchHash.version_id.in_(mine)))
    hashes = _kept(session, version) if version.state == State.READY else ()
    if hashes:
        session.execute(insert(SketchHash), [{"hash": each, "version_id": version.id} for each in hashes])


def _kept(session: Session, version: Version) -> Sequence[int]:
    if version.sketch:
        return [signed(each) for each in sorted(version.sketch)[:KEPT_HASHES]]
    texts = session.scalars(select(Page.text).where(Page.version_id == version.id).order_by(Page.number))
    words = [word for text in texts for word in words_in(text)]
    # Too short for a sample: found by the whole of its words, or not at all.
    return [signed(int.from_bytes(_digest(words)[:8], "big"))] if len(words) >= TEXT_WORDS else []


def _digest(words: Sequence[str]) -> bytes:
    said = " ".join(words).encode("utf-8", "replace")
    return hashlib.blake2b(said, digest_size=16).digest()
