"""What learning adds to an answer over HTTP: the slot when it is asked for, and what ends a conversation's tab."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from content_map.db import Sessions, new_id
from content_map.domain.conversations import Conversation
from content_map.domain.exploring import has_turn
from content_map.domain.lifts import CONSTANTS
from content_map.domain.people import Role
from content_map.domain.usage import EventKind
from content_map.models import Search, User
from content_map.services import use_lifts
from content_map.worker import Worker
from tests.api.calls import API
from tests.api.conftest import ClientOf, PersonOf
from tests.factories import make_asset
from tests.support.stories import happen, told

pytestmark = pytest.mark.usefixtures("words")


@pytest.fixture
def seller(person_of: PersonOf) -> User:
    return person_of(Role.REP)


@pytest.fixture
def asking(app: Flask, client_of: ClientOf, seller: User, now: datetime) -> FlaskClient:
    """A rep whose turn it is to be shown what was rarely shown."""
    moments = (now + timedelta(minutes=10 * step) for step in range(1_000))
    turn = next(moment for moment in moments if has_turn(seller.id, moment))
    app.extensions["clock"] = lambda: turn
    return client_of(seller)


@pytest.fixture
def learned(
    sessions: Sessions, worker: Worker, seller: User, person_of: PersonOf, now: datetime
) -> Sequence[str]:
    """Six assets that fit, of which three reps used the last in a conversation that it was not made for."""
    reps = [person_of(Role.REP) for _ in range(3)]
    search = {"user_id": seller.id, "asked_at": now, "total": 0, "took_ms": 1.0, "surface": "search"}
    with sessions.write() as session:
        assets = [make_asset(session, pages=("Late deliveries." + " Or so." * count,)) for count in range(6)]
        session.execute(insert(Search), [{"id": new_id(), **search} for _ in range(CONSTANTS.searches)])
        there = {"account": "Northwind", "conversation": Conversation.TANGIBLE_VALUE}
        happen(session, [told(EventKind.USE, rep, assets[5], now, **there) for rep in reps], now=now)
        ids = [asset.id for asset in assets]
    worker.run_pending()
    use_lifts.fold(sessions, now=now)
    return ids


def _explored(client: FlaskClient, **asked: Any) -> list[int]:
    found = client.post(f"{API}/search", json={"situation": "late deliveries", **asked}).json
    return [hit["rank"] for hit in found["hits"] if hit["explored"]]


def test_programs_get_the_slot_only_when_they_ask_for_it(asking: FlaskClient, learned: Sequence[str]) -> None:
    by_address = asking.get(f"{API}/search", query_string={"situation": "late deliveries", "explore": "true"})

    assert _explored(asking) == []
    assert _explored(asking, explore=True) == [4]
    assert [hit["rank"] for hit in by_address.json["hits"] if hit["explored"]] == [4]


def test_a_conversation_ends_with_what_others_used_in_it_and_names_nobody(
    asking: FlaskClient, learned: Sequence[str]
) -> None:
    found = asking.post(
        f"{API}/search", json={"situation": "late deliveries", "conversation": "tangible-value"}
    ).json

    (elsewhere,) = found["elsewhere"]
    assert found["hits"] == []
    assert elsewhere.keys() == {"asset", "reps"}
    assert (elsewhere["asset"]["id"], elsewhere["reps"]) == (learned[5], 3)
