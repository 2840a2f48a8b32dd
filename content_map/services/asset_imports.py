"""Tables that describe assets: every row's problem in a dry run, all rows or none in an import, twice is once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from content_map.config import Settings
from content_map.db import Sessions
from content_map.domain.asset_rows import COLUMNS, EXTERNAL_ID, PLACE, AssetRow, by_row, read_row
from content_map.domain.intakes import IntakeKind, Item, Verdict
from content_map.domain.people import Actor, Role
from content_map.domain.permissions import Right, require
from content_map.domain.row_values import Lexicon, Owner, Reading, TableTerm
from content_map.domain.vocabulary import Facet
from content_map.errors import ContentMapError, FieldError, Invalid, TooLarge, Unavailable
from content_map.models import Term, User
from content_map.services import (
    asset_import_places,
    asset_import_writing,
    audit,
    changing_many,
    intakes,
    tables,
)
from content_map.services.asset_import_deciding import Decision, Decisions
from content_map.services.asset_import_places import Place, Where
from content_map.services.receiving import Received
from storage.contract import ObjectStore

ROWS_AT_MOST = 20_000
PREVIEWED_AT_MOST = 200
REFUSED = "Nothing was imported: some rows need a correction first."


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do; `problems` point at rows, counted from 0: `/3/owner_email`."""

    counts: Mapping[Verdict, int]
    problems: tuple[FieldError, ...] = ()
    run_id: str | None = None
    # Of a dry run, in the order of the rows: what would be added and changed, each with the fields that move.
    preview: tuple[Item, ...] = ()

    @property
    def created(self) -> int:
        """How many assets are new."""
        return self.counts.get(Verdict.ADDED, 0)

    @property
    def changed(self) -> int:
        """How many assets differ now."""
        return self.counts.get(Verdict.CHANGED, 0)

    @property
    def unchanged(self) -> int:
        """How many are as the table says already."""
        return self.counts.get(Verdict.UNCHANGED, 0)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where tables are imported, by whom and when."""

    sessions: Sessions
    where: Where
    zone: ZoneInfo
    actor: Actor
    now: datetime

    @classmethod
    def set_up(
        cls,
        settings: Settings,
        sessions: Sessions,
        store: ObjectStore,
        *,
        folder: Path | None = None,
        actor: Actor,
        now: datetime,
    ) -> Desk:
        """Arrange it as the settings say; only a command names a `folder`, in which rows may name files."""
        where = Where(store, settings.register_prefix, folder, settings.upload_limit_bytes)
        return cls(sessions, where, settings.zone, actor, now)


def look(desk: Desk, stream: BinaryIO) -> Imported:
    """Say what an import would do, with every row's problem; nothing is stored.

    Raises NotAllowed, Invalid (no table at all), TooLarge, Unavailable.
    """
    table = _read(desk, stream)
    for row, place in _in_need(table.decisions):
        with _noted(table, row):
            asset_import_places.check(place, desk.where, actor=desk.actor)
    wrong = {index for index, _, _ in by_row(tuple(table.problems))}
    sound = sorted(
        (each for each in table.decisions if each.row.index not in wrong), key=lambda each: each.row.index
    )
    counts = Counter(each.verdict for each in sound)
    preview = (_item(each) for each in sound if each.verdict is not Verdict.UNCHANGED)
    return Imported(counts, table.sorted_problems(), preview=tuple(islice(preview, PREVIEWED_AT_MOST)))


def import_table(desk: Desk, stream: BinaryIO, source: str) -> Imported:
    """Do it, all rows or none; `source` names the file in the log, which keeps a refused one too.

    Raises NotAllowed, Invalid (the rows at fault), TooLarge, Unavailable, Conflict (the library changed meanwhile).
    """
    table = _read(desk, stream)
    taken: dict[int, Received] = {}
    try:
        for row, place in _in_need(table.decisions):
            if table.problems:
                break  # the rest need not be stored to be refused
            with _noted(table, row):
                received = asset_import_places.take(place, desk.where, actor=desk.actor)
                if received is not None:
                    taken[row.index] = received
        if table.problems:
            raise _refused(desk, table, source)
        return _commit(desk, table, taken, source)
    except BaseException:
        asset_import_places.discard(taken, desk.where)
        raise


@dataclass(slots=True)
class _Table:
    """A table that was read: its rows, what they name, and what they would do."""

    rows: Sequence[AssetRow]
    places: Mapping[int, Place]
    problems: list[FieldError]
    decisions: list[Decision] = field(default_factory=list)

    def sorted_problems(self) -> tuple[FieldError, ...]:
        places = {column: place for place, column in enumerate(COLUMNS)}
        ordered = sorted(by_row(tuple(self.problems)), key=lambda each: (each[0], places.get(each[1], 0)))
        return tuple(FieldError(f"/{index}/{column}", detail) for index, column, detail in ordered)


def _read(desk: Desk, stream: BinaryIO) -> _Table:
    require(desk.actor, Right.IMPORT_METADATA)
    given = tables.read_rows(stream, COLUMNS)
    if len(given) > ROWS_AT_MOST:
        raise TooLarge(f"The file has more than {ROWS_AT_MOST:,} rows. Nothing was imported; split it first.")
    with desk.sessions.read() as session:
        reading = _reading(session, desk.zone)
    rows: list[AssetRow] = []
    problems: list[FieldError] = []
    for index, cells in enumerate(given):
        if not cells:
            continue
        row, wrong = read_row(index, cells, reading)
        problems += wrong
        rows.append(row)
    places, wrong = asset_import_places.find_places(rows, desk.where)
    table = _Table(rows, places, [*problems, *wrong])
    lost = {index for index, column, _ in by_row(tuple(table.problems)) if column in {PLACE, EXTERNAL_ID}}
    decisions = Decisions()
    with desk.sessions.read() as session:
        sound = [row for row in rows if row.index not in lost]
        for part in _parts(session, decisions, sound, table, desk, to_write=False):
            table.decisions += part
    known = {problem.pointer for problem in table.problems}
    table.problems += [each for each in decisions.problems if each.pointer not in known]
    return table


def _parts(
    session: Session,
    decisions: Decisions,
    rows: Sequence[AssetRow],
    table: _Table,
    desk: Desk,
    *,
    to_write: bool,
) -> Iterator[list[Decision]]:
    return decisions.parts(
        session, rows, table.places, desk.zone, to_write=to_write, actor=desk.actor, now=desk.now
    )


def _commit(desk: Desk, table: _Table, taken: Mapping[int, Received], source: str) -> Imported:
    actor, now = desk.actor, desk.now
    items: dict[int, Item] = {}
    counts: Counter[Verdict] = Counter()
    decisions = Decisions({each.row.index: each for each in table.decisions if each.version is None})
    with desk.sessions.write() as session:
        known = changing_many.words(session)
        for part in _parts(session, decisions, table.rows, table, desk, to_write=True):
            if decisions.problems:
                continue
            asset_import_writing.write(session, part, taken, known, actor=actor, now=now)
            for each in part:
                counts[each.verdict] += 1
                items[each.row.index] = _item(each, each.asset.id)
        if decisions.problems:
            raise Invalid(REFUSED, decisions.problems)
        ordered = [items[index] for index in sorted(items)]
        run_id = intakes.record(session, IntakeKind.TABLE, source, ordered, actor=actor, now=now)
        noted = {str(verdict): count for verdict, count in counts.items()}
        audit.note(session, "assets.imported", "intake", run_id, actor=actor, now=now, changes=noted)
    return Imported(counts, run_id=run_id)


def _item(decision: Decision, asset_id: str | None = None) -> Item:
    moved = [*decision.difference, *(["file"] if decision.place is not None else [])]
    details = {
        Verdict.ADDED: decision.changes.get("title", decision.asset.title),
        Verdict.CHANGED: ", ".join(moved),
    }
    return Item(decision.row.name, decision.verdict, details.get(decision.verdict), asset_id)


def _refused(desk: Desk, table: _Table, source: str) -> Invalid:
    """Log what was wrong with each row, and refuse the table."""
    problems = table.sorted_problems()
    names = {row.index: row.name for row in table.rows}
    said: dict[int, list[str]] = {}
    for index, column, detail in by_row(problems):
        said.setdefault(index, []).append(f"{column}: {detail}" if column else detail)
    items = [
        Item(f"row {index + 2} {names.get(index, '')}".strip(), Verdict.REFUSED, " ".join(sentences))
        for index, sentences in sorted(said.items())
    ]
    with desk.sessions.write() as session:
        intakes.record(session, IntakeKind.TABLE, source, items, actor=desk.actor, now=desk.now)
    return Invalid(REFUSED, problems)


def _in_need(decisions: Sequence[Decision]) -> Iterator[tuple[AssetRow, Place]]:
    """List what will be a version's bytes or address."""
    return ((each.row, each.place) for each in decisions if each.place is not None)


@contextmanager
def _noted(table: _Table, row: AssetRow) -> Iterator[None]:
    """Turn a refusal at the door into the row's problem."""
    try:
        yield
    except Unavailable:
        raise
    except ContentMapError as refusal:
        table.problems.append(FieldError(f"/{row.index}/{PLACE}", refusal.detail))
    except OSError as error:
        sentence = f"The file cannot be read: {error.strerror}."
        table.problems.append(FieldError(f"/{row.index}/{PLACE}", sentence))


def _reading(session: Session, zone: ZoneInfo) -> Reading:
    owners = {
        user.email.casefold(): Owner(
            user.id, user.name, user.is_active and Role(user.role) in {Role.MARKETER, Role.ADMIN}
        )
        for user in session.scalars(select(User))
    }
    facets = {facet.value for facet in Facet}
    terms = [
        TableTerm(
            Facet(term.facet_key),
            term.key,
            term.name,
            tuple(alias.alias for alias in term.aliases),
            term.retired_at is not None,
        )
        for term in session.scalars(select(Term).options(selectinload(Term.aliases)))
        if term.facet_key in facets
    ]
    return Reading(zone, owners, Lexicon(terms))
