"""How each simulated person works: since when, how often, how far down a list, with which customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from content_map.domain.conversations import CONVERSATIONS, Conversation
from content_map.domain.people import Role
from content_map.sample.accounts import SampleAccount
from content_map.sample.people import SamplePerson

YEAR = timedelta(days=365)
_NEVER_STARTED = 2  # sellers who do not touch the tool all year
_SATURDAY = 5
_FIRST_HOUR_UTC = {"North America": 13, "UK & Ireland": 8}  # of a working day; the other teams start at 7
_EVEN = dict.fromkeys((description.key for description in CONVERSATIONS), 1.0)
_LEANINGS: Mapping[str, Mapping[Conversation, float]] = {
    "Sales development": _EVEN | {Conversation.POINT_OF_VIEW: 3.0, Conversation.RIGHT_PEOPLE: 5.0},
    "Solutions consultant": _EVEN
    | {Conversation.RELEVANT_MEETING: 3.0, Conversation.DEFINITION_OF_SUCCESS: 4.0},
    "Sales manager": _EVEN | {Conversation.TANGIBLE_VALUE: 4.0},
    "Account executive": _EVEN | {Conversation.RELEVANT_MEETING: 2.0, Conversation.TANGIBLE_VALUE: 1.6},
}


@dataclass(frozen=True, slots=True)
class Habit:
    """`depth` is how many result cards they look at, `eagerness` and `diligence` in 0..1 how readily they open
    what they see and record what they use.
    """

    person: SamplePerson
    starts_at: datetime
    sessions_a_week: float
    first_hour_utc: int
    depth: float
    eagerness: float
    diligence: float
    leanings: Mapping[Conversation, float]
    accounts: tuple[SampleAccount, ...]


def habits(
    people: Sequence[SamplePerson], accounts: Sequence[SampleAccount], *, until: datetime, random: Random
) -> tuple[Habit, ...]:
    """Give every seller habits of their own; a few never begin and are left out."""
    sellers = [person for person in people if person.sells]
    idle = set(random.sample([one.key for one in sellers if one.role is Role.REP], _NEVER_STARTED))
    return tuple(
        _habit(seller, _customers(seller, sellers, accounts), until, random)
        for seller in sellers
        if seller.key not in idle
    )


def busyness(day: date, until: datetime) -> float:
    """Weigh a day: weekends nearly silent, holidays thin, and more work in the tool as the year goes on."""
    weekday = 0.05 if day.weekday() >= _SATURDAY else 1.0
    holidays = 0.15 if (day.month, day.day) >= (12, 21) or (day.month, day.day) <= (1, 3) else 1.0
    summer = 0.6 if day.month == 8 else 1.0
    age = (until.date() - day).days / YEAR.days
    return weekday * holidays * summer * (1.3 - 0.7 * age)


def _habit(
    seller: SamplePerson, customers: tuple[SampleAccount, ...], until: datetime, random: Random
) -> Habit:
    # Half began with the roll-out, the others joined over nine months.
    started_after = 0.0 if random.random() < 0.5 else random.uniform(0.05, 0.75)
    manager = seller.role is Role.MANAGER
    return Habit(
        person=seller,
        starts_at=until - YEAR + started_after * YEAR,
        sessions_a_week=0.6 if manager else random.uniform(0.7, 3.3),
        first_hour_utc=_FIRST_HOUR_UTC.get(seller.team, 7),
        depth=random.uniform(3.5, 8.5),
        eagerness=random.uniform(0.4, 0.9),
        diligence=random.uniform(0.3, 0.95),
        leanings=_LEANINGS[seller.title],
        accounts=customers,
    )


def serving(
    account: SampleAccount, people: Sequence[SamplePerson], accounts: Sequence[SampleAccount]
) -> SamplePerson:
    """Name the account executive whose customer this is."""
    sellers = [person for person in people if person.sells]
    executives = _executives(sellers, account.team)
    return next(one for one in executives if account in _customers(one, sellers, accounts))


def _customers(
    seller: SamplePerson, sellers: Sequence[SamplePerson], accounts: Sequence[SampleAccount]
) -> tuple[SampleAccount, ...]:
    """Deal the team's customers to its account executives in turn; the others work for all of them."""
    of_team = [account for account in accounts if account.team == seller.team]
    executives = _executives(sellers, seller.team)
    if seller not in executives:
        return tuple(of_team)
    return tuple(of_team[executives.index(seller) :: len(executives)])


def _executives(sellers: Sequence[SamplePerson], team: str) -> list[SamplePerson]:
    return [one for one in sellers if one.team == team and one.title == "Account executive"]
