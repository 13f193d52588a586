"""“Read and understood”, signed with the password once more: by whom, under what, once."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from services.people.accounts.commands import NewAccount, open_account, passwords
from services.people.app import SERVICE as PEOPLE
from services.training.acknowledgements.models import Acknowledgement
from services.training.acknowledgements.rules import shown_digest
from services.training.app import SERVICE
from services.training.parts.rules import AcknowledgementPart
from shared.core.clock import FixedClock
from shared.core.principals import SYSTEM, Principal, Role
from shared.core.text import LocalizedText
from tests.databases import Databases
from tests.harness import Browser, Harness, assert_page
from tests.services.training.factories import TEXT, create_active, follow, hire, open_assignment

PASSWORD = "correct horse battery"
SIGNED = AcknowledgementPart(
    "signed",
    LocalizedText("阅读确认", "Read and understood"),
    LocalizedText("我已阅读并理解。", "I have read and understood this."),
)


@pytest.fixture
def both(databases: Databases, clock: FixedClock, tmp_path: Path) -> Iterator[Harness]:
    """Training with people, who knows the passwords."""
    harness = Harness(databases, clock, tmp_path, SERVICE, PEOPLE)
    yield harness
    harness.close()


class Signer:
    """A rep with an account, who has read everything but not signed yet."""

    def __init__(self, h: Harness, username: str = "liwei", locale: str = "en") -> None:
        self.h = h
        person = hire(h, name="李薇")
        self.person_id = person.person_id
        with h.write("people") as uow:
            hashed = passwords(cheap=True).hash(PASSWORD)
            wanted = NewAccount(username, "李薇", (Role.REP,), None)
            account = open_account(
                uow, wanted, password_hash=hashed, temporary=False, actor=SYSTEM, now=h.clock.now()
            )
        self.principal = Principal(account.id, "李薇", frozenset({Role.REP}), person.person_id, locale)
        self.browser = h.client(principal=self.principal, locale=locale)
        self.assignment_id = open_assignment(h, person.person_id).id
        self.here = f"/training/assignments/{self.assignment_id}"
        self.url = f"{self.here}/parts/signed/acknowledgement"
        self.browser.submit(f"{self.here}/start", form_of=self.here)

    def read(self) -> None:
        """Turn every page."""
        for number in (1, 2):
            follow(self.browser, f"{self.here}/parts/text/pages/{number}")

    def ask(self, **fields: str) -> TestResponse:
        """Press the button that signs; where the password is missing, follow to the page that asks for it."""
        answer = self.browser.submit(self.url, fields, form_of=self.url)
        if answer.status_code != 307:
            return answer
        return self.browser.submit(answer.location, fields, form_of=self.url)

    def confirm(
        self, page: TestResponse, password: str = PASSWORD, browser: Browser | None = None
    ) -> TestResponse:
        """Fill in the page that asks for the password."""
        return (browser or self.browser).post(
            action_of(page), data={**hidden_of(page), "confirm_password": password}
        )

    def send_on(self, page: TestResponse) -> TestResponse:
        """Press the last button, which sends the form to where it was going."""
        return self.browser.post(action_of(page), data=hidden_of(page))


def action_of(page: TestResponse) -> str:
    """Return where the page's own form goes."""
    found = re.findall(r'<form[^>]*action="(/(?:people/confirm|training/assignments)[^"]*)"', page.text)
    assert found, page.text[:3000]
    return str(found[-1]).replace("&amp;", "&")


def hidden_of(page: TestResponse) -> dict[str, str]:
    """Return the hidden fields of the page's own form."""
    form = page.text[page.text.index(f'action="{action_of(page)}"'.replace("&", "&amp;")) :].split("</form>")[
        0
    ]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))


def signatures(h: Harness) -> list[Acknowledgement]:
    with h.read("training") as uow:
        found = list(uow.session.scalars(select(Acknowledgement)))
        uow.session.expunge_all()
    return found


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_what_was_read_is_signed_with_the_password_and_the_record_says_exactly_what(
    both: Harness, locale: str
) -> None:
    create_active(both, parts=(TEXT, SIGNED))
    signer = Signer(both, locale=locale)
    signer.read()
    text = assert_page(signer.browser.get(signer.url))
    digest = shown_digest((TEXT, SIGNED), SIGNED, locale)
    assert digest in text
    assert "李薇" in text
    asked = signer.ask(remark="kept as typed")
    page = assert_page(asked)
    assert SIGNED.statement.pick(locale) in page
    assert hidden_of(asked)["remark"] == "kept as typed"
    both.clock.advance(timedelta(seconds=20))
    confirmed_at = both.clock.now()
    ready = signer.confirm(asked)
    assert_page(ready)
    assert hidden_of(ready)["remark"] == "kept as typed"
    assert "confirm_password" not in hidden_of(ready)
    assert signatures(both) == []
    both.clock.advance(timedelta(seconds=20))
    done = signer.send_on(ready)
    assert (done.status_code, done.location) == (303, signer.here)
    (signed,) = signatures(both)
    assert (signed.printed_name, signed.meaning, signed.language) == ("李薇", "read_and_understood", locale)
    assert (signed.statement, signed.content_sha256.hex()) == (SIGNED.statement.pick(locale), digest)
    assert (signed.confirmed_at, signed.signed_at) == (confirmed_at, both.clock.now())
    (event,) = both.events("training", "training.acknowledgement.signed.v1")
    assert event.actor == signer.principal.actor
    assert "李薇" not in str(event.data)
    (told,) = both.events("people", "people.account.confirmed.v1")
    assert (told.message().purpose, told.actor) == ("training.acknowledge", signer.principal.actor)
    assert len(both.events("training", "training.certificate.issued.v1")) == 1


def test_nothing_is_signed_before_every_page_was_shown(both: Harness) -> None:
    create_active(both, parts=(TEXT, SIGNED))
    signer = Signer(both)
    follow(signer.browser, f"{signer.here}/parts/text/pages/1")
    assert signer.browser.get(signer.url).status_code == 409
    assert signer.browser.submit(signer.url, form_of=signer.here).status_code == 409


def test_a_wrong_password_keeps_the_form_and_many_wrong_ones_make_it_wait_as_at_sign_in(
    both: Harness,
) -> None:
    create_active(both, parts=(TEXT, SIGNED))
    signer = Signer(both)
    signer.read()
    page = signer.ask(remark="kept")
    for _ in range(5):
        page = signer.confirm(page, "wrong")
        assert "not your password" in assert_page(page, status=422)
        assert hidden_of(page)["remark"] == "kept"
    throttled = signer.confirm(page)
    assert throttled.status_code == 429
    assert int(throttled.headers["Retry-After"]) > 0
    assert hidden_of(throttled)["remark"] == "kept"
    sign_in = both.client()
    fields = {"username": "liwei", "password": PASSWORD, "next": ""}
    assert sign_in.submit("/people/sign-in", fields).status_code == 429
    both.clock.advance(timedelta(minutes=1))
    assert signer.send_on(signer.confirm(throttled)).status_code == 303
    assert len(signatures(both)) == 1


def test_a_confirmation_is_good_once_even_when_the_browser_sends_its_cookie_again(both: Harness) -> None:
    create_active(both, parts=(TEXT, SIGNED))
    signer = Signer(both)
    signer.read()
    ready = signer.confirm(signer.ask())
    kept = signer.browser.get_cookie("goodstanding")
    assert kept is not None
    assert signer.send_on(ready).status_code == 303
    with both.write(
        "training"
    ) as uow:  # As if the signature had been lost, and with it what keeps it from coming twice.
        connection = uow.session.connection()
        connection.execute(Acknowledgement.__table__.delete())
        connection.exec_driver_sql("UPDATE part_progress SET met_at = NULL WHERE part_id = 'signed'")
        connection.exec_driver_sql("UPDATE attempt SET status = 'launched', ended_at = NULL")
        connection.exec_driver_sql("UPDATE assignment SET status = 'cancelled' WHERE status = 'assigned'")
        connection.exec_driver_sql(
            "UPDATE assignment SET status = 'in_progress', ended_at = NULL WHERE status = 'completed'"
        )
    signer.browser.set_cookie("goodstanding", kept.decoded_value)
    assert signer.send_on(ready).status_code == 307
    assert signatures(both) == []


def test_a_confirmation_is_good_for_five_minutes_one_text_one_account(both: Harness) -> None:
    create_active(both, parts=(TEXT, SIGNED))
    signer = Signer(both)
    signer.read()
    ready = signer.confirm(signer.ask())
    both.clock.advance(timedelta(minutes=5))
    assert signer.send_on(ready).status_code == 307
    signer.confirm(signer.ask())
    # In the other language it is another text.
    signer.browser.submit("/people/language", {"locale": "zh", "next": signer.url}, form_of=signer.url)
    assert signer.browser.submit(signer.url, form_of=signer.url).status_code == 307
    asked = signer.ask()
    other = Signer(both, "wanglei")
    theirs = other.browser.submit(action_of(asked), {"confirm_password": PASSWORD}, form_of=other.here)
    assert theirs.status_code == 404
    both.clock.advance(timedelta(minutes=31))
    assert signer.confirm(asked).status_code == 404
    assert signatures(both) == []


def test_nobody_signs_for_somebody_else(both: Harness) -> None:
    create_active(both, parts=(TEXT, SIGNED))
    signer = Signer(both)
    signer.read()
    stranger = Signer(both, "wanglei")
    assert stranger.browser.get(signer.url).status_code == 404
    assert stranger.browser.submit(signer.url, form_of=stranger.here).status_code == 404


def test_what_is_asked_to_be_confirmed_cannot_be_made_up(both: Harness) -> None:
    create_active(both, parts=(TEXT, SIGNED))
    signer = Signer(both)
    for asked in ("", "nonsense", "e30.abc"):
        answer = signer.browser.submit(f"/people/confirm?asked={asked}", form_of=signer.here)
        assert answer.status_code == 404, asked
    assert isinstance(signer.assignment_id, UUID)


def test_a_double_click_signs_once(both: Harness) -> None:
    create_active(both, parts=(TEXT, SIGNED))
    signer = Signer(both)
    signer.read()
    ready = signer.confirm(signer.ask())
    answers: list[Any] = [signer.send_on(ready), signer.send_on(ready)]
    assert [one.status_code for one in answers] == [303, 303]
    assert len(signatures(both)) == 1
