"""The serial port, by pyserial: an extra of the connectors that need it."""

from typing import Any

from toancanh.domain import SourceFailed, Text


def open_serial(path: str, baud: int) -> Any:
    """Return an open port whose `fileno()` can be read. Raises SourceFailed without pyserial, OSError without the port."""
    try:
        import serial  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        raise SourceFailed(
            Text(vi="Thiếu thư viện pyserial để đọc cổng nối tiếp.", en="pyserial is needed to read a serial port."),
            Text(vi="Cài bằng: pip install toancanh[ais].", en="Install it: pip install toancanh[ais]."),
            kind="unreachable",
        ) from error
    return serial.Serial(path, baud, timeout=0, exclusive=True)
