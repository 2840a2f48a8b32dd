"""Putting one stream into S3, whole or in parts, never over an object that is there."""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO

from botocore.exceptions import BotoCoreError, ClientError

from storage.backends.s3_connection import S3Connection
from storage.streams import MeasuredStream, sha256_base64

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

_PART_BYTES = 8 * 1024 * 1024  # the smallest part S3 takes is 5 MiB; one part is what a put holds in memory
LARGEST_BYTES = 10_000 * _PART_BYTES  # S3 takes 10,000 parts


@dataclass(frozen=True, slots=True)
class _Claim:
    """One put: what it claims, and a mark by which it knows its own object again."""

    key: str
    media_type: str
    sha256: str
    mark: str

    @property
    def metadata(self) -> dict[str, str]:
        return {"sha256": self.sha256, "put": self.mark}


def send(
    connection: S3Connection, key: str, stream: BinaryIO, *, media_type: str, sha256: str, limit_bytes: int
) -> None:
    """Put the stream under the key; the service checks each request's own bytes.

    Raises ObjectExists, ObjectTooLarge, ChecksumMismatch, StorageUnavailable.
    """
    claim = _Claim(key, media_type, sha256, uuid.uuid4().hex)
    measured = MeasuredStream(stream, limit_bytes)
    first = measured.block(_PART_BYTES)
    with connection.speaking(key):
        try:
            if len(first) < _PART_BYTES:
                measured.verify(sha256)
                _send_whole(connection, claim, first)
            else:
                _send_in_parts(connection, claim, first, measured)
        except ClientError:
            # A second attempt after a lost answer is refused because the first one has arrived.
            if not _has_arrived(connection, claim):
                raise


def _send_whole(connection: S3Connection, claim: _Claim, content: bytes) -> None:
    connection.client.put_object(
        Bucket=connection.bucket,
        Key=connection.full(claim.key),
        Body=content,
        ChecksumSHA256=sha256_base64(content),
        ContentType=claim.media_type,
        Metadata=claim.metadata,
        IfNoneMatch="*",
    )


def _send_in_parts(connection: S3Connection, claim: _Claim, first: bytes, measured: MeasuredStream) -> None:
    bucket, key = connection.bucket, connection.full(claim.key)
    upload_id = connection.client.create_multipart_upload(
        Bucket=bucket,
        Key=key,
        ChecksumAlgorithm="SHA256",
        ContentType=claim.media_type,
        Metadata=claim.metadata,
    )["UploadId"]
    try:
        blocks = chain([first], measured.blocks(_PART_BYTES))
        parts = [_send_part(connection, key, upload_id, n, block) for n, block in enumerate(blocks, start=1)]
        measured.verify(claim.sha256)
        connection.client.complete_multipart_upload(
            Bucket=bucket, Key=key, UploadId=upload_id, MultipartUpload={"Parts": parts}, IfNoneMatch="*"
        )
    except BaseException:
        # Whatever ended the upload is what the caller must hear, not that tidying failed as well.
        with suppress(ClientError, BotoCoreError):
            connection.client.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=upload_id)
        raise


def _send_part(
    connection: S3Connection, key: str, upload_id: str, number: int, content: bytes
) -> CompletedPartTypeDef:
    checksum = sha256_base64(content)
    part = connection.client.upload_part(
        Bucket=connection.bucket,
        Key=key,
        UploadId=upload_id,
        PartNumber=number,
        Body=content,
        ChecksumSHA256=checksum,
    )
    return {"PartNumber": number, "ETag": part["ETag"], "ChecksumSHA256": checksum}


def _has_arrived(connection: S3Connection, claim: _Claim) -> bool:
    try:
        return connection.head(claim.key)["Metadata"].get("put") == claim.mark
    except (ClientError, BotoCoreError):
        return False
