"""The text in documents that people hand in, read in a process of its own.

Whatever is in a file, it can at worst end that process: PDFium is native code, is not thread-safe, and a file
may be made to keep it busy for ever.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from shared.core.errors import InvalidInput
from shared.core.text import N_

TIMEOUT = 120.0
READABLE = frozenset({"pdf", "docx", "pptx", "text"})
_ROOT = Path(__file__).resolve().parents[2]


class Unreadable(InvalidInput):
    """No text could be read: the file is damaged, or reading it took too long or too much memory."""

    type = "unreadable-document"
    title = N_("The document cannot be read")


def read_text(path: Path, kind: str, *, timeout: float = TIMEOUT) -> list[str]:
    """Return the text of a file of one of the READABLE kinds, a page (or slide) at a time; a scan has none.

    At most 3 million characters are read. Raises Unreadable.
    """
    assert kind in READABLE
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "shared.documents.text_worker", kind, str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=timeout,
            check=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise Unreadable(N_("The document cannot be read")) from error
    pages: list[str] = json.loads(done.stdout)
    return pages
