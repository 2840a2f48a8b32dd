"""Passwords: hashed with Argon2, checked a few at a time, guessed at slowly; for people and for shares."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from content_map.errors import TooMany, Unavailable
from content_map.models import SignInAttempt

FAILURES_ALLOWED = 10
FAILURE_WINDOW = timedelta(minutes=15)
CHECKS_AT_ONCE = 4
CHECK_PATIENCE_SECONDS = 5.0
CHARACTERS_AT_MOST = 1_000

_hasher = PasswordHasher()
_checks = threading.BoundedSemaphore(CHECKS_AT_ONCE)


def hashed(password: str) -> str:
    """Make the hash to store; it takes long on purpose."""
    return _hasher.hash(password)


def matches(known: str, password: str) -> bool:
    """Say whether a password is the one behind a hash; ask within `one_of_few_checks`, outside transactions."""
    try:
        return _hasher.verify(known, password)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(known: str) -> bool:
    """Say whether a hash was made with less than today's effort."""
    return _hasher.check_needs_rehash(known)


@cache
def nobodys() -> str:
    """A hash to check where there is none, so that the answer takes as long as where there is."""
    return _hasher.hash(secrets.token_hex(16))


@contextmanager
def one_of_few_checks() -> Iterator[None]:
    """Let a few passwords be checked at once: each takes a core and 64 MiB. Raises Unavailable."""
    if not _checks.acquire(timeout=CHECK_PATIENCE_SECONDS):
        raise Unavailable("Too many passwords are checked at the moment. Try again shortly.")
    try:
        yield
    finally:
        _checks.release()


def digest(secret: str) -> str:
    """Hash a secret for looking it up.

    Ours are 256 random bits: a plain hash is enough, and a look-up stays one index probe.
    """
    return hashlib.sha256(secret.encode()).hexdigest()


def slow_down(session: Session, subject: str, what: str, *, now: datetime) -> None:
    """Let nobody guess on after ten failures within a quarter of an hour; `what` is what they guess at.

    Raises TooMany with `retry_after_seconds`.
    """
    recent = select(func.count(), func.min(SignInAttempt.at)).where(
        SignInAttempt.subject == subject, SignInAttempt.at > now - FAILURE_WINDOW
    )
    failures, first = session.execute(recent).one()
    if failures >= FAILURES_ALLOWED and first is not None:
        wait = int((first + FAILURE_WINDOW - now).total_seconds()) + 1
        raise TooMany(
            f"Too many wrong passwords for {what}. Try again in {max(1, wait // 60)} minutes.",
            retry_after_seconds=wait,
        )


def note_failure(session: Session, subject: str, *, now: datetime) -> None:
    """Remember a wrong password; what is older than the window is forgotten."""
    # Whoever tries made-up addresses must not fill the database.
    session.execute(delete(SignInAttempt).where(SignInAttempt.at <= now - FAILURE_WINDOW))
    session.add(SignInAttempt(subject=subject, at=now))


def forget_failures(session: Session, subject: str) -> None:
    """Let somebody who knew it in the end begin anew."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.subject == subject))
