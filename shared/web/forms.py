"""HTML forms over the same schemas as the API: what was typed is kept, and errors stand beside their fields."""

from collections.abc import Callable
from typing import Any

from flask import request
from marshmallow import Schema, ValidationError, fields
from werkzeug.datastructures import FileStorage

from shared.core.errors import DomainError
from shared.web.i18n import say
from shared.web.validation import say_field_errors


class Form:
    """A submitted or empty form.

    `values` is what to show in the fields, `errors` maps a field to its sentences (`_schema` for the whole),
    `data` is what the schema made of it once `validate()` has returned True.
    """

    def __init__(self, schema: Schema, values: dict[str, Any] | None = None) -> None:
        self.schema = schema
        self.values: dict[str, Any] = dict(values or {})
        self.errors: dict[str, list[str]] = {}
        self.data: dict[str, Any] = {}

    def validate(self) -> bool:
        """Read the request's form through the schema; say whether it holds."""
        self.values = self._submitted()
        filled = {key: value for key, value in self.values.items() if value not in ("", [])}
        try:
            self.data = self.schema.load(filled)
        except ValidationError as error:
            self.errors = say_field_errors(error.messages)
        return not self.errors

    def carry_out(self, change: Callable[[], object]) -> bool:
        """Do what the form asks for, if it holds; say whether it was done. Else the form shows what is against it."""
        if not self.validate():
            return False
        try:
            change()
        except DomainError as error:
            self.reject(error)
            return False
        return True

    def reject(self, error: DomainError) -> None:
        """Show what a rule said against it: beside its fields, or on top when it concerns none of them."""
        self.errors = {name: [say(one) for one in found] for name, found in error.fields.items()}
        if not self.errors:
            self.errors = {"_schema": [say(error.message)]}

    def file(self, name: str) -> FileStorage | None:
        """Return the uploaded file of that field, if one was chosen."""
        found = request.files.get(name)
        return found if found is not None and found.filename else None

    def _submitted(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, field in self.schema.load_fields.items():
            if isinstance(field, fields.List):
                values[name] = [part.strip() for part in request.form.getlist(name) if part.strip()]
            elif isinstance(field, fields.Boolean):
                values[name] = name in request.form and request.form[name] not in ("", "false", "0")
            elif name in request.form:
                values[name] = request.form[name].strip()
        return values
