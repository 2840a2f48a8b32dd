"""What an asset is beside its numbers: title, owner and the owner's team, format, age, guide and terms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from content_map.domain.eligibility import Standing
from content_map.models import Asset, AssetPeriod, AssetTerm, Facet, Team, Term, User, UserPeriod, Version
from content_map.reports.contract import Question
from content_map.reports.unused.rows import About, Owner


@dataclass(frozen=True, slots=True)
class Described:
    """An asset's title, owner and the rest."""

    title: str
    owner: Owner
    about: About


@dataclass(frozen=True, slots=True)
class FacetTerms:
    """One facet: its terms' names by id, and which of them each asset carries now."""

    key: str
    name: str
    terms: Mapping[str, str]
    of: Mapping[str, tuple[str, ...]]  # asset id -> term ids; assets with none are not in it


def describe(
    session: Session, question: Question, standings: Mapping[str, Standing]
) -> Mapping[str, Described]:
    """Describe every asset of the quarter; owners and their teams as they were, the rest as it is now."""
    start, end = question.bounds
    in_quarter = (
        select(AssetPeriod.asset_id)
        .where(
            AssetPeriod.starts_at < min(end, question.now),
            or_(AssetPeriod.ends_at.is_(None), AssetPeriod.ends_at > start),
        )
        .distinct()
    )
    first_live = (
        select(AssetPeriod.asset_id, func.min(AssetPeriod.starts_at))
        .where(AssetPeriod.asset_id.in_(in_quarter))
        .group_by(AssetPeriod.asset_id)
    )
    published = dict(session.execute(first_live).all())
    owners = {id_: Owner(id_, name) for id_, name in session.execute(select(User.id, User.name))}
    teams = _teams(session, question)
    assets = session.execute(
        select(Asset.id, Asset.title, Asset.guide, Version.kind)
        .join(Version, (Version.asset_id == Asset.id) & (Version.number == Asset.version_number))
        .where(Asset.id.in_(in_quarter))
    )
    described = {}
    for id_, title, guide, kind in assets:
        if id_ in standings:
            owner = owners[standings[id_].owner or ""]
            about = About(published[id_], kind, teams.get(owner.id), any(guide.values()))
            described[id_] = Described(title, owner, about)
    return described


def facet_terms(session: Session) -> tuple[FacetTerms, ...]:
    """Give every facet in its order with the terms that live assets carry."""
    carried: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    names: dict[str, dict[str, str]] = defaultdict(dict)
    for term_id, facet, name in session.execute(select(Term.id, Term.facet_key, Term.name)):
        names[facet][term_id] = name
    facet_of = {term_id: facet for facet, terms in names.items() for term_id in terms}
    for asset_id, term_id in session.execute(select(AssetTerm.asset_id, AssetTerm.term_id)):
        carried[facet_of[term_id]][asset_id].append(term_id)
    facets = session.execute(select(Facet.key, Facet.name).order_by(Facet.position))
    return tuple(
        FacetTerms(key, name, names[key], {asset: tuple(ids) for asset, ids in carried[key].items()})
        for key, name in facets
    )


def _teams(session: Session, question: Question) -> Mapping[str, str | None]:
    """Name each person's team at the quarter's end, or now while it runs."""
    until = min(question.bounds[1], question.now)
    names = dict(session.execute(select(Team.id, Team.name)).all())
    held = select(UserPeriod.user_id, UserPeriod.team_id).where(UserPeriod.starts_at < until)
    # In the order of time, so that the last one before the end stays.
    return {
        user_id: names.get(team_id or "")
        for user_id, team_id in session.execute(held.order_by(UserPeriod.starts_at))
    }
