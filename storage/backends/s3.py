"""Any S3-compatible service. The only file that imports boto3: its errors and types stop here."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO

import boto3
import botocore.session
from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, FlexibleChecksumError, NoCredentialsError
from botocore.loaders import create_loader

from storage.address import S3Address
from storage.backends.s3_refusals import changed_on_the_way, missing, refusal, taken
from storage.contract import ObjectMissing, StorageUnavailable, StoredObject
from storage.disposition import attachment
from storage.keys import (
    is_key,
    require_key,
    require_media_type,
    require_prefix,
    require_range,
    require_seconds,
    require_sha256,
)
from storage.streams import MeasuredStream, TranslatedReader, announced, sha256_base64

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef, GetObjectRequestTypeDef, HeadObjectOutputTypeDef

_PART_BYTES = 8 * 1024 * 1024  # the smallest part S3 takes is 5 MiB; one part is what a put holds in memory
_LARGEST_BYTES = 10_000 * _PART_BYTES  # S3 takes 10,000 parts
_CONNECTIONS = 64  # two web workers of 32 threads; botocore's 10 would make threads wait
_BLOCK_BYTES = 256 * 1024
_DESCRIPTIONS = create_loader()  # shared: reading what S3 can do anew costs each store 40 ms


@dataclass(frozen=True, slots=True)
class _Upload:
    """One put: what it claims, and a mark by which it knows its own object again."""

    key: str
    media_type: str
    sha256: str
    mark: str

    @property
    def metadata(self) -> dict[str, str]:
        return {"sha256": self.sha256, "put": self.mark}


class S3Store:
    """An ObjectStore in one bucket.

    The SHA-256 of every object travels in its metadata, since S3 keeps none of a whole multipart object;
    each request carries the SHA-256 of its own bytes, which the service checks. Parts of an upload whose
    process was killed stay until the bucket's own lifecycle rule (AbortIncompleteMultipartUpload) ends them.
    """

    def __init__(self, address: S3Address, *, access_key: str | None, secret_key: str | None) -> None:
        self._address = address
        self._bucket = address.bucket
        with self._speaking():
            session = _session(access_key, secret_key)
            self._client = _client(session, address, read_seconds=20, attempts=3)
            # Health must answer at once, so its client neither waits nor tries again.
            self._probe = _client(session, address, read_seconds=3, attempts=1)

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
        limit = _LARGEST_BYTES if limit_bytes is None else min(limit_bytes, _LARGEST_BYTES)
        # Asked first, so that no gigabyte is sent in vain; the condition on the write decides races.
        with suppress(ObjectMissing):
            self.stat(key)
            raise taken(key)
        with announced(stream, limit, expected_sha256) as (source, sha256):
            upload = _Upload(key, media_type, sha256, uuid.uuid4().hex)
            self._send(upload, MeasuredStream(source, limit))
        return self.stat(key)

    def open(self, key: str, *, start: int = 0, length: int | None = None) -> BinaryIO:
        require_range(start, length)
        if length == 0:
            self.stat(key)
            return io.BytesIO()
        require_key(key)
        request: GetObjectRequestTypeDef = {"Bucket": self._bucket, "Key": self._full(key)}
        if start or length is not None:
            request["Range"] = f"bytes={start}-{'' if length is None else start + length - 1}"
        with self._speaking(key):
            try:
                body = self._client.get_object(**request)["Body"]
            except ClientError as error:
                if _code(error) == "InvalidRange":
                    return io.BytesIO()
                raise
        return io.BufferedReader(TranslatedReader(body, partial(self._speaking, key)), _BLOCK_BYTES)

    def stat(self, key: str) -> StoredObject:
        require_key(key)
        with self._speaking(key):
            try:
                facts = self._head(key)
            except ClientError as error:
                if missing(_code(error)):
                    # A HEAD says 404 for a missing bucket too, and that must not look like a lost object.
                    self._require_bucket(self._client)
                raise
        return StoredObject(
            key,
            facts["ContentLength"],
            facts["Metadata"].get("sha256"),
            facts["LastModified"].astimezone(UTC),
        )

    def delete(self, key: str) -> None:
        require_key(key)
        with suppress(ObjectMissing), self._speaking(key):
            self._client.delete_object(Bucket=self._bucket, Key=self._full(key))

    def keys(self, prefix: str = "") -> Iterator[StoredObject]:
        require_prefix(prefix)
        with self._speaking():
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._full(prefix)
            )
            for page in pages:
                for found in page.get("Contents", []):
                    key = found["Key"].removeprefix(self._address.prefix)
                    if is_key(key):  # others put things into the bucket that no method could name
                        yield StoredObject(key, found["Size"], None, found["LastModified"].astimezone(UTC))

    def link(self, key: str, *, seconds: int, file_name: str, media_type: str) -> str | None:
        require_key(key)
        require_seconds(seconds)
        require_media_type(media_type)
        if not self._address.links:
            return None
        with self._speaking(key):
            return self._client.generate_presigned_url(
                "get_object",
                Params={
                    "Bucket": self._bucket,
                    "Key": self._full(key),
                    "ResponseContentDisposition": attachment(file_name),
                    "ResponseContentType": media_type,
                },
                ExpiresIn=seconds,
            )

    def check(self) -> None:
        with self._speaking():
            self._require_bucket(self._probe)

    def _full(self, key: str) -> str:
        return self._address.prefix + key

    def _head(self, key: str) -> HeadObjectOutputTypeDef:
        return self._client.head_object(Bucket=self._bucket, Key=self._full(key))

    def _require_bucket(self, client: S3Client) -> None:
        with self._speaking():
            client.head_bucket(Bucket=self._bucket)

    def _send(self, upload: _Upload, measured: MeasuredStream) -> None:
        first = measured.block(_PART_BYTES)
        with self._speaking(upload.key):
            try:
                if len(first) < _PART_BYTES:
                    measured.verify(upload.sha256)
                    self._send_whole(upload, first)
                else:
                    self._send_in_parts(upload, first, measured)
            except ClientError:
                # A second attempt after a lost answer is refused because the first one has arrived.
                if not self._has_arrived(upload):
                    raise

    def _send_whole(self, upload: _Upload, content: bytes) -> None:
        self._client.put_object(
            Bucket=self._bucket,
            Key=self._full(upload.key),
            Body=content,
            ChecksumSHA256=sha256_base64(content),
            ContentType=upload.media_type,
            Metadata=upload.metadata,
            IfNoneMatch="*",
        )

    def _send_in_parts(self, upload: _Upload, first: bytes, measured: MeasuredStream) -> None:
        key = self._full(upload.key)
        upload_id = self._client.create_multipart_upload(
            Bucket=self._bucket,
            Key=key,
            ChecksumAlgorithm="SHA256",
            ContentType=upload.media_type,
            Metadata=upload.metadata,
        )["UploadId"]
        try:
            blocks = chain([first], measured.blocks(_PART_BYTES))
            parts = [self._send_part(key, upload_id, n, block) for n, block in enumerate(blocks, start=1)]
            measured.verify(upload.sha256)
            self._client.complete_multipart_upload(
                Bucket=self._bucket,
                Key=key,
                UploadId=upload_id,
                MultipartUpload={"Parts": parts},
                IfNoneMatch="*",
            )
        except BaseException:
            # Whatever ended the upload is what the caller must hear, not that tidying failed as well.
            with suppress(ClientError, BotoCoreError):
                self._client.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload_id)
            raise

    def _send_part(self, key: str, upload_id: str, number: int, content: bytes) -> CompletedPartTypeDef:
        checksum = sha256_base64(content)
        part = self._client.upload_part(
            Bucket=self._bucket,
            Key=key,
            UploadId=upload_id,
            PartNumber=number,
            Body=content,
            ChecksumSHA256=checksum,
        )
        return {"PartNumber": number, "ETag": part["ETag"], "ChecksumSHA256": checksum}

    def _has_arrived(self, upload: _Upload) -> bool:
        try:
            return self._head(upload.key)["Metadata"].get("put") == upload.mark
        except (ClientError, BotoCoreError):
            return False

    @contextmanager
    def _speaking(self, key: str | None = None) -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            raise refusal(_code(error), status, bucket=self._bucket, key=key) from error
        except FlexibleChecksumError as error:
            raise changed_on_the_way() from error
        except NoCredentialsError as error:
            raise StorageUnavailable("The object store needs an access key and a secret key.") from error
        except (BotoCoreError, Boto3Error) as error:
            place = self._address.endpoint or "the S3 service"
            raise StorageUnavailable(
                f"The object store at {place} does not answer; see that it runs and can be reached from here."
            ) from error


def _session(access_key: str | None, secret_key: str | None) -> boto3.session.Session:
    core = botocore.session.Session()
    core.register_component("data_loader", _DESCRIPTIONS)
    return boto3.session.Session(
        aws_access_key_id=access_key, aws_secret_access_key=secret_key, botocore_session=core
    )


def _client(
    session: boto3.session.Session, address: S3Address, *, read_seconds: int, attempts: int
) -> S3Client:
    config = Config(
        signature_version="s3v4",
        connect_timeout=2,
        read_timeout=read_seconds,
        retries={"mode": "standard", "total_max_attempts": attempts},
        max_pool_connections=_CONNECTIONS,
        s3={
            # Bucket names in the host need wildcard DNS, which only the big services have.
            "addressing_style": "path" if address.endpoint else "auto",
            "payload_signing_enabled": True,
        },
    )
    region = address.region or ("us-east-1" if address.endpoint else None)
    return session.client("s3", endpoint_url=address.endpoint, region_name=region, config=config)


def _code(error: ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "")
