"""Settings: read once from the environment, frozen, units in the names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from content_map.relay import Relay, is_mail_address, relay_of
from storage.keys import is_foreign_key

PREFIX = "CONTENT_MAP_"
GIB = 1024**3
MOST_WORKERS = 64
# What we write into the store: nothing below is anybody else's.
OWN_FOLDERS = frozenset({"assets", "imports", "previews", "renditions"})
_LANGUAGES = re.compile(r"[A-Za-z_]{3,20}(\+[A-Za-z_]{3,20}){0,9}")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class BadSetting(ValueError):
    """A setting that stops the start; the message names it and says what is accepted."""


def _setting(
    default: object, about: str, *, secret: bool = False
) -> Any:  # Any: the type is the field's annotation
    return field(default=default, repr=not secret, metadata={"about": about})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything an operator can set; `CONTENT_MAP_` + the field's name in capitals."""

    data_dir: Path = _setting(Path("var"), "Folder of database, store and index (made 0700).")
    database_url: str = _setting("", "SQLAlchemy URL; empty: SQLite in the data directory.")
    store_url: str = _setting(
        "", "`disk:FOLDER` or `s3://BUCKET/PREFIX?endpoint=…&region=…`; empty: disk in the data directory."
    )
    register_prefix: str = _setting(
        "",
        "Folder of the store's bucket, such as `marketing/decks`, whose files may become assets without being "
        "copied; empty: none.",
    )
    index_url: str = _setting("", "`whoosh:FOLDER`; empty: in the data directory.")
    secret_key: str = _setting(
        "",
        "Signs cookies and links; made once in the data directory while BASE_URL is loopback.",
        secret=True,
    )
    base_url: str = _setting(
        "http://127.0.0.1:8000", "The address people type; https makes cookies `Secure`."
    )
    time_zone: str = _setting("UTC", "IANA zone of quarters and of dates on pages.")
    fiscal_year_start: int = _setting(1, "Month (1-12) in which the fiscal year begins.")
    upload_limit_bytes: int = _setting(5 * GIB, "Largest file that is stored.")
    zip_limit_bytes: int = _setting(2 * GIB, "Largest total of the originals that are downloaded as one zip.")
    people_in_reports: str = _setting("none", "`none`, `team` or `named`: what reports may say of persons.")
    passed_over_impressions: int = _setting(
        30, "Impressions at a good rank without an open that make an asset passed over."
    )
    passed_over_reps: int = _setting(5, "Distinct reps those impressions must come from.")
    passed_over_rank: int = _setting(5, "The worst rank that still counts as a good one.")
    review_months: int = _setting(6, "How long “still right” holds when no day is named.")
    link_seconds: int = _setting(20, "How long fetching what stands behind a link may take.")
    link_silence_seconds: int = _setting(5, "How long its server may say nothing.")
    link_limit_bytes: int = _setting(20 * 1024**2, "Largest page that is fetched, as sent and unpacked.")
    link_redirects: int = _setting(5, "How often a link may lead on to another address.")
    link_check_days: int = _setting(7, "How often a link is looked at again; daily while it does not answer.")
    smtp_url: str = _setting(
        "",
        "`smtp://USER:PASSWORD@HOST:587?security=starttls`, or `tls` (port 465) or `none` (port 25, without a "
        "user); empty: no mail.",
        secret=True,
    )
    mail_from: str = _setting("", "The address that mail comes from, such as `content-map@example.com`.")
    ocr: str = _setting(
        "off",
        "Words on scans by tesseract: `off`, `auto` (its languages here) or languages such as `eng+deu`.",
    )
    semantic: str = _setting(
        "off", "`on`: search goes by meaning too, once `scripts/setup semantic` has installed the model."
    )
    workers: int = _setting(1, "Worker processes of `scripts/serve`; each reads one document at a time.")
    log_level: str = _setting("INFO", "`DEBUG`, `INFO`, `WARNING` or `ERROR`.")
    trusted_proxies: int = _setting(0, "How many proxies in front set X-Forwarded headers.")
    demo: bool = _setting(
        False, "Set by `scripts/serve --demo` alone: the sample library and the role switcher."
    )

    @classmethod
    def from_environ(cls, environ: Mapping[str, str], **overrides: object) -> Settings:
        """Read the settings; an empty variable counts as not set. Raises BadSetting."""
        values: dict[str, object] = {}
        for each in fields(cls):
            text = environ.get(PREFIX + each.name.upper())
            if text is not None and text != "":
                values[each.name] = _read(each.name, text, each.default)
        values.update({name: value for name, value in overrides.items() if value is not None})
        return cls(**values)._completed()  # type: ignore[arg-type]

    def _completed(self) -> Settings:
        _check(self)
        folder = self.data_dir.absolute()
        given = {each.name: getattr(self, each.name) for each in fields(self)}
        given["data_dir"] = folder
        given["database_url"] = self.database_url or f"sqlite:///{folder / 'content-map.sqlite'}"
        given["store_url"] = self.store_url or f"disk:{folder / 'store'}"
        given["index_url"] = self.index_url or f"whoosh:{folder / 'index'}"
        given["register_prefix"] = _as_folder(self.register_prefix)
        given["base_url"] = self.base_url.rstrip("/")
        return Settings(**given)

    @property
    def is_https(self) -> bool:
        """Say whether cookies are `Secure`."""
        return self.base_url.startswith("https://")

    @property
    def is_loopback(self) -> bool:
        """Say whether only this machine can reach BASE_URL."""
        return urlsplit(self.base_url).hostname in LOOPBACK

    @property
    def has_default_store(self) -> bool:
        """Say whether nobody named a store, so that files lie in the data directory."""
        return self.store_url == f"disk:{self.data_dir / 'store'}"

    @property
    def relay(self) -> Relay | None:
        """The server that takes mail; None where none was named, and no mail is written."""
        return relay_of(self.smtp_url) if self.smtp_url else None

    @property
    def zone(self) -> ZoneInfo:
        """The organisation's time zone."""
        return ZoneInfo(self.time_zone)


def _as_folder(prefix: str) -> str:
    """A folder of the bucket as a foreign key begins: a slash in front and one at the end."""
    inner = prefix.strip().strip("/")
    return f"/{inner}/" if inner else ""


def _read(name: str, text: str, default: object) -> object:
    match default:
        case bool():
            return text.lower() in {"1", "true", "yes"}
        case int():
            try:
                return int(text)
            except ValueError:
                raise BadSetting(f"{PREFIX}{name.upper()} must be a whole number, not {text!r}.") from None
        case Path():
            return Path(text)
        case _:
            return text


def _check(settings: Settings) -> None:
    if not 1 <= settings.fiscal_year_start <= 12:
        raise BadSetting("CONTENT_MAP_FISCAL_YEAR_START must be a month from 1 to 12.")
    if settings.people_in_reports not in {"none", "team", "named"}:
        raise BadSetting("CONTENT_MAP_PEOPLE_IN_REPORTS must be none, team or named.")
    if urlsplit(settings.base_url).scheme not in {"http", "https"}:
        raise BadSetting("CONTENT_MAP_BASE_URL must begin with http:// or https://.")
    _check_registration(settings)
    _check_links(settings)
    _check_mail(settings)
    if not 1 <= settings.review_months <= 60:
        raise BadSetting("CONTENT_MAP_REVIEW_MONTHS must be from 1 to 60.")
    if _LANGUAGES.fullmatch(settings.ocr) is None:
        raise BadSetting("CONTENT_MAP_OCR must be off, auto, or tesseract's languages such as eng+deu.")
    if settings.semantic not in {"off", "on"}:
        raise BadSetting("CONTENT_MAP_SEMANTIC must be off or on.")
    if not 1 <= settings.workers <= MOST_WORKERS:
        raise BadSetting(f"CONTENT_MAP_WORKERS must be a number from 1 to {MOST_WORKERS}.")
    if settings.upload_limit_bytes < 1:
        raise BadSetting("CONTENT_MAP_UPLOAD_LIMIT_BYTES must be at least 1.")
    try:
        ZoneInfo(settings.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise BadSetting(
            f"CONTENT_MAP_TIME_ZONE {settings.time_zone!r} is not a zone such as Europe/London."
        ) from None


def _check_registration(settings: Settings) -> None:
    folder = settings.register_prefix.strip().strip("/")
    if not folder:
        return
    if not is_foreign_key(f"/{folder}"):
        raise BadSetting("CONTENT_MAP_REGISTER_PREFIX is no folder of a bucket, such as marketing/decks.")
    if folder.partition("/")[0] in OWN_FOLDERS:
        raise BadSetting(
            f"CONTENT_MAP_REGISTER_PREFIX {folder!r} is a folder that Content Map itself writes; name another."
        )


_LINK_BOUNDS = {
    "link_seconds": (1, 300),
    "link_silence_seconds": (1, 60),
    "link_limit_bytes": (1024, GIB),
    "link_redirects": (0, 20),
    "link_check_days": (1, 365),
}


def _check_links(settings: Settings) -> None:
    for name, (least, most) in _LINK_BOUNDS.items():
        if not least <= getattr(settings, name) <= most:
            raise BadSetting(f"{PREFIX}{name.upper()} must be from {least} to {most}.")


def _check_mail(settings: Settings) -> None:
    if settings.mail_from and not is_mail_address(settings.mail_from):
        raise BadSetting("CONTENT_MAP_MAIL_FROM must be one plain address, such as content-map@example.com.")
    if not settings.smtp_url:
        return
    try:
        relay_of(settings.smtp_url)
    except ValueError as error:
        raise BadSetting(f"CONTENT_MAP_SMTP_URL {error}.") from None
    if not settings.mail_from:
        raise BadSetting("CONTENT_MAP_MAIL_FROM is missing: mail must come from an address.")
