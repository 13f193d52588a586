"""A page of a PDF as a picture, for a preview in the browser."""

import io
import threading

# PDFium is not safe to use from two threads at once.
_turn = threading.Lock()
MAX_WIDTH = 2400


def page_picture(pdf: bytes, *, width: int) -> bytes:
    """Return the first page as a PNG, `width` pixels wide (at most 2400)."""
    import pypdfium2  # On use: it loads a library of 7 MB, and few requests need it.

    with _turn:
        document = pypdfium2.PdfDocument(pdf)
        try:
            page = document[0]
            picture = page.render(scale=min(width, MAX_WIDTH) / page.get_width()).to_pil()
        finally:
            document.close()
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
