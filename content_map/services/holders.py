"""Who holds an old version: told by what was taken, and how much of that may be said of persons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from content_map.domain.people import Actor
from content_map.domain.permissions import Right, may_see, require
from content_map.domain.usage import EventKind, ExcludedReason
from content_map.errors import Conflict
from content_map.models import Account, Asset, Notification, Team, UsageEvent, User, Version
from content_map.services import assets, audit, notifications

TOLD = "version.newer"
LEAST_PEOPLE = 5  # product.md: any split under 5 people is suppressed
_TAKING = (EventKind.DOWNLOAD, EventKind.USE, EventKind.SHARE_CREATED, EventKind.TAILORED)


@dataclass(frozen=True, slots=True)
class Holding:
    """Somebody's newest copy of an asset, and when it was last taken; `team` is a person's."""

    id: str
    name: str
    version: int
    label: str
    at: datetime
    team: str | None = None


@dataclass(frozen=True, slots=True)
class Holders:
    """Who holds nothing newer than an old version.

    `people` None: fewer than five, and how many is nobody's business. `teams` and `persons` are filled as
    PEOPLE_IN_REPORTS allows; a team has at least five people.
    """

    version: int
    label: str
    people: int | None
    accounts: tuple[Holding, ...] = ()
    teams: tuple[Holding, ...] = ()
    persons: tuple[Holding, ...] = ()

    @property
    def is_anybody(self) -> bool:
        """Say whether there is somebody to tell, or a customer to send the new one to."""
        return self.people != 0 or bool(self.accounts)


def holders(
    session: Session, asset_id: str, *, people_in_reports: str, actor: Actor, now: datetime
) -> Holders:
    """List who holds an old version of an asset. Raises NotAllowed, NotFound."""
    require(actor, Right.EDIT_ASSET)
    asset = assets.get(session, asset_id, actor=actor, now=now)
    taken = _taken(session, asset)
    people = _outdated(asset, ((each.actor_id, each.version, each.at) for each in taken))
    customers = _outdated(
        asset, ((each.account_id, each.version, each.at) for each in taken if each.account_id)
    )
    labels = {each.number: each.label for each in assets.versions(session, asset)}
    known = {user.id: user for user in session.scalars(select(User).where(User.id.in_(people)))}
    found = session.execute(select(Account.id, Account.name).where(Account.id.in_(customers)))
    names = {id_: name for id_, name in found}  # noqa: C416 - rows are no pairs to mypy
    persons = [
        Holding(id_, known[id_].name, number, labels[number], at, _team_of(known[id_]))
        for id_, (number, at) in people.items()
    ]
    is_named = people_in_reports == "named"
    return Holders(
        version=asset.version_number,
        label=labels[asset.version_number],
        people=said_of(len(people), people_in_reports),
        accounts=_in_order(
            Holding(id_, names[id_], number, labels[number], at) for id_, (number, at) in customers.items()
        ),
        teams=_in_order(_teams(session, persons, known)) if people_in_reports == "team" else (),
        persons=_in_order(persons) if is_named else (),
    )


def tell(session: Session, asset_id: str, *, actor: Actor, now: datetime) -> int:
    """Leave a message for everybody who holds an old version, each once a version; returns for how many.

    Raises NotAllowed, NotFound, Conflict (nobody could open it).
    """
    require(actor, Right.EDIT_ASSET)
    asset = assets.get(session, asset_id, actor=actor, now=now)
    people = _outdated(asset, ((each.actor_id, each.version, each.at) for each in _taken(session, asset)))
    path = f"/assets/{asset.id}"
    known = session.scalars(
        select(User).where(User.id.in_(people), User.is_active, User.id != actor.id)
    ).all()
    seeing = [user for user in known if may_see(user.as_actor(), assets.facts(asset), now)]
    if known and not seeing:
        raise Conflict("Nobody who holds an old version could open the asset. Publish it first.")
    told = _told(session, path, asset.version_number)
    label = asset.current.label
    reached = [user for user in seeing if user.id not in told]
    for user in reached:
        values = {"title": asset.title, "label": label, "version": asset.version_number}
        notifications.tell(session, user.id, TOLD, values, path=path, now=now)
    audit.note(
        session,
        "asset.holders_told",
        "asset",
        asset.id,
        actor=actor,
        now=now,
        changes={"version": asset.version_number, "label": label},
    )
    return len(reached)


def said_of(people: int, people_in_reports: str) -> int | None:
    """Give a number of people as it may be said: None for one to four, unless people are named anyway."""
    return people if people_in_reports == "named" or not 0 < people < LEAST_PEOPLE else None


@dataclass(frozen=True, slots=True)
class _Taking:
    actor_id: str
    account_id: str | None
    version: int
    at: datetime


def _taken(session: Session, asset: Asset) -> Sequence[_Taking]:
    """What left, as versions: one with the bytes of the current version counts as that."""
    reasons = [ExcludedReason.REPEAT.value, ExcludedReason.NOT_SALES.value]
    event = UsageEvent
    rows = session.execute(
        select(event.actor_id, event.account_id, event.version, func.max(event.occurred_at))
        .where(event.asset_id == asset.id, event.kind.in_([kind.value for kind in _TAKING]))
        .where(
            event.version.is_not(None),
            or_(event.excluded_reason.is_(None), event.excluded_reason.in_(reasons)),
        )
        .group_by(event.actor_id, event.account_id, event.version)
    )
    same = select(Version.number).where(
        Version.asset_id == asset.id, Version.sha256 == asset.current.sha256, Version.sha256.is_not(None)
    )
    current = frozenset(session.scalars(same))
    return [
        _Taking(actor_id, account_id, asset.version_number if number in current else number, at)
        for actor_id, account_id, number, at in rows
        if number is not None
    ]


def _outdated(asset: Asset, taken: Iterable[tuple[str, int, datetime]]) -> Mapping[str, tuple[int, datetime]]:
    newest: dict[str, tuple[int, datetime]] = {}
    for holder, number, at in taken:
        newest[holder] = max(newest.get(holder, (number, at)), (number, at))
    return {holder: held for holder, held in newest.items() if held[0] < asset.version_number}


def _teams(session: Session, persons: Sequence[Holding], known: Mapping[str, User]) -> Iterable[Holding]:
    ids = {known[each.id].team_id for each in persons}
    large = session.execute(
        select(Team.id, Team.name)
        .join(User, User.team_id == Team.id)
        .where(Team.id.in_(ids), User.is_active)
        .group_by(Team.id, Team.name)
        .having(func.count() >= LEAST_PEOPLE)
    )
    held: dict[str, list[Holding]] = defaultdict(list)
    for each in persons:
        held[known[each.id].team_id or ""].append(each)
    for team_id, name in large:
        oldest = min(held[team_id], key=lambda each: each.version)
        latest = max(each.at for each in held[team_id])
        yield Holding(team_id, name, oldest.version, oldest.label, latest)


def _told(session: Session, path: str, version: int) -> Collection[str]:
    before = session.execute(
        select(Notification.user_id, Notification.values).where(
            Notification.message == TOLD, Notification.path == path
        )
    )
    return {user_id for user_id, values in before if values.get("version") == version}


def _team_of(user: User) -> str | None:
    return user.team.name if user.team else None


def _in_order(holdings: Iterable[Holding]) -> tuple[Holding, ...]:
    return tuple(sorted(holdings, key=lambda each: (each.version, each.name.casefold(), each.id)))
