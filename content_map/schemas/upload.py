"""Large files in parts: what may be asked, and how an upload looks going out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from content_map.domain.assets import FILE_NAME_CHARACTERS, Status
from content_map.domain.uploads import MOST_PARTS
from content_map.domain.versions import NOTE_CHARACTERS, Change
from content_map.schemas.asset import AssetChange
from content_map.schemas.fields import Choice, Flag, Identifier, Instant, Line, Whole
from content_map.schemas.strict import Strict
from content_map.services.asset_changes import AssetChanges
from content_map.services.completing import VersionWords
from storage.keys import is_media_type

LARGEST_BYTES = 2**53 - 1  # what a program in a browser can count
MEDIA_TYPE_CHARACTERS = 200
ETAG_CHARACTERS = 200
LINKS_AT_ONCE = 100


def _part_number() -> Whole:
    return Whole(1, MOST_PARTS, error=f"Parts are numbered from 1 to {MOST_PARTS:,}.", required=True)


def _media_type(text: str) -> None:
    if text and not is_media_type(text):
        raise ValidationError("Write a media type such as video/mp4, or leave it out.")


class UploadBegin(Strict):
    """What is about to come; `asset` names the asset whose next version it is."""

    name = Line(least=1, most=4 * FILE_NAME_CHARACTERS, required=True)
    size_bytes = Whole(0, LARGEST_BYTES, error="Write the file's size in bytes.", required=True)
    media_type = fields.String(
        load_default="",
        allow_none=True,
        validate=[validate.Length(max=MEDIA_TYPE_CHARACTERS, error="This is no media type."), _media_type],
    )
    asset = Identifier(load_default=None, allow_none=True)


class PartLinksWanted(Strict):
    """The parts that are about to be sent."""

    numbers = fields.List(
        _part_number(),
        required=True,
        validate=validate.Length(1, LINKS_AT_ONCE, error=f"Ask for 1 to {LINKS_AT_ONCE} parts at once."),
        error_messages={"invalid": "Write a list of part numbers."},
    )


class PartSent(Strict):
    """A part, and the ETag that its sending was answered with."""

    number = _part_number()
    etag = Line(least=1, most=ETAG_CHARACTERS, required=True)


@dataclass(frozen=True, slots=True)
class Completion:
    """The parts that make up the file, and what its uploader says of it."""

    parts: list[tuple[int, str]]
    changes: AssetChanges
    words: VersionWords


class UploadCompletion(AssetChange):
    """The parts, and the asset's fields; of a next version only `change` and `note`."""

    parts = fields.List(
        fields.Nested(PartSent),
        required=True,
        validate=validate.Length(1, MOST_PARTS, error="Name the parts that were sent."),
        error_messages={"invalid": "Write a list of parts.", "required": "This is needed."},
    )
    publish = Flag(load_default=False)
    change = Choice(*Change, load_default=Change.MAJOR.value)
    note = Line(most=NOTE_CHARACTERS, load_default=None, allow_none=True)

    @post_load
    def to_changes(self, given: dict[str, Any], **_options: Any) -> Completion:
        """Take the parts and what is said of a version apart from what describes the asset."""
        parts = [(each["number"], each["etag"]) for each in given.pop("parts")]
        words = VersionWords(Change(given.pop("change")), (given.pop("note") or "").strip() or None)
        if given.pop("publish"):
            given["status"] = Status.PUBLISHED.value
        return Completion(parts, super().to_changes(given), words)


class UploadBegun(Schema):
    """Where parts go and how large they are, the last one aside."""

    id = fields.String()
    part_bytes = fields.Integer()
    expires_at = Instant()


class PartLink(Schema):
    """An address that takes a part by PUT, for a few minutes."""

    number = fields.Integer()
    url = fields.String()


class PartLinks(Schema):
    """The addresses asked for."""

    parts = fields.List(fields.Nested(PartLink))


class PartArrived(Schema):
    """A part that is in the store."""

    number = fields.Integer()
    size_bytes = fields.Integer()
    etag = fields.String()


class UploadView(UploadBegun):
    """An upload under way and the parts that arrived."""

    id = fields.String(attribute="upload.id")
    name = fields.String(attribute="upload.file_name")
    size_bytes = fields.Integer(attribute="upload.size_bytes")
    part_bytes = fields.Integer(attribute="upload.part_bytes")
    expires_at = Instant(attribute="upload.expires_at")
    parts = fields.List(fields.Nested(PartArrived))
