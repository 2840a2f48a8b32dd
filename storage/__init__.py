"""Object storage as a library: bytes under keys, on this machine's disk or in any S3-compatible service."""

from __future__ import annotations

from pathlib import Path

from storage.address import DiskAddress, S3Address, parse_address
from storage.contract import (
    ChecksumMismatch,
    ObjectExists,
    ObjectMissing,
    ObjectStore,
    ObjectTooLarge,
    StorageError,
    StorageUnavailable,
    StoredObject,
)
from storage.disposition import attachment
from storage.parts import OpenUpload, Part, PartsMismatch, PartStore, UploadMissing

__all__ = [
    "ChecksumMismatch",
    "ObjectExists",
    "ObjectMissing",
    "ObjectStore",
    "ObjectTooLarge",
    "OpenUpload",
    "Part",
    "PartStore",
    "PartsMismatch",
    "StorageError",
    "StorageUnavailable",
    "StoredObject",
    "UploadMissing",
    "attachment",
    "open_store",
]


def open_store(url: str, *, access_key: str | None = None, secret_key: str | None = None) -> ObjectStore:
    """Open the store at `disk:/path`, `disk:relative/path` or `s3://bucket[/prefix]?endpoint=…&region=…`.

    `links=off` in an S3 address makes `link()` answer None, for a service that browsers cannot reach.
    Without both keys the credentials come from boto3's own chain (environment, profile, instance role).
    A disk store makes its folder and sweeps what killed processes left; an S3 store is not asked anything
    before its first use. Raises ValueError for an address it cannot read, StorageUnavailable.
    """
    # Each backend is imported on demand: boto3 costs a third of a second that a disk store need not pay.
    match parse_address(url):
        case DiskAddress(folder):
            from storage.backends.disk import DiskStore

            return DiskStore(Path(folder))
        case S3Address() as address:
            from storage.backends.s3 import S3Store

            return S3Store(address, access_key=access_key, secret_key=secret_key)
