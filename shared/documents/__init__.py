"""Documents that leave the suite: PDF from HTML, in Chinese and English, and QR codes.

Rendering happens in processes of their own (see `pool`); nothing exported here imports WeasyPrint.
"""

from shared.documents.errors import AssetRefused, LibrariesMissing, RenderError
from shared.documents.libraries import check_libraries
from shared.documents.pdf import close_default_pool, render_pdf
from shared.documents.pool import PdfPool
from shared.documents.qr import qr_svg

__all__ = [
    "AssetRefused",
    "LibrariesMissing",
    "PdfPool",
    "RenderError",
    "check_libraries",
    "close_default_pool",
    "qr_svg",
    "render_pdf",
]
