"""The suite as tests use it: services over fresh databases, clients that are signed in, pages checked."""

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from uuid import UUID

from itsdangerous import URLSafeSerializer
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Response

from shared.core.clock import FixedClock
from shared.core.ids import new_id
from shared.core.principals import Principal, Role
from shared.core.settings import SERVICES, Settings
from shared.db.uow import UnitOfWork
from shared.directory import DirectoryPerson
from shared.directory.handlers import row_of
from shared.eventlog import FeedEvent, LocalFeed
from shared.messages.people import PersonSnapshot
from shared.web.identity import SESSION_LIFETIME
from shared.web.service import Service
from shared.web.suite import Suite
from tests.databases import Databases


class Browser(Client):
    """A client on the whole suite with a signed-in session."""

    def submit(
        self, url: str, fields: Mapping[str, Any] | None = None, *, form_of: str | None = None
    ) -> TestResponse:
        """Post a form with the CSRF token of the page that holds it (`form_of`, or the url itself)."""
        page = self.get(form_of or url)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.get_data(as_text=True))
        assert token, f"no form on {form_of or url} ({page.status})"
        return self.post(url, data={**(fields or {}), "csrf_token": token[1]})


class Api(Client):
    """A client with a bearer token; bodies are JSON."""

    token = ""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Add the token."""
        if self.token and not kwargs.get("anonymous"):
            kwargs["headers"] = {"Authorization": f"Bearer {self.token}", **(kwargs.get("headers") or {})}
        kwargs.pop("anonymous", None)
        return super().open(*args, **kwargs)


class Harness:
    """Services over fresh, migrated databases of the engine under test."""

    def __init__(self, databases: Databases, clock: FixedClock, folder: Path, *services: Service) -> None:
        self.clock = clock
        names = tuple(one.name for one in services)
        urls = {one.name: databases.migrated(one.schema) for one in services}
        self.settings = _TestSettings(
            data_dir=folder, services=names, database_template="{service}", base_url="http://localhost",
            secret_key="test-secret", feed_token="test-feed-token", testing=True, urls=urls,
        )  # fmt: skip
        (folder / "keys").mkdir(parents=True, exist_ok=True)
        self.suite = Suite(services, self.settings, clock, home="/people/")

    def close(self) -> None:
        """Give every connection back."""
        self.suite.stop()

    def principal(
        self, *roles: Role, person_id: UUID | None = None, name: str = "测试员", locale: str = "zh"
    ) -> Principal:
        """Return somebody with an account of their own."""
        return Principal(new_id(), name, frozenset(roles), person_id, locale)

    def client(
        self,
        *roles: Role,
        person_id: UUID | None = None,
        locale: str = "en",
        principal: Principal | None = None,
    ) -> Browser:
        """Return a browser in which somebody with `roles` is signed in (nobody, when there are none)."""
        browser = Browser(self.suite, Response)
        app = next(iter(self.suite.apps.values()))
        data: dict[str, Any] = {"locale": locale}
        if roles or principal:
            data["principal"] = _claims(principal or self.principal(*roles, person_id=person_id), self.clock)
        serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        browser.set_cookie("goodstanding", serializer.dumps(data))
        return browser

    def api(self, *roles: Role, person_id: UUID | None = None, principal: Principal | None = None) -> Api:
        """Return a program's client for somebody with `roles` (without a token, when there are none)."""
        client = Api(self.suite, Response)
        if roles or principal:
            claims = _claims(principal or self.principal(*roles, person_id=person_id), self.clock)
            client.token = URLSafeSerializer("test-secret", salt="goodstanding-bearer").dumps(claims)
        return client

    def write(self, service: str) -> AbstractContextManager[UnitOfWork]:
        """Open a writing unit of work of a service."""
        return self.suite.databases[service].write()

    def read(self, service: str) -> AbstractContextManager[UnitOfWork]:
        """Open a reading unit of work of a service."""
        return self.suite.databases[service].read()

    def events(self, service: str, kind: str | None = None) -> list[FeedEvent]:
        """Return the service's log, or its events of one type."""
        feed = LocalFeed(self.suite.databases[service], service)
        found: list[FeedEvent] = []
        while more := feed.read(found[-1].position + 1 if found else 0, 1_000):
            found += more
        return [one for one in found if kind is None or one.type == kind]

    def person(self, **overrides: Any) -> DirectoryPerson:
        """Put somebody into the directory of every service here that keeps one."""
        snapshot = make_snapshot(**overrides)
        for name, service in self.suite.services.items():
            if DirectoryPerson.metadata in service.schema.metadatas:
                with self.write(name) as uow:
                    uow.session.merge(DirectoryPerson(**row_of(snapshot)))
        return DirectoryPerson(**row_of(snapshot))


class _TestSettings(Settings):
    """Settings whose databases are given one by one."""

    def __init__(self, *, urls: dict[str, str], **values: Any) -> None:
        super().__init__(**values)
        object.__setattr__(self, "_urls", urls)

    def database_url(self, service: str) -> str:
        """Return the address made for this test."""
        assert service in SERVICES
        return str(self._urls[service])  # type: ignore[attr-defined]


def make_snapshot(**overrides: Any) -> PersonSnapshot:
    """Return a valid person: a rep in East China, hired in 2024."""
    person_id = overrides.pop("person_id", None) or overrides.pop("id", None) or new_id()
    values: dict[str, Any] = {
        "person_id": person_id,
        "employee_no": f"T{str(person_id)[-8:]}",
        "name": "李薇",
        "hired_on": date(2024, 3, 1),
        "position": "rep",
        "position_since": date(2024, 3, 1),
        "org_unit": "east_sales",
        "region": "east",
        "product_lines": ("consumables",),
        **overrides,
    }
    return PersonSnapshot(**values)


def _claims(principal: Principal, clock: FixedClock) -> dict[str, Any]:
    return {
        "account": str(principal.account_id),
        "name": principal.name,
        "roles": sorted(principal.roles),
        "person": str(principal.person_id) if principal.person_id else None,
        "until": (clock.now() + SESSION_LIFETIME).timestamp(),
    }


class _PageParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lang = ""
        self.title = ""
        self.headings: list[str] = []
        self.labels: set[str] = set()
        self.inputs: list[dict[str, str]] = []
        self.forms: list[dict[str, Any]] = []
        self.problems: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect what the checks need."""
        given = {key: value or "" for key, value in attrs}
        self._open.append(tag)
        if "style" in given or any(key.startswith("on") for key in given):
            self.problems.append(f"inline style or handler on <{tag}>")
        if tag == "html":
            self.lang = given.get("lang", "")
        if tag == "script" and "src" not in given:
            self.problems.append("inline script")
        if tag == "h1":
            self.headings.append("")
        if tag == "label" and "for" in given:
            self.labels.add(given["for"])
        if tag == "form":
            self.forms.append(
                {"method": given.get("method", "get").lower(), "action": given.get("action"), "csrf": False}
            )
        if tag in ("input", "select", "textarea"):
            inside_label = "label" in self._open
            self.inputs.append({**given, "_tag": tag, "_in_label": "yes" if inside_label else ""})
            if given.get("name") == "csrf_token" and self.forms:
                self.forms[-1]["csrf"] = True
        if tag in ("input", "meta", "link", "br", "hr", "img", "col", "wbr", "source"):
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost such element."""
        while self._open and self._open.pop() != tag:
            continue

    def handle_data(self, data: str) -> None:
        """Collect titles."""
        if self._open and self._open[-1] == "title" and "svg" not in self._open:
            self.title += data
        if "h1" in self._open and self.headings:
            self.headings[-1] += data


def assert_page(response: TestResponse, *, title: str | None = None, status: int = 200) -> str:
    """Check what every page must have, and return its text."""
    text = response.get_data(as_text=True)
    assert response.status_code == status, f"{response.status}\n{text[:2000]}"
    assert response.content_type.startswith("text/html")
    assert "'unsafe-" not in response.headers["Content-Security-Policy"]
    page = _PageParser()
    page.feed(text)
    assert page.lang in ("zh", "zh-CN", "zh-Hans", "en"), page.lang
    assert page.title.strip()
    assert len(page.headings) == 1, f"headings: {page.headings}"
    assert not page.problems, page.problems
    for form in page.forms:
        assert form["method"] == "get" or form["csrf"], f"no CSRF token in the form to {form['action']}"
    for field in page.inputs:
        if field.get("type") in ("hidden", "submit", "button"):
            continue
        labelled = (
            field.get("id") in page.labels
            or field["_in_label"]
            or "aria-label" in field
            or "aria-labelledby" in field
        )
        assert labelled, f"no label for {field}"
    if title is not None:
        assert title in page.title, f"{title!r} is not in {page.title!r}"
    return text
