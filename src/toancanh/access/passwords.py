"""Passwords as Argon2id hashes (RFC 9106), worked out in a few threads so that sign-ins never take the machine."""

import asyncio
import secrets
import unicodedata
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from toancanh.domain import InvalidInput, Overloaded, Text

T = TypeVar("T")

PARALLEL = 2
"""Passwords worked on at once; each takes 64 MiB for the time."""
WAITING = 64
PASSWORD_LENGTH = 10
"""Fewest characters of a password."""
_LONGEST = 1000


class Passwords:
    """Hashes and checks passwords. Raises Overloaded when too many wait."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._threads = ThreadPoolExecutor(PARALLEL, thread_name_prefix="passwords")
        self._waiting = 0
        self._nobody = _hash_of_nothing(self._hasher)

    async def hash(self, password: str) -> str:
        """Return the hash to store."""
        return await self._run(self._hash, password)

    async def verify(self, stored: str | None, password: str) -> bool:
        """Return whether `password` belongs to the `stored` hash; None, for a user that is not there, takes as long."""
        return await self._run(self._verify, stored, password)

    def outdated(self, stored: str) -> bool:
        """Return whether a hash was made with weaker settings than those of today."""
        return self._hasher.check_needs_rehash(stored)

    async def close(self) -> None:
        """End the threads."""
        await asyncio.to_thread(self._threads.shutdown)

    async def _run(self, work: Callable[..., T], *arguments: object) -> T:
        if self._waiting >= WAITING:
            raise Overloaded(
                Text(vi="Quá nhiều người đang đăng nhập cùng lúc.", en="Too many people are signing in at once."),
                Text(vi="Hãy thử lại sau vài giây.", en="Try again in a few seconds."),
                retry_after=5,
            )
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)
        finally:
            self._waiting -= 1

    def _hash(self, password: str) -> str:
        return self._hasher.hash(_normal(password))

    def _verify(self, stored: str | None, password: str) -> bool:
        try:
            self._hasher.verify(stored or self._nobody, _normal(password))
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None


def _hash_of_nothing(hasher: PasswordHasher) -> str:
    """Return a hash that no password has and that takes as long to check as any: chance in the place of salt and hash."""
    salt, hashed = (
        b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (hasher.salt_len, hasher.hash_len)
    )
    costs = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2{hasher.type.name.lower()}$v=19${costs}${salt}${hashed}"


def check_password(password: str, username: str) -> None:
    """Raise InvalidInput for a new password that is too short, too long, or the name itself."""
    if PASSWORD_LENGTH <= len(password) <= _LONGEST and password.strip().lower() != username:
        return
    raise InvalidInput(
        Text(vi="Mật khẩu không đạt yêu cầu.", en="The password will not do."),
        Text(
            vi=f"Dùng từ {PASSWORD_LENGTH} đến {_LONGEST} ký tự, khác tên đăng nhập.",
            en=f"Use {PASSWORD_LENGTH} to {_LONGEST} characters, and not the user's name.",
        ),
    )


def _normal(password: str) -> bytes:
    """Keyboards write the same Vietnamese letter in several ways; all become one (RFC 8265, OpaqueString)."""
    return unicodedata.normalize("NFC", password[: 2 * _LONGEST]).encode("utf-8", "surrogatepass")
