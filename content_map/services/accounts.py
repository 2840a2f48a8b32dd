"""Customer companies: known by name, made on first use, merged when two turn out to be one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TypedDict

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from content_map.db import new_id
from content_map.domain.accounts import ACCOUNT_NAME_CHARACTERS, name_key, tidy_name
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.errors import Conflict, FieldError, Invalid, NotFound
from content_map.models import Account, SavedSearch, Search, Share, UsageEvent, User
from content_map.services import audit, cursors, usage_marks
from content_map.services.cursors import Slice
from content_map.services.texts import NOT_STORABLE, is_storable
from content_map.statements import insert_unless_there

_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_AT_ONCE = 400  # names in one statement: below every database's bound on variables
UNKNOWN = "There is no account with this id."


class AccountChanges(TypedDict, total=False):
    """The fields an account may be given; a missing one is left alone, None clears it."""

    name: str
    external_id: str | None
    industry: str | None
    size: str | None
    owner: str | None  # user id


def listed(
    session: Session, prefix: str = "", *, limit: int = 50, cursor: str | None = None, actor: Actor
) -> Slice[Account]:
    """List accounts by name, those whose name begins with `prefix`; merged ones are not shown."""
    require(actor, Right.SEARCH)
    wanted = select(Account).where(Account.merged_into_id.is_(None))
    if not is_storable(prefix):
        raise Invalid.field("/prefix", NOT_STORABLE)
    if key := name_key(prefix):
        wanted = wanted.where(Account.name_key.startswith(key, autoescape=True))
    if cursor is not None:
        wanted = wanted.where(Account.name_key > cursors.read(cursor, parts=1)[0])
    limit = cursors.bounded(limit)
    found = session.scalars(wanted.order_by(Account.name_key).limit(limit + 1)).all()
    more = len(found) > limit
    return Slice(found[:limit], cursors.make(found[limit - 1].name_key) if more else None)


def get(session: Session, account_id: str, *, actor: Actor) -> Account:
    """Load an account by id; a merged one leads to the one it became. Raises NotFound."""
    require(actor, Right.SEARCH)
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound(UNKNOWN)
    return _present(session, account)


def named(session: Session, name_or_id: str, *, actor: Actor, now: datetime) -> Account:
    """Find the account of an id or a name; a name nobody used before becomes an account.

    Raises NotFound (an id that is none), Invalid (an empty or endless name).
    """
    return named_all(session, [name_or_id], actor=actor, now=now)[name_or_id]


def named_all(
    session: Session, names_or_ids: Iterable[str], *, actor: Actor, now: datetime
) -> dict[str, Account]:
    """Do the same for many at once; the answer's keys are the texts as given."""
    require(actor, Right.ADD_ACCOUNTS)
    wanted = list(dict.fromkeys(names_or_ids))
    problems = [problem for text in wanted if (problem := name_problem(text)) is not None]
    if problems:
        raise Invalid.field("/account", problems[0])
    by_id = _by_id(session, [text for text in wanted if _ID.fullmatch(text)])
    unknown = [text for text in wanted if _ID.fullmatch(text) and text not in by_id]
    if unknown:
        raise NotFound(UNKNOWN)
    names = {name_key(text): tidy_name(text) for text in reversed(wanted) if text not in by_id}
    by_key = _by_key(session, names)
    missing = {key: name for key, name in names.items() if key not in by_key}
    if missing:
        _insert(session, missing, now)
        by_key |= _by_key(session, missing)
    return {text: by_id[text] if text in by_id else by_key[name_key(text)] for text in wanted}


def known_ids(session: Session, names_or_ids: Iterable[str]) -> frozenset[str]:
    """Pick the texts that look like an id and are one."""
    return frozenset(_by_id(session, [text for text in names_or_ids if looks_like_id(text)]))


def looks_like_id(text: str) -> bool:
    """Say whether a text is read as an id, not as a name."""
    return _ID.fullmatch(text) is not None


def name_problem(name: str) -> str | None:
    """Say why a text cannot be an account's name, or None."""
    if not is_storable(name):
        return NOT_STORABLE
    key = name_key(name)
    if not key or not any(character.isalnum() for character in key):
        return "Name the customer: letters or digits are needed."
    if any(ord(character) < 32 or ord(character) == 127 for character in key):
        return "The customer's name contains a control character. Type it again."
    if max(len(key), len(tidy_name(name))) > ACCOUNT_NAME_CHARACTERS:
        return f"A customer's name has at most {ACCOUNT_NAME_CHARACTERS} characters."
    return None


def create(session: Session, changes: AccountChanges, *, actor: Actor, now: datetime) -> Account:
    """Add an account. Raises NotAllowed, Invalid, Conflict (`account`: the one that has the name or id)."""
    require(actor, Right.ADD_ACCOUNTS)
    account = Account(id=new_id(), name="", name_key="", created_at=now)
    _apply(session, account, {"name": "", **changes})
    session.add(account)
    session.flush()
    audit.note(session, "account.created", "account", account.id, actor=actor, now=now)
    return account


def change(
    session: Session, account_id: str, changes: AccountChanges, *, actor: Actor, now: datetime
) -> Account:
    """Change only the named fields. Raises NotAllowed, NotFound, Invalid, Conflict."""
    require(actor, Right.ADD_ACCOUNTS)
    account = get(session, account_id, actor=actor)
    before = facts(account)
    _apply(session, account, changes)
    session.flush()
    after = facts(account)
    changed = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    if changed:
        audit.note(session, "account.changed", "account", account.id, actor=actor, now=now, changes=changed)
    return account


def facts(account: Account) -> dict[str, str | None]:
    """The settable fields as plain JSON values."""
    return {
        "name": account.name,
        "external_id": account.external_id,
        "industry": account.industry,
        "size": account.size,
        "owner": account.owner_id,
    }


def merge(session: Session, from_id: str, into_id: str, *, actor: Actor, now: datetime) -> Account:
    """Make two accounts one: everything that named the first names the second from now on, its name too.

    Raises NotAllowed, NotFound, Invalid (they are one already).
    """
    require(actor, Right.MANAGE_ACCOUNTS)
    gone = session.get(Account, from_id, with_for_update=True)
    stays = session.get(Account, into_id, with_for_update=True)
    if gone is None or stays is None:
        raise NotFound(UNKNOWN)
    stays = _present(session, stays)
    if _present(session, gone).id == stays.id:
        raise Invalid.field("/into", f"These two are one account already: {stays.name}.")
    gone = _present(session, gone)
    # How many customers, and which outcome answers which use: both were counted with two accounts.
    usage_marks.mark(session, usage_marks.of_account(session, [gone.id, stays.id]))
    moved = {
        # No such table is indexed for search, so the outbox need not see these rows.
        "events": _repoint(session, UsageEvent, gone.id, stays.id),
        "searches": _repoint(session, Search, gone.id, stays.id),
        "saved_searches": _repoint(session, SavedSearch, gone.id, stays.id),
        "shares": _repoint(session, Share, gone.id, stays.id),
    }
    session.execute(update(Account).where(Account.merged_into_id == gone.id).values(merged_into_id=stays.id))
    gone.merged_into_id = stays.id
    session.flush()
    changes = {"into": stays.id, "from_name": gone.name, "into_name": stays.name, **moved}
    audit.note(session, "account.merged", "account", gone.id, actor=actor, now=now, changes=changes)
    return stays


def _repoint(
    session: Session, table: type[UsageEvent | Search | SavedSearch | Share], from_id: str, into_id: str
) -> int:
    count = session.scalar(select(func.count()).where(table.account_id == from_id)) or 0
    session.execute(update(table).where(table.account_id == from_id).values(account_id=into_id))
    return count


def _present(session: Session, account: Account) -> Account:
    """Follow a merge; `merge` keeps the way one step long."""
    if account.merged_into_id is None:
        return account
    return session.get_one(Account, account.merged_into_id)


def _by_id(session: Session, ids: list[str]) -> dict[str, Account]:
    found: dict[str, Account] = {}
    for start in range(0, len(ids), _AT_ONCE):
        part = select(Account).where(Account.id.in_(ids[start : start + _AT_ONCE]))
        found |= {account.id: _present(session, account) for account in session.scalars(part)}
    return found


def _by_key(session: Session, names: Mapping[str, str]) -> dict[str, Account]:
    found: dict[str, Account] = {}
    keys = list(names)
    for start in range(0, len(keys), _AT_ONCE):
        part = select(Account).where(Account.name_key.in_(keys[start : start + _AT_ONCE]))
        found |= {account.name_key: _present(session, account) for account in session.scalars(part)}
    return found


def _insert(session: Session, names: Mapping[str, str], now: datetime) -> None:
    """Insert what nobody else inserts meanwhile; in one order everywhere, so that no two wait in a ring."""
    rows = [{"id": new_id(), "name": names[key], "name_key": key, "created_at": now} for key in sorted(names)]
    session.connection().execute(
        insert_unless_there(session, Account).on_conflict_do_nothing(index_elements=["name_key"]), rows
    )


def _apply(session: Session, account: Account, changes: AccountChanges) -> None:
    problems = list(_problems(session, changes))
    if problems:
        raise Invalid(" ".join(each.detail for each in problems), problems)
    _refuse_twin(session, account, changes)
    if "name" in changes:
        account.name, account.name_key = tidy_name(changes["name"]), name_key(changes["name"])
    if "external_id" in changes:
        account.external_id = _tidy(changes["external_id"])
    if "industry" in changes:
        account.industry = _tidy(changes["industry"])
    if "size" in changes:
        account.size = _tidy(changes["size"])
    if "owner" in changes:
        account.owner_id = changes["owner"]


def _problems(session: Session, changes: AccountChanges) -> Iterator[FieldError]:
    if "name" in changes and (problem := name_problem(changes["name"])) is not None:
        yield FieldError("/name", problem)
    bounded = (
        ("external_id", changes.get("external_id"), 200),
        ("industry", changes.get("industry"), 80),
        ("size", changes.get("size"), 80),
    )
    for field, text, bound in bounded:
        if not is_storable(text or ""):
            yield FieldError(f"/{field}", NOT_STORABLE)
        if len(text or "") > bound:
            yield FieldError(f"/{field}", f"At most {bound} characters, please.")
    owner = changes.get("owner")
    if owner is not None and session.get(User, owner) is None:
        yield FieldError("/owner", "There is no person with this id.")


def _tidy(text: str | None) -> str | None:
    return (text or "").strip() or None


def _refuse_twin(session: Session, account: Account, changes: AccountChanges) -> None:
    external_id = _tidy(changes.get("external_id"))
    same = [
        *([Account.name_key == name_key(changes["name"])] if "name" in changes else []),
        *([Account.external_id == external_id] if external_id else []),
    ]
    if not same:
        return
    twin = session.scalar(select(Account).where(or_(*same), Account.id != account.id).limit(1))
    if twin is not None:
        twin = _present(session, twin)
        raise Conflict(
            f"{twin.name} is an account already. Use that one, or ask an admin to merge the two.",
            account={"id": twin.id, "name": twin.name},
        )
