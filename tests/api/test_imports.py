"""Tables of assets over HTTP: a dry run lists every row's problem, an import takes all rows or none, twice is once."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.api.calls import API, assert_problem, pointers, upload

PATH = f"{API}/imports"
GUIDE, PRICES = "https://example.com/guide", "https://example.com/prices"

pytestmark = pytest.mark.usefixtures("words")


def _import(client: FlaskClient, table: str | bytes, **fields: str) -> TestResponse:
    content = table.encode() if isinstance(table, str) else table
    data = {"file": (io.BytesIO(content), "assets.csv"), **fields}
    return client.post(PATH, data=data, content_type="multipart/form-data")


def _counts(answer: TestResponse) -> tuple[int, int, int]:
    body = answer.json
    if answer.status_code != 200 or body["rejected"]:
        raise ValueError(answer.get_data(as_text=True))
    return body["created"], body["changed"], body["unchanged"]


def _assets(client: FlaskClient) -> dict[str, dict[str, Any]]:
    return {each["external_id"] or each["id"]: each for each in client.get(f"{API}/assets").json["items"]}


def _export(client: FlaskClient) -> list[dict[str, str]]:
    text = client.get(f"{API}/exports/assets.csv").get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_rows_become_assets_with_everything_they_say(marketer: FlaskClient, admin: FlaskClient) -> None:
    table = (
        "external_id,title,conversation,url_or_path,owner_email,audience,language,industry,pain,"
        "publish_at,expires_at,review_by,summary\n"
        f"cms-1,The guide,3,{GUIDE},ADA@example.com,internal,German,hospitals;logistics,Late deliveries,"
        '2027-01-05 09:00,2027-06-30,2027-03-01,"First line\nsecond line"\n'
    )

    answer = _import(marketer, table)

    made = _assets(marketer)["cms-1"]
    assert _counts(answer) == (1, 0, 0)
    assert (made["title"], made["conversation"], made["audience"]) == (
        "The guide",
        "relevant-meeting",
        "internal",
    )
    assert sorted(made["terms"]) == ["industry:healthcare", "industry:logistics", "pain:late-deliveries"]
    assert (made["kind"], made["state"], made["status"]) == ("link", "processing", "published")
    assert made["publish_at"] == "2027-01-05T09:00:00.000Z"
    assert made["expires_at"] == "2027-06-30T00:00:00.000Z"
    assert (made["review_by"], made["summary"]) == ("2027-03-01", "First line\nsecond line")
    assert made["owner"]["id"] == admin.get(f"{API}/me").json["id"]


def test_the_same_table_again_changes_nothing(marketer: FlaskClient) -> None:
    table = (
        "external_id,title,conversation,url_or_path,industry,publish_at,language\n"
        f"cms-1,The guide,point-of-view,{GUIDE},Healthcare,2027-01-05,en\n"
        f",Prices,,{PRICES},,,\n"
    )

    first, revisions = _import(marketer, table), {}
    for name, each in _assets(marketer).items():
        revisions[name] = each["updated_at"]
    second = _import(marketer, table)

    assert _counts(first) == (2, 0, 0)
    assert _counts(second) == (0, 0, 2)
    assert {name: each["updated_at"] for name, each in _assets(marketer).items()} == revisions


def test_known_external_id_changes_only_what_its_cells_say(marketer: FlaskClient) -> None:
    made = upload(
        marketer, "A file of ours.", external_id="cms-1", title="Old title", summary="Kept",
        conversation="point-of-view", terms="industry:healthcare",
    ).json  # fmt: skip

    answer = _import(marketer, "external_id,title,summary,pain,conversation\ncms-1,New title,,late orders,\n")

    after = marketer.get(f"{API}/assets/{made['id']}").json
    assert _counts(answer) == (0, 1, 0)
    assert (after["title"], after["summary"], after["conversation"]) == ("New title", "Kept", "point-of-view")
    assert sorted(after["terms"]) == ["industry:healthcare", "pain:late-deliveries"]


def test_a_dash_clears_and_a_facet_that_is_named_is_replaced(marketer: FlaskClient) -> None:
    upload(
        marketer, "A file of ours.", external_id="cms-1", summary="Gone soon", conversation="point-of-view",
        terms="industry:healthcare",
    )  # fmt: skip

    _import(marketer, "external_id,summary,conversation,industry\ncms-1,-,-,logistics\n")
    between = _assets(marketer)["cms-1"]
    _import(marketer, "external_id,industry\ncms-1,-\n")

    assert (between["summary"], between["conversation"], between["terms"]) == (
        None,
        None,
        ["industry:logistics"],
    )
    assert _assets(marketer)["cms-1"]["terms"] == []


def test_dry_run_lists_every_rows_problem_and_stores_nothing(marketer: FlaskClient, rep: FlaskClient) -> None:
    table = (
        "external_id,title,conversation,url_or_path,owner_email,audience,language,industry,publish_at,review_by\n"
        f"a,A,closing-the-deal,{GUIDE}/a,,,,,,\n"
        f"b,B,,{GUIDE}/b,mia@exmple.com,,,,,\n"
        f"c,C,,{GUIDE}/c,rita@example.com,,,,,\n"
        f"d,D,,{GUIDE}/d,,everybody,,,,\n"
        f"e,E,,{GUIDE}/e,,,Klingon-ish,,,\n"
        f"f,F,,{GUIDE}/f,,,,helthcare,,\n"
        f"g,G,,{GUIDE}/g,,,,,2027-01-05,\n"
        f"h,H,,{GUIDE}/h,,,,,,31.12.2027\n"
        f"a,A again,,{GUIDE}/i,,,,,,\n"
        f"j,J,,{GUIDE}/b,,,,,,\n"
        "k,K,,,,,,,,\n"
        ",L,,,,,,,,\n"
        "m,M,,marketing/m.pdf,,,,,,\n"
        "n,N,,http://127.0.0.1/admin,,,,,,\n"
        f"o,O,point-of-view,{GUIDE}/o,,,,,2020-01-01,\n"
        f"p,P,2,{GUIDE}/p,,,,,,\n"
    )  # fmt: skip

    answer = _import(marketer, table, dry_run="true").json
    refused = assert_problem(_import(marketer, table), 422)

    said = {
        (each["row"], problem["column"]): problem["detail"]
        for each in answer["rejected"]
        for problem in each["problems"]
    }
    expected = {
        (2, "conversation"): "none of the five conversations",
        (3, "owner_email"): "Nobody here has the address 'mia@exmple.com'. Did you mean mia@example.com?",
        (4, "owner_email"): "Rita Rep cannot own an asset",
        (5, "audience"): "'everybody' is not one of customer or internal",
        (6, "language"): "is no language",
        (7, "industry"): "There is no industry 'helthcare'. Did you mean Healthcare?",
        (8, "conversation"): "Choose one of the five conversations before publishing",
        (9, "review_by"): "'31.12.2027' is no day",
        (10, "external_id"): "Row 2 has the same external id",
        (11, "url_or_path"): "Row 3 names the same",
        (12, "external_id"): "There is no asset with the external id 'k'",
        (13, "external_id"): "Without an external id",
        (14, "url_or_path"): "No folder of the bucket is set up",
        (15, "url_or_path"): "",
        (16, "publish_at"): "Only an admin may set a publishing time in the past",
    }
    assert said.keys() == expected.keys()
    assert {place: detail for place, detail in said.items() if expected[place] not in detail} == {}
    assert answer["rejected"][0]["index"] == 0
    assert (answer["created"], answer["run"]) == (1, None)
    assert pointers(refused) == [f"/{row - 2}/{column}" for row, column in expected]
    assert _assets(marketer) == {}


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (b"external_id,titel\na,b\n", "There is no column 'titel'. Did you mean title?"),
        (b"", "no rows"),
        (b"external_id,title\n", "no rows"),
        (b"external_id,title\n\xff,b\n", "not UTF-8"),
        (b"external_id,title\na,b,c\n", "more cells than the heading"),
    ],
)
def test_what_is_no_table_of_assets_is_told(marketer: FlaskClient, table: bytes, sentence: str) -> None:
    for dry_run in ("true", "false"):
        problem = assert_problem(_import(marketer, table, dry_run=dry_run), 422)

        assert pointers(problem) == ["/file"]
        assert sentence in problem["detail"]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_tables_of_every_spreadsheet_are_read(marketer: FlaskClient, between: str, mark: bytes) -> None:
    rows = [["external_id", "title", "url_or_path"], ["a", "Ä title", GUIDE]]

    answer = _import(marketer, mark + "\r\n".join(between.join(row) for row in rows).encode())

    assert _counts(answer) == (1, 0, 0)
    assert _assets(marketer)["a"]["title"] == "Ä title"


def test_formulas_are_text_and_come_back_as_they_were(marketer: FlaskClient) -> None:
    table = f'external_id,title,url_or_path,summary\n@id,"=HYPERLINK(""http://x"")",{GUIDE},+1 more\n'

    _import(marketer, table)
    exported = _export(marketer)[0]
    again = _import(marketer, marketer.get(f"{API}/exports/assets.csv").get_data())

    made = _assets(marketer)["@id"]
    assert (made["title"], made["summary"]) == ('=HYPERLINK("http://x")', "+1 more")
    assert (exported["external_id"], exported["summary"]) == ("'@id", "'+1 more")
    assert exported["title"].startswith("'=")
    assert _counts(again) == (0, 0, 1)


def test_export_edit_import_changes_only_the_edit(marketer: FlaskClient) -> None:
    upload(
        marketer,
        "A file of ours.",
        external_id="cms-1",
        title="File",
        conversation="right-people",
        publish="true",
    )
    upload(marketer, "Another file.", title="Without an external id", terms="industry:healthcare")
    _import(marketer, f"external_id,title,url_or_path\ncms-2,Link,{GUIDE}\n")
    table = marketer.get(f"{API}/exports/assets.csv").get_data().decode("utf-8-sig")

    untouched = _import(marketer, table)
    edited = _import(marketer, table.replace("Without an external id", "With a better title"))

    assert table.splitlines()[0] == (
        "external_id,title,conversation,url_or_path,owner_email,audience,language,industry,function,seniority,size,"
        "region,pain,goal,competitor,product,publish_at,expires_at,review_by,summary"
    )
    assert _counts(untouched) == (0, 0, 3)
    assert _counts(edited) == (0, 1, 2)
    assert {each["title"] for each in _assets(marketer).values()} == {"File", "With a better title", "Link"}


def test_another_address_makes_a_new_version(marketer: FlaskClient) -> None:
    _import(marketer, f"external_id,url_or_path\ncms-1,{GUIDE}\n")

    answer = _import(marketer, f"external_id,url_or_path\ncms-1,{PRICES}\n")

    assert _counts(answer) == (0, 1, 0)
    assert _assets(marketer)["cms-1"]["version"] == 2
    assert _export(marketer)[0]["url_or_path"] == PRICES


def test_place_that_another_asset_has_is_told(marketer: FlaskClient) -> None:
    _import(marketer, f"external_id,title,url_or_path\ncms-1,The guide,{GUIDE}\n")

    problem = assert_problem(_import(marketer, f"external_id,url_or_path\ncms-2,{GUIDE}\n"), 422)

    assert (
        "in the library already as “The guide”, with the external id 'cms-1'"
        in problem["errors"][0]["detail"]
    )


def test_row_finds_its_asset_by_address_and_gives_it_an_external_id(marketer: FlaskClient) -> None:
    _import(marketer, f"title,url_or_path\nThe guide,{GUIDE}\n")

    answer = _import(marketer, f"external_id,url_or_path\ncms-1,{GUIDE}\n")

    assert _counts(answer) == (0, 1, 0)
    assert list(_assets(marketer)) == ["cms-1"]


def test_only_marketing_imports_and_exports(rep: FlaskClient, analyst: FlaskClient) -> None:
    for client in (rep, analyst):
        assert_problem(_import(client, f"title,url_or_path\nA,{GUIDE}\n", dry_run="true"), 403)
        assert_problem(client.get(f"{API}/exports/assets.csv"), 403)


def test_import_is_in_the_audit_trail_row_by_row(marketer: FlaskClient, admin: FlaskClient) -> None:
    _import(marketer, f"external_id,title,url_or_path\ncms-1,The guide,{GUIDE}\n")
    _import(marketer, "external_id,title\ncms-1,A better guide\n")

    actions = [each["action"] for each in admin.get(f"{API}/audit").json["items"]]

    assert actions[:4] == ["assets.imported", "asset.changed", "assets.imported", "asset.created"]
