"""Documents that leave the suite: PDF from HTML, in Chinese and English, and QR codes; and
the text of documents that came in.

Rendering happens in processes of their own (see `pool`); nothing exported here imports WeasyPrint.
"""

from shared.documents.errors import AssetRefused, LibrariesMissing, RenderError
from shared.documents.libraries import check_libraries
from shared.documents.pdf import close_default_pool, render_pdf
from shared.documents.picture import page_picture
from shared.documents.pool import PdfPool
from shared.documents.protocol import Attachment, PrintedCode, Sheet, SheetForm
from shared.documents.qr import qr_svg
from shared.documents.sheets import render_sheets
from shared.documents.text import READABLE, Unreadable, read_text

__all__ = [
    "READABLE",
    "AssetRefused",
    "Attachment",
    "LibrariesMissing",
    "PdfPool",
    "PrintedCode",
    "RenderError",
    "Sheet",
    "SheetForm",
    "Unreadable",
    "check_libraries",
    "close_default_pool",
    "page_picture",
    "qr_svg",
    "read_text",
    "render_pdf",
    "render_sheets",
]
