"""Servers of files for tests, on loopback: OpenSSH, and FTP over TLS."""

import datetime
import ipaddress
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from getpass import getuser
from pathlib import Path
from typing import Any

import asyncssh
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Sshd:
    """An OpenSSH server for the user that runs the tests; `key` lets in, `host_key` is its fingerprint."""

    folder: Path
    port: int = field(default_factory=free_port)
    key: str = ""
    host_key: str = ""
    public: str = ""
    user: str = field(default_factory=getuser)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.folder.mkdir()
        host, user = asyncssh.generate_private_key("ssh-ed25519"), asyncssh.generate_private_key("ssh-ed25519")
        host.write_private_key(self.folder / "host")
        (self.folder / "host").chmod(0o600)
        user.write_public_key(self.folder / "known")
        self.key = user.export_private_key().decode()
        self.host_key, self.public = host.get_fingerprint(), host.export_public_key().decode()
        (self.folder / "config").write_text(
            f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {self.folder}/host\nPidFile none\nStrictModes no\n"
            f"AuthorizedKeysFile {self.folder}/known\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin yes\n"
            "Subsystem sftp internal-sftp\nUseDNS no\n"
        )

    def start(self) -> None:
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        with (self.folder / "log").open("ab") as log:
            command = ["/usr/sbin/sshd", "-D", "-e", "-f", str(self.folder / "config")]
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        _wait(self.process, self.port, self.folder / "log")

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)
            self.process = None

    def address(self, folder: Path) -> str:
        return f"sftp://127.0.0.1:{self.port}{folder}"


_FTPS = """
import sys
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import TLS_FTPHandler
from pyftpdlib.servers import FTPServer

port, chain, root, user, password = sys.argv[1:]
TLS_FTPHandler.certfile = chain
TLS_FTPHandler.tls_control_required = TLS_FTPHandler.tls_data_required = True
TLS_FTPHandler.authorizer = DummyAuthorizer()
TLS_FTPHandler.authorizer.add_user(user, password, root, perm="elradfmwMT")
FTPServer(("127.0.0.1", int(port)), TLS_FTPHandler).serve_forever()
"""


class Ftps:
    """An FTP server that takes nothing without TLS, in a process of its own."""

    user, password = "tram", "mật khẩu"

    def __init__(self, folder: Path, root: Path) -> None:
        self.authority, self._chain = _certificate(folder)
        self._root = root
        self._log = folder / "log"
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        told = [str(self.port), str(self._chain), str(self._root), self.user, self.password]
        with self._log.open("ab") as log:
            command = [sys.executable, "-W", "ignore", "-c", _FTPS, *told]
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        _wait(self.process, self.port, self._log)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)
            self.process = None


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait until somebody listens."""
    while True:
        assert process.poll() is None, log.read_text()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)


@contextmanager
def running(server: Any) -> Iterator[Any]:
    """Start a server; it ends with the block."""
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _certificate(folder: Path) -> tuple[str, Path]:
    """Make a certificate for this machine that is its own authority; return (PEM, file with key and certificate)."""
    folder.mkdir(exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "chain.pem"
    path.write_bytes(secret + pem)
    return pem.decode(), path
