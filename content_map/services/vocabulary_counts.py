"""How much each term is used: by live assets, and in the situations that reps ask with."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content_map.domain.people import SALES_ROLES
from content_map.models import Asset, AssetTerm, Search, User
from content_map.services import library
from content_map.services.at_hand import LOOK_BACK, REPS_NEEDED

SEARCHES_READ = 50_000


def live_uses(session: Session, *, now: datetime) -> dict[str, int]:
    """Count the live assets that carry each term, by term id; only terms with at least one."""
    rows = session.execute(
        select(AssetTerm.term_id, func.count())
        .join(Asset, Asset.id == AssetTerm.asset_id)
        .where(library.live(now))
        .group_by(AssetTerm.term_id)
    )
    return dict(rows.all())


def asked(session: Session, *, now: datetime) -> dict[str, int]:
    """Count the searches of the last 90 days in which reps used a term, by `facet:term`.

    Terms that fewer than three people used are left out: a rep's situations are the rep's.
    """
    latest = (
        select(Search.user_id, Search.recognised)
        .join(User, User.id == Search.user_id)
        .where(Search.asked_at >= now - LOOK_BACK, User.role.in_([role.value for role in SALES_ROLES]))
        .order_by(Search.asked_at.desc())
        .limit(SEARCHES_READ)
        .execution_options(yield_per=1_000)
    )
    people: dict[str, set[str]] = {}
    searches: Counter[str] = Counter()
    for user_id, chips in session.execute(latest):
        for ref in {f"{chip['facet']}:{chip['term']}" for chip in chips if chip.get("term")}:
            people.setdefault(ref, set()).add(user_id)
            searches[ref] += 1
    return {ref: count for ref, count in searches.items() if len(people[ref]) >= REPS_NEEDED}
