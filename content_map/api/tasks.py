"""Work on assets that a cure or the docket asks for."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.views import MethodView
from sqlalchemy.orm import Session

from content_map import context
from content_map.api._blueprint import ApiBlueprint
from content_map.domain.docket import TaskKind
from content_map.domain.unused import Side
from content_map.models import Task
from content_map.schemas.docket import TaskChange, TaskOpen, TaskQuery, TaskView
from content_map.schemas.strict import list_of
from content_map.services import task_lists, tasks
from content_map.services.task_lists import Wanted

blueprint = ApiBlueprint("tasks", __name__, url_prefix="/tasks", description="Work on assets")


@blueprint.route("", endpoint="all")
class Tasks(MethodView):
    """Work that is asked for."""

    @blueprint.arguments(TaskQuery, location="query")
    @blueprint.response(200, list_of(TaskView))
    def get(self, query: dict[str, Any]) -> Any:
        """List open tasks, the first due first, or done ones, the latest first.

        For managers, marketers, analysts and admins.
        """
        wanted = Wanted(
            side=Side(query["side"]) if query["side"] else None,
            kind=TaskKind(query["kind"]) if query["kind"] else None,
            asset=query["asset"],
            done=query["done"],
            mine=query["mine"],
        )
        with context.reading() as session:
            return task_lists.listed(
                session, wanted, limit=query["limit"], cursor=query["cursor"], actor=context.actor()
            )

    @blueprint.arguments(TaskOpen)
    @blueprint.response(201, TaskView)
    def post(self, given: dict[str, Any]) -> Any:
        """Ask a side for work on an asset; one that is open already is given back."""
        kind, asset = TaskKind(given.pop("kind")), given.pop("asset")
        with context.transaction() as session:
            task = tasks.ask_for(session, kind, asset, **given, actor=context.actor(), now=context.now())
            shown = task_lists.reload(session, task)
        return shown, {"Location": url_for("tasks.one", task_id=task.id)}


@blueprint.route("/<task_id>", endpoint="one")
class OneTask(MethodView):
    """One task."""

    @blueprint.response(200, TaskView)
    def get(self, task_id: str) -> Any:
        """Show a task."""
        with context.reading() as session:
            return task_lists.reload(session, tasks.get(session, task_id, actor=context.actor()))

    @blueprint.arguments(TaskChange)
    @blueprint.response(200, TaskView)
    def patch(self, given: dict[str, Any], task_id: str) -> Any:
        """Hand a task over, end it, or open it again; only the side that owns it may."""
        with context.transaction() as session:
            return task_lists.reload(session, _changed(session, task_id, given))


def _changed(session: Session, task_id: str, given: dict[str, Any]) -> Task:
    actor, now = context.actor(), context.now()
    if given.get("done") is True:
        today = now.astimezone(context.resources().settings.zone).date()
        ended = {name: given.get(name) for name in ("taught_on", "reps_reached", "note")}
        return tasks.finish(session, task_id, **ended, today=today, actor=actor, now=now)
    if given.get("done") is False:
        return tasks.reopen(session, task_id, actor=actor, now=now)
    task = tasks.get(session, task_id, actor=actor)
    assignee = given.get("assignee", task.assignee_id)
    due_on = given.get("due_on") or task.due_on or now.date()
    return tasks.hand_over(session, task_id, assignee=assignee, due_on=due_on, actor=actor, now=now)
