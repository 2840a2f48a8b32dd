"""What was frozen of this report: read back from the stored JSON, byte for byte what was published."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.quarters import Quarter
from content_map.domain.unused import Stage
from content_map.models import ReportRun, ReportRunFile
from content_map.reports.unused.rows import Classes

NAME = "unused-assets"


@dataclass(frozen=True, slots=True)
class Frozen:
    """The published report of a quarter; `content` is the contract's object."""

    quarter: Quarter
    at: datetime
    content: Mapping[str, Any]

    @property
    def classes(self) -> Classes:
        """The classes as they were published."""
        return {stage: int(self.content["classes"][stage.value]) for stage in Stage}

    @property
    def rows(self) -> Sequence[Mapping[str, Any]]:
        """The eligible assets as they were published."""
        found: Sequence[Mapping[str, Any]] = self.content["rows"]
        return found

    @property
    def twelve_months(self) -> int | None:
        """How many of them had no use in twelve months; None where that was not published."""
        found = self.content.get("figures", {}).get("twelve_months")
        return int(found["count"]) if found else None


def frozen(session: Session, quarters: Collection[Quarter]) -> Mapping[Quarter, Frozen]:
    """Read the published reports of these quarters; those that were never frozen are not in it."""
    files = session.execute(
        select(ReportRun.quarter, ReportRun.frozen_at, ReportRunFile.content)
        .join(ReportRunFile, ReportRunFile.run_id == ReportRun.id)
        .where(
            ReportRun.report == NAME,
            ReportRun.quarter.in_([str(quarter) for quarter in quarters]),
            ReportRunFile.ending == "json",
        )
    )
    runs = [Frozen(Quarter.parse(quarter), at, json.loads(content)) for quarter, at, content in files]
    return {run.quarter: run for run in runs}
