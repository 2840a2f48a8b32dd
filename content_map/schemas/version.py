"""Versions and copies: what may be asked of them, and how they look going out."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, post_load

from content_map.domain.versions import NOTE_CHARACTERS, Change
from content_map.schemas.asset_view import PersonView
from content_map.schemas.fields import Choice, File, Flag, Instant, Line
from content_map.schemas.strict import Strict
from content_map.services.copy_decisions import Decision


class ChangeGiven(Strict):
    """How much a new version differs, and what changed."""

    change = Choice(*Change, load_default=Change.MAJOR.value)
    note = Line(most=NOTE_CHARACTERS, load_default=None, allow_none=True)

    @post_load
    def to_words(self, given: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Words become the domain's values; a blank note is none."""
        given["change"] = Change(given["change"])
        given["note"] = (given["note"] or "").strip() or None
        return given


class VersionUpload(ChangeGiven):
    """A form with a new version's file."""

    file = File(required=True)
    allow_duplicate = Flag(load_default=False)


class VersionRestore(ChangeGiven):
    """An earlier version brought back."""


class CopyDecision(ChangeGiven):
    """What to do with a copy: `new_version` of the other, `use_other` instead of this, or they are `different`."""

    decision = Choice(*Decision, required=True)


class VersionView(Schema):
    """One version's bytes, who made it, and what changed."""

    number = fields.Integer(attribute="version.number")
    label = fields.String(attribute="version.label")
    current = fields.Boolean(attribute="is_current")
    change = fields.String(attribute="version.change")
    note = fields.String(attribute="version.note", allow_none=True)
    restored_from = fields.Integer(attribute="version.restored_from", allow_none=True)
    file_name = fields.String(attribute="version.file_name")
    url = fields.String(attribute="version.url", allow_none=True)
    sha256 = fields.String(attribute="version.sha256", allow_none=True)
    size_bytes = fields.Integer(attribute="version.size_bytes")
    media_type = fields.String(attribute="version.media_type")
    kind = fields.String(attribute="version.kind")
    state = fields.String(attribute="version.state")
    page_count = fields.Integer(attribute="version.page_count", allow_none=True)
    word_count = fields.Integer(attribute="version.word_count", allow_none=True)
    language = fields.String(attribute="version.language", allow_none=True)
    problem = fields.String(attribute="version.problem", allow_none=True)
    created_by = fields.Nested(PersonView)
    created_at = Instant(attribute="version.created_at")


class CopiedAssetView(Schema):
    """The other asset, as far as it is needed to know which one it is."""

    id = fields.String()
    title = fields.String()
    status = fields.String()
    version = fields.Integer(attribute="version_number")
    kind = fields.String(attribute="current.kind")


class SharedPageView(Schema):
    """A page that says the same as page `theirs` of the other asset."""

    number = fields.Integer()
    label = fields.String()
    theirs = fields.Integer()


class CopyView(Schema):
    """An asset that holds the same: the file, its words, most of what it says, or some pages.

    Of the `of` passages that were compared, `same` stand in both; 0 of 0 where only pages recur.
    """

    asset = fields.Nested(CopiedAssetView)
    kind = fields.String()
    same = fields.Integer()
    of = fields.Integer()
    pages = fields.List(fields.Nested(SharedPageView))
