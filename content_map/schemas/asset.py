"""Assets coming in: what may be uploaded, changed and asked for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, cast

from marshmallow import ValidationError, fields, post_load, pre_load, validate
from werkzeug.datastructures import FileStorage

from content_map.domain import assets as bounds
from content_map.domain.accounts import ACCOUNT_NAME_CHARACTERS
from content_map.domain.assets import Audience, Status
from content_map.domain.web_addresses import ADDRESS_CHARACTERS
from content_map.schemas.fields import (
    Choice,
    ConversationKey,
    Day,
    File,
    Flag,
    Identifier,
    Instant,
    Line,
    TermKey,
    Whole,
)
from content_map.schemas.strict import Strict
from content_map.services.asset_changes import AssetChanges

TERMS_AT_MOST = 100
MINUTES_AT_MOST = 600
LATEST_VERSION = 2**31 - 1
LINK_IN_A_FORM = "The address of a link comes as JSON, without a file: Content-Type: application/json."


def _terms() -> fields.List[str]:
    most = validate.Length(max=TERMS_AT_MOST, error=f"At most {TERMS_AT_MOST} terms.")
    return fields.List(TermKey(), validate=most, error_messages={"invalid": "Write a list of facet:term."})


def _guide_line() -> Line:
    return Line(most=bounds.GUIDE_FIELD_CHARACTERS, allow_none=True)


class GuideChange(Strict):
    """How to use the asset in its conversation."""

    when_to_use = _guide_line()
    say_first = _guide_line()
    ask_next = _guide_line()
    do_not = _guide_line()
    may_change = _guide_line()
    minutes = Whole(1, MINUTES_AT_MOST, error=f"Write 1 to {MINUTES_AT_MOST} minutes.", allow_none=True)


class AssetChange(Strict):
    """The settable fields; a missing one is left alone, null clears it."""

    title = Line(least=1, most=bounds.TITLE_CHARACTERS)
    summary = Line(most=bounds.SUMMARY_CHARACTERS, allow_none=True)
    conversation = ConversationKey(allow_none=True)
    terms = _terms()
    guide = fields.Nested(GuideChange, allow_none=True)
    audience = Choice(*Audience)
    status = Choice(*Status)
    owner = Identifier()
    external_id = Line(least=1, most=bounds.EXTERNAL_ID_CHARACTERS, allow_none=True)
    publish_at = Instant(allow_none=True)
    expires_at = Instant(allow_none=True)
    review_by = Day(allow_none=True)
    successor = Identifier(allow_none=True)

    @post_load
    def to_changes(self, given: dict[str, Any], **_options: Any) -> AssetChanges:
        """Words become the domain's values."""
        return _changes(given)


class GuideText(fields.Field[dict[str, Any]]):
    """A guide as JSON text, since a form has no nested fields."""

    def __init__(self, **given: Any) -> None:
        super().__init__(metadata={"type": "string", "contentMediaType": "application/json"}, **given)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **given: Any) -> dict[str, Any]:  # noqa: ARG002
        try:
            guide = json.loads(value) if isinstance(value, str) else value
        except (ValueError, RecursionError):
            raise ValidationError('The guide is a JSON object, such as {"minutes": 10}.') from None
        return cast("dict[str, Any]", GuideChange().load(guide))


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way in, with what its uploader says of it."""

    file: FileStorage
    changes: AssetChanges
    allow_duplicate: bool


class AssetUpload(Strict):
    """A form with the file. `publish` and `allow_duplicate` are `true` or `false`, `guide` is JSON."""

    file = File(required=True)
    title = Line(least=1, most=bounds.TITLE_CHARACTERS)
    summary = Line(most=bounds.SUMMARY_CHARACTERS)
    conversation = ConversationKey()
    terms = _terms()
    guide = GuideText()
    audience = Choice(*Audience)
    external_id = Line(least=1, most=bounds.EXTERNAL_ID_CHARACTERS)
    publish = Flag(load_default=False)
    allow_duplicate = Flag(load_default=False)

    def load(self, data: Any, **options: Any) -> Any:
        """Read a form; a JSON body describes a link instead and is read as that."""
        return super().load(data, **options) if hasattr(data, "getlist") else LinkUpload().load(data)

    @pre_load
    def refuse_link(self, given: Any, **_options: Any) -> Any:
        """A form brings a file; its sender learns where an address goes."""
        if "url" in given:
            raise ValidationError(LINK_IN_A_FORM, "url")
        return given

    def said_twice(self, name: str) -> str:
        """Two conversations are the mistake people make."""
        if name == "conversation":
            return "An asset belongs to exactly one conversation. Choose one."
        return super().said_twice(name)

    @post_load
    def to_upload(self, given: dict[str, Any], **_options: Any) -> Upload:
        """Take the file and the two switches apart from what describes the asset."""
        file, allow_duplicate = given.pop("file"), given.pop("allow_duplicate")
        if given.pop("publish"):
            given["status"] = Status.PUBLISHED
        return Upload(file, _changes(given), allow_duplicate)


@dataclass(frozen=True, slots=True)
class Link:
    """An address on its way in, with what is said of it."""

    url: str
    changes: AssetChanges
    allow_duplicate: bool


class LinkUpload(AssetChange):
    """An address of the public web, with the fields of an asset."""

    url = Line(most=ADDRESS_CHARACTERS, required=True)
    publish = Flag(load_default=False)
    allow_duplicate = Flag(load_default=False)

    @post_load
    def to_changes(self, given: dict[str, Any], **_options: Any) -> Link:
        """Take the address and the two switches apart from what describes the asset."""
        url, allow_duplicate = given.pop("url"), given.pop("allow_duplicate")
        if given.pop("publish"):
            given["status"] = Status.PUBLISHED
        return Link(url, _changes(given), allow_duplicate)


class VersionQuery(Strict):
    """Which version; the current one without it."""

    version = Whole(1, LATEST_VERSION, error="Versions are whole numbers from 1.", load_default=None)


class FileQuery(VersionQuery):
    """Which file, and for whom: a named purpose makes the download a use."""

    purpose = Choice("customer", load_default=None)
    account = Line(least=1, most=ACCOUNT_NAME_CHARACTERS, load_default=None)


class SuggestionDecision(Strict):
    """Whether a suggested tag is taken."""

    accept = Flag(required=True)


def _changes(given: dict[str, Any]) -> AssetChanges:
    changes = dict(given)
    if "audience" in changes:
        changes["audience"] = Audience(changes["audience"])
    if "status" in changes:
        changes["status"] = Status(changes["status"])
    if "title" in changes:
        changes["title"] = " ".join(changes["title"].split())
    return cast("AssetChanges", changes)
