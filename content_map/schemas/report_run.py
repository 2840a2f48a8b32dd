"""Frozen reports and who is mailed about which."""

from __future__ import annotations

from marshmallow import Schema, fields

from content_map.schemas.fields import Instant, Line
from content_map.schemas.report import QUARTER_CHARACTERS
from content_map.schemas.strict import Page, Strict

NAME_CHARACTERS = 60


class ReportRunMake(Strict):
    """The quarter to freeze, such as 2026-Q3; it must have ended."""

    quarter = Line(most=QUARTER_CHARACTERS, required=True)


class ReportRunQuery(Page):
    """Which frozen reports to list."""

    report = Line(most=NAME_CHARACTERS, load_default=None)
    quarter_text = Line(most=QUARTER_CHARACTERS, data_key="quarter", load_default=None)


class ReportRunFileView(Schema):
    """One format, as it was written: `GET /report-runs/{id}.{format}` gives these bytes for ever."""

    format = fields.String(attribute="ending")
    sha256 = fields.String()
    size_bytes = fields.Integer()


class ReportRunView(Schema):
    """A frozen report; `frozen_by` is the user's id, null for the worker's own clock; `sha256` is the JSON file's."""

    id = fields.String()
    report = fields.String()
    quarter = fields.String()
    frozen_at = Instant()
    frozen_by = fields.String(allow_none=True)
    code_version = fields.String()
    definitions = fields.Dict()
    sha256 = fields.String()
    files = fields.List(fields.Nested(ReportRunFileView))
