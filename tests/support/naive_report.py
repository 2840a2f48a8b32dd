"""The quarterly report counted once more, slowly and apart: from product.md's words alone, one event after the other.

Nothing here knows how the product counts: it imports none of it, and gets what was told, not what was stored.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

SALES = {"rep", "manager"}
LONG = {"definition-of-success", "tangible-value"}
NEVER = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Person:
    """Somebody, with each role and since when; before the first one, the first one held."""

    id: str
    roles: tuple[tuple[datetime, str], ...]
    is_test: bool = False

    def role_at(self, moment: datetime) -> str:
        began = [role for since, role in self.roles if since <= moment]
        return began[-1] if began else self.roles[0][1]


@dataclass(frozen=True)
class Interval:
    """An asset live without a break and without a change of owner, conversation or audience."""

    start: datetime
    end: datetime | None
    owner: str
    conversation: str
    audience: str
    ending: str = "left"


@dataclass(frozen=True)
class Thing:
    """An asset: `owner` is whom it belongs to now, and belonged to whenever it was not live."""

    id: str
    owner: str
    lived: tuple[Interval, ...]

    def owner_at(self, moment: datetime) -> str:
        for each in self.lived:
            if each.start <= moment and (each.end is None or moment < each.end):
                return each.owner
        return self.owner


@dataclass(frozen=True)
class Happening:
    """Something somebody did, as it was told; `at` is when it occurred, whenever it arrived."""

    id: str
    at: datetime
    kind: str
    person: str
    asset: str | None = None
    surface: str = "browse"
    rank: int | None = None
    account: str | None = None
    conversation: str | None = None
    purpose: str | None = None
    use: str | None = None
    outcome: str | None = None
    feedback: str | None = None
    source: str | None = None
    is_taken_back: bool = False


@dataclass(frozen=True)
class World:
    """Everybody, everything and all that happened."""

    people: Sequence[Person]
    things: Sequence[Thing]
    happenings: Sequence[Happening]


@dataclass(frozen=True)
class Limits:
    """When an asset without an open was shown enough to be judged."""

    impressions: int = 30
    rank: int = 5
    reps: int = 5


def bounds(year: int, number: int, zone: str, first_month: int) -> tuple[datetime, datetime]:
    """Begin and end a quarter at midnight, there; a fiscal year is named for the calendar year in which it ends."""
    starts_in = year if first_month == 1 else year - 1
    months = [12 * starts_in + first_month - 1 + 3 * (number - 1) + more for more in (0, 3)]
    start, end = (datetime(at // 12, at % 12 + 1, 1, tzinfo=ZoneInfo(zone)) for at in months)
    return start.astimezone(UTC), end.astimezone(UTC)


def reasons(world: World) -> Mapping[str, str | None]:
    """Say of each happening why it counts in nothing, or None."""
    people = {each.id: each for each in world.people}
    things = {each.id: each for each in world.things}
    found: dict[str, str | None] = {}
    first: dict[object, Happening] = {}
    for each in world.happenings:
        person, thing = people[each.person], things.get(each.asset or "")
        found[each.id] = None
        if each.is_taken_back:
            found[each.id] = "corrected"
        elif each.kind == "share_viewed":  # by a customer, whoever made the share
            found[each.id] = "test_account" if person.is_test else None
        elif thing is not None and each.kind != "outcome" and thing.owner_at(each.at) == each.person:
            found[each.id] = "own"
        elif person.role_at(each.at) not in SALES:
            found[each.id] = "not_sales"
        elif person.is_test:
            found[each.id] = "test_account"
        elif each.surface == "agent":
            found[each.id] = "agent"
        else:
            key = _half_hour(each)
            rival = first.get(key)
            if key is not None and (rival is None or (each.at, each.id) < (rival.at, rival.id)):
                first[key] = each
    counting = {each.id for each in first.values()}
    for each in world.happenings:
        if found[each.id] is None and _half_hour(each) is not None and each.id not in counting:
            found[each.id] = "repeat"
    return found


def report(
    world: World, start: datetime, end: datetime, now: datetime, limits: Limits
) -> Mapping[str, object]:
    """List the three lists by asset, what was left out by reason, and the uses that were made in bursts."""
    why = reasons(world)
    lists: dict[str, dict[str, Mapping[str, object]]] = {"rows": {}, "too_new": {}, "internal": {}}
    marked = _bursts(world, why, start, end)
    for thing in world.things:
        place = _place(thing, start, min(end, now))
        if place is not None:
            where, stands = place
            lists[where][thing.id] = {**stands, **_numbers(thing.id, world, why, start, end, limits)}
    left_out = Counter(why[each.id] for each in world.happenings if start <= each.at < end and why[each.id])
    return {**lists, "left_out": dict(left_out), "marked": marked}


def _half_hour(each: Happening) -> object:
    """What may count once: an impression, or an open, of one person and asset in one UTC half-hour."""
    if each.kind == "impression":
        kind = "impression"
    elif each.kind == "open" or (each.kind == "download" and each.purpose is None):
        kind = "open"
    else:
        return None
    moment = each.at.astimezone(UTC)
    return kind, each.person, each.asset, moment.date(), moment.hour, moment.minute >= 30


def _is_use(each: Happening) -> bool:
    return each.kind in {"use", "share_created", "tailored"} or each.purpose == "customer"


def _place(thing: Thing, start: datetime, until: datetime) -> tuple[str, Mapping[str, object]] | None:
    """Say which list an asset is in and how long it was live there; None: it was never live in the quarter."""
    lived = [
        (max(each.start, start), min(each.end or until, until), each)
        for each in sorted(thing.lived, key=lambda each: each.start)
    ]
    lived = [(began, ended, each) for began, ended, each in lived if began < ended]
    if not lived:
        return None
    last = lived[-1][2]
    days = int(sum((ended - began).total_seconds() for began, ended, _ in lived) // 86_400)
    stands: dict[str, object] = {"days_live": days, "owner": last.owner, "conversation": last.conversation}
    held: dict[str, timedelta] = defaultdict(timedelta)
    for began, ended, each in lived:
        held[each.audience] += ended - began
    longest = max(held.values())
    audiences = {audience for audience, how_long in held.items() if how_long == longest}
    audience = last.audience if last.audience in audiences else audiences.pop()
    if audience == "internal":
        return "internal", stands
    if days >= 30:
        return "rows", stands
    return "too_new", {**stands, "reason": _why_short(lived, start, until)}


def _why_short(lived: Sequence[tuple[datetime, datetime, Interval]], start: datetime, until: datetime) -> str:
    if lived[-1][1] < until:
        return lived[-1][2].ending
    if lived[0][0] > start:
        return "new"
    for (_, ended, each), (began, _, _) in pairwise(lived):
        if ended < began:
            return each.ending
    return "early"


def _numbers(
    asset: str, world: World, why: Mapping[str, str | None], start: datetime, end: datetime, limits: Limits
) -> Mapping[str, object]:
    here = [each for each in world.happenings if each.asset == asset and start <= each.at < end]
    counted = [each for each in here if why[each.id] is None]
    shown = [each for each in counted if each.kind == "impression"]
    near_top = [each for each in shown if each.surface != "search" or (each.rank or 1) <= limits.rank]
    opened = [each for each in counted if (_half_hour(each) or ("",))[0] == "open"]  # type: ignore[index]
    uses = [each for each in counted if _is_use(each)]
    reached = [use for use in uses if _outcome(use, world, why) == "reached"]
    viewed = [each for each in counted if each.kind == "share_viewed"]
    numbers: dict[str, object] = {
        "impressions": len(shown),
        "reps": len({each.person for each in shown}),
        "opens": len(opened),
        "uses": len(uses),
        "outcomes": len(reached),
        "accounts": len({each.account for each in uses}),
    }
    judged_enough = (
        len(near_top) >= limits.impressions and len({each.person for each in near_top}) >= limits.reps
    )
    if uses:
        stage = "used-with-outcome" if reached else "used"
    elif opened:
        stage = "opened-not-used"
    elif judged_enough:
        stage = "passed-over"
    else:
        stage = "barely-surfaced" if shown else "never-surfaced"
    return {**numbers, "class": stage, "evidence": _evidence(viewed, uses) if uses else None}


def _evidence(viewed: Iterable[Happening], uses: Iterable[Happening]) -> str:
    if any(True for _ in viewed):
        return "customer_viewed"
    ours = [each for each in uses if each.source is None and each.surface != "api"]
    if any(each.kind != "use" for each in ours):
        return "sent_or_tailored"
    return "logged_by_hand" if ours else "api"


def _outcome(use: Happening, world: World, why: Mapping[str, str | None]) -> str | None:
    """Find the latest answer to one use: it names the use, or its account and conversation within the days before."""
    told = []
    for each in world.happenings:
        if each.kind != "outcome" or why[each.id] is not None or each.person != use.person:
            continue
        if each.use is not None:
            is_about_it = each.use == use.id
        else:
            days = timedelta(days=180 if use.conversation in LONG else 90)
            same = (each.account, each.conversation) == (use.account, use.conversation)
            is_about_it = same and use.at <= each.at <= use.at + days
        if is_about_it:
            told.append((each.at, each.id, each.outcome))
    return max(told)[2] if told else None


def _bursts(world: World, why: Mapping[str, str | None], start: datetime, end: datetime) -> Mapping[str, int]:
    """Count by asset the uses of which more than ten by one person lie within ten minutes."""
    uses = [
        each for each in world.happenings if _is_use(each) and why[each.id] is None and start <= each.at < end
    ]
    marked: Counter[str] = Counter()
    for use in uses:
        for first in uses:
            if first.person != use.person:
                continue
            window = [
                each
                for each in uses
                if each.person == use.person and first.at <= each.at <= first.at + timedelta(minutes=10)
            ]
            if len(window) > 10 and use in window:
                marked[use.asset or ""] += 1
                break
    return dict(marked)
