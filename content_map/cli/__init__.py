"""`content-map …`: the same services for the shell. Exit 0 done, 1 failed with one line, 2 wrong usage."""

from __future__ import annotations

from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError

from content_map.cli import (
    assets,
    content,
    counting,
    exporting,
    mail,
    operations,
    people,
    reporting,
    vocabulary,
)
from content_map.cli._frame import data_option
from content_map.errors import ContentMapError
from search.contract import SearchError
from storage.contract import StorageError


class _Plain(click.Group):
    """Turns a refusal into one line on standard error and exit 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ContentMapError as error:
            raise click.ClickException(error.detail) from error
        except (SearchError, StorageError) as error:
            raise click.ClickException(str(error)) from error
        except SQLAlchemyError as error:
            first_line = str(error).partition("\n")[0]
            raise click.ClickException(f"The database does not answer: {first_line}") from error


@click.group(cls=_Plain, context_settings={"help_option_names": ["-h", "--help"]})
@data_option
def cli() -> None:
    """Content Map: marketing content by sales conversation, and why it goes unused."""


for _command in (
    people.user,
    people.token,
    assets.asset,
    content.index,
    reporting.report,
    content.usage,
    vocabulary.vocabulary,
    mail.mail,
    operations.backup_command,
    operations.restore_command,
    operations.db,
    operations.worker,
    operations.doctor,
):
    cli.add_command(_command)
for _command in (exporting.export, counting.rebuild, counting.verify):
    content.usage.add_command(_command)


def main() -> None:
    """Run a command."""
    cli()
