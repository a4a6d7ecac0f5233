"""What may become of a submission of figures: one table, the only place that says so."""

from dataclasses import dataclass
from typing import Literal

from toancanh.domain import Text

SubmissionState = Literal["draft", "submitted", "checked", "approved", "locked", "returned"]
Step = Literal["submit", "withdraw", "check", "approve", "return", "reopen", "lock", "correct"]


@dataclass(frozen=True, slots=True)
class Transition:
    """One step from a state to the next. `action` is the right that it takes; `reason` says whether it must be given.

    `other` asks for somebody else than those who submitted or checked the submission.
    """

    step: Step
    before: SubmissionState
    after: SubmissionState
    action: str
    reason: bool = False
    other: bool = False


TRANSITIONS: tuple[Transition, ...] = (
    Transition("submit", "draft", "submitted", "send"),
    Transition("submit", "returned", "submitted", "send"),
    Transition("withdraw", "submitted", "draft", "send"),
    Transition("check", "submitted", "checked", "approve", other=True),
    Transition("approve", "submitted", "approved", "approve", other=True),
    Transition("approve", "checked", "approved", "approve", other=True),
    Transition("return", "submitted", "returned", "approve", reason=True),
    Transition("return", "checked", "returned", "approve", reason=True),
    Transition("reopen", "approved", "draft", "approve", reason=True),
    Transition("lock", "approved", "locked", "approve"),
    Transition("correct", "approved", "draft", "send", reason=True),
    Transition("correct", "locked", "draft", "send", reason=True),
)
"""`reopen` and `correct` begin a new revision; what was approved stays in force until that one is approved."""
STATES: dict[SubmissionState, Text] = {
    "draft": Text(vi="Đang nhập", en="Draft"),
    "submitted": Text(vi="Chờ duyệt", en="Submitted"),
    "checked": Text(vi="Đã kiểm tra", en="Checked"),
    "approved": Text(vi="Đã duyệt", en="Approved"),
    "locked": Text(vi="Đã khóa", en="Locked"),
    "returned": Text(vi="Trả lại", en="Returned"),
}
STEPS: dict[Step, Text] = {
    "submit": Text(vi="Gửi duyệt", en="Submit"),
    "withdraw": Text(vi="Rút lại", en="Withdraw"),
    "check": Text(vi="Xác nhận kiểm tra", en="Confirm the check"),
    "approve": Text(vi="Duyệt", en="Approve"),
    "return": Text(vi="Trả lại", en="Return"),
    "reopen": Text(vi="Mở lại", en="Reopen"),
    "lock": Text(vi="Khóa", en="Lock"),
    "correct": Text(vi="Đính chính", en="Correct"),
}
WRITABLE: frozenset[SubmissionState] = frozenset({"draft", "returned"})
"""States in which figures may be changed."""


def steps_from(state: SubmissionState, levels: int) -> tuple[Transition, ...]:
    """Return the steps out of a state, where `levels` people approve: with two, one checks before another approves."""
    skipped = {("approve", "submitted")} if levels == 2 else {("check", "submitted"), ("approve", "checked")}
    return tuple(one for one in TRANSITIONS if one.before == state and (one.step, one.before) not in skipped)
