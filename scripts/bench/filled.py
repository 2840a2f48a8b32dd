"""A data directory filled with the made-up library of library.py, written past the doors: only finding is measured."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from library import LONG, SHORT, documents
from sqlalchemy import insert, select

from content_map import migrations
from content_map.config import Settings
from content_map.db import new_id
from content_map.domain.people import Role
from content_map.models import Asset, AssetPeriod, AssetTerm, Page, Term, User, Version
from content_map.services import indexing, signing_in, users, vocabulary
from content_map.wiring import Resources, open_resources
from search import Document

ROWS_AT_ONCE = 500
OWNERS = 20


@dataclass(frozen=True, slots=True)
class Filled:
    """The parts that are open on the data directory, and a token for each rep."""

    resources: Resources
    tokens: tuple[str, ...]


def environ_of(data: Path) -> dict[str, str]:
    """The settings that the library is filled and served with."""
    return {"CONTENT_MAP_DATA_DIR": str(data), "CONTENT_MAP_LOG_LEVEL": "ERROR"}


def fill(data: Path, count: int, *, reps: int, short: bool = False) -> Filled:
    """Make a library of `count` live assets with tags, and its index."""
    resources = open_resources(Settings.from_environ(environ_of(data)))
    migrations.upgrade(resources.sessions.engine)
    now = datetime.now(UTC)
    chance = random.Random(11)  # noqa: S311  # nothing secret is drawn
    with resources.sessions.write() as session:
        vocabulary.install_first(session)
        owners = [
            users.add(session, f"owner{number}@example.com", role=Role.MARKETER, actor=None, now=now).id
            for number in range(OWNERS)
        ]
        tokens = tuple(_rep(session, number, now) for number in range(reps))
        terms = session.execute(select(Term.id, Term.facet_key)).all()
    by_facet: dict[str, list[str]] = {}
    for term_id, facet in terms:
        by_facet.setdefault(facet, []).append(term_id)
    made = documents(count, SHORT if short else LONG)
    while batch := list(islice(made, ROWS_AT_ONCE)):
        rows = [_rows(document, chance, owners, by_facet, now) for document in batch]
        with resources.sessions.write() as session:
            for model in (Asset, Version, Page, AssetTerm, AssetPeriod):
                session.execute(insert(model), [row for each in rows for row in each[model]])
    indexing.rebuild(resources.sessions, resources.index, now=now)
    return Filled(resources, tokens)


def _rep(session: Any, number: int, now: datetime) -> str:
    person: User = users.add(session, f"rep{number}@example.com", role=Role.REP, actor=None, now=now)
    return signing_in.make_token(session, person.id, "bench", actor=None, now=now)[1]


def _rows(
    document: Document,
    chance: random.Random,
    owners: Sequence[str],
    by_facet: dict[str, list[str]],
    now: datetime,
) -> dict[type, list[dict[str, Any]]]:
    asset_id, version_id, owner = new_id(), new_id(), chance.choice(owners)
    made_at = now - timedelta(days=chance.randint(1, 700))
    asset = {
        "id": asset_id,
        "title": document.title.capitalize(),
        "conversation": document.conversation,
        "status": "published",
        "audience": "customer",
        "owner_id": owner,
        "guide": {"when_to_use": document.body[:200]},
        "created_at": made_at,
        "updated_at": made_at,
    }
    version = {
        "id": version_id,
        "asset_id": asset_id,
        "number": 1,
        "store_key": f"assets/{asset_id}/1",
        "file_name": "made-up.pdf",
        "size_bytes": 1_000,
        "media_type": "application/pdf",
        "kind": "document",
        "state": "ready",
        "page_count": len(document.pages),
        "language": "en",
        "created_by": owner,
        "created_at": made_at,
    }
    tagged = [chance.choice(by_facet[facet]) for facet in chance.sample(sorted(by_facet), k=3)]
    return {
        Asset: [asset],
        Version: [version],
        Page: [
            {"version_id": version_id, "number": number, "label": f"Page {number}", "text": text}
            for number, text in document.pages
        ],
        AssetTerm: [{"asset_id": asset_id, "term_id": term_id, "source": "confirmed"} for term_id in tagged],
        AssetPeriod: [
            {
                "asset_id": asset_id,
                "starts_at": made_at,
                "owner_id": owner,
                "conversation": document.conversation,
                "audience": "customer",
            }
        ],
    }
