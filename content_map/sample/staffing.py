"""The vendor's people and customers, taken on before the first asset was published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from content_map.domain.people import Actor, Role
from content_map.domain.vocabulary import Vocabulary
from content_map.sample.accounts import accounts
from content_map.sample.habits import serving
from content_map.sample.library import assets
from content_map.sample.lifetimes import lifetime
from content_map.sample.people import SamplePerson, people
from content_map.services import accounts as account_services
from content_map.services import users

_APART = timedelta(minutes=1)  # who came first decides whom the role switch takes
_AFTER_THE_LAST_FILE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody by sample key, as who they were when they came, and the admin."""

    actors: Mapping[str, Actor]
    admin: Actor

    def __getitem__(self, key: str) -> Actor:
        return self.actors[key]


def settle(session: Session, terms: Vocabulary, *, now: datetime) -> Staff:
    """Take everybody on at `now`, a minute apart in the order of the file, and add the customers."""
    first = next(person for person in people() if person.role is Role.ADMIN)
    admin = users.add(
        session, first.email, role=Role.ADMIN, name=first.name, actor=None, now=now - _APART
    ).as_actor()
    actors = {first.key: admin}
    for minutes, person in enumerate(one for one in people() if one is not first):
        actors[person.key] = _take_on(session, person, admin, now + minutes * _APART)
    for account in accounts():
        account_services.create(
            session,
            {
                "name": account.name,
                "industry": _name(terms, f"industry:{account.industry}"),
                "size": _name(terms, f"size:{account.size}"),
                "owner": actors[serving(account, people(), accounts()).key].id,
            },
            actor=admin,
            now=now + len(actors) * _APART,
        )
    return Staff(actors, admin)


def promote(session: Session, staff: Staff, *, now: datetime) -> None:
    """Let those who wrote assets before they sold change sides, once their last asset was out; now is the demo's."""
    for person in people():
        if person.sells and (own := [asset for asset in assets() if asset.owner_key == person.key]):
            last = max(lifetime(asset, now).published_at for asset in own)
            users.change(
                session,
                staff[person.key].id,
                role=person.role,
                team=person.team,
                actor=staff.admin,
                now=last + _AFTER_THE_LAST_FILE,
            )


def _take_on(session: Session, person: SamplePerson, admin: Actor, now: datetime) -> Actor:
    writes = person.sells and any(asset.owner_key == person.key for asset in assets())
    return users.add(
        session,
        person.email,
        role=Role.MARKETER if writes else person.role,
        name=person.name,
        team=None if writes else person.team or None,
        actor=admin,
        now=now,
    ).as_actor()


def _name(terms: Vocabulary, ref: str) -> str:
    term = terms.get(ref)
    return term.name if term else ref
