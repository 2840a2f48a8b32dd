"""A report as a letter: its finding and figures, and links to all the rest."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from content_map.reports.formats import FORMATS, reading
from content_map.services.report_mailing import Due, Message, Told

_TEMPLATES = Path(__file__).parents[1] / "templates" / "mail"


def composed(told: Told, letter: Due, is_attached: bool) -> Message:
    """Write the letter; a frozen report's links lead to its frozen files."""
    printed = told.printed
    report, base_url = printed.report, printed.base_url
    zone = printed.question.definitions.zone
    quarter = str(letter.quarter)
    files = f"{base_url}/api/v1/reports/{report.name}.%s?quarter={quarter}"
    if letter.run is not None:
        files = f"{base_url}/api/v1/report-runs/{letter.run}.%s"
    said = {
        "heading": f"{report.heading}, {quarter}",
        "period": reading.period(printed),
        "is_frozen": letter.run is not None,
        "is_to_date": printed.question.is_to_date,
        "mark": reading.DEMONSTRATION if printed.is_demo else None,
        "lead": list(told.lead),
        "figures": [
            {
                "label": each.label,
                "value": reading.figure_text(each.value, zone),
                "definition": each.definition,
                "comparison": each.comparison,
            }
            for each in told.figures
        ],
        "url": f"{base_url}/insights/runs/{letter.run}"
        if letter.run
        else f"{base_url}/insights/{report.name}?quarter={quarter}",
        "files": [{"label": each.label, "url": files % each.ending} for each in FORMATS.values()],
        "is_too_large": letter.attach is not None and not is_attached,
        "stop_url": f"{base_url}/insights/mail",
    }
    text, html = (_environment().get_template(f"report.{form}").render(**said) for form in ("txt", "html"))
    return Message(f"{report.heading}, {quarter}", text, html, f"{base_url}/insights/mail")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
    )
