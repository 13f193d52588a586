"""Signing in and out, choosing a language and a password."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, request, session
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer

from services.people.accounts import queries
from services.people.accounts.commands import choose_password, passwords, remember_locale
from services.people.accounts.rules import ROLE_TITLES, refuse_weak_password
from services.people.permissions import SELF
from services.people.sign_in import rules
from services.people.sign_in.commands import Attempt, Device, SignedIn, SignIn, new_device
from services.people.sign_in.schemas import ChangePasswordForm, ConfirmForm, NewPasswordForm, SignInForm
from shared.core.errors import DomainError, InvalidInput, Unauthenticated
from shared.core.text import LOCALES, N_
from shared.demo import DEMO_PASSWORD
from shared.messages.people import AccountConfirmed
from shared.web.context import current_principal, current_uow, find_principal, now, this_app
from shared.web.forms import Form
from shared.web.guards import guard, public
from shared.web.i18n import say
from shared.web.identity import end_session, start_session
from shared.web.reauthentication import Asked, put_confirmation, read_asked

pages = Blueprint("people_sign_in", __name__, url_prefix="/people")

PERSONAS = (
    "rep", "rep2", "manager", "trainer", "compliance", "compliance2", "legal", "legal2", "finance", "payroll",
    "payroll2", "auditor", "administrator", "hr",
)  # fmt: skip
_DEVICE_COOKIE = "goodstanding-device"
_DEVICE_FOR = timedelta(days=180)
_CHOOSING = "choosing"
_CHOOSE_WITHIN = timedelta(minutes=10)


@pages.get("/sign-in")
@public("whoever signs in is not signed in yet")
def show_sign_in() -> Any:
    """The sign-in page; somebody who is signed in goes on."""
    target = rules.own_path(request.args.get("next"))
    if find_principal() is not None:
        return redirect(target)
    return _sign_in_page(Form(SignInForm(), {"next": target}))


@pages.post("/sign-in")
@public("whoever signs in is not signed in yet")
def sign_in() -> Any:
    """Check the password and start a session."""
    form = Form(SignInForm())
    if not form.validate():
        return _sign_in_page(form), 422
    app, given = this_app(), form.data
    device = _device()
    attempt = Attempt(given["username"], given["password"], request.remote_addr or "", device)
    try:
        done = _sign_in().try_to(attempt, now())
    except (Unauthenticated, rules.TooManyAttempts) as error:
        form.reject(error)
        wait = {"Retry-After": str(error.seconds)} if isinstance(error, rules.TooManyAttempts) else {}
        return _sign_in_page(form), error.status, wait
    target = rules.own_path(given["next"])
    if done.must_choose:
        return _let_choose(done, target, now())
    _begin(done)
    response = make_response(redirect(target, 303))
    known = device if device is not None and device.account_id == done.account_id else None
    kept = known or new_device(done.account_id)
    value = _devices().dumps([str(kept.account_id), kept.nonce, (now() + _DEVICE_FOR).timestamp()])
    response.set_cookie(
        _DEVICE_COOKIE, value, max_age=_DEVICE_FOR, path="/people/", httponly=True, samesite="Lax",
        secure=bool(app.config["SESSION_COOKIE_SECURE"]),
    )  # fmt: skip
    return response


@pages.post("/sign-out")
@public("signing out twice must not be an error")
def sign_out() -> Any:
    """End the session in this browser."""
    end_session()
    return redirect("/people/sign-in", 303)


@pages.post("/language")
@public("the sign-in page, too, is read in a language")
def choose_language() -> Any:
    """Remember the language, in the session and for the account."""
    locale = request.form.get("locale")
    if locale not in LOCALES:
        raise InvalidInput(N_("The suite speaks Chinese and English"))
    session["locale"] = locale
    principal = find_principal()
    if principal is not None and principal.account_id is not None:
        remember_locale(current_uow(), principal.account_id, locale)
    target = request.form.get("next")
    # On the sign-in page one stays there.
    return redirect("/people/sign-in" if principal is None else rules.own_path(target), 303)


@pages.get("/choose-password")
@public("a temporary password opens this page and nothing else")
def show_choose_password() -> Any:
    """The page to which a temporary password leads."""
    if _choosing() is None:
        return redirect("/people/sign-in")
    return render_template("people/choose_password.html", form=Form(NewPasswordForm()))


@pages.post("/choose-password")
@public("a temporary password opens this page and nothing else")
def choose_first_password() -> Any:
    """Replace the temporary password and start the session."""
    account_id = _choosing()
    if account_id is None:
        return redirect("/people/sign-in", 303)
    form = Form(NewPasswordForm())
    if not _set_password(form, account_id):
        return render_template("people/choose_password.html", form=form), 422
    holder = queries.get_holder(current_uow().session, account_id)
    target = rules.own_path(session[_CHOOSING].get("next"))
    start_session(queries.credentials_of(holder).principal)
    return redirect(target, 303)


@pages.get("/password")
@guard(SELF)
def show_change_password() -> str:
    """The page for one's own password."""
    return render_template("people/password.html", form=Form(ChangePasswordForm()))


@pages.post("/password")
@guard(SELF)
def change_password() -> Any:
    """Change one's own password, which asks for the present one."""
    form = Form(ChangePasswordForm())
    account_id = current_principal().account_id
    if account_id is None or not _set_password(form, account_id):
        return render_template("people/password.html", form=form), 422
    flash(_("Your password is changed."), "eligible")
    return redirect(rules.HOME, 303)


@pages.post("/confirm")
@guard(SELF)
def confirm() -> Any:
    """Ask for the password before something is signed; the form to be signed is carried along, untouched.

    It arrives here as it was sent (307), stands in the page as hidden fields, and goes on to where it was going.
    """
    asked = read_asked(request.args.get("asked", ""))
    fields = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in ("csrf_token", "confirm_password")
    ]
    form = Form(ConfirmForm())
    if "confirm_password" not in request.form:
        return render_template("people/confirm.html", asked=asked, fields=fields, form=Form(ConfirmForm()))
    wait: dict[str, str] = {}
    status = 422
    if form.validate():
        try:
            _check_once_more(asked, form.data["confirm_password"])
        except Unauthenticated:
            form.errors = {"confirm_password": [_("This is not your password")]}
        except rules.TooManyAttempts as error:
            form.reject(error)
            status, wait = error.status, {"Retry-After": str(error.seconds)}
    if form.errors:
        return render_template("people/confirm.html", asked=asked, fields=fields, form=form), status, wait
    put_confirmation(asked)
    return render_template("people/confirmed.html", asked=asked, fields=fields)


def _check_once_more(asked: Asked, password: str) -> None:
    """Raise Unauthenticated or TooManyAttempts unless it is the password of whoever is signed in."""
    account_id = current_principal().account_id
    assert account_id is not None
    with this_app().database.read() as uow:
        username = queries.get_account(uow.session, account_id).username
    attempt = Attempt(username, password, request.remote_addr or "", _device())
    message = AccountConfirmed(account_id, asked.purpose, asked.subject)
    _sign_in().confirm(attempt, message, now())


def _set_password(form: Form, account_id: UUID) -> bool:
    if not form.validate():
        return False
    uow, hasher = current_uow(), passwords(cheap=this_app().settings.testing)
    account = queries.get_account(uow.session, account_id)
    try:
        if "current" in form.data and not hasher.verify(account.password_hash, form.data["current"]):
            wrong = N_("This is not your present password")
            raise InvalidInput(wrong, fields={"current": [wrong]})
        refuse_weak_password(form.data["password"], account.username)
        if form.data["password"] != form.data["again"]:
            wrong = N_("The two are not the same")
            raise InvalidInput(wrong, fields={"again": [wrong]})
    except DomainError as error:
        form.reject(error)
        return False
    choose_password(uow, account_id, password_hash=hasher.hash(form.data["password"]), now=now())
    return True


def _sign_in() -> SignIn:
    app = this_app()
    return SignIn(app.database, passwords(cheap=app.settings.testing), app.settings.secret_key)


def _sign_in_page(form: Form) -> str:
    return render_template("people/sign_in.html", form=form, demo=_demo_accounts(), password=DEMO_PASSWORD)


def _demo_accounts() -> list[dict[str, str]]:
    """Return who can be tried out, in a demo installation only."""
    if not this_app().settings.demo:
        return []
    with this_app().database.read() as uow:
        return [
            {
                "username": one.account.username,
                "name": one.name,
                "roles": ", ".join(say(ROLE_TITLES[role]) for role in sorted(one.account.role_set)),
            }
            for one in queries.list_named(uow.session, PERSONAS)
        ]


def _begin(done: SignedIn) -> None:
    """Start the session in the language of the account, or else in that of the browser until now."""
    start_session(done.principal)
    if done.locale:
        session["locale"] = done.locale
    elif session.get("locale"):
        with this_app().database.write() as uow:
            remember_locale(uow, done.account_id, session["locale"])


def _let_choose(done: SignedIn, target: str, at: datetime) -> Any:
    locale = session.get("locale")
    session.clear()
    if locale:
        session["locale"] = locale
    until = (at + _CHOOSE_WITHIN).timestamp()
    session[_CHOOSING] = {"account": str(done.account_id), "until": until, "next": target}
    return redirect("/people/choose-password", 303)


def _choosing() -> UUID | None:
    """Return the account whose temporary password was given in this browser a moment ago, once only."""
    kept = session.get(_CHOOSING)
    if not kept or kept["until"] <= now().timestamp():
        return None
    account = queries.get_account(current_uow().session, UUID(kept["account"]))
    return account.id if account.password_is_temporary and account.disabled_at is None else None


def _devices() -> URLSafeSerializer:
    return URLSafeSerializer(this_app().settings.secret_key, salt="goodstanding-device")


def _device() -> Device | None:
    """Return what this browser says about an earlier sign-in, if it is ours and not too old."""
    try:
        account, nonce, until = _devices().loads(request.cookies.get(_DEVICE_COOKIE, ""))
        return Device(UUID(account), str(nonce)) if now().timestamp() < until else None
    except (BadSignature, ValueError, TypeError):
        return None
