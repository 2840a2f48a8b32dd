"""What the database knows of people, assets, searches and uses that events name: one statement a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from content_map.domain.assets import Audience, Status
from content_map.domain.conversations import Conversation
from content_map.domain.counting import is_use
from content_map.domain.people import Role
from content_map.domain.permissions import AssetFacts
from content_map.domain.usage import EventKind, Purpose
from content_map.models import Asset, AssetPeriod, Search, SearchHit, UsageEvent, User, UserPeriod, Version
from content_map.statements import any_of

# Made once and of tables, not of mapped classes: events come by the thousand, and a statement that has to be
# made and understood anew costs more than its answer.
_USER, _HELD = User.__table__.c, UserPeriod.__table__.c
_ASSET, _LIVE, _VERSION = Asset.__table__.c, AssetPeriod.__table__.c, Version.__table__.c
_SEARCH, _HIT, _EVENT = Search.__table__.c, SearchHit.__table__.c, UsageEvent.__table__.c

_PEOPLE = (
    select(_USER.id, _USER.role, _USER.is_test, _HELD.starts_at, _HELD.ends_at, _HELD.role)
    .select_from(User.__table__.outerjoin(UserPeriod.__table__, _HELD.user_id == _USER.id))
    .where(any_of(_USER.id, "ids"))
    .order_by(_USER.id, _HELD.starts_at)
    .with_for_update(key_share=True, of=User.__table__)
)
_ASSETS = (
    select(
        _ASSET.id,
        _ASSET.owner_id,
        _ASSET.conversation,
        _ASSET.version_number,
        _ASSET.status,
        _ASSET.publish_at,
        _ASSET.expires_at,
        _ASSET.audience,
        _VERSION.created_at.label("version_since"),
        _LIVE.starts_at.label("live_from"),
        _LIVE.ends_at.label("live_until"),
        _LIVE.owner_id.label("live_owner"),
        _LIVE.audience.label("live_audience"),
    )
    .select_from(
        Asset.__table__.outerjoin(
            Version.__table__,
            (_VERSION.asset_id == _ASSET.id) & (_VERSION.number == _ASSET.version_number),
        ).outerjoin(AssetPeriod.__table__, _LIVE.asset_id == _ASSET.id)
    )
    .where(any_of(_ASSET.id, "ids"))
    .order_by(_ASSET.id, _LIVE.starts_at)
)
_VERSIONS = (
    select(_VERSION.asset_id, _VERSION.number, _VERSION.created_at)
    .where(any_of(_VERSION.asset_id, "ids"))
    .order_by(_VERSION.asset_id, _VERSION.number)
)
_SEARCHES = (
    select(_SEARCH.id, _SEARCH.user_id, _SEARCH.conversation, _SEARCH.prefer, _HIT.asset_id, _HIT.rank)
    .select_from(
        Search.__table__.outerjoin(
            SearchHit.__table__,
            (_HIT.search_id == _SEARCH.id) & any_of(_HIT.asset_id, "asset_ids"),
        )
    )
    .where(any_of(_SEARCH.id, "ids"))
)
_USES = select(
    _EVENT.id,
    _EVENT.kind,
    _EVENT.purpose,
    _EVENT.actor_id,
    _EVENT.asset_id,
    _EVENT.account_id,
    _EVENT.conversation,
).where(any_of(_EVENT.id, "ids"))

_Found = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time; without an end it goes on."""

    starts_at: datetime
    ends_at: datetime | None

    def covers(self, moment: datetime) -> bool:
        """Say whether the moment lies in it."""
        return self.starts_at <= moment and (self.ends_at is None or moment < self.ends_at)


@dataclass(frozen=True, slots=True)
class Held(Span):
    """A role for a time."""

    role: Role


@dataclass(frozen=True, slots=True)
class Live(Span):
    """A time in which an asset was live, with one owner and audience."""

    owner_id: str
    audience: Audience


@dataclass(frozen=True, slots=True)
class KnownAsset:
    """An asset as far as events are concerned."""

    id: str
    owner_id: str
    conversation: Conversation | None
    version_number: int
    version_since: datetime | None
    facts: AssetFacts
    periods: tuple[Live, ...]

    def owner_at(self, moment: datetime) -> str:
        """Name who owned it then; outside its live periods the present owner."""
        live = self._live_at(moment)
        return live.owner_id if live else self.owner_id

    def was_internal_at(self, moment: datetime) -> bool:
        """Say whether it was for colleagues alone then; outside its live periods, whether it is."""
        live = self._live_at(moment)
        return (live.audience if live else self.facts.audience) is Audience.INTERNAL

    def was_live_at(self, moment: datetime) -> bool:
        """Say whether reps could meet it then."""
        return self._live_at(moment) is not None

    def had_this_version_at(self, moment: datetime) -> bool:
        """Say whether its present version was the current one then."""
        return self.version_number == 1 or self.version_since is None or self.version_since <= moment

    def _live_at(self, moment: datetime) -> Live | None:
        return next((live for live in self.periods if live.covers(moment)), None)


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person as far as events are concerned."""

    id: str
    role: Role
    is_test: bool
    periods: tuple[Held, ...]  # oldest first

    def role_at(self, moment: datetime) -> Role:
        """Say which role the person had then; before the first period, the first one counts."""
        if not self.periods:
            return self.role
        held = [period for period in self.periods if period.covers(moment)]
        return (held[-1] if held else self.periods[0]).role


@dataclass(frozen=True, slots=True)
class KnownSearch:
    """A search as far as events are concerned; `purpose` is the conversation it was asked for, if any.

    `ranks` are those at which it served the assets that were asked about, by asset.
    """

    user_id: str
    purpose: Conversation | None
    ranks: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class KnownUse:
    """A use that an outcome may name."""

    actor_id: str
    asset_id: str | None
    account_id: str | None = None
    conversation: Conversation | None = None


def held_people(session: Session, ids: Collection[str]) -> dict[str, KnownPerson]:
    """Load people and keep their rows from other recorders until the transaction ends, in one order everywhere.

    It does not stand in the way of rows that merely refer to a person.
    """
    present: dict[str, tuple[str, bool]] = {}
    periods: dict[str, list[Held]] = defaultdict(list)
    for id_, role, is_test, starts_at, ends_at, held in session.connection().execute(
        _PEOPLE, {"ids": [*ids]}
    ):
        present[id_] = role, is_test
        if starts_at is not None:
            periods[id_].append(Held(starts_at, ends_at, Role(held)))
    return {
        id_: KnownPerson(id_, Role(role), is_test, tuple(periods[id_]))
        for id_, (role, is_test) in present.items()
    }


def assets(session: Session, ids: Collection[str]) -> dict[str, KnownAsset]:
    """Load assets, live or not, with their live periods."""
    if not ids:
        return {}
    first: dict[str, _Found] = {}
    periods: dict[str, list[Live]] = defaultdict(list)
    for row in session.connection().execute(_ASSETS, {"ids": [*ids]}):
        first.setdefault(row.id, row)
        if row.live_from is not None:
            live = Live(row.live_from, row.live_until, row.live_owner, Audience(row.live_audience))
            periods[row.id].append(live)
    return {id_: _asset(row, tuple(periods[id_])) for id_, row in first.items()}


def versions(session: Session, asset_ids: Collection[str]) -> dict[str, list[tuple[int, datetime]]]:
    """List by asset each version's number and since when it was the current one, oldest first."""
    found: dict[str, list[tuple[int, datetime]]] = defaultdict(list)
    if asset_ids:
        for asset_id, number, since in session.connection().execute(_VERSIONS, {"ids": [*asset_ids]}):
            found[asset_id].append((number, since))
    return found


def searches(session: Session, ids: Collection[str], asset_ids: Collection[str]) -> dict[str, KnownSearch]:
    """Load searches, each with the ranks at which it served these assets."""
    found: dict[str, KnownSearch] = {}
    if not ids:
        return found
    ranks: dict[str, dict[str, int]] = defaultdict(dict)
    given = {"ids": [*ids], "asset_ids": [*asset_ids]}
    for id_, user_id, only, prefer, asset_id, rank in session.connection().execute(_SEARCHES, given):
        if asset_id is not None:
            ranks[id_][asset_id] = rank
        if id_ not in found:
            found[id_] = KnownSearch(user_id, _conversation(only or prefer), ranks[id_])
    return found


def uses(session: Session, ids: Collection[str]) -> dict[str, KnownUse]:
    """Load those of the events that are of a use's kind."""
    if not ids:
        return {}
    return {
        row.id: KnownUse(row.actor_id, row.asset_id, row.account_id, _conversation(row.conversation))
        for row in session.connection().execute(_USES, {"ids": [*ids]})
        if is_use(EventKind(row.kind), Purpose(row.purpose) if row.purpose else None)
    }


def _asset(row: _Found, periods: tuple[Live, ...]) -> KnownAsset:
    return KnownAsset(
        row.id,
        row.owner_id,
        _conversation(row.conversation),
        row.version_number,
        row.version_since,
        AssetFacts(Status(row.status), row.publish_at, row.expires_at, Audience(row.audience)),
        periods,
    )


def _conversation(key: str | None) -> Conversation | None:
    return Conversation(key) if key else None
