"""Files of rows coming in, and which rows cannot."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from marshmallow import Schema, fields

from content_map.errors import FieldError
from content_map.schemas.fields import File, Flag
from content_map.schemas.strict import Strict


class ImportUpload(Strict):
    """A file of rows: CSV with a heading line, or one JSON object a line."""

    file = File(required=True)
    dry_run = Flag(load_default=False)


class RejectedView(Schema):
    """What cannot be accepted, by its place in what was sent, counted from 0."""

    index = fields.Integer()
    detail = fields.String()


class Rejected(fields.List[Any]):
    """The rows with a problem, each once, made of pointers such as `/3/owner`."""

    def __init__(self) -> None:
        super().__init__(fields.Nested(RejectedView), attribute="problems")

    def _serialize(self, value: Any, attr: str | None, obj: Any, **given: Any) -> list[Any] | None:
        return super()._serialize(_by_row(value), attr, obj, **given)


def _by_row(problems: Iterable[FieldError]) -> list[dict[str, Any]]:
    rows: dict[int, list[str]] = {}
    for problem in problems:
        rows.setdefault(int(problem.pointer.split("/")[1]), []).append(problem.detail)
    return [{"index": index, "detail": " ".join(sentences)} for index, sentences in sorted(rows.items())]
