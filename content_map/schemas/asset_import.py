"""Tables of assets: what an import did, or would do, row by row."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from content_map.domain.asset_rows import by_row


class CellProblem(Schema):
    """What is wrong in one cell."""

    column = fields.String()
    detail = fields.String()


class RowProblems(Schema):
    """A row that cannot be accepted; `row` is its line as a spreadsheet counts, `index` counts rows from 0."""

    index = fields.Integer()
    row = fields.Integer()
    detail = fields.String()
    problems = fields.List(fields.Nested(CellProblem))


class RejectedRows(fields.List[Any]):
    """The rows with a problem, each once, made of pointers such as `/3/owner_email`."""

    def __init__(self) -> None:
        super().__init__(fields.Nested(RowProblems), attribute="problems")

    def _serialize(self, value: Any, attr: str | None, obj: Any, **given: Any) -> list[Any] | None:
        rows: dict[int, list[dict[str, str]]] = {}
        for index, column, detail in by_row(value):
            rows.setdefault(index, []).append({"column": column, "detail": detail})
        rejected = [
            {
                "index": index,
                "row": index + 2,
                "detail": " ".join(each["detail"] for each in problems),
                "problems": problems,
            }
            for index, problems in sorted(rows.items())
        ]
        return super()._serialize(rejected, attr, obj, **given)


class AssetsImportedView(Schema):
    """What an import did, or would do; `run` names it in the log, and is null for a dry run."""

    created = fields.Integer()
    changed = fields.Integer()
    unchanged = fields.Integer()
    rejected = RejectedRows()
    run = fields.String(attribute="run_id", allow_none=True)
