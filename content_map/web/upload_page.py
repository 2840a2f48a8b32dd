"""The upload page: the files that wait on the left, the form of the chosen one on the right."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, url_for

from content_map import context
from content_map.domain.assets import State, Status
from content_map.domain.permissions import Right, require
from content_map.models import Asset
from content_map.services import assets, library, sketches, twins
from content_map.services.library import LibraryFilter
from content_map.services.twins import Twin
from content_map.web import asset_form
from content_map.web.cards import card_of
from content_map.web.speech import _, ngettext

WAITING_AT_MOST = 30


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file of the list, and how far it is."""

    id: str
    name: str
    kind: str
    size_bytes: int
    tone: str
    sentence: str
    url: str
    on: bool
    twin: Twin | None


def render(asset_id: str | None, errors: dict[str, str]) -> str:
    """Show the page with the form of `asset_id`, else of the newest draft. Raises NotAllowed, NotFound."""
    require(context.actor(), Right.UPLOAD)
    waiting = _waiting()
    with context.reading() as session:
        waiting_in_all = library.count(session, _wanted(), actor=context.actor(), now=context.now())
        chosen = asset_id or (waiting[0].id if waiting else None)
        asset = assets.get(session, chosen, actor=context.actor(), now=context.now()) if chosen else None
        form = asset_form.filled(session, asset, errors) if asset else {}
        listed = (
            waiting if asset is None or any(each.id == asset.id for each in waiting) else [asset, *waiting]
        )
        same = twins.of_assets(session, [each.id for each in listed])
    return render_template(
        "uploads/page.html",
        uploads=[
            _file(each, on=asset is not None and each.id == asset.id, twin=same.get(each.id))
            for each in listed
        ],
        being_read=any(each.current.state == State.PROCESSING.value for each in listed),
        unseen=max(0, waiting_in_all - len(waiting)),
        all_url=url_for("pages.library.index", status="draft", owner=context.actor().id),
        owner=context.actor().id,
        limit_bytes=context.resources().settings.upload_limit_bytes,
        asset=card_of(asset) if asset else None,
        next_asset=any(asset is not None and each.id != asset.id for each in waiting),
        errors=errors,
        from_page="upload",
        **form,
    )


def next_to_tag(asset_id: str) -> str | None:
    """The next draft that waits to be tagged."""
    return next((each.id for each in _waiting() if each.id != asset_id), None)


def _wanted() -> LibraryFilter:
    return LibraryFilter(status=Status.DRAFT, owner=context.actor().id, sort="-created_at")


def _waiting() -> list[Asset]:
    actor, now = context.actor(), context.now()
    with context.reading() as session:
        return list(library.listed(session, _wanted(), limit=WAITING_AT_MOST, actor=actor, now=now).items)


def _file(asset: Asset, *, on: bool, twin: Twin | None) -> UploadedFile:
    version = asset.current
    tone, sentence = _how_far(asset)
    return UploadedFile(
        id=asset.id,
        name=version.file_name,
        kind=version.kind,
        size_bytes=version.size_bytes,
        tone=tone,
        sentence=sentence,
        url=url_for("pages.uploads.page", asset=asset.id),
        on=on,
        # Once somebody has said that they are two things, the warning is gone and so is the way to the other.
        twin=twin if sketches.TWIN in (version.problem or "") else None,
    )


def _how_far(asset: Asset) -> tuple[str, str]:
    version = asset.current
    match State(version.state):
        case State.PROCESSING:
            return "", _("Stored, being read")
        case State.FAILED:
            return "bad", version.problem or _("The file could not be read.")
        case State.READY if version.problem:
            return "warn", version.problem
        case State.READY:
            count = version.page_count or 0
            return "ok", ngettext("Text read, %(num)s page", "Text read, %(num)s pages", count)
