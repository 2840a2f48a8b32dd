"""What the database knows of the things a batch of events names: loaded at once, asked event by event."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from content_map.domain.counting import is_use
from content_map.domain.events import Problem, ReportedEvent
from content_map.domain.people import Actor
from content_map.domain.permissions import may_see
from content_map.domain.usage import EventKind, ExcludedReason, Purpose
from content_map.services import accounts, usage_known
from content_map.services.usage_known import KnownAsset, KnownPerson, KnownSearch, KnownUse

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
    version: int | None = None  # what left, where the product itself knows it; else the one current then
    share: str | None = None
    visitor: ExcludedReason | None = None  # why who opened the share is no customer


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a batch names and the database knows."""

    people: Mapping[str, KnownPerson]
    assets: Mapping[str, KnownAsset]
    versions: Mapping[str, Sequence[tuple[int, datetime]]]  # of assets that an older event names
    searches: Mapping[str, KnownSearch]
    account_ids: frozenset[str]
    uses: Mapping[str, KnownUse]

    def problems(self, submission: Submission, *, viewer: Actor | None, now: datetime) -> Iterator[Problem]:
        """Say what is wrong with what the event names; `viewer` None: history, which may name any asset."""
        event = submission.event
        asset = self.assets.get(event.asset) if event.asset is not None else None
        if event.asset is not None and not _may_name(asset, submission.occurred_at, viewer, now):
            yield "asset", NO_ASSET
        elif (
            asset is not None and _leaves_the_company(event) and asset.was_internal_at(submission.occurred_at)
        ):
            yield "asset", "This asset is internal: it is for colleagues and never goes to a customer."
        if event.search is not None:
            yield from self._search_problems(event, event.search, submission.actor_id)
        if event.account is not None:
            yield from self._account_problems(event.account)

    def version_at(self, asset_id: str | None, moment: datetime) -> int | None:
        """Say which version of the asset was the current one then; before the first, the first one counts."""
        asset = self.assets.get(asset_id or "")
        if asset is None or asset.had_this_version_at(moment):
            return asset.version_number if asset is not None else None
        known = self.versions.get(asset.id, ())
        return max((number for number, since in known if since <= moment), default=1)

    def rank_served(self, event: ReportedEvent) -> int | None:
        """Say at which rank the event's search served its asset, if both are named."""
        search = self.searches.get(event.search or "")
        return search.ranks.get(event.asset or "") if search is not None else None

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
        elif event.asset is not None and event.asset not in search.ranks:
            yield "asset", "That search did not show this asset."

    def _account_problems(self, account: str) -> Iterator[Problem]:
        if accounts.looks_like_id(account):
            if account not in self.account_ids:
                yield "account", accounts.UNKNOWN
        elif (problem := accounts.name_problem(account)) is not None:
            yield "account", problem


def load(session: Session, submissions: Collection[Submission], people: Mapping[str, KnownPerson]) -> Facts:
    """Load what the events name, at most one statement a table, however many they are."""
    events = [each.event for each in submissions]
    asset_ids = {event.asset for event in events if event.asset is not None}
    search_ids = {event.search for event in events if event.search is not None}
    assets = usage_known.assets(session, asset_ids)
    return Facts(
        people=people,
        assets=assets,
        versions=usage_known.versions(session, _re_versioned(submissions, assets)),
        searches=usage_known.searches(session, search_ids, asset_ids),
        account_ids=accounts.known_ids(session, {event.account for event in events if event.account}),
        uses=usage_known.uses(session, {event.use for event in events if event.use is not None}),
    )


def _re_versioned(submissions: Collection[Submission], known: Mapping[str, KnownAsset]) -> set[str]:
    """Name the assets of which an event tells from before their present version: hardly ever any."""
    return {
        asset.id
        for each in submissions
        if each.version is None and (asset := known.get(each.event.asset or "")) is not None
        if not asset.had_this_version_at(each.occurred_at)
    }


def _may_name(asset: KnownAsset | None, occurred_at: datetime, viewer: Actor | None, now: datetime) -> bool:
    if asset is None:
        return False
    # What was live when it happened may have ended before a phone without a signal could say so.
    return viewer is None or may_see(viewer, asset.facts, now) or asset.was_live_at(occurred_at)


def _leaves_the_company(event: ReportedEvent) -> bool:
    made_for_customer = event.kind in {EventKind.SHARE_CREATED, EventKind.TAILORED}
    return made_for_customer or event.purpose is Purpose.CUSTOMER
