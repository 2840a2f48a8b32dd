"""Events over HTTP: what is stored, what is named and refused, history, and the funnel."""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from content_map.db import Sessions
from content_map.domain.assets import Status
from content_map.domain.people import Role
from content_map.models import UsageEvent
from tests.api.calls import API, assert_problem, pointers
from tests.api.conftest import ClientOf, PersonOf
from tests.factories import make_asset, make_search


@pytest.fixture
def asset(sessions: Sessions, person_of: PersonOf) -> str:
    owner = person_of(Role.MARKETER)
    with sessions.write() as session:
        return make_asset(session, owner=owner).id


def _event(kind: str, asset: str | None, **given: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "kind": kind, "asset": asset, **given}


def _send(client: FlaskClient, *events: Any) -> dict[str, Any]:
    recorded: dict[str, Any] = client.post(f"{API}/usage", json={"events": events}).json
    return recorded


def _stored(sessions: Sessions) -> list[UsageEvent]:
    with sessions.read() as session:
        return list(session.scalars(select(UsageEvent).order_by(UsageEvent.occurred_at)))


def test_events_are_stored_as_the_callers_own(
    client_of: ClientOf, person_of: PersonOf, asset: str, sessions: Sessions, now: datetime
) -> None:
    me = person_of(Role.REP)
    use = _event("use", asset, account="Harbour & Vale", conversation="relevant-meeting", how="sent")
    opened = _event("open", asset, occurred_at="2026-11-21T09:30:00+01:00", surface="browse")

    recorded = _send(client_of(me), use, opened)

    assert recorded == {"accepted": 2, "duplicates": 0, "rejected": []}
    first, second = _stored(sessions)
    assert (first.kind, first.occurred_at, first.surface) == ("open", now - timedelta(minutes=30), "browse")
    assert (second.kind, second.how, second.conversation) == ("use", "sent", "relevant-meeting")
    assert {first.actor_id, second.actor_id} == {me.id}


def test_event_sent_twice_counts_once(rep: FlaskClient, asset: str, sessions: Sessions) -> None:
    event = _event("open", asset)

    assert _send(rep, event)["accepted"] == 1
    assert _send(rep, event, {**event, "id": event["id"].upper()}) == {
        "accepted": 0,
        "duplicates": 2,
        "rejected": [],
    }
    assert len(_stored(sessions)) == 1


def test_each_refused_event_is_named_by_its_place_and_the_rest_stored(
    rep: FlaskClient, person_of: PersonOf, asset: str, sessions: Sessions, now: datetime
) -> None:
    with sessions.write() as session:
        draft = make_asset(session, status=Status.DRAFT).id
        others = make_search(session, person_of(Role.REP)).id
    batch = [
        {"kind": "open", "asset": asset},
        _event("opened", asset),
        _event("open", asset),
        _event("open", draft),
        _event("open", asset, colour="red"),
        _event("open", asset, actor=person_of(Role.REP).id),
        _event("impression", asset, surface="search", search=others, rank=1),
        _event("use", asset),
        "not an object",
        _event("open", asset, occurred_at=(now - timedelta(days=15)).isoformat()),
        _event("open", asset, occurred_at="2026-11-21"),
        _event("share_created", asset, account="Harbour"),
        {**_event("open", asset), "id": "not-a-uuid"},
        _event("page_viewed", asset, page=10**30),
        _event("feedback", asset, text="a\u0000b"),
        _event("open", asset, account="\ud800"),
        _event("open", asset, text=None, rank=None),
    ]

    answer = rep.post(f"{API}/usage", json={"events": batch}).json

    assert [each["index"] for each in answer["rejected"]] == [
        0,
        1,
        3,
        4,
        5,
        6,
        7,
        8,
        9,
        10,
        11,
        12,
        13,
        14,
        15,
    ]
    assert all(each["detail"] for each in answer["rejected"])
    assert (answer["accepted"], len(_stored(sessions))) == (2, 2)
    said = {each["index"]: each["detail"] for each in answer["rejected"]}
    assert "nobody can report for somebody else" in said[5]
    assert "admin" in said[9]


@pytest.mark.parametrize(
    "body", [{}, {"events": None}, {"events": {}}, {"events": "x"}, {"events": [], "source": "x"}]
)
def test_batch_of_another_shape_is_refused(rep: FlaskClient, body: dict[str, Any]) -> None:
    assert_problem(rep.post(f"{API}/usage", json=body), 422)


def test_no_events_are_fine(rep: FlaskClient) -> None:
    assert _send(rep) == {"accepted": 0, "duplicates": 0, "rejected": []}


def test_more_events_than_fit_are_413_and_none_is_stored(
    rep: FlaskClient, asset: str, sessions: Sessions
) -> None:
    assert_problem(rep.post(f"{API}/usage", json={"events": [_event("open", asset)] * 501}), 413)

    assert _stored(sessions) == []


def _import(client: FlaskClient, text: str | bytes, **form: str) -> TestResponse:
    file = (io.BytesIO(text.encode() if isinstance(text, str) else text), "history.csv")
    data = {"file": file, **form}
    return client.post(f"{API}/imports/usage", data=data, content_type="multipart/form-data")


def _history(asset: str, *rows: str) -> str:
    heading = "id,kind,asset,occurred_at,actor,account,how,source"
    return "\n".join([heading, *(row.replace("ASSET", asset).replace("ID", str(uuid4())) for row in rows)])


def test_history_comes_in_as_csv_for_whoever_acted_and_twice_counts_once(
    admin: FlaskClient, person_of: PersonOf, asset: str, sessions: Sessions
) -> None:
    rep = person_of(Role.REP, email="ann@example.com")
    text = _history(
        asset,
        "ID,use,ASSET,2024-03-01T10:00:00Z,Ann@example.com,Harbour & Vale,sent,old tool",
        "ID,open,ASSET,2024-03-02T10:00:00Z,ann@example.com,,,older tool",
    )

    first, again = _import(admin, text), _import(admin, text)

    assert first.json == {"accepted": 2, "duplicates": 0, "rejected": []}
    assert again.json == {"accepted": 0, "duplicates": 2, "rejected": []}
    use, opened = _stored(sessions)
    assert (use.kind, use.how, use.source, use.actor_id) == ("use", "sent", "old tool", rep.id)
    assert (opened.kind, opened.source) == ("open", "older tool")


def test_history_comes_in_as_json_lines(admin: FlaskClient, asset: str, sessions: Sessions) -> None:
    row = {
        "id": str(uuid4()),
        "kind": "open",
        "asset": asset,
        "occurred_at": "2020-01-31T00:00:00Z",
        "source": "x",
    }

    assert _import(admin, json.dumps(row) + "\n\n").json["accepted"] == 1
    assert len(_stored(sessions)) == 1


def test_dry_run_lists_every_rows_problem_and_stores_nothing(
    admin: FlaskClient, asset: str, sessions: Sessions
) -> None:
    text = _history(
        asset,
        "ID,open,ASSET,2024-03-01T10:00:00Z,,,,old tool",
        "ID,opened,ASSET,2024-03-01T10:00:00Z,,,,old tool",
        "ID,open,nothing,2024-03-01T10:00:00Z,,,,old tool",
        "ID,open,ASSET,2024-03-01,nobody@example.com,,,",
        "ID,open,ASSET,2024-03-01T10:00:00Z,nobody@example.com,,,old tool",
    )

    looked = _import(admin, text, dry_run="true").json

    assert looked["accepted"] == 1
    assert [each["index"] for each in looked["rejected"]] == [1, 2, 3, 4]
    assert _stored(sessions) == []


def test_history_with_a_wrong_row_comes_in_not_at_all(
    admin: FlaskClient, asset: str, sessions: Sessions
) -> None:
    good = "ID,open,ASSET,2024-03-01T10:00:00Z,,,,old tool"

    unreadable = _import(admin, _history(asset, good, "ID,opened,ASSET,2024-03-01T10:00:00Z,,,,old tool"))
    unknown = _import(admin, _history(asset, good, "ID,open,nothing,2024-03-01T10:00:00Z,,,,old tool"))
    future = _import(admin, _history(asset, good, "ID,open,ASSET,2027-03-01T10:00:00Z,,,,old tool"))

    assert pointers(assert_problem(unreadable, 422)) == ["/1/kind"]
    assert pointers(assert_problem(unknown, 422)) == ["/1/asset"]
    assert pointers(assert_problem(future, 422)) == ["/1/occurred_at"]
    assert _stored(sessions) == []


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"id,kind",
        b"id,colour\n1,red",
        b"id,id\n1,2",
        b"id,kind\n1,2,3,4",
        b'id,kind\n1,"unended',
        b"\xff\xfe\x00",
        b"id,kind\n\x00,open",
        b'{"id": 1',
        b'{"id": "1"}\n[]',
        b"{" * 50_000,
        b"PK\x03\x04 a workbook",
    ],
)
def test_file_that_is_no_table_is_refused(admin: FlaskClient, text: bytes) -> None:
    assert pointers(assert_problem(_import(admin, text), 422)) == ["/file"]


@pytest.mark.parametrize("name", ["id", "actor", "source", "account", "asset", "text", "search", "use"])
@pytest.mark.parametrize("value", ["\u0000", "\ud800", 7, ["x"], {"a": 1}, True, "x" * 10_000])
def test_hostile_row_is_refused(admin: FlaskClient, asset: str, name: str, value: Any) -> None:
    row = {
        "id": str(uuid4()),
        "kind": "open",
        "asset": asset,
        "occurred_at": "2020-01-31T00:00:00Z",
        "source": "x",
    }

    assert_problem(_import(admin, json.dumps({**row, name: value})), 422)


def test_only_admins_import_history(analyst: FlaskClient) -> None:
    assert_problem(_import(analyst, "id,kind\n"), 403)


def test_funnel_counts_what_sales_did_in_the_period(
    rep: FlaskClient, marketer: FlaskClient, asset: str
) -> None:
    earlier = {"occurred_at": "2026-11-21T08:00:00Z"}
    opened, downloaded = _event("open", asset, **earlier), _event("download", asset, **earlier)
    _send(rep, opened, downloaded, _event("use", asset, account="Harbour & Vale", **earlier))
    _send(marketer, _event("open", asset, **earlier))

    funnel = rep.get(f"{API}/assets/{asset}/usage").json

    assert (funnel["opens"], funnel["uses"], funnel["accounts"], funnel["downloads"]) == (1, 1, 1, 1)
    assert (funnel["from"], funnel["to"]) == ("2026-08-23T09:00:00.000Z", "2026-11-21T09:00:00.000Z")
    assert funnel["left_out"]["not_sales"] == 1


def test_funnel_of_another_period_is_empty(rep: FlaskClient, asset: str) -> None:
    _send(rep, _event("open", asset))

    query = {"from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}
    funnel = rep.get(f"{API}/assets/{asset}/usage", query_string=query).json

    assert funnel["opens"] == 0


@pytest.mark.parametrize(
    "query", ["from=yesterday", "from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "days=3"]
)
def test_period_that_is_none_is_refused(rep: FlaskClient, asset: str, query: str) -> None:
    assert_problem(rep.get(f"{API}/assets/{asset}/usage?{query}"), 422)
