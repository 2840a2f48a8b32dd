"""An asset as pages show it: plain values, nothing left to load."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import url_for
from sqlalchemy.orm import Session

from content_map import context
from content_map.domain.assets import Audience, State, Status, is_live
from content_map.domain.permissions import has_expired
from content_map.domain.vocabulary import Facet
from content_map.models import Asset, Page
from content_map.services import showing
from content_map.services.assets import facts
from content_map.services.usage_shown import Counts
from content_map.web import picture_addresses


@dataclass(frozen=True, slots=True)
class CardTerm:
    """A term of an asset; `matched` when the situation in hand names it."""

    name: str
    matched: bool = False


@dataclass(frozen=True, slots=True)
class CardFacet:
    """A facet of an asset and its terms."""

    key: str
    terms: tuple[CardTerm, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """Everything a row, a result or a page's head says of an asset."""

    id: str
    title: str
    summary: str | None
    conversation: str | None
    kind: str
    page_count: int | None
    duration_seconds: int | None
    size_bytes: int
    file_name: str
    owner: str
    updated_at: datetime
    status: Status
    shown_status: str
    state: State
    problem: str | None
    audience: Audience
    version: int
    review_by: date | None
    review_due: date | None
    guide: Mapping[str, Any]
    url: str
    share_url: str
    link_url: str | None
    thumbnail_url: str | None
    etag: int
    set_facets: tuple[str, ...]
    facets: tuple[CardFacet, ...]
    usage: Counts = field(default_factory=Counts)

    @property
    def link_site(self) -> str:
        """The web site a link leads to, without its www."""
        return urlsplit(self.link_url or "").netloc.removeprefix("www.")

    @property
    def has_guide(self) -> bool:
        """Say whether the guide says anything."""
        return any(self.guide.values())


def card_of(
    asset: Asset,
    *,
    first_page: Page | None = None,
    usage: Counts | None = None,
    matched: Iterable[str] = (),
    search: str | None = None,
    matched_pages: str | None = None,
    surface: str | None = None,
) -> Card:
    """Make the card of a loaded asset: `matched` are `facet:term`; the rest goes into its address."""
    version = asset.current
    facets = _facets(asset, frozenset(matched))
    return Card(
        id=asset.id,
        title=asset.title,
        summary=asset.summary,
        conversation=asset.conversation,
        kind=version.kind,
        page_count=version.page_count,
        duration_seconds=version.duration_seconds,
        size_bytes=version.size_bytes,
        file_name=version.file_name,
        owner=asset.owner.name,
        updated_at=asset.updated_at,
        status=Status(asset.status),
        shown_status=_shown_status(asset),
        state=State(version.state),
        problem=version.problem,
        audience=Audience(asset.audience),
        version=asset.version_number,
        review_by=asset.review_by,
        review_due=_review_due(asset),
        guide=asset.guide,
        url=url_for(
            "pages.assets.page", asset_id=asset.id, search=search, matched=matched_pages, via=surface
        ),
        share_url=url_for("pages.assets.page", asset_id=asset.id),
        link_url=version.url,
        thumbnail_url=picture_addresses.thumbnail(asset, first_page),
        etag=asset.revision,
        set_facets=tuple(each.key for each in facets),
        facets=facets,
        usage=usage or Counts(),
    )


def cards_of(
    session: Session,
    assets: Sequence[Asset],
    *,
    usage: Mapping[str, Counts] | None = None,
    surface: str | None = None,
) -> list[Card]:
    """Make the cards of a list at once."""
    pages = showing.first_pages(session, [asset.current for asset in assets])
    known = usage or {}
    return [
        card_of(
            asset,
            first_page=pages.get(asset.current.id),
            usage=known.get(asset.id),
            surface=surface,
        )
        for asset in assets
    ]


def _shown_status(asset: Asset) -> str:
    now = context.now()
    if has_expired(facts(asset), now):
        return "expired"
    if asset.status != Status.PUBLISHED:
        return str(asset.status)
    return "live" if is_live(Status.PUBLISHED, asset.publish_at, asset.expires_at, now) else "scheduled"


def _review_due(asset: Asset) -> date | None:
    today = context.now().astimezone(context.resources().settings.zone).date()
    due = asset.review_by is not None and asset.review_by <= today
    return asset.review_by if due and asset.status == Status.PUBLISHED else None


def _facets(asset: Asset, matched: frozenset[str]) -> tuple[CardFacet, ...]:
    by_facet: dict[str, list[CardTerm]] = {}
    for tag in sorted(asset.terms, key=lambda tag: tag.term.name):
        term = CardTerm(tag.term.name, tag.term.full_key in matched)
        by_facet.setdefault(tag.term.facet_key, []).append(term)
    return tuple(CardFacet(key.value, tuple(by_facet[key.value])) for key in Facet if key.value in by_facet)
