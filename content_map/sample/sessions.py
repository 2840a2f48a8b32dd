"""One sitting of one person: a search or a look round the library, what was seen, opened and used of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from content_map.domain.assets import Audience
from content_map.domain.conversations import Conversation
from content_map.domain.events import ReportedEvent
from content_map.domain.usage import EventKind, Feedback, How, Purpose, Surface
from content_map.sample.accounts import SampleAccount
from content_map.sample.habits import Habit
from content_map.sample.library import SampleAsset

SERVED = 20
_MOST_OPENS = 4
_SHY = -0.5  # power by which opening falls with the rank
_READ_AND_USED = (
    0.5  # chance that a fully worthy asset, read by a fully diligent person, ends in a recorded use
)
_BROWSED_AND_OPENED = 0.22
_TAKEN_AWAY, _TAKEN_DESPITE = 0.1, 0.04  # shares of those who read and download without saying what for
_IN_WORDS = 0.5
_OTHER_REASONS = (Feedback.USED_MY_OWN, Feedback.NOT_NEEDED, Feedback.MEETING_MOVED)

_SHARED, _TAILORED, _TAKEN = "shared", "tailored", "taken"
_WAYS: Mapping[Conversation, Mapping[str, int]] = {
    Conversation.POINT_OF_VIEW: {How.PREPARED: 6, _TAILORED: 3, _TAKEN: 1},
    Conversation.RIGHT_PEOPLE: {_SHARED: 4, _TAILORED: 3, _TAKEN: 2, How.SENT: 2},
    Conversation.RELEVANT_MEETING: {How.PRESENTED: 5, _TAKEN: 3, _SHARED: 2, How.PRINTED: 1},
    Conversation.DEFINITION_OF_SUCCESS: {_TAILORED: 3, _SHARED: 3, How.PRESENTED: 3, _TAKEN: 1},
    Conversation.TANGIBLE_VALUE: {_TAILORED: 3, _TAKEN: 3, _SHARED: 3, How.PRESENTED: 2},
}


@dataclass(frozen=True, slots=True)
class SampleSearch:
    """A stored search: `served` are the keys of the assets it showed, in order; `account` is a name."""

    id: str
    asked_at: datetime
    actor_key: str
    text: str
    account: str | None
    prefer: Conversation | None
    served: tuple[str, ...]

    @property
    def at(self) -> datetime:
        return self.asked_at


@dataclass(frozen=True, slots=True)
class SampleEvent:
    """A usage event: in `event`, `asset` is a sample key, `search` a SampleSearch's id, `account` a name.

    The actor of a `share_viewed` is who shared: a customer has no account here.
    """

    actor_key: str
    at: datetime
    event: ReportedEvent


def new_id(random: Random) -> str:
    """Make a UUID that is the same in every run."""
    return str(UUID(int=random.getrandbits(128), version=4))


@dataclass(frozen=True, slots=True)
class Purposeful:
    """What a sitting is for."""

    account: SampleAccount
    conversation: Conversation


class Sitting:
    """Plays one person's sitting; its records come in no order but carry their times."""

    def __init__(self, habit: Habit, purpose: Purposeful, at: datetime, random: Random) -> None:
        self._habit, self._purpose, self._random = habit, purpose, random
        self._clock = at

    def search(
        self, text: str, served: Sequence[SampleAsset], *, prefers: bool
    ) -> Iterator[SampleSearch | SampleEvent]:
        """Ask, look at the first cards, open some, use few."""
        search = SampleSearch(
            id=new_id(self._random),
            asked_at=self._clock,
            actor_key=self._habit.person.key,
            text=text,
            account=self._purpose.account.name if self._random.random() < 0.7 else None,
            prefer=self._purpose.conversation if prefers else None,
            served=tuple(asset.key for asset in served),
        )
        yield search
        seen = served[: max(2, round(self._random.gauss(self._habit.depth, 2)))]
        for rank, asset in enumerate(seen, start=1):
            self._wait(1, 3)
            yield self._event(EventKind.IMPRESSION, asset, Surface.SEARCH, search=search.id, rank=rank)
        opened = [
            (rank, asset)
            for rank, asset in enumerate(seen, start=1)
            if self._random.random() < asset.pull * self._habit.eagerness * rank**_SHY
        ]
        for rank, asset in opened[:_MOST_OPENS]:
            self._wait(4, 90)
            yield self._event(EventKind.OPEN, asset, Surface.SEARCH, search=search.id, rank=rank)
            yield from self._decide(asset, Surface.SEARCH)

    def browse(self, listed: Sequence[SampleAsset]) -> Iterator[SampleEvent]:
        """Look round the library, in the order in which it lists."""
        for asset in listed[: self._random.randint(4, 8)]:
            self._wait(1, 4)
            yield self._event(EventKind.IMPRESSION, asset, Surface.BROWSE)
            if self._random.random() < asset.pull * self._habit.eagerness * _BROWSED_AND_OPENED:
                self._wait(3, 40)
                yield self._event(EventKind.OPEN, asset, Surface.BROWSE)
                yield from self._decide(asset, Surface.BROWSE)

    def follow_link(self, asset: SampleAsset) -> Iterator[SampleEvent]:
        """Open what a colleague sent."""
        yield self._event(EventKind.OPEN, asset, Surface.DIRECT)
        yield from self._decide(asset, Surface.DIRECT)

    def _decide(self, asset: SampleAsset, surface: Surface) -> Iterator[SampleEvent]:
        self._wait(30, 400)
        chance = self._random.random()
        if self._random.random() < asset.worth * self._habit.diligence * _READ_AND_USED:
            yield from self._use(asset, surface)
        elif chance < (_TAKEN_DESPITE if asset.trouble else _TAKEN_AWAY):
            yield self._event(EventKind.DOWNLOAD, asset, surface)
        elif asset.trouble and chance < 0.3:
            yield self._complaint(asset, asset.trouble, surface)
        elif chance < 0.16:
            reason = asset.trouble or self._random.choice(_OTHER_REASONS)
            yield self._about_customer(EventKind.NOT_USED, asset, surface, feedback=reason)
        elif chance < 0.2 and asset.worth > 0.5:
            yield self._event(EventKind.FEEDBACK, asset, surface, feedback=Feedback.HELPFUL)

    def _complaint(self, asset: SampleAsset, trouble: Feedback, surface: Surface) -> SampleEvent:
        in_words = asset.said and self._random.random() < _IN_WORDS
        text = self._random.choice(asset.said) if in_words else None
        return self._event(EventKind.FEEDBACK, asset, surface, feedback=trouble, text=text)

    def _use(self, asset: SampleAsset, surface: Surface) -> Iterator[SampleEvent]:
        ways = _WAYS[self._purpose.conversation]
        way = self._random.choices(list(ways), list(ways.values()))[0]
        if asset.audience is Audience.INTERNAL:
            way = How.PREPARED  # nothing internal ever reaches a customer
        if way == _SHARED:
            yield self._about_customer(EventKind.SHARE_CREATED, asset, surface)
            yield from self._customer_views(asset)
        elif way == _TAILORED:
            yield self._about_customer(EventKind.TAILORED, asset, surface)
        elif way == _TAKEN:
            yield self._about_customer(EventKind.DOWNLOAD, asset, surface, purpose=Purpose.CUSTOMER)
        else:
            # Logged by hand once the meeting is over, or the preparation done.
            days = 0 if way == How.PREPARED else self._random.randint(1, 6)
            later = self._clock + timedelta(days=days, minutes=self._random.randint(5, 90))
            yield self._about_customer(EventKind.USE, asset, Surface.DIRECT, at=later, how=How(way))

    def _customer_views(self, asset: SampleAsset) -> Iterator[SampleEvent]:
        for _ in range(self._random.choice((0, 1, 1, 2, 3))):
            later = self._clock + timedelta(hours=self._random.uniform(0.5, 96))
            yield self._about_customer(EventKind.SHARE_VIEWED, asset, Surface.SHARE, at=later)

    def _about_customer(
        self,
        kind: EventKind,
        asset: SampleAsset,
        surface: Surface,
        *,
        at: datetime | None = None,
        how: How | None = None,
        purpose: Purpose | None = None,
        feedback: Feedback | None = None,
    ) -> SampleEvent:
        event = ReportedEvent(
            id=new_id(self._random),
            kind=kind,
            asset=asset.key,
            occurred_at=at or self._clock,
            surface=surface,
            account=self._purpose.account.name,
            conversation=self._purpose.conversation,
            how=how,
            purpose=purpose,
            feedback=feedback,
        )
        return SampleEvent(self._habit.person.key, at or self._clock, event)

    def _event(
        self,
        kind: EventKind,
        asset: SampleAsset,
        surface: Surface,
        *,
        search: str | None = None,
        rank: int | None = None,
        feedback: Feedback | None = None,
        text: str | None = None,
    ) -> SampleEvent:
        event = ReportedEvent(
            id=new_id(self._random),
            kind=kind,
            asset=asset.key,
            occurred_at=self._clock,
            surface=surface,
            search=search,
            rank=rank,
            feedback=feedback,
            text=text,
        )
        return SampleEvent(self._habit.person.key, self._clock, event)

    def _wait(self, least_seconds: float, most_seconds: float) -> None:
        self._clock += timedelta(seconds=self._random.uniform(least_seconds, most_seconds))
