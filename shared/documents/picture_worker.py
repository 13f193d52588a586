"""The program that draws pages of a PDF: `python -m shared.documents.picture_worker <pdf> <folder> <first> <last>`.

A process of its own, with limits, because PDFs come from outside: whatever one does to the library that reads it,
the suite goes on. Each page becomes `<page>-<width>.webp` for every width, and `<page>.txt`.
"""

import os
import re
import resource
import sys
from pathlib import Path

from shared.documents.pictures import WIDTHS

_MAX_MEMORY = 2 * 2**30
_MAX_SECONDS = 300
_MAX_HEIGHT = 6_000
_MAX_TEXT = 20_000
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def main(pdf: Path, folder: Path, first: int, last: int) -> None:
    """Draw the pages from `first` to `last`, counted from 1; what is there already is left alone."""
    resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY, _MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_MAX_SECONDS, _MAX_SECONDS))
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    for number in range(first, min(last, len(document)) + 1):
        page = document[number - 1]
        width, height = page.get_size()
        for pixels in WIDTHS:
            target = folder / f"{number}-{pixels}.webp"
            if target.exists():
                continue
            # A page as long as a wall is drawn smaller: it must stay a picture that a browser takes.
            scale = min(pixels / max(width, 1), _MAX_HEIGHT / max(height, 1))
            picture = page.render(scale=scale).to_pil().convert("RGB")
            temporary = target.with_suffix(f".{os.getpid()}")
            picture.save(temporary, "WEBP", quality=82, method=2)
            temporary.replace(target)
        text = page.get_textpage().get_text_bounded().replace("\r\n", "\n")
        _write(folder / f"{number}.txt", _UNSTORABLE.sub("", text).strip()[:_MAX_TEXT])
        page.close()
    document.close()


def _write(target: Path, text: str) -> None:
    temporary = target.with_suffix(f".{os.getpid()}")
    temporary.write_text(text, "utf-8")
    temporary.replace(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
