"""Bytes on their way out and in, for pages and API alike: downloads and recordings with ranges, pictures, uploads."""

from __future__ import annotations

import hashlib
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from enum import Enum
from http import HTTPStatus
from typing import IO, BinaryIO, cast

from flask import Request, Response, redirect, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wrappers import Response as AnyResponse

from content_map import context
from content_map.domain.events import ReportedEvent
from content_map.domain.usage import EventKind, Purpose, Surface
from content_map.errors import NotFound
from content_map.models import Version
from content_map.services import assets, objects, previews, usage
from storage import attachment

LINK_SECONDS = 300
PIECE_BYTES = 256 * 1024
HELD_IN_MEMORY_BYTES = 512 * 1024
WEBP = "image/webp"
# Every exit says whose bytes, words or pictures it gives.
VERSION = "X-Content-Map-Version"
YEAR_SECONDS = 365 * 24 * 3600
DRAWN_WITHIN_SECONDS = 2
LONGEST_PLAY_SECONDS = 6 * 3600
# Every recording that reading knows; all but these go out as attachments alone.
PLAYED = frozenset(
    (
        *("video/mp4", "video/quicktime", "video/webm", "video/x-matroska", "video/x-msvideo"),
        *("video/x-ms-wmv", "video/mpeg", "audio/mp4", "audio/mpeg", "audio/wav", "audio/flac"),
        *("audio/ogg", "audio/aiff"),
    )
)


class Picture(Enum):
    """The two pictures of a page."""

    LARGE = "large"
    SMALL = "small"


class UploadRequest(Request):
    """A request whose larger files wait on the data directory's disk.

    The system's temporary folder is often memory, or small; the file has no name there, so a killed process
    leaves nothing behind.
    """

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002 - werkzeug's signature, as the next three
        content_type: str | None,  # noqa: ARG002
        filename: str | None = None,  # noqa: ARG002
        content_length: int | None = None,  # noqa: ARG002
    ) -> IO[bytes]:
        folder = str(context.resources().settings.data_dir)
        return cast("IO[bytes]", tempfile.SpooledTemporaryFile(HELD_IN_MEMORY_BYTES, dir=folder))


def stream_of(upload: FileStorage) -> tuple[str, BinaryIO]:
    """The name a browser gave, without folders, and the bytes."""
    return upload.filename or "", upload.stream  # type: ignore[return-value]  # werkzeug types it IO[bytes]


def send_picture(key: str, *, version: int, for_ever: bool = False) -> Response:
    """Send a page's picture; a browser may keep it where the address changes with it."""
    tag = hashlib.blake2b(key.encode(), digest_size=8).hexdigest()
    if request.if_none_match.contains(tag):
        response = Response(status=HTTPStatus.NOT_MODIFIED)
    else:
        store = context.resources().store
        response = Response(_pieces(store.open(key)), content_type=WEBP, direct_passthrough=True)
    response.set_etag(tag)
    response.headers[VERSION] = str(version)
    response.headers["Cache-Control"] = (
        f"private, max-age={YEAR_SECONDS}" if for_ever else "private, no-cache"
    )
    return response


def send_page_picture(asset_id: str, number: int | None, page: int, size: Picture) -> Response:
    """Send a page's picture; one that was never drawn is drawn now, and the answer says when to come back.

    Raises NotFound, with `retry_after_seconds` while it is being drawn.
    """
    with context.reading() as session:
        asset = assets.get(session, asset_id, actor=context.actor(), now=context.now())
        version = assets.version_of(session, asset, number)
        found = assets.page(session, version, page)
    key = found.image_key if size is Picture.LARGE else found.thumbnail_key
    if key is not None:
        # Its address says how it was drawn, so that a better picture has another one.
        return send_picture(key, version=version.number, for_ever=bool(request.args.get("drawn")))
    if not is_being_drawn(version.id, page):
        raise NotFound("This page has no picture, and none could be drawn.")
    raise NotFound(
        "This page's picture is being drawn. Ask again in a moment.", retry_after_seconds=DRAWN_WITHIN_SECONDS
    )


def is_being_drawn(version_id: str, page: int) -> bool:
    """Let a page's picture be drawn before all other work, unless that was tried in vain already."""
    with context.reading() as session:
        awaited = previews.is_awaited(session, version_id, page)
    if awaited is False:
        with context.transaction() as session:
            previews.ask_for(session, version_id, page)
    return awaited is not None


def send_download(
    asset_id: str, number: int | None, *, account: str | None, surface: Surface = Surface.API
) -> AnyResponse:
    """Send an original as an attachment, or lead to a link's address; recorded for a customer as a use, else an open.

    Raises NotFound, NotAllowed (an internal asset for a customer, a link on another site), ObjectMissing,
    Unavailable.
    """
    if account is not None:
        # A use speaks for a person: a link somewhere must not record one in the name of who follows it.
        context.check_csrf(reading_too=True)
    version = _version(asset_id, number)
    objects.require_bytes(version)
    wanted = None if version.store_key is None else _range(version.size_bytes)
    if (wanted is None or wanted[0] == 0) and request.method == "GET":
        _record(asset_id, version.number, account, surface)
    return _sent(version)


def send_taken(asset_id: str, number: int | None) -> AnyResponse:
    """Send an original whose leaving is recorded already; refused and answered as `send_download` does."""
    version = _version(asset_id, number)
    objects.require_bytes(version)
    return _sent(version)


def _version(asset_id: str, number: int | None) -> Version:
    with context.reading() as session:
        asset = assets.get(session, asset_id, actor=context.actor(), now=context.now())
        return assets.version_of(session, asset, number)


def _sent(version: Version) -> AnyResponse:
    link = version.url
    if version.store_key is not None:
        link = context.resources().store.link(
            version.store_key,
            seconds=LINK_SECONDS,
            file_name=version.file_name,
            media_type=version.media_type,
        )
    if version.store_key is None or link is not None:
        answer = redirect(link or "", code=HTTPStatus.FOUND)
        answer.headers[VERSION] = str(version.number)
        return answer
    headers = {"Content-Disposition": attachment(version.file_name)}
    return _original(version, version.store_key, _range(version.size_bytes), headers)


def send_recording(asset_id: str, number: int) -> AnyResponse:
    """Send film or sound to a player, whole or the range it seeks; a play is no download and records nothing.

    Raises NotFound, also for everything that is no recording: nothing else is ever shown inline.
    """
    version = _version(asset_id, number)
    if version.store_key is None or version.media_type not in PLAYED:
        raise NotFound("This asset is no recording that could be played.")
    # A player asks again whenever somebody seeks, and does so at the address that it was sent on to.
    seconds = min(LINK_SECONDS + 3 * (version.duration_seconds or 0), LONGEST_PLAY_SECONDS)
    link = context.resources().store.link(
        version.store_key, seconds=seconds, file_name=version.file_name, media_type=version.media_type
    )
    if link is not None:
        answer = redirect(link, code=HTTPStatus.FOUND)
        answer.headers[VERSION] = str(version.number)
        return answer
    wanted = _range(version.size_bytes)
    headers = {"Content-Disposition": "inline", "Cache-Control": "private, no-cache"}
    return _original(version, version.store_key, wanted, headers)


def send_through(version: Version, disposition: str) -> Response:
    """Send a version's bytes through us: an address of the store would outlive the share. Raises NotFound, Gone."""
    objects.require_bytes(version)
    if version.store_key is None:
        raise NotFound("This is a link to another site: there is no file.")
    wanted = _range(version.size_bytes)
    return _original(version, version.store_key, wanted, {"Content-Disposition": disposition})


def send_subtitles(asset_id: str, number: int) -> Response:
    """Send a film's subtitles to its player. Raises NotFound."""
    version = _version(asset_id, number)
    if version.rendition_key is None or version.media_type not in PLAYED:
        raise NotFound("This asset has no subtitles.")
    body = _pieces(context.resources().store.open(version.rendition_key))
    response = Response(body, content_type="text/vtt; charset=utf-8", direct_passthrough=True)
    response.headers[VERSION] = str(version.number)
    return response


def _original(
    version: Version, key: str, wanted: tuple[int, int] | None, headers: Mapping[str, str]
) -> Response:
    start, end = wanted or (0, version.size_bytes)
    body = _pieces(context.resources().store.open(key, start=start, length=end - start))
    response = Response(body, content_type=version.media_type, headers=headers, direct_passthrough=True)
    response.headers.update(
        {
            VERSION: str(version.number),
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Accept-Ranges": "bytes",
            "ETag": f'"{version.sha256 or version.id}"',
        }
    )
    response.content_length = end - start
    if wanted is not None:
        response.status_code = HTTPStatus.PARTIAL_CONTENT
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{version.size_bytes}"
    return response


def _range(size: int) -> tuple[int, int] | None:
    given = request.range
    if given is None or given.units != "bytes" or len(given.ranges) != 1:
        return None
    found = given.range_for_length(size)
    if found is None:
        raise RequestedRangeNotSatisfiable(size)
    return found


def _record(asset_id: str, version: int, account: str | None, surface: Surface) -> None:
    event = ReportedEvent(
        id=str(uuid.uuid4()),
        kind=EventKind.DOWNLOAD,
        asset=asset_id,
        occurred_at=context.now(),
        purpose=Purpose.CUSTOMER if account else None,
        account=account,
    )
    with context.transaction() as session:
        usage.record_one(
            session,
            event,
            surface_default=surface,
            people_in_reports=context.resources().settings.people_in_reports,
            version=version,
            actor=context.actor(),
            now=context.now(),
        )


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    with stream:
        while piece := stream.read(PIECE_BYTES):
            yield piece
