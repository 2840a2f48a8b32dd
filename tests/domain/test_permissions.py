from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from content_map.domain.assets import Audience, Status
from content_map.domain.people import Actor, Role
from content_map.domain.permissions import (
    AssetFacts,
    Right,
    allows,
    may_reach_customers,
    may_see,
    require,
    rights_of,
)
from content_map.errors import NotAllowed

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def actor(role):
    return Actor("u1", "a@b.example", "A", role, None)


def asset(status=Status.PUBLISHED, publish_at=None, expires_at=None, audience=Audience.CUSTOMER):
    return AssetFacts(status, publish_at, expires_at, audience)


LIVE, DRAFT, ARCHIVED = asset(), asset(Status.DRAFT), asset(Status.ARCHIVED)
SCHEDULED, EXPIRED = asset(publish_at=NOW + DAY), asset(expires_at=NOW)


def test_an_admin_may_do_everything_any_role_may():
    assert rights_of(Role.ADMIN) == frozenset(Right)


def test_a_manager_is_a_rep_who_sees_more():
    assert rights_of(Role.REP) < rights_of(Role.MANAGER)


@pytest.mark.parametrize(
    ("right", "roles"),
    [
        (Right.SEARCH, set(Role)),
        (Right.RECORD_USAGE, set(Role)),
        (Right.UPLOAD, {Role.MARKETER, Role.ADMIN}),
        (Right.SHARE, {Role.REP, Role.MANAGER, Role.MARKETER, Role.ADMIN}),
        (Right.FREEZE_REPORTS, {Role.ANALYST, Role.ADMIN}),
        (Right.SEE_TEAM_REPORTS, {Role.MANAGER, Role.ANALYST, Role.ADMIN}),
        (Right.IMPORT_USAGE, {Role.ADMIN}),
        (Right.MANAGE_USERS, {Role.ADMIN}),
    ],
)
def test_rights_are_held_by_the_roles_of_the_contract(right, roles):
    assert {role for role in Role if allows(actor(role), right)} == roles


def test_a_refusal_names_who_can():
    with pytest.raises(NotAllowed) as refused:
        require(actor(Role.REP), Right.UPLOAD)

    assert (
        refused.value.detail == "Only a marketer or an admin may upload assets; you are signed in as a rep."
    )


def test_a_held_right_passes():
    require(actor(Role.MARKETER), Right.UPLOAD)


@pytest.mark.parametrize(
    ("what", "roles"),
    [
        (LIVE, set(Role)),
        (asset(audience=Audience.INTERNAL), set(Role)),
        (DRAFT, {Role.MARKETER, Role.ADMIN}),
        (SCHEDULED, {Role.MARKETER, Role.ADMIN}),
        (ARCHIVED, {Role.MARKETER, Role.ANALYST, Role.ADMIN}),
        (EXPIRED, {Role.MARKETER, Role.ANALYST, Role.ADMIN}),
    ],
)
def test_reps_meet_live_assets_only(what, roles):
    assert {role for role in Role if may_see(actor(role), what, NOW)} == roles


def test_only_live_customer_assets_leave_the_company():
    assert may_reach_customers(LIVE, NOW)
    assert not any(
        may_reach_customers(what, NOW)
        for what in (asset(audience=Audience.INTERNAL), DRAFT, SCHEDULED, ARCHIVED, EXPIRED)
    )
