"""Mail servers of a test: real ones, on loopback, that keep what they are given."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "mailer", "päss:word@/?"


@dataclass
class Mailbox:
    """What a server was given; `says` is its answer to a recipient that it does not take."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    tls: list[bool] = field(default_factory=list)
    users: list[bytes] = field(default_factory=list)
    says: str | None = None

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.says is not None:
            return self.says
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = cast(bytes, envelope.content)
        self.raw.append(content)
        self.letters.append(cast(EmailMessage, message_from_bytes(content, policy=policy.default)))
        self.tls.append(session.ssl is not None)
        return "250 OK"

    def check(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: object
    ) -> AuthResult:
        good = isinstance(given, LoginPassword) and given == LoginPassword(USER.encode(), PASSWORD.encode())
        if good and isinstance(given, LoginPassword):
            self.users.append(given.login)
        return AuthResult(success=good, handled=False)


@contextmanager
def mail_server(authority: trustme.CA | None = None, *, tls_at_once: bool = False) -> Iterator[Mailbox]:
    """Take mail on a free port; with an authority only over TLS and from the one user."""
    mailbox = Mailbox()
    context = None
    if authority is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(context)
    at_once = context if tls_at_once else None
    later = None if tls_at_once else context
    loop = asyncio.new_event_loop()

    def protocol() -> SMTP:
        return SMTP(
            mailbox,
            hostname="localhost",
            tls_context=later,
            require_starttls=later is not None,
            auth_required=later is not None,  # it takes TLS from the first byte for none
            auth_require_tls=later is not None,
            authenticator=mailbox.check if context is not None else None,
            loop=loop,
        )

    # In a thread of its own from the first step: a browser of the same test process runs a loop in this one.
    thread = threading.Thread(target=loop.run_forever, name="mail-server", daemon=True)
    thread.start()
    starting = loop.create_server(protocol, "127.0.0.1", 0, ssl=at_once)
    server = asyncio.run_coroutine_threadsafe(starting, loop).result(10)
    mailbox.port = server.sockets[0].getsockname()[1]
    try:
        yield mailbox
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


async def _end(server: asyncio.Server) -> None:
    server.close()
    lines = [each for each in asyncio.all_tasks() if each is not asyncio.current_task()]
    for each in lines:
        each.cancel()
    await asyncio.gather(*lines, return_exceptions=True)
