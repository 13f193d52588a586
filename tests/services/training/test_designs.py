"""Designs and re-issues in the browser, from the first draft to the pages of certificates printed anew."""

from io import BytesIO

import pytest
from sqlalchemy import select

from services.training.designing.schemas import form_values
from services.training.designs.models import Design, DesignVersion
from services.training.designs.rules import STANDARD
from shared.core.principals import Role
from shared.files import FileStore
from tests.harness import Harness, assert_page
from tests.services.training.factories import create_active
from tests.services.training.test_corrections import PNG
from tests.services.training.test_reissues import certificates, earned, published


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Pages do not depend on the engine; what they call is tested on both."""
    return str(request.param)


def test_the_pages_show_how_many_and_one_of_them_before_anything_changes(h: Harness) -> None:
    earned(h)
    design_id, version_id = published(h)
    browser = h.client(Role.TRAINER)
    new = "/training/certificates/reissues/new"
    assert_page(browser.get("/training/certificates/reissues"))
    assert_page(browser.get(new))
    fields = {"design_version_id": str(version_id), "employee_numbers": "N0, N1"}
    text = assert_page(browser.submit(new, {**fields, "then": "show"}, form_of=new))
    assert "2 certificates would" in text
    assert_page(h.client(Role.TRAINER, locale="zh").get(new))
    assert {one.revision for one in certificates(h)} == {1}
    picture = browser.get(f"/training/certificates/reissues/sample.png?design_version_id={version_id}")
    assert picture.data.startswith(b"\x89PNG")
    wrong = {"issued_from": "2026-05-01", "issued_until": "2026-04-01", "then": "show"}
    assert_page(browser.submit(new, wrong, form_of=new), status=422)
    begun = browser.submit(new, {**fields, "then": "start"}, form_of=new)
    assert begun.status_code == 303
    assert_page(browser.get(begun.location))
    h.suite.runner.run_due("training")
    assert_page(browser.get(begun.location))
    assert_page(browser.get("/training/certificates/reissues"))
    assert h.client(Role.REP, person_id=design_id).get(new).status_code == 403


SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
    b'<script>alert(1)</script><rect width="9" height="9"/></svg>'
)


def test_a_design_is_made_written_shown_and_published_in_the_browser(h: Harness) -> None:
    create_active(h)
    browser = h.client(Role.TRAINER)
    designs = "/training/certificates/designs"
    assert_page(browser.get(designs))
    assert_page(browser.submit(f"{designs}/new", {"name_zh": "蓝"}, form_of=designs), status=422)
    made = browser.submit(f"{designs}/new", {"name_zh": "蓝", "name_en": "Blue"}, form_of=designs)
    draft = made.location
    text = assert_page(browser.get(draft))
    assert "{holder}" in text
    fields = {key: str(value) for key, value in form_values(STANDARD).items() if value is not False}
    bad = {**fields, "statement_zh": "{salary}", "accent": "#ffffff"}
    text = assert_page(browser.submit(draft, bad, form_of=draft), status=422)
    assert "{salary}" in text
    for wrong in (b"MZ\x00\x00", b"<svg><!DOCTYPE x></svg>"):
        files = {"logo": (BytesIO(wrong), "logo.png")}
        assert_page(browser.submit(draft, {**fields, **files}, form_of=draft), status=422)
    files = {"logo": (BytesIO(SVG), "logo.svg"), "seal": (BytesIO(PNG), "seal.png")}
    signed = {"name_zh-1": "王建国", "name_en-1": "Wang Jianguo", "role_zh-1": "总监", "role_en-1": "Head"}
    saved = browser.submit(draft, {**fields, **signed, **files, "then": "save"}, form_of=draft)
    assert saved.status_code == 303
    text = assert_page(browser.get(draft))
    assert "drop_logo" in text
    with h.read("training") as uow:
        design_id = uow.session.scalars(select(Design.id)).one()
        version = uow.session.scalars(select(DesignVersion)).one()
        logo = version.value.logo
        assert version.value.seal is not None
        assert logo is not None
    assert b"script" not in FileStore(h.settings.files_dir).read(logo)
    here = f"{designs}/{design_id}"
    assert browser.get(f"{here}/1/preview.png").data.startswith(b"\x89PNG")
    assert browser.get(f"{here}/1/preview.pdf?language=en").data.startswith(b"%PDF")
    assert browser.get(f"{here}/9/preview.pdf").status_code == 404
    assert browser.get(f"{designs}/standard/preview.png").status_code == 200
    choice = {"scope": "category/compliance", "design_id": str(design_id)}
    assert_page(browser.submit(f"{designs}/choose", choice, form_of=designs), status=422)
    dropped = {**fields, "drop_logo": "1", "then": "publish"}
    assert browser.submit(draft, dropped, form_of=draft).location == here
    with h.read("training") as uow:
        content = uow.session.scalars(select(DesignVersion)).one().value
        assert (content.logo, content.seal is not None) == (None, True)
    assert_page(browser.get(here))
    assert browser.get(draft).status_code == 404
    assert browser.submit(f"{designs}/choose", choice, form_of=designs).status_code == 303
    for scope in ("course/not-a-uuid-not-a-uuid-not-a-uuid-not-a", f"course/{design_id}", "planet/mars"):
        refused = browser.submit(f"{designs}/choose", {**choice, "scope": scope}, form_of=designs)
        assert_page(refused, status=422)
    for locale in ("zh", "en"):
        assert_page(h.client(Role.TRAINER, locale=locale).get(designs))
    assert browser.submit(f"{here}/draft/new", form_of=here).location == draft
    assert browser.submit(f"{here}/draft/new", form_of=draft).status_code == 409
