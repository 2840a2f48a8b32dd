"""A selection of originals as one zip, written while it is sent: flat in memory, however much there is."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from content_map.domain.cells import escaped
from content_map.domain.people import Actor
from content_map.domain.permissions import may_see
from content_map.errors import FieldError, Invalid, TooLarge
from content_map.models import Asset, Version
from content_map.services import assets
from content_map.statements import among
from storage.contract import ObjectStore

ASSETS_AT_MOST = 200
MANIFEST = "manifest.csv"
PIECE_BYTES = 256 * 1024
NAME_BYTES = 200
_HEADING = ("file", "asset", "title", "version", "label", "sha256", "conversation", "address")
_BARE_TYPES = frozenset(
    {"application/json", "application/xml", "application/rtf", "image/svg+xml", "image/bmp"}
)
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
)


@dataclass(frozen=True, slots=True)
class Packed:
    """A file of the zip; `store_key` None: a link, which stands in the manifest alone."""

    name: str
    asset_id: str
    title: str
    version: int
    label: str
    sha256: str | None
    conversation: str | None
    store_key: str | None
    address: str | None
    is_compressed: bool
    stored_at: datetime


def pack(
    session: Session,
    ids: Sequence[str],
    versions: Mapping[str, int],
    *,
    limit_bytes: int,
    actor: Actor,
    now: datetime,
) -> Sequence[Packed]:
    """Choose what goes into a zip: of each asset the version named in `versions`, else the current one.

    Raises Invalid (none, too many, one that is not there), TooLarge.
    """
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        raise Invalid.field("/ids", "Choose the assets first.")
    if len(wanted) > ASSETS_AT_MOST:
        raise Invalid.field(
            "/ids", f"A zip holds at most {ASSETS_AT_MOST} assets and these are more. Choose fewer."
        )
    chosen = list(_chosen(session, wanted, versions, actor, now))
    total = sum(version.size_bytes for _, version in chosen)
    if total > limit_bytes:
        raise TooLarge(
            f"These files are {total:,} bytes together and a zip holds at most {limit_bytes:,}. "
            "Choose fewer, or download the largest one by one."
        )
    taken: set[str] = {MANIFEST}
    return [_packed(asset, version, taken) for asset, version in chosen]


def write(store: ObjectStore, packed: Sequence[Packed]) -> Iterator[bytes]:
    """Give the zip piece by piece. A store that fails midway ends it without its directory: no program opens that.

    Raises ObjectMissing, StorageUnavailable.
    """
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", allowZip64=True) as archive:
        with archive.open(_entry(MANIFEST, packed[0].stored_at, is_compressed=False), "w") as entry:
            entry.write(_manifest(packed))
        yield sink.take()
        for each in packed:
            if each.store_key is None:
                continue
            named = _entry(each.name, each.stored_at, is_compressed=each.is_compressed)
            with (
                store.open(each.store_key) as source,
                archive.open(named, "w", force_zip64=True) as entry,
            ):
                while piece := source.read(PIECE_BYTES):
                    entry.write(piece)
                    yield sink.take()
    yield sink.take()


class _Sink(io.RawIOBase):
    """What was written and not yet sent; it cannot seek, so that sizes follow their file."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: Collection[int]) -> int:  # type: ignore[override]  # any buffer, as zipfile gives it
        self._pieces.append(bytes(piece))
        return len(piece)

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


def _chosen(
    session: Session, ids: Sequence[str], versions: Mapping[str, int], actor: Actor, now: datetime
) -> Iterator[tuple[Asset, Version]]:
    loaded = session.scalars(
        select(Asset).join(Asset.current).where(Asset.id.in_(ids)).options(contains_eager(Asset.current))
    )
    seen = {asset.id: asset for asset in loaded if may_see(actor, assets.facts(asset), now)}
    named = {each.asset_id: each for each in _named(session, seen, versions)}
    problems = [
        FieldError(f"/ids/{place}", "There is no such asset, or it is not published.")
        for place, asset_id in enumerate(ids)
        if asset_id not in seen
    ]
    problems += [
        FieldError(f"/versions/{asset_id}", f"This asset has no version {number}, or it is not chosen.")
        for asset_id, number in versions.items()
        if asset_id not in named
    ]
    if problems:
        raise Invalid(" ".join(each.detail for each in problems), problems)
    for asset_id in ids:
        yield seen[asset_id], named.get(asset_id, seen[asset_id].current)


def _named(session: Session, seen: Collection[str], versions: Mapping[str, int]) -> Sequence[Version]:
    pairs = [
        (asset_id, number)
        for asset_id, number in versions.items()
        if asset_id in seen and number <= assets.LAST_PAGE
    ]
    wanted = select(Version).where(among(Version.asset_id, Version.number, pairs))
    return session.scalars(wanted).all() if pairs else ()


def _packed(asset: Asset, version: Version, taken: set[str]) -> Packed:
    is_file = version.store_key is not None
    return Packed(
        name=_unique(_safe(version.file_name), taken) if is_file else "",
        asset_id=asset.id,
        title=asset.title,
        version=version.number,
        label=version.label,
        sha256=version.sha256,
        conversation=asset.conversation,
        store_key=version.store_key,
        address=version.url,
        is_compressed=not (version.media_type.startswith("text/") or version.media_type in _BARE_TYPES),
        stored_at=version.created_at,
    )


def _safe(name: str) -> str:
    """Leave no part of a name that leads out of a folder or that Windows refuses."""
    kept = "".join("_" if each in '<>:"/\\|?*' or not each.isprintable() else each for each in name)
    path = PurePosixPath(kept.strip(" .") or "file")
    stem = path.stem if path.stem.casefold() not in _RESERVED else f"_{path.stem}"
    cut = stem.encode()[: NAME_BYTES - len(path.suffix.encode())].decode(errors="ignore")
    return f"{cut or 'file'}{path.suffix}"


def _unique(name: str, taken: set[str]) -> str:
    path = PurePosixPath(name)
    free, number = name, 1
    # Case does not part names on Windows and macOS.
    while free.casefold() in taken:
        number += 1
        free = f"{path.stem} ({number}){path.suffix}"
    taken.add(free.casefold())
    return free


def _entry(name: str, at: datetime, *, is_compressed: bool) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=(max(at.year, 1980), *at.timetuple()[1:6]))
    entry.compress_type = zipfile.ZIP_STORED if is_compressed else zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _manifest(packed: Sequence[Packed]) -> bytes:
    written = io.StringIO(newline="")
    rows = csv.writer(written)
    rows.writerow(_HEADING)
    for each in packed:
        cells = (each.name, each.asset_id, each.title, each.version, each.label, each.sha256)
        rows.writerow([escaped(str(cell or "")) for cell in (*cells, each.conversation, each.address)])
    return written.getvalue().encode("utf-8-sig")
