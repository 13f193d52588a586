"""A service's log over HTTP: the feed others follow, and what anybody needs to check it."""

from typing import Any

from flask import Response

from shared.core.errors import Conflict, NotFound
from shared.core.text import N_
from shared.eventlog import (
    SIZE_HEADER,
    Checkpoint,
    LocalFeed,
    find_latest_checkpoint,
    get_checkpoint,
    list_checkpoints,
    load_or_create_key,
    prove_consistency,
    prove_inclusion,
    root_at,
    sequence_pending,
    tree_head,
)
from shared.web.api import ApiBlueprint
from shared.web.context import current_uow, this_app
from shared.web.guards import guard, public
from shared.web.log import schemas
from shared.web.permissions import FEED_READ, LOG_READ
from shared.web.service import Service

_SIZE = {SIZE_HEADER: {"description": "How many events the log has", "schema": {"type": "integer"}}}


def make_log_api(service: Service) -> ApiBlueprint:
    """Return the operations on the log of `service`, for its app to mount."""
    blp = ApiBlueprint(
        "log",
        __name__,
        url_prefix=f"/{service.name}/v1",
        description="The provable log: what happened, in order, and the proofs that it is so",
    )
    _add_feed(blp, service.name)
    _add_checkpoints(blp, service.name)
    _add_proofs(blp)
    return blp


def _add_feed(blp: ApiBlueprint, name: str) -> None:
    @blp.get("/events")
    @guard(FEED_READ)
    @blp.arguments(schemas.FeedQuerySchema, location="query")
    @blp.response(200, schemas.LogCloudEventSchema(many=True), headers=_SIZE)
    @blp.problems(401, 403, 422)
    def list_events(arguments: dict[str, Any]) -> tuple[list[dict[str, Any]], dict[str, str]]:
        """Return events in order, as CloudEvents, waiting for the next one if asked to."""
        # No unit of work of the request's own: while it waits, it must hold neither connection nor snapshot.
        app, after = this_app(), arguments["after"]
        feed = LocalFeed(app.database, name)
        if arguments["wait"]:
            app.bell.wait_until(lambda: feed.head() != after, arguments["wait"])
        events = feed.read(after, arguments["limit"], arguments.get("types"))
        return [one.to_cloudevent() for one in events], {SIZE_HEADER: str(feed.head())}


def _add_checkpoints(blp: ApiBlueprint, name: str) -> None:
    @blp.get("/checkpoints")
    @guard(LOG_READ)
    @blp.arguments(schemas.CheckpointQuerySchema, location="query")
    @blp.response(200, schemas.LogCheckpointSchema(many=True))
    @blp.problems(401, 403, 422)
    def list_signed_heads(arguments: dict[str, Any]) -> list[dict[str, Any]]:
        """List checkpoints, the largest first."""
        found = list_checkpoints(current_uow(), limit=arguments["limit"], before_size=arguments["before"])
        return [_described(one) for one in found]

    @blp.get("/checkpoints/latest")
    @guard(LOG_READ)
    @blp.response(200, schemas.LogCheckpointSchema)
    @blp.problems(401, 403, 404)
    def get_latest() -> dict[str, Any]:
        """Return the latest checkpoint."""
        return _described(_latest())

    @blp.get("/checkpoints/latest/note")
    @guard(LOG_READ)
    @blp.response(200, {"type": "string"}, content_type="text/plain")
    @blp.problems(401, 403, 404)
    def get_latest_note() -> Response:
        """Return the latest checkpoint as a C2SP signed note: keep it, to hold later states against it."""
        return _note(_latest(), name)

    @blp.get("/checkpoints/<int:size>/note")
    @guard(LOG_READ)
    @blp.response(200, {"type": "string"}, content_type="text/plain")
    @blp.problems(401, 403, 404)
    def get_note(size: int) -> Response:
        """Return the checkpoint of a size as a C2SP signed note."""
        if size > 2**62:
            raise NotFound(N_("There is no checkpoint of this size"))
        return _note(get_checkpoint(current_uow(), size), name)

    @blp.get("/log-key")
    @public("a key that is given to everybody is what makes the signatures worth something")
    @blp.response(200, schemas.LogKeySchema)
    @blp.doc(security=[])
    def get_key() -> dict[str, str]:
        """Return the key that verifies this log's checkpoints."""
        key = load_or_create_key(this_app().settings.key_dir, name)
        return {"origin": key.name, "key": str(key.verifier_key)}


def _add_proofs(blp: ApiBlueprint) -> None:
    @blp.get("/proofs/inclusion")
    @guard(LOG_READ)
    @blp.arguments(schemas.InclusionQuerySchema, location="query")
    @blp.response(200, schemas.LogInclusionProofSchema)
    @blp.problems(401, 403, 404, 409, 422)
    def get_inclusion(arguments: dict[str, Any]) -> dict[str, Any]:
        """Prove that an event is in the log."""
        sequence_pending(this_app().database)
        uow, position, size = current_uow(), arguments["position"], arguments["size"]
        if size is not None and size > tree_head(uow, "").size:
            raise NotFound(N_("The log has not reached this size"))
        try:
            proof = prove_inclusion(uow, position, size)
        except LookupError as error:
            raise _damaged() from error
        return {
            "position": proof.position,
            "size": proof.size,
            "leaf": proof.leaf.hex(),
            "path": [one.hex() for one in proof.path],
            "root": proof.root.hex(),
        }

    @blp.get("/proofs/consistency")
    @guard(LOG_READ)
    @blp.arguments(schemas.ConsistencyQuerySchema, location="query")
    @blp.response(200, schemas.LogConsistencyProofSchema)
    @blp.problems(401, 403, 404, 409, 422)
    def get_consistency(arguments: dict[str, Any]) -> dict[str, Any]:
        """Prove that a later state of the log extends an earlier one."""
        sequence_pending(this_app().database)
        uow, first, second = current_uow(), arguments["first"], arguments["second"]
        if not first <= second <= tree_head(uow, "").size:
            raise NotFound(N_("The log has not had these two sizes, the smaller first"))
        try:
            path = prove_consistency(uow, first, second)
            roots = root_at(uow, first), root_at(uow, second)
        except LookupError as error:
            raise _damaged() from error
        return {
            "first": first,
            "second": second,
            "first_root": roots[0].hex(),
            "second_root": roots[1].hex(),
            "path": [one.hex() for one in path],
        }


def _latest() -> Checkpoint:
    found = find_latest_checkpoint(current_uow())
    if found is None:
        raise NotFound(N_("There is no checkpoint yet: one is signed every hour"))
    return found


def _described(one: Checkpoint) -> dict[str, Any]:
    return {"size": one.size, "root": one.root.hex(), "note": one.note, "made_at": one.made_at}


def _note(one: Checkpoint, name: str) -> Response:
    response = Response(one.note, mimetype="text/plain")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-checkpoint-{one.size}.txt"'
    return response


def _damaged() -> Conflict:
    return Conflict(N_("Events that the proof rests on are missing from the log: it has been damaged"))
