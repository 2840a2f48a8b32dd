"""The least valid thing of each kind; a test states every value it asserts on."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from content_map.domain.assets import Status
from content_map.domain.conversations import Conversation
from content_map.domain.people import Role
from content_map.models import (
    Account,
    Asset,
    AssetPeriod,
    Facet,
    Page,
    Search,
    SearchHit,
    Term,
    User,
    UserPeriod,
    Version,
)

_numbers = count(1)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def make_user(session: Session, role: Role = Role.REP, **given: Any) -> User:
    number = next(_numbers)
    values = {"email": f"person{number}@example.com", "name": f"Person {number}", "created_at": LONG_AGO}
    user = User(**{**values, "role": role.value, **given})
    session.add(user)
    session.flush()
    session.add(UserPeriod(user_id=user.id, role=user.role, team_id=user.team_id, starts_at=LONG_AGO))
    session.flush()
    return user


def make_asset(
    session: Session,
    *,
    owner: User | None = None,
    conversation: Conversation | None = Conversation.POINT_OF_VIEW,
    status: Status = Status.PUBLISHED,
    live_from: datetime | None = LONG_AGO,
    live_until: datetime | None = None,
    pages: tuple[str, ...] = (),
    **given: Any,
) -> Asset:
    """A ready asset with one version; published ones get the period in which they are live."""
    owner = owner or make_user(session, Role.MARKETER)
    number = next(_numbers)
    values = {"title": f"Asset {number}", "created_at": LONG_AGO, "updated_at": LONG_AGO}
    asset = Asset(**{**values, "owner_id": owner.id, "conversation": conversation, "status": status, **given})
    session.add(asset)
    session.flush()
    version = Version(
        asset_id=asset.id,
        number=1,
        store_key=f"assets/{asset.id}/1",
        file_name=f"asset-{number}.pdf",
        sha256=f"{number:064x}",
        size_bytes=1000,
        media_type="application/pdf",
        kind="document",
        state="ready",
        page_count=len(pages),
        created_by=owner.id,
        created_at=LONG_AGO,
    )
    session.add(version)
    session.flush()
    for page_number, text in enumerate(pages, start=1):
        session.add(Page(version_id=version.id, number=page_number, label=f"Page {page_number}", text=text))
    if status is Status.PUBLISHED and live_from is not None and conversation is not None:
        session.add(
            AssetPeriod(
                asset_id=asset.id,
                starts_at=live_from,
                ends_at=live_until,
                owner_id=owner.id,
                conversation=conversation,
                audience=asset.audience,
            )
        )
    session.flush()
    return asset


def make_account(session: Session, name: str = "Harbour & Vale") -> Account:
    account = Account(name=name, name_key=name.casefold(), created_at=LONG_AGO)
    session.add(account)
    session.flush()
    return account


def make_term(
    session: Session, facet: str = "industry", key: str = "healthcare", name: str = "Healthcare"
) -> Term:
    if session.get(Facet, facet) is None:
        session.add(Facet(key=facet, name=facet.title(), position=next(_numbers)))
        session.flush()
    term = Term(facet_key=facet, key=key, name=name)
    session.add(term)
    session.flush()
    return term


def make_search(session: Session, user: User, *served: Asset, **given: Any) -> Search:
    """A stored search that served the assets at ranks 1, 2, 3 and so on."""
    values = {"asked_at": LONG_AGO, "situation": "late deliveries", "total": len(served), "took_ms": 1.0}
    search = Search(**{**values, "user_id": user.id, "surface": "search", **given})
    session.add(search)
    session.flush()
    for rank, asset in enumerate(served, start=1):
        session.add(SearchHit(search_id=search.id, asset_id=asset.id, rank=rank))
    session.flush()
    return search
