"""Usage that can be trusted: shares, counters, corrections, frozen reports, the docket, and requests with owners."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from content_map.db import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_REACHES = (
    "kind IN ('open', 'download', 'use', 'share_created', 'tailored')"
    " AND (excluded_reason IS NULL OR excluded_reason <> 'corrected')"
)
_AT_ONCE = 1_000
_REASONS = ["own", "not_sales", "bot", "scanner", "unfurl", "prefetch", "test_account", "agent", "repeat"]
_OF_FEW = [
    ("ix_usage_events_uses", ["occurred_at"], "kind IN ('download', 'share_created', 'tailored', 'use')"),
    ("ix_usage_events_outcomes", ["account_id", "conversation", "actor_id"], "kind = 'outcome'"),
]


def upgrade() -> None:
    """Add tables and columns; the events may also have been taken back by their authors."""
    op.create_table(
        "count_marks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asset_id", sa.String(length=32), nullable=False),
        sa.Column("occurred_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_marks")),
    )
    op.create_index("ix_count_marks_occurred_at", "count_marks", ["occurred_at"], unique=False)

    op.create_table(
        "report_mails",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("report", sa.String(length=60), nullable=False),
        sa.Column("cadence", sa.String(length=10), nullable=False),
        sa.Column("attach", sa.String(length=10), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("sent_for", sa.String(length=10), nullable=True),
        sa.CheckConstraint(
            "cadence IN ('weekly', 'monthly', 'quarterly')", name=op.f("ck_report_mails_cadence")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_report_mails_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_mails")),
        sa.UniqueConstraint("user_id", "report", name=op.f("uq_report_mails_user_id_report")),
    )
    op.create_index("ix_report_mails_cadence", "report_mails", ["cadence"], unique=False)

    op.create_table(
        "report_runs",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("report", sa.String(length=60), nullable=False),
        sa.Column("quarter", sa.String(length=7), nullable=False),
        sa.Column("frozen_at", UTCDateTime(), nullable=False),
        sa.Column("frozen_by", sa.String(length=32), nullable=True),
        sa.Column("code_version", sa.String(length=60), nullable=False),
        sa.Column("definitions", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["frozen_by"], ["users.id"], name=op.f("fk_report_runs_frozen_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_runs")),
        sa.UniqueConstraint("report", "quarter", name=op.f("uq_report_runs_report_quarter")),
    )
    op.create_table(
        "asset_quarters",
        sa.Column("quarter", sa.String(length=7), nullable=False),
        sa.Column("asset_id", sa.String(length=32), nullable=False),
        sa.Column("impressions", sa.Integer(), nullable=False),
        sa.Column("near_top_impressions", sa.Integer(), nullable=False),
        sa.Column("near_top_reps", sa.Integer(), nullable=False),
        sa.Column("reps", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("bare_downloads", sa.Integer(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("outcomes_reached", sa.Integer(), nullable=False),
        sa.Column("accounts", sa.Integer(), nullable=False),
        sa.Column("users", sa.Integer(), nullable=False),
        sa.Column("customer_views", sa.Integer(), nullable=False),
        sa.Column("sent_or_tailored", sa.Integer(), nullable=False),
        sa.Column("logged_by_hand", sa.Integer(), nullable=False),
        sa.Column("by_api", sa.Integer(), nullable=False),
        sa.Column("feedback", sa.JSON(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_asset_quarters_asset_id_assets")),
        sa.PrimaryKeyConstraint("quarter", "asset_id", name=op.f("pk_asset_quarters")),
    )
    op.create_index("ix_asset_quarters_asset_id", "asset_quarters", ["asset_id"], unique=False)

    op.create_table(
        "docket_items",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("quarter", sa.String(length=7), nullable=False),
        sa.Column("asset_id", sa.String(length=32), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("marketing_choice", sa.String(length=10), nullable=True),
        sa.Column("marketing_by", sa.String(length=32), nullable=True),
        sa.Column("marketing_at", UTCDateTime(), nullable=True),
        sa.Column("sales_choice", sa.String(length=10), nullable=True),
        sa.Column("sales_by", sa.String(length=32), nullable=True),
        sa.Column("sales_at", UTCDateTime(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("successor_id", sa.String(length=32), nullable=True),
        sa.Column("settled_choice", sa.String(length=10), nullable=True),
        sa.Column("settled_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "marketing_choice IN ('keep', 'fix', 'teach', 'retire')",
            name=op.f("ck_docket_items_marketing_choice"),
        ),
        sa.CheckConstraint(
            "sales_choice IN ('keep', 'fix', 'teach', 'retire')", name=op.f("ck_docket_items_sales_choice")
        ),
        sa.CheckConstraint(
            "settled_choice IN ('keep', 'fix', 'teach', 'retire')",
            name=op.f("ck_docket_items_settled_choice"),
        ),
        sa.CheckConstraint(
            "stage IN ('never-surfaced', 'barely-surfaced', 'passed-over', 'opened-not-used', 'used', 'used-with-outcome')",
            name=op.f("ck_docket_items_stage"),
        ),
        sa.CheckConstraint(
            "settled_choice IS NULL OR (settled_choice = marketing_choice AND settled_choice = sales_choice)",
            name=op.f("ck_docket_items_settled_by_both"),
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_docket_items_asset_id_assets")),
        sa.ForeignKeyConstraint(
            ["marketing_by"], ["users.id"], name=op.f("fk_docket_items_marketing_by_users")
        ),
        sa.ForeignKeyConstraint(["sales_by"], ["users.id"], name=op.f("fk_docket_items_sales_by_users")),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["assets.id"], name=op.f("fk_docket_items_successor_id_assets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_docket_items")),
        sa.UniqueConstraint("quarter", "asset_id", name=op.f("uq_docket_items_quarter_asset_id")),
    )
    op.create_index("ix_docket_items_asset_id", "docket_items", ["asset_id"], unique=False)

    op.create_table(
        "person_quarters",
        sa.Column("quarter", sa.String(length=7), nullable=False),
        sa.Column("asset_id", sa.String(length=32), nullable=False),
        sa.Column("actor_id", sa.String(length=32), nullable=False),
        sa.Column("impressions", sa.Integer(), nullable=False),
        sa.Column("near_top_impressions", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("bare_downloads", sa.Integer(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("outcomes_reached", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_person_quarters_actor_id_users")),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_person_quarters_asset_id_assets")),
        sa.PrimaryKeyConstraint("quarter", "asset_id", "actor_id", name=op.f("pk_person_quarters")),
    )
    op.create_index(
        "ix_person_quarters_quarter_actor_id", "person_quarters", ["quarter", "actor_id"], unique=False
    )

    op.create_table(
        "report_run_files",
        sa.Column("run_id", sa.String(length=32), nullable=False),
        sa.Column("ending", sa.String(length=10), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["report_runs.id"],
            name=op.f("fk_report_run_files_run_id_report_runs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("run_id", "ending", name=op.f("pk_report_run_files")),
    )
    op.create_table(
        "shares",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("password_hash", sa.String(length=500), nullable=True),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.Column("revoked_by", sa.String(length=32), nullable=True),
        sa.CheckConstraint("expires_at > made_at", name=op.f("ck_shares_order")),
        sa.CheckConstraint("version IS NULL OR version >= 1", name=op.f("ck_shares_version")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_shares_account_id_accounts")),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_shares_made_by_users")),
        sa.ForeignKeyConstraint(["revoked_by"], ["users.id"], name=op.f("fk_shares_revoked_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shares")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_shares_token_hash")),
    )
    op.create_index("ix_shares_account_id_made_at", "shares", ["account_id", "made_at"], unique=False)
    op.create_index("ix_shares_made_by_made_at", "shares", ["made_by", "made_at"], unique=False)

    op.create_table(
        "tasks",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("asset_id", sa.String(length=32), nullable=False),
        sa.Column("quarter", sa.String(length=7), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("assignee_id", sa.String(length=32), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("done_at", UTCDateTime(), nullable=True),
        sa.Column("done_by", sa.String(length=32), nullable=True),
        sa.Column("taught_on", sa.Date(), nullable=True),
        sa.Column("reps_reached", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('fix', 'retag', 'retitle', 'guide', 'teach', 'ask')", name=op.f("ck_tasks_kind")
        ),
        sa.CheckConstraint("side IN ('marketing', 'sales', 'both')", name=op.f("ck_tasks_side")),
        sa.CheckConstraint("(done_at IS NULL) = (done_by IS NULL)", name=op.f("ck_tasks_done")),
        sa.CheckConstraint("reps_reached IS NULL OR reps_reached >= 0", name=op.f("ck_tasks_reps_reached")),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_tasks_asset_id_assets")),
        sa.ForeignKeyConstraint(["assignee_id"], ["users.id"], name=op.f("fk_tasks_assignee_id_users")),
        sa.ForeignKeyConstraint(["done_by"], ["users.id"], name=op.f("fk_tasks_done_by_users")),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_tasks_made_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    op.create_index("ix_tasks_asset_id", "tasks", ["asset_id"], unique=False)
    op.create_index("ix_tasks_assignee_id", "tasks", ["assignee_id"], unique=False)
    op.create_index("ix_tasks_done_at_due_on", "tasks", ["done_at", "due_on"], unique=False)
    op.create_index(
        "uq_tasks_open",
        "tasks",
        ["asset_id", "kind"],
        unique=True,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )

    op.create_table(
        "shared_assets",
        sa.Column("share_id", sa.String(length=32), nullable=False),
        sa.Column("asset_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_shared_assets_asset_id_assets")),
        sa.ForeignKeyConstraint(
            ["share_id"], ["shares.id"], name=op.f("fk_shared_assets_share_id_shares"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("share_id", "asset_id", name=op.f("pk_shared_assets")),
    )
    op.create_index("ix_shared_assets_asset_id", "shared_assets", ["asset_id"], unique=False)

    op.create_table(
        "usage_corrections",
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("replaced_by", sa.String(length=36), nullable=True),
        sa.Column("was_excluded", sa.String(length=20), nullable=True),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["usage_events.id"], name=op.f("fk_usage_corrections_event_id_usage_events")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_usage_corrections_made_by_users")),
        sa.ForeignKeyConstraint(
            ["replaced_by"], ["usage_events.id"], name=op.f("fk_usage_corrections_replaced_by_usage_events")
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_usage_corrections")),
    )
    op.create_index("ix_usage_corrections_replaced_by", "usage_corrections", ["replaced_by"], unique=False)

    with op.batch_alter_table("requests") as batch:
        batch.add_column(sa.Column("owner_id", sa.String(length=32), nullable=True))
        batch.add_column(sa.Column("due_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("terms", sa.JSON(), server_default="[]", nullable=False))
        batch.add_column(sa.Column("filled_at", UTCDateTime(), nullable=True))
        batch.create_index(op.f("ix_requests_owner_id"), ["owner_id"], unique=False)
        batch.create_foreign_key(op.f("fk_requests_owner_id_users"), "users", ["owner_id"], ["id"])
    op.execute("UPDATE requests SET filled_at = updated_at WHERE status = 'filled'")
    _add_asked_terms()
    _hold_reasons_to([*_REASONS, "corrected"])
    op.create_index(
        "ix_usage_events_share_id",
        "usage_events",
        ["share_id"],
        unique=False,
        sqlite_where=sa.text("share_id IS NOT NULL"),
        postgresql_where=sa.text("share_id IS NOT NULL"),
    )
    op.create_index(
        "ix_usage_events_reaching",
        "usage_events",
        ["search_id"],
        unique=False,
        sqlite_where=sa.text(_REACHES),
        postgresql_where=sa.text(_REACHES),
    )
    for name, columns, where in _OF_FEW:
        op.create_index(
            name, "usage_events", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
        )


def downgrade() -> None:
    """Take all of it away again; what was taken back counts again."""
    op.execute(
        "UPDATE usage_events SET excluded_reason = (SELECT was_excluded FROM usage_corrections"
        " WHERE usage_corrections.event_id = usage_events.id) WHERE excluded_reason = 'corrected'"
    )
    op.drop_index("ix_usage_events_share_id", table_name="usage_events")
    op.drop_index("ix_usage_events_reaching", table_name="usage_events")
    for name, _, _ in _OF_FEW:
        op.drop_index(name, table_name="usage_events")
    op.drop_index("ix_searches_asked_terms_asked_at", table_name="searches")
    with op.batch_alter_table("searches") as batch:
        batch.drop_column("asked_terms")
    op.drop_table("usage_corrections")  # it refers to the events, which are about to be rebuilt
    _hold_reasons_to(_REASONS)
    with op.batch_alter_table("requests") as batch:
        batch.drop_constraint(op.f("fk_requests_owner_id_users"), type_="foreignkey")
        batch.drop_index(op.f("ix_requests_owner_id"))
        for column in ("filled_at", "terms", "due_on", "owner_id"):
            batch.drop_column(column)
    for table in (
        "shared_assets",
        "tasks",
        "shares",
        "report_run_files",
        "person_quarters",
        "docket_items",
        "asset_quarters",
        "report_runs",
        "report_mails",
        "count_marks",
    ):
        op.drop_table(table)


def _hold_reasons_to(reasons: list[str]) -> None:
    listed = ", ".join(f"'{reason}'" for reason in reasons)
    with op.batch_alter_table("usage_events") as batch:
        batch.drop_constraint(op.f("ck_usage_events_excluded_reason"), type_="check")
        batch.create_check_constraint(
            op.f("ck_usage_events_excluded_reason"), f"excluded_reason IN ({listed})"
        )


def _add_asked_terms() -> None:
    """Write each search's terms in one comparable text, as `domain/gaps.asked_for` does for new ones."""
    with op.batch_alter_table("searches") as batch:
        batch.add_column(sa.Column("asked_terms", sa.Text(), server_default="", nullable=False))
    op.create_index("ix_searches_asked_terms_asked_at", "searches", ["asked_terms", "asked_at"], unique=False)
    searches = sa.table(
        "searches", sa.column("id"), sa.column("recognised", sa.JSON()), sa.column("asked_terms")
    )
    connection = op.get_bind()
    after = ""
    while rows := connection.execute(
        sa.select(searches.c.id, searches.c.recognised)
        .where(searches.c.id > after)
        .order_by(searches.c.id)
        .limit(_AT_ONCE)
    ).all():
        after = rows[-1].id
        said = [{"at": row.id, "terms": _terms(row.recognised or [])} for row in rows]
        if written := [each for each in said if each["terms"]]:
            change = sa.update(searches).where(searches.c.id == sa.bindparam("at"))
            connection.execute(change.values(asked_terms=sa.bindparam("terms")), written)


def _terms(chips: list[dict[str, Any]]) -> str:
    kept = [chip for chip in chips if not chip.get("negated")]
    return "\n".join(
        sorted(
            {
                f"{chip['facet']}:{chip.get('term') or ' '.join(str(chip.get('name', '')).casefold().split())}"
                for chip in kept
            }
        )
    )
