"""One syslog message as a record: RFC 5424 and RFC 3164 headers, structured data, CEF and LEEF."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

SEVERITIES = ("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug")
FACILITIES = (
    "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp", "audit",
    "console", "clock", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
)  # fmt: skip
_PRIORITY = re.compile(r"<([0-9]{1,3})>")
_NEW = re.compile(
    r"([1-9][0-9]{0,2}) (-|[0-9T:.Zz+-]{20,35}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) (?=-|\[)",
)
_ELEMENT = re.compile(r'\[([^\s=\]"]{1,32})((?: [^\s=\]"]{1,32}="(?:[^"\\\]]|\\.)*")*) ?\]', re.DOTALL)
_PARAMETER = re.compile(r' ([^\s=\]"]{1,32})="((?:[^"\\\]]|\\.)*)"', re.DOTALL)
_ESCAPED = re.compile(r'\\(["\\\]])')
_OLD = re.compile(
    r"(?:([A-Z][a-z]{2}) {1,2}([0-9]{1,2})(?: ([0-9]{4}))? ([0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?)"
    r"|([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9]{2}:?[0-9]{2})?)):? "
)
_TAG = re.compile(r"([^\s:\[\]]{1,64})(?:\[([^\]\s]{1,32})\])?: ?")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CEF_HEAD = ("cef_version", "vendor", "product", "product_version", "signature", "name", "cef_severity")
_CEF_KEY = re.compile(r"(?:^|(?<=\s))([A-Za-z0-9_.\[\]-]+)=")
_LEEF_HEAD = ("leef_version", "vendor", "product", "product_version", "signature")
_SOON = timedelta(days=1)


class NotSyslog(Exception):
    """A message without what every syslog message has."""


def parse(text: str, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """Return a message as a record; times without a zone are in `zone`, those without a year lie near `now`.

    Raises NotSyslog where there is no priority, or a header of RFC 5424 that is none.
    """
    priority = _PRIORITY.match(text)
    if priority is None or int(priority[1]) > 191:
        raise NotSyslog("priority")
    facility, severity = divmod(int(priority[1]), 8)
    found: dict[str, Any] = {
        "facility": facility,
        "facility_word": FACILITIES[facility],
        "severity": severity,
        "severity_word": SEVERITIES[severity],
    }
    rest = text[priority.end() :]
    if re.match(r"[1-9][0-9]{0,2}( |$)", rest):
        found |= _new(rest)
    else:
        found |= _old(rest, now, zone)
    found |= _inside(str(found.get("message") or ""))
    return found


def _new(text: str) -> dict[str, Any]:
    head = _NEW.match(text)
    if head is None:
        raise NotSyslog("RFC 5424")
    names = ("version", "timestamp", "hostname", "appname", "procid", "msgid")
    found: dict[str, Any] = {
        name: None if said == "-" else said for name, said in zip(names, head.groups(), strict=True)
    }
    found["version"] = int(head[1])
    if found["timestamp"]:
        try:
            moment = datetime.fromisoformat(found["timestamp"])
        except ValueError:
            raise NotSyslog("timestamp") from None
        if moment.tzinfo is None:
            raise NotSyslog("timestamp")
        found["timestamp"] = _said(moment)
    data, at = _data(text, head.end())
    if at < len(text) and text[at] != " ":
        raise NotSyslog("structured data")
    message = text[at + 1 :].removeprefix("\ufeff").removesuffix("\n")
    return found | {"form": "rfc5424", "data": data, "message": message or None}


def _data(text: str, at: int) -> tuple[dict[str, dict[str, str]] | None, int]:
    """Return (structured data by element and name, where it ends)."""
    if text[at] == "-":
        return None, at + 1
    found: dict[str, dict[str, str]] = {}
    while at < len(text) and text[at] == "[":
        element = _ELEMENT.match(text, at)
        if element is None:
            raise NotSyslog("structured data")
        values = {name: _ESCAPED.sub(r"\1", value) for name, value in _PARAMETER.findall(element[2])}
        found[element[1]] = found.get(element[1], {}) | values
        at = element.end()
    return found, at


def _old(text: str, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """Return what RFC 3164 says; what a device leaves out has no value, and the rest is the message."""
    found: dict[str, Any] = {"form": "rfc3164"}
    text = text.rstrip("\r\n")
    head = _OLD.match(text)
    moment = None if head is None else _moment(head, now, zone)
    if head is not None and moment is not None:
        found["timestamp"] = _said(moment)
        text = text[head.end() :]
        host, blank, rest = text.partition(" ")
        if blank and not host.endswith(":") and "[" not in host and not host.startswith(("CEF:", "LEEF:")):
            found["hostname"], text = host, rest
    tag = None if text.startswith(("CEF:", "LEEF:")) else _TAG.match(text)
    if tag is not None:
        found |= {"appname": tag[1], "procid": tag[2]}
        text = text[tag.end() :]
    return found | {"message": text or None}


def _moment(head: re.Match[str], now: datetime, zone: ZoneInfo) -> datetime | None:
    try:
        if head[5]:
            moment = datetime.fromisoformat(head[5])
            return moment if moment.tzinfo else moment.replace(tzinfo=zone)
        clock = datetime.strptime(head[4], "%H:%M:%S.%f" if "." in head[4] else "%H:%M:%S").time()
        month, day, here = _MONTHS.index(head[1]) + 1, int(head[2]), now.astimezone(zone)
        years = [int(head[3])] if head[3] else [here.year + 1, here.year, *range(here.year - 1, here.year - 5, -1)]
        for year in years:
            try:
                moment = datetime(year, month, day, clock.hour, clock.minute, clock.second, clock.microsecond, zone)
            except ValueError:
                continue
            if head[3] or moment <= here + _SOON:
                return moment
    except ValueError:
        return None
    return None


def _said(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _inside(message: str) -> dict[str, Any]:
    """Return what CEF or LEEF in a message says, its fields under `data`."""
    if message.startswith("CEF:"):
        parts = re.split(r"(?<!\\)\|", message[4:], maxsplit=7)
        if len(parts) == 8:
            head = [re.sub(r"\\([|\\])", r"\1", part) for part in parts[:7]]
            return _event("cef", _CEF_HEAD, head, _cef_fields(parts[7]))
    if message.startswith("LEEF:"):
        version, *_ = message[5:].split("|", 1)
        parts = message[5:].split("|", 6 if version.strip().startswith("2") else 5)
        if len(parts) >= 6:
            sign = _leef_sign(parts[5]) if len(parts) == 7 else "\t"
            fields = (one.partition("=") for one in parts[-1].split(sign))
            return _event(
                "leef", _LEEF_HEAD, parts[:5], {name.strip(): value for name, equal, value in fields if equal}
            )
    return {}


def _event(form: str, names: tuple[str, ...], head: list[str], fields: dict[str, str]) -> dict[str, Any]:
    return {"form": form, "data": {form: dict(zip(names, head, strict=True)) | fields}}


def _cef_fields(text: str) -> dict[str, str]:
    keys = [key for key in _CEF_KEY.finditer(text) if not text[: key.end() - 1].endswith("\\")]
    ends = [key.start() for key in keys[1:]] + [len(text)]
    signs = {"n": "\n", "r": "\r"}
    return {
        key[1]: re.sub(r"\\(.)", lambda one: signs.get(one[1], one[1]), text[key.end() : end].strip())
        for key, end in zip(keys, ends, strict=True)
    }


def _leef_sign(said: str) -> str:
    code = re.fullmatch(r"(?:0?x)([0-9A-Fa-f]{1,4})", said)
    return chr(int(code[1], 16)) if code else said or "\t"
