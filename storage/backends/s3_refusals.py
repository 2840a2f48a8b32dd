"""What an S3 service's refusals mean to us, told by code and status alone."""

from __future__ import annotations

from storage.contract import (
    ChecksumMismatch,
    ObjectExists,
    ObjectMissing,
    StorageError,
    StorageUnavailable,
)

_MISSING = {"NoSuchKey", "404", "NotFound"}
_TAKEN = {"PreconditionFailed", "412", "ConditionalRequestConflict"}
_CHANGED = {"BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch"}
_CREDENTIALS = {
    "403",
    "AccessDenied",
    "Forbidden",
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "ExpiredToken",
}


def refusal(code: str, status: int, *, bucket: str, key: str | None) -> StorageError:
    """Turn an error answer into ours, with a sentence that says what to do.

    Without a key the question was about the bucket itself.
    """
    if code == "NoSuchBucket" or (missing(code) and key is None):
        return StorageUnavailable(
            f"The object store has no bucket {bucket}; create it or correct the store address."
        )
    if missing(code):
        return ObjectMissing(f"There is no object {key}.")
    if code in _TAKEN and key is not None:
        return taken(key)
    if code in _CHANGED:
        return changed_on_the_way()
    if code == "RequestTimeTooSkewed":
        return StorageUnavailable("This machine's clock and the object store's differ; set them right.")
    if code in _CREDENTIALS:
        return StorageUnavailable(
            f"The object store refuses our credentials for the bucket {bucket}; check the access key,"
            " the secret key and the rights they carry."
        )
    return StorageUnavailable(f"The object store answered {code or 'nothing'} ({status}); try again later.")


def missing(code: str) -> bool:
    """Say whether the code means that the thing asked for is not there."""
    return code in _MISSING


def taken(key: str) -> ObjectExists:
    """Refuse to overwrite."""
    return ObjectExists(f"There is an object {key} already; a key is never used twice.")


def changed_on_the_way() -> ChecksumMismatch:
    """Refuse bytes that are not what was sent."""
    return ChecksumMismatch("The file changed between here and the object store; please try again.")
