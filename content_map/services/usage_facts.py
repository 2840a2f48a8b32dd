"""What the database knows of the things a batch of events names: loaded at once, asked event by event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.assets import Audience, Status
from content_map.domain.conversations import Conversation
from content_map.domain.counting import is_use
from content_map.domain.events import Problem, ReportedEvent
from content_map.domain.people import Actor, Role
from content_map.domain.permissions import AssetFacts, may_see
from content_map.domain.usage import EventKind, ExcludedReason, Purpose
from content_map.models import Asset, AssetPeriod, Search, SearchHit, UsageEvent, User, UserPeriod
from content_map.services import accounts

NO_ASSET = "There is no such asset, or it is not published."
NO_SEARCH = "This is not one of your searches."
NO_USE = "There is no such use of yours."


@dataclass(frozen=True, slots=True)
class Submission:
    """An event on its way in: its place in the batch, who did it, and the event with its defaults filled."""

    index: int
    actor_id: str
    event: ReportedEvent
    occurred_at: datetime
    source: str | None = None
    version: int | None = None  # what left, where the product itself knows it; else the current one
    share: str | None = None
    visitor: ExcludedReason | None = None  # why who opened the share is no customer


@dataclass(frozen=True, slots=True)
class _Span:
    starts_at: datetime
    ends_at: datetime | None
    holds: str  # an owner's id, or a role

    def covers(self, moment: datetime) -> bool:
        return self.starts_at <= moment and (self.ends_at is None or moment < self.ends_at)


@dataclass(frozen=True, slots=True)
class KnownAsset:
    """An asset as far as events are concerned."""

    id: str
    owner_id: str
    conversation: Conversation | None
    version_number: int
    facts: AssetFacts
    periods: tuple[_Span, ...]

    def owner_at(self, moment: datetime) -> str:
        """Name who owned it then; outside its live periods the present owner."""
        return next((span.holds for span in self.periods if span.covers(moment)), self.owner_id)

    def was_live_at(self, moment: datetime) -> bool:
        """Say whether reps could meet it then."""
        return any(span.covers(moment) for span in self.periods)


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person as far as events are concerned."""

    id: str
    role: Role
    is_test: bool
    periods: tuple[_Span, ...]  # oldest first

    def role_at(self, moment: datetime) -> Role:
        """Say which role the person had then; before the first period, the first one counts."""
        if not self.periods:
            return self.role
        held = [span for span in self.periods if span.covers(moment)]
        return Role((held[-1] if held else self.periods[0]).holds)


@dataclass(frozen=True, slots=True)
class KnownSearch:
    """A search as far as events are concerned; `purpose` is the conversation it was asked for, if any."""

    user_id: str
    purpose: Conversation | None


@dataclass(frozen=True, slots=True)
class KnownUse:
    """A use that an outcome may name."""

    actor_id: str
    asset_id: str | None
    account_id: str | None = None
    conversation: Conversation | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a batch names and the database knows."""

    people: Mapping[str, KnownPerson]
    assets: Mapping[str, KnownAsset]
    searches: Mapping[str, KnownSearch]
    ranks: Mapping[tuple[str, str], int]  # (search, asset) -> the rank it was served at
    account_ids: frozenset[str]
    uses: Mapping[str, KnownUse]

    def problems(self, submission: Submission, *, viewer: Actor | None, now: datetime) -> Iterator[Problem]:
        """Say what is wrong with what the event names; `viewer` None: history, which may name any asset."""
        event = submission.event
        asset = self.assets.get(event.asset) if event.asset is not None else None
        if event.asset is not None and not _may_name(asset, submission.occurred_at, viewer, now):
            yield "asset", NO_ASSET
        elif asset is not None and _leaves_the_company(event) and asset.facts.audience is Audience.INTERNAL:
            yield "asset", "This asset is internal: it is for colleagues and never goes to a customer."
        if event.search is not None:
            yield from self._search_problems(event, event.search, submission.actor_id)
        if event.account is not None:
            yield from self._account_problems(event.account)

    def with_uses_among(self, submissions: Collection[Submission]) -> Facts:
        """Know the batch's own uses too: an outcome may come along with the use that it names."""
        fresh = {
            each.event.id: KnownUse(each.actor_id, each.event.asset)
            for each in submissions
            if is_use(each.event.kind, each.event.purpose)
        }
        return replace(self, uses={**fresh, **self.uses})

    def outcome_problems(self, submission: Submission) -> Iterator[Problem]:
        """Say what is wrong with the use that an outcome names; somebody else's is none."""
        event = submission.event
        if event.use is None:
            return
        use = self.uses.get(event.use)
        if use is None or use.actor_id != submission.actor_id:
            yield "use", NO_USE
        elif event.asset is not None and event.asset != use.asset_id:
            yield "asset", "That use is of another asset."

    def _search_problems(self, event: ReportedEvent, search_id: str, actor_id: str) -> Iterator[Problem]:
        search = self.searches.get(search_id)
        if search is None or search.user_id != actor_id:
            yield "search", NO_SEARCH
        elif event.asset is not None and (search_id, event.asset) not in self.ranks:
            yield "asset", "That search did not show this asset."

    def _account_problems(self, account: str) -> Iterator[Problem]:
        if accounts.looks_like_id(account):
            if account not in self.account_ids:
                yield "account", accounts.UNKNOWN
        elif (problem := accounts.name_problem(account)) is not None:
            yield "account", problem


def load(session: Session, submissions: Collection[Submission]) -> Facts:
    """Load what the events name, one statement a table, however many they are."""
    events = [each.event for each in submissions]
    asset_ids = {event.asset for event in events if event.asset is not None}
    search_ids = {event.search for event in events if event.search is not None}
    return Facts(
        people=_people(session, {each.actor_id for each in submissions}),
        assets=_assets(session, asset_ids),
        searches=_searches(session, search_ids),
        ranks=_ranks(session, search_ids, asset_ids),
        account_ids=accounts.known_ids(session, {event.account for event in events if event.account}),
        uses=_uses(session, {event.use for event in events if event.use is not None}),
    )


def _may_name(asset: KnownAsset | None, occurred_at: datetime, viewer: Actor | None, now: datetime) -> bool:
    if asset is None:
        return False
    # What was live when it happened may have ended before a phone without a signal could say so.
    return viewer is None or may_see(viewer, asset.facts, now) or asset.was_live_at(occurred_at)


def _leaves_the_company(event: ReportedEvent) -> bool:
    made_for_customer = event.kind in {EventKind.SHARE_CREATED, EventKind.TAILORED}
    return made_for_customer or event.purpose is Purpose.CUSTOMER


def _conversation(key: str | None) -> Conversation | None:
    return Conversation(key) if key else None


def _people(session: Session, ids: Collection[str]) -> dict[str, KnownPerson]:
    spans: dict[str, list[_Span]] = defaultdict(list)
    periods = select(UserPeriod).where(UserPeriod.user_id.in_(ids)).order_by(UserPeriod.starts_at)
    for period in session.scalars(periods):
        spans[period.user_id].append(_Span(period.starts_at, period.ends_at, period.role))
    found = session.execute(select(User.id, User.role, User.is_test).where(User.id.in_(ids)))
    return {id_: KnownPerson(id_, Role(role), is_test, tuple(spans[id_])) for id_, role, is_test in found}


def _assets(session: Session, ids: Collection[str]) -> dict[str, KnownAsset]:
    if not ids:
        return {}
    spans: dict[str, list[_Span]] = defaultdict(list)
    periods = select(AssetPeriod).where(AssetPeriod.asset_id.in_(ids)).order_by(AssetPeriod.starts_at)
    for period in session.scalars(periods):
        spans[period.asset_id].append(_Span(period.starts_at, period.ends_at, period.owner_id))
    columns = (Asset.id, Asset.owner_id, Asset.conversation, Asset.version_number)
    facts = (Asset.status, Asset.publish_at, Asset.expires_at, Asset.audience)
    return {
        id_: KnownAsset(
            id_,
            owner_id,
            _conversation(conversation),
            number,
            AssetFacts(Status(status), publish_at, expires_at, Audience(audience)),
            tuple(spans[id_]),
        )
        for id_, owner_id, conversation, number, status, publish_at, expires_at, audience in session.execute(
            select(*columns, *facts).where(Asset.id.in_(ids))
        )
    }


def _searches(session: Session, ids: Collection[str]) -> dict[str, KnownSearch]:
    if not ids:
        return {}
    columns = (Search.id, Search.user_id, Search.conversation, Search.prefer)
    return {
        id_: KnownSearch(user_id, _conversation(only or prefer))
        for id_, user_id, only, prefer in session.execute(select(*columns).where(Search.id.in_(ids)))
    }


def _ranks(
    session: Session, search_ids: Collection[str], asset_ids: Collection[str]
) -> dict[tuple[str, str], int]:
    if not search_ids or not asset_ids:
        return {}
    served = select(SearchHit.search_id, SearchHit.asset_id, SearchHit.rank).where(
        SearchHit.search_id.in_(search_ids), SearchHit.asset_id.in_(asset_ids)
    )
    return {(search_id, asset_id): rank for search_id, asset_id, rank in session.execute(served)}


def _uses(session: Session, ids: Collection[str]) -> dict[str, KnownUse]:
    if not ids:
        return {}
    found = session.scalars(select(UsageEvent).where(UsageEvent.id.in_(ids)))
    return {
        event.id: KnownUse(
            event.actor_id,
            event.asset_id,
            event.account_id,
            _conversation(event.conversation),
        )
        for event in found
        if is_use(EventKind(event.kind), Purpose(event.purpose) if event.purpose else None)
    }
