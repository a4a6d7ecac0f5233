"""What people do with the platform day by day: so far, entering figures and approving them."""

from toancanh.operations.checking import Earlier, Remark
from toancanh.operations.delegations import Delegation, Delegations
from toancanh.operations.forms import Form
from toancanh.operations.keeping import Key, Taken
from toancanh.operations.sight import Submission
from toancanh.operations.submissions import Duty, Submissions
from toancanh.operations.transitions import STATES, STEPS, Step, SubmissionState

__all__ = [
    "STATES", "STEPS", "Delegation", "Delegations", "Duty", "Earlier", "Form", "Key", "Remark", "Submission", "SubmissionState", "Submissions", "Step", "Taken",
]  # fmt: skip
