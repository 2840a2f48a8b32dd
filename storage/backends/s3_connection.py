"""One bucket of an S3-compatible service: its clients, and its errors put into our words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

import boto3
import botocore.session
from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, FlexibleChecksumError, NoCredentialsError
from botocore.loaders import create_loader

from storage.address import S3Address
from storage.backends.s3_refusals import changed_on_the_way, refusal
from storage.contract import StorageUnavailable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import HeadObjectOutputTypeDef

_CONNECTIONS = 64  # two web workers of 32 threads; botocore's 10 would make threads wait
_DESCRIPTIONS = create_loader()  # shared: reading what S3 can do anew costs each store 40 ms


class S3Connection:
    """A bucket and who speaks to it."""

    def __init__(self, address: S3Address, *, access_key: str | None, secret_key: str | None) -> None:
        self.bucket = address.bucket
        self.prefix = address.prefix
        self.has_links = address.links
        self._place = address.endpoint or "the S3 service"
        with self.speaking():
            session = _session(access_key, secret_key)
            self.client = _client(session, address, read_seconds=20, attempts=3)
            # Health must answer at once, so its client neither waits nor tries again.
            self.probe = _client(session, address, read_seconds=3, attempts=1)
            # A browser's parts carry no checksum, so their upload must not ask for one.
            self.plain = _client(session, address, read_seconds=60, attempts=3, checksums="when_required")

    def full(self, key: str) -> str:
        """The whole key of an object of ours, or of a foreign one."""
        return key[1:] if key.startswith("/") else self.prefix + key

    def head(self, key: str) -> HeadObjectOutputTypeDef:
        """Describe an object; the service's own errors."""
        return self.client.head_object(Bucket=self.bucket, Key=self.full(key))

    def require_bucket(self, client: S3Client) -> None:
        """Ask for the bucket itself. Raises StorageUnavailable."""
        with self.speaking():
            client.head_bucket(Bucket=self.bucket)

    @contextmanager
    def speaking(self, key: str | None = None) -> Iterator[None]:
        """Turn whatever the service or the way to it does into an error of ours."""
        try:
            yield
        except ClientError as error:
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            raise refusal(code_of(error), status, bucket=self.bucket, key=key) from error
        except FlexibleChecksumError as error:
            raise changed_on_the_way() from error
        except NoCredentialsError as error:
            raise StorageUnavailable("The object store needs an access key and a secret key.") from error
        except (BotoCoreError, Boto3Error) as error:
            raise StorageUnavailable(
                f"The object store at {self._place} does not answer; see that it runs and can be reached from here."
            ) from error


def code_of(error: ClientError) -> str:
    """The service's own word for what went wrong."""
    return error.response.get("Error", {}).get("Code", "")


def _session(access_key: str | None, secret_key: str | None) -> boto3.session.Session:
    core = botocore.session.Session()
    core.register_component("data_loader", _DESCRIPTIONS)
    return boto3.session.Session(
        aws_access_key_id=access_key, aws_secret_access_key=secret_key, botocore_session=core
    )


def _client(
    session: boto3.session.Session,
    address: S3Address,
    *,
    read_seconds: int,
    attempts: int,
    checksums: Literal["when_supported", "when_required"] = "when_supported",
) -> S3Client:
    config = Config(
        signature_version="s3v4",
        connect_timeout=2,
        read_timeout=read_seconds,
        retries={"mode": "standard", "total_max_attempts": attempts},
        max_pool_connections=_CONNECTIONS,
        request_checksum_calculation=checksums,
        s3={
            # Bucket names in the host need wildcard DNS, which only the big services have.
            "addressing_style": "path" if address.endpoint else "auto",
            "payload_signing_enabled": True,
        },
    )
    region = address.region or ("us-east-1" if address.endpoint else None)
    return session.client("s3", endpoint_url=address.endpoint, region_name=region, config=config)
