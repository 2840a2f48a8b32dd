"""Accounts from a CRM's export: all rows or none, and the same file again changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.accounts import name_key
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.errors import Conflict, FieldError, Invalid
from content_map.models import Account, User
from content_map.services import accounts, audit, tables
from content_map.services.accounts import AccountChanges
from content_map.services.texts import is_storable


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One row of the file; an empty cell leaves what is known. `owner` is an e-mail address."""

    name: str
    external_id: str | None = None
    industry: str | None = None
    size: str | None = None
    owner: str | None = None


COLUMNS = tuple(each.name for each in fields(AccountRow))


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do; `problems` point at rows: `/3/owner`."""

    created: int
    changed: int
    unchanged: int
    problems: tuple[FieldError, ...] = ()


def read_file(stream: BinaryIO) -> list[AccountRow]:
    """Read the rows of a file. Raises Invalid (the rows that are none), TooLarge."""
    rows = tables.read_rows(stream, COLUMNS)
    problems = [
        FieldError(f"/{index}/{name}", "Write text here.")
        for index, row in enumerate(rows)
        for name, cell in row.items()
        if name not in COLUMNS or not isinstance(cell, str) or not is_storable(cell)
    ]
    if problems:
        raise Invalid("Nothing was imported: some rows need a correction first.", problems)
    return [AccountRow(**{"name": "", **row}) for row in rows]  # type: ignore[arg-type]  # only text is left


def look(session: Session, rows: Sequence[AccountRow], *, actor: Actor, now: datetime) -> Imported:
    """Say what an import would do, row by row, and change nothing. Raises NotAllowed."""
    require(actor, Right.MANAGE_ACCOUNTS)
    trial = session.begin_nested()
    try:
        return _bring_in(session, rows, actor, now)
    finally:
        trial.rollback()


def import_rows(session: Session, rows: Sequence[AccountRow], *, actor: Actor, now: datetime) -> Imported:
    """Add or change accounts, matched by external id, then by name; all or none.

    Raises NotAllowed, Invalid (every row's problem).
    """
    require(actor, Right.MANAGE_ACCOUNTS)
    with session.begin_nested():
        done = _bring_in(session, rows, actor, now)
        if done.problems:
            raise Invalid("Nothing was imported: some rows need a correction first.", done.problems)
    counts = {"created": done.created, "changed": done.changed, "unchanged": done.unchanged}
    audit.note(session, "accounts.imported", "account", "-", actor=actor, now=now, changes=counts)
    return done


def _bring_in(session: Session, rows: Sequence[AccountRow], actor: Actor, now: datetime) -> Imported:
    counts = {"created": 0, "changed": 0, "unchanged": 0}
    problems: list[FieldError] = []
    for index, row in enumerate(rows):
        try:
            counts[_bring_in_one(session, row, actor, now)] += 1
        except Invalid as refusal:
            problems += [FieldError(f"/{index}{each.pointer}", each.detail) for each in refusal.errors]
        except Conflict as refusal:
            problems.append(FieldError(f"/{index}/name", refusal.detail))
    return Imported(**counts, problems=tuple(problems))


def _bring_in_one(session: Session, row: AccountRow, actor: Actor, now: datetime) -> str:
    changes = _changes(session, row)
    account = _match(session, row)
    if account is None:
        accounts.create(session, changes, actor=actor, now=now)
        return "created"
    if account.name_key != name_key(row.name) and _was_merged_into(session, row.name, account):
        del changes["name"]  # an older name of the same company
    before = accounts.facts(account)
    accounts.change(session, account.id, changes, actor=actor, now=now)
    return "unchanged" if accounts.facts(account) == before else "changed"


def _match(session: Session, row: AccountRow) -> Account | None:
    by_external_id = select(Account).where(Account.external_id == row.external_id)
    by_name = select(Account).where(Account.name_key == name_key(row.name))
    found = session.scalar(by_external_id) if row.external_id else None
    found = found or session.scalar(by_name)
    if found is not None and found.merged_into_id is not None:
        return session.get_one(Account, found.merged_into_id)
    return found


def _was_merged_into(session: Session, name: str, account: Account) -> bool:
    holder = session.scalar(select(Account.merged_into_id).where(Account.name_key == name_key(name)))
    return holder == account.id


def _changes(session: Session, row: AccountRow) -> AccountChanges:
    changes: AccountChanges = {"name": row.name}
    if row.external_id:
        changes["external_id"] = row.external_id
    if row.industry:
        changes["industry"] = row.industry
    if row.size:
        changes["size"] = row.size
    if row.owner:
        owner = session.scalar(select(User.id).where(User.email == row.owner.strip().casefold()))
        if owner is None:
            raise Invalid.field("/owner", f"Nobody here has the address {row.owner.strip()!r}.")
        changes["owner"] = owner
    return changes
