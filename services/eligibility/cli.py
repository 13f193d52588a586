"""Gating a payout file from a terminal."""

from datetime import datetime
from pathlib import Path

import click

from services.eligibility.exports.queries import make_gated_file
from services.eligibility.payouts import commands, queries
from services.eligibility.payouts.models import PayoutRun
from services.eligibility.payouts.rules import PayoutFileRejected
from services.eligibility.policies.rules import Outcome
from services.eligibility.sight.rules import Sight
from shared.core.errors import DomainError
from shared.core.money import Money
from shared.core.periods import Period
from shared.core.principals import SYSTEM
from shared.core.zones import COMPANY_ZONE
from shared.db.uow import UnitOfWork
from shared.tabular import RowError
from shared.web.suite import Suite

MOST_ROWS_PRINTED = 50


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--period", required=True, help="2026-Q3, 2026-09, 2026-H2 or 2026.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where the gated file goes.")
@click.option("--cutoff", help="Judge as of this moment (ISO 8601); by default the period's last instant.")
@click.pass_obj
def gate(suite: Suite, file: Path, period: str, out: Path | None, cutoff: str | None) -> None:
    """Gate a payout FILE (CSV or XLSX): decide every line, print the totals, write the gated file."""
    suite.migrate()
    suite.catch_up()
    try:
        with suite.databases["eligibility"].write() as uow:
            now = suite.clock.now()
            run, is_new = commands.upload_file(
                uow,
                file.read_bytes(),
                file.name,
                Period.parse(period),
                cutoff=_moment(cutoff),
                actor=SYSTEM,
                now=now,
            )
            if is_new:
                commands.gate_run(uow, run, actor=SYSTEM, now=now)
            else:
                click.echo("This file was gated for this period before; this is its run.")
            made = make_gated_file(uow.session, run)
            target = out or file.with_name(f"{file.stem}-gated-DRAFT{Path(made.name).suffix}")
            _report(uow, run)
        target.write_bytes(made.data)
    except PayoutFileRejected as error:
        raise click.ClickException(_rows(error.errors)) from error
    except DomainError as error:
        details = [str(one) for found in error.fields.values() for one in found]
        raise click.ClickException("\n  ".join([str(error.message), *details])) from error
    except OSError as error:
        raise click.ClickException(f"{error.filename} cannot be written: {error.strerror}") from error
    click.echo(f"\nGated file: {target}")


def _report(uow: UnitOfWork, run: PayoutRun) -> None:
    click.echo(
        f"Run {run.id}  period {run.period}  {run.line_count} lines  policy {(run.policy_digest or '')[:12]}"
    )
    for total in run.totals:
        amount = Money(total["amount_minor"], total["currency"]).decimal
        click.echo(f"  {total['outcome']:<12}{total['lines']:>9,}  {amount:>18,.2f} {total['currency']}")
    policy = queries.policy_of(uow.session, run)
    if policy is None:
        return
    for code, lines in queries.count_codes(queries.group_lines(uow.session, run.id), policy, Sight.CODES):
        click.echo(f"  {code:<28}{lines:>9,}  {policy.reason(code).en}")
    if queries.count_outcomes(run.totals)[Outcome.ELIGIBLE] == 0:
        click.echo("  No line is eligible: nothing is released.")


def _rows(errors: tuple[RowError, ...]) -> str:
    lines = [f"row {one.row}, {one.field}: {one.message}" for one in errors[:MOST_ROWS_PRINTED]]
    if len(errors) > MOST_ROWS_PRINTED:
        lines.append(f"… and {len(errors) - MOST_ROWS_PRINTED} more")
    return "\n  ".join([f"{len(errors)} faults; nothing was stored", *lines])


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.ClickException(f"“{text}” is not a moment such as 2026-09-30T18:00") from error
    return found if found.tzinfo else found.replace(tzinfo=COMPANY_ZONE)


COMMANDS = (gate,)
