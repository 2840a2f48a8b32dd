"""Mail meets real mail servers: plain, STARTTLS and TLS, with and without a password."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from content_map.outbound.mail import Letter, Unsent, send, written
from content_map.relay import Relay, Security
from tests.support.relays import PASSWORD, USER, mail_server

pytestmark = pytest.mark.once

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
SENDER = "content-map@example.com"
LETTER = Letter(
    "mia@example.com",
    "Zwei Dinge für dich: „Späte Lieferungen“",
    "Grüße\n.\nEnde",
    "<p>Grüße</p>",
    "https://content.example.com/to-do",
)


def test_letter_arrives_as_it_was_written() -> None:
    message = written(LETTER, sender=SENDER, key="abc", at=AT)
    with mail_server() as mailbox:
        send(Relay("localhost", mailbox.port, Security.NONE), message)

    letter = mailbox.letters[0]
    assert letter["Subject"] == "Zwei Dinge für dich: „Späte Lieferungen“"
    assert (letter["From"], letter["To"]) == ("Content Map <content-map@example.com>", "mia@example.com")
    assert letter["Date"].datetime == AT
    assert letter["Message-ID"] == "<abc@example.com>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Unsubscribe"] == "<https://content.example.com/to-do>"
    assert letter.get_content_type() == "multipart/alternative"
    text, html = letter.iter_parts()
    assert (text.get_content_type(), text.get_content().split()) == ("text/plain", ["Grüße", ".", "Ende"])
    assert (html.get_content_type(), html.get_content().strip()) == ("text/html", "<p>Grüße</p>")
    assert mailbox.raw[0].isascii()


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_password_goes_over_a_protected_line_only(security: Security) -> None:
    authority = trustme.CA()
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    message = written(LETTER, sender=SENDER, key="abc", at=AT)
    with mail_server(authority, tls_at_once=security is Security.TLS) as mailbox:
        send(Relay("localhost", mailbox.port, security, USER, PASSWORD), message, trust=trust)
        with pytest.raises(Unsent) as wrong:
            send(Relay("localhost", mailbox.port, security, USER, "guessed"), message, trust=trust)
        with pytest.raises(Unsent, match="certificate cannot be trusted"):
            send(Relay("localhost", mailbox.port, security, USER, PASSWORD), message)

    assert len(mailbox.letters) == 1
    assert mailbox.users == [USER.encode()]
    assert wrong.value.sentence == "The mail server refused the name or the password (535)."


def test_server_without_the_protection_asked_for_gets_no_mail() -> None:
    message = written(LETTER, sender=SENDER, key="abc", at=AT)
    with mail_server() as mailbox, pytest.raises(Unsent, match="does not offer"):
        send(Relay("localhost", mailbox.port, Security.STARTTLS, USER, PASSWORD), message)

    assert mailbox.letters == []


@pytest.mark.parametrize(
    ("says", "is_final"), [("550 No such person", True), ("451 Try again later", False)], ids=str
)
def test_refused_address_is_told_apart_from_a_server_that_is_busy(says: str, is_final: bool) -> None:
    message = written(LETTER, sender=SENDER, key="abc", at=AT)
    with mail_server() as mailbox:
        mailbox.says = f"{says} <mia@example.com>"
        with pytest.raises(Unsent) as refused:
            send(Relay("localhost", mailbox.port, Security.NONE), message)

    assert refused.value.sentence == f"The mail server refused the address: {says} (address)"
    assert refused.value.is_final is is_final


def test_server_that_is_away_is_told() -> None:
    message = written(LETTER, sender=SENDER, key="abc", at=AT)

    with pytest.raises(Unsent, match=r"The mail server at localhost does not answer"):
        send(Relay("localhost", 1, Security.NONE), message)


@pytest.mark.parametrize(
    "to",
    [
        "mia@example.com\r\nBcc: all@example.com",
        "mia@example.com, all@example.com",
        "Mia <mia@example.com>",
        "mia@example.com\x00",
        "mia",
        "",
    ],
)
def test_address_that_is_more_than_one_address_is_refused(to: str) -> None:
    with pytest.raises(ValueError, match="no such mail address"):
        written(Letter(to, "A", "B"), sender=SENDER, key="abc", at=AT)


@given(subject=st.text(), text=st.text(), unsubscribe=st.text(max_size=80))
def test_no_words_become_a_header(subject: str, text: str, unsubscribe: str) -> None:
    hostile = Letter("mia@example.com", f"{subject}\r\nBcc: all@example.com", text, None, unsubscribe)

    head = written(hostile, sender=SENDER, key="abc", at=AT).as_bytes().partition(b"\r\n\r\n")[0]

    names = {line.partition(b":")[0] for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))}
    assert names <= {
        *(b"From", b"To", b"Subject", b"Date", b"Message-ID", b"Auto-Submitted", b"X-Auto-Response-Suppress"),
        *(b"List-Unsubscribe", b"MIME-Version", b"Content-Type", b"Content-Transfer-Encoding"),
    }


@pytest.mark.parametrize(
    "html",
    [
        "<img src='https://example.com/pixel.gif'>",
        "<IMG\nSRC=cid:1>",
        "<p style='background: url(https://example.com/a)'>",
        "<link rel=stylesheet href=https://example.com/a.css>",
        "<td background='https://example.com/a.png'>",
        "<script>alert(1)</script>",
    ],
)
def test_letter_that_would_load_something_is_refused(html: str) -> None:
    with pytest.raises(ValueError, match="loads nothing"):
        written(Letter("mia@example.com", "A", "B", html), sender=SENDER, key="abc", at=AT)
