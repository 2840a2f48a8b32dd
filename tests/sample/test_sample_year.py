"""Laws of the simulated year, and that its last whole quarter has something of everything."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from hypothesis import given
from hypothesis import strategies as st

from content_map.domain.assets import Audience
from content_map.domain.counting import is_use
from content_map.domain.events import problems_of
from content_map.domain.unused import AssetHistory, Stage, Thresholds, stage_of
from content_map.domain.usage import EventKind, How, OutcomeAnswer, Surface
from content_map.sample.accounts import accounts
from content_map.sample.library import SampleAsset, assets
from content_map.sample.lifetimes import Edge, last_whole_quarter, lifetime
from content_map.sample.people import people, person
from content_map.sample.sessions import SERVED, SampleEvent, SampleSearch
from content_map.sample.simulate import Record, year
from content_map.sample.situations import situations
from tests.sample.simple_ranking import ranking

UNTIL = datetime(2026, 11, 21, 9, tzinfo=UTC)
SEED = 7
BY_KEY = {asset.key: asset for asset in assets()}


def play(until: datetime, seed: int) -> list[Record]:
    find = ranking(assets())
    return list(year(assets(), people(), accounts(), situations(), find, until=until, seed=seed))


@lru_cache
def played() -> list[Record]:
    return play(UNTIL, SEED)


def searches() -> list[SampleSearch]:
    return [record for record in played() if isinstance(record, SampleSearch)]


def events() -> list[SampleEvent]:
    return [record for record in played() if isinstance(record, SampleEvent)]


def test_the_same_seed_plays_the_same_year_and_another_seed_another() -> None:
    assert play(UNTIL, SEED) == played()
    assert play(UNTIL, SEED + 1) != played()


def test_everything_happens_in_order_within_the_year() -> None:
    times = [record.at for record in played()]

    assert times == sorted(times)
    assert times[0] >= UNTIL - timedelta(days=365)
    assert times[-1] < UNTIL


def test_the_year_has_the_size_of_a_team_at_work() -> None:
    searchers = {search.actor_key for search in searches()}

    assert 1_500 <= len(searches()) <= 3_000
    assert 20_000 <= len(events()) <= 35_000
    assert 35 <= len(searchers) <= 45


def test_adoption_grows_and_weekends_are_quiet() -> None:
    by_quarter = Counter((UNTIL - search.at).days // 92 for search in searches())
    at_weekends = sum(search.at.weekday() >= 5 for search in searches())

    assert by_quarter[0] > 1.5 * by_quarter[3]
    assert at_weekends < 0.05 * len(searches())


def test_ids_are_unique_and_every_event_could_be_reported() -> None:
    ids = [event.event.id for event in events()] + [search.id for search in searches()]

    assert len(set(ids)) == len(ids)
    assert [problem for event in events() for problem in problems_of(event.event)] == []


def test_events_of_a_search_follow_it_and_name_what_it_served_at_its_rank() -> None:
    by_id = {search.id: search for search in searches()}

    for record in events():
        event = record.event
        if event.search is None:
            continue
        search = by_id[event.search]
        assert event.surface is Surface.SEARCH
        assert search.at <= record.at
        assert record.actor_key == search.actor_key
        assert event.rank is not None
        assert search.served[event.rank - 1] == event.asset


def test_a_search_serves_each_asset_once_and_never_more_than_a_page() -> None:
    for search in searches():
        assert len(set(search.served)) == len(search.served) <= SERVED


def test_only_what_is_live_is_served_and_shown() -> None:
    lives = {asset.key: lifetime(asset, UNTIL) for asset in assets()}

    for search in searches():
        assert all(lives[key].covers(search.at) for key in search.served)
    for record in events():
        if record.event.kind is EventKind.IMPRESSION and record.event.surface is Surface.BROWSE:
            assert record.event.asset is not None
            # A look round takes some minutes from the moment the list was drawn.
            assert lives[record.event.asset].covers(record.at - timedelta(minutes=30)) or lives[
                record.event.asset
            ].covers(record.at)


def test_nothing_internal_reaches_a_customer() -> None:
    for record in events():
        if is_use(record.event.kind, record.event.purpose):
            assert record.event.asset is not None
            internal = BY_KEY[record.event.asset].audience is Audience.INTERNAL
            assert not internal or record.event.how is How.PREPARED


def test_uses_are_sellers_and_owners_only_open() -> None:
    for record in events():
        if not person(record.actor_key).sells:
            assert record.event.kind is EventKind.OPEN
    own = [
        record
        for record in events()
        if record.event.asset and BY_KEY[record.event.asset].owner_key == record.actor_key
    ]
    assert any(person(record.actor_key).sells for record in own)
    assert any(not person(record.actor_key).sells for record in own)


def test_an_outcome_names_an_earlier_use_or_a_customer_with_one() -> None:
    seen_uses: set[str] = set()
    seen_rounds: set[tuple[str, str | None, str | None]] = set()
    for record in events():
        event = record.event
        if is_use(event.kind, event.purpose):
            seen_uses.add(event.id)
            seen_rounds.add((record.actor_key, event.account, event.conversation))
        elif event.kind is EventKind.OUTCOME:
            rounds = (record.actor_key, event.account, event.conversation)
            assert event.use in seen_uses if event.use else rounds in seen_rounds
    answers = {record.event.outcome for record in events() if record.event.kind is EventKind.OUTCOME}
    assert answers == set(OutcomeAnswer)


def test_complaints_are_put_into_words_and_never_twice_into_the_same() -> None:
    worded = [event for event in events() if event.event.text is not None]
    sentences = [event.event.text for event in worded]

    assert sentences
    assert len(set(sentences)) == len(sentences)
    assert all(event.event.text in BY_KEY[event.event.asset or ""].said for event in worded)


def test_every_kind_of_event_that_people_make_occurs() -> None:
    kinds = {record.event.kind for record in events()}

    assert kinds == set(EventKind) - {EventKind.PAGE_VIEWED}


def test_the_last_whole_quarter_has_all_six_classes_and_young_and_internal_assets() -> None:
    eligible, too_new, internal = _sorted_out()

    stages = {stage_of(_history(asset), Thresholds()) for asset in eligible}

    assert stages == set(Stage)
    assert len(eligible) >= 50
    assert {asset.archived for asset in too_new} >= {None, Edge.EARLY}
    assert {asset.expires for asset in too_new} >= {None, Edge.EARLY}
    assert internal


@given(st.integers(0, 8 * 365 * 24))
def test_edges_always_leave_an_asset_under_thirty_days_in_the_last_whole_quarter(hours: int) -> None:
    until = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    start, end = last_whole_quarter(until)
    late = next(asset for asset in assets() if asset.published is Edge.LATE)
    early = next(asset for asset in assets() if asset.archived is Edge.EARLY)

    begins, archived = lifetime(late, until).published_at, lifetime(early, until).archived_at

    assert start < end <= until
    assert timedelta() < end - begins < timedelta(days=30)
    assert archived is not None
    assert timedelta() < archived - start < timedelta(days=30)


def _sorted_out() -> tuple[list[SampleAsset], list[SampleAsset], list[SampleAsset]]:
    start, end = last_whole_quarter(UNTIL)
    eligible, too_new, internal = [], [], []
    for asset in assets():
        life = lifetime(asset, UNTIL)
        last = min(moment for moment in (end, life.archived_at, life.expires_at) if moment is not None)
        live = last - max(start, life.published_at)
        if live > timedelta() and asset.audience is Audience.INTERNAL:
            internal.append(asset)
        elif live >= timedelta(days=30):
            eligible.append(asset)
        elif live > timedelta():
            too_new.append(asset)
    return eligible, too_new, internal


def _history(asset: SampleAsset) -> AssetHistory:
    """Count a little more simply than the product: repeats within a half-hour are not left out."""
    start, end = last_whole_quarter(UNTIL)
    mine = [
        record
        for record in events()
        if record.event.asset == asset.key
        and start <= record.at < end
        and person(record.actor_key).sells
        and record.actor_key != asset.owner_key
    ]
    shown = [record for record in mine if record.event.kind is EventKind.IMPRESSION]
    near = [record for record in shown if (record.event.rank or 1) <= Thresholds().rank]
    uses = {record.event.id: record for record in mine if is_use(record.event.kind, record.event.purpose)}
    reached = [
        record.event
        for record in events()
        if record.event.kind is EventKind.OUTCOME and record.event.outcome is OutcomeAnswer.REACHED
    ]
    rounds = {(use.event.account, use.event.conversation) for use in uses.values()}
    return AssetHistory(
        impressions=len(shown),
        near_top_impressions=len(near),
        near_top_reps=len({record.actor_key for record in near}),
        opens=sum(record.event.kind is EventKind.OPEN for record in mine),
        uses=len(uses),
        outcomes_reached=sum(
            answer.use in uses or (answer.account, answer.conversation) in rounds for answer in reached
        ),
    )
