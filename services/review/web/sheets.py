"""Tables as files: CSV for anything, XLSX for spreadsheets, both safe to open."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from xlsxwriter import Workbook

Cell = str | int | float | dt.datetime | None
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell that begins so would be run by a spreadsheet (OWASP, CSV injection)."""
_TIME = "yyyy-mm-dd hh:mm:ss"
_WIDTH = 20
_HEAD_ROWS = 2
"""Whose copy it is, and the heads of the columns: both stay in sight."""


def as_csv(rows: Iterable[Sequence[Cell]], *, zone: ZoneInfo) -> bytes:
    """UTF-8 with the mark that spreadsheets need to read Chinese."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([_harmless(_words(cell, zone)) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Iterable[Sequence[Cell]], *, zone: ZoneInfo) -> bytes:
    """One sheet; counts are numbers, which can be added up, and times are times.

    All else is text, so that no ID number loses a digit and nothing is taken for a formula.
    """
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        sheet, time = book.add_worksheet(), book.add_format({"num_format": _TIME})
        sheet.freeze_panes(_HEAD_ROWS, 0)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                match cell:
                    case int() | float():
                        sheet.write_number(number, column, cell)
                    case dt.datetime():
                        local = cell.astimezone(zone).replace(tzinfo=None, microsecond=0)
                        sheet.write_datetime(number, column, local, time)
                    case _:
                        sheet.write_string(number, column, _words(cell, zone))
        sheet.set_column(0, sheet.dim_colmax or 0, _WIDTH)
    return out.getvalue()


def _words(cell: Cell, zone: ZoneInfo) -> str:
    if isinstance(cell, dt.datetime):
        return cell.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    return "" if cell is None else str(cell)


def _harmless(words: str) -> str:
    return f"'{words}" if words.startswith(FORMULA_STARTS) else words
