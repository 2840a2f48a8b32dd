"""Laws of tables: an export read back changes nothing, a refused import leaves nothing, and rows cost no questions."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, event, func, select

from content_map.db import Sessions
from content_map.domain.assets import Audience, Status
from content_map.domain.conversations import Conversation
from content_map.domain.intakes import Verdict
from content_map.domain.people import Role
from content_map.errors import Invalid
from content_map.models import Asset, AssetPeriod, AssetTerm, Intake, Term, Version
from content_map.services import asset_exports, asset_imports
from content_map.services.asset_import_places import Where
from content_map.services.asset_imports import Desk
from storage import open_store
from tests.factories import make_asset, make_term, make_user

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SYDNEY = ZoneInfo("Australia/Sydney")
TEXT = st.text(
    st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), min_size=1, max_size=30
)
INSTANTS = st.integers(-(10**15), 10**16).map(lambda number: EPOCH + timedelta(microseconds=number))


@pytest.fixture
def desk(sessions: Sessions, tmp_path: Path, now: datetime) -> Desk:
    """An admin's desk with a store of its own."""
    with sessions.write() as session:
        actor = make_user(session, Role.ADMIN, email="ada@example.com").as_actor()
        make_term(session)
        make_term(session, "pain", "late-deliveries", "Late deliveries")
    where = Where(open_store(f"disk:{tmp_path / 'store'}"), "", tmp_path, 100_000)
    return Desk(sessions, where, SYDNEY, actor, now)


def _import(desk: Desk, table: bytes | str) -> dict[Verdict, int]:
    content = table if isinstance(table, bytes) else table.encode()
    return dict(asset_imports.import_table(desk, io.BytesIO(content), "assets.csv").counts)


def _links(count: int) -> str:
    rows = "".join(
        f"id-{number},Title {number},{number % 5 + 1},https://example.com/{number},ada@example.com,Healthcare\n"
        for number in range(count)
    )
    return f"external_id,title,conversation,url_or_path,owner_email,industry\n{rows}"


@given(
    title=TEXT.filter(lambda text: text.strip()),
    summary=st.none() | TEXT,
    external_id=st.none() | TEXT.filter(lambda text: text.strip()),
    published=st.booleans(),
    conversation=st.none() | st.sampled_from(Conversation),
    audience=st.sampled_from(Audience),
    publish_at=st.none() | INSTANTS,
    expires_at=st.none() | INSTANTS,
    review_by=st.none() | st.dates(date(1950, 1, 1), date(2900, 1, 1)),
    terms=st.sets(st.sampled_from(["healthcare", "late-deliveries"])),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_export_that_is_imported_again_changes_nothing(
    desk: Desk,
    title: str,
    summary: str | None,
    external_id: str | None,
    published: bool,
    conversation: Conversation | None,
    audience: Audience,
    publish_at: datetime | None,
    expires_at: datetime | None,
    review_by: date | None,
    terms: set[str],
) -> None:
    with desk.sessions.write() as session:
        session.execute(delete(AssetTerm))
        asset = session.scalar(select(Asset)) or make_asset(session, live_from=None)
        asset.title, asset.summary, asset.external_id = title, summary, external_id
        asset.conversation, asset.audience = conversation, audience
        asset.status = Status.PUBLISHED if published and conversation else Status.DRAFT
        asset.publish_at, asset.expires_at, asset.review_by = publish_at, expires_at, review_by
        for term_id in session.scalars(select(Term.id).where(Term.key.in_(terms))):
            session.add(AssetTerm(asset_id=asset.id, term_id=term_id))

    table = b"".join(asset_exports.write_table(desk.sessions, SYDNEY, actor=desk.actor))
    looked = asset_imports.look(desk, io.BytesIO(table))

    assert looked.problems == ()
    assert looked.counts == {Verdict.UNCHANGED: 1}


def test_rows_are_looked_at_with_a_handful_of_questions(desk: Desk, engine: Engine) -> None:
    _import(desk, _links(150))

    few, many = _questions(desk, engine, _links(10)), _questions(desk, engine, _links(150))

    assert many <= few + 2


def test_rows_of_one_part_are_written_with_a_handful_of_statements(desk: Desk, engine: Engine) -> None:
    """No new asset costs a statement of its own, and an asset that differs costs that of its own row alone."""
    _import(desk, _links(1))

    def taken(table: str) -> tuple[int, int]:
        with _counted(engine) as statements:
            _import(desk, table)
        own = sum(each.startswith("UPDATE assets") for each in statements)
        return len(statements) - own, own

    few, many = taken(_links(10)), taken(_links(190))
    few_changed = taken(_links(10).replace("Title", "Title:"))
    many_changed = taken(_links(190).replace("Title", "Name"))
    few_moved = taken(_links(10).replace("Title", "Name").replace(".com/", ".com/new/"))
    many_moved = taken(_links(190).replace("Title", "Name").replace(".com/", ".com/moved/"))

    # The log of a run takes fifty rows at once: four times instead of once.
    assert (many[0] - few[0], few[1], many[1]) == (3, 0, 0)
    assert (many_changed[0] - few_changed[0], few_changed[1], many_changed[1]) == (3, 10, 190)
    assert (many_moved[0] - few_moved[0], few_moved[1], many_moved[1]) == (3, 10, 190)


def test_refused_table_leaves_no_row_no_bytes_and_a_log(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "good.md").write_text("# Good")
    (tmp_path / "tool.exe").write_bytes(b"MZ" + bytes(64))

    with pytest.raises(Invalid) as refused:
        _import(desk, "external_id,url_or_path\na,good.md\nb,tool.exe\n")

    assert [each.pointer for each in refused.value.errors] == ["/1/url_or_path"]
    assert list(desk.where.store.keys("assets/")) == []
    with desk.sessions.read() as session:
        assert session.scalar(select(func.count()).select_from(Asset)) == 0
        assert session.scalars(select(Intake.kind)).all() == ["table"]


def test_publishing_time_publishes_and_keeps_the_record_of_when_it_was_live(desk: Desk) -> None:
    table = (
        "external_id,conversation,url_or_path,publish_at\n"
        "past,1,https://example.com/a,2026-01-05\n"
        "today,1,https://example.com/b,2026-11-21\n"
        "draft,1,https://example.com/c,\n"
    )

    counts = _import(desk, table)
    again = _import(desk, table)

    with desk.sessions.read() as session:
        live = {
            asset.external_id: (asset.status, asset.publish_at, period.starts_at if period else None)
            for asset, period in session.execute(
                select(Asset, AssetPeriod).outerjoin(AssetPeriod, AssetPeriod.asset_id == Asset.id)
            )
        }
    # Sydney's 5 January begins at 13:00 UTC the day before; “today” there is from this moment on.
    begins = datetime(2026, 1, 4, 13, tzinfo=UTC)
    assert live == {
        "past": ("published", begins, begins),
        "today": ("published", desk.now, desk.now),
        "draft": ("draft", None, None),
    }
    assert (counts, again) == ({Verdict.ADDED: 3}, {Verdict.UNCHANGED: 3})


def test_archived_asset_is_described_and_stays_archived(desk: Desk) -> None:
    with desk.sessions.write() as session:
        make_asset(session, external_id="old", status=Status.ARCHIVED, title="Old")

    counts = _import(desk, "external_id,title,publish_at\nold,Renamed,2026-11-22\n")

    with desk.sessions.read() as session:
        asset = session.scalars(select(Asset)).one()
    assert counts == {Verdict.CHANGED: 1}
    assert (asset.title, asset.status) == ("Renamed", "archived")


def test_language_of_a_table_is_kept_for_the_version_that_is_there(desk: Desk) -> None:
    with desk.sessions.write() as session:
        make_asset(session, external_id="a")

    counts = _import(desk, "external_id,language\na,French\n")

    with desk.sessions.read() as session:
        assert session.scalars(select(Version.language)).all() == ["fr"]
    assert (counts, _import(desk, "external_id,language\na,fr\n")) == (
        {Verdict.CHANGED: 1},
        {Verdict.UNCHANGED: 1},
    )


def _questions(desk: Desk, engine: Engine, table: str) -> int:
    with _counted(engine) as statements:
        asset_imports.look(desk, io.BytesIO(table.encode()))
    return sum(each.lstrip().upper().startswith("SELECT") for each in statements)


@contextmanager
def _counted(engine: Engine) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
