"""The first release: everything that later numbers need is recorded from here on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from content_map.db import UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_heads",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_heads")),
    )
    op.create_table(
        "facets",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_facets")),
    )
    op.create_table(
        "heartbeats",
        sa.Column("worker", sa.String(length=64), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("worker", name=op.f("pk_heartbeats")),
    )
    op.create_table(
        "idempotent_replies",
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "key", name=op.f("pk_idempotent_replies")),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("dedupe_key", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("run_at", UTCDateTime(), nullable=False),
        sa.Column("leased_until", UTCDateTime(), nullable=True),
        sa.Column("fence", sa.String(length=32), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'running', 'dead')", name=op.f("ck_jobs_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_jobs_dedupe_key")),
    )
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.create_index("ix_jobs_kind_run_at", ["kind", "run_at"], unique=False)
        batch_op.create_index("ix_jobs_state_run_at", ["state", "run_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_jobs_subject"), ["subject"], unique=False)

    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("holder", sa.String(length=32), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "marks",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_marks")),
    )
    op.create_table(
        "sign_in_attempts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempts")),
    )
    with op.batch_alter_table("sign_in_attempts", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_attempts_subject_at", ["subject", "at"], unique=False)

    op.create_table(
        "teams",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
        sa.UniqueConstraint("name", name=op.f("uq_teams_name")),
    )
    op.create_table(
        "terms",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("facet_key", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("retired_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["facet_key"], ["facets.key"], name=op.f("fk_terms_facet_key_facets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terms")),
        sa.UniqueConstraint("facet_key", "key", name=op.f("uq_terms_facet_key_key")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("team_id", sa.String(length=32), nullable=True),
        sa.Column("password_hash", sa.String(length=500), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("session_epoch", sa.Integer(), nullable=False),
        sa.Column("preferences", sa.JSON(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "role IN ('rep', 'manager', 'marketer', 'analyst', 'admin')", name=op.f("ck_users_role")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_users_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("industry", sa.String(length=80), nullable=True),
        sa.Column("size", sa.String(length=80), nullable=True),
        sa.Column("owner_id", sa.String(length=32), nullable=True),
        sa.Column("merged_into_id", sa.String(length=32), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["accounts.id"], name=op.f("fk_accounts_merged_into_id_accounts")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_accounts_owner_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("external_id", name=op.f("uq_accounts_external_id")),
        sa.UniqueConstraint("name_key", name=op.f("uq_accounts_name_key")),
    )
    op.create_table(
        "assets",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("title_is_given", sa.Boolean(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("conversation", sa.String(length=30), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("audience", sa.String(length=12), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=False),
        sa.Column("guide", sa.JSON(), nullable=False),
        sa.Column("publish_at", UTCDateTime(), nullable=True),
        sa.Column("expires_at", UTCDateTime(), nullable=True),
        sa.Column("review_by", sa.Date(), nullable=True),
        sa.Column("successor_id", sa.String(length=32), nullable=True),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("audience IN ('customer', 'internal')", name=op.f("ck_assets_audience")),
        sa.CheckConstraint(
            "conversation IN ('point-of-view', 'right-people', 'relevant-meeting', 'definition-of-success', 'tangible-value')",
            name=op.f("ck_assets_conversation"),
        ),
        sa.CheckConstraint(
            "status <> 'published' OR conversation IS NOT NULL",
            name=op.f("ck_assets_published_has_conversation"),
        ),
        sa.CheckConstraint("status IN ('draft', 'published', 'archived')", name=op.f("ck_assets_status")),
        sa.CheckConstraint("length(title) BETWEEN 1 AND 300", name=op.f("ck_assets_title")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_assets_owner_id_users")),
        sa.ForeignKeyConstraint(["successor_id"], ["assets.id"], name=op.f("fk_assets_successor_id_assets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assets")),
        sa.UniqueConstraint("external_id", name=op.f("uq_assets_external_id")),
    )
    with op.batch_alter_table("assets", schema=None) as batch_op:
        batch_op.create_index("ix_assets_created_at_id", ["created_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_assets_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index("ix_assets_status_conversation", ["status", "conversation"], unique=False)
        batch_op.create_index("ix_assets_updated_at_id", ["updated_at", "id"], unique=False)

    op.create_table(
        "audit_entries",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor_id", sa.String(length=32), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("noun", sa.String(length=40), nullable=False),
        sa.Column("noun_id", sa.String(length=64), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_audit_entries_actor_id_users")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entries")),
    )
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entries_noun_noun_id", ["noun", "noun_id"], unique=False)

    op.create_table(
        "notifications",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("message", sa.String(length=100), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("path", sa.String(length=500), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("read_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notifications_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
    )
    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.create_index("ix_notifications_user_id_created_at", ["user_id", "created_at"], unique=False)

    op.create_table(
        "one_time_links",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=True),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_one_time_links_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_links")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_one_time_links_secret_hash")),
    )
    op.create_table(
        "term_aliases",
        sa.Column("term_id", sa.String(length=32), nullable=False),
        sa.Column("alias", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["term_id"], ["terms.id"], name=op.f("fk_term_aliases_term_id_terms"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("term_id", "alias", name=op.f("pk_term_aliases")),
    )
    op.create_table(
        "tokens",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("last_used_at", UTCDateTime(), nullable=True),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_tokens_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_tokens_secret_hash")),
    )
    with op.batch_alter_table("tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tokens_user_id"), ["user_id"], unique=False)

    op.create_table(
        "user_periods",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("team_id", sa.String(length=32), nullable=True),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "role IN ('rep', 'manager', 'marketer', 'analyst', 'admin')", name=op.f("ck_user_periods_role")
        ),
        sa.CheckConstraint("ends_at IS NULL OR ends_at >= starts_at", name=op.f("ck_user_periods_order")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_user_periods_team_id_teams")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_user_periods_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_periods")),
    )
    with op.batch_alter_table("user_periods", schema=None) as batch_op:
        batch_op.create_index("ix_user_periods_user_id_starts_at", ["user_id", "starts_at"], unique=False)
        batch_op.create_index(
            "uq_user_periods_open",
            ["user_id"],
            unique=True,
            sqlite_where=sa.text("ends_at IS NULL"),
            postgresql_where=sa.text("ends_at IS NULL"),
        )

    op.create_table(
        "asset_periods",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("asset_id", sa.String(length=32), nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=True),
        sa.Column("owner_id", sa.String(length=32), nullable=False),
        sa.Column("conversation", sa.String(length=30), nullable=False),
        sa.Column("audience", sa.String(length=12), nullable=False),
        sa.Column("end_reason", sa.String(length=12), nullable=True),
        sa.CheckConstraint("audience IN ('customer', 'internal')", name=op.f("ck_asset_periods_audience")),
        sa.CheckConstraint(
            "conversation IN ('point-of-view', 'right-people', 'relevant-meeting', 'definition-of-success', 'tangible-value')",
            name=op.f("ck_asset_periods_conversation"),
        ),
        sa.CheckConstraint("ends_at IS NULL OR ends_at >= starts_at", name=op.f("ck_asset_periods_order")),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_asset_periods_asset_id_assets")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_asset_periods_owner_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_periods")),
    )
    with op.batch_alter_table("asset_periods", schema=None) as batch_op:
        batch_op.create_index("ix_asset_periods_asset_id_starts_at", ["asset_id", "starts_at"], unique=False)
        batch_op.create_index("ix_asset_periods_starts_at_ends_at", ["starts_at", "ends_at"], unique=False)

    op.create_table(
        "asset_terms",
        sa.Column("asset_id", sa.String(length=32), nullable=False),
        sa.Column("term_id", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.CheckConstraint("source IN ('confirmed', 'suggested')", name=op.f("ck_asset_terms_source")),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_asset_terms_asset_id_assets"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["term_id"], ["terms.id"], name=op.f("fk_asset_terms_term_id_terms")),
        sa.PrimaryKeyConstraint("asset_id", "term_id", name=op.f("pk_asset_terms")),
    )
    with op.batch_alter_table("asset_terms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_asset_terms_term_id"), ["term_id"], unique=False)

    op.create_table(
        "searches",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("situation", sa.Text(), nullable=True),
        sa.Column("may_be_read", sa.Boolean(), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.Column("conversation", sa.String(length=30), nullable=True),
        sa.Column("prefer", sa.String(length=30), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("recognised", sa.JSON(), nullable=False),
        sa.Column("read_as", sa.String(length=30), nullable=True),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("took_ms", sa.Double(), nullable=False),
        sa.Column("surface", sa.String(length=20), nullable=False),
        sa.Column("follows_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_searches_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["follows_id"], ["searches.id"], name=op.f("fk_searches_follows_id_searches")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_searches_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_searches")),
    )
    with op.batch_alter_table("searches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_searches_account_id"), ["account_id"], unique=False)
        batch_op.create_index("ix_searches_asked_at", ["asked_at"], unique=False)
        batch_op.create_index("ix_searches_user_id_asked_at", ["user_id", "asked_at"], unique=False)

    op.create_table(
        "suggestions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("asset_id", sa.String(length=32), nullable=False),
        sa.Column("facet_key", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'accepted', 'dismissed')", name=op.f("ck_suggestions_state")),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_suggestions_asset_id_assets"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_suggestions_decided_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestions")),
        sa.UniqueConstraint(
            "asset_id", "facet_key", "value", name=op.f("uq_suggestions_asset_id_facet_key_value")
        ),
    )
    op.create_table(
        "versions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("asset_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(length=5), nullable=False),
        sa.Column("store_key", sa.String(length=1024), nullable=True),
        sa.Column("url", sa.String(length=2000), nullable=True),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("problem_code", sa.String(length=40), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("page_count", sa.Integer(), nullable=True),
        sa.Column("word_count", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=12), nullable=True),
        sa.Column("document_title", sa.String(length=300), nullable=True),
        sa.Column("author", sa.String(length=300), nullable=True),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("sketch", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("change IN ('major', 'minor')", name=op.f("ck_versions_change")),
        sa.CheckConstraint(
            "kind IN ('deck', 'document', 'sheet', 'web', 'text', 'image', 'video', 'audio', 'email', 'link')",
            name=op.f("ck_versions_kind"),
        ),
        sa.CheckConstraint("state IN ('processing', 'ready', 'failed')", name=op.f("ck_versions_state")),
        sa.CheckConstraint(
            "store_key IS NOT NULL OR url IS NOT NULL", name=op.f("ck_versions_has_bytes_or_url")
        ),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_versions_asset_id_assets"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_versions_created_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_versions")),
        sa.UniqueConstraint("asset_id", "number", name=op.f("uq_versions_asset_id_number")),
    )
    with op.batch_alter_table("versions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_versions_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_versions_store_key"), ["store_key"], unique=False)

    op.create_table(
        "pages",
        sa.Column("version_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("no_text", sa.Boolean(), nullable=False),
        sa.Column("image_key", sa.String(length=200), nullable=True),
        sa.Column("thumbnail_key", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_pages_version_id_versions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("version_id", "number", name=op.f("pk_pages")),
    )
    op.create_table(
        "requests",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("situation", sa.Text(), nullable=False),
        sa.Column("conversation", sa.String(length=30), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("asset_id", sa.String(length=32), nullable=True),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("search_id", sa.String(length=32), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "conversation IN ('point-of-view', 'right-people', 'relevant-meeting', 'definition-of-success', 'tangible-value')",
            name=op.f("ck_requests_conversation"),
        ),
        sa.CheckConstraint(
            "status <> 'filled' OR asset_id IS NOT NULL", name=op.f("ck_requests_filled_has_asset")
        ),
        sa.CheckConstraint(
            "status IN ('open', 'planned', 'filled', 'declined')", name=op.f("ck_requests_status")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name=op.f("fk_requests_asked_by_users")),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_requests_asset_id_assets")),
        sa.ForeignKeyConstraint(["search_id"], ["searches.id"], name=op.f("fk_requests_search_id_searches")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
    )
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_requests_asked_by"), ["asked_by"], unique=False)
        batch_op.create_index("ix_requests_status_created_at", ["status", "created_at"], unique=False)

    op.create_table(
        "search_hits",
        sa.Column("search_id", sa.String(length=32), nullable=False),
        sa.Column("asset_id", sa.String(length=32), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_search_hits_asset_id_assets")),
        sa.ForeignKeyConstraint(
            ["search_id"], ["searches.id"], name=op.f("fk_search_hits_search_id_searches"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("search_id", "asset_id", name=op.f("pk_search_hits")),
    )
    with op.batch_alter_table("search_hits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_search_hits_asset_id"), ["asset_id"], unique=False)

    op.create_table(
        "usage_events",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("occurred_at", UTCDateTime(), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("actor_id", sa.String(length=32), nullable=False),
        sa.Column("actor_role", sa.String(length=20), nullable=False),
        sa.Column("asset_id", sa.String(length=32), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("surface", sa.String(length=20), nullable=False),
        sa.Column("search_id", sa.String(length=32), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("share_id", sa.String(length=32), nullable=True),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.Column("opportunity", sa.String(length=200), nullable=True),
        sa.Column("conversation", sa.String(length=30), nullable=True),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("how", sa.String(length=20), nullable=True),
        sa.Column("purpose", sa.String(length=20), nullable=True),
        sa.Column("use_id", sa.String(length=36), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("feedback", sa.String(length=20), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("source", sa.String(length=100), nullable=True),
        sa.Column("excluded_reason", sa.String(length=20), nullable=True),
        sa.Column("once_key", sa.String(length=120), nullable=True),
        sa.CheckConstraint("asset_id IS NOT NULL OR kind = 'outcome'", name=op.f("ck_usage_events_asset")),
        sa.CheckConstraint(
            "conversation IN ('point-of-view', 'right-people', 'relevant-meeting', 'definition-of-success', 'tangible-value')",
            name=op.f("ck_usage_events_conversation"),
        ),
        sa.CheckConstraint(
            "excluded_reason IN ('own', 'not_sales', 'bot', 'scanner', 'unfurl', 'prefetch', 'test_account', 'agent', 'repeat')",
            name=op.f("ck_usage_events_excluded_reason"),
        ),
        sa.CheckConstraint(
            "feedback IN ('wrong_customer', 'outdated', 'do_not_know_how', 'cannot_change', 'helpful', 'used_my_own', 'not_needed', 'meeting_moved')",
            name=op.f("ck_usage_events_feedback"),
        ),
        sa.CheckConstraint(
            "how IN ('prepared', 'presented', 'sent', 'printed', 'other')", name=op.f("ck_usage_events_how")
        ),
        sa.CheckConstraint(
            "kind IN ('impression', 'open', 'download', 'share_created', 'share_viewed', 'page_viewed', 'use', 'not_used', 'tailored', 'outcome', 'feedback')",
            name=op.f("ck_usage_events_kind"),
        ),
        sa.CheckConstraint("outcome IN ('reached', 'not', 'pending')", name=op.f("ck_usage_events_outcome")),
        sa.CheckConstraint(
            "surface IN ('search', 'browse', 'recommendation', 'collection', 'direct', 'share', 'api', 'agent')",
            name=op.f("ck_usage_events_surface"),
        ),
        sa.CheckConstraint("rank IS NULL OR rank >= 1", name=op.f("ck_usage_events_rank")),
        sa.CheckConstraint("seconds IS NULL OR seconds >= 0", name=op.f("ck_usage_events_seconds")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_usage_events_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_usage_events_actor_id_users")),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_usage_events_asset_id_assets")),
        sa.ForeignKeyConstraint(
            ["search_id"], ["searches.id"], name=op.f("fk_usage_events_search_id_searches")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_events")),
    )
    with op.batch_alter_table("usage_events", schema=None) as batch_op:
        batch_op.create_index(
            "ix_usage_events_account_id_conversation", ["account_id", "conversation"], unique=False
        )
        batch_op.create_index(
            "ix_usage_events_actor_id_occurred_at", ["actor_id", "occurred_at"], unique=False
        )
        batch_op.create_index(
            "ix_usage_events_asset_id_occurred_at", ["asset_id", "occurred_at"], unique=False
        )
        batch_op.create_index("ix_usage_events_occurred_at_kind", ["occurred_at", "kind"], unique=False)
        batch_op.create_index("ix_usage_events_once_key", ["once_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_usage_events_search_id"), ["search_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_usage_events_use_id"), ["use_id"], unique=False)
        batch_op.create_index(
            "uq_usage_events_once",
            ["once_key"],
            unique=True,
            sqlite_where=sa.text("once_key IS NOT NULL AND excluded_reason IS NULL"),
            postgresql_where=sa.text("once_key IS NOT NULL AND excluded_reason IS NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("usage_events", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_usage_events_once",
            sqlite_where=sa.text("once_key IS NOT NULL AND excluded_reason IS NULL"),
            postgresql_where=sa.text("once_key IS NOT NULL AND excluded_reason IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_usage_events_use_id"))
        batch_op.drop_index(batch_op.f("ix_usage_events_search_id"))
        batch_op.drop_index("ix_usage_events_once_key")
        batch_op.drop_index("ix_usage_events_occurred_at_kind")
        batch_op.drop_index("ix_usage_events_asset_id_occurred_at")
        batch_op.drop_index("ix_usage_events_actor_id_occurred_at")
        batch_op.drop_index("ix_usage_events_account_id_conversation")

    op.drop_table("usage_events")
    with op.batch_alter_table("search_hits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_search_hits_asset_id"))

    op.drop_table("search_hits")
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.drop_index("ix_requests_status_created_at")
        batch_op.drop_index(batch_op.f("ix_requests_asked_by"))

    op.drop_table("requests")
    op.drop_table("pages")
    with op.batch_alter_table("versions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_versions_store_key"))
        batch_op.drop_index(batch_op.f("ix_versions_sha256"))

    op.drop_table("versions")
    op.drop_table("suggestions")
    with op.batch_alter_table("searches", schema=None) as batch_op:
        batch_op.drop_index("ix_searches_user_id_asked_at")
        batch_op.drop_index("ix_searches_asked_at")
        batch_op.drop_index(batch_op.f("ix_searches_account_id"))

    op.drop_table("searches")
    with op.batch_alter_table("asset_terms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_asset_terms_term_id"))

    op.drop_table("asset_terms")
    with op.batch_alter_table("asset_periods", schema=None) as batch_op:
        batch_op.drop_index("ix_asset_periods_starts_at_ends_at")
        batch_op.drop_index("ix_asset_periods_asset_id_starts_at")

    op.drop_table("asset_periods")
    with op.batch_alter_table("user_periods", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_user_periods_open",
            sqlite_where=sa.text("ends_at IS NULL"),
            postgresql_where=sa.text("ends_at IS NULL"),
        )
        batch_op.drop_index("ix_user_periods_user_id_starts_at")

    op.drop_table("user_periods")
    with op.batch_alter_table("tokens", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tokens_user_id"))

    op.drop_table("tokens")
    op.drop_table("term_aliases")
    op.drop_table("one_time_links")
    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.drop_index("ix_notifications_user_id_created_at")

    op.drop_table("notifications")
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entries_noun_noun_id")

    op.drop_table("audit_entries")
    with op.batch_alter_table("assets", schema=None) as batch_op:
        batch_op.drop_index("ix_assets_updated_at_id")
        batch_op.drop_index("ix_assets_status_conversation")
        batch_op.drop_index(batch_op.f("ix_assets_owner_id"))
        batch_op.drop_index("ix_assets_created_at_id")

    op.drop_table("assets")
    op.drop_table("accounts")
    op.drop_table("users")
    op.drop_table("terms")
    op.drop_table("teams")
    with op.batch_alter_table("sign_in_attempts", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_attempts_subject_at")

    op.drop_table("sign_in_attempts")
    op.drop_table("marks")
    op.drop_table("leases")
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_jobs_subject"))
        batch_op.drop_index("ix_jobs_state_run_at")
        batch_op.drop_index("ix_jobs_kind_run_at")

    op.drop_table("jobs")
    op.drop_table("idempotent_replies")
    op.drop_table("heartbeats")
    op.drop_table("facets")
    op.drop_table("audit_heads")
