"""What somebody with a link may see: decided at each request by what the database says then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from content_map.db import Sessions
from content_map.domain.permissions import may_reach_customers
from content_map.domain.shares import ShareState, state_of
from content_map.errors import Gone, NotFound
from content_map.models import Asset, Share, User, Version
from content_map.services import assets, objects, passwords

# They name nobody and nothing: who holds a dead link may be anybody.
_UNKNOWN = "Check that the address is complete, or ask whoever sent it to you for a new link."
_NOT_HERE = "There is nothing more behind this link."
_ENDED = {
    ShareState.EXPIRED: "Links work for a limited time. Ask whoever sent it to you for a new one.",
    ShareState.REVOKED: "Whoever sent it has ended it. Ask them if you still need what was behind it.",
    ShareState.GONE: "It was withdrawn after it was shared. Ask whoever sent it to you for something newer.",
}
_ONE_GONE = "This part was withdrawn after it was shared. Ask whoever sent it to you for something newer."


@dataclass(frozen=True, slots=True)
class SharedVersion:
    """An asset that can be opened at its place (from 1) in a share, in the version that the share gives."""

    place: int
    asset: Asset
    version: Version


@dataclass(frozen=True, slots=True)
class Opened:
    """A share that can be opened; `proof` changes with its password, None where it asks for none."""

    id: str
    sender: str
    account: str
    expires_at: datetime
    proof: str | None
    count: int  # of its assets, those that have ended too
    contents: tuple[SharedVersion, ...]

    def at(self, place: int) -> SharedVersion:
        """Give what stands at a place. Raises NotFound, Gone (it was there and has ended)."""
        found = next((each for each in self.contents if each.place == place), None)
        if found is not None:
            return found
        if 1 <= place <= self.count:
            raise Gone(_ONE_GONE)
        raise NotFound(_NOT_HERE)


def look(session: Session, token: str, *, now: datetime) -> Opened:
    """Find what a link opens now. Raises NotFound (no such link), Gone (`ended`: why)."""
    share = _by_token(session, token)
    if share is None:
        raise NotFound(_UNKNOWN)
    contents = _contents(session, share, now)
    state = state_of(
        revoked_at=share.revoked_at,
        expires_at=share.expires_at,
        has_live_asset=bool(contents),
        now=now,
    )
    if state is not ShareState.LIVE:
        raise Gone(_ENDED[state], ended=state.value)
    maker = session.get_one(User, share.made_by)
    return Opened(
        id=share.id,
        sender=maker.name,
        account=share.account.name,
        expires_at=share.expires_at,
        proof=proof_of(share.password_hash),
        count=len(share.assets),
        contents=contents,
    )


def unlock(sessions: Sessions, token: str, password: str, *, now: datetime) -> Opened | None:
    """Check a share's password; None when it is wrong, which is remembered.

    No transaction is open while the hash is worked out. Raises NotFound, Gone, TooMany after ten failures within
    a quarter of an hour, Unavailable.
    """
    with sessions.read() as session:
        opened = look(session, token, now=now)
        known = session.get_one(Share, opened.id).password_hash
    if known is None:
        return opened
    subject = passwords.digest(f"share:{opened.id}")
    with passwords.one_of_few_checks():
        with sessions.read() as session:
            passwords.slow_down(session, subject, "this link", now=now)
        is_right = passwords.matches(known, password[: passwords.CHARACTERS_AT_MOST + 1])
    with sessions.write() as session:
        if not is_right:
            passwords.note_failure(session, subject, now=now)
            return None
        passwords.forget_failures(session, subject)
    return opened


def proof_of(password_hash: str | None) -> str | None:
    """Name a password without giving it away: who proved to know it need not again until it changes."""
    return passwords.digest(password_hash)[:16] if password_hash else None


def _by_token(session: Session, token: str) -> Share | None:
    return session.scalar(select(Share).where(Share.token_hash == passwords.digest(token)))


def _contents(session: Session, share: Share, now: datetime) -> tuple[SharedVersion, ...]:
    ids = [each.asset_id for each in share.assets]
    loaded = select(Asset).join(Asset.current).where(Asset.id.in_(ids)).options(contains_eager(Asset.current))
    found = {asset.id: asset for asset in session.scalars(loaded)}
    reachable = [
        (each.position, found[each.asset_id])
        for each in share.assets
        if each.asset_id in found and may_reach_customers(assets.facts(found[each.asset_id]), now)
    ]
    given = (
        SharedVersion(place, asset, assets.version_of(session, asset, share.version))
        for place, asset in reachable
    )
    # Bytes that somebody overwrote in the bucket are as gone as a retired asset's.
    return tuple(each for each in given if each.version.problem_code != objects.OVERWRITTEN)
