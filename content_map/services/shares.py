"""Shares: links for one account, made and changed by whoever sends them; each making is a use."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypedDict
from uuid import UUID, uuid4, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from content_map.db import Sessions
from content_map.domain.conversations import Conversation
from content_map.domain.events import ReportedEvent, problems_of
from content_map.domain.people import Actor, Role
from content_map.domain.permissions import Right, may_reach_customers, may_see, require
from content_map.domain.shares import ASSETS_AT_MOST, LASTS, PASSWORD_CHARACTERS, expiry_problem
from content_map.domain.usage import EventKind, Surface
from content_map.errors import FieldError, Invalid, NotFound
from content_map.models import Asset, Share, SharedAsset, Version
from content_map.services import accounts, assets, audit, passwords, usage, usage_counting
from content_map.services.texts import NOT_STORABLE, is_storable
from content_map.services.usage_facts import NO_ASSET, Submission

LATEST: Literal["latest"] = "latest"
INTERNAL = "This asset is internal: it is for colleagues and never goes to a customer."
NOT_LIVE = "Only a live asset can be shared. Publish it first."


@dataclass(frozen=True, slots=True)
class ShareWish:
    """What to share; `account` is a customer's name or an account's id.

    `version` None follows the asset; a number stays, and only a share of one asset has it. `id` (a UUID in hex) is
    made by a form, so that a double click shares once. `search` led to the assets; without `conversation` the use
    is of the search's, else of each asset's own.
    """

    assets: tuple[str, ...]
    account: str
    version: int | None = None
    expires_at: datetime | None = None
    password: str | None = None
    conversation: Conversation | None = None
    search: str | None = None
    id: str | None = None


class ShareChanges(TypedDict, total=False):
    """What may be changed; a missing field is left alone. A share that was revoked can be opened again."""

    expires_at: datetime
    revoked: bool
    password: str | None
    version: int | None


def make(sessions: Sessions, wish: ShareWish, *, actor: Actor, now: datetime) -> tuple[str, str | None]:
    """Make a share and record the use; gives its id and its token, which nobody can ever read again.

    The token is None when this form was sent before. A password is hashed while no transaction is open.
    Raises NotAllowed, Invalid, Unavailable.
    """
    require(actor, Right.SHARE)
    expires_at = wish.expires_at or now + LASTS
    _refuse([*_password_problems(wish.password), *_expiry_problems(expires_at, now)])
    password_hash = _hashed(wish.password)
    token = secrets.token_urlsafe(32)
    with sessions.write() as session:
        if wish.id is not None and (known := session.get(Share, wish.id)) is not None:
            return _own(known, actor).id, None
        chosen = _chosen(session, wish, actor, now)
        if accounts.looks_like_id(wish.account) and not accounts.known_ids(session, [wish.account]):
            raise Invalid.field("/account", accounts.UNKNOWN)
        account = accounts.named(session, wish.account, actor=actor, now=now)
        share = Share(
            id=wish.id or uuid4().hex,
            token_hash=passwords.digest(token),
            account_id=account.id,
            version=wish.version,
            password_hash=password_hash,
            made_by=actor.id,
            made_at=now,
            expires_at=expires_at,
        )
        for position, asset in enumerate(chosen, start=1):
            event = str(uuid5(UUID(share.id), asset.id))
            share.assets.append(SharedAsset(asset_id=asset.id, position=position, event_id=event))
        session.add(share)
        session.flush()
        _record(session, share, chosen, wish, actor, now)
        audit.note(session, "share.created", "share", share.id, actor=actor, now=now, changes=_facts(share))
        return share.id, token


def get(session: Session, share_id: str, *, actor: Actor) -> Share:
    """Load a share of one's own, any for an admin. Raises NotAllowed, NotFound."""
    require(actor, Right.SHARE)
    share = session.get(Share, share_id)
    if share is None:
        raise NotFound("There is no such share.")
    return _own(share, actor)


def change(sessions: Sessions, share_id: str, changes: ShareChanges, *, actor: Actor, now: datetime) -> None:
    """Change the named fields at once; the link itself stays as it was sent.

    Raises NotAllowed, NotFound, Invalid, Unavailable.
    """
    require(actor, Right.SHARE)
    _refuse(_password_problems(changes.get("password")))
    password_hash = _hashed(changes.get("password"))
    with sessions.write() as session:
        share = get(session, share_id, actor=actor)
        _refuse(_problems(session, share, changes, now))
        before = _facts(share)
        if "expires_at" in changes:
            share.expires_at = changes["expires_at"]
        if "password" in changes:
            share.password_hash = password_hash
        if "version" in changes:
            share.version = changes["version"]
        if "revoked" in changes and changes["revoked"] is not (share.revoked_at is not None):
            share.revoked_at = now if changes["revoked"] else None
            share.revoked_by = actor.id if changes["revoked"] else None
        session.flush()
        after = _facts(share)
        changed = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
        if "password" in changes and changes["password"] is not None:
            changed["password"] = ["", "changed"]
        if changed:
            audit.note(session, "share.changed", "share", share.id, actor=actor, now=now, changes=changed)


def _own(share: Share, actor: Actor) -> Share:
    if share.made_by != actor.id and actor.role is not Role.ADMIN:
        raise NotFound("There is no such share.")
    return share


def _hashed(password: str | None) -> str | None:
    if not password:
        return None
    with passwords.one_of_few_checks():
        return passwords.hashed(password)


def _chosen(session: Session, wish: ShareWish, actor: Actor, now: datetime) -> Sequence[Asset]:
    wanted = list(dict.fromkeys(wish.assets))
    if not 1 <= len(wanted) <= ASSETS_AT_MOST:
        raise Invalid.field("/assets", f"Share 1 to {ASSETS_AT_MOST} assets at once.")
    mine = (
        select(Asset).join(Asset.current).where(Asset.id.in_(wanted)).options(contains_eager(Asset.current))
    )
    found = {asset.id: asset for asset in session.scalars(mine)}
    problems = [
        FieldError("/asset" if len(wanted) == 1 else f"/assets/{place}", problem)
        for place, asset_id in enumerate(wanted)
        if (problem := _asset_problem(found.get(asset_id), actor, now)) is not None
    ]
    _refuse(problems)
    chosen = [found[asset_id] for asset_id in wanted]
    _refuse(_version_problems(session, [asset.id for asset in chosen], wish.version))
    return chosen


def _asset_problem(asset: Asset | None, actor: Actor, now: datetime) -> str | None:
    if asset is None or not may_see(actor, assets.facts(asset), now):
        return NO_ASSET
    if may_reach_customers(assets.facts(asset), now):
        return None
    return INTERNAL if asset.audience == "internal" else NOT_LIVE


def _record(
    session: Session, share: Share, chosen: Sequence[Asset], wish: ShareWish, actor: Actor, now: datetime
) -> None:
    events = {each.asset_id: each.event_id for each in share.assets}
    usage_counting.hold(session, [actor.id])
    submissions = [
        Submission(
            place,
            actor.id,
            ReportedEvent(
                id=events[asset.id],
                kind=EventKind.SHARE_CREATED,
                asset=asset.id,
                surface=Surface.SHARE,
                search=wish.search,
                account=share.account_id,
                conversation=wish.conversation,
            ),
            now,
            version=share.version or asset.version_number,
            share=share.id,
        )
        for place, asset in enumerate(chosen)
    ]
    recorded = usage.take(
        session,
        submissions,
        check=lambda each: problems_of(each.event),
        viewer=actor,
        keep_seconds=False,
        actor=actor,
        now=now,
    )
    _refuse([problem for rejected in recorded.rejected for problem in rejected.problems])


def _problems(session: Session, share: Share, changes: ShareChanges, now: datetime) -> Iterator[FieldError]:
    if "expires_at" in changes:
        yield from _expiry_problems(changes["expires_at"], now)
    if "version" in changes:
        yield from _version_problems(session, [each.asset_id for each in share.assets], changes["version"])


def _version_problems(session: Session, asset_ids: Sequence[str], number: int | None) -> Iterator[FieldError]:
    if number is None:
        return
    if len(asset_ids) > 1:
        yield FieldError("/version", "Several assets are shared as they are at the time: say “latest”.")
    elif not session.scalar(
        select(Version.id).where(Version.asset_id == asset_ids[0], Version.number == number)
    ):
        yield FieldError("/version", f"This asset has no version {number}.")


def _expiry_problems(expires_at: datetime, now: datetime) -> Iterator[FieldError]:
    if (problem := expiry_problem(expires_at, now)) is not None:
        yield FieldError("/expires_at", problem)


def _password_problems(password: str | None) -> Iterator[FieldError]:
    if password is None:
        return
    if not is_storable(password):
        yield FieldError("/password", NOT_STORABLE)
    elif not PASSWORD_CHARACTERS <= len(password) <= passwords.CHARACTERS_AT_MOST:
        yield FieldError(
            "/password", f"Use {PASSWORD_CHARACTERS} to {passwords.CHARACTERS_AT_MOST:,} characters."
        )


def _refuse(problems: Iterator[FieldError] | Sequence[FieldError]) -> None:
    found = list(problems)
    if found:
        raise Invalid(" ".join(each.detail for each in found), found)


def _facts(share: Share) -> dict[str, object]:
    """The settable fields as plain JSON values; of a password, whether there is one."""
    return {
        "account": share.account_id,
        "assets": [each.asset_id for each in share.assets],
        "version": share.version or LATEST,
        "expires_at": share.expires_at.isoformat(),
        "has_password": share.password_hash is not None,
        "revoked": share.revoked_at is not None,
    }
