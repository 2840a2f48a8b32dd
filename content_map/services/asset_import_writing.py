"""What was decided on a table's rows is written: many assets at once, under the rules of a single one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from content_map.domain.asset_rows import LANGUAGE
from content_map.domain.assets import Kind
from content_map.domain.people import Actor
from content_map.domain.versions import FIRST_LABEL, Change, next_label
from content_map.errors import Conflict
from content_map.models import Version
from content_map.models.outbox import enqueue_each
from content_map.services import assets, audit, changing_many, links, objects
from content_map.services.asset_import_deciding import Decision
from content_map.services.asset_import_places import Address, BucketObject, made_at
from content_map.services.changing_many import Words
from content_map.services.ingest import EXTRACT, LINK
from content_map.services.receiving import Received


def write(
    session: Session,
    decisions: Sequence[Decision],
    taken: Mapping[int, Received],
    known: Words,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Write one part of a table. Raises Conflict: somebody changed the library between the look and the act."""
    fresh = [each for each in decisions if each.version is None]
    changed = [each for each in decisions if each.version is not None and each.difference]
    if fresh:
        _create(session, fresh, taken, known, actor, now)
    if changed:
        changing_many.write(session, [_change(each) for each in changed], known, actor=actor, now=now)
    for each in changed:
        if LANGUAGE in each.difference and each.version is not None:
            each.version.language = each.difference[LANGUAGE][1]
    moved = [
        (each, each.version) for each in decisions if each.version is not None and each.place is not None
    ]
    if moved:
        _add_next_versions(session, moved, taken, actor, now)
    session.flush()


def _create(
    session: Session,
    fresh: Sequence[Decision],
    taken: Mapping[int, Received],
    known: Words,
    actor: Actor,
    now: datetime,
) -> None:
    versions = [_version(each, 1, FIRST_LABEL, taken, actor, now) for each in fresh]
    session.add_all([*(each.asset for each in fresh), *versions])
    changes = [_change(each) for each in fresh]
    changing_many.write(session, changes, known, action="asset.created", actor=actor, now=now)
    _read_later(session, versions)


def _change(decision: Decision) -> changing_many.Change:
    return changing_many.Change(decision.asset, decision.changes, decision.difference)


def _version(
    decision: Decision,
    number: int,
    label: str,
    taken: Mapping[int, Received],
    actor: Actor,
    now: datetime,
) -> Version:
    place = decision.place
    version = Version(
        asset_id=decision.asset.id,
        number=number,
        label=label,
        language=decision.row.values.get(LANGUAGE),
        created_by=actor.id,
        created_at=made_at(place, now) if place else now,
    )
    if isinstance(place, Address):
        version.url = place.url
        version.file_name = links.file_name_of(place.url)
        version.size_bytes, version.media_type, version.kind = 0, links.WEB_PAGE, Kind.LINK
        return version
    received = taken.get(decision.row.index)
    if received is None:
        raise Conflict("The library was changed while the table was read. Nothing was imported; try again.")
    version.store_key, version.sha256 = received.store_key, received.sha256
    version.file_name, version.size_bytes = received.file_name, received.size_bytes
    version.media_type, version.kind = received.media_type, received.kind
    return version


def _add_next_versions(
    session: Session,
    moved: Sequence[tuple[Decision, Version]],
    taken: Mapping[int, Received],
    actor: Actor,
    now: datetime,
) -> None:
    versions = [_next_version(decision, before, taken, actor, now) for decision, before in moved]
    session.add_all(versions)
    session.flush()
    _read_later(session, versions)
    noted = {
        version.asset_id: {"version": version.number, "file": version.url or version.file_name}
        for version in versions
    }
    audit.note_each(session, "asset.version_added", "asset", noted, actor=actor, now=now)


def _next_version(
    decision: Decision, before: Version, taken: Mapping[int, Received], actor: Actor, now: datetime
) -> Version:
    label = next_label(before.label, Change.MAJOR)
    version = _version(decision, before.number + 1, label, taken, actor, now)
    if isinstance(decision.place, BucketObject) and before.store_key == version.store_key:
        objects.forget_bytes(before)
        version.note = objects.WRITTEN_AGAIN
    decision.asset.version_number = version.number
    decision.asset.updated_at = now
    return version


def _read_later(session: Session, versions: Sequence[Version]) -> None:
    pages = [version.id for version in versions if version.store_key is None]
    files = [version.id for version in versions if version.store_key is not None]
    for kind, ids in ((LINK, pages), (EXTRACT, files)):
        enqueue_each(session, kind, ids, priority=assets.BEHIND_PEOPLE)
