"""The library on both engines: whom an entry exists for, what a search finds, versions, readers, files."""

import io
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import event, select

from services.training.fulltext.models import Passage
from services.training.fulltext.rules import phrases_of
from services.training.library.commands import publish_entry, retire_entry
from services.training.library.models import LibraryEntry, LibraryReading, LibraryVersion
from services.training.library.queries import Wanted, count_kinds, list_entries, visible_entries
from services.training.library.rules import Content, Description, EntryKind
from shared.core.principals import Role
from shared.core.text import LocalizedText
from shared.db.uow import UnitOfWork
from shared.directory import Audience
from tests.harness import Harness, assert_page
from tests.services.training.factories import ACTOR

URL = "/training/library"
API = "/training/v1/library"


def put(
    uow: UnitOfWork,
    h: Harness,
    zh: str = "反不正当竞争法",
    en: str = "Anti-Unfair Competition Law",
    *,
    text: str = "经营者不得给予回扣。",
    audience: Audience | None = None,
    **overrides: Any,
) -> LibraryEntry:
    """Publish an entry."""
    values: dict[str, Any] = {"summary": LocalizedText(zh="", en=""), "kind": EntryKind.REGULATION}
    content = {name: overrides.pop(name) for name in ("valid_until", "files") if name in overrides}
    described = Description(title=LocalizedText(zh=zh, en=en), **values | overrides)
    made = publish_entry(
        uow,
        described,
        Content(LocalizedText(zh=text, en="Nobody gives kickbacks."), **content),
        audience=audience or Audience(),
        actor=ACTOR,
        now=h.clock.now(),
    )
    uow.session.flush()
    return made


def search(h: Harness, query: str, principal: Any = None, **wanted: Any) -> list[str]:
    """Return the Chinese titles found, in their order."""
    with h.read("training") as uow:
        visible = visible_entries(uow.session, principal or h.principal(Role.TRAINER))
        page = list_entries(uow.session, visible, Wanted(phrases=phrases_of(query), **wanted))
        return [one.entry.title.zh for one in page.items]


def test_a_word_of_two_characters_is_found_wherever_it_stands_and_the_title_counts_most(h: Harness) -> None:
    with h.write("training") as uow:
        nothing = LocalizedText(zh="", en="")
        put(uow, h, "正文", text="收受回扣者……")
        put(uow, h, "摘要", text="无", summary=LocalizedText(zh="说回扣的", en=""))
        put(uow, h, "标签", text="无", tags=("回扣",), summary=nothing)
        put(uow, h, "回扣案", text="无")
        put(uow, h, "不相干", text="收回。扣除")
    assert search(h, "回扣") == ["回扣案", "标签", "摘要", "正文"]
    assert search(h, "扣") == ["回扣案", "标签", "摘要", "不相干", "正文"]
    assert search(h, "回扣 收受") == ["正文"]
    assert search(h, "Kickback") == ["不相干", "回扣案", "标签", "摘要", "正文"]
    assert search(h, "回扣", kind=EntryKind.CASE) == []
    assert search(h, "没有这个词") == []


def test_nobody_outside_its_audience_finds_an_entry_by_any_way(h: Harness) -> None:
    inside = h.person(product_lines=("ivd",))
    outside = h.person(product_lines=("consumables",))
    with h.write("training") as uow:
        entry_id = put(uow, h, "体外诊断内参", audience=Audience(product_lines=("ivd",))).id
        put(uow, h, "人人可读")
    for person, titles in ((inside, {"体外诊断内参", "人人可读"}), (outside, {"人人可读"})):
        browser, api = (
            h.client(Role.REP, person_id=person.id, locale="zh"),
            h.api(Role.REP, person_id=person.id),
        )
        for question in ("", "?q=回扣", "?unread=true"):
            items = api.get(API + question).json["items"]
            assert {one["title"]["zh"] for one in items} == titles
        assert ("体外诊断内参" in assert_page(browser.get(URL))) is (person is inside)
        assert ("<mark>内参</mark>" in assert_page(browser.get(f"{URL}?q=内参"))) is (person is inside)
        status = 200 if person is inside else 404
        for address in (f"{URL}/{entry_id}", f"{API}/{entry_id}"):
            assert browser.get(address).status_code == status
        assert api.post(f"{API}/{entry_id}/read").status_code == status
        with h.read("training") as uow:
            who = h.principal(Role.REP, person_id=person.id)
            counted = count_kinds(uow.session, visible_entries(uow.session, who), Wanted())
        assert counted == {EntryKind.REGULATION: len(titles)}
    nobody = h.api(Role.PAYROLL).get(API).json["items"]
    assert {one["title"]["zh"] for one in nobody} == {"人人可读"}


def test_a_draft_and_what_was_retired_exist_for_trainers_alone(h: Harness) -> None:
    rep, trainer = h.person(), h.client(Role.TRAINER, person_id=h.person().id)
    with h.write("training") as uow:
        entry_id = put(uow, h).id
    assert trainer.submit(f"{URL}/{entry_id}/draft/new", form_of=f"{URL}/{entry_id}").status_code == 303
    draft_url = f"{URL}/{entry_id}/draft"
    fields = {"text_zh": "新：三倍罚款", "text_en": "New: triple fines", "links": "", "source": ""}
    assert trainer.submit(draft_url, {**fields, "then": "save"}).status_code == 303
    browser = h.client(Role.REP, person_id=rep.id)
    assert "三倍" not in assert_page(browser.get(f"{URL}/{entry_id}?version=2"))
    assert search(h, "三倍") == []
    assert browser.get(draft_url).status_code == 403
    assert trainer.submit(draft_url, {**fields, "then": "publish"}).status_code == 303
    assert search(h, "三倍") == ["反不正当竞争法"]
    assert search(h, "不得给予回扣") == []
    assert "triple fines" in assert_page(browser.get(f"{URL}/{entry_id}"), title="Anti-Unfair")
    compared = assert_page(browser.get(f"{URL}/{entry_id}/compare/2?language=en"), title="What changed")
    assert "<del>" in compared or "diff-changed" in compared
    assert browser.get(f"{URL}/{entry_id}/compare/1").status_code == 404
    assert trainer.submit(f"{URL}/{entry_id}/retire", form_of=f"{URL}/{entry_id}").status_code == 303
    assert browser.get(f"{URL}/{entry_id}").status_code == 404
    assert search(h, "三倍") == []
    assert "Retired" in assert_page(trainer.get(f"{URL}/{entry_id}"))


def test_saying_that_one_has_read_it_is_kept_once_for_each_version(h: Harness) -> None:
    person = h.person()
    with h.write("training") as uow:
        entry_id = put(uow, h).id
    api = h.api(Role.REP, person_id=person.id)
    first = api.post(f"{API}/{entry_id}/read").json
    assert api.post(f"{API}/{entry_id}/read").json["id"] == first["id"]
    assert api.get(API).json["items"][0]["read"] is True
    assert api.get(f"{API}?unread=true").json["items"] == []
    browser = h.client(Role.REP, person_id=person.id)
    assert "Mark as read" not in assert_page(browser.get(f"{URL}/{entry_id}"))
    assert "Anti-Unfair" in assert_page(browser.get(f"{URL}/read"))
    body = {"text": {"zh": "二版", "en": "Second"}}
    assert h.api(Role.TRAINER).post(f"{API}/{entry_id}/versions", json=body).status_code == 201
    assert api.get(API).json["items"][0]["read"] is False
    assert "There is a newer one" in assert_page(browser.get(f"{URL}/read"))
    assert browser.submit(f"{URL}/{entry_id}/read", form_of=f"{URL}/{entry_id}").status_code == 303
    with h.read("training") as uow:
        assert len(uow.session.scalars(select(LibraryReading)).all()) == 2
    assert len(h.events("training", "training.library_version.read.v1")) == 2
    trainer = assert_page(h.client(Role.TRAINER).get(f"{URL}/{entry_id}"))
    assert "1 reader" in trainer
    assert "1 reader" not in assert_page(browser.get(f"{URL}/{entry_id}"))


def test_new_is_what_came_since_the_last_visit(h: Harness) -> None:
    browser = h.client(Role.REP, person_id=h.person().id)
    with h.write("training") as uow:
        put(uow, h, en="First")
    assert "First" in assert_page(browser.get(f"{URL}?show=new"))
    h.clock.advance(timedelta(hours=2))
    with h.write("training") as uow:
        put(uow, h, en="Second")
    h.clock.advance(timedelta(minutes=1))
    for _ in range(2):
        text = assert_page(browser.get(f"{URL}?show=new"))
        assert "Second" in text
        assert "First" not in text
        h.clock.advance(timedelta(minutes=10))
    h.clock.advance(timedelta(hours=2))
    assert "Second" not in assert_page(browser.get(f"{URL}?show=new"))


def test_a_search_is_leafed_through_without_repetition_or_loss(h: Harness) -> None:
    with h.write("training") as uow:
        for number in range(7):
            put(uow, h, f"第{number}条", text="回扣" if number % 2 else "回扣，又见回扣")
    api = h.api(Role.TRAINER)
    for question in ("q=回扣&", ""):
        seen: list[str] = []
        cursor = ""
        while True:
            page = api.get(f"{API}?{question}limit=3{cursor}").json
            seen += [one["id"] for one in page["items"]]
            if page["next_cursor"] is None:
                break
            cursor = f"&cursor={page['next_cursor']}"
        assert len(seen) == len(set(seen)) == 7
    for bad in ("x", "1.x", "99.00000000-0000-0000-0000-00000000000z"):
        assert api.get(f"{API}?q=回扣&cursor={bad}").status_code == 422


def test_whatever_is_typed_is_answered(h: Harness) -> None:
    with h.write("training") as uow:
        put(uow, h)
    browser, api = h.client(Role.REP), h.api(Role.REP)
    odd = [
        '"',
        "*",
        "回扣*",
        '"回扣',
        "NEAR(a b)",
        "a OR b",
        "terms:回",
        "'); DROP TABLE",
        "^a",
        "-",
        "(",
        "𠮷",
        "%",
        "_",
    ]
    for query in odd:
        assert_page(browser.get(URL, query_string={"q": query}))
        assert api.get(API, query_string={"q": query}).status_code == 200
    assert search(h, "NEAR(回扣)") == []
    assert search(h, '"回扣"') == search(h, "回扣*") == ["反不正当竞争法"]


def test_what_is_found_is_marked_and_what_it_holds_is_escaped(h: Harness) -> None:
    with h.write("training") as uow:
        put(uow, h, en="<b>Kickbacks</b>", text="<script>回扣</script>")
    text = assert_page(h.client(Role.REP, locale="en").get(f"{URL}?q=kickbacks"))
    assert "&lt;b&gt;<mark>Kickbacks</mark>&lt;/b&gt;" in text
    assert "<script>回扣" not in assert_page(h.client(Role.REP, locale="zh").get(f"{URL}?q=回扣"))


def test_the_text_of_a_file_is_found_with_its_page_once_its_job_has_run(h: Harness) -> None:
    person = h.person()
    trainer = h.client(Role.TRAINER, person_id=h.person().id)
    with h.write("training") as uow:
        entry_id = put(uow, h, audience=Audience(regions=("east",))).id
    trainer.submit(f"{URL}/{entry_id}/draft/new", form_of=f"{URL}/{entry_id}")
    fields = {"text_zh": "", "text_en": "", "then": "publish", "file_locale": "en"}
    content = _docx("集中带量采购 centralised procurement")
    sent = trainer.submit(
        f"{URL}/{entry_id}/draft", {**fields, "file": (io.BytesIO(content), "../采购.docx")}
    )
    assert sent.status_code == 303, sent.text
    assert search(h, "带量") == []
    h.suite.runner.run_due("training")
    assert search(h, "带量") == ["反不正当竞争法"]
    assert search(h, "采购.docx") == ["反不正当竞争法"]
    with h.read("training") as uow:
        version = uow.session.scalars(select(LibraryVersion).where(LibraryVersion.number == 2)).one()
        (file,) = version.content.files
    browser = h.client(Role.REP, person_id=person.id)
    got = browser.get(f"{URL}/{entry_id}/files/{file.sha256}")
    assert got.status_code == 200
    assert got.data == content
    assert "attachment" in got.headers["Content-Disposition"]
    got.close()
    elsewhere = h.client(Role.REP, person_id=h.person(region="north").id)
    assert elsewhere.get(f"{URL}/{entry_id}/files/{file.sha256}").status_code == 404
    assert browser.get(f"{URL}/{entry_id}/files/{'0' * 64}").status_code == 404


def test_a_form_with_a_mistake_keeps_what_was_typed(h: Harness) -> None:
    trainer = h.client(Role.TRAINER, person_id=h.person().id)
    fields = {"kind": "case", "title_zh": "某院招标案例", "title_en": "", "tags": "招标，标书"}
    text = assert_page(trainer.submit(f"{URL}/new", fields), status=422)
    assert "某院招标案例" in text
    sent = trainer.submit(f"{URL}/new", {**fields, "title_en": "A tender", "audience_regions": ["east"]})
    assert sent.status_code == 303
    draft = sent.headers["Location"]
    text = assert_page(
        trainer.submit(draft, {"text_zh": "保留这句", "links": "javascript:x", "then": "publish"}), status=422
    )
    assert "保留这句" in text
    assert "javascript:x" in text
    entry_url = draft.removesuffix("/draft")
    described = {**fields, "title_en": "A tender, retold", "kind": "case"}
    assert trainer.submit(f"{entry_url}/describe", described).status_code == 303
    with h.read("training") as uow:
        (entry,) = uow.session.scalars(select(LibraryEntry))
        assert entry.tag_list == ("招标", "标书")


def test_an_expired_regulation_is_marked(h: Harness) -> None:
    with h.write("training") as uow:
        entry_id = put(uow, h, valid_until=date(2020, 1, 1)).id
    browser = h.client(Role.REP)
    assert "No longer valid" in assert_page(browser.get(URL))
    assert "No longer valid" in assert_page(browser.get(f"{URL}/{entry_id}"))


def test_a_list_of_many_asks_as_often_as_a_list_of_one(h: Harness) -> None:
    browser = h.client(Role.REP, person_id=h.person().id)
    database = h.suite.databases["training"]
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))

    def count() -> int:
        assert_page(browser.get(f"{URL}?q=回扣"))
        asked.clear()
        assert_page(browser.get(f"{URL}?q=回扣"))
        return len(asked)

    with h.write("training") as uow:
        put(uow, h)
    one = count()
    with h.write("training") as uow:
        for _ in range(12):
            put(uow, h)
    assert count() == one <= 16


def test_what_is_taken_out_leaves_nothing_in_the_index(h: Harness) -> None:
    with h.write("training") as uow:
        entry = put(uow, h)
        retire_entry(uow, entry, actor=ACTOR, now=h.clock.now())
    with h.read("training") as uow:
        assert not uow.session.scalars(select(Passage)).all()
    with h.write("training") as uow:
        put(uow, h, "新条目", text="无关")
    assert search(h, "回扣") == []
    assert isinstance(entry.id, UUID)


def _docx(text: str) -> bytes:
    import zipfile

    target = io.BytesIO()
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        body = f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
        archive.writestr(
            "word/document.xml", f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'
        )
    return target.getvalue()
