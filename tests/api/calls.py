"""Calls that many tests make."""

from __future__ import annotations

import io
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

API = "/api/v1"


def upload(client: FlaskClient, text: str = "Late deliveries cost trust.", **fields: Any) -> TestResponse:
    """Upload a text file; a file name and form fields may be given."""
    name = fields.pop("name", "note.txt")
    headers = fields.pop("headers", {})
    form = {"file": (io.BytesIO(text.encode() if isinstance(text, str) else text), name), **fields}
    return client.post(f"{API}/assets", data=form, content_type="multipart/form-data", headers=headers)
