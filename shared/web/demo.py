"""Loading the demo company into an empty suite, whole or not at all."""

import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from shared.db.migrate import downgrade, is_new
from shared.demo import DEMO_PASSWORD, DemoCompany
from shared.web.suite import Suite

__all__ = ["DEMO_PASSWORD", "accounts", "is_wanted", "load"]

PERSONAS = {
    "rep": "销售代表 sales rep: held by one overdue course",
    "rep2": "销售代表 sales rep: in good standing",
    "manager": "销售主管 manager of both",
    "trainer": "培训 trainer",
    "compliance": "合规 compliance officer",
    "compliance2": "合规 second compliance officer: approves what the first proposes",
    "legal": "法务 legal",
    "legal2": "法务 second reviewer",
    "finance": "财务 finance",
    "payroll": "薪酬 payroll",
    "payroll2": "薪酬 second payroll officer: approves what the first uploads",
    "auditor": "审计 auditor",
    "administrator": "系统管理员 administrator",
    "hr": "人事 HR: imports the roster",
}


def is_wanted(suite: Suite) -> bool:
    """Say whether the demo company may be loaded: nothing was ever kept here, or a loading was cut off."""
    return suite.is_new() or _marker(suite).exists()


def accounts(suite: Suite) -> list[tuple[str, str]]:
    """Return user name and description of the demo accounts, when people are served here."""
    return list(PERSONAS.items()) if "people" in suite.services else []


def load(suite: Suite, *, size: int, report: Callable[[str], None] = lambda _: None) -> None:
    """Fill the suite with a demo company of `size` people; `report` is told of each step.

    When it is cut off, what was loaded by half is removed: at once where that is possible, else (the process
    was killed, the power failed) before the next loading, which `is_wanted` then asks for.
    """
    if _marker(suite).exists():
        _reset(suite)
    _marker(suite).touch()
    previous = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        suite.migrate()
        _fill(suite, DemoCompany(size, now=suite.clock.now(), files_dir=suite.settings.files_dir), report)
    except BaseException:
        _reset(suite)
        raise
    finally:
        signal.signal(signal.SIGTERM, previous)
    _marker(suite).unlink()


def _fill(suite: Suite, company: DemoCompany, report: Callable[[str], None]) -> None:
    """Load each service in the order in which they follow each other, and let followers take it in."""
    for name, service in suite.services.items():
        started = time.monotonic()
        if service.load_demo is not None:
            service.load_demo(suite.databases[name], company)
        loaded = time.monotonic()
        taken = suite.catch_up()
        followed = time.monotonic() - loaded
        report(f"{name}: loaded in {loaded - started:.1f} s, followed in {followed:.1f} s ({taken} events)")


def _reset(suite: Suite) -> None:
    """Take every database back to nothing."""
    for name, database in suite.databases.items():
        if not is_new(database):
            downgrade(database, suite.services[name].schema)


def _marker(suite: Suite) -> Path:
    """Return the file that is there while the demo company is being loaded."""
    return suite.settings.data_dir / "loading"
