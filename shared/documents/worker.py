"""The program of one rendering process: `python -m shared.documents.worker <fd> <folder> <parent pid>`.

It keeps one warm FontConfiguration (WeasyPrint is not thread-safe, and reading the fonts takes most of the
first second), answers one request at a time, and leaves with its parent, however that one ends.
"""

import hashlib
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
import warnings
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from shared.documents.errors import AssetRefused
from shared.documents.libraries import check_libraries
from shared.documents.protocol import (
    Failed,
    NoLibraries,
    Refused,
    Rendered,
    RenderedMany,
    RenderRequest,
    Reply,
    Request,
    SheetsRequest,
)

if TYPE_CHECKING:
    from shared.documents.press import Press

PRINT_CSS = Path(__file__).with_name("print.css")
PARENT_CHECK_SECONDS = 0.5


class Renderer:
    """WeasyPrint with the fonts loaded. Raises OSError when its libraries cannot be loaded."""

    def __init__(self) -> None:
        # The two fonts come with us, so a machine that has none of its own is as good as any.
        warnings.filterwarnings("ignore", message=".*FontConfig.*")
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration

        from shared.documents.fetcher import AssetFetcher

        self._weasyprint = weasyprint
        self._fonts = FontConfiguration()
        self._fetcher = AssetFetcher()
        self._base = weasyprint.CSS(
            string=PRINT_CSS.read_text("utf-8"), font_config=self._fonts, url_fetcher=self._fetcher
        )

    def render(self, request: RenderRequest) -> bytes:
        """Return the PDF, tagged for screen readers; the same request gives the same bytes."""
        self._fetcher.refused.clear()
        # With a base, a relative address reaches the fetcher and is refused; without one it is only logged.
        page = self._weasyprint.HTML(string=request.html, base_url="asset:", url_fetcher=self._fetcher)
        if not page.etree_element.get("lang"):
            page.etree_element.set("lang", request.language)
        document = page.render(font_config=self._fonts, stylesheets=[self._base], pdf_tags=True)
        self._describe(document.metadata, request)
        identifier = hashlib.sha256(request.html.encode()).digest()[:16]
        pdf: bytes = document.write_pdf(pdf_tags=True, pdf_identifier=identifier)
        if self._fetcher.refused:
            raise AssetRefused(self._fetcher.refused[0])
        return pdf

    @staticmethod
    def _describe(metadata: Any, request: RenderRequest) -> None:
        metadata.title = request.title
        metadata.lang = request.language
        metadata.authors = [request.author] if request.author else []
        metadata.description = request.subject
        metadata.keywords = list(request.keywords)
        metadata.created = request.created.isoformat(timespec="seconds") if request.created else None
        metadata.generator = "Goodstanding"


class Desk:
    """Answers requests; the renderer is made for the first one and kept."""

    def __init__(self) -> None:
        self._renderer: Renderer | None = None
        self._press: Press | None = None

    def answer(self, request: Request) -> Reply:
        """Return the PDF or why there is none. Never raises an Exception."""
        try:
            if self._renderer is None and self._press is None and (missing := check_libraries()):
                return NoLibraries(str(missing.params["missing"]))
            try:
                self._prepare(request)
            except OSError as error:
                return NoLibraries(str(error))
            if isinstance(request, SheetsRequest):
                return RenderedMany(tuple(self._press.draw(request)))  # type: ignore[union-attr]
            return Rendered(self._renderer.render(request))  # type: ignore[union-attr]
        except BaseException as error:
            return _why(error)

    def _prepare(self, request: Request) -> None:
        """Load what this kind of request needs, once."""
        if isinstance(request, SheetsRequest) and self._press is None:
            from shared.documents.press import Press

            self._press = Press()
        elif isinstance(request, RenderRequest) and self._renderer is None:
            self._renderer = Renderer()


def _why(error: BaseException) -> Reply:
    """Turn what WeasyPrint raised into a reply; a refused address arrives as the cause of its fatal error."""
    for refusal in (error, error.__cause__):
        if isinstance(refusal, AssetRefused):
            return Refused(refusal.url)
    if isinstance(error, KeyboardInterrupt | SystemExit):
        raise error
    return Failed("".join(traceback.format_exception(error)))


def main() -> None:
    """Serve until the pool hangs up or is gone."""
    connection: Connection[Reply, Request] = Connection(int(sys.argv[1]))
    folder, parent = Path(sys.argv[2]), int(sys.argv[3])

    def leave(_signal: int = 0, _frame: FrameType | None = None) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(0)  # At once, from whichever thread: nothing here is worth finishing for nobody.

    def leave_with_parent() -> None:
        # Not PR_SET_PDEATHSIG: that fires when the *thread* that started us ends, and request threads end.
        while os.getppid() == parent:
            time.sleep(PARENT_CHECK_SECONDS)
        leave()

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides.
    signal.signal(signal.SIGTERM, leave)
    threading.Thread(target=leave_with_parent, daemon=True).start()
    tempfile.tempdir = str(folder)
    desk = Desk()
    try:
        while True:
            connection.send(desk.answer(connection.recv()))
    except (EOFError, OSError):
        leave()


if __name__ == "__main__":
    main()
