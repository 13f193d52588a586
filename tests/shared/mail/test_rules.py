"""Headers that cannot be broken out of, servers that are named, and a mail's ways."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.errors import DomainError, IllegalTransition
from shared.core.mail_server import MailServer, read_mail_server
from shared.core.settings import Settings, SettingsError
from shared.mail.rules import MailStatus, MailStep, check_address, is_address, next_status, one_line


@given(st.text())
def test_a_subject_is_one_line_whatever_is_put_into_it(text: str) -> None:
    subject = one_line(text)
    assert len(subject.splitlines()) <= 1
    assert len(subject) <= 200


@given(
    st.text(), st.sampled_from(["\r\n", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\x00", ",", " ", "<"])
)
def test_nothing_that_ends_an_address_is_taken_as_one(text: str, breaker: str) -> None:
    assert not is_address(f"{text}{breaker}bcc:all@evil.example")


def test_plain_addresses_are_taken_and_others_are_not() -> None:
    for good in ("li.wei@company.example", "a+b@mail.company.cn", "root@localhost"):
        assert check_address(good) == good
    for bad in (
        "",
        "li wei@company.example",
        "Li <li@company.example>",
        "a@b",
        "a@b@c.example",
        "李@company.example",
    ):
        with pytest.raises(DomainError):
            check_address(bad)


def test_a_servers_address_says_where_and_how() -> None:
    assert read_mail_server("smtp://mail.example") == MailServer("mail.example", 25)
    assert read_mail_server("smtps://u:p%40s@mail.example") == MailServer(
        "mail.example", 465, "u", "p@s", secure=True
    )
    assert read_mail_server("smtp://u:p@mail.example?starttls=1") == MailServer(
        "mail.example", 587, "u", "p", upgrade=True
    )
    for bad in ("http://mail.example", "smtp://", "mail.example", "smtp://u:p@mail.example"):
        with pytest.raises(ValueError, match=r"smtp|TLS"):
            read_mail_server(bad)


def test_settings_that_cannot_send_are_refused_at_the_start(tmp_path: object) -> None:
    base = {"DATA": str(tmp_path)}
    assert Settings.from_environment(base).smtp_url == ""
    whole = base | {"SUITE_SMTP_URL": "smtp://localhost", "SUITE_MAIL_FROM": "t@company.example"}
    assert Settings.from_environment(whole).mail_from == "t@company.example"
    for changed in (
        {"SUITE_MAIL_FROM": ""},
        {"SUITE_SMTP_URL": ""},
        {"SUITE_SMTP_URL": "ftp://localhost"},
        {"SUITE_MAIL_FROM": "a@b.example, c@d.example"},
    ):
        with pytest.raises(SettingsError):
            Settings.from_environment(whole | changed)


def test_a_mail_is_handed_over_only_from_the_queue_and_never_again_once_it_may_have_been_taken() -> None:
    legal = {
        (MailStatus.QUEUED, MailStep.CLAIM): MailStatus.SENDING,
        (MailStatus.QUEUED, MailStep.REFUSE): MailStatus.REFUSED,
        (MailStatus.SENDING, MailStep.ACCEPT): MailStatus.SENT,
        (MailStatus.SENDING, MailStep.POSTPONE): MailStatus.QUEUED,
        (MailStatus.SENDING, MailStep.REFUSE): MailStatus.REFUSED,
        (MailStatus.SENDING, MailStep.LOSE): MailStatus.UNKNOWN,
        (MailStatus.UNKNOWN, MailStep.ACCEPT): MailStatus.SENT,
    }
    for status, step in product(MailStatus, MailStep):
        if (status, step) in legal:
            assert next_status(status, step) is legal[status, step]
        else:
            with pytest.raises(IllegalTransition):
                next_status(status, step)
