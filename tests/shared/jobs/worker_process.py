"""A worker as a process of its own, for tests that kill it: `python -m … <database> <folder>`."""

import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from shared.core.clock import SystemClock
from shared.core.settings import Settings
from shared.db.uow import Database
from shared.jobs import JobContext, Runner

LEASE = timedelta(seconds=3)


def write_file(context: JobContext) -> dict[str, Any]:
    """Take `seconds` over a file, in a way that bears being started again."""
    folder = Path(context.payload["folder"])
    (folder / f"begun-{context.attempt}").touch()
    context.progress(1, 2)
    time.sleep(context.payload["seconds"] if context.attempt == 1 else 0)
    (folder / "half").write_text("whole")
    (folder / "half").rename(folder / "file")
    return {"attempt": context.attempt}


def make(database_url: str, folder: Path) -> Runner:
    """Return a runner that knows `file.write`."""
    settings = Settings(
        data_dir=folder, services=("training",), database_template="", base_url="", secret_key="secret"
    )
    runner = Runner(settings, SystemClock(), lease=LEASE, sweep_every=0.2)
    runner.register("training", Database(database_url), {"file.write": write_file})
    return runner


if __name__ == "__main__":
    make(sys.argv[1], Path(sys.argv[2])).run_worker(workers=1)
