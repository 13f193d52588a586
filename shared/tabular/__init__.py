"""Spreadsheets in and out: CSV and XLSX from strangers, read safely; files for people, written inertly."""

from shared.tabular.cells import parse_day
from shared.tabular.columns import Field, RowError, match_columns
from shared.tabular.reading import Row, Table, read_table
from shared.tabular.writing import write_csv, write_xlsx

__all__ = [
    "Field",
    "Row",
    "RowError",
    "Table",
    "match_columns",
    "parse_day",
    "read_table",
    "write_csv",
    "write_xlsx",
]
