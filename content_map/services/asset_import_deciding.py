"""What each row of a table would change, decided for all of them before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePath
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.db import new_id
from content_map.domain import bulk as rules
from content_map.domain.asset_rows import (
    AUDIENCE,
    CONVERSATION,
    EXPIRES_AT,
    EXTERNAL_ID,
    FACETS,
    LANGUAGE,
    OWNER,
    PUBLISH_AT,
    REVIEW_BY,
    SUMMARY,
    TITLE,
    AssetRow,
)
from content_map.domain.assets import TITLE_CHARACTERS, Audience, Status
from content_map.domain.intakes import Verdict
from content_map.domain.people import Actor
from content_map.domain.row_values import Moment, TableTerm
from content_map.domain.web_addresses import name_of
from content_map.errors import FieldError
from content_map.models import Asset, User, Version
from content_map.services import asset_changes, asset_values, changing_many, objects
from content_map.services.asset_changes import AssetChanges
from content_map.services.asset_import_matching import match
from content_map.services.asset_import_places import Address, BucketObject, LocalFile, Place

TERMS_AT_MOST = 100
_COLUMN_OF = {"owner": OWNER, "status": PUBLISH_AT}


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done for a row; `place` only where it makes a version, `language` only where it differs."""

    row: AssetRow
    asset: Asset
    version: Version | None  # None where the asset is new
    changes: AssetChanges
    difference: Mapping[str, tuple[Any, Any]]
    place: Place | None

    @property
    def verdict(self) -> Verdict:
        """What becomes of the row."""
        if self.version is None:
            return Verdict.ADDED
        return Verdict.CHANGED if self.difference or self.place else Verdict.UNCHANGED


@dataclass(slots=True)
class Decisions:
    """Everything a table would do, part by part, and what speaks against it.

    `made`: the decisions of an earlier look at the same rows, by their index. What it decided on a new asset comes
    from the row alone: it is checked again, not made again, so that a writing transaction is the shorter.
    """

    made: Mapping[int, Decision] = field(default_factory=dict)
    problems: list[FieldError] = field(default_factory=list)
    _held: list[object] = field(default_factory=list)

    def parts(
        self,
        session: Session,
        rows: Sequence[AssetRow],
        places: Mapping[int, Place],
        zone: ZoneInfo,
        *,
        to_write: bool,
        actor: Actor,
        now: datetime,
    ) -> Iterator[list[Decision]]:
        """Decide on part after part; `problems` is complete after the last one."""
        # The session remembers weakly, and every row's check asks for its owner.
        self._held.append(session.scalars(select(User)).all())
        found = match(session, rows, places)
        self.problems += found.problems
        wrong = {int(each.pointer.split("/")[1]) for each in found.problems}
        of_asset = {asset_id: index for index, asset_id in found.assets.items()}
        by_index = {row.index: row for row in rows}
        for part in changing_many.parts(session, of_asset.keys(), to_write=to_write):
            versions = _current(session, part)
            decisions = []
            for asset in part:
                row = by_index[of_asset[asset.id]]
                decision = _decide(row, asset, versions[asset.id], places.get(row.index), zone, now)
                self._check(session, decision, actor, now)
                decisions.append(decision)
            yield decisions
        fresh = [row for row in rows if row.index not in found.assets and row.index not in wrong]
        for start in range(0, len(fresh), changing_many.PART):
            decisions = [
                self.made.get(row.index)
                or _decide(row, _new(places[row.index], actor, now), None, places[row.index], zone, now)
                for row in fresh[start : start + changing_many.PART]
            ]
            for decision in decisions:
                self._check(session, decision, actor, now)
            yield decisions

    def _check(self, session: Session, decision: Decision, actor: Actor, now: datetime) -> None:
        index = decision.row.index
        carried = {tag.term.full_key for tag in decision.asset.terms}
        for facet in FACETS:
            for term in decision.row.values.get(facet, ()):
                if term.is_retired and term.ref not in carried:
                    sentence = f"{term.name} is retired. Choose another term, or wake it in the vocabulary."
                    self.problems.append(FieldError(f"/{index}/{facet}", sentence))
        if len(decision.changes.get("terms", ())) > TERMS_AT_MOST:
            self.problems.append(FieldError(f"/{index}/industry", f"At most {TERMS_AT_MOST} terms."))
        if not decision.changes:
            return  # what nobody moves is not judged again
        # That an external id is free was asked for all rows at once.
        asked = {name: value for name, value in decision.changes.items() if name != EXTERNAL_ID}
        for each in asset_changes.problems(
            session, decision.asset, cast("AssetChanges", asked), actor=actor, now=now
        ):
            name = each.pointer.strip("/").split("/")[0]
            self.problems.append(FieldError(f"/{index}/{_COLUMN_OF.get(name, name)}", each.detail))


def _decide(
    row: AssetRow, asset: Asset, version: Version | None, place: Place | None, zone: ZoneInfo, now: datetime
) -> Decision:
    changes = _changes(row, asset, zone, now)
    before = changing_many.present(asset)
    difference = rules.difference(before, {**before, **asset_values.written(changes)})
    kept = {name: value for name, value in changes.items() if name in difference}
    if LANGUAGE in row.values:
        present = version.language if version else None
        if row.values[LANGUAGE] != present:
            difference[LANGUAGE] = (present, row.values[LANGUAGE])
    moves = place is not None and (version is None or not _is_at(version, place))
    return Decision(row, asset, version, cast("AssetChanges", kept), difference, place if moves else None)


def _changes(row: AssetRow, asset: Asset, zone: ZoneInfo, now: datetime) -> AssetChanges:
    values = row.values
    changes: dict[str, Any] = {}
    if TITLE in values and values[TITLE] != " ".join(asset.title.split()):
        changes["title"] = values[TITLE]
    if SUMMARY in values and _lines(values[SUMMARY]) != _lines(asset.summary):
        changes["summary"] = values[SUMMARY] or None
    for column, name in ((CONVERSATION, "conversation"), (AUDIENCE, "audience"), (OWNER, "owner")):
        if column in values:
            changes[name] = values[column]
    if REVIEW_BY in values:
        changes["review_by"] = values[REVIEW_BY]
    if EXPIRES_AT in values:
        changes["expires_at"] = _instant(values[EXPIRES_AT], asset.expires_at, zone)
    if PUBLISH_AT in values:
        changes |= _publication(values[PUBLISH_AT], asset, zone, now)
    if any(facet in values for facet in FACETS):
        changes["terms"] = _terms(values, asset)
    if row.external_id is not None and asset.external_id is None and row.external_id != asset.id:
        changes["external_id"] = row.external_id
    return cast("AssetChanges", changes)


def _publication(wanted: Moment | None, asset: Asset, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    """A publishing time that is new to the asset publishes it; the one it has already changes nothing."""
    at = _instant(wanted, asset.publish_at, zone)
    if at == asset.publish_at:
        return {}
    if wanted is not None and wanted.day == now.astimezone(zone).date():
        at = now  # the day has begun: from this moment on
    publishes = at is not None and asset.status == Status.DRAFT
    return {"publish_at": at, **({"status": Status.PUBLISHED} if publishes else {})}


def _instant(wanted: Moment | None, present: datetime | None, zone: ZoneInfo) -> datetime | None:
    if wanted is None:
        return None
    if wanted.day is not None and present is not None and present.astimezone(zone).date() == wanted.day:
        return present  # the cell names the day alone, and that is the day
    return wanted.at


def _terms(values: Mapping[str, Any], asset: Asset) -> list[str]:
    carried = [tag.term.full_key for tag in asset.terms]
    kept = [ref for ref in carried if ref.partition(":")[0] not in values]
    named: list[TableTerm] = [term for facet in FACETS for term in values.get(facet, ())]
    return sorted({*kept, *(term.ref for term in named)})


def _lines(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").replace("\r", "\n").strip()


def _is_at(version: Version, place: Place) -> bool:
    match place:
        case Address():
            return version.store_key is None and version.url == place.url
        case BucketObject():
            return version.store_key == place.found.key and not objects.has_changed(version, place.found)
        case LocalFile():
            return version.sha256 == place.sha256


def _current(session: Session, part: Sequence[Asset]) -> dict[str, Version]:
    query = (
        select(Version)
        .join(Asset, Asset.id == Version.asset_id)
        .where(Asset.id.in_([asset.id for asset in part]), Version.number == Asset.version_number)
    )
    return {version.asset_id: version for version in session.scalars(query)}


def _new(place: Place, actor: Actor, now: datetime) -> Asset:
    return Asset(
        id=new_id(),
        title=_title_of(place)[:TITLE_CHARACTERS],
        title_is_given=False,
        owner_id=actor.id,
        created_at=now,
        updated_at=now,
        status=Status.DRAFT,
        audience=Audience.CUSTOMER,
        guide={},
        version_number=1,
        terms=[],
    )


def _title_of(place: Place) -> str:
    match place:
        case Address():
            return name_of(place.url)
        case BucketObject():
            name = place.found.key
        case LocalFile():
            name = str(place.path)
    return PurePath(name).stem or PurePath(name).name
