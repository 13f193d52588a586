"""Two servers of the same make over the same database: the suite, and a bare insert-and-commit endpoint.

Both run under the suite's own gunicorn settings (one process, eight threads). Background jobs are left to
workers, as where the suite runs on several machines; feeds are delivered as they are there too.
"""

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Flask, request
from sqlalchemy import Engine, String
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from shared.core.settings import Settings
from shared.db.engine import make_engine
from shared.web.server import Server
from wsgi import create_suite

CONNECTIONS = 8


class _Base(DeclarativeBase):
    pass


class Completed(_Base):
    """What somebody would write who only wanted to keep completions."""

    __tablename__ = "bench_completed"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person: Mapped[str] = mapped_column(String(36))
    course: Mapped[str] = mapped_column(String(36))
    score: Mapped[int]
    completed_at: Mapped[str] = mapped_column(String(40))


@dataclass(frozen=True)
class Call:
    """One request: a POST of JSON with a bearer token."""

    path: str
    body: bytes
    token: str = ""


def create_bare_table(engine: Engine) -> None:
    """Make the table of the bare endpoint beside the suite's."""
    _Base.metadata.create_all(engine)
    engine.dispose()


def bare_app(engine: Engine) -> Flask:
    """Return the bare endpoint: read JSON, add one row, commit, answer 201."""
    app = Flask("bare")

    @app.post("/completions")
    def complete() -> tuple[dict[str, str], int]:
        given = request.get_json()
        with Session(engine) as session:
            row = Completed(id=str(uuid4()), **given)
            session.add(row)
            session.commit()
            return {"id": row.id}, 201

    return app


@contextmanager
def serve(kind: str, folder: Path, url: str) -> Iterator[int]:
    """Start a server (`bare` or `suite`) in a process of its own, and yield its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    env = os.environ | {
        "DATA": str(folder),
        "BENCH_DATABASE_URL": url,
        "SUITE_SERVICES": "training",
        "SUITE_SECRET_KEY": "test-secret",
        "SUITE_DEMO": "0",
        "PORT": str(port),
    }
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.serving", kind], env=env)
    try:
        _wait(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def load(port: int, calls: Sequence[Call]) -> float:
    """Send the calls over some connections at once; return how many were answered a second."""
    failures: list[str] = []

    def work(mine: Sequence[Call]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for call in mine:
            headers = {"Content-Type": "application/json", "Authorization": f"Bearer {call.token}"}
            connection.request("POST", call.path, call.body, headers)
            answer = connection.getresponse()
            content = answer.read()
            if answer.status >= 300:
                failures.append(f"{answer.status} {content[:300]!r}")
                return
        connection.close()

    threads = [threading.Thread(target=work, args=(calls[n::CONNECTIONS],)) for n in range(CONNECTIONS)]
    began = time.perf_counter()
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    taken = time.perf_counter() - began
    if failures:
        raise RuntimeError(f"{len(failures)} calls failed, the first with {failures[0]}")
    return len(calls) / taken


def bare_calls(count: int) -> list[Call]:
    """Return so many calls of the bare endpoint."""
    body = json.dumps(
        {"person": str(uuid4()), "course": str(uuid4()), "score": 90, "completed_at": "2026-09-21T02:00:00Z"}
    ).encode()
    return [Call("/completions", body)] * count


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while True:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("the server did not start")
        time.sleep(0.05)


class _Still:
    """Stands where the suite stands in `Server`, for an app that has nothing to start or to stop."""

    def __init__(self, app: Any) -> None:
        self._app = app

    def __call__(self, environ: Any, start_response: Any) -> Any:
        return self._app(environ, start_response)

    def start(self) -> None:
        """Nothing runs beside the requests: jobs are left to workers."""

    def let_go(self) -> None:
        """Nobody waits."""

    def stop(self) -> None:
        """Nothing was started."""


def _main(kind: str) -> None:
    url = os.environ["BENCH_DATABASE_URL"]
    settings = replace(Settings.from_environment(), database_template=url)
    app = (
        create_suite(settings)
        if kind == "suite"
        else bare_app(make_engine(url).execution_options(write=True))
    )
    still: Any = _Still(app)
    Server(still, "127.0.0.1", int(os.environ["PORT"]), lambda: None).run()


if __name__ == "__main__":
    _main(sys.argv[1])
