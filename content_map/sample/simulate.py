"""A simulated year of work with the sample library: searches with what they served, and every usage event.

Pure: the ranking is a callable, chance comes from a seed, and time ends at `until`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import islice
from random import Random

from content_map.domain.conversations import Conversation
from content_map.domain.counting import is_use
from content_map.domain.events import ReportedEvent
from content_map.domain.usage import EventKind, OutcomeAnswer, Surface
from content_map.sample.accounts import SampleAccount
from content_map.sample.habits import YEAR, Habit, busyness, habits
from content_map.sample.library import SampleAsset
from content_map.sample.lifetimes import lifetime
from content_map.sample.people import SamplePerson
from content_map.sample.sessions import SERVED, Purposeful, SampleEvent, SampleSearch, Sitting, new_id
from content_map.sample.situations import SampleSituation

Find = Callable[[str, Conversation | None], Sequence[str]]
"""Ranks the library for a sentence and a preferred conversation: asset keys, best first."""

Record = SampleSearch | SampleEvent

_WORKDAYS = 5
_WORKING_HOURS = 10
_ASKS_AGAIN = 0.14
_LOOKS_ROUND, _FOLLOWS_LINK = 0.24, 0.09  # shares of the sittings; the others search
_PREFERS = 0.4
_ENDINGS = (", meeting on Thursday", ", call in an hour", ", need it today")
_ANSWERS = 0.4
_OUTCOMES = {OutcomeAnswer.REACHED: 5, OutcomeAnswer.NOT: 2, OutcomeAnswer.PENDING: 3}
_MARKETER_A_DAY = 0.3


def year(
    assets: Sequence[SampleAsset],
    people: Sequence[SamplePerson],
    accounts: Sequence[SampleAccount],
    situations: Sequence[SampleSituation],
    find: Find,
    *,
    until: datetime,
    seed: int,
) -> Iterator[Record]:
    """Play the 365 days before `until`, in order of time; a search comes before what happened in it."""
    random = Random(seed)  # noqa: S311  # a demo needs repeatable chance, not secrecy
    library = _Library(assets, find, until)
    voices = _Voices(situations, accounts)
    records: list[Record] = []
    for habit in habits(people, accounts, until=until, random=random):
        for at in _sittings(habit, until, random):
            records.extend(_sitting(habit, at, library, voices, random))
    records.extend(_owners_looking(assets, people, library, until, random))
    records.extend(_outcomes(records, random))
    played = sorted((record for record in records if record.at < until), key=_in_time)
    yield from _said_once(played)


def _in_time(record: Record) -> tuple[datetime, bool]:
    return record.at, isinstance(record, SampleEvent)


def _said_once(played: Sequence[Record]) -> list[Record]:
    """Leave each sentence to whoever said it last: two reps never use the same words."""
    heard: set[str] = set()
    kept: list[Record] = []
    for record in reversed(played):
        if isinstance(record, SampleEvent) and (words := record.event.text) is not None:
            if words in heard:
                record = replace(record, event=replace(record.event, text=None))
            heard.add(words)
        kept.append(record)
    return kept[::-1]


class _Library:
    """The assets as they stood at any moment of the year, found by the given ranking."""

    def __init__(self, assets: Sequence[SampleAsset], find: Find, until: datetime) -> None:
        self._lives = {asset.key: lifetime(asset, until) for asset in assets}
        self._assets = {asset.key: asset for asset in assets}
        self._find = find
        self._found: dict[tuple[str, Conversation | None], Sequence[str]] = {}

    def search(self, text: str, prefer: Conversation | None, at: datetime) -> list[SampleAsset]:
        question = (text, prefer)
        if question not in self._found:
            self._found[question] = self._find(text, prefer)
        live = (key for key in self._found[question] if self._lives[key].covers(at))
        return [self._assets[key] for key in islice(live, SERVED)]

    def newest(self, conversation: Conversation, at: datetime) -> list[SampleAsset]:
        live = [asset for asset in self.live(at) if asset.conversation is conversation]
        return sorted(live, key=lambda asset: self._lives[asset.key].published_at, reverse=True)

    def live(self, at: datetime) -> list[SampleAsset]:
        return [asset for key, asset in self._assets.items() if self._lives[key].covers(at)]


class _Voices:
    """What can be asked for a customer: sentences about them or about others of their industry."""

    def __init__(self, situations: Sequence[SampleSituation], accounts: Sequence[SampleAccount]) -> None:
        by_key = {account.key: account for account in accounts}
        self._of_account: Mapping[str, list[SampleSituation]] = {
            account.key: [
                situation
                for situation in situations
                if situation.account_key == account.key
                or (
                    by_key[situation.account_key].industry == account.industry
                    and by_key[situation.account_key].name not in situation.text
                )
            ]
            for account in accounts
        }

    def choose(self, account: SampleAccount, habit: Habit, random: Random) -> SampleSituation | None:
        choices = self._of_account[account.key]
        if not choices:
            return None
        return random.choices(choices, [habit.leanings[choice.conversation] for choice in choices])[0]


def _sittings(habit: Habit, until: datetime, random: Random) -> Iterator[datetime]:
    """Give the moments at which a person sits down to it."""
    for back in range(YEAR.days, 0, -1):
        day = (until - timedelta(days=back)).date()
        chance = busyness(day, until) * habit.sessions_a_week / _WORKDAYS
        if random.random() < chance:
            hours = habit.first_hour_utc + random.uniform(0, _WORKING_HOURS)
            at = datetime.combine(day, time(), tzinfo=until.tzinfo) + timedelta(hours=hours)
            if max(habit.starts_at, until - YEAR) <= at < until:
                yield at.replace(microsecond=0)


def _sitting(
    habit: Habit, at: datetime, library: _Library, voices: _Voices, random: Random
) -> Iterator[Record]:
    account = random.choice(habit.accounts)
    situation = voices.choose(account, habit, random)
    if situation is None:
        return
    purpose = Purposeful(account, situation.conversation)
    sitting = Sitting(habit, purpose, at, random)
    chance = random.random()
    if chance < _LOOKS_ROUND:
        yield from sitting.browse(library.newest(situation.conversation, at))
    elif chance < _LOOKS_ROUND + _FOLLOWS_LINK:
        live = library.live(at)
        yield from sitting.follow_link(random.choices(live, [asset.pull**2 for asset in live])[0])
    else:
        prefers = random.random() < _PREFERS
        prefer = situation.conversation if prefers else None
        text = _wording(situation.text, random)
        yield from sitting.search(text, library.search(text, prefer, at), prefers=prefers)
        if random.random() < _ASKS_AGAIN:
            again = at + timedelta(seconds=random.randint(120, 540))
            text = _said_again(text, random)
            served = library.search(text, prefer, again)
            yield from Sitting(habit, purpose, again, random).search(text, served, prefers=prefers)


def _wording(text: str, random: Random) -> str:
    chance = random.random()
    if chance < 0.12 and "," in text:
        return text.rpartition(",")[0]
    if chance < 0.19:
        return text.lower()
    if chance < 0.25:
        return text + random.choice(_ENDINGS)
    return text


def _said_again(text: str, random: Random) -> str:
    """Say the same with fewer words: without the first or the last clause."""
    if "," not in text:
        return text + random.choice(_ENDINGS)
    first, _, rest = text.partition(",")
    return rest.strip() if random.random() < 0.5 and len(rest) > len(first) else text.rpartition(",")[0]


def _owners_looking(
    assets: Sequence[SampleAsset],
    people: Sequence[SamplePerson],
    library: _Library,
    until: datetime,
    random: Random,
) -> Iterator[SampleEvent]:
    """Open assets as their owners and marketers do: recorded, and left out of every count."""
    watchers = [one for one in people if not one.sells or any(asset.owner_key == one.key for asset in assets)]
    for watcher in watchers:
        for back in range(YEAR.days, 0, -1):
            at = (until - timedelta(days=back)).replace(hour=9, minute=random.randint(0, 59))
            chance = (0.1 if watcher.sells else _MARKETER_A_DAY) * busyness(at.date(), until)
            if at < until - YEAR or random.random() > chance:
                continue
            live = library.live(at)
            own = [asset for asset in live if asset.owner_key == watcher.key]
            choices = own if own and (watcher.sells or random.random() < 0.7) else live
            if watcher.sells and not own:
                continue
            event = ReportedEvent(
                id=new_id(random),
                kind=EventKind.OPEN,
                asset=random.choice(choices).key,
                occurred_at=at,
                surface=Surface.DIRECT,
            )
            yield SampleEvent(watcher.key, at, event)


def _outcomes(records: Iterable[Record], random: Random) -> list[SampleEvent]:
    """Answer some of the questions about outcomes, once for a person, customer and conversation at a time."""
    uses = [
        record
        for record in records
        if isinstance(record, SampleEvent) and is_use(record.event.kind, record.event.purpose)
    ]
    asked_until: dict[tuple[str, str | None, Conversation | None], datetime] = {}
    answers: list[SampleEvent] = []
    for use in sorted(uses, key=lambda use: use.at):
        round_of = (use.actor_key, use.event.account, use.event.conversation)
        if round_of in asked_until and use.at < asked_until[round_of]:
            continue
        asked_until[round_of] = use.at + timedelta(days=60)
        if random.random() < _ANSWERS:
            answers.append(_answer(use, use.at + timedelta(days=random.uniform(9, 50)), random))
    return answers


def _answer(use: SampleEvent, at: datetime, random: Random) -> SampleEvent:
    outcome = random.choices(list(_OUTCOMES), list(_OUTCOMES.values()))[0]
    names_use = random.random() < 0.2
    event = ReportedEvent(
        id=new_id(random),
        kind=EventKind.OUTCOME,
        occurred_at=at,
        surface=Surface.DIRECT,
        use=use.event.id if names_use else None,
        account=None if names_use else use.event.account,
        conversation=None if names_use else use.event.conversation,
        outcome=outcome,
    )
    return SampleEvent(use.actor_key, at, event)
