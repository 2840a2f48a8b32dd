"""Customer companies: one name is one account, in any spelling and from anybody's hand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content_map.domain.people import Actor, Role
from content_map.domain.usage import EventKind
from content_map.errors import Conflict, Invalid, NotAllowed, NotFound
from content_map.models import Account, AuditEntry, Search, UsageEvent
from content_map.services import accounts, accounts_import
from content_map.services.accounts_import import AccountRow, Imported
from tests.factories import make_account, make_asset, make_search, make_user
from tests.support.stories import happen, told

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.fixture
def rep(session: Session) -> Actor:
    return make_user(session).as_actor()


@pytest.fixture
def admin(session: Session) -> Actor:
    return make_user(session, Role.ADMIN).as_actor()


@pytest.mark.parametrize(
    "spelling", ["Harbour & Vale", "  harbour  &\tvale ", "HARBOUR & VALE", "Ｈarbour ＆ Vale"]
)
def test_a_name_is_one_account_in_any_spelling(session: Session, rep: Actor, spelling: str) -> None:
    first = accounts.named(session, "Harbour & Vale", actor=rep, now=NOW)

    again = accounts.named(session, spelling, actor=rep, now=NOW)

    assert again.id == first.id
    assert again.name == "Harbour & Vale"


def test_two_spellings_in_one_batch_are_one_account(session: Session, rep: Actor) -> None:
    found = accounts.named_all(session, ["STRASSE", "Straße", "Northwind"], actor=rep, now=NOW)

    assert found["STRASSE"].id == found["Straße"].id != found["Northwind"].id
    assert session.scalar(select(func.count()).select_from(Account)) == 2


def test_an_id_is_found_and_an_unknown_one_is_no_name(session: Session, rep: Actor) -> None:
    account = make_account(session)

    assert accounts.named(session, account.id, actor=rep, now=NOW).id == account.id
    with pytest.raises(NotFound):
        accounts.named(session, "0" * 32, actor=rep, now=NOW)


@pytest.mark.parametrize("name", ["", "  ", "…", "a\x00", "\ud800a", "x" * 201, "ﷺ" * 100])
def test_what_is_no_name_is_refused(session: Session, rep: Actor, name: str) -> None:
    with pytest.raises(Invalid):
        accounts.named(session, name, actor=rep, now=NOW)

    assert session.scalar(select(func.count()).select_from(Account)) == 0


def test_a_merged_account_leads_on_by_id_and_name(session: Session, rep: Actor, admin: Actor) -> None:
    old, new = make_account(session, "Harbor Vale"), make_account(session, "Harbour & Vale")

    accounts.merge(session, old.id, new.id, actor=admin, now=NOW)

    assert accounts.named(session, "harbor vale", actor=rep, now=NOW).id == new.id
    assert accounts.named(session, old.id, actor=rep, now=NOW).id == new.id
    assert [each.name for each in accounts.listed(session, actor=rep).items] == ["Harbour & Vale"]


def test_a_merge_re_points_what_happened_and_is_written_down(session: Session, admin: Actor) -> None:
    rep, asset = make_user(session), make_asset(session)
    old, new = make_account(session, "Harbor Vale"), make_account(session, "Harbour & Vale")
    make_search(session, rep, account_id=old.id)
    happen(session, [told(EventKind.USE, rep, asset, NOW, account=old.id)], now=NOW)

    accounts.merge(session, old.id, new.id, actor=admin, now=NOW)

    assert session.scalars(select(UsageEvent.account_id)).all() == [new.id]
    assert session.scalars(select(Search.account_id)).all() == [new.id]
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "account.merged")).one()
    assert (entry.noun_id, entry.changes["into"], entry.changes["events"]) == (old.id, new.id, 1)


def test_merges_in_a_row_end_at_the_last(session: Session, rep: Actor, admin: Actor) -> None:
    first, second, third = (make_account(session, name) for name in ("One", "Two", "Three"))

    accounts.merge(session, first.id, second.id, actor=admin, now=NOW)
    accounts.merge(session, second.id, third.id, actor=admin, now=NOW)

    assert accounts.named(session, "one", actor=rep, now=NOW).id == third.id


def test_one_account_cannot_be_merged_into_itself(session: Session, admin: Actor) -> None:
    first, second = make_account(session, "One"), make_account(session, "Two")
    accounts.merge(session, first.id, second.id, actor=admin, now=NOW)

    for from_id, into_id in ((second.id, second.id), (second.id, first.id), (first.id, second.id)):
        with pytest.raises(Invalid, match="one account already"):
            accounts.merge(session, from_id, into_id, actor=admin, now=NOW)


def test_only_an_admin_merges_and_imports(session: Session, rep: Actor) -> None:
    first, second = make_account(session, "One"), make_account(session, "Two")

    with pytest.raises(NotAllowed):
        accounts.merge(session, first.id, second.id, actor=rep, now=NOW)
    with pytest.raises(NotAllowed):
        accounts_import.import_rows(session, [], actor=rep, now=NOW)


def test_a_prefix_lists_by_name_in_slices(session: Session, rep: Actor) -> None:
    for name in ("Harbour & Vale", "Hartmann", "Northwind", "100% Pure", "100 Acres"):
        make_account(session, name)

    first = accounts.listed(session, "HAR", limit=1, actor=rep)
    second = accounts.listed(session, "HAR", limit=1, cursor=first.next, actor=rep)

    assert [each.name for each in (*first.items, *second.items)] == ["Harbour & Vale", "Hartmann"]
    assert second.next is None
    assert [each.name for each in accounts.listed(session, "100%", actor=rep).items] == ["100% Pure"]


@pytest.mark.parametrize("cursor", ["", "x", "WyJhIiwiYiJd", "bnVsbA", "é", "WyJcdWQ4MDAiXQ"])
def test_a_strange_cursor_is_refused(session: Session, rep: Actor, cursor: str) -> None:
    with pytest.raises(Invalid, match="cursor"):
        accounts.listed(session, cursor=cursor, actor=rep)


def test_a_second_account_of_the_same_name_is_a_conflict_that_names_the_first(
    session: Session, rep: Actor
) -> None:
    first = accounts.create(session, {"name": "Harbour & Vale", "industry": "healthcare"}, actor=rep, now=NOW)

    with pytest.raises(Conflict) as refused:
        accounts.create(session, {"name": "harbour & vale"}, actor=rep, now=NOW)

    assert refused.value.facts["account"] == {"id": first.id, "name": "Harbour & Vale"}


def test_a_change_touches_only_the_named_fields(session: Session, rep: Actor) -> None:
    account = accounts.create(
        session, {"name": "Northwind", "industry": "healthcare", "size": "large"}, actor=rep, now=NOW
    )

    changed = accounts.change(
        session, account.id, {"name": "Northwind Ltd", "size": None}, actor=rep, now=NOW
    )

    assert (changed.name, changed.name_key) == ("Northwind Ltd", "northwind ltd")
    assert (changed.industry, changed.size) == ("healthcare", None)


def test_every_fault_of_a_change_is_named(session: Session, rep: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        accounts.create(session, {"name": " ", "industry": "x" * 81, "owner": "nobody"}, actor=rep, now=NOW)

    assert [each.pointer for each in refused.value.errors] == ["/name", "/industry", "/owner"]


def test_an_import_adds_and_changes_and_twice_changes_nothing(session: Session, admin: Actor) -> None:
    owner = make_user(session, email="ann@example.com")
    make_account(session, "Northwind")
    rows = [
        AccountRow("Harbour & Vale", external_id="42", industry="healthcare", owner="Ann@Example.com"),
        AccountRow("NORTHWIND", size="large"),
    ]

    first = accounts_import.import_rows(session, rows, actor=admin, now=NOW)
    second = accounts_import.import_rows(session, rows, actor=admin, now=NOW)

    assert (first, second) == (Imported(1, 1, 0), Imported(0, 0, 2))
    added = accounts.named(session, "Harbour & Vale", actor=admin, now=NOW)
    assert (added.external_id, added.owner_id) == ("42", owner.id)


def test_an_import_with_one_bad_row_keeps_none(session: Session, admin: Actor) -> None:
    rows = [AccountRow("Harbour & Vale"), AccountRow(""), AccountRow("Northwind", owner="nobody@example.com")]

    looked = accounts_import.look(session, rows, actor=admin, now=NOW)
    with pytest.raises(Invalid) as refused:
        accounts_import.import_rows(session, rows, actor=admin, now=NOW)

    assert [each.pointer for each in looked.problems] == ["/1/name", "/2/owner"]
    assert refused.value.errors == looked.problems
    assert session.scalar(select(func.count()).select_from(Account)) == 0


def test_an_import_meets_a_merged_account_under_its_old_name(session: Session, admin: Actor) -> None:
    old, new = make_account(session, "Harbor Vale"), make_account(session, "Harbour & Vale")
    accounts.merge(session, old.id, new.id, actor=admin, now=NOW)

    done = accounts_import.import_rows(
        session, [AccountRow("Harbor Vale", size="large")], actor=admin, now=NOW
    )

    assert done == Imported(0, 1, 0)
    assert (new.name, new.size) == ("Harbour & Vale", "large")
