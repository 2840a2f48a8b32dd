"""The one shape of errors."""

from __future__ import annotations

from marshmallow import Schema, fields


class FieldProblemView(Schema):
    """One field's problem."""

    pointer = fields.String(metadata={"description": "JSON pointer to the field"})
    detail = fields.String(metadata={"description": "A sentence that says what to do"})


class ProblemView(Schema):
    """RFC 9457."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    errors = fields.List(fields.Nested(FieldProblemView), metadata={"description": "For 422 only"})
