"""Evidence at the edge."""

from shared.web.validation import Schema, Text


class HandInSchema(Schema):
    """What is said with a file."""

    note = Text(500, least=0, load_default="")


class ReturnSchema(Schema):
    """Why something is returned."""

    reason = Text(1_000, least=0, load_default="")
