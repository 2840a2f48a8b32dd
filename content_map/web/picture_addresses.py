"""Addresses of page pictures: they say how one was drawn, so a better one is another one and browsers keep both."""

from __future__ import annotations

from pathlib import PurePosixPath

from flask import url_for

from content_map.models import Asset, Page


def thumbnail(asset: Asset, first: Page | None) -> str | None:
    """The small picture of the current version's first page; None before it is drawn."""
    if first is None or first.thumbnail_key is None:
        return None
    return picture(asset.id, asset.version_number, first, "thumbnail")


def picture(asset_id: str, version: int, page: Page, size: str) -> str:
    """A page's picture; `size` is image or thumbnail."""
    drawn = PurePosixPath(page.image_key).stem if page.image_key else None
    where = {"asset_id": asset_id, "version": version, "number": page.number, "drawn": drawn}
    return url_for(f"pages.pictures.{size}", **where)  # type: ignore[arg-type]  # url_for's own names are typed
