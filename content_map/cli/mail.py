"""Mail: whether it arrives."""

from __future__ import annotations

import click

from content_map.cli._frame import data_option, now, settings
from content_map.services import mailing


@click.group()
@data_option
def mail() -> None:
    """Mail that the product sends."""


@mail.command("test")
@click.argument("address")
@data_option
def mail_test(address: str) -> None:
    """Send one mail at once, and say what the mail server answered when it did not take it."""
    relay = mailing.try_out(settings(), address, now=now())
    click.echo(f"{relay.host}:{relay.port} took a mail to {address}")
