"""The vocabulary as a file: written for a spreadsheet, and brought in again, all rows or none."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from content_map.domain.cells import escaped, unescaped
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.domain.vocabulary_rows import Plan, TermRow, plan
from content_map.errors import FieldError, Invalid
from content_map.models import Facet, Term, TermAlias
from content_map.services import audit, tables
from content_map.services.terms import set_aliases, wording_of
from content_map.services.texts import is_storable
from content_map.services.vocabulary import facets, note_change

COLUMNS = ("facet", "key", "name", "aliases")
BETWEEN_ALIASES = ";"
_REFUSED = "Nothing was imported: some rows need a correction first."


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do; `problems` point at rows: `/3/aliases`."""

    created: int
    changed: int
    unchanged: int
    problems: tuple[FieldError, ...] = ()


def write_file(session: Session, *, actor: Actor) -> bytes:
    """Write every term that is not retired: UTF-8 with BOM, no cell a formula. Raises NotAllowed."""
    require(actor, Right.MANAGE_TERMS)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for facet in facets(session):
        for term in facet.terms:
            if term.retired_at is None:
                aliases = BETWEEN_ALIASES.join(alias.alias for alias in term.aliases)
                writer.writerow([facet.key, term.key, escaped(term.name), escaped(aliases)])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def read_file(stream: BinaryIO) -> list[TermRow]:
    """Read the rows of a file. Raises Invalid (it is no such table), TooLarge."""
    rows = tables.read_rows(stream, COLUMNS)
    problems = [
        FieldError(f"/{index}/{name}", "Write text here.")
        for index, row in enumerate(rows)
        for name, cell in row.items()
        if name not in COLUMNS or not isinstance(cell, str) or not is_storable(cell)
    ]
    if problems:
        raise Invalid(_REFUSED, problems)
    return [_row(row) for row in rows]


def look(session: Session, rows: Sequence[TermRow], *, actor: Actor) -> Imported:
    """Say what an import would do, row by row, and change nothing. Raises NotAllowed."""
    require(actor, Right.MANAGE_TERMS)
    planned, _ = _plan(session, rows)
    return Imported(len(planned.created), len(planned.changed), planned.unchanged, planned.problems)


def import_rows(session: Session, rows: Sequence[TermRow], *, actor: Actor, now: datetime) -> Imported:
    """Add and change terms, all rows or none; the same file again changes nothing.

    Raises NotAllowed, Invalid (every row's problem).
    """
    require(actor, Right.MANAGE_TERMS)
    planned, present = _plan(session, rows)
    if planned.problems:
        raise Invalid(_REFUSED, planned.problems)
    for ref, each in planned.created.items():
        facet, _, key = ref.partition(":")
        term = Term(facet_key=facet, key=key, name=each.name)
        term.aliases = [TermAlias(alias=alias) for alias in each.aliases]
        session.add(term)
    for ref, each in planned.changed.items():
        term = present[ref]
        term.name, term.retired_at = each.name, None
        set_aliases(session, term, each.aliases)
    session.flush()
    done = Imported(len(planned.created), len(planned.changed), planned.unchanged)
    if planned.created or planned.changed:
        counts = {"created": done.created, "changed": done.changed, "unchanged": done.unchanged}
        audit.note(session, "vocabulary.imported", "term", "-", actor=actor, now=now, changes=counts)
        note_change(session)
    return done


def _plan(session: Session, rows: Sequence[TermRow]) -> tuple[Plan, dict[str, Term]]:
    known = {
        term.full_key: term for term in session.scalars(select(Term).options(selectinload(Term.aliases)))
    }
    planned = plan(
        rows,
        session.scalars(select(Facet.key).order_by(Facet.position)).all(),
        {ref: wording_of(term) for ref, term in known.items()},
        frozenset(ref for ref, term in known.items() if term.retired_at is not None),
    )
    return planned, known


def _row(row: tables.Row) -> TermRow:
    cells = {name: unescaped(str(row.get(name, "")).strip()) for name in COLUMNS}
    aliases = (alias.strip() for alias in cells["aliases"].split(BETWEEN_ALIASES))
    name = " ".join(cells["name"].split())
    return TermRow(cells["facet"], cells["key"], name, tuple(alias for alias in aliases if alias))
