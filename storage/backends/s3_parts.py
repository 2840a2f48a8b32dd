"""Uploads in parts in S3: begun and completed by us, sent by whoever holds a presigned address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC
from typing import TYPE_CHECKING, BinaryIO, cast
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from storage.backends.s3_connection import S3Connection, code_of
from storage.backends.s3_refusals import taken
from storage.contract import ObjectMissing, StoredObject
from storage.keys import is_key, require_key, require_media_type, require_prefix, require_seconds
from storage.parts import (
    OpenUpload,
    Part,
    PartsMismatch,
    UploadMissing,
    matched,
    require_number,
    require_part_bytes,
)
from storage.streams import announced

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_s3.type_defs import CORSRuleTypeDef

_GONE = {"NoSuchUpload", "NoSuchKey", "404", "NotFound"}
_UNLIKE = {"InvalidPart", "InvalidPartOrder", "EntityTooSmall"}


class S3Parts:
    """The PartStore of a bucket. Each request is signed with the hash of its own bytes, but for a browser's."""

    def __init__(self, connection: S3Connection, stat: Callable[[str], StoredObject]) -> None:
        self._connection = connection
        self._client = connection.plain
        self._stat = stat

    def begin(self, key: str, *, media_type: str, part_bytes: int) -> str:
        require_key(key)
        require_media_type(media_type)
        require_part_bytes(part_bytes)
        with suppress(ObjectMissing):
            self._stat(key)
            raise taken(key)
        with self._connection.speaking(key):
            return self._client.create_multipart_upload(
                Bucket=self._connection.bucket, Key=self._connection.full(key), ContentType=media_type
            )["UploadId"]

    def link(self, key: str, upload: str, number: int, *, seconds: int) -> str | None:
        require_key(key)
        require_number(number)
        require_seconds(seconds)
        if not self._connection.has_links:
            return None
        with self._connection.speaking(key):
            return self._client.generate_presigned_url(
                "upload_part",
                Params={
                    "Bucket": self._connection.bucket,
                    "Key": self._connection.full(key),
                    "UploadId": upload,
                    "PartNumber": number,
                },
                ExpiresIn=seconds,
            )

    def put(self, key: str, upload: str, number: int, stream: BinaryIO, *, limit_bytes: int) -> Part:
        require_key(key)
        require_number(number)
        with announced(stream, limit_bytes, None) as (source, _sha256):
            beginning = source.tell()
            size_bytes = source.seek(0, 2) - beginning
            source.seek(beginning)
            with self._asking(key):
                part = self._client.upload_part(
                    Bucket=self._connection.bucket,
                    Key=self._connection.full(key),
                    UploadId=upload,
                    PartNumber=number,
                    Body=source,
                    ContentLength=size_bytes,
                )
        return Part(number, size_bytes, part["ETag"].strip('"'))

    def present(self, key: str, upload: str) -> Sequence[Part]:
        require_key(key)
        with self._asking(key):
            pages = self._client.get_paginator("list_parts").paginate(
                Bucket=self._connection.bucket, Key=self._connection.full(key), UploadId=upload
            )
            return [
                Part(found["PartNumber"], found["Size"], found["ETag"].strip('"'))
                for page in pages
                for found in page.get("Parts", [])
            ]

    def complete(self, key: str, upload: str, parts: Sequence[tuple[int, str]]) -> StoredObject:
        try:
            joined = matched(self.present(key, upload), parts)
            with self._asking(key):
                self._client.complete_multipart_upload(
                    Bucket=self._connection.bucket,
                    Key=self._connection.full(key),
                    UploadId=upload,
                    MultipartUpload={"Parts": [{"PartNumber": p.number, "ETag": p.etag} for p in joined]},
                    IfNoneMatch="*",
                )
        except UploadMissing:
            # Asked again after a lost answer: the first one has joined them.
            with suppress(ObjectMissing):
                return self._stat(key)
            raise
        return self._stat(key)

    def abort(self, key: str, upload: str) -> None:
        require_key(key)
        with suppress(UploadMissing), self._asking(key):
            self._client.abort_multipart_upload(
                Bucket=self._connection.bucket, Key=self._connection.full(key), UploadId=upload
            )

    def origin(self) -> str | None:
        url = self.link("origin", "origin", 1, seconds=1)
        return None if url is None else "{0.scheme}://{0.netloc}".format(urlsplit(url))

    def open_to(self, origins: Sequence[str]) -> bool:
        if not self._connection.has_links:
            return False
        with self._connection.speaking():
            rules = self._cors_rules()
            missing = [origin for origin in origins if not any(_admits(rule, origin) for rule in rules)]
            if not missing:
                return False
            ours: CORSRuleTypeDef = {
                "AllowedOrigins": missing,
                "AllowedMethods": ["PUT"],
                "AllowedHeaders": ["*"],
                "ExposeHeaders": ["ETag"],
                "MaxAgeSeconds": 3600,
            }
            self._client.put_bucket_cors(
                Bucket=self._connection.bucket, CORSConfiguration={"CORSRules": [*rules, ours]}
            )
        return True

    def walk(self, prefix: str = "") -> Iterator[OpenUpload]:
        require_prefix(prefix)
        with self._connection.speaking():
            pages = self._client.get_paginator("list_multipart_uploads").paginate(
                Bucket=self._connection.bucket, Prefix=self._connection.full(prefix)
            )
            for page in pages:
                for found in page.get("Uploads", []):
                    key = found["Key"].removeprefix(self._connection.prefix)
                    if is_key(key):
                        yield OpenUpload(key, found["UploadId"], found["Initiated"].astimezone(UTC))

    def _cors_rules(self) -> list[CORSRuleTypeDef]:
        try:
            found = self._client.get_bucket_cors(Bucket=self._connection.bucket)["CORSRules"]
            return cast("list[CORSRuleTypeDef]", found)
        except ClientError as error:
            if code_of(error) == "NoSuchCORSConfiguration":
                return []
            raise

    @contextmanager
    def _asking(self, key: str) -> Iterator[None]:
        """Speak of an upload: what is missing is the upload, not an object."""
        with self._connection.speaking(key):
            try:
                yield
            except ClientError as error:
                if code_of(error) in _GONE:
                    self._connection.require_bucket(self._client)
                    raise UploadMissing(
                        "There is no such upload; it was completed, aborted or never begun."
                    ) from error
                if code_of(error) in _UNLIKE:
                    raise PartsMismatch("The parts that arrived cannot be joined as they are.") from error
                raise


def _admits(rule: CORSRuleTypeDef, origin: str) -> bool:
    exposed = {name.casefold() for name in rule.get("ExposeHeaders", [])}
    admitted = rule["AllowedOrigins"]
    return (
        ("*" in admitted or origin in admitted)
        and "PUT" in rule["AllowedMethods"]
        and not exposed.isdisjoint({"etag", "*"})
    )
