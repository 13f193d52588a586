"""Many one-page documents of one form, fast: the part of `worker` that draws them.

What the sheets have in common is drawn once. Their own texts are laid out together, as the pages of one document;
each page is then written as a PDF/A-3u of its own with the fonts cut to its letters, and the common part is laid
under it. Nothing depends on which sheets are drawn together: the same sheet gives the same bytes, alone or among
a thousand. Only the worker imports this module, because it imports WeasyPrint.
"""

import hashlib
import io
import warnings
from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, datetime

import pikepdf
import segno
import weasyprint
from weasyprint.document import Document, DocumentMetadata
from weasyprint.text.fonts import FontConfiguration

from shared.core.canonical import canonical_json
from shared.documents.errors import AssetRefused
from shared.documents.fetcher import AssetFetcher
from shared.documents.protocol import Attachment, PrintedCode, Sheet, SheetForm, SheetsRequest
from shared.documents.qr import QUIET_ZONE

_VARIANT = {"pdf_variant": "pdf/a-3u", "pdf_tags": True}
_FORMS_KEPT = 8
# Any of the eight can be read (ISO/IEC 18004, 7.8); comparing them takes longer than all else of the code.
_MASK = 4
_POINTS = 72 / 25.4
# A common font first: letters are cut out of it five times as fast as out of the whole one.
_FACES = "".join(
    f'@font-face {{ font-family: "{family}"; font-weight: {weight}; src: url("asset:fonts/NotoSansSC_{file}.ttf") }}\n'
    for family, weight, file in (
        ("Sheet Sans", 400, "400Common"),
        ("Sheet Sans", 700, "700Common"),
        ("Sheet Sans Whole", 400, "400Regular"),
        ("Sheet Sans Whole", 700, "700Bold"),
    )
)
FAMILY = '"Sheet Sans", "Sheet Sans Whole", sans-serif'
_BASE = """
@page { size: %(width)smm %(height)smm; margin: 0 }
html { font: 400 10pt/1.5 %(family)s; color: #111 }
body, p, h1, h2, h3 { margin: 0; font-size: inherit; font-weight: inherit }
section { position: relative; width: %(width)smm; height: %(inner)smm; overflow: hidden; break-after: page }
section > div { position: absolute }
img { image-rendering: pixelated }
"""


class Press:
    """WeasyPrint with the fonts loaded, and the last forms that were used."""

    def __init__(self) -> None:
        warnings.filterwarnings("ignore", message=".*FontConfig.*")
        self._fonts = FontConfiguration()
        self._fetcher = AssetFetcher()
        self._faces = weasyprint.CSS(string=_FACES, font_config=self._fonts, url_fetcher=self._fetcher)
        self._forms: OrderedDict[bytes, tuple[weasyprint.CSS, pikepdf.Object, pikepdf.Pdf]] = OrderedDict()

    def draw(self, request: SheetsRequest) -> list[bytes]:
        """Return one PDF a sheet. Raises AssetRefused when something outside of the form is asked for."""
        style, underlay, _owner = self._form(request.form)
        self._fetcher.pictures.clear()
        sections = "".join(f'<section lang="{one.language}">{one.body}</section>' for one in request.sheets)
        page = f'<!doctype html><html lang="{request.sheets[0].language}"><body>{sections}</body></html>'
        laid_out = self._lay_out(page, style)
        if len(laid_out.pages) != len(request.sheets):
            raise ValueError("a sheet does not fit its page")
        author = request.form.author
        return [
            _finish(_write(laid_out, number, sheet, author), underlay, sheet, request.form.height)
            for number, sheet in enumerate(request.sheets)
        ]

    def _form(self, form: SheetForm) -> tuple[weasyprint.CSS, pikepdf.Object, pikepdf.Pdf]:
        key = hashlib.sha256(canonical_json({"form": _plain(form)})).digest()
        if key in self._forms:
            self._forms.move_to_end(key)
            return self._forms[key]
        base = _BASE % {
            "width": form.width, "height": form.height, "inner": form.height - 0.1, "family": FAMILY,
        }  # fmt: skip
        common = weasyprint.CSS(string=base, font_config=self._fonts, url_fetcher=self._fetcher)
        style = weasyprint.CSS(string=base + form.style, font_config=self._fonts, url_fetcher=self._fetcher)
        self._fetcher.pictures = {name: (kind, content) for name, kind, content in form.pictures}
        drawn = self._lay_out(form.background, common, {}).write_pdf()
        owner = pikepdf.open(io.BytesIO(drawn))
        if len(owner.pages) != 1:
            raise ValueError("the background does not fit its page")
        underlay = owner.make_indirect(owner.pages[0].as_form_xobject())
        self._forms[key] = (style, underlay, owner)
        if len(self._forms) > _FORMS_KEPT:
            self._forms.popitem(last=False)
        return self._forms[key]

    def _lay_out(
        self, html: str, style: weasyprint.CSS, variant: Mapping[str, object] = _VARIANT
    ) -> Document:
        self._fetcher.refused.clear()
        page = weasyprint.HTML(string=html, base_url="asset:", url_fetcher=self._fetcher)
        drawn = page.render(font_config=self._fonts, stylesheets=[self._faces, style], **variant)
        if self._fetcher.refused:
            raise AssetRefused(self._fetcher.refused[0])
        return drawn


def _plain(form: SheetForm) -> dict[str, object]:
    """Return the form as values with a canonical form; pictures by their digest."""
    pictures = [(name, kind, hashlib.sha256(content).digest()) for name, kind, content in form.pictures]
    size = [str(form.width), str(form.height)]
    return {"style": form.style, "background": form.background, "pictures": pictures, "size": size}


def _write(laid_out: Document, number: int, sheet: Sheet, author: str) -> bytes:
    """Return one page as a document of its own, with its metadata and its attachment."""
    one = laid_out.copy([laid_out.pages[number]])
    one.metadata = DocumentMetadata(
        title=sheet.title,
        authors=[author],
        description=sheet.subject,
        created=sheet.created.isoformat(timespec="seconds") if sheet.created else None,
        lang=sheet.language,
        generator="Goodstanding",
        attachments=[_attached(sheet.attachment, sheet.created)] if sheet.attachment else [],
    )
    identifier = hashlib.sha256(sheet.body.encode() + sheet.title.encode()).digest()[:16]
    pdf: bytes = one.write_pdf(pdf_identifier=identifier, uncompressed_pdf=True, **_VARIANT)
    return pdf


def _attached(given: Attachment, created: datetime | None) -> weasyprint.Attachment:
    # Never the clock: the same sheet gives the same bytes.
    at = created or datetime(2000, 1, 1, tzinfo=UTC)
    return weasyprint.Attachment(
        file_obj=io.BytesIO(given.data), name=given.name, description=given.description,
        created=at, modified=at, relationship="Data",
    )  # fmt: skip


def _finish(pdf: bytes, underlay: pikepdf.Object, sheet: Sheet, height: float) -> bytes:
    """Lay the form under the page, print the code on it, and write the file compressed."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        page = document.pages[0]
        resources = page.obj.Resources
        if "/XObject" not in resources:
            resources.XObject = pikepdf.Dictionary()
        resources.XObject["/Form"] = document.copy_foreign(underlay)
        # Before the page's own marks, which begin by turning the coordinates upside down.
        under = b"/Artifact BMC q /Form Do Q EMC\n"
        code = _code_marks(sheet.code, height) if sheet.code is not None else b""
        page.contents_add(under + code, prepend=True)
        _name_the_data(document)
        out = io.BytesIO()
        document.save(
            out,
            deterministic_id=True,
            compress_streams=True,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return out.getvalue()


def _name_the_data(document: pikepdf.Pdf) -> None:
    """Say that the attachment is JSON, and list it once among the associated files (ISO 19005-3, 6.8)."""
    files = document.Root.get("/AF")
    if files is None:
        return
    document.Root.AF = pikepdf.Array([files[0]])
    files[0].EF.F.Subtype = pikepdf.Name("/application/json")


def _code_marks(code: PrintedCode, height: float) -> bytes:
    """Return the drawing of a QR code: white ground, then one black bar for each run of dark modules."""
    rows = [list(row) for row in segno.make_qr(code.text, error="m", mask=_MASK).matrix]
    module = code.size * _POINTS / (len(rows) + 2 * QUIET_ZONE)
    left, top = code.left * _POINTS, (height - code.top) * _POINTS
    side = code.size * _POINTS
    marks = [f"/Artifact BMC q 1 1 1 rg {left:.3f} {top - side:.3f} {side:.3f} {side:.3f} re f 0 0 0 rg"]
    for number, row in enumerate(rows):
        bottom = top - (number + 1 + QUIET_ZONE) * module
        start = 0
        while start < len(row):
            if not row[start]:
                start += 1
                continue
            end = start
            while end < len(row) and row[end]:
                end += 1
            x = left + (start + QUIET_ZONE) * module
            marks.append(f"{x:.3f} {bottom:.3f} {(end - start) * module:.3f} {module:.3f} re")
            start = end
    return "\n".join([*marks, "f Q EMC"]).encode()
