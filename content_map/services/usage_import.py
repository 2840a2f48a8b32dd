"""History from another tool as a file: the events' fields, who acted, and where each comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from content_map.db import Sessions
from content_map.domain.event_reading import READERS, read_event
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.errors import FieldError, Invalid
from content_map.services import tables, usage_history
from content_map.services.tables import Row
from content_map.services.texts import is_storable
from content_map.services.usage_history import HistoricEvent

SOURCE_CHARACTERS = 100
COLUMNS = (*READERS, "actor", "source")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do; `problems` point at rows, counted from 0: `/3/asset`."""

    accepted: int
    duplicates: int
    problems: tuple[FieldError, ...] = ()


def import_file(
    sessions: Sessions, file: Path, *, source: str | None = None, dry_run: bool, actor: Actor, now: datetime
) -> Imported:
    """Bring in a file as `bring_in` does, with every row's problem in the answer instead of an error."""
    try:
        with file.open("rb") as stream:
            return bring_in(sessions, stream, source=source, dry_run=dry_run, actor=actor, now=now)
    except Invalid as refusal:
        return Imported(0, 0, refusal.errors)


def bring_in(
    sessions: Sessions,
    stream: BinaryIO,
    *,
    source: str | None = None,
    dry_run: bool,
    actor: Actor,
    now: datetime,
) -> Imported:
    """Store past events, all or none; a dry run stores none and lists each row's problem.

    `source` speaks for rows that name none. Raises NotAllowed, Invalid (the rows at fault), TooLarge.
    """
    require(actor, Right.IMPORT_USAGE)
    events: list[HistoricEvent] = []
    problems: list[FieldError] = []
    places: list[int] = []
    rows = tables.read_rows(stream, COLUMNS)
    rows.reverse()
    for index in range(len(rows)):
        try:
            # Let go of each row when it is an event: hundreds of thousands need not be there twice.
            events.append(_event(rows.pop(), source))
            places.append(index)
        except Invalid as refusal:
            problems += [FieldError(f"/{index}{each.pointer}", each.detail) for each in refusal.errors]
    if problems and not dry_run:
        raise Invalid("Nothing was imported: some rows need a correction first.", problems)
    with sessions.write() as session:
        act = usage_history.look if dry_run else usage_history.import_history
        done = act(session, events, source=source, actor=actor, now=now)
    for rejected in done.rejected:
        place = places[rejected.index]
        problems += [FieldError(f"/{place}{each.pointer}", each.detail) for each in rejected.problems]
    problems.sort(key=_row_of)
    return Imported(done.accepted, done.duplicates, tuple(problems))


def _event(row: Row, source: str | None) -> HistoricEvent:
    given = dict(row)
    actor, origin = given.pop("actor", None), given.pop("source", source)
    wrong = list(_problems(actor, origin))
    try:
        event = read_event(given)
    except Invalid as refusal:
        wrong += refusal.errors
    if wrong:
        raise Invalid(" ".join(each.detail for each in wrong), wrong)
    return HistoricEvent(event, _text(actor), _text(origin))


def _problems(actor: object, source: object) -> Iterator[FieldError]:
    if actor is not None and not (isinstance(actor, str) and is_storable(actor)):
        yield FieldError("/actor", "Write the e-mail address or the id of who did it.")
    if source is None:
        yield FieldError("/source", "Say which tool this comes from.")
    elif not (
        isinstance(source, str) and is_storable(source) and 1 <= len(source.strip()) <= SOURCE_CHARACTERS
    ):
        yield FieldError("/source", f"Name the tool this comes from in 1 to {SOURCE_CHARACTERS} characters.")


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _row_of(problem: FieldError) -> int:
    return int(problem.pointer.split("/")[1])
