"""What holds the same as an asset, in sentences, and what a marketer decides about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from content_map import context
from content_map.domain.assets import Kind, Status
from content_map.domain.copies import ranges
from content_map.domain.permissions import Right, allows
from content_map.domain.versions import Change
from content_map.models import Asset
from content_map.services import copies, copy_decisions
from content_map.services.copies import Copy, CopyKind
from content_map.services.copy_decisions import Decision
from content_map.web import forms
from content_map.web.speech import _, ngettext

SHOWN_AT_MOST = 5

blueprint = Blueprint("copies", __name__, url_prefix="/assets")


@dataclass(frozen=True, slots=True)
class ShownPlace:
    """Where the page in view stands too."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class ShownCopy:
    """Another asset that holds the same. `decide_url` None: there is nothing to decide."""

    id: str
    title: str
    status: str
    url: str
    heading: str
    evidence: tuple[str, ...]
    decide_url: str | None
    is_same_file: bool
    may_become_version: bool
    may_give_way: bool


def of(session: Session, asset: Asset) -> Sequence[Copy]:
    """List what holds the same, as the person who asks may know it."""
    return copies.found(session, asset, actor=context.actor(), now=context.now())


def shown(asset: Asset, found: Sequence[Copy]) -> Sequence[ShownCopy]:
    """Put them into sentences, the likest first."""
    return [_shown(asset, copy) for copy in found[:SHOWN_AT_MOST]]


def also_in(found: Sequence[Copy], number: int) -> Sequence[ShownPlace]:
    """Say where page `number` stands too."""
    places = [(copy, page.theirs) for copy in found for page in copy.pages if page.number == number]
    return [
        ShownPlace(copy.asset.title, url_for("pages.assets.turn", asset_id=copy.asset.id, number=theirs))
        for copy, theirs in places[:SHOWN_AT_MOST]
    ]


@blueprint.post("/<asset_id>/copies/<other_id>")
def decide(asset_id: str, other_id: str) -> Response:
    """Make it the other's new version, use the other one, or keep both."""
    uploading = request.form.get("from") == "upload"
    back = url_for("pages.uploads.page", asset=asset_id) if uploading else _page_of(asset_id)
    errors = forms.attempt(lambda: _decide(asset_id, other_id))
    if errors:
        flash(" ".join(errors.values()), "error")
        return redirect(back, 303)
    if request.form.get("decision") == Decision.DIFFERENT:
        flash(_("Both stay, and this is not asked again."), "ok")
        return redirect(back, 303)
    if request.form.get("decision") == Decision.NEW_VERSION:
        flash(_("It is the new version here now. The draft is retired and leads here."), "ok")
    else:
        flash(_("The draft is retired and leads here."), "ok")
    return redirect(_page_of(other_id), 303)


def _decide(asset_id: str, other_id: str) -> None:
    decision = forms.choice("decision", Decision) or Decision.DIFFERENT
    with context.transaction() as session:
        copy_decisions.decide(
            session,
            asset_id,
            other_id,
            decision,
            change=forms.choice("change", Change) or Change.MAJOR,
            actor=context.actor(),
            now=context.now(),
        )


def _page_of(asset_id: str) -> str:
    return url_for("pages.assets.turn", asset_id=asset_id, number=1)


def _shown(asset: Asset, copy: Copy) -> ShownCopy:
    is_question = copy.kind is not CopyKind.PAGES and allows(context.actor(), Right.EDIT_ASSET)
    is_draft = asset.status == Status.DRAFT
    same_now = copy.kind is CopyKind.SAME_FILE and asset.current.sha256 == copy.asset.current.sha256
    return ShownCopy(
        id=copy.asset.id,
        title=copy.asset.title,
        status=copy.asset.status,
        url=_page_of(copy.asset.id),
        heading=_heading(asset, copy),
        evidence=tuple(_evidence(asset, copy)),
        decide_url=url_for("pages.copies.decide", asset_id=asset.id, other_id=copy.asset.id)
        if is_question
        else None,
        is_same_file=copy.kind is CopyKind.SAME_FILE,
        may_become_version=is_draft and not same_now,
        may_give_way=is_draft,
    )


def _heading(asset: Asset, copy: Copy) -> str:
    match copy.kind:
        case CopyKind.SAME_FILE:
            return _("The same file as")
        case CopyKind.SAME_WORDS:
            return _("The same words as")
        case CopyKind.VERSION:
            return _("Looks like a version of")
        case CopyKind.PAGES:
            return _are_also_in(asset.current.kind, copy)


def _evidence(asset: Asset, copy: Copy) -> Sequence[str]:
    if copy.kind is not CopyKind.VERSION:
        return ()
    compared = _("%(same)s of %(of)s passages compared are the same.", same=copy.same, of=copy.of)
    if not copy.pages:
        return (compared,)
    return compared, _("%(pages)s word for word.", pages=_pages(asset.current.kind, copy))


def _are_also_in(kind: str, copy: Copy) -> str:
    count = len(copy.pages)
    return ngettext("%(pages)s is also in", "%(pages)s are also in", count, pages=_pages(kind, copy))


def _pages(kind: str, copy: Copy) -> str:
    stretches = ranges(page.number for page in copy.pages)
    written = ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in stretches)
    count = len(copy.pages)
    match kind:
        case Kind.DECK:
            return ngettext("Slide %(pages)s", "Slides %(pages)s", count, pages=written)
        case Kind.SHEET:
            return ngettext("Sheet %(pages)s", "Sheets %(pages)s", count, pages=written)
        case Kind.DOCUMENT:
            return ngettext("Page %(pages)s", "Pages %(pages)s", count, pages=written)
        case _:
            return ngettext("Part %(pages)s", "Parts %(pages)s", count, pages=written)
