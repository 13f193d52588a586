"""Documents shown page by page as pictures, and videos: in ranges, from where one stopped, to the end."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from werkzeug.test import TestResponse

from services.training.parts.rules import DocumentPart, VideoPart
from shared.core.ids import new_id
from shared.core.principals import Role
from shared.core.text import LocalizedText
from shared.files import FileKind, FileStore
from tests.harness import Browser, Harness, assert_page
from tests.services.training.factories import create_active, follow, hire, open_assignment
from tests.services.training.media import make_mp4, make_pdf

COURSE = {"code": "media", "title_zh": "资料", "title_en": "Material", "category": "product"}
TITLES = {"title_zh": "手册", "title_en": "Handbook"}


def upload(browser: Browser, url: str, **files: bytes) -> Any:
    """Send files with the titles of a part."""
    sent = {name: (BytesIO(content), f"{name}.pdf") for name, content in files.items()}
    return follow(browser, url, {**TITLES, **sent})  # type: ignore[arg-type]


def get(browser: Browser, url: str, **kwargs: Any) -> TestResponse:
    """Read a file to its end, and close it."""
    with browser.get(url, **kwargs) as response:
        assert response.get_data() is not None
        return response


def keep(h: Harness, content: bytes, kind: FileKind) -> str:
    """Keep a file and return its hash."""
    with h.write("training") as uow:
        store = FileStore(h.settings.files_dir)
        kept = store.keep(uow, BytesIO(content), allow=(kind,), max_bytes=10**6, now=h.clock.now())
        return kept.sha256


def begin(h: Harness, person_id: Any, locale: str = "en") -> tuple[Browser, str]:
    """Let somebody begin the one course there is; return their browser and the assignment's address."""
    here = f"/training/assignments/{open_assignment(h, person_id).id}"
    browser = h.client(Role.REP, person_id=person_id, locale=locale)
    browser.submit(f"{here}/start", form_of=here)
    return browser, here


def test_a_pdf_is_uploaded_in_two_languages_drawn_ahead_and_shown_page_by_page(h: Harness) -> None:
    trainer = h.client(Role.TRAINER, person_id=new_id(), locale="en")
    draft = follow(trainer, "/training/courses/new", COURSE).location
    new = f"{draft}/parts/new?kind=document"
    refused = assert_page(upload(trainer, new, file_zh=make_pdf(2, password="secret")), status=422)
    assert "encrypted" in refused
    assert 'value="Handbook"' in refused
    assert "damaged" in assert_page(upload(trainer, new, file_zh=b"%PDF-1.7 no more"), status=422)
    assert upload(trainer, new, file_zh=make_pdf(2), file_en=make_pdf(3)).status_code == 303
    text = assert_page(trainer.get(draft))
    assert "Chinese, 2 pages, English, 3 pages" in text
    h.suite.runner.run_due("training")
    assert_page(trainer.get(f"{draft}/parts/document-1"))
    course = draft.removesuffix("/draft")
    pictures = f"{course}/versions/1/parts/document-1/pictures"
    drawn = get(trainer, f"{pictures}/3?width=700")
    assert drawn.content_type == "image/webp"
    assert Image.open(BytesIO(drawn.data)).size == (720, 960)
    assert trainer.get(f"{pictures}/4").status_code == 404
    assert trainer.get(f"{pictures}/0").status_code == 404
    rep = h.client(Role.REP, person_id=new_id())
    assert rep.get(f"{pictures}/1").status_code == 404
    assert rep.get(f"{course}/versions/1/parts/document-1/file").status_code == 404
    follow(trainer, draft, {"minutes": "5", "then": "publish"})
    assert get(rep, f"{pictures}/1?file=").status_code == 200
    whole = get(rep, f"{course}/versions/1/parts/document-1/file?language=en")
    assert whole.data == make_pdf(3)
    assert whole.headers["Content-Disposition"].startswith("attachment")
    assert rep.get(f"{course}/versions/1/parts/document-1/video").status_code == 404


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_each_page_of_a_document_is_turned_in_order_in_the_language_it_is_read_in(
    h: Harness, locale: str
) -> None:
    zh, en = (keep(h, make_pdf(pages), FileKind.PDF) for pages in (2, 3))
    create_active(h, parts=(DocumentPart("pdf", LocalizedText("手册", "Handbook"), zh, en, 2, 3),))
    person = hire(h)
    browser, here = begin(h, person.person_id, locale)
    total = 2 if locale == "zh" else 3
    for number in range(1, total + 1):
        page = f"{here}/parts/pdf/pages/{number}"
        text = assert_page(browser.get(page))
        assert f"/parts/pdf/pictures/{number}?" in text
        assert "srcset=" in text
        done = follow(browser, page)
    assert done.location == here
    told = [one.message().pages for one in h.events("training", "training.part.pages_shown.v1")]
    assert told == list(range(1, total + 1))
    assert len(h.events("training", "training.certificate.issued.v1")) == 1


def with_video(h: Harness, seconds: int = 60) -> tuple[Browser, str]:
    """Return the browser of somebody who has begun a course that is one video, and the video's address."""
    sha256 = keep(h, make_mp4(seconds), FileKind.MP4)
    create_active(h, parts=(VideoPart("video", LocalizedText("视频", "Video"), sha256, seconds),))
    person = hire(h)
    browser, here = begin(h, person.person_id)
    return browser, f"{here}/parts/video/video"


def report(h: Harness, browser: Browser, url: str, start: int, end: int, *, after: int) -> dict[str, Any]:
    """Let the player report what it has played, so many seconds after the last time."""
    h.clock.advance(timedelta(seconds=after))
    fields = {"start": str(start), "end": str(end)}
    answer = browser.submit(f"{url}/progress", fields, form_of=url if after else "/training/my")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def test_a_video_is_sent_in_the_ranges_that_a_player_asks_for(h: Harness) -> None:
    browser, url = with_video(h)
    text = assert_page(browser.get(url))
    source = text.split(' src="/training/courses')[1].split('"')[0]
    whole = get(browser, f"/training/courses{source}")
    assert (whole.status_code, whole.content_type) == (200, "video/mp4")
    assert whole.headers["Accept-Ranges"] == "bytes"
    part = get(browser, f"/training/courses{source}", headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.data) == (206, make_mp4(60)[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(make_mp4(60))}"
    beyond = get(browser, f"/training/courses{source}", headers={"Range": "bytes=999999-"})
    assert beyond.status_code == 416


def test_a_video_is_done_when_all_of_it_was_played_in_one_go_or_several(h: Harness) -> None:
    browser, url = with_video(h)
    report(h, browser, url, 0, 0, after=1)
    assert report(h, browser, url, 0, 30, after=30) | {"next": ""} == {
        "seen": 30, "reach": 30, "met": False, "next": "",
    }  # fmt: skip
    assert 'data-position="30"' in assert_page(browser.get(url))
    assert not report(h, browser, url, 50, 60, after=7_200)["met"]
    last = report(h, browser, url, 30, 50, after=20)
    assert last["met"]
    assert len(h.events("training", "training.certificate.issued.v1")) == 1
    assert browser.submit(f"{url}/progress", {}, form_of="/training/my").status_code == 404


def test_jumping_through_a_video_does_not_make_it_watched(h: Harness) -> None:
    browser, url = with_video(h)
    report(h, browser, url, 0, 0, after=1)
    for _ in range(8):
        found = report(h, browser, url, 0, 60, after=1)
        assert not found["met"]
    assert found["seen"] <= 9
    assert report(h, browser, url, 59, 60, after=5)["reach"] == found["reach"]
    assert browser.submit(f"{url}/progress", {"start": "x", "end": "-9"}, form_of=url).status_code == 200
    assert h.events("training", "training.part.met.v1") == []


def test_without_a_script_as_much_time_has_to_pass_as_the_video_takes(h: Harness) -> None:
    browser, url = with_video(h, 600)
    browser.submit(f"{url}/open", form_of=url)
    h.clock.advance(timedelta(minutes=4))
    early = browser.submit(f"{url}/done", form_of=url)
    assert "about 6 more minutes" in assert_page(browser.get(early.location))
    h.clock.advance(timedelta(minutes=6))
    assert browser.submit(f"{url}/done", form_of=url).status_code == 303
    assert len(h.events("training", "training.certificate.issued.v1")) == 1


def test_nobody_reports_a_video_for_somebody_else(h: Harness) -> None:
    _, url = with_video(h)
    stranger = h.client(Role.REP, person_id=hire(h).person_id)
    assert stranger.get(url).status_code == 404
    for act in ("open", "done", "progress"):
        assert stranger.submit(f"{url}/{act}", form_of="/training/my").status_code == 404, act


def test_a_video_that_is_none_is_refused_and_a_good_one_says_how_long_it_is(h: Harness) -> None:
    trainer = h.client(Role.TRAINER, person_id=new_id(), locale="en")
    draft = follow(trainer, "/training/courses/new", COURSE).location
    new = f"{draft}/parts/new?kind=video"
    assert_page(upload(trainer, new, file=make_pdf()), status=422)
    assert "how long" in assert_page(upload(trainer, new, file=make_mp4(0)), status=422)
    assert upload(trainer, new, file=make_mp4(75)).status_code == 303
    assert "1 min 15 s" in assert_page(trainer.get(draft))
