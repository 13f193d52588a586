"""HTML in, PDF out."""

import atexit
import os
from collections.abc import Sequence
from datetime import datetime

from shared.documents.errors import AssetRefused, LibrariesMissing, RenderError
from shared.documents.libraries import missing_message
from shared.documents.pool import PdfPool
from shared.documents.protocol import NoLibraries, Refused, Rendered, RenderRequest

_default = PdfPool(workers=min(os.cpu_count() or 1, 4))


def render_pdf(
    html: str,
    *,
    title: str,
    language: str,
    author: str | None = None,
    subject: str | None = None,
    keywords: Sequence[str] = (),
    created: datetime | None = None,
    pool: PdfPool | None = None,
) -> bytes:
    """Return `html`, a complete page, as a tagged PDF with the suite's fonts and print rules (print.css).

    `language` is a BCP 47 tag (`zh-CN`, `en`). The clock is not read: pass `created` (aware) if the
    document should state when it was made; the same arguments give the same bytes. Raises AssetRefused when
    the page loads anything but the suite's assets, LibrariesMissing, Unavailable when there is no worker to
    be had or it takes too long, and RenderError when the renderer itself breaks.
    """
    if created is not None and created.tzinfo is None:
        raise ValueError("created must be aware")
    request = RenderRequest(html, title, language, author, subject, tuple(keywords), created)
    reply = (pool or _default).render(request)
    match reply:
        case Rendered(pdf):
            return pdf
        case Refused(url):
            raise AssetRefused(url)
        case NoLibraries(missing):
            raise LibrariesMissing(missing_message(missing))
        case failed:
            raise RenderError(getattr(failed, "traceback", "an answer to another question"))


def default_pool() -> PdfPool:
    """Return the pool that this process shares among all that it draws."""
    return _default


def close_default_pool() -> None:
    """End the rendering processes of this process; documents cannot be made afterwards."""
    _default.close()


atexit.register(close_default_pool)
