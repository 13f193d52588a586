"""`python wsgi.py …`: run, migrate, work off jobs, load the demo company, and what the services add."""

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import click
import structlog

from shared.core.settings import Settings, SettingsError
from shared.documents import check_libraries
from shared.eventlog import export_log, load_or_create_key
from shared.web import demo as demo_company
from shared.web.server import PortTakenError, Server, check_port
from shared.web.suite import Suite

HOST = "127.0.0.1"


def make_commands(create: Callable[[Settings], Suite], extra: Iterable[click.Command]) -> click.Group:
    """Return the command group; `create` builds the suite, `extra` are the services' own commands."""

    @click.group(context_settings={"help_option_names": ["-h", "--help"]})
    @click.pass_context
    def group(context: click.Context) -> None:
        """Goodstanding (良信): pay incentives only to people in good standing."""
        configure_logging()
        if not {"-h", "--help"} & set(sys.argv):  # Help works before anything is set up.
            context.obj = _suite_or_exit(create)

    for command in (run, migrate, worker, demo, export_log_command, *extra):
        group.add_command(command)
    return group


@click.command()
@click.option("--port", default=lambda: os.environ.get("PORT") or "8000", type=click.IntRange(1, 65535))
@click.pass_obj
def run(suite: Suite, port: int) -> None:
    """Serve the suite on this machine, with the demo company in an empty data folder."""
    try:
        check_port(HOST, port)
    except PortTakenError as error:
        raise click.ClickException(
            f"port {port} is taken by another program: stop it, or choose another with PORT={port + 1}"
        ) from error
    missing = check_libraries()
    if missing is not None:
        click.echo(f"Note: {missing}. Everything but PDF works without.", err=True)
    if suite.settings.demo and demo_company.is_wanted(suite):
        click.echo("Loading the demo company …")
        demo_company.load(suite, size=400)
    suite.migrate()
    # Connections must not be carried over into the worker process.
    for database in suite.databases.values():
        database.dispose()
    Server(suite, HOST, port, lambda: _announce(suite, port)).run()


@click.command()
@click.pass_obj
def migrate(suite: Suite) -> None:
    """Bring every database to the current schema."""
    for name in suite.migrate():
        click.echo(f"{name}: migrated")


@click.command()
@click.pass_obj
def worker(suite: Suite) -> None:
    """Work off jobs in the foreground until told to stop."""
    suite.runner.run_worker()


@click.command()
@click.option("--size", default=400, type=click.IntRange(60, 1_000_000), help="How many people.")
@click.pass_obj
def demo(suite: Suite, size: int) -> None:
    """Fill an empty data folder with a demo company of SIZE people."""
    if not demo_company.is_wanted(suite):
        raise click.ClickException(
            f"{suite.settings.data_dir} already holds data; set DATA= to another folder"
        )
    demo_company.load(suite, size=size, report=click.echo)


@click.command("export-log")
@click.argument("service")
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def export_log_command(suite: Suite, service: str, target: Path) -> None:
    """Write a service's whole log with its proofs to TARGET, a ZIP that verifies offline."""
    if service not in suite.services:
        raise click.ClickException(f"no service “{service}” here; there are: {', '.join(suite.services)}")
    key = load_or_create_key(suite.settings.key_dir, service)
    models = list(suite.services[service].audited)
    export_log(suite.databases[service], target, service=service, audited_models=models, key=key)
    click.echo(f"{target}: verify it with  python -m shared.eventlog.verify {target}")


def configure_logging() -> None:
    """Write warnings and errors as one JSON line each to stderr."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(30),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _suite_or_exit(create: Callable[[Settings], Suite]) -> Suite:
    try:
        return create(Settings.from_environment())
    except SettingsError as error:
        raise click.ClickException("\n".join(error.problems)) from error


def _announce(suite: Suite, port: int) -> None:
    click.echo(f"\nGoodstanding 良信: http://{HOST}:{port}   (Ctrl-C stops it)\n")
    if suite.settings.demo:
        click.echo(f"Demo accounts, all with the password “{demo_company.DEMO_PASSWORD}”:")
        for name, who in demo_company.accounts(suite):
            click.echo(f"  {name:<14} {who}")
        click.echo("")
