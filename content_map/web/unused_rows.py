"""The assets of the report, one page at a time: filtered, ordered, each with its cure and one button."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from flask import url_for

from content_map.domain.conversations import Conversation
from content_map.domain.docket import TaskKind
from content_map.domain.people import Actor
from content_map.domain.unused import Act, Side, Split, Stage
from content_map.reports.unused.rows import Row
from content_map.services import cures
from content_map.services.cures import Present
from content_map.web.report_view import ROWS_A_PAGE
from content_map.web.speech import LazySentence, ngettext
from content_map.web.speech import lazy_gettext as _
from content_map.web.unused_tabs import Tab, address

# The part of the edit form that each cure is about.
_ANCHORS: Mapping[Act, str] = {Act.RETAG: "situations", Act.RETITLE: "f-title", Act.GUIDE: "guide"}
_TASKS: Mapping[Act, TaskKind] = {
    Act.RETAG: TaskKind.RETAG,
    Act.RETITLE: TaskKind.RETITLE,
    Act.GUIDE: TaskKind.GUIDE,
    Act.TEACH: TaskKind.TEACH,
}


class Order(StrEnum):
    """How the rows are ordered; the most first, but by class and title."""

    CLASS = "class"
    TITLE = "title"
    IMPRESSIONS = "impressions"
    OPENS = "opens"
    USES = "uses"
    DAYS_LIVE = "days_live"


ORDERS: Mapping[Order, LazySentence] = {
    Order.CLASS: _("Class"),
    Order.TITLE: _("Title"),
    Order.IMPRESSIONS: _("Most shown"),
    Order.OPENS: _("Most opened"),
    Order.USES: _("Most used"),
    Order.DAYS_LIVE: _("Longest live"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """Which rows, in which order, from which one on (counted from 0)."""

    stage: Stage | None
    conversation: Conversation | None
    act: Act | None
    order: Order
    start: int

    @property
    def is_filter(self) -> bool:
        """Say whether it leaves rows out."""
        return bool(self.stage or self.conversation or self.act)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A page of the rows that fit, and the addresses of the pages beside it."""

    shown: Sequence[Row]
    total: int
    text: str
    next_url: str | None
    first_url: str | None


@dataclass(frozen=True, slots=True)
class Button:
    """What a row offers: `url` leads to where it is done; without, a form asks for `act`."""

    label: LazySentence
    act: Act
    url: str | None = None


@dataclass(frozen=True, slots=True)
class RowView:
    """One asset as the table shows it; `asked` where the cure was asked for and is not done yet."""

    row: Row
    url: str
    button: Button | None
    is_retired: bool
    is_asked: bool


def chosen(rows: Sequence[Row], choice: Choice) -> Chosen:
    """Pick the rows that fit and the page of them."""
    fitting = [row for row in rows if _fits(row, choice)]
    if choice.order is not Order.CLASS:
        fitting.sort(key=lambda row: _place(row, choice.order))
    start = choice.start if choice.start < len(fitting) else 0
    shown = fitting[start : start + ROWS_A_PAGE]
    end = start + len(shown)
    text = ngettext("%(num)s asset", "%(num)s assets", len(fitting))
    return Chosen(
        shown,
        len(fitting),
        text if len(shown) == len(fitting) else f"{start + 1} – {end} / {text}",
        _page_url(choice, end) if end < len(fitting) else None,
        _page_url(choice, None) if start else None,
    )


def view_of(row: Row, standing: Present, actor: Actor) -> RowView:
    """Lay a row out for who looks: only those who may do it get its button."""
    cure = row.diagnosis.cure
    act = cure.act if cure else None
    asked = act is not None and _TASKS.get(act) in standing.asked
    button = None if act is None or standing.is_retired or asked else _button(row, act, standing, actor)
    url = url_for("pages.assets.page", asset_id=row.asset)
    return RowView(row, url, button, standing.is_retired, asked)


def asset_id_of(typed: str) -> str | None:
    """Read an asset's id from what was typed or pasted: the id, or the address of its page."""
    path = urlsplit(typed.strip()).path.strip("/")
    parts = path.split("/")
    return (parts[1] if len(parts) > 1 and parts[0] == "assets" else parts[-1]) or None


def _button(row: Row, act: Act, standing: Present, actor: Actor) -> Button | None:
    if act in _ANCHORS and cures.may_edit(actor):
        edit = url_for("pages.editing.edit", asset_id=row.asset, _anchor=_ANCHORS[act])
        return Button(_BY_HAND[act], act, edit)
    if act is Act.RETIRE:
        return Button(_("Retire"), act) if cures.may_edit(actor) else None
    if not cures.may_ask(actor) or (act is Act.ASK and standing.owner == actor.id):
        return None
    return Button(_ASKING[act], act)


_BY_HAND: Mapping[Act, LazySentence] = {
    Act.RETAG: _("Retag"),
    Act.RETITLE: _("Retitle"),
    Act.GUIDE: _("Write the guide"),
}
_ASKING: Mapping[Act, LazySentence] = {
    Act.RETAG: _("Ask to retag"),
    Act.RETITLE: _("Ask to retitle"),
    Act.GUIDE: _("Ask for a guide"),
    Act.TEACH: _("Teach"),
    Act.ASK: _("Ask the owner"),
}
SPLITS: Mapping[Split, LazySentence] = {
    Split.READ_ONLY: _("Read only"),
    Split.TAKEN_AWAY: _("Taken away"),
}
SIDES: Mapping[Side, LazySentence] = {
    Side.MARKETING: _("Marketing"),
    Side.SALES: _("Sales"),
    Side.BOTH: _("Both sides"),
}


def _fits(row: Row, choice: Choice) -> bool:
    cure = row.diagnosis.cure
    return (
        choice.stage in {None, row.stage}
        and choice.conversation in {None, row.conversation}
        and (choice.act is None or (cure is not None and cure.act is choice.act))
    )


def _place(row: Row, order: Order) -> tuple[int, str, str]:
    numbers = {
        Order.IMPRESSIONS: row.history.impressions,
        Order.OPENS: row.history.opens,
        Order.USES: row.history.uses,
        Order.DAYS_LIVE: row.standing.days_live,
    }
    return -numbers.get(order, 0), row.title.casefold(), row.asset


def _page_url(choice: Choice, start: int | None) -> str:
    return address(
        Tab.ASSETS,
        stage=choice.stage,
        conversation=choice.conversation,
        act=choice.act,
        order=None if choice.order is Order.CLASS else choice.order,
        start=str(start) if start else None,
    )
