"""A connection to a broker: the handshake, packets both ways, keep-alive, and what its refusals mean."""

import asyncio
import contextlib
import secrets
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from toancanh.connectors.mqtt.manifest import Settings
from toancanh.connectors.mqtt.packets import (
    Broken,
    Connack,
    Connect,
    Kind,
    Leave,
    Packet,
    Ping,
    Properties,
    Stream,
    encode,
)
from toancanh.connectors.trust import client_trust
from toancanh.domain import SourceFailed, Text
from toancanh.sdk import Job, malformed, refused, unreachable

_PATIENCE = 12.0
"""Seconds for the handshake."""
_PIECE = 1 << 16
_EARLIER = {1: 0x84, 2: 0x85, 3: 0x88, 4: 0x86, 5: 0x87}
"""Return codes before MQTT 5, as its reason codes."""
_LATER = (0x88, 0x89, 0x8B, 0x97, 0x9F)
"""Reasons that pass by themselves."""
_REASONS = {
    0x80: Text(vi="không nêu lý do", en="no reason given"),
    0x81: Text(vi="gói tin không đúng", en="malformed packet"),
    0x82: Text(vi="sai giao thức", en="protocol error"),
    0x84: Text(vi="không hỗ trợ phiên bản MQTT này; chọn 3.1.1", en="this version of MQTT is not spoken; choose 3.1.1"),
    0x85: Text(vi="mã máy khách không hợp lệ", en="client identifier not valid"),
    0x86: Text(vi="sai tài khoản hoặc mật khẩu", en="wrong user or password"),
    0x87: Text(vi="không có quyền", en="not authorised"),
    0x88: Text(vi="máy chủ chưa sẵn sàng", en="server unavailable"),
    0x89: Text(vi="máy chủ bận", en="server busy"),
    0x8A: Text(vi="máy khách bị cấm", en="banned"),
    0x8B: Text(vi="máy chủ đang dừng", en="server shutting down"),
    0x8C: Text(vi="cách xác thực không hợp lệ", en="bad authentication method"),
    0x8D: Text(vi="quá hạn nhịp hỏi thăm", en="keep-alive timeout"),
    0x8E: Text(vi="một hệ thống khác dùng cùng mã máy khách", en="another system has taken the same client identifier"),
    0x8F: Text(vi="chủ đề không hợp lệ", en="topic filter not valid"),
    0x95: Text(vi="gói tin quá lớn", en="packet too large"),
    0x97: Text(vi="vượt hạn mức", en="quota exceeded"),
    0x98: Text(vi="người quản trị đã ngắt", en="cut off by an administrator"),
    0x9C: Text(vi="phải dùng máy chủ khác", en="another server is to be used"),
    0x9D: Text(vi="máy chủ đã chuyển chỗ", en="the server has moved"),
    0x9E: Text(vi="không hỗ trợ đăng ký dùng chung", en="shared subscriptions not supported"),
    0x9F: Text(vi="kết nối quá dày", en="connection rate exceeded"),
    0xA2: Text(vi="không hỗ trợ ký tự đại diện", en="wildcard subscriptions not supported"),
}


class Client:
    """Speaks with the broker of a source; who is there twice is cut off. Every failure is a SourceFailed."""

    def __init__(self, settings: Settings, job: Job) -> None:
        self._settings = settings
        self._job = job
        parts = urlsplit(settings.url)
        self._secure = parts.scheme == "mqtts"
        self._host = parts.hostname or ""
        self._port = parts.port or (8883 if self._secure else 1883)
        self.where = f"{self._host}:{self._port}"
        self.version = 5 if settings.version == "5" else 4
        self.lasting = not job.trial and settings.keep_hours > 0
        self.present = False
        self._stream = Stream(self.version, (settings.max_kilobytes << 10) + _PIECE)
        self._heard = 0.0
        self._silent = False
        self._beating: asyncio.TimerHandle | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._early: list[Packet] = []

    async def open(self) -> None:
        """Connect and introduce ourselves; afterwards `present` says whether the broker still knows us."""
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._connect()
                said = await self._answer()
        except TimeoutError as error:
            raise unreachable(self.where, f"{_PATIENCE:.0f} s") from error
        reason = said.reason if self.version == 5 else _EARLIER.get(said.reason, said.reason)
        if reason:
            raise self.failure(reason, said.properties)
        self.present = said.present
        self._keep(said.properties.get("server_keep_alive", self._settings.keep_alive))

    async def come(self) -> Iterator[Packet]:
        """Wait for bytes and return the packets that are whole with them; reading them may raise Broken."""
        if self._early:
            early, self._early = self._early, []
            return iter(early)
        with self._failing():
            data = await self._reader.read(_PIECE)
        if not data:
            why = "im lặng quá lâu / silent for too long" if self._silent else "kết nối bị đóng / connection closed"
            raise unreachable(self.where, why)
        self._heard = _clock()
        return self._stream.feed(data)

    def send(self, *packets: Packet) -> None:
        """Send packets, if there is still a connection."""
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(b"".join(encode(packet, self.version) for packet in packets))

    def waiting(self) -> None:
        """Say that we do not listen for a while, so that no silence is counted."""
        self._heard = float("inf")

    async def close(self) -> None:
        """Say good-bye."""
        if self._beating is not None:
            self._beating.cancel()
        if self._writer is not None:
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(2):
                    self.send(Leave())
                    self._writer.close()
                    await self._writer.wait_closed()

    def broken(self, error: Broken) -> SourceFailed:
        """Leave a broker that sent something that is no MQTT; return what to raise."""
        if self.version == 5:
            self.send(Leave(Kind.DISCONNECT, error.reason))
        return malformed(self.where, error)

    def failure(self, reason: int, properties: Properties, about: str = "") -> SourceFailed:
        """Return the error for a reason code, in both languages, with what the broker says itself."""
        own = " – ".join(filter(None, (about, str(properties.get("reason", ""))[:200])))
        text = _REASONS.get(reason, Text(vi="lý do khác", en="another reason"))
        why = {
            language: f"{said} (0x{reason:02X}){': ' + own if own else ''}"
            for language, said in (("vi", text.vi), ("en", text.en))
        }
        make = unreachable if reason in _LATER else refused
        vi, en = make(self.where, why["vi"]), make(self.where, why["en"])
        return SourceFailed(Text(vi=vi.message.vi, en=en.message.en), en.remedy, **en.details)

    async def _connect(self) -> None:
        settings = self._settings
        trust = None
        if self._secure:
            trust = await asyncio.to_thread(
                client_trust, self._job.folder, settings.authority, settings.client_certificate, settings.client_key
            )
        with self._failing():
            self._reader, self._writer = await asyncio.open_connection(self._host, self._port, ssl=trust)
        properties: Properties = {}
        if self.version == 5:
            properties = {
                "receive_maximum": settings.in_flight,
                "maximum_packet": (settings.max_kilobytes << 10) + _PIECE,
                "session_expiry": settings.keep_hours * 3600 if self.lasting else 0,
            }
        password = settings.password.get_secret_value().encode() if settings.password else None
        client = settings.client_id or f"toancanh-{self._job.source.replace('.', '-')}"
        if self._job.trial:
            client = f"toancanh-{secrets.token_hex(6)}"
        self.send(
            Connect(
                client,
                self.version,
                not self.lasting,
                settings.keep_alive,
                settings.user,
                password,
                properties=properties,
            )
        )

    async def _answer(self) -> Connack:
        """Wait for CONNACK; what comes right behind it stays for later."""
        try:
            while True:
                found = list(await self.come())
                if found:
                    break
        except Broken as error:
            raise self.broken(error) from error
        if not isinstance(found[0], Connack):
            raise malformed(self.where, f"{type(found[0]).__name__} instead of CONNACK")
        self._early = found[1:]
        return found[0]

    @contextlib.contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            why = f"{type(error).__name__}: {error}".rstrip(": ")
            rejected = isinstance(error, ssl.SSLError) and "alert" in str(error).lower()
            raise refused(self.where, why) if rejected else unreachable(self.where, why) from error

    def _keep(self, seconds: int) -> None:
        """Let the broker hear from us every `seconds`, and give it up where it says nothing for one and a half."""
        loop = asyncio.get_running_loop()

        def beat() -> None:
            if _clock() - self._heard > 1.5 * seconds and self._writer is not None:
                self._silent = True
                self._writer.transport.abort()
                return
            self.send(Ping(Kind.PINGREQ))
            self._beating = loop.call_later(seconds / 2, beat)

        if seconds:
            self._heard = _clock()
            self._beating = loop.call_later(seconds / 2, beat)


def _clock() -> float:
    return asyncio.get_running_loop().time()
