"""`python -m tests.bench [name …]`: measure, and print a table. It never fails for being slow."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from shared.core.settings import Settings
from tests.bench import completion, enrolment, matrix
from tests.bench.certificates import bench_certificates
from tests.bench.figures import Figure
from tests.databases import Databases
from tests.postgres import PostgresServer
from tests.shared.signing.test_keystore import settings

ON_DATABASES: dict[str, Callable[[Databases, Path], list[Figure]]] = {
    "completion": completion.measure,
    "enrolment": enrolment.measure,
    "matrix": matrix.measure,
}
WITHOUT_DATABASE: dict[str, Callable[[Settings], list[Figure]]] = {"certificates": bench_certificates}


def main(names: list[str]) -> None:
    """Measure what is named, or everything, on both engines."""
    unknown = set(names) - set(ON_DATABASES) - set(WITHOUT_DATABASE)
    if unknown:
        known = ", ".join([*ON_DATABASES, *WITHOUT_DATABASE])
        sys.exit(f"Nothing here is called {', '.join(sorted(unknown))}. There are: {known}")
    for name, alone in WITHOUT_DATABASE.items():
        if not names or name in names:
            with tempfile.TemporaryDirectory(prefix="goodstanding-bench-") as folder:
                for one in alone(settings(Path(folder))):
                    _print(one)
    if not names or set(names) & set(ON_DATABASES):
        _measure_on_databases(names)


def _measure_on_databases(names: list[str]) -> None:
    server = PostgresServer(durable=True)
    for engine in ("sqlite", "postgresql"):
        for name, measure in ON_DATABASES.items():
            if names and name not in names:
                continue
            with tempfile.TemporaryDirectory(prefix="goodstanding-bench-") as folder:
                databases = Databases(Path(folder))
                databases.engine_name, databases.server = engine, server
                for one in measure(databases, Path(folder)):
                    _print(one)
    server.stop()


def _print(one: Figure) -> None:
    bare = f"{one.bare:10.1f} {one.unit} bare" if one.bare is not None else ""
    word = "reached" if one.reached else "NOT REACHED"
    print(
        f"{one.name:60} {one.ours:10.1f} {one.unit} {bare}  ratio {one.ratio:.2f}  target {one.target}  {word}"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
