"""Trying mail out from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from content_map.cli import cli
from tests.support.relays import mail_server

pytestmark = pytest.mark.once


def test_one_mail_is_sent_and_a_refusal_is_one_line(tmp_path: Path) -> None:
    def run(port: int) -> tuple[int, str]:
        environ = {
            "CONTENT_MAP_SMTP_URL": f"smtp://localhost:{port}?security=none",
            "CONTENT_MAP_MAIL_FROM": "content-map@example.com",
        }
        words = ["--data", str(tmp_path), "mail", "test", "mia@example.com"]
        done = CliRunner().invoke(cli, words, env=environ)
        return done.exit_code, done.output.strip()

    with mail_server() as mailbox:
        sent = run(mailbox.port)
    away = run(1)

    assert sent == (0, f"localhost:{mailbox.port} took a mail to mia@example.com")
    assert [letter["To"] for letter in mailbox.letters] == ["mia@example.com"]
    assert away == (1, "Error: The mail server at localhost does not answer (ConnectionRefusedError).")


def test_without_a_mail_server_the_command_says_so(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["--data", str(tmp_path), "mail", "test", "mia@example.com"])

    assert done.exit_code == 1
    assert "CONTENT_MAP_SMTP_URL is empty" in done.output
