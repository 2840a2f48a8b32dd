"""Any S3-compatible service. boto3 is imported by this folder's S3 files only: its errors and types stop here."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from botocore.exceptions import ClientError

from storage.address import S3Address
from storage.backends.s3_connection import S3Connection, code_of
from storage.backends.s3_parts import S3Parts
from storage.backends.s3_refusals import missing, taken
from storage.backends.s3_sending import LARGEST_BYTES, send
from storage.contract import ObjectMissing, StoredObject
from storage.disposition import attachment
from storage.keys import (
    is_foreign_key,
    is_key,
    require_key,
    require_media_type,
    require_prefix,
    require_range,
    require_readable,
    require_seconds,
    require_sha256,
)
from storage.parts import PartStore
from storage.streams import TranslatedReader, announced

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import GetObjectRequestTypeDef

_BLOCK_BYTES = 256 * 1024


class S3Store:
    """An ObjectStore in one bucket.

    The SHA-256 of every object travels in its metadata, since S3 keeps none of a whole multipart object;
    each request carries the SHA-256 of its own bytes, which the service checks. Parts of a put whose
    process was killed stay until they are swept as abandoned, or the bucket's own lifecycle rule ends them.
    """

    def __init__(self, address: S3Address, *, access_key: str | None, secret_key: str | None) -> None:
        self._connection = S3Connection(address, access_key=access_key, secret_key=secret_key)

    @property
    def parts(self) -> PartStore:
        return S3Parts(self._connection, self.stat)

    def put(
        self,
        key: str,
        stream: BinaryIO,
        *,
        media_type: str,
        limit_bytes: int | None = None,
        expected_sha256: str | None = None,
    ) -> StoredObject:
        require_key(key)
        require_media_type(media_type)
        require_sha256(expected_sha256)
        limit = LARGEST_BYTES if limit_bytes is None else min(limit_bytes, LARGEST_BYTES)
        # Asked first, so that no gigabyte is sent in vain; the condition on the write decides races.
        with suppress(ObjectMissing):
            self.stat(key)
            raise taken(key)
        with announced(stream, limit, expected_sha256) as (source, sha256):
            send(self._connection, key, source, media_type=media_type, sha256=sha256, limit_bytes=limit)
        return self.stat(key)

    def open(self, key: str, *, start: int = 0, length: int | None = None) -> BinaryIO:
        require_range(start, length)
        if length == 0:
            self.stat(key)
            return io.BytesIO()
        require_readable(key)
        speaking = partial(self._connection.speaking, key)
        request: GetObjectRequestTypeDef = {
            "Bucket": self._connection.bucket,
            "Key": self._connection.full(key),
        }
        if start or length is not None:
            request["Range"] = f"bytes={start}-{'' if length is None else start + length - 1}"
        with speaking():
            try:
                body = self._connection.client.get_object(**request)["Body"]
            except ClientError as error:
                if code_of(error) == "InvalidRange":
                    return io.BytesIO()
                raise
        return io.BufferedReader(TranslatedReader(body, speaking), _BLOCK_BYTES)

    def stat(self, key: str) -> StoredObject:
        require_readable(key)
        with self._connection.speaking(key):
            try:
                facts = self._connection.head(key)
            except ClientError as error:
                if missing(code_of(error)):
                    # A HEAD says 404 for a missing bucket too, and that must not look like a lost object.
                    self._connection.require_bucket(self._connection.client)
                raise
        # Whatever others call sha256, only what came through a put of ours was checked.
        sha256 = facts["Metadata"].get("sha256") if is_key(key) else None
        return StoredObject(key, facts["ContentLength"], sha256, facts["LastModified"].astimezone(UTC))

    def delete(self, key: str) -> None:
        require_key(key)
        with suppress(ObjectMissing), self._connection.speaking(key):
            self._connection.client.delete_object(
                Bucket=self._connection.bucket, Key=self._connection.full(key)
            )

    def keys(self, prefix: str = "") -> Iterator[StoredObject]:
        require_prefix(prefix)
        with self._connection.speaking():
            pages = self._connection.client.get_paginator("list_objects_v2").paginate(
                Bucket=self._connection.bucket, Prefix=self._connection.full(prefix)
            )
            for page in pages:
                for found in page.get("Contents", []):
                    key = self._named(found["Key"], foreign=prefix.startswith("/"))
                    if key is not None:
                        yield StoredObject(key, found["Size"], None, found["LastModified"].astimezone(UTC))

    def link(self, key: str, *, seconds: int, file_name: str, media_type: str) -> str | None:
        require_readable(key)
        require_seconds(seconds)
        require_media_type(media_type)
        if not self._connection.has_links:
            return None
        with self._connection.speaking(key):
            return self._connection.client.generate_presigned_url(
                "get_object",
                Params={
                    "Bucket": self._connection.bucket,
                    "Key": self._connection.full(key),
                    "ResponseContentDisposition": attachment(file_name),
                    "ResponseContentType": media_type,
                },
                ExpiresIn=seconds,
            )

    def check(self) -> None:
        with self._connection.speaking():
            self._connection.require_bucket(self._connection.probe)

    def _named(self, full: str, *, foreign: bool) -> str | None:
        """The key under which a listed object is ours, or foreign; None for what no method could name."""
        own = self._connection.prefix
        if not foreign:
            key = full.removeprefix(own)
            return key if is_key(key) else None
        # What lies under our own prefix was not there before us.
        return f"/{full}" if is_foreign_key(f"/{full}") and not (own and full.startswith(own)) else None
