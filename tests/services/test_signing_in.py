"""Ways in: only hashes are stored, a link works once, guessing is slowed down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.db import Sessions
from content_map.domain.people import Role
from content_map.errors import Conflict, Gone, Invalid, NotAllowed, NotSignedIn, TooMany
from content_map.models import OneTimeLink, SignInAttempt, Token, UserPeriod
from content_map.services import passwords, signing_in, users
from tests.factories import make_user

PASSWORD = "a long walk in the rain"


class Watched(Sessions):
    """Transactions that say how many of them are open."""

    def __init__(self, real: Sessions) -> None:
        super().__init__(real.engine)
        self.real = real
        self.open = 0

    @contextmanager
    def read(self) -> Iterator[Session]:
        with self._counted(), self.real.read() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        with self._counted(), self.real.write() as session:
            yield session

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self.open += 1
        try:
            yield
        finally:
            self.open -= 1


def test_the_first_admins_link_makes_an_admin_once(session: Session, now: datetime) -> None:
    secret = signing_in.first_admin_link(session, now=now)
    assert secret is not None

    person = signing_in.use_link(
        session, secret, password=PASSWORD, email="Ada@Example.com", name="Ada", now=now
    )

    assert (person.role, person.email) == (Role.ADMIN, "ada@example.com")
    with pytest.raises(Gone):
        signing_in.use_link(session, secret, password=PASSWORD, email="eve@example.com", name=None, now=now)
    assert signing_in.first_admin_link(session, now=now) is None


def test_only_the_last_printed_admin_link_works(session: Session, now: datetime) -> None:
    first = signing_in.first_admin_link(session, now=now)
    second = signing_in.first_admin_link(session, now=now)
    assert first is not None
    assert second is not None

    with pytest.raises(Gone):
        signing_in.look_at_link(session, first, now=now)
    assert signing_in.look_at_link(session, second, now=now).user_id is None


def test_a_link_runs_out(session: Session, now: datetime) -> None:
    person = make_user(session)
    secret = signing_in.invite(session, person.id, actor=None, now=now)

    with pytest.raises(Gone, match="run out"):
        signing_in.look_at_link(session, secret, now=now + timedelta(days=7))


def test_the_right_password_signs_in_and_a_wrong_one_does_not(
    session: Session, sessions: Sessions, now: datetime
) -> None:
    person = make_user(session, email="raj@example.com")
    secret = signing_in.invite(session, person.id, actor=None, now=now)
    signing_in.use_link(session, secret, password=PASSWORD, email=None, name=None, now=now)

    signed_in = signing_in.sign_in(sessions, " RAJ@example.com ", PASSWORD, now=now)

    assert signed_in is not None
    assert signed_in.id == person.id
    assert signing_in.sign_in(sessions, "raj@example.com", PASSWORD + "!", now=now) is None
    assert signing_in.sign_in(sessions, "nobody@example.com", PASSWORD, now=now) is None


def test_a_person_without_a_password_cannot_sign_in(
    session: Session, sessions: Sessions, now: datetime
) -> None:
    make_user(session, email="new@example.com")

    assert signing_in.sign_in(sessions, "new@example.com", "", now=now) is None


def test_a_deactivated_person_cannot_sign_in_and_loses_tokens(
    session: Session, sessions: Sessions, now: datetime
) -> None:
    admin = make_user(session, Role.ADMIN).as_actor()
    person = make_user(session, email="raj@example.com")
    link = signing_in.invite(session, person.id, actor=admin, now=now)
    signing_in.use_link(session, link, password=PASSWORD, email=None, name=None, now=now)
    _, secret = signing_in.make_token(session, person.id, "laptop", actor=admin, now=now)
    epoch = person.session_epoch

    users.change(session, person.id, is_active=False, actor=admin, now=now)

    assert signing_in.sign_in(sessions, "raj@example.com", PASSWORD, now=now) is None
    assert person.session_epoch == epoch + 1
    with pytest.raises(NotSignedIn):
        signing_in.actor_of_token(session, secret, now=now)


def test_after_ten_wrong_passwords_even_the_right_one_must_wait(
    session: Session, sessions: Sessions, now: datetime
) -> None:
    person = make_user(session, email="raj@example.com")
    link = signing_in.invite(session, person.id, actor=None, now=now)
    signing_in.use_link(session, link, password=PASSWORD, email=None, name=None, now=now)
    for _ in range(10):
        signing_in.sign_in(sessions, "raj@example.com", "wrong", now=now)

    with pytest.raises(TooMany) as refused:
        signing_in.sign_in(sessions, "raj@example.com", PASSWORD, now=now)

    assert refused.value.facts["retry_after_seconds"] == 15 * 60 + 1
    signed_in = signing_in.sign_in(sessions, "raj@example.com", PASSWORD, now=now + timedelta(minutes=16))

    assert signed_in is not None
    assert signed_in.id == person.id


@pytest.mark.parametrize("password", ["short", "", "raj@example.com"])
def test_a_weak_password_is_refused_with_what_to_do(session: Session, now: datetime, password: str) -> None:
    person = make_user(session, email="raj@example.com")
    secret = signing_in.invite(session, person.id, actor=None, now=now)

    with pytest.raises(Invalid):
        signing_in.use_link(session, secret, password=password, email=None, name=None, now=now)

    assert signing_in.look_at_link(session, secret, now=now).used_at is None


def test_no_secret_is_stored_in_the_clear(session: Session, now: datetime) -> None:
    person = make_user(session)
    _, token = signing_in.make_token(session, person.id, "laptop", actor=None, now=now)
    link = signing_in.invite(session, person.id, actor=None, now=now)
    signing_in.use_link(session, link, password=PASSWORD, email=None, name=None, now=now)

    stored = [*session.scalars(select(Token.secret_hash)), *session.scalars(select(OneTimeLink.secret_hash))]

    assert person.password_hash is not None
    assert person.password_hash.startswith("$argon2id$")
    assert token not in stored
    assert link not in stored


def test_a_revoked_token_ends_at_once_and_only_its_owner_or_an_admin_revokes(
    session: Session, now: datetime
) -> None:
    person = make_user(session)
    token, secret = signing_in.make_token(session, person.id, "laptop", actor=None, now=now)
    assert signing_in.actor_of_token(session, secret, now=now)[0].id == person.id

    signing_in.revoke_token(session, token.id, actor=person.as_actor(), now=now)

    with pytest.raises(NotSignedIn):
        signing_in.actor_of_token(session, secret, now=now)


def test_only_an_admin_adds_people_and_an_address_is_taken_once(session: Session, now: datetime) -> None:
    admin, rep = make_user(session, Role.ADMIN).as_actor(), make_user(session).as_actor()

    with pytest.raises(NotAllowed, match="Only an admin"):
        users.add(session, "x@example.com", role=Role.REP, actor=rep, now=now)
    users.add(session, "x@example.com", role=Role.REP, actor=admin, now=now)
    with pytest.raises(Conflict):
        users.add(session, "X@EXAMPLE.com", role=Role.REP, actor=admin, now=now)


def test_the_last_admin_keeps_the_role(session: Session, now: datetime) -> None:
    admin = make_user(session, Role.ADMIN)

    with pytest.raises(Invalid, match="only admin"):
        users.change(session, admin.id, role=Role.REP, actor=admin.as_actor(), now=now)


def test_a_new_role_and_team_begin_a_new_period_so_that_the_past_stays_true(
    session: Session, now: datetime
) -> None:
    admin = make_user(session, Role.ADMIN).as_actor()
    person = users.add(session, "raj@example.com", role=Role.REP, team="DACH", actor=None, now=now)
    later = now + timedelta(days=30)

    users.change(session, person.id, role=Role.MARKETER, team="Brand", actor=admin, now=later)

    periods = session.scalars(select(UserPeriod).where(UserPeriod.user_id == person.id)).all()
    assert sorted((each.role, each.starts_at, each.ends_at) for each in periods) == [
        ("marketer", later, None),
        ("rep", now, later),
    ]
    assert users.role_at(session, person.id, now + timedelta(days=1)) is Role.REP
    assert users.role_at(session, person.id, later) is Role.MARKETER


@pytest.mark.parametrize(
    "address", ["ann@example.com\r\nBcc: eve@example.com", "ann\t@example.com", "a\x00nn@b.c"]
)
def test_an_address_holds_nothing_that_ends_a_line_of_a_mail(
    session: Session, now: datetime, address: str
) -> None:
    with pytest.raises(Invalid, match="not an e-mail address"):
        users.add(session, address, role=Role.REP, actor=None, now=now)


def test_no_transaction_is_open_while_a_password_is_checked(
    session: Session, sessions: Sessions, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_now: list[int] = []
    watched = Watched(sessions)
    check = passwords.matches

    def look(known: str, password: str) -> bool:
        open_now.append(watched.open)
        return check(known, password)

    monkeypatch.setattr(passwords, "matches", look)

    signing_in.sign_in(watched, "nobody@example.com", PASSWORD, now=now)

    assert open_now == [0]


def test_failures_of_long_ago_are_forgotten(session: Session, sessions: Sessions, now: datetime) -> None:
    signing_in.sign_in(sessions, "made-up@example.com", PASSWORD, now=now)
    later = now + timedelta(minutes=15)

    signing_in.sign_in(sessions, "another@example.com", PASSWORD, now=later)

    assert session.scalars(select(SignInAttempt.at)).all() == [later]
