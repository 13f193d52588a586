"""Tables and documents as files to be saved."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from flask import Response

from shared.tabular import write_csv, write_xlsx

Form = Literal["csv", "xlsx"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def table_file(form: Form, name: str, headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """Return a table as a CSV or XLSX file; `name` is ASCII and without an extension."""
    if form == "csv":
        return attachment(write_csv(headers, rows), "text/csv", f"{name}.csv")
    return attachment(write_xlsx(headers, rows, sheet=name), XLSX, f"{name}.xlsx")


def attachment(body: bytes, media_type: str, name: str) -> Response:
    """Return bytes to be saved under a name, which is ASCII."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, mimetype=media_type, headers=headers)
