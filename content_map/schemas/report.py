"""Reports: which there are, and for which quarter."""

from __future__ import annotations

from marshmallow import Schema, fields

from content_map.schemas.fields import Line
from content_map.schemas.strict import Strict

QUARTER_CHARACTERS = 20


class ReportQuery(Strict):
    """The quarter, such as 2026-Q3; the present one without it."""

    quarter = Line(most=QUARTER_CHARACTERS, load_default=None)


class ReportView(Schema):
    """A report there is."""

    name = fields.String()
    title = fields.String()
