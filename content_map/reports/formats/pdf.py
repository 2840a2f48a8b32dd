"""PDF: the report to print or mail, tagged as PDF/UA-1 asks, set by report.typ from the same parts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from content_map.reports.formats import reading, typesetting
from content_map.reports.formats.contract import Format, Print
from content_map.reports.formats.print_charts import chart_content
from content_map.reports.formats.print_tables import breakable, table_runs

_TEMPLATE = Path(__file__).with_name("report.typ")


def write(printed: Print) -> bytes:
    """Set the report; the first 2,000 rows of a table are printed, and it says where the others are."""
    freezing = printed.freezing
    as_of = freezing.at if freezing is not None else printed.question.now
    content = json.dumps(typesetting.plain(_content(printed)), ensure_ascii=False)
    return typesetting.typeset(_TEMPLATE.read_bytes(), content, at=as_of)


FORMAT = Format("pdf", "PDF", "application/pdf", write)


def _content(printed: Print) -> dict[str, Any]:
    built, freezing, report = printed.built, printed.freezing, printed.report
    zone = printed.question.definitions.zone
    return {
        "title": f"{report.heading}, {reading.quarter(printed)}",
        "subject": f"{report.title}.",
        "keywords": [report.name, str(printed.question.quarter)],
        "period": reading.period(printed),
        "standing": f"{reading.standing(printed)}.",
        "mark": reading.DEMONSTRATION if printed.is_demo else None,
        "sha256": freezing.sha256 if freezing is not None else None,
        "lead": list(built.lead),
        "left-out": reading.left_out_text(printed),
        "figures": [
            {
                "label": each.label,
                "value": reading.figure_text(each.value, zone),
                "comparison": each.comparison,
                "definition": each.definition,
            }
            for each in built.figures
        ],
        "charts": [chart_content(chart) for chart in built.charts],
        "tables": table_runs(built.tables, printed),
        "definitions": [
            *([each.word, each.meaning] for each in built.definitions),
            *(
                [f"{table.heading}, {column.heading}", column.definition]
                for table in built.tables
                for column in table.columns
                if column.definition
            ),
        ],
        "settings": [[name, breakable(value)] for name, value in reading.settings(printed)],
    }
