"""How a facts store is: what is broken, what is full, what it holds."""

import json

from toancanh.domain import Text
from toancanh.store.facts.driver import Driver, Question
from toancanh.store.facts.faults import damaged_part
from toancanh.store.facts.protocol import FactsHealth

_DETACHED = (
    "SELECT concat(table, '/', name) FROM {detached_parts} "
    "WHERE database = currentDatabase() AND notEmpty(reason) ORDER BY 1"
)
_STUCK = (
    "SELECT concat(table, ': ', command), latest_fail_reason FROM {mutations} "
    "WHERE database = currentDatabase() AND NOT is_done AND notEmpty(latest_fail_reason) ORDER BY 1"
)
_DAMAGED = (
    "SELECT last_error_message FROM {errors} WHERE name IN ('CHECKSUM_DOESNT_MATCH', 'CORRUPTED_DATA') "
    "AND position(last_error_message, concat(' in table ', currentDatabase(), '.')) > 0"
)
_ROWS = "SELECT name, total_rows FROM system.tables WHERE database = currentDatabase() AND isNotNull(total_rows)"


def measure(driver: Driver, floor: int) -> FactsHealth:
    """Ask the engine how it is. `floor` is the free disk, in bytes, below which no record is accepted; it warns at twice that."""
    version = _ask(driver, "SELECT version()")[0][0]
    detached = tuple(row[0] for row in _ask(driver, _DETACHED.format(detached_parts=driver.system("detached_parts"))))
    free = driver.free_disk()
    problems = [_broken(detached)] if detached else []
    if free < 2 * floor:
        problems.append(_full(free, floor))
    problems += [_stuck(what, why) for what, why in _ask(driver, _STUCK.format(mutations=driver.system("mutations")))]
    problems += [_damage(damaged_part(row[0])) for row in _ask(driver, _DAMAGED.format(errors=driver.system("errors")))]
    rows = {name: int(count) for name, count in _ask(driver, _ROWS)}
    return FactsHealth("degraded" if problems else "ok", str(version), free, detached, problems, rows)


def _ask(driver: Driver, sql: str) -> list[list[str]]:
    raw = driver.select(Question(sql, {}, "JSONCompact", {}, "health"))
    rows: list[list[str]] = json.loads(bytes(raw.view))["data"]
    return rows


def _broken(detached: tuple[str, ...]) -> Text:
    names = ", ".join(detached[:5]) + ("…" if len(detached) > 5 else "")
    return Text(
        vi=f"{len(detached)} phần dữ liệu bị hỏng đã bị tách khỏi kho: {names}. Khôi phục từ bản sao lưu hoặc gửi lại.",
        en=f"{len(detached)} broken parts were set aside: {names}. Restore a backup or have the records sent again.",
    )


def _full(free: int, floor: int) -> Text:
    if free < floor:
        return Text(
            vi=f"Ổ đĩa chỉ còn {free >> 20} MiB, dưới mức {floor >> 20} MiB: kho không nhận thêm bản ghi.",
            en=f"Only {free >> 20} MiB of disk are free, less than {floor >> 20} MiB: no record is accepted.",
        )
    return Text(
        vi=f"Ổ đĩa sắp đầy: còn {free >> 20} MiB; dưới {floor >> 20} MiB kho sẽ ngừng nhận bản ghi.",
        en=f"The disk is nearly full: {free >> 20} MiB left; below {floor >> 20} MiB no record is accepted.",
    )


def _damage(part: str) -> Text:
    return Text(
        vi=f"Dữ liệu hỏng tại {part}: câu hỏi chạm đến phần này sẽ báo lỗi. Khôi phục từ bản sao lưu.",
        en=f"Damaged data in {part}: questions that touch it fail. Restore a backup.",
    )


def _stuck(what: str, why: str) -> Text:
    return Text(vi=f"Thay đổi bị kẹt ở {what}: {why}", en=f"A change is stuck in {what}: {why}")
