"""The other side of MQTT: Mosquitto, and paho as a client that shares no line with ours."""

import contextlib
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client, MQTTProtocolVersion
from paho.mqtt.enums import CallbackAPIVersion
from web_peer import Papers

CONFIG = """user root
persistence true
persistence_location {folder}/
log_dest file {folder}/log
log_type all
max_queued_messages 0
max_connections -1
listener {port} 127.0.0.1
{more}
"""
TLS = """cafile {folder}/ca.pem
certfile {folder}/server.pem
keyfile {folder}/server.key
require_certificate true
"""


def free_port() -> int:
    """A port that nobody listens at."""
    with contextlib.closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Mosquitto:
    """A broker whose sessions are on disk."""

    def __init__(self, folder: Path, more: str = "allow_anonymous true", tls: Papers | None = None) -> None:
        folder.mkdir()
        self.folder = folder
        self.port = free_port()
        if tls is not None:
            tls.server_side(folder)
            more += "\n" + TLS.format(folder=folder)
            (folder / "ca.pem").write_text(tls.authority)
        self.url = f"{'mqtts' if tls else 'mqtt'}://127.0.0.1:{self.port}"
        (folder / "mosquitto.conf").write_text(CONFIG.format(folder=folder, port=self.port, more=more))
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Listen, at the same port as before."""
        program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
        self._process = subprocess.Popen([program, "-c", str(self.folder / "mosquitto.conf")])
        for _ in range(600):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.05)
        raise AssertionError((self.folder / "log").read_text())

    def stop(self) -> None:
        """End in order, sessions saved."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
        self._process = None


@contextmanager
def mosquitto(folder: Path, more: str = "allow_anonymous true", tls: Papers | None = None) -> Iterator[Mosquitto]:
    """A broker as long as the context lasts."""
    one = Mosquitto(folder, more, tls)
    try:
        yield one
    finally:
        one.stop()


class Device:
    """paho, connected: `say` waits until all is acknowledged; `heard` collects what it is told."""

    def __init__(self, port: int, name: str = "", version: int = 4, **more: Any) -> None:
        self.heard: list[tuple[str, bytes, int, bool]] = []
        self.reasons: list[int] = []
        self.gone = threading.Event()
        self._there = threading.Event()
        protocol = MQTTProtocolVersion(version)
        clean = {} if version == 5 else {"clean_session": more.pop("clean", True)}
        self.client = Client(CallbackAPIVersion.VERSION2, name, protocol=protocol, **clean)
        self.client.max_queued_messages_set(0)
        if "user" in more:
            self.client.username_pw_set(more.pop("user"), more.pop("password"))
        if "tls" in more:
            self.client.tls_set_context(more.pop("tls"))
        if "will" in more:
            self.client.will_set(*more.pop("will"))
        self.client.on_connect = lambda _c, _u, flags, reason, _p: self._connected(flags, reason)
        self.client.on_disconnect = lambda *_: self.gone.set()
        self.client.on_message = lambda _c, _u, m: self.heard.append((m.topic, m.payload, m.qos, m.retain))
        self.client.reconnect_delay_set(60)
        self.client.connect("127.0.0.1", port, **{"keepalive": 20, **more})
        self.client.loop_start()
        assert self._there.wait(20)

    def _connected(self, flags: Any, reason: Any) -> None:
        self.present = flags.session_present
        self.reasons.append(reason.value)
        self._there.set()

    def say(self, topic: str, payload: bytes | str, qos: int = 1, retain: bool = False) -> None:
        """Publish one message."""
        self.say_all([(topic, payload)], qos, retain)

    def say_all(self, messages: Sequence[tuple[str, bytes | str]], qos: int = 1, retain: bool = False) -> None:
        """Publish and wait until all are acknowledged."""
        told = [self.client.publish(topic, payload, qos, retain) for topic, payload in messages]
        for one in told:
            one.wait_for_publish(60)
            assert one.is_published()

    def hear(self, topic: str, qos: int = 1) -> None:
        """Subscribe and wait until it is granted."""
        granted = threading.Event()
        self.client.on_subscribe = lambda *_: granted.set()
        self.client.subscribe(topic, qos)
        assert granted.wait(20)

    def leave(self, *, rudely: bool = False) -> None:
        """Disconnect, with a word or without."""
        if rudely:
            sock = self.client.socket()
            self.client.loop_stop()
            sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        else:
            self.client.disconnect()
            self.client.loop_stop()


@contextmanager
def device(port: int, name: str = "", version: int = 4, **more: Any) -> Iterator[Device]:
    """A client as long as the context lasts."""
    one = Device(port, name, version, **more)
    try:
        yield one
    finally:
        one.leave()


def trusting(papers: Papers, folder: Path, *, shows: bool = True) -> ssl.SSLContext:
    """A client's side of TLS."""
    context = ssl.create_default_context(cadata=papers.authority)
    if shows:
        (folder / "client.pem").write_text(papers.client + papers.client_key)
        context.load_cert_chain(folder / "client.pem")
    return context
