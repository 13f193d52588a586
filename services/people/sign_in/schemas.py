"""What is given to sign in, and what comes back."""

from marshmallow import fields, validate

from shared.web.validation import Schema, Text


class CredentialsSchema(Schema):
    """A user name and its password."""

    username = Text(60, required=True)
    password = Text(200, required=True)


class TokenSchema(Schema):
    """A bearer token (RFC 6750); `expires_in` is in seconds."""

    access_token = fields.String(required=True)
    token_type = fields.String(required=True, validate=validate.OneOf(["Bearer"]))
    expires_in = fields.Integer(required=True)


class SignInForm(Schema):
    """The form of the sign-in page."""

    username = Text(60, required=True)
    password = Text(200, required=True)
    next = Text(2000, load_default="", least=0)


class NewPasswordForm(Schema):
    """A password that somebody chooses, typed twice."""

    password = Text(200, required=True)
    again = Text(200, required=True)


class ChangePasswordForm(NewPasswordForm):
    """The same, by somebody who is signed in."""

    current = Text(200, required=True)


class ConfirmForm(Schema):
    """The password, once more; the fields of the form to be signed stand beside it."""

    confirm_password = Text(200, required=True)
