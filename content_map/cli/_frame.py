"""What every command has in common: its data directory, its resources, its clock."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from content_map import logs, migrations
from content_map.config import BadSetting, Settings
from content_map.domain.people import Actor
from content_map.errors import Invalid
from content_map.extraction import Limits
from content_map.services import users
from content_map.wiring import Resources, open_resources

Command = TypeVar("Command", bound=Callable[..., Any])


def now() -> datetime:
    """Read the wall clock, once a command."""
    return datetime.now(UTC)


def _keep_data(context: click.Context, _parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.find_root().ensure_object(dict)["data_dir"] = value


def data_option(command: Command) -> Command:
    """Accept `--data DIR` here, as before the subcommand."""
    option = click.option(
        "--data",
        type=click.Path(path_type=Path, file_okay=False),
        help="Data directory (default: var/, or CONTENT_MAP_DATA_DIR).",
        expose_value=False,
        callback=_keep_data,
    )
    return option(command)


def settings() -> Settings:
    """Read the settings; `--data` wins over the environment."""
    given = click.get_current_context().find_root().ensure_object(dict)
    try:
        Limits.from_environ(os.environ)  # the worker's; a wrong one is told before anything is started
        return Settings.from_environ(os.environ, data_dir=given.get("data_dir"))
    except BadSetting as error:
        raise click.ClickException(str(error)) from None


def resources(*, migrated: bool = True) -> Resources:
    """Open every part; a database that is behind stops the command."""
    read = settings()
    logs.configure("WARNING" if read.log_level == "INFO" else read.log_level)
    opened = open_resources(read)
    root = click.get_current_context().find_root()
    root.call_on_close(opened.index.close)
    root.call_on_close(opened.sessions.engine.dispose)
    if migrated and not migrations.is_current(opened.sessions.engine):
        raise click.ClickException("The database is not up to date. Run `content-map db upgrade` first.")
    return opened


def machine(parts: Resources) -> Actor:
    """The first admin speaks for commands that need an owner. Raises Invalid."""
    with parts.sessions.read() as session:
        admin = users.first_admin(session)
        if admin is None:
            raise Invalid("There is no admin yet. Run `content-map user add EMAIL --role admin` first.")
        return admin.as_actor()
