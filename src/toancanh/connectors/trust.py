"""TLS for connectors: whom to believe, and who the platform is; PEM itself, or paths from the city's folder."""

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from toancanh.domain import InvalidInput, Text
from toancanh.sdk import Secret


def client_trust(
    folder: Path, authority: str | None, certificate: str | None = None, key: Secret | None = None
) -> ssl.SSLContext:
    """Return how a client trusts a server, and shows itself with a certificate. Raises InvalidInput naming the setting.

    The settings are called `authority`, `client_certificate` and `client_key`.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if authority:
        with _usable("authority"):
            context.load_verify_locations(cadata=_pem(authority, folder))
    if certificate and key:
        _show(context, "client_certificate", certificate, key, folder)
    return context


def server_trust(folder: Path, certificate: str, key: Secret, authority: str | None = None) -> ssl.SSLContext:
    """Return how a server shows itself, and with an `authority`, whose certificates its clients need.

    Raises InvalidInput naming the setting: `certificate` or `authority`.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    _show(context, "certificate", certificate, key, folder)
    if authority:
        context.verify_mode = ssl.CERT_REQUIRED
        with _usable("authority"):
            context.load_verify_locations(cadata=_pem(authority, folder))
    return context


def _show(context: ssl.SSLContext, setting: str, certificate: str, key: Secret, folder: Path) -> None:
    with (
        _usable(setting),
        _file(_pem(certificate, folder)) as certificate_path,
        _file(_pem(key, folder)) as key_path,
    ):
        context.load_cert_chain(certificate_path, key_path, password=lambda: "")


@contextmanager
def _usable(setting: str) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        raise InvalidInput(
            Text(
                vi=f"Không dùng được thiết lập “{setting}”: {error}.",
                en=f"The setting '{setting}' cannot be used: {error}.",
            ),
            Text(
                vi="Dán PEM đầy đủ (-----BEGIN …), hoặc ghi đường dẫn tính từ thư mục thành phố.",
                en="Paste the whole PEM (-----BEGIN …), or give a path from the city's folder.",
            ),
            kind="settings",
            setting=setting,
        ) from error


def _pem(given: str | Secret, folder: Path) -> str:
    """Return PEM that was given itself or as a path."""
    said = given.get_secret_value() if isinstance(given, Secret) else given
    return said if "-----BEGIN" in said else (folder / said).read_text(encoding="ascii")


@contextmanager
def _file(text: str) -> Iterator[str]:
    """Give a path at which `text` can be read for a moment: an anonymous file in memory, so that no key touches a disk."""
    descriptor = os.memfd_create("toancanh", os.MFD_CLOEXEC)
    try:
        os.write(descriptor, text.encode())
        yield f"/proc/self/fd/{descriptor}"
    finally:
        os.close(descriptor)
