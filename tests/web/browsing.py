"""A browser without JavaScript: follows links, sends forms with their token."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from content_map.models import User

TOKEN = "a-token-of-the-session"


@dataclass(frozen=True, slots=True)
class Browser:
    """One person's session."""

    client: FlaskClient
    person: User

    @classmethod
    def of(cls, client: FlaskClient, person: User) -> Browser:
        with client.session_transaction() as session:
            session.update(user=person.id, epoch=person.session_epoch, csrf=TOKEN)
        return cls(client, person)

    def get(self, path: str, **given: Any) -> TestResponse:
        return self.client.get(path, **given)

    def post(self, path: str, **fields: Any) -> TestResponse:
        """Send a form; a redirect is not followed."""
        return self.client.post(path, data={"_csrf": TOKEN, **fields})

    def follow(self, path: str, **fields: Any) -> TestResponse:
        """Send a form and go where it leads."""
        return self.client.post(path, data={"_csrf": TOKEN, **fields}, follow_redirects=True)


def text_of(answer: TestResponse) -> str:
    """The words of a page, without tags, in one line."""
    return " ".join(re.sub(r"<[^>]*>", " ", answer.get_data(as_text=True)).split())
