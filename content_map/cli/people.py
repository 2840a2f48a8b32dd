"""People and their tokens."""

from __future__ import annotations

import click

from content_map.cli._frame import data_option, now, resources
from content_map.domain.people import Role
from content_map.errors import Invalid
from content_map.services import signing_in, users
from content_map.wiring import address_of


@click.group()
@data_option
def user() -> None:
    """People who sign in."""


@user.command("add")
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--name", help="As colleagues know the person; default: from the address.")
@click.option("--team", help="Made when it is new.")
@click.option("--print-token", is_flag=True, help="Make an API token and print only that.")
@data_option
def user_add(email: str, role: str, name: str | None, team: str | None, print_token: bool) -> None:
    """Add a person; prints a one-time link to set a password, or an API token."""
    parts = resources()
    with parts.sessions.write() as session:
        person = users.add(session, email, role=Role(role), name=name, team=team, actor=None, now=now())
        if print_token:
            _, secret = signing_in.make_token(session, person.id, "command line", actor=None, now=now())
            answer = secret
        else:
            link = signing_in.invite(session, person.id, actor=None, now=now())
            answer = f"{address_of(parts.settings)}/welcome/{link}"
    click.echo(answer)


@click.group()
@data_option
def token() -> None:
    """Keys for the API."""


@token.command("create")
@click.argument("email")
@click.option("--name", default="command line", show_default=True)
@data_option
def token_create(email: str, name: str) -> None:
    """Make a token for a person and print it once."""
    parts = resources()
    with parts.sessions.write() as session:
        person = users.by_email(session, email)
        if person is None:
            raise Invalid(f"There is no user {email}. `content-map user add` makes one.")
        _, secret = signing_in.make_token(session, person.id, name, actor=None, now=now())
    click.echo(secret)
