"""Importing a table on a page, without JavaScript: checked first, then in, and everything logged."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import datetime

from content_map.db import Sessions
from content_map.domain.intakes import IntakeKind, Item, Verdict
from content_map.domain.people import Role
from content_map.models import Intake
from content_map.services import intakes
from content_map.wiring import Resources
from tests.web.browsing import Browser, text_of

Visit = Callable[[Role], Browser]
TABLE = "external_id,title,conversation,url_or_path\na,The guide,3,https://example.com/guide\nb,Prices,,https://example.com/p\n"


def _check(browser: Browser, table: str, name: str = "assets.csv") -> str:
    """Send a table to be checked and give the address of the answer."""
    answer = browser.post("/imports", file=(io.BytesIO(table.encode()), name))
    return str(answer.headers["Location"])


def _form_action(page: str) -> str:
    found = re.search(r'<form method="post" action="(/imports/checks/[^"]+)"', page)
    if found is None:
        raise LookupError("the page offers no import")
    return found[1].replace("&amp;", "&")


def test_table_is_checked_and_then_imported(visit: Visit) -> None:
    marketer = visit(Role.MARKETER)

    checked = marketer.get(_check(marketer, TABLE))
    before = text_of(marketer.get("/library"))
    imported = marketer.follow(_form_action(checked.get_data(as_text=True)))

    assert "2 assets would be added, 0 changed, 0 stay as they are." in text_of(checked)
    assert "The guide" not in before
    assert "The table is in: 2 added, 0 changed, 0 as they were." in text_of(imported)
    assert "Added 2" in text_of(imported)
    assert "assets.csv" in text_of(marketer.get("/imports"))
    assert "The guide" in text_of(marketer.get("/library"))


def test_table_with_problems_offers_the_corrections_and_no_import(visit: Visit) -> None:
    marketer = visit(Role.MARKETER)
    rows = "".join(f"id-{number},Title,sixth,https://example.com/{number}\n" for number in range(250))

    address = _check(marketer, f"external_id,title,conversation,url_or_path\n{rows}")
    page = marketer.get(address)
    download = marketer.get(address.partition("?")[0] + "/problems.csv")

    said = text_of(page)
    listed = list(csv.DictReader(io.StringIO(download.get_data().decode("utf-8-sig"))))
    assert "250 rows need a correction. Nothing was imported." in said
    assert "50 more problems are in the download." in said
    assert 'action="/imports/checks' not in page.get_data(as_text=True)
    assert (len(listed), listed[0]["row"], listed[-1]["row"]) == (250, "2", "251")
    assert listed[0]["column"] == "conversation"


def test_what_is_no_table_is_told_beside_the_file(visit: Visit) -> None:
    marketer = visit(Role.MARKETER)

    nothing = marketer.post("/imports")
    wrong = marketer.get(_check(marketer, "titel\nx\n"))

    assert (nothing.status_code, wrong.status_code) == (422, 422)
    assert "Choose a file first." in text_of(nothing)
    assert "Did you mean title?" in text_of(wrong)


def test_checked_table_is_its_senders_and_gone_once_it_is_in(visit: Visit) -> None:
    marketer, other = visit(Role.MARKETER), visit(Role.MARKETER)
    address = _check(marketer, TABLE)

    strange = other.get(address)
    marketer.post(_form_action(marketer.get(address).get_data(as_text=True)))
    again = marketer.get(address)

    assert (strange.status_code, again.status_code) == (410, 410)
    assert "Choose the file again" in text_of(again)


def test_second_import_says_that_nothing_is_new(visit: Visit) -> None:
    marketer = visit(Role.MARKETER)
    marketer.post(_form_action(marketer.get(_check(marketer, TABLE)).get_data(as_text=True)))

    again = marketer.get(_check(marketer, TABLE))

    assert "The library says all of this already." in text_of(again)


def test_runs_name_and_source_are_never_markup(visit: Visit) -> None:
    marketer = visit(Role.MARKETER)
    table = 'external_id,title,url_or_path\n<b>x</b>,"<script>1</script>",https://example.com/x\n'

    address = _check(marketer, table, name="<img src=x>.csv")
    checked = marketer.get(address).get_data(as_text=True)
    imported = marketer.follow(_form_action(checked)).get_data(as_text=True)

    assert not any(
        mark in page for page in (checked, imported) for mark in ("<b>x", "<script>1", "<img src=x")
    )


def test_only_marketing_gets_to_it(visit: Visit, resources: Resources) -> None:
    for role in (Role.REP, Role.MANAGER, Role.ANALYST):
        visitor = visit(role)

        assert visitor.get("/imports").status_code == 403
        assert visitor.get("/imports/assets.csv").status_code == 403
        assert visitor.post("/imports", file=(io.BytesIO(b"title\nx\n"), "a.csv")).status_code == 403
    assert list(resources.store.keys("imports/")) == []


def test_log_of_a_folder_says_where_to_try_again_and_what_was_stopped(
    visit: Visit, sessions: Sessions, now: datetime
) -> None:
    marketer = visit(Role.MARKETER)
    actor = marketer.person.as_actor()
    items = [
        Item("decks/plan.md", Verdict.ADDED),
        Item("tool.exe", Verdict.REFUSED, "Programs are not taken in."),
    ]
    with sessions.write() as session:
        run_id = intakes.record(session, IntakeKind.FOLDER, "/srv/drive", items, actor=actor, now=now)
        killed = Intake(kind="folder", source="/srv/killed", created_by=actor.id, created_at=now)
        session.add(killed)

    run = text_of(marketer.get(f"/imports/runs/{run_id}"))
    refused = text_of(marketer.get(f"/imports/runs/{run_id}?verdict=refused"))
    log = marketer.get(f"/imports/runs/{run_id}/log.csv").get_data().decode("utf-8-sig")

    assert f"content-map asset retry {run_id[:8]}" in run
    assert "Programs are not taken in." in refused
    assert "decks/plan.md" not in refused
    assert log.splitlines()[2] == "tool.exe,refused,Programs are not taken in.,"
    assert "/srv/killed Folder Nothing yet Stopped" in text_of(marketer.get("/imports"))
    assert marketer.post(f"/imports/runs/{run_id}/retry").status_code == 422
    assert marketer.get("/imports/runs/0000000000").status_code == 404


def test_log_that_is_long_goes_on_where_it_ended(visit: Visit, sessions: Sessions, now: datetime) -> None:
    marketer = visit(Role.MARKETER)
    items = [Item(f"note-{number:03}.md", Verdict.UNCHANGED) for number in range(250)]
    with sessions.write() as session:
        actor = marketer.person.as_actor()
        run_id = intakes.record(session, IntakeKind.FOLDER, "/srv/drive", items, actor=actor, now=now)

    first = marketer.get(f"/imports/runs/{run_id}")
    second = marketer.get(f"/imports/runs/{run_id}?after=200")

    assert f'href="/imports/runs/{run_id}?after=200"' in first.get_data(as_text=True)
    assert "200 shown" in text_of(first)
    assert "note-200.md" in text_of(second)
    assert "50 shown" in text_of(second)
