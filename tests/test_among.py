"""Pairs of two columns are found by their index, however many they are."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from content_map.models import Page, Version
from content_map.statements import among
from tests.factories import make_asset


def _version(session: Session, *pages: str) -> str:
    asset = make_asset(session, pages=pages)
    return session.scalars(select(Version.id).where(Version.asset_id == asset.id)).one()


some = st.sets(st.tuples(st.integers(0, 2), st.integers(1, 4)))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some)
def test_exactly_the_pairs_asked_for_are_found(session: Session, wanted: set[tuple[int, int]]) -> None:
    versions = [_version(session, "a", "b", "c") for _ in range(3)]
    pairs = {(versions[asset], number) for asset, number in wanted}

    found = session.scalars(select(Page).where(among(Page.version_id, Page.number, pairs))).all()

    there = {(version, number) for version in versions for number in (1, 2, 3)}
    assert {(page.version_id, page.number) for page in found} == pairs & there


def test_five_thousand_pairs_are_not_too_many(session: Session) -> None:
    version = _version(session, "a")
    pairs = [(f"{number:032}", 1) for number in range(5_000)] + [(version, 1)]

    found = session.scalars(select(Page).where(among(Page.version_id, Page.number, pairs))).all()

    assert [page.version_id for page in found] == [version]


def test_sqlite_looks_them_up_and_reads_no_table_through(session: Session) -> None:
    if session.get_bind().dialect.name != "sqlite":
        return
    wanted = select(Page.number).where(among(Page.version_id, Page.number, [("a", 1), ("b", 2)]))
    compiled = wanted.compile(session.get_bind(), compile_kwargs={"literal_binds": True})

    plan = [row[3] for row in session.execute(text(f"EXPLAIN QUERY PLAN {compiled}"))]

    assert any("SEARCH pages" in step for step in plan)
    assert not any(step.startswith("SCAN pages") for step in plan)
