"""Tasks: work on assets that the docket and the reports ask for, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from content_map import context
from content_map.domain.permissions import allows
from content_map.domain.unused import Side
from content_map.errors import Invalid
from content_map.models import Task, User
from content_map.services import task_lists, tasks
from content_map.services.task_lists import Wanted
from content_map.web import forms
from content_map.web.speech import _

Page = str | tuple[str, int] | Response

blueprint = Blueprint("tasks", __name__, url_prefix="/docket/tasks")


@dataclass(frozen=True, slots=True)
class Tab:
    """Some of the tasks, with how many there are."""

    name: str
    count: int
    url: str
    on: bool


@dataclass(frozen=True, slots=True)
class ShownTask:
    """A task as its side meets it; `people` who could do it, none where it is not the viewer's to change."""

    task: Task
    is_overdue: bool
    may_change: bool
    people: tuple[User, ...]


@blueprint.get("")
def index() -> Page:
    """List the open tasks of one's own side, or those of a tab."""
    return _page({}, None)


@blueprint.post("/<task_id>")
def change(task_id: str) -> Page:
    """End a task, hand it over, or open it again."""
    errors = forms.attempt(lambda: _change(task_id))
    if errors:
        return _page(errors, task_id), 422
    flash(_("Saved. Who asked for it hears when it is done."), "ok")
    return redirect(forms.own_path(request.form.get("back"), url_for("pages.tasks.index")), 303)


def _change(task_id: str) -> None:
    actor, now = context.actor(), context.now()
    with context.transaction() as session:
        match request.form.get("act"):
            case "done":
                tasks.finish(
                    session,
                    task_id,
                    taught_on=forms.day("taught_on"),
                    reps_reached=forms.whole_number("reps_reached", forms.text("reps_reached")),
                    note=forms.text("note"),
                    today=_today(),
                    actor=actor,
                    now=now,
                )
            case "reopen":
                tasks.reopen(session, task_id, actor=actor, now=now)
            case _:
                due_on = forms.day("due_on")
                if due_on is None:
                    raise Invalid.field("/due_on", _("Say until when it is to be done."))
                tasks.hand_over(
                    session, task_id, assignee=forms.text("assignee"), due_on=due_on, actor=actor, now=now
                )


def _page(errors: Mapping[str, str], errors_for: str | None) -> str:
    actor = context.actor()
    asset = request.args.get("asset")
    wanted = _wanted(request.args.get("show"), asset)
    with context.reading() as session:
        found = task_lists.listed(session, wanted, cursor=request.args.get("cursor"), actor=actor)
        tabs = [_tab(session, key, asset) for key in ("", "marketing", "sales", "done")]
        people = {side: tuple(tasks.people_of(session, side)) for side in tasks.RIGHT_OF}
    shown = request.args.get("show")
    return render_template(
        "docket/tasks.html",
        tasks=[_shown(each, people) for each in found.items],
        tabs=tabs,
        done=wanted.done,
        asset=asset,
        back_url=request.full_path if request.method == "GET" else url_for("pages.tasks.index"),
        next_url=url_for("pages.tasks.index", show=shown, asset=asset, cursor=found.next)
        if found.next
        else None,
        today=_today(),
        errors=errors,
        errors_for=errors_for,
        typed=forms.typed("note", "taught_on", "reps_reached"),
    )


def _wanted(show: str | None, asset: str | None) -> Wanted:
    match show:
        case "marketing" | "sales":
            return Wanted(side=Side(show), asset=asset)
        case "done":
            return Wanted(done=True, asset=asset)
        case _:
            # Of one asset everything open is shown, whoever is to do it.
            return Wanted(mine=asset is None, asset=asset)


def _tab(session: Session, key: str, asset: str | None) -> Tab:
    names = {"": _("Mine"), "marketing": _("Marketing"), "sales": _("Sales"), "done": _("Done")}
    count = task_lists.count(session, _wanted(key, asset), actor=context.actor())
    on = (request.args.get("show") or "") == key
    return Tab(names[key], count, url_for("pages.tasks.index", show=key or None, asset=asset), on)


def _shown(task: Task, people: Mapping[Side, tuple[User, ...]]) -> ShownTask:
    side = Side(task.side)
    may_change = allows(context.actor(), tasks.RIGHT_OF[side])
    is_overdue = task.done_at is None and task.due_on is not None and task.due_on < _today()
    return ShownTask(task, is_overdue, may_change, people[side] if may_change else ())


def _today() -> date:
    return context.now().astimezone(context.resources().settings.zone).date()
