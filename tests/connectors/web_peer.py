"""Other sides that speak HTTP: a scripted server, nginx, and the certificates that both may ask for."""

import contextlib
import datetime as dt
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Asked:
    """A request as it came. Names of headers are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return msgspec.json.decode(self.body)


@dataclass(frozen=True)
class Says:
    """What the server answers: JSON, or bytes. `length` lies about the size; the connection ends after the body."""

    json: Any = None
    body: bytes | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    media: str = "application/json"
    length: int | None = None


class Web:
    """A server whose answers are a function of the test; it remembers what it was asked."""

    def __init__(self, answer: Callable[[Asked], Says], tls: ssl.SSLContext | None = None) -> None:
        self.answer = answer
        self.asked: list[Asked] = []
        self._tls = tls
        self._port = 0
        self._server: ThreadingHTTPServer | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Listen, at the same port as before."""
        web = self

        class Handler(_Handler):
            peer = web

        self._server = _Server(("127.0.0.1", self._port), Handler)
        self._port = self._server.server_address[1]
        if self._tls is not None:
            self._server.socket = self._tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Die."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
        self._server = None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let whoever breaks off go."""


class _Handler(BaseHTTPRequestHandler):
    peer: Web
    timeout = 20

    def _any(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        asked = Asked(
            self.command,
            parts.path,
            dict(parse_qsl(parts.query, keep_blank_values=True)),
            {name.lower(): value for name, value in self.headers.items()},
            body,
        )
        self.peer.asked.append(asked)
        says = self.peer.answer(asked)
        out = says.body if says.body is not None else msgspec.json.encode(says.json)
        self.send_response(says.status)
        self.send_header("Content-Type", says.media)
        for name, value in says.headers.items():
            self.send_header(name, value)
        if says.status != 304:
            self.send_header("Content-Length", str(len(out) if says.length is None else says.length))
        self.end_headers()
        if says.status != 304:
            self.wfile.write(out)

    do_GET = do_POST = do_PUT = _any  # noqa: N815 - the names that http.server calls

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def web(answer: Callable[[Asked], Says], tls: ssl.SSLContext | None = None) -> Iterator[Web]:
    """Serve as long as the context lasts."""
    one = Web(answer, tls)
    try:
        yield one
    finally:
        one.stop()


@dataclass(frozen=True)
class Papers:
    """PEM of an authority, of a server at 127.0.0.1, and of a client."""

    authority: str
    server: str
    server_key: str
    client: str
    client_key: str

    def server_side(self, folder: Path, *, wants_client: bool = False) -> ssl.SSLContext:
        """The server's side of TLS."""
        for name, text in (("server.pem", self.server), ("server.key", self.server_key), ("ca.pem", self.authority)):
            (folder / name).write_text(text)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "server.pem", folder / "server.key")
        if wants_client:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(folder / "ca.pem")
        return context


def papers() -> Papers:
    """Make an authority and what it signs."""
    key = ec.generate_private_key(ec.SECP256R1())
    root = _signed("Test authority", key.public_key(), "Test authority", key, authority=True)
    found = [_pem(root)]
    for name in ("127.0.0.1", "toancanh"):
        own = ec.generate_private_key(ec.SECP256R1())
        found += [_pem(_signed(name, own.public_key(), "Test authority", key)), _key(own)]
    return Papers(*found)


def _signed(
    name: str, key: ec.EllipticCurvePublicKey, by: str, signs: ec.EllipticCurvePrivateKey, *, authority: bool = False
) -> x509.Certificate:
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, by)]))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signs.public_key()), critical=False)
    )
    if authority:
        usage = x509.KeyUsage(
            digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False, key_encipherment=False,
            data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
        )  # fmt: skip
        made = made.add_extension(usage, critical=True)
    else:
        address = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
        made = made.add_extension(address, critical=False)
    return made.sign(signs, hashes.SHA256())


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _key(key: ec.EllipticCurvePrivateKey) -> str:
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain).decode()


NGINX = """daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
master_process off;
events {{ worker_connections 64; }}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  types {{ application/json json; application/x-ndjson ndjson; text/csv csv; text/xml xml; }}
  gzip on;
  gzip_types application/json text/csv;
  server {{
    listen 127.0.0.1:{port} {ssl};
    root {folder}/www;
    {more}
  }}
}}
"""


class Nginx:
    """nginx serving the files of `www`."""

    def __init__(self, folder: Path, more: str = "", *, tls: bool = False) -> None:
        self.folder = folder
        self.www = folder / "www"
        self.www.mkdir(parents=True)
        with contextlib.closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        told = NGINX.format(folder=folder, port=self.port, more=more, ssl="ssl" if tls else "")
        (folder / "nginx.conf").write_text(told)
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Serve."""
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        self._process = subprocess.Popen([program, "-p", str(self.folder), "-c", "nginx.conf", "-e", "error.log"])
        for _ in range(600):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.05)
        raise AssertionError((self.folder / "error.log").read_text())

    def stop(self) -> None:
        """Die."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
        self._process = None


@contextmanager
def nginx(folder: Path, more: str = "", *, tls: bool = False) -> Iterator[Nginx]:
    """Serve as long as the context lasts."""
    one = Nginx(folder, more, tls=tls)
    try:
        yield one
    finally:
        one.stop()
