"""What is recorded, who sees it, for how long."""

from __future__ import annotations

from flask import Blueprint, render_template

from content_map import context
from content_map.web.recorded import BESIDE, COLUMNS, EVENTS, SETTINGS

blueprint = Blueprint("privacy", __name__, url_prefix="/recorded")


@blueprint.get("")
def page() -> str:
    """Say it in one page."""
    return render_template(
        "privacy/page.html",
        events=EVENTS.values(),
        beside=BESIDE,
        columns=COLUMNS,
        settings=SETTINGS,
        people_in_reports=context.resources().settings.people_in_reports,
    )
