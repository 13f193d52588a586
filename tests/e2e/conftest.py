"""A served suite with its demo company, and a browser that never leaves the machine."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.person import Person

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.browser


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a browser these tests say so and are left out; everything else still runs."""
    if CHROMIUM is None:
        for item in items:
            if "tests/e2e" in str(item.path):
                item.add_marker(pytest.mark.skip(reason="needs Chromium (Debian: apt-get install chromium)"))


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_suite(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Start `python wsgi.py run`, and wait until it answers."""
    env = {**os.environ, "DATA": str(folder), "PORT": str(port)}
    with (folder.parent / f"{folder.name}.out").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "wsgi.py", "run"], cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT
        )
    deadline = time.monotonic() + 240
    while True:
        try:
            with urlopen(f"http://127.0.0.1:{port}/people/health", timeout=2):
                return process
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                log = (folder.parent / f"{folder.name}.out").read_text()
                raise RuntimeError(f"the suite did not start:\n{log}") from None
            time.sleep(0.1)


@pytest.fixture(scope="package")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the suite under test keeps its data."""
    return tmp_path_factory.mktemp("suite") / "var"


@pytest.fixture(scope="package")
def base_url(data_folder: Path) -> Iterator[str]:
    """The address of a suite with a fresh demo company, shared by these tests of this process."""
    port = free_port()
    process = start_suite(data_folder, port)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        raise


@pytest.fixture(scope="package")
def fontconfig(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fonts for the browser: the machine's, and the product's own Chinese ones."""
    folder = tmp_path_factory.mktemp("fonts")
    path = folder / "fonts.conf"
    path.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f'<include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>{ROOT}/shared/documents/fonts</dir>'
        f"<cachedir>{folder}/cache</cachedir></fontconfig>"
    )
    return path


@pytest.fixture(scope="package")
def browser(fontconfig: Path) -> Iterator[Browser]:
    """One headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            env={**os.environ, "FONTCONFIG_FILE": str(fontconfig)},
            args=[
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
            ],
        )  # fmt: skip
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser, base_url: str) -> Iterator[Callable[..., Person]]:
    """`visit("rep", locale="zh", width=360)` signs a persona in and returns them; None stays signed out."""
    people: list[Person] = []

    def open_as(name: str | None, *, locale: str = "en", width: int = 1280, scheme: str = "light") -> Person:
        context = browser.new_context(
            base_url=base_url, locale="zh-CN" if locale == "zh" else "en-GB",
            viewport={"width": width, "height": 800}, color_scheme=scheme, accept_downloads=True,
        )  # fmt: skip
        context.set_default_timeout(10_000)
        person = Person(context, context.new_page(), base_url)
        people.append(person)
        if name is not None:
            person.sign_in(name)
        return person

    yield open_as
    for person in people:
        person.check_and_close()
