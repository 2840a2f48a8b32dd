"""Mail: written so that nothing in it can become a header, handed to the relay over a line as safe as was asked for."""

from __future__ import annotations

import base64
import re
import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from content_map.relay import Relay, Security, is_mail_address

SENDER = "Content Map"
SUBJECT_CHARACTERS = 200
ADDRESS_CHARACTERS = 75  # one more, and Python's folding writes the address as an encoded word
SIGNED_IN = 235  # RFC 4954
SECONDS = 20  # for each step of the conversation with the relay


# Looked for inside tags alone: what is escaped text, such as a title, loads nothing whatever it says.
_LOADING = re.compile(
    r"<\s*(?:img|picture|video|audio|source|link|script|iframe|object|embed|base|meta|form)\b"
    r"|<[^>]*(?:\b(?:src|srcset|background|poster)\s*=|url\s*\(|@import)"
    r"|<\s*style\b",
    re.IGNORECASE,
)


_ADDRESS = re.compile(r"\S+@\S+")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along; its bytes as base64, because a letter waits as JSON."""

    name: str
    media_type: str
    content: str

    @classmethod
    def of(cls, name: str, media_type: str, content: bytes) -> Attachment:
        """Wrap bytes."""
        return cls(name, media_type.partition(";")[0], base64.b64encode(content).decode("ascii"))


@dataclass(frozen=True, slots=True)
class Letter:
    """What one person is told. `unsubscribe` is the address of the page where they stop such mail."""

    to: str
    subject: str
    text: str
    html: str | None = None
    unsubscribe: str | None = None
    attachments: tuple[Attachment, ...] = ()


class Unsent(Exception):
    """The relay did not take a letter; `is_final` says that trying again cannot help."""

    def __init__(self, sentence: str, *, is_final: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.is_final = is_final


def written(letter: Letter, *, sender: str, key: str, at: datetime) -> EmailMessage:
    """Write a letter out. `key` names it: sent twice with the same, it is one message in the reader's mailbox.

    Raises ValueError for an address that is none, and for HTML that would load something when it is read.
    """
    if not is_mail_address(letter.to):
        raise ValueError("there is no such mail address")
    if letter.html is not None and _LOADING.search(letter.html):
        raise ValueError(
            "a letter loads nothing when it is read: no images, styles or scripts from elsewhere"
        )
    message = EmailMessage(policy=SMTP.clone(raise_on_defect=True))
    message["From"] = Address(SENDER, addr_spec=sender)
    message["To"] = Address(addr_spec=letter.to)
    message["Subject"] = one_line(letter.subject)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{key}@{sender.rpartition('@')[2]}>"
    # RFC 3834: absence notes and the like must not answer.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if letter.unsubscribe is not None and len(letter.unsubscribe) <= ADDRESS_CHARACTERS:
        message["List-Unsubscribe"] = f"<{one_line(letter.unsubscribe)}>"
    # Quoted-printable passes through every relay, whatever it thinks of long lines and of eight bits.
    message.set_content(_in_lines(letter.text), cte="quoted-printable")
    if letter.html is not None:
        message.add_alternative(_in_lines(letter.html), subtype="html", cte="quoted-printable")
    for each in letter.attachments:
        main, _, sub = each.media_type.partition("/")
        content = base64.b64decode(each.content)
        message.add_attachment(content, maintype=main, subtype=sub, filename=one_line(each.name))
    return message


def send(relay: Relay, message: EmailMessage, *, trust: ssl.SSLContext | None = None) -> None:
    """Hand a message to the relay. Raises Unsent."""
    trust = trust or ssl.create_default_context()
    try:
        with _line(relay, trust) as line:
            if relay.security is Security.STARTTLS:
                line.starttls(context=trust)
            line.ehlo()
            if relay.user is not None and relay.password is not None:
                _sign_in(line, relay.user, relay.password)
            line.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        raise Unsent(
            f"The mail server refused the address: {_said(code, said)}", is_final=code >= 500
        ) from None
    except smtplib.SMTPAuthenticationError as error:
        # The code alone: what a server says to a wrong password may repeat it.
        raise Unsent(f"The mail server refused the name or the password ({error.smtp_code}).") from None
    except smtplib.SMTPResponseException as error:
        final = isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500
        raise Unsent(
            f"The mail server refused: {_said(error.smtp_code, error.smtp_error)}", is_final=final
        ) from None
    except smtplib.SMTPNotSupportedError:
        raise Unsent("The mail server does not offer what CONTENT_MAP_SMTP_URL asks for.") from None
    except ssl.SSLCertVerificationError as error:
        raise Unsent(f"The mail server's certificate cannot be trusted: {error.verify_message}.") from None
    except (smtplib.SMTPException, OSError) as error:
        raise Unsent(f"The mail server at {relay.host} does not answer ({type(error).__name__}).") from None


def one_line(text: str) -> str:
    """A text as a header may hold it: in one line, without controls, and not endless."""
    return "".join(each if each.isprintable() else " " for each in " ".join(text.split()))[
        :SUBJECT_CHARACTERS
    ]


def _line(relay: Relay, trust: ssl.SSLContext) -> smtplib.SMTP:
    if relay.security is Security.TLS:
        return smtplib.SMTP_SSL(relay.host, relay.port, timeout=SECONDS, context=trust)
    return smtplib.SMTP(relay.host, relay.port, timeout=SECONDS)


def _sign_in(line: smtplib.SMTP, user: str, password: str) -> None:
    if "PLAIN" not in line.esmtp_features.get("auth", "").upper().split():
        line.login(user, password)
        return
    # Once and in UTF-8, as RFC 4616 says; smtplib would write ASCII alone, and try a wrong password in every way.
    token = base64.b64encode(f"\0{user}\0{password}".encode()).decode("ascii")
    code, said = line.docmd("AUTH", f"PLAIN {token}")
    if code != SIGNED_IN:
        raise smtplib.SMTPAuthenticationError(code, said)


def _said(code: int, said: bytes | str) -> str:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    # Servers repeat whom they refuse; our logs and lists of faults name no person.
    return f"{code} {_ADDRESS.sub('(address)', one_line(words))}"


def _in_lines(text: str) -> str:
    return (
        "\n".join("".join(c for c in line if c.isprintable() or c == "\t") for line in text.splitlines())
        + "\n"
    )
