"""The provable log: what happened, in order, so that it can be followed, exported and checked by anyone."""

from shared.eventlog.append import UnloggedChangeError, append
from shared.eventlog.bulk import Entry, append_many
from shared.eventlog.checkpoint import (
    CheckpointError,
    SignedHead,
    SigningKey,
    TreeHead,
    VerifierKey,
)
from shared.eventlog.checkpoints import (
    InclusionProof,
    find_latest_checkpoint,
    get_checkpoint,
    list_checkpoints,
    make_checkpoint,
    prove_consistency,
    prove_inclusion,
    root_at,
    tree_head,
)
from shared.eventlog.consumer import Batched, Consumer, ConsumerStatus, Handler
from shared.eventlog.export import ExportSummary, export_log
from shared.eventlog.feed import SIZE_HEADER, Feed, FeedError, FeedEvent, HttpFeed, LocalFeed, head, read
from shared.eventlog.keys import load_or_create_key, log_origin
from shared.eventlog.models import Checkpoint, ConsumerCursor, Event
from shared.eventlog.sequencer import sequence_pending
from shared.eventlog.state import row_state

__all__ = [
    "SIZE_HEADER",
    "Batched",
    "Checkpoint",
    "CheckpointError",
    "Consumer",
    "ConsumerCursor",
    "ConsumerStatus",
    "Entry",
    "Event",
    "ExportSummary",
    "Feed",
    "FeedError",
    "FeedEvent",
    "Handler",
    "HttpFeed",
    "InclusionProof",
    "LocalFeed",
    "SignedHead",
    "SigningKey",
    "TreeHead",
    "UnloggedChangeError",
    "VerifierKey",
    "append",
    "append_many",
    "export_log",
    "find_latest_checkpoint",
    "get_checkpoint",
    "head",
    "list_checkpoints",
    "load_or_create_key",
    "log_origin",
    "make_checkpoint",
    "prove_consistency",
    "prove_inclusion",
    "read",
    "root_at",
    "row_state",
    "sequence_pending",
    "tree_head",
]
