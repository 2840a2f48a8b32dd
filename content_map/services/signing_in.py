"""Ways in: passwords, one-time links and API tokens. Only hashes are stored."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session

from content_map.db import Sessions
from content_map.domain.people import Actor, Role
from content_map.domain.permissions import Right, require
from content_map.errors import Gone, Invalid, NotFound, NotSignedIn
from content_map.models import OneTimeLink, Token, User
from content_map.services import audit, cursors, passwords, users
from content_map.services.cursors import Slice

PASSWORD_CHARACTERS = 12  # NIST SP 800-63B asks for length, not for a mix of signs
LINK_LASTS = timedelta(days=7)
KEY_BEGINS_WITH = "cm_"
TOKEN_TOUCH = timedelta(minutes=5)


def sign_in(sessions: Sessions, email: str, password: str, *, now: datetime) -> User | None:
    """Check a password; None when it is wrong, which is remembered.

    No transaction is open while the hash is worked out: it takes long on purpose, and strangers ask for it.
    Raises TooMany after ten failures within a quarter of an hour for this address, Unavailable.
    """
    subject = passwords.digest(f"email:{email.strip().casefold()}")
    with passwords.one_of_few_checks():
        with sessions.read() as session:
            passwords.slow_down(session, subject, "this address", now=now)
            person = users.by_email(session, email)
            claimed = person.id if person else ""
            known = person.password_hash if person and person.is_active else None
        is_right = passwords.matches(known or passwords.nobodys(), password) and known is not None
    renewed = passwords.hashed(password) if is_right and known and passwords.is_outdated(known) else None
    with sessions.write() as session:
        person = session.get(User, claimed) if is_right else None
        if person is None or not person.is_active or person.password_hash != known:
            passwords.note_failure(session, subject, now=now)
            return None
        person.password_hash = renewed or known
        passwords.forget_failures(session, subject)
        return person


def first_admin_link(session: Session, *, now: datetime) -> str | None:
    """Make the secret of the link that creates the first admin, or None when there is one already.

    An older unused link dies: only the last one printed works.
    """
    if session.scalar(select(User.id).where(User.role == Role.ADMIN.value).limit(1)):
        return None
    session.execute(delete(OneTimeLink).where(OneTimeLink.user_id.is_(None), OneTimeLink.used_at.is_(None)))
    return _make_link(session, None, now)


def invite(session: Session, user_id: str, *, actor: Actor | None, now: datetime) -> str:
    """Make the secret of a link with which a person sets a password once. Raises NotAllowed, NotFound."""
    if actor is not None:
        require(actor, Right.MANAGE_USERS)
    person = users.get(session, user_id)
    audit.note(session, "user.invited", "user", person.id, actor=actor, now=now)
    return _make_link(session, person.id, now)


def look_at_link(session: Session, secret: str, *, now: datetime) -> OneTimeLink:
    """Find an unused link. Raises Gone with what to do."""
    link = session.scalar(select(OneTimeLink).where(OneTimeLink.secret_hash == passwords.digest(secret)))
    if link is None or link.used_at is not None or link.expires_at <= now:
        raise Gone("This link was used already or has run out. Ask your admin for a new one.")
    return link


def use_link(
    session: Session, secret: str, *, password: str, email: str | None, name: str | None, now: datetime
) -> User:
    """Set the password, once; a link for nobody yet creates the first admin from `email` and `name`.

    Raises Gone, Invalid.
    """
    link = look_at_link(session, secret, now=now)
    person = link.user
    _check_password(password, (person.email if person else email) or "")
    if person is None:
        person = users.add(session, email or "", role=Role.ADMIN, name=name or None, actor=None, now=now)
    person.password_hash = passwords.hashed(password)
    person.session_epoch += 1
    link.used_at = now
    audit.note(session, "user.password_set", "user", person.id, actor=None, now=now)
    return person


def make_token(
    session: Session, user_id: str, name: str, *, actor: Actor | None, now: datetime
) -> tuple[Token, str]:
    """Make an API token; its secret is returned once and never again. Raises NotFound, NotAllowed."""
    if actor is not None and actor.id != user_id:
        require(actor, Right.MANAGE_USERS)
    person = users.get(session, user_id)
    secret = KEY_BEGINS_WITH + secrets.token_urlsafe(32)
    token = Token(user_id=person.id, name=name, secret_hash=passwords.digest(secret), created_at=now)
    session.add(token)
    session.flush()
    audit.note(session, "token.created", "token", token.id, actor=actor, now=now, changes={"user": person.id})
    return token, secret


def tokens_of(session: Session, actor: Actor) -> Sequence[Token]:
    """List one's own tokens that still work."""
    mine = select(Token).where(Token.user_id == actor.id, Token.revoked_at.is_(None))
    return session.scalars(mine.order_by(Token.created_at, Token.id)).all()


def tokens(session: Session, *, limit: int = 50, cursor: str | None = None, actor: Actor) -> Slice[Token]:
    """List everybody's tokens that still work, oldest first, a part at a time. Raises NotAllowed, Invalid."""
    require(actor, Right.MANAGE_USERS)
    wanted = select(Token).where(Token.revoked_at.is_(None))
    if cursor is not None:
        at, last_id = cursors.read(cursor, parts=2)
        moment = cursors.moment(at)
        same_moment = and_(Token.created_at == moment, Token.id > last_id)
        wanted = wanted.where(or_(Token.created_at > moment, same_moment))
    limit = cursors.bounded(limit)
    found = session.scalars(wanted.order_by(Token.created_at, Token.id).limit(limit + 1)).all()
    last = found[limit - 1] if len(found) > limit else None
    return Slice(found[:limit], cursors.make(last.created_at.isoformat(), last.id) if last else None)


def revoke_token(session: Session, token_id: str, *, actor: Actor, now: datetime) -> None:
    """End a token at once; one's own, or anybody's for an admin. Raises NotFound."""
    token = session.get(Token, token_id)
    if token is None or (token.user_id != actor.id and actor.role is not Role.ADMIN):
        raise NotFound("There is no such token.")
    if token.revoked_at is None:
        token.revoked_at = now
        audit.note(session, "token.revoked", "token", token.id, actor=actor, now=now)


def actor_of_token(session: Session, secret: str, *, now: datetime) -> tuple[Actor, str | None]:
    """Say who a token speaks for, and its id when its last use should be noted. Raises NotSignedIn."""
    token = session.scalar(select(Token).where(Token.secret_hash == passwords.digest(secret)))
    if token is None or token.revoked_at is not None or not token.user.is_active:
        raise NotSignedIn("This token is not valid: it was revoked, or its person was deactivated.")
    stale = token.last_used_at is None or token.last_used_at < now - TOKEN_TOUCH
    return token.user.as_actor(), token.id if stale else None


def touch_token(session: Session, token_id: str, *, now: datetime) -> None:
    """Note that a token was used."""
    token = session.get(Token, token_id)
    if token is not None:
        token.last_used_at = now


def _check_password(password: str, email: str) -> None:
    if len(password) < PASSWORD_CHARACTERS:
        raise Invalid.field(
            "/password", f"Use at least {PASSWORD_CHARACTERS} characters; a sentence is easy to remember."
        )
    if len(password) > passwords.CHARACTERS_AT_MOST:
        raise Invalid.field("/password", "Use at most 1,000 characters.")
    if password.casefold() in {email.casefold(), email.partition("@")[0].casefold()}:
        raise Invalid.field("/password", "The password must not be the e-mail address.")


def _make_link(session: Session, user_id: str | None, now: datetime) -> str:
    secret = secrets.token_urlsafe(32)
    session.add(
        OneTimeLink(
            user_id=user_id, secret_hash=passwords.digest(secret), created_at=now, expires_at=now + LINK_LASTS
        )
    )
    session.flush()
    return secret
