"""`content-map …`: the same services for the shell. Exit 0 done, 1 failed with one line, 2 wrong usage."""

from __future__ import annotations

import sys

import click
from sqlalchemy.exc import SQLAlchemyError

from content_map.cli import content, operations, people
from content_map.cli._frame import data_option
from content_map.errors import ContentMapError
from search.contract import SearchError
from storage.contract import StorageError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@data_option
def cli() -> None:
    """Content Map: marketing content by sales conversation, and why it goes unused."""


for _command in (
    people.user,
    people.token,
    content.asset,
    content.index,
    content.report,
    content.usage,
    operations.backup_command,
    operations.restore_command,
    operations.db,
    operations.worker,
    operations.doctor,
):
    cli.add_command(_command)


def main() -> None:
    """Run a command; a refusal is one line on standard error and exit 1."""
    try:
        cli(standalone_mode=True)
    except ContentMapError as error:
        _fail(error.detail)
    except (SearchError, StorageError) as error:
        _fail(str(error))
    except SQLAlchemyError as error:
        _fail(f"The database does not answer: {str(error).splitlines()[0]}")


def _fail(sentence: str) -> None:
    click.echo(f"Error: {sentence}", err=True)
    sys.exit(1)
