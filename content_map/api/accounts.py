"""Customer companies: listed, added, changed, merged, imported."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.views import MethodView

from content_map import context
from content_map.api._blueprint import ApiBlueprint, needs
from content_map.domain.permissions import Right
from content_map.files import stream_of
from content_map.schemas.account import (
    AccountAdd,
    AccountChange,
    AccountMerge,
    AccountQuery,
    AccountsImportedView,
    AccountView,
)
from content_map.schemas.imports import ImportUpload
from content_map.schemas.strict import list_of
from content_map.services import accounts, accounts_import
from content_map.services.accounts import AccountChanges

blueprint = ApiBlueprint("accounts", __name__, description="Customer companies")


@blueprint.route("/accounts", endpoint="all")
class Accounts(MethodView):
    """All that are known."""

    @blueprint.arguments(AccountQuery, location="query")
    @blueprint.response(200, list_of(AccountView))
    def get(self, query: dict[str, Any]) -> Any:
        """List accounts by name, those that begin with a prefix."""
        with context.reading() as session:
            return accounts.listed(session, **query, actor=context.actor())

    @blueprint.arguments(AccountAdd)
    @blueprint.response(201, AccountView)
    def post(self, changes: AccountChanges) -> Any:
        """Add an account; 409 with the one that has the name already."""
        with context.transaction() as session:
            account = accounts.create(session, changes, actor=context.actor(), now=context.now())
        return account, {"Location": url_for("accounts.one", account_id=account.id)}


@blueprint.route("/accounts/<account_id>", endpoint="one")
class OneAccount(MethodView):
    """One account."""

    @blueprint.response(200, AccountView)
    def get(self, account_id: str) -> Any:
        """Show an account; a merged one leads to the one it became."""
        with context.reading() as session:
            return accounts.get(session, account_id, actor=context.actor())

    @blueprint.arguments(AccountChange)
    @blueprint.response(200, AccountView)
    def patch(self, changes: AccountChanges, account_id: str) -> Any:
        """Change only the named fields."""
        with context.transaction() as session:
            return accounts.change(session, account_id, changes, actor=context.actor(), now=context.now())


@blueprint.route("/accounts/<account_id>/merge", endpoint="merge")
class Merge(MethodView):
    """When two turn out to be one."""

    @blueprint.arguments(AccountMerge)
    @blueprint.response(200, AccountView)
    def post(self, given: dict[str, str], account_id: str) -> Any:
        """Re-point everything of this account to another one."""
        with context.transaction() as session:
            return accounts.merge(
                session, account_id, given["into"], actor=context.actor(), now=context.now()
            )


@blueprint.route("/imports/accounts", endpoint="import")
class AccountsImport(MethodView):
    """From a CRM's export."""

    @needs(Right.MANAGE_ACCOUNTS)
    @blueprint.arguments(ImportUpload, location="multipart")
    @blueprint.response(200, AccountsImportedView)
    def post(self, given: dict[str, Any]) -> Any:
        """Add or change accounts, all rows or none; a dry run lists every row's problem and stores nothing."""
        act = accounts_import.look if given["dry_run"] else accounts_import.import_rows
        rows = accounts_import.read_file(stream_of(given["file"])[1])
        with context.transaction() as session:
            return act(session, rows, actor=context.actor(), now=context.now())
