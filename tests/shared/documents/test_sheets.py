"""Many one-page documents of one form: each a PDF/A-3u of its own, the same bytes however they are drawn."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.documents import (
    AssetRefused,
    Attachment,
    PdfPool,
    PrintedCode,
    RenderError,
    Sheet,
    SheetForm,
    page_picture,
    render_sheets,
)
from tests.shared.documents.pdf_parts import embedded_fonts, make_png
from tests.shared.documents.pdfa import attached_json, pdfa_problems

PNG = make_png()
FORM = SheetForm(
    style=".name { left: 20mm; top: 60mm; width: 150mm; font-size: 30pt; font-weight: 700 }",
    background='<!doctype html><html lang="zh-CN"><body><section><div>证书 Certificate</div></section></body></html>',
    author="Goodstanding",
    width=297,
    height=210,
)


def sheet(name: str) -> Sheet:
    return Sheet(
        body=f'<div class="name">{name}</div>',
        title=f"{name} · 1",
        language="zh-CN",
        subject="1",
        created=datetime(2026, 3, 2, tzinfo=UTC),
        attachment=Attachment("data.json", "Data", f'{{"name":"{name}"}}'.encode()),
        code=PrintedCode(f"https://example.com/{name}", 250, 160, 27),
    )


def test_each_sheet_is_a_pdf_a_with_its_own_data_inside(pool: PdfPool) -> None:
    first, second = render_sheets(FORM, [sheet("李薇"), sheet("王磊")], pool=pool)
    assert pdfa_problems(first) == pdfa_problems(second) == []
    assert attached_json(first) == {"name": "李薇"}
    assert attached_json(second) == {"name": "王磊"}


def test_the_same_sheet_gives_the_same_bytes_alone_and_among_many(pool: PdfPool) -> None:
    names = [f"{one}{two}" for one in "李王张刘陈" for two in "薇磊伟洋静娜强敏杰"]
    among = render_sheets(FORM, [sheet(one) for one in names], pool=pool)
    assert len({hashlib.sha256(one).digest() for one in among}) == len(names) > 40
    for place in (0, 17, 44):
        assert render_sheets(FORM, [sheet(names[place])], pool=pool) == [among[place]]


def test_a_sheet_holds_no_letters_of_another(pool: PdfPool) -> None:
    alone, _other = render_sheets(FORM, [sheet("薇"), sheet("龘饕")], pool=pool)
    assert sum(len(font.getBestCmap() or {}) for font in embedded_fonts(alone)) < 60
    assert len(alone) < 40_000


def test_a_letter_that_the_common_font_lacks_is_drawn_with_the_whole_one(pool: PdfPool) -> None:
    (pdf,) = render_sheets(FORM, [sheet("王喆堃龘")], pool=pool)
    assert pdfa_problems(pdf) == []
    families = {(font["name"].getDebugName(1) or "") for font in embedded_fonts(pdf)}
    assert families == {"Noto Sans SC"}


def test_what_is_drawn_is_finished_in_order(pool: PdfPool) -> None:
    names = [f"甲{number}" for number in range(90)]
    plain = render_sheets(FORM, [sheet(one) for one in names], pool=pool)
    assert render_sheets(FORM, [sheet(one) for one in names], pool=pool, finish=lambda pdf: pdf[::-1]) == [
        one[::-1] for one in plain
    ]


def test_a_picture_of_the_form_is_drawn_and_anything_else_is_refused(pool: PdfPool) -> None:
    shown = FORM.background.replace("证书", '<img src="picture:logo" alt="">证书')
    (pdf,) = render_sheets(
        replace(FORM, background=shown, pictures=(("logo", "image/png", PNG),)), [sheet("李薇")], pool=pool
    )
    assert pdfa_problems(pdf) == []
    for address in ("picture:seal", "https://example.com/a.png", "file:///etc/passwd"):
        foreign = FORM.background.replace("证书", f'<img src="{address}" alt="">')
        with pytest.raises(AssetRefused):
            render_sheets(replace(FORM, background=foreign), [sheet("李薇")], pool=pool)
    with pytest.raises(AssetRefused):
        render_sheets(
            FORM, [replace(sheet("x"), body='<div><img src="picture:logo" alt=""></div>')], pool=pool
        )


def test_a_form_of_two_pages_is_an_error_and_not_a_surprise(pool: PdfPool) -> None:
    two = FORM.background.replace("</section>", "</section><section>2</section>")
    with pytest.raises(RenderError, match="does not fit"):
        render_sheets(replace(FORM, background=two), [sheet("李薇")], pool=pool)


def test_no_sheets_are_no_documents() -> None:
    assert render_sheets(FORM, []) == []


def test_a_page_is_shown_as_a_picture(pool: PdfPool) -> None:
    (pdf,) = render_sheets(FORM, [sheet("李薇")], pool=pool)
    picture = page_picture(pdf, width=300)
    assert picture.startswith(b"\x89PNG")
    assert int.from_bytes(picture[16:20], "big") == 300
