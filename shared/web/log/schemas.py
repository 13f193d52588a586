"""What the log says over HTTP, and what may be asked."""

import marshmallow as ma
from marshmallow import fields, validate
from webargs.fields import DelimitedList

from shared.eventlog.feed import BEYOND
from shared.web.validation import Integer, QuerySchema

# `after` may lie beyond the end, so that nothing but the size is asked.
_MOST = BEYOND
_TYPE = validate.Regexp(r"^[a-z0-9_.]{1,120}$")


class FeedQuerySchema(QuerySchema):
    """Which events: those from position `after` on."""

    after = Integer(
        load_default=0,
        validate=validate.Range(min=0, max=_MOST),
        metadata={"description": "How many events you have taken in: the next position you want."},
    )
    limit = Integer(load_default=100, validate=validate.Range(min=1, max=1000))
    types = DelimitedList(
        fields.String(validate=_TYPE),
        validate=validate.Length(min=1, max=50),
        metadata={"description": "Only these types. The positions of others are then missing."},
    )
    wait = Integer(
        load_default=0,
        validate=validate.Range(min=0, max=20),
        metadata={
            "description": "Seconds to wait for the log to grow, if `after` is its end. "
            "The answer may come earlier and be empty."
        },
    )


class LogCloudEventSchema(ma.Schema):
    """A CloudEvent 1.0; `data` is missing once it has been erased."""

    specversion = fields.String(required=True, validate=validate.Equal("1.0"))
    id = fields.UUID(required=True)
    source = fields.String(required=True)
    type = fields.String(required=True)
    subject = fields.String(required=True)
    time = fields.String(
        required=True, metadata={"format": "date-time", "description": "When it took effect"}
    )
    datacontenttype = fields.String(required=True)
    sequence = fields.String(
        required=True,
        metadata={"description": "The position in the log, as 19 digits", "pattern": "^[0-9]{19}$"},
    )
    recordedtime = fields.String(
        required=True, metadata={"format": "date-time", "description": "When it was recorded"}
    )
    actor = fields.String(required=True)
    personid = fields.UUID()
    data = fields.Dict()


class CheckpointQuerySchema(QuerySchema):
    """Which checkpoints: the largest first, those smaller than `before`."""

    before = Integer(load_default=None, validate=validate.Range(min=0, max=_MOST))
    limit = Integer(load_default=50, validate=validate.Range(min=1, max=200))


class LogCheckpointSchema(ma.Schema):
    """A signed head of the log; `note` is the C2SP checkpoint that was signed."""

    size = fields.Integer(required=True)
    root = fields.String(required=True, metadata={"pattern": "^[0-9a-f]{64}$"})
    note = fields.String(required=True)
    made_at = fields.DateTime(required=True)


class InclusionQuerySchema(QuerySchema):
    """That the event at `position` is among the first `size` events (by default all there are)."""

    position = Integer(required=True, validate=validate.Range(min=0, max=_MOST))
    size = Integer(load_default=None, validate=validate.Range(min=1, max=_MOST))


class LogInclusionProofSchema(ma.Schema):
    """An audit path (RFC 9162, 2.1.3), lowest sibling first; hashes are SHA-256, in hexadecimal."""

    position = fields.Integer(required=True)
    size = fields.Integer(required=True)
    leaf = fields.String(required=True)
    path = fields.List(fields.String(), required=True)
    root = fields.String(required=True)


class ConsistencyQuerySchema(QuerySchema):
    """That the log of `second` events extends the log of `first` events."""

    first = Integer(required=True, validate=validate.Range(min=1, max=_MOST))
    second = Integer(required=True, validate=validate.Range(min=1, max=_MOST))


class LogConsistencyProofSchema(ma.Schema):
    """A consistency proof (RFC 9162, 2.1.4); hashes are SHA-256, in hexadecimal."""

    first = fields.Integer(required=True)
    second = fields.Integer(required=True)
    first_root = fields.String(required=True)
    second_root = fields.String(required=True)
    path = fields.List(fields.String(), required=True)


class LogKeySchema(ma.Schema):
    """With what checkpoints of this log are verified: a C2SP verifier key (Ed25519)."""

    origin = fields.String(required=True)
    key = fields.String(required=True)
