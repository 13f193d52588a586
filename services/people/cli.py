"""Commands of the people service: the first administrator of an installation that is not a demo."""

import click

from services.people.accounts.commands import NewAccount, open_account, passwords
from services.people.accounts.rules import GIVABLE, clean_username, refuse_weak_password
from services.people.roster.queries import find_by_employee_no
from shared.core.errors import DomainError
from shared.core.principals import SYSTEM, Role
from shared.web.suite import Suite


@click.command("create-account")
@click.argument("username")
@click.option(
    "--role", "roles", multiple=True, default=["administrator"], show_default=True,
    type=click.Choice([role.value for role in GIVABLE]), help="What the account may do; may be given again.",
)  # fmt: skip
@click.option("--name", default="", help="What to call them; by default the user name or the person's name.")
@click.option("--employee-no", default="", help="The person on the roster it belongs to, if any.")
@click.password_option(help="Asked for when it is not given; given here, others on this machine may see it.")
@click.pass_obj
def create_account(
    suite: Suite, username: str, roles: tuple[str, ...], name: str, employee_no: str, password: str
) -> None:
    """Open an account that can sign in at once, such as the first administrator's."""
    if "people" not in suite.databases:
        raise click.ClickException("people is not served here: add it to SUITE_SERVICES")
    suite.migrate()
    try:
        refuse_weak_password(password, clean_username(username))
        hashed = passwords(cheap=suite.settings.testing).hash(password)
        with suite.databases["people"].write() as uow:
            person = find_by_employee_no(uow.session, employee_no) if employee_no else None
            if employee_no and person is None:
                raise click.ClickException(f"nobody on the roster has the employee number {employee_no}")
            shown = name or (person.name if person else username)
            wanted = NewAccount(
                username, shown, tuple(Role(role) for role in roles), person.id if person else None
            )
            account = open_account(
                uow, wanted, password_hash=hashed, temporary=False, actor=SYSTEM, now=suite.clock.now()
            )
            click.echo(f"{account.username}: {', '.join(account.roles)}")
    except DomainError as error:
        raise click.ClickException(str(error.message)) from error


COMMANDS = (create_account,)
