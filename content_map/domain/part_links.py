"""Addresses that take one part of one upload for a while, for whoever holds them."""

from __future__ import annotations

import hashlib
import hmac


def sign(secret: str, upload_id: str, number: int, expires: int) -> str:
    """Sign an address; `expires` is in seconds since 1970."""
    said = f"part:{upload_id}:{number}:{expires}".encode()
    return hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()


def is_genuine(secret: str, upload_id: str, number: int, expires: int, signature: str) -> bool:
    """Say whether we signed exactly this; whether it has expired is for the caller's clock."""
    # Bytes, since compare_digest refuses text beyond ASCII.
    return hmac.compare_digest(sign(secret, upload_id, number, expires).encode(), signature.encode())
