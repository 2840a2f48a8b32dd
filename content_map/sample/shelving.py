"""The sample files on their way through the product: taken in, read, indexed, and retired when their time was up."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime

from content_map.domain.assets import Status
from content_map.domain.people import Actor
from content_map.sample.habits import YEAR
from content_map.sample.library import SampleAsset, assets, make_file
from content_map.sample.lifetimes import lifetime
from content_map.sample.staffing import Staff
from content_map.services import adding, indexing, jobs
from content_map.services import assets as asset_services
from content_map.services.asset_changes import AssetChanges
from content_map.services.ingest import EXTRACT
from content_map.services.proposing import SUGGEST
from content_map.services.sketches import NEAR
from content_map.wiring import Resources
from content_map.work import all_handlers
from content_map.worker import Worker

Shelf = Mapping[str, str]
"""Asset ids by sample key."""

# What was published in a first version, without its last section, and replaced today.
_REVISED = frozenset({"first-meeting-deck", "security-questions-and-answers"})


def publish(resources: Resources, staff: Staff, *, now: datetime) -> Shelf:
    """Publish every sample asset at its moment, as its owner."""
    moments = {asset.key: lifetime(asset, now).published_at for asset in assets()}
    in_order = sorted(assets(), key=lambda asset: moments[asset.key])
    return {
        asset.key: add(
            resources,
            asset.file_name,
            make_file(_first_version(asset)),
            _description(asset, now),
            actor=staff[asset.owner_key],
            now=moments[asset.key],
        )
        for asset in in_order
    }


def add(
    resources: Resources,
    file_name: str,
    content: bytes,
    changes: AssetChanges,
    *,
    actor: Actor,
    now: datetime,
) -> str:
    """Take one file in and return its asset's id."""
    asset = adding.add(
        resources.sessions,
        resources.store,
        file_name,
        io.BytesIO(content),
        changes,
        limit_bytes=resources.settings.upload_limit_bytes,
        actor=actor,
        now=now,
    )
    return asset.id


def revise(resources: Resources, shelf: Shelf, staff: Staff, *, now: datetime) -> None:
    """Replace what first appeared without its last section by the whole file."""
    for asset in assets():
        if asset.key in _REVISED:
            adding.add_version(
                resources.sessions,
                resources.store,
                shelf[asset.key],
                asset.file_name,
                io.BytesIO(make_file(asset)),
                limit_bytes=resources.settings.upload_limit_bytes,
                actor=staff[asset.owner_key],
                now=now,
            )


def read_new(worker: Worker) -> None:
    """Read what came in and look for near-copies, as the worker does; its other jobs stay for the running worker.

    A fault ends the filling: half a sample library helps nobody.
    """
    _do_all(worker, EXTRACT)
    _do_all(worker, NEAR)


def suggest_tags(worker: Worker) -> None:
    """Suggest tags for what was read, once the published assets can be learnt from."""
    _do_all(worker, SUGGEST)


def _do_all(worker: Worker, kind: str) -> None:
    sessions, work = worker.resources.sessions, all_handlers()[kind]
    while True:
        with sessions.write() as session:
            claims = jobs.claim(session, [kind], limit=1, now=worker.clock())
        if not claims:
            return
        conclude = work(worker.bench, claims[0])
        with sessions.write() as session:
            conclude(session)
            jobs.finish(session, claims[0])


def index_for_the_year(resources: Resources, shelf: Shelf, *, now: datetime) -> None:
    """Index everything as it stood when the year began, so that searches find what has ended since.

    The jobs that the outbox left bring the index to the present afterwards.
    """
    indexing.refresh(resources.sessions, resources.index, list(shelf.values()), now=now - YEAR)


def retire(resources: Resources, shelf: Shelf, staff: Staff, *, now: datetime) -> None:
    """Archive what was archived, at its moment."""
    for asset in assets():
        archived_at = lifetime(asset, now).archived_at
        if archived_at is not None:
            change(
                resources, shelf[asset.key], {"status": Status.ARCHIVED}, staff[asset.owner_key], archived_at
            )


def change(resources: Resources, asset_id: str, changes: AssetChanges, actor: Actor, now: datetime) -> None:
    """Change one asset."""
    with resources.sessions.write() as session:
        asset_services.change(session, asset_id, changes, actor=actor, now=now)


def _first_version(asset: SampleAsset) -> SampleAsset:
    return replace(asset, sections=asset.sections[:-1]) if asset.key in _REVISED else asset


def _description(asset: SampleAsset, now: datetime) -> AssetChanges:
    return {
        "title": asset.title,
        "summary": asset.summary or None,
        "conversation": asset.conversation,
        "terms": asset.terms,
        "guide": asdict(asset.guide),
        "audience": asset.audience,
        "status": Status.PUBLISHED,
        "expires_at": lifetime(asset, now).expires_at,
    }
