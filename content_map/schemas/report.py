"""Reports: which there are, and for which quarter."""

from __future__ import annotations

from marshmallow import Schema, fields

from content_map.schemas.fields import Line
from content_map.schemas.strict import Strict

QUARTER_CHARACTERS = 20
ID_CHARACTERS = 64


class ReportQuery(Strict):
    """The quarter, such as 2026-Q3; the present one without it.

    `with_left_out` counts what owners, other roles and machines did too.
    """

    quarter_text = Line(most=QUARTER_CHARACTERS, data_key="quarter", load_default=None)
    asset = Line(most=ID_CHARACTERS, load_default=None)
    with_left_out = fields.Boolean(load_default=False)


class ReportView(Schema):
    """A report there is."""

    name = fields.String()
    heading = fields.String()
    title = fields.String()
