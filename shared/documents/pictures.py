"""Pages of PDFs as pictures: drawn once, in a process of their own, and kept by the hash of the PDF."""

import os
import subprocess
import sys
import threading
from pathlib import Path

from shared.core.errors import Unavailable
from shared.core.text import N_

# A phone's width and a desk's, in pixels; a sharp screen takes the next wider one.
WIDTHS = (720, 1440)
_SECONDS = 60.0
_ROOT = Path(__file__).resolve().parents[2]
# Drawing takes a whole core: this many processes at once, the rest waits in line.
_PLACES = threading.BoundedSemaphore(2)


def picture_path(folder: Path, sha256: str, page: int, width: int) -> Path:
    """Return where the picture of a page lies, drawn or not, below the folder in which files are kept."""
    return _folder(folder, sha256) / f"{page}-{width}.webp"


def page_text(folder: Path, sha256: str, page: int) -> str:
    """Return the text of a page for those who cannot see it; "" as long as the page was not drawn."""
    try:
        return (_folder(folder, sha256) / f"{page}.txt").read_text("utf-8")
    except FileNotFoundError:
        return ""


def draw_pages(
    pdf: Path, folder: Path, sha256: str, first: int, last: int, *, seconds: float = _SECONDS
) -> None:
    """Draw the pages from `first` to `last`, counted from 1, of the PDF with that hash.

    Raises Unavailable when that takes longer than `seconds`, or the PDF cannot be drawn.
    """
    target = _folder(folder, sha256)
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    command = [
        *(sys.executable, "-P", "-m", "shared.documents.picture_worker"),
        *(str(pdf), str(target), str(first), str(last)),
    ]
    try:
        with _PLACES:
            subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=seconds,
                check=True,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            )
    except subprocess.TimeoutExpired as error:
        raise Unavailable(N_("The document took too long to draw")) from error
    except subprocess.CalledProcessError as error:
        raise Unavailable(N_("The page could not be drawn; please download the document instead")) from error


def _folder(folder: Path, sha256: str) -> Path:
    return folder.parent / "pictures" / sha256[:2] / sha256
