"""Tables in workbooks as departments really make them: found under titles, told from totals and notes, row by row."""

from toancanh.sdk.tables.area import cell
from toancanh.sdk.tables.heading import matched
from toancanh.sdk.tables.wish import AT, EVERY, GROUP, SHEET, LeftOut, Table, Wish
from toancanh.sdk.tables.workbook import is_workbook, tables

__all__ = ["AT", "EVERY", "GROUP", "SHEET", "LeftOut", "Table", "Wish", "cell", "is_workbook", "matched", "tables"]
