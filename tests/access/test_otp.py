"""One-time codes, on the test vectors of RFC 6238 (appendix B) and RFC 4226 (appendix D)."""

import base64
from datetime import UTC, datetime

import pytest

from toancanh.access import otp


def secret(text: str) -> str:
    return base64.b32encode(text.encode()).decode()


KEYS = {
    "sha1": secret("12345678901234567890"),
    "sha256": secret("12345678901234567890123456789012"),
    "sha512": secret("1234567890123456789012345678901234567890123456789012345678901234"),
}
RFC_6238 = {
    59: ("94287082", "46119246", "90693936"),
    1111111109: ("07081804", "68084774", "25091201"),
    1111111111: ("14050471", "67062674", "99943326"),
    1234567890: ("89005924", "91819424", "93441116"),
    2000000000: ("69279037", "90698825", "38618901"),
    20000000000: ("65353130", "77737706", "47863826"),
}
RFC_4226 = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"]


@pytest.mark.parametrize(("seconds", "codes"), RFC_6238.items())
def test_the_vectors_of_rfc_6238(seconds: int, codes: tuple[str, ...]) -> None:
    step = otp.step_of(datetime.fromtimestamp(seconds, UTC))
    found = [otp.code_at(key, step, digits=8, algorithm=name) for name, key in KEYS.items()]
    assert tuple(found) == codes


def test_the_vectors_of_rfc_4226() -> None:
    assert [otp.code_at(KEYS["sha1"], step) for step in range(10)] == RFC_4226


def test_a_code_is_good_for_one_step_either_way_and_once() -> None:
    key, moment = otp.new_secret(), datetime(2026, 1, 1, tzinfo=UTC)
    now = otp.step_of(moment)
    codes = {offset: otp.code_at(key, now + offset) for offset in range(-2, 3)}
    for offset, code in codes.items():
        spaced = f" {code[:3]} {code[3:]} "
        good = now + offset if abs(offset) <= 1 else None
        if code not in [other for key_, other in codes.items() if key_ != offset]:
            assert otp.matching_step(key, spaced, moment, None) == good
    assert otp.matching_step(key, codes[0], moment, now) is None
    assert otp.matching_step(key, codes[0], moment, now - 1) == now
    assert otp.matching_step(key, "không", moment, None) is None
