"""Tokens: random, shown once, stored only as their SHA-256. A hash without salt is enough, since nobody can guess them."""

import hashlib
import secrets

KEY_PREFIX = "tck_"
"""Begins every API key, so that scanners find a leaked one."""


def new_token() -> str:
    """Return a session token of 256 random bits."""
    return secrets.token_urlsafe(32)


def new_key() -> str:
    """Return an API key of 256 random bits."""
    return KEY_PREFIX + secrets.token_urlsafe(32)


def new_id(kind: str) -> str:
    """Return a random identifier as `usr_1f0c…`."""
    return f"{kind}_{secrets.token_hex(10)}"


def token_hash(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
