"""Certificates: the first drawing of one to bare warm WeasyPrint, and a thousand in one go.

Bare is the same page, its form and its texts in one HTML document with the QR code as a picture, through WeasyPrint
in this process, warm, with the same fonts and the same kind of PDF (PDF/A-3u, tagged) and the same attachment.
"""

import io
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from statistics import median
from uuid import UUID

import weasyprint
from weasyprint.text.fonts import FontConfiguration

from services.training.designs.rules import STANDARD
from services.training.printing.commands import draw, make_finish
from services.training.printing.rules import Printed, form_of, sheet_of
from shared.core.settings import Settings
from shared.core.text import LocalizedText
from shared.documents import qr_svg
from shared.documents.fetcher import AssetFetcher
from shared.documents.worker import PRINT_CSS
from shared.signing import load_keystore
from tests.bench.figures import Figure

BASE = "https://training.example.com"
AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
ROUNDS = 30
MANY = 1000
_SURNAMES = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "薇磊伟洋静娜强敏杰倩丽鹏超琳斌峰洁翔涛雪"


def bench_certificates(settings: Settings) -> list[Figure]:
    """Return the figures; `settings` name the folder of the signing key. Nothing touches a database."""
    return [*bench_first(settings), *bench_many(settings)]


def bench_first(settings: Settings) -> list[Figure]:
    """The first drawing of one certificate, as who asks first waits for it, and bare; taking turns."""
    bare, finish = _Bare(), _finish(settings)
    plain: list[float] = []
    signed: list[float] = []
    bares: list[float] = []
    for number in range(ROUNDS + 3):
        one = [printed(number)]
        bares.append(_seconds(lambda one=one: bare.draw(one[0])))
        plain.append(_seconds(lambda one=one: draw(one, STANDARD, (), "both", BASE)))
        signed.append(_seconds(lambda one=one: draw(one, STANDARD, (), "both", BASE, finish)))
    reference, per_second = 1 / median(bares[3:]), "a second"
    return [
        Figure("certificate, first drawing", per_second, 1 / median(plain[3:]), reference, 0.9),
        Figure("certificate, first drawing, signed", per_second, 1 / median(signed[3:]), reference, 0.9),
    ]


def bench_many(settings: Settings) -> list[Figure]:
    """A thousand certificates in one go, before signing and with signatures; both processes warm."""
    finish = _finish(settings)
    people = [printed(number) for number in range(MANY)]
    draw(people[:120], STANDARD, (), "both", BASE, finish)
    plain = MANY / _seconds(lambda: draw(people, STANDARD, (), "both", BASE))
    signed = MANY / _seconds(lambda: draw(people, STANDARD, (), "both", BASE, finish))
    return [
        Figure("certificates, 1,000 in one go", "a second", plain, None, 100),
        Figure("certificates, 1,000 in one go, signed", "a second", signed, None, 60),
    ]


def printed(number: int) -> Printed:
    """Return the facts of one of many certificates: no two have the same name, number and result."""
    name = "".join(
        text[number // step % len(text)] for text, step in ((_SURNAMES, 1), (_GIVEN, 20), (_GIVEN, 400))
    )
    day = date(2026, 3, 2)
    return Printed(
        UUID(int=number), f"GS-{number:04d}-WXYZ-2345", 1, name, f"GS{number:05d}",
        LocalizedText(zh="反商业贿赂年度培训", en="Annual anti-bribery training"),
        3, 80 + number % 21, AT, day, day, date(2027, 3, 2), None,
    )  # fmt: skip


class _Bare:
    """WeasyPrint with its fonts read, and nothing else of ours."""

    def __init__(self) -> None:
        self._fonts, self._fetcher = FontConfiguration(), AssetFetcher()
        faces = PRINT_CSS.read_text("utf-8")
        self._css = weasyprint.CSS(string=faces, font_config=self._fonts, url_fetcher=self._fetcher)

    def draw(self, one: Printed) -> bytes:
        """Return the certificate as a PDF/A-3u with its data."""
        form, sheet = form_of(STANDARD, "both"), sheet_of(one, STANDARD, "both", BASE)
        assert sheet.code is not None
        assert sheet.attachment is not None
        size = "@page { size: 297mm 210mm; margin: 0; @bottom-right { content: none } } body, p, h1, h2 { margin: 0 }"
        place = "section { position: relative; width: 297mm; height: 209.9mm } section > div { position: absolute }"
        code = qr_svg(sheet.code.text, title=sheet.code.text, size_mm=sheet.code.size)
        html = form.background.replace("<style>", f"<style>{size}{place}{form.style}", 1).replace(
            "</section>", f'{sheet.body}<div style="left: 239.5mm; top: 161mm">{code}</div></section>'
        )
        document = weasyprint.HTML(string=html, base_url="asset:", url_fetcher=self._fetcher).render(
            font_config=self._fonts, stylesheets=[self._css], pdf_variant="pdf/a-3u", pdf_tags=True
        )
        assert len(document.pages) == 1
        attached = weasyprint.Attachment(
            file_obj=io.BytesIO(sheet.attachment.data), name="certificate.json", relationship="Data"
        )
        document.metadata.attachments = [attached]
        pdf: bytes = document.write_pdf(pdf_variant="pdf/a-3u", pdf_tags=True)
        return pdf


def _finish(settings: Settings) -> Callable[[bytes], bytes]:
    return make_finish(load_keystore(settings), AT)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
