"""Finding gets deeper: synonyms, kept situations, what use teaches, what pages mean, near-copies."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from content_map.db import UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add tables and a column; no table is rebuilt."""
    op.create_table(
        "synonyms",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("said", sa.String(length=100), nullable=False),
        sa.Column("means", sa.String(length=100), nullable=False),
        sa.Column("both_ways", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_synonyms_created_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_synonyms")),
        sa.UniqueConstraint("said", "means", name=op.f("uq_synonyms_said_means")),
    )
    op.create_table(
        "saved_searches",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("situation", sa.Text(), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.Column("conversation", sa.String(length=30), nullable=True),
        sa.Column("prefer", sa.String(length=30), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("alerts", sa.Boolean(), nullable=False),
        sa.Column("saved_at", UTCDateTime(), nullable=False),
        sa.Column("looked_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_saved_searches_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_saved_searches_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_searches")),
    )
    op.create_index(op.f("ix_saved_searches_account_id"), "saved_searches", ["account_id"], unique=False)
    op.create_index(op.f("ix_saved_searches_looked_at"), "saved_searches", ["looked_at"], unique=False)
    op.create_index(
        "ix_saved_searches_user_id_saved_at", "saved_searches", ["user_id", "saved_at"], unique=False
    )
    op.create_table(
        "use_lifts",
        sa.Column("conversation", sa.String(length=30), nullable=False),
        sa.Column("asset_id", sa.String(length=32), nullable=False),
        sa.Column("exposure", sa.Double(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("reps", sa.Integer(), nullable=False),
        sa.Column("lift", sa.Double(), nullable=False),
        sa.Column("folded_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_use_lifts_asset_id_assets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("conversation", "asset_id", name=op.f("pk_use_lifts")),
    )
    op.create_index(op.f("ix_use_lifts_asset_id"), "use_lifts", ["asset_id"], unique=False)
    op.create_table(
        "page_meanings",
        sa.Column("version_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id", "number"],
            ["pages.version_id", "pages.number"],
            name=op.f("fk_page_meanings_version_id_pages"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", "number", name=op.f("pk_page_meanings")),
    )
    op.create_table(
        "saved_search_matches",
        sa.Column("saved_search_id", sa.String(length=32), nullable=False),
        sa.Column("asset_id", sa.String(length=32), nullable=False),
        sa.Column("found_at", UTCDateTime(), nullable=False),
        sa.Column("told_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["asset_id"],
            ["assets.id"],
            name=op.f("fk_saved_search_matches_asset_id_assets"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["saved_search_id"],
            ["saved_searches.id"],
            name=op.f("fk_saved_search_matches_saved_search_id_saved_searches"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("saved_search_id", "asset_id", name=op.f("pk_saved_search_matches")),
    )
    op.create_index(
        op.f("ix_saved_search_matches_asset_id"), "saved_search_matches", ["asset_id"], unique=False
    )
    op.add_column(
        "search_hits", sa.Column("is_explored", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.create_table(
        "near_copies",
        sa.Column("asset_id", sa.String(length=32), nullable=False),
        sa.Column("other_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_near_copies_asset_id_assets"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["assets.id"], name=op.f("fk_near_copies_other_id_assets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("asset_id", "other_id", name=op.f("pk_near_copies")),
    )
    op.create_index(op.f("ix_near_copies_other_id"), "near_copies", ["other_id"], unique=False)
    _look_for_near_copies()


def downgrade() -> None:
    op.get_bind().execute(sa.text("DELETE FROM jobs WHERE kind = 'near-copies'"))
    op.drop_index(op.f("ix_near_copies_other_id"), table_name="near_copies")
    op.drop_table("near_copies")
    op.drop_column("search_hits", "is_explored")
    op.drop_index(op.f("ix_saved_search_matches_asset_id"), table_name="saved_search_matches")
    op.drop_table("saved_search_matches")
    op.drop_table("page_meanings")
    op.drop_index(op.f("ix_use_lifts_asset_id"), table_name="use_lifts")
    op.drop_table("use_lifts")
    op.drop_index("ix_saved_searches_user_id_saved_at", table_name="saved_searches")
    op.drop_index(op.f("ix_saved_searches_looked_at"), table_name="saved_searches")
    op.drop_index(op.f("ix_saved_searches_account_id"), table_name="saved_searches")
    op.drop_table("saved_searches")
    op.drop_table("synonyms")


def _look_for_near_copies() -> None:
    """Leave a job for every asset that was read before near-copies were looked for."""
    jobs = sa.table(
        "jobs",
        *(sa.column(name, sa.String) for name in ("id", "kind", "dedupe_key", "subject", "state")),
        *(sa.column(name, sa.Integer) for name in ("priority", "version", "attempts")),
        sa.column("payload", sa.JSON),
        sa.column("run_at", UTCDateTime),
    )
    read = op.get_bind().execute(
        sa.text(
            "SELECT assets.id FROM versions JOIN assets"
            " ON assets.id = versions.asset_id AND assets.version_number = versions.number"
            " WHERE versions.state = 'ready' ORDER BY assets.id"
        )
    )
    op.bulk_insert(
        jobs,
        [
            {
                # An id of its own: that of the asset may name a job already.
                "id": uuid.uuid4().hex,
                "kind": "near-copies",
                "dedupe_key": f"near-copies:{id_}",
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
