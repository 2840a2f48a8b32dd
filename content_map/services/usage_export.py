"""Every usage event, out: in the order of time, part by part, in as much memory for ten million as for ten."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, null, or_, select

from content_map.db import Sessions
from content_map.domain.cells import escaped
from content_map.domain.exported_events import (
    COLUMNS,
    ExportForm,
    Naming,
    Person,
    Stay,
    seconds_of,
    text_of,
)
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.domain.usage import ExcludedReason
from content_map.errors import Invalid
from content_map.models import Account, Asset, Team, UsageEvent, User, UserPeriod
from content_map.reports.contract import Definitions
from content_map.services import audit

AT_ONCE = 4_000  # rows in one reading transaction and in one piece of the answer
MEDIA_TYPES = {ExportForm.CSV: "text/csv; charset=utf-8", ExportForm.JSON_LINES: "application/jsonl"}
_UTC_CHARACTERS = len("+00:00")  # what an instant in UTC ends with
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_EVENT, _ASSET, _ACCOUNT = UsageEvent.__table__.c, Asset.__table__.c, Account.__table__.c
_named = UsageEvent.__table__.alias("named")
# Whose a use on an own asset is everybody knows, and the pseudonym of who told its outcome would be theirs.
_NAMED_USE = (
    select(_named.c.id)
    .where(_named.c.id == _EVENT.use_id, _named.c.excluded_reason.is_distinct_from(ExcludedReason.OWN.value))
    .scalar_subquery()
)
# What is not a column of the events under its own name; None is made of the others, row by row.
_ELSEWHERE: Mapping[str, ColumnElement[Any] | None] = {
    "quarter": None,
    "actor": _EVENT.actor_id,
    "role": _EVENT.actor_role,
    "team": None,
    "asset": _EVENT.asset_id,
    "asset_title": _ASSET.title,
    "search": _EVENT.search_id,
    "share": _EVENT.share_id,
    "account": _EVENT.account_id,
    "account_name": _ACCOUNT.name,
    "use": _NAMED_USE,
}


def _column(name: str) -> ColumnElement[Any]:
    if name not in _ELSEWHERE:
        return _EVENT[name]
    found = _ELSEWHERE[name]
    return null().label(name) if found is None else found


# The cells of a row in the order of COLUMNS: nearly all go out as they come in.
_ROWS = select(*(_column(name) for name in COLUMNS)).select_from(
    UsageEvent.__table__.outerjoin(Asset.__table__, _ASSET.id == _EVENT.asset_id).outerjoin(
        Account.__table__, _ACCOUNT.id == _EVENT.account_id
    )
)
_PLACE = {name: place for place, name in enumerate(COLUMNS)}
_ID, _OCCURRED, _RECEIVED, _QUARTER = (
    _PLACE[name] for name in ("id", "occurred_at", "received_at", "quarter")
)
_KIND, _ACTOR, _ROLE, _TEAM = (_PLACE[name] for name in ("kind", "actor", "role", "team"))
_SHARE, _SECONDS, _TEXT, _REASON = (_PLACE[name] for name in ("share", "seconds", "text", "excluded_reason"))
# What a row has in common with others of the same person, of whom the pseudonym would then be known.
_SAME_AS_OTHERS = [_PLACE[name] for name in ("received_at", "search", "share")]
_WRITTEN_BY_PEOPLE = [
    _PLACE[name] for name in ("actor", "team", "asset_title", "account_name", "opportunity", "text", "source")
]
_Found = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Wish:
    """What to export: events from `start` until before `end`, each end open where it is None."""

    form: ExportForm
    start: datetime | None = None
    end: datetime | None = None


def export(
    sessions: Sessions,
    wish: Wish,
    *,
    definitions: Definitions,
    secret: str,
    actor: Actor,
    now: datetime,
) -> Iterator[bytes]:
    """Write the events that had arrived by `now`, in the order of time; each piece is ready to send.

    `secret` makes the pseudonyms. No transaction is open while a piece is on its way. Audited. Raises NotAllowed,
    Invalid.
    """
    require(actor, Right.EXPORT_USAGE)
    if wish.start is not None and wish.end is not None and wish.end <= wish.start:
        raise Invalid.field("/to", "The period ends before it begins. Choose a later end.")
    with sessions.write() as session:
        changes = {"form": wish.form, "from": wish.start, "to": wish.end, "people": definitions.people}
        audit.note(session, "usage.exported", "usage", "-", actor=actor, now=now, changes=changes)
    naming = Naming(
        definitions.people, secret, _people(sessions), definitions.zone, definitions.fiscal_year_start
    )
    return _pieces(sessions, wish, naming, now)


def _pieces(sessions: Sessions, wish: Wish, naming: Naming, now: datetime) -> Iterator[bytes]:
    write = _WRITERS[wish.form]
    yield _HEADS[wish.form]
    last: _Found | None = None
    while True:
        with sessions.read() as session:
            rows = session.connection().execute(_following(wish, now, last)).all()
        if rows:
            yield write([_cells(row, naming) for row in rows])
        if len(rows) < AT_ONCE:
            return
        last = rows[-1]


def _following(wish: Wish, now: datetime, last: _Found | None) -> Select[Any]:
    wanted = _ROWS.where(_EVENT.received_at <= now)
    start = last[_OCCURRED] if last is not None else wish.start
    if start is not None:
        # An index over the time finds the place; the id only parts those of one instant.
        wanted = wanted.where(_EVENT.occurred_at >= start)
    if last is not None:
        wanted = wanted.where(or_(_EVENT.occurred_at > start, _EVENT.id > last[_ID]))
    if wish.end is not None:
        wanted = wanted.where(_EVENT.occurred_at < wish.end)
    return wanted.order_by(_EVENT.occurred_at, _EVENT.id).limit(AT_ONCE)


def _cells(row: _Found, naming: Naming) -> list[Any]:
    """Give the cells in the order of COLUMNS."""
    cells = list(row)
    occurred_at: datetime = cells[_OCCURRED]
    actor, role, team = naming.of(cells[_ACTOR], cells[_ROLE], occurred_at, cells[_REASON])
    cells[_OCCURRED], cells[_RECEIVED] = _instant(occurred_at), _instant(cells[_RECEIVED])
    cells[_QUARTER] = naming.quarter(occurred_at)
    cells[_ACTOR], cells[_ROLE], cells[_TEAM] = actor or None, role or None, team or None
    if not actor:
        for place in _SAME_AS_OTHERS:
            cells[place] = None
    if cells[_SECONDS] is not None:
        cells[_SECONDS] = seconds_of(naming.people, cells[_SHARE], cells[_SECONDS])
    if cells[_TEXT] is not None:
        cells[_TEXT] = text_of(cells[_KIND], cells[_TEXT])
    return cells


def _instant(moment: datetime) -> str:
    return moment.isoformat()[:-_UTC_CHARACTERS] + "Z"


def _people(sessions: Sessions) -> Mapping[str, Person]:
    stays: dict[str, list[Stay]] = defaultdict(list)
    with sessions.read() as session:
        emails = session.execute(select(User.id, User.email)).all()
        held = (
            select(UserPeriod.user_id, UserPeriod.starts_at, UserPeriod.ends_at, UserPeriod.role, Team.name)
            .outerjoin(Team, Team.id == UserPeriod.team_id)
            .order_by(UserPeriod.starts_at)
        )
        for user_id, starts_at, ends_at, role, team in session.execute(held):
            stays[user_id].append(Stay(starts_at, ends_at, role, team))
    return {id_: Person(email, tuple(stays[id_])) for id_, email in emails}


def _as_csv(rows: Sequence[list[Any]]) -> bytes:
    for row in rows:
        for place in _WRITTEN_BY_PEOPLE:
            if row[place] is not None:
                row[place] = escaped(row[place])
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _as_json_lines(rows: Sequence[list[Any]]) -> bytes:
    lines = (
        json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False, separators=(",", ":"))
        for row in rows
    )
    return "".join(f"{line}\n" for line in lines).encode()


_WRITERS: Mapping[ExportForm, Callable[[Sequence[list[Any]]], bytes]] = {
    ExportForm.CSV: _as_csv,
    ExportForm.JSON_LINES: _as_json_lines,
}
_HEADS = {ExportForm.CSV: BYTE_ORDER_MARK + _as_csv([[*COLUMNS]]), ExportForm.JSON_LINES: b""}
