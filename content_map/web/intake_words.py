"""What became of many files, in the product's words."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from content_map.domain.intakes import IntakeKind, Verdict
from content_map.services.intakes import RunView
from content_map.web.speech import LazySentence, lazy_gettext

VERDICTS: dict[Verdict, LazySentence] = {
    Verdict.ADDED: lazy_gettext("Added"),
    Verdict.CHANGED: lazy_gettext("Changed"),
    Verdict.UNCHANGED: lazy_gettext("As it was"),
    Verdict.REFUSED: lazy_gettext("Refused"),
}
TONES = {Verdict.ADDED: "ok", Verdict.CHANGED: "plain", Verdict.UNCHANGED: "plain", Verdict.REFUSED: "bad"}
KINDS: dict[IntakeKind, LazySentence] = {
    IntakeKind.FOLDER: lazy_gettext("Folder"),
    IntakeKind.OBJECTS: lazy_gettext("Objects in the store"),
    IntakeKind.TABLE: lazy_gettext("Table"),
}


@dataclass(frozen=True, slots=True)
class ShownItem:
    """What became, or would become, of one file, object or row."""

    name: str
    tone: str
    verdict: LazySentence
    reason: str | None
    url: str | None


def said(view: RunView) -> str:
    """Say a run's counts in one line."""
    return " · ".join(
        f"{VERDICTS[verdict]} {view.counts[verdict]}" for verdict in Verdict if verdict in view.counts
    )


def shown_item(name: str, verdict: Verdict, reason: str | None, asset_id: str | None) -> ShownItem:
    """Show an item, with a link where an asset came of it."""
    url = url_for("pages.assets.page", asset_id=asset_id) if asset_id else None
    return ShownItem(name, TONES[verdict], VERDICTS[verdict], reason, url)
