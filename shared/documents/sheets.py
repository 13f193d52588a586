"""Many one-page documents of one form in, as many PDF/A-3u documents out."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from shared.documents.errors import AssetRefused, LibrariesMissing, RenderError
from shared.documents.libraries import missing_message
from shared.documents.pdf import default_pool
from shared.documents.pool import PdfPool
from shared.documents.protocol import (
    NoLibraries,
    Refused,
    RenderedMany,
    Reply,
    Sheet,
    SheetForm,
    SheetsRequest,
)

# So many are drawn in one go by one process: enough that what they share costs little, few enough to be done
# in a second, so that one who wants a single page need not wait.
AT_ONCE = 40
# Seconds between two chunks: whoever waits for a process gets it, which a thread that asks again at once would take.
_PAUSE = 0.002


def render_sheets(
    form: SheetForm,
    sheets: Sequence[Sheet],
    *,
    finish: Callable[[bytes], bytes] | None = None,
    pool: PdfPool | None = None,
) -> list[bytes]:
    """Return each sheet as a PDF/A-3u of one page, its attachment inside; all processes of the pool draw.

    `finish` (such as signing) is done here, to what is drawn while the processes draw on. Without it the same form
    and sheet give the same bytes, whatever else is drawn with it. Raises what render_pdf raises, and RenderError
    when a sheet needs more than its page.
    """
    drawers = pool or default_pool()
    finishing = finish or _as_it_is

    def drawn(first: int) -> tuple[bytes, ...]:
        reply = drawers.render(SheetsRequest(form, tuple(sheets[first : first + AT_ONCE])))
        time.sleep(_PAUSE)
        return _pdfs(reply)

    starts = range(0, len(sheets), AT_ONCE)
    if len(starts) <= 1:
        return [finishing(pdf) for first in starts for pdf in drawn(first)]
    with ThreadPoolExecutor(drawers.workers) as threads:
        return [finishing(pdf) for chunk in threads.map(drawn, starts) for pdf in chunk]


def _as_it_is(pdf: bytes) -> bytes:
    return pdf


def _pdfs(reply: Reply) -> tuple[bytes, ...]:
    match reply:
        case RenderedMany(pdfs):
            return pdfs
        case Refused(url):
            raise AssetRefused(url)
        case NoLibraries(missing):
            raise LibrariesMissing(missing_message(missing))
        case failed:
            raise RenderError(getattr(failed, "traceback", "an answer to another question"))
