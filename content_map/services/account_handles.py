"""Which customer an address from another system means: by our id, or by its own."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.models import Account
from content_map.services.texts import is_storable


def find(session: Session, handle: str, *, actor: Actor) -> Account | None:
    """Find an account by its id or its external id; a merged one leads to the one it became, a name to nothing."""
    require(actor, Right.SEARCH)
    if not is_storable(handle):
        return None
    account = session.get(Account, handle) or session.scalar(
        select(Account).where(Account.external_id == handle)
    )
    if account is not None and account.merged_into_id is not None:
        return session.get_one(Account, account.merged_into_id)
    return account
