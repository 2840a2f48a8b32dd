"""The simulated year in the database: searches ranked by the product's own engine, and every event of use."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

from sqlalchemy.orm import Session

from content_map.config import Settings
from content_map.domain.conversations import Conversation
from content_map.domain.ranking import weigh
from content_map.domain.situations import Reading, Recognised, Situation, chips_for, parse
from content_map.domain.usage import Surface
from content_map.domain.vocabulary import Vocabulary
from content_map.reports import Definitions
from content_map.sample.accounts import accounts
from content_map.sample.library import assets
from content_map.sample.lifetimes import lifetime
from content_map.sample.people import people, person
from content_map.sample.sessions import SampleEvent, SampleSearch
from content_map.sample.shelving import Shelf
from content_map.sample.simulate import year
from content_map.sample.situations import situations
from content_map.sample.staffing import Staff
from content_map.services import freezing, searches, usage_history
from content_map.services.usage_history import HistoricEvent
from content_map.wiring import Resources
from search.contract import Query, SearchIndex

_SEED = 5
_MAY_BE_READ = 0.15  # share of searches whose words marketing may read


def remember(resources: Resources, shelf: Shelf, staff: Staff, terms: Vocabulary, *, now: datetime) -> None:
    """Play the year before `now` and store its searches, then its events; each quarter is frozen when its time came."""
    finder = _Finder(resources.index, terms, shelf)
    records = list(year(assets(), people(), accounts(), situations(), finder.find, until=now, seed=_SEED))
    asked = [record for record in records if isinstance(record, SampleSearch)]
    events = [record for record in records if isinstance(record, SampleEvent)]
    with resources.sessions.write() as session:
        stored = _store(session, asked, finder, shelf, staff, now=now)
    for moment, part in _until_each_freezing(events, resources.settings, now):
        with resources.sessions.write() as session:
            usage_history.import_history(
                session,
                [_historic(each, shelf, stored) for each in part],
                source=None,
                actor=staff.admin,
                now=moment,
            )
        if moment < now:
            _freeze(resources, moment)


def _until_each_freezing(
    events: Sequence[SampleEvent], settings: Settings, now: datetime
) -> Iterator[tuple[datetime, Sequence[SampleEvent]]]:
    """Part the year at the instants at which a quarter's reports are frozen: what came later is restated."""
    definitions = Definitions.from_settings(settings)
    quarter = definitions.quarter_of(events[0].at)
    waiting = events
    while (moment := definitions.freezes_at(quarter)) < now:
        known = bisect_left(waiting, moment, key=lambda each: each.at)
        yield moment, waiting[:known]
        waiting, quarter = waiting[known:], quarter.next()
    yield now, waiting


def _freeze(resources: Resources, moment: datetime) -> None:
    with resources.sessions.read() as session:
        waiting = freezing.due(session, resources.settings, now=moment)
    for name, quarter in waiting:
        freezing.freeze(resources.sessions, resources.settings, name, str(quarter), actor=None, now=moment)


@dataclass(frozen=True, slots=True)
class _Answer:
    situation: Situation
    reading: Reading
    chips: tuple[Recognised, ...]
    keys: tuple[str, ...]
    took_ms: float


class _Finder:
    """Asks the index as a search of the product does, for all it finds; whoever shows it knows what was live."""

    def __init__(self, index: SearchIndex, terms: Vocabulary, shelf: Shelf) -> None:
        self._index, self._terms = index, terms
        self._keys = {asset_id: key for key, asset_id in shelf.items()}
        self.answers: dict[tuple[str, Conversation | None], _Answer] = {}

    def find(self, text: str, prefer: Conversation | None) -> Sequence[str]:
        started = time.perf_counter()
        situation = Situation(text=text, prefer=prefer)
        reading = parse(text, self._terms)
        weights = weigh(reading, situation, self._terms)
        query = Query(
            text=text,
            expansions=weights.expansions,
            boosts=weights.boosts,
            conversation_boosts=weights.conversation_boosts,
            limit=len(self._keys),
        )
        keys = tuple(self._keys[hit.id] for hit in self._index.search(query).hits)
        took_ms = (time.perf_counter() - started) * 1000
        chips = chips_for(reading, situation, self._terms)
        self.answers[text, prefer] = _Answer(situation, reading, chips, keys, took_ms)
        return keys


def _store(
    session: Session,
    asked: Sequence[SampleSearch],
    finder: _Finder,
    shelf: Shelf,
    staff: Staff,
    *,
    now: datetime,
) -> Mapping[str, str]:
    """Store the searches in order of time; returns their ids by those of the simulation."""
    random = Random(_SEED)  # noqa: S311  # a demo needs repeatable chance, not secrecy
    lives = {asset.key: lifetime(asset, now) for asset in assets()}
    stored: dict[str, str] = {}
    for each in asked:
        answer = finder.answers[each.text, each.prefer]
        search = searches.store(
            session,
            replace(answer.situation, account=each.account),
            answer.reading,
            answer.chips,
            [shelf[key] for key in each.served],
            total=sum(lives[key].covers(each.asked_at) for key in answer.keys),
            took_ms=answer.took_ms,
            surface=Surface.SEARCH,
            may_be_read=random.random() < _MAY_BE_READ,
            actor=staff[each.actor_key],
            now=each.asked_at,
        )
        stored[each.id] = search.id
    return stored


def _historic(record: SampleEvent, shelf: Shelf, stored: Mapping[str, str]) -> HistoricEvent:
    event = record.event
    in_the_database = replace(
        event,
        asset=shelf[event.asset] if event.asset else None,
        search=stored[event.search] if event.search else None,
    )
    return HistoricEvent(in_the_database, person(record.actor_key).email)
