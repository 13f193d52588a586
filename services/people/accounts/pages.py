"""Accounts, for administrators."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _

from services.people.accounts import commands, queries, rules
from services.people.accounts.commands import NewAccount, passwords
from services.people.accounts.schemas import ROLE_FIELD, NewAccountForm, RolesForm
from services.people.permissions import ACCOUNTS_MANAGE
from services.people.roster.queries import find_by_employee_no, people_by_id
from shared.core.errors import Conflict, DomainError, InvalidInput
from shared.core.ids import new_token
from shared.core.text import N_
from shared.web.context import current_principal, current_uow, now, this_app
from shared.web.forms import Form
from shared.web.guards import guard
from shared.web.i18n import say

pages = Blueprint("people_accounts", __name__, url_prefix="/people/accounts")


@pages.get("")
@guard(ACCOUNTS_MANAGE)
def list_accounts() -> str:
    """All accounts."""
    session = current_uow().session
    search = request.args.get("q", "").replace("\x00", "").strip()[:100]
    page = queries.list_accounts(session, search=search, cursor=request.args.get("cursor"))
    people = people_by_id(session, [one.person_id for one in page.items if one.person_id])
    return render_template(
        "people/accounts.html",
        page=page,
        people=people,
        used=queries.last_sign_ins(session, page.items),
        titles={str(role): say(title) for role, title in rules.ROLE_TITLES.items()},
        search=search,
    )


@pages.get("/new")
@guard(ACCOUNTS_MANAGE)
def show_new() -> str:
    """The form for a new account."""
    return _new_page(Form(NewAccountForm()))


@pages.post("/new")
@guard(ACCOUNTS_MANAGE)
def open_account() -> Any:
    """Open an account and show its temporary password, once."""
    form = Form(NewAccountForm())
    if not form.validate():
        return _new_page(form), 422
    temporary = new_token(12)
    try:
        account = commands.open_account(
            current_uow(), _wanted(form.data), password_hash=_hash(temporary), temporary=True,
            actor=current_principal(), now=now(),
        )  # fmt: skip
    except DomainError as error:
        form.reject(error)
        return _new_page(form), error.status
    return _password_page(account.username, temporary, account.id)


@pages.get("/<uuid:account_id>")
@guard(ACCOUNTS_MANAGE)
def show_account(account_id: UUID) -> str:
    """One account."""
    return _account_page(account_id, Form(RolesForm()))


@pages.post("/<uuid:account_id>/roles")
@guard(ACCOUNTS_MANAGE)
def change_roles(account_id: UUID) -> Any:
    """Give other roles."""
    form = Form(RolesForm())
    form.validate()
    try:
        commands.change_roles(
            current_uow(), account_id, RolesForm.roles_in(form.data), actor=current_principal(), now=now()
        )
    except (InvalidInput, Conflict) as error:
        form.reject(error)
        current_uow().rollback()
        return _account_page(account_id, form), error.status
    flash(_("The roles are changed. They count from the next sign-in."), "eligible")
    return redirect(f"/people/accounts/{account_id}", 303)


@pages.post("/<uuid:account_id>/password")
@guard(ACCOUNTS_MANAGE)
def reset_password(account_id: UUID) -> str:
    """Replace the password by a temporary one and show it, once."""
    temporary = new_token(12)
    account = commands.reset_password(
        current_uow(), account_id, password_hash=_hash(temporary), actor=current_principal(), now=now()
    )
    return _password_page(account.username, temporary, account.id)


@pages.post("/<uuid:account_id>/disable")
@guard(ACCOUNTS_MANAGE)
def disable(account_id: UUID) -> Any:
    """Let nobody sign in with it any more."""
    commands.disable_account(current_uow(), account_id, actor=current_principal(), now=now())
    flash(_("The account is disabled. A session that is open ends within twelve hours."), "notice")
    return redirect(f"/people/accounts/{account_id}", 303)


@pages.post("/<uuid:account_id>/enable")
@guard(ACCOUNTS_MANAGE)
def enable(account_id: UUID) -> Any:
    """Let its owner sign in again."""
    commands.enable_account(current_uow(), account_id, actor=current_principal(), now=now())
    flash(_("The account can be used again."), "eligible")
    return redirect(f"/people/accounts/{account_id}", 303)


def _wanted(data: dict[str, Any]) -> NewAccount:
    person_id, name = None, data["display_name"]
    if data["employee_no"]:
        person = find_by_employee_no(current_uow().session, data["employee_no"])
        if person is None:
            wrong = N_("Nobody on the roster has this employee number")
            raise InvalidInput(wrong, fields={"employee_no": [wrong]})
        if queries.has_account(current_uow().session, person.id):
            wrong = N_("This person has an account already")
            raise Conflict(wrong, fields={"employee_no": [wrong]})
        person_id, name = person.id, name or person.name
    return NewAccount(data["username"], name, RolesForm.roles_in(data), person_id)


def _hash(password: str) -> str:
    return passwords(cheap=this_app().settings.testing).hash(password)


def _new_page(form: Form) -> str:
    return render_template("people/account_new.html", form=form, roles=_role_boxes(form))


def _account_page(account_id: UUID, form: Form) -> str:
    session = current_uow().session
    holder = queries.get_holder(session, account_id)
    if not form.values:
        form.values = {ROLE_FIELD + role: True for role in holder.account.roles}
    return render_template(
        "people/account.html",
        holder=holder,
        account=holder.account,
        used=queries.last_sign_ins(session, [holder.account]).get(account_id),
        form=form,
        roles=_role_boxes(form),
        own=account_id == current_principal().account_id,
    )


def _role_boxes(form: Form) -> list[tuple[str, str, bool]]:
    """Return name, label and tick of each role."""
    return [
        (ROLE_FIELD + role, say(title), bool(form.values.get(ROLE_FIELD + role)))
        for role, title in rules.ROLE_TITLES.items()
    ]


def _password_page(username: str, temporary: str, account_id: UUID) -> str:
    # Shown in the answer itself: a redirect would have to keep the secret somewhere in between.
    return render_template(
        "people/one_time_password.html", username=username, temporary=temporary, account_id=account_id
    )
