"""Identity, grants, and what a viewer may see: the one place that compiles access into SQL."""

from toancanh.access.access import DEMO_ACCOUNTS, Access
from toancanh.access.accounts import NewKey, OtpSecret
from toancanh.access.audit import AuditReport, AuditRow, record
from toancanh.access.passwords import PASSWORD_LENGTH, Passwords
from toancanh.access.people import Key, StoredGrant, User
from toancanh.access.rows import Below, units_above, units_below
from toancanh.access.sight import MASK, Columns, Filter, allows, require, row_filter, visible_columns
from toancanh.access.sign_in import Session
from toancanh.access.vocabulary import ACTIONS, ROLE_ACTIONS, TITLES

__all__ = [
    "ACTIONS", "DEMO_ACCOUNTS", "MASK", "PASSWORD_LENGTH", "ROLE_ACTIONS", "TITLES", "Access", "AuditReport", "AuditRow",
    "Below", "Columns", "Filter", "Key", "NewKey", "OtpSecret", "Passwords", "Session", "StoredGrant", "User", "allows",
    "record", "require", "row_filter", "units_above", "units_below", "visible_columns",
]  # fmt: skip
