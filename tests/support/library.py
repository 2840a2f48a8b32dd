"""A library with an index that is searched, without pages or files: assets as rows, the worker as it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from content_map.db import Sessions
from content_map.domain.people import Actor
from content_map.domain.situations import Situation
from content_map.extraction.words import sketch
from content_map.models import Asset, Version
from content_map.services import assets, finding, indexing, sketches
from content_map.services.answers import Found
from content_map.wiring import Resources
from content_map.worker import Worker
from tests.factories import make_asset


class Library:
    """What a marketer puts in and a rep finds."""

    def __init__(self, resources: Resources, marketer: Actor, rep: Actor, now: datetime) -> None:
        self.resources, self.marketer, self.rep, self.now = resources, marketer, rep, now
        self.worker = Worker(resources, clock=lambda: self.now)

    @property
    def sessions(self) -> Sessions:
        return self.resources.sessions

    def add(self, *pages: str, terms: Sequence[str] = (), **given: Any) -> Asset:
        """Add an asset that was read: its words, what finds copies of them, and its tags."""
        with self.sessions.write() as session:
            asset = make_asset(session, pages=pages, **given)
        self.reread(asset, pages)
        if terms:
            self.change(asset, terms=list(terms))
        return asset

    def reread(self, asset: Asset, pages: Sequence[str]) -> None:
        """Note what finds copies, as if the asset's file said this."""
        with self.sessions.write() as session:
            version = session.scalars(select(Version).where(Version.asset_id == asset.id)).one()
            version.sketch = list(sketch(pages))
            sketches.remember(session, version)

    def change(self, asset: Asset, **changes: Any) -> None:
        with self.sessions.write() as session:
            assets.change(session, asset.id, changes, actor=self.marketer, now=self.now)  # type: ignore[arg-type]

    def settle(self) -> None:
        """Let the worker do all that is due; afterwards the index says what the database says."""
        self.worker.run_pending()
        if difference := indexing.verify(self.sessions, self.resources.index, now=self.now):
            raise RuntimeError(f"the index was not brought up to date: {difference}")

    def find(self, text: str, *, limit: int = 20, **asked: Any) -> Found:
        return finding.find(
            self.resources.finder,
            Situation(text, **asked),
            limit=limit,
            actor=self.rep,
            now=self.now,
        )

    def more(self, found: Found, *, limit: int = 20) -> Found:
        if found.next is None:
            raise RuntimeError("there is no more")
        return finding.find_more(self.resources.finder, found.next, limit=limit, actor=self.rep, now=self.now)

    def again(self, found: Found) -> Found:
        if found.id is None:
            raise RuntimeError("a draft is not kept")
        return finding.find_again(self.resources.finder, found.id, actor=self.rep, now=self.now)


def ids(found: Found) -> list[str]:
    """List what was found, in order."""
    return [hit.asset.id for hit in found.hits]
