"""What waits in quarantine: by reason, released and discarded as a whole, by a steward in a browser."""

import re
import time

from browsing import DemoCity, Opener
from playwright.sync_api import expect

AIR = "environment.air_quality"


def test_a_steward_decides_about_all_that_waits_for_one_reason(demo: DemoCity, window: Opener) -> None:
    station = f"T{time.time_ns()}"
    rows = [
        {"station": station, "time": f"2026-01-01T{hour:02}:00:00Z", "pm25": value}
        for hour, value in [(0, 4001), (1, 4002), (2, 4003), (3, "hỏng")]
    ]
    with demo.client() as client:
        key = client.post("/keys", json={"name": station, "grants": [{"role": "sender"}]}).json()
        sender = {"authorization": f"Bearer {key['key']}"}
        sent = client.post(f"/datasets/{AIR}/records", json=rows, headers=sender).json()
        assert sent["quarantined"] == 4, sent
        shown = window()
        shown.sign_in("demo-admin")
        shown.open("/datasets/environment/air_quality?tab=quarantine")
        page = shown.page
        reasons = page.get_by_role("list", name="Lý do chờ")
        mine = reasons.get_by_role("button").filter(has_text=sent["source"].removeprefix("api:"))
        high = mine.filter(has_text=re.compile(r"^3\s*pm25"))
        expect(high).to_be_visible()
        high.click()
        page.get_by_role("button", name="Thả 3 bản ghi").click()
        expect(high).to_be_hidden()
        broken = mine.filter(has_text=re.compile(r"^1\s*pm25"))
        broken.click()
        page.get_by_role("button", name="Loại 1 bản ghi").click()
        form = page.get_by_role("dialog")
        form.get_by_label("Lý do loại").fill("Đầu đo hỏng")
        form.get_by_role("button", name="Loại 1 bản ghi").click()
        expect(broken).to_be_hidden()
        found = client.get(f"/datasets/{AIR}/records", params={"station": station}).json()
        assert len(found["rows"]) == 3
        waiting = client.get("/quarantine", params={"dataset": AIR, "status": "waiting"}).json()["items"]
        assert not [row for row in waiting if station in str(row["raw"])]
