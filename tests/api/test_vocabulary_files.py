"""The vocabulary as a file over HTTP."""

from __future__ import annotations

import csv
import io

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from content_map.db import Sessions
from content_map.models import Job
from tests.api.calls import API, assert_problem, pointers, upload
from tests.factories import make_term

pytestmark = pytest.mark.usefixtures("words")

HEAD = "facet,key,name,aliases\n"


def _send(client: FlaskClient, rows: str, **fields: str) -> TestResponse:
    file = (io.BytesIO((HEAD + rows).encode()), "vocabulary.csv")
    return client.post(f"{API}/imports/vocabulary", data={"file": file, **fields})


def _export(client: FlaskClient) -> list[list[str]]:
    answer = client.get(f"{API}/exports/vocabulary.csv")
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


def test_export_names_every_term_and_its_import_changes_nothing(marketer: FlaskClient) -> None:
    rows = _export(marketer)

    again = _send(marketer, "\n".join(",".join(row) for row in rows[1:]))

    assert rows == [
        ["facet", "key", "name", "aliases"],
        ["industry", "healthcare", "Healthcare", "clinics;hospitals"],
        ["industry", "logistics", "Logistics", "freight"],
        ["pain", "late-deliveries", "Late deliveries", "late orders"],
    ]
    assert again.json == {"created": 0, "changed": 0, "unchanged": 3, "rejected": []}


def test_formulas_are_escaped_on_the_way_out_and_come_back_as_they_were(
    marketer: FlaskClient, sessions: Sessions
) -> None:
    with sessions.write() as session:
        make_term(session, "goal", "sum", "=SUM(A1)")

    row = next(row for row in _export(marketer) if row[1] == "sum")

    assert row == ["goal", "sum", "'=SUM(A1)", ""]
    assert _send(marketer, "goal,sum,'=SUM(A1),").json["unchanged"] == 1


def test_import_adds_and_changes_and_leaves_index_jobs(marketer: FlaskClient, sessions: Sessions) -> None:
    upload(marketer, terms=["industry:logistics"])

    done = _send(marketer, "industry,logistics,Freight,haulage\npain,,Slow work,delays;waiting\n").json

    assert done == {"created": 1, "changed": 1, "unchanged": 0, "rejected": []}
    assert ["industry", "logistics", "Freight", "haulage"] in _export(marketer)
    assert ["pain", "slow-work", "Slow work", "delays;waiting"] in _export(marketer)
    with sessions.read() as session:
        assert session.query(Job).filter(Job.kind == "index-term").count() == 1


def test_dry_run_lists_the_rows_and_stores_nothing(marketer: FlaskClient) -> None:
    looked = _send(marketer, "pain,,New,\nindustry,care,Care,freight\ncolour,,Red,\n", dry_run="true")

    assert looked.status_code == 200
    assert looked.json["rejected"] == [
        {
            "index": 1,
            "detail": "“freight” is an alias of Logistics. Remove it there first, or merge the two.",
        },
        {
            "index": 2,
            "detail": "There is no facet 'colour'. The facets are industry, function, seniority, size, region, "
            "pain, goal, competitor, product.",
        },
    ]
    assert len(_export(marketer)) == 4


def test_one_bad_row_keeps_all_others_out(marketer: FlaskClient) -> None:
    answer = _send(marketer, "pain,,New,\nindustry,care,Care,freight\n")

    assert pointers(assert_problem(answer, 422)) == ["/1/aliases"]
    assert len(_export(marketer)) == 4


def test_reps_neither_export_nor_import(rep: FlaskClient) -> None:
    assert_problem(rep.get(f"{API}/exports/vocabulary.csv"), 403)
    assert_problem(_send(rep, "pain,,New,\n"), 403)
