"""Bodies that nobody will take: they are refused before they are read, whatever the request says of itself."""

from __future__ import annotations

import io

import pytest
from flask.testing import FlaskClient

from content_map.api import _frame
from tests.api.calls import API, assert_problem

pytestmark = pytest.mark.once

FORM = "multipart/form-data; boundary=x"


class Unread(io.RawIOBase):
    """A body that must not be asked for."""

    def readable(self) -> bool:
        return True

    def readinto(self, _buffer: object) -> int:
        raise AssertionError("the body was read")


@pytest.mark.parametrize(
    ("path", "status"),
    [("/assets", 403), ("/imports", 403), ("/imports/vocabulary", 403), ("/usage", 413), ("/uploads", 403)],
)
def test_a_repeatable_request_that_one_may_not_make_is_refused_unread(
    rep: FlaskClient, path: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_frame, "JSON_BYTES", 1_000)

    refused = rep.post(
        f"{API}{path}",
        content_type=FORM,
        headers={"Idempotency-Key": "once"},
        environ_overrides={"wsgi.input": Unread(), "CONTENT_LENGTH": str(50_000)},
    )

    assert_problem(refused, status)
