"""Files over HTTP: taking them in, and giving them back so that a browser runs nothing in them."""

from collections.abc import Callable
from typing import Any, TypeVar

import flask
from flask import Response, request
from werkzeug.datastructures import FileStorage

from shared.files import FileStore, StoredFile, clean_name
from shared.web.context import this_app

_View = TypeVar("_View", bound=Callable[..., Any])
_ATTRIBUTE = "__max_upload__"
# A document of another origin: no script, no form, no window, whatever is in it.
_SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self'; sandbox"


def takes_upload(max_bytes: int) -> Callable[[_View], _View]:
    """Let a view take bodies up to `max_bytes` and a margin for the form around the file; others take 20 MB."""

    def mark(view: _View) -> _View:
        setattr(view, _ATTRIBUTE, max_bytes + 2**20)
        return view

    return mark


def apply_upload_limit() -> None:
    """Set the limit of the view that is about to be called; runs before anything reads the body."""
    view = flask.current_app.view_functions.get(request.endpoint or "")
    limit = getattr(view, _ATTRIBUTE, None)
    if limit is not None:
        request.max_content_length = limit


def file_store() -> FileStore:
    """Return the store of this installation."""
    return FileStore(this_app().settings.files_dir)


def uploaded(name: str = "file") -> FileStorage | None:
    """Return the file that was chosen in a form's field, or None when none was."""
    found = request.files.get(name)
    return found if found is not None and found.filename else None


def send_file(stored: StoredFile, *, name: str, inline: bool = False) -> Response:
    """Send a kept file under a name: whole or in ranges (RFC 9110, 14), as a download unless `inline`."""
    response = flask.send_file(
        file_store().path(stored.sha256),
        mimetype=stored.media_type,
        as_attachment=not inline,
        download_name=clean_name(name, stored.kind),
        conditional=True,
        etag=stored.sha256,
        last_modified=stored.stored_at,
    )
    response.headers["Content-Security-Policy"] = _SANDBOX
    return response
