"""The application, as one readable list of what it is made of."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from flask import Flask, Response, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from content_map import api, context, files, logs, problems, web
from content_map.config import Settings
from content_map.services import store_access
from content_map.slow_bodies import BodiesApart
from content_map.wiring import Resources, open_resources, secret_key

SESSION_LASTS = timedelta(days=14)
FORM_BYTES = 2 * 1024 * 1024
ENVELOPE_BYTES = 1024 * 1024


def content_policy(store_origin: str | None) -> str:
    """What a page may load: from here, and from a store that takes parts and gives recordings directly."""
    bucket = f" {store_origin}" if store_origin else ""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' data:{bucket}",
            "font-src 'self'",
            f"connect-src 'self'{bucket}",
            f"media-src 'self'{bucket}",
            "manifest-src 'self'",
            "worker-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def create_app(
    settings: Settings,
    *,
    resources: Resources | None = None,
    clock: Callable[[], datetime] = context.clock,
) -> Flask:
    """Make the web application. Raises BadSetting when a secret is missing."""
    logs.configure(settings.log_level)
    app = Flask("content_map")
    app.request_class = files.UploadRequest
    app.extensions[context.EXTENSION] = resources or open_resources(settings)
    app.extensions["clock"] = clock
    app.config.update(
        SECRET_KEY=secret_key(settings),
        SESSION_COOKIE_NAME="__Host-content-map" if settings.is_https else "content-map",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        PERMANENT_SESSION_LIFETIME=SESSION_LASTS,
        # A late answer, to a beacon say, must not bring back the session that was just ended.
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=settings.upload_limit_bytes + ENVELOPE_BYTES,
        MAX_FORM_MEMORY_SIZE=FORM_BYTES,
        TRUSTED_HOSTS=None,
    )
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    app.wsgi_app = BodiesApart(app.wsgi_app)  # type: ignore[method-assign]
    app.before_request(_name_request)
    opened: Resources = app.extensions[context.EXTENSION]
    app.after_request(_protect(settings, content_policy(store_access.origin(opened.store))))
    api.register(app)
    web.register(app)
    problems.register(app, web.problem_page)
    return app


def _name_request() -> None:
    g.request_id = secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _protect(settings: Settings, policy: str) -> Callable[[Response], Response]:
    def protect(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Content-Security-Policy", policy)
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if settings.is_https:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if not request.path.startswith("/static/"):
            headers.setdefault("Cache-Control", "no-store")
        headers["X-Request-Id"] = g.get("request_id", "")
        return response

    return protect
