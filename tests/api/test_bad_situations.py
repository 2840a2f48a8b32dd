"""Whatever stands in a situation: an answer or a sentence that says what is wrong, never a failure."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog
from flask.testing import FlaskClient

from content_map import logs
from content_map.db import Sessions
from content_map.worker import Worker
from tests.api.calls import API, assert_problem, pointers
from tests.factories import make_asset

pytestmark = pytest.mark.usefixtures("words", "library")

ANSWERED = {
    "empty": "",
    "only stop words": "and the of to with from",
    "only emoji": "🚑🏥🙂👩‍⚕️",
    "right to left": "مستشفى كبير يريد تقليل وقت التوقف",
    "an embedded direction": "hospital \u202edeliveries\u202c late",
    "parentheses": "(" * 1_000 + ")" * 1_000,
    "wildcards": "*a* d?liver* late~2 ^3",
    "a range": "[a TO z] {deliveries TO late}",
    "query words": "deliveries AND NOT (late OR) AND",
    "field names": "title:deliveries all:late facts:*",
    "SQL": "'; DROP TABLE assets; -- deliveries",
    "a script": "<script>alert('late')</script> deliveries",
    "a template": "{{ 7*7 }} ${7*7} deliveries %s %n",
    "one long word": "d" * 2_000,
    "500 terms": " ".join(f"t{number:03}" for number in range(400)),
    "letters with many marks": "d" + "\u0301" * 1_500,
    "line breaks": "late\ndeliveries\r\nat a\ttherapist",
}


@pytest.fixture
def library(sessions: Sessions, worker: Worker) -> None:
    with sessions.write() as session:
        make_asset(session, title="Hospital deliveries", pages=("Late deliveries <cost> lives.",))
    worker.run_pending()


@pytest.mark.parametrize("text", ANSWERED.values(), ids=ANSWERED)
def test_it_is_answered(rep: FlaskClient, text: str) -> None:
    answer = rep.post(f"{API}/search", json={"situation": text})

    assert answer.status_code == 200
    assert answer.json["notice"] is None
    assert all("<script" not in each["html"] for hit in answer.json["hits"] for each in hit["passages"])


@pytest.mark.parametrize(
    "text",
    ["x" * 2_001, "late deliveries " * 6_400, "x" * 1_000_000, "late\x00deliveries", "\ud800 late"],
    ids=["2,001 characters", "100 kB", "one word of 1 MB", "a zero byte", "half a character"],
)
def test_it_is_refused_by_name(rep: FlaskClient, text: str) -> None:
    problem = assert_problem(rep.post(f"{API}/search", json={"situation": text}), 422)

    assert pointers(problem) == ["/situation"]


def test_five_hundred_chosen_terms_are_refused_by_name(rep: FlaskClient) -> None:
    chosen = [f"industry:term-{number}" for number in range(500)]

    problem = assert_problem(rep.post(f"{API}/search", json={"situation": "late", "term": chosen}), 422)

    assert pointers(problem) == ["/term"]


def test_of_many_unknown_terms_the_nearest_is_offered_for_the_first(rep: FlaskClient) -> None:
    """Each is compared with every name there is: a hundred of them took seconds."""
    chosen = [f"industry:healthcarr-{number}" for number in range(50)]

    problem = assert_problem(rep.post(f"{API}/search", json={"term": chosen, "require": chosen}), 422)

    offered = ["Did you mean" in each["detail"] for each in problem["errors"]]
    assert offered == [True] * 3 + [False] * 97


@pytest.fixture
def heard(rep: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """The log as it is written at INFO; a line of our own proves that it is heard at all."""
    root = logging.getLogger()
    before, level, written = root.handlers[:], root.level, io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    logs.configure("info")

    def read() -> str:
        structlog.get_logger().info("listening")
        if "listening" not in written.getvalue():
            raise RuntimeError("The log is not heard.")
        return written.getvalue().casefold()

    yield read
    structlog.reset_defaults()
    root.handlers[:] = before
    root.setLevel(level)


def test_no_word_of_a_situation_reaches_the_log(rep: FlaskClient, heard: Callable[[], str]) -> None:
    rep.get(f"{API}/search?situation=Zanzibarian+hospital+deliveries&account=Quillfeather")
    rep.post(f"{API}/search", json={"situation": "Zanzibarian hospital", "account": "Quillfeather"})
    rep.post(f"{API}/search", json={"situation": "Zanzibarian" * 500})
    rep.get(f"{API}/suggest?prefix=Zanzibarian")

    log = heard()
    assert "zanzibarian" not in log
    assert "quillfeather" not in log
