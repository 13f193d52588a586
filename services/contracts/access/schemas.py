"""Reading what the address of a page asks for."""

from typing import Any

from flask import request
from marshmallow import EXCLUDE, ValidationError

from shared.web.validation import QuerySchema


def read_query(schema: QuerySchema) -> dict[str, Any]:
    """Return the address' arguments through the schema; on a page, what is no possible value narrows nothing."""
    given = {name: value for name, value in request.args.items() if value}
    try:
        found: dict[str, Any] = schema.load(given, unknown=EXCLUDE)
    except ValidationError as error:
        good = {name: value for name, value in given.items() if name not in error.messages_dict}
        found = schema.load(good, unknown=EXCLUDE)
    return found
