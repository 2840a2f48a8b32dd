"""Gaps: what reps searched for and did not find, grouped by terms and conversation, the widest felt first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Subquery, and_, case, func, or_, select
from sqlalchemy.orm import Session

from content_map.config import Settings
from content_map.domain import gaps as rules
from content_map.domain.conversations import Conversation
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.domain.vocabulary import Vocabulary
from content_map.models import Search
from content_map.reports import unanswered
from content_map.services import cursors, reports, same_requests
from content_map.services.cursors import Slice
from content_map.services.same_requests import Standing

LOOK_BACK = timedelta(days=90)
WORDS_SHOWN = 3
_NO_CONVERSATION = ""


@dataclass(frozen=True, slots=True)
class Named:
    """A term and the name that people read."""

    term: str
    name: str


@dataclass(frozen=True, slots=True)
class Gap:
    """What was asked with the same terms for the same conversation, and led to nothing.

    `terms` are those the reader may see, `withheld` counts the others; both are empty where no term was recognised.
    `searches` = `no_results` + `unopened`. `words` are sentences whose reps let marketing read them. `search` is the
    reader's own latest one, `request` what marketing was asked already.
    """

    terms: tuple[Named, ...]
    withheld: int
    conversation: Conversation | None
    searches: int
    no_results: int
    unopened: int
    reps: int
    accounts: int
    latest_at: datetime
    words: tuple[str, ...]
    search: str | None
    request: Standing | None


def listed(
    session: Session,
    *,
    quarter: str | None = None,
    conversation: Conversation | None = None,
    limit: int = 50,
    cursor: str | None = None,
    vocabulary: Vocabulary,
    known: Collection[str],
    actor: Actor,
    settings: Settings,
    now: datetime,
) -> Slice[Gap]:
    """List the gaps of a quarter, or of the last 90 days, by reps and accounts affected, then by searches.

    They are sorted by people and customers counted, not by a rate: nothing is to be shrunk. `known` are terms that
    three or more reps used. Raises NotAllowed, Invalid.
    """
    require(actor, Right.SEE_GAPS)
    limit = cursors.bounded(limit)
    groups = _groups(*_period(quarter, settings, now), conversation, actor, now).subquery()
    rows = select(groups).order_by(
        groups.c.affected.desc(), groups.c.searches.desc(), groups.c.asked_terms, groups.c.purpose
    )
    if cursor is not None:
        rows = rows.where(_after(groups, cursor))
    found = session.execute(rows.limit(limit + 1)).all()
    shown = found[:limit]
    said = _words(session, [row.readable for row in shown if row.readable])
    standing = same_requests.standing(session, actor=actor)
    gaps = [_gap(row, said, standing, vocabulary, known) for row in shown]
    last = shown[-1] if len(found) > limit else None
    return Slice(
        gaps,
        cursors.make(str(last.affected), str(last.searches), last.asked_terms, last.purpose)
        if last
        else None,
    )


def _period(quarter: str | None, settings: Settings, now: datetime) -> tuple[datetime, datetime]:
    if quarter is None:
        return now - LOOK_BACK, now
    asked = reports.quarter_of(quarter, settings, now=now)
    return asked.bounds(settings.zone, settings.fiscal_year_start)


def _groups(
    start: datetime, end: datetime, conversation: Conversation | None, actor: Actor, now: datetime
) -> Select[*tuple[Any, ...]]:
    purpose = func.coalesce(unanswered.purpose(), _NO_CONVERSATION)
    mine = Search.user_id == actor.id
    reps, accounts = func.count(Search.user_id.distinct()), func.count(Search.account_id.distinct())
    may_be_read = and_(Search.may_be_read, Search.situation.is_not(None))
    wanted: Select[*tuple[Any, ...]] = (
        select(
            Search.asked_terms,
            purpose.label("purpose"),
            func.count().label("searches"),
            func.sum(case((Search.total == 0, 1), else_=0)).label("no_results"),
            reps.label("reps"),
            accounts.label("accounts"),
            (reps + accounts).label("affected"),
            func.max(Search.asked_at).label("latest_at"),
            func.max(case((mine, Search.id))).label("mine"),
            func.aggregate_strings(case((may_be_read, Search.id)), ",").label("readable"),
        )
        .where(unanswered.asked(start, end, now=now), unanswered.found_nothing(start))
        .group_by(Search.asked_terms, purpose)
    )
    if conversation is not None:
        wanted = wanted.where(purpose == conversation.value)
    return wanted


def _after(groups: Subquery, cursor: str) -> ColumnElement[bool]:
    affected, searches, terms, purpose = cursors.read(cursor, parts=4)
    if not (_is_count(affected) and _is_count(searches)):
        raise cursors.refused()
    given = (-int(affected), -int(searches), terms, purpose)
    keys = (-groups.c.affected, -groups.c.searches, groups.c.asked_terms, groups.c.purpose)
    later: list[ColumnElement[bool]] = []
    for place, (key, value) in enumerate(zip(keys, given, strict=True)):
        same = [one == other for one, other in zip(keys[:place], given[:place], strict=True)]
        later.append(and_(*same, key > value))
    return or_(*later)


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 9


def _words(session: Session, readable: Sequence[str]) -> Mapping[str, str]:
    """Load what reps let marketing read, by search; a few of each group."""
    ids = [each for some in readable for each in some.split(",")[:WORDS_SHOWN]]
    if not ids:
        return {}
    said = select(Search.id, Search.situation).where(Search.id.in_(ids), Search.may_be_read)
    return {row.id: row.situation.strip() for row in session.execute(said) if row.situation}


def _gap(
    row: Row[*tuple[Any, ...]],
    said: Mapping[str, str],
    standing: Mapping[tuple[str, str], Standing],
    vocabulary: Vocabulary,
    known: Collection[str],
) -> Gap:
    shown, withheld = rules.told_apart(
        rules.read(row.asked_terms), reps=row.reps, is_mine=row.mine is not None, known=known
    )
    readable = (row.readable or "").split(",")[:WORDS_SHOWN]
    return Gap(
        terms=tuple(named(term, vocabulary) for term in shown),
        withheld=withheld,
        conversation=Conversation(row.purpose) if row.purpose else None,
        searches=row.searches,
        no_results=int(row.no_results),
        unopened=row.searches - int(row.no_results),
        reps=row.reps,
        accounts=row.accounts,
        latest_at=row.latest_at,
        words=tuple({said[each].casefold(): said[each] for each in readable if each in said}.values()),
        search=row.mine,
        request=same_requests.of(standing, row.asked_terms, row.purpose),
    )


def named(term: str, vocabulary: Vocabulary) -> Named:
    """Give a term with its present name; one that the vocabulary does not have is called as it was asked."""
    there = vocabulary.terms.get(term)
    return Named(term, there.name if there else term.partition(":")[2])
