"""Content comes in at any size and is kept in order: parts, runs, copies, flags, reminders, undo."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from content_map.db import UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add tables and columns; no table is rebuilt, so nothing that points at one is touched."""
    op.create_table(
        "digests",
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_digests_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", "monday", name=op.f("pk_digests")),
    )
    op.create_table(
        "intakes",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("source", sa.String(length=1024), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("kind IN ('folder', 'objects', 'table')", name=op.f("ck_intakes_kind")),
        sa.CheckConstraint("state IN ('running', 'done', 'stopped')", name=op.f("ck_intakes_state")),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_intakes_created_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intakes")),
    )
    op.create_index("ix_intakes_created_at_id", "intakes", ["created_at", "id"], unique=False)
    op.create_table(
        "undos",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_undos_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undos")),
    )
    op.create_index(op.f("ix_undos_expires_at"), "undos", ["expires_at"], unique=False)
    op.create_table(
        "flags",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("asset_id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("team_id", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("raised_at", UTCDateTime(), nullable=False),
        sa.Column("last_raised_at", UTCDateTime(), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("reps_reached", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "code IN ('wrong_customer', 'outdated', 'do_not_know_how', 'cannot_change', 'helpful', 'used_my_own', 'not_needed', 'meeting_moved')",
            name=op.f("ck_flags_code"),
        ),
        sa.CheckConstraint("state IN ('open', 'done', 'dismissed')", name=op.f("ck_flags_state")),
        sa.CheckConstraint("reports >= 1", name=op.f("ck_flags_reports")),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_flags_asset_id_assets"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_flags_decided_by_users")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_flags_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flags")),
    )
    op.create_index("ix_flags_state_last_raised_at", "flags", ["state", "last_raised_at"], unique=False)
    op.create_index(op.f("ix_flags_team_id"), "flags", ["team_id"], unique=False)
    op.create_index(
        "uq_flags_open_owner",
        "flags",
        ["asset_id", "code"],
        unique=True,
        sqlite_where=sa.text("state = 'open' AND team_id IS NULL"),
        postgresql_where=sa.text("state = 'open' AND team_id IS NULL"),
    )
    op.create_index(
        "uq_flags_open_team",
        "flags",
        ["asset_id", "code", "team_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open' AND team_id IS NOT NULL"),
        postgresql_where=sa.text("state = 'open' AND team_id IS NOT NULL"),
    )
    op.create_table(
        "intake_items",
        sa.Column("intake_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=1024), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("asset_id", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "verdict IN ('added', 'changed', 'unchanged', 'refused')", name=op.f("ck_intake_items_verdict")
        ),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_intake_items_asset_id_assets"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["intake_id"], ["intakes.id"], name=op.f("fk_intake_items_intake_id_intakes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("intake_id", "number", name=op.f("pk_intake_items")),
    )
    op.create_index(
        "ix_intake_items_intake_id_verdict", "intake_items", ["intake_id", "verdict"], unique=False
    )
    op.create_table(
        "reminders",
        sa.Column("asset_id", sa.String(length=32), nullable=False),
        sa.Column("review_by", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("reminded_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_reminders_asset_id_assets"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_reminders_user_id_users")),
        sa.PrimaryKeyConstraint("asset_id", "review_by", "days", name=op.f("pk_reminders")),
    )
    op.create_table(
        "uploads",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("media_type", sa.String(length=200), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("part_bytes", sa.Integer(), nullable=False),
        sa.Column("store_key", sa.String(length=200), nullable=False),
        sa.Column("store_upload", sa.String(length=1024), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asset_id", sa.String(length=32), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "state <> 'completed' OR asset_id IS NOT NULL", name=op.f("ck_uploads_completed_has_asset")
        ),
        sa.CheckConstraint("state IN ('open', 'completed', 'aborted')", name=op.f("ck_uploads_state")),
        sa.CheckConstraint("size_bytes >= 1", name=op.f("ck_uploads_size_bytes")),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_uploads_asset_id_assets")),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_uploads_created_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
        sa.UniqueConstraint("store_key", name=op.f("uq_uploads_store_key")),
    )
    op.create_index(op.f("ix_uploads_created_by"), "uploads", ["created_by"], unique=False)
    op.create_index("ix_uploads_state_expires_at", "uploads", ["state", "expires_at"], unique=False)
    op.create_table(
        "link_checks",
        sa.Column("version_id", sa.String(length=32), nullable=False),
        sa.Column("checked_at", UTCDateTime(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("next_check_at", UTCDateTime(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("final_url", sa.String(length=2000), nullable=True),
        sa.Column("etag", sa.String(length=300), nullable=True),
        sa.Column("last_modified", sa.String(length=100), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["versions.id"],
            name=op.f("fk_link_checks_version_id_versions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_link_checks")),
    )
    op.create_index(op.f("ix_link_checks_next_check_at"), "link_checks", ["next_check_at"], unique=False)
    op.create_table(
        "sketch_hashes",
        sa.Column("hash", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["versions.id"],
            name=op.f("fk_sketch_hashes_version_id_versions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("hash", "version_id", name=op.f("pk_sketch_hashes")),
    )
    op.create_index(op.f("ix_sketch_hashes_version_id"), "sketch_hashes", ["version_id"], unique=False)
    op.add_column("assets", sa.Column("reviewed_at", UTCDateTime(), nullable=True))
    op.add_column("jobs", sa.Column("priority", sa.SmallInteger(), server_default="5", nullable=False))
    op.create_index("ix_jobs_state_priority_id", "jobs", ["state", "priority", "id"], unique=False)
    op.add_column(
        "pages", sa.Column("is_simplified", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("pages", sa.Column("fingerprint", sa.String(length=32), nullable=True))
    op.create_index(op.f("ix_pages_fingerprint"), "pages", ["fingerprint"], unique=False)
    op.add_column("versions", sa.Column("label", sa.String(length=20), server_default="1.0", nullable=False))
    op.add_column("versions", sa.Column("note", sa.String(length=500), nullable=True))
    op.add_column("versions", sa.Column("restored_from", sa.Integer(), nullable=True))
    op.add_column("versions", sa.Column("duration_seconds", sa.Integer(), nullable=True))
    op.add_column("versions", sa.Column("rendition_key", sa.String(length=200), nullable=True))
    op.add_column("versions", sa.Column("embedded_hash", sa.String(length=32), nullable=True))
    op.create_index(op.f("ix_versions_embedded_hash"), "versions", ["embedded_hash"])
    _name_versions()
    _look_for_copies()


def downgrade() -> None:
    op.get_bind().execute(sa.text("DELETE FROM jobs WHERE kind = 'remember-copies'"))
    op.drop_index(op.f("ix_versions_embedded_hash"), "versions")
    op.drop_column("versions", "embedded_hash")
    op.drop_column("versions", "rendition_key")
    op.drop_column("versions", "duration_seconds")
    op.drop_column("versions", "restored_from")
    op.drop_column("versions", "note")
    op.drop_column("versions", "label")
    op.drop_index(op.f("ix_pages_fingerprint"), table_name="pages")
    op.drop_column("pages", "fingerprint")
    op.drop_column("pages", "is_simplified")
    op.drop_index("ix_jobs_state_priority_id", table_name="jobs")
    op.drop_column("jobs", "priority")
    op.drop_column("assets", "reviewed_at")
    op.drop_index(op.f("ix_sketch_hashes_version_id"), table_name="sketch_hashes")
    op.drop_table("sketch_hashes")
    op.drop_index(op.f("ix_link_checks_next_check_at"), table_name="link_checks")
    op.drop_table("link_checks")
    op.drop_index("ix_uploads_state_expires_at", table_name="uploads")
    op.drop_index(op.f("ix_uploads_created_by"), table_name="uploads")
    op.drop_table("uploads")
    op.drop_table("reminders")
    op.drop_index("ix_intake_items_intake_id_verdict", table_name="intake_items")
    op.drop_table("intake_items")
    op.drop_index(
        "uq_flags_open_team",
        table_name="flags",
        sqlite_where=sa.text("state = 'open' AND team_id IS NOT NULL"),
        postgresql_where=sa.text("state = 'open' AND team_id IS NOT NULL"),
    )
    op.drop_index(
        "uq_flags_open_owner",
        table_name="flags",
        sqlite_where=sa.text("state = 'open' AND team_id IS NULL"),
        postgresql_where=sa.text("state = 'open' AND team_id IS NULL"),
    )
    op.drop_index(op.f("ix_flags_team_id"), table_name="flags")
    op.drop_index("ix_flags_state_last_raised_at", table_name="flags")
    op.drop_table("flags")
    op.drop_index(op.f("ix_undos_expires_at"), table_name="undos")
    op.drop_table("undos")
    op.drop_index("ix_intakes_created_at_id", table_name="intakes")
    op.drop_table("intakes")
    op.drop_table("digests")


def _name_versions() -> None:
    """Give earlier versions the label that their changes add up to: 1.0, then a step for each."""
    rows = op.get_bind().execute(
        sa.text("SELECT id, asset_id, number, change FROM versions ORDER BY asset_id, number")
    )
    asset, major, minor = None, 0, 0
    for row in rows.all():
        if row.asset_id != asset:
            asset, major, minor = row.asset_id, 1, 0
        elif row.change == "major":
            major, minor = major + 1, 0
        else:
            minor += 1
        op.get_bind().execute(
            sa.text("UPDATE versions SET label = :label WHERE id = :id"),
            {"label": f"{major}.{minor}", "id": row.id},
        )


def _look_for_copies() -> None:
    """Leave a job for every current version that was read before copies were looked for."""
    jobs = sa.table(
        "jobs",
        *(sa.column(name, sa.String) for name in ("id", "kind", "dedupe_key", "subject", "state")),
        *(sa.column(name, sa.Integer) for name in ("priority", "version", "attempts")),
        sa.column("payload", sa.JSON),
        sa.column("run_at", UTCDateTime),
    )
    read = op.get_bind().execute(
        sa.text(
            "SELECT versions.id FROM versions JOIN assets"
            " ON assets.id = versions.asset_id AND assets.version_number = versions.number"
            " WHERE versions.state = 'ready' ORDER BY versions.id"
        )
    )
    op.bulk_insert(
        jobs,
        [
            {
                "id": id_,
                "kind": "remember-copies",
                "dedupe_key": f"remember-copies:{id_}",
                "subject": id_,
                "state": "waiting",
                "priority": 9,
                "version": 1,
                "attempts": 0,
                "payload": {},
                "run_at": datetime(1970, 1, 1, tzinfo=UTC),
            }
            for id_ in read.scalars().all()
        ],
    )
