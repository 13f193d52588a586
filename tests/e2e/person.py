"""Somebody in front of a browser."""

import os
import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, expect

PASSWORD = "goodstanding"
MAX_PAGE_BYTES = 150_000
MAX_PAGE_REQUESTS = 10


class Person:
    """A browser context with one page; it watches that nothing breaks and nothing leaves the machine."""

    def __init__(self, context: BrowserContext, page: Page, base_url: str) -> None:
        self.context = context
        self.page = page
        self.base_url = base_url
        self.foreign: list[str] = []
        self.broken: list[str] = []
        context.on("request", self._watch_request)
        context.on("response", self._watch_response)
        page.on("pageerror", lambda error: self.broken.append(f"script error: {error}"))
        page.on("console", self._watch_console)

    def sign_in(self, name: str) -> None:
        """Sign in with a demo account, by typing."""
        self.page.goto("/people/sign-in")
        self.page.locator("#field-username").fill(name)
        self.page.locator("#field-password").fill(PASSWORD)
        self.page.locator("#field-password").press("Enter")
        self.page.wait_for_url(re.compile(r"^(?!.*sign-in).*$"))

    def go(self, url: str) -> Page:
        """Open a page of the suite, which must answer."""
        answer = self.page.goto(url)
        assert answer is not None
        assert answer.ok, f"{url}: {answer.status}"
        return self.page

    def check_page(self, name: str) -> None:
        """Check what every page must hold, and keep a picture of it where SCREENSHOTS says."""
        width = self.page.viewport_size["width"] if self.page.viewport_size else 0
        expect(self.page.locator("h1")).to_have_count(1)
        overflow = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert overflow <= 0, f"{name}: {overflow} px wider than the window of {width}"
        found = Axe().run(self.page).response["violations"]
        told = [f"{one['id']}: {[node['html'][:160] for node in one['nodes']][:3]}" for one in found]
        assert not told, f"{name} {self.page.url}: axe found {told}"
        folder = os.environ.get("SCREENSHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            locale = self.page.locator("html").get_attribute("lang") or ""
            self.page.screenshot(path=f"{folder}/{name}-{locale[:2]}-{width}.png", full_page=True)

    def press(self, name: str) -> None:
        """Press the button of that name, and say yes when asked to confirm."""
        self.page.get_by_role("button", name=name, exact=True).first.click()
        confirm = self.page.locator("#confirm-dialog[open] [data-confirm-yes]")
        if confirm.count():
            confirm.click()
        self.page.wait_for_load_state()

    def follow(self, name: str) -> None:
        """Follow the link of that name in the page's main part."""
        self.page.locator("main").get_by_role("link", name=name).first.click()
        self.page.wait_for_load_state()

    def status(self) -> str:
        """Return the text of the page's main part."""
        return self.page.locator("main").inner_text()

    def check_and_close(self) -> None:
        """End, and say what went wrong behind the page."""
        self.context.close()
        assert not self.foreign, f"requests left the machine: {self.foreign}"
        assert not self.broken, self.broken

    def _watch_request(self, request: Request) -> None:
        if not request.url.startswith((self.base_url, "data:", "blob:", "about:")):
            self.foreign.append(request.url)

    def _watch_console(self, said: ConsoleMessage) -> None:
        # An answer that says what was wrong with a form is one too, and is no error of the page.
        if said.type == "error" and not said.text.startswith("Failed to load resource"):
            self.broken.append(said.text)

    def _watch_response(self, response: Response) -> None:
        if response.status >= 500:
            self.broken.append(f"{response.status} {response.url}")
