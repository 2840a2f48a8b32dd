"""One report, five ways to read it: page, PDF, XLSX, CSV and JSON say the same numbers, and those of the events."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from random import Random

import pypdfium2
import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from content_map.config import Settings
from content_map.db import Sessions
from content_map.domain.conversations import Conversation
from content_map.domain.people import Role
from content_map.domain.usage import EventKind, How, OutcomeAnswer, Surface
from content_map.models import UsageEvent
from content_map.reports import REPORTS
from content_map.reports.finding import value_of
from content_map.reports.formats import FORMATS, Print, reading
from content_map.reports.formats.sheets import sheet_names
from content_map.reports.parts import As, Cell, Column, Fraction, Table
from content_map.services import reports
from content_map.services.usage_history import HistoricEvent
from tests.factories import make_asset, make_user
from tests.support.stories import happen, told
from tests.web.browsing import Browser, text_of

Visit = Callable[[Role], Browser]
START = datetime(2026, 7, 1, tzinfo=UTC)
NAMES = sorted(name for name, report in REPORTS.items() if not report.needs_asset)
CUSTOMERS = ("Harbour & Vale", "Northwind", "Ålesund Tidal", "7 Hills")


def _library(sessions: Sessions, seed: int, now: datetime) -> None:
    """Let twelve people do a hundred and fifty things with nine assets in a quarter."""
    chance = Random(seed)  # noqa: S311
    with sessions.write() as session:
        people = [make_user(session) for _ in range(10)] + [
            make_user(session, Role.MARKETER) for _ in range(2)
        ]
        assets = [
            make_asset(
                session,
                title=f"Deck {number}: =SUM({number}) <b>",
                conversation=chance.choice(list(Conversation)),
            )
            for number in range(9)
        ]
        happen(session, list(_deeds(chance, people, assets)), now=now)


def _deeds(chance: Random, people: list, assets: list) -> Iterator[HistoricEvent]:  # type: ignore[type-arg]
    for _ in range(150):
        at = START + timedelta(minutes=chance.randrange(92 * 24 * 60))
        person, asset = chance.choice(people), chance.choice(assets[:7])
        match chance.randrange(4):
            case 0:
                yield told(EventKind.IMPRESSION, person, asset, at, surface=Surface.BROWSE)
            case 1:
                yield told(EventKind.OPEN, person, asset, at, surface=Surface.DIRECT)
            case 2:
                yield told(EventKind.USE, person, asset, at, account=chance.choice(CUSTOMERS), how=How.SENT)
            case _:
                yield told(
                    EventKind.OUTCOME,
                    person,
                    None,
                    at,
                    account=chance.choice(CUSTOMERS),
                    conversation=chance.choice(list(Conversation)),
                    outcome=chance.choice(list(OutcomeAnswer)),
                )


def _printed(sessions: Sessions, settings: Settings, name: str, reader: Browser, now: datetime) -> Print:
    with sessions.read() as session:
        return reports.run(
            session, name, "2026-Q3", actor=reader.person.as_actor(), settings=settings, now=now
        )


def _numbers(text: str) -> Counter[str]:
    return Counter(each.replace(",", "") for each in re.findall(r"\d[\d,]*(?:\.\d+)?", text))


def _said(printed: Print) -> Counter[str]:
    """Count the numbers that a reader must find, cell by cell and figure by figure."""
    zone = printed.question.definitions.zone
    cells = [reading.figure_text(figure.value, zone) for figure in printed.built.figures]
    for table in printed.built.tables:
        cells += [
            reading.cell_text(cell, column.means, zone)
            for row in table.rows
            for column, cell in zip(table.columns, row, strict=True)
            if column.means in (As.NUMBER, As.SHARE)
        ]
    return sum(map(_numbers, cells), Counter())


@pytest.mark.once
def test_every_format_says_the_same_numbers(
    visit: Visit, sessions: Sessions, settings: Settings, now: datetime
) -> None:
    _library(sessions, 7, now)
    admin = visit(Role.ADMIN)

    for name in NAMES:
        printed = _printed(sessions, settings, name, admin, now)
        tables = list(printed.built.tables)
        assert_json(printed, tables)
        assert_csv(printed, tables[0])
        # The definitions stand on a sheet of their own with the settings.
        assert_workbook(printed, [table for table in tables if table.heading != "Definitions"])
        assert not _said(printed) - _numbers(_pdf_text(printed)), name
        if name != "unused-assets":  # its page has tabs of its own; see the test below
            page = text_of(admin.get(f"/insights/{name}?quarter=2026-Q3"))
            assert not _said(printed) - _numbers(page), name


def test_the_report_on_unused_content_is_the_sum_of_its_events(
    visit: Visit, sessions: Sessions, settings: Settings, now: datetime
) -> None:
    _library(sessions, 3, now)
    admin = visit(Role.ADMIN)

    printed = _printed(sessions, settings, "unused-assets", admin, now)

    with sessions.read() as session:
        events = session.scalars(select(UsageEvent).where(UsageEvent.excluded_reason.is_(None))).all()
    counted = Counter((event.asset_id, event.kind) for event in events)
    content = json.loads(FORMATS["json"].write(printed))
    for row in content["rows"]:
        assert row["uses"] == counted[row["asset"], "use"]
        assert row["impressions"] == counted[row["asset"], "impression"]
        assert row["opens"] == counted[row["asset"], "open"]
    uses = sum(event.kind == "use" for event in events)
    assert sum(row["uses"] for row in content["rows"]) == uses > 0
    page = text_of(admin.get("/insights/unused-assets?quarter=2026-Q3&tab=assets"))
    shown = Counter(str(row[key]) for row in content["rows"] for key in ("impressions", "opens", "uses"))
    assert not shown - _numbers(page)
    assert not Counter(map(str, content["classes"].values())) - _numbers(
        text_of(admin.get("/insights/unused-assets?quarter=2026-Q3"))
    )


def assert_json(printed: Print, tables: list[Table]) -> None:
    content = json.loads(FORMATS["json"].write(printed))
    assert content["figures"] == {each.key: value_of(each.value) for each in printed.built.figures}
    for table in tables:
        if not isinstance(content.get(table.name), list):
            continue
        assert len(content[table.name]) == len(table.rows)
        for each, row in zip(content[table.name], table.rows, strict=True):
            written = {**each, **each.get("classes", {})}  # the contract's object for a conversation
            for column, cell in zip(table.columns, row, strict=True):
                if column.means in (As.NUMBER, As.SHARE):
                    assert written[column.key] in (
                        value_of(cell),
                        cell.part if isinstance(cell, Fraction) else ...,
                    )


def assert_csv(printed: Print, table: Table) -> None:
    lines = list(csv.DictReader(io.StringIO(FORMATS["csv"].write(printed).decode("utf-8-sig"))))
    assert len(lines) == len(table.rows)
    for line, row in zip(lines, table.rows, strict=True):
        for column, cell in zip(table.columns, row, strict=True):
            if isinstance(cell, Fraction):
                assert (line[column.key], line[f"{column.key}_n"]) == (str(cell.part), str(cell.n))
            elif isinstance(cell, int | float):
                assert line[column.key] == str(cell)


def assert_workbook(printed: Print, tables: list[Table]) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(FORMATS["xlsx"].write(printed)))
    names = sheet_names(["Finding", *(table.heading for table in tables)])[1:]
    for name, table in zip(names, tables, strict=True):
        lines = book.get_sheet_by_name(name).to_python()[1:]
        assert len(lines) == len(table.rows)
        for line, row in zip(lines, table.rows, strict=True):
            expected = [
                part
                for column, cell in zip(table.columns, row, strict=True)
                for part in _in_cells(column, cell)
            ]
            for written, wanted in zip(line, expected, strict=False):
                assert wanted is ... or written == wanted
    figures = {line[0]: line[1:3] for line in book.get_sheet_by_name("Finding").to_python()}
    for each in printed.built.figures:
        if isinstance(each.value, Fraction):
            assert figures[each.label] == list(each.value)
        elif isinstance(each.value, int | float):
            assert figures[each.label][0] == each.value


def _in_cells(column: Column, cell: Cell) -> list[object]:
    """Give what the cells of a row hold; `...` where words are written otherwise."""
    match cell:
        case Fraction():
            return [cell.part, cell.n, ...]
        case None if column.means is As.SHARE:
            return ["", "", ""]
        case datetime():
            return [...]
        case date() | int() | float():
            return [cell]
        case _:
            return [...]


def _pdf_text(printed: Print) -> str:
    with closing(pypdfium2.PdfDocument(FORMATS["pdf"].write(printed))) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
