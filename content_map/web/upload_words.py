"""The sentences that the upload queue speaks while bytes move; `{…}` is filled in by the browser."""

from __future__ import annotations

from content_map.web.speech import _


def upload_words() -> dict[str, str]:
    """Every sentence by the name under which the scripts know it."""
    return {
        **_progress(),
        "reading": _("Uploaded, being read"),
        "lost": _("Connection lost. The file was not stored."),
        "lost_kept": _(
            "Connection lost at {percent} %. What arrived is kept; it goes on once you are online."
        ),
        "unfinished": _("Not finished. Choose or drop the same file again, and it goes on where it stopped."),
        "paused": _("Paused. What arrived is kept for seven days."),
        "cancelled": _("Cancelled. Nothing was stored."),
        "empty": _("The file is empty."),
        "large": _("The file is over the limit."),
        "twin": _("Same file as “{title}”"),
        "started": _("{n} uploads started"),
        "done": _("{name} is uploaded"),
        "failed": _("{name} was not stored"),
        **_acts(),
    }


def _progress() -> dict[str, str]:
    return {
        "waiting": _("Waiting"),
        "starting": _("Starting"),
        "finishing": _("Finishing"),
        "moving": _("{percent} %, {done} of {total} MB"),
        "moving_seconds": _("{percent} %, {done} of {total} MB, {n} s left"),
        "moving_minutes": _("{percent} %, {done} of {total} MB, {n} min left"),
        "moving_hours": _("{percent} %, {done} of {total} MB, {n} h left"),
        "count": _("{stored} of {total} files stored"),
        "count_failed": _("{stored} of {total} files stored, {failed} not"),
        "unseen": _("and {n} more waiting"),
        "stored": _("Stored in this visit: {n}"),
    }


def _acts() -> dict[str, str]:
    return {
        "retry": _("Try again"),
        "resume": _("Go on"),
        "pause": _("Pause"),
        "cancel": _("Cancel"),
        "new_version": _("Add as new version"),
        "keep_both": _("Keep both"),
        "open_twin": _("Open it"),
        "tag": _("Tag it"),
    }
